//! What happens without a request: the loop, and one file per job. Every job can be run again at any time; what it finds
//! due it does in one short transaction.

pub(crate) mod adequacy;
mod assessments;
mod checkpoint;
mod digests;
mod fallbacks;
mod latecomers;
pub mod nightly;
pub mod register;
pub mod reminders;
mod reviews;
mod sessions;
mod waivers;
pub mod windows;

use std::time::Duration;

use domain::change::ChangeState;
use uuid::Uuid;

use crate::AppState;
use crate::changes::{Result, close};
use crate::store::{changes, notices};

/// How often the loop looks.
const TICK: Duration = Duration::from_secs(5);

/// Runs everything that is due now, once.
///
/// # Errors
/// The first failure of the store; what was done before it stays done.
pub async fn run_due(state: &AppState) -> Result<()> {
    state.refresh_publisher().await?;
    crate::subscriptions::prune(state).await?;
    fallbacks::run(state).await?;
    latecomers::run(state).await?;
    crate::objections::settle_all(state).await?;
    windows::settle_all(state).await?;
    adequacy::run(state).await?;
    close::settle_all(state).await?;
    register::run(state).await?;
    crate::register::counts::keep(state).await?;
    digests::run(state).await?;
    reviews::run(state).await?;
    checkpoint::run(state).await?;
    sessions::forget(state).await?;
    Ok(())
}

/// Settles the authorisations of a notice's change at once, after new evidence came in.
///
/// # Errors
/// When the database is away; the loop does it later.
pub async fn settle_soon(state: &AppState, notice_id: Uuid) -> Result<()> {
    let mut tx = state.db.read().await?;
    let notice = notices::get(&mut tx, notice_id).await?;
    drop(tx);
    windows::settle(state, notice.change_id).await
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

/// The changes that customers were told of and that are not over.
async fn open_changes(state: &AppState) -> Result<Vec<Uuid>> {
    let mut tx = state.db.read().await?;
    let all = changes::list(&mut tx).await?;
    Ok(all
        .into_iter()
        .filter(|change| change.state == ChangeState::Open)
        .map(|change| change.id)
        .collect())
}
