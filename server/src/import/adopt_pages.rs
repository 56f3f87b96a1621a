//! `/staff/register/adopt`: an approver takes drafts over that are in use already.

use app::import::adopt::{Adopt, AdoptPage, CandidateLine};
use app::ui::FieldErrors;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::approval::AuthorCannotApprove;
use domain::role::Permission;
use domain::words::count;
use leptos::prelude::*;
use serde::Deserialize;

use super::adoption::{AdoptError, Attestation, Candidate, adopt, is_possible, list_candidates};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted, Query, render};

/// Drafts on one page; the rest follows once these are adopted or dropped.
const MAX_SHOWN: usize = 200;

/// `?all=yes` ticks every entry.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    all: String,
}

/// What the form shows as typed.
#[derive(Clone, Copy)]
enum Typed<'a> {
    Nothing,
    AllTicked,
    Posted(&'a Posted),
}

impl<'a> Typed<'a> {
    /// What was posted in a field.
    fn text(self, name: &str) -> Option<&'a str> {
        match self {
            Self::Posted(posted) => Some(posted.text(name)),
            Self::Nothing | Self::AllTicked => None,
        }
    }

    fn is_ticked(self, name: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::AllTicked => name != "attested",
            Self::Posted(posted) => posted.is_ticked(name),
        }
    }
}

/// `GET /staff/register/adopt`
pub async fn adopt_page(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::AdoptBaseline)?;
    let typed = if asked.all.is_empty() {
        Typed::Nothing
    } else {
        Typed::AllTicked
    };
    show(&state, &staff, typed, FieldErrors::new()).await
}

async fn show(
    state: &AppState,
    staff: &Staff,
    typed: Typed<'_>,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let candidates = list_candidates(&mut tx, now).await?;
    let shown = candidates.len().min(MAX_SHOWN);
    let data = Adopt {
        csrf: staff.csrf.clone(),
        today: state.publisher().zone.local_date(now),
        more: candidates.len() - shown,
        candidates: candidates
            .iter()
            .take(shown)
            .map(|candidate| line(candidate, typed))
            .collect(),
        since_all: typed.text("since_all").unwrap_or_default().to_owned(),
        is_attested: typed.is_ticked("attested"),
        errors,
    };
    let (status, title) = if data.errors.is_empty() {
        (StatusCode::OK, "Adopt what is in use")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: Adopt what is in use")
    };
    let chrome = staff.chrome(state, title, "/staff/register");
    Ok(render::page(status, chrome, move || view! { <AdoptPage data/> }))
}

fn line(candidate: &Candidate, typed: Typed<'_>) -> CandidateLine {
    let current = &candidate.current;
    let facts = &current.version.facts;
    let id = current.engagement.id.to_string();
    let locations = facts
        .locations
        .get()
        .map(|all| all.iter().map(ToString::to_string).collect());
    let known = || {
        current
            .version
            .valid_from
            .map(|day| day.to_string())
            .unwrap_or_default()
    };
    let since = typed
        .text(&format!("since-{id}"))
        .map_or_else(known, str::to_owned);
    CandidateLine {
        path: format!("/staff/register/{}", current.engagement.slug),
        name: current.organisation.version.facts.legal_name.to_string(),
        role: facts.relationship_role.label().to_owned(),
        purpose: facts.purpose.get().map(ToString::to_string),
        locations: locations.unwrap_or_default(),
        findings: candidate
            .findings
            .iter()
            .map(|reason| format!("{} {}: {}", reason.gate, reason.gate.label(), reason.detail))
            .collect(),
        refused: candidate.refused.clone(),
        is_chosen: typed.is_ticked(&format!("adopt-{id}")),
        since,
        id,
    }
}

/// `POST /staff/register/adopt`
pub async fn adopt_drafts(
    State(state): State<AppState>,
    staff: Staff,
    request: Request,
) -> Result<Response, HttpError> {
    staff.require(Permission::AdoptBaseline)?;
    let posted = Posted::from_request(request, &state).await?;
    let now = state.clock.now();
    let today = state.publisher().zone.local_date(now);
    let (attestations, errors) = parse(&posted, today);
    if !errors.is_empty() {
        return show(&state, &staff, Typed::Posted(&posted), errors).await;
    }
    let mut tx = state.db.write().await?;
    let adopted = adopt(&mut tx, &state, staff.id, now, &attestations)
        .await
        .map_err(refused)?;
    if adopted.baselines.is_empty() && !adopted.own_work.is_empty() {
        return Err(HttpError::conflict(format!(
            "Nothing was adopted. {}",
            left_to_others(&adopted.own_work)
        )));
    }
    tx.commit().await?;
    let open = adopted
        .baselines
        .iter()
        .filter(|baseline| !baseline.findings.is_empty())
        .count();
    let mut said = format!(
        "{} adopted as baseline and on the public list. {} to complete: see the tasks.",
        count(adopted.baselines.len(), "entry", "entries"),
        count(open, "entry", "entries"),
    );
    if !adopted.own_work.is_empty() {
        said.push_str(&format!(" {}", left_to_others(&adopted.own_work)));
    }
    staff.say(said).await?;
    Ok(Redirect::to("/staff/register").into_response())
}

/// Why these stay drafts.
fn left_to_others(names: &[String]) -> String {
    format!("Not adopted: {}. {AuthorCannotApprove}.", names.join("; "))
}

fn refused(error: AdoptError) -> HttpError {
    match error {
        AdoptError::Absent => HttpError::NotFound,
        AdoptError::Store(error) => error.into(),
        other => HttpError::conflict(format!("Nothing was adopted: {other}.")),
    }
}

/// Every ticked entry with its day, or what is wrong.
fn parse(posted: &Posted, today: NaiveDate) -> (Vec<Attestation>, FieldErrors) {
    let mut errors = FieldErrors::new();
    let mut attestations = Vec::new();
    let since_all = posted.text("since_all").trim();
    let ticked: Vec<&str> = posted
        .pairs()
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .filter_map(|(name, _)| name.strip_prefix("adopt-"))
        .collect();
    for id in &ticked {
        let field = format!("since-{id}");
        let own = posted.text(&field).trim();
        let (field, text) = if own.is_empty() && !since_all.is_empty() {
            ("since_all".to_owned(), since_all)
        } else {
            (field, own)
        };
        let day = read_day(text, today);
        let (Ok(engagement), Ok(in_use_since)) = (id.parse(), &day) else {
            if let Err(why) = day
                && errors.first(&field).is_none()
            {
                errors.add(field, why);
            }
            continue;
        };
        attestations.push(Attestation {
            engagement_id: engagement,
            in_use_since: *in_use_since,
        });
    }
    if ticked.is_empty() {
        errors.add("attested", "Tick at least one entry above");
    } else if !posted.is_ticked("attested") {
        errors.add("attested", "Confirm that they are in use since the days given");
    }
    (attestations, errors)
}

fn read_day(text: &str, today: NaiveDate) -> Result<NaiveDate, &'static str> {
    if text.is_empty() {
        return Err("Say since when it is in use");
    }
    let day: NaiveDate = text.parse().map_err(|_| "Write the day as 2026-12-31")?;
    if day > today {
        return Err("This day is in the future; what is not in use yet goes through a change");
    }
    if is_possible(day, today) {
        Ok(day)
    } else {
        Err("This day is too long ago")
    }
}
