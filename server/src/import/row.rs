//! One row of the list as a draft. A field the row does not fill stays unknown.

use std::collections::HashMap;

use chrono::NaiveDate;
use domain::country::{Country, Place};
use domain::engagement::Category;
use serde::{Deserialize, Serialize};

use super::category::category;
use super::cell::{Cell, shorten};
use super::contact::Contact;
use super::link::{self, DraftLink};
use super::location::{self, Location};
use super::mapping::{ColumnMapping, Field};
use super::table::{Row, Table};
use super::{Problem, Severity, dates, names};

/// What one row says about a subprocessor. `None` and empty lists mean: the list does not say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The row, counted from 1 below the header.
    pub row: usize,
    /// Its first line in the file, where the format has lines.
    pub line: Option<usize>,
    /// The name as it stands there.
    pub legal_name: String,
    /// The category.
    pub category: Option<Category>,
    /// The company's product that is used.
    pub service: Option<String>,
    /// What it is used for.
    pub purpose: Option<String>,
    /// Countries that were understood.
    pub locations: Vec<Location>,
    /// Words in a location column that name no country: the locations are incomplete.
    pub unknown_locations: Vec<String>,
    /// Which data.
    pub data_categories: Vec<String>,
    /// Whose data.
    pub data_subjects: Vec<String>,
    /// Where to reach the company.
    pub contact: Contact,
    /// The company's address, line by line.
    pub address: Vec<String>,
    /// Web addresses.
    pub links: Vec<DraftLink>,
    /// Number in a company register.
    pub registration_number: Option<String>,
    /// Country of establishment.
    pub registration_country: Option<Country>,
    /// Since when it is used, by the list.
    pub in_use_since: Option<NaiveDate>,
    /// Words that suggest an optional feature; a person decides.
    pub optional_hint: Option<String>,
    /// Every filled cell as it was read, so that nothing of the list is lost.
    pub source: Vec<(String, String)>,
}

const MAX_NAME: usize = 200;
const MAX_TEXT: usize = 2_000;

/// Drafts from all rows, and what could not be taken over.
pub(super) fn drafts(table: &Table, mapping: &[ColumnMapping]) -> (Vec<Draft>, Vec<Problem>) {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut problems = Vec::new();
    let mut rows_by_name: HashMap<String, Vec<usize>> = HashMap::new();
    for row in &table.rows {
        let Some(draft) = draft(row, mapping, &mut problems) else {
            continue;
        };
        let same_name = rows_by_name.entry(names::key(&draft.legal_name)).or_default();
        if let Some(twin) = same_name.iter().find(|at| drafts[**at].source == draft.source) {
            let reason = format!("the same as row {}, word for word; taken once", drafts[*twin].row);
            problems.push(Problem::new(
                Severity::Warning,
                Some(row.number),
                None,
                &draft.legal_name,
                reason,
            ));
            continue;
        }
        if let Some(first) = same_name.first() {
            let reason = format!(
                "the same company as row {} with other values; it becomes a second engagement of one organisation",
                drafts[*first].row
            );
            problems.push(Problem::new(
                Severity::Warning,
                Some(row.number),
                None,
                &draft.legal_name,
                reason,
            ));
        }
        same_name.push(drafts.len());
        drafts.push(draft);
    }
    (drafts, problems)
}

/// Reads one row; `None` when it gives no draft, with the reason among the problems.
fn draft(row: &Row, mapping: &[ColumnMapping], problems: &mut Vec<Problem>) -> Option<Draft> {
    let number = Some(row.number);
    let source: Vec<(String, String)> = mapping
        .iter()
        .zip(&row.cells)
        .filter(|(_, cell)| !cell.text.is_empty())
        .map(|(m, cell)| (m.column.clone(), cell.text.clone()))
        .collect();
    if let Some(fault) = &row.fault {
        let shown = row
            .cells
            .iter()
            .map(Cell::one_line)
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join(" | ");
        problems.push(Problem::new(
            Severity::Error,
            number,
            None,
            &shown,
            at_line(row, fault),
        ));
        return None;
    }
    let (name_column, name_cell) = mapping
        .iter()
        .zip(&row.cells)
        .find(|(m, _)| m.field == Some(Field::Name))?;
    if let Some(reason) = no_name(name_cell, &source) {
        let shown = source
            .iter()
            .map(|(_, text)| text.as_str())
            .collect::<Vec<_>>()
            .join(" | ");
        problems.push(Problem::new(
            Severity::Error,
            number,
            Some(&name_column.column),
            &shown,
            at_line(row, reason),
        ));
        return None;
    }
    let mut draft = Draft {
        row: row.number,
        line: row.line,
        legal_name: name_cell.one_line(),
        category: None,
        service: None,
        purpose: None,
        locations: Vec::new(),
        unknown_locations: Vec::new(),
        data_categories: Vec::new(),
        data_subjects: Vec::new(),
        contact: Contact::default(),
        address: Vec::new(),
        links: Vec::new(),
        registration_number: None,
        registration_country: None,
        in_use_since: None,
        optional_hint: None,
        source,
    };
    for (m, cell) in mapping.iter().zip(&row.cells) {
        read_cell(m, cell, &mut draft, problems);
    }
    conclude(&mut draft, &name_column.column, problems);
    Some(draft)
}

