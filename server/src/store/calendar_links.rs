//! The addresses of staff calendars. A row holds the hash of a token, never the token.

use chrono::{DateTime, Utc};
use domain::id::StaffId;
use uuid::Uuid;

use super::{Result, Tx};

/// Makes a new address work for a person and ends the one before.
pub async fn replace_calendar_link(
    tx: &mut Tx,
    person: StaffId,
    token_hash: [u8; 32],
    now: DateTime<Utc>,
) -> Result<()> {
    revoke_calendar_link(tx, person, now).await?;
    on!(tx, |c| {
        sqlx::query("INSERT INTO calendar_links (token_hash, staff_id, created_at) VALUES ($1, $2, $3)")
            .bind(token_hash.to_vec())
            .bind(person.uuid())
            .bind(now)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Ends a person's address; tells whether there was one.
pub async fn revoke_calendar_link(tx: &mut Tx, person: StaffId, now: DateTime<Utc>) -> Result<bool> {
    let revoked = on!(tx, |c| {
        sqlx::query("UPDATE calendar_links SET revoked_at = $2 WHERE staff_id = $1 AND revoked_at IS NULL")
            .bind(person.uuid())
            .bind(now)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    Ok(revoked > 0)
}

/// Whose calendar is behind a token's hash; nobody's when it is unknown, was revoked, or the account is disabled.
pub async fn find_calendar_owner(tx: &mut Tx, token_hash: [u8; 32]) -> Result<Option<StaffId>> {
    let found: Option<Uuid> = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT s.id FROM calendar_links l JOIN staff s ON s.id = l.staff_id
             WHERE l.token_hash = $1 AND l.revoked_at IS NULL AND s.disabled_at IS NULL",
        )
        .bind(token_hash.to_vec())
        .fetch_optional(c)
        .await
    })?;
    Ok(found.map(StaffId::from))
}

/// Since when a person has an address that works.
pub async fn find_calendar_link(tx: &mut Tx, person: StaffId) -> Result<Option<DateTime<Utc>>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT created_at FROM calendar_links WHERE staff_id = $1 AND revoked_at IS NULL")
            .bind(person.uuid())
            .fetch_optional(c)
            .await
    })?)
}
