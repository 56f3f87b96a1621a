//! Assessments whose day of review has come.

use crate::AppState;
use crate::changes::Result;

/// Lets them fall due.
///
/// # Errors
/// The first failure of the store.
pub async fn run(state: &AppState) -> Result<()> {
    crate::assessments::fall_due(state).await
}
