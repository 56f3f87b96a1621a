//! The daily mail of staff: who does not want it, and when it was written last.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::StaffId;
use uuid::Uuid;

use super::{Result, Tx, expect_one};

/// Since when somebody does not want the daily mail.
pub async fn find_digest_off(tx: &mut Tx, person: StaffId) -> Result<Option<DateTime<Utc>>> {
    let found: Option<Option<DateTime<Utc>>> = on!(tx, |c| {
        sqlx::query_scalar("SELECT digest_off_at FROM staff WHERE id = $1")
            .bind(person.uuid())
            .fetch_optional(c)
            .await
    })?;
    Ok(found.flatten())
}

/// Switches the daily mail off from an instant on, or on again.
pub async fn put_digest_off(tx: &mut Tx, person: StaffId, off_at: Option<DateTime<Utc>>) -> Result<()> {
    let changed = on!(tx, |c| {
        sqlx::query("UPDATE staff SET digest_off_at = $2 WHERE id = $1")
            .bind(person.uuid())
            .bind(off_at)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    expect_one(changed, "This account")
}

/// When the last daily mail of a person was written, and for which day.
pub async fn find_last_digest(tx: &mut Tx, person: StaffId) -> Result<Option<(NaiveDate, DateTime<Utc>)>> {
    Ok(on!(tx, |c| {
        sqlx::query_as("SELECT day, queued_at FROM digests WHERE staff_id = $1 ORDER BY day DESC LIMIT 1")
            .bind(person.uuid())
            .fetch_optional(c)
            .await
    })?)
}

/// Notes the mail of a day; a second one of the same day is a duplicate.
pub async fn note_digest(
    tx: &mut Tx,
    person: StaffId,
    day: NaiveDate,
    mail_id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("INSERT INTO digests (staff_id, day, mail_id, queued_at) VALUES ($1, $2, $3, $4)")
            .bind(person.uuid())
            .bind(day)
            .bind(mail_id)
            .bind(now)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}
