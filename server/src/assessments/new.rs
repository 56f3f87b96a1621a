//! Starting: a new assessment of an engagement, or a new version of one.

use std::collections::BTreeSet;

use app::assessments::{NewAssessment, NewAssessmentPage, parse_new, typed_new};
use app::register::Typed;
use app::register::place::paper_name;
use app::ui::{FieldErrors, Link};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::StaffId;
use domain::legal_record::{LegalRecordKind, Tia, TiaState, TiaType};
use domain::role::Permission;
use leptos::prelude::*;
use serde_json::json;

use super::load::{self, tia};
use super::{against, prefill};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::{HttpError, Posted, render, seen};
use crate::register::load as register;
use crate::register::page::summary;
use crate::store::assessments::{Draft, Key, find_draft, next_assessment_number, save_draft};
use crate::store::engagements::CurrentEngagement;
use crate::store::legal_records::list_latest_records;
use crate::store::tia_states::list_measure_moves;
use crate::store::{Of, Tx};

/// `GET …/tia`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let current = register::get(&mut tx, &slug).await?;
    let places = against::destinations(&mut tx, &current).await?;
    let kind = if places.is_empty() {
        TiaType::EeaNote
    } else {
        TiaType::Full46
    };
    let typed = typed_new(kind, &places);
    show(
        &state,
        &staff,
        &mut tx,
        &current,
        (typed, FieldErrors::new()),
        None,
    )
    .await
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    current: &CurrentEngagement,
    (typed, errors): (Typed, FieldErrors),
    added: Option<Link>,
) -> Result<Response, HttpError> {
    let path = format!("{}/tia", register::path(current));
    let mut others = Vec::new();
    let id = current.engagement.id;
    let records = list_latest_records(tx, id).await?;
    let next = next_assessment_number(tx, id).await?;
    for number in 1..next {
        let record = records
            .iter()
            .find(|record| record.body.kind() == LegalRecordKind::Tia && record.number == number);
        let text = match record {
            Some(record) => summary(record),
            None if find_draft(tx, (id, number), None).await?.is_some() => {
                format!("Assessment of transfers {number}, being written")
            }
            None => continue,
        };
        others.push(Link::new(text, format!("{path}/{number}")));
    }
    let adding = seen::adding(&typed, next, added);
    let (status, title) = seen::outcome(&adding, &errors, "Add an assessment of transfers");
    let data = NewAssessment {
        csrf: staff.csrf.clone(),
        back: Link::new(register::title(current), register::path(current)),
        path,
        typed,
        errors,
        others,
        may_edit: staff.may(Permission::EditTia) && !current.state.state.is_terminal(),
        adding,
    };
    let chrome = staff.chrome(state, title, "/staff/register");
    Ok(render::page(
        status,
        chrome,
        move || view! { <NewAssessmentPage data/> },
    ))
}

/// `POST …/tia`
pub async fn start(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditTia)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let current = register::get(&mut tx, &slug).await?;
    register::still_open(&current)?;
    let (kind, places) = match parse_new(&typed) {
        Ok(parsed) => parsed,
        Err(errors) => return show(&state, &staff, &mut tx, &current, (typed, errors), None).await,
    };
    let number = next_assessment_number(&mut tx, current.engagement.id).await?;
    if let Some(before) = seen::taken(&typed, number) {
        let path = format!("{}/tia/{before}", register::path(&current));
        let added = Link::new(paper_name(LegalRecordKind::Tia, Some(before)), path);
        let typed = (typed, FieldErrors::new());
        return show(&state, &staff, &mut tx, &current, typed, Some(added)).await;
    }
    let mut body = Tia::draft(kind, places, staff.id);
    prefill::start(&mut tx, &state, &current, &mut body).await?;
    let path = format!("{}/tia/{number}", register::path(&current));
    begin(&mut tx, &state, &staff, &current, number, body, 0).await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("{path}/{}", first_step(kind))).into_response())
}

/// Where writing begins: a note is one page.
pub fn first_step(kind: TiaType) -> &'static str {
    if super::step::is_one_page(kind) {
        "note"
    } else {
        kind.steps().first().map_or("checks", |step| step.as_str())
    }
}

/// `POST …/tia/{number}/new-version`: a draft that starts as a copy.
pub async fn another(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditTia)?;
    let mut tx = state.db.write().await?;
    let found = load::get_open(&mut tx, &slug, &number).await?;
    let to = found.path();
    if found.draft.is_some() {
        staff.say("A draft is being written already.").await?;
        return Ok(Redirect::to(&to).into_response());
    }
    let newest = found.newest().ok_or(HttpError::NotFound)?;
    let is_waiting = tia(newest).is_some_and(|tia| tia.state == TiaState::InReview);
    if is_waiting {
        return Err(HttpError::conflict(format!(
            "Version {} waits for a decision; nothing new is written until then.",
            newest.version
        )));
    }
    // What was turned down is gone on with; otherwise what counts is copied, with its measures as they are now.
    let (source, movers) = match found.in_force(&mut tx).await? {
        Some(standing) if standing.id == newest.id => {
            let movers = movers(&mut tx, found.key(), standing.version).await?;
            (standing, movers)
        }
        _ => (newest.clone(), BTreeSet::new()),
    };
    let source = tia(&source).ok_or(HttpError::NotFound)?;
    let mut body = source.copy_by(staff.id);
    body.authors.extend(movers);
    let against = against::against(&mut tx, &state, &body.destinations).await?;
    if body.next_review_on.is_none_or(|day| day <= against.today) {
        body.next_review_on = Some(against.review_by);
    }
    let base = newest.version;
    begin(&mut tx, &state, &staff, &found.current, found.number, body, base).await?;
    tx.commit().await?;
    staff
        .say("The draft starts as a copy of the version before.")
        .await?;
    Ok(Redirect::to(&to).into_response())
}

/// Who said since a version how far its measures are: a copy of it says that too.
async fn movers(tx: &mut Tx, (id, number): Key, version: i64) -> Result<BTreeSet<StaffId>, HttpError> {
    let moves = list_measure_moves(tx, Of::These(&[id]), None).await?.into_iter();
    Ok(moves
        .filter(|moved| moved.number == number && moved.version >= version)
        .map(|moved| moved.recorded_by)
        .collect())
}

async fn begin(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    current: &CurrentEngagement,
    number: i64,
    body: Tia,
    base_version: i64,
) -> Result<(), HttpError> {
    let payload = json!({ "number": number, "tia_type": body.tia_type, "base_version": base_version });
    let draft = Draft {
        engagement_id: current.engagement.id,
        number,
        revision: 1,
        body,
        base_version,
        changed_at: state.clock.now(),
        changed_by: staff.id,
    };
    save_draft(tx, &draft).await?;
    let subject = Subject::of("engagement", current.engagement.id.uuid());
    staff
        .record(tx, state, "tia.draft_started", subject, payload)
        .await?;
    Ok(())
}
