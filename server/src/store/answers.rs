//! What contacts answered in writing where silence is a no. Nothing here is changed or deleted.

use chrono::{DateTime, Utc};
use domain::authorisation::AuthorisationEvent;
use uuid::Uuid;

use super::{Of, Result, Tx, parsed};

/// One answer of a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its id.
    pub id: Uuid,
    /// The authorisation that it decides.
    pub authorisation_id: Uuid,
    /// The delivery from whose link it came.
    pub delivery_id: Uuid,
    /// The notice version that it answers.
    pub notice_id: Uuid,
    /// Approved, opted in or refused.
    pub answer: AuthorisationEvent,
    /// Who answered, as typed.
    pub name: String,
    /// The browser, as evidence; never shown publicly.
    pub client: Option<String>,
    /// Hash of the facts that were shown.
    pub facts_hash: Vec<u8>,
    /// When.
    pub answered_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    authorisation_id: Uuid,
    delivery_id: Uuid,
    notice_id: Uuid,
    answer: String,
    name: String,
    client: Option<String>,
    facts_hash: Vec<u8>,
    answered_at: DateTime<Utc>,
}

impl TryFrom<Row> for Answer {
    type Error = super::StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            answer: parsed("answers", "answer", &row.answer)?,
            id: row.id,
            authorisation_id: row.authorisation_id,
            delivery_id: row.delivery_id,
            notice_id: row.notice_id,
            name: row.name,
            client: row.client,
            facts_hash: row.facts_hash,
            answered_at: row.answered_at,
        })
    }
}

/// Records an answer.
pub async fn append(tx: &mut Tx, answer: &Answer) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO answers (id, authorisation_id, delivery_id, notice_id, answer, name, client, facts_hash, answered_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(answer.id)
        .bind(answer.authorisation_id)
        .bind(answer.delivery_id)
        .bind(answer.notice_id)
        .bind(answer.answer.as_str())
        .bind(&answer.name)
        .bind(&answer.client)
        .bind(&answer.facts_hash)
        .bind(answer.answered_at)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The last answer about an authorisation.
pub async fn find_last(tx: &mut Tx, authorisation_id: Uuid) -> Result<Option<Answer>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT * FROM answers WHERE authorisation_id = $1 ORDER BY answered_at DESC, id DESC LIMIT 1",
        )
        .bind(authorisation_id)
        .fetch_optional(c)
        .await
    })?;
    row.map(Answer::try_from).transpose()
}

/// The answers about a line, oldest first.
pub async fn list_by_line(tx: &mut Tx, line_id: Uuid, whom: Of<'_>) -> Result<Vec<Answer>> {
    let sql = format!(
        "SELECT w.* FROM answers w JOIN authorisations a ON a.id = w.authorisation_id
         WHERE a.line_id = $2 AND {} ORDER BY w.answered_at, w.id",
        whom.among(tx, "a.customer_id")
    );
    let rows: Vec<Row> = whom.rows_with(tx, sql, line_id).await?;
    rows.into_iter().map(Answer::try_from).collect()
}
