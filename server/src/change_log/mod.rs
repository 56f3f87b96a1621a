//! The public change log: its pages and its feed.

mod feed;
mod pages;

use axum::Router;
use axum::routing::get;

use crate::AppState;

/// Everything under `/changes`, and the feed.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/changes", get(pages::list))
        .route("/changes/{number}", get(pages::change))
        .route("/feed.atom", get(feed::atom))
}
