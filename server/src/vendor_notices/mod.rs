//! What vendors tell us of their own changes: logged, forwarded to customers or closed with a reason, objected to or not.
//! Logging opens the task to forward it. That it still waits, that the vendor's window ends, or is shorter than that of our
//! customers, are reminders (`jobs::reminders`): their tasks close, and open again, by themselves.

mod list;
mod log;
mod page;
mod part;
mod step;
mod waiting;
mod window;

pub(crate) use part::part;
pub use waiting::{Waiting, list_waiting};
pub use window::{UndecidedWindow, list_undecided_windows};

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;
use crate::http::form::uploads;

/// The kind of task that asks to forward a notice, or to close it.
pub const TO_FORWARD: &str = "VENDOR_NOTICE_TO_FORWARD";
/// The kind of task that asks to decide on our own objection before the vendor's window ends.
pub const WINDOW_ENDS: &str = "VENDOR_WINDOW_ENDS";
/// The kind of task that says that customers have longer than the vendor leaves us.
pub const WINDOW_SHORT: &str = "VENDOR_WINDOW_SHORT";

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/vendor-notices", get(list::page))
        .route(
            "/staff/vendor-notices/new",
            get(log::form).post(log::save).layer(uploads()),
        )
        .route("/staff/vendor-notices/{number}", get(page::page))
        .route("/staff/vendor-notices/{number}/forward", post(step::forward))
        .route("/staff/vendor-notices/{number}/objection", post(step::object))
        .route("/staff/vendor-notices/{number}/close", post(step::close))
}
