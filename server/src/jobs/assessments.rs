//! Assessments of engagements that are over: nobody writes or decides on them any more, so the tasks that ask for it close.

use domain::id::RecordId;

use super::register::Register;
use crate::AppState;
use crate::assessments::{TIA_REVIEW, TIA_TO_APPROVE};
use crate::store::Result;
use crate::store::legal_records::find_record;
use crate::store::tasks::{close_task, list_open_tasks_of};
use crate::store::version::Recorded;

/// Closes what can be done no more.
pub async fn run(state: &AppState, register: &Register) -> Result<()> {
    let over = register.over();
    if over.is_empty() {
        return Ok(());
    }
    let mut tx = state.db.read().await?;
    let mut asked = list_open_tasks_of(&mut tx, TIA_REVIEW).await?;
    asked.extend(list_open_tasks_of(&mut tx, TIA_TO_APPROVE).await?);
    let mut moot = Vec::new();
    for task in asked {
        let Some(about) = task.about_id else { continue };
        let record = find_record(&mut tx, RecordId::from(about)).await?;
        if record.is_some_and(|record| over.contains(&record.engagement_id)) {
            moot.push(task.id);
        }
    }
    drop(tx);
    if moot.is_empty() {
        return Ok(());
    }
    let mut tx = state.db.write().await?;
    let done = Recorded::by_system(state.clock.now());
    for id in moot {
        close_task(&mut tx, id, done).await?;
    }
    tx.commit().await
}
