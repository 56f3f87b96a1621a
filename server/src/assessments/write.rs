//! What is written about assessments: a version that is handed in, a state that one enters, tasks about them.

use chrono::NaiveDate;
use domain::id::{RecordId, TaskId};
use domain::legal_record::{LegalRecord, Tia, TiaEvent, TiaState};
use domain::role::Role;
use serde_json::json;
use uuid::Uuid;

use super::against::against;
use super::load::Assessment;
use super::{TIA_TO_APPROVE, TIA_TURNED_DOWN};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::HttpError;
use crate::register::write::version_payload;
use crate::store::assessments::{Key, end_draft, refresh};
use crate::store::legal_records::{NewRecord, append_record};
use crate::store::tasks::{Task, close_tasks_about, open_task};
use crate::store::tia_states::{TiaStateEntry, append_tia_state};
use crate::store::version::Recorded;
use crate::store::{Result, Tx};

/// Hands a complete draft in: it becomes the next version, which never changes, and a task for somebody else.
pub async fn hand_in(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    found: &Assessment,
    draft: Tia,
    revision: i64,
) -> std::result::Result<i64, HttpError> {
    let against = against(tx, state, &draft.destinations).await?;
    let mut body = draft
        .hand_in(&against)
        .map_err(|refused| super::decide::conflict(&refused))?;
    body.authors.extend(found.authors());
    body.number_measures();
    let now = state.clock.now();
    let id = found.current.engagement.id;
    let seen = found.newest().map_or(0, |record| record.version);
    let new = NewRecord {
        id: RecordId::from(state.random.id(now)),
        engagement_id: id,
        number: found.number,
        body: LegalRecord::Tia(body),
        valid_from: None,
        ended_on: None,
        recorded_at: now,
        recorded_by: staff.id,
    };
    append_record(tx, seen, &new).await?;
    end_draft(tx, found.key(), revision).await?;
    let mut payload = version_payload(seen + 1, &new.body, &[], None);
    payload["kind"] = json!("TIA");
    payload["number"] = json!(found.number);
    payload["record_id"] = json!(new.id);
    let subject = Subject::of("engagement", id.uuid());
    staff
        .record(tx, state, "legal_record.recorded", subject, payload)
        .await?;
    let about = found.about().unwrap_or_else(|| new.id.uuid());
    let title = format!("Decide on {}", found.name());
    close_tasks_about(tx, TIA_TURNED_DOWN, about, Recorded::by(staff.id, now)).await?;
    let whom = (TIA_TO_APPROVE, Role::LegalApprover);
    task(tx, state, whom, title, found.path(), about, None).await?;
    Ok(seen + 1)
}

/// Opens a task about an assessment, unless one of its kind is open.
pub async fn task(
    tx: &mut Tx,
    state: &AppState,
    (kind, role): (&str, Role),
    title: String,
    path: String,
    about: Uuid,
    due_on: Option<NaiveDate>,
) -> Result<()> {
    let now = state.clock.now();
    let task = Task {
        id: TaskId::from(state.random.id(now)),
        kind: kind.to_owned(),
        role,
        title,
        path,
        about_id: Some(about),
        due_on,
        created_at: now,
        done: None,
    };
    open_task(tx, &task).await.map(drop)
}

/// Lets a version enter the state that an event leads to, and writes its row in the list anew.
///
/// # Errors
/// When the database is away. The caller has asked whether there is such a step.
pub(crate) async fn enter(
    tx: &mut Tx,
    state: &AppState,
    (key, record_id): (Key, RecordId),
    (to, event): (TiaState, TiaEvent),
    reason: Option<String>,
    recorded: Recorded,
) -> Result<()> {
    let entry = TiaStateEntry {
        id: state.random.id(recorded.at),
        record_id,
        state: to,
        event,
        reason,
        recorded,
    };
    append_tia_state(tx, &entry).await?;
    refresh(tx, key).await
}
