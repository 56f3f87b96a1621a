//! "Do not write to me again", in a confirmation that somebody else asked for; and the way back, because some mail
//! scanners press buttons.

use app::subscriptions::Step;
use app::subscriptions::pages::{SuppressPage, SuppressedPage};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use serde_json::json;

use super::{end, find_by_link, go_to, record};
use crate::AppState;
use crate::http::{Chrome, Client, FormToken, HttpError, render};
use crate::keys::Purpose;
use crate::store::subscribers;

/// `GET /subscribe/suppress/{token}`: how it stands, and the button for the other way. Changes nothing.
pub async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    form: FormToken,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let subscriber = find_by_link(&mut tx, &state, Purpose::Suppress, &token).await?;
    let csrf = form.value();
    let chrome = Chrome::contact(&state, "Mails to this address");
    Ok(if subscriber.is_suppressed {
        let data = Step {
            csrf,
            action: format!("/subscribe/allow/{token}"),
        };
        render::page(StatusCode::OK, chrome, move || view! { <SuppressedPage data/> })
    } else {
        let data = Step {
            csrf,
            action: format!("/subscribe/suppress/{token}"),
        };
        render::page(StatusCode::OK, chrome, move || view! { <SuppressPage data/> })
    })
}

/// `POST /subscribe/suppress/{token}`: no mail to this address any more, and no subscription.
pub async fn suppress(
    State(state): State<AppState>,
    Path(token): Path<String>,
    client: Client,
) -> Result<Response, HttpError> {
    state.limits.link_post_by_client.count(&client.key())?;
    let mut tx = state.db.write().await?;
    let subscriber = find_by_link(&mut tx, &state, Purpose::Suppress, &token).await?;
    if !subscriber.is_suppressed {
        end(&mut tx, &state, &subscriber, "subscription.left").await?;
        subscribers::suppress(&mut tx, subscriber.id, state.clock.now()).await?;
        record(&mut tx, &state, &subscriber, "subscription.suppressed", json!({})).await?;
        tx.commit().await?;
    }
    Ok(go_to(&format!("/subscribe/suppress/{token}")))
}

/// `POST /subscribe/allow/{token}`: takes that back. It starts no subscription.
pub async fn allow(
    State(state): State<AppState>,
    Path(token): Path<String>,
    client: Client,
) -> Result<Response, HttpError> {
    state.limits.link_post_by_client.count(&client.key())?;
    let mut tx = state.db.write().await?;
    let subscriber = find_by_link(&mut tx, &state, Purpose::Suppress, &token).await?;
    if subscriber.is_suppressed {
        subscribers::allow(&mut tx, subscriber.id).await?;
        record(&mut tx, &state, &subscriber, "subscription.allowed", json!({})).await?;
        tx.commit().await?;
    }
    Ok(go_to(&format!("/subscribe/suppress/{token}")))
}
