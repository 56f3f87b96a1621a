//! What only `--demo` has: invented data, and a clock that visitors move forward. Outside the demo none of these routes exist.

pub mod clock;
pub mod seed;

use axum::Router;
use axum::routing::get;

use crate::AppState;

/// The demo's own pages.
pub fn routes() -> Router<AppState> {
    Router::new().route("/demo/clock", get(clock::show).post(clock::advance))
}
