//! What happened to versions of assessments after they were handed in, how far measures came, and who got a copy.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{CustomerId, EngagementId, RecordId, StaffId};
use domain::legal_record::{MeasureStanding, TiaEvent, TiaState};
use sqlx::types::Json;
use uuid::Uuid;

use super::version::Recorded;
use super::{Of, Result, Tx, parsed};

/// A state that a version entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiaStateEntry {
    /// Its id.
    pub id: Uuid,
    /// Which version.
    pub record_id: RecordId,
    /// The state.
    pub state: TiaState,
    /// By what.
    pub event: TiaEvent,
    /// Why, where somebody said so.
    pub reason: Option<String>,
    /// When and by whom.
    pub recorded: Recorded,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    record_id: Uuid,
    state: String,
    event: String,
    reason: Option<String>,
    recorded_at: DateTime<Utc>,
    recorded_by: Option<Uuid>,
}

/// Lets a version enter a state.
pub async fn append_tia_state(tx: &mut Tx, entry: &TiaStateEntry) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO tia_states (id, record_id, seq, state, event, reason, recorded_at, recorded_by)
             VALUES ($1, $2, (SELECT COALESCE(MAX(seq), 0) + 1 FROM tia_states WHERE record_id = $2), $3, $4, $5, $6, $7)",
        )
        .bind(entry.id)
        .bind(entry.record_id.uuid())
        .bind(entry.state.as_str())
        .bind(entry.event.as_str())
        .bind(entry.reason.as_deref())
        .bind(entry.recorded.at)
        .bind(entry.recorded.by.map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The states of all versions of an assessment, newest first.
pub async fn list_tia_states(tx: &mut Tx, id: EngagementId, number: i64) -> Result<Vec<TiaStateEntry>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT s.id, s.record_id, s.state, s.event, s.reason, s.recorded_at, s.recorded_by
             FROM tia_states s JOIN legal_records r ON r.id = s.record_id
             WHERE r.engagement_id = $1 AND r.kind = 'TIA' AND r.number = $2 ORDER BY r.version DESC, s.seq DESC",
        )
        .bind(id.uuid())
        .bind(number)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|row| {
            Ok(TiaStateEntry {
                id: row.id,
                record_id: row.record_id.into(),
                state: parsed("tia_states", "state", &row.state)?,
                event: parsed("tia_states", "event", &row.event)?,
                reason: row.reason,
                recorded: Recorded {
                    at: row.recorded_at,
                    by: row.recorded_by.map(StaffId::from),
                },
            })
        })
        .collect()
}

/// How far a measure came, on a day after its assessment was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeasureMove {
    /// Its id.
    pub id: Uuid,
    /// Whose assessment.
    pub engagement_id: EngagementId,
    /// Which of the engagement's.
    pub number: i64,
    /// The newest version at that time: later ones say for themselves how far their measures are.
    pub version: i64,
    /// The measure's number in it.
    pub measure: u16,
    /// How far it is now.
    pub standing: MeasureStanding,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
}

#[derive(sqlx::FromRow)]
struct MoveRow {
    id: Uuid,
    engagement_id: Uuid,
    number: i64,
    version: i64,
    measure: i64,
    standing: Json<MeasureStanding>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

/// Keeps how far a measure came.
pub async fn append_measure_move(tx: &mut Tx, moved: &MeasureMove) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO measure_states
             (id, engagement_id, number, version, measure, seq, standing, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $8, $4, (SELECT COALESCE(MAX(seq), 0) + 1 FROM measure_states
                                      WHERE engagement_id = $2 AND number = $3 AND measure = $4), $5, $6, $7)",
        )
        .bind(moved.id)
        .bind(moved.engagement_id.uuid())
        .bind(moved.number)
        .bind(i64::from(moved.measure))
        .bind(Json(&moved.standing))
        .bind(moved.recorded_at)
        .bind(moved.recorded_by.uuid())
        .bind(moved.version)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// How far measures came, now or as of an instant; the last of each comes last.
pub async fn list_measure_moves(
    tx: &mut Tx,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<MeasureMove>> {
    let sql = format!(
        "SELECT id, engagement_id, number, version, measure, standing, recorded_at, recorded_by
             FROM measure_states
             WHERE {} AND ($2 IS NULL OR recorded_at <= $2)
             ORDER BY engagement_id, number, measure, seq",
        of.among(tx, "engagement_id")
    );
    let rows: Vec<MoveRow> = of.rows_with(tx, sql, at).await?;
    Ok(rows
        .into_iter()
        .map(|row| MeasureMove {
            id: row.id,
            engagement_id: row.engagement_id.into(),
            number: row.number,
            version: row.version,
            measure: u16::try_from(row.measure).unwrap_or_default(),
            standing: row.standing.0,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by.into(),
        })
        .collect())
}

/// Somebody got a copy of a version, or the importer acknowledged it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosure {
    /// Its id.
    pub id: Uuid,
    /// Which version.
    pub record_id: RecordId,
    /// The customer who got the redacted export; `None` where the importer acknowledged the assessment.
    pub customer_id: Option<CustomerId>,
    /// On which day.
    pub disclosed_on: NaiveDate,
    /// What else is to be said.
    pub note: Option<String>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
}

#[derive(sqlx::FromRow)]
struct DisclosureRow {
    id: Uuid,
    record_id: Uuid,
    customer_id: Option<Uuid>,
    disclosed_on: NaiveDate,
    note: Option<String>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

/// Keeps who got a copy.
pub async fn append_disclosure(tx: &mut Tx, disclosure: &Disclosure) -> Result<()> {
    let recipient = if disclosure.customer_id.is_some() {
        "CUSTOMER"
    } else {
        "IMPORTER"
    };
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO tia_disclosures
             (id, record_id, recipient, customer_id, disclosed_on, note, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(disclosure.id)
        .bind(disclosure.record_id.uuid())
        .bind(recipient)
        .bind(disclosure.customer_id.map(Uuid::from))
        .bind(disclosure.disclosed_on)
        .bind(disclosure.note.as_deref())
        .bind(disclosure.recorded_at)
        .bind(disclosure.recorded_by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Who got a copy of any version of an assessment, newest first.
pub async fn list_disclosures(tx: &mut Tx, id: EngagementId, number: i64) -> Result<Vec<Disclosure>> {
    let rows: Vec<DisclosureRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT d.id, d.record_id, d.customer_id, d.disclosed_on, d.note, d.recorded_at, d.recorded_by
             FROM tia_disclosures d JOIN legal_records r ON r.id = d.record_id
             WHERE r.engagement_id = $1 AND r.kind = 'TIA' AND r.number = $2
             ORDER BY d.disclosed_on DESC, d.recorded_at DESC, d.id DESC",
        )
        .bind(id.uuid())
        .bind(number)
        .fetch_all(c)
        .await
    })?;
    Ok(rows
        .into_iter()
        .map(|row| Disclosure {
            id: row.id,
            record_id: row.record_id.into(),
            customer_id: row.customer_id.map(CustomerId::from),
            disclosed_on: row.disclosed_on,
            note: row.note,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by.into(),
        })
        .collect())
}
