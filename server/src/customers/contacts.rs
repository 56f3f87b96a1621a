//! Whom notices go to. A contact is replaced, never rewritten: what was sent stays with the address it went to.
//!
//! Whoever is entered is written to, and gives the customer's word once a second person has confirmed it. While something of
//! the customer is waited for, nobody leaves by one person's doing either: see [`super::endings`].

use app::customers::pages::ContactFormPage;
use app::customers::{ContactForm, ContactValues, Editing};
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::ContactId;
use domain::role::Permission;
use leptos::prelude::*;
use serde_json::{Value, json};

use super::{confirmations, endings, find_current, path};
use crate::AppState;
use crate::access::Staff;
use crate::audit::{Subject, change};
use crate::http::{HttpError, Posted, form, render};
use crate::store::Tx;
use crate::store::authorisations::is_waited_for;
use crate::store::contacts::{Contact, ContactKind, create_contact, end_contact, find_contact, list_active};
use crate::store::customers::Customer;
use crate::store::endings::list_open_endings;
use crate::store::version::Recorded;

/// Why the last primary contact stays.
pub const LAST: &str = "This is the last primary contact. Add another one first: without one this customer cannot be told of a change.";

fn show(
    state: &AppState,
    staff: &Staff,
    customer: &Customer,
    known: Option<&Contact>,
    typed: ContactForm,
    errors: FieldErrors,
) -> Response {
    let title = known.map_or("Add a contact".to_owned(), |contact| contact.name.clone());
    let (status, page_title) = form::outcome(&errors, &title);
    let own = known.map_or(format!("{}/contacts/new", path(customer)), |contact| {
        format!("{}/contacts/{}", path(customer), contact.id)
    });
    let end = known.map(|_| format!("{own}/end"));
    let data = Editing {
        csrf: staff.csrf.clone(),
        action: own,
        back: path(customer),
        customer: Some(customer.name.clone()),
        title,
        form: typed,
        errors,
        ..Editing::default()
    };
    let chrome = staff.chrome(state, page_title, "/staff/customers");
    render::page(status, chrome, move || view! { <ContactFormPage data end/> })
}

fn read(posted: &Posted) -> ContactForm {
    ContactForm {
        name: posted.text("name").to_owned(),
        address: posted.text("address").to_owned(),
        kind: posted.text("kind").to_owned(),
        rank: posted.text("rank").to_owned(),
        locale: posted.text("locale").to_owned(),
    }
}

/// A contact with these values, that was never stored.
pub fn new_contact(state: &AppState, staff: &Staff, customer: &Customer, values: ContactValues) -> Contact {
    let now = state.clock.now();
    Contact {
        id: state.random.id(now).into(),
        customer_id: customer.id,
        kind: if values.is_primary {
            ContactKind::Primary
        } else {
            ContactKind::Fallback
        },
        rank: values.rank,
        name: values.name.to_string(),
        locale: values.locale,
        address: values.address,
        created: Recorded::by(staff.id, now),
        confirmed: None,
        ended_at: None,
    }
}

/// What is said when open notices went to those who come after.
pub fn written_to(told: usize) -> &'static str {
    if told == 0 {
        ""
    } else {
        " The notices that are open were sent to whoever is the contact now."
    }
}

/// What the audit log says of a contact; never its address.
fn summary(contact: &Contact) -> Value {
    json!({
        "customer_id": contact.customer_id,
        "kind": contact.kind.as_str(),
        "rank": contact.rank,
        "locale": contact.locale,
    })
}

/// Notes that an address is another active contact's of the same customer.
fn note_taken(active: &[Contact], known: Option<&Contact>, values: &ContactValues, errors: &mut FieldErrors) {
    let is_taken = active
        .iter()
        .filter(|other| known.is_none_or(|known| known.id != other.id))
        .any(|other| other.address.folded() == values.address.folded());
    if is_taken {
        errors.add("address", "This customer has a contact with this address already");
    }
}

/// Whether this is the only active primary contact.
pub fn is_last_primary(active: &[Contact], contact: &Contact) -> bool {
    contact.kind == ContactKind::Primary
        && active.iter().filter(|c| c.kind == ContactKind::Primary).count() <= 1
}

/// `GET /staff/customers/{id}/contacts/new`
pub async fn add_page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.read().await?;
    let customer = find_current(&mut tx, &id).await?;
    let active = list_active(&mut tx, &state.keys, customer.id).await?;
    let typed = ContactForm {
        kind: if active.is_empty() { "PRIMARY" } else { "" }.to_owned(),
        rank: "1".to_owned(),
        locale: active
            .first()
            .map_or("en".to_owned(), |contact| contact.locale.to_string()),
        ..ContactForm::default()
    };
    Ok(show(&state, &staff, &customer, None, typed, FieldErrors::new()))
}

/// `POST /staff/customers/{id}/contacts/new`
pub async fn add(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, &id).await?;
    let active = list_active(&mut tx, &state.keys, customer.id).await?;
    let typed = read(&posted);
    let (values, mut errors) = typed.parse();
    if let Some(values) = &values {
        note_taken(&active, None, values, &mut errors);
    }
    let (Some(values), true) = (values, errors.is_empty()) else {
        return Ok(show(&state, &staff, &customer, None, typed, errors));
    };
    let contact = new_contact(&state, &staff, &customer, values);
    write_new(&mut tx, &state, &staff, &contact).await?;
    let is_asked = is_waited_for(&mut tx, customer.id.uuid()).await?;
    if is_asked {
        confirmations::ask(&mut tx, &state, &customer, &contact).await?;
        confirmations::tell_others(&mut tx, &state, &customer, None, Some(&contact)).await?;
    }
    tx.commit().await?;
    state.mail_queued.notify_one();
    let speaks = if is_asked { confirmations::SPEAKS_LATER } else { "" };
    staff.say(format!("{} was added.{speaks}", contact.name)).await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}

