//! A second person looks at who speaks for a customer. Whoever is entered is written to at once; taking an objection back,
//! approving and opting in wait until somebody who did not enter the address has confirmed it.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::{ContactId, StaffId};
use domain::role::Permission;
use serde_json::json;

use super::{find_current, path, second};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::changes::letter::contacts_link;
use crate::changes::tell_successors;
use crate::http::HttpError;
use crate::mail::messages::{ContactEnded, ContactsChanged, Message};
use crate::mail::{List, Outgoing, Rendered, queue};
use crate::store::Tx;
use crate::store::contacts::{Contact, confirm_contact, find_contact, list_active};
use crate::store::customers::Customer;
use crate::store::endings::list_open_endings;
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;

/// The kind of task that waits for a confirmation; about the contact.
pub const TASK: &str = "CONTACT_CONFIRMATION";

/// Said of a contact who waits for one.
pub const SPEAKS_LATER: &str =
    " Notices go there; it can approve or take an objection back once somebody else has confirmed it.";

/// Asks a second person to confirm a contact; once, while nobody has.
pub async fn ask(
    tx: &mut Tx,
    state: &AppState,
    customer: &Customer,
    contact: &Contact,
) -> Result<(), HttpError> {
    let title = format!("Confirm that {} speaks for {}", contact.name, customer.name);
    second::ask(tx, state, customer, (TASK, contact.id.uuid()), title).await
}

/// `POST /staff/customers/{id}/contacts/{contact}/confirm`
pub async fn confirm(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, contact)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ConfirmShortenedPolicy)?;
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, &id).await?;
    let contact: ContactId = contact.parse().map_err(|_| HttpError::NotFound)?;
    let contact = find_contact(&mut tx, &state.keys, contact)
        .await?
        .filter(|contact| contact.customer_id == customer.id && contact.ended_at.is_none())
        .ok_or(HttpError::NotFound)?;
    if contact.confirmed.is_some() {
        return Err(HttpError::conflict(
            "This contact needs no confirmation any more.",
        ));
    }
    let endings = list_open_endings(&mut tx, customer.id).await?;
    if endings.iter().any(|one| one.successor_id == Some(contact.id)) {
        return Err(HttpError::conflict(
            "This contact takes the place of another one: confirm or refuse that.",
        ));
    }
    let by = second::decides(&staff, contact.created.by)?;
    write(&mut tx, &state, &staff, &contact, by).await?;
    tx.commit().await?;
    staff.say(format!("{} was confirmed.", contact.name)).await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}

/// Writes that a contact was confirmed, and closes the task that asked for it.
pub async fn write(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    contact: &Contact,
    by: StaffId,
) -> Result<(), HttpError> {
    confirm_contact(tx, contact.id, by, state.clock.now()).await?;
    drop_task(tx, state, staff, contact).await?;
    let subject = Subject::of("contact", contact.id.uuid());
    let payload = json!({ "customer_id": contact.customer_id });
    Ok(staff
        .record(tx, state, "contact.confirmed", subject, payload)
        .await?)
}

/// Closes the task that asks for a confirmation of this contact; says whether there was one.
pub async fn drop_task(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    contact: &Contact,
) -> Result<bool, HttpError> {
    let done = Recorded::by(staff.id, state.clock.now());
    Ok(close_tasks_about(tx, TASK, contact.id.uuid(), done).await? > 0)
}

/// After a contact has ended: tells it, the other contacts, and whoever comes after about every open notice. Gives how many
/// copies of notices went out.
pub async fn tell_all(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    customer: &Customer,
    (former, successor): (&Contact, Option<&Contact>),
) -> Result<usize, HttpError> {
    drop_task(tx, state, staff, former).await?;
    let address = successor.map(|contact| contact.address.masked());
    let named = successor.map(|contact| contact.name.as_str());
    let rendered = ContactEnded {
        publisher: &state.publisher().name,
        customer: &customer.name,
        successor: named.zip(address.as_deref()),
    }
    .render();
    write_to(tx, state, former, List::None, rendered).await?;
    tell_others(tx, state, customer, Some(former), successor).await?;
    Ok(tell_successors(tx, state, customer.id).await?)
}

/// A mail to the other contacts: who speaks for a customer does not change behind its back.
pub async fn tell_others(
    tx: &mut Tx,
    state: &AppState,
    customer: &Customer,
    ended: Option<&Contact>,
    entered: Option<&Contact>,
) -> Result<(), HttpError> {
    let masked = |contact: &Contact| (contact.name.clone(), contact.address.masked());
    let (gone, come) = (ended.map(masked), entered.map(masked));
    for contact in list_active(tx, &state.keys, customer.id).await? {
        if entered.is_some_and(|entered| entered.id == contact.id) {
            continue;
        }
        let link = contacts_link(state, contact.id);
        let rendered = ContactsChanged {
            publisher: &state.publisher().name,
            customer: &customer.name,
            ended: gone
                .as_ref()
                .map(|(name, address)| (name.as_str(), address.as_str())),
            entered: come
                .as_ref()
                .map(|(name, address)| (name.as_str(), address.as_str())),
            link: &link,
        }
        .render();
        write_to(tx, state, &contact, List::Contract { help: link }, rendered).await?;
    }
    Ok(())
}

/// Queues a mail about a contact to that contact.
pub async fn write_to(
    tx: &mut Tx,
    state: &AppState,
    contact: &Contact,
    list: List,
    rendered: Rendered,
) -> Result<(), HttpError> {
    let mail = Outgoing {
        about_id: Some(contact.id.uuid()),
        to_name: contact.name.clone(),
        to: contact.address.to_string(),
        list,
        rendered,
    };
    queue(tx, state, &mail).await?;
    Ok(())
}
