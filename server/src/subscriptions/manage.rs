//! A subscriber's own page, behind a link that lasts.

use app::subscriptions::pages::SubscriptionPage;
use app::subscriptions::{Language, Standing, Subscription};
use app::ui::FieldErrors;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::email_address::EmailAddress;
use domain::subscription::SubscriptionState;
use domain::words::moment;
use leptos::prelude::*;

use super::{find_by_link, go_to, path};
use crate::AppState;
use crate::http::{Chrome, Client, FormToken, HttpError, Posted, render};
use crate::keys::Purpose;
use crate::store::subscribers::{self, Subscriber};

/// What the address of the page says after the language was saved.
const SAVED: &str = "saved";

/// `GET /subscription/{token}`
pub async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    form: FormToken,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let subscriber = find_by_link(&mut tx, &state, Purpose::Subscription, &token).await?;
    let is_saved = query.as_deref() == Some(SAVED);
    Ok(show(
        &state,
        &form,
        &token,
        &subscriber,
        is_saved,
        FieldErrors::new(),
    ))
}

fn show(
    state: &AppState,
    form: &FormToken,
    token: &str,
    subscriber: &Subscriber,
    is_saved: bool,
    errors: FieldErrors,
) -> Response {
    let (status, title) = if errors.is_empty() {
        (StatusCode::OK, "Your subscription")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: Your subscription")
    };
    let zone = state.publisher().zone;
    let data = Subscription {
        csrf: form.value(),
        action: format!("/subscription/{token}"),
        leave: path(state, "/unsubscribe", Purpose::Unsubscribe, subscriber),
        standing: match subscriber.state {
            SubscriptionState::Pending => Standing::Pending,
            SubscriptionState::Confirmed => Standing::Confirmed,
            SubscriptionState::Left => Standing::Left,
        },
        address: subscriber
            .address
            .as_ref()
            .map(EmailAddress::masked)
            .unwrap_or_default(),
        since: subscriber.confirmed_at.map(|at| moment(at, zone)),
        locale: subscriber.locale,
        is_saved,
        errors,
    };
    render::page(
        status,
        Chrome::contact(state, title),
        move || view! { <SubscriptionPage data/> },
    )
}

/// `POST /subscription/{token}`: changes the language.
pub async fn save(
    State(state): State<AppState>,
    Path(token): Path<String>,
    client: Client,
    form: FormToken,
    posted: Posted,
) -> Result<Response, HttpError> {
    state.limits.link_post_by_client.count(&client.key())?;
    let mut tx = state.db.write().await?;
    let subscriber = find_by_link(&mut tx, &state, Purpose::Subscription, &token).await?;
    let locale = match (Language {
        locale: posted.text("locale").to_owned(),
    })
    .parse()
    {
        Ok(locale) => locale,
        Err(errors) => return Ok(show(&state, &form, &token, &subscriber, false, errors)),
    };
    subscribers::set_locale(&mut tx, subscriber.id, locale).await?;
    tx.commit().await?;
    Ok(go_to(&format!("/subscription/{token}?{SAVED}")))
}
