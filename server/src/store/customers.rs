//! Customers, the products they use, and what they were shown when they signed.

use chrono::{DateTime, NaiveDate, Utc};
use domain::country::Country;
use domain::id::{CustomerId, ProductId, StaffId};
use domain::policy::CustomerRole;
use sqlx::types::Json;
use uuid::Uuid;

use super::version::Recorded;
use super::{Of, Result, Search, Tx, expect_one, parsed};

/// A company with a data processing agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Its id.
    pub id: CustomerId,
    /// Its name.
    pub name: String,
    /// The publisher's own reference (contract number), if any.
    pub reference: Option<String>,
    /// Controller, or processor for others.
    pub role: CustomerRole,
    /// Where it is.
    pub country: Country,
    /// When the agreement was signed.
    pub signed_on: NaiveDate,
    /// When it was entered, and by whom.
    pub created: Recorded,
    /// When the agreement ended.
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    reference: Option<String>,
    customer_role: String,
    country: String,
    signed_on: NaiveDate,
    created_at: DateTime<Utc>,
    created_by: Option<Uuid>,
    ended_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Customer {
    type Error = super::StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            role: parsed("customers", "customer_role", &row.customer_role)?,
            country: parsed("customers", "country", &row.country)?,
            name: row.name,
            reference: row.reference,
            signed_on: row.signed_on,
            created: Recorded {
                at: row.created_at,
                by: row.created_by.map(StaffId::from),
            },
            ended_at: row.ended_at,
        })
    }
}

/// Writes a new customer.
///
/// # Errors
/// [`super::StoreError::Duplicate`] when the name or the reference is taken.
pub async fn create_customer(tx: &mut Tx, customer: &Customer) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO customers (id, name, reference, customer_role, country, signed_on, created_at, created_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(customer.id.uuid())
        .bind(&customer.name)
        .bind(&customer.reference)
        .bind(customer.role.as_str())
        .bind(customer.country.code())
        .bind(customer.signed_on)
        .bind(customer.created.at)
        .bind(customer.created.by.map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Corrects what is known of a customer.
pub async fn revise_customer(tx: &mut Tx, customer: &Customer) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query(
            "UPDATE customers SET name = $2, reference = $3, customer_role = $4, country = $5, signed_on = $6 WHERE id = $1",
        )
        .bind(customer.id.uuid())
        .bind(&customer.name)
        .bind(&customer.reference)
        .bind(customer.role.as_str())
        .bind(customer.country.code())
        .bind(customer.signed_on)
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This customer")
}

/// Ends a customer's agreement: they are in scope of no later notice.
pub async fn end_customer(tx: &mut Tx, id: CustomerId, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE customers SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
            .bind(id.uuid())
            .bind(now)
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This customer")
}

/// A customer by its id.
pub async fn find_customer(tx: &mut Tx, id: CustomerId) -> Result<Option<Customer>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM customers WHERE id = $1")
            .bind(id.uuid())
            .fetch_optional(c)
            .await
    })?;
    row.map(Customer::try_from).transpose()
}

/// All customers by name, also those whose agreement has ended.
pub async fn list_customers(tx: &mut Tx) -> Result<Vec<Customer>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT * FROM customers ORDER BY LOWER(name), id"
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Customer::try_from).collect()
}

/// A page of the customers whose name or reference holds every word, by name, and how many there are.
pub async fn page(tx: &mut Tx, search: &str, (limit, offset): (i64, i64)) -> Result<(Vec<Customer>, i64)> {
    let sought = Search::new(tx, &["name", "reference"], search, 1);
    let fitting = format!("FROM customers WHERE 1 = 1{}", sought.condition);
    let total = sought.count(tx, &fitting).await?;
    let sql = format!("SELECT * {fitting} ORDER BY name LIMIT {limit} OFFSET {offset}");
    let rows: Vec<Row> = sought.list(tx, sql).await?;
    let customers = rows.into_iter().map(Customer::try_from).collect::<Result<_>>()?;
    Ok((customers, total))
}

/// The customers whose agreement is signed by `on` and has not ended, by name.
pub async fn list_in_force(tx: &mut Tx, on: NaiveDate) -> Result<Vec<Customer>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT * FROM customers WHERE ended_at IS NULL AND signed_on <= $1 ORDER BY LOWER(name), id",
        )
        .bind(on)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Customer::try_from).collect()
}

