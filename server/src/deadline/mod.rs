//! The window calculator: on the command line and as a page.

pub mod calendars;
mod command;

pub use command::{DeadlineArgs, DeadlineError, run};
