//! All routes on one screen.

use axum::Router;

use crate::AppState;

/// The whole application.
pub fn router(state: AppState) -> Router {
    let demo = if state.config.is_demo {
        crate::demo::routes()
    } else {
        Router::new()
    };
    Router::new()
        .merge(super::assets::router())
        .merge(demo)
        .fallback(|| async { super::HttpError::NotFound })
        .layer(axum::middleware::from_fn_with_state(
            state.clone(),
            super::render::error_pages,
        ))
        .with_state(state)
}
