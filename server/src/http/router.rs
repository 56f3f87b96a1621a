//! All routes on one screen.

use axum::Router;
use axum::routing::get;

use crate::{AppState, audit, operation};

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
        .route("/healthz", get(operation::health))
        .route("/readyz", get(operation::readiness))
        .route("/.well-known/security.txt", get(operation::security_txt))
        .route("/.well-known/forenotice-audit.json", get(audit::publish))
        .fallback(|| async { super::HttpError::NotFound })
        .layer(axum::middleware::from_fn_with_state(
            state.clone(),
            super::render::error_pages,
        ))
        .layer(axum::middleware::from_fn_with_state(
            state.clone(),
            operation::log::requests,
        ))
        .with_state(state)
}
