//! Following the public list by mail: asked for, confirmed by the owner of the address, left in one step.
//!
//! Here belongs: the public pages of a subscription, and the mails that subscribers get. Not here: customers' contacts,
//! who are another list with another reason for being written to; nothing in this folder touches them.
//!
//! A GET never confirms or removes anything, because mail scanners follow links. Whoever asks for an address learns
//! nothing about it: known, unknown, refused and asked for too often get the same answer from the same statements.

mod confirm;
mod followers;
mod leave;
mod manage;
mod prune;
mod report;
mod subscribe;
mod suppress;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::subscription::SubscriptionState;

use crate::audit::{self, Actor, Entry, Subject};
use crate::http::HttpError;
use crate::keys::Purpose;
use crate::store::subscribers::{self, Subscriber};
use crate::store::{self, Tx};
use crate::{AppState, mail};

pub use crate::store::subscribers::Follower;
pub use followers::{cancelled_mail, change_mail, list_followers};
pub use prune::prune;
pub use report::end_by_report;
pub use subscribe::subscribe;

/// The addresses of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/subscribe", get(subscribe::page).post(subscribe::ask))
        .route("/subscribe/asked", get(subscribe::asked))
        .route(
            "/subscribe/confirm/{token}",
            get(confirm::page).post(confirm::confirm),
        )
        .route(
            "/subscribe/suppress/{token}",
            get(suppress::page).post(suppress::suppress),
        )
        .route("/subscribe/allow/{token}", post(suppress::allow))
        .route("/subscription/{token}", get(manage::page).post(manage::save))
        .route("/unsubscribe/{token}", get(leave::page).post(leave::leave))
}

/// The subscriber a link of this purpose was made for. Forged, of another purpose, or of a subscriber that is no more:
/// all the same.
async fn find_by_link(
    tx: &mut Tx,
    state: &AppState,
    purpose: Purpose,
    token: &str,
) -> Result<Subscriber, HttpError> {
    let id = state.keys.open_link(purpose, token).ok_or(HttpError::BadLink)?;
    subscribers::find(tx, &state.keys, id)
        .await?
        .ok_or(HttpError::BadLink)
}

/// The path of a page with a lasting link.
fn path(state: &AppState, page: &str, purpose: Purpose, subscriber: &Subscriber) -> String {
    format!("{page}/{}", state.keys.link(purpose, subscriber.id))
}

/// On to a page behind a token; no cache keeps the way there.
fn go_to(path: &str) -> Response {
    let mut response = Redirect::to(path).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Ends a subscription and withdraws what would still be sent for it. False: it had ended before.
async fn end(
    tx: &mut Tx,
    state: &AppState,
    subscriber: &Subscriber,
    why: &'static str,
) -> store::Result<bool> {
    if !withdraw(tx, state, subscriber).await? {
        return Ok(false);
    }
    let left = SubscriptionState::Left;
    record(
        tx,
        state,
        subscriber,
        why,
        audit::change(&subscriber.state.as_str(), &left.as_str()),
    )
    .await?;
    Ok(true)
}

/// The ending itself; the caller writes why.
async fn withdraw(tx: &mut Tx, state: &AppState, subscriber: &Subscriber) -> store::Result<bool> {
    if subscriber.state == SubscriptionState::Left {
        return Ok(false);
    }
    for id in subscribers::list_waiting_mails(tx, subscriber.id).await? {
        mail::cancel(tx, state, id).await?;
    }
    subscribers::leave(tx, subscriber.id, subscriber.state, state.clock.now()).await?;
    Ok(true)
}

/// What a subscriber did, for the audit log; never with an address or a token.
async fn record(
    tx: &mut Tx,
    state: &AppState,
    subscriber: &Subscriber,
    action: &'static str,
    payload: serde_json::Value,
) -> store::Result<()> {
    let entry = Entry {
        actor: Actor::Subscriber(subscriber.id),
        action,
        subject: Subject::of("subscription", subscriber.id),
        payload,
    };
    audit::append(tx, &state.keys, &state.random, state.clock.now(), entry).await?;
    Ok(())
}
