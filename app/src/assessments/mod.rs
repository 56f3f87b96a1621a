//! Transfer impact assessments: the guided steps, the record as it is read, what can be decided about it, the list.

mod list_page;
mod new_page;
mod overview;
pub mod paper;
mod print_page;
mod step_page;
pub mod steps;

pub use list_page::{AssessmentFilter, AssessmentList, AssessmentListPage, AssessmentRow};
pub use new_page::{NewAssessment, NewAssessmentPage, parse_new, typed_new};
pub use overview::{
    AssessmentPage, AssessmentView, DraftView, EventLine, MeasureLine, MoveForm, Review, ShareForm,
    StandingView, StepLine, TiaVersionLine, parse_share, parse_standing, said_standing,
};
pub use print_page::{PrintPage, PrintView};
pub use step_page::{StepPage, StepView};

use domain::legal_record::TiaState;

use crate::ui::Tone;

/// What a state means for the reader.
pub fn state_tone(state: TiaState) -> Tone {
    match state {
        TiaState::Draft | TiaState::Superseded => Tone::Plain,
        TiaState::InReview => Tone::Info,
        TiaState::Approved => Tone::Ok,
        TiaState::ReviewDue | TiaState::UnderTriggerReview => Tone::Warn,
        TiaState::Rejected | TiaState::Suspended => Tone::Danger,
    }
}
