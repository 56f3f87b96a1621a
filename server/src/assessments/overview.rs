//! `GET /staff/register/{slug}/tia/{number}`: one assessment as a whole.

use std::collections::HashMap;

use app::assessments::paper::{differences, standing_line};
use app::assessments::{
    AssessmentPage, AssessmentView, DraftView, EventLine, MeasureLine, MoveForm, Review, ShareForm,
    StandingView, TiaVersionLine, said_standing, state_tone,
};
use app::register::{Typed, sentence};
use app::ui::{Choice, Link, Refusal, Tone};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::approval::approve as by_another;
use domain::id::RecordId;
use domain::legal_record::{MeasureStatus, Tia, TiaState};
use domain::role::Permission;
use domain::trigger::Triage;
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;

use super::against::against;
use super::load::{self, Assessment, tia};
use super::step::{address, progress};
use crate::AppState;
use crate::access::Staff;
use crate::http::seen::Seen;
use crate::http::{HttpError, Query, render};
use crate::register::load::People;
use crate::store::customers::list_customers;
use crate::store::legal_records::StoredRecord;
use crate::store::tia_states::{TiaStateEntry, list_disclosures, list_tia_states};
use crate::store::triggers::{list_concerned, list_triggers_of};
use crate::store::version::Recorded;
use crate::store::{Result, Tx};
use crate::triggers::overtaking;

/// Which measure's form is open.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    measure: String,
}

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> std::result::Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let found = load::get(&mut tx, &slug, &number).await?;
    let moving = MoveForm {
        measure: asked.measure.parse().unwrap_or(0),
        ..MoveForm::default()
    };
    let back = Back {
        moving,
        ..Back::default()
    };
    show(&state, &staff, &mut tx, &found, StatusCode::OK, back).await
}

/// What was typed on the page and comes back to it.
#[derive(Default)]
pub struct Back {
    /// About a measure.
    pub moving: MoveForm,
    /// About who got a copy.
    pub share: Option<ShareForm>,
    /// As the reason of a decision.
    pub refused: Option<Refusal>,
}

/// Shows the page, with what was typed on it.
pub async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    found: &Assessment,
    status: StatusCode,
    back: Back,
) -> std::result::Result<Response, HttpError> {
    let people = People::load(tx, state).await?;
    let states = list_tia_states(tx, found.current.engagement.id, found.number).await?;
    let in_force = found.in_force(tx).await?;
    let is_over = found.current.state.state.is_terminal();
    let may_edit = staff.may(Permission::EditTia) && !is_over;
    let newest_state = found.newest().and_then(tia).map(|tia| tia.state);
    let standing_state = found.standing().and_then(tia).map(|tia| tia.state);
    let data = AssessmentView {
        csrf: staff.csrf.clone(),
        path: found.path(),
        trail: found.trail(),
        title: found.title(),
        badges: badges(found),
        draft: draft(tx, state, found, &people, may_edit).await?,
        review: review(tx, state, staff, found).await?,
        turned_down: newest_state
            .filter(|state| *state == TiaState::Rejected && found.draft.is_none())
            .and_then(|_| found.newest())
            .and_then(|newest| states.iter().find(|entry| entry.record_id == newest.id))
            .and_then(|entry| entry.reason.clone()),
        measures: measures(in_force.as_ref()),
        standing: standing(found, in_force.as_ref(), &people),
        moving: back.moving,
        may_edit: may_edit && in_force.is_some(),
        may_start: may_edit && found.draft.is_none() && newest_state != Some(TiaState::InReview),
        may_suspend: !is_over
            && staff.may(Permission::ApproveTia)
            && standing_state == Some(TiaState::UnderTriggerReview),
        events: events(tx, found, &people).await?,
        shared: shared(tx, found, &people).await?,
        refused: back.refused,
        share: match back.share {
            Some(share) => Some(share),
            None if staff.may(Permission::EditTia) && in_force.is_some() => Some(ShareForm {
                customers: customers(tx).await?,
                typed: Typed::default(),
                errors: app::ui::FieldErrors::new(),
            }),
            None => None,
        },
        versions: versions(found, &states, &people),
    };
    let chrome = staff.chrome(state, found.title(), "/staff/register");
    Ok(render::page(
        status,
        chrome,
        move || view! { <AssessmentPage data/> },
    ))
}

