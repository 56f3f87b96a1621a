//! The publisher's products.

use chrono::{DateTime, Utc};
use domain::id::{EntityId, ProductId};
use uuid::Uuid;

use super::{Result, Tx};

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
}

type Row = (Uuid, Uuid, String, String, DateTime<Utc>);

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

/// All products by name.
pub async fn list_products(tx: &mut Tx) -> Result<Vec<Product>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT id, entity_id, name, slug, created_at FROM products ORDER BY LOWER(name), id")
            .fetch_all(c)
            .await
    })?;
    Ok(rows
        .into_iter()
        .map(|(id, entity_id, name, slug, created_at)| Product {
            id: id.into(),
            entity_id: entity_id.into(),
            name,
            slug,
            created_at,
        })
        .collect())
}
