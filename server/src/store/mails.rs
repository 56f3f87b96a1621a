//! Mails, their attempts, and what was learnt about each attempt. The outbox's own rows: none of them is in the audit
//! chain, so claims and results need no place in the one writer's queue.
//!
//! Times: `next_at`, `lease_until` and `give_up_at` are wall time; `queued_at`, `started_at`, `accepted_at` and
//! `recorded_at` are product time.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Result, StoreError, Tx, expect_one, parsed};
use crate::keys::Sealed;
use crate::mail::state::MailState;

/// A mail as it is queued.
#[derive(Clone, Debug)]
pub struct NewMail {
    /// Its id; Message-ID and correlation header are made of it.
    pub id: Uuid,
    /// Which message: `change_notice`, `password_reset`, …
    pub kind: &'static str,
    /// What it is about: a notice, an objection.
    pub about_id: Option<Uuid>,
    /// As in the header.
    pub message_id: String,
    /// The recipient's address.
    pub recipient: Sealed,
    /// Its blind index.
    pub recipient_index: Vec<u8>,
    /// The bytes for every attempt; empty when it could not be built.
    pub mime: Sealed,
    /// SHA-256 of those bytes.
    pub mime_sha256: Vec<u8>,
    /// Why it could not be built.
    pub failed_reason: Option<String>,
    /// First attempt, and every one after 72 hours of refusals: no more.
    pub next_at: DateTime<Utc>,
    /// See `next_at`.
    pub give_up_at: DateTime<Utc>,
    /// When it was queued.
    pub queued_at: DateTime<Utc>,
}

/// Writes a mail in state QUEUED.
pub async fn insert(tx: &mut Tx, mail: &NewMail) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO mails (id, kind, about_id, message_id, recipient_key_id, recipient, recipient_index,
             mime_key_id, mime, mime_sha256, state, attempt_no, next_at, give_up_at, queued_at, failed_reason,
             is_possible_duplicate)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, $14, $15, FALSE)",
        )
        .bind(mail.id)
        .bind(mail.kind)
        .bind(mail.about_id)
        .bind(&mail.message_id)
        .bind(&mail.recipient.key_id)
        .bind(&mail.recipient.bytes)
        .bind(&mail.recipient_index)
        .bind(&mail.mime.key_id)
        .bind(&mail.mime.bytes)
        .bind(&mail.mime_sha256)
        .bind(MailState::Queued.as_str())
        .bind(mail.next_at)
        .bind(mail.give_up_at)
        .bind(mail.queued_at)
        .bind(&mail.failed_reason)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// A mail in a worker's hands.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Claimed {
    /// The mail.
    pub id: Uuid,
    /// What it is about.
    pub about_id: Option<Uuid>,
    /// The number of this attempt; only its holder may write the result.
    pub attempt_no: i64,
    /// When it is given up.
    pub give_up_at: DateTime<Utc>,
    /// Key of the address.
    pub recipient_key_id: String,
    /// The address, sealed.
    pub recipient: Vec<u8>,
    /// Key of the bytes.
    pub mime_key_id: String,
    /// The bytes, sealed.
    pub mime: Vec<u8>,
    /// Why it could not be built, if so.
    pub failed_reason: Option<String>,
}

const CLAIM_SQLITE: &str = "UPDATE mails SET state = 'SENDING', attempt_no = attempt_no + 1, lease_owner = $1, lease_until = $2,
     is_possible_duplicate = CASE WHEN state = 'UNKNOWN' THEN TRUE ELSE is_possible_duplicate END
     WHERE id IN (SELECT id FROM mails WHERE state IN ('QUEUED', 'UNKNOWN') AND called_off_at IS NULL AND next_at <= $3 ORDER BY next_at, id LIMIT $4)
     RETURNING id, about_id, attempt_no, give_up_at, recipient_key_id, recipient, mime_key_id, mime, failed_reason";
// An array is made once. IN may be planned as a join that runs the locking query for each row, and takes more than the limit.
const CLAIM_POSTGRES: &str = "UPDATE mails SET state = 'SENDING', attempt_no = attempt_no + 1, lease_owner = $1, lease_until = $2,
     is_possible_duplicate = CASE WHEN state = 'UNKNOWN' THEN TRUE ELSE is_possible_duplicate END
     WHERE id = ANY (ARRAY (SELECT id FROM mails WHERE state IN ('QUEUED', 'UNKNOWN') AND called_off_at IS NULL AND next_at <= $3
                            ORDER BY next_at, id LIMIT $4 FOR UPDATE SKIP LOCKED))
     RETURNING id, about_id, attempt_no, give_up_at, recipient_key_id, recipient, mime_key_id, mime, failed_reason";

