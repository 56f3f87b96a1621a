//! A contact's own pages, behind the link in the mail. A GET changes nothing; acknowledging, answering and objecting are POSTs with
//! a typed name, so that mail scanners can follow every link and press nothing that counts. Whoever is no contact any more
//! reads what was sent to them, and answers nothing.

mod answer;
mod load;
mod pages;

use axum::Router;
use axum::routing::{get, post};

pub use load::{Holder, holder};

use crate::AppState;

/// The contact's pages.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/n/{token}", get(pages::show))
        .route("/n/{token}/acknowledge", post(pages::acknowledge))
        .route("/n/{token}/approve", post(pages::approve))
        .route("/n/{token}/refuse", post(pages::refuse))
        .route("/n/{token}/object", get(pages::object_form).post(pages::object))
}
