//! The staff's handlers for changes: parse, call the step, redirect.

use app::changes::{ChangePage, ChangeRow, ChangeView, ChangesPage};
use app::ui::{FieldErrors, long_date};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::id::CustomerId;
use domain::role::Permission;
use domain::text::{Line, Prose};
use leptos::prelude::*;
use serde::Deserialize;
use std::collections::HashMap;
use uuid::Uuid;

use super::activate::{self, Request};
use super::draft::{self};
use super::{ChangeError, cancel, dispatch, load_view, review};
use crate::AppState;
use crate::access::Staff;
use crate::http::Part;
use crate::http::form::Posted;
use crate::http::{HttpError, Query, render};
use crate::store::Of;
use crate::store::changes;

/// Rows on one page.
const PAGE: u64 = 50;

/// What the list is asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    page: String,
}

/// GET `/staff/changes`.
pub async fn list(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let part = Part::asked(&asked.page, PAGE);
    let (found, total) = changes::page(&mut tx, &asked.q, part.limits()).await?;
    let ids: Vec<Uuid> = found.iter().map(|change| change.id).collect();
    let mut vendors: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (change, company) in changes::list_companies(&mut tx, Of::These(&ids)).await? {
        let names = vendors.entry(change).or_default();
        names.push(company.legal_name.to_string());
    }
    let rows = found
        .into_iter()
        .map(|change| ChangeRow {
            vendors: vendors.remove(&change.id).unwrap_or_default().join(", "),
            number: change.number,
            title: change.title,
            state: change.state.label().to_owned(),
            planned: long_date(change.planned_on),
        })
        .collect();
    let part = part.of("/staff/changes", &asked.q, total);
    let may_open = staff.may(Permission::DraftChange);
    let chrome = staff.chrome(&state, "Changes", "/staff/changes");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <ChangesPage changes=rows part search=asked.q may_open/> },
    ))
}

pub(super) fn parse_day(errors: &mut FieldErrors, field: &str, text: &str) -> Option<NaiveDate> {
    let day = text.trim().parse::<NaiveDate>();
    if day.is_err() {
        errors.add(field, "Enter a day as year-month-day, for example 2027-03-01");
    }
    day.ok()
}

pub(super) async fn back(
    staff: &Staff,
    number: &str,
    said: impl Into<String>,
) -> Result<Response, HttpError> {
    staff.say(said).await?;
    Ok(Redirect::to(&format!("/staff/changes/{number}")).into_response())
}

pub(super) async fn change_page(
    state: &AppState,
    staff: &Staff,
    number: &str,
    reason: &str,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    shown(state, staff, number, errors, |change| {
        reason.clone_into(&mut change.reason);
    })
    .await
}

/// The page of a change as it is now, for somebody who decided on what they read before; anything else goes on.
pub(super) async fn unread(
    state: &AppState,
    staff: &Staff,
    number: &str,
    error: ChangeError,
) -> Result<Response, HttpError> {
    let ChangeError::Unread(why) = error else {
        return Err(error.into());
    };
    shown(state, staff, number, FieldErrors::new(), |change| {
        change.unread = Some(format!("{why}."));
    })
    .await
}

/// The page of a change, with what was typed put in.
async fn shown(
    state: &AppState,
    staff: &Staff,
    number: &str,
    errors: FieldErrors,
    put_in: impl FnOnce(&mut ChangeView),
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let mut change = load_view::load(&mut tx, state, staff, number).await?;
    change.errors = errors;
    put_in(&mut change);
    let status = if change.overtaken.is_some() || change.unread.is_some() {
        StatusCode::CONFLICT
    } else if change.errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let chrome = staff.chrome(
        state,
        format!("Change {number}"),
        &format!("/staff/changes/{number}"),
    );
    Ok(render::page(
        status,
        chrome,
        move || view! { <ChangePage change/> },
    ))
}

/// GET `/staff/changes/{number}`.
pub async fn show(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    change_page(&state, &staff, &number, "", FieldErrors::new()).await
}

