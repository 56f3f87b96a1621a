//! Assessments that nobody goes on with: those of engagements that are over, and confirmations of engagements that are not
//! assessed any more. The tasks that ask for them close.

use std::collections::BTreeSet;

use domain::engagement::state::EngagementState;
use domain::id::{EngagementId, RecordId};

use super::register::Register;
use crate::AppState;
use crate::assessments::{TIA_REVIEW, TIA_TO_APPROVE};
use crate::register::PART_MISSING;
use crate::store::legal_records::find_record;
use crate::store::tasks::{close_task, list_open_tasks_of};
use crate::store::version::Recorded;
use crate::store::{Result, StoreError};

/// Closes what can be done no more.
pub async fn run(state: &AppState, register: &Register) -> Result<()> {
    let over = register.over();
    let current = register.engagements.iter().map(|judged| &judged.current);
    let assessed: BTreeSet<EngagementId> = current
        .filter(|current| current.state.state == EngagementState::Assessing)
        .map(|current| current.engagement.id)
        .collect();
    let mut tx = state.db.read().await?;
    let mut moot = Vec::new();
    for kind in [TIA_REVIEW, TIA_TO_APPROVE] {
        for task in list_open_tasks_of(&mut tx, kind).await? {
            let Some(about) = task.about_id else { continue };
            let record = find_record(&mut tx, RecordId::from(about)).await?;
            if record.is_some_and(|record| over.contains(&record.engagement_id)) {
                moot.push(task.id);
            }
        }
    }
    for task in list_open_tasks_of(&mut tx, PART_MISSING).await? {
        let is_assessed = |id| assessed.contains(&EngagementId::from(id));
        if !task.about_id.is_some_and(is_assessed) {
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
        match close_task(&mut tx, id, done).await {
            // It was closed meanwhile.
            Ok(()) | Err(StoreError::Stale(_)) => {}
            Err(error) => return Err(error),
        }
    }
    tx.commit().await
}