/// Writes a new contact and its entry in the log.
pub async fn write_new(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    contact: &Contact,
) -> Result<(), HttpError> {
    create_contact(tx, &state.keys, &state.random, contact).await?;
    let subject = Subject::of("contact", contact.id.uuid());
    let payload = change(&(), &summary(contact));
    Ok(staff.record(tx, state, "contact.added", subject, payload).await?)
}

/// An active contact of this customer.
async fn find_contact_of(
    tx: &mut Tx,
    state: &AppState,
    customer: &Customer,
    id: &str,
) -> Result<Contact, HttpError> {
    let id: ContactId = id.parse().map_err(|_| HttpError::NotFound)?;
    find_contact(tx, &state.keys, id)
        .await?
        .filter(|contact| contact.customer_id == customer.id && contact.ended_at.is_none())
        .ok_or(HttpError::NotFound)
}

/// `GET /staff/customers/{id}/contacts/{contact}`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, contact)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.read().await?;
    let customer = find_current(&mut tx, &id).await?;
    let contact = find_contact_of(&mut tx, &state, &customer, &contact).await?;
    let typed = ContactForm {
        name: contact.name.clone(),
        address: contact.address.to_string(),
        kind: contact.kind.as_str().to_owned(),
        rank: contact.rank.to_string(),
        locale: contact.locale.to_string(),
    };
    Ok(show(
        &state,
        &staff,
        &customer,
        Some(&contact),
        typed,
        FieldErrors::new(),
    ))
}

/// `POST /staff/customers/{id}/contacts/{contact}`: ends the old one and writes the new one.
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, contact)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, &id).await?;
    let before = find_contact_of(&mut tx, &state, &customer, &contact).await?;
    let active = list_active(&mut tx, &state.keys, customer.id).await?;
    let typed = read(&posted);
    let (values, mut errors) = typed.parse();
    if let Some(values) = &values {
        note_taken(&active, Some(&before), values, &mut errors);
        if !values.is_primary && is_last_primary(&active, &before) {
            errors.add("kind", LAST);
        }
    }
    let (Some(values), true) = (values, errors.is_empty()) else {
        return Ok(show(&state, &staff, &customer, Some(&before), typed, errors));
    };
    let mut after = new_contact(&state, &staff, &customer, values);
    let is_another = before.address.folded() != after.address.folded();
    if !is_another {
        (after.created, after.confirmed) = (before.created, before.confirmed);
    } else if is_waited_for(&mut tx, customer.id.uuid()).await? {
        write_new(&mut tx, &state, &staff, &after).await?;
        endings::ask(&mut tx, &state, &staff, &customer, Some((&before, Some(&after)))).await?;
        tx.commit().await?;
        let (old, new) = (&before.name, &after.name);
        staff
            .say(format!(
                "{new} was entered, and takes the place of {old} once somebody else has confirmed it."
            ))
            .await?;
        return Ok(Redirect::to(&path(&customer)).into_response());
    }
    end_contact(&mut tx, before.id, state.clock.now()).await?;
    create_contact(&mut tx, &state.keys, &state.random, &after).await?;
    let subject = Subject::of("contact", after.id.uuid());
    let mut payload = change(&summary(&before), &summary(&after));
    payload["replaces"] = json!(before.id);
    payload["another_address"] = json!(before.address != after.address);
    staff
        .record(&mut tx, &state, "contact.replaced", subject, payload)
        .await?;
    // The task is about the row that is the contact now.
    if !is_another && confirmations::drop_task(&mut tx, &state, &staff, &before).await? {
        confirmations::ask(&mut tx, &state, &customer, &after).await?;
    }
    let told = if is_another {
        confirmations::tell_all(&mut tx, &state, &staff, &customer, (&before, Some(&after))).await?
    } else {
        0
    };
    tx.commit().await?;
    state.mail_queued.notify_one();
    staff
        .say(format!("{} was saved.{}", after.name, written_to(told)))
        .await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}

/// `POST /staff/customers/{id}/contacts/{contact}/end`
pub async fn end(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, contact)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, &id).await?;
    let contact = find_contact_of(&mut tx, &state, &customer, &contact).await?;
    let active = list_active(&mut tx, &state.keys, customer.id).await?;
    if let Some(ending) = list_open_endings(&mut tx, customer.id)
        .await?
        .iter()
        .find(|ending| ending.successor_id == Some(contact.id))
    {
        endings::take_back(&mut tx, &state, &staff, &customer, ending).await?;
        tx.commit().await?;
        staff
            .say(format!("{} was ended; nobody else was.", contact.name))
            .await?;
        return Ok(Redirect::to(&path(&customer)).into_response());
    }
    if is_last_primary(&active, &contact) {
        return Err(HttpError::conflict(LAST));
    }
    if is_waited_for(&mut tx, customer.id.uuid()).await? {
        endings::ask(&mut tx, &state, &staff, &customer, Some((&contact, None))).await?;
        tx.commit().await?;
        staff
            .say(format!(
                "{} stays until somebody else has confirmed the end.",
                contact.name
            ))
            .await?;
        return Ok(Redirect::to(&path(&customer)).into_response());
    }
    end_contact(&mut tx, contact.id, state.clock.now()).await?;
    let subject = Subject::of("contact", contact.id.uuid());
    staff
        .record(&mut tx, &state, "contact.ended", subject, summary(&contact))
        .await?;
    let told = confirmations::tell_all(&mut tx, &state, &staff, &customer, (&contact, None)).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    staff
        .say(format!("{} was ended.{}", contact.name, written_to(told)))
        .await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}
