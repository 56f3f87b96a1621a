//! The legal papers of an engagement, version by version, and their approvals. Nothing here changes or deletes a row:
//! an approved version stays what it was when it was approved.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{EngagementId, RecordId, StaffId};
use domain::legal_record::{LegalRecord, LegalRecordKind, TiaState};
use domain::zone::Zone;
use sqlx::types::Json;
use uuid::Uuid;

use super::clause_states::standings;
use super::publisher::find_publisher;
use super::tia_states::list_measure_moves;
use super::version::Recorded;
use super::{Of, Result, Tx, expect_one, parsed};

/// One version of a legal record as it is stored, with its approval if it has one.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRecord {
    /// Id of this version.
    pub id: RecordId,
    /// Whose record it is.
    pub engagement_id: EngagementId,
    /// Which of its kind: an engagement has a transfer per destination.
    pub number: i64,
    /// 1, 2, 3 … within the record.
    pub version: i64,
    /// What it says.
    pub body: LegalRecord,
    /// From when on it is true, where that differs from when it was recorded.
    pub valid_from: Option<NaiveDate>,
    /// Since when there is no such record any more (the transfer has stopped).
    pub ended_on: Option<NaiveDate>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
    /// When and by whom this version was approved.
    pub approval: Option<Recorded>,
}

/// A version that is about to be appended.
#[derive(Clone, Debug)]
pub struct NewRecord {
    /// Its id.
    pub id: RecordId,
    /// Whose record.
    pub engagement_id: EngagementId,
    /// Which of its kind.
    pub number: i64,
    /// What it says.
    pub body: LegalRecord,
    /// From when on it is true.
    pub valid_from: Option<NaiveDate>,
    /// Since when it is no more.
    pub ended_on: Option<NaiveDate>,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
}

impl StoredRecord {
    /// Which record of its kind it is a version of.
    #[must_use]
    pub fn key(&self) -> (EngagementId, i64) {
        (self.engagement_id, self.number)
    }

    /// Whether it is an assessment that nobody has decided on yet, or that was turned down.
    fn is_in_the_making(&self) -> bool {
        matches!(&self.body, LegalRecord::Tia(tia)
            if matches!(tia.state, TiaState::Draft | TiaState::InReview | TiaState::Rejected))
    }

