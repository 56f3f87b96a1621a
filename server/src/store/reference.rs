//! Reference data with dates: who is in the EEA, which adequacy decisions there are, what assessments of a country heed,
//! which days the publisher corrected in a calendar. Rows, never constants. What a person recorded of the law counts once somebody else has confirmed it; what came
//! with the product counts since it came, and a correction of a calendar since it was recorded.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::calendar::{Override, RecordedOverride};
use domain::id::StaffId;
use domain::reference::rule::{Rule, RuleKind, Says};
use domain::reference::{
    AdequacyDecision, EeaMembership, EftaState, EftaStatus, OrganisationDecision, ReferenceData, RowVerdict,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, StoreError, Tx, parsed};

/// A country is in the EEA.
pub const EEA_MEMBER: &str = "EEA_MEMBER";
/// An adequacy decision about a country.
pub const ADEQUACY: &str = "ADEQUACY";
/// One about an organisation, which is no country: no place matches it.
pub const ADEQUACY_BODY: &str = "ADEQUACY_BODY";

/// The publisher's correction of one day of a calendar.
pub const CALENDAR_OVERRIDE: &str = "CALENDAR_OVERRIDE";

/// One dated fact about a country, or about a day of a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceRow {
    /// Its id.
    pub id: Uuid,
    /// [`EEA_MEMBER`], [`ADEQUACY`], [`CALENDAR_OVERRIDE`] or the text of a [`RuleKind`].
    pub kind: String,
    /// The country, a short name of the organisation, or the calendar.
    pub code: String,
    /// The particulars, by kind.
    pub body: Value,
    /// The first day it holds.
    pub valid_from: NaiveDate,
    /// The last day it holds, once that is known.
    pub valid_to: Option<NaiveDate>,
    /// Where it can be read.
    pub source_url: String,
    /// When somebody last compared it with its source.
    pub checked_on: NaiveDate,
    /// When it was recorded here.
    pub recorded_at: DateTime<Utc>,
    /// By whom; nobody where it came with the product.
    pub recorded_by: Option<StaffId>,
}

impl ReferenceRow {
    /// The adequacy decision as this row has it; `None` for a row of another kind.
    ///
    /// # Errors
    /// When the body is no decision.
    pub fn decision(&self) -> Result<Option<AdequacyDecision>> {
        if self.kind == ADEQUACY {
            decision(self).map(Some)
        } else {
            Ok(None)
        }
    }

    /// The decision about an organisation as this row has it; `None` for a row of another kind.
    ///
    /// # Errors
    /// When the body is no such decision.
    pub fn organisation_decision(&self) -> Result<Option<OrganisationDecision>> {
        if self.kind != ADEQUACY_BODY {
            return Ok(None);
        }
        self.read().map(Some)
    }

    /// What this row says of the law beside decisions about countries and memberships; `None` for a row of another kind.
    ///
    /// # Errors
    /// When the body is none of that kind, or there is no such country.
    pub fn rule(&self) -> Result<Option<Rule>> {
        let Ok(kind) = self.kind.parse::<RuleKind>() else {
            return Ok(None);
        };
        let says = match kind {
            RuleKind::Law => Says::Law(parsed("reference_rows", "code", &self.code)?, self.read()?),
            RuleKind::Review => Says::Review(parsed("reference_rows", "code", &self.code)?, self.read()?),
            RuleKind::Organisation => {
                Says::Organisation(parsed("reference_rows", "code", &self.code)?, self.read()?)
            }
        };
        Ok(Some(Rule {
            says,
            from: self.valid_from,
            to: self.valid_to,
        }))
    }

    /// The particulars as a kind of row has them.
    fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_value(self.body.clone()).map_err(|error| broken(&error))
    }

    /// The correction of a calendar as this row has it; `None` for a row of another kind.
    ///
    /// # Errors
    /// When the body is no such correction, or there is no such calendar.
    pub fn calendar_override(&self) -> Result<Option<RecordedOverride>> {
        if self.kind != CALENDAR_OVERRIDE {
            return Ok(None);
        }
        let day: Override = serde_json::from_value(self.body.clone()).map_err(|error| broken(&error))?;
        Ok(Some(RecordedOverride {
            calendar: parsed("reference_rows", "code", &self.code)?,
            recorded_at: self.recorded_at,
            day,
        }))
    }
}

fn broken(error: &serde_json::Error) -> StoreError {
    StoreError::Inconsistent {
        table: "reference_rows",
        column: "body",
        found: error.to_string(),
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    code: String,
    body: Json<Value>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    source_url: String,
    checked_on: NaiveDate,
    recorded_at: DateTime<Utc>,
    recorded_by: Option<Uuid>,
}

impl From<Row> for ReferenceRow {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            code: row.code,
            body: row.body.0,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            source_url: row.source_url,
            checked_on: row.checked_on,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by.map(StaffId::from),
        }
    }
}

/// Every row that counted at an instant, or counts now, in the order in which it was recorded: a later row about the same
/// thing counts.
pub async fn list_reference_rows(tx: &mut Tx, at: Option<DateTime<Utc>>) -> Result<Vec<ReferenceRow>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT r.id, r.kind, r.code, r.body, r.valid_from, r.valid_to, r.source_url, r.checked_on, r.recorded_at,
                    r.recorded_by
             FROM reference_rows r
             LEFT JOIN reference_verdicts v ON v.row_id = r.id AND v.verdict = 'CONFIRMED'
             WHERE (r.recorded_by IS NULL OR v.decided_at IS NOT NULL)
             AND ($1 IS NULL OR COALESCE(v.decided_at, r.recorded_at) <= $1)
             ORDER BY r.kind, r.code, r.recorded_at, r.valid_from, r.id",
        )
        .bind(at)
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(ReferenceRow::from).collect())
}

