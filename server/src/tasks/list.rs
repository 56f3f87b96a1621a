//! `GET /staff/tasks`: one view of the list, searched, narrowed and paged by its address.

use app::tasks::{TaskQuery, TaskView, Tasks, TasksPage};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::reminder::NEAR;
use domain::role::Role;
use leptos::prelude::*;
use serde::Deserialize;

use super::{Lines, visible_roles};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Query, render};
use crate::store::tasks::{PAGE, TaskFilter, count_tasks, list_tasks};

/// What the address asks for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    view: String,
    q: String,
    role: String,
    due: String,
    page: String,
}

/// What a view shows to this person, narrowed by nothing.
pub(super) fn filter_of(staff: &Staff, view: TaskView) -> TaskFilter {
    let everybody = TaskFilter {
        roles: visible_roles(&staff.roles),
        ..TaskFilter::default()
    };
    match view {
        TaskView::Everybody => everybody,
        TaskView::Done => TaskFilter {
            is_done: true,
            ..everybody
        },
        TaskView::Mine => TaskFilter {
            taken_by: Some(staff.id),
            ..everybody
        },
        TaskView::Roles => TaskFilter {
            roles: staff.roles.clone(),
            free_for: Some(staff.id),
            ..everybody
        },
    }
}

fn narrowed(filter: TaskFilter, query: &TaskQuery, today: NaiveDate) -> TaskFilter {
    let role: Option<Role> = query.role.parse().ok();
    TaskFilter {
        roles: filter
            .roles
            .into_iter()
            .filter(|one| role.is_none_or(|role| role == *one))
            .collect(),
        search: query.search.clone(),
        due_until: match query.due.as_str() {
            "overdue" => today.pred_opt(),
            "week" => today.checked_add_signed(NEAR),
            _ => None,
        },
        ..filter
    }
}

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    let today = state.publisher().zone.local_date(state.clock.now());
    let query = TaskQuery {
        view: TaskView::read(&asked.view),
        search: asked.q.chars().take(200).collect(),
        role: asked.role,
        due: asked.due,
    };
    let mut tx = state.db.read().await?;
    let filter = narrowed(filter_of(&staff, query.view), &query, today);
    let whole = |number: i64| u64::try_from(number).unwrap_or(0);
    let total = whole(count_tasks(&mut tx, &filter).await?);
    let pages = total.div_ceil(whole(PAGE)).max(1);
    let page = asked.page.parse::<u64>().unwrap_or(1).clamp(1, pages);
    let tasks = list_tasks(&mut tx, &filter, i64::try_from(page - 1).unwrap_or(0)).await?;
    let mut counts = Vec::new();
    for view in TaskView::ALL {
        counts.push((view, whole(count_tasks(&mut tx, &filter_of(&staff, view)).await?)));
    }
    let lines = Lines::load(&mut tx, &state, &staff).await?;
    let data = Tasks {
        csrf: staff.csrf.clone(),
        query,
        counts,
        lines: tasks.iter().map(|task| lines.line(task)).collect(),
        page,
        total,
        page_size: whole(PAGE),
        sees_all: visible_roles(&staff.roles).len() == Role::ALL.len(),
    };
    let chrome = staff.chrome(&state, "Tasks", "/staff/tasks");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <TasksPage data/> },
    ))
}
