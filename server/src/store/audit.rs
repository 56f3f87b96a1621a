//! The audit log's rows. The chain itself is made and verified in `crate::audit`; here they are only stored and read.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, Row};
use uuid::Uuid;

use super::{Result, Tx, expect_one};

/// A row of `audit`: every column.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct AuditRow {
    pub seq: i64,
    pub recorded_at: DateTime<Utc>,
    pub actor_kind: String,
    pub actor_id: Option<Uuid>,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: Option<Uuid>,
    pub payload_digest: Vec<u8>,
    pub prev_hash: Vec<u8>,
    pub hash: Vec<u8>,
}

/// A row as found on verification, where anything may have been done to it.
#[derive(Debug, Clone)]
pub struct FoundEntry {
    /// Its place.
    pub seq: i64,
    /// The row, unless a column cannot be read.
    pub row: std::result::Result<AuditRow, Unreadable>,
    /// Salt and body of its payload, unless purged.
    pub payload: Option<(Vec<u8>, String)>,
}

/// A row that holds what no row can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

/// The signed head.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Head {
    pub count: i64,
    pub hash: Vec<u8>,
    pub key_id: String,
    pub signature: Vec<u8>,
}

/// A daily checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct CheckpointRow {
    pub day: NaiveDate,
    pub count: i64,
    pub hash: Vec<u8>,
    pub key_id: String,
    pub signature: Vec<u8>,
    pub created_at: DateTime<Utc>,
}

/// An entry as the staff page shows it.
#[derive(Debug, Clone, FromRow)]
#[expect(missing_docs, reason = "the columns of the query")]
pub struct ListedEntry {
    pub seq: i64,
    pub recorded_at: DateTime<Utc>,
    pub actor_kind: String,
    /// The display name, if the actor is staff.
    pub actor_name: Option<String>,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: Option<Uuid>,
    /// The payload, unless purged.
    pub body: Option<String>,
    pub hash: Vec<u8>,
}

/// Tables whose rows are never written without an entry of the log.
pub const LOGGED_TABLES: [&str; 4] = ["staff", "organisations", "customers", "changes"];

/// One of [`LOGGED_TABLES`] that has rows.
pub async fn find_filled(tx: &mut Tx) -> Result<Option<&'static str>> {
    for table in LOGGED_TABLES {
        let has_rows: bool = on!(tx, |c| {
            let sql = format!("SELECT EXISTS (SELECT 1 FROM {table})");
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(c).await
        })?;
        if has_rows {
            return Ok(Some(table));
        }
    }
    Ok(None)
}

/// Which entries the staff page asks for.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    /// Only this action.
    pub action: Option<String>,
    /// Only this kind of subject.
    pub subject_kind: Option<String>,
    /// Only this subject.
    pub subject_id: Option<Uuid>,
    /// How many of the newest to pass over: the next page.
    pub offset: i64,
}

/// The signed head, if there ever was an entry.
pub async fn find_head(tx: &mut Tx) -> Result<Option<Head>> {
    Ok(on!(tx, |c| {
        sqlx::query_as("SELECT count, hash, key_id, signature FROM audit_head WHERE id = 1")
            .fetch_optional(c)
            .await
    })?)
}

/// The last place in the log.
pub async fn find_last_seq(tx: &mut Tx) -> Result<Option<i64>> {
    Ok(on!(tx, |c| sqlx::query_scalar("SELECT MAX(seq) FROM audit")
        .fetch_one(c)
        .await)?)
}

