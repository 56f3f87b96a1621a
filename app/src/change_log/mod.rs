//! The public change log: what customers were told, and what became of it.

mod pages;

pub use pages::{ChangePage, ChangesPage, DiffTable};

use crate::list::PublicFact;
use crate::ui::Tone;
use chrono::NaiveDate;
use domain::change::NoticeClass;
use domain::facts::FieldDiff;

/// What became of an announced change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Customers were told; it has not started.
    Announced,
    /// It has started for some customers.
    Begun,
    /// It is in effect since this day.
    InEffect(NaiveDate),
    /// It was dropped on this day, and customers were told so.
    Cancelled(NaiveDate),
}

impl Outcome {
    /// The state in a word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Announced => "Announced",
            Self::Begun => "Begun",
            Self::InEffect(_) => "In effect",
            Self::Cancelled(_) => "Cancelled",
        }
    }

    /// What it means for the reader.
    pub fn tone(self) -> Tone {
        match self {
            Self::Announced | Self::Begun => Tone::Info,
            Self::InEffect(_) => Tone::Ok,
            Self::Cancelled(_) => Tone::Plain,
        }
    }
}

/// A change in one row.
#[derive(Debug, Clone)]
pub struct ChangeRow {
    /// Its address.
    pub number: String,
    /// One line for people.
    pub title: String,
    /// Kinds of change, each once.
    pub kinds: Vec<&'static str>,
    /// When customers were told.
    pub announced_on: NaiveDate,
    /// The day it starts at the earliest; the day on which it happened, where it is told afterwards.
    pub planned_on: NaiveDate,
    /// Whether it had happened when it was announced.
    pub has_happened: bool,
    /// What became of it.
    pub outcome: Outcome,
}

/// One page of the log.
#[derive(Debug, Clone)]
pub struct ChangeLog {
    /// Newest first.
    pub changes: Vec<ChangeRow>,
    /// Number of the first one shown, from 1.
    pub from: u64,
    /// How many there are.
    pub total: u64,
    /// Address of the page before.
    pub previous: Option<String>,
    /// Address of the page after.
    pub next: Option<String>,
}

/// One change with its lines.
#[derive(Debug, Clone)]
pub struct Change {
    /// As in the log.
    pub row: ChangeRow,
    /// Today in the publisher's zone.
    pub today: NaiveDate,
    /// Where to write with questions.
    pub contact: String,
    /// How customers learn of it: the strictest class of its lines.
    pub class: NoticeClass,
    /// What changes.
    pub lines: Vec<ChangeLine>,
}

/// One company in a change.
#[derive(Debug, Clone)]
pub struct ChangeLine {
    /// Legal name.
    pub name: String,
    /// Its page, if the list ever showed it.
    pub slug: Option<String>,
    /// What kind of change.
    pub kind: &'static str,
    /// The company that goes: name and page.
    pub replaces: Option<(String, String)>,
    /// Facts as they are or will be, where the company is new to the list.
    pub facts: Vec<PublicFact>,
    /// Before and after, where it was on the list.
    pub fields: Vec<FieldDiff>,
    /// Whether the company was on the list before, so that `fields` say everything.
    pub was_listed: bool,
}
