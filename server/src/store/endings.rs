//! Endings that wait for a second person: of a contact, or of the agreement itself.

use chrono::{DateTime, Utc};
use domain::id::{ContactId, CustomerId, StaffId};
use uuid::Uuid;

use super::contact_requests::RequestState;
use super::version::Recorded;
use super::{Result, Tx, expect_one, parsed};

/// Something of a customer is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Its id.
    pub id: Uuid,
    /// The customer.
    pub customer_id: CustomerId,
    /// The contact that is to end; none where it is the agreement.
    pub contact_id: Option<ContactId>,
    /// The contact that takes its place.
    pub successor_id: Option<ContactId>,
    /// When it was asked for (product time).
    pub asked_at: DateTime<Utc>,
    /// By whom; somebody else decides.
    pub asked_by: StaffId,
    /// What became of it.
    pub state: RequestState,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    customer_id: Uuid,
    contact_id: Option<Uuid>,
    successor_id: Option<Uuid>,
    asked_at: DateTime<Utc>,
    asked_by: Uuid,
    state: String,
}

impl TryFrom<Row> for Ending {
    type Error = super::StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            customer_id: row.customer_id.into(),
            contact_id: row.contact_id.map(ContactId::from),
            successor_id: row.successor_id.map(ContactId::from),
            asked_at: row.asked_at,
            asked_by: row.asked_by.into(),
            state: parsed("endings", "state", &row.state)?,
        })
    }
}

/// Writes that something is to end.
pub async fn ask_ending(tx: &mut Tx, ending: &Ending) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO endings (id, customer_id, contact_id, successor_id, asked_at, asked_by, state)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(ending.id)
        .bind(ending.customer_id.uuid())
        .bind(ending.contact_id.map(Uuid::from))
        .bind(ending.successor_id.map(Uuid::from))
        .bind(ending.asked_at)
        .bind(ending.asked_by.uuid())
        .bind(ending.state.as_str())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// An ending by its id.
pub async fn find_ending(tx: &mut Tx, id: Uuid) -> Result<Option<Ending>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM endings WHERE id = $1")
            .bind(id)
            .fetch_optional(c)
            .await
    })?;
    row.map(Ending::try_from).transpose()
}

/// What of a customer is to end and nobody has decided yet, oldest first.
pub async fn list_open_endings(tx: &mut Tx, customer_id: CustomerId) -> Result<Vec<Ending>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT * FROM endings WHERE customer_id = $1 AND state = 'OPEN' ORDER BY asked_at, id",
        )
        .bind(customer_id.uuid())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Ending::try_from).collect()
}

/// Writes what was decided, if nobody else was faster.
pub async fn decide_ending(tx: &mut Tx, id: Uuid, to: RequestState, done: Recorded) -> Result<()> {
    let decided = on!(tx, |c| {
        sqlx::query(
            "UPDATE endings SET state = $2, decided_at = $3, decided_by = $4 WHERE id = $1 AND state = 'OPEN'",
        )
        .bind(id)
        .bind(to.as_str())
        .bind(done.at)
        .bind(done.by.map(Uuid::from))
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    expect_one(decided, "This ending")
}
