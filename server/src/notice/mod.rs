//! A contact's own pages, behind the link in the mail. A GET changes nothing; acknowledging and objecting are POSTs with
//! a typed name, so that mail scanners can follow every link and press nothing that counts.

mod load;
mod pages;

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

/// The contact's pages.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/n/{token}", get(pages::show))
        .route("/n/{token}/acknowledge", post(pages::acknowledge))
        .route("/n/{token}/object", get(pages::object_form).post(pages::object))
}