/// Customers to choose from.
pub async fn customers(tx: &mut Tx) -> Result<Vec<Choice>> {
    Ok(list_customers(tx)
        .await?
        .into_iter()
        .filter(|customer| customer.ended_at.is_none())
        .map(|customer| Choice::new(customer.id.to_string(), customer.name))
        .collect())
}

fn badges(found: &Assessment) -> Vec<(String, Tone)> {
    let mut badges = Vec::new();
    let kind = found
        .draft
        .as_ref()
        .map(|draft| &draft.body)
        .or_else(|| found.newest().and_then(tia))
        .map(|tia| tia.tia_type.label());
    badges.extend(kind.map(|kind| (sentence(kind), Tone::Plain)));
    let standing = found.standing();
    if let Some(of) = standing.and_then(tia) {
        badges.push((sentence(of.state.label()), state_tone(of.state)));
    }
    if let (Some(newest), Some(of)) = (found.newest(), found.newest().and_then(tia))
        && standing.is_none_or(|standing| standing.id != newest.id)
    {
        badges.push((sentence(of.state.label()), state_tone(of.state)));
    }
    if found.draft.is_some() {
        badges.push((sentence(TiaState::Draft.label()), state_tone(TiaState::Draft)));
    }
    badges
}

async fn draft(
    tx: &mut Tx,
    state: &AppState,
    found: &Assessment,
    people: &People,
    may_edit: bool,
) -> Result<Option<DraftView>> {
    let Some(draft) = &found.draft else {
        return Ok(None);
    };
    let against = against(tx, state, &draft.body.destinations).await?;
    let missing = draft.body.missing(&against);
    let path = found.path();
    let kind = draft.body.tia_type;
    let before = found
        .versions
        .iter()
        .find(|record| record.version == draft.base_version);
    Ok(Some(DraftView {
        saved: format!(
            "Saved on {}",
            people.by(Recorded::by(draft.changed_by, draft.changed_at))
        ),
        steps: progress(&path, &draft.body, &missing, None),
        missing: missing
            .iter()
            .map(|missing| {
                let place = address(&path, kind, missing.step);
                Link::new(
                    format!("{}: {}", missing.step.label(), missing.what),
                    format!("{place}#{}", missing.field),
                )
            })
            .collect(),
        revision: draft.revision,
        may_edit,
        diffs: before
            .and_then(tia)
            .map(|before| differences(before, &draft.body))
            .unwrap_or_default(),
    }))
}

async fn review(tx: &mut Tx, state: &AppState, staff: &Staff, found: &Assessment) -> Result<Option<Review>> {
    let Some(newest) = found.newest() else {
        return Ok(None);
    };
    let Some(body) = tia(newest).filter(|tia| tia.state == TiaState::InReview) else {
        return Ok(None);
    };
    let against = against(tx, state, &body.destinations).await?;
    let may_decide = if !staff.may(Permission::ApproveTia) {
        Err("A legal approver who did not work on it decides.".to_owned())
    } else {
        by_another(staff.id, &found.authors())
            .map(drop)
            .map_err(|why| format!("{why}."))
    };
    let approved: Option<&Tia> = found
        .versions
        .iter()
        .find(|record| record.approval.is_some())
        .and_then(tia);
    let mut missing: Vec<String> = body
        .missing(&against)
        .into_iter()
        .map(|missing| missing.what)
        .collect();
    missing.extend(overtaking(tx, found.key(), newest.recorded_at).await?);
    Ok(Some(Review {
        number: newest.version,
        diffs: approved
            .map(|before| differences(before, body))
            .unwrap_or_default(),
        missing,
        tia: body.clone(),
        may_decide,
    }))
}

fn standing(found: &Assessment, in_force: Option<&StoredRecord>, people: &People) -> Option<StandingView> {
    let shown = in_force?;
    let body = tia(shown)?;
    let approved = shown
        .approval
        .map(|approval| format!(", approved {}", people.by(approval)))
        .unwrap_or_default();
    let own = format!("{}/v/{}", found.path(), shown.version);
    Some(StandingView {
        title: format!("Version {} counts{approved}", shown.version),
        tia: body.clone(),
        links: vec![
            Link::new("Print", own.clone()),
            Link::new("JSON", format!("{own}.json")),
            Link::new("Redacted, for customers", format!("{own}?redacted=yes")),
            Link::new("Redacted JSON", format!("{own}.json?redacted=yes")),
        ],
    })
}

