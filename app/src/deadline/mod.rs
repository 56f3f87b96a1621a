//! The window calculator: a question about one notice, and the answer with its arithmetic and its drawing.

mod answer;
mod form;
mod island;
mod pages;

pub use answer::Answer;
pub use form::{DeadlineForm, DeadlineQuestion};
pub use island::LiveCalculator;
pub use pages::{AnswerArea, DeadlinePage};
