//! Versions of a customer's terms. One that takes something away from the customer holds only after somebody else, a
//! legal approver, has confirmed it; until then the terms before hold.

use app::customers::pages::PolicyFormPage;
use app::customers::{Editing, PolicyForm};
use app::register::form_page::Overtaken;
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::calendar::CalendarId;
use domain::policy::{CustomerRole, Policy};
use domain::role::Permission;
use leptos::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::{find_current, path, second};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::seen::{Seen, both_sides};
use crate::http::{HttpError, Posted, render};
use crate::register::load::People;
use crate::store::Tx;
use crate::store::customers::{Customer, revise_customer};
use crate::store::policies::{PolicyVersion, append_policy, confirm_policy, list_policies};
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;

/// The kind of task that waits for a confirmation.
const TASK: &str = "POLICY_CONFIRMATION";

/// The usual terms of a customer here: the calendar of its own country where there is one, else the publisher's.
pub fn usual_terms(state: &AppState, customer: Option<&Customer>) -> Policy {
    let publisher = state.publisher();
    let own = customer.and_then(|customer| customer.country.code().parse::<CalendarId>().ok());
    let mut policy = Policy::new(own.unwrap_or(publisher.calendar), publisher.zone);
    if let Some(customer) = customer {
        policy.customer_role = customer.role;
    }
    policy
}

fn show(
    state: &AppState,
    staff: &Staff,
    customer: &Customer,
    typed: PolicyForm,
    errors: FieldErrors,
    seen: Seen,
) -> Response {
    let title = format!("Terms of {}", customer.name);
    let (status, page_title) = seen.outcome(&errors, &title);
    let data = Editing {
        csrf: staff.csrf.clone(),
        action: format!("{}/terms", path(customer)),
        back: path(customer),
        customer: Some(customer.name.clone()),
        title,
        form: typed,
        errors,
        seen: seen.value,
        overtaken: seen.overtaken,
    };
    let chrome = staff.chrome(state, page_title, "/staff/customers");
    render::page(status, chrome, move || view! { <PolicyFormPage data/> })
}

/// `GET /staff/customers/{id}/terms`: begins from the newest version.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.read().await?;
    let customer = find_current(&mut tx, &id).await?;
    let versions = list_policies(&mut tx, customer.id).await?;
    let today = state.publisher().zone.local_date(state.clock.now());
    let typed = match versions.first() {
        Some(newest) => PolicyForm::of(&newest.policy, today),
        None => PolicyForm::of(&usual_terms(&state, Some(&customer)), customer.signed_on),
    };
    let seen = at(&versions, None);
    Ok(show(&state, &staff, &customer, typed, FieldErrors::new(), seen))
}

/// Which version is the newest: a form carries the one that it began from.
fn number(versions: &[PolicyVersion]) -> i64 {
    versions.first().map_or(0, |newest| newest.number)
}

/// A form that begins from the newest version, or meets what somebody else saved.
fn at(versions: &[PolicyVersion], overtaken: Option<Overtaken>) -> Seen {
    Seen {
        value: number(versions).to_string(),
        overtaken,
    }
}

/// Both sides: what the newest version says otherwise than the one that `seen` names, and what these terms would change of it.
fn overtaken(
    newest: &PolicyVersion,
    versions: &[PolicyVersion],
    people: &People,
    seen: &str,
    typed: &PolicyForm,
) -> Overtaken {
    let said = |version: &PolicyVersion| PolicyForm::of(&version.policy, version.valid_from).said();
    let base = versions.iter().find(|version| version.number.to_string() == seen);
    let by = format!(
        "Version {} was saved on {}",
        newest.number,
        people.by(newest.recorded)
    );
    let base = base.map(said).unwrap_or_default();
    both_sides(by, Some(&base), &said(newest), &typed.said())
}

fn read(posted: &Posted) -> PolicyForm {
    let text = |name: &str| posted.text(name).to_owned();
    PolicyForm {
        valid_from: text("valid_from"),
        model: text("model"),
        notice_period: text("notice_period"),
        objection_period: text("objection_period"),
        calendar: text("calendar"),
        zone: text("zone"),
        roll: text("roll"),
        contract_text: text("contract_text"),
        objection_effect: text("objection_effect"),
        grounds: text("grounds"),
        emergency_days: text("emergency_days"),
        clause: text("clause"),
        acknowledgement_period: text("acknowledgement_period"),
        discussion_period: text("discussion_period"),
        election_period: text("election_period"),
        refund: text("refund"),
        late: text("late"),
        who_may_object: text("who_may_object"),
        all_contacts: text("all_contacts"),
        dora_relevant: text("dora_relevant"),
        raised: posted.all("raised"),
    }
}

