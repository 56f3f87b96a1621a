//! Transfer impact assessments: written in guided steps, handed in as a version, approved by somebody else, reviewed. A
//! draft is not a version: it is saved as one goes and counts for nothing. Versions are legal records and never change;
//! what happens to one, and how far its measures come, are rows of their own.

mod against;
mod decide;
mod disclose;
mod export;
mod list;
mod load;
mod measures;
mod new;
mod overview;
mod prefill;
mod review;
mod step;
mod write;

pub(crate) use against::against;
pub(crate) use prefill::start as filled;
pub use review::fall_due;
pub(crate) use write::enter;

use axum::Router;
use axum::routing::{get, post};

use crate::AppState;

/// The kind of task that asks for a decision on an assessment.
pub(crate) const TIA_TO_APPROVE: &str = "TIA_TO_APPROVE";
/// The kind of task that says that a version was turned down; the next one that is handed in answers it.
const TIA_TURNED_DOWN: &str = "TIA_TURNED_DOWN";
/// The kind of task that asks for a review of an approved assessment.
pub(crate) const TIA_REVIEW: &str = "TIA_REVIEW";

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/assessments", get(list::page))
        .route("/staff/register/{slug}/tia", get(new::page).post(new::start))
        .route("/staff/register/{slug}/tia/{number}", get(overview::page))
        .route(
            "/staff/register/{slug}/tia/{number}/{step}",
            get(step::page).post(step::save),
        )
        .route(
            "/staff/register/{slug}/tia/{number}/hand-in",
            post(decide::hand_in),
        )
        .route(
            "/staff/register/{slug}/tia/{number}/discard",
            post(decide::discard),
        )
        .route(
            "/staff/register/{slug}/tia/{number}/new-version",
            post(new::another),
        )
        .route(
            "/staff/register/{slug}/tia/{number}/approve",
            post(decide::approve),
        )
        .route("/staff/register/{slug}/tia/{number}/reject", post(decide::reject))
        .route(
            "/staff/register/{slug}/tia/{number}/suspend",
            post(decide::suspend),
        )
        .route("/staff/register/{slug}/tia/{number}/share", post(disclose::share))
        .route(
            "/staff/register/{slug}/tia/{number}/measures/{measure}",
            post(measures::record),
        )
        .route(
            "/staff/register/{slug}/tia/{number}/v/{version}",
            get(export::page),
        )
}
