//! What the nightly look at the gates saw last: the destinations of an engagement in use whose mechanism held.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::country::Place;
use domain::id::EngagementId;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, Tx};

/// Keeps what was seen, in the place of what was seen before.
pub async fn put_watch(
    tx: &mut Tx,
    id: EngagementId,
    held: &BTreeSet<Place>,
    now: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO gate_watches (engagement_id, held, checked_at) VALUES ($1, $2, $3)
             ON CONFLICT (engagement_id) DO UPDATE SET held = excluded.held, checked_at = excluded.checked_at",
        )
        .bind(id.uuid())
        .bind(Json(held))
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// What was seen of every engagement, and when.
pub async fn list_watches(tx: &mut Tx) -> Result<Vec<(EngagementId, BTreeSet<Place>, DateTime<Utc>)>> {
    let rows: Vec<(Uuid, Json<BTreeSet<Place>>, DateTime<Utc>)> = on!(tx, |c| {
        sqlx::query_as("SELECT engagement_id, held, checked_at FROM gate_watches ORDER BY engagement_id")
            .fetch_all(c)
            .await
    })?;
    Ok(rows
        .into_iter()
        .map(|(id, held, at)| (id.into(), held.0, at))
        .collect())
}
