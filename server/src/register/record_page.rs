//! A legal paper as its page shows it: the newest version as a form or as text, its decisions, its versions.

use app::register::Typed;
use app::register::engagement_page::Difference;
use app::register::form_page::{Adding, Overtaken};
use app::register::paper::differences;
use app::register::record::{RecordDecision, RecordPage, RecordVersion, RecordView, typed_from};
use app::register::transfer::{self, TransferChoices};
use app::ui::{Choice, FieldErrors, Link, Tone};
use axum::http::StatusCode;
use axum::response::Response;
use domain::approval::approve;
use domain::gate::{Leg, MechanismPath, mechanism_path};
use domain::legal_record::{LegalRecord, LegalRecordKind};
use domain::reference::AdequacyScope;
use domain::role::Permission;
use leptos::prelude::*;

use super::copies;
use super::gate_facts::gate_facts;
use super::load::{self, People};
use super::page::summary;
use super::records::{File, has_several, permission, place};
use super::write;
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, render, seen};
use crate::store::legal_records::{StoredRecord, list_latest_records};
use crate::store::reference::reference_data;
use crate::store::version::Recorded;
use crate::store::{self, Tx};

/// What a page shows beside what is recorded.
#[derive(Default)]
struct Showing {
    /// What was typed, and what is wrong with it.
    typed: Option<(Typed, FieldErrors)>,
    /// Somebody else's version that came in between.
    overtaken: Option<Overtaken>,
    /// What was added since the form of a new one was opened.
    added: Option<Link>,
    /// The last day of a permission as it was typed, and what is wrong with it.
    refused: Option<(String, FieldErrors)>,
}

/// Shows a paper: as recorded, or as typed.
pub(super) async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    typed: Option<(Typed, FieldErrors)>,
    overtaken: Option<Overtaken>,
) -> Result<Response, HttpError> {
    let showing = Showing {
        typed,
        overtaken,
        ..Showing::default()
    };
    page(state, staff, tx, file, showing).await
}

/// Shows the form of a new paper as typed, with the one that was added since it was opened.
pub(super) async fn show_added(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    typed: (Typed, FieldErrors),
    added: Link,
) -> Result<Response, HttpError> {
    let showing = Showing {
        typed: Some(typed),
        added: Some(added),
        ..Showing::default()
    };
    page(state, staff, tx, file, showing).await
}

/// Shows a transfer as recorded, with the last day of a permission as it was typed and what is wrong with it.
pub(super) async fn refuse_permission(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    day: &str,
    why: String,
) -> Result<Response, HttpError> {
    let showing = Showing {
        refused: Some((day.to_owned(), FieldErrors::one("expires_on", why))),
        ..Showing::default()
    };
    page(state, staff, tx, file, showing).await
}

async fn page(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    showing: Showing,
) -> Result<Response, HttpError> {
    let Showing {
        typed,
        overtaken,
        added,
        refused,
    } = showing;
    let people = People::load(tx, state).await?;
    let is_as_recorded = typed.is_none();
    let recorded = || {
        file.newest()
            .map_or_else(|| blank(file), |record| typed_from(&record.body))
    };
    let (mut typed, mut errors) = typed.unwrap_or_else(|| (recorded(), FieldErrors::new()));
    let (last_day, wrong) = refused.unwrap_or_default();
    errors.extend(wrong);
    let offered = choices(tx, file).await?;
    if file.kind == LegalRecordKind::Transfer {
        let answered = match file.newest().map(|record| &record.body) {
            Some(LegalRecord::Transfer(transfer)) if is_as_recorded => transfer::answered(transfer),
            _ => typed.all("asked").into_iter().collect(),
        };
        transfer::ask(&mut typed, &answered, &offered);
    }
    if file.kind == LegalRecordKind::SecurityAssessment {
        super::certificates::propose(state, tx, &file.current, &mut typed).await?;
    }
    let seen = match (&overtaken, is_as_recorded) {
        (None, false) => write::seen(&typed, file.present()),
        _ => file.present(),
    };
    let adding = if file.is_one_more() {
        seen::adding(&typed, file.number, added)
    } else {
        Adding::default()
    };
    let (status, title) = match overtaken {
        Some(_) => (StatusCode::CONFLICT, "Somebody else saved first".to_owned()),
        None => seen::outcome(&adding, &errors, file.kind.label()),
    };
    let is_over = file.newest().is_some_and(|record| record.ended_on.is_some());
    let may_edit = staff.may(permission(file.kind)) && !is_over;
    let decision = if is_as_recorded {
        decision(staff, file)
    } else {
        None
    };
    let is_read = is_as_recorded && (!may_edit || matches!(decision, Some(RecordDecision::Approve { .. })));
    let data = RecordView {
        csrf: staff.csrf.clone(),
        kind: file.kind,
        path: file.path(),
        back: Link::new(load::title(&file.current), load::path(&file.current)),
        typed,
        errors,
        seen,
        may_edit,
        overtaken,
        adding,
        others: others(tx, file).await?,
        add_another: (may_edit && has_several(file.kind) && !file.versions.is_empty()).then(|| {
            let base = format!("{}/{}", load::path(&file.current), place(file.kind));
            Link::new("Add another one", base)
        }),
        reading: file
            .newest()
            .filter(|_| is_read)
            .map(|record| record.body.clone()),
        since_approved: if is_read { since_approved(file) } else { Vec::new() },
        versions: versions(file, &people),
        decision,
        copies: copies::links(tx, file.newest().map(|record| &record.body)).await?,
        choices: offered,
        mechanism: mechanism(state, tx, file).await?,
        may_end: is_as_recorded
            && !is_over
            && file.kind == LegalRecordKind::Transfer
            && !file.versions.is_empty()
            && staff.may(Permission::EditRegister),
        permit: if is_as_recorded {
            super::decisions::may_permit(staff, file).map(|may| may.map(|()| last_day))
        } else {
            None
        },
    };
    let chrome = staff.chrome(state, title, "/staff/register");
    Ok(render::page(status, chrome, move || view! { <RecordPage data/> }))
}

