//! Waivers that nobody decided on in time: once the day that was asked for has passed, or the engagement is over, there is
//! nothing left to decide, and the task that asks for it closes.

use domain::gate::WaiverFile;

use super::register::Register;
use crate::AppState;
use crate::register::WAIVER_TO_DECIDE;
use crate::store::tasks::{close_task, list_open_tasks_of};
use crate::store::version::Recorded;
use crate::store::waivers::list_waiver_steps;
use crate::store::{Of, Result};

/// Closes what waits no more.
pub async fn run(state: &AppState, register: &Register) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    if list_open_tasks_of(&mut tx, WAIVER_TO_DECIDE).await?.is_empty() {
        return Ok(());
    }
    drop(tx);
    let mut tx = state.db.write().await?;
    let files = WaiverFile::all(list_waiver_steps(&mut tx, Of::All, None).await?);
    let over = register.over();
    for task in list_open_tasks_of(&mut tx, WAIVER_TO_DECIDE).await? {
        let mut waiting = files
            .iter()
            .filter(|file| file.is_open(now) && !over.contains(&file.asked.engagement));
        if !waiting.any(|file| task.about_id == Some(file.asked.request.uuid())) {
            close_task(&mut tx, task.id, Recorded::by_system(now)).await?;
        }
    }
    tx.commit().await
}
