//! Events that open a review of assessments (a change of law, a notice of an importer, a breach …): recorded with the
//! assessments that each concerns; for each of these somebody says whether it has an impact, and why.

mod adequacy;
mod describe;
mod event;
mod forward;
mod pages;
mod raise;
mod triage;
mod versions;

pub use adequacy::adequacy_changed;
pub use describe::{
    certificate_lost, company_changed, flow_added, flow_changed, security_failed, transfer_changed,
};
pub use raise::{Event, raise, raise_for};
pub(crate) use versions::{answer_by_version, overtaking};

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

/// The kind of task that asks for answers about an event.
pub(crate) const TRIGGER_TO_JUDGE: &str = "TRIGGER_TO_JUDGE";

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/triggers", get(pages::list))
        .route("/staff/triggers/new", get(pages::form).post(pages::record))
        .route("/staff/triggers/{number}", get(event::page))
        .route(
            "/staff/triggers/{number}/{slug}/{assessment}",
            post(triage::answer),
        )
}
