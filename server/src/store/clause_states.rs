//! What happened to each version of a set of clauses. The version itself is a legal record and never changes; its state is
//! that of the last row here.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{EngagementId, RecordId, StaffId};
use domain::legal_record::{ClausesStanding, SccEvent, SccState, Signing};
use sqlx::AssertSqlSafe;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Of, Result, Search, Tx, expect_one, parsed};

/// A step that is about to be kept.
#[derive(Clone, Debug)]
pub struct NewClauseState {
    /// Its id.
    pub id: Uuid,
    /// Which version of a set.
    pub record_id: RecordId,
    /// The state it was in; `None` for the first row of a version.
    pub from: Option<SccState>,
    /// What happened; `None` where a new version began in this state.
    pub event: Option<SccEvent>,
    /// The state it is in from now on.
    pub state: SccState,
    /// How the version is executed, as known from now on.
    pub signing: Signing,
    /// The day on which it happened, where the publisher is.
    pub happened_on: NaiveDate,
    /// Why, where that was said.
    pub reason: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
}

/// A step that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseState {
    /// Which version of a set.
    pub record_id: RecordId,
    /// Its number.
    pub version: i64,
    /// What happened.
    pub event: Option<SccEvent>,
    /// The state after it.
    pub state: SccState,
    /// The day on which it happened.
    pub happened_on: NaiveDate,
    /// Why.
    pub reason: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
}

#[derive(sqlx::FromRow)]
struct Row {
    record_id: Uuid,
    version: i64,
    event: Option<String>,
    state: String,
    happened_on: NaiveDate,
    reason: Option<String>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

impl Row {
    fn read(self) -> Result<ClauseState> {
        Ok(ClauseState {
            record_id: self.record_id.into(),
            version: self.version,
            event: self
                .event
                .map(|event| parsed("clause_states", "event", &event))
                .transpose()?,
            state: parsed("clause_states", "state", &self.state)?,
            happened_on: self.happened_on,
            reason: self.reason,
            recorded_at: self.recorded_at,
            recorded_by: self.recorded_by.into(),
        })
    }
}

/// Keeps a step; stale when the version is not in the state that it starts from.
pub async fn append_clause_state(tx: &mut Tx, new: &NewClauseState) -> Result<()> {
    let appended = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO clause_states
             (id, record_id, seq, event, state, signing, happened_on, reason, recorded_at, recorded_by)
             SELECT $1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM clause_states WHERE record_id = $2),
                    $3, $4, $5, $6, $7, $8, $9
             WHERE COALESCE((SELECT state FROM clause_states WHERE record_id = $2 ORDER BY seq DESC LIMIT 1), '') = $10",
        )
        .bind(new.id)
        .bind(new.record_id.uuid())
        .bind(new.event.map(SccEvent::as_str))
        .bind(new.state.as_str())
        .bind(Json(&new.signing))
        .bind(new.happened_on)
        .bind(&new.reason)
        .bind(new.recorded_at)
        .bind(new.recorded_by.uuid())
        .bind(new.from.map_or("", SccState::as_str))
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    expect_one(appended, "The set of clauses")
}

/// Everything that happened to one set, newest first.
pub async fn list_clause_states(tx: &mut Tx, id: EngagementId, number: i64) -> Result<Vec<ClauseState>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT s.record_id, r.version, s.event, s.state, s.happened_on, s.reason, s.recorded_at, s.recorded_by
             FROM clause_states s JOIN legal_records r ON r.id = s.record_id
             WHERE r.engagement_id = $1 AND r.kind = 'SCC' AND r.number = $2
             ORDER BY s.recorded_at DESC, r.version DESC, s.seq DESC",
        )
        .bind(id.uuid())
        .bind(number)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// Where each version of each set stands, now or as it was recorded at an instant.
pub async fn standings(
    tx: &mut Tx,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<HashMap<RecordId, ClausesStanding>> {
    let sql = format!(
        "SELECT s.record_id, s.state, s.signing, s.happened_on
             FROM clause_states s JOIN legal_records r ON r.id = s.record_id
             WHERE r.kind = 'SCC' AND {}
             AND s.seq = (SELECT MAX(n.seq) FROM clause_states n
                          WHERE n.record_id = s.record_id AND ($2 IS NULL OR n.recorded_at <= $2))",
        of.among(tx, "r.engagement_id")
    );
    let rows: Vec<(Uuid, String, Json<Signing>, NaiveDate)> = of.rows_with(tx, sql, at).await?;
    rows.into_iter()
        .map(|(record, state, signing, happened_on)| {
            let state = parsed("clause_states", "state", &state)?;
            let standing = ClausesStanding {
                state,
                signing: signing.0,
                suspended_on: (state == SccState::Suspended).then_some(happened_on),
            };
            Ok((record.into(), standing))
        })
        .collect()
}

/// Which sets a list shows.
#[derive(Clone, Debug, Default)]
pub struct SetFilter {
    /// Words of the company's name or of the engagement's address; empty for all.
    pub search: String,
    /// A state in which the newest version, or the one that counts, is.
    pub state: Option<SccState>,
}

/// The sets that fit, with `$1`; what is searched for is bound after that.
fn fitting(tx: &Tx, filter: &SetFilter) -> (String, Vec<String>) {
    let columns = ["o.facts ->> 'legal_name'", "e.slug"];
    let Search { condition, patterns } = Search::new(tx, &columns, &filter.search, 2);
    let sets = format!(
        "FROM legal_records r JOIN engagements e ON e.id = r.engagement_id
         JOIN organisation_versions o ON o.organisation_id = e.organisation_id
         AND o.version = (SELECT MAX(v.version) FROM organisation_versions v WHERE v.organisation_id = o.organisation_id)
         WHERE r.kind = 'SCC' AND r.version = 1{condition}
         AND ($1 = '' OR EXISTS (
            SELECT 1 FROM legal_records w JOIN clause_states s ON s.record_id = w.id
            WHERE w.engagement_id = r.engagement_id AND w.kind = 'SCC' AND w.number = r.number AND s.state = $1
            AND s.seq = (SELECT MAX(n.seq) FROM clause_states n WHERE n.record_id = s.record_id)))"
    );
    (sets, patterns)
}

/// The sets that fit, each as engagement and number, by company: `limit` of them after the first `skip`.
pub async fn list_sets(
    tx: &mut Tx,
    filter: &SetFilter,
    skip: i64,
    limit: i64,
) -> Result<Vec<(EngagementId, i64)>> {
    let (sets, patterns) = fitting(tx, filter);
    let sql = format!(
        "SELECT r.engagement_id, r.number {sets}
         ORDER BY LOWER(o.facts ->> 'legal_name'), e.slug, r.number LIMIT {limit} OFFSET {skip}"
    );
    let rows: Vec<(Uuid, i64)> = on!(tx, |c| {
        let mut query = sqlx::query_as(AssertSqlSafe(sql)).bind(filter.state.map_or("", SccState::as_str));
        for pattern in &patterns {
            query = query.bind(pattern);
        }
        query.fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|(id, number)| (id.into(), number)).collect())
}

/// How many sets fit.
pub async fn count_sets(tx: &mut Tx, filter: &SetFilter) -> Result<i64> {
    let (sets, patterns) = fitting(tx, filter);
    let sql = format!("SELECT COUNT(*) {sets}");
    Ok(on!(tx, |c| {
        let mut query =
            sqlx::query_scalar(AssertSqlSafe(sql)).bind(filter.state.map_or("", SccState::as_str));
        for pattern in &patterns {
            query = query.bind(pattern);
        }
        query.fetch_one(c).await
    })?)
}