/// A new paper starts with what the register knows, where it would be the same.
fn blank(file: &File) -> Typed {
    let mut typed = Typed::default();
    let company = &file.current.organisation.version.facts.legal_name;
    match file.kind {
        LegalRecordKind::Contract => typed.put("entity_name", company),
        LegalRecordKind::Transfer => typed.put("importer", company),
        LegalRecordKind::SecurityAssessment | LegalRecordKind::Scc | LegalRecordKind::Tia => {}
    }
    typed
}

pub(super) async fn others(tx: &mut Tx, file: &File) -> store::Result<Vec<Link>> {
    let base = format!("{}/{}", load::path(&file.current), place(file.kind));
    if !has_several(file.kind) {
        return Ok(Vec::new());
    }
    let mut links: Vec<Link> = list_latest_records(tx, file.current.engagement.id)
        .await?
        .iter()
        .filter(|record| record.body.kind() == file.kind && record.number != file.number)
        .map(|record| {
            let label = match record.body {
                LegalRecord::Scc(_) => format!("Set {}: {}", record.number, summary(record)),
                _ => summary(record),
            };
            Link::new(label, format!("{base}/{}", record.number))
        })
        .collect();
    if file.kind == LegalRecordKind::Transfer {
        let list = format!("{}/dpf", load::path(&file.current));
        links.push(Link::new("What the Data Privacy Framework list says", list));
    }
    Ok(links)
}

/// What a transfer can refer to: sets of clauses and other transfers of the same engagement.
pub(super) async fn choices(tx: &mut Tx, file: &File) -> store::Result<TransferChoices> {
    let mut choices = TransferChoices {
        add_clauses: format!("{}/scc", load::path(&file.current)),
        ..TransferChoices::default()
    };
    if file.kind != LegalRecordKind::Transfer {
        return Ok(choices);
    }
    let decisions = reference_data(tx).await?.adequacy.into_iter();
    choices.scope_questions = decisions
        .filter(|decision| decision.scope == AdequacyScope::Partial)
        .filter_map(|decision| {
            let question = decision.scope_question?.to_string();
            Some((decision.country, decision.regime, question))
        })
        .collect();
    for record in list_latest_records(tx, file.current.engagement.id).await? {
        let choice = |kind: &str| {
            let label = format!("{kind} {}: {}", record.number, summary(&record));
            Choice::new(record.number.to_string(), label)
        };
        match &record.body {
            LegalRecord::Scc(_) => choices.clauses.push(choice("Set")),
            LegalRecord::Transfer(_) if record.number != file.number => {
                choices.transfers.push(choice("Transfer"));
            }
            _ => {}
        }
    }
    Ok(choices)
}

/// The way of a recorded transfer through the decision table.
async fn mechanism(state: &AppState, tx: &mut Tx, file: &File) -> store::Result<Option<MechanismPath>> {
    let Some(LegalRecord::Transfer(transfer)) = file
        .newest()
        .filter(|record| record.ended_on.is_none())
        .map(|record| &record.body)
    else {
        return Ok(None);
    };
    let facts = gate_facts(tx, file.current.engagement.id).await?;
    Ok(facts.map(|facts| mechanism_path(&facts, Leg::Recorded(transfer), state.clock.now())))
}

/// What the newest version changed in the one that was approved last.
fn since_approved(file: &File) -> Vec<Difference> {
    let approved = file.versions.iter().find(|record| record.approval.is_some());
    match (approved, file.newest()) {
        (Some(approved), Some(newest)) if approved.version != newest.version => {
            differences(&approved.body, &newest.body)
        }
        _ => Vec::new(),
    }
}

fn versions(file: &File, people: &People) -> Vec<RecordVersion> {
    file.versions
        .iter()
        .enumerate()
        .map(|(at, record)| {
            let before = file.versions.get(at + 1);
            let diffs = before
                .map(|before| differences(&before.body, &record.body))
                .unwrap_or_default();
            version(record, people, diffs)
        })
        .collect()
}

fn version(record: &StoredRecord, people: &People, diffs: Vec<Difference>) -> RecordVersion {
    let (standing, tone) = match (&record.approval, record.ended_on) {
        (_, Some(_)) => ("ended".to_owned(), Tone::Plain),
        (Some(approval), None) => (format!("approved {}", people.by(*approval)), Tone::Ok),
        (None, None) => ("recorded".to_owned(), Tone::Plain),
    };
    RecordVersion {
        number: record.version,
        by: people.by(Recorded {
            at: record.recorded_at,
            by: Some(record.recorded_by),
        }),
        standing,
        tone,
        diffs,
    }
}

/// What this person can decide about the newest version.
fn decision(staff: &Staff, file: &File) -> Option<RecordDecision> {
    let newest = file
        .newest()
        .filter(|record| record.approval.is_none() && record.ended_on.is_none())?;
    if !matches!(newest.body, LegalRecord::Transfer(_)) || !staff.may(Permission::ConfirmAssessment) {
        return None;
    }
    Some(match approve(staff.id, &file.authors()) {
        Ok(_) => RecordDecision::Approve {
            number: newest.version,
        },
        Err(why) => RecordDecision::NotYou(format!("{why}.")),
    })
}