/// The reason with the line to look at, where the file has lines.
fn at_line(row: &Row, reason: &str) -> String {
    row.line.map_or_else(
        || reason.to_owned(),
        |line| format!("{reason} (line {line} of the file)"),
    )
}

fn no_name(cell: &Cell, source: &[(String, String)]) -> Option<&'static str> {
    let name = cell.one_line();
    if cell.is_blank() || name.is_empty() {
        return Some("no name");
    }
    if name.chars().count() > MAX_NAME {
        return Some("longer than 200 characters; no company has such a name");
    }
    if !name.chars().any(char::is_alphanumeric) {
        return Some("no letters in the name");
    }
    let alone = source.len() == 1 && category(&name).is_some();
    alone.then_some("looks like a heading between rows: only this cell is filled, and it names a category")
}

fn read_cell(mapping: &ColumnMapping, cell: &Cell, draft: &mut Draft, problems: &mut Vec<Problem>) {
    let column = mapping.column.as_str();
    let number = Some(draft.row);
    let mut say = |severity, value: &str, reason: &str| {
        problems.push(Problem::new(severity, number, Some(column), value, reason));
    };
    if cell.cut {
        say(
            Severity::Warning,
            &cell.text,
            "longer than 10,000 characters; the rest was cut off",
        );
    }
    if cell.is_blank() {
        if !cell.text.is_empty() && mapping.field.is_some() {
            say(Severity::Note, &cell.text, "says nothing; left unknown");
        }
        return;
    }
    if draft.optional_hint.is_none() {
        draft.optional_hint = optional_hint(cell);
    }
    match mapping.field {
        Some(Field::Category) => {
            draft.category = category(&cell.one_line());
            if draft.category.is_none() {
                say(
                    Severity::Warning,
                    &cell.one_line(),
                    "no category is known by this word; left unknown",
                );
            }
        }
        Some(Field::Service) => draft.service = Some(text(cell, &mut say)),
        Some(Field::Purpose) => draft.purpose = Some(text(cell, &mut say)),
        Some(Field::DataCategories) => draft.data_categories = list(cell),
        Some(Field::DataSubjects) => draft.data_subjects = list(cell),
        Some(Field::RegistrationNumber) => draft.registration_number = Some(text(cell, &mut say)),
        Some(Field::RegistrationCountry) => {
            let reading = location::read(cell, None);
            match (&reading.locations[..], reading.unknown.is_empty()) {
                (
                    [
                        Location {
                            place: Place::Country(country),
                            ..
                        },
                    ],
                    true,
                ) => draft.registration_country = Some(*country),
                _ => say(
                    Severity::Warning,
                    &cell.one_line(),
                    "not one country; left unknown",
                ),
            }
        }
        Some(Field::InUseSince) => match dates::read(&cell.text) {
            Some(date) => draft.in_use_since = Some(date),
            None => say(
                Severity::Warning,
                &cell.one_line(),
                "no date that can be told for certain; left unknown",
            ),
        },
        Some(Field::Contact) => draft.contact.read(cell),
        Some(Field::Address) => draft.address = cell.lines().map(str::to_owned).collect(),
        Some(Field::Location(kind)) => {
            let reading = location::read(cell, kind);
            for (text, reason) in &reading.unknown {
                say(Severity::Warning, text, reason);
            }
            for (text, reason) in &reading.remarks {
                say(Severity::Note, text, reason);
            }
            draft.locations.extend(reading.locations);
            draft
                .unknown_locations
                .extend(reading.unknown.into_iter().map(|(text, _)| text));
        }
        Some(Field::Links) if cell.links.is_empty() && !cell.text.contains('.') => {
            say(
                Severity::Warning,
                &cell.one_line(),
                "no web address in it; left out",
            );
        }
        Some(Field::Links | Field::Name) | None => {}
    }
    link::collect(cell, column, mapping.field == Some(Field::Links), draft, problems);
}

