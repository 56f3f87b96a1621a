//! Which column is which field, and why. The header decides; where it is ambiguous, what stands below it does.

use std::fmt;

use serde::{Deserialize, Serialize};

use domain::engagement::LocationKind;

use super::category::category;
use super::cell::{Cell, shorten};
use super::file::Unreadable;
use super::header::{Verdict, has, verdict, words};
use super::table::Table;
use super::{Problem, Severity};

/// What a column can be taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The company's name.
    Name,
    /// One of our categories.
    Category,
    /// The company's product that is used.
    Service,
    /// What it is used for.
    Purpose,
    /// Where the data is; the kind where the header tells it.
    Location(Option<LocationKind>),
    /// Which data.
    DataCategories,
    /// Whose data.
    DataSubjects,
    /// Where to reach the company: e-mail, telephone, post.
    Contact,
    /// Its address.
    Address,
    /// Addresses on the web.
    Links,
    /// Number in a company register.
    RegistrationNumber,
    /// Where the company is established.
    RegistrationCountry,
    /// Since when it is used.
    InUseSince,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Name => "legal name",
            Self::Category => "category",
            Self::Service => "service",
            Self::Purpose => "purpose",
            Self::Location(None) => "location",
            Self::Location(Some(kind)) => return write!(f, "location ({})", kind.label()),
            Self::DataCategories => "data categories",
            Self::DataSubjects => "data subjects",
            Self::Contact => "contact",
            Self::Address => "address",
            Self::Links => "links",
            Self::RegistrationNumber => "registration number",
            Self::RegistrationCountry => "country of establishment",
            Self::InUseSince => "in use since",
        };
        f.write_str(name)
    }
}

/// What a column was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMapping {
    /// Its name in the list.
    pub column: String,
    /// `None`: left out.
    pub field: Option<Field>,
    /// The reason, for the person who checks it.
    pub why: String,
}

/// Decides for every column.
pub(super) fn map(table: &Table) -> Result<Vec<ColumnMapping>, Unreadable> {
    let mut decided: Vec<(Option<(Field, u8)>, String)> = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        decided.push(match verdict(column) {
            Verdict::Field(field, rank) => (Some((field, rank)), "the header says so".to_owned()),
            Verdict::NoField(why) => (None, why.to_owned()),
            Verdict::Ambiguous => by_values(table, index),
            Verdict::Unknown => (None, "the header is none that is known".to_owned()),
        });
    }
    if decided
        .iter()
        .all(|(field, _)| !matches!(field, Some((Field::Name, _))))
    {
        return Err(Unreadable::NoName(shorten(&table.columns.join(", "), 300)));
    }
    let losers: Vec<(usize, usize)> = (0..decided.len())
        .filter_map(|at| Some((at, beaten_by(&decided, at)?)))
        .collect();
    for (loser, winner) in losers {
        let Some((field, _)) = decided[loser].0.take() else {
            continue;
        };
        decided[loser].1 = format!(
            "also looks like {field}, which is taken from \"{}\"",
            table.columns[winner]
        );
    }
    let columns = table.columns.iter().zip(decided);
    Ok(columns
        .map(|(column, (field, why))| ColumnMapping {
            column: column.clone(),
            field: field.map(|(f, _)| f),
            why,
        })
        .collect())
}

/// The column that takes this one's field, where only one can.
fn beaten_by(decided: &[(Option<(Field, u8)>, String)], at: usize) -> Option<usize> {
    let (field, rank) = decided[at].0?;
    if matches!(field, Field::Links | Field::Contact | Field::Location(Some(_))) {
        return None;
    }
    let rivals = decided
        .iter()
        .enumerate()
        .filter_map(|(index, (other, _))| other.map(|(f, r)| (index, f, r)));
    rivals
        .filter(|(index, f, r)| *f == field && (*r, *index) < (rank, at))
        .map(|(index, ..)| index)
        .next()
}

/// Notes for every column that was left out and says something.
pub(super) fn left_out(mapping: &[ColumnMapping], table: &Table) -> Vec<Problem> {
    let unused = mapping.iter().enumerate().filter(|(_, m)| m.field.is_none());
    let notes = unused.filter_map(|(index, m)| {
        let filled: Vec<&Cell> = table.column(index).filter(|cell| !cell.is_blank()).collect();
        let first = filled.first()?;
        let reason = format!(
            "column left out (filled in {} of {} rows): {}",
            filled.len(),
            table.rows.len(),
            m.why
        );
        Some(Problem::new(
            Severity::Note,
            None,
            Some(&m.column),
            &first.one_line(),
            reason,
        ))
    });
    notes.collect()
}

/// Which field the values below an ambiguous header look like.
fn by_values(table: &Table, index: usize) -> (Option<(Field, u8)>, String) {
    let filled: Vec<&Cell> = table
        .column(index)
        .filter(|cell| !cell.is_blank())
        .take(200)
        .collect();
    let most = |test: fn(&Cell) -> bool| {
        !filled.is_empty() && filled.iter().filter(|cell| test(cell)).count() * 10 >= filled.len() * 6
    };
    let found = if most(|cell| category(&cell.one_line()).is_some()) {
        (Field::Category, "the values are categories")
    } else if most(|cell| {
        !cell.links.is_empty() && cell.lines().all(|line| line.contains("://") || line.len() < 60)
    }) {
        (Field::Links, "the values are links")
    } else if most(names_people) {
        (Field::DataSubjects, "the values name groups of people")
    } else if most(names_data) {
        (Field::DataCategories, "the values name kinds of data")
    } else {
        return (
            None,
            "neither the header nor the values tell what it is".to_owned(),
        );
    };
    (Some((found.0, 5)), found.1.to_owned())
}

fn names_people(cell: &Cell) -> bool {
    has(
        &words(&cell.text),
        &[
            "user",
            "customer",
            "employee",
            "visitor",
            "subscriber",
            "patient",
            "student",
            "member",
            "staff",
            "lead",
            "prospect",
            "individual",
            "client",
            "people",
        ],
    )
}

fn names_data(cell: &Cell) -> bool {
    has(
        &words(&cell.text),
        &[
            "name",
            "email",
            "ip",
            "identifier",
            "address",
            "data",
            "log",
            "content",
            "usage",
            "credential",
            "payment",
            "phone",
            "metadata",
        ],
    )
}
