//! Line × customer: authorisation states. Windows are not kept here as truth: they follow from the evidence; the
//! columns hold what was last derived, for lists.

use chrono::{DateTime, Utc};
use domain::authorisation::{AuthorisationModel, AuthorisationState};
use domain::evidence::EvidenceGrade;
use domain::objection::ObjectionState;
use uuid::Uuid;

use super::{Result, Tx, expect_one, parsed};

/// Where one customer stands with one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorisation {
    /// Its id.
    pub id: Uuid,
    /// The line.
    pub line_id: Uuid,
    /// The customer.
    pub customer_id: Uuid,
    /// The policy version that was in force at dispatch.
    pub policy_id: Uuid,
    /// General or specific, as in that policy; an opt-in is always specific.
    pub model: AuthorisationModel,
    /// Its state.
    pub state: AuthorisationState,
    /// When notice was given, as last derived.
    pub given_at: Option<DateTime<Utc>>,
    /// When the notice window ends, as last derived.
    pub notice_expires_at: Option<DateTime<Utc>>,
    /// When the objection window ends, as last derived.
    pub objection_expires_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    line_id: Uuid,
    customer_id: Uuid,
    policy_id: Uuid,
    model: String,
    state: String,
    given_at: Option<DateTime<Utc>>,
    notice_expires_at: Option<DateTime<Utc>>,
    objection_expires_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Authorisation {
    type Error = super::StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            model: parsed("authorisations", "model", &row.model)?,
            state: parsed("authorisations", "state", &row.state)?,
            id: row.id,
            line_id: row.line_id,
            customer_id: row.customer_id,
            policy_id: row.policy_id,
            given_at: row.given_at,
            notice_expires_at: row.notice_expires_at,
            objection_expires_at: row.objection_expires_at,
        })
    }
}

/// Puts a customer in scope of a line.
pub async fn open(
    tx: &mut Tx,
    a: &Authorisation,
    notice_id: Uuid,
    state_id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO authorisations (id, line_id, customer_id, notice_id, policy_id, model, state, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(a.id)
        .bind(a.line_id)
        .bind(a.customer_id)
        .bind(notice_id)
        .bind(a.policy_id)
        .bind(a.model.as_str())
        .bind(a.state.as_str())
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    note_state(tx, state_id, a.id, a.state, None, None, now).await
}

async fn note_state(
    tx: &mut Tx,
    id: Uuid,
    authorisation_id: Uuid,
    state: AuthorisationState,
    by: Option<Uuid>,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO authorisation_states (id, authorisation_id, seq, state, recorded_at, recorded_by, reason)
             VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM authorisation_states WHERE authorisation_id = $2),
             $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(authorisation_id)
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

/// A step of an authorisation.
pub struct Move<'a> {
    /// Id of the history row.
    pub id: Uuid,
    /// The authorisation.
    pub authorisation_id: Uuid,
    /// The state it must be in.
    pub from: AuthorisationState,
    /// The state it gets.
    pub to: AuthorisationState,
    /// Who; nobody where the system acts.
    pub by: Option<Uuid>,
    /// Why.
    pub reason: Option<&'a str>,
}

/// Moves an authorisation on, if it is still where `step.from` says.
pub async fn advance(tx: &mut Tx, step: &Move<'_>, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE authorisations SET state = $3, changed_at = $4 WHERE id = $1 AND state = $2")
            .bind(step.authorisation_id)
            .bind(step.from.as_str())
            .bind(step.to.as_str())
            .bind(now)
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This authorisation")?;
    note_state(
        tx,
        step.id,
        step.authorisation_id,
        step.to,
        step.by,
        step.reason,
        now,
    )
    .await
}

/// What the evidence last gave, kept for lists.
pub struct Derived {
    /// When notice was given.
    pub given_at: Option<DateTime<Utc>>,
    /// How good the evidence is.
    pub grade: Option<EvidenceGrade>,
    /// End of the notice window.
    pub notice_expires_at: Option<DateTime<Utc>>,
    /// End of the objection window.
    pub objection_expires_at: Option<DateTime<Utc>>,
}

/// Keeps what the evidence last gave.
pub async fn note_derived(tx: &mut Tx, id: Uuid, derived: &Derived, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "UPDATE authorisations SET given_at = $2, evidence_grade = $3, notice_expires_at = $4, objection_expires_at = $5,
             changed_at = $6 WHERE id = $1",
        )
        .bind(id)
        .bind(derived.given_at)
        .bind(derived.grade.map(EvidenceGrade::as_str))
        .bind(derived.notice_expires_at)
        .bind(derived.objection_expires_at)
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The authorisations of a line.
pub async fn list_by_line(tx: &mut Tx, line_id: Uuid) -> Result<Vec<Authorisation>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM authorisations WHERE line_id = $1 ORDER BY id")
            .bind(line_id)
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Authorisation::try_from).collect()
}