/// Inserts an entry and its payload.
pub async fn insert_entry(tx: &mut Tx, row: &AuditRow, salt: &[u8], body: &str) -> Result<()> {
    on!(&mut *tx, |c| {
        sqlx::query(
            "INSERT INTO audit (seq, recorded_at, actor_kind, actor_id, action, subject_kind, subject_id,
                                payload_digest, prev_hash, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(row.seq)
        .bind(row.recorded_at)
        .bind(&row.actor_kind)
        .bind(row.actor_id)
        .bind(&row.action)
        .bind(&row.subject_kind)
        .bind(row.subject_id)
        .bind(&row.payload_digest)
        .bind(&row.prev_hash)
        .bind(&row.hash)
        .execute(c)
        .await
        .map(drop)
    })?;
    on!(tx, |c| {
        sqlx::query("INSERT INTO audit_payloads (seq, salt, body) VALUES ($1, $2, $3)")
            .bind(row.seq)
            .bind(salt)
            .bind(body)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Replaces the head that was read before, or writes the first.
pub async fn put_head(tx: &mut Tx, old: Option<&Head>, new: &Head) -> Result<()> {
    let changed = match old {
        None => on!(tx, |c| {
            sqlx::query(
                "INSERT INTO audit_head (id, count, hash, key_id, signature) VALUES (1, $1, $2, $3, $4)",
            )
            .bind(new.count)
            .bind(&new.hash)
            .bind(&new.key_id)
            .bind(&new.signature)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
        })?,
        Some(old) => on!(tx, |c| {
            sqlx::query(
                "UPDATE audit_head SET count = $1, hash = $2, key_id = $3, signature = $4
                 WHERE id = 1 AND count = $5 AND hash = $6",
            )
            .bind(new.count)
            .bind(&new.hash)
            .bind(&new.key_id)
            .bind(&new.signature)
            .bind(old.count)
            .bind(&old.hash)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
        })?,
    };
    expect_one(changed, "the head of the audit log")
}

/// The next entries after a place, in order, as found, with their payloads.
pub async fn list_chain(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<FoundEntry>> {
    let sql = format!(
        "SELECT a.seq, {recorded_at} AS recorded_at, a.actor_kind, a.actor_id, a.action, a.subject_kind,
                a.subject_id, a.payload_digest, a.prev_hash, a.hash, p.salt, p.body
         FROM audit a LEFT JOIN audit_payloads p ON p.seq = a.seq
         WHERE a.seq > $1 ORDER BY a.seq LIMIT $2",
        recorded_at = readable_instant(tx, "a.recorded_at"),
    );
    Ok(on!(tx, |c| {
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(after)
            .bind(limit)
            .fetch_all(c)
            .await?;
        rows.iter()
            .map(|row| {
                let payload = (
                    row.try_get::<Option<Vec<u8>>, _>("salt"),
                    row.try_get::<Option<String>, _>("body"),
                );
                let (payload, is_readable) = match payload {
                    (Ok(Some(salt)), Ok(Some(body))) => (Some((salt, body)), true),
                    (Ok(None), Ok(None)) => (None, true),
                    _ => (None, false),
                };
                let entry = AuditRow::from_row(row)
                    .ok()
                    .filter(|_| is_readable)
                    .ok_or(Unreadable);
                Ok(FoundEntry {
                    seq: row.try_get("seq")?,
                    row: entry,
                    payload,
                })
            })
            .collect::<std::result::Result<Vec<_>, sqlx::Error>>()?
    }))
}

/// An instant that the driver can decode, else null. Postgres knows `infinity` and years that chrono does not, and
/// the driver panics on them; whoever tampers must not be able to stop the verification.
fn readable_instant(tx: &Tx, column: &str) -> String {
    if tx.is_postgres() {
        format!("CASE WHEN {column} BETWEEN '1970-01-01' AND '9999-12-31' THEN {column} END")
    } else {
        column.to_owned()
    }
}

/// How many entries there are for the staff page, on all its parts.
pub async fn count_entries(tx: &mut Tx, filter: &EntryFilter) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT COUNT(*) FROM audit a
             WHERE a.action = COALESCE($1, a.action)
               AND a.subject_kind = COALESCE($2, a.subject_kind)
               AND ($3 IS NULL OR a.subject_id = $3)",
        )
        .bind(&filter.action)
        .bind(&filter.subject_kind)
        .bind(filter.subject_id)
        .fetch_one(c)
        .await
    })?)
}

