//! `POST /webhooks/brevo`: what the mail service reports of mails after it took them.
//!
//! Brevo signs nothing, repeats a report only after 429, a time-out or no connection, and drops it for good on any other
//! 4xx and on every 5xx. So: the secret first, in constant time and before the body is read; then 200 for whatever can
//! be kept, also for what is about no mail of ours or cannot be read; and 429, never 5xx, while nothing can be kept.
//! A report is kept before it has any effect ([`keep`]); its effect is folded from everything kept ([`effect`]), so a
//! report that comes again, late or out of order changes nothing that it should not, and completes what a crash between
//! the two left undone.

mod brevo;
mod effect;
mod keep;

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use data_encoding::BASE64;
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};
use tower_http::catch_panic::CatchPanicLayer;

use crate::AppState;
use crate::audit::{self, Actor, Entry, Subject};
use crate::store::settings::{find_setting, put_setting};
use crate::store::{Result, Tx};

pub use brevo::reason;

/// The largest body: Brevo puts up to 500 reports into one.
pub const LARGEST: usize = 2 * 1024 * 1024;
/// How long one call may take; Brevo's own patience is not known.
const LONGEST: Duration = Duration::from_secs(20);
/// When to come again, in seconds.
const LATER: HeaderValue = HeaderValue::from_static("60");

/// Kind of the task about a mail that came back or was not sent.
pub const BOUNCED_TASK: &str = "MAIL_BOUNCED";
/// Kind of the task about a mail that arrived, it is said, after it was said not to.
pub const CONTRADICTED_TASK: &str = "MAIL_CONTRADICTED";
/// Kind of the task about a mail that was marked as spam.
pub const COMPLAINT_TASK: &str = "MAIL_COMPLAINT";
/// Kind of the task about a recipient to whom the mail service will send no more.
pub const UNSUBSCRIBED_TASK: &str = "MAIL_UNSUBSCRIBED";

/// The setting that says who reports; kept in the database, so that commands and replicas count alike.
const REPORTING: &str = "mail_reports";

/// The address.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/webhooks/brevo", post(receive))
        .layer(CatchPanicLayer::custom(panicked))
}

async fn receive(State(state): State<AppState>, request: Request) -> Response {
    let tokens = &state.config.webhook_tokens;
    if tokens.is_empty() {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !is_authentic(tokens, request.headers()) {
        let challenge = [(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))];
        return (StatusCode::UNAUTHORIZED, challenge).into_response();
    }
    let work = Box::pin(take(&state, request));
    tokio::time::timeout(LONGEST, work).await.unwrap_or_else(|_| {
        tracing::warn!("webhook: took too long, asked to come again");
        later()
    })
}

async fn take(state: &AppState, request: Request) -> Response {
    let Ok(body) = axum::body::to_bytes(request.into_body(), LARGEST).await else {
        tracing::warn!("webhook: a body over {LARGEST} bytes, or one that broke off");
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match handle(state, &body).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => {
            tracing::warn!(%error, "webhook: asked to come again");
            later()
        }
    }
}

/// Keeps the reports, then lets them have their effect.
async fn handle(state: &AppState, body: &[u8]) -> Result<()> {
    let mails = keep::keep(state, &brevo::read(body)).await?;
    effect::apply_all(state, &mails).await
}

/// 429: the one answer after which Brevo sends the same again.
fn later() -> Response {
    (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, LATER)]).into_response()
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("webhook: panic, asked to come again");
    later()
}

/// Whether the secret is among ours: as a bearer token, or as the password in the address of the webhook. Compared by
/// digest with all of them, so that neither length nor place shows in the time it takes.
fn is_authentic(tokens: &[String], headers: &HeaderMap) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(given_token)
        .unwrap_or_default();
    let given = Sha256::digest(given.as_bytes());
    tokens
        .iter()
        .fold(Choice::from(0), |found, token| {
            found | Sha256::digest(token.as_bytes()).ct_eq(&given)
        })
        .into()
}

fn given_token(value: &str) -> Option<String> {
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(BASE64.decode(rest.trim().as_bytes()).ok()?).ok()?;
    pair.split_once(':').map(|(_, password)| password.to_owned())
}

/// Whether somebody reports what becomes of mails.
///
/// # Errors
/// When the database is away.
pub async fn is_reporting(tx: &mut Tx) -> Result<bool> {
    Ok(find_setting(tx, REPORTING).await?.as_deref() == Some("brevo"))
}

/// Writes down whether a webhook is configured, at the start of the server. How long a bounce is waited for depends on
/// it, so a change is in the audit log.
///
/// # Errors
/// When the database is away.
pub async fn note_reporting(state: &AppState) -> Result<()> {
    let is_configured = !state.config.webhook_tokens.is_empty();
    let mut tx = state.db.write().await?;
    if is_reporting(&mut tx).await? == is_configured {
        return Ok(());
    }
    let now = state.clock.now();
    let reporter = if is_configured { "brevo" } else { "nobody" };
    put_setting(&mut tx, REPORTING, reporter, now).await?;
    let entry = Entry {
        actor: Actor::System,
        action: "mail.reporting_changed",
        subject: Subject::the("settings"),
        payload: json!({ "reports_from": reporter }),
    };
    audit::append(&mut tx, &state.keys, &state.random, now, entry).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(value: &str) -> bool {
        let tokens = ["n".repeat(32), "o".repeat(32)];
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, value.parse().unwrap());
        is_authentic(&tokens, &headers)
    }

    #[test]
    fn the_secret_comes_as_bearer_or_as_password_and_may_be_the_older_one() {
        let (new, old) = ("n".repeat(32), "o".repeat(32));
        assert!(asks(&format!("Bearer {new}")));
        assert!(asks(&format!("bearer {old}")));
        assert!(asks(&format!(
            "Basic {}",
            BASE64.encode(format!("brevo:{new}").as_bytes())
        )));
        let wrong = [
            String::new(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            new.clone(),
            format!("Bearer {}", &new[1..]),
            format!("Bearer {new}n"),
            format!("Digest {new}"),
            "Basic !!!".to_owned(),
            format!("Basic {}", BASE64.encode(new.as_bytes())),
        ];
        for value in wrong {
            assert!(!asks(&value), "{value}");
        }
        assert!(!is_authentic(&["n".repeat(32)], &HeaderMap::new()));
        assert!(!is_authentic(&[], &HeaderMap::new()));
    }

    #[test]
    fn a_panic_is_answered_like_a_database_that_is_away() {
        let answer = panicked(Box::new("out of luck"));
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.headers()[header::RETRY_AFTER], "60");
    }
}
