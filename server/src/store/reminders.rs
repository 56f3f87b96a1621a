//! Which reminders of dated facts were given already.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{Result, Tx};

/// Notes that the reminder so many days before a day was given; tells whether it was not yet.
pub async fn note_reminder(
    tx: &mut Tx,
    kind: &str,
    about_id: Uuid,
    (due_on, days_before): (NaiveDate, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let noted = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO reminders (kind, about_id, due_on, days_before, raised_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (kind, about_id, due_on, days_before) DO NOTHING",
        )
        .bind(kind)
        .bind(about_id)
        .bind(due_on)
        .bind(days_before)
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(noted == 1)
}

/// Forgets the reminders of a day that is no day of that thing any more: should it become one again, they are given again.
pub async fn forget_reminders(tx: &mut Tx, kind: &str, about_id: Uuid, due_on: NaiveDate) -> Result<()> {
    Ok(on!(tx, |c| {
        sqlx::query("DELETE FROM reminders WHERE kind = $1 AND about_id = $2 AND due_on = $3")
            .bind(kind)
            .bind(about_id)
            .bind(due_on)
            .execute(c)
            .await
            .map(drop)
    })?)
}

/// Every reminder of a kind that was given: about what, for which day, how many days before it.
pub async fn list_reminders(tx: &mut Tx, kind: &str) -> Result<Vec<(Uuid, NaiveDate, i64)>> {
    Ok(on!(tx, |c| {
        sqlx::query_as("SELECT about_id, due_on, days_before FROM reminders WHERE kind = $1 ORDER BY raised_at, about_id, days_before")
            .bind(kind)
            .fetch_all(c)
            .await
    })?)
}
