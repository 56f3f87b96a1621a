//! Facts as versions: appended, never overwritten. The same row shape for organisations, engagements and legal records.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{StaffId, VersionId};
use sqlx::types::Json;
use uuid::Uuid;

/// When something was recorded, and by whom; nobody where the product itself or a command did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Product time.
    pub at: DateTime<Utc>,
    /// Who, where a person did.
    pub by: Option<StaffId>,
}

impl Recorded {
    /// By a person.
    #[must_use]
    pub fn by(staff: StaffId, at: DateTime<Utc>) -> Self {
        Self { at, by: Some(staff) }
    }

    /// By the product itself.
    #[must_use]
    pub fn by_system(at: DateTime<Utc>) -> Self {
        Self { at, by: None }
    }
}

/// One version of facts, as it is recorded for ever.
#[derive(Clone, Debug, PartialEq)]
pub struct Version<F> {
    /// Its id: what listings, lines and notices refer to.
    pub id: VersionId,
    /// 1, 2, 3 … within its thing.
    pub number: i64,
    /// What was known.
    pub facts: F,
    /// From when on it is true, where that differs from when it was recorded.
    pub valid_from: Option<NaiveDate>,
    /// When and by whom it was recorded.
    pub recorded: Recorded,
    /// Why, where it corrects what customers or the public were shown.
    pub reason: Option<String>,
}

/// A version that is about to be appended.
#[derive(Clone, Debug)]
pub struct NewVersion<F> {
    /// Its id.
    pub id: VersionId,
    /// What is known.
    pub facts: F,
    /// From when on it is true.
    pub valid_from: Option<NaiveDate>,
    /// When and by whom.
    pub recorded: Recorded,
    /// Why, where it corrects what customers or the public were shown.
    pub reason: Option<String>,
}

/// The row shape of every table of versions.
#[derive(sqlx::FromRow)]
pub(super) struct VersionRow<F: Send + Unpin> {
    pub id: Uuid,
    pub owner_id: Uuid,
    pub version: i64,
    pub facts: Json<F>,
    pub valid_from: Option<NaiveDate>,
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: Option<Uuid>,
    pub reason: Option<String>,
}

impl<F: Send + Unpin> From<VersionRow<F>> for Version<F> {
    fn from(row: VersionRow<F>) -> Self {
        Self {
            id: row.id.into(),
            number: row.version,
            facts: row.facts.0,
            valid_from: row.valid_from,
            recorded: Recorded {
                at: row.recorded_at,
                by: row.recorded_by.map(StaffId::from),
            },
            reason: row.reason,
        }
    }
}
