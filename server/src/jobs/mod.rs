//! What happens without a request: the loop, and one file per job. Every job can be run again at any time; what it finds
//! due it does in one short transaction.

use std::time::Duration;

use crate::AppState;
use crate::store::Result;

/// How often the loop looks.
const TICK: Duration = Duration::from_secs(5);

/// Runs everything that is due now, once.
///
/// # Errors
/// The first failure of the store; what was done before it stays done.
pub async fn run_due(state: &AppState) -> Result<()> {
    state.refresh_publisher().await?;
    crate::subscriptions::prune(state).await?;
    Ok(())
}

/// The loop; it ends when the process does. A failure is logged and tried again at the next tick.
pub async fn run(state: AppState) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = run_due(&state).await {
            tracing::warn!(%error, "jobs: will be tried again");
        }
    }
}
