//! What staff see of mail: whether it leaves, what did not arrive and why, and a way to send it again.

mod pages;

use crate::mailbox::MailView;
use crate::ui::Tone;

pub use pages::{QueuePage, SentPage};

/// The queue as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// Form token.
    pub csrf: String,
    /// Whether it works, in words; none while it does.
    pub trouble: Option<Trouble>,
    /// How many mails are in each state, and in how many ways staff should care.
    pub counts: Vec<Count>,
    /// Mails to look at.
    pub mails: Vec<Line>,
    /// Whether this person may send again and start again.
    pub may_resend: bool,
}

/// Why mails do not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// How bad it is.
    pub tone: Tone,
    /// In one line.
    pub title: String,
    /// What the relay says, and what happens next.
    pub text: String,
    /// Whether a person can start it again.
    pub can_resume: bool,
}

/// A number and what it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The state.
    pub label: String,
    /// What it means.
    pub meaning: &'static str,
    /// How many.
    pub count: i64,
}

/// A mail in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its own page.
    pub path: String,
    /// Which message.
    pub kind: String,
    /// Who it is for.
    pub to: String,
    /// Its state in words.
    pub state: String,
    /// How the state is shown.
    pub tone: Tone,
    /// Whether the recipient may have it twice.
    pub is_possible_duplicate: bool,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it is where it is, and when it is tried again.
    pub reason: String,
    /// Whether it can be sent again.
    pub can_resend: bool,
}

/// One mail with its history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Form token.
    pub csrf: String,
    /// As in the list.
    pub line: Line,
    /// When it was queued.
    pub queued: String,
    /// When the relay took it.
    pub accepted: Option<String>,
    /// As in the header.
    pub message_id: String,
    /// What was learnt about its attempts, oldest first.
    pub results: Vec<Attempt>,
    /// What the mail service reported later, oldest first.
    pub reports: Vec<ReportLine>,
    /// Its content; none when it could not be built or opened.
    pub view: Option<MailView>,
    /// Whether this person may send it again.
    pub may_resend: bool,
}

/// One thing learnt about an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which attempt.
    pub number: i64,
    /// When it was learnt.
    pub at: String,
    /// What, in words.
    pub outcome: &'static str,
    /// The relay's words.
    pub reply: String,
}

/// One thing that the mail service reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportLine {
    /// When it happened, by the mail service's clock.
    pub at: String,
    /// What, in words.
    pub what: &'static str,
    /// The mail service's words.
    pub reason: String,
}