/// What can be said only when the whole row is known.
fn conclude(draft: &mut Draft, name_column: &str, problems: &mut Vec<Problem>) {
    let number = Some(draft.row);
    let mut say = |severity, column: Option<&str>, value: &str, reason: String| {
        problems.push(Problem::new(severity, number, column, value, reason));
    };
    if draft.category.is_none()
        && let Some(purpose) = &draft.purpose
        && let Some(category) = category(purpose)
    {
        draft.category = Some(category);
        say(
            Severity::Note,
            None,
            purpose,
            format!("the purpose is the name of a category; taken as {category} too"),
        );
    }
    if names::has_other_name(&draft.legal_name) {
        say(
            Severity::Note,
            Some(name_column),
            &draft.legal_name,
            "names two names; kept as written".to_owned(),
        );
    } else if !names::has_legal_form(&draft.legal_name) {
        let reason = "without a legal form (Inc., GmbH, AS …); a notice needs the legal name".to_owned();
        say(Severity::Note, Some(name_column), &draft.legal_name, reason);
    }
    for address in &draft.contact.personal_addresses {
        let reason = "may be a person's address; it is kept for staff and never shown in public".to_owned();
        say(Severity::Warning, None, address, reason);
    }
    if !draft.contact.other_mailboxes.is_empty() {
        let others = draft.contact.other_mailboxes.join(", ");
        let reason = "more than one mailbox; the first was taken as the contact".to_owned();
        say(Severity::Note, None, &others, reason);
    }
    if let Some(hint) = &draft.optional_hint {
        let reason = "suggests a feature that customers switch on; left for a person to decide".to_owned();
        say(Severity::Note, None, hint, reason);
    }
}

fn text(cell: &Cell, say: &mut impl FnMut(Severity, &str, &str)) -> String {
    let text = cell.one_line();
    if text.chars().count() <= MAX_TEXT {
        return text;
    }
    say(
        Severity::Warning,
        &text,
        "longer than 2,000 characters; the rest was cut off",
    );
    shorten(&text, MAX_TEXT)
}

/// One entry per line; a single line is split at semicolons, or at commas outside brackets.
fn list(cell: &Cell) -> Vec<String> {
    let lines: Vec<&str> = cell.lines().collect();
    let mut entries: Vec<String> = Vec::new();
    let mut push = |entry: &str| {
        let entry = entry
            .trim()
            .trim_start_matches(['-', '*', '•', '·'])
            .trim()
            .trim_end_matches([';', ','])
            .to_owned();
        if !entry.is_empty() && !entries.contains(&entry) {
            entries.push(entry);
        }
    };
    let [line] = lines[..] else {
        lines.into_iter().for_each(push);
        return entries;
    };
    // "Contact: e-mail, telephone" is one category with its elements.
    let is_labelled = line
        .split_once(':')
        .is_some_and(|(label, rest)| !label.contains(',') && rest.starts_with(' '));
    let separator = if line.contains(';') { ';' } else { ',' };
    if is_labelled && separator == ',' {
        push(line);
        return entries;
    }
    let (mut depth, mut start) = (0_usize, 0);
    for (at, c) in line.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if c == separator && depth == 0 => {
                push(&line[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    push(&line[start..]);
    entries
}

/// The line of a cell that speaks of a feature one can switch on.
fn optional_hint(cell: &Cell) -> Option<String> {
    let marks = [
        "optional",
        "opt-in",
        "opt in",
        "if enabled",
        "when enabled",
        "is enabled",
        "are enabled",
        "only if",
        "if you use",
        "if used",
    ];
    cell.lines()
        .find(|line| marks.iter().any(|mark| line.to_lowercase().contains(mark)))
        .map(|line| shorten(line, 200))
}
