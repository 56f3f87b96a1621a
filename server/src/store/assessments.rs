//! Drafts of transfer impact assessments, and the list of all assessments: one row each, so that a page of the list reads
//! no bodies. Versions that were handed in are among the legal records.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{EngagementId, RecordId, StaffId};
use domain::legal_record::{LegalRecord, LegalRecordKind, Tia, TiaState};
use domain::trigger::Scope;
use sqlx::types::Json;
use uuid::Uuid;

use super::legal_records::{StoredRecord, list_record_versions};
use super::{Result, Search, Tx, expect_one, parsed};

/// An assessment while it is being written: one save of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Whose.
    pub engagement_id: EngagementId,
    /// Which of the engagement's.
    pub number: i64,
    /// 1, 2, 3 … with every save.
    pub revision: i64,
    /// What it says so far.
    pub body: Tia,
    /// The version that it started from; 0 for a new one.
    pub base_version: i64,
    /// When it was saved.
    pub changed_at: DateTime<Utc>,
    /// By whom.
    pub changed_by: StaffId,
}

#[derive(sqlx::FromRow)]
struct DraftRow {
    engagement_id: Uuid,
    number: i64,
    revision: i64,
    body: Json<Tia>,
    base_version: i64,
    changed_at: DateTime<Utc>,
    changed_by: Uuid,
}

/// Which assessment.
pub type Key = (EngagementId, i64);

/// The draft of an assessment as it was saved last, or at a revision; none where none is being written.
pub async fn find_draft(tx: &mut Tx, (id, number): Key, revision: Option<i64>) -> Result<Option<Draft>> {
    let row: Option<DraftRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT engagement_id, number, revision, body, base_version, changed_at, changed_by FROM tia_drafts
             WHERE engagement_id = $1 AND number = $2 AND ($3 IS NULL OR revision = $3)
             ORDER BY revision DESC LIMIT 1",
        )
        .bind(id.uuid())
        .bind(number)
        .bind(revision)
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(|row| Draft {
        engagement_id: row.engagement_id.into(),
        number: row.number,
        revision: row.revision,
        body: row.body.0,
        base_version: row.base_version,
        changed_at: row.changed_at,
        changed_by: row.changed_by.into(),
    }))
}

/// Saves a draft as the revision that it names; stale when that is not the next one.
pub async fn save_draft(tx: &mut Tx, draft: &Draft) -> Result<()> {
    let saved = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO tia_drafts (engagement_id, number, revision, body, base_version, changed_at, changed_by)
             SELECT $1, $2, $3, $4, $5, $6, $7
             WHERE (SELECT COALESCE(MAX(revision), 0) + 1 FROM tia_drafts
                    WHERE engagement_id = $1 AND number = $2) = $3",
        )
        .bind(draft.engagement_id.uuid())
        .bind(draft.number)
        .bind(draft.revision)
        .bind(Json(&draft.body))
        .bind(draft.base_version)
        .bind(draft.changed_at)
        .bind(draft.changed_by.uuid())
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    expect_one(saved, "The draft")?;
    refresh(tx, (draft.engagement_id, draft.number)).await
}

/// Takes a draft away, because it became a version or was given up; stale when somebody saved after revision `seen`.
pub async fn end_draft(tx: &mut Tx, (id, number): Key, seen: i64) -> Result<()> {
    let ended = on!(tx, |c| {
        sqlx::query(
            "DELETE FROM tia_drafts WHERE engagement_id = $1 AND number = $2
             AND (SELECT MAX(revision) FROM tia_drafts WHERE engagement_id = $1 AND number = $2) = $3",
        )
        .bind(id.uuid())
        .bind(number)
        .bind(seen)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    expect_one(u64::from(ended > 0), "The draft")?;
    refresh(tx, (id, number)).await
}

/// The number that the next assessment of an engagement gets; drafts count.
pub async fn next_assessment_number(tx: &mut Tx, id: EngagementId) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT 1 + (CASE WHEN a.most > b.most THEN a.most ELSE b.most END)
             FROM (SELECT COALESCE(MAX(number), 0) AS most FROM tia_drafts WHERE engagement_id = $1) a,
                  (SELECT COALESCE(MAX(number), 0) AS most FROM legal_records
                   WHERE engagement_id = $1 AND kind = 'TIA') b",
        )
        .bind(id.uuid())
        .fetch_one(c)
        .await
    })?)
}

