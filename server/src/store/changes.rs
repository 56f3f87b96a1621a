//! Changes and the steps of their lives.

use chrono::{DateTime, NaiveDate, Utc};
use domain::change::ChangeState;
use domain::organisation::OrganisationFacts;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Of, Result, Search, Tx, expect_one, parsed};

/// One change: what is going to be different, for whom, and when at the earliest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its id.
    pub id: Uuid,
    /// Its public number, e.g. `2026-003`.
    pub number: String,
    /// One line for people.
    pub title: String,
    /// Where it is in its life.
    pub state: ChangeState,
    /// The day announced as planned go-live, in the publisher's zone; never earlier (G15).
    pub planned_on: NaiveDate,
    /// When its first notice was dispatched; from then on it is public.
    pub announced_at: Option<DateTime<Utc>>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// Who opened it; nobody where the system drafted it.
    pub created_by: Option<Uuid>,
}

type ChangeRow = (
    Uuid,
    String,
    String,
    String,
    NaiveDate,
    Option<DateTime<Utc>>,
    DateTime<Utc>,
    Option<Uuid>,
);
const CHANGE: &str =
    "SELECT id, number, title, state, planned_on, announced_at, created_at, created_by FROM changes";

/// By number: after 999 a year's numbers have four digits, and as text 1000 comes before 999.
pub(super) const NEWEST_FIRST: &str = "SUBSTR(c.number, 1, 4) DESC, LENGTH(c.number) DESC, c.number DESC";

fn change(
    (id, number, title, state, planned_on, announced_at, created_at, created_by): ChangeRow,
) -> Result<Change> {
    let state = parsed("changes", "state", &state)?;
    Ok(Change {
        id,
        number,
        title,
        state,
        planned_on,
        announced_at,
        created_at,
        created_by,
    })
}

/// The next free number of a year: `2026-001`, `2026-002` … Call it inside the writer's transaction.
pub async fn next_number(tx: &mut Tx, year: i32) -> Result<String> {
    let prefix = format!("{year}-");
    let last: Option<String> = on!(tx, |c| {
        sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT c.number FROM changes c WHERE c.number LIKE $1 ORDER BY {NEWEST_FIRST} LIMIT 1"
        )))
        .bind(format!("{prefix}%"))
        .fetch_optional(c)
        .await
    })?;
    let last: u32 = last
        .and_then(|n| n.strip_prefix(&prefix).and_then(|n| n.parse().ok()))
        .unwrap_or(0);
    Ok(format!("{prefix}{:03}", last + 1))
}

/// Writes a new change in state DRAFT.
pub async fn open(tx: &mut Tx, change: &Change, state_id: Uuid) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO changes (id, number, title, state, planned_on, announced_at, created_at, created_by)
             VALUES ($1, $2, $3, $4, $5, NULL, $6, $7)",
        )
        .bind(change.id)
        .bind(&change.number)
        .bind(&change.title)
        .bind(change.state.as_str())
        .bind(change.planned_on)
        .bind(change.created_at)
        .bind(change.created_by)
        .execute(c)
        .await
        .map(drop)
    })?;
    note_state(
        tx,
        state_id,
        change.id,
        change.state,
        change.created_by,
        None,
        change.created_at,
    )
    .await
}

/// Corrects title and planned day of a change that is still a draft.
pub async fn revise(tx: &mut Tx, id: Uuid, title: &str, planned_on: NaiveDate) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE changes SET title = $2, planned_on = $3 WHERE id = $1 AND state = 'DRAFT'")
            .bind(id)
            .bind(title)
            .bind(planned_on)
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This change")
}

async fn note_state(
    tx: &mut Tx,
    id: Uuid,
    change_id: Uuid,
    state: ChangeState,
    by: Option<Uuid>,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO change_states (id, change_id, seq, state, recorded_at, recorded_by, reason)
             VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM change_states WHERE change_id = $2), $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(change_id)
        .bind(state.as_str())
        .bind(now)
        .bind(by)
        .bind(reason)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// A step in a change's life.
pub struct Move<'a> {
    /// Id of the history row.
    pub id: Uuid,
    /// The change.
    pub change_id: Uuid,
    /// The state it must be in.
    pub from: ChangeState,
    /// The state it gets.
    pub to: ChangeState,
    /// Who; nobody where the system acts.
    pub by: Option<Uuid>,
    /// Why, where a reason is asked for.
    pub reason: Option<&'a str>,
}

/// Moves a change on, if it is still where `step.from` says.
pub async fn advance(tx: &mut Tx, step: &Move<'_>, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE changes SET state = $3 WHERE id = $1 AND state = $2")
            .bind(step.change_id)
            .bind(step.from.as_str())
            .bind(step.to.as_str())
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This change")?;
    note_state(tx, step.id, step.change_id, step.to, step.by, step.reason, now).await
}

/// Marks when the change became public; only the first time counts.
pub async fn announce(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("UPDATE changes SET announced_at = $2 WHERE id = $1 AND announced_at IS NULL")
            .bind(id)
            .bind(now)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// A change by its number.
pub async fn find_by_number(tx: &mut Tx, number: &str) -> Result<Option<Change>> {
    let row: Option<ChangeRow> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{CHANGE} WHERE number = $1")))
            .bind(number)
            .fetch_optional(c)
            .await
    })?;
    row.map(change).transpose()
}

