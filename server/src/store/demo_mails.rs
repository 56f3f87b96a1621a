//! Mails as the demo's own relay received them. Only `--demo` writes here; its addresses are invented, so nothing is sealed.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Result, Tx};

/// A received mail, without its content.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DemoMail {
    /// Its id.
    pub id: Uuid,
    /// Product time.
    pub received_at: DateTime<Utc>,
    /// Envelope sender.
    pub sender: String,
    /// Envelope recipient.
    pub recipient: String,
    /// As decoded.
    pub subject: String,
}

/// Keeps a received mail.
pub async fn insert_demo_mail(tx: &mut Tx, mail: &DemoMail, mime: &[u8]) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO demo_mails (id, received_at, sender, recipient, subject, mime) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(mail.id)
        .bind(mail.received_at)
        .bind(&mail.sender)
        .bind(&mail.recipient)
        .bind(&mail.subject)
        .bind(mime)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Received mails whose recipient or subject contains the words, newest first.
pub async fn list_demo_mails(tx: &mut Tx, words: &str, limit: i64) -> Result<Vec<DemoMail>> {
    // % and _ of the visitor are letters here, not wildcards.
    // Lower case is made by the database on both sides: not every one knows letters beyond ASCII.
    let escaped = words
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, received_at, sender, recipient, subject FROM demo_mails
             WHERE LOWER(recipient) LIKE LOWER($1) ESCAPE '\\' OR LOWER(subject) LIKE LOWER($1) ESCAPE '\\'
             ORDER BY received_at DESC, id DESC LIMIT $2",
        )
        .bind(format!("%{escaped}%"))
        .bind(limit)
        .fetch_all(c)
        .await
    })?)
}

/// A received mail and its bytes.
pub async fn find_demo_mail(tx: &mut Tx, id: Uuid) -> Result<Option<(DemoMail, Vec<u8>)>> {
    let mail: Option<DemoMail> = on!(tx, |c| {
        sqlx::query_as("SELECT id, received_at, sender, recipient, subject FROM demo_mails WHERE id = $1")
            .bind(id)
            .fetch_optional(c)
            .await
    })?;
    let Some(mail) = mail else { return Ok(None) };
    let mime: Vec<u8> = on!(tx, |c| {
        sqlx::query_scalar("SELECT mime FROM demo_mails WHERE id = $1")
            .bind(id)
            .fetch_one(c)
            .await
    })?;
    Ok(Some((mail, mime)))
}
