//! What contacts ask for behind the link in a notice: that somebody else is written to. Addresses are sealed.

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use domain::id::{ContactId, CustomerId};
use domain::locale::Locale;
use uuid::Uuid;

use super::version::Recorded;
use super::{Result, StoreError, Tx, expect_one, parsed};
use crate::keys::Keys;
use crate::random::Random;
use crate::store::contacts::ADDRESS_INDEX;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestState {
    /// Staff have not looked at it.
    Open,
    /// The contact was entered.
    Confirmed,
    /// It was not.
    Refused,
}

impl RequestState {
    /// As stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::Confirmed => "CONFIRMED",
            Self::Refused => "REFUSED",
        }
    }
}

impl std::str::FromStr for RequestState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Open, Self::Confirmed, Self::Refused]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// Somebody else is to be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactRequest {
    /// Its id.
    pub id: Uuid,
    /// The customer.
    pub customer_id: CustomerId,
    /// The contact whose link was used.
    pub asked_by: ContactId,
    /// Whether the new contact takes the place of that one, or comes beside it.
    pub is_replacing: bool,
    /// Name or function of the new contact.
    pub name: String,
    /// Language of its notices.
    pub locale: Locale,
    /// Where its notices would go.
    pub address: EmailAddress,
    /// When it was asked for (product time).
    pub asked_at: DateTime<Utc>,
    /// What became of it.
    pub state: RequestState,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    customer_id: Uuid,
    asked_by: Uuid,
    is_replacing: bool,
    name: String,
    locale: String,
    address_key_id: String,
    address: Vec<u8>,
    asked_at: DateTime<Utc>,
    state: String,
}

fn context(id: Uuid) -> String {
    crate::keys::field("contact_requests", "address", id)
}

impl Row {
    fn open(self, keys: &Keys) -> Result<ContactRequest> {
        let unreadable = || StoreError::Inconsistent {
            table: "contact_requests",
            column: "address",
            found: format!("request {}", self.id),
        };
        let address = keys
            .open_text(&context(self.id), &self.address_key_id, &self.address)
            .map_err(|_| unreadable())?;
        Ok(ContactRequest {
            address: address.parse().map_err(|_| unreadable())?,
            customer_id: self.customer_id.into(),
            asked_by: self.asked_by.into(),
            is_replacing: self.is_replacing,
            name: self.name,
            locale: parsed("contact_requests", "locale", &self.locale)?,
            asked_at: self.asked_at,
            state: parsed("contact_requests", "state", &self.state)?,
            id: self.id,
        })
    }
}

/// Writes a new request.
pub async fn create_request(
    tx: &mut Tx,
    keys: &Keys,
    random: &Random,
    request: &ContactRequest,
) -> Result<()> {
    let sealed = keys.seal(&context(request.id), request.address.as_str().as_bytes(), random);
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO contact_requests (id, customer_id, asked_by, is_replacing, name, locale, address_key_id, address,
             address_index, asked_at, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(request.id)
        .bind(request.customer_id.uuid())
        .bind(request.asked_by.uuid())
        .bind(request.is_replacing)
        .bind(&request.name)
        .bind(request.locale.as_str())
        .bind(&sealed.key_id)
        .bind(&sealed.bytes)
        .bind(keys.blind_index(ADDRESS_INDEX, &request.address.folded()))
        .bind(request.asked_at)
        .bind(request.state.as_str())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// A request by its id.
pub async fn find_request(tx: &mut Tx, keys: &Keys, id: Uuid) -> Result<Option<ContactRequest>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, customer_id, asked_by, is_replacing, name, locale, address_key_id, address, asked_at, state
             FROM contact_requests WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(c)
        .await
    })?;
    row.map(|row| row.open(keys)).transpose()
}

/// A customer's open requests, oldest first.
pub async fn list_open_requests(
    tx: &mut Tx,
    keys: &Keys,
    customer_id: CustomerId,
) -> Result<Vec<ContactRequest>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, customer_id, asked_by, is_replacing, name, locale, address_key_id, address, asked_at, state
             FROM contact_requests WHERE customer_id = $1 AND state = 'OPEN' ORDER BY asked_at, id",
        )
        .bind(customer_id.uuid())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// Writes what was decided, if nobody else was faster.
pub async fn decide_request(tx: &mut Tx, id: Uuid, to: RequestState, done: Recorded) -> Result<()> {
    let decided = on!(tx, |c| {
        sqlx::query(
            "UPDATE contact_requests SET state = $2, decided_at = $3, decided_by = $4 WHERE id = $1 AND state = 'OPEN'",
        )
        .bind(id)
        .bind(to.as_str())
        .bind(done.at)
        .bind(done.by.map(Uuid::from))
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    expect_one(decided, "This request")
}
