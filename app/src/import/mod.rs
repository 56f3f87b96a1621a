//! Taking in an existing list: choose a file, look at what was understood, write drafts, adopt what is in use.

pub mod adopt;
pub mod pages;

use crate::ui::{FieldErrors, Tone};

/// The form for a file, with what was taken in before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upload {
    /// The form token.
    pub csrf: String,
    /// What is wrong with what was posted.
    pub errors: FieldErrors,
    /// Lists taken in last.
    pub past: Vec<PastImport>,
    /// Whether the reader may adopt drafts.
    pub may_adopt: bool,
}

/// A list that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastImport {
    /// Its page.
    pub path: String,
    /// The file's name.
    pub file_name: String,
    /// When.
    pub at: String,
    /// "11 rows: 11 drafts, …".
    pub summary: String,
}

/// A column of the list and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnLine {
    /// Its name in the list.
    pub column: String,
    /// The field; `None` when it was left out.
    pub field: Option<String>,
    /// Why.
    pub why: String,
}

/// Something that was not taken over as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemLine {
    /// How bad it is.
    pub tone: Tone,
    /// The column, where it is about one.
    pub column: Option<String>,
    /// What stands there.
    pub value: String,
    /// Why it was not taken over.
    pub reason: String,
}

/// A row as it was understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowLine {
    /// The row's number.
    pub number: usize,
    /// The company; `None` when the row gives no draft.
    pub name: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Purpose.
    pub purpose: Option<String>,
    /// Locations.
    pub locations: Vec<String>,
    /// Data categories.
    pub data: Vec<String>,
    /// What writing does with it.
    pub outcome: Option<String>,
    /// What was not understood, worst first.
    pub problems: Vec<ProblemLine>,
}

/// What was understood of a file; nothing is written yet, or it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Understood {
    /// The file's name.
    pub file_name: String,
    /// "JSON, 10 columns, 7 rows; dated 2024-08-19".
    pub about: String,
    /// "7 rows: 7 drafts, 1 warning, …".
    pub summary: String,
    /// Its columns.
    pub columns: Vec<ColumnLine>,
    /// What is to be said about the document as a whole.
    pub notes: Vec<ProblemLine>,
    /// Its rows; of a very long list the first ones.
    pub rows: Vec<RowLine>,
    /// How many rows are not shown.
    pub more_rows: usize,
}

/// The look at a file before anything is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// The form token.
    pub csrf: String,
    /// What was understood.
    pub understood: Understood,
    /// How many new drafts writing makes.
    pub drafts: usize,
    /// Said when the very same file was taken in before.
    pub taken_in_before: Option<String>,
    /// The file itself, base64, so that what is confirmed is what was looked at.
    pub file: String,
    /// What is wrong with the confirmation.
    pub errors: FieldErrors,
}

/// A list after it was taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// What was understood then.
    pub understood: Understood,
    /// When and by whom.
    pub dateline: String,
    /// Whether the reader may adopt drafts.
    pub may_adopt: bool,
}
