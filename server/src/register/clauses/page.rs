//! The page of one set, adding a set, saving a version.

use app::register::clauses::page::{ClausesPage, ClausesView, NewClausesPage, NewClausesView};
use app::register::clauses::{add_row, parse, typed_from, typed_from_signing};
use app::register::engagement_page::{Difference, HistoryEntry};
use app::register::paper::differences;
use app::register::record::RecordVersion;
use app::register::state_step::errors_of;
use app::register::{Typed, sentence};
use app::ui::{FieldErrors, Link, Refusal, Tone};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::country::Place;
use domain::gate::RegisterFacts;
use domain::id::RecordId;
use domain::legal_record::{
    Clauses, ClausesStanding, Instrument, InstrumentChoice, InstrumentFacts, LegalRecord, LegalRecordKind,
    Origin, SccEvent, SccModule, SccState, SccVersion, choose_instrument, party_roles,
};
use domain::role::{Permission, Role};
use domain::words;
use leptos::prelude::*;
use serde_json::json;

use super::super::load::{self, People};
use super::super::reason;
use super::super::record_page;
use super::super::records::{self, File};
use super::super::{copies, write};
use super::advance::{CHANGE, TO_CONFIRM, task};
use super::{Set, body, get_set, prefill, steps};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted, render};
use crate::store::Tx;
use crate::store::clause_states::{ClauseState, NewClauseState, append_clause_state};
use crate::store::engagements::CurrentEngagement;
use crate::store::legal_records::{NewRecord, append_record};
use crate::store::tasks::{close_tasks_about, open_task};
use crate::store::version::Recorded;

/// Which instrument a set of an engagement is, by what the register knows. Where transfers differ in whether their
/// importer is subject to the GDPR, the one to be warned about counts.
fn choice(state: &AppState, facts: &RegisterFacts) -> InstrumentChoice {
    let day = facts.zone.local_date(state.clock.now());
    let is_outside =
        |country: &domain::country::Country| facts.reference.is_outside(Place::Country(*country), day);
    let (exporter, importer) = party_roles(facts.engagement.relationship_role);
    let company = &facts.organisation;
    let subject = facts
        .transfers
        .iter()
        .map(|transfer| transfer.body.importer_subject_to_gdpr.into_option())
        .reduce(|one, other| match (one, other) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        })
        .flatten();
    choose_instrument(&InstrumentFacts {
        exporter,
        importer,
        is_importer_inside: company
            .registration_country
            .get()
            .map(|country| !is_outside(country))
            .into(),
        is_importer_subject: subject.into(),
        is_parent_outside: company.ultimate_parent_country.get().map(is_outside).into(),
    })
}

/// `GET …/scc`
pub async fn new(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let file = records::find(&mut tx, &slug, LegalRecordKind::Scc, None).await?;
    show_new(&state, &staff, &mut tx, &file, None).await
}

async fn show_new(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    typed: Option<(Typed, FieldErrors)>,
) -> Result<Response, HttpError> {
    let facts = facts_of(tx, &file.current).await?;
    let choice = choice(state, &facts);
    let (typed, errors) = typed.unwrap_or_else(|| {
        let mut typed = Typed::default();
        typed.put("version", SccVersion::V2021);
        if let Instrument::Module(module) = choice.instrument {
            typed.put("module", module);
        }
        for origin in facts.transfers.iter().flat_map(|transfer| &transfer.body.origins) {
            typed.put("origins", origin);
        }
        (typed, FieldErrors::new())
    });
    let (status, title) = write::status(&errors, "Add a set of clauses");
    let data = NewClausesView {
        csrf: staff.csrf.clone(),
        path: format!("{}/scc", load::path(&file.current)),
        back: Link::new(load::title(&file.current), load::path(&file.current)),
        choice,
        typed,
        errors,
        others: record_page::others(tx, file).await?,
        may_edit: staff.may(Permission::EditRegister) && !file.current.state.state.is_terminal(),
    };
    let chrome = staff.chrome(state, title, "/staff/scc");
    Ok(render::page(
        status,
        chrome,
        move || view! { <NewClausesPage data/> },
    ))
}

