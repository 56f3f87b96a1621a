//! All routes on one screen.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tower_http::catch_panic::CatchPanicLayer;

use super::{csrf, form, headers, render, session};
use crate::AppState;
use crate::operation::log;

/// The whole application. Layers run from the last to the first: headers see every response, panics become pages, every request is logged, and
/// nothing reaches a session before it was judged.
pub fn router(state: AppState) -> Router {
    let demo = if state.config.is_demo {
        crate::demo::routes().merge(crate::mailbox::routes())
    } else {
        Router::new()
    };
    let sessions = Router::new()
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
        .merge(crate::assessments::routes())
        .merge(crate::countries::routes())
        .merge(crate::triggers::routes())
        .merge(crate::vendor_notices::routes())
        .merge(crate::vendor_pages::routes())
        .merge(crate::adequacy::routes())
        .merge(crate::documents::routes())
        .merge(demo)
        .merge(crate::calendars::routes())
        .merge(crate::deadline::routes())
        .merge(crate::import::routes())
        .merge(crate::subscriptions::routes())
        .merge(crate::mail::routes())
        .fallback(|| async { super::HttpError::NotFound })
        .layer(from_fn_with_state(state.clone(), crate::access::frame_errors))
        .layer(from_fn_with_state(state.clone(), session::sessions))
        .layer(from_fn_with_state(state.clone(), csrf::guard))
        // It has its own secret: no session is looked for.
        .merge(crate::mail::webhook::routes())
        // Programs fetch it, by the token in its address.
        .merge(crate::tasks::calendar_routes());
    // Public, read only and kept in memory: no session is looked for.
    let kept = Router::new()
        .merge(super::assets::router())
        .merge(crate::list::routes())
        .merge(crate::change_log::routes());
    let logged = from_fn_with_state(state.clone(), log::requests);
    let quietly_logged = from_fn_with_state(state.clone(), log::kept_requests);
    Router::new()
        .merge(around(sessions, &state).layer(logged))
        .merge(around(kept, &state).layer(quietly_logged))
        .with_state(state)
}

/// What every page has around it.
fn around(pages: Router<AppState>, state: &AppState) -> Router<AppState> {
    pages
        .layer(DefaultBodyLimit::max(form::LARGEST_FORM))
        .layer(CatchPanicLayer::custom(|panic| headers::panicked(&panic)))
        .layer(from_fn_with_state(state.clone(), render::error_pages))
        .layer(from_fn_with_state(state.clone(), headers::headers))
}
