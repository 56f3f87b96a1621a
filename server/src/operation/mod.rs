//! Keeping the installation alive and accountable: health, backup and restore, logs, the security contact.
//!
//! Here belongs what the person who runs the server needs. Not here: what the product is for.

pub mod archive;
mod backup;
mod health;
pub mod log;
mod restore;
mod security_txt;

use axum::Router;
use axum::routing::get;

use crate::AppState;

pub use backup::{Backup, backup, run_backup};
pub use health::{health, readiness};
pub use restore::{Restored, restore, run_restore};
pub use security_txt::security_txt;

/// The addresses of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(health))
        .route("/readyz", get(readiness))
        .route("/.well-known/security.txt", get(security_txt))
}

/// Why a backup or a restore did not happen; nothing was half-done.
#[derive(Debug, thiserror::Error)]
pub enum OperationError {
    /// A file could not be read or written.
    #[error("{0}: {1}")]
    File(String, #[source] std::io::Error),
    /// The target file is there already.
    #[error("{0} exists already; choose another name")]
    Exists(String),
    /// The file is not a whole, unaltered backup.
    #[error("not a usable backup: {0}")]
    Archive(#[from] archive::ArchiveError),
    /// There is no database.
    #[error("DATABASE_URL: there is no database at {0}")]
    NoDatabase(String),
    /// The database to restore into has something in it.
    #[error("DATABASE_URL: the database is not empty ({0} has rows); restore into a new one")]
    NotEmpty(String),
    /// The database to restore into is newer than the backup, or the backup newer than this program.
    #[error("{0}")]
    Schema(String),
    /// The backup's audit log does not verify.
    #[error("the audit log in the backup is not intact: {0}")]
    Audit(String),
    /// A setting.
    #[error(transparent)]
    Key(#[from] crate::keys::KeyError),
    /// The database.
    #[error("database: {0}")]
    Store(#[from] crate::store::StoreError),
}

/// Opens a database that must be there already, and leaves its schema alone.
pub(crate) async fn open_existing(url: &str) -> Result<crate::store::Db, OperationError> {
    check_exists(url)?;
    Ok(crate::store::Db::connect(url).await?)
}

/// That the file of an SQLite database is there; whether another one is, shows when it is opened.
pub(crate) fn check_exists(url: &str) -> Result<(), OperationError> {
    if let Some(path) = url.strip_prefix("sqlite://") {
        let path = path.split('?').next().unwrap_or(path);
        if !std::path::Path::new(path).is_file() {
            return Err(OperationError::NoDatabase(path.to_owned()));
        }
    }
    Ok(())
}
