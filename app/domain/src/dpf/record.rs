//! Reads what somebody copied from the list: the page of one company, or a line of a sheet. It proposes and never decides:
//! whatever it did not understand is handed back, and a person saves.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::legal_record::{DpfFramework, DpfStatus};
use crate::text::{Name, Paragraphs};

mod sheet;
#[cfg(test)]
mod tests;

/// What a copied text says of one row of the list; `None` where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Status.
    pub status: Option<DpfStatus>,
    /// Whether human-resources data is covered.
    pub covers_hr: Option<bool>,
    /// Whether other data is covered.
    pub covers_non_hr: Option<bool>,
    /// Day on which the next certification is due.
    pub next_certification_due: Option<NaiveDate>,
}

/// What was understood of a copied text, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// The company as listed.
    pub organisation: Option<Name>,
    /// Other companies that the entry covers.
    pub covered_entities: Option<Paragraphs<4000>>,
    /// Each row of the list that the text names.
    pub entries: BTreeMap<DpfFramework, Entry>,
    /// How something was read that can be read in two ways.
    pub doubts: Vec<String>,
    /// Lines of which nothing was used.
    pub left_out: Vec<String>,
}

/// Reads a copied text.
pub fn read_record(text: &str) -> Record {
    let mut reading = Reading::default();
    for line in sheet::lines(text) {
        reading.take(&line);
    }
    reading.finish()
}

#[derive(Default)]
struct Reading {
    record: Record,
    /// The rows of the list that the lines now are about.
    current: BTreeSet<DpfFramework>,
    /// What was said before any row was named: it is about all of them.
    general: Entry,
    /// Names of covered companies follow.
    is_listing_entities: bool,
    entities: Vec<String>,
}

impl Reading {
    fn take(&mut self, line: &str) {
        let (label, value) = labelled(line);
        let named = frameworks(line);
        let is_heading = !named.is_empty()
            && line.chars().count() <= 200
            && (label.contains("framework") || label.contains("program") || starts_with_a_framework(line));
        if is_heading {
            self.is_listing_entities = false;
            self.current = named;
            for framework in &self.current {
                self.record.entries.entry(*framework).or_default();
            }
            let rest = after_the_name(line);
            if !rest.is_empty() && !self.take_value("", rest) {
                self.record.left_out.push(line.to_owned());
            }
        } else if is_entities_heading(line, &label) {
            self.is_listing_entities = true;
            self.entities
                .extend(Some(value.to_owned()).filter(|value| !label.is_empty() && !value.is_empty()));
        } else if self.take_value(&label, value) {
            self.is_listing_entities = false;
        } else if self.is_listing_entities && label.is_empty() {
            self.entities.push(line.to_owned());
        } else if self.record.organisation.is_none()
            && (label.is_empty() || is_name_label(&label))
            && let Ok(name) = Name::parse(value)
        {
            self.record.organisation = Some(name);
        } else {
            self.is_listing_entities = false;
            self.record.left_out.push(line.to_owned());
        }
    }

    /// Status, data or date; tells whether it was one of these.
    fn take_value(&mut self, label: &str, value: &str) -> bool {
        if label.contains("next certification") || label.contains("due") {
            let Some((date, is_doubtful)) = date(value) else {
                return false;
            };
            if is_doubtful {
                let read = crate::words::day(date);
                let doubt = format!("“{value}” was read with the month first, as the list writes it: {read}");
                self.record.doubts.push(doubt);
            }
            self.each(|entry| entry.next_certification_due = Some(date));
            return true;
        }
        if !(label.is_empty() || label.contains("status") || label.contains("data")) {
            return false;
        }
        if !label.contains("data")
            && let Some(found) = status(value)
        {
            match found {
                Ok(status) => self.each(|entry| entry.status = Some(status)),
                Err(doubt) => self.record.doubts.push(doubt),
            }
            return true;
        }
        match data(value) {
            Some(found) if label.contains("data") || value.chars().count() < 40 => {
                match found {
                    Ok((hr, other)) => self.each(|entry| {
                        entry.covers_hr = Some(hr);
                        entry.covers_non_hr = Some(other);
                    }),
                    Err(doubt) => self.record.doubts.push(doubt),
                }
                true
            }
            _ => false,
        }
    }

    fn each(&mut self, write: impl Fn(&mut Entry)) {
        if self.current.is_empty() {
            write(&mut self.general);
        }
        for framework in &self.current {
            write(self.record.entries.entry(*framework).or_default());
        }
    }

    fn finish(mut self) -> Record {
        let general = self.general.clone();
        for entry in self.record.entries.values_mut() {
            entry.status = entry.status.or(general.status);
            entry.covers_hr = entry.covers_hr.or(general.covers_hr);
            entry.covers_non_hr = entry.covers_non_hr.or(general.covers_non_hr);
            entry.next_certification_due = entry.next_certification_due.or(general.next_certification_due);
        }
        if self.record.entries.is_empty() && general != Entry::default() {
            let doubt = "The text does not say to which framework it belongs; it was put to the EU-U.S. DPF";
            self.record.doubts.push(doubt.to_owned());
            self.record.entries.insert(DpfFramework::EuUs, general);
        }
        match Paragraphs::parse(&self.entities.join("\n")) {
            Ok(entities) => self.record.covered_entities = Some(entities),
            Err(_) => self.record.left_out.append(&mut self.entities),
        }
        self.record
    }
}

/// "Status: Active" is a label in small letters and a value; a line without a colon has no label.
fn labelled(line: &str) -> (String, &str) {
    match line.split_once(':') {
        Some((label, value)) if !label.trim().is_empty() && label.chars().count() <= 60 => {
            (label.trim().to_lowercase(), value.trim())
        }
        _ => (String::new(), line.trim()),
    }
}

