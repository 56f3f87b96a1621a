//! Adding rows: a decision, another row of one, a membership of the EEA. Nothing is overwritten.

use app::adequacy::{
    MemberFormPage, NewDecisionPage, NewRowPage, RowForm, Source, differences, parse_member, parse_new,
    parse_row, typed_from,
};
use app::register::Typed;
use app::register::form_page::Overtaken;
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::reference::{AdequacyDecision, AdequacyRegime};
use domain::role::Permission;
use leptos::prelude::*;
use serde_json::json;

use super::{File, append, ask_to_compare, body, today};
use crate::AppState;
use crate::access::Staff;
use crate::http::form::outcome;
use crate::http::{HttpError, Posted, render};
use crate::register::load::People;
use crate::store::Tx;
use crate::store::reference::{
    ADEQUACY, EEA_MEMBER, ReferenceRow, list_reference_rows, list_waiting_rows, reference_data,
};
use crate::store::version::Recorded;

/// Said of a row that was recorded.
const WAITS: &str = "No gate reads it before a legal approver has confirmed it.";

/// A row of a decision as this person records it now; always after the row before, since the later one counts.
pub(super) fn row_of(
    state: &AppState,
    staff: &Staff,
    decision: &AdequacyDecision,
    source: &Source,
    before: Option<&ReferenceRow>,
) -> ReferenceRow {
    let now = after(state, before);
    ReferenceRow {
        id: state.random.id(now),
        kind: ADEQUACY.to_owned(),
        code: decision.country.code().to_owned(),
        body: body(decision),
        valid_from: decision.status_since,
        valid_to: None,
        source_url: source.url.to_string(),
        checked_on: source.checked_on,
        recorded_at: now,
        recorded_by: Some(staff.id),
    }
}

/// Now, or the least later than the row before.
pub(crate) fn after(state: &AppState, before: Option<&ReferenceRow>) -> DateTime<Utc> {
    let now = state.clock.now();
    before.map_or(now, |row| now.max(row.recorded_at + TimeDelta::microseconds(1)))
}

fn new_page(state: &AppState, staff: &Staff, typed: Typed, errors: FieldErrors) -> Response {
    let (status, title) = outcome(&errors, "Add a decision");
    let data = RowForm {
        csrf: staff.csrf.clone(),
        path: "/staff/adequacy/new".to_owned(),
        back: "/staff/adequacy".to_owned(),
        typed,
        errors,
        is_eu: true,
        ..RowForm::default()
    };
    let chrome = staff.chrome(state, title, "/staff/adequacy");
    render::page(status, chrome, move || view! { <NewDecisionPage data/> })
}

/// `GET /staff/adequacy/new`
pub async fn new_form(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    Ok(new_page(&state, &staff, Typed::default(), FieldErrors::new()))
}

/// `POST /staff/adequacy/new`
pub async fn add(State(state): State<AppState>, staff: Staff, posted: Posted) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = Typed::new(posted.pairs());
    let (decision, source) = match parse_new(&typed, today(&state)) {
        Ok(read) => read,
        Err(errors) => return Ok(new_page(&state, &staff, typed, errors)),
    };
    let mut tx = state.db.write().await?;
    let is_member = reference_data(&mut tx)
        .await?
        .is_eea(decision.country, decision.in_force_from);
    if decision.regime == AdequacyRegime::Eu && is_member {
        let why = "It is a member of the EEA on that day: no transfer goes there, and no decision of the Union is about it";
        let errors = FieldErrors::one("country", why);
        return Ok(new_page(&state, &staff, typed, errors));
    }
    if is_known(&mut tx, &decision).await? {
        let mut errors = FieldErrors::new();
        errors.add(
            "instrument",
            "It is recorded already: add another row on its page",
        );
        return Ok(new_page(&state, &staff, typed, errors));
    }
    let row = row_of(&state, &staff, &decision, &source, None);
    let about = decision.country.label();
    record(&mut tx, &state, &staff, &row, about).await?;
    tx.commit().await?;
    staff
        .say(format!("The decision about {about} is recorded. {WAITS}"))
        .await?;
    Ok(Redirect::to(&format!("/staff/adequacy/{}", row.id)).into_response())
}

