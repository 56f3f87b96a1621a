//! Three kinds of errors: the user's (422, shown by the field, by the handler itself), the caller's (404, 403, 409, 429,
//! shown plainly) and ours (logged once with its cause, shown as an apology and an id).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::store::StoreError;

/// Why a request was not served.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Nothing here, or not for you: the two look the same.
    #[error("not found")]
    NotFound,
    /// A link that is unknown, used or expired: one page for all three, and a way to a new one.
    #[error("this link is not valid")]
    BadLink,
    /// The staff member may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// Signed out: go to the sign-in page, and from there to `next`, a path of ours.
    #[error("sign in first")]
    SignedOut {
        /// Path and query of the page that was asked for.
        next: String,
    },
    /// The request fits no longer (stale form, gate red, wrong state): what and why.
    #[error("{title}")]
    Conflict {
        /// One sentence.
        title: String,
        /// Every reason.
        reasons: Vec<String>,
    },
    /// The request is malformed in a way no form of ours makes.
    #[error("{0}")]
    BadRequest(String),
    /// Out of range in a query (e.g. a future date).
    #[error("{0}")]
    Unprocessable(String),
    /// More than we take.
    #[error("too large")]
    TooLarge,
    /// Too many requests; try again after so many seconds.
    #[error("too many requests")]
    TooMany(u64),
    /// The database is away.
    #[error("not available right now")]
    Unavailable,
    /// Our fault; the cause is in the log under the id.
    #[error("something went wrong on our side")]
    Internal(String),
}

impl HttpError {
    /// A conflict with one sentence and no list.
    pub fn conflict(title: impl Into<String>) -> Self {
        Self::Conflict {
            title: title.into(),
            reasons: Vec::new(),
        }
    }

    /// Logs a failure of ours once, with its causes, and hides it behind an id.
    pub fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut cause = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            cause = format!("{cause}: {inner}");
            source = inner.source();
        }
        let id = format!("{:08x}", crc(cause.as_bytes()));
        tracing::error!(error_id = %id, cause = %cause, "request failed");
        Self::Internal(id)
    }

    /// The status this error is answered with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::BadLink => StatusCode::NOT_FOUND,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::SignedOut { .. } => StatusCode::SEE_OTHER,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unprocessable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// A short, stable name for a cause, so that repeated failures share an id.
fn crc(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    })
}

impl From<StoreError> for HttpError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                tracing::warn!("database not available");
                Self::Unavailable
            }
            StoreError::Stale(what) => Self::conflict(format!(
                "{what} was changed by somebody else. Open it again and repeat what you did."
            )),
            other => Self::internal(&other),
        }
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        if let Self::SignedOut { next } = self {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("next", &next)
                .finish();
            return axum::response::Redirect::to(&format!("/staff/sign-in?{query}")).into_response();
        }
        let text = super::render::ErrorText::of(&self);
        let mut response = self.status().into_response();
        response.extensions_mut().insert(text);
        let headers = response.headers_mut();
        match self {
            Self::TooMany(seconds) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
            }
            Self::Unavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("10"));
            }
            _ => {}
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
