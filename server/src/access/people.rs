//! Accounts, for admins: add, change roles, disable. The last admin stays one.

use app::access::pages::{LinkPage, PeoplePage, PersonFormPage, PersonPage};
use app::access::{Login, PersonForm, PersonLine, PersonLink, PersonView};
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::role::{Permission, Role};
use leptos::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::reset::{INVITATION, make_link};
use super::{Staff, record, role_labels};
use crate::AppState;
use crate::audit::{Actor, Subject, change};
use crate::http::seen::{Seen, find_overtaken};
use crate::http::{HttpError, Posted, form, render};
use crate::store::calendar_links::revoke_calendar_link;
use crate::store::sessions::delete_sessions_of;
use crate::store::staff::{
    StaffRow, disable_staff, enable_staff, find_staff, find_staff_by_login, insert_staff, list_staff,
    set_name_and_roles,
};
use crate::store::{self, Tx};

/// How a save of name and roles stands in the log.
const CHANGED: &str = "account.changed";

const LAST_ADMIN: &str = "This is the last admin who can sign in. Make somebody else an admin first.";

/// No password fits this hash; the account waits for its link to be used.
pub(super) const NO_PASSWORD: &str = "none";

/// Whether nobody but this account is an admin who can sign in.
pub(super) async fn is_last_admin(tx: &mut Tx, id: Uuid) -> store::Result<bool> {
    let is_admin = |p: &StaffRow| p.disabled_at.is_none() && p.roles.contains(&Role::Admin);
    let admins: Vec<_> = list_staff(tx).await?.into_iter().filter(is_admin).collect();
    Ok(admins.iter().all(|admin| admin.id == id) && !admins.is_empty())
}

/// Adds an account that has no password yet.
pub(super) async fn add_account(
    tx: &mut Tx,
    state: &AppState,
    actor: Actor,
    login: &Login,
    name: &str,
    roles: Vec<Role>,
) -> store::Result<Uuid> {
    let now = state.clock.wall();
    let staff = StaffRow {
        id: state.random.id(now),
        login: login.as_str().to_owned(),
        name: name.to_owned(),
        password_hash: NO_PASSWORD.to_owned(),
        password_changed_at: now,
        roles,
        created_at: now,
        disabled_at: None,
    };
    insert_staff(tx, &staff).await?;
    let after = change(&(), &json!({ "name": staff.name, "roles": staff.roles }));
    record(
        tx,
        state,
        actor,
        "account.added",
        Subject::of("account", staff.id),
        after,
    )
    .await?;
    Ok(staff.id)
}

/// `GET /staff/people`
pub async fn list(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageAccounts)?;
    let mut tx = state.db.read().await?;
    let people = list_staff(&mut tx).await?;
    let lines = people
        .into_iter()
        .map(|person| PersonLine {
            path: format!("/staff/people/{}", person.id),
            name: person.name,
            login: person.login,
            roles: role_labels(&person.roles),
            is_disabled: person.disabled_at.is_some(),
            is_waiting: person.password_hash == NO_PASSWORD,
        })
        .collect();
    let chrome = staff.chrome(&state, "People", "/staff/people");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <PeoplePage lines/> },
    ))
}

/// `GET /staff/people/new`
pub async fn add_page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageAccounts)?;
    Ok(show_form(
        &state,
        &staff,
        PersonForm::default(),
        FieldErrors::new(),
    ))
}

fn show_form(state: &AppState, staff: &Staff, form: PersonForm, errors: FieldErrors) -> Response {
    let (status, title) = form::outcome(&errors, "Add a person");
    let csrf = staff.csrf.clone();
    let chrome = staff.chrome(state, title, "/staff/people");
    render::page(
        status,
        chrome,
        move || view! { <PersonFormPage csrf form errors/> },
    )
}

fn read(posted: &Posted) -> PersonForm {
    PersonForm {
        login: posted.text("login").to_owned(),
        name: posted.text("name").to_owned(),
        roles: posted.all("roles"),
    }
}

/// `POST /staff/people`: the account and a link to set its password, shown once.
pub async fn add(State(state): State<AppState>, staff: Staff, posted: Posted) -> Result<Response, HttpError> {
    staff.require(Permission::ManageAccounts)?;
    let form = read(&posted);
    let (person, mut errors) = form.parse();
    let mut tx = state.db.write().await?;
    let login = Login::fold(&form.login);
    if find_staff_by_login(&mut tx, &login).await?.is_some() {
        errors.add("login", "Somebody signs in with this already");
    }
    let (Some(person), true) = (person, errors.is_empty()) else {
        return Ok(show_form(&state, &staff, form, errors));
    };
    let id = add_account(
        &mut tx,
        &state,
        Actor::Staff(staff.id.uuid()),
        &person.login,
        person.name.as_str(),
        person.roles,
    )
    .await?;
    let link = make_link(&mut tx, &state, id, INVITATION).await?;
    tx.commit().await?;
    Ok(show_link(&state, &staff, id, person.name.as_str(), link))
}

fn show_link(state: &AppState, staff: &Staff, id: Uuid, name: &str, link: String) -> Response {
    let data = PersonLink {
        name: name.to_owned(),
        link,
        hours: INVITATION.num_hours(),
        path: format!("/staff/people/{id}"),
    };
    let chrome = staff.chrome(state, "Link to hand over", "/staff/people");
    render::page(StatusCode::OK, chrome, move || view! { <LinkPage data/> })
}

/// Name and roles as they are stored.
fn form_of(person: &StaffRow) -> PersonForm {
    PersonForm {
        login: String::new(),
        name: person.name.clone(),
        roles: person.roles.iter().map(ToString::to_string).collect(),
    }
}

