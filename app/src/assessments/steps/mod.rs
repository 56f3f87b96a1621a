//! The steps of the guided assessment as forms. A step can be saved with things missing: what is typed must only be
//! readable, and not say of a day to come what has happened. What is missing, the domain says.

mod checks;
mod conclusion;
pub mod law;
mod measures;
mod tool;
mod transfer;

use chrono::NaiveDate;
use domain::legal_record::{Tia, TiaStep};
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::sheet::Sheet;
use crate::register::typed::Reader;
use crate::ui::{Choice, FieldErrors};

use law::Known;

/// What the forms need to know beside the draft.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// Approved knowledge about countries.
    pub known: Known,
    /// The engagement's transfers, by number.
    pub transfers: Vec<Choice>,
    /// Until when it must be reviewed again, in words.
    pub latest_review: String,
    /// Today, where the publisher is: what happened has happened by then.
    pub today: NaiveDate,
}

fn put_yes_no(typed: &mut Typed, name: &str, value: Option<bool>) {
    if let Some(value) = value {
        typed.put(name, if value { "yes" } else { "no" });
    }
}

fn put_lines<T: ToString>(typed: &mut Typed, name: &str, lines: impl IntoIterator<Item = T>) {
    let lines: Vec<String> = lines.into_iter().map(|line| line.to_string()).collect();
    typed.put(name, lines.join("\n"));
}

/// The fields of some steps, filled from a draft.
pub fn typed_from(steps: &[TiaStep], tia: &Tia, around: &Around) -> Typed {
    let mut typed = Typed::default();
    for step in steps {
        match step {
            TiaStep::Checks => checks::fill(tia, &mut typed),
            TiaStep::Transfer => transfer::fill(tia, &mut typed),
            TiaStep::Tool => tool::fill(tia, &mut typed),
            TiaStep::Law => law::fill(tia, &around.known, &mut typed),
            TiaStep::Measures => measures::fill(tia, &mut typed),
            TiaStep::Conclusion => conclusion::fill(tia, &mut typed),
            TiaStep::Review => conclusion::fill_review(tia, &mut typed),
        }
    }
    typed
}

/// The draft with what was typed in some steps; or what cannot be read.
pub fn read(steps: &[TiaStep], typed: &Typed, tia: &Tia, around: &Around) -> Result<Tia, FieldErrors> {
    let mut tia = tia.clone();
    let mut reader = Reader::new(typed);
    for step in steps {
        match step {
            TiaStep::Checks => checks::read(&mut reader, &mut tia),
            TiaStep::Transfer => transfer::read(&mut reader, &mut tia, around.today),
            TiaStep::Tool => tool::read(&mut reader, &mut tia),
            TiaStep::Law => law::read(&mut reader, &mut tia, around),
            TiaStep::Measures => measures::read(&mut reader, &mut tia, typed, around.today),
            TiaStep::Conclusion => conclusion::read(&mut reader, &mut tia),
            TiaStep::Review => conclusion::read_review(&mut reader, &mut tia),
        }
    }
    if reader.errors.is_empty() {
        Ok(tia)
    } else {
        Err(reader.errors)
    }
}

/// The fields of some steps.
pub fn fields(steps: &[TiaStep], typed: &Typed, errors: &FieldErrors, tia: &Tia, around: &Around) -> AnyView {
    let sheet = Sheet { typed, errors };
    steps
        .iter()
        .map(|step| match step {
            TiaStep::Checks => checks::fields(&sheet, tia.tia_type),
            TiaStep::Transfer => transfer::fields(&sheet, tia.tia_type, &around.transfers),
            TiaStep::Tool => tool::fields(&sheet, tia.tia_type),
            TiaStep::Law => law::fields(&sheet, tia, &around.known),
            TiaStep::Measures => measures::fields(&sheet),
            TiaStep::Conclusion => conclusion::fields(&sheet, tia.tia_type),
            TiaStep::Review => conclusion::review_fields(&sheet, &around.latest_review),
        })
        .collect::<Vec<_>>()
        .into_any()
}