async fn facts_of(tx: &mut Tx, current: &CurrentEngagement) -> Result<RegisterFacts, HttpError> {
    super::super::gate_facts::gate_facts(tx, current.engagement.id)
        .await?
        .ok_or(HttpError::NotFound)
}

/// `POST …/scc`
pub async fn add(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let file = records::find(&mut tx, &slug, LegalRecordKind::Scc, None).await?;
    load::still_open(&file.current)?;
    let clauses = match parse(&typed) {
        Ok(clauses) => clauses,
        Err(errors) => return show_new(&state, &staff, &mut tx, &file, Some((typed, errors))).await,
    };
    append(&state, &staff, &mut tx, &file, clauses).await?;
    tx.commit().await?;
    staff
        .say(format!("Set of clauses {} was added.", file.number))
        .await?;
    let path = format!("{}/scc/{}", load::path(&file.current), file.number);
    Ok(Redirect::to(&path).into_response())
}

/// Appends a version with the state in which it begins: a new set is selected; any other version has annexes to fill.
async fn append(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    clauses: Clauses,
) -> Result<RecordId, HttpError> {
    let now = state.clock.now();
    let id = file.current.engagement.id;
    let before = file.newest().map(body).transpose()?;
    let (event, begins) = match before.map(|clauses| clauses.standing.state) {
        None => (None, SccState::Selected),
        Some(SccState::Selected) if clauses.is_blank() => (None, SccState::Selected),
        Some(SccState::Selected) => (Some(SccEvent::FillAnnexes), SccState::AnnexesIncomplete),
        Some(_) => (None, SccState::AnnexesIncomplete),
    };
    let new = NewRecord {
        id: RecordId::from(state.random.id(now)),
        engagement_id: id,
        number: file.number,
        body: LegalRecord::Scc(Box::new(clauses)),
        valid_from: None,
        ended_on: None,
        recorded_at: now,
        recorded_by: staff.id,
    };
    append_record(tx, file.present(), &new).await?;
    let begun = NewClauseState {
        id: state.random.id(now),
        record_id: new.id,
        from: None,
        event,
        state: begins,
        signing: domain::legal_record::Signing::default(),
        happened_on: state.publisher().zone.local_date(now),
        reason: None,
        recorded_at: now,
        recorded_by: staff.id,
    };
    append_clause_state(tx, &begun).await?;
    let mut payload = write::version_payload(file.present() + 1, &new.body, &[], None);
    payload["kind"] = json!(file.kind);
    payload["number"] = json!(file.number);
    payload["record_id"] = json!(new.id);
    payload["state"] = json!(begins);
    let subject = ("engagement", id.uuid());
    write::note(tx, state, staff, "legal_record.recorded", subject, payload).await?;
    if let Some(earlier) = file.newest() {
        let done = Recorded::by(staff.id, now);
        close_tasks_about(tx, TO_CONFIRM, earlier.id.uuid(), done).await?;
    }
    Ok(new.id)
}

/// `GET …/scc/{number}`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let set = get_set(&mut tx, &state, &slug, &number).await?;
    show(&state, &staff, &mut tx, &set, Showing::default()).await
}

/// What is shown instead of what is recorded.
#[derive(Default)]
struct Showing {
    typed: Option<(Typed, FieldErrors)>,
    signing: Option<(Typed, FieldErrors)>,
    overtaken: Option<app::register::form_page::Overtaken>,
    refused: Option<Refusal>,
}

/// The page again, because the signatures were refused.
pub(super) async fn show_signing(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    set: &Set,
    typed: Typed,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let showing = Showing {
        signing: Some((typed, errors)),
        ..Showing::default()
    };
    show(state, staff, tx, set, showing).await
}

