//! The public list: pages and machine formats, from the same rows, now or on any past day.
//!
//! parse the filter → load one [`Register`] → make plain data for the page → render, and keep it until something changes.

pub mod cache;
mod csv;
mod facts;
mod filter;
mod json;
mod pages;
mod register;

pub use facts::{public_difference, public_facts};
pub use register::Register;

use axum::Router;
use axum::routing::get;

use crate::AppState;

/// Everything under `/subprocessors`, and the home page.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(pages::home))
        .route("/subprocessors", get(pages::list))
        .route("/subprocessors/{slug}", get(pages::subprocessor))
        .route("/subprocessors.json", get(json::list))
        .route("/.well-known/subprocessors.json", get(json::list))
        .route("/subprocessors.csv", get(csv::list))
}
