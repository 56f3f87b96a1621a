//! What happened to waivers: asked for, granted by another person, refused, revoked. Rows are only added; how a waiver
//! stands follows from them.

use chrono::{DateTime, Utc};
use domain::gate::{WaiverEvent, WaiverKind, WaiverStep};
use domain::id::{EngagementId, StaffId, WaiverId};
use domain::text::Prose;
use uuid::Uuid;

use super::{Of, Result, Tx, parsed};

#[derive(sqlx::FromRow)]
struct Row {
    request_id: Uuid,
    engagement_id: Uuid,
    kind: String,
    event: String,
    until_at: DateTime<Utc>,
    reason: String,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

impl Row {
    fn read(self) -> Result<WaiverStep> {
        Ok(WaiverStep {
            request: WaiverId::from(self.request_id),
            engagement: EngagementId::from(self.engagement_id),
            kind: parsed::<WaiverKind>("waivers", "kind", &self.kind)?,
            event: parsed::<WaiverEvent>("waivers", "event", &self.event)?,
            until: self.until_at,
            reason: parsed::<Prose>("waivers", "reason", &self.reason)?,
            at: self.recorded_at,
            by: StaffId::from(self.recorded_by),
        })
    }
}

/// Writes down what happened to a waiver; the same thing a second time is a duplicate. `id` is the row's own.
pub async fn append_waiver_step(tx: &mut Tx, id: Uuid, step: &WaiverStep) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO waivers (id, request_id, engagement_id, kind, event, until_at, reason, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id)
        .bind(step.request.uuid())
        .bind(step.engagement.uuid())
        .bind(step.kind.as_str())
        .bind(step.event.as_str())
        .bind(step.until)
        .bind(step.reason.as_str())
        .bind(step.at)
        .bind(step.by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Everything that happened to the waivers of engagements, until an instant or until now; in order.
pub async fn list_waiver_steps(
    tx: &mut Tx,
    of: Of<'_, EngagementId>,
    until: Option<DateTime<Utc>>,
) -> Result<Vec<WaiverStep>> {
    let sql = format!(
        "SELECT request_id, engagement_id, kind, event, until_at, reason, recorded_at, recorded_by FROM waivers
         WHERE {} AND ($2 IS NULL OR recorded_at <= $2) ORDER BY recorded_at, id",
        of.among(tx, "engagement_id")
    );
    let rows: Vec<Row> = of.rows_with(tx, sql, until).await?;
    rows.into_iter().map(Row::read).collect()
}
