//! Whole tables, without knowing what they mean: for backup and restore, on both databases.
//!
//! What a column holds is asked of the database, so a table that a later migration adds is in the backup by itself.

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::TryStreamExt;
use serde_json::Value as Document;
use sqlx::types::Json;
use sqlx::{Row, ValueRef};
use uuid::Uuid;

use super::{Result, StoreError, Tx};

/// Tables that are not part of what the product remembers: sign-ins end with a restore.
const LEFT_OUT: [&str; 2] = ["sessions", "demo_mails"];

/// Tables that have rows as soon as the migrations ran.
pub const FILLED_BY_MIGRATIONS: [&str; 1] = ["reference_rows"];

/// A table and its columns, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "a name and columns")]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "a name and a kind")]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// What a column holds. SQLite knows the first three only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the types of the two schemas")]
pub enum Kind {
    Text,
    Integer,
    Bytes,
    Uuid,
    Instant,
    Date,
    Json,
    Truth,
}

impl Kind {
    fn parse(declared: &str) -> Option<Self> {
        Some(match declared.to_ascii_lowercase().as_str() {
            "text" => Self::Text,
            "integer" | "bigint" => Self::Integer,
            "blob" | "bytea" => Self::Bytes,
            "uuid" => Self::Uuid,
            "timestamp with time zone" => Self::Instant,
            "date" => Self::Date,
            "jsonb" => Self::Json,
            "boolean" => Self::Truth,
            _ => return None,
        })
    }
}

/// A value of any column.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the kinds with their values")]
pub enum Value {
    Null,
    Text(String),
    Integer(i64),
    Bytes(Vec<u8>),
    Uuid(Uuid),
    Instant(DateTime<Utc>),
    Date(NaiveDate),
    Json(Document),
    Truth(bool),
}

/// Every table that belongs into a backup, by name.
pub async fn list_tables(tx: &mut Tx) -> Result<Vec<Table>> {
    let sql = if tx.is_postgres() {
        "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
         WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    } else {
        "SELECT t.name, c.name, c.type FROM sqlite_schema t, pragma_table_info(t.name) c
         WHERE t.type = 'table' ORDER BY t.name, c.cid"
    };
    let rows: Vec<(String, String, String)> = on!(tx, |c| sqlx::query_as(sql).fetch_all(c).await)?;
    let mut tables: Vec<Table> = Vec::new();
    for (table, name, declared) in rows {
        let is_internal = table.starts_with("sqlite_") || table.starts_with("_sqlx");
        if is_internal || LEFT_OUT.contains(&table.as_str()) {
            continue;
        }
        let kind = Kind::parse(&declared).ok_or_else(|| StoreError::Inconsistent {
            table: "(schema)",
            column: "type",
            found: format!("{table}.{name} {declared}"),
        })?;
        match tables.last_mut() {
            Some(last) if last.name == table => last.columns.push(Column { name, kind }),
            _ => tables.push(Table {
                name: table,
                columns: vec![Column { name, kind }],
            }),
        }
    }
    Ok(tables)
}

/// The newest migration that ran here; 0 in a new database.
pub async fn get_schema_version(tx: &mut Tx) -> Result<i64> {
    let exists = if tx.is_postgres() {
        "SELECT COUNT(*) FROM information_schema.tables
         WHERE table_schema = current_schema() AND table_name = '_sqlx_migrations'"
    } else {
        "SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'"
    };
    let tables: i64 = on!(&mut *tx, |c| sqlx::query_scalar(exists).fetch_one(c).await)?;
    if tables == 0 {
        return Ok(0);
    }
    let version: Option<i64> = on!(tx, |c| {
        sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success")
            .fetch_one(c)
            .await
    })?;
    Ok(version.unwrap_or(0))
}

/// Whether a table has a row.
pub async fn has_rows(tx: &mut Tx, table: &Table) -> Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM \"{}\")", table.name);
    Ok(on!(tx, |c| sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_one(c)
        .await)?)
}

/// Hands every row of a table to `each`, in the order of its first column, one at a time.
pub async fn read_table<E>(
    tx: &mut Tx,
    table: &Table,
    each: &mut (dyn FnMut(Vec<Value>) -> std::result::Result<(), E> + Send),
) -> Result<std::result::Result<(), E>> {
    let names: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    let sql = format!("SELECT {} FROM \"{}\" ORDER BY 1", names.join(", "), table.name);
    on!(tx, |c| {
        let mut rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch(c);
        while let Some(row) = rows.try_next().await? {
            let mut values = Vec::with_capacity(table.columns.len());
            for (at, column) in table.columns.iter().enumerate() {
                values.push(if row.try_get_raw(at)?.is_null() {
                    Value::Null
                } else {
                    match column.kind {
                        Kind::Text => Value::Text(row.try_get(at)?),
                        Kind::Integer => Value::Integer(row.try_get(at)?),
                        Kind::Bytes => Value::Bytes(row.try_get(at)?),
                        Kind::Uuid => Value::Uuid(row.try_get(at)?),
                        Kind::Instant => Value::Instant(row.try_get(at)?),
                        Kind::Date => Value::Date(row.try_get(at)?),
                        Kind::Json => Value::Json(row.try_get::<Json<Document>, _>(at)?.0),
                        Kind::Truth => Value::Truth(row.try_get(at)?),
                    }
                });
            }
            if let Err(error) = each(values) {
                return Ok(Err(error));
            }
        }
    });
    Ok(Ok(()))
}

