//! `/staff/register/{slug}/waivers`: a red reason set aside for at most 14 days, by two people. One asks, another one
//! grants; both hold the permission. What may be waived at all, `domain::gate` says; everything that happened stays.

use app::register::Typed;
use app::register::waivers::{AskWaiver, AskWaiverPage, WaiverPart, WaiverRow, reason_field};
use app::ui::{Choice, FieldErrors, Link, Tone};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, TimeDelta, Utc};
use domain::gate::{
    Decision, Waiver, WaiverEvent, WaiverFile, WaiverKind, WaiverRefused, WaiverStep, end_of,
    evaluate_register,
};
use domain::id::{EngagementId, TaskId, WaiverId};
use domain::role::{Permission, Role};
use domain::text::Prose;
use domain::words;
use leptos::prelude::*;
use serde_json::json;

use super::gate_facts::{Judged, judge};
use super::load::{self, People};
use super::{page, write};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted, render};
use crate::store::tasks::{Task, close_tasks_about, open_task};
use crate::store::version::Recorded;
use crate::store::waivers::{append_waiver_step, list_waiver_steps};
use crate::store::{Of, Result as StoreResult, Tx};

/// The kind of task that asks a second person to decide, about what was asked for.
pub const TO_DECIDE: &str = "WAIVER_TO_DECIDE";

/// The roles whose holders can be the second person, where that is their daily work.
const DECIDERS: [Role; 2] = [Role::LegalApprover, Role::SecurityAssessor];

async fn files(tx: &mut Tx, id: EngagementId) -> StoreResult<Vec<WaiverFile>> {
    Ok(WaiverFile::all(
        list_waiver_steps(tx, Of::These(&[id]), None).await?,
    ))
}

/// What of this engagement could be waived now, for the rest of this day at least.
fn askable(
    judged: &Judged,
    decision: &Decision,
    files: &[WaiverFile],
    now: DateTime<Utc>,
) -> Vec<WaiverKind> {
    let zone = judged.facts.zone;
    let fits = |kind: &WaiverKind| {
        end_of(zone.local_date(now), zone, now).and_then(|end| kind.check_end(&judged.facts, end, now))
    };
    WaiverKind::ALL
        .iter()
        .copied()
        .filter(|kind| kind.check(&judged.facts, decision).is_ok() && fits(kind).is_ok())
        .filter(|kind| {
            !files
                .iter()
                .any(|file| file.asked.kind == *kind && file.is_open(now))
        })
        .collect()
}

/// The waivers of an engagement, for its page.
pub(super) async fn part(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    judged: &Judged,
    decision: &Decision,
) -> StoreResult<WaiverPart> {
    let now = state.clock.now();
    let zone = state.publisher().zone;
    let path = format!("{}/waivers", load::path(&judged.current));
    let people = People::load(tx, state).await?;
    let files = files(tx, judged.current.engagement.id).await?;
    let may = staff.may(Permission::GrantWaiver);
    let rows = files
        .iter()
        .map(|file| {
            let (tone, standing) = standing(file, now);
            WaiverRow {
                path: format!("{path}/{}", file.asked.request),
                kind: app::register::sentence(file.asked.kind.label()),
                reason: file.asked.reason.to_string(),
                asked: people.by(Recorded::by(file.asked.by, file.asked.at)),
                until: words::until(file.asked.until, zone),
                standing: standing.to_owned(),
                tone,
                later: file
                    .later
                    .iter()
                    .map(|step| {
                        let what = app::register::sentence(step.event.label());
                        format!(
                            "{what} {}: {}",
                            people.by(Recorded::by(step.by, step.at)),
                            step.reason
                        )
                    })
                    .collect(),
                may_decide: (may && file.is_open(now)).then(|| file.asked.by != staff.id),
                may_revoke: may && file.is_running(now),
            }
        })
        .collect();
    let is_over = judged.current.state.state.is_terminal();
    Ok(WaiverPart {
        csrf: staff.csrf.clone(),
        rows,
        refused: None,
        waived: judged
            .facts
            .waivers
            .iter()
            .filter(|waiver| waiver.granted_at <= now && now < waiver.until)
            .map(|waiver| (waiver.kind, words::until(waiver.until, zone)))
            .collect(),
        ask: (may && !is_over && !askable(judged, decision, &files, now).is_empty())
            .then(|| Link::new("Ask for a waiver", format!("{path}/new"))),
    })
}

