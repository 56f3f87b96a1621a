//! Calendars for counting: the committed table of holidays, and the publisher's corrections of it, which are rows.

mod pages;
mod table;

pub use table::{covers, get};

use axum::Router;
use axum::routing::get as get_route;
use chrono::{DateTime, Utc};
use domain::calendar::{Calendar, CalendarId};

use crate::AppState;
use crate::store::reference::list_calendar_overrides;
use crate::store::{Result, Tx};

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/calendars", get_route(pages::overview))
        .route(
            "/staff/calendars/new",
            get_route(pages::new_form).post(pages::add),
        )
}

/// A calendar with the corrections that were recorded by an instant: what a deadline that starts then is counted by.
///
/// # Errors
/// When the database is away.
pub async fn known_at(tx: &mut Tx, id: CalendarId, at: DateTime<Utc>) -> Result<Calendar> {
    let overrides = list_calendar_overrides(tx).await?;
    Ok(get(id).known_at(&overrides, at))
}