/// Takes up to `limit` mails that are due. What was UNKNOWN is sent a second time from here on.
pub async fn claim(
    tx: &mut Tx,
    owner: &str,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Claimed>> {
    let sql = if tx.is_postgres() {
        CLAIM_POSTGRES
    } else {
        CLAIM_SQLITE
    };
    Ok(on!(tx, |c| {
        sqlx::query_as(sql)
            .bind(owner)
            .bind(lease_until)
            .bind(now)
            .bind(limit)
            .fetch_all(c)
            .await
    })?)
}

/// How a mail stands after an attempt.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The new state.
    pub state: MailState,
    /// When it is due again, if it is.
    pub next_at: Option<DateTime<Utc>>,
    /// A new limit for giving up.
    pub give_up_at: Option<DateTime<Utc>>,
    /// When the relay took it (product time).
    pub accepted_at: Option<DateTime<Utc>>,
    /// The relay's words.
    pub reply: String,
    /// Why no more.
    pub failed_reason: Option<String>,
}

/// Writes the result of attempt `attempt_no` and gives the state that the mail has now: CANCELLED instead of being due again,
/// where it was called off meanwhile. Where a newer attempt has begun, nothing happens and it gives nothing.
pub async fn settle(
    tx: &mut Tx,
    mail_id: Uuid,
    attempt_no: i64,
    settled: &Settled,
) -> Result<Option<MailState>> {
    let state: Option<String> = on!(tx, |c| {
        sqlx::query_scalar(
            "UPDATE mails SET state = CASE WHEN called_off_at IS NOT NULL AND $3 IN ('QUEUED', 'UNKNOWN') THEN 'CANCELLED' ELSE $3 END,
             next_at = COALESCE($4, next_at), give_up_at = COALESCE($5, give_up_at),
             accepted_at = $6, last_reply = $7, failed_reason = $8, lease_owner = NULL, lease_until = NULL
             WHERE id = $1 AND attempt_no = $2 AND state IN ('SENDING', 'UNKNOWN') RETURNING state",
        )
        .bind(mail_id)
        .bind(attempt_no)
        .bind(settled.state.as_str())
        .bind(settled.next_at)
        .bind(settled.give_up_at)
        .bind(settled.accepted_at)
        .bind(&settled.reply)
        .bind(&settled.failed_reason)
        .fetch_optional(c)
        .await
    })?;
    state.map(|state| parsed("mails", "state", &state)).transpose()
}

/// A 250 that came late, for an attempt that was given up as unknown: the mail is accepted, called off or not, unless it is
/// being sent again at this moment (then that attempt's end finds the 250 among the results).
pub async fn accept_late(tx: &mut Tx, mail_id: Uuid, at: DateTime<Utc>, reply: &str) -> Result<bool> {
    let done = on!(tx, |c| {
        sqlx::query(
            "UPDATE mails SET state = 'ACCEPTED', accepted_at = $2, last_reply = $3, failed_reason = NULL
             WHERE id = $1 AND state IN ('QUEUED', 'UNKNOWN', 'FAILED', 'CANCELLED')",
        )
        .bind(mail_id)
        .bind(at)
        .bind(reply)
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    Ok(done == 1)
}

/// Takes an orphan out of its dead worker's hands. False: somebody else did, or it was not dead.
pub async fn take_orphan(tx: &mut Tx, mail_id: Uuid, attempt_no: i64) -> Result<bool> {
    let done = on!(tx, |c| {
        sqlx::query(
            "UPDATE mails SET state = 'UNKNOWN' WHERE id = $1 AND attempt_no = $2 AND state = 'SENDING'",
        )
        .bind(mail_id)
        .bind(attempt_no)
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    Ok(done == 1)
}

/// Whether anything is due.
pub async fn is_any_due(tx: &mut Tx, now: DateTime<Utc>) -> Result<bool> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM mails WHERE state IN ('QUEUED', 'UNKNOWN') AND called_off_at IS NULL AND next_at <= $1)",
        )
        .bind(now)
        .fetch_one(c)
        .await
    })?)
}

/// A mail as staff see it; the address stays sealed.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Its id.
    pub id: Uuid,
    /// Which message.
    pub kind: String,
    /// What it is about.
    pub about_id: Option<Uuid>,
    /// As in the header.
    pub message_id: String,
    /// Where it is.
    pub state: MailState,
    /// How often it was tried.
    pub attempt_no: i64,
    /// When it is due again.
    pub next_at: DateTime<Utc>,
    /// When it was queued.
    pub queued_at: DateTime<Utc>,
    /// When the relay took it.
    pub accepted_at: Option<DateTime<Utc>>,
    /// The relay's last words.
    pub last_reply: Option<String>,
    /// Why no more.
    pub failed_reason: Option<String>,
    /// Whether the recipient may have it twice.
    pub is_possible_duplicate: bool,
    /// Since when what it says is withdrawn (product time): it is not sent again.
    pub called_off_at: Option<DateTime<Utc>>,
    /// The recipient.
    pub recipient: Sealed,
    /// The bytes; empty when it could not be built.
    pub mime: Sealed,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    about_id: Option<Uuid>,
    message_id: String,
    state: String,
    attempt_no: i64,
    next_at: DateTime<Utc>,
    queued_at: DateTime<Utc>,
    accepted_at: Option<DateTime<Utc>>,
    last_reply: Option<String>,
    failed_reason: Option<String>,
    is_possible_duplicate: bool,
    called_off_at: Option<DateTime<Utc>>,
    recipient_key_id: String,
    recipient: Vec<u8>,
    mime_key_id: String,
    mime: Vec<u8>,
}

