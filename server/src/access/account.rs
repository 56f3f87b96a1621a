//! One's own account: the password, sessions on other devices, the daily mail, the calendar.

use app::access::account_page::{AccountPage, CalendarLinkPage};
use app::access::{Account, NewPassword};
use app::ui::FieldErrors;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::email_address::EmailAddress;
use domain::words;
use leptos::prelude::*;
use serde_json::json;

use super::staff::{session_error, start_session};
use super::{Staff, role_labels};
use crate::AppState;
use crate::audit::Subject;
use crate::http::{Client, HttpError, Posted, form, render, session};
use crate::keys::{Ticket, new_token};
use crate::store::calendar_links::{find_calendar_link, replace_calendar_link, revoke_calendar_link};
use crate::store::digests::{find_digest_off, put_digest_off};
use crate::store::sessions::{count_sessions_of, delete_sessions_of};
use crate::store::staff::{find_staff, set_password, use_password_resets_of};

/// `GET /staff/account`
pub async fn page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    show(&state, &staff, FieldErrors::new()).await
}

async fn show(state: &AppState, staff: &Staff, errors: FieldErrors) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let sessions = count_sessions_of(&mut tx, staff.id.uuid(), state.clock.wall(), session::IDLE).await?;
    let calendar_since = find_calendar_link(&mut tx, staff.id).await?;
    let is_digest_off = find_digest_off(&mut tx, staff.id).await?.is_some();
    drop(tx);
    let zone = state.publisher().zone;
    let data = Account {
        gets_digest: !is_digest_off,
        can_get_digest: EmailAddress::parse(&staff.login).is_ok(),
        calendar_since: calendar_since.map(|at| words::short_moment(at, zone)),
        csrf: staff.csrf.clone(),
        login: staff.login.clone(),
        name: staff.name.clone(),
        roles: role_labels(&staff.roles),
        other_sessions: u64::try_from(sessions - 1).unwrap_or(0),
        errors: errors.clone(),
    };
    let (status, title) = form::outcome(&errors, "Your account");
    let chrome = staff.chrome(state, title, "/staff/account");
    Ok(render::page(
        status,
        chrome,
        move || view! { <AccountPage data/> },
    ))
}

/// `POST /staff/account/password`: the old one proves who asks; all sessions end, and this browser gets a new one.
pub async fn change_password(
    State(state): State<AppState>,
    staff: Staff,
    client: Client,
    posted: Posted,
) -> Result<Response, HttpError> {
    state.limits.sign_in_by_client.count(&client.key())?;
    state.limits.sign_in_by_account.count(&staff.login)?;
    let mut tx = state.db.read().await?;
    let account = find_staff(&mut tx, staff.id.uuid())
        .await?
        .ok_or(HttpError::NotFound)?;
    drop(tx);
    let mut errors = FieldErrors::new();
    let current = posted.text("current_password").to_owned();
    if !state
        .passwords
        .is_right(current, Some(account.password_hash))
        .await?
    {
        errors.add("current_password", "This is not your present password");
    }
    let (first, again) = (posted.text("new_password"), posted.text("again"));
    let new = errors.take("new_password", NewPassword::parse(first, &staff.login));
    if first != again {
        errors.add("again", "The two new passwords differ");
    }
    let (Some(new), true) = (new, errors.is_empty()) else {
        return show(&state, &staff, errors).await;
    };
    let hash = state.passwords.hash(new.into_text(), &state.random).await?;
    let now = state.clock.wall();
    let mut tx = state.db.write().await?;
    set_password(&mut tx, staff.id.uuid(), &hash, now).await?;
    use_password_resets_of(&mut tx, staff.id.uuid(), now).await?;
    delete_sessions_of(&mut tx, staff.id.uuid(), &[]).await?;
    // Whoever learned the password may have made or read the calendar's address.
    revoke_calendar_link(&mut tx, staff.id, state.clock.now()).await?;
    let account = find_staff(&mut tx, staff.id.uuid())
        .await?
        .ok_or(HttpError::NotFound)?;
    let subject = Subject::of("account", staff.id.uuid());
    staff
        .record(&mut tx, &state, "account.password_changed", subject, json!({}))
        .await?;
    tx.commit().await?;
    start_session(&staff.session, &account).await?;
    staff
        .say("Your password was changed. All your other sessions and your calendar’s address were ended.")
        .await?;
    Ok(Redirect::to("/staff/account").into_response())
}

/// `POST /staff/account/sessions`: ends the sessions on other devices.
pub async fn end_other_sessions(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    let id = staff.session.id().ok_or_else(|| session_error(no_id()))?;
    let mut tx = state.db.write_unchained().await?;
    let ended = delete_sessions_of(&mut tx, staff.id.uuid(), &session::id_hash(&id)).await?;
    tx.commit().await?;
    staff
        .say(format!(
            "{} ended.",
            domain::words::count(
                usize::try_from(ended).unwrap_or(0),
                "session was",
                "sessions were"
            )
        ))
        .await?;
    Ok(Redirect::to("/staff/account").into_response())
}

/// `POST /staff/account/digest`: switches the daily mail off, or on again.
pub async fn switch_digest(
    State(state): State<AppState>,
    staff: Staff,
    posted: Posted,
) -> Result<Response, HttpError> {
    let is_off = posted.text("digest") == "off";
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let was_off = find_digest_off(&mut tx, staff.id).await?.is_some();
    if was_off != is_off {
        put_digest_off(&mut tx, staff.id, is_off.then_some(now)).await?;
        let action = if is_off {
            "account.digest_switched_off"
        } else {
            "account.digest_switched_on"
        };
        let subject = Subject::of("account", staff.id.uuid());
        staff.record(&mut tx, &state, action, subject, json!({})).await?;
        tx.commit().await?;
    }
    let said = if is_off {
        "You get no daily mail any more."
    } else {
        "You get the daily mail again."
    };
    staff.say(said).await?;
    Ok(Redirect::to("/staff/account").into_response())
}

/// `POST /staff/account/calendar`: a new address, shown this once; the one before ends.
pub async fn make_calendar_link(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    let (token, hash) = new_token(Ticket::StaffCalendar, &state.random);
    let mut tx = state.db.write().await?;
    replace_calendar_link(&mut tx, staff.id, hash, state.clock.now()).await?;
    let subject = Subject::of("account", staff.id.uuid());
    staff
        .record(&mut tx, &state, "account.calendar_made", subject, json!({}))
        .await?;
    tx.commit().await?;
    let link = state.config.link(&format!("/calendar/staff/{token}.ics"));
    let chrome = staff.chrome(&state, "The address of your calendar", "/staff/account");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <CalendarLinkPage link/> },
    ))
}

/// `POST /staff/account/calendar/revoke`
pub async fn end_calendar_link(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    let mut tx = state.db.write().await?;
    if revoke_calendar_link(&mut tx, staff.id, state.clock.now()).await? {
        let subject = Subject::of("account", staff.id.uuid());
        staff
            .record(&mut tx, &state, "account.calendar_revoked", subject, json!({}))
            .await?;
        tx.commit().await?;
    }
    staff.say("The address of your calendar works no more.").await?;
    Ok(Redirect::to("/staff/account").into_response())
}

fn no_id() -> tower_sessions::session::Error {
    tower_sessions::session::Error::Store(tower_sessions::session_store::Error::Backend("no id".to_owned()))
}
