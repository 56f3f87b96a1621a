//! Staff sessions, found by the hash of their id. All times are wall-clock times.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{Result, Tx};

/// A session as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// What the session holds, serialised; never its id.
    pub record: Vec<u8>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
}

/// Starts a session that ends at `expires_at` whatever happens.
pub async fn insert_session(
    tx: &mut Tx,
    id_hash: &[u8],
    staff_id: Option<Uuid>,
    record: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO sessions (id_hash, staff_id, record, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)",
        )
        .bind(id_hash)
        .bind(staff_id)
        .bind(record)
        .bind(now)
        .bind(expires_at)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Writes what a session holds. A session that was ended meanwhile stays ended: nothing is inserted.
pub async fn update_session(
    tx: &mut Tx,
    id_hash: &[u8],
    staff_id: Option<Uuid>,
    record: &[u8],
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("UPDATE sessions SET staff_id = $2, record = $3 WHERE id_hash = $1")
            .bind(id_hash)
            .bind(staff_id)
            .bind(record)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// A session that has neither ended nor been idle for longer than `idle`.
pub async fn find_session(
    tx: &mut Tx,
    id_hash: &[u8],
    now: DateTime<Utc>,
    idle: TimeDelta,
) -> Result<Option<SessionRow>> {
    let row: Option<(Vec<u8>, DateTime<Utc>)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT record, last_seen_at FROM sessions WHERE id_hash = $1 AND expires_at > $2 AND last_seen_at > $3",
        )
        .bind(id_hash)
        .bind(now)
        .bind(now - idle)
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(|(record, last_seen_at)| SessionRow { record, last_seen_at }))
}

/// Notes that a session was used.
pub async fn touch_session(tx: &mut Tx, id_hash: &[u8], now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE id_hash = $1")
            .bind(id_hash)
            .bind(now)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Ends one session.
pub async fn delete_session(tx: &mut Tx, id_hash: &[u8]) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM sessions WHERE id_hash = $1")
            .bind(id_hash)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Ends all sessions of a person, except the one with this hash (an empty hash spares none). Returns how many.
pub async fn delete_sessions_of(tx: &mut Tx, staff_id: Uuid, except: &[u8]) -> Result<u64> {
    Ok(on!(tx, |c| {
        sqlx::query("DELETE FROM sessions WHERE staff_id = $1 AND id_hash <> $2")
            .bind(staff_id)
            .bind(except)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?)
}

/// How many sessions of a person are alive.
pub async fn count_sessions_of(
    tx: &mut Tx,
    staff_id: Uuid,
    now: DateTime<Utc>,
    idle: TimeDelta,
) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM sessions WHERE staff_id = $1 AND expires_at > $2 AND last_seen_at > $3",
        )
        .bind(staff_id)
        .bind(now)
        .bind(now - idle)
        .fetch_one(c)
        .await
    })?)
}

/// Whether there is a session to forget.
pub async fn is_any_expired(tx: &mut Tx, now: DateTime<Utc>, idle: TimeDelta) -> Result<bool> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2)",
        )
        .bind(now)
        .bind(now - idle)
        .fetch_one(c)
        .await
    })?)
}

/// Forgets sessions that ended or were idle too long. Returns how many.
pub async fn delete_expired_sessions(tx: &mut Tx, now: DateTime<Utc>, idle: TimeDelta) -> Result<u64> {
    Ok(on!(tx, |c| {
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2")
            .bind(now)
            .bind(now - idle)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?)
}
