//! The list of events, the form, one event.

use std::collections::BTreeSet;

use app::assessments::state_tone;
use app::register::{Typed as Fields, sentence};
use app::triggers::{
    ConcernedLine, NewTrigger, NewTriggerPage, TriggerLine as Line, TriggerList, TriggerListPage,
    TriggerPage, TriggerView, parse,
};
use app::ui::{Choice, FieldErrors, Link, Tone};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::facts::Names;
use domain::id::EngagementId;
use domain::legal_record::LegalRecord;
use domain::role::Permission;
use domain::trigger::{Effect, Scope, Triage};
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;

use super::forward::forward;
use super::raise::{Event, raise};
use crate::AppState;
use crate::access::Staff;
use crate::http::form::outcome;
use crate::http::{HttpError, Posted, Query, render};
use crate::register::load::{self, People};
use crate::store::Tx;
use crate::store::engagements::find_engagement;
use crate::store::legal_records::find_record;
use crate::store::triggers::{
    Concerned, Trigger, TriggerLine, count_triggers, find_trigger, list_concerned, list_triggers,
};

/// Rows on one page.
const PAGE: i64 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    page: String,
}

/// `GET /staff/triggers`
pub async fn list(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let total = count_triggers(&mut tx).await?;
    let pages = total.saturating_add(PAGE - 1).div_euclid(PAGE).max(1);
    let number = asked.page.parse::<i64>().unwrap_or(1).clamp(1, pages);
    let today = state.publisher().zone.local_date(state.clock.now());
    let lines = list_triggers(&mut tx, (number - 1) * PAGE, PAGE).await?;
    let names = names(&mut tx, lines.iter().map(|line| line.trigger.scope), []).await?;
    let rows = lines.into_iter().map(|line| row(line, &names, today)).collect();
    let count = |n: i64| u64::try_from(n).unwrap_or_default();
    let data = TriggerList {
        rows,
        from: count((number - 1) * PAGE + 1),
        total: count(total),
        page: (count(number), count(pages)),
        may_raise: staff.may(Permission::EditTia),
    };
    let chrome = staff.chrome(&state, "Events", "/staff/triggers");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <TriggerListPage data/> },
    ))
}

fn row(line: TriggerLine, names: &Names, today: NaiveDate) -> Line {
    let trigger = line.trigger;
    let is_late = line.open > 0 && trigger.due_on.is_some_and(|due| due < today);
    let (standing, tone) = match (line.concerned, line.open) {
        (0, _) => ("Concerns none".to_owned(), Tone::Plain),
        (_, 0) => ("Closed".to_owned(), Tone::Ok),
        (all, open) if is_late => (format!("{open} of {all} open, late"), Tone::Danger),
        (all, open) => (format!("{open} of {all} open"), Tone::Warn),
    };
    Line {
        link: Link::new(title(&trigger), format!("/staff/triggers/{}", trigger.number)),
        scope: scope_text(trigger.scope, names),
        occurred: words::short_day(trigger.occurred_on),
        standing,
        tone,
        due: trigger
            .due_on
            .map_or_else(|| "No day set".to_owned(), words::short_day),
    }
}

fn title(trigger: &Trigger) -> String {
    format!("Event {}: {}", trigger.number, trigger.kind.label())
}

/// Names of what events concern.
async fn names(
    tx: &mut Tx,
    scopes: impl IntoIterator<Item = Scope>,
    engagements: impl IntoIterator<Item = EngagementId>,
) -> Result<Names, HttpError> {
    let (mut companies, mut named) = (BTreeSet::new(), BTreeSet::from_iter(engagements));
    for scope in scopes {
        match scope {
            Scope::Organisation(id) => drop(companies.insert(id)),
            Scope::Engagement(id) => drop(named.insert(id)),
            _ => {}
        }
    }
    Ok(load::names_of(tx, companies, named).await?)
}

fn scope_text(scope: Scope, names: &Names) -> String {
    match scope {
        Scope::Country(country) => country.label().to_owned(),
        Scope::Organisation(id) => names.of(id),
        Scope::Engagement(id) => names.of(id),
        Scope::Instrument(kind) => sentence(kind.label()),
    }
}

/// `GET /staff/triggers/new`
pub async fn form(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::EditTia)?;
    let mut tx = state.db.read().await?;
    show_form(&state, &staff, &mut tx, Fields::default(), FieldErrors::new()).await
}

async fn show_form(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    typed: Fields,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let offered = load::choices(tx, None).await?;
    let sorted = |mut choices: Vec<Choice>| {
        choices.sort_by(|a, b| a.label.cmp(&b.label));
        choices
    };
    let (status, title) = outcome(&errors, "Record an event");
    let data = NewTrigger {
        csrf: staff.csrf.clone(),
        typed,
        errors,
        organisations: sorted(offered.companies),
        engagements: sorted(offered.engagements),
    };
    let chrome = staff.chrome(state, title, "/staff/triggers");
    Ok(render::page(
        status,
        chrome,
        move || view! { <NewTriggerPage data/> },
    ))
}

