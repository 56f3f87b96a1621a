//! The visible clock. It moves product time only, never backwards, runs the jobs day by day as it goes, and signs nobody out.

use app::demo::ClockPage;
use app::ui::{FieldErrors, long_date};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{NaiveDate, TimeDelta};
use leptos::prelude::*;

use super::is_marked;
use crate::http::form::{Posted, outcome};
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
    page(&state, String::new(), FieldErrors::new())
}

fn page(state: &AppState, until: String, errors: FieldErrors) -> Response {
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
    let (status, title) = outcome(&errors, "The clock of this demonstration");
    let chrome = Chrome::new(state, title, "/demo/clock", app::shell::Audience::Public);
    render::page(
        status,
        chrome,
        move || view! { <ClockPage today tomorrow until errors/> },
    )
}

/// The day to move to, or what is wrong with what was posted.
fn read_target(posted: &Posted, today: NaiveDate) -> Result<NaiveDate, String> {
    let days = posted.text("days").trim();
    let target = if days.is_empty() {
        posted.text("until").trim().parse::<NaiveDate>().ok()
    } else {
        let by = days.parse::<i64>().ok().and_then(TimeDelta::try_days);
        by.and_then(|by| today.checked_add_signed(by))
    };
    let target = target.ok_or("Enter a day as year-month-day, for example 2027-01-31")?;
    if target <= today || target > today + TimeDelta::days(MOST_DAYS) {
        return Err(format!(
            "The clock moves forward only, by {MOST_DAYS} days at most"
        ));
    }
    Ok(target)
}

/// POST `/demo/clock`: by some days, or to the morning of a day.
pub async fn advance(State(state): State<AppState>, posted: Posted) -> Result<Response, HttpError> {
    let publisher = state.publisher();
    let today = publisher.zone.local_date(state.clock.now());
    let target = match read_target(&posted, today) {
        Ok(target) => target,
        Err(why) => {
            let until = posted.text("until").to_owned();
            return Ok(page(&state, until, FieldErrors::one("until", why)));
        }
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_takes_400_days_at_most() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let moved = |field: &str, typed: &str| {
            let posted = Posted::from(vec![(field.to_owned(), typed.to_owned())]);
            read_target(&posted, today).ok().map(|day| day.to_string())
        };
        let last = Some("2027-12-28".to_owned());
        assert_eq!(moved("days", "400"), last);
        assert_eq!(moved("until", "2027-12-28"), last);
        assert_eq!(moved("days", "401"), None);
        assert_eq!(moved("until", "2027-12-29"), None);
    }
}
