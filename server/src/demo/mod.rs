//! What only `--demo` has: invented data, and a clock that visitors move forward. Outside the demo none of these routes exist.
//! A database is marked as the demo's from its first start on, and neither is served as the other.

pub mod clock;
pub mod seed;

use axum::Router;
use axum::routing::get;
use chrono::{DateTime, Utc};

use crate::store::{self, Tx, audit, settings};
use crate::{AppState, StartError};

/// The setting that marks a database of the demo; a backup takes it along.
const MARK: &str = "is_demo";

/// The demo's own pages.
pub fn routes() -> Router<AppState> {
    Router::new().route("/demo/clock", get(clock::show).post(clock::advance))
}

/// Whether a database is the demo's.
///
/// # Errors
/// When the database is away.
pub async fn is_marked(tx: &mut Tx) -> store::Result<bool> {
    Ok(settings::find_setting(tx, MARK).await?.is_some())
}

/// Makes an empty database the demo's; does nothing where it is already.
///
/// # Errors
/// [`StartError::Real`] where something was recorded outside the demo.
pub async fn mark(tx: &mut Tx, now: DateTime<Utc>) -> Result<(), StartError> {
    if is_marked(tx).await? {
        return Ok(());
    }
    if audit::find_filled(tx).await?.is_some() {
        return Err(StartError::Real);
    }
    settings::put_setting(tx, MARK, "yes", now).await?;
    Ok(())
}
