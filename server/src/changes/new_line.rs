//! Opening a change, adding lines to one, and taking them out.

use app::changes::{ChangeForm, NewChangePage};
use app::ui::{Choice, FieldErrors};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::change::ChangeType;
use domain::engagement::state::EngagementState;
use domain::id::EngagementId;
use domain::role::Permission;
use domain::text::Line;
use leptos::prelude::*;
use std::collections::HashMap;
use uuid::Uuid;

use super::ChangeError;
use super::draft::{self, NewLine};
use super::pages::{back, parse_day};
use crate::AppState;
use crate::access::Staff;
use crate::http::form::Posted;
use crate::http::{HttpError, render};
use crate::store::{changes, engagements};

async fn new_page(
    state: &AppState,
    staff: &Staff,
    number: Option<String>,
    form: ChangeForm,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let (mut ready, mut old) = (Vec::new(), Vec::new());
    for current in engagements::list_current(&mut tx).await? {
        if !current.version.facts.relationship_role.is_in_notice_scope() {
            continue;
        }
        let service = current.version.facts.service.print(ToString::to_string);
        let label = format!("{} – {service}", current.organisation.version.facts.legal_name);
        let choice = Choice::new(current.engagement.id.to_string(), label);
        let at = current.state.state;
        if at.is_listed() {
            old.push(choice.clone());
        }
        if at.is_listed() || matches!(at, EngagementState::Assessed | EngagementState::NoticePending) {
            ready.push(choice);
        }
    }
    let types = ChangeType::ALL
        .iter()
        .map(|t| Choice::new(t.as_str(), t.label()))
        .collect();
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let (action, path) = match &number {
        None => ("/staff/changes".to_owned(), "/staff/changes/new".to_owned()),
        Some(n) => (format!("/staff/changes/{n}/lines"), format!("/staff/changes/{n}")),
    };
    let csrf = staff.csrf.clone();
    Ok(render::page(
        status,
        staff.chrome(state, "New change", &path),
        move || {
            view! { <NewChangePage action number form engagements=ready replaceable=old types errors csrf/> }
        },
    ))
}

/// GET `/staff/changes/new?engagement=`, the slug of the engagement to begin with.
pub async fn new_form(
    State(state): State<AppState>,
    staff: Staff,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let engagement = match query.get("engagement") {
        Some(slug) => {
            let mut tx = state.db.read().await?;
            let found = engagements::find_engagement_by_slug(&mut tx, slug).await?;
            found.map(|engagement| engagement.id.to_string())
        }
        None => None,
    };
    let form = ChangeForm {
        engagement: engagement.unwrap_or_default(),
        change_type: ChangeType::NewSubprocessor.as_str().to_owned(),
        ..ChangeForm::default()
    };
    new_page(&state, &staff, None, form, FieldErrors::new()).await
}

fn change_form(posted: &Posted) -> ChangeForm {
    ChangeForm {
        title: posted.text("title").to_owned(),
        planned_on: posted.text("planned_on").to_owned(),
        engagement: posted.text("engagement").to_owned(),
        replaces: posted.text("replaces").to_owned(),
        change_type: posted.text("change_type").to_owned(),
    }
}

fn parse_line(errors: &mut FieldErrors, form: &ChangeForm) -> Option<NewLine> {
    let engagement = form.engagement.parse::<Uuid>().ok();
    if engagement.is_none() {
        errors.add("engagement", "Choose a subprocessor");
    }
    let change_type = errors.take("change_type", form.change_type.parse::<ChangeType>());
    let replaces = if form.replaces.is_empty() {
        Some(None)
    } else {
        let id = form.replaces.parse::<Uuid>().ok();
        if id.is_none() {
            errors.add("replaces", "Choose from the list");
        }
        id.map(Some)
    };
    if let (Some(kind), Some(None)) = (change_type, replaces)
        && kind.names_a_replaced_one()
    {
        errors.add("replaces", "Choose whom it replaces");
    }
    Some(NewLine {
        engagement_id: EngagementId::from(engagement?),
        replaces: replaces?.map(EngagementId::from),
        change_type: change_type?,
        class: None,
    })
}

/// POST `/staff/changes`.
pub async fn open(
    State(state): State<AppState>,
    staff: Staff,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let form = change_form(&posted);
    let mut errors = FieldErrors::new();
    let title = errors.take("title", Line::<200>::parse(&form.title));
    let planned_on = parse_day(&mut errors, "planned_on", &form.planned_on);
    let line = parse_line(&mut errors, &form);
    let (Some(title), Some(planned_on), Some(line), true) = (title, planned_on, line, errors.is_empty())
    else {
        return new_page(&state, &staff, None, form, errors).await;
    };
    let opened = draft::open(&state, staff.id.uuid(), title.as_ref(), planned_on, line).await;
    let number = match opened {
        Err(ChangeError::Field { field, why }) => {
            errors.add(field, why);
            return new_page(&state, &staff, None, form, errors).await;
        }
        opened => opened?,
    };
    staff.say(format!("Change {number} is open as a draft.")).await?;
    Ok(Redirect::to(&format!("/staff/changes/{number}")).into_response())
}

/// GET `/staff/changes/{number}/lines/new`.
pub async fn line_form(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let mut tx = state.db.read().await?;
    let change = changes::find_by_number(&mut tx, &number).await?;
    drop(tx);
    let number = change.ok_or(HttpError::NotFound)?.number;
    new_page(
        &state,
        &staff,
        Some(number),
        ChangeForm::default(),
        FieldErrors::new(),
    )
    .await
}

/// POST `/staff/changes/{number}/lines`.
pub async fn add_line(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let form = change_form(&posted);
    let mut errors = FieldErrors::new();
    let line = parse_line(&mut errors, &form);
    let (Some(line), true) = (line, errors.is_empty()) else {
        return new_page(&state, &staff, Some(number), form, errors).await;
    };
    match draft::add_line(&state, staff.id.uuid(), &number, line).await {
        Err(ChangeError::Field { field, why }) => {
            errors.add(field, why);
            return new_page(&state, &staff, Some(number), form, errors).await;
        }
        added => added?,
    }
    back(&staff, &number, "The line is added.").await
}

/// POST `/staff/changes/{number}/lines/{id}/remove`.
pub async fn remove_line(
    State(state): State<AppState>,
    staff: Staff,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let id = id.parse::<Uuid>().map_err(|_| HttpError::NotFound)?;
    draft::remove_line(&state, staff.id.uuid(), &number, id).await?;
    back(&staff, &number, "The line is removed.").await
}