/// `POST /staff/triggers/new`
pub async fn record(
    State(state): State<AppState>,
    staff: Staff,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditTia)?;
    let typed = Fields::new(posted.pairs());
    let today = state.publisher().zone.local_date(state.clock.now());
    let mut tx = state.db.write().await?;
    let raised = match parse(&typed, today) {
        Ok(raised) => raised,
        Err(errors) => return show_form(&state, &staff, &mut tx, typed, errors).await,
    };
    let event = Event {
        kind: raised.kind,
        scope: raised.scope,
        description: raised.description,
        source: raised.source,
        occurred_on: raised.occurred_on,
        takes_effect_on: raised.takes_effect_on,
    };
    let trigger = raise(&mut tx, &state, Some(staff.id), &event).await?;
    let concerned = list_concerned(&mut tx, trigger.id).await?.len();
    let drafted = forward(&mut tx, &state, staff.id, &trigger).await?;
    tx.commit().await?;
    let many = words::count(concerned, "assessment", "assessments");
    let told = drafted.map_or_else(String::new, |number| {
        format!(" Change {number} is drafted: it tells the customers concerned.")
    });
    staff
        .say(match trigger.kind.effect() {
            Effect::Triage => format!("Recorded. It concerns {many}.{told}"),
            Effect::Review => format!("Recorded. {many} under review.{told}"),
            Effect::Suspend => format!("Recorded. {many} suspended.{told}"),
        })
        .await?;
    Ok(Redirect::to(&format!("/staff/triggers/{}", trigger.number)).into_response())
}

/// `GET /staff/triggers/{number}`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let number: i64 = number.parse().map_err(|_| HttpError::NotFound)?;
    let trigger = find_trigger(&mut tx, number).await?.ok_or(HttpError::NotFound)?;
    show(&state, &staff, &mut tx, &trigger, None).await
}

/// What was typed about one assessment and refused.
pub struct Typed {
    /// Its place on the page.
    pub at: usize,
    /// The answer.
    pub triage: String,
    /// The reason.
    pub reason: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

/// Shows an event.
pub async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    trigger: &Trigger,
    typed: Option<Typed>,
) -> Result<Response, HttpError> {
    let people = People::load(tx, state).await?;
    let concerned = list_concerned(tx, trigger.id).await?;
    let engagements = concerned.iter().map(|one| one.key.0);
    let names = names(tx, [trigger.scope], engagements).await?;
    let mut lines = Vec::new();
    for (at, one) in concerned.iter().enumerate() {
        let typed = typed.as_ref().filter(|typed| typed.at == at);
        lines.push(line(tx, staff, trigger, one, &names, &people, typed).await?);
    }
    let errors = typed.map_or_else(FieldErrors::new, |typed| typed.errors);
    let closed = concerned
        .iter()
        .map(|one| one.triage.as_ref().map(|(_, _, by)| by.at))
        .collect::<Option<Vec<_>>>()
        .and_then(|all| all.into_iter().max());
    let mut facts = vec![
        ("Concerns".to_owned(), scope_text(trigger.scope, &names)),
        ("Happened on".to_owned(), words::day(trigger.occurred_on)),
        ("Recorded".to_owned(), people.by(trigger.raised)),
    ];
    facts.extend(
        trigger
            .takes_effect_on
            .map(|day| ("Takes effect on".to_owned(), words::day(day))),
    );
    facts.push((
        "To be looked at until".to_owned(),
        trigger
            .due_on
            .map_or_else(|| "before it takes effect".to_owned(), words::day),
    ));
    facts.extend(closed.map(|at| ("Closed".to_owned(), people.by(Recorded::by_system(at)))));
    let (status, page_title) = outcome(&errors, &title(trigger));
    let data = TriggerView {
        csrf: staff.csrf.clone(),
        title: title(trigger),
        facts,
        description: trigger.description.clone(),
        source: trigger.source_url.clone(),
        concerned: lines,
        errors,
    };
    let chrome = staff.chrome(state, page_title, "/staff/triggers");
    Ok(render::page(
        status,
        chrome,
        move || view! { <TriggerPage data/> },
    ))
}

use crate::store::version::Recorded;

async fn line(
    tx: &mut Tx,
    staff: &Staff,
    trigger: &Trigger,
    one: &Concerned,
    names: &Names,
    people: &People,
    typed: Option<&Typed>,
) -> Result<ConcernedLine, HttpError> {
    let (id, number): (EngagementId, i64) = one.key;
    let engagement = find_engagement(tx, id).await?.ok_or(HttpError::NotFound)?;
    let state = match find_record(tx, one.record_id).await?.map(|record| record.body) {
        Some(LegalRecord::Tia(tia)) => tia.state,
        _ => return Err(HttpError::NotFound),
    };
    let may = one.triage.is_none() && staff.may(Permission::EditTia);
    Ok(ConcernedLine {
        link: Link::new(
            format!("{}, assessment {number}", names.of(id)),
            format!("/staff/register/{}/tia/{number}", engagement.slug),
        ),
        state: sentence(state.label()),
        tone: state_tone(state),
        triage: one.triage.as_ref().map(|(triage, reason, by)| {
            let found = match triage {
                Triage::NoImpact => "No impact",
                Triage::Review => "To be reviewed",
            };
            format!("{found}: {reason} ({})", people.by(*by))
        }),
        action: may.then(|| format!("/staff/triggers/{}/{}/{number}", trigger.number, engagement.slug)),
        typed: typed.map_or_else(Default::default, |typed| {
            (typed.triage.clone(), typed.reason.clone())
        }),
    })
}
