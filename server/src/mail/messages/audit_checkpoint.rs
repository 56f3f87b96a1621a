use super::{filters, templates};

/// To whoever keeps checkpoints outside this installation.
#[derive(Debug, Clone, Copy)]
pub struct AuditCheckpoint<'a> {
    /// The publisher.
    pub publisher: &'a str,
    /// The publisher’s day on which it was made.
    pub day: &'a str,
    /// Entries in the log then.
    pub count: i64,
    /// The checkpoint itself, as JSON in several lines.
    pub document: &'a str,
    /// Where the newest one is published.
    pub link: &'a str,
}

templates! {
    AuditCheckpoint, "audit_checkpoint",
    "mail/audit_checkpoint/subject.txt",
    "mail/audit_checkpoint/body.txt",
    "mail/audit_checkpoint/body.html"
}
