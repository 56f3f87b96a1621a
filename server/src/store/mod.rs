//! The only place with SQL. One file of queries per aggregate; every function takes a [`Tx`] and has one body for
//! both databases, through [`on!`]. SQL text forks only where the dialects differ, side by side.
//!
//! A write is one short transaction with nothing slow inside. [`Db::write`] admits one writer at a time on both
//! databases: SQLite by `BEGIN IMMEDIATE`, Postgres by an advisory lock. The audit chain needs that order, and
//! a gate that was green when it was read is still green when the activation is written.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::digest::Digest;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};

pub use of::Of;
use search::Search;

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// The number under which writers queue on Postgres ("forenoti" as bytes).
const WRITER_LOCK: i64 = 0x666f_7265_6e6f_7469;

static COMMITS: AtomicU64 = AtomicU64::new(0);

/// How many transactions this process has committed. Whoever keeps something from the database compares it with the
/// number read *before* the snapshot that it was made of.
#[must_use]
pub fn commits() -> u64 {
    COMMITS.load(Ordering::Acquire)
}

/// A pool of connections to one of the two databases.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file, the default.
    Sqlite(SqlitePool),
    /// For many replicas.
    Postgres(PgPool),
}

/// A transaction; it rolls back unless [`Tx::commit`] is called.
pub enum Tx {
    /// On SQLite.
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    /// On Postgres.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// Expands one query body for both drivers: `on!(tx, |c| sqlx::query("…").execute(c).await)`.
/// `c` is the driver's connection, reborrowed, so it can be used once per body.
#[macro_export]
macro_rules! on {
    ($tx:expr, |$c:ident| $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::store::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row with the same key is there already.
    #[error("a row with this key exists already")]
    Duplicate(#[source] sqlx::Error),
    /// A write that had to change a row found none in the expected state.
    #[error("{0} was changed by somebody else")]
    Stale(&'static str),
    /// A row that cannot be a value of the domain: names table, column and what was found.
    #[error("inconsistent row in {table}.{column}: {found}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What was there (never a secret or an address).
        found: String,
    },
    /// The database cannot be reached or is busy: try again.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// Anything else.
    #[error("database error")]
    Other(#[source] sqlx::Error),
    /// A migration failed.
    #[error("migration failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(e) if e.is_unique_violation() => Self::Duplicate(error),
            sqlx::Error::Database(e)
                if matches!(
                    e.code().as_deref(),
                    Some("5" | "6" | "517" | "57P01" | "57P03" | "53300")
                ) =>
            {
                Self::Unavailable(error)
            }
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Tls(_) => Self::Unavailable(error),
            _ => Self::Other(error),
        }
    }
}

/// The store's results.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A value in a text column, parsed into the domain or reported as inconsistent.
pub fn parsed<T: FromStr>(table: &'static str, column: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|_| StoreError::Inconsistent {
        table,
        column,
        found: text.to_owned(),
    })
}

/// A SHA-256 digest in a column of bytes, or reported as inconsistent.
pub fn digest(table: &'static str, column: &'static str, bytes: &[u8]) -> Result<Digest> {
    let bytes: [u8; 32] = bytes.try_into().map_err(|_| StoreError::Inconsistent {
        table,
        column,
        found: format!("{} bytes", bytes.len()),
    })?;
    Ok(Digest::new(bytes))
}

/// Requires that a guarded update changed exactly one row.
pub fn expect_one(rows_affected: u64, what: &'static str) -> Result<()> {
    if rows_affected == 1 {
        Ok(())
    } else {
        Err(StoreError::Stale(what))
    }
}

/// Addresses of SQLite databases for which no file is made.
const WITHOUT_A_NEW_FILE: [&str; 3] = [":memory:", "mode=memory", "mode=ro"];

/// Makes the file of a new database, for its owner alone: it holds sessions, and contracts' terms. SQLite gives the files
/// that it keeps beside it the same mode. A file that is there keeps the mode that somebody gave it; and what prevents
/// us from making it prevents SQLite too, which then says so.
fn make_private(file: &Path) {
    let _ = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
}

