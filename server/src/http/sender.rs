//! Whoever comes by a link in a mail: to read a page, or to post a form on it.
//!
//! What is posted there is the customer's own act, so nobody does it who is signed in as staff.

use app::shell::Flash;
use app::ui::Tone;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::{Chrome, Client, FormToken, HttpError, session};
use crate::AppState;

const SIGN_OUT_FIRST: &str =
    "You are signed in as staff. Sign out first, or open the link of the mail in a private window.";

/// Whoever reads a page behind a link in a mail.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// For the page's forms.
    pub csrf: FormToken,
    /// Whether the browser is signed in as staff, who can send nothing here.
    is_staff: bool,
}

impl Visitor {
    /// What stands around the page; staff is told beforehand that the forms are not theirs.
    #[must_use]
    pub fn chrome(&self, state: &AppState, title: impl Into<String>) -> Chrome {
        let mut chrome = Chrome::contact(state, title);
        chrome.frame.flash = self.is_staff.then(|| Flash {
            tone: Tone::Warn,
            message: format!(
                "What is sent from this page counts as the customer’s own act. {SIGN_OUT_FIRST}"
            ),
        });
        chrome
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, HttpError> {
        Ok(Self {
            is_staff: session::is_staff(state, &parts.headers).await?,
            csrf: FormToken::from_request_parts(parts, state).await?,
        })
    }
}

/// Whoever posts a form there. Counts the post against the client's limit before anything is read.
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
        if session::is_staff(state, &parts.headers).await? {
            return Err(HttpError::Forbidden(format!(
                "What is sent from this page counts as the customer’s own act, so nothing was recorded. {SIGN_OUT_FIRST}"
            )));
        }
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
