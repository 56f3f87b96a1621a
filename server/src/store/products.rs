//! The publisher's products.

use chrono::{DateTime, Utc};
use domain::id::{EntityId, ProductId};
use uuid::Uuid;

use super::{Result, Tx, expect_one};

/// A product that customers use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// The entity that provides it.
    pub entity_id: EntityId,
    /// Its name.
    pub name: String,
    /// The readable part of its address.
    pub slug: String,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it was no longer offered.
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    entity_id: Uuid,
    name: String,
    slug: String,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl From<Row> for Product {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            entity_id: row.entity_id.into(),
            name: row.name,
            slug: row.slug,
            created_at: row.created_at,
            ended_at: row.ended_at,
        }
    }
}

/// Writes a new product.
///
/// # Errors
/// [`super::StoreError::Duplicate`] when the name or slug is taken.
pub async fn create_product(tx: &mut Tx, product: &Product) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO products (id, entity_id, name, slug, created_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(product.id.uuid())
        .bind(product.entity_id.uuid())
        .bind(&product.name)
        .bind(&product.slug)
        .bind(product.created_at)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// All products by name, also those that have ended.
pub async fn list_products(tx: &mut Tx) -> Result<Vec<Product>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM products ORDER BY LOWER(name), id")
            .fetch_all(c)
            .await
    })?;
    Ok(rows.into_iter().map(Product::from).collect())
}

/// A product by its id.
pub async fn find_product(tx: &mut Tx, id: ProductId) -> Result<Option<Product>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM products WHERE id = $1")
            .bind(id.uuid())
            .fetch_optional(c)
            .await
    })?;
    Ok(row.map(Product::from))
}

/// Corrects name and entity of a product; its slug stays. The name that it had until now is kept: see
/// [`super::public_list::list_product_names`].
///
/// # Errors
/// [`super::StoreError::Duplicate`] when the name is taken.
pub async fn revise_product(tx: &mut Tx, product: &Product, now: DateTime<Utc>) -> Result<()> {
    // A name that another one replaced at the instant at which it was given was nobody's.
    on!(&mut *tx, |c| {
        sqlx::query(
            "INSERT INTO former_product_names (product_id, name, replaced_at)
             SELECT id, name, $3 FROM products WHERE id = $1 AND name <> $2
             ON CONFLICT (product_id, replaced_at) DO NOTHING",
        )
        .bind(product.id.uuid())
        .bind(&product.name)
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    let done = on!(tx, |c| {
        sqlx::query("UPDATE products SET name = $2, entity_id = $3 WHERE id = $1")
            .bind(product.id.uuid())
            .bind(&product.name)
            .bind(product.entity_id.uuid())
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This product")
}

/// Ends a product: it can no longer be chosen.
pub async fn end_product(tx: &mut Tx, id: ProductId, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE products SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
            .bind(id.uuid())
            .bind(now)
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This product")
}
