//! The list of corrections, and the form for one.

use std::collections::{BTreeMap, BTreeSet};

use app::calendars::{CalendarsPage, CalendarsView, NewOverridePage, OverrideForm, OverrideRow, parse};
use app::register::Typed;
use app::ui::FieldErrors;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::calendar::{CalendarId, Counted, RecordedOverride};
use domain::role::{Permission, Role};
use domain::words::day;
use leptos::prelude::*;
use serde_json::json;

use super::{covers, get};
use crate::AppState;
use crate::access::Staff;
use crate::adequacy::{after, append, ask_to_compare, provenance};
use crate::http::form::outcome;
use crate::http::{HttpError, Posted, render};
use crate::register::load::People;
use crate::store::reference::{CALENDAR_OVERRIDE, ReferenceRow, list_calendar_rows};
use crate::store::{StoreError, Tx};

/// A row with what it says.
type Read = (ReferenceRow, RecordedOverride);

/// All rows, in the order in which they were recorded.
async fn rows(tx: &mut Tx) -> Result<Vec<Read>, StoreError> {
    let mut read = Vec::new();
    for row in list_calendar_rows(tx).await? {
        if let Some(said) = row.calendar_override()? {
            read.push((row, said));
        }
    }
    Ok(read)
}

/// `GET /staff/calendars`
pub async fn overview(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let people = People::load(&mut tx, &state).await?;
    let rows = rows(&mut tx).await?;
    drop(tx);
    let mut calendars: BTreeMap<CalendarId, Vec<OverrideRow>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (row, said) in rows.iter().rev() {
        let counts = seen.insert((said.calendar, said.day.date));
        calendars.entry(said.calendar).or_default().push(OverrideRow {
            day: day(said.day.date),
            counted: Counted::of(said.day.working),
            reason: said.day.reason.clone(),
            provenance: provenance(row, &people, None),
            counts,
        });
    }
    let data = CalendarsView {
        table: covers(),
        calendars: calendars.into_iter().collect(),
        may_add: staff.may(Permission::ManageSettings),
    };
    let chrome = staff.chrome(&state, "Calendars", "/staff/calendars");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <CalendarsPage data/> },
    ))
}

fn form_page(state: &AppState, staff: &Staff, typed: Typed, errors: FieldErrors) -> Response {
    let (status, title) = outcome(&errors, "Correct a day");
    let csrf = staff.csrf.clone();
    let data = OverrideForm { csrf, typed, errors };
    let chrome = staff.chrome(state, title, "/staff/calendars");
    render::page(status, chrome, move || view! { <NewOverridePage data/> })
}

/// `GET /staff/calendars/new`
pub async fn new_form(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    Ok(form_page(&state, &staff, Typed::default(), FieldErrors::new()))
}

/// `POST /staff/calendars/new`
pub async fn add(State(state): State<AppState>, staff: Staff, posted: Posted) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = Typed::new(posted.pairs());
    let today = state.publisher().zone.local_date(state.clock.now());
    let mut tx = state.db.write().await?;
    let rows = rows(&mut tx).await?;
    let present = |id: CalendarId| {
        let own = rows.iter().filter(|(_, said)| said.calendar == id);
        get(id)
            .clone()
            .with_overrides(own.map(|(_, said)| said.day.clone()))
    };
    let ((calendar, said), source) = match parse(&typed, today, present) {
        Ok(read) => read,
        Err(errors) => return Ok(form_page(&state, &staff, typed, errors)),
    };
    // Always after the row before about the same day, since the later one counts.
    let before = rows
        .iter()
        .rfind(|(_, other)| other.calendar == calendar && other.day.date == said.date);
    let now = after(&state, before.map(|(row, _)| row));
    let row = ReferenceRow {
        id: state.random.id(now),
        kind: CALENDAR_OVERRIDE.to_owned(),
        code: calendar.as_str().to_owned(),
        body: json!(said),
        valid_from: said.date,
        valid_to: None,
        source_url: source.url.to_string(),
        checked_on: source.checked_on,
        recorded_at: now,
        recorded_by: Some(staff.id),
    };
    let date = day(said.date);
    let about = format!("{date} in the calendar of {}", calendar.name());
    append(&mut tx, &state, &staff, &row, Some(&said.reason)).await?;
    if !staff.roles.contains(&Role::LegalApprover) {
        let title = format!("Compare the new row about {about} with its source");
        ask_to_compare(&mut tx, &state, &row, title).await?;
    }
    tx.commit().await?;
    let counted = Counted::of(said.working).label();
    staff
        .say(format!("{date} counts as {counted} now: {}.", calendar.name()))
        .await?;
    Ok(Redirect::to("/staff/calendars").into_response())
}
