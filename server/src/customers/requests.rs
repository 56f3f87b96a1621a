//! Contacts that were asked for behind the link in a notice: confirmed or not.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::role::Permission;
use serde_json::json;
use uuid::Uuid;

use super::contacts::written_to;
use super::{find_current, path};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::changes::letter::contacts_link;
use crate::changes::tell_successors;
use crate::contacts::REQUEST_TASK;
use crate::http::HttpError;
use crate::mail::messages::{ContactDecided, Message};
use crate::mail::{List, Outgoing, queue};
use crate::store::Tx;
use crate::store::contact_requests::{ContactRequest, RequestState, decide_request, find_request};
use crate::store::contacts::{Contact, create_contact, end_contact, find_contact, is_confirmed, list_active};
use crate::store::customers::Customer;
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;

/// `POST /staff/customers/{id}/requests/{request}/confirm`: the contact is entered, and told.
pub async fn confirm(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, request)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    decide(&state, &staff, &id, &request, RequestState::Confirmed).await
}

/// `POST /staff/customers/{id}/requests/{request}/refuse`: nothing changes.
pub async fn refuse(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, request)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    decide(&state, &staff, &id, &request, RequestState::Refused).await
}

async fn decide(
    state: &AppState,
    staff: &Staff,
    id: &str,
    request: &str,
    to: RequestState,
) -> Result<Response, HttpError> {
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, id).await?;
    let request: Uuid = request.parse().map_err(|_| HttpError::NotFound)?;
    let request = find_request(&mut tx, &state.keys, request)
        .await?
        .filter(|r| r.customer_id == customer.id)
        .ok_or(HttpError::NotFound)?;
    if request.state != RequestState::Open {
        return Err(HttpError::conflict("This request was decided already."));
    }
    let asker = find_contact(&mut tx, &state.keys, request.asked_by)
        .await?
        .ok_or(HttpError::NotFound)?;
    let by = Recorded::by(staff.id, now);
    decide_request(&mut tx, request.id, to, by).await?;
    let entered = if to == RequestState::Confirmed {
        Some(enter(&mut tx, state, &request, &asker, by).await?)
    } else {
        None
    };
    close_tasks_about(&mut tx, REQUEST_TASK, request.id, by).await?;
    let (action, said) = if entered.is_some() {
        ("contact.request_confirmed", "was confirmed")
    } else {
        ("contact.request_refused", "was not confirmed")
    };
    let payload = json!({
        "customer_id": customer.id,
        "contact": entered.as_ref().map(|contact| contact.id),
        "is_replacing": request.is_replacing,
        "asked_by": asker.id,
    });
    let subject = Subject::of("contact_request", request.id);
    staff.record(&mut tx, state, action, subject, payload).await?;
    tell(&mut tx, state, &customer, &request, &asker, entered.as_ref()).await?;
    let told = tell_successors(&mut tx, state, customer.id).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    staff
        .say(format!("{} {said}.{}", request.name, written_to(told)))
        .await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}

/// Writes the contact as primary or fallback like the one who asked, whose place it takes if that was asked for.
async fn enter(
    tx: &mut Tx,
    state: &AppState,
    request: &ContactRequest,
    asker: &Contact,
    by: Recorded,
) -> Result<Contact, HttpError> {
    let active = list_active(tx, &state.keys, request.customer_id).await?;
    if active
        .iter()
        .any(|c| c.address.folded() == request.address.folded())
    {
        return Err(HttpError::conflict(
            "This customer has a contact with this address already. Do not confirm the request.",
        ));
    }
    let contact = Contact {
        id: state.random.id(by.at).into(),
        customer_id: request.customer_id,
        kind: asker.kind,
        rank: asker.rank,
        name: request.name.clone(),
        locale: request.locale,
        address: request.address.clone(),
        created: by,
        // The customer asked and staff agreed: two people, if who asked was confirmed.
        confirmed: is_confirmed(tx, &state.keys, asker).await?.then_some(by),
        ended_at: None,
    };
    create_contact(tx, &state.keys, &state.random, &contact).await?;
    if request.is_replacing && active.iter().any(|c| c.id == asker.id) {
        end_contact(tx, asker.id, by.at).await?;
    }
    Ok(contact)
}

/// Mails to whoever asked, and to the new contact.
async fn tell(
    tx: &mut Tx,
    state: &AppState,
    customer: &Customer,
    request: &ContactRequest,
    asker: &Contact,
    entered: Option<&Contact>,
) -> Result<(), HttpError> {
    let publisher = state.publisher();
    for contact in std::iter::once(asker).chain(entered) {
        let link = contacts_link(state, contact.id);
        let rendered = ContactDecided {
            publisher: &publisher.name,
            customer: &customer.name,
            name: &request.name,
            address: &request.address.masked(),
            is_confirmed: entered.is_some(),
            is_replacing: request.is_replacing,
            is_new: contact.id != asker.id,
            link: &link,
        }
        .render();
        let mail = Outgoing {
            about_id: Some(request.id),
            to_name: contact.name.clone(),
            to: contact.address.to_string(),
            list: List::Contract { help: link },
            rendered,
        };
        queue(tx, state, &mail).await?;
    }
    Ok(())
}