/// The page again, because the reason for a step was refused.
pub(super) async fn show_again(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    set: &Set,
    refused: Refusal,
) -> Result<Response, HttpError> {
    let showing = Showing {
        refused: Some(refused),
        ..Showing::default()
    };
    show(state, staff, tx, set, showing).await
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    set: &Set,
    showing: Showing,
) -> Result<Response, HttpError> {
    let people = People::load(tx, state).await?;
    let (newest, counting) = (set.newest()?, set.counting()?);
    let (clauses, counted) = (body(newest)?, body(counting)?);
    let is_as_recorded = showing.typed.is_none();
    let is_signable = clauses.standing.state.next(SccEvent::SignOneSide).is_ok();
    let is_open = !set.file.current.state.state.is_terminal();
    let may_edit = staff.may(Permission::EditRegister) && is_open;
    let (typed, errors) = showing
        .typed
        .unwrap_or_else(|| (typed_from(clauses), FieldErrors::new()));
    let signing = (is_signable && may_edit).then(|| {
        showing
            .signing
            .unwrap_or_else(|| (typed_from_signing(&clauses.standing.signing), FieldErrors::new()))
    });
    let signing_errors = signing.as_ref().map(|(_, errors)| errors.clone());
    let seen = match (&showing.overtaken, is_as_recorded) {
        (None, false) => write::seen(&typed, set.file.present()),
        _ => set.file.present(),
    };
    let mut steps = if is_as_recorded && is_open {
        steps::steps(state, staff, set)
    } else {
        Vec::new()
    };
    if let Some(refused) = showing.refused {
        reason::put_back(refused, &mut steps)?;
    }
    let (status, title) = match showing.overtaken {
        Some(_) => (StatusCode::CONFLICT, "Somebody else saved first".to_owned()),
        None => {
            let mut all = errors.clone();
            all.extend(signing_errors.unwrap_or_default());
            all.extend(errors_of(&steps));
            write::status(&all, &set.title())
        }
    };
    let choice = choice(state, &set.facts);
    let is_described_otherwise = newest.id != counting.id && clauses.describes_otherwise(counted);
    let data = ClausesView {
        csrf: staff.csrf.clone(),
        title: set.title(),
        path: set.file.path(),
        back: Link::new(load::title(&set.file.current), load::path(&set.file.current)),
        state: counted.standing.state,
        standing: standing(set)?,
        notes: notes(clauses, &choice, is_described_otherwise, set),
        change: (is_described_otherwise && staff.may(Permission::DraftChange)).then(|| {
            let slug = &set.file.current.engagement.slug;
            Link::new("Open a change", format!("/staff/changes/new?engagement={slug}"))
        }),
        choice,
        cure: counted.cure(set.today),
        missing: clauses.missing(&set.facts.reference, set.today),
        steps,
        signing,
        typed,
        errors,
        seen,
        may_edit,
        overtaken: showing.overtaken,
        since_agreed: if newest.id == counting.id {
            Vec::new()
        } else {
            since_agreed(clauses, counted)
        },
        reading: (!may_edit).then(|| newest.body.clone()),
        used_by: used_by(set),
        others: record_page::others(tx, &set.file)
            .await?
            .into_iter()
            .chain(may_edit.then(|| {
                Link::new(
                    "Add another one",
                    format!("{}/scc", load::path(&set.file.current)),
                )
            }))
            .collect(),
        versions: versions(set, &people),
        history: set.states.iter().map(|state| happened(state, &people)).collect(),
        copies: copies::links(tx, Some(&newest.body)).await?,
    };
    let chrome = staff.chrome(state, title, "/staff/scc");
    Ok(render::page(
        status,
        chrome,
        move || view! { <ClausesPage data/> },
    ))
}

/// In what the text of a version differs from the one in force; signatures are no difference of the text.
fn since_agreed(newest: &Clauses, agreed: &Clauses) -> Vec<Difference> {
    let text = |clauses: &Clauses| {
        let mut clauses = clauses.clone();
        clauses.standing = ClausesStanding::default();
        LegalRecord::Scc(Box::new(clauses))
    };
    differences(&text(agreed), &text(newest))
}

