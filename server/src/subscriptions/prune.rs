//! The job that drops addresses nobody confirmed.

use chrono::TimeDelta;
use domain::subscription::CONFIRMATION_LIMITS;

use crate::AppState;
use crate::store::{Result, subscribers};

/// Ends subscriptions that were not confirmed in time, and forgets what no limit counts any more. Takes the writer's
/// place only when there is something to do.
///
/// # Errors
/// When the database is away.
pub async fn prune(state: &AppState) -> Result<()> {
    let now = state.clock.now();
    let longest = CONFIRMATION_LIMITS
        .iter()
        .map(|(_, within)| *within)
        .max()
        .unwrap_or(TimeDelta::zero());
    let counted_from = now - longest;
    let mut tx = state.db.read().await?;
    if !subscribers::is_anything_stale(&mut tx, now, counted_from).await? {
        return Ok(());
    }
    drop(tx);
    let mut tx = state.db.write().await?;
    let ended = subscribers::expire_pending(&mut tx, now).await?;
    subscribers::forget_confirmations(&mut tx, counted_from).await?;
    tx.commit().await?;
    if ended > 0 {
        tracing::info!(ended, "subscriptions that were never confirmed are dropped");
    }
    Ok(())
}