async fn show_person(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    person: StaffRow,
    typed: Option<(PersonForm, FieldErrors, Seen)>,
) -> Result<Response, HttpError> {
    let stored = form_of(&person);
    let (form, errors, seen) = typed.unwrap_or_else(|| {
        let seen = Seen::of(&stored.said(), None);
        (stored, FieldErrors::new(), seen)
    });
    let is_last_admin = is_last_admin(tx, person.id).await?;
    let data = PersonView {
        csrf: staff.csrf.clone(),
        path: format!("/staff/people/{}", person.id),
        login: person.login,
        title: person.name.clone(),
        is_disabled: person.disabled_at.is_some(),
        is_waiting: person.password_hash == NO_PASSWORD,
        is_last_admin,
        form,
        errors: errors.clone(),
        seen: seen.value.clone(),
        overtaken: seen.overtaken.clone(),
    };
    let (status, title) = seen.outcome(&errors, &data.title);
    let chrome = staff.chrome(state, title, "/staff/people");
    Ok(render::page(status, chrome, move || view! { <PersonPage data/> }))
}

/// `GET /staff/people/{id}`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageAccounts)?;
    let mut tx = state.db.read().await?;
    let person = find(&mut tx, &id).await?;
    show_person(&state, &staff, &mut tx, person, None).await
}

async fn find(tx: &mut Tx, id: &str) -> Result<StaffRow, HttpError> {
    let id: Uuid = id.parse().map_err(|_| HttpError::NotFound)?;
    find_staff(tx, id).await?.ok_or(HttpError::NotFound)
}

/// `POST /staff/people/{id}`: name and roles.
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageAccounts)?;
    let mut tx = state.db.write().await?;
    let person = find(&mut tx, &id).await?;
    let mut form = read(&posted);
    form.login.clone_from(&person.login);
    let (changed, mut errors) = form.parse();
    let loses_admin = changed
        .as_ref()
        .is_some_and(|changed| !changed.roles.contains(&Role::Admin));
    if loses_admin && is_last_admin(&mut tx, person.id).await? {
        errors.add("roles", LAST_ADMIN);
    }
    let (Some(changed), true) = (changed, errors.is_empty()) else {
        let typed = (form, errors, Seen::kept(&posted));
        return show_person(&state, &staff, &mut tx, person, Some(typed)).await;
    };
    let subject = Subject::of("account", person.id);
    let stored = form_of(&person).said();
    let of = (subject, CHANGED);
    let found = find_overtaken(&mut tx, &state, of, posted.text("seen"), &stored, &form.said()).await?;
    if found.is_some() {
        let typed = (form, FieldErrors::new(), Seen::of(&stored, found));
        return show_person(&state, &staff, &mut tx, person, Some(typed)).await;
    }
    set_name_and_roles(&mut tx, person.id, changed.name.as_str(), &changed.roles).await?;
    let payload = change(
        &json!({ "name": person.name, "roles": person.roles }),
        &json!({ "name": changed.name, "roles": changed.roles }),
    );
    staff.record(&mut tx, &state, CHANGED, subject, payload).await?;
    tx.commit().await?;
    staff.say(format!("{} was changed.", changed.name)).await?;
    Ok(Redirect::to("/staff/people").into_response())
}

/// `POST /staff/people/{id}/disable`: ends all sessions of the account too.
pub async fn disable(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageAccounts)?;
    let mut tx = state.db.write().await?;
    let person = find(&mut tx, &id).await?;
    if is_last_admin(&mut tx, person.id).await? {
        return Err(HttpError::conflict(LAST_ADMIN));
    }
    disable_account(&mut tx, &state, Actor::Staff(staff.id.uuid()), person.id).await?;
    tx.commit().await?;
    staff
        .say(format!("{} can no longer sign in.", person.name))
        .await?;
    Ok(Redirect::to("/staff/people").into_response())
}

/// Disables an account and ends its sessions and links, the address of its calendar too.
pub(super) async fn disable_account(
    tx: &mut Tx,
    state: &AppState,
    actor: Actor,
    id: Uuid,
) -> store::Result<()> {
    let now = state.clock.wall();
    disable_staff(tx, id, now).await?;
    crate::store::staff::use_password_resets_of(tx, id, now).await?;
    revoke_calendar_link(tx, id.into(), state.clock.now()).await?;
    delete_sessions_of(tx, id, &[]).await?;
    record(
        tx,
        state,
        actor,
        "account.disabled",
        Subject::of("account", id),
        json!({}),
    )
    .await
}

/// `POST /staff/people/{id}/enable`
pub async fn enable(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageAccounts)?;
    let mut tx = state.db.write().await?;
    let person = find(&mut tx, &id).await?;
    enable_staff(&mut tx, person.id).await?;
    let subject = Subject::of("account", person.id);
    staff
        .record(&mut tx, &state, "account.enabled", subject, json!({}))
        .await?;
    tx.commit().await?;
    staff.say(format!("{} can sign in again.", person.name)).await?;
    Ok(Redirect::to("/staff/people").into_response())
}

/// `POST /staff/people/{id}/link`: a new link to set the password, shown once.
pub async fn new_link(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageAccounts)?;
    let mut tx = state.db.write().await?;
    let person = find(&mut tx, &id).await?;
    if person.disabled_at.is_some() {
        return Err(HttpError::conflict("This account is disabled. Enable it first."));
    }
    let link = make_link(&mut tx, &state, person.id, INVITATION).await?;
    let subject = Subject::of("account", person.id);
    staff
        .record(&mut tx, &state, "account.link_made", subject, json!({}))
        .await?;
    tx.commit().await?;
    Ok(show_link(&state, &staff, person.id, &person.name, link))
}
