//! `/healthz`: the process answers. `/readyz`: it can do its work.

use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::AppState;
use crate::store::{self, Db};

/// A look at the database that takes longer than this counts as no answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/healthz`. Needs nothing, so that a supervisor does not restart the process because the database is away.
pub async fn health() -> Response {
    answer(StatusCode::OK, "ok\n")
}

/// `/readyz`. Asks the database each time, so it recovers by itself.
pub async fn readiness(State(state): State<AppState>) -> Response {
    match tokio::time::timeout(PATIENCE, look(&state.db)).await {
        Ok(Ok(())) => answer(StatusCode::OK, "ready\n"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready: the database does not answer");
            away()
        }
        Err(_) => {
            tracing::warn!(
                seconds = PATIENCE.as_secs(),
                "not ready: the database does not answer in time"
            );
            away()
        }
    }
}

async fn look(db: &Db) -> store::Result<()> {
    let mut tx = db.read().await?;
    store::settings::find_setting(&mut tx, "").await.map(drop)
}

fn away() -> Response {
    let mut response = answer(
        StatusCode::SERVICE_UNAVAILABLE,
        "not ready: the database does not answer. Check that it runs and that DATABASE_URL is right; this page turns green by itself.\n",
    );
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, header::HeaderValue::from_static("10"));
    response
}

fn answer(status: StatusCode, text: &'static str) -> Response {
    (
        status,
        [
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        ],
        text,
    )
        .into_response()
}