/// POST `/staff/changes/{number}/edit`.
pub async fn edit(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let mut errors = FieldErrors::new();
    let title = errors.take("title", Line::<200>::parse(posted.text("title")));
    let planned_on = parse_day(&mut errors, "planned_on", posted.text("planned_on"));
    let typed = |change: &mut ChangeView| {
        posted.text("title").clone_into(&mut change.title);
        posted.text("planned_on").clone_into(&mut change.planned_on);
    };
    // What was being edited stays what it was until a conflict has been shown.
    let put_in = |change: &mut ChangeView| {
        typed(change);
        posted.text("seen").clone_into(&mut change.seen);
    };
    let (Some(title), Some(planned_on)) = (title, planned_on) else {
        return shown(&state, &staff, &number, errors, put_in).await;
    };
    let revised = draft::revise(
        &state,
        staff.id.uuid(),
        &number,
        posted.text("seen"),
        (title.as_ref(), planned_on),
    );
    match revised.await {
        Err(ChangeError::Overtaken(overtaken)) => {
            return shown(&state, &staff, &number, errors, |change| {
                typed(change);
                change.overtaken = Some(*overtaken);
            })
            .await;
        }
        Err(ChangeError::Field { field, why }) => {
            errors.add(field, why);
            return shown(&state, &staff, &number, errors, put_in).await;
        }
        revised => revised?,
    }
    back(&staff, &number, "Saved, with the facts as they are now.").await
}

/// POST `/staff/changes/{number}/submit`.
pub async fn submit(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    review::submit(&state, staff.id.uuid(), &number).await?;
    back(&staff, &number, "Handed in. Somebody else approves it.").await
}

/// POST `/staff/changes/{number}/approve`.
pub async fn approve(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ApproveNotice)?;
    let mut errors = FieldErrors::new();
    let (read, is_nobody) = (posted.text("seen"), posted.is_ticked("nobody"));
    let put_in = |change: &mut ChangeView| {
        read.clone_into(&mut change.reading);
        posted.text("dispatch_on").clone_into(&mut change.send_on);
        change.is_nobody = is_nobody;
    };
    let Some(day) = parse_day(&mut errors, "dispatch_on", posted.text("dispatch_on")) else {
        return shown(&state, &staff, &number, errors, put_in).await;
    };
    match review::approve(&state, staff.id.uuid(), &number, read, day, is_nobody).await {
        Err(ChangeError::Field { field, why }) => {
            errors.add(field, why);
            return shown(&state, &staff, &number, errors, put_in).await;
        }
        Err(error) => return unread(&state, &staff, &number, error).await,
        Ok(()) => {}
    }
    back(
        &staff,
        &number,
        format!("Approved for dispatch on {}.", long_date(day)),
    )
    .await
}

fn reason(errors: &mut FieldErrors, posted: &Posted) -> Option<Prose> {
    errors.take("reason", Prose::parse(posted.text("reason")))
}

/// POST `/staff/changes/{number}/return`.
pub async fn return_to_draft(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReturnToDraft)?;
    let mut errors = FieldErrors::new();
    let Some(why) = reason(&mut errors, &posted) else {
        return change_page(&state, &staff, &number, posted.text("reason"), errors).await;
    };
    review::return_to_draft(&state, staff.id.uuid(), &number, why.as_str()).await?;
    back(&staff, &number, "Returned to draft; the approval is dropped.").await
}

/// POST `/staff/changes/{number}/dispatch`.
pub async fn send(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::DispatchNotice)?;
    let done = dispatch::dispatch(&state, staff.id.uuid(), &number).await?;
    let said = format!(
        "On its way to {} contacts of {} customers and {} subscribers.",
        done.contacts, done.customers, done.subscribers
    );
    back(&staff, &number, said).await
}

/// POST `/staff/changes/{number}/cancel`.
pub async fn cancel(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::CancelChange)?;
    let mut errors = FieldErrors::new();
    let Some(why) = reason(&mut errors, &posted) else {
        return change_page(&state, &staff, &number, posted.text("reason"), errors).await;
    };
    let told = cancel::cancel(&state, staff.id.uuid(), &number, why.as_str()).await?;
    back(
        &staff,
        &number,
        format!("Cancelled. {told} people who were told of it are told again."),
    )
    .await
}

/// POST `/staff/changes/{number}/activate`.
pub async fn go_live(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::Activate)?;
    let bad = || HttpError::BadRequest("This form is not ours.".to_owned());
    let engagement: Uuid = posted.text("engagement").parse().map_err(|_| bad())?;
    let customer = match posted.text("customer") {
        "" => None,
        id => Some(CustomerId::from(id.parse::<Uuid>().map_err(|_| bad())?)),
    };
    let request = Request {
        number: number.clone(),
        engagement_id: engagement.into(),
        customer_id: customer,
        seen: posted.text("seen").to_owned(),
    };
    Box::pin(activate::activate(&state, staff.id.uuid(), &request)).await?;
    back(
        &staff,
        &number,
        "Active. The decision is kept with everything it rests on.",
    )
    .await
}
