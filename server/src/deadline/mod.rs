//! The window calculator: on the command line and as a page.

mod command;
mod pages;

pub use command::{DeadlineArgs, DeadlineError, run};
pub use pages::routes;
