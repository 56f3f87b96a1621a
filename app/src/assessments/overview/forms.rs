//! The small forms on the page of an assessment: how a measure stands, and who got a copy.

use chrono::NaiveDate;
use domain::legal_record::{MeasureStanding, MeasureStatus};

use crate::register::Typed;
use crate::register::form_page::Overtaken;
use crate::register::typed::Reader;
use crate::ui::{Choice, FieldErrors, Said};

/// What was typed about a measure, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoveForm {
    /// Which measure.
    pub measure: u16,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong.
    pub errors: FieldErrors,
    /// What somebody else recorded in between.
    pub overtaken: Option<Overtaken>,
}

/// The form for who got a copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShareForm {
    /// Customers.
    pub customers: Vec<Choice>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong.
    pub errors: FieldErrors,
}

/// How far a measure is, as people read it.
pub fn said_standing(standing: &MeasureStanding) -> Said {
    let text = |text: Option<String>| text.unwrap_or_default();
    Said::of([
        ("How far", standing.status.label().to_owned()),
        (
            "What shows it",
            text(standing.evidence.as_ref().map(ToString::to_string)),
        ),
        (
            "Checked by",
            text(standing.verified_by.as_ref().map(ToString::to_string)),
        ),
        ("Checked on", text(standing.verified_on.map(domain::words::day))),
    ])
}

/// How far a measure is, as typed; or what is wrong.
pub fn parse_standing(typed: &Typed, today: NaiveDate) -> Result<MeasureStanding, FieldErrors> {
    let mut read = Reader::new(typed);
    let status: Option<MeasureStatus> = read.chosen("status", "Choose how far it is");
    let standing = MeasureStanding {
        status: status.unwrap_or(MeasureStatus::Planned),
        verified_by: read.optional("verified_by"),
        verified_on: read.past_day("verified_on", today),
        evidence: read.optional("evidence"),
    };
    for (field, what) in standing.missing() {
        if read.errors.first(field).is_none() {
            read.errors.add(field, what);
        }
    }
    if read.errors.is_empty() {
        Ok(standing)
    } else {
        Err(read.errors)
    }
}

/// Who got a copy: a customer's id or nothing for the importer, the day, a note; or what is wrong. Nobody got a version
/// before the day on which it was `approved`.
pub fn parse_share(
    typed: &Typed,
    approved: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(Option<String>, NaiveDate, Option<String>), FieldErrors> {
    let mut read = Reader::new(typed);
    let recipient = read.text("recipient").to_owned();
    if recipient.is_empty() {
        read.errors.add("recipient", "Choose who it was");
    }
    let on = read.required_day("disclosed_on");
    if on.is_some_and(|on| on > today) {
        read.errors.add("disclosed_on", "This day has not come yet");
    }
    if let Some(first) = approved.filter(|first| on.is_some_and(|on| on < *first)) {
        let why = format!("This version was approved on {} only", domain::words::day(first));
        read.errors.add("disclosed_on", why);
    }
    let note: Option<domain::text::Line<300>> = read.optional("note");
    match on {
        Some(on) if read.errors.is_empty() => Ok((
            (recipient != "IMPORTER").then_some(recipient),
            on,
            note.map(|note| note.to_string()),
        )),
        _ => Err(read.errors),
    }
}
