//! Whoever posts a form on a page behind a link in a mail.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::{Client, FormToken, HttpError};
use crate::AppState;

/// Counts the post against the client's limit before anything is read, and holds what the form's pages need.
#[derive(Clone, Debug)]
pub struct Sender {
    /// For the form, if it is shown again.
    pub csrf: FormToken,
    /// What the browser says it is, at most 200 characters: evidence, no more.
    pub browser: Option<String>,
}

impl FromRequestParts<AppState> for Sender {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, HttpError> {
        let Ok(client) = Client::from_request_parts(parts, state).await;
        state.limits.link_post_by_client.count(&client.key())?;
        let browser = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|agent| agent.to_str().ok())
            .map(|agent| agent.chars().take(200).collect());
        Ok(Self {
            csrf: FormToken::from_request_parts(parts, state).await?,
            browser,
        })
    }
}
