//! Objections: the case, its versions as filed, its events. Nothing is ever deleted.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::objection::{Ground, ObjectionEvent, ObjectionState};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Of, Result, Tx, expect_one, parsed};

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// Its id; the customer's link is made from it.
    pub id: Uuid,
    /// Random, so that it tells nothing of other cases.
    pub case_number: String,
    /// The authorisation it closes.
    pub authorisation_id: Uuid,
    /// The line it is about.
    pub line_id: Uuid,
    /// The customer.
    pub customer_id: Uuid,
    /// The contact who filed it, unless staff logged it.
    pub contact_id: Option<Uuid>,
    /// The notice version it answers.
    pub notice_id: Uuid,
    /// Its state.
    pub state: ObjectionState,
    /// When it came in.
    pub submitted_at: DateTime<Utc>,
    /// Whether it came before the end of the objection window.
    pub is_in_time: bool,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub(super) id: Uuid,
    case_number: String,
    authorisation_id: Uuid,
    line_id: Uuid,
    customer_id: Uuid,
    contact_id: Option<Uuid>,
    notice_id: Uuid,
    state: String,
    submitted_at: DateTime<Utc>,
    is_in_time: bool,
}

impl TryFrom<Row> for Objection {
    type Error = super::StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            state: parsed("objections", "state", &row.state)?,
            id: row.id,
            case_number: row.case_number,
            authorisation_id: row.authorisation_id,
            line_id: row.line_id,
            customer_id: row.customer_id,
            contact_id: row.contact_id,
            notice_id: row.notice_id,
            submitted_at: row.submitted_at,
            is_in_time: row.is_in_time,
        })
    }
}

/// What was filed, word for word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filing {
    /// Its id.
    pub id: Uuid,
    /// The case.
    pub objection_id: Uuid,
    /// 1, 2, 3 …
    pub version: i64,
    /// Who filed, as typed.
    pub name: String,
    /// The grounds chosen.
    pub grounds: BTreeSet<Ground>,
    /// The text.
    pub statement: String,
    /// `PAGE`, `LETTER` …
    pub channel: String,
    /// Browser and address, as evidence; never shown publicly.
    pub client: Option<String>,
    /// When.
    pub submitted_at: DateTime<Utc>,
}

/// One event in a case.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Event {
    /// Its id.
    pub id: Uuid,
    /// The case.
    pub objection_id: Uuid,
    /// What happened.
    pub event: String,
    /// Before.
    pub from_state: Option<String>,
    /// After.
    pub to_state: String,
    /// `CUSTOMER`, `STAFF` or `SYSTEM`.
    pub actor_kind: String,
    /// Contact or staff id.
    pub actor_id: Option<Uuid>,
    /// Why, as written to the customer.
    pub reason: Option<String>,
    /// When.
    pub recorded_at: DateTime<Utc>,
}

/// Opens a case with its first filing.
pub async fn file(tx: &mut Tx, objection: &Objection, filing: &Filing) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO objections (id, case_number, authorisation_id, line_id, customer_id, contact_id, notice_id, state,
             submitted_at, is_in_time, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9)",
        )
        .bind(objection.id)
        .bind(&objection.case_number)
        .bind(objection.authorisation_id)
        .bind(objection.line_id)
        .bind(objection.customer_id)
        .bind(objection.contact_id)
        .bind(objection.notice_id)
        .bind(objection.state.as_str())
        .bind(objection.submitted_at)
        .bind(objection.is_in_time)
        .execute(c)
        .await
        .map(drop)
    })?;
    add_filing(tx, filing).await
}

/// Adds a filing to a case.
pub async fn add_filing(tx: &mut Tx, filing: &Filing) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO objection_versions (id, objection_id, version, name, grounds, statement, channel, client, submitted_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(filing.id)
        .bind(filing.objection_id)
        .bind(filing.version)
        .bind(&filing.name)
        .bind(Json(&filing.grounds))
        .bind(&filing.statement)
        .bind(&filing.channel)
        .bind(&filing.client)
        .bind(filing.submitted_at)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Records an event and moves the case from one state to another, if it is still in the first.
pub async fn advance(tx: &mut Tx, from: ObjectionState, to: ObjectionState, event: &Event) -> Result<()> {
    if from != to {
        let done = on!(tx, |c| {
            sqlx::query("UPDATE objections SET state = $3, changed_at = $4 WHERE id = $1 AND state = $2")
                .bind(event.objection_id)
                .bind(from.as_str())
                .bind(to.as_str())
                .bind(event.recorded_at)
                .execute(c)
                .await
                .map(|r| r.rows_affected())
        })?;
        expect_one(done, "This objection")?;
    }
    note_event(tx, event).await
}

/// Records an event.
pub async fn note_event(tx: &mut Tx, event: &Event) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO objection_events (id, objection_id, seq, event, from_state, to_state, actor_kind, actor_id, reason,
             recorded_at) VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM objection_events WHERE objection_id = $2),
             $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(event.id)
        .bind(event.objection_id)
        .bind(&event.event)
        .bind(&event.from_state)
        .bind(&event.to_state)
        .bind(&event.actor_kind)
        .bind(event.actor_id)
        .bind(&event.reason)
        .bind(event.recorded_at)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// A case by its id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Objection>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM objections WHERE id = $1")
            .bind(id)
            .fetch_optional(c)
            .await
    })?;
    row.map(Objection::try_from).transpose()
}