/// In what terms are weaker than what the customer has: than the version in force on `today`, and than the newest one
/// that may be used, which may hold only from a later day. The first terms are compared with the `usual` ones.
pub fn weakenings(
    new: &Policy,
    usual: &Policy,
    versions: &[PolicyVersion],
    today: NaiveDate,
) -> Vec<&'static str> {
    let in_force = versions.iter().find(|version| version.is_usable(today));
    let newest = versions.iter().find(|version| version.is_usable(NaiveDate::MAX));
    if newest.is_none() {
        return new.weakenings_at_first(usual);
    }
    let mut found: Vec<&'static str> = Vec::new();
    for earlier in in_force.into_iter().chain(newest) {
        for text in new.weakenings(&earlier.policy) {
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

/// `POST /staff/customers/{id}/terms`
pub async fn add(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, &id).await?;
    let typed = read(&posted);
    let (parsed, errors) = typed.parse(customer.role);
    let Some((policy, valid_from)) = parsed else {
        return Ok(show(
            &state,
            &staff,
            &customer,
            typed,
            errors,
            Seen::kept(&posted),
        ));
    };
    let versions = list_policies(&mut tx, customer.id).await?;
    if let Some(newest) = versions.first()
        && posted.text("seen") != newest.number.to_string()
    {
        let people = People::load(&mut tx, &state).await?;
        let overtaken = overtaken(newest, &versions, &people, posted.text("seen"), &typed);
        let seen = at(&versions, Some(overtaken));
        return Ok(show(&state, &staff, &customer, typed, errors, seen));
    }
    if versions
        .first()
        .is_some_and(|newest| newest.policy == policy && newest.valid_from == valid_from)
    {
        let errors = FieldErrors::one(
            "valid_from",
            "These are the terms of the newest version already; nothing is different",
        );
        return Ok(show(
            &state,
            &staff,
            &customer,
            typed,
            errors,
            at(&versions, None),
        ));
    }
    let now = state.clock.now();
    let today = state.publisher().zone.local_date(now);
    let usual = usual_terms(&state, Some(&customer));
    let weaker = weakenings(&policy, &usual, &versions, today);
    let version = PolicyVersion {
        id: state.random.id(now),
        customer_id: customer.id,
        number: number(&versions) + 1,
        policy,
        valid_from,
        recorded: Recorded::by(staff.id, now),
        needs_confirmation: !weaker.is_empty(),
        confirmed: None,
    };
    write(&mut tx, &state, &staff, &customer, (&version, &weaker)).await?;
    tx.commit().await?;
    let said = if weaker.is_empty() {
        "The terms were saved."
    } else {
        "The terms were saved. They hold once a legal approver has confirmed them."
    };
    staff.say(said).await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}

async fn write(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    customer: &Customer,
    (version, weaker): (&PolicyVersion, &[&'static str]),
) -> Result<(), HttpError> {
    append_policy(tx, version.number - 1, version).await?;
    if version.needs_confirmation {
        ask_for_confirmation(tx, state, customer, version).await?;
    }
    let subject = Subject::of("policy", version.id);
    let payload = json!({
        "customer_id": customer.id, "version": version.number, "valid_from": version.valid_from,
        "terms": version.policy, "weaker_in": weaker,
    });
    Ok(staff
        .record(tx, state, "policy.entered", subject, payload)
        .await?)
}

/// What a customer is itself is one of its terms: a version of its own, which waits for a second person where notices would no
/// longer be marked to be passed on.
pub async fn note_role(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    customer: &Customer,
    role: CustomerRole,
    versions: Vec<PolicyVersion>,
) -> Result<(), HttpError> {
    let Some(newest) = versions.first() else {
        return Ok(());
    };
    let is_asked = newest.needs_confirmation && newest.confirmed.is_none();
    if newest.policy.customer_role == role && (is_asked || role == CustomerRole::Processor) {
        return Ok(());
    }
    let now = state.clock.now();
    let today = state.publisher().zone.local_date(now);
    let policy = Policy {
        customer_role: role,
        ..newest.policy.clone()
    };
    let weaker = weakenings(&policy, &usual_terms(state, Some(customer)), &versions, today);
    let version = PolicyVersion {
        id: state.random.id(now),
        customer_id: customer.id,
        number: newest.number + 1,
        policy,
        valid_from: today.max(newest.valid_from),
        recorded: Recorded::by(staff.id, now),
        needs_confirmation: role == CustomerRole::Controller || !weaker.is_empty(),
        confirmed: None,
    };
    write(tx, state, staff, customer, (&version, &weaker)).await
}

/// Asks a legal approver to confirm a version that gives a customer less.
pub async fn ask_for_confirmation(
    tx: &mut Tx,
    state: &AppState,
    customer: &Customer,
    version: &PolicyVersion,
) -> Result<(), HttpError> {
    let title = format!(
        "Confirm the terms of {}: they take something away from the customer",
        customer.name
    );
    second::ask(tx, state, customer, (TASK, version.id), title).await
}

/// `POST /staff/customers/{id}/terms/{policy}/confirm`
pub async fn confirm(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, policy)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ConfirmShortenedPolicy)?;
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, &id).await?;
    let policy: Uuid = policy.parse().map_err(|_| HttpError::NotFound)?;
    let versions = list_policies(&mut tx, customer.id).await?;
    let version = versions
        .iter()
        .find(|version| version.id == policy)
        .ok_or(HttpError::NotFound)?;
    if !version.needs_confirmation || version.confirmed.is_some() {
        return Err(HttpError::conflict("These terms need no confirmation any more."));
    }
    let by = second::decides(&staff, version.recorded.by)?;
    let now = state.clock.now();
    confirm_policy(&mut tx, version.id, by, now).await?;
    close_tasks_about(&mut tx, TASK, version.id, Recorded::by(staff.id, now)).await?;
    let is_newest = versions.first().is_some_and(|newest| newest.id == version.id);
    if is_newest && version.policy.customer_role != customer.role {
        let role = version.policy.customer_role;
        let changed = Customer {
            role,
            ..customer.clone()
        };
        revise_customer(&mut tx, &changed).await?;
    }
    let subject = Subject::of("policy", version.id);
    let payload = json!({ "customer_id": customer.id, "version": version.number });
    staff
        .record(&mut tx, &state, "policy.confirmed", subject, payload)
        .await?;
    tx.commit().await?;
    staff.say("The terms were confirmed.").await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}
