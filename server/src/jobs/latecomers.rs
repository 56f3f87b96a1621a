//! Customers who came into scope of a change after its dispatch are told, also when it is closed (decision 10).

use crate::AppState;
use crate::changes::{ChangeError, Result, latecomer};

/// Looks after every open change, and closed ones that somebody comes into scope of. One whose notice cannot be written does not hold up the others: it is logged, the gate
/// stays closed for that customer, and the next tick tries again.
///
/// # Errors
/// The first failure of the store.
pub async fn run(state: &AppState) -> Result<()> {
    let mut all = super::open_changes(state).await?;
    all.extend(latecomer::list_closed_with_latecomers(state).await?);
    for change_id in all {
        match latecomer::tell_latecomers(state, change_id).await {
            Ok(_) => {}
            Err(ChangeError::Store(error)) => return Err(error.into()),
            Err(error) => tracing::error!(%change_id, %error, "a customer who came later cannot be told"),
        }
    }
    Ok(())
}