/// Whether a decision is on file, counting or waiting.
async fn is_known(tx: &mut Tx, decision: &AdequacyDecision) -> Result<bool, HttpError> {
    let counting = list_reference_rows(tx, None).await?;
    for row in counting.iter().chain(&list_waiting_rows(tx).await?) {
        if row.decision()?.is_some_and(|other| other.key() == decision.key()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Appends a row with the task to compare it with its source.
pub(super) async fn record(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    row: &ReferenceRow,
    about: &str,
) -> Result<(), HttpError> {
    append(tx, state, staff, row, None).await?;
    let title = format!("Compare the new row about {about} with its source: it counts once it is confirmed");
    ask_to_compare(tx, state, row, title).await?;
    Ok(())
}

fn row_page(
    state: &AppState,
    staff: &Staff,
    file: &File,
    typed: Typed,
    errors: FieldErrors,
    overtaken: Option<Overtaken>,
) -> Response {
    let (status, title) = match &overtaken {
        Some(_) => (StatusCode::CONFLICT, "Somebody else saved first".to_owned()),
        None => outcome(&errors, "Add another row"),
    };
    let mut typed = typed;
    if overtaken.is_some() || typed.text("seen").is_empty() {
        typed.set("seen", file.latest());
    }
    let data = RowForm {
        csrf: staff.csrf.clone(),
        path: format!("{}/row", file.path()),
        back: file.path(),
        title: file.title(),
        typed,
        errors,
        overtaken,
        is_eu: file.now.regime == AdequacyRegime::Eu,
    };
    let chrome = staff.chrome(state, title, "/staff/adequacy");
    render::page(status, chrome, move || view! { <NewRowPage data/> })
}

/// `GET /staff/adequacy/{id}/row`
pub async fn row_form(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.read().await?;
    let file = File::counting(&mut tx, &id).await?;
    let typed = typed_from(&file.now);
    Ok(row_page(&state, &staff, &file, typed, FieldErrors::new(), None))
}

/// `POST /staff/adequacy/{id}/row`
pub async fn add_row(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let file = File::counting(&mut tx, &id).await?;
    let (decision, source) = match parse_row(&typed, &file.now, today(&state)) {
        Ok(read) => read,
        Err(errors) => return Ok(row_page(&state, &staff, &file, typed, errors, None)),
    };
    if typed.text("seen") != file.latest().to_string() {
        let people = People::load(&mut tx, &state).await?;
        let overtaken = overtaken(&file, &people, typed.text("seen"), &decision)?;
        return Ok(row_page(
            &state,
            &staff,
            &file,
            typed,
            FieldErrors::new(),
            Some(overtaken),
        ));
    }
    if file.waiting.is_some() {
        let errors = FieldErrors::one(
            "status",
            "A row of this decision waits: it is confirmed or turned down before another is added",
        );
        return Ok(row_page(&state, &staff, &file, typed, errors, None));
    }
    let row = row_of(&state, &staff, &decision, &source, file.rows.last());
    record(&mut tx, &state, &staff, &row, file.now.country.label()).await?;
    tx.commit().await?;
    staff
        .say(format!("{}: another row is recorded. {WAITS}", file.title()))
        .await?;
    Ok(Redirect::to(&format!("/staff/adequacy/{}", row.id)).into_response())
}

/// Both sides: what the other person's row changed, and what this one would change of it.
fn overtaken(
    file: &File,
    people: &People,
    seen: &str,
    mine: &AdequacyDecision,
) -> Result<Overtaken, HttpError> {
    let base = file.rows.iter().find(|row| row.id.to_string() == seen);
    let base = base.map(ReferenceRow::decision).transpose()?.flatten();
    let recorded = file.rows.last().map(|row| Recorded {
        at: row.recorded_at,
        by: row.recorded_by,
    });
    Ok(Overtaken {
        by: recorded.map_or_else(String::new, |recorded| {
            format!("A row was recorded on {}", people.by(recorded))
        }),
        theirs: base.map(|base| differences(&base, &file.now)).unwrap_or_default(),
        yours: differences(&file.now, mine),
    })
}

fn member_page(state: &AppState, staff: &Staff, typed: Typed, errors: FieldErrors) -> Response {
    let (status, title) = outcome(&errors, "Add a membership of the EEA, or its end");
    let data = RowForm {
        csrf: staff.csrf.clone(),
        path: "/staff/adequacy/eea".to_owned(),
        back: "/staff/adequacy".to_owned(),
        typed,
        errors,
        ..RowForm::default()
    };
    let chrome = staff.chrome(state, title, "/staff/adequacy");
    render::page(status, chrome, move || view! { <MemberFormPage data/> })
}

/// `GET /staff/adequacy/eea`
pub async fn member_form(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    Ok(member_page(&state, &staff, Typed::default(), FieldErrors::new()))
}

/// `POST /staff/adequacy/eea`
pub async fn add_member(
    State(state): State<AppState>,
    staff: Staff,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = Typed::new(posted.pairs());
    let (member, source) = match parse_member(&typed, today(&state)) {
        Ok(read) => read,
        Err(errors) => return Ok(member_page(&state, &staff, typed, errors)),
    };
    let mut tx = state.db.write().await?;
    let known = reference_data(&mut tx).await?.eea;
    let clash = known.iter().find(|other| {
        other.country == member.country
            && other.from != member.from
            && other
                .to
                .is_none_or(|last| member.from.is_none_or(|from| from <= last))
    });
    if clash.is_some() {
        let mut errors = FieldErrors::new();
        let why = "It is a member on that day already, since another first day: use that one to give the membership its last day";
        errors.add("from", why);
        return Ok(member_page(&state, &staff, typed, errors));
    }
    let waiting = list_waiting_rows(&mut tx).await?;
    let waits = |row: &ReferenceRow| row.kind == EEA_MEMBER && row.code == member.country.code();
    if waiting.iter().any(waits) {
        let mut errors = FieldErrors::new();
        errors.add(
            "country",
            "A row about it waits: it is confirmed or turned down before another is added",
        );
        return Ok(member_page(&state, &staff, typed, errors));
    }
    let rows = list_reference_rows(&mut tx, None).await?;
    let of_country = |row: &&ReferenceRow| row.kind == EEA_MEMBER && row.code == member.country.code();
    let now = after(&state, rows.iter().rfind(of_country));
    let row = ReferenceRow {
        id: state.random.id(now),
        kind: EEA_MEMBER.to_owned(),
        code: member.country.code().to_owned(),
        body: json!({}),
        valid_from: member.from.ok_or(HttpError::NotFound)?,
        valid_to: member.to,
        source_url: source.url.to_string(),
        checked_on: source.checked_on,
        recorded_at: now,
        recorded_by: Some(staff.id),
    };
    let about = member.country.label();
    record(&mut tx, &state, &staff, &row, about).await?;
    tx.commit().await?;
    staff
        .say(format!("The membership of {about} is recorded. {WAITS}"))
        .await?;
    Ok(Redirect::to("/staff/adequacy").into_response())
}
