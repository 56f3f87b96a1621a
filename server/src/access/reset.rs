//! A new password without the old one: a single-use link, by mail or from an admin.

use app::access::pages::{AskResetPage, ResetAskedPage, SetPasswordPage};
use app::access::{Login, NewPassword, SetPassword};
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use domain::email_address::EmailAddress;
use domain::words;
use leptos::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::record;
use crate::AppState;
use crate::audit::{Actor, Subject};
use crate::http::{Chrome, Client, FormToken, HttpError, Posted, form, render};
use crate::keys::{Ticket, new_token, token_hash};
use crate::mail::messages::PasswordReset;
use crate::mail::{List, Message, Outgoing, queue};
use crate::store::calendar_links::revoke_calendar_link;
use crate::store::sessions::delete_sessions_of;
use crate::store::staff::{
    StaffRow, find_password_reset, find_staff, find_staff_by_login, insert_password_reset, set_password,
    use_password_resets_of,
};
use crate::store::{self, Tx};

/// A link that was asked for by mail works so long.
pub const RESET: TimeDelta = TimeDelta::hours(1);
/// A link that an admin hands over works so long.
pub const INVITATION: TimeDelta = TimeDelta::hours(72);

/// Makes a link with which this account's password can be set once. Earlier links stop working.
pub async fn make_link(
    tx: &mut Tx,
    state: &AppState,
    staff_id: Uuid,
    lasts: TimeDelta,
) -> store::Result<String> {
    let now = state.clock.wall();
    use_password_resets_of(tx, staff_id, now).await?;
    let (token, hash) = new_token(Ticket::PasswordReset, &state.random);
    insert_password_reset(tx, &hash, staff_id, now, now + lasts).await?;
    Ok(state.config.link(&format!("/staff/reset/{token}")))
}

/// `GET /staff/reset`
pub async fn ask_page(State(state): State<AppState>, form: FormToken) -> Response {
    let chrome = Chrome::contact(&state, "Forgotten password");
    let csrf = form.value();
    render::page(StatusCode::OK, chrome, move || view! { <AskResetPage csrf/> })
}

/// `POST /staff/reset`: one answer for every login. What is done for a known one is done after the answer.
pub async fn ask(
    State(state): State<AppState>,
    client: Client,
    posted: Posted,
) -> Result<Response, HttpError> {
    let login = Login::fold(posted.text("login"));
    state.limits.reset_by_client.count(&client.key())?;
    if state.limits.reset_by_account.count(&login).is_ok() {
        let state = state.clone();
        tokio::spawn(async move {
            if let Err(error) = send(&state, &login).await {
                tracing::error!(%error, "password reset was not sent");
            }
        });
    }
    let chrome = Chrome::contact(&state, "Check your mailbox");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        || view! { <ResetAskedPage/> },
    ))
}

async fn send(state: &AppState, login: &str) -> store::Result<()> {
    let mut tx = state.db.write().await?;
    let Some(account) = find_staff_by_login(&mut tx, login).await? else {
        return Ok(());
    };
    let Ok(address) = EmailAddress::parse(&account.login) else {
        return Ok(());
    };
    if account.disabled_at.is_some() {
        return Ok(());
    }
    let link = make_link(&mut tx, state, account.id, RESET).await?;
    queue_mail(&mut tx, state, &account, &address, &link).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(())
}

/// Queues the mail that carries the link.
async fn queue_mail(
    tx: &mut Tx,
    state: &AppState,
    account: &StaffRow,
    address: &EmailAddress,
    link: &str,
) -> store::Result<()> {
    let publisher = state.publisher();
    // Told in product time, which is what every date in mails is; only the demo's clock differs from the wall's.
    let expires = words::moment(state.clock.now() + RESET, publisher.zone);
    let message = PasswordReset {
        publisher: &publisher.name,
        link,
        expires: &expires,
    };
    let mail = Outgoing {
        about_id: Some(account.id),
        to_name: account.name.clone(),
        to: address.to_string(),
        list: List::None,
        rendered: message.render(),
    };
    queue(tx, state, &mail).await.map(drop)
}

async fn account_of(state: &AppState, token: &str) -> Result<StaffRow, HttpError> {
    let hash = token_hash(Ticket::PasswordReset, token);
    let mut tx = state.db.read().await?;
    let id = find_password_reset(&mut tx, &hash, state.clock.wall())
        .await?
        .ok_or(HttpError::BadLink)?;
    find_staff(&mut tx, id).await?.ok_or(HttpError::BadLink)
}

fn show(
    state: &AppState,
    form: &FormToken,
    token: String,
    account: &StaffRow,
    errors: FieldErrors,
) -> Response {
    let (status, title) = form::outcome(&errors, "Set a password");
    let data = SetPassword {
        csrf: form.value(),
        token,
        login: account.login.clone(),
        errors,
    };
    render::page(
        status,
        Chrome::contact(state, title),
        move || view! { <SetPasswordPage data/> },
    )
}

/// `GET /staff/reset/{token}`: uses nothing up, so that a mail scanner may look.
pub async fn set_page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    form: FormToken,
) -> Result<Response, HttpError> {
    let account = account_of(&state, &token).await?;
    Ok(show(&state, &form, token, &account, FieldErrors::new()))
}

/// `POST /staff/reset/{token}`: sets the password and ends all sessions. A second factor will still be asked for.
pub async fn set(
    State(state): State<AppState>,
    Path(token): Path<String>,
    client: Client,
    form: FormToken,
    posted: Posted,
) -> Result<Response, HttpError> {
    state.limits.sign_in_by_client.count(&client.key())?;
    let account = account_of(&state, &token).await?;
    let mut errors = FieldErrors::new();
    let (first, again) = (posted.text("new_password"), posted.text("again"));
    let new = errors.take("new_password", NewPassword::parse(first, &account.login));
    if first != again {
        errors.add("again", "The two passwords differ");
    }
    let (Some(new), true) = (new, errors.is_empty()) else {
        return Ok(show(&state, &form, token, &account, errors));
    };
    let password_hash = state.passwords.hash(new.into_text(), &state.random).await?;
    let now = state.clock.wall();
    let mut tx = state.db.write().await?;
    let hash = token_hash(Ticket::PasswordReset, &token);
    let id = find_password_reset(&mut tx, &hash, now)
        .await?
        .ok_or(HttpError::BadLink)?;
    set_password(&mut tx, id, &password_hash, now).await?;
    use_password_resets_of(&mut tx, id, now).await?;
    delete_sessions_of(&mut tx, id, &[]).await?;
    revoke_calendar_link(&mut tx, id.into(), state.clock.now()).await?;
    let subject = Subject::of("account", id);
    record(
        &mut tx,
        &state,
        Actor::Visitor,
        "account.password_set",
        subject,
        json!({}),
    )
    .await?;
    tx.commit().await?;
    Ok(Redirect::to("/staff/sign-in").into_response())
}
