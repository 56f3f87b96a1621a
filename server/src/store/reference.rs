//! Legal reference data with dates: who is in the EEA, which adequacy decisions there are. Rows, never constants.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::reference::{AdequacyDecision, EeaMembership, ReferenceData};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, StoreError, Tx, parsed};

/// One dated fact about a country.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceRow {
    /// Its id.
    pub id: Uuid,
    /// Fixed word: `EEA_MEMBER`, `ADEQUACY`.
    pub kind: String,
    /// The country.
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
        }
    }
}

/// Every row, by kind, country and date; the newest of equal dates last.
pub async fn list_reference_rows(tx: &mut Tx) -> Result<Vec<ReferenceRow>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, kind, code, body, valid_from, valid_to, source_url, checked_on, recorded_at
             FROM reference_rows ORDER BY kind, code, valid_from, recorded_at, id",
        )
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(ReferenceRow::from).collect())
}

/// Adds a row: a change of law is a new row with its own first day.
pub async fn append_reference_row(tx: &mut Tx, row: &ReferenceRow) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO reference_rows (id, kind, code, body, valid_from, valid_to, source_url, checked_on, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
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
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// What the gates read: memberships, and of each adequacy decision the row that was recorded last.
pub async fn reference_data(tx: &mut Tx) -> Result<ReferenceData> {
    let mut reference = ReferenceData::default();
    let mut decisions = BTreeMap::new();
    for row in list_reference_rows(tx).await? {
        match row.kind.as_str() {
            "EEA_MEMBER" => reference.eea.push(EeaMembership {
                country: parsed("reference_rows", "code", &row.code)?,
                from: Some(row.valid_from),
                to: row.valid_to,
            }),
            "ADEQUACY" => {
                let decision = decision(row)?;
                let key = (decision.country, decision.regime, decision.instrument.clone());
                decisions.insert(key, decision);
            }
            _ => {}
        }
    }
    reference.adequacy = decisions.into_values().collect();
    Ok(reference)
}

fn decision(row: ReferenceRow) -> Result<AdequacyDecision> {
    let mut body = row.body;
    if let Value::Object(fields) = &mut body {
        fields.insert("country".to_owned(), Value::from(row.code));
    }
    serde_json::from_value(body).map_err(|error| StoreError::Inconsistent {
        table: "reference_rows",
        column: "body",
        found: error.to_string(),
    })
}
