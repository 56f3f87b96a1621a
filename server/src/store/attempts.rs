//! Attempts to send a mail, and what was learnt about each. Rows are only added: nothing that was learnt is written over.
//!
//! `started_at` and `recorded_at` are product time, leases are wall time.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::mails::Claimed;
use super::{Result, Tx, parsed};
use crate::mail::state::AttemptOutcome;

/// Writes that an attempt begins; durable before DATA is.
pub async fn begin_attempt(
    tx: &mut Tx,
    id: Uuid,
    mail: &Claimed,
    worker: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO attempts (id, mail_id, attempt_no, worker, started_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(mail.id)
        .bind(mail.attempt_no)
        .bind(worker)
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Adds what was learnt about an attempt. Always possible, also when somebody else has the mail by now.
pub async fn note_result(
    tx: &mut Tx,
    id: Uuid,
    attempt_id: Uuid,
    outcome: AttemptOutcome,
    reply: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO attempt_results (id, attempt_id, outcome, reply, recorded_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(attempt_id)
        .bind(outcome.as_str())
        .bind(reply)
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// One thing learnt about an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptResult {
    /// Which attempt.
    pub attempt_no: i64,
    /// What.
    pub outcome: AttemptOutcome,
    /// The relay's words.
    pub reply: String,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
}

/// Everything learnt about a mail's attempts, oldest first.
pub async fn list_results(tx: &mut Tx, mail_id: Uuid) -> Result<Vec<AttemptResult>> {
    let rows: Vec<(i64, String, Option<String>, DateTime<Utc>)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT a.attempt_no, r.outcome, r.reply, r.recorded_at FROM attempt_results r
             JOIN attempts a ON a.id = r.attempt_id WHERE a.mail_id = $1 ORDER BY a.attempt_no, r.recorded_at, r.id",
        )
        .bind(mail_id)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(attempt_no, outcome, reply, recorded_at)| {
            let outcome = parsed("attempt_results", "outcome", &outcome)?;
            Ok(AttemptResult {
                attempt_no,
                outcome,
                reply: reply.unwrap_or_default(),
                recorded_at,
            })
        })
        .collect()
}

/// The id of a mail's last attempt, if it was ever tried.
pub async fn find_last_attempt(tx: &mut Tx, mail_id: Uuid) -> Result<Option<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT id FROM attempts WHERE mail_id = $1 ORDER BY attempt_no DESC LIMIT 1")
            .bind(mail_id)
            .fetch_optional(c)
            .await
    })?)
}

/// A mail found in SENDING whose worker is gone.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Orphan {
    /// The mail.
    pub mail_id: Uuid,
    /// What it is about.
    pub about_id: Option<Uuid>,
    /// When it is given up.
    pub give_up_at: DateTime<Utc>,
    /// The attempt nobody finished.
    pub attempt_id: Uuid,
    /// Its number.
    pub attempt_no: i64,
}

/// Mails in SENDING whose lease ended before `now`; all of them where `every` is set, because no other process can be
/// holding one (SQLite at start).
pub async fn list_orphans(tx: &mut Tx, now: DateTime<Utc>, every: bool) -> Result<Vec<Orphan>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT m.id AS mail_id, m.about_id, m.give_up_at, a.id AS attempt_id, a.attempt_no
             FROM mails m JOIN attempts a ON a.mail_id = m.id AND a.attempt_no = m.attempt_no
             WHERE m.state = 'SENDING' AND ($2 OR m.lease_until < $1) ORDER BY m.id LIMIT 500",
        )
        .bind(now)
        .bind(every)
        .fetch_all(c)
        .await
    })?)
}
