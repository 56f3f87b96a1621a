//! Engagements taken over as they were found in use (decision 8). Each is marked so for ever.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{EngagementId, StaffId};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, Tx};

/// An approver's word that an engagement was in use already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// The engagement.
    pub engagement_id: EngagementId,
    /// Since when it is in use.
    pub in_use_since: NaiveDate,
    /// When that was attested.
    pub attested_at: DateTime<Utc>,
    /// By whom.
    pub attested_by: StaffId,
    /// The gates that were red then, as codes with details.
    pub findings: Vec<String>,
}

/// Writes a baseline; an engagement has one at most.
pub async fn adopt(tx: &mut Tx, baseline: &Baseline) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO baselines (engagement_id, in_use_since, attested_at, attested_by, findings) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(baseline.engagement_id.uuid())
        .bind(baseline.in_use_since)
        .bind(baseline.attested_at)
        .bind(baseline.attested_by.uuid())
        .bind(Json(&baseline.findings))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The baseline of an engagement.
pub async fn find_baseline(tx: &mut Tx, id: EngagementId) -> Result<Option<Baseline>> {
    let row: Option<(NaiveDate, DateTime<Utc>, Uuid, Json<Vec<String>>)> = on!(tx, |c| {
        sqlx::query_as("SELECT in_use_since, attested_at, attested_by, findings FROM baselines WHERE engagement_id = $1")
            .bind(id.uuid())
            .fetch_optional(c)
            .await
    })?;
    Ok(row.map(|(in_use_since, attested_at, by, findings)| Baseline {
        engagement_id: id,
        in_use_since,
        attested_at,
        attested_by: by.into(),
        findings: findings.0,
    }))
}
