//! Turns a Leptos view into a response: rendered at once, from plain data, with an islands-aware owner and no reactivity.

use std::sync::{Arc, Once};

use app::shell::Shell;
use app::ui::Link;
use app::ui::error_page::ErrorPage;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use super::form::Words;
use super::{Chrome, HttpError};
use crate::AppState;

static EXECUTOR: Once = Once::new();

/// Renders a view to HTML.
pub fn html<V: IntoView>(view: impl FnOnce() -> V) -> String {
    EXECUTOR.call_once(|| {
        // Already initialised by somebody else is as good as initialised by us.
        let _ = any_spawner::Executor::init_tokio();
    });
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| view().into_view().to_html());
    owner.cleanup();
    html
}

/// A whole page: `view` inside the document that `chrome` describes.
pub fn document<V: IntoView + 'static>(chrome: Chrome, view: impl FnOnce() -> V) -> String {
    let Chrome {
        title,
        description,
        frame,
    } = chrome;
    html(|| {
        let inner = view();
        match description {
            Some(description) => view! { <Shell frame title description>{inner}</Shell> }.into_any(),
            None => view! { <Shell frame title>{inner}</Shell> }.into_any(),
        }
    })
}

/// A whole page as a response that no cache keeps.
pub fn page<V: IntoView + 'static>(status: StatusCode, chrome: Chrome, view: impl FnOnce() -> V) -> Response {
    let mut response = (status, axum::response::Html(document(chrome, view))).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Title, sentence and reasons of an error's page.
#[derive(Clone, Debug)]
pub struct ErrorText {
    title: String,
    text: String,
    reasons: Vec<String>,
    /// Whether a new link is what the person needs.
    is_bad_link: bool,
}

impl ErrorText {
    /// Whether a response is an error of ours, and gets its page.
    #[must_use]
    pub fn is_in(response: &Response) -> bool {
        response.extensions().get::<Self>().is_some()
    }

    /// What the person is told.
    #[must_use]
    pub fn of(error: &HttpError) -> Self {
        let (title, text) = match error {
            HttpError::NotFound => ("Not found", "There is nothing at this address.".to_owned()),
            HttpError::BadLink => (
                "This link is not valid",
                "It may have been used already, have expired, or be incomplete. Ask for a new one, or use the newest mail."
                    .to_owned(),
            ),
            HttpError::Conflict { title, .. } => ("This cannot be done now", title.clone()),
            HttpError::Forbidden(why) => ("Not allowed", why.clone()),
            HttpError::BadRequest(why) | HttpError::Unprocessable(why) => ("This request cannot be used", why.clone()),
            HttpError::TooLarge => (
                "This is too large",
                "Nothing was changed. A file may have 5 megabytes, a form without files 256 kilobytes.".to_owned(),
            ),
            HttpError::TooMany(seconds) => {
                ("Too many requests", format!("Wait {seconds} seconds and try again. Nothing was lost."))
            }
            HttpError::Unavailable => (
                "Not available right now",
                "The database does not answer. Nothing was changed; try again in a few seconds.".to_owned(),
            ),
            HttpError::Internal(id) => (
                "Something went wrong on our side",
                format!("It has been logged under the number {id}. Nothing was half-written; you can try again."),
            ),
            HttpError::SignedOut { .. } => ("Sign in first", String::new()),
        };
        let reasons = if let HttpError::Conflict { reasons, .. } = error {
            reasons.clone()
        } else {
            Vec::new()
        };
        Self {
            title: title.to_owned(),
            text,
            reasons,
            is_bad_link: matches!(error, HttpError::BadLink),
        }
    }
}

/// Areas of customers' contacts, whose links only the publisher gives.
const OF_CONTACTS: [&str; 3] = ["/n/", "/objections/", "/contacts/"];

/// Where a new link is had, for the area in which one was not valid.
fn new_link(state: &AppState, path: &str) -> Option<Link> {
    if path.starts_with("/subscri") || path.starts_with("/unsubscribe") {
        Some(Link::new("Ask for a new mail", "/subscribe"))
    } else if path.starts_with("/staff/reset") {
        Some(Link::new("Ask for a new link", "/staff/reset"))
    } else if OF_CONTACTS.iter().any(|area| path.starts_with(area)) {
        let publisher = state.publisher();
        let mailbox = &publisher.contact;
        (!mailbox.is_empty()).then(|| Link::new(format!("Write to {mailbox}"), mail_to(mailbox)))
    } else {
        None
    }
}

/// A mailbox as an address to follow; what an address may hold and a link would read otherwise is encoded.
fn mail_to(mailbox: &str) -> String {
    let mut encoded = mailbox.replace('%', "%25");
    for (sign, code) in [("?", "%3F"), ("&", "%26"), ("#", "%23")] {
        encoded = encoded.replace(sign, code);
    }
    format!("mailto:{encoded}")
}

/// Middleware: gives every error its page, in the frame of the area it happened in, with what somebody had written.
pub async fn error_pages(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let words = Words::default();
    request.extensions_mut().insert(words.clone());
    let response = next.run(request).await;
    let Some(ErrorText {
        title,
        text,
        reasons,
        is_bad_link,
    }) = response.extensions().get::<ErrorText>().cloned()
    else {
        return response;
    };
    let (mut parts, _) = response.into_parts();
    let framed = parts.extensions.remove::<Chrome>();
    let mut chrome = framed.unwrap_or_else(|| Chrome::contact(&state, ""));
    chrome.title.clone_from(&title);
    let next = is_bad_link.then(|| new_link(&state, &path)).flatten();
    let written = words.take();
    let body = document(
        chrome,
        move || view! { <ErrorPage title text reasons written next/> },
    );
    parts.headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, body.into())
}