/// Inserts one row; `values` stand in the order of the table's columns and are of their kinds. What the migrations put in
/// already is the same row: such tables are only ever added to.
pub async fn insert_row(tx: &mut Tx, table: &Table, values: Vec<Value>) -> Result<()> {
    let names: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
    let is_given = FILLED_BY_MIGRATIONS.contains(&table.name.as_str());
    let sql = format!(
        "INSERT INTO \"{}\" ({}) VALUES ({}){}",
        table.name,
        names.join(", "),
        places.join(", "),
        if is_given {
            " ON CONFLICT (id) DO NOTHING"
        } else {
            ""
        },
    );
    on!(tx, |c| {
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for (column, value) in table.columns.iter().zip(values) {
            query = match (value, column.kind) {
                (Value::Text(text), _) => query.bind(text),
                (Value::Integer(number), _) => query.bind(number),
                (Value::Bytes(bytes), _) => query.bind(bytes),
                (Value::Uuid(id), _) => query.bind(id),
                (Value::Instant(at), _) => query.bind(at),
                (Value::Date(day), _) => query.bind(day),
                (Value::Json(document), _) => query.bind(Json(document)),
                (Value::Truth(truth), _) => query.bind(truth),
                (Value::Null, Kind::Text) => query.bind(None::<String>),
                (Value::Null, Kind::Integer) => query.bind(None::<i64>),
                (Value::Null, Kind::Bytes) => query.bind(None::<Vec<u8>>),
                (Value::Null, Kind::Uuid) => query.bind(None::<Uuid>),
                (Value::Null, Kind::Instant) => query.bind(None::<DateTime<Utc>>),
                (Value::Null, Kind::Date) => query.bind(None::<NaiveDate>),
                (Value::Null, Kind::Json) => query.bind(None::<Json<Document>>),
                (Value::Null, Kind::Truth) => query.bind(None::<bool>),
            };
        }
        query.execute(c).await.map(drop)
    })?;
    Ok(())
}

/// From here on foreign keys are looked at in the end, so that tables and rows may come in any order.
pub async fn defer_foreign_keys(tx: &mut Tx) -> Result<()> {
    if tx.is_postgres() {
        alter_foreign_keys(tx, "DEFERRABLE INITIALLY DEFERRED").await
    } else {
        execute(tx, "PRAGMA defer_foreign_keys = ON".to_owned()).await
    }
}

/// Looks at them, and makes them immediate again. SQLite looks at the commit, and its setting ends there.
pub async fn check_foreign_keys(tx: &mut Tx) -> Result<()> {
    if tx.is_postgres() {
        execute(tx, "SET CONSTRAINTS ALL IMMEDIATE".to_owned()).await?;
        alter_foreign_keys(tx, "NOT DEFERRABLE").await?;
    }
    Ok(())
}

async fn alter_foreign_keys(tx: &mut Tx, to: &str) -> Result<()> {
    let keys: Vec<(String, String)> = on!(&mut *tx, |c| {
        sqlx::query_as(
            "SELECT table_name::text, constraint_name::text FROM information_schema.table_constraints
             WHERE constraint_type = 'FOREIGN KEY' AND table_schema = current_schema()",
        )
        .fetch_all(c)
        .await
    })?;
    for (table, key) in keys {
        execute(
            tx,
            format!("ALTER TABLE \"{table}\" ALTER CONSTRAINT \"{key}\" {to}"),
        )
        .await?;
    }
    Ok(())
}

async fn execute(tx: &mut Tx, sql: String) -> Result<()> {
    on!(tx, |c| sqlx::query(sqlx::AssertSqlSafe(sql))
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// After a restore nobody knows which mails went out since the backup: all that were not finished become `UNKNOWN`,
/// due at `next_at` (wall time), and the outbox treats them like any attempt without an answer. A mail that could
/// not even be built stays as it is. Gives how many mails and deliveries that were.
pub async fn mark_unfinished_unknown(
    tx: &mut Tx,
    now: DateTime<Utc>,
    next_at: DateTime<Utc>,
    give_up_at: DateTime<Utc>,
) -> Result<(u64, u64)> {
    let mails = on!(&mut *tx, |c| {
        sqlx::query(
            "UPDATE mails SET state = CASE WHEN called_off_at IS NULL THEN 'UNKNOWN' ELSE 'CANCELLED' END, lease_owner = NULL, lease_until = NULL, next_at = $1, give_up_at = $2
             WHERE state IN ('QUEUED', 'SENDING', 'UNKNOWN') AND failed_reason IS NULL",
        )
        .bind(next_at)
        .bind(give_up_at)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    let deliveries = on!(tx, |c| {
        sqlx::query(
            "UPDATE deliveries SET state = 'UNKNOWN', changed_at = $1
             WHERE state IN ('QUEUED', 'DEFERRED', 'UNKNOWN')
               AND mail_id IN (SELECT id FROM mails WHERE state = 'UNKNOWN')",
        )
        .bind(now)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok((mails, deliveries))
}

/// The attempts that were under way when the backup was made: begun, without a result.
pub async fn list_open_attempts(tx: &mut Tx) -> Result<Vec<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT a.id FROM attempts a JOIN mails m ON m.id = a.mail_id AND m.attempt_no = a.attempt_no
             WHERE m.state = 'SENDING' ORDER BY a.id",
        )
        .fetch_all(c)
        .await
    })?)
}

/// Records that nobody knows what became of an attempt.
pub async fn note_attempt_unknown(
    tx: &mut Tx,
    id: Uuid,
    attempt_id: Uuid,
    reply: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO attempt_results (id, attempt_id, outcome, reply, recorded_at) VALUES ($1, $2, 'UNKNOWN', $3, $4)",
        )
        .bind(id)
        .bind(attempt_id)
        .bind(reply)
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}
