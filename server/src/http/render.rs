//! Turns a Leptos view into a response: rendered at once, from plain data, with an islands-aware owner and no reactivity.

use std::sync::{Arc, Once};

use app::shell::{Chrome, Document};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use super::HttpError;

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
    let body = html(|| {
        let inner = view();
        view! { <Document chrome>{inner}</Document> }
    });
    format!("<!DOCTYPE html>{body}")
}

/// A whole page as a response that no cache keeps.
pub fn page<V: IntoView + 'static>(status: StatusCode, chrome: Chrome, view: impl FnOnce() -> V) -> Response {
    let mut response = (status, axum::response::Html(document(chrome, view))).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The page for an error.
pub fn error_page(error: &HttpError) -> Response {
    use app::ui::error_page::ErrorPage;
    let (title, text, reasons) = match error {
        HttpError::NotFound => ("Not found".to_owned(), "There is nothing at this address.".to_owned(), Vec::new()),
        HttpError::BadLink => (
            "This link is not valid".to_owned(),
            "It may have been used already, have expired, or be incomplete. Ask for a new one, or use the newest mail.".to_owned(),
            Vec::new(),
        ),
        HttpError::Conflict { title, reasons } => {
            ("This cannot be done now".to_owned(), title.clone(), reasons.clone())
        }
        HttpError::Forbidden(why) => ("Not allowed".to_owned(), why.clone(), Vec::new()),
        HttpError::BadRequest(why) | HttpError::Unprocessable(why) => {
            ("This request cannot be used".to_owned(), why.clone(), Vec::new())
        }
        HttpError::TooMany(seconds) => {
            ("Too many requests".to_owned(), format!("Wait {seconds} seconds and try again. Nothing was lost."), Vec::new())
        }
        HttpError::Unavailable => (
            "Not available right now".to_owned(),
            "The database does not answer. Nothing was changed; try again in a few seconds.".to_owned(),
            Vec::new(),
        ),
        HttpError::Internal(id) => (
            "Something went wrong on our side".to_owned(),
            format!("It has been logged under the number {id}. Nothing was half-written; you can try again."),
            Vec::new(),
        ),
        HttpError::SignedOut => ("Sign in first".to_owned(), String::new(), Vec::new()),
    };
    let chrome = Chrome::public(&title);
    page(
        error.status(),
        chrome,
        move || view! { <ErrorPage title text reasons/> },
    )
}
