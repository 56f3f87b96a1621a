//! `/staff/adequacy/{id}/status`: a change of status, shown with everything that follows, then carried out. An admin can
//! prepare it and ask; the legal act is that of a legal approver or the data protection officer.

use app::adequacy::{Fallen, Preview, StatusPage, StatusView, parse_status};
use app::register::Typed;
use app::ui::{FieldErrors, Link};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::TaskId;
use domain::reference::RowVerdict;
use domain::role::{Permission, Role};
use domain::trigger::Scope;
use domain::words::day;
use leptos::prelude::*;
use serde_json::json;

use super::loss::{self, Plan, Struck};
use super::rows::row_of;
use super::{File, append, ask_to_compare, today};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::form::outcome;
use crate::http::{HttpError, Posted, Query, render};
use crate::register::load::{path, title};
use crate::store::reference::decide_row;
use crate::store::tasks::{Task, close_tasks_about, open_task};
use crate::store::version::Recorded;
use crate::triggers::adequacy_changed;

/// The kind of task that asks to carry a change of status out, about the decision's latest row.
pub const STATUS_ASKED: &str = "ADEQUACY_STATUS_ASKED";

fn show(
    state: &AppState,
    staff: &Staff,
    file: &File,
    typed: Typed,
    errors: FieldErrors,
    preview: Option<Preview>,
    is_stale: bool,
) -> Response {
    let (status, heading) = if is_stale {
        (
            StatusCode::CONFLICT,
            "Something has changed since you looked".to_owned(),
        )
    } else {
        outcome(&errors, "Change of status")
    };
    let data = StatusView {
        csrf: staff.csrf.clone(),
        back: Link::new(file.title(), file.path()),
        path: format!("{}/status", file.path()),
        decision: file.now.clone(),
        typed,
        errors,
        preview,
        is_stale,
        may_carry_out: staff.may(Permission::ChangeAdequacyStatus),
        may_ask: staff.may(Permission::ManageSettings),
    };
    let chrome = staff.chrome(state, heading, "/staff/adequacy");
    render::page(status, chrome, move || view! { <StatusPage data/> })
}

/// `GET …/status`, with what was typed in the query: what would follow.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let file = File::counting(&mut tx, &id).await?;
    let mut typed = Typed::new(&query);
    // A link may fill some of it; the form sends every field.
    if query.iter().all(|(name, _)| name != "reason") {
        for name in ["since", "checked_on"] {
            if typed.text(name).is_empty() {
                typed.put(name, today(&state));
            }
        }
        return Ok(show(
            &state,
            &staff,
            &file,
            typed,
            FieldErrors::new(),
            None,
            false,
        ));
    }
    let after = match parse_status(&typed, &file.now, today(&state)) {
        Ok((after, ..)) => after,
        Err(errors) => return Ok(show(&state, &staff, &file, typed, errors, None, false)),
    };
    let plan = loss::plan(&mut tx, &state, file.latest(), &file.now, after).await?;
    let preview = Some(preview(&file, &plan));
    Ok(show(
        &state,
        &staff,
        &file,
        typed,
        FieldErrors::new(),
        preview,
        false,
    ))
}

/// `POST …/status`: carries out what was previewed, or shows what would follow now.
pub async fn carry_out(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ChangeAdequacyStatus)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let file = File::counting(&mut tx, &id).await?;
    let (after, source, reason) = match parse_status(&typed, &file.now, today(&state)) {
        Ok(read) => read,
        Err(errors) => return Ok(show(&state, &staff, &file, typed, errors, None, false)),
    };
    let plan = loss::plan(&mut tx, &state, file.latest(), &file.now, after).await?;
    if posted.text("seen") != plan.hash() {
        let preview = Some(preview(&file, &plan));
        return Ok(show(
            &state,
            &staff,
            &file,
            typed,
            FieldErrors::new(),
            preview,
            true,
        ));
    }
    let row = row_of(&state, &staff, &plan.after, &source, file.rows.last());
    append(&mut tx, &state, &staff, &row, Some(reason.as_str())).await?;
    // The act itself lets the row count.
    decide_row(&mut tx, row.id, RowVerdict::Confirmed, staff.id, row.recorded_at).await?;
    if !staff.roles.contains(&Role::LegalApprover) {
        let about = file.now.country.label();
        let title = format!("Compare the new row about {about} with its source");
        ask_to_compare(&mut tx, &state, &row, title).await?;
    }
    let payload = json!({
        "country": plan.after.country,
        "regime": plan.after.regime,
        "instrument": plan.after.instrument,
        "before": file.now.status,
        "after": plan.after.status,
        "since": plan.after.status_since,
        "reason": reason,
        "plan": plan.hash(),
    });
    let subject = Subject::of("reference_row", row.id);
    staff
        .record(&mut tx, &state, "adequacy.status_changed", subject, payload)
        .await?;
    let what = format!(
        "{}: {} → {} since {}. {reason}",
        file.title(),
        file.now.status.label(),
        plan.after.status.label(),
        day(plan.after.status_since)
    );
    let scope = Scope::Country(plan.after.country);
    let since = plan.after.status_since;
    adequacy_changed(&mut tx, &state, staff.id, scope, (&what, Some(source.url)), since).await?;
    let done = loss::carry_out(&mut tx, &state, &staff, &plan, row.id).await?;
    let by = Recorded::by(staff.id, state.clock.now());
    close_tasks_about(&mut tx, STATUS_ASKED, file.latest(), by).await?;
    tx.commit().await?;
    let follows = if plan.takes_away {
        done.sentence()
    } else {
        "Nothing was switched back by it.".to_owned()
    };
    staff
        .say(format!(
            "{}: {}. {follows}",
            file.title(),
            plan.after.status.label()
        ))
        .await?;
    Ok(Redirect::to(&format!("/staff/adequacy/{}", row.id)).into_response())
}

