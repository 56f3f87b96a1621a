//! Signing in and out.

use app::access::SignIn;
use app::access::pages::SignInPage;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use leptos::prelude::*;
use serde::Deserialize;
use tower_sessions::Session;

use super::staff::{session_error, start_session};
use super::{DEMO_PASSWORD, Staff, role_labels};
use crate::AppState;
use crate::http::{Chrome, Client, FormToken, HttpError, Posted, Query, render};
use crate::store::staff::{StaffRow, find_staff_by_login, list_staff};

/// The longest password that is compared at all.
const LONGEST_TRY: usize = 1024;

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// `next` if it is a staff page of ours, else the start page. Nothing that a browser could read as another site's
/// address gets through: it must begin with `/staff` and hold no backslash and no control character.
fn local(next: &str) -> &str {
    let rest = next.strip_prefix("/staff");
    let is_staff = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let is_plain = next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if is_staff && is_plain && !next.starts_with("/staff/sign-") {
        next
    } else {
        "/staff"
    }
}

/// `GET /staff/sign-in`
pub async fn page(
    State(state): State<AppState>,
    Query(Next { next }): Query<Next>,
    form: FormToken,
) -> Result<Response, HttpError> {
    show(&state, &form, &next, "", false).await
}

/// Only the demo, which shows its accounts, asks the database for this page.
async fn show(
    state: &AppState,
    form: &FormToken,
    next: &str,
    login: &str,
    is_refused: bool,
) -> Result<Response, HttpError> {
    let people = if state.config.is_demo {
        list_staff(&mut state.db.read().await?).await?
    } else {
        Vec::new()
    };
    let data = SignIn {
        csrf: form.value(),
        next: local(next).to_owned(),
        login: login.to_owned(),
        is_refused,
        demo: people
            .iter()
            .filter(|p| p.disabled_at.is_none())
            .map(demo_person)
            .collect(),
    };
    let (status, title) = if is_refused {
        (StatusCode::UNPROCESSABLE_ENTITY, "Error: Sign in")
    } else {
        (StatusCode::OK, "Sign in")
    };
    Ok(render::page(
        status,
        Chrome::contact(state, title),
        move || view! { <SignInPage data/> },
    ))
}

fn demo_person(account: &StaffRow) -> app::access::DemoPerson {
    app::access::DemoPerson {
        login: account.login.clone(),
        password: DEMO_PASSWORD.to_owned(),
        name: account.name.clone(),
        roles: role_labels(&account.roles),
    }
}

/// `POST /staff/sign-in`. Counted per client and per account before anything is looked up; an unknown account costs one
/// hash as a known one does, and the answer is the same.
pub async fn sign_in(
    State(state): State<AppState>,
    client: Client,
    session: Session,
    form: FormToken,
    posted: Posted,
) -> Result<Response, HttpError> {
    let login = app::access::Login::fold(posted.text("login"));
    state.limits.sign_in_by_client.count(&client.key())?;
    state.limits.sign_in_by_account.count(&login)?;
    let mut tx = state.db.read().await?;
    let account = find_staff_by_login(&mut tx, &login).await?;
    drop(tx);
    let password: String = posted.text("password").chars().take(LONGEST_TRY).collect();
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let is_right = state.passwords.is_right(password, hash).await?;
    let Some(account) = account.filter(|account| is_right && account.disabled_at.is_none()) else {
        tracing::info!("sign-in refused");
        return show(&state, &form, posted.text("next"), posted.text("login"), true).await;
    };
    start_session(&session, &account).await?;
    tracing::info!(staff = %account.id, "signed in");
    Ok(Redirect::to(local(posted.text("next"))).into_response())
}

/// `POST /staff/sign-out`. Also for a session that has ended already.
pub async fn sign_out(session: Session, staff: Result<Staff, HttpError>) -> Result<Response, HttpError> {
    if let Ok(staff) = staff {
        tracing::info!(staff = %staff.id, "signed out");
    }
    session.flush().await.map_err(session_error)?;
    Ok(Redirect::to("/staff/sign-in").into_response())
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn after_signing_in_one_goes_to_a_staff_page_of_ours_and_nowhere_else() {
        for good in [
            "/staff",
            "/staff/customers",
            "/staff/customers?q=a%20b",
            "/staff?x=1",
        ] {
            assert_eq!(local(good), good);
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/staff",
            "/staffing",
            "/staff\\..\\x",
            "/staff/a\r\nSet-Cookie: x",
            "/subprocessors",
            "/staff/sign-out",
            "javascript:alert(1)",
        ] {
            assert_eq!(local(bad), "/staff", "{bad}");
        }
    }
}