fn standing(file: &WaiverFile, now: DateTime<Utc>) -> (Tone, &'static str) {
    if file.is_running(now) {
        return (Tone::Warn, "in force");
    }
    match file.last().event {
        WaiverEvent::Asked if file.is_open(now) => (Tone::Info, "waits for a second person"),
        WaiverEvent::Asked => (Tone::Plain, "not decided in time"),
        WaiverEvent::Granted => (Tone::Plain, "ended"),
        WaiverEvent::Refused => (Tone::Plain, "refused"),
        WaiverEvent::Revoked => (Tone::Plain, "revoked"),
    }
}

async fn loaded(tx: &mut Tx, slug: &str) -> Result<Judged, HttpError> {
    let found = load::get(tx, slug).await?;
    judge(tx, found.engagement.id, None)
        .await?
        .ok_or(HttpError::NotFound)
}

/// `GET …/waivers/new`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::GrantWaiver)?;
    let mut tx = state.db.read().await?;
    let judged = loaded(&mut tx, &slug).await?;
    show(
        &state,
        &staff,
        &mut tx,
        &judged,
        Typed::default(),
        FieldErrors::new(),
    )
    .await
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    judged: &Judged,
    typed: Typed,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let now = state.clock.now();
    let decision = evaluate_register(&judged.facts, now);
    let files = files(tx, judged.current.engagement.id).await?;
    let kinds = askable(judged, &decision, &files, now);
    let left = kinds.iter().map(|kind| kind.left(&judged.facts, now)).max();
    let zone = state.publisher().zone;
    let latest = zone.local_date(now + left.unwrap_or(Waiver::LONGEST));
    let (status, title) = write::status(&errors, "Ask for a waiver");
    let data = AskWaiver {
        csrf: staff.csrf.clone(),
        back: Link::new(load::title(&judged.current), load::path(&judged.current)),
        path: format!("{}/waivers/new", load::path(&judged.current)),
        kinds: kinds
            .into_iter()
            .map(|kind| Choice::new(kind.as_str(), app::register::sentence(kind.label())))
            .collect(),
        latest: latest.pred_opt().unwrap_or(latest).to_string(),
        typed,
        errors,
    };
    let chrome = staff.chrome(state, title, "/staff/register");
    Ok(render::page(
        status,
        chrome,
        move || view! { <AskWaiverPage data/> },
    ))
}

/// `POST …/waivers/new`
pub async fn ask(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::GrantWaiver)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let judged = loaded(&mut tx, &slug).await?;
    let id = judged.current.engagement.id;
    if judged.current.state.state.is_terminal() {
        return Err(HttpError::conflict(
            "This engagement is over; there is nothing to waive.",
        ));
    }
    let now = state.clock.now();
    let decision = evaluate_register(&judged.facts, now);
    let mut errors = FieldErrors::new();
    let kind: Option<WaiverKind> = posted.text("kind").parse().ok();
    match kind {
        None => errors.add("kind", "Choose what is to be waived"),
        Some(kind) => {
            errors.take("kind", kind.check(&judged.facts, &decision));
            let open = files(&mut tx, id).await?;
            if open
                .iter()
                .any(|file| file.asked.kind == kind && file.is_open(now))
            {
                errors.add("kind", "This was asked for already and waits for a second person");
            }
        }
    }
    let until = match posted.text("last_day").trim().parse() {
        Ok(day) => {
            let end = errors.take("last_day", end_of(day, state.publisher().zone, now));
            // Where nothing is left at all, the field above says so.
            if let (Some(kind), Some(end)) = (kind, end)
                && kind.left(&judged.facts, now) > TimeDelta::zero()
            {
                errors.take("last_day", kind.check_end(&judged.facts, end, now));
            }
            end
        }
        Err(_) => {
            errors.add("last_day", "Write a day as year, month, day: 2026-12-31");
            None
        }
    };
    let reason: Option<Prose> = errors.take("reason", posted.text("reason").parse());
    let (Some(kind), Some(until), Some(reason), true) = (kind, until, reason, errors.is_empty()) else {
        return show(&state, &staff, &mut tx, &judged, typed, errors).await;
    };
    let step = WaiverStep {
        request: WaiverId::from(state.random.id(now)),
        engagement: id,
        kind,
        event: WaiverEvent::Asked,
        until,
        reason,
        at: now,
        by: staff.id,
    };
    keep(&mut tx, &state, &staff, &step).await?;
    for role in DECIDERS {
        let task = Task {
            id: TaskId::from(state.random.id(now)),
            kind: TO_DECIDE.to_owned(),
            role,
            title: format!(
                "Decide on a waiver for {}: {}",
                load::title(&judged.current),
                kind.label()
            ),
            path: format!("{}#waivers", load::path(&judged.current)),
            about_id: Some(step.request.uuid()),
            due_on: Some(state.publisher().zone.local_date(now)),
            created_at: now,
            done: None,
        };
        open_task(&mut tx, &task).await?;
    }
    tx.commit().await?;
    staff
        .say("The waiver is asked for. It counts once another person has granted it.")
        .await?;
    Ok(Redirect::to(&load::path(&judged.current)).into_response())
}

