//! All routes on one screen.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tower_http::catch_panic::CatchPanicLayer;

use super::{csrf, form, headers, render, session};
use crate::AppState;

/// The whole application. Layers run from the last to the first: headers see every response, panics become pages, every request is logged, and
/// nothing reaches a session before it was judged.
pub fn router(state: AppState) -> Router {
    let demo = if state.config.is_demo {
        crate::demo::routes().merge(crate::mailbox::routes())
    } else {
        Router::new()
    };
    Router::new()
        .merge(crate::access::routes())
        .merge(crate::tasks::routes())
        .merge(crate::changes::routes())
        .merge(crate::notice::routes())
        .merge(crate::contacts::routes())
        .merge(crate::objections::routes())
        .merge(crate::settings::routes())
        .merge(crate::customers::routes())
        .merge(crate::audit::routes())
        .merge(crate::operation::routes())
        .merge(crate::register::routes())
        .merge(demo)
        .merge(crate::deadline::routes())
        .merge(crate::import::routes())
        .merge(crate::subscriptions::routes())
        .merge(crate::mail::routes())
        .fallback(|| async { super::HttpError::NotFound })
        .layer(from_fn_with_state(state.clone(), session::sessions))
        .layer(from_fn_with_state(state.clone(), csrf::guard))
        // No session is looked for: public pages, read only and kept in memory; and the webhook, which has its own secret.
        .merge(super::assets::router())
        .merge(crate::list::routes())
        .merge(crate::change_log::routes())
        .merge(crate::mail::webhook::routes())
        .layer(DefaultBodyLimit::max(form::LARGEST_FORM))
        .layer(CatchPanicLayer::custom(|panic| headers::panicked(&panic)))
        .layer(from_fn_with_state(state.clone(), render::error_pages))
        .layer(from_fn_with_state(state.clone(), headers::headers))
        .layer(from_fn_with_state(state.clone(), crate::operation::log::requests))
        .with_state(state)
}
