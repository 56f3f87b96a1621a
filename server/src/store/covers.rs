//! Which type of change covers which differing field of a version, as its author said.

use chrono::{DateTime, Utc};
use domain::change::Cover;
use domain::id::{StaffId, VersionId};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, Tx};

/// What was said of one version of an engagement or of a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCovers {
    /// The version.
    pub version_id: VersionId,
    /// Every field that differs from what others were shown, with the type that covers it.
    pub covers: Vec<Cover>,
    /// Why a type of a lower class is right, where one was chosen.
    pub reason: Option<String>,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
}

#[derive(sqlx::FromRow)]
struct Row {
    version_id: Uuid,
    covers: Json<Vec<Cover>>,
    reason: Option<String>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

/// Keeps what was said of a version; a version is spoken of once.
pub async fn append_covers(tx: &mut Tx, new: &VersionCovers) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO version_covers (version_id, covers, reason, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(new.version_id.uuid())
        .bind(Json(&new.covers))
        .bind(new.reason.as_deref())
        .bind(new.recorded_at)
        .bind(new.recorded_by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// What was said of a version; nothing where nobody relied on the facts yet.
pub async fn find_covers(tx: &mut Tx, version_id: VersionId) -> Result<Option<VersionCovers>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT version_id, covers, reason, recorded_at, recorded_by FROM version_covers WHERE version_id = $1",
        )
        .bind(version_id.uuid())
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(|row| VersionCovers {
        version_id: row.version_id.into(),
        covers: row.covers.0,
        reason: row.reason,
        recorded_at: row.recorded_at,
        recorded_by: row.recorded_by.into(),
    }))
}
