//! What the mail service reported of mails, as received: rows are only added. The outbox's own rows, outside the audit chain.

use chrono::{DateTime, Utc};
use domain::report::Report;
use uuid::Uuid;

use super::{Of, Result, StoreError, Tx, parsed};
use crate::keys::Sealed;

/// One report. About no mail of ours: kept, without effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailEvent {
    /// Its id.
    pub id: Uuid,
    /// Of its content; a report that comes again has the same.
    pub digest: Vec<u8>,
    /// What it says.
    pub report: Report,
    /// The mail it is about.
    pub mail_id: Option<Uuid>,
    /// What the mail service calls the mail; one for every time that it was handed over.
    pub relay_id: Option<String>,
    /// When it happened, by the mail service's clock, but not before the mail and not after the report.
    pub occurred_at: DateTime<Utc>,
    /// When it came in (product time).
    pub received_at: DateTime<Utc>,
    /// What came in, byte for byte; it holds the address.
    pub payload: Sealed,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    digest: Vec<u8>,
    report: String,
    mail_id: Option<Uuid>,
    relay_id: Option<String>,
    occurred_at: DateTime<Utc>,
    received_at: DateTime<Utc>,
    payload_key_id: String,
    payload: Vec<u8>,
}

impl TryFrom<Row> for MailEvent {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            report: parsed("mail_events", "report", &row.report)?,
            id: row.id,
            digest: row.digest,
            mail_id: row.mail_id,
            relay_id: row.relay_id,
            occurred_at: row.occurred_at,
            received_at: row.received_at,
            payload: Sealed {
                key_id: row.payload_key_id,
                bytes: row.payload,
            },
        })
    }
}

/// Keeps a report. False: it is there already.
pub async fn insert(tx: &mut Tx, event: &MailEvent) -> Result<bool> {
    let done = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO mail_events (id, digest, report, mail_id, relay_id, occurred_at, received_at, payload_key_id, payload)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (digest) DO NOTHING",
        )
        .bind(event.id)
        .bind(&event.digest)
        .bind(event.report.as_str())
        .bind(event.mail_id)
        .bind(&event.relay_id)
        .bind(event.occurred_at)
        .bind(event.received_at)
        .bind(&event.payload.key_id)
        .bind(&event.payload.bytes)
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    Ok(done == 1)
}

/// Everything reported of a mail, in the order in which it happened.
pub async fn list_by_mail(tx: &mut Tx, mail_id: Uuid) -> Result<Vec<MailEvent>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, digest, report, mail_id, relay_id, occurred_at, received_at, payload_key_id, payload
             FROM mail_events WHERE mail_id = $1 ORDER BY occurred_at, id",
        )
        .bind(mail_id)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(MailEvent::try_from).collect()
}

/// What was reported of a delivery's mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportOf {
    /// The customer.
    pub customer_id: Uuid,
    /// The delivery.
    pub delivery_id: Uuid,
    /// What was reported.
    pub report: Report,
    /// When it happened.
    pub at: DateTime<Utc>,
}

/// What was reported of the mails to customers about a change, oldest first.
pub async fn list_by_customers(tx: &mut Tx, change_id: Uuid, whom: Of<'_>) -> Result<Vec<ReportOf>> {
    let sql = format!(
        "SELECT d.customer_id, d.id, e.report, e.occurred_at FROM mail_events e
         JOIN deliveries d ON d.mail_id = e.mail_id JOIN notices n ON n.id = d.notice_id
         WHERE n.change_id = $2 AND d.customer_id IS NOT NULL AND {} ORDER BY e.occurred_at, e.id",
        whom.among(tx, "d.customer_id")
    );
    let rows: Vec<(Uuid, Uuid, String, DateTime<Utc>)> = whom.rows_with(tx, sql, change_id).await?;
    rows.into_iter()
        .map(|(customer_id, delivery_id, report, at)| {
            Ok(ReportOf {
                customer_id,
                delivery_id,
                report: parsed("mail_events", "report", &report)?,
                at,
            })
        })
        .collect()
}

/// How many reports are about no mail of ours.
pub async fn count_unmatched(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM mail_events WHERE mail_id IS NULL")
            .fetch_one(c)
            .await
    })?)
}

/// A mail of ours and when it was queued, by its id.
pub async fn find_mail(tx: &mut Tx, id: Uuid) -> Result<Option<(Uuid, DateTime<Utc>)>> {
    Ok(on!(tx, |c| {
        sqlx::query_as("SELECT id, queued_at FROM mails WHERE id = $1")
            .bind(id)
            .fetch_optional(c)
            .await
    })?)
}

const BY_NAME: [&str; 2] = [
    "SELECT id, queued_at FROM mails WHERE message_id = $1",
    "SELECT m.id, m.queued_at FROM mail_events e JOIN mails m ON m.id = e.mail_id WHERE e.relay_id = $1 LIMIT 1",
];

/// The same by what the mail service calls it: our own Message-ID, or a name that came with our id before.
pub async fn find_mail_by_relay_id(tx: &mut Tx, relay_id: &str) -> Result<Option<(Uuid, DateTime<Utc>)>> {
    for sql in BY_NAME {
        let found = on!(&mut *tx, |c| sqlx::query_as(sql)
            .bind(relay_id)
            .fetch_optional(c)
            .await)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