impl TryFrom<Row> for Mail {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            state: parsed("mails", "state", &row.state)?,
            id: row.id,
            kind: row.kind,
            about_id: row.about_id,
            message_id: row.message_id,
            attempt_no: row.attempt_no,
            next_at: row.next_at,
            queued_at: row.queued_at,
            accepted_at: row.accepted_at,
            last_reply: row.last_reply,
            failed_reason: row.failed_reason,
            is_possible_duplicate: row.is_possible_duplicate,
            called_off_at: row.called_off_at,
            recipient: Sealed {
                key_id: row.recipient_key_id,
                bytes: row.recipient,
            },
            mime: Sealed {
                key_id: row.mime_key_id,
                bytes: row.mime,
            },
        })
    }
}

/// A mail by its id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Mail>> {
    let row: Option<Row> = on!(tx, |c| sqlx::query_as("SELECT * FROM mails WHERE id = $1")
        .bind(id)
        .fetch_optional(c)
        .await)?;
    row.map(Mail::try_from).transpose()
}

/// Where a mail is, and when the relay took it.
pub async fn find_state(tx: &mut Tx, id: Uuid) -> Result<Option<(MailState, Option<DateTime<Utc>>)>> {
    let row: Option<(String, Option<DateTime<Utc>>)> = on!(tx, |c| {
        sqlx::query_as("SELECT state, accepted_at FROM mails WHERE id = $1")
            .bind(id)
            .fetch_optional(c)
            .await
    })?;
    row.map(|(state, accepted_at)| Ok((parsed("mails", "state", &state)?, accepted_at)))
        .transpose()
}

/// The subscriber whom a mail without a delivery asks for confirmation.
pub async fn find_subscriber(tx: &mut Tx, id: Uuid) -> Result<Option<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT s.id FROM mails m JOIN subscribers s ON s.id = m.about_id WHERE m.id = $1 AND m.kind = 'subscription_confirm'",
        )
        .bind(id)
        .fetch_optional(c)
        .await
    })?)
}

/// Mails that staff should look at: failed, unknown, put off, and those that may have arrived twice; newest first.
pub async fn list_troubled(tx: &mut Tx, limit: i64) -> Result<Vec<Mail>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT * FROM mails WHERE state IN ('FAILED', 'UNKNOWN') OR (state = 'QUEUED' AND attempt_no > 0)
             OR is_possible_duplicate ORDER BY CASE state WHEN 'FAILED' THEN 0 WHEN 'UNKNOWN' THEN 1 ELSE 2 END, id DESC
             LIMIT $1",
        )
        .bind(limit)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Mail::try_from).collect()
}

/// How many mails are in each state, in the order of [`MailState::ALL`], and how many may have arrived twice.
pub async fn count_states(tx: &mut Tx) -> Result<(Vec<(MailState, i64)>, i64)> {
    let rows: Vec<(String, i64)> = on!(tx, |c| sqlx::query_as(
        "SELECT state, COUNT(*) FROM mails GROUP BY state"
    )
    .fetch_all(c)
    .await)?;
    let twice: i64 = on!(tx, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM mails WHERE is_possible_duplicate")
            .fetch_one(c)
            .await
    })?;
    let mut counts: Vec<(MailState, i64)> = MailState::ALL.into_iter().map(|state| (state, 0)).collect();
    for (state, count) in rows {
        let state: MailState = parsed("mails", "state", &state)?;
        if let Some(entry) = counts.iter_mut().find(|(s, _)| *s == state) {
            entry.1 = count;
        }
    }
    Ok((counts, twice))
}

/// A failed mail is due again, with the same bytes and Message-ID, unless it was called off. A note on its last attempt keeps
/// who asked for it.
pub async fn requeue_failed(
    tx: &mut Tx,
    id: Uuid,
    next_at: DateTime<Utc>,
    give_up_at: DateTime<Utc>,
) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query(
            "UPDATE mails SET state = 'QUEUED', next_at = $2, give_up_at = $3, failed_reason = NULL
             WHERE id = $1 AND state = 'FAILED' AND called_off_at IS NULL",
        )
        .bind(id)
        .bind(next_at)
        .bind(give_up_at)
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This mail")
}

/// Withdraws a mail: one that has not left yet, or one of which nobody knows whether it has, so that it is not sent again.
/// False: it is under way, or at its end. One that is under way is not tried once more, whatever the relay says, and one
/// that failed is not sent again.
pub async fn cancel(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> Result<bool> {
    let state: Option<String> = on!(tx, |c| {
        sqlx::query_scalar(
            "UPDATE mails SET called_off_at = $2,
             state = CASE WHEN state IN ('QUEUED', 'UNKNOWN') THEN 'CANCELLED' ELSE state END
             WHERE id = $1 AND state IN ('QUEUED', 'UNKNOWN', 'SENDING', 'FAILED') RETURNING state",
        )
        .bind(id)
        .bind(now)
        .fetch_optional(c)
        .await
    })?;
    Ok(state.as_deref() == Some(MailState::Cancelled.as_str()))
}
