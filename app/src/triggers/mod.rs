//! Events that open a review of assessments: the list, the form, one event with the assessments that it concerns.

mod form;
mod pages;

pub use form::{NewTrigger, NewTriggerPage, Raised, parse};
pub use pages::{ConcernedLine, TriggerLine, TriggerList, TriggerListPage, TriggerPage, TriggerView};
