//! The one publisher of this installation.

use chrono::{DateTime, Utc};
use domain::calendar::CalendarId;
use domain::zone::Zone;

use super::{Result, Tx, parsed};

/// Who keeps the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publisher {
    /// As customers know it.
    pub name: String,
    /// Zone of the publisher's own dates.
    pub zone: Zone,
    /// Calendar of its working days.
    pub calendar: CalendarId,
    /// Public mailbox for questions (a function, not a person).
    pub contact: String,
}

/// The publisher, once it has been set up.
pub async fn find_publisher(tx: &mut Tx) -> Result<Option<Publisher>> {
    let row: Option<(String, String, String, String)> = on!(tx, |c| {
        sqlx::query_as("SELECT name, time_zone, calendar, contact FROM publisher WHERE id = 1")
            .fetch_optional(c)
            .await
    })?;
    row.map(|(name, zone, calendar, contact)| {
        Ok(Publisher {
            name,
            zone: parsed("publisher", "time_zone", &zone)?,
            calendar: parsed("publisher", "calendar", &calendar)?,
            contact,
        })
    })
    .transpose()
}

/// Sets or replaces the publisher.
pub async fn put_publisher(tx: &mut Tx, publisher: &Publisher, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO publisher (id, name, time_zone, calendar, contact, changed_at) VALUES (1, $1, $2, $3, $4, $5)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, time_zone = excluded.time_zone,
             calendar = excluded.calendar, contact = excluded.contact, changed_at = excluded.changed_at",
        )
        .bind(&publisher.name)
        .bind(publisher.zone.to_string())
        .bind(publisher.calendar.to_string())
        .bind(&publisher.contact)
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}
