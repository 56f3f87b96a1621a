//! The publisher's corrections of calendars: days that are worked or not, whatever the table of holidays says. Each is a row
//! with its source; nothing is overwritten.

mod form;
mod pages;

pub use form::parse;
pub use pages::{CalendarsPage, NewOverridePage};

use domain::calendar::{CalendarId, Counted};

use crate::adequacy::Provenance;
use crate::register::Typed;
use crate::ui::FieldErrors;

/// One correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverrideRow {
    /// The day.
    pub day: String,
    /// What it counts as.
    pub counted: Counted,
    /// Why.
    pub reason: String,
    /// Where the row comes from.
    pub provenance: Provenance,
    /// Whether it is the last one about its day.
    pub counts: bool,
}

/// The corrections of all calendars.
#[derive(Debug, Clone)]
pub struct CalendarsView {
    /// "holidays-0.109, 2020 to 2040".
    pub table: String,
    /// Calendars that have corrections, each with its own, newest first.
    pub calendars: Vec<(CalendarId, Vec<OverrideRow>)>,
    /// Whether this person may add one.
    pub may_add: bool,
}

/// The form for a correction.
#[derive(Debug, Clone, Default)]
pub struct OverrideForm {
    /// The form token.
    pub csrf: String,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
}
