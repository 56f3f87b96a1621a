//! What is known of the law and practice of countries: written by one person, approved by another, referred to by
//! assessments. A newer approved version opens a review of every assessment that rests on an older one.

mod pages;
mod write;

pub(crate) use pages::COUNTRY_TO_APPROVE;
pub use write::approve_version;

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/countries", get(pages::list))
        .route("/staff/countries/{code}", get(pages::page).post(pages::save))
        .route("/staff/countries/{code}/approve", post(pages::approve))
}
