//! Versions of customers' contract terms.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{CustomerId, StaffId};
use domain::policy::Policy;
use sqlx::types::Json;
use uuid::Uuid;

use super::version::Recorded;
use super::{Of, Result, Tx};

/// One version of a customer's terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Its id.
    pub id: Uuid,
    /// The customer.
    pub customer_id: CustomerId,
    /// 1, 2, 3 …
    pub number: i64,
    /// The terms.
    pub policy: Policy,
    /// First day on which they hold.
    pub valid_from: NaiveDate,
    /// When and by whom they were entered.
    pub recorded: Recorded,
    /// Whether an approver must confirm them first, because they take something away from the customer.
    pub needs_confirmation: bool,
    /// Who confirmed them, and when.
    pub confirmed: Option<(DateTime<Utc>, StaffId)>,
}

impl PolicyVersion {
    /// Whether these terms may be used on `day`.
    #[must_use]
    pub fn is_usable(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && (!self.needs_confirmation || self.confirmed.is_some())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    customer_id: Uuid,
    version: i64,
    terms: Json<Policy>,
    valid_from: NaiveDate,
    recorded_at: DateTime<Utc>,
    recorded_by: Option<Uuid>,
    needs_confirmation: bool,
    confirmed_at: Option<DateTime<Utc>>,
    confirmed_by: Option<Uuid>,
}

impl From<Row> for PolicyVersion {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            customer_id: row.customer_id.into(),
            number: row.version,
            policy: row.terms.0,
            valid_from: row.valid_from,
            recorded: Recorded {
                at: row.recorded_at,
                by: row.recorded_by.map(StaffId::from),
            },
            needs_confirmation: row.needs_confirmation,
            confirmed: row.confirmed_at.zip(row.confirmed_by.map(StaffId::from)),
        }
    }
}

const SELECT: &str =
    "SELECT p.id, p.customer_id, p.version, p.terms, p.valid_from, p.recorded_at, p.recorded_by,
    p.needs_confirmation, c.confirmed_at, c.confirmed_by
    FROM policies p LEFT JOIN policy_confirmations c ON c.policy_id = p.id";

/// Appends the version after `seen`.
///
/// # Errors
/// [`super::StoreError::Duplicate`] when somebody else appended one meanwhile.
pub async fn append_policy(tx: &mut Tx, seen: i64, new: &PolicyVersion) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO policies (id, customer_id, version, terms, valid_from, recorded_at, recorded_by, needs_confirmation)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(new.id)
        .bind(new.customer_id.uuid())
        .bind(seen + 1)
        .bind(Json(&new.policy))
        .bind(new.valid_from)
        .bind(new.recorded.at)
        .bind(new.recorded.by.map(Uuid::from))
        .bind(new.needs_confirmation)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Confirms a version that takes something away; the caller checks that another person entered it.
pub async fn confirm_policy(tx: &mut Tx, id: Uuid, by: StaffId, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO policy_confirmations (policy_id, confirmed_at, confirmed_by) VALUES ($1, $2, $3)",
        )
        .bind(id)
        .bind(now)
        .bind(by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// All versions of a customer's terms, newest first.
pub async fn list_policies(tx: &mut Tx, id: CustomerId) -> Result<Vec<PolicyVersion>> {
    list_policies_of(tx, Of::These(&[id.uuid()])).await
}

/// One version by its id.
pub async fn get_policy(tx: &mut Tx, id: Uuid) -> Result<PolicyVersion> {
    let row: Row = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE p.id = $1")))
            .bind(id)
            .fetch_one(c)
            .await
    })?;
    Ok(row.into())
}

/// The versions that were promised for a change's notice: those that count for its windows.
pub async fn list_promised(tx: &mut Tx, change_id: Uuid, whom: Of<'_>) -> Result<Vec<PolicyVersion>> {
    let sql = format!(
        "{SELECT} WHERE p.id IN (SELECT r.policy_id FROM promises r JOIN notices n ON n.id = r.notice_id
         WHERE n.change_id = $2 AND {})",
        whom.among(tx, "r.customer_id")
    );
    let rows: Vec<Row> = whom.rows_with(tx, sql, change_id).await?;
    Ok(rows.into_iter().map(PolicyVersion::from).collect())
}

/// The terms in force on `day`: the newest usable version.
pub async fn find_in_force(tx: &mut Tx, id: CustomerId, day: NaiveDate) -> Result<Option<PolicyVersion>> {
    Ok(list_policies(tx, id)
        .await?
        .into_iter()
        .find(|version| version.is_usable(day)))
}

/// Every version of customers' terms, newest first.
pub async fn list_policies_of(tx: &mut Tx, whom: Of<'_>) -> Result<Vec<PolicyVersion>> {
    let sql = format!(
        "{SELECT} WHERE {} ORDER BY p.version DESC, p.customer_id",
        whom.among(tx, "p.customer_id")
    );
    let rows: Vec<Row> = whom.rows(tx, sql).await?;
    Ok(rows.into_iter().map(PolicyVersion::from).collect())
}
