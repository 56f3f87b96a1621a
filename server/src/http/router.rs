//! All routes on one screen.

use axum::Router;

use crate::AppState;

/// The whole application.
pub fn router(state: AppState) -> Router {
    Router::new()
        .fallback(|| async { super::HttpError::NotFound })
        .with_state(state)
}
