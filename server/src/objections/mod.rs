//! A customer's case against one line. [`file`] opens it, also for one who wrote a mail or a letter ([`log`]), the customer may [`withdraw`] it, staff [`decide`]s it, and a cancelled
//! change resolves it; [`times`] moves it on when nobody does. The gate of that customer closes in the same transaction in which the objection is written.

mod cancel;
mod case;
mod decide;
mod file;
mod gate;
mod log;
pub mod pages;
pub mod staff_pages;
mod tell;
mod times;
mod withdraw;

use axum::Router;
use axum::routing::{get, post};

pub use cancel::cancel_cases;
pub(crate) use case::is_timely;
pub use case::{Case, load};
pub use decide::decide;
pub use file::{Filer, NewObjection, file};
pub(crate) use tell::TASK as OBJECTION_TASK;
pub use times::{find_due, settle_all};
pub use withdraw::withdraw;

use crate::AppState;

/// The customer's case page, and the staff's.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/objections/{token}", get(pages::show))
        .route("/objections/{token}/withdraw", post(pages::withdraw))
        .route("/n/{token}/cases/{number}", get(pages::show_beside))
        .route("/n/{token}/cases/{number}/withdraw", post(pages::withdraw_beside))
        .route("/staff/objections", get(staff_pages::list))
        .route("/staff/objections/new", get(log::form).post(log::save))
        .route(
            "/staff/objections/{case}",
            get(staff_pages::show).post(staff_pages::step),
        )
}