/// A case by its number.
pub async fn find_by_case_number(tx: &mut Tx, number: &str) -> Result<Option<Objection>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM objections WHERE case_number = $1")
            .bind(number)
            .fetch_optional(c)
            .await
    })?;
    row.map(Objection::try_from).transpose()
}

/// The cases of one authorisation, oldest first.
pub async fn list_by_authorisation(tx: &mut Tx, authorisation_id: Uuid) -> Result<Vec<Objection>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM objections WHERE authorisation_id = $1 ORDER BY submitted_at, id")
            .bind(authorisation_id)
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Objection::try_from).collect()
}

/// The cases about a line, oldest first.
pub async fn list_by_line(tx: &mut Tx, line_id: Uuid, whom: Of<'_>) -> Result<Vec<Objection>> {
    let sql = format!(
        "SELECT o.* FROM objections o JOIN authorisations a ON a.id = o.authorisation_id
         WHERE a.line_id = $2 AND {} ORDER BY o.submitted_at, o.id",
        whom.among(tx, "a.customer_id")
    );
    let rows: Vec<Row> = whom.rows_with(tx, sql, line_id).await?;
    rows.into_iter().map(Objection::try_from).collect()
}

/// When cases about a line were turned down, on their grounds or as not entitled, oldest first, each with its authorisation.
pub async fn list_rejections(tx: &mut Tx, line_id: Uuid, whom: Of<'_>) -> Result<Vec<(Uuid, DateTime<Utc>)>> {
    let sql = format!(
        "SELECT o.authorisation_id, e.recorded_at FROM objection_events e JOIN objections o ON o.id = e.objection_id
         JOIN authorisations a ON a.id = o.authorisation_id
         WHERE {} AND a.line_id = $2 AND e.event IN ($3, $4) ORDER BY e.recorded_at",
        whom.among(tx, "a.customer_id")
    );
    let whom = whom.bound(tx);
    Ok(on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(whom)
            .bind(line_id)
            .bind(ObjectionEvent::RejectGrounds.as_str())
            .bind(ObjectionEvent::FindNotEntitled.as_str())
            .fetch_all(c)
            .await
    })?)
}

type FilingRow = (
    Uuid,
    Uuid,
    i64,
    String,
    Json<BTreeSet<Ground>>,
    String,
    String,
    Option<String>,
    DateTime<Utc>,
);

/// All filings of a case, oldest first.
pub async fn list_filings(tx: &mut Tx, objection_id: Uuid) -> Result<Vec<Filing>> {
    let rows: Vec<FilingRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, objection_id, version, name, grounds, statement, channel, client, submitted_at
             FROM objection_versions WHERE objection_id = $1 ORDER BY version",
        )
        .bind(objection_id)
        .fetch_all(c)
        .await
    })?;
    Ok(rows
        .into_iter()
        .map(
            |(id, objection_id, version, name, grounds, statement, channel, client, submitted_at)| Filing {
                id,
                objection_id,
                version,
                name,
                grounds: grounds.0,
                statement,
                channel,
                client,
                submitted_at,
            },
        )
        .collect())
}

/// The events of a case, oldest first.
pub async fn list_events(tx: &mut Tx, objection_id: Uuid) -> Result<Vec<Event>> {
    list_events_of(tx, Of::These(&[objection_id])).await
}

/// The same of several cases, by case.
pub async fn list_events_of(tx: &mut Tx, cases: Of<'_>) -> Result<Vec<Event>> {
    let sql = format!(
        "SELECT id, objection_id, event, from_state, to_state, actor_kind, actor_id, reason, recorded_at
         FROM objection_events WHERE {} ORDER BY objection_id, seq",
        cases.among(tx, "objection_id")
    );
    cases.rows(tx, sql).await
}
