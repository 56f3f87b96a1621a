//! What is to be done: shown where a working day starts. Most tasks close by themselves when their cause is gone; what
//! a person did elsewhere, they close by hand.

use app::tasks::{Start, StartPage, TaskLine};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::id::TaskId;
use domain::role::{Permission, Role};
use domain::words;
use leptos::prelude::*;
use serde_json::json;

use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::{HttpError, render};
use crate::store::tasks::{self, Task};
use crate::store::version::Recorded;

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff", get(start))
        .route("/staff/tasks/{id}/done", post(done))
}

/// `GET /staff`
async fn start(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let open = tasks::list_open_tasks(&mut tx, Role::ALL).await?;
    drop(tx);
    let (mine, others): (Vec<Task>, Vec<Task>) = open
        .into_iter()
        .partition(|task| staff.roles.contains(&task.role));
    let line = |task: &Task| line(&state, &staff, task);
    let chrome = staff.chrome(&state, "Start", "/staff");
    let sections = match &chrome.frame.audience {
        app::shell::Audience::Staff(staff) => staff.sections.iter().skip(1).cloned().collect(),
        _ => Vec::new(),
    };
    // Titles name customers: who may not read those sees their own tasks only.
    let others = if staff.may(Permission::ReadCustomers) {
        others.iter().map(line).collect()
    } else {
        Vec::new()
    };
    let data = Start {
        name: staff.name.clone(),
        csrf: staff.csrf.clone(),
        mine: mine.iter().map(line).collect(),
        others,
        sections,
    };
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <StartPage data/> },
    ))
}

fn line(state: &AppState, staff: &Staff, task: &Task) -> TaskLine {
    let zone = state.publisher().zone;
    let today = zone.local_date(state.clock.now());
    TaskLine {
        title: task.title.clone(),
        path: task.path.clone(),
        role: task.role.label().to_owned(),
        due: task.due_on.map(words::day),
        is_overdue: task.due_on.is_some_and(|day| day < today),
        since: words::day(zone.local_date(task.created_at)),
        done: may_close(staff, task).then(|| format!("/staff/tasks/{}/done", task.id)),
    }
}

fn may_close(staff: &Staff, task: &Task) -> bool {
    staff.may(Permission::CloseTask) && staff.roles.contains(&task.role)
}

/// `POST /staff/tasks/{id}/done`
async fn done(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::CloseTask)?;
    let id: TaskId = id.parse().map_err(|_| HttpError::NotFound)?;
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let task = tasks::find_task(&mut tx, id).await?.ok_or(HttpError::NotFound)?;
    if !may_close(&staff, &task) {
        return Err(HttpError::conflict(format!(
            "This task is closed by whoever is {}.",
            task.role.label().to_lowercase()
        )));
    }
    // Pressed twice, or done by a colleague: it is done all the same.
    if task.done.is_none() {
        tasks::close_task(&mut tx, id, Recorded::by(staff.id, now)).await?;
        let subject = Subject::of("task", id.uuid());
        let payload = json!({ "kind": task.kind, "about": task.about_id });
        staff
            .record(&mut tx, &state, "task.closed", subject, payload)
            .await?;
        tx.commit().await?;
    }
    staff.say(format!("Done: {}.", task.title)).await?;
    Ok(Redirect::to("/staff").into_response())
}