impl Db {
    /// Opens the pool that `url` names (`sqlite://path`, `sqlite::memory:` is refused, or `postgres://…`) and migrates it.
    pub async fn open(url: &str) -> Result<Self> {
        let db = Self::connect(url).await?;
        db.migrate(None).await?;
        Ok(db)
    }

    /// Runs the migrations up to a version, or all; those that ran already are skipped.
    pub async fn migrate(&self, up_to: Option<i64>) -> Result<()> {
        match (self, up_to) {
            (Self::Sqlite(pool), None) => SQLITE.run(pool).await?,
            (Self::Sqlite(pool), Some(version)) => SQLITE.run_to(version, pool).await?,
            (Self::Postgres(pool), None) => POSTGRES.run(pool).await?,
            (Self::Postgres(pool), Some(version)) => POSTGRES.run_to(version, pool).await?,
        }
        Ok(())
    }

    /// Whether this program has a migration of that version.
    #[must_use]
    pub fn knows_version(version: i64) -> bool {
        SQLITE.version_exists(version)
    }

    /// Opens the pool without migrating.
    pub async fn connect(url: &str) -> Result<Self> {
        if url.starts_with("postgres") {
            let options = PgConnectOptions::from_str(url)?.application_name("forenotice");
            let pool = PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(5))
                .connect_with(options)
                .await?;
            Ok(Self::Postgres(pool))
        } else {
            let options = SqliteConnectOptions::from_str(url)?;
            if !WITHOUT_A_NEW_FILE.iter().any(|mode| url.contains(mode)) {
                make_private(options.get_filename());
            }
            let options = options
                .create_if_missing(true)
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5));
            let pool = SqlitePoolOptions::new()
                .max_connections(8)
                .acquire_timeout(Duration::from_secs(5))
                .connect_with(options)
                .await?;
            Ok(Self::Sqlite(pool))
        }
    }

    /// A snapshot for reading: all reads in it see the same state.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await?,
            ),
        })
    }

    /// The one writer: see the module's head.
    pub async fn write(&self) -> Result<Tx> {
        let mut tx = self.write_unchained().await?;
        if let Tx::Postgres(pg) = &mut tx {
            sqlx::query("SELECT pg_advisory_xact_lock($1)")
                .bind(WRITER_LOCK)
                .execute(&mut **pg)
                .await?;
        }
        Ok(tx)
    }

    /// A write outside the audit chain (mail claims, sessions, limits): on Postgres it does not queue behind the writer.
    pub async fn write_unchained(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes the writes durable.
    pub async fn commit(self) -> Result<()> {
        let done = match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        };
        // Also where the commit failed: it may have arrived.
        COMMITS.fetch_add(1, Ordering::Release);
        Ok(done?)
    }

    /// True on Postgres, for the few queries whose text forks.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

pub mod activations;
pub mod answers;
pub mod archive;
pub mod assessments;
pub mod attempts;
pub mod audit;
pub mod authorisations;
pub mod baselines;
pub mod calendar_links;
pub mod certificates;
pub mod changes;
pub mod clause_states;
pub mod contact_requests;
pub mod contacts;
pub mod countries;
pub mod covers;
pub mod customers;
pub mod deliveries;
pub mod demo_mails;
pub mod digests;
pub mod documents;
pub mod dpf_checks;
pub mod endings;
pub mod engagements;
pub mod entities;
pub mod fallbacks;
pub mod gate_watches;
pub mod imports;
pub mod legal_records;
pub mod lines;
pub mod listings;
pub mod lowerings;
pub mod mail_events;
pub mod mails;
pub mod notices;
pub mod objection_lists;
pub mod objections;
mod of;
pub mod organisations;
pub mod past;
pub mod policies;
pub mod products;
pub mod public_list;
pub mod publisher;
pub mod reference;
pub mod register_rows;
pub mod reminders;
mod search;
pub mod sessions;
pub mod settings;
pub mod sign_offs;
pub mod staff;
pub mod subscribers;
pub mod tasks;
pub mod tia_states;
pub mod trigger_pages;
pub mod triggers;
pub mod vendor_notices;
pub mod vendor_pages;
pub mod version;
pub mod waivers;
