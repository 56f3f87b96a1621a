//! Lists that were taken in, each with the hash of its file and the whole report of what was understood.

use chrono::{DateTime, Utc};
use domain::id::StaffId;
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::version::Recorded;
use super::{Result, Tx};

/// One list that was taken in.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredImport {
    /// Its id.
    pub id: Uuid,
    /// The file's name as given.
    pub file_name: String,
    /// Hash of the file's bytes.
    pub sha256: Vec<u8>,
    /// What was understood, row by row, and what became of it.
    pub report: Value,
    /// When and by whom.
    pub recorded: Recorded,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    file_name: String,
    sha256: Vec<u8>,
    report: Json<Value>,
    imported_at: DateTime<Utc>,
    imported_by: Option<Uuid>,
}

impl From<Row> for StoredImport {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            file_name: row.file_name,
            sha256: row.sha256,
            report: row.report.0,
            recorded: Recorded {
                at: row.imported_at,
                by: row.imported_by.map(StaffId::from),
            },
        }
    }
}

/// Records a list that was taken in.
pub async fn insert_import(tx: &mut Tx, import: &StoredImport) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO imports (id, file_name, sha256, report, imported_at, imported_by)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(import.id)
        .bind(&import.file_name)
        .bind(&import.sha256)
        .bind(Json(&import.report))
        .bind(import.recorded.at)
        .bind(import.recorded.by.map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// A list that was taken in, by its id.
pub async fn find_import(tx: &mut Tx, id: Uuid) -> Result<Option<StoredImport>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, file_name, sha256, report, imported_at, imported_by FROM imports WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(StoredImport::from))
}

/// The last time that a file with these bytes was taken in.
pub async fn find_import_of(tx: &mut Tx, sha256: &[u8]) -> Result<Option<StoredImport>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, file_name, sha256, report, imported_at, imported_by FROM imports
             WHERE sha256 = $1 ORDER BY imported_at DESC, id DESC LIMIT 1",
        )
        .bind(sha256)
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(StoredImport::from))
}

/// The lists taken in last, newest first.
pub async fn list_imports(tx: &mut Tx, limit: i64) -> Result<Vec<StoredImport>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, file_name, sha256, report, imported_at, imported_by FROM imports
             ORDER BY imported_at DESC, id DESC LIMIT $1",
        )
        .bind(limit)
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(StoredImport::from).collect())
}