/// "Version 2 is in force since 1 Nov 2026; version 3 is in the making: ready".
fn standing(set: &Set) -> Result<String, HttpError> {
    let (newest, counting) = (set.newest()?, set.counting()?);
    let standing = &body(counting)?.standing;
    let since = match standing
        .signing
        .in_force_on
        .filter(|_| standing.state == SccState::InForce)
    {
        Some(from) => format!(" from {}", words::short_day(from)),
        None => String::new(),
    };
    let mut text = format!("Version {}: {}{since}", counting.version, standing.state.label());
    if newest.id != counting.id {
        text.push_str(&format!(
            ". Version {} is in the making: {}",
            newest.version,
            body(newest)?.standing.state.label()
        ));
    }
    Ok(text)
}

fn notes(
    clauses: &Clauses,
    choice: &InstrumentChoice,
    is_described_otherwise: bool,
    set: &Set,
) -> Vec<(Tone, String)> {
    let mut notes = Vec::new();
    if clauses.version != SccVersion::V2021 {
        notes.push((
            Tone::Danger,
            format!(
                "SCC_LEGACY: clauses {} ended as safeguards on 27 December 2022. This set can never be in force; agree on 2021/914.",
                clauses.version.label()
            ),
        ));
    }
    let (exporter, importer) = party_roles(set.facts.engagement.relationship_role);
    let needed = SccModule::between(exporter, importer);
    if clauses.module != needed {
        notes.push((
            Tone::Danger,
            format!(
                "SCC_MODULE: {} is chosen, {} is needed: {}.",
                clauses.module.label(),
                needed.label(),
                choice.reason
            ),
        ));
    }
    if clauses.modified {
        notes.push((
            Tone::Danger,
            "SCC_ANNEX: the text of the clauses was altered, which clause 2 forbids.".to_owned(),
        ));
    }
    if let Instrument::Article28 | Instrument::NoTransfer = choice.instrument {
        notes.push((
            Tone::Warn,
            format!("By the register no clauses are needed here: {}.", choice.reason),
        ));
    }
    let uses = |origin: Origin| {
        set.naming()
            .any(|(_, transfer)| transfer.origins.contains(&origin))
            && !clauses.origins.contains(&origin)
    };
    for origin in [Origin::Uk, Origin::Ch] {
        if uses(origin) {
            notes.push((
                Tone::Warn,
                format!(
                    "A transfer that names this set is exported from {}, which the set does not cover: tick it below and fill the parts for it.",
                    origin.label()
                ),
            ));
        }
    }
    if is_described_otherwise {
        notes.push((
            Tone::Warn,
            "Annex I.B differs from the version in force, which counts until this one is. Look whether customers must be told first, and open a change.".to_owned(),
        ));
    }
    notes
}

fn used_by(set: &Set) -> Vec<Link> {
    let base = load::path(&set.file.current);
    set.naming()
        .map(|(number, transfer)| {
            let role = if transfer.fallback.is_some() {
                ", in reserve"
            } else {
                ""
            };
            Link::new(
                format!("Transfer {number}, to {}{role}", transfer.destination.label()),
                format!("{base}/transfer/{number}"),
            )
        })
        .collect()
}

fn versions(set: &Set, people: &People) -> Vec<RecordVersion> {
    let all = &set.file.versions;
    all.iter()
        .enumerate()
        .map(|(at, record)| {
            let state = body(record).map_or(SccState::Selected, |clauses| clauses.standing.state);
            RecordVersion {
                number: record.version,
                by: people.by(Recorded {
                    at: record.recorded_at,
                    by: Some(record.recorded_by),
                }),
                standing: state.label().to_owned(),
                tone: app::register::clauses::page::state_tone(state),
                diffs: all
                    .get(at + 1)
                    .map(|before| differences(&before.body, &record.body))
                    .unwrap_or_default(),
            }
        })
        .collect()
}