/// Writes the row of an assessment in the list anew, from its versions and its draft; none where nothing is left of it.
pub async fn refresh(tx: &mut Tx, (id, number): Key) -> Result<()> {
    let versions = list_record_versions(tx, id, LegalRecordKind::Tia, number).await?;
    let draft = find_draft(tx, (id, number), None).await?;
    on!(tx, |c| {
        sqlx::query("DELETE FROM tias WHERE engagement_id = $1 AND number = $2")
            .bind(id.uuid())
            .bind(number)
            .execute(c)
            .await
            .map(drop)
    })?;
    let state = |record: &StoredRecord| match &record.body {
        LegalRecord::Tia(tia) => Some(tia.state),
        _ => None,
    };
    let newest = versions.first();
    let standing = versions
        .iter()
        .find(|record| state(record).is_some_and(TiaState::is_standing));
    let shown = standing.or(newest);
    let body = match (shown.map(|record| &record.body), &draft) {
        (Some(LegalRecord::Tia(tia)), _) => tia,
        (_, Some(draft)) => &draft.body,
        _ => return Ok(()),
    };
    let pending = match (&draft, newest) {
        (Some(_), Some(_)) => Some(TiaState::Draft),
        (None, Some(newest)) if shown.is_some_and(|shown| shown.id != newest.id) => state(newest),
        _ => None,
    };
    let destinations: Vec<&str> = body.destinations.iter().map(|place| place.code()).collect();
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO tias (engagement_id, number, record_id, version, state, pending, tia_type, outcome, mechanism,
                               destinations, next_review_on)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(id.uuid())
        .bind(number)
        .bind(shown.map(|record| record.id.uuid()))
        .bind(shown.map_or(0, |record| record.version))
        .bind(body.state.as_str())
        .bind(pending.map(TiaState::as_str))
        .bind(body.tia_type.as_str())
        .bind(body.outcome.map(|outcome| outcome.as_str()))
        .bind(body.tool.mechanism.map(|mechanism| mechanism.as_str()))
        .bind(destinations.join(" "))
        .bind(body.next_review_on)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The ids of the first versions of an engagement's assessments: what tasks about an assessment point at.
pub async fn list_assessment_ids(tx: &mut Tx, id: EngagementId) -> Result<Vec<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT id FROM legal_records WHERE engagement_id = $1 AND kind = 'TIA' AND version = 1 ORDER BY number",
        )
        .bind(id.uuid())
        .fetch_all(c)
        .await
    })?)
}

/// One assessment in the list.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of the list")]
pub struct Listed {
    pub slug: String,
    pub company: String,
    pub number: i64,
    pub version: i64,
    pub state: String,
    pub pending: Option<String>,
    pub tia_type: String,
    pub outcome: Option<String>,
    pub destinations: String,
    pub next_review_on: Option<NaiveDate>,
}

/// What the list is narrowed to; empty is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of the filter")]
pub struct Narrowed {
    pub search: String,
    pub state: String,
    pub outcome: String,
    pub destination: String,
}

/// The companies' names as they are now, for SQLite and for Postgres.
const COMPANY: (&str, &str) = (
    "json_extract(o.facts, '$.legal_name')",
    "o.facts ->> 'legal_name'",
);

/// What is reviewed next comes first, what has no day of review last.
const ORDER: &str =
    "CASE WHEN t.next_review_on IS NULL THEN 1 ELSE 0 END, t.next_review_on, t.engagement_id, t.number";

/// The rows of the list that fit, with `$1` to `$3`; what is searched for is bound after that. Names are looked into only
/// where somebody searches for one.
fn fitting(tx: &Tx, to: &Narrowed) -> (String, Vec<String>) {
    let Search { condition, patterns } = Search::new(tx, &[company(tx), "e.slug"], &to.search, 4);
    let named = if condition.is_empty() {
        String::new()
    } else {
        format!(
            "AND t.engagement_id IN (
                SELECT e.id FROM engagements e JOIN organisation_versions o ON o.organisation_id = e.organisation_id
                WHERE o.version = (SELECT MAX(n.version) FROM organisation_versions n
                                   WHERE n.organisation_id = e.organisation_id){condition})"
        )
    };
    let rows = format!(
        "FROM tias t
         WHERE ($1 = '' OR t.state = $1 OR t.pending = $1) AND ($2 = '' OR t.outcome = $2)
         AND ($3 = '' OR ' ' || t.destinations || ' ' LIKE '% ' || $3 || ' %') {named}"
    );
    (rows, patterns)
}

/// The name in a company's facts `o`.
pub(super) fn company(tx: &Tx) -> &'static str {
    if tx.is_postgres() { COMPANY.1 } else { COMPANY.0 }
}

/// A page of the list: what is reviewed next comes first, what has no day of review last.
pub async fn list_assessments(tx: &mut Tx, to: &Narrowed, skip: i64, take: i64) -> Result<Vec<Listed>> {
    let (fitting, patterns) = fitting(tx, to);
    let name = company(tx);
    // The page is cut out before names are joined to it: they stand in long documents.
    let sql = format!(
        "SELECT e.slug, {name} AS company, t.number, t.version, t.state, t.pending, t.tia_type, t.outcome, t.destinations,
                t.next_review_on
         FROM (SELECT t.* {fitting} ORDER BY {ORDER} LIMIT {take} OFFSET {skip}) AS t
         JOIN engagements e ON e.id = t.engagement_id
         JOIN organisation_versions o ON o.organisation_id = e.organisation_id
              AND o.version = (SELECT MAX(n.version) FROM organisation_versions n WHERE n.organisation_id = e.organisation_id)
         ORDER BY {ORDER}"
    );
    Ok(on!(tx, |c| {
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(&to.state)
            .bind(&to.outcome)
            .bind(&to.destination);
        for pattern in &patterns {
            query = query.bind(pattern);
        }
        query.fetch_all(c).await
    })?)
}

