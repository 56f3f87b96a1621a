//! Asking: one address, one answer.

use app::subscriptions::pages::{AskedPage, SubscribePage};
use app::subscriptions::{Subscribe, SubscribeForm};
use app::ui::FieldErrors;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;
use domain::email_address::EmailAddress;
use domain::locale::Locale;
use domain::subscription::{PENDING_FOR, may_confirm_again};
use domain::words::moment;
use leptos::prelude::*;

use super::go_to;
use crate::AppState;
use crate::http::{Chrome, Client, FormToken, HttpError, Posted, render};
use crate::keys::{Purpose, Ticket, new_token};
use crate::mail::messages::{Message, SubscriptionConfirm};
use crate::mail::{List, Outgoing, prepare, queue_prepared};
use crate::store;
use crate::store::subscribers::{self, Wish, address_context, address_index};

/// `GET /subscribe`
pub async fn page(State(state): State<AppState>, uri: Uri, form: FormToken) -> Response {
    show(&state, &uri, &form, SubscribeForm::default(), FieldErrors::new())
}

fn show(
    state: &AppState,
    uri: &Uri,
    token: &FormToken,
    form: SubscribeForm,
    errors: FieldErrors,
) -> Response {
    let (status, title) = if errors.is_empty() {
        (StatusCode::OK, "Subscribe")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: Subscribe")
    };
    let mut chrome = Chrome::public(state, title, uri);
    chrome.description = Some("Be told by mail before a subprocessor is added or replaced.".to_owned());
    let data = Subscribe {
        csrf: token.value(),
        form,
        errors,
    };
    render::page(status, chrome, move || view! { <SubscribePage data/> })
}

/// `POST /subscribe`
pub async fn ask(
    State(state): State<AppState>,
    uri: Uri,
    client: Client,
    headers: HeaderMap,
    token: FormToken,
    posted: Posted,
) -> Result<Response, HttpError> {
    state.limits.subscribe_by_client.count(&client.key())?;
    let form = SubscribeForm {
        email: posted.text("email").to_owned(),
    };
    let address = match form.parse() {
        Ok(address) => address,
        Err(errors) => return Ok(show(&state, &uri, &token, form, errors)),
    };
    state.limits.subscribe_by_all.count(&())?;
    let languages = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    subscribe(&state, &address, Locale::negotiate(languages.unwrap_or(""))).await?;
    Ok(go_to("/subscribe/asked"))
}

/// `GET /subscribe/asked`: the same page for every address, which is not among what it knows.
pub async fn asked(State(state): State<AppState>) -> Response {
    let chrome = Chrome::contact(&state, "Check your mailbox");
    render::page(StatusCode::OK, chrome, || view! { <AskedPage/> })
}

/// Sends a confirmation to this address, unless its owner refused mails or it got enough of them. The same statements
/// run either way, and whoever follows already gets the same mail: behind its link is the way to the settings.
///
/// # Errors
/// When the database is away.
pub async fn subscribe(state: &AppState, address: &EmailAddress, locale: Locale) -> store::Result<()> {
    let now = state.clock.now();
    let address_index = address_index(&state.keys, address);
    let mut tx = state.db.write().await?;
    let confirmations = subscribers::list_confirmations(&mut tx, &address_index).await?;
    let is_suppressed = subscribers::is_suppressed(&mut tx, &address_index).await?;
    let known = subscribers::find_id(&mut tx, &address_index).await?;
    let is_granted = may_confirm_again(&confirmations, now).is_ok() && !is_suppressed;

    let new_id = state.random.id(now);
    let id = known.unwrap_or(new_id);
    let (token, token_hash) = new_token(Ticket::Confirm, &state.random);
    let wish = Wish {
        id,
        address: state
            .keys
            .seal(&address_context(id), address.as_str().as_bytes(), &state.random),
        address_index,
        locale,
        token_hash,
        confirmation_id: state.random.id(now),
        now,
        expires_at: now + PENDING_FOR,
    };
    let publisher = state.publisher();
    let suppress = state.keys.link(Purpose::Suppress, id);
    let rendered = SubscriptionConfirm {
        publisher: &publisher.name,
        link: &state.config.link(&format!("/subscribe/confirm/{token}")),
        suppress_link: &state.config.link(&format!("/subscribe/suppress/{suppress}")),
        expires: &moment(wish.expires_at, publisher.zone),
    }
    .render();
    let mail = prepare(
        state,
        &Outgoing {
            about_id: Some(id),
            to_name: String::new(),
            to: address.to_string(),
            list: List::None,
            rendered,
        },
    );
    subscribers::ask(&mut tx, &wish, is_granted).await?;
    queue_prepared(&mut tx, &mail).await?;
    subscribers::settle(&mut tx, &wish, mail.id(), is_granted).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(())
}
