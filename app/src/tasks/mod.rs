//! What is to be done, by whom, until when.

mod pages;

use crate::ui::Link;

pub use pages::StartPage;

/// One task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLine {
    /// What is to be done.
    pub title: String,
    /// Where it is done.
    pub path: String,
    /// Whose it is: "Legal editor".
    pub role: String,
    /// "Thursday 31 December 2026", where it has a last day.
    pub due: Option<String>,
    /// Whether that day has passed.
    pub is_overdue: bool,
    /// Since when it is open.
    pub since: String,
    /// Where "Done" posts to, if this person may say so.
    pub done: Option<String>,
}

/// Where a working day starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Who is signed in.
    pub name: String,
    /// Form token.
    pub csrf: String,
    /// What is open for this person's roles, most urgent first.
    pub mine: Vec<TaskLine>,
    /// What is open for others.
    pub others: Vec<TaskLine>,
    /// The sections that this person may see.
    pub sections: Vec<Link>,
}
