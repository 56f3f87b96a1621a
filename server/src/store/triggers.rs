//! Events that open a review of assessments, the assessments that each concerns, and what somebody found out.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{EngagementId, RecordId, StaffId};
use domain::trigger::{Scope, Triage, TriggerKind};
use uuid::Uuid;

use super::assessments::Key;
use super::version::Recorded;
use super::{Of, Result, StoreError, Tx, parsed};

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigger {
    /// Its id.
    pub id: Uuid,
    /// 1, 2, 3 … for people.
    pub number: i64,
    /// What happened.
    pub kind: TriggerKind,
    /// Which assessments it concerns.
    pub scope: Scope,
    /// In words.
    pub description: String,
    /// Where it can be read.
    pub source_url: Option<String>,
    /// When it happened.
    pub occurred_on: NaiveDate,
    /// From when on it has effect, where that is another day.
    pub takes_effect_on: Option<NaiveDate>,
    /// The last day for looking at it.
    pub due_on: Option<NaiveDate>,
    /// When and by whom it was recorded.
    pub raised: Recorded,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    id: Uuid,
    number: i64,
    kind: String,
    scope: String,
    target: String,
    description: String,
    source_url: Option<String>,
    occurred_on: NaiveDate,
    takes_effect_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    raised_at: DateTime<Utc>,
    raised_by: Option<Uuid>,
}

impl Row {
    pub(super) fn read(self) -> Result<Trigger> {
        let kind = parsed("review_triggers", "scope", &self.scope)?;
        let scope = Scope::parse(kind, &self.target).ok_or(StoreError::Inconsistent {
            table: "review_triggers",
            column: "target",
            found: self.target,
        })?;
        Ok(Trigger {
            id: self.id,
            number: self.number,
            kind: parsed("review_triggers", "kind", &self.kind)?,
            scope,
            description: self.description,
            source_url: self.source_url,
            occurred_on: self.occurred_on,
            takes_effect_on: self.takes_effect_on,
            due_on: self.due_on,
            raised: Recorded {
                at: self.raised_at,
                by: self.raised_by.map(StaffId::from),
            },
        })
    }
}

pub(super) const COLUMNS: &str =
    "id, number, kind, scope, target, description, source_url, occurred_on, takes_effect_on, due_on,
    raised_at, raised_by";

/// The number that the next event gets.
pub async fn next_trigger_number(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) + 1 FROM review_triggers")
            .fetch_one(c)
            .await
    })?)
}

/// Keeps an event with the versions that it concerns.
pub async fn insert_trigger(tx: &mut Tx, trigger: &Trigger, concerned: &[(Key, RecordId)]) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO review_triggers
             (id, number, kind, scope, target, description, source_url, occurred_on, takes_effect_on, due_on, raised_at,
              raised_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(trigger.id)
        .bind(trigger.number)
        .bind(trigger.kind.as_str())
        .bind(trigger.scope.kind().as_str())
        .bind(trigger.scope.target())
        .bind(&trigger.description)
        .bind(trigger.source_url.as_deref())
        .bind(trigger.occurred_on)
        .bind(trigger.takes_effect_on)
        .bind(trigger.due_on)
        .bind(trigger.raised.at)
        .bind(trigger.raised.by.map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    for ((engagement, number), record) in concerned {
        on!(tx, |c| {
            sqlx::query(
                "INSERT INTO trigger_tias (trigger_id, engagement_id, number, record_id) VALUES ($1, $2, $3, $4)",
            )
            .bind(trigger.id)
            .bind(engagement.uuid())
            .bind(*number)
            .bind(record.uuid())
            .execute(c)
            .await
            .map(drop)
        })?;
    }
    Ok(())
}

/// An event by its number.
pub async fn find_trigger(tx: &mut Tx, number: i64) -> Result<Option<Trigger>> {
    let sql = format!("SELECT {COLUMNS} FROM review_triggers WHERE number = $1");
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(number)
            .fetch_optional(c)
            .await
    })?;
    row.map(Row::read).transpose()
}

/// One assessment that an event concerns, and what was found out about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concerned {
    /// Which.
    pub key: Key,
    /// The version that counted then.
    pub record_id: RecordId,
    /// What was found out, why, when and by whom.
    pub triage: Option<(Triage, String, Recorded)>,
}

