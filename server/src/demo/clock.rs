//! The visible clock. It moves product time only, never backwards, runs the jobs day by day as it goes, and signs nobody out.

use app::demo::{ClockForm, ClockPage};
use app::ui::{FieldErrors, long_date};
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{NaiveDate, TimeDelta};
use leptos::prelude::*;

use super::is_marked;
use crate::http::{Chrome, HttpError, render};
use crate::store::{self, Tx, settings};
use crate::{AppState, jobs};

/// The setting that holds how far product time is ahead of wall time, in microseconds.
const OFFSET: &str = "clock_offset_microseconds";

/// The most that one step may move the clock, in days.
const MOST_DAYS: i64 = 400;

/// How far product time is ahead of wall time in a database. Outside the demo it never is, whatever is stored.
///
/// # Errors
/// When the database is away.
pub async fn find_offset(tx: &mut Tx) -> store::Result<TimeDelta> {
    if !is_marked(tx).await? {
        return Ok(TimeDelta::zero());
    }
    let stored = settings::find_setting(tx, OFFSET).await?;
    let microseconds = stored.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    Ok(TimeDelta::microseconds(microseconds))
}

/// GET `/demo/clock`.
pub async fn show(State(state): State<AppState>) -> Response {
    page(&state, StatusCode::OK, ClockForm::default(), FieldErrors::new())
}

fn page(state: &AppState, status: StatusCode, form: ClockForm, errors: FieldErrors) -> Response {
    let publisher = state.publisher();
    let now = state.clock.now();
    let local = publisher.zone.local_time(now);
    let today = format!(
        "{}, {} ({})",
        long_date(local.date()),
        local.format("%H:%M"),
        publisher.zone.place()
    );
    let tomorrow = local.date().succ_opt().unwrap_or(local.date());
    let chrome = Chrome::new(
        state,
        "The clock of this demonstration",
        "/demo/clock",
        app::shell::Audience::Public,
    );
    render::page(
        status,
        chrome,
        move || view! { <ClockPage today tomorrow form errors/> },
    )
}

/// POST `/demo/clock`: by some days, or to the morning of a day.
pub async fn advance(
    State(state): State<AppState>,
    Form(form): Form<ClockForm>,
) -> Result<Response, HttpError> {
    let mut errors = FieldErrors::new();
    let publisher = state.publisher();
    let today = publisher.zone.local_date(state.clock.now());
    let target = if let Some(days) = form.days.as_deref().filter(|d| !d.is_empty()) {
        match days.parse::<i64>() {
            Ok(days @ 1..=MOST_DAYS) => today.checked_add_signed(TimeDelta::days(days)),
            _ => None,
        }
    } else {
        form.until.as_deref().and_then(|d| d.parse::<NaiveDate>().ok())
    };
    let Some(target) = target else {
        errors.add("until", "Enter a day as year-month-day, for example 2027-01-31");
        return Ok(page(&state, StatusCode::UNPROCESSABLE_ENTITY, form, errors));
    };
    if target <= today || target > today + TimeDelta::days(MOST_DAYS) {
        errors.add(
            "until",
            format!("The clock moves forward only, by {MOST_DAYS} days at most"),
        );
        return Ok(page(&state, StatusCode::UNPROCESSABLE_ENTITY, form, errors));
    }
    // Day by day, so that what falls due on the way happens in its order.
    let mut day = today;
    while day < target {
        day = day.succ_opt().unwrap_or(target);
        let noon = publisher
            .zone
            .start_of_day(day)
            .map_err(|e| HttpError::internal(&e))?
            + TimeDelta::hours(9);
        let offset = noon - state.clock.wall();
        let mut tx = state.db.write_unchained().await?;
        let text = offset.num_microseconds().unwrap_or_default().to_string();
        settings::put_setting(&mut tx, OFFSET, &text, state.clock.wall()).await?;
        tx.commit().await?;
        state.clock.set_offset(offset);
        jobs::run_due(&state).await?;
    }
    Ok(Redirect::to("/demo/clock").into_response())
}
