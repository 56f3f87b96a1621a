//! The audit log as staff read it, and what its verification found.

mod pages;

pub use pages::{AuditPage, VerificationPage};

use chrono::{DateTime, Utc};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its place in the chain.
    pub seq: i64,
    /// When, in the publisher's zone.
    pub moment: String,
    /// The same for machines.
    pub at: DateTime<Utc>,
    /// Who: a name, or what kind of actor.
    pub actor: String,
    /// What: `notice.approved`.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// To which.
    pub subject_id: Option<String>,
    /// The details, indented; none once they were purged.
    pub payload: Option<String>,
    /// The entry's hash, hex.
    pub hash: String,
}

/// What the list was narrowed to; empty for everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only this action.
    pub action: String,
    /// Only this kind of subject.
    pub subject: String,
    /// Only this subject.
    pub subject_id: String,
}

impl AuditFilter {
    /// Whether it leaves anything out.
    pub fn is_narrow(&self) -> bool {
        *self != Self::default()
    }

    /// The address of a part of the list: from the entry with this number, newest first.
    pub fn path(&self, from: u64) -> String {
        let mut path = "/staff/audit".to_owned();
        let from = if from > 1 { from.to_string() } else { String::new() };
        let parts = [
            ("action", &self.action),
            ("subject", &self.subject),
            ("subject_id", &self.subject_id),
            ("from", &from),
        ];
        for (name, value) in parts {
            if !value.is_empty() {
                path.push(if path.contains('?') { '&' } else { '?' });
                path.push_str(&format!("{name}={value}"));
            }
        }
        path
    }
}

/// A part of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditList {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// What was asked for.
    pub filter: AuditFilter,
    /// Number of the first one shown, from 1.
    pub from: u64,
    /// How many there are.
    pub total: u64,
    /// How many are shown at once.
    pub size: u64,
    /// Every action that occurs.
    pub actions: Vec<String>,
    /// Every kind of subject that occurs.
    pub subjects: Vec<String>,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// When it was done, in the publisher's zone.
    pub moment: String,
    /// Entries read.
    pub count: i64,
    /// Hash of the last, hex.
    pub head: String,
    /// Checkpoints that fit.
    pub checkpoints: usize,
    /// Checkpoints whose key is gone.
    pub unchecked: usize,
    /// Payloads that were purged.
    pub purged: usize,
    /// The first thing that does not fit, and the number of the row concerned.
    pub first_break: Option<(String, i64)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_only_what_narrows() {
        let everything = AuditFilter::default();
        assert_eq!(everything.path(1), "/staff/audit");
        assert_eq!(everything.path(51), "/staff/audit?from=51");
        let narrow = AuditFilter {
            action: "notice.approved".into(),
            subject: "notice".into(),
            ..AuditFilter::default()
        };
        assert_eq!(
            narrow.path(1),
            "/staff/audit?action=notice.approved&subject=notice"
        );
    }
}
