//! The page of one set, adding a set, saving a version.

use app::register::clauses::page::{ClausesPage, ClausesView};
use app::register::clauses::{said_signing, typed_from, typed_from_signing};
use app::register::engagement_page::{Difference, HistoryEntry};
use app::register::paper::differences;
use app::register::record::RecordVersion;
use app::register::state_step::errors_of;
use app::register::{Typed, form_page::Overtaken};
use app::ui::{FieldErrors, Link, Refusal, Tone};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::country::Place;
use domain::gate::RegisterFacts;
use domain::legal_record::{
    Clauses, ClausesStanding, Instrument, InstrumentChoice, InstrumentFacts, LegalRecord, Origin, SccEvent,
    SccModule, SccState, SccVersion, choose_instrument, party_roles,
};
use domain::role::Permission;
use domain::words;
use leptos::prelude::*;

use super::super::load::{self, People};
use super::super::reason;
use super::super::record_page;
use super::super::{copies, write};
use super::{Set, body, get_set, steps};
use crate::AppState;
use crate::access::Staff;
use crate::http::seen::Seen;
use crate::http::{HttpError, render};
use crate::store::Tx;
use crate::store::clause_states::ClauseState;
use crate::store::version::Recorded;

/// Which instrument a set of an engagement is, by what the register knows. Where transfers differ in whether their
/// importer is subject to the GDPR, the one to be warned about counts.
pub(super) fn choice(state: &AppState, facts: &RegisterFacts) -> InstrumentChoice {
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
pub(super) struct Showing {
    pub typed: Option<(Typed, FieldErrors)>,
    pub signing: Option<(Typed, FieldErrors)>,
    pub overtaken: Option<Overtaken>,
    pub refused: Option<Refusal>,
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

pub(super) async fn show(
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
    let signed = Seen::of(&said_signing(&clauses.standing.signing), None).value;
    let seen = match (&showing.overtaken, is_as_recorded) {
        (None, false) => write::seen(&typed, set.file.present()),
        _ => set.file.present(),
    };
    let mut steps = if is_as_recorded {
        steps::steps(state, staff, set)
    } else {
        Vec::new()
    };
    // Of what is over, only the end of its clauses is still recorded.
    steps.retain(|step| is_open || step.action.ends_with("/terminate"));
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
        missing: clauses.missing(&set.facts.reference, set.facts.clauses_exporter(), set.today),
        steps,
        signing,
        signed,
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
    if let Some(why) = clauses.other_importer(&set.facts.organisation) {
        notes.push((Tone::Danger, format!("SCC_ANNEX: {why}.")));
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
