//! The publisher's legal entities.

use chrono::{DateTime, Utc};
use domain::country::Country;
use domain::id::EntityId;
use uuid::Uuid;

use super::{Result, Tx, expect_one, parsed};

/// A legal entity that signs agreements with customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// Its id.
    pub id: EntityId,
    /// Exact legal name.
    pub legal_name: String,
    /// Number in its company register.
    pub registration_number: Option<String>,
    /// Where it is established.
    pub country: Country,
    /// Registered address.
    pub address: Option<String>,
    /// Contact point for data protection (a function).
    pub contact: Option<String>,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// When it stopped signing agreements.
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    legal_name: String,
    registration_number: Option<String>,
    country: String,
    address: Option<String>,
    contact: Option<String>,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Entity {
    type Error = super::StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id.into(),
            country: parsed("entities", "country", &row.country)?,
            legal_name: row.legal_name,
            registration_number: row.registration_number,
            address: row.address,
            contact: row.contact,
            created_at: row.created_at,
            ended_at: row.ended_at,
        })
    }
}

/// Writes a new entity.
///
/// # Errors
/// [`super::StoreError::Duplicate`] when the name is taken.
pub async fn create_entity(tx: &mut Tx, entity: &Entity) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO entities (id, legal_name, registration_number, country, address, contact, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(entity.id.uuid())
        .bind(&entity.legal_name)
        .bind(&entity.registration_number)
        .bind(entity.country.code())
        .bind(&entity.address)
        .bind(&entity.contact)
        .bind(entity.created_at)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// All entities by name.
pub async fn list_entities(tx: &mut Tx) -> Result<Vec<Entity>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(
        "SELECT * FROM entities ORDER BY LOWER(legal_name), id"
    )
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(Entity::try_from).collect()
}

/// An entity by its id.
pub async fn find_entity(tx: &mut Tx, id: EntityId) -> Result<Option<Entity>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM entities WHERE id = $1")
            .bind(id.uuid())
            .fetch_optional(c)
            .await
    })?;
    row.map(Entity::try_from).transpose()
}

/// Corrects what is known of an entity.
///
/// # Errors
/// [`super::StoreError::Duplicate`] when the name is taken.
pub async fn revise_entity(tx: &mut Tx, entity: &Entity) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query(
            "UPDATE entities SET legal_name = $2, registration_number = $3, country = $4, address = $5, contact = $6
             WHERE id = $1",
        )
        .bind(entity.id.uuid())
        .bind(&entity.legal_name)
        .bind(&entity.registration_number)
        .bind(entity.country.code())
        .bind(&entity.address)
        .bind(&entity.contact)
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This legal entity")
}

/// Ends an entity: it signs no more agreements.
pub async fn end_entity(tx: &mut Tx, id: EntityId, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE entities SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL")
            .bind(id.uuid())
            .bind(now)
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This legal entity")
}