#[derive(sqlx::FromRow)]
pub(super) struct ConcernedRow {
    engagement_id: Uuid,
    number: i64,
    record_id: Uuid,
    triage: Option<String>,
    reason: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<Uuid>,
}

impl ConcernedRow {
    pub(super) fn read(self) -> Result<Concerned> {
        let triage = match (self.triage, self.decided_at) {
            (Some(triage), Some(at)) => Some((
                parsed("trigger_triages", "triage", &triage)?,
                self.reason.unwrap_or_default(),
                Recorded {
                    at,
                    by: self.decided_by.map(StaffId::from),
                },
            )),
            _ => None,
        };
        Ok(Concerned {
            key: (self.engagement_id.into(), self.number),
            record_id: self.record_id.into(),
            triage,
        })
    }
}

/// The assessments that an event concerns.
pub async fn list_concerned(tx: &mut Tx, trigger_id: Uuid) -> Result<Vec<Concerned>> {
    let rows: Vec<ConcernedRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT a.engagement_id, a.number, a.record_id, j.triage, j.reason, j.decided_at, j.decided_by
             FROM trigger_tias a LEFT JOIN trigger_triages j ON j.trigger_id = a.trigger_id
                  AND j.engagement_id = a.engagement_id AND j.number = a.number
             WHERE a.trigger_id = $1 ORDER BY a.engagement_id, a.number",
        )
        .bind(trigger_id)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(ConcernedRow::read).collect()
}

/// One of them, whatever was found out.
pub async fn find_concerned(
    tx: &mut Tx,
    trigger_id: Uuid,
    (engagement, number): Key,
) -> Result<Option<Concerned>> {
    let row: Option<ConcernedRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT a.engagement_id, a.number, a.record_id, j.triage, j.reason, j.decided_at, j.decided_by
             FROM trigger_tias a LEFT JOIN trigger_triages j ON j.trigger_id = a.trigger_id
                  AND j.engagement_id = a.engagement_id AND j.number = a.number
             WHERE a.trigger_id = $1 AND a.engagement_id = $2 AND a.number = $3",
        )
        .bind(trigger_id)
        .bind(engagement.uuid())
        .bind(number)
        .fetch_optional(c)
        .await
    })?;
    row.map(ConcernedRow::read).transpose()
}

/// Keeps what was found out about one of them; a second answer is a duplicate.
pub async fn insert_triage(
    tx: &mut Tx,
    trigger_id: Uuid,
    (engagement, number): Key,
    (triage, reason): (Triage, &str),
    decided: Recorded,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO trigger_triages
             (trigger_id, engagement_id, number, triage, reason, decided_at, decided_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(trigger_id)
        .bind(engagement.uuid())
        .bind(number)
        .bind(triage.as_str())
        .bind(reason)
        .bind(decided.at)
        .bind(decided.by.map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The events that concern an assessment, newest first.
pub async fn list_triggers_of(tx: &mut Tx, (engagement, number): Key) -> Result<Vec<Trigger>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM review_triggers WHERE id IN
         (SELECT trigger_id FROM trigger_tias WHERE engagement_id = $1 AND number = $2) ORDER BY number DESC"
    );
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(engagement.uuid())
            .bind(number)
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// The assessments that wait for an answer about an event of a kind, now or as of an instant.
pub async fn list_waiting(
    tx: &mut Tx,
    kind: TriggerKind,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<Key>> {
    let sql = format!(
        "SELECT DISTINCT a.engagement_id, a.number FROM trigger_tias a
         JOIN review_triggers t ON t.id = a.trigger_id
         WHERE {} AND t.kind = $2 AND ($3 IS NULL OR t.raised_at <= $3)
         AND NOT EXISTS (SELECT 1 FROM trigger_triages j WHERE j.trigger_id = a.trigger_id
                         AND j.engagement_id = a.engagement_id AND j.number = a.number
                         AND ($3 IS NULL OR j.decided_at <= $3))",
        of.among(tx, "a.engagement_id")
    );
    let of = of.bound(tx);
    let rows: Vec<(Uuid, i64)> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(of)
            .bind(kind.as_str())
            .bind(at)
            .fetch_all(c)
            .await
    })?;
    Ok(rows.into_iter().map(|(id, number)| (id.into(), number)).collect())
}
