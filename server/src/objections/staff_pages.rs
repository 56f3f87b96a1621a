//! The staff's list of cases, and one case with the steps that this person can take.

use app::objections::{CaseRow, CasesPage, StaffCasePage};
use app::ui::{FieldErrors, long_date};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::objection::ObjectionEvent;
use domain::role::Permission;
use domain::text::Prose;
use leptos::prelude::*;
use serde::Deserialize;

use super::{Case, decide, load};
use crate::AppState;
use crate::access::Staff;
use crate::http::form::Posted;
use crate::http::{HttpError, Part, Query, render};
use crate::store::{objection_lists, objections};

/// Rows on one page.
const PAGE: u64 = 50;

/// Which page is asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    page: String,
}

/// GET `/staff/objections`.
pub async fn list(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadCustomers)?;
    let mut tx = state.db.read().await?;
    let zone = state.publisher().zone;
    let part = Part::asked(&asked.page, PAGE);
    let (found, total) = objection_lists::page(&mut tx, part.limits()).await?;
    let cases = found
        .into_iter()
        .map(|case| CaseRow {
            number: case.objection.case_number,
            customer: case.customer,
            vendor: case.company.legal_name.to_string(),
            state: case.objection.state.label().to_owned(),
            blocks: case.objection.state.blocks(),
            filed: long_date(zone.local_date(case.objection.submitted_at)),
        })
        .collect();
    let part = part.of("/staff/objections", "", total);
    let may_log = staff.may(Permission::WorkObjection);
    let chrome = staff.chrome(&state, "Objections", "/staff/objections");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <CasesPage cases part may_log/> },
    ))
}

async fn find(state: &AppState, number: &str) -> Result<Case, HttpError> {
    let mut tx = state.db.read().await?;
    let objection = objections::find_by_case_number(&mut tx, number)
        .await?
        .ok_or(HttpError::NotFound)?;
    Ok(load(&mut tx, state, objection).await?)
}

fn page(
    state: &AppState,
    staff: &Staff,
    status: StatusCode,
    case: &Case,
    text: String,
    errors: FieldErrors,
) -> Response {
    let path = format!("/staff/objections/{}", case.objection.case_number);
    let mut view = super::pages::view(state, case, path.clone(), staff.csrf.clone());
    view.steps = case
        .open_to(staff, state.clock.now())
        .into_iter()
        .filter(|event| *event != ObjectionEvent::CancelChange)
        .map(|event| {
            let label = event.label();
            let label = label[..1].to_uppercase() + &label[1..];
            (event.as_str().to_owned(), label, event.needs_text())
        })
        .collect();
    if view.steps.is_empty() {
        view.no_steps = Some(
            if case.drafters.contains(&staff.id) && case.objection.state.is_open() {
                "You worked on this change, so somebody else decides its objections.".to_owned()
            } else if case.objection.state.is_open() {
                "There is no step here that your roles and the customer's contract allow.".to_owned()
            } else {
                "This case is closed.".to_owned()
            },
        );
    }
    let title = format!("Objection {}", case.objection.case_number);
    render::page(
        status,
        staff.chrome(state, title, &path),
        move || view! { <StaffCasePage case=view text errors/> },
    )
}

/// GET `/staff/objections/{case}`.
pub async fn show(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadCustomers)?;
    let case = find(&state, &number).await?;
    Ok(page(
        &state,
        &staff,
        StatusCode::OK,
        &case,
        String::new(),
        FieldErrors::new(),
    ))
}

/// POST `/staff/objections/{case}`: one step.
pub async fn step(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    form: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::WorkObjection)?;
    let case = find(&state, &number).await?;
    let what: ObjectionEvent = form
        .text("event")
        .parse()
        .map_err(|_| HttpError::BadRequest("There is no such step.".to_owned()))?;
    let mut errors = FieldErrors::new();
    let typed = form.text("text").to_owned();
    let text = if typed.trim().is_empty() {
        None
    } else {
        errors.take("text", Prose::parse(&typed))
    };
    if text.is_none() && what.needs_text() && errors.is_empty() {
        errors.add("text", "Write the reason; the customer reads it");
    }
    if !errors.is_empty() {
        return Ok(page(
            &state,
            &staff,
            StatusCode::UNPROCESSABLE_ENTITY,
            &case,
            typed,
            errors,
        ));
    }
    decide(&state, &staff, case.objection.id, what, text.as_ref()).await?;
    staff.say("The step is recorded.").await?;
    Ok(Redirect::to(&format!("/staff/objections/{number}")).into_response())
}
