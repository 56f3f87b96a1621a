//! The demo's mailbox, and a mail as it is read.

mod pages;

pub use pages::{Letter, ListPage, MailPage};

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxList {
    /// What it was narrowed by.
    pub words: String,
    /// Newest first.
    pub lines: Vec<MailLine>,
}

/// One mail in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailLine {
    /// Where it is read.
    pub path: String,
    /// Its subject.
    pub subject: String,
    /// Its recipient.
    pub to: String,
    /// When it came, written out.
    pub received: String,
}

/// A header as it stands in the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value, unfolded.
    pub value: String,
}

/// A mail's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailView {
    /// Decoded.
    pub subject: String,
    /// In the order of the mail.
    pub headers: Vec<Header>,
    /// The plain-text part.
    pub text: String,
    /// Addresses in the text, each once.
    pub links: Vec<String>,
    /// Where the HTML part is served.
    pub html_path: String,
}