/// Sets the products that a customer uses.
pub async fn put_products(tx: &mut Tx, id: CustomerId, products: &[ProductId]) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("DELETE FROM customer_products WHERE customer_id = $1")
            .bind(id.uuid())
            .execute(c)
            .await
            .map(drop)
    })?;
    for product in products {
        on!(tx, |c| {
            sqlx::query("INSERT INTO customer_products (customer_id, product_id) VALUES ($1, $2)")
                .bind(id.uuid())
                .bind(product.uuid())
                .execute(c)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}

/// The products of every customer, as (customer, product).
pub async fn list_all_products(tx: &mut Tx) -> Result<Vec<(CustomerId, ProductId)>> {
    let rows: Vec<(Uuid, Uuid)> = on!(tx, |c| {
        sqlx::query_as("SELECT customer_id, product_id FROM customer_products")
            .fetch_all(c)
            .await
    })?;
    Ok(rows.into_iter().map(|(c, p)| (c.into(), p.into())).collect())
}

/// The products that one customer uses.
pub async fn list_products_of(tx: &mut Tx, id: CustomerId) -> Result<Vec<ProductId>> {
    let rows: Vec<Uuid> = on!(tx, |c| {
        sqlx::query_scalar("SELECT product_id FROM customer_products WHERE customer_id = $1")
            .bind(id.uuid())
            .fetch_all(c)
            .await
    })?;
    Ok(rows.into_iter().map(ProductId::from).collect())
}

/// What a customer was shown at signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Its id.
    pub id: Uuid,
    /// The customer.
    pub customer_id: CustomerId,
    /// When they signed.
    pub signed_on: NaiveDate,
    /// The version of the public list then shown; none where nothing is on record.
    pub list_version: Option<i64>,
    /// The changes then pending that were shown with it.
    pub pending_shown: Vec<Uuid>,
    /// When this was recorded, and by whom.
    pub recorded: Recorded,
    /// Who confirmed the pending changes, and when; they authorise nothing before that.
    pub confirmed: Option<(DateTime<Utc>, StaffId)>,
}

impl Signature {
    /// Whether it says, confirmed by a second person by `t`, that a change announced on `announced_on` (publisher's zone)
    /// was shown: nobody can have been shown it when they signed before that day.
    #[must_use]
    pub fn authorises(&self, change_id: Uuid, announced_on: NaiveDate, t: DateTime<Utc>) -> bool {
        self.pending_shown.contains(&change_id)
            && self.signed_on >= announced_on
            && self.confirmed.is_some_and(|(at, _)| at <= t)
    }
}

/// Records that a second person confirms what a customer was shown at signature; another time is a duplicate.
pub async fn confirm_signature(tx: &mut Tx, id: Uuid, by: StaffId, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO signature_confirmations (signature_id, confirmed_at, confirmed_by) VALUES ($1, $2, $3)",
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

/// Records what a customer was shown at signature.
pub async fn note_signature(tx: &mut Tx, signature: &Signature) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO signatures (id, customer_id, signed_on, list_version, pending_shown, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(signature.id)
        .bind(signature.customer_id.uuid())
        .bind(signature.signed_on)
        .bind(signature.list_version)
        .bind(Json(&signature.pending_shown))
        .bind(signature.recorded.at)
        .bind(signature.recorded.by.map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The signatures on record for a customer, oldest first.
pub async fn list_signatures(tx: &mut Tx, id: CustomerId) -> Result<Vec<Signature>> {
    list_signatures_of(tx, Of::These(&[id.uuid()])).await
}

/// The signatures on record for some customers, oldest first.
pub async fn list_signatures_of(tx: &mut Tx, whom: Of<'_>) -> Result<Vec<Signature>> {
    type Found = (
        Uuid,
        Uuid,
        NaiveDate,
        Option<i64>,
        Json<Vec<Uuid>>,
        DateTime<Utc>,
        Option<Uuid>,
        Option<DateTime<Utc>>,
        Option<Uuid>,
    );
    let sql = format!(
        "SELECT s.id, s.customer_id, s.signed_on, s.list_version, s.pending_shown, s.recorded_at, s.recorded_by,
                c.confirmed_at, c.confirmed_by
         FROM signatures s LEFT JOIN signature_confirmations c ON c.signature_id = s.id
         WHERE {} ORDER BY s.recorded_at, s.id",
        whom.among(tx, "s.customer_id")
    );
    let rows: Vec<Found> = whom.rows(tx, sql).await?;
    Ok(rows
        .into_iter()
        .map(
            |(row, customer, signed_on, list_version, pending, at, by, confirmed_at, confirmed_by)| {
                Signature {
                    id: row,
                    customer_id: customer.into(),
                    signed_on,
                    list_version,
                    pending_shown: pending.0,
                    recorded: Recorded {
                        at,
                        by: by.map(StaffId::from),
                    },
                    confirmed: confirmed_at.zip(confirmed_by.map(StaffId::from)),
                }
            },
        )
        .collect())
}
