//! Looks at the list of companies certified under the Data Privacy Framework, by company. Each look is kept; the latest one
//! of each framework counts.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{OrganisationId, StaffId};
use domain::legal_record::{DpfCheck, DpfFramework};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Of, Result, Tx, parsed};

/// One look, as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredCheck {
    /// Its id.
    pub id: Uuid,
    /// The company it is about.
    pub organisation_id: OrganisationId,
    /// The row of the list.
    pub framework: DpfFramework,
    /// What was seen.
    pub check: DpfCheck,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
}

/// The latest look of each framework, by company.
pub type LatestChecks = HashMap<OrganisationId, BTreeMap<DpfFramework, StoredCheck>>;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    organisation_id: Uuid,
    framework: String,
    body: Json<DpfCheck>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

impl TryFrom<Row> for StoredCheck {
    type Error = super::StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            organisation_id: row.organisation_id.into(),
            framework: parsed("dpf_checks", "framework", &row.framework)?,
            check: row.body.0,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by.into(),
        })
    }
}

/// Keeps a look.
pub async fn append_check(tx: &mut Tx, new: &StoredCheck) -> Result<()> {
    let checked_on: NaiveDate = new.check.checked_on;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO dpf_checks (id, organisation_id, framework, body, checked_on, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(new.id)
        .bind(new.organisation_id.uuid())
        .bind(new.framework.as_str())
        .bind(Json(&new.check))
        .bind(checked_on)
        .bind(new.recorded_at)
        .bind(new.recorded_by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// All looks at a company, the latest first.
pub async fn list_checks(tx: &mut Tx, organisation: OrganisationId) -> Result<Vec<StoredCheck>> {
    let mut checks = in_order(tx, Of::These(&[organisation]), None).await?;
    checks.reverse();
    Ok(checks)
}

/// The latest look of each framework at companies, now or as recorded at an instant. A look that was recorded late
/// does not stand before one that was made later.
pub async fn latest_checks(
    tx: &mut Tx,
    of: Of<'_, OrganisationId>,
    at: Option<DateTime<Utc>>,
) -> Result<LatestChecks> {
    let mut latest = LatestChecks::new();
    for check in in_order(tx, of, at).await? {
        latest
            .entry(check.organisation_id)
            .or_default()
            .insert(check.framework, check);
    }
    Ok(latest)
}

async fn in_order(
    tx: &mut Tx,
    of: Of<'_, OrganisationId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<StoredCheck>> {
    let sql = format!(
        "SELECT id, organisation_id, framework, body, recorded_at, recorded_by FROM dpf_checks
         WHERE {} AND ($2 IS NULL OR recorded_at <= $2) ORDER BY checked_on, recorded_at, id",
        of.among(tx, "organisation_id")
    );
    let rows: Vec<Row> = of.rows_with(tx, sql, at).await?;
    rows.into_iter().map(StoredCheck::try_from).collect()
}
