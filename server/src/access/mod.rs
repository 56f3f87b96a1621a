//! Who may come in, and what they may do: sign-in, sessions of staff, passwords, accounts.
//!
//! Handlers of all features take a [`Staff`] and ask [`Staff::require`]. A second factor and single sign-on have their
//! place between a right password and `start_session`, in `sign_in.rs`.

mod account;
pub mod command;
mod password;
mod people;
mod reset;
mod sign_in;
mod staff;

pub use password::{Passwords, hash_now};
pub use reset::make_link;
pub use staff::{Staff, frame_errors, record, role_labels};

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

/// The password of every account in the demo, where it is no secret.
pub const DEMO_PASSWORD: &str = "only for the demo";

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/sign-in", get(sign_in::page).post(sign_in::sign_in))
        .route("/staff/sign-out", post(sign_in::sign_out))
        .route("/staff/account", get(account::page))
        .route("/staff/account/password", post(account::change_password))
        .route("/staff/account/sessions", post(account::end_other_sessions))
        .route("/staff/account/digest", post(account::switch_digest))
        .route("/staff/account/calendar", post(account::make_calendar_link))
        .route("/staff/account/calendar/revoke", post(account::end_calendar_link))
        .route("/staff/reset", get(reset::ask_page).post(reset::ask))
        .route("/staff/reset/{token}", get(reset::set_page).post(reset::set))
        .route("/staff/people", get(people::list).post(people::add))
        .route("/staff/people/new", get(people::add_page))
        .route("/staff/people/{id}", get(people::page).post(people::save))
        .route("/staff/people/{id}/disable", post(people::disable))
        .route("/staff/people/{id}/enable", post(people::enable))
        .route("/staff/people/{id}/link", post(people::new_link))
}
