//! Calendars for counting: the committed table of holidays, and the publisher's corrections of it, which are rows.

mod table;

pub use table::get;

use chrono::{DateTime, Utc};
use domain::calendar::{Calendar, CalendarId};

use crate::store::reference::list_calendar_overrides;
use crate::store::{Result, Tx};

/// A calendar with the corrections that were recorded by an instant: what a deadline that starts then is counted by.
///
/// # Errors
/// When the database is away.
pub async fn known_at(tx: &mut Tx, id: CalendarId, at: DateTime<Utc>) -> Result<Calendar> {
    let overrides = list_calendar_overrides(tx).await?;
    Ok(get(id).known_at(&overrides, at))
}