/// How many there are in all.
pub async fn count_assessments(tx: &mut Tx, to: &Narrowed) -> Result<i64> {
    let (fitting, patterns) = fitting(tx, to);
    let sql = format!("SELECT COUNT(*) {fitting}");
    Ok(on!(tx, |c| {
        let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(&to.state)
            .bind(&to.outcome)
            .bind(&to.destination);
        for pattern in &patterns {
            query = query.bind(pattern);
        }
        query.fetch_one(c).await
    })?)
}

/// An assessment whose approved version counts, or whose first version waits for a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which.
    pub key: Key,
    /// That version.
    pub record_id: RecordId,
    /// Its state.
    pub state: TiaState,
}

fn standing(rows: Vec<(Uuid, i64, Uuid, String)>) -> Result<Vec<Standing>> {
    rows.into_iter()
        .map(|(id, number, record, state)| {
            Ok(Standing {
                key: (id.into(), number),
                record_id: record.into(),
                state: parsed("tias", "state", &state)?,
            })
        })
        .collect()
}

/// Approved assessments whose day of review has come.
pub async fn list_due_assessments(tx: &mut Tx, today: NaiveDate) -> Result<Vec<Standing>> {
    standing(on!(tx, |c| {
        sqlx::query_as(
            "SELECT engagement_id, number, record_id, state FROM tias
             WHERE state = 'APPROVED' AND record_id IS NOT NULL AND next_review_on <= $1
             ORDER BY next_review_on, engagement_id, number",
        )
        .bind(today)
        .fetch_all(c)
        .await
    })?)
}

/// A company's ultimate parent's country as it is now, for SQLite and for Postgres.
const PARENT_COUNTRY: (&str, &str) = (
    "json_extract(o.facts, '$.ultimate_parent_country.KNOWN')",
    "o.facts #>> '{ultimate_parent_country,KNOWN}'",
);

/// The assessments that an event concerns: those with an approved version that nothing has replaced, and those whose first
/// version waits for a decision. The papers of an engagement that is over stay as they were. A note on access by a parent company is about the country of that parent.
pub async fn list_concerned_assessments(tx: &mut Tx, scope: Scope) -> Result<Vec<Standing>> {
    let (country, organisation, engagement, instrument) = match scope {
        Scope::Country(country) => (Some(country.to_string()), None, None, None),
        Scope::Organisation(id) => (None, Some(id.uuid()), None, None),
        Scope::Engagement(id) => (None, None, Some(id.uuid()), None),
        Scope::Instrument(kind) => (None, None, None, Some(kind.as_str())),
    };
    let parent = if tx.is_postgres() {
        PARENT_COUNTRY.1
    } else {
        PARENT_COUNTRY.0
    };
    let sql = format!(
        "SELECT t.engagement_id, t.number, t.record_id, t.state FROM tias t
         JOIN engagements e ON e.id = t.engagement_id
         JOIN engagement_states s ON s.engagement_id = t.engagement_id
              AND s.seq = (SELECT MAX(n.seq) FROM engagement_states n WHERE n.engagement_id = t.engagement_id)
         WHERE t.record_id IS NOT NULL AND s.state NOT IN ('REMOVED', 'REJECTED', 'CANCELLED')
         AND t.state IN ('IN_REVIEW', 'APPROVED', 'REVIEW_DUE', 'UNDER_TRIGGER_REVIEW', 'SUSPENDED')
         AND ($1 IS NULL OR ' ' || t.destinations || ' ' LIKE '% ' || $1 || ' %'
              OR ' ' || t.destinations || ' ' LIKE '% WORLDWIDE %'
              OR t.tia_type = 'PARENT_ACCESS_NOTE' AND EXISTS (
                  SELECT 1 FROM organisation_versions o WHERE o.organisation_id = e.organisation_id AND {parent} = $1
                  AND o.version = (SELECT MAX(n.version) FROM organisation_versions n
                                   WHERE n.organisation_id = e.organisation_id)))
         AND ($2 IS NULL OR e.organisation_id = $2) AND ($3 IS NULL OR t.engagement_id = $3)
         AND ($4 IS NULL OR t.mechanism = $4 OR ($4 = 'SCC' AND t.mechanism = 'DPF'))
         ORDER BY t.engagement_id, t.number"
    );
    standing(on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(country)
            .bind(organisation)
            .bind(engagement)
            .bind(instrument)
            .fetch_all(c)
            .await
    })?)
}
