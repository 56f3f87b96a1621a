//! The list of events, and the form.

use std::collections::BTreeSet;

use app::register::{Typed as Fields, sentence};
use app::triggers::{NewTrigger, NewTriggerPage, TriggerLine as Line, TriggerList, TriggerListPage, parse};
use app::ui::{Choice, FieldErrors, Link, Tone};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::facts::Names;
use domain::role::Permission;
use domain::trigger::{Effect, Scope};
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;

use super::forward::forward;
use super::raise::{Event, raise};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Part, Posted, Query, render, seen};
use crate::register::load;
use crate::store::Tx;
use crate::store::trigger_pages::{TriggerLine, page_triggers};
use crate::store::triggers::{Trigger, list_concerned, next_trigger_number};

/// Rows on one page.
const PAGE: u64 = 50;

/// What the list is asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
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
    let today = state.publisher().zone.local_date(state.clock.now());
    let part = Part::asked(&asked.page, PAGE);
    let (lines, total) = page_triggers(&mut tx, &asked.q, part.limits()).await?;
    let names = names(&mut tx, lines.iter().map(|line| line.trigger.scope)).await?;
    drop(tx);
    let data = TriggerList {
        rows: lines.into_iter().map(|line| row(line, &names, today)).collect(),
        part: part.of("/staff/triggers", &asked.q, total),
        search: asked.q,
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

pub(super) fn title(trigger: &Trigger) -> String {
    format!("Event {}: {}", trigger.number, trigger.kind.label())
}

/// Names of what events concern.
pub(super) async fn names(tx: &mut Tx, scopes: impl IntoIterator<Item = Scope>) -> Result<Names, HttpError> {
    let (mut companies, mut named) = (BTreeSet::new(), BTreeSet::new());
    for scope in scopes {
        match scope {
            Scope::Organisation(id) => drop(companies.insert(id)),
            Scope::Engagement(id) => drop(named.insert(id)),
            _ => {}
        }
    }
    Ok(load::names_of(tx, companies, named).await?)
}

pub(super) fn scope_text(scope: Scope, names: &Names) -> String {
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
    let blank = (Fields::default(), FieldErrors::new());
    show_form(&state, &staff, &mut tx, blank, None).await
}

async fn show_form(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    (typed, errors): (Fields, FieldErrors),
    added: Option<Link>,
) -> Result<Response, HttpError> {
    let offered = load::choices(tx, None).await?;
    let sorted = |mut choices: Vec<Choice>| {
        choices.sort_by(|a, b| a.label.cmp(&b.label));
        choices
    };
    let adding = seen::adding(&typed, next_trigger_number(tx).await?, added);
    let (status, title) = seen::outcome(&adding, &errors, "Record an event");
    let data = NewTrigger {
        csrf: staff.csrf.clone(),
        typed,
        errors,
        organisations: sorted(offered.companies),
        engagements: sorted(offered.engagements),
        adding,
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
        Err(errors) => return show_form(&state, &staff, &mut tx, (typed, errors), None).await,
    };
    if let Some(number) = seen::taken(&typed, next_trigger_number(&mut tx).await?) {
        let added = Link::new(format!("Event {number}"), format!("/staff/triggers/{number}"));
        let typed = (typed, FieldErrors::new());
        return show_form(&state, &staff, &mut tx, typed, Some(added)).await;
    }
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