/// `POST …/ask`: an admin has prepared it; a legal approver finds it filled in.
pub async fn ask(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let file = File::counting(&mut tx, &id).await?;
    let (after, ..) = match parse_status(&typed, &file.now, today(&state)) {
        Ok(read) => read,
        Err(errors) => return Ok(show(&state, &staff, &file, typed, errors, None, false)),
    };
    let now = state.clock.now();
    let task = Task {
        id: TaskId::from(state.random.id(now)),
        kind: STATUS_ASKED.to_owned(),
        role: Role::LegalApprover,
        title: format!(
            "{} is said to be {}: see what follows, and carry it out",
            file.title(),
            after.status.label()
        ),
        path: format!("{}/status?{}", file.path(), query_of(&typed)),
        about_id: Some(file.latest()),
        due_on: Some(state.publisher().zone.local_date(now)),
        created_at: now,
        done: None,
    };
    let is_new = open_task(&mut tx, &task).await?;
    if is_new {
        let payload = json!({ "status": after.status, "since": after.status_since });
        let subject = Subject::of("reference_row", file.latest());
        staff
            .record(&mut tx, &state, "adequacy.status_asked", subject, payload)
            .await?;
        tx.commit().await?;
    }
    let said = if is_new {
        "A legal approver has a task to carry it out. Nothing has changed yet."
    } else {
        "A legal approver has such a task already. Nothing has changed yet."
    };
    staff.say(said).await?;
    Ok(Redirect::to(&file.path()).into_response())
}

/// What was typed, as a query that fills the form again.
fn query_of(typed: &Typed) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for name in ["status", "since", "reason", "source_url", "checked_on"] {
        query.append_pair(name, typed.text(name));
    }
    query.finish()
}

/// A plan as the page shows it.
fn preview(file: &File, plan: &Plan) -> Preview {
    let mut transfers: Vec<Fallen> = plan.struck.iter().flat_map(fallen).collect();
    transfers.sort_by_key(|one| one.falls_back);
    Preview {
        hash: plan.hash(),
        change: format!(
            "{}: {} → {} since {}",
            file.title(),
            file.now.status.label(),
            plan.after.status.label(),
            day(plan.after.status_since)
        ),
        takes_away: plan.takes_away,
        transfers,
        suspended: plan.struck.iter().filter(|one| one.is_suspended()).count(),
        drafts: plan.drafts_in_words(),
        without_draft: plan
            .struck
            .iter()
            .filter_map(|one| {
                Some(format!(
                    "{}: {}",
                    title(&one.judged.current),
                    one.untold.as_ref()?
                ))
            })
            .collect(),
        customers: plan.customers,
        assessments: plan.assessments,
    }
}

fn fallen(one: &Struck) -> Vec<Fallen> {
    let current = &one.judged.current;
    let effect = if one.is_suspended() {
        "is suspended"
    } else if one.is_lost() {
        "stays as it is; its gate is red"
    } else {
        "goes on"
    };
    one.falls
        .iter()
        .map(|fall| Fallen {
            engagement: Link::new(title(current), path(current)),
            transfer: Link::new(
                format!(
                    "{}: {}",
                    fall.transfer.destination.label(),
                    fall.transfer.mechanism.kind().label()
                ),
                format!("{}/transfer/{}", path(current), fall.record.number),
            ),
            state: current.state.state.label().to_owned(),
            falls_back: fall.answer.is_ok(),
            reasons: fall.answer.as_ref().err().cloned().unwrap_or_default(),
            effect: effect.to_owned(),
        })
        .collect()
}
