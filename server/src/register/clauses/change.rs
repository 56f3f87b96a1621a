//! Another description of the transfer (Annex I.B) may have to be told to customers (legal-rules §2.4). That question is a
//! task, and it stays one after the new version is in force: it closes when a change about the engagement that was opened
//! since is announced, when the text says again what was agreed when it was asked, or by whoever decides that nobody need
//! be told.

use domain::legal_record::{LegalRecord, SccEvent};
use domain::role::Role;

use super::super::load;
use super::Set;
use super::advance::task;
use crate::AppState;
use crate::store::legal_records::{StoredRecord, list_latest_records};
use crate::store::lines::find_announced_line;
use crate::store::tasks::{Task, close_task, list_open_tasks_of, list_tasks_about, open_task};
use crate::store::version::Recorded;
use crate::store::{Result, Tx};

/// The kind of task.
const CHANGE: &str = "SCC_CHANGE";

/// Asks, once.
pub(super) async fn ask(state: &AppState, tx: &mut Tx, set: &Set) -> Result<()> {
    let title = format!(
        "Annex I.B of the clauses with {} changes: open a change, or close this if customers need not be told",
        load::title(&set.file.current)
    );
    let about = set.file.current.engagement.id.uuid();
    let task = task(
        state,
        set,
        CHANGE,
        Role::LegalEditor,
        about,
        title,
        state.clock.now(),
    );
    open_task(tx, &task).await?;
    Ok(())
}

/// The text says what is agreed: there is nothing to tell, unless another description came into force since the question
/// was asked, or it may have been asked about another set.
pub(super) async fn drop_question(tx: &mut Tx, set: &Set, by: Recorded) -> Result<()> {
    let id = set.file.current.engagement.id;
    let is_another = |record: &StoredRecord| {
        matches!(record.body, LegalRecord::Scc(_)) && record.number != set.file.number
    };
    if list_latest_records(tx, id).await?.iter().any(is_another) {
        return Ok(());
    }
    let agreed_at = set
        .states
        .iter()
        .filter(|entry| entry.event == Some(SccEvent::SignBothSides))
        .map(|entry| entry.recorded_at)
        .max();
    for task in list_tasks_about(tx, id.uuid()).await? {
        let is_asked = task.kind == CHANGE && task.done.is_none();
        if is_asked && agreed_at.is_none_or(|at| at <= task.created_at) {
            close_task(tx, task.id, by).await?;
        }
    }
    Ok(())
}

/// Closes the question where a change about the engagement was opened and announced since it was asked.
///
/// # Errors
/// When the database is away.
pub(crate) async fn close_what_was_told(state: &AppState) -> Result<()> {
    let mut tx = state.db.read().await?;
    let mut told = Vec::new();
    for task in list_open_tasks_of(&mut tx, CHANGE).await? {
        if is_told(&mut tx, &task).await? {
            told.push(task.id);
        }
    }
    drop(tx);
    if told.is_empty() {
        return Ok(());
    }
    let mut tx = state.db.write().await?;
    for id in told {
        close_task(&mut tx, id, Recorded::by_system(state.clock.now())).await?;
    }
    tx.commit().await
}

async fn is_told(tx: &mut Tx, task: &Task) -> Result<bool> {
    let Some(engagement) = task.about_id else {
        return Ok(false);
    };
    let found = find_announced_line(tx, engagement).await?;
    Ok(
        found
            .is_some_and(|(_, change)| change.announced_at.is_some() && change.created_at >= task.created_at),
    )
}
