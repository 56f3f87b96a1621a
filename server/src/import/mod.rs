//! An existing list of subprocessors becomes drafts: bytes and a file name in, drafts and everything that could not be
//! read out.
//!
//! Reading ([`read`]) writes nothing, asks no network and knows no time. Three rules hold throughout: what the list
//! does not say stays unknown, what was left out is reported with its row and column, and no input makes it panic.
//! Writing ([`write_drafts`]) is one transaction and changes nothing that is in the register already.

mod adopt_pages;
pub mod adoption;
mod category;
mod cell;
pub mod command;
mod contact;
mod csv;
mod dates;
mod facts;
mod file;
mod header;
mod html;
mod json;
mod link;
mod location;
mod mapping;
mod markdown;
pub(crate) mod markup;
mod names;
mod nations;
mod pages;
mod plan;
mod report;
mod row;
mod table;
mod write;

#[cfg(test)]
mod tests;

pub use contact::Contact;
pub use file::{Format, Unreadable};
pub use link::{DraftLink, LinkKind};
pub use location::Location;
pub use mapping::{ColumnMapping, Field};
pub use plan::{Author, Done, Outcome, Plan, plan};
pub use row::Draft;
pub use write::{Source, WriteError, Written, file_hash, write_drafts};

use axum::Router;
use axum::routing::{get, post};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::AppState;
use crate::http::form;

/// Largest file that is read.
pub const MAX_BYTES: usize = 5 * 1024 * 1024;
/// Most rows that are read.
pub const MAX_ROWS: usize = 5_000;

/// A list as it was understood. Writing it is another step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// The name of the file as it was given.
    pub file_name: String,
    /// What kind of document it was taken for.
    pub format: Format,
    /// The date the document gives itself.
    pub list_date: Option<NaiveDate>,
    /// How many rows with content the list has.
    pub rows: usize,
    /// What each column was taken for.
    pub mapping: Vec<ColumnMapping>,
    /// One per row that was understood.
    pub drafts: Vec<Draft>,
    /// Everything that was not, or that somebody should look at.
    pub problems: Vec<Problem>,
}

/// Something in the list that was not taken over as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The row, counted from 1 below the header; `None` for the document as a whole.
    pub row: Option<usize>,
    /// The column by its own name.
    pub column: Option<String>,
    /// What stands there, cut to a readable length.
    pub value: String,
    /// Why it was not taken over.
    pub reason: String,
    /// How bad it is.
    pub severity: Severity,
}

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Understood or left out on purpose; said so that nothing disappears in silence.
    Note,
    /// Stands in the list and was not understood, or contradicts something else.
    Warning,
    /// The row gives no draft.
    Error,
}

impl Problem {
    fn new(
        severity: Severity,
        row: Option<usize>,
        column: Option<&str>,
        value: &str,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            row,
            column: column.map(str::to_owned),
            value: cell::shorten(value, 200),
            reason: reason.into(),
            severity,
        }
    }

    fn whole(severity: Severity, value: &str, reason: impl Into<String>) -> Self {
        Self::new(severity, None, None, value, reason)
    }
}

impl Import {
    /// How many rows gave no draft.
    pub fn unreadable(&self) -> usize {
        let mut rows: Vec<usize> = self
            .problems
            .iter()
            .filter(|p| p.severity == Severity::Error)
            .filter_map(|p| p.row)
            .collect();
        rows.sort_unstable();
        rows.dedup();
        rows.len()
    }

    /// How many problems have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.problems.iter().filter(|p| p.severity == severity).count()
    }

    /// What is to be said about one row.
    pub fn problems_of(&self, row: usize) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(move |p| p.row == Some(row))
    }
}

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    let uploads = Router::new()
        .route("/staff/import", get(pages::upload_page).post(pages::write))
        .route("/staff/import/preview", post(pages::preview))
        .layer(form::sheets());
    Router::new()
        .merge(uploads)
        .route("/staff/import/{id}", get(pages::taken_page))
        .route(
            "/staff/register/adopt",
            get(adopt_pages::adopt_page).post(adopt_pages::adopt_drafts),
        )
}

/// Reads a list. The file name only helps to tell the format.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<Import, Unreadable> {
    let text = file::decode(bytes)?;
    let format = Format::of(file_name, &text);
    let document = match format {
        Format::Csv => csv::read(&text)?,
        Format::Json => json::read(&text)?,
        Format::Markdown => markdown::read(&text)?,
        Format::Html => html::read(&text)?,
    };
    let (table, mut problems) = document.into_one_table()?;
    let (list_date, found) = dates::list_date(&table.prose);
    problems.extend(found);

    let mapping = mapping::map(&table)?;
    problems.extend(mapping::left_out(&mapping, &table));
    let (drafts, found) = row::drafts(&table, &mapping);
    problems.extend(found);
    let drafts = link::keep_own(drafts, &mut problems);
    facts::check(&drafts, &mut problems);
    problems.sort_by_key(|p| p.row.unwrap_or(0));
    Ok(Import {
        file_name: cell::shorten(file_name, 200),
        format,
        list_date,
        rows: table.rows.len(),
        mapping,
        drafts,
        problems,
    })
}
