//! A contact's own notice: what changes, until when, and what they can do.

mod pages;

use domain::notice::NoticeContent;
use domain::policy::Asked;

use crate::ui::WindowDrawing;

pub use pages::{ContentFacts, FormerPage, NoticePage, ObjectForm, ObjectPage};

/// The deadline that holds for this customer, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// "Thursday 31 December 2026, 24:00, Oslo".
    pub last_day: String,
    /// The earliest start for this customer.
    pub earliest: String,
    /// "30 calendar days".
    pub period: String,
    /// Whether the last day has passed.
    pub is_over: bool,
    /// Why it may still move, if it may.
    pub note: Option<String>,
    /// The window as a picture.
    pub drawing: WindowDrawing,
}

/// One line of the change, as far as this customer is concerned.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeLine {
    /// Its id, for the objection form.
    pub id: String,
    /// What is told of it.
    pub content: NoticeContent,
    /// Where this customer stands, in words.
    pub standing: String,
    /// Whether a written yes or no can be given now, and which.
    pub asked: Asked,
    /// What they answered in writing: "Approved by Kari Nordmann on …".
    pub answered: Option<String>,
    /// Their case, if they filed one: number, state in words, address.
    pub case: Option<(String, String, String)>,
    /// Whether an objection can be filed now.
    pub may_object: bool,
    /// This line's own last day, where it is later than the one on top.
    pub last_day: Option<String>,
    /// Whether this line's last day has passed.
    pub is_late: bool,
    /// Whether it has started for this customer already.
    pub has_started: bool,
    /// Whether an open objection keeps it from starting for this customer.
    pub is_held: bool,
}

/// Everything that the page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeView {
    /// "2026-003, version 1".
    pub number: String,
    /// Title of the change.
    pub title: String,
    /// The customer.
    pub customer: String,
    /// The publisher.
    pub publisher: String,
    /// "Dispatched Monday 23 November 2026".
    pub dispatched: String,
    /// The deadline, where the class of change has one.
    pub deadline: Option<Deadline>,
    /// The lines.
    pub lines: Vec<NoticeLine>,
    /// The planned start in words.
    pub planned: Option<String>,
    /// What the notice asks of this customer.
    pub asked: Asked,
    /// What silence means, what happens after an objection, what grounds are needed; nothing where no window runs.
    pub rights: Vec<String>,
    /// What an objection must state.
    pub grounds: String,
    /// Clause and article.
    pub legal_reference: String,
    /// Why the person got the mail.
    pub why: String,
    /// Hash of what was sent.
    pub content_hash: String,
    /// Who acknowledged it and when.
    pub acknowledged: Option<String>,
    /// What the reader cannot do until they are confirmed as a contact.
    pub unconfirmed: Option<String>,
    /// Set when the change was cancelled.
    pub cancelled: bool,
    /// Address of this page without the site: `/n/…`.
    pub path: String,
    /// Form token.
    pub csrf: String,
}

/// What somebody sees who was sent a notice and is no contact of the customer any more.
#[derive(Clone, Debug, PartialEq)]
pub struct FormerView {
    /// "2026-003, version 1".
    pub number: String,
    /// Title of the change.
    pub title: String,
    /// The customer.
    pub customer: String,
    /// The publisher.
    pub publisher: String,
    /// "dispatched Monday 23 November 2026".
    pub dispatched: String,
    /// What was told, line by line.
    pub contents: Vec<NoticeContent>,
    /// Hash of what was sent.
    pub content_hash: String,
}
