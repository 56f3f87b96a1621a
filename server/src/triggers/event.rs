//! One event, with the assessments that it concerns page by page.

use app::assessments::state_tone;
use app::register::sentence;
use app::triggers::{AnsweredFirst, ConcernedLine as Line, TriggerPage, TriggerView, answer_fields};
use app::ui::{FieldErrors, Link};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::role::Permission;
use domain::trigger::Triage;
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;

use super::pages::{names, scope_text, title};
use crate::AppState;
use crate::access::Staff;
use crate::http::form::outcome;
use crate::http::{HttpError, Part, Query, render};
use crate::register::load::People;
use crate::store::Tx;
use crate::store::assessments::Key;
use crate::store::trigger_pages::{ConcernedLine, Tally, count_before, count_concerned, page_concerned};
use crate::store::triggers::{Concerned, Trigger, find_trigger};
use crate::store::version::Recorded;

/// Assessments on one page.
const PAGE: u64 = 50;

/// Which of its pages is asked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    page: String,
}

/// `GET /staff/triggers/{number}`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let number: i64 = number.parse().map_err(|_| HttpError::NotFound)?;
    let trigger = find_trigger(&mut tx, number).await?.ok_or(HttpError::NotFound)?;
    let asked = asked.page.parse().unwrap_or(1);
    show(&state, &staff, &mut tx, &trigger, asked, None).await
}

/// What was typed about one assessment and not recorded.
pub struct Typed {
    /// Which.
    pub key: Key,
    /// The answer.
    pub triage: String,
    /// The reason.
    pub reason: String,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// Whether somebody had answered already.
    pub is_late: bool,
}

/// Shows the event again with what was typed about an assessment, on the page where that one is now.
pub async fn show_typed(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    trigger: &Trigger,
    one: &Concerned,
    typed: Typed,
) -> Result<Response, HttpError> {
    let before = count_before(tx, trigger.id, one).await?;
    let number = u64::try_from(before).unwrap_or(0) / PAGE + 1;
    show(state, staff, tx, trigger, number, Some(typed)).await
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    trigger: &Trigger,
    number: u64,
    typed: Option<Typed>,
) -> Result<Response, HttpError> {
    let people = People::load(tx, state).await?;
    let tally = count_concerned(tx, trigger.id).await?;
    let pages = u64::try_from(tally.concerned).unwrap_or(0).div_ceil(PAGE).max(1);
    let part = Part::asked(&number.min(pages).to_string(), PAGE);
    let concerned = page_concerned(tx, trigger.id, part.limits()).await?;
    let names = names(tx, [trigger.scope]).await?;
    let answered_first = typed.as_ref().filter(|typed| typed.is_late).and_then(|typed| {
        let line = concerned.iter().find(|line| line.one.key == typed.key)?;
        Some(answered_first(line, typed, &people))
    });
    let refused = typed.as_ref().filter(|typed| !typed.is_late);
    let lines = concerned
        .iter()
        .map(|line| {
            let typed = refused.filter(|typed| typed.key == line.one.key);
            shown(staff, trigger, line, &people, typed)
        })
        .collect();
    let facts = facts(trigger, scope_text(trigger.scope, &names), tally, &people);
    let path = format!("/staff/triggers/{}", trigger.number);
    let errors = typed.map_or_else(FieldErrors::new, |typed| typed.errors);
    let (status, page_title) = match &answered_first {
        Some(_) => (StatusCode::CONFLICT, "Somebody answered first".to_owned()),
        None => outcome(&errors, &title(trigger)),
    };
    let data = TriggerView {
        csrf: staff.csrf.clone(),
        title: title(trigger),
        facts,
        description: trigger.description.clone(),
        source: trigger.source_url.clone(),
        concerned: lines,
        part: part.of(&path, "", tally.concerned),
        errors,
        answered_first,
    };
    let chrome = staff.chrome(state, page_title, "/staff/triggers");
    Ok(render::page(
        status,
        chrome,
        move || view! { <TriggerPage data/> },
    ))
}

fn facts(trigger: &Trigger, scope: String, tally: Tally, people: &People) -> Vec<(String, String)> {
    let mut facts = vec![
        ("Concerns".to_owned(), scope),
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
    if tally.open > 0 {
        let all = usize::try_from(tally.concerned).unwrap_or_default();
        let all = words::count(all, "assessment", "assessments");
        facts.push(("Open".to_owned(), format!("{} of {all}", tally.open)));
    } else {
        let closed = tally.answered_at;
        facts.extend(closed.map(|at| ("Closed".to_owned(), people.by(Recorded::by_system(at)))));
    }
    facts
}

/// "Acme Inc.: Speech, assessment 1", and its page.
fn link(line: &ConcernedLine) -> Link {
    let name = match &line.service {
        Some(service) => format!("{}: {service}", line.company),
        None => line.company.clone(),
    };
    let (_, number) = line.one.key;
    Link::new(
        format!("{name}, assessment {number}"),
        format!("/staff/register/{}/tia/{number}", line.slug),
    )
}

/// What was found out about one of them, why, when and by whom.
fn answer(one: &Concerned, people: &People) -> Option<String> {
    one.triage.as_ref().map(|(triage, reason, by)| {
        let found = match triage {
            Triage::NoImpact => "No impact",
            Triage::Review => "To be reviewed",
        };
        format!("{found}: {reason} ({})", people.by(*by))
    })
}

fn answered_first(line: &ConcernedLine, typed: &Typed, people: &People) -> AnsweredFirst {
    let chosen = match typed.triage.parse::<Triage>() {
        Ok(triage) => sentence(triage.label()),
        Err(_) => "Nothing chosen".to_owned(),
    };
    let reason = match typed.reason.trim() {
        "" => "no reason",
        reason => reason,
    };
    AnsweredFirst {
        link: link(line),
        theirs: answer(&line.one, people).unwrap_or_default(),
        yours: format!("{chosen}: {reason}"),
    }
}

fn shown(
    staff: &Staff,
    trigger: &Trigger,
    line: &ConcernedLine,
    people: &People,
    typed: Option<&Typed>,
) -> Line {
    let (_, number) = line.one.key;
    let may = line.one.triage.is_none() && staff.may(Permission::EditTia);
    Line {
        link: link(line),
        state: sentence(line.state.label()),
        tone: state_tone(line.state),
        triage: answer(&line.one, people),
        action: may.then(|| format!("/staff/triggers/{}/{}/{number}", trigger.number, line.slug)),
        fields: answer_fields(&line.slug, number),
        typed: typed.map_or_else(Default::default, |typed| {
            (typed.triage.clone(), typed.reason.clone())
        }),
    }
}
