//! Looks at the pages on which vendors tell of their changes. Nothing here changes or deletes a row.

use chrono::{DateTime, Utc};
use domain::digest::Digest;
use domain::id::EngagementId;
use uuid::Uuid;

use super::{Result, Tx, digest};

/// What a look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The page as it was before.
    Same(Digest),
    /// Another page than before, or the first one: digest and visible text.
    Other(Digest, String),
    /// Nothing, and why.
    Failed(String),
}

/// One look at a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its id.
    pub id: Uuid,
    /// Whose page it is.
    pub engagement_id: EngagementId,
    /// Its address.
    pub address: String,
    /// When it was looked at.
    pub looked_at: DateTime<Utc>,
    /// What was found.
    pub found: Found,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    engagement_id: Uuid,
    address: String,
    looked_at: DateTime<Utc>,
    sha256: Option<Vec<u8>>,
    text: Option<String>,
    failure: Option<String>,
}

impl Row {
    fn read(self) -> Result<Look> {
        let found = match (self.sha256, self.text) {
            (Some(bytes), text) => {
                let sha256 = digest("vendor_page_looks", "sha256", &bytes)?;
                text.map_or(Found::Same(sha256), |text| Found::Other(sha256, text))
            }
            (None, _) => Found::Failed(self.failure.unwrap_or_default()),
        };
        Ok(Look {
            id: self.id,
            engagement_id: self.engagement_id.into(),
            address: self.address,
            looked_at: self.looked_at,
            found,
        })
    }
}

/// Writes down a look.
pub async fn append_look(tx: &mut Tx, look: &Look) -> Result<()> {
    let (sha256, text, failure) = match &look.found {
        Found::Same(sha256) => (Some(sha256), None, None),
        Found::Other(sha256, text) => (Some(sha256), Some(text), None),
        Found::Failed(why) => (None, None, Some(why)),
    };
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO vendor_page_looks (id, engagement_id, address, looked_at, sha256, text, failure)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(look.id)
        .bind(look.engagement_id.uuid())
        .bind(&look.address)
        .bind(look.looked_at)
        .bind(sha256.map(|sha256| sha256.bytes().as_slice()))
        .bind(text)
        .bind(failure)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The last looks at an engagement's pages, newest first; at most so many.
pub async fn list_last_looks(tx: &mut Tx, id: EngagementId, most: i64) -> Result<Vec<Look>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, engagement_id, address, looked_at, sha256, text, failure FROM vendor_page_looks
             WHERE engagement_id = $1 ORDER BY looked_at DESC, id DESC LIMIT $2",
        )
        .bind(id.uuid())
        .bind(most)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// The looks that found another page than before, at one address or at all, newest first; at most so many.
pub async fn list_page_versions(
    tx: &mut Tx,
    id: EngagementId,
    address: Option<&str>,
    most: i64,
) -> Result<Vec<Look>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, engagement_id, address, looked_at, sha256, text, failure FROM vendor_page_looks
             WHERE engagement_id = $1 AND text IS NOT NULL AND ($2 IS NULL OR address = $2)
             ORDER BY looked_at DESC, id DESC LIMIT $3",
        )
        .bind(id.uuid())
        .bind(address)
        .bind(most)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}
