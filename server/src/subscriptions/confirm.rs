//! Confirming: the owner of the address presses the button behind a link that works once.

use app::subscriptions::Step;
use app::subscriptions::pages::ConfirmPage;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::subscription::{SubscriptionEvent, SubscriptionState};
use leptos::prelude::*;

use super::{go_to, path, record};
use crate::AppState;
use crate::audit;
use crate::http::{Chrome, Client, FormToken, HttpError, render};
use crate::keys::{Purpose, Ticket, token_hash};
use crate::store::subscribers;

/// `GET /subscribe/confirm/{token}`: uses nothing up.
pub async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    form: FormToken,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let hash = token_hash(Ticket::Confirm, &token);
    subscribers::find_by_token(&mut tx, &hash, state.clock.now())
        .await?
        .ok_or(HttpError::BadLink)?;
    let data = Step {
        csrf: form.value(),
        action: format!("/subscribe/confirm/{token}"),
    };
    let chrome = Chrome::contact(&state, "Confirm your subscription");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <ConfirmPage data/> },
    ))
}

/// `POST /subscribe/confirm/{token}`: confirms, and leads to the settings. Whoever follows already only gets there.
pub async fn confirm(
    State(state): State<AppState>,
    Path(token): Path<String>,
    client: Client,
) -> Result<Response, HttpError> {
    state.limits.link_post_by_client.count(&client.key())?;
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let hash = token_hash(Ticket::Confirm, &token);
    let id = subscribers::use_token(&mut tx, &hash, now)
        .await?
        .ok_or(HttpError::BadLink)?;
    let subscriber = subscribers::find(&mut tx, &state.keys, id)
        .await?
        .ok_or(HttpError::BadLink)?;
    if subscriber.state != SubscriptionState::Confirmed {
        let to = subscriber
            .state
            .next(SubscriptionEvent::Confirm)
            .map_err(|_| HttpError::BadLink)?;
        subscribers::confirm(&mut tx, id, now).await?;
        let change = audit::change(&subscriber.state.as_str(), &to.as_str());
        record(&mut tx, &state, &subscriber, "subscription.confirmed", change).await?;
    }
    tx.commit().await?;
    Ok(go_to(&path(
        &state,
        "/subscription",
        Purpose::Subscription,
        &subscriber,
    )))
}
