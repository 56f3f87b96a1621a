//! Events that open a review of assessments: the list, the form, one event with the assessments that it concerns.

mod event;
mod form;
mod pages;

pub use event::{AnsweredFirst, ConcernedLine, TriggerPage, TriggerView, answer_fields};
pub use form::{NewTrigger, NewTriggerPage, Raised, parse};
pub use pages::{TriggerLine, TriggerList, TriggerListPage};
