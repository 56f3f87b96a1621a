//! `GET /staff/assessments`: all assessments. A page reads one row an assessment and no bodies.

use app::assessments::{AssessmentFilter, AssessmentList, AssessmentListPage, AssessmentRow, state_tone};
use app::register::sentence;
use app::ui::Link;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::country::Place;
use domain::legal_record::{TiaOutcome, TiaState, TiaType};
use domain::role::Permission;
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;

use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Query, render};
use crate::store::assessments::{Listed, Narrowed, count_assessments, list_assessments};
use crate::store::{Result, parsed};

/// Rows on one page.
const PAGE: i64 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    state: String,
    outcome: String,
    to: String,
    page: String,
}

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> std::result::Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut problem = None;
    let destination = match asked.to.trim() {
        "" => String::new(),
        text => match Place::find(text) {
            Ok(place) => place.code().to_owned(),
            Err(why) => {
                problem = Some(why.to_string());
                String::new()
            }
        },
    };
    let to = Narrowed {
        search: asked.q.clone(),
        state: asked.state.clone(),
        outcome: asked.outcome.clone(),
        destination,
    };
    let today = state.publisher().zone.local_date(state.clock.now());
    let mut tx = state.db.read().await?;
    let total = count_assessments(&mut tx, &to).await?;
    let pages = total.saturating_add(PAGE - 1).div_euclid(PAGE).max(1);
    let number = asked.page.parse::<i64>().unwrap_or(1).clamp(1, pages);
    let rows = list_assessments(&mut tx, &to, (number - 1) * PAGE, PAGE)
        .await?
        .iter()
        .map(|listed| row(listed, today))
        .collect::<Result<Vec<_>>>()?;
    drop(tx);
    let data = AssessmentList {
        filter: AssessmentFilter {
            search: asked.q,
            state: asked.state,
            outcome: asked.outcome,
            destination: asked.to,
        },
        problem,
        rows,
        from: (number - 1) * PAGE + 1,
        total,
        page: (number, pages),
    };
    let chrome = staff.chrome(&state, "Assessments", "/staff/assessments");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <AssessmentListPage data/> },
    ))
}

fn row(listed: &Listed, today: NaiveDate) -> Result<AssessmentRow> {
    let state: TiaState = parsed("tias", "state", &listed.state)?;
    let kind: TiaType = parsed("tias", "tia_type", &listed.tia_type)?;
    let mut states = vec![(sentence(state.label()), state_tone(state))];
    if let Some(pending) = &listed.pending {
        let pending: TiaState = parsed("tias", "pending", pending)?;
        states.push((format!("Next version: {}", pending.label()), state_tone(pending)));
    }
    let outcome = match &listed.outcome {
        Some(outcome) => {
            let outcome: TiaOutcome = parsed("tias", "outcome", outcome)?;
            sentence(outcome.label())
        }
        None => "Not concluded".to_owned(),
    };
    let mut destinations = Vec::new();
    for code in listed.destinations.split_whitespace() {
        let place: Place = parsed("tias", "destinations", code)?;
        destinations.push(place.label());
    }
    let name = format!("{}, assessment {}", listed.company, listed.number);
    Ok(AssessmentRow {
        link: Link::new(
            name,
            format!("/staff/register/{}/tia/{}", listed.slug, listed.number),
        ),
        kind: sentence(kind.label()),
        destinations: if destinations.is_empty() {
            "None outside the EEA".to_owned()
        } else {
            destinations.join(", ")
        },
        states,
        outcome,
        next_review: listed
            .next_review_on
            .map_or_else(|| "Not set".to_owned(), words::short_day),
        is_overdue: state.is_standing() && listed.next_review_on.is_some_and(|day| day < today),
    })
}
