//! While something of a customer is waited for, an answer, the end of a window or a case, neither the customer nor anybody
//! who speaks for it leaves by one person's doing: a second one confirms it, and until then everything stays.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::ContactId;
use domain::role::Permission;
use serde_json::json;
use uuid::Uuid;

use super::contacts::{LAST, is_last_primary, written_to};
use super::{confirmations, facts, find_current, path, second};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::HttpError;
use crate::store::Tx;
use crate::store::contact_requests::RequestState;
use crate::store::contacts::{Contact, end_contact, find_contact, list_active};
use crate::store::customers::Customer;
use crate::store::endings::{Ending, ask_ending, decide_ending, find_ending, list_open_endings};
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;

/// The kind of task that waits for a decision; about the ending.
pub(crate) const TASK: &str = "ENDING_CONFIRMATION";

/// Asks a second person to confirm that the agreement ends, or a contact, whose place another one may take.
pub async fn ask(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    customer: &Customer,
    contact: Option<(&Contact, Option<&Contact>)>,
) -> Result<(), HttpError> {
    let now = state.clock.now();
    let contact_id = contact.map(|(contact, _)| contact.id);
    let open = list_open_endings(tx, customer.id).await?;
    if open.iter().any(|ending| ending.contact_id == contact_id) {
        return Err(HttpError::conflict(
            "Somebody else was asked already to confirm this end. Nothing was changed.",
        ));
    }
    let successor = contact.and_then(|(_, successor)| successor);
    let ending = Ending {
        id: state.random.id(now),
        customer_id: customer.id,
        contact_id,
        successor_id: successor.map(|contact| contact.id),
        asked_at: now,
        asked_by: staff.id,
        state: RequestState::Open,
    };
    ask_ending(tx, &ending).await?;
    let title = match (contact, successor) {
        (None, _) => format!("Confirm that the agreement with {} ends", customer.name),
        (Some((old, _)), None) => format!("Confirm that {} speaks for {} no more", old.name, customer.name),
        (Some((old, _)), Some(new)) => format!(
            "Confirm that {} takes the place of {} as a contact of {}",
            new.name, old.name, customer.name
        ),
    };
    second::ask(tx, state, customer, (TASK, ending.id), title).await?;
    note(tx, state, staff, &ending, "ending.asked").await
}

async fn note(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    ending: &Ending,
    action: &'static str,
) -> Result<(), HttpError> {
    let payload = json!({
        "customer_id": ending.customer_id, "contact": ending.contact_id, "successor": ending.successor_id,
    });
    let subject = Subject::of("ending", ending.id);
    Ok(staff.record(tx, state, action, subject, payload).await?)
}

async fn find_open(tx: &mut Tx, customer: &Customer, id: &str) -> Result<Ending, HttpError> {
    let id: Uuid = id.parse().map_err(|_| HttpError::NotFound)?;
    let ending = find_ending(tx, id)
        .await?
        .filter(|ending| ending.customer_id == customer.id)
        .ok_or(HttpError::NotFound)?;
    if ending.state != RequestState::Open {
        return Err(HttpError::conflict("This was decided already."));
    }
    Ok(ending)
}

async fn decide(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    ending: &Ending,
    to: RequestState,
) -> Result<(), HttpError> {
    let by = Recorded::by(staff.id, state.clock.now());
    decide_ending(tx, ending.id, to, by).await?;
    close_tasks_about(tx, TASK, ending.id, by).await?;
    let action = match to {
        RequestState::Confirmed => "ending.confirmed",
        _ => "ending.refused",
    };
    note(tx, state, staff, ending, action).await
}

/// `POST /staff/customers/{id}/endings/{ending}/confirm`
pub async fn confirm(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, ending)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ConfirmShortenedPolicy)?;
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, &id).await?;
    let ending = find_open(&mut tx, &customer, &ending).await?;
    second::decides(&staff, Some(ending.asked_by))?;
    decide(&mut tx, &state, &staff, &ending, RequestState::Confirmed).await?;
    let said = if ending.contact_id.is_none() {
        facts::end_agreement(&mut tx, &state, &staff, &customer).await?;
        format!("The agreement with {} was ended.", customer.name)
    } else {
        end_of_contact(&mut tx, &state, &staff, &customer, &ending).await?
    };
    tx.commit().await?;
    state.mail_queued.notify_one();
    staff.say(said).await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}

/// The contact with an address of then, as it is now: a corrected name is another row.
async fn now(
    tx: &mut Tx,
    state: &AppState,
    active: &[Contact],
    id: Option<ContactId>,
) -> Result<Option<Contact>, HttpError> {
    let Some(id) = id else { return Ok(None) };
    let then = find_contact(tx, &state.keys, id).await?;
    Ok(then.and_then(|then| {
        let address = then.address.folded();
        active
            .iter()
            .find(|contact| contact.address.folded() == address)
            .cloned()
    }))
}

async fn end_of_contact(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    customer: &Customer,
    ending: &Ending,
) -> Result<String, HttpError> {
    let active = list_active(tx, &state.keys, customer.id).await?;
    let old = now(tx, state, &active, ending.contact_id).await?;
    let new = now(tx, state, &active, ending.successor_id).await?;
    if ending.successor_id.is_some() && new.is_none() {
        return Err(HttpError::conflict(
            "The contact that was to take the place has ended. Refuse this.",
        ));
    }
    if let Some(new) = new.as_ref().filter(|new| new.confirmed.is_none()) {
        let by = second::decides(staff, new.created.by)?;
        confirmations::write(tx, state, staff, new, by).await?;
    }
    let Some(old) = old else {
        return Ok("It had ended already.".to_owned());
    };
    if is_last_primary(&active, &old) {
        return Err(HttpError::conflict(LAST));
    }
    end_contact(tx, old.id, state.clock.now()).await?;
    let told = confirmations::tell_all(tx, state, staff, customer, (&old, new.as_ref())).await?;
    Ok(match new {
        Some(new) => format!("{} took the place of {}.{}", new.name, old.name, written_to(told)),
        None => format!("{} was ended.{}", old.name, written_to(told)),
    })
}

/// `POST /staff/customers/{id}/endings/{ending}/refuse`: everything stays.
pub async fn refuse(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, ending)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ConfirmShortenedPolicy)?;
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, &id).await?;
    let ending = find_open(&mut tx, &customer, &ending).await?;
    take_back(&mut tx, &state, &staff, &customer, &ending).await?;
    tx.commit().await?;
    staff.say("Nothing ends.").await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}

/// Nothing ends, and whoever was to take a place leaves again.
pub async fn take_back(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    customer: &Customer,
    ending: &Ending,
) -> Result<(), HttpError> {
    decide(tx, state, staff, ending, RequestState::Refused).await?;
    let active = list_active(tx, &state.keys, customer.id).await?;
    let new = now(tx, state, &active, ending.successor_id).await?;
    if let Some(new) = new.filter(|new| new.confirmed.is_none() && !is_last_primary(&active, new)) {
        end_contact(tx, new.id, state.clock.now()).await?;
    }
    Ok(())
}

/// What still waited when the agreement ended is over.
pub async fn drop_all(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    customer: &Customer,
) -> Result<(), HttpError> {
    for ending in list_open_endings(tx, customer.id).await? {
        decide(tx, state, staff, &ending, RequestState::Refused).await?;
    }
    Ok(())
}