/// Every row about a day of a calendar, in the order in which they were recorded.
pub async fn list_calendar_rows(tx: &mut Tx) -> Result<Vec<ReferenceRow>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, kind, code, body, valid_from, valid_to, source_url, checked_on, recorded_at, recorded_by
             FROM reference_rows WHERE kind = $1 ORDER BY recorded_at, id",
        )
        .bind(CALENDAR_OVERRIDE)
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(ReferenceRow::from).collect())
}

/// What these rows say: the publisher's corrections of calendars, in the order in which they were recorded.
pub async fn list_calendar_overrides(tx: &mut Tx) -> Result<Vec<RecordedOverride>> {
    let mut overrides = Vec::new();
    for row in list_calendar_rows(tx).await? {
        overrides.extend(row.calendar_override()?);
    }
    Ok(overrides)
}

/// Every row about the law on which nobody has decided yet, oldest first.
pub async fn list_waiting_rows(tx: &mut Tx) -> Result<Vec<ReferenceRow>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT r.id, r.kind, r.code, r.body, r.valid_from, r.valid_to, r.source_url, r.checked_on, r.recorded_at,
                    r.recorded_by
             FROM reference_rows r
             WHERE r.recorded_by IS NOT NULL AND r.kind <> $1
             AND NOT EXISTS (SELECT 1 FROM reference_verdicts v WHERE v.row_id = r.id)
             ORDER BY r.recorded_at, r.id",
        )
        .bind(CALENDAR_OVERRIDE)
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(ReferenceRow::from).collect())
}

/// Keeps what somebody says of a row; a second verdict is a duplicate.
pub async fn decide_row(
    tx: &mut Tx,
    row: Uuid,
    verdict: RowVerdict,
    by: StaffId,
    at: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO reference_verdicts (row_id, verdict, decided_at, decided_by) VALUES ($1, $2, $3, $4)",
        )
        .bind(row)
        .bind(verdict.as_str())
        .bind(at)
        .bind(by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// A row by its id.
pub async fn find_reference_row(tx: &mut Tx, id: Uuid) -> Result<Option<ReferenceRow>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, kind, code, body, valid_from, valid_to, source_url, checked_on, recorded_at, recorded_by
             FROM reference_rows WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(ReferenceRow::from))
}

/// Adds a row: a change of law is a new row with its own first day. It counts once [`decide_row`] confirms it.
pub async fn append_reference_row(tx: &mut Tx, row: &ReferenceRow) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO reference_rows
             (id, kind, code, body, valid_from, valid_to, source_url, checked_on, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(row.id)
        .bind(&row.kind)
        .bind(&row.code)
        .bind(Json(&row.body))
        .bind(row.valid_from)
        .bind(row.valid_to)
        .bind(&row.source_url)
        .bind(row.checked_on)
        .bind(row.recorded_at)
        .bind(row.recorded_by.map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// What the gates read now.
pub async fn reference_data(tx: &mut Tx) -> Result<ReferenceData> {
    reference_data_of(&list_reference_rows(tx, None).await?)
}

/// The same as it was recorded at an instant.
pub async fn reference_data_as_of(tx: &mut Tx, at: DateTime<Utc>) -> Result<ReferenceData> {
    reference_data_of(&list_reference_rows(tx, Some(at)).await?)
}

/// What rows come to, given in the order of [`list_reference_rows`]: of each decision, and of each membership since a day,
/// the row that was recorded last.
///
/// # Errors
/// When a row is none that this product writes.
pub fn reference_data_of(rows: &[ReferenceRow]) -> Result<ReferenceData> {
    let mut memberships = BTreeMap::new();
    let mut decisions = BTreeMap::new();
    for row in rows {
        if row.kind == EEA_MEMBER {
            let member = EeaMembership {
                country: parsed("reference_rows", "code", &row.code)?,
                from: Some(row.valid_from),
                to: row.valid_to,
            };
            memberships.insert((member.country, row.valid_from), member);
        } else if let Some(decision) = row.decision()? {
            decisions.insert(decision.key(), decision);
        }
    }
    Ok(ReferenceData {
        eea: memberships.into_values().collect(),
        adequacy: decisions.into_values().collect(),
    })
}

fn decision(row: &ReferenceRow) -> Result<AdequacyDecision> {
    let mut body = row.body.clone();
    if let Value::Object(fields) = &mut body {
        fields.insert("country".to_owned(), Value::from(row.code.as_str()));
        // The first rows knew only whether all three EFTA states apply it.
        if fields.get("applies_in_efta") == Some(&Value::Bool(false)) && !fields.contains_key("efta") {
            let states = EftaState::ALL.iter().map(|state| {
                (
                    state.as_str().to_owned(),
                    Value::from(EftaStatus::NotYet.as_str()),
                )
            });
            fields.insert("efta".to_owned(), Value::Object(states.collect()));
        }
    }
    serde_json::from_value(body).map_err(|error| broken(&error))
}