/// "Other covered entities", with names behind it or below it.
fn is_entities_heading(line: &str, label: &str) -> bool {
    let heading = if label.is_empty() {
        line.to_lowercase()
    } else {
        label.to_owned()
    };
    heading.chars().count() <= 60 && heading.contains("covered") && heading.contains("entit")
}

fn is_name_label(label: &str) -> bool {
    [
        "organization",
        "organisation",
        "company",
        "participant",
        "legal name",
        "name",
    ]
    .contains(&label)
        || label.starts_with("organization name")
        || label.starts_with("organisation name")
}

const UK: &str = "uk extension";
const UK_WHOLE: [&str; 2] = ["uk extension to the eu-u.s.", "uk extension to the eu-us"];
const EU: [&str; 3] = ["eu-u.s.", "eu-us", "eu_us"];
const SWISS: [&str; 3] = ["swiss-u.s.", "swiss-us", "ch_us"];

fn frameworks(line: &str) -> BTreeSet<DpfFramework> {
    let mut rest = line.to_lowercase();
    let mut found = BTreeSet::new();
    if rest.contains(UK) || rest.contains("uk_ext") {
        found.insert(DpfFramework::UkExtension);
        for whole in UK_WHOLE {
            rest = rest.replace(whole, "");
        }
    }
    if SWISS.iter().any(|name| rest.contains(name)) {
        found.insert(DpfFramework::ChUs);
    }
    if EU.iter().any(|name| rest.contains(name)) {
        found.insert(DpfFramework::EuUs);
    }
    found
}

fn starts_with_a_framework(line: &str) -> bool {
    let line = line.to_lowercase();
    [UK, "uk_ext"]
        .iter()
        .chain(&EU)
        .chain(&SWISS)
        .any(|name| line.starts_with(name))
}

/// What stands behind the name of a framework on the same line.
fn after_the_name(line: &str) -> &str {
    let small = line.to_ascii_lowercase();
    let ends = ["framework", "dpf", "extension"].map(|word| small.rfind(word).map(|at| at + word.len()));
    let end = ends.into_iter().flatten().max().unwrap_or(line.len());
    // Another framework behind it: a list of them, with nothing else to say.
    let rest = line.get(end..).unwrap_or_default();
    rest.trim_matches(|c: char| c.is_whitespace() || ":;,.()[]–—-".contains(c))
}

/// A status; an error where the list says that the company is out and not why.
fn status(text: &str) -> Option<Result<DpfStatus, String>> {
    let text = text.trim().to_lowercase();
    if text.chars().count() > 80 {
        return None;
    }
    let is_out = text.starts_with("inactive") || text.contains("former participant");
    if is_out {
        return Some(if text.contains("withdr") {
            Ok(DpfStatus::InactiveWithdrawn)
        } else if text.contains("laps") {
            Ok(DpfStatus::InactiveLapsed)
        } else if text.contains("remov") {
            Ok(DpfStatus::Removed)
        } else {
            Err(
                "The company is inactive, and the text does not say why: lapsed, withdrawn or removed"
                    .to_owned(),
            )
        });
    }
    let is_review = text.contains("re-certification") || text.contains("recertification");
    if is_review && text.contains("review") {
        return Some(Ok(DpfStatus::ActiveRecertReview));
    }
    match text.as_str() {
        "active" | "active participant" => Some(Ok(DpfStatus::Active)),
        "lapsed" => Some(Ok(DpfStatus::InactiveLapsed)),
        "withdrawn" => Some(Ok(DpfStatus::InactiveWithdrawn)),
        "removed" => Some(Ok(DpfStatus::Removed)),
        "not listed" | "not on the list" | "no results" | "no results found" => {
            Some(Ok(DpfStatus::NotListed))
        }
        _ => None,
    }
}

/// Words by which a text says that something is left out.
const LEAVING_OUT: [&str; 9] = [
    "no",
    "not",
    "none",
    "never",
    "without",
    "except",
    "excluding",
    "excluded",
    "excludes",
];

/// Whether human-resources and other data are covered; nothing where neither is named, an error where the text also says
/// that something is not covered.
fn data(text: &str) -> Option<Result<(bool, bool), String>> {
    let written = text.trim();
    let mut text = text.to_lowercase();
    let mut other = false;
    for name in ["non-hr", "non hr", "non_hr", "nonhr", "non-human resources"] {
        other |= text.contains(name);
        text = text.replace(name, " ");
    }
    let words = text.split(|c: char| !c.is_alphanumeric());
    let hr = words.clone().any(|word| word == "hr") || text.contains("human resources");
    let leaves_out =
        words.clone().any(|word| LEAVING_OUT.contains(&word)) || text.contains("n’t") || text.contains("n't");
    (hr || other).then(|| {
        if leaves_out {
            Err(format!("“{written}” also says what is not covered: tick what is"))
        } else {
            Ok((hr, other))
        }
    })
}

/// A day, and whether day and month could be the other way round. The list writes the month first.
fn date(text: &str) -> Option<(NaiveDate, bool)> {
    let text = text.trim();
    if let Ok(date) = text.parse() {
        return Some((date, false));
    }
    for form in ["%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y"] {
        if let Ok(date) = NaiveDate::parse_from_str(text, form) {
            return Some((date, false));
        }
    }
    let parts: Vec<u32> = text
        .split('/')
        .map(|part| part.trim().parse().ok())
        .collect::<Option<_>>()?;
    let [month, day, year] = parts[..] else {
        return None;
    };
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok().filter(|year| *year > 1999)?, month, day)?;
    Some((date, day <= 12 && day != month))
}
