//! Files that are kept as evidence. A file is kept once, however many records carry its digest.

use chrono::{DateTime, Utc};
use domain::digest::Digest;
use domain::document::MediaType;
use domain::id::{DocumentId, StaffId};
use uuid::Uuid;

use super::{Result, Tx, parsed};
use crate::keys::Sealed;

/// What is known of a kept file without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Digest of its bytes.
    pub sha256: Digest,
    /// The name it came with; text to show, never a path to use.
    pub name: String,
    /// What kind of file it is.
    pub media_type: MediaType,
    /// Its size in bytes.
    pub size: i64,
    /// When it was kept.
    pub kept_at: DateTime<Utc>,
    /// By whom.
    pub kept_by: StaffId,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    media_type: String,
    size: i64,
    kept_at: DateTime<Utc>,
    kept_by: Uuid,
}

impl Row {
    fn read(self, sha256: Digest) -> Result<Document> {
        Ok(Document {
            id: self.id.into(),
            sha256,
            name: self.name,
            media_type: parsed("documents", "media_type", &self.media_type)?,
            size: self.size,
            kept_at: self.kept_at,
            kept_by: self.kept_by.into(),
        })
    }
}

/// Keeps a file; a second one with the same bytes is a duplicate.
pub async fn insert_document(tx: &mut Tx, document: &Document, content: &Sealed) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO documents (id, sha256, name, media_type, size, content_key_id, content, kept_at, kept_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(document.id.uuid())
        .bind(document.sha256.bytes().as_slice())
        .bind(&document.name)
        .bind(document.media_type.as_str())
        .bind(document.size)
        .bind(&content.key_id)
        .bind(&content.bytes)
        .bind(document.kept_at)
        .bind(document.kept_by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// A file by its digest, without its content.
pub async fn find_document(tx: &mut Tx, sha256: Digest) -> Result<Option<Document>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT id, name, media_type, size, kept_at, kept_by FROM documents WHERE sha256 = $1")
            .bind(sha256.bytes().as_slice())
            .fetch_optional(c)
            .await
    })?;
    row.map(|row| row.read(sha256)).transpose()
}

/// The encrypted content of a file.
pub async fn get_content(tx: &mut Tx, id: DocumentId) -> Result<Sealed> {
    let (key_id, bytes): (String, Vec<u8>) = on!(tx, |c| {
        sqlx::query_as("SELECT content_key_id, content FROM documents WHERE id = $1")
            .bind(id.uuid())
            .fetch_one(c)
            .await
    })?;
    Ok(Sealed { key_id, bytes })
}