/// Entries for the staff page, newest first.
pub async fn list_entries(tx: &mut Tx, filter: &EntryFilter, limit: i64) -> Result<Vec<ListedEntry>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT a.seq, a.recorded_at, a.actor_kind, s.display_name AS actor_name, a.action, a.subject_kind,
                    a.subject_id, p.body, a.hash
             FROM audit a
             LEFT JOIN audit_payloads p ON p.seq = a.seq
             LEFT JOIN staff s ON a.actor_kind = 'staff' AND s.id = a.actor_id
             WHERE a.action = COALESCE($1, a.action)
               AND a.subject_kind = COALESCE($2, a.subject_kind)
               AND ($3 IS NULL OR a.subject_id = $3)
             ORDER BY a.seq DESC LIMIT $4 OFFSET $5",
        )
        .bind(&filter.action)
        .bind(&filter.subject_kind)
        .bind(filter.subject_id)
        .bind(limit)
        .bind(filter.offset)
        .fetch_all(c)
        .await
    })?)
}

/// Every action that occurs, in alphabetical order, for the filter.
pub async fn list_actions(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(
        "SELECT DISTINCT action FROM audit ORDER BY action"
    )
    .fetch_all(c)
    .await)?)
}

/// Every kind of subject that occurs, in alphabetical order, for the filter.
pub async fn list_subject_kinds(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT DISTINCT subject_kind FROM audit ORDER BY subject_kind")
            .fetch_all(c)
            .await
    })?)
}

/// Deletes the payloads of entries recorded before `until` whose action is not `kept`; gives their places in order.
pub async fn delete_payloads(tx: &mut Tx, until: DateTime<Utc>, kept: &str) -> Result<Vec<i64>> {
    let mut seqs: Vec<i64> = on!(tx, |c| {
        sqlx::query_scalar(
            "DELETE FROM audit_payloads
             WHERE seq IN (SELECT seq FROM audit WHERE recorded_at < $1 AND action <> $2)
             RETURNING seq",
        )
        .bind(until)
        .bind(kept)
        .fetch_all(c)
        .await
    })?;
    seqs.sort_unstable();
    Ok(seqs)
}

/// Whether a day has its checkpoint.
pub async fn has_checkpoint(tx: &mut Tx, day: NaiveDate) -> Result<bool> {
    let count: i64 = on!(tx, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM audit_checkpoints WHERE day = $1")
            .bind(day)
            .fetch_one(c)
            .await
    })?;
    Ok(count > 0)
}

/// Stores a checkpoint.
pub async fn insert_checkpoint(tx: &mut Tx, row: &CheckpointRow) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO audit_checkpoints (day, count, hash, key_id, signature, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(row.day)
        .bind(row.count)
        .bind(&row.hash)
        .bind(&row.key_id)
        .bind(&row.signature)
        .bind(row.created_at)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// All checkpoints as found on verification, oldest first.
pub async fn list_checkpoints(tx: &mut Tx) -> Result<Vec<std::result::Result<CheckpointRow, Unreadable>>> {
    let sql = format!(
        "SELECT {day} AS day, count, hash, key_id, signature, {created_at} AS created_at
         FROM audit_checkpoints ORDER BY audit_checkpoints.day",
        day = readable_instant(tx, "day"),
        created_at = readable_instant(tx, "created_at"),
    );
    Ok(on!(tx, |c| {
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(c).await?;
        rows.iter()
            .map(|row| CheckpointRow::from_row(row).map_err(|_| Unreadable))
            .collect()
    }))
}

/// The newest checkpoint.
pub async fn find_last_checkpoint(tx: &mut Tx) -> Result<Option<CheckpointRow>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT day, count, hash, key_id, signature, created_at FROM audit_checkpoints ORDER BY day DESC LIMIT 1",
        )
        .fetch_optional(c)
        .await
    })?)
}
