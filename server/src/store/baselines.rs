//! Engagements that were in use before the register knew them: adopted as they were, and marked so for ever.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::gate::Reason;
use domain::id::{EngagementId, StaffId};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Of, Result, Tx};

/// What an approver attested. It claims use, not notice.
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
    /// The gates that were red then.
    pub findings: Vec<Reason>,
}

#[derive(sqlx::FromRow)]
struct Row {
    engagement_id: Uuid,
    in_use_since: NaiveDate,
    attested_at: DateTime<Utc>,
    attested_by: Uuid,
    findings: Json<Vec<Reason>>,
}

impl From<Row> for Baseline {
    fn from(row: Row) -> Self {
        Self {
            engagement_id: row.engagement_id.into(),
            in_use_since: row.in_use_since,
            attested_at: row.attested_at,
            attested_by: row.attested_by.into(),
            findings: row.findings.0,
        }
    }
}

/// Records a baseline; a second one for the same engagement is a duplicate.
pub async fn insert_baseline(tx: &mut Tx, baseline: &Baseline) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO baselines (engagement_id, in_use_since, attested_at, attested_by, findings)
             VALUES ($1, $2, $3, $4, $5)",
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

/// The baseline of an engagement, if it was adopted.
pub async fn find_baseline(tx: &mut Tx, id: EngagementId) -> Result<Option<Baseline>> {
    Ok(list_baselines(tx, Of::These(&[id])).await?.pop())
}

/// Baselines, oldest use first.
pub async fn list_baselines(tx: &mut Tx, of: Of<'_, EngagementId>) -> Result<Vec<Baseline>> {
    let sql = format!(
        "SELECT engagement_id, in_use_since, attested_at, attested_by, findings FROM baselines
         WHERE {} ORDER BY in_use_since, engagement_id",
        of.among(tx, "engagement_id")
    );
    let rows: Vec<Row> = of.rows(tx, sql).await?;
    Ok(rows.into_iter().map(Baseline::from).collect())
}

/// Engagements that a change speaks of, unless it was cancelled: they are about to start or to change.
pub async fn list_engagements_in_changes(tx: &mut Tx) -> Result<HashSet<EngagementId>> {
    let ids: Vec<Uuid> = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT DISTINCT l.engagement_id FROM lines l JOIN changes c ON c.id = l.change_id
             WHERE c.state <> 'CANCELLED'",
        )
        .fetch_all(c)
        .await
    })?;
    Ok(ids.into_iter().map(EngagementId::from).collect())
}

/// Engagements that a change speaks of which is not over: customers are being told, or are about to be.
pub async fn list_engagements_under_way(tx: &mut Tx) -> Result<HashSet<EngagementId>> {
    let ids: Vec<Uuid> = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT DISTINCT l.engagement_id FROM lines l JOIN changes c ON c.id = l.change_id
             WHERE c.state NOT IN ('CANCELLED', 'CLOSED')",
        )
        .fetch_all(c)
        .await
    })?;
    Ok(ids.into_iter().map(EngagementId::from).collect())
}