async fn keep(tx: &mut Tx, state: &AppState, staff: &Staff, step: &WaiverStep) -> Result<(), HttpError> {
    append_waiver_step(tx, state.random.id(step.at), step).await?;
    let action = match step.event {
        WaiverEvent::Asked => "waiver.asked",
        WaiverEvent::Granted => "waiver.granted",
        WaiverEvent::Refused => "waiver.refused",
        WaiverEvent::Revoked => "waiver.revoked",
    };
    let payload = json!({
        "request": step.request, "kind": step.kind, "until": step.until, "reason": step.reason.as_str(),
    });
    write::note(
        tx,
        state,
        staff,
        action,
        ("engagement", step.engagement.uuid()),
        payload,
    )
    .await
}

async fn decide(
    state: AppState,
    staff: Staff,
    slug: &str,
    request: &str,
    posted: Posted,
    event: WaiverEvent,
) -> Result<Response, HttpError> {
    staff.require(Permission::GrantWaiver)?;
    let request: WaiverId = request.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.db.write().await?;
    let judged = loaded(&mut tx, slug).await?;
    let file = files(&mut tx, judged.current.engagement.id)
        .await?
        .into_iter()
        .find(|file| file.asked.request == request)
        .ok_or(HttpError::NotFound)?;
    load::still_open(&judged.current)?;
    let field = reason_field(place_of(event), &request.to_string());
    let reason: Prose = match posted.read(&field) {
        Ok(reason) => reason,
        Err(why) => {
            let mut data = Box::pin(page::view_of(&mut tx, &state, &staff, judged)).await?;
            data.waivers.refused = Some(why);
            return Ok(page::show(&state, &staff, data));
        }
    };
    let now = state.clock.now();
    if event == WaiverEvent::Granted {
        let decision = evaluate_register(&judged.facts, now);
        let kind = file.asked.kind;
        kind.check(&judged.facts, &decision).map_err(refused)?;
        kind.check_end(&judged.facts, file.asked.until, now)
            .map_err(refused)?;
    }
    let step = file.step(event, staff.id, reason, now).map_err(refused)?;
    keep(&mut tx, &state, &staff, &step).await?;
    close_tasks_about(&mut tx, TO_DECIDE, request.uuid(), Recorded::by(staff.id, now)).await?;
    tx.commit().await?;
    let said = match event {
        WaiverEvent::Granted => {
            let until = words::until(step.until, state.publisher().zone);
            format!("The waiver counts until {until}. It ends by itself.")
        }
        _ => format!("The waiver is {}.", event.label()),
    };
    staff.say(said).await?;
    Ok(Redirect::to(&load::path(&judged.current)).into_response())
}

/// The last part of the address that a decision posts to.
const fn place_of(event: WaiverEvent) -> &'static str {
    match event {
        WaiverEvent::Granted => "grant",
        WaiverEvent::Refused => "refuse",
        WaiverEvent::Revoked => "revoke",
        WaiverEvent::Asked => "new",
    }
}

fn refused(why: WaiverRefused) -> HttpError {
    match why {
        WaiverRefused::OnePerson => HttpError::Forbidden(
            "A waiver needs two people: somebody else must decide on the one you asked for.".to_owned(),
        ),
        why => HttpError::conflict(format!("{why}.")),
    }
}

/// `POST …/waivers/{id}/grant`
pub async fn grant(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    decide(state, staff, &slug, &id, posted, WaiverEvent::Granted).await
}

/// `POST …/waivers/{id}/refuse`
pub async fn refuse(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    decide(state, staff, &slug, &id, posted, WaiverEvent::Refused).await
}

/// `POST …/waivers/{id}/revoke`
pub async fn revoke(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, id)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    decide(state, staff, &slug, &id, posted, WaiverEvent::Revoked).await
}
