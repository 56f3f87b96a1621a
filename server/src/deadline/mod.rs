//! The window calculator: on the command line and as a page.

pub mod calendars;
mod command;
mod pages;

pub use command::{DeadlineArgs, DeadlineError, run};
pub use pages::routes;
