//! All routes on one screen.

use axum::Router;

use crate::AppState;

/// The whole application.
pub fn router(state: AppState) -> Router {
    Router::new()
        .fallback(|| async { super::HttpError::NotFound })
        .layer(axum::middleware::from_fn_with_state(
            state.clone(),
            super::render::error_pages,
        ))
        .with_state(state)
}
