//! The demo's mailbox: every mail as its recipient would get it. Only `--demo` has it.

use app::mailbox::{ListPage, MailLine, MailPage, MailboxList};
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use crate::AppState;
use crate::http::{Chrome, HttpError, Query, render};
use crate::mail::reading::{self, Reader};
use crate::store::demo_mails::{DemoMail, find_demo_mail, list_demo_mails};

/// The most that the list shows.
const MOST: i64 = 200;

/// The mailbox's pages.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/mailbox", get(list))
        .route("/mailbox/{id}", get(show))
        .route("/mailbox/{id}/html", get(html))
        .route("/mailbox/{id}/source", get(source))
}

/// What narrows the list.
#[derive(Debug, Default, Deserialize)]
struct Narrow {
    #[serde(default)]
    q: String,
}

async fn list(
    State(state): State<AppState>,
    uri: Uri,
    Query(narrow): Query<Narrow>,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let words = narrow.q.trim().to_owned();
    let zone = state.publisher().zone;
    let lines = list_demo_mails(&mut tx, &words, MOST)
        .await?
        .into_iter()
        .map(|mail| MailLine {
            path: format!("/mailbox/{}", mail.id),
            subject: mail.subject,
            to: mail.recipient,
            received: words::short_moment(mail.received_at, zone),
        })
        .collect();
    let data = MailboxList { words, lines };
    let chrome = Chrome::public(&state, "Mailbox of this demonstration", &uri);
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <ListPage data/> },
    ))
}

async fn found(state: &AppState, id: &str) -> Result<(DemoMail, Vec<u8>), HttpError> {
    let id: Uuid = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.db.read().await?;
    find_demo_mail(&mut tx, id).await?.ok_or(HttpError::NotFound)
}

async fn show(
    State(state): State<AppState>,
    uri: Uri,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    let (mail, mime) = found(&state, &id).await?;
    let received = words::moment(mail.received_at, state.publisher().zone);
    let path = format!("/mailbox/{}", mail.id);
    let data = reading::view(&mime, format!("{path}/html"), Reader::Recipient);
    let chrome = Chrome::public(&state, data.subject.clone(), &uri);
    let to = mail.recipient;
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <MailPage data to received source=format!("{path}/source")/> },
    ))
}

async fn html(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, HttpError> {
    Ok(reading::html(&found(&state, &id).await?.1, Reader::Recipient))
}

async fn source(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, HttpError> {
    let (_, mime) = found(&state, &id).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        mime,
    )
        .into_response())
}
