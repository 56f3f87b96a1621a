//! `/.well-known/forenotice-audit.json`: public keys and the latest checkpoint, for anybody to keep.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::checkpoint::published;
use crate::AppState;
use crate::http::HttpError;
use crate::store::audit::find_last_checkpoint;

/// The handler.
pub async fn publish(State(state): State<AppState>) -> Result<impl IntoResponse, HttpError> {
    let mut tx = state.db.read().await?;
    let latest = find_last_checkpoint(&mut tx).await?;
    let document = published(&state.keys, latest.as_ref());
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(document)))
}
