//! Leaving: one click in the mail program (RFC 8058), or the page's own button. Both post to the same address, need no
//! cookie and no form token, and may come any number of times.

use app::subscriptions::pages::{GonePage, LeavePage};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::subscription::SubscriptionState;
use leptos::prelude::*;

use super::{end, find_by_link, path};
use crate::AppState;
use crate::http::{Chrome, HttpError, render};
use crate::keys::Purpose;

/// `GET /unsubscribe/{token}`: changes nothing.
pub async fn page(State(state): State<AppState>, Path(token): Path<String>) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let subscriber = find_by_link(&mut tx, &state, Purpose::Unsubscribe, &token).await?;
    if subscriber.state == SubscriptionState::Left {
        return Ok(gone(&state));
    }
    let action = format!("/unsubscribe/{token}");
    let own = path(&state, "/subscription", Purpose::Subscription, &subscriber);
    let chrome = Chrome::contact(&state, "Leave the list");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <LeavePage action own/> },
    ))
}

fn gone(state: &AppState) -> Response {
    render::page(
        StatusCode::OK,
        Chrome::contact(state, "You have left the list"),
        || view! { <GonePage/> },
    )
}

/// `POST /unsubscribe/{token}`. The body is not read: the token is the proof and the whole request. No limit per client
/// either; one mail provider may post for many people within a minute.
pub async fn leave(State(state): State<AppState>, Path(token): Path<String>) -> Result<Response, HttpError> {
    let mut tx = state.db.write().await?;
    let subscriber = find_by_link(&mut tx, &state, Purpose::Unsubscribe, &token).await?;
    if end(&mut tx, &state, &subscriber, "subscription.left").await? {
        tx.commit().await?;
    }
    Ok(gone(&state))
}
