//! Transfers that fell back on their clauses because a decision fell: versions that nobody wrote. What they rest on stood in
//! reserve already; whoever let the decision fall has said nothing about it.

use std::collections::BTreeSet;

use domain::id::{EngagementId, RecordId};
use uuid::Uuid;

use super::{Result, Tx};

/// Keeps that a version of a transfer followed from a row of law.
pub async fn note_fallback(tx: &mut Tx, record: RecordId, row: Uuid) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("INSERT INTO transfer_fallbacks (record_id, row_id) VALUES ($1, $2)")
            .bind(record.uuid())
            .bind(row)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The versions of an engagement's transfers that followed from a row of law.
pub async fn list_fallbacks(tx: &mut Tx, id: EngagementId) -> Result<BTreeSet<RecordId>> {
    let rows: Vec<Uuid> = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT f.record_id FROM transfer_fallbacks f JOIN legal_records r ON r.id = f.record_id
             WHERE r.engagement_id = $1",
        )
        .bind(id.uuid())
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(RecordId::from).collect())
}