    /// Whether it is a set of clauses that is not agreed yet.
    fn is_not_agreed(&self) -> bool {
        matches!(&self.body, LegalRecord::Scc(clauses) if !clauses.standing.state.was_agreed())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    engagement_id: Uuid,
    number: i64,
    version: i64,
    body: Json<LegalRecord>,
    valid_from: Option<NaiveDate>,
    ended_on: Option<NaiveDate>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    approved_at: Option<DateTime<Utc>>,
    approved_by: Option<Uuid>,
    moved_to: Option<String>,
}

impl Row {
    /// The record as it counts: an approved assessment says so, with the day of its approval where the publisher is, and
    /// one to which something happened since says that.
    fn read(self, zone: Zone) -> Result<StoredRecord> {
        let approval = self.approved_at.map(|at| Recorded {
            at,
            by: self.approved_by.map(StaffId::from),
        });
        let mut body = self.body.0;
        if let (LegalRecord::Tia(tia), Some(approval)) = (&mut body, approval) {
            tia.state = TiaState::Approved;
            tia.approver = approval.by;
            tia.approved_on = Some(zone.local_date(approval.at));
        }
        if let LegalRecord::Tia(tia) = &mut body {
            tia.number_measures();
            if let Some(state) = &self.moved_to {
                tia.state = parsed("tia_states", "state", state)?;
            }
        }
        Ok(StoredRecord {
            id: self.id.into(),
            engagement_id: self.engagement_id.into(),
            number: self.number,
            version: self.version,
            body,
            valid_from: self.valid_from,
            ended_on: self.ended_on,
            recorded_at: self.recorded_at,
            recorded_by: self.recorded_by.into(),
            approval,
        })
    }
}

/// The rows as they count, now or as recorded at an instant.
async fn read_all(
    tx: &mut Tx,
    rows: Vec<Row>,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<StoredRecord>> {
    let zone = find_publisher(tx)
        .await?
        .map_or(Zone::UTC, |publisher| publisher.zone);
    let mut records: Vec<StoredRecord> = rows
        .into_iter()
        .map(|row| row.read(zone))
        .collect::<Result<_>>()?;
    let is_clauses = |record: &StoredRecord| matches!(record.body, LegalRecord::Scc(_));
    if records.iter().any(is_clauses) {
        let mut standings = standings(tx, of, at).await?;
        for record in &mut records {
            if let LegalRecord::Scc(clauses) = &mut record.body {
                clauses.standing = standings.remove(&record.id).unwrap_or_default();
            }
        }
    }
    Ok(records)
}

/// Appends a version after number `seen` (0 for the first); stale when another one came first.
pub async fn append_record(tx: &mut Tx, seen: i64, new: &NewRecord) -> Result<()> {
    let kind = new.body.kind().as_str();
    let appended = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO legal_records
             (id, engagement_id, kind, number, version, body, valid_from, ended_on, recorded_at, recorded_by)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
             WHERE (SELECT COALESCE(MAX(version), 0) FROM legal_records
                    WHERE engagement_id = $2 AND kind = $3 AND number = $4) = $11",
        )
        .bind(new.id.uuid())
        .bind(new.engagement_id.uuid())
        .bind(kind)
        .bind(new.number)
        .bind(seen + 1)
        .bind(Json(&new.body))
        .bind(new.valid_from)
        .bind(new.ended_on)
        .bind(new.recorded_at)
        .bind(new.recorded_by.uuid())
        .bind(seen)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    expect_one(appended, "The record")
}

/// Keeps the approval of a version; a second approval of the same one is a duplicate.
pub async fn approve_record(tx: &mut Tx, id: RecordId, by: StaffId, at: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("INSERT INTO legal_approvals (record_id, approved_at, approved_by) VALUES ($1, $2, $3)")
            .bind(id.uuid())
            .bind(at)
            .bind(by.uuid())
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// The number that the next record of a kind gets.
pub async fn next_record_number(tx: &mut Tx, id: EngagementId, kind: LegalRecordKind) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT COALESCE(MAX(number), 0) + 1 FROM legal_records WHERE engagement_id = $1 AND kind = $2",
        )
        .bind(id.uuid())
        .bind(kind.as_str())
        .fetch_one(c)
        .await
    })?)
}

/// The version that counts of each record of an engagement that has not ended, by kind and number. That is the newest
/// one; but an assessment that was approved counts until a newer version of it is approved too, or stops the transfer,
/// and clauses that were agreed count until a newer version of them is in force.
pub async fn list_latest_records(tx: &mut Tx, id: EngagementId) -> Result<Vec<StoredRecord>> {
    list_latest_records_of(tx, Of::These(&[id]), None).await
}