/// A change by its id.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Change> {
    let row: ChangeRow = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{CHANGE} WHERE id = $1")))
            .bind(id)
            .fetch_one(c)
            .await
    })?;
    change(row)
}

/// All changes, newest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Change>> {
    let rows: Vec<ChangeRow> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{CHANGE} c ORDER BY {NEWEST_FIRST}")))
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(change).collect()
}

/// A page of the changes whose number or title holds every word, newest first, and how many there are.
pub async fn page(tx: &mut Tx, search: &str, (limit, offset): (i64, i64)) -> Result<(Vec<Change>, i64)> {
    let sought = Search::new(tx, &["c.number", "c.title"], search, 1);
    let fitting = format!("WHERE 1 = 1{}", sought.condition);
    let total = sought.count(tx, &format!("FROM changes c {fitting}")).await?;
    let sql = format!("{CHANGE} c {fitting} ORDER BY {NEWEST_FIRST} LIMIT {limit} OFFSET {offset}");
    let rows: Vec<ChangeRow> = sought.list(tx, sql).await?;
    let changes = rows.into_iter().map(change).collect::<Result<_>>()?;
    Ok((changes, total))
}

/// The companies that some changes speak of, as their lines name them, in the order of the lines.
pub async fn list_companies(tx: &mut Tx, changes: Of<'_>) -> Result<Vec<(Uuid, OrganisationFacts)>> {
    let sql = format!(
        "SELECT l.change_id, v.facts FROM lines l JOIN organisation_versions v ON v.id = l.organisation_version_id
         WHERE {} ORDER BY l.change_id, l.position",
        changes.among(tx, "l.change_id")
    );
    let rows: Vec<(Uuid, Json<OrganisationFacts>)> = changes.rows(tx, sql).await?;
    Ok(rows.into_iter().map(|(id, facts)| (id, facts.0)).collect())
}

/// Changes whose windows still run for somebody: the open ones, and closed ones of which a customer was told later or a copy
/// came back since its customer's silence was counted.
pub async fn list_running(tx: &mut Tx) -> Result<Vec<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT c.id FROM changes c WHERE c.state = 'OPEN' OR (c.state = 'CLOSED' AND EXISTS (
                 SELECT 1 FROM lines l JOIN authorisations a ON a.line_id = l.id
                 JOIN customers k ON k.id = a.customer_id
                 WHERE l.change_id = c.id AND k.ended_at IS NULL AND (a.state IN ('PENDING', 'NOTIFIED', 'REQUESTED')
                   OR (a.state = 'AUTHORISED_BY_SILENCE' AND EXISTS (
                     SELECT 1 FROM deliveries d JOIN notices n ON n.id = d.notice_id
                     WHERE n.change_id = c.id AND d.customer_id = a.customer_id
                       AND d.state IN ('HARD_BOUNCE', 'LATE_BOUNCE', 'SUPPRESSED') AND d.changed_at > a.changed_at)))))
             ORDER BY c.number",
        )
        .fetch_all(c)
        .await
    })?)
}

/// A customer whom nobody told of a change that is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LateCustomer {
    /// The change.
    pub change_id: Uuid,
    /// The engagement of its line.
    pub engagement_id: Uuid,
    /// The customer.
    pub customer_id: Uuid,
}

/// Customers in force whom a closed change with a window may concern now: it is the last one that customers were told of,
/// they were not, and the list they signed with did not show it. Products are not looked at.
pub async fn list_late_customers(tx: &mut Tx) -> Result<Vec<LateCustomer>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT l.change_id, l.engagement_id, k.id AS customer_id
             FROM lines l JOIN changes c ON c.id = l.change_id CROSS JOIN customers k
             WHERE c.state = 'CLOSED' AND l.notice_class IN ('A', 'OPT') AND k.ended_at IS NULL
               AND NOT EXISTS (SELECT 1 FROM authorisations a WHERE a.line_id = l.id AND a.customer_id = k.id)
               AND NOT EXISTS (SELECT 1 FROM signatures s WHERE s.customer_id = k.id AND s.list_version >=
                   (SELECT MIN(g.list_version) FROM listings g WHERE g.line_id = l.id))
               AND NOT EXISTS (SELECT 1 FROM lines m JOIN changes d ON d.id = m.change_id
                   WHERE m.engagement_id = l.engagement_id AND d.id <> c.id AND d.created_at >= c.created_at
                     AND d.state IN ('DISPATCHING', 'OPEN', 'CLOSED'))
             ORDER BY l.change_id, l.engagement_id, k.id",
        )
        .fetch_all(c)
        .await
    })?)
}

/// One row of a change's history.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct History {
    /// The state it got.
    pub state: String,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// By whom; nobody where the system acted.
    pub recorded_by: Option<Uuid>,
    /// Why.
    pub reason: Option<String>,
}

/// A change's history, oldest first.
pub async fn list_history(tx: &mut Tx, change_id: Uuid) -> Result<Vec<History>> {
    Ok(on!(tx, |c| {
        sqlx::query_as("SELECT state, recorded_at, recorded_by, reason FROM change_states WHERE change_id = $1 ORDER BY seq")
            .bind(change_id)
            .fetch_all(c)
            .await
    })?)
}
