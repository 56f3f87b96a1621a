//! How many gates are red and how many are waived, counted once after each write and once a day, so that the list need not
//! judge every engagement each time it is read.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::gate::{Gate, Reason, evaluate_register};
use domain::id::EngagementId;

use super::gate_facts::{Judged, judge_these};
use super::shown::find_shown;
use crate::AppState;
use crate::store::register_rows::{RegisterRow, list_uncounted, put_row};
use crate::store::{Of, Result, Tx};

/// So many at a time: one turn of the writer is short.
const BATCH: i64 = 250;

/// Counts what has to be counted before the list can be shown. Nothing is written where nothing has to be.
///
/// # Errors
/// When the database is away.
pub async fn keep(state: &AppState) -> Result<()> {
    loop {
        let today = state.publisher().zone.local_date(state.clock.now());
        let mut tx = state.db.read().await?;
        let due = list_uncounted(&mut tx, today, BATCH).await?;
        drop(tx);
        if due.is_empty() {
            return Ok(());
        }
        let mut tx = state.db.write().await?;
        let due = list_uncounted(&mut tx, today, BATCH).await?;
        let counted = due.len();
        count(&mut tx, state, &due, today).await?;
        tx.commit().await?;
        // One that cannot be judged has no row and would be due for ever.
        if i64::try_from(counted).unwrap_or(0) < BATCH {
            return Ok(());
        }
    }
}

async fn count(tx: &mut Tx, state: &AppState, due: &[EngagementId], today: NaiveDate) -> Result<()> {
    for judged in judge_these(tx, Of::These(due), None).await? {
        keep_one(tx, state, &judged, today).await?;
    }
    Ok(())
}

async fn keep_one(tx: &mut Tx, state: &AppState, judged: &Judged, today: NaiveDate) -> Result<()> {
    let now = state.clock.now();
    let decision = evaluate_register(&judged.facts, now);
    let gates = |reasons: &[Reason]| -> BTreeSet<Gate> { reasons.iter().map(|reason| reason.gate).collect() };
    let red = gates(&decision.reasons);
    let waived = gates(&decision.waived).difference(&red).count();
    let differs = match find_shown(tx, &judged.current).await? {
        Some(shown) => shown.needs_change(tx, judged, today).await?,
        None => false,
    };
    let facts = &judged.facts.engagement;
    let row = RegisterRow {
        engagement_id: judged.current.engagement.id,
        organisation_id: judged.current.organisation.id,
        slug: judged.current.engagement.slug.to_string(),
        company: judged.facts.organisation.legal_name.to_string(),
        service: facts.service.get().map(ToString::to_string),
        purpose: facts.purpose.get().map(ToString::to_string).unwrap_or_default(),
        role: facts.relationship_role,
        state: judged.current.state.state,
        red: i64::try_from(red.len()).unwrap_or(0),
        waived: i64::try_from(waived).unwrap_or(0),
        differs,
        changed_at: judged.current.version.recorded.at,
        counted_at: now,
    };
    put_row(tx, &row, today).await
}