/// The same of several engagements, by engagement, now or as it was recorded at an instant.
pub async fn list_latest_records_of(
    tx: &mut Tx,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<StoredRecord>> {
    let sql = format!(
        "SELECT r.id, r.engagement_id, r.number, r.version, r.body, r.valid_from, r.ended_on, r.recorded_at,
                    r.recorded_by, a.approved_at, a.approved_by,
                    (SELECT s.state FROM tia_states s WHERE s.record_id = r.id AND s.seq = (SELECT MAX(m.seq) FROM
                     tia_states m WHERE m.record_id = r.id AND ($2 IS NULL OR m.recorded_at <= $2))) AS moved_to
             FROM legal_records r
             LEFT JOIN legal_approvals a ON a.record_id = r.id AND ($2 IS NULL OR a.approved_at <= $2)
             WHERE {} AND r.ended_on IS NULL
             AND r.version = (SELECT MAX(n.version) FROM legal_records n
                              WHERE n.engagement_id = r.engagement_id AND n.kind = r.kind AND n.number = r.number
                              AND ($2 IS NULL OR n.recorded_at <= $2))
             ORDER BY r.engagement_id, r.kind, r.number",
        of.among(tx, "r.engagement_id")
    );
    let mut records = fetch(tx, sql, of, at).await?;
    if records.iter().any(StoredRecord::is_in_the_making) {
        let approved = latest_approved_assessments(tx, of, at).await?;
        stand_in(&mut records, StoredRecord::is_in_the_making, approved);
    }
    if records.iter().any(StoredRecord::is_not_agreed) {
        let agreed = agreed_clauses(tx, of, at).await?;
        stand_in(&mut records, StoredRecord::is_not_agreed, agreed);
    }
    move_measures(tx, &mut records, of, at).await?;
    Ok(records)
}

/// The records of a query over the engagements in `$1` as it was recorded at `$2`.
async fn fetch(
    tx: &mut Tx,
    sql: String,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<StoredRecord>> {
    let rows: Vec<Row> = of.rows_with(tx, sql, at).await?;
    read_all(tx, rows, of, at).await
}

/// Puts the version that counts, the highest of those, in the place of each newest one that does not count yet.
fn stand_in(
    records: &mut [StoredRecord],
    does_not_count: fn(&StoredRecord) -> bool,
    counting: Vec<StoredRecord>,
) {
    let mut by_record: HashMap<(EngagementId, i64), StoredRecord> = HashMap::new();
    for one in counting {
        let known = by_record.get(&one.key()).map_or(0, |known| known.version);
        if one.version > known {
            by_record.insert(one.key(), one);
        }
    }
    for record in records.iter_mut().filter(|record| does_not_count(record)) {
        if let Some(counting) = by_record.remove(&record.key()) {
            *record = counting;
        }
    }
}

/// The versions of sets of clauses that were agreed and have not been replaced.
async fn agreed_clauses(
    tx: &mut Tx,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<StoredRecord>> {
    let sql = format!(
        "SELECT r.id, r.engagement_id, r.number, r.version, r.body, r.valid_from, r.ended_on, r.recorded_at,
                    r.recorded_by, a.approved_at, a.approved_by, NULL AS moved_to
             FROM legal_records r LEFT JOIN legal_approvals a ON a.record_id = r.id
             JOIN clause_states s ON s.record_id = r.id
             WHERE {} AND r.kind = 'SCC'
             AND s.state IN ('IN_FORCE', 'SUSPENDED', 'TERMINATED', 'REVOKED_ADEQUACY')
             AND s.seq = (SELECT MAX(n.seq) FROM clause_states n
                          WHERE n.record_id = s.record_id AND ($2 IS NULL OR n.recorded_at <= $2))",
        of.among(tx, "r.engagement_id")
    );
    fetch(tx, sql, of, at).await
}

/// Puts how far measures came since their version onto the assessments that count.
async fn move_measures(
    tx: &mut Tx,
    records: &mut [StoredRecord],
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<()> {
    let has_measures =
        |record: &StoredRecord| matches!(&record.body, LegalRecord::Tia(tia) if !tia.measures.is_empty());
    if !records.iter().any(has_measures) {
        return Ok(());
    }
    let places: HashMap<(EngagementId, i64), usize> = records
        .iter()
        .enumerate()
        .filter(|(_, record)| has_measures(record))
        .map(|(place, record)| (record.key(), place))
        .collect();
    for moved in list_measure_moves(tx, of, at).await? {
        let Some(record) = places
            .get(&(moved.engagement_id, moved.number))
            .map(|place| &mut records[*place])
        else {
            continue;
        };
        if moved.version < record.version {
            continue;
        }
        if let LegalRecord::Tia(tia) = &mut record.body
            && let Some(measure) = tia
                .measures
                .iter_mut()
                .find(|measure| measure.number == moved.measure)
        {
            measure.standing = moved.standing;
        }
    }
    Ok(())
}

async fn latest_approved_assessments(
    tx: &mut Tx,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<StoredRecord>> {
    let sql = format!(
        "SELECT r.id, r.engagement_id, r.number, r.version, r.body, r.valid_from, r.ended_on, r.recorded_at,
                    r.recorded_by, a.approved_at, a.approved_by,
                    (SELECT s.state FROM tia_states s WHERE s.record_id = r.id AND s.seq = (SELECT MAX(m.seq) FROM
                     tia_states m WHERE m.record_id = r.id AND ($2 IS NULL OR m.recorded_at <= $2))) AS moved_to
             FROM legal_records r JOIN legal_approvals a ON a.record_id = r.id
             WHERE {} AND r.kind = 'TIA'
             AND r.version = (SELECT MAX(n.version) FROM legal_records n
                              JOIN legal_approvals b ON b.record_id = n.id AND ($2 IS NULL OR b.approved_at <= $2)
                              WHERE n.engagement_id = r.engagement_id AND n.kind = r.kind AND n.number = r.number)",
        of.among(tx, "r.engagement_id")
    );
    fetch(tx, sql, of, at).await
}

/// Every version of every record of one kind, newest first.
pub async fn list_records(tx: &mut Tx, id: EngagementId, kind: LegalRecordKind) -> Result<Vec<StoredRecord>> {
    list_records_of(tx, Of::These(&[id]), kind).await
}

/// The same of several engagements, by engagement.
pub async fn list_records_of(
    tx: &mut Tx,
    of: Of<'_, EngagementId>,
    kind: LegalRecordKind,
) -> Result<Vec<StoredRecord>> {
    let sql = format!(
        "SELECT r.id, r.engagement_id, r.number, r.version, r.body, r.valid_from, r.ended_on, r.recorded_at,
                    r.recorded_by, a.approved_at, a.approved_by,
                    (SELECT s.state FROM tia_states s WHERE s.record_id = r.id AND s.seq = (SELECT MAX(m.seq) FROM
                     tia_states m WHERE m.record_id = r.id)) AS moved_to
             FROM legal_records r LEFT JOIN legal_approvals a ON a.record_id = r.id
             WHERE {} AND r.kind = $2 ORDER BY r.engagement_id, r.number DESC, r.version DESC",
        of.among(tx, "r.engagement_id")
    );
    let rows: Vec<Row> = of.rows_with(tx, sql, kind.as_str()).await?;
    read_all(tx, rows, of, None).await
}

/// Every version of one record, newest first.
pub async fn list_record_versions(
    tx: &mut Tx,
    id: EngagementId,
    kind: LegalRecordKind,
    number: i64,
) -> Result<Vec<StoredRecord>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT r.id, r.engagement_id, r.number, r.version, r.body, r.valid_from, r.ended_on, r.recorded_at,
                    r.recorded_by, a.approved_at, a.approved_by,
                    (SELECT s.state FROM tia_states s WHERE s.record_id = r.id AND s.seq = (SELECT MAX(m.seq) FROM
                     tia_states m WHERE m.record_id = r.id)) AS moved_to
             FROM legal_records r LEFT JOIN legal_approvals a ON a.record_id = r.id
             WHERE r.engagement_id = $1 AND r.kind = $2 AND r.number = $3 ORDER BY r.version DESC",
        )
        .bind(id.uuid())
        .bind(kind.as_str())
        .bind(number)
        .fetch_all(c)
        .await
    })?;
    read_all(tx, rows, Of::These(&[id]), None).await
}

/// One version by its id.
pub async fn find_record(tx: &mut Tx, id: RecordId) -> Result<Option<StoredRecord>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT r.id, r.engagement_id, r.number, r.version, r.body, r.valid_from, r.ended_on, r.recorded_at,
                    r.recorded_by, a.approved_at, a.approved_by,
                    (SELECT s.state FROM tia_states s WHERE s.record_id = r.id AND s.seq = (SELECT MAX(m.seq) FROM
                     tia_states m WHERE m.record_id = r.id)) AS moved_to
             FROM legal_records r LEFT JOIN legal_approvals a ON a.record_id = r.id WHERE r.id = $1",
        )
        .bind(id.uuid())
        .fetch_optional(c)
        .await
    })?;
    let owner: Vec<EngagementId> = row.iter().map(|row| row.engagement_id.into()).collect();
    let records = read_all(tx, row.into_iter().collect(), Of::These(&owner), None).await?;
    Ok(records.into_iter().next())
}