fn measures(in_force: Option<&StoredRecord>) -> Vec<MeasureLine> {
    in_force
        .and_then(tia)
        .iter()
        .flat_map(|tia| &tia.measures)
        .map(|measure| MeasureLine {
            number: measure.number,
            text: format!("{} ({})", measure.text, measure.kind.label()),
            standing: standing_line(measure),
            is_in_place: measure.standing.status >= MeasureStatus::Implemented,
            seen: Seen::of(&said_standing(&measure.standing), None).value,
        })
        .collect()
}

async fn events(tx: &mut Tx, found: &Assessment, people: &People) -> Result<Vec<EventLine>> {
    let mut lines = Vec::new();
    for trigger in list_triggers_of(tx, found.key()).await? {
        let concerned = list_concerned(tx, trigger.id).await?;
        let triage = concerned
            .into_iter()
            .find(|one| one.key == found.key())
            .and_then(|one| one.triage);
        let standing = match triage {
            None => "nobody has looked at it yet".to_owned(),
            Some((Triage::NoImpact, reason, by)) => format!("no impact: {reason} ({})", people.by(by)),
            Some((Triage::Review, reason, by)) => format!("reviewed: {reason} ({})", people.by(by)),
        };
        lines.push(EventLine {
            link: Link::new(
                format!("Event {}: {}", trigger.number, trigger.kind.label()),
                format!("/staff/triggers/{}", trigger.number),
            ),
            standing,
        });
    }
    Ok(lines)
}

async fn shared(tx: &mut Tx, found: &Assessment, people: &People) -> Result<Vec<String>> {
    let names: HashMap<_, _> = list_customers(tx)
        .await?
        .into_iter()
        .map(|customer| (customer.id, customer.name))
        .collect();
    let version = |id: RecordId| {
        found
            .versions
            .iter()
            .find(|record| record.id == id)
            .map_or(0, |record| record.version)
    };
    Ok(list_disclosures(tx, found.current.engagement.id, found.number)
        .await?
        .into_iter()
        .map(|one| {
            let whom = match one.customer_id {
                Some(id) => format!(
                    "{} was given the redacted export",
                    names.get(&id).map_or("A customer", String::as_str)
                ),
                None => "The importer acknowledged it".to_owned(),
            };
            let note = one.note.map(|note| format!(": {note}")).unwrap_or_default();
            format!(
                "{}, version {}: {whom}{note} (recorded {})",
                words::day(one.disclosed_on),
                version(one.record_id),
                people.by(Recorded::by(one.recorded_by, one.recorded_at))
            )
        })
        .collect())
}

/// What happened to a version since it was handed in, newest first.
pub fn happened(record: &StoredRecord, states: &[TiaStateEntry], people: &People) -> Vec<String> {
    let mut lines: Vec<String> = states
        .iter()
        .filter(|entry| entry.record_id == record.id)
        .map(|entry| {
            let reason = entry
                .reason
                .as_ref()
                .map(|reason| format!(": {reason}"))
                .unwrap_or_default();
            format!(
                "{} {}{reason}",
                sentence(entry.state.label()),
                people.by(entry.recorded)
            )
        })
        .collect();
    lines.extend(
        record
            .approval
            .map(|approval| format!("Approved {}", people.by(approval))),
    );
    lines
}

fn versions(found: &Assessment, states: &[TiaStateEntry], people: &People) -> Vec<TiaVersionLine> {
    found
        .versions
        .iter()
        .enumerate()
        .filter_map(|(at, record)| {
            let body = tia(record)?;
            let before = found.versions.get(at + 1).and_then(tia);
            Some(TiaVersionLine {
                link: Link::new(
                    format!("Version {}", record.version),
                    format!("{}/v/{}", found.path(), record.version),
                ),
                by: people.by(Recorded::by(record.recorded_by, record.recorded_at)),
                state: sentence(body.state.label()),
                tone: state_tone(body.state),
                events: happened(record, states, people),
                diffs: before.map(|before| differences(before, body)).unwrap_or_default(),
            })
        })
        .collect()
}
