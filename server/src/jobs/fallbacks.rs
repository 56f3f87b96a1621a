//! Notices that came back go to the next contact, the same day (legal-rules §8.2).

use crate::AppState;
use crate::changes::{Result, fallback};
use crate::store::deliveries;

/// Looks after every delivery of an open change that came back.
///
/// # Errors
/// The first failure of the store. One notice that cannot be written again does not hold up the others: it is logged
/// and tried again at the next tick.
pub async fn run(state: &AppState) -> Result<()> {
    let mut tx = state.db.read().await?;
    let returned = deliveries::list_returned(&mut tx).await?;
    drop(tx);
    for id in returned {
        match fallback::write_to_next(state, id).await {
            Ok(_) => {}
            Err(crate::changes::ChangeError::Store(error)) => return Err(error.into()),
            Err(error) => {
                tracing::error!(delivery_id = %id, %error, "no fallback for a notice that came back");
            }
        }
    }
    Ok(())
}
