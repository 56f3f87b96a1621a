//! The calculator's page, and the answers that its island asks for.

use app::deadline::{Answer, AnswerArea, DeadlineForm, DeadlinePage, DeadlineQuestion};
use app::ui::FieldErrors;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use domain::calendar::RecordedOverride;
use domain::window::{Rules, WindowError};
use domain::zone::Zone;
use leptos::prelude::*;
use serde::Serialize;

use crate::http::{Chrome, HttpError, Query, render};
use crate::store::reference::list_calendar_overrides;
use crate::{AppState, calendars};

/// `/deadline` and `/deadline.json`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/deadline", get(show))
        .route("/deadline.json", get(show_json))
}

/// GET `/deadline`: the form, and the answer once there is a question. Opened without one, it asks about a notice received now
/// under the publisher's usual terms.
async fn show(
    State(state): State<AppState>,
    uri: Uri,
    Query(form): Query<DeadlineForm>,
) -> Result<Response, HttpError> {
    let (now, overrides) = (state.clock.now(), overrides(&state).await?);
    let form = if form.is_blank() { usual(&state, now) } else { form };
    let (status, errors, answer) = match answer(&form, now, &overrides) {
        Ok(answer) => (StatusCode::OK, FieldErrors::new(), Some(answer)),
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, errors, None),
    };
    let title = if errors.is_empty() {
        "When does a notice window end?"
    } else {
        "Error: When does a notice window end?"
    };
    let mut chrome = Chrome::public(&state, title, &uri);
    chrome.description = Some(
        "Works out when a notice window ends: periods, holidays and time zones, step by step.".to_owned(),
    );
    let zones = Zone::suggested().collect();
    Ok(render::page(
        status,
        chrome,
        move || view! { <DeadlinePage form errors answer zones/> },
    ))
}

/// The publisher's corrections of calendars.
async fn overrides(state: &AppState) -> Result<Vec<RecordedOverride>, HttpError> {
    let mut tx = state.db.read().await?;
    Ok(list_calendar_overrides(&mut tx).await?)
}

/// The answer as data, and as the piece of the page that shows it.
#[derive(Serialize)]
struct Reply {
    answer: Option<Answer>,
    errors: FieldErrors,
    html: String,
}

/// GET `/deadline.json`: the same answer as data.
async fn show_json(
    State(state): State<AppState>,
    Query(form): Query<DeadlineForm>,
) -> Result<Response, HttpError> {
    let overrides = overrides(&state).await?;
    let (status, answer, errors) = match answer(&form, state.clock.now(), &overrides) {
        Ok(answer) => (StatusCode::OK, Some(answer), FieldErrors::new()),
        Err(errors) => (StatusCode::UNPROCESSABLE_ENTITY, None, errors),
    };
    let (shown, why) = (answer.clone(), errors.clone());
    let html = render::html(move || view! { <AnswerArea answer=shown errors=why/> });
    let reply = (
        status,
        [(header::CACHE_CONTROL, "no-store")],
        Json(Reply { answer, errors, html }),
    );
    Ok(reply.into_response())
}

fn usual(state: &AppState, now: DateTime<Utc>) -> DeadlineForm {
    let publisher = state.publisher();
    DeadlineForm {
        received: publisher
            .zone
            .local_time(now)
            .format("%Y-%m-%dT%H:%M")
            .to_string(),
        tz: publisher.zone.to_string(),
        period: "30d".to_owned(),
        calendar: publisher.calendar.to_string(),
        ..DeadlineForm::default()
    }
}

fn answer(
    form: &DeadlineForm,
    now: DateTime<Utc>,
    overrides: &[RecordedOverride],
) -> Result<Answer, FieldErrors> {
    let question = form.parse()?;
    compute(&question, now, overrides).map_err(|error| DeadlineForm::unanswered(&error))
}

fn compute(
    question: &DeadlineQuestion,
    now: DateTime<Utc>,
    overrides: &[RecordedOverride],
) -> Result<Answer, WindowError> {
    let rules = Rules {
        publisher_zone: question.publisher_zone,
        overrides,
        ..Rules::of(calendars::get(question.terms.notice.calendar))
    };
    let windows = question.terms.windows(question.received_at, &rules)?;
    let closed = windows.closed_days(&rules);
    Ok(Answer::of(&windows, windows.notice.zone.local_date(now), closed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(received: &str, tz: &str, period: &str) -> DeadlineForm {
        DeadlineForm {
            received: received.to_owned(),
            tz: tz.to_owned(),
            period: period.to_owned(),
            calendar: "NO".to_owned(),
            ..DeadlineForm::default()
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-12-11T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_page_gives_the_dates_of_the_command_line() {
        let answer = answer(&asked("2026-12-02T00:30", "Europe/Oslo", "30d"), now(), &[]).unwrap();
        assert_eq!(answer.last_day, "Monday 4 January 2027, 24:00, Oslo");
        assert_eq!(answer.go_live_at, "2027-01-04T23:00:00Z");
        assert_eq!(answer.drawing.left_in_words(), "24 days left");
        assert_eq!(answer.steps.len(), 4);
        assert!(answer.objection_steps.is_empty());
    }

    #[test]
    fn a_question_without_an_answer_names_its_field() {
        let errors = answer(&asked("2040-12-20T10:00", "Europe/Oslo", "30d"), now(), &[]).unwrap_err();
        assert!(errors.first("period").unwrap().contains("2020 to 2040 only"));
    }
}
