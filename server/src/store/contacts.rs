//! Named contacts of customers. Addresses are sealed; they are found by a keyed index.

use chrono::{DateTime, Utc};
use domain::email_address::EmailAddress;
use domain::id::{ContactId, CustomerId, StaffId};
use domain::locale::Locale;
use uuid::Uuid;

use super::version::Recorded;
use super::{Result, StoreError, Tx, expect_one, parsed};
use crate::keys::Keys;
use crate::random::Random;

/// The purpose under which contacts' addresses are indexed.
pub const ADDRESS_INDEX: &str = "contact";

/// Whether a contact is written to at once, or when others bounced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContactKind {
    /// Written to with every notice.
    Primary,
    /// Written to, in rank order, when a primary contact's mail came back.
    Fallback,
}

impl ContactKind {
    /// As stored and posted.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY",
            Self::Fallback => "FALLBACK",
        }
    }
}

impl std::str::FromStr for ContactKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "PRIMARY" => Ok(Self::Primary),
            "FALLBACK" => Ok(Self::Fallback),
            _ => Err(()),
        }
    }
}

/// A named contact of a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The customer.
    pub customer_id: CustomerId,
    /// Primary or fallback.
    pub kind: ContactKind,
    /// Order among those of the same kind, from 1.
    pub rank: i64,
    /// Name or function.
    pub name: String,
    /// Language of notices.
    pub locale: Locale,
    /// Where notices go.
    pub address: EmailAddress,
    /// When and by whom its address was entered.
    pub created: Recorded,
    /// When and by whom that was confirmed; until then it cannot give the customer's word.
    pub confirmed: Option<Recorded>,
    /// When it was replaced or removed.
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    customer_id: Uuid,
    kind: String,
    rank: i64,
    name: String,
    locale: String,
    address_key_id: String,
    address: Vec<u8>,
    created_at: DateTime<Utc>,
    created_by: Option<Uuid>,
    confirmed_at: Option<DateTime<Utc>>,
    confirmed_by: Option<Uuid>,
    ended_at: Option<DateTime<Utc>>,
}

fn context(id: ContactId) -> String {
    crate::keys::field("contacts", "address", id.uuid())
}

impl Row {
    fn open(self, keys: &Keys) -> Result<Contact> {
        let id = ContactId::from(self.id);
        let unreadable = || StoreError::Inconsistent {
            table: "contacts",
            column: "address",
            found: format!("contact {id}"),
        };
        let address = keys
            .open_text(&context(id), &self.address_key_id, &self.address)
            .map_err(|_| unreadable())?;
        Ok(Contact {
            id,
            customer_id: self.customer_id.into(),
            kind: parsed("contacts", "kind", &self.kind)?,
            rank: self.rank,
            name: self.name,
            locale: parsed("contacts", "locale", &self.locale)?,
            address: address.parse().map_err(|_| unreadable())?,
            created: Recorded {
                at: self.created_at,
                by: self.created_by.map(StaffId::from),
            },
            confirmed: self.confirmed_at.map(|at| Recorded {
                at,
                by: self.confirmed_by.map(StaffId::from),
            }),
            ended_at: self.ended_at,
        })
    }
}

const SELECT: &str =
    "SELECT id, customer_id, kind, rank, name, locale, address_key_id, address, created_at, created_by,
    confirmed_at, confirmed_by, ended_at FROM contacts";

/// Writes a new contact.
pub async fn create_contact(tx: &mut Tx, keys: &Keys, random: &Random, contact: &Contact) -> Result<()> {
    let text = contact.address.to_string();
    let sealed = keys.seal(&context(contact.id), text.as_bytes(), random);
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO contacts (id, customer_id, kind, rank, name, locale, address_key_id, address, address_index,
             created_at, created_by, confirmed_at, confirmed_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(contact.id.uuid())
        .bind(contact.customer_id.uuid())
        .bind(contact.kind.as_str())
        .bind(contact.rank)
        .bind(&contact.name)
        .bind(contact.locale.as_str())
        .bind(&sealed.key_id)
        .bind(&sealed.bytes)
        .bind(keys.blind_index(ADDRESS_INDEX, &contact.address.folded()))
        .bind(contact.created.at)
        .bind(contact.created.by.map(Uuid::from))
        .bind(contact.confirmed.map(|confirmed| confirmed.at))
        .bind(contact.confirmed.and_then(|confirmed| confirmed.by).map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Confirms an active contact, if nobody else was faster.
pub async fn confirm_contact(tx: &mut Tx, id: ContactId, by: StaffId, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query(
            "UPDATE contacts SET confirmed_at = $2, confirmed_by = $3
             WHERE id = $1 AND ended_at IS NULL AND confirmed_at IS NULL",
        )
        .bind(id.uuid())
        .bind(now)
        .bind(by.uuid())
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This contact")
}

/// Ends a contact: nothing new goes there. What was sent stays in the evidence.
pub async fn end_contact(tx: &mut Tx, id: ContactId, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE contacts SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
            .bind(id.uuid())
            .bind(now)
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This contact")
}

/// A contact by its id, also one that has ended.
pub async fn find_contact(tx: &mut Tx, keys: &Keys, id: ContactId) -> Result<Option<Contact>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{SELECT} WHERE id = $1")))
            .bind(id.uuid())
            .fetch_optional(c)
            .await
    })?;
    row.map(|row| row.open(keys)).transpose()
}

/// Whether a contact still speaks for the customer: it has not ended, or its address is that of an active contact, because
/// only name, rank or language was corrected.
pub async fn is_current(tx: &mut Tx, keys: &Keys, contact: &Contact) -> Result<bool> {
    if contact.ended_at.is_none() {
        return Ok(true);
    }
    let address = contact.address.folded();
    let active = list_active(tx, keys, contact.customer_id).await?;
    Ok(active.iter().any(|other| other.address.folded() == address))
}

/// Whether a contact can give the customer's word: it was confirmed, or the active contact with its address was.
pub async fn is_confirmed(tx: &mut Tx, keys: &Keys, contact: &Contact) -> Result<bool> {
    if contact.confirmed.is_some() {
        return Ok(true);
    }
    let address = contact.address.folded();
    let active = list_active(tx, keys, contact.customer_id).await?;
    Ok(active
        .iter()
        .any(|other| other.confirmed.is_some() && other.address.folded() == address))
}

/// A customer's active contacts: primaries first, each by rank.
pub async fn list_active(tx: &mut Tx, keys: &Keys, id: CustomerId) -> Result<Vec<Contact>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE customer_id = $1 AND ended_at IS NULL ORDER BY kind DESC, rank, id"
        )))
        .bind(id.uuid())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// Every active contact of every customer: primaries first, each by rank.
pub async fn list_all_active(tx: &mut Tx, keys: &Keys) -> Result<Vec<Contact>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SELECT} WHERE ended_at IS NULL ORDER BY kind DESC, rank, id"
        )))
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// How many active primary contacts each customer has; customers without one are not in it.
pub async fn count_primaries(tx: &mut Tx) -> Result<Vec<(CustomerId, i64)>> {
    let rows: Vec<(Uuid, i64)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT customer_id, COUNT(*) FROM contacts WHERE ended_at IS NULL AND kind = 'PRIMARY' GROUP BY customer_id",
        )
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(|(id, count)| (id.into(), count)).collect())
}