fn happened(state: &ClauseState, people: &People) -> HistoryEntry {
    let what = match state.event {
        None => format!("begun as {}", state.state.label()),
        Some(SccEvent::SignOneSide) => "signatures recorded".to_owned(),
        Some(_) => state.state.label().to_owned(),
    };
    HistoryEntry {
        title: format!("Version {}: {what}", state.version),
        by: people.by(Recorded::by(state.recorded_by, state.recorded_at)),
        reason: state.reason.clone(),
        diffs: Vec::new(),
    }
}

/// `POST …/scc/{number}`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let set = get_set(&mut tx, &state, &slug, &number).await?;
    load::still_open(&set.file.current)?;
    let again = |typed, errors, overtaken| Showing {
        typed: Some((typed, errors)),
        overtaken,
        ..Showing::default()
    };
    if typed.text("act") == "add-row" {
        add_row(&mut typed);
        return show(
            &state,
            &staff,
            &mut tx,
            &set,
            again(typed, FieldErrors::new(), None),
        )
        .await;
    }
    load::still_open(&set.file.current)?;
    let clauses = match parse(&typed) {
        Ok(clauses) => clauses,
        Err(errors) => return show(&state, &staff, &mut tx, &set, again(typed, errors, None)).await,
    };
    if typed.text("seen") != set.file.present().to_string() {
        let mine = LegalRecord::Scc(Box::new(clauses));
        let overtaken = records::overtaken(&state, &mut tx, &set.file, typed.text("seen"), &mine).await?;
        return show(
            &state,
            &staff,
            &mut tx,
            &set,
            again(typed, FieldErrors::new(), Some(overtaken)),
        )
        .await;
    }
    write_version(&state, &staff, tx, &set, clauses).await
}

/// `POST …/scc/{number}/fill`
pub async fn fill(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut tx = state.db.write().await?;
    let set = get_set(&mut tx, &state, &slug, &number).await?;
    load::still_open(&set.file.current)?;
    let mut clauses = body(set.newest()?)?.clone();
    clauses
        .standing
        .state
        .next(SccEvent::FillAnnexes)
        .map_err(|_| HttpError::conflict("The annexes of this set are being filled already."))?;
    prefill::fill(&mut tx, &set.file.current, &mut clauses).await?;
    write_version(&state, &staff, tx, &set, clauses).await
}

/// Writes a version and says what follows from it.
async fn write_version(
    state: &AppState,
    staff: &Staff,
    mut tx: Tx,
    set: &Set,
    clauses: Clauses,
) -> Result<Response, HttpError> {
    let before = body(set.newest()?)?;
    let path = set.file.path();
    if before.says_the_same_as(&clauses) {
        staff
            .say("Nothing was different, so there is no new version.")
            .await?;
        return Ok(Redirect::to(&path).into_response());
    }
    let was_signed = before.standing.state == SccState::PartlySigned;
    let agreed = set.agreed().map(body).transpose()?;
    let needs_change = agreed.is_some_and(|agreed| agreed.describes_otherwise(&clauses));
    append(state, staff, &mut tx, &set.file, clauses).await?;
    if needs_change {
        let id = set.file.current.engagement.id;
        let title = format!(
            "Annex I.B of the clauses with {} changes: look whether customers must be told, and open a change",
            load::title(&set.file.current)
        );
        let now = state.clock.now();
        let task = task(state, set, CHANGE, Role::LegalEditor, id.uuid(), title, now);
        open_task(&mut tx, &task).await?;
    }
    tx.commit().await?;
    let mut said = format!("{}: version {} was saved.", set.title(), set.file.present() + 1);
    if was_signed {
        said.push_str(" The signatures covered the version before; this one has none.");
    }
    if agreed.is_some() {
        said.push_str(" The version in force goes on counting until this one is.");
    }
    if needs_change {
        said.push_str(" Annex I.B differs: a change may be needed.");
    }
    staff.say(sentence(&said)).await?;
    Ok(Redirect::to(&path).into_response())
}
