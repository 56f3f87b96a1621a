//! Sessions that ended are forgotten, by the wall clock.

use crate::AppState;
use crate::http::session::IDLE;
use crate::store::{Result, sessions};

/// Deletes the sessions that ended or rested too long. Writes only when there is one.
///
/// # Errors
/// When the database is away.
pub async fn forget(state: &AppState) -> Result<()> {
    let now = state.clock.wall();
    let mut tx = state.db.read().await?;
    if !sessions::is_any_expired(&mut tx, now, IDLE).await? {
        return Ok(());
    }
    drop(tx);
    let mut tx = state.db.write_unchained().await?;
    sessions::delete_expired_sessions(&mut tx, now, IDLE).await?;
    tx.commit().await
}