/// The authorisations of a line whose customer's name or reference holds every word, by name: a page of them, with the
/// customer's name, and how many there are.
pub async fn page_by_line(
    tx: &mut Tx,
    line_id: Uuid,
    search: &str,
    (limit, offset): (i64, i64),
) -> Result<(Vec<(Authorisation, String)>, i64)> {
    #[derive(sqlx::FromRow)]
    struct Named {
        name: String,
        #[sqlx(flatten)]
        row: Row,
    }
    let sought = super::Search::new(tx, &["u.name", "u.reference"], search, 2);
    let from = format!(
        "FROM authorisations a JOIN customers u ON u.id = a.customer_id WHERE a.line_id = $1{}",
        sought.condition
    );
    let total: i64 = on!(&mut *tx, |c| {
        let sql = format!("SELECT COUNT(*) {from}");
        let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(line_id);
        for word in &sought.patterns {
            query = query.bind(word);
        }
        query.fetch_one(c).await
    })?;
    let rows: Vec<Named> = on!(tx, |c| {
        let sql = format!("SELECT u.name, a.* {from} ORDER BY u.name, a.id LIMIT {limit} OFFSET {offset}");
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(line_id);
        for word in &sought.patterns {
            query = query.bind(word);
        }
        query.fetch_all(c).await
    })?;
    let rows = rows
        .into_iter()
        .map(|named| Ok((Authorisation::try_from(named.row)?, named.name)))
        .collect::<Result<_>>()?;
    Ok((rows, total))
}

/// One customer's authorisation for a line.
pub async fn find(tx: &mut Tx, line_id: Uuid, customer_id: Uuid) -> Result<Option<Authorisation>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM authorisations WHERE line_id = $1 AND customer_id = $2")
            .bind(line_id)
            .bind(customer_id)
            .fetch_optional(c)
            .await
    })?;
    row.map(Authorisation::try_from).transpose()
}

/// Whether anything of a customer is waited for: its answer or the end of its window about a change that customers were told
/// of, or a case of its own.
pub async fn is_waited_for(tx: &mut Tx, customer_id: Uuid) -> Result<bool> {
    let waiting: i64 = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM authorisations a JOIN lines l ON l.id = a.line_id JOIN changes c ON c.id = l.change_id
             WHERE a.customer_id = $1 AND c.state IN ('DISPATCHING', 'OPEN', 'CLOSED')
               AND a.state IN ('PENDING', 'NOTIFIED', 'REQUESTED', 'OBJECTED')",
        )
        .bind(customer_id)
        .fetch_one(c)
        .await
    })?;
    if waiting > 0 {
        return Ok(true);
    }
    let cases: Vec<String> = on!(tx, |c| {
        sqlx::query_scalar("SELECT state FROM objections WHERE customer_id = $1")
            .bind(customer_id)
            .fetch_all(c)
            .await
    })?;
    for case in cases {
        if parsed::<ObjectionState>("objections", "state", &case)?.is_open() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An authorisation by its id.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Authorisation> {
    let row: Row = on!(tx, |c| sqlx::query_as(
        "SELECT * FROM authorisations WHERE id = $1"
    )
    .bind(id)
    .fetch_one(c)
    .await)?;
    row.try_into()
}

/// The customers of one line of an open change that are in one state, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineStanding {
    /// The line.
    pub line_id: Uuid,
    /// The state.
    pub state: AuthorisationState,
    /// How many customers.
    pub customers: i64,
    /// How many of them notice was given to.
    pub given: i64,
    /// For how many of them both windows are over.
    pub over: i64,
    /// When the first of them was given notice.
    pub first_given_at: Option<DateTime<Utc>>,
    /// When the last of their windows ends.
    pub last_end_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    line_id: Uuid,
    state: String,
    customers: i64,
    given: i64,
    is_over: i64,
    first_given_at: Option<DateTime<Utc>>,
    last_notice_at: Option<DateTime<Utc>>,
    last_objection_at: Option<DateTime<Utc>>,
}

/// Where the customers of every line of an open change stand, counted by state, as last derived.
pub async fn list_line_standings(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<LineStanding>> {
    let rows: Vec<StandingRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT a.line_id, a.state, COUNT(*) AS customers, COUNT(a.given_at) AS given,
                    COUNT(CASE WHEN a.notice_expires_at <= $1 AND a.objection_expires_at <= $1 THEN 1 END) AS is_over,
                    MIN(a.given_at) AS first_given_at, MAX(a.notice_expires_at) AS last_notice_at,
                    MAX(a.objection_expires_at) AS last_objection_at
             FROM authorisations a JOIN lines l ON l.id = a.line_id JOIN changes c ON c.id = l.change_id
             WHERE c.state = 'OPEN' GROUP BY a.line_id, a.state ORDER BY a.line_id, a.state",
        )
        .bind(now)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|row| {
            Ok(LineStanding {
                line_id: row.line_id,
                state: parsed("authorisations", "state", &row.state)?,
                customers: row.customers,
                given: row.given,
                over: row.is_over,
                first_given_at: row.first_given_at,
                last_end_at: row.last_notice_at.max(row.last_objection_at),
            })
        })
        .collect()
}
