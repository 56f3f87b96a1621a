//! The steps with a task: take it, hand it back, close it. Each is an act of its own in the audit log.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::{StaffId, TaskId};
use domain::role::Permission;
use serde_json::json;

use super::kinds::closes_itself;
use super::may_act;
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::{HttpError, Posted};
use crate::store::tasks::{self, ListedTask};
use crate::store::version::Recorded;
use crate::store::{StoreError, Tx};

/// A task on which this person may take a step.
async fn get(tx: &mut Tx, staff: &Staff, id: &str) -> Result<ListedTask, HttpError> {
    let id: TaskId = id.parse().map_err(|_| HttpError::NotFound)?;
    let listed = tasks::find_listed_task(tx, id)
        .await?
        .ok_or(HttpError::NotFound)?;
    if !may_act(staff, &listed.task) {
        return Err(HttpError::conflict(format!(
            "This task belongs to whoever is {}.",
            listed.task.role.label().to_lowercase()
        )));
    }
    Ok(listed)
}

/// Where the person came from; only pages of tasks.
fn back(posted: &Posted) -> &str {
    let asked = posted.text("back");
    let is_ours = asked.starts_with("/staff/tasks?") && asked.bytes().all(|byte| byte.is_ascii_graphic());
    if is_ours { asked } else { "/staff" }
}

async fn assign(
    state: &AppState,
    staff: &Staff,
    id: &str,
    posted: &Posted,
    to: Option<StaffId>,
) -> Result<Response, HttpError> {
    staff.require(Permission::CloseTask)?;
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let listed = get(&mut tx, staff, id).await?;
    let task = &listed.task;
    if task.done.is_some() {
        return Err(HttpError::conflict("This task was closed meanwhile."));
    }
    let from = listed.taken.and_then(|taken| taken.by);
    if to.is_none() && from != Some(staff.id) {
        return Err(HttpError::conflict("This task is not with you."));
    }
    if from != to {
        let seen: Option<StaffId> = posted.text("seen").parse().ok();
        match tasks::assign_task(&mut tx, task.id, seen, to, now).await {
            Err(StoreError::Stale(_)) => {
                return Err(HttpError::conflict(
                    "A colleague took or handed back this task meanwhile. Open the list again.",
                ));
            }
            done => done?,
        }
        let action = if to.is_some() {
            "task.taken"
        } else {
            "task.handed_back"
        };
        let subject = Subject::of("task", task.id.uuid());
        let payload = json!({ "kind": task.kind, "about": task.about_id, "before": from, "after": to });
        staff.record(&mut tx, state, action, subject, payload).await?;
        tx.commit().await?;
    }
    let said = if to.is_some() {
        "It is with you"
    } else {
        "Handed back"
    };
    staff.say(format!("{said}: {}.", task.title)).await?;
    Ok(Redirect::to(back(posted)).into_response())
}

/// `POST /staff/tasks/{id}/take`
pub async fn take(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    assign(&state, &staff, &id, &posted, Some(staff.id)).await
}

/// `POST /staff/tasks/{id}/hand-back`
pub async fn hand_back(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    assign(&state, &staff, &id, &posted, None).await
}

/// `POST /staff/tasks/{id}/done`
pub async fn done(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::CloseTask)?;
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let task = get(&mut tx, &staff, &id).await?.task;
    // Pressed twice, or done by a colleague: it is done all the same.
    if task.done.is_none() {
        if closes_itself(&task) {
            return Err(HttpError::Conflict {
                title: "This task closes by itself once what it asks for is done, and in no other way."
                    .to_owned(),
                reasons: vec![format!("{}: this is done at {}", task.title, task.path)],
            });
        }
        tasks::close_task(&mut tx, task.id, Recorded::by(staff.id, now)).await?;
        let subject = Subject::of("task", task.id.uuid());
        let payload = json!({ "kind": task.kind, "about": task.about_id });
        staff
            .record(&mut tx, &state, "task.closed", subject, payload)
            .await?;
        tx.commit().await?;
    }
    staff.say(format!("Done: {}.", task.title)).await?;
    Ok(Redirect::to(back(&posted)).into_response())
}
