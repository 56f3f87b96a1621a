//! When a contact who was told is replaced: the link they hold answers nothing any more, so whoever speaks for the customer
//! now gets a copy of every open notice, with a link of their own. It states the deadline that holds, never an earlier one.

use domain::change::ChangeState;
use domain::delivery::DeliveryState;
use domain::id::CustomerId;
use serde_json::json;
use uuid::Uuid;

use super::copy::Copy;
use super::letter::Letter;
use super::{ChangeError, Result, dossier, fallback};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::store::changes::{self, Change};
use crate::store::contacts::{self, Contact, ContactKind};
use crate::store::deliveries::{self, Delivery};
use crate::store::lines::list_lines;
use crate::store::{Of, Tx, authorisations, notices};

/// Writes to a customer's present contacts about every change of which they still have a say and nobody is left who was told; in the transaction
/// in which a contact ended. Gives how many were written to.
///
/// # Errors
/// When the database is away, or a notice cannot be written again.
pub async fn tell_successors(tx: &mut Tx, state: &AppState, customer_id: CustomerId) -> Result<usize> {
    let mut told = 0;
    for change in changes::list(tx).await? {
        let concerns = match change.state {
            ChangeState::Open => true,
            // Somebody who came into scope after it closed has a window of their own.
            ChangeState::Closed => is_waited_for(tx, &change, customer_id).await?,
            _ => false,
        };
        if concerns {
            told += tell(tx, state, customer_id, change).await?;
        }
    }
    Ok(told)
}

/// Whether a customer's answer about a change, or the end of its window, is still waited for.
async fn is_waited_for(tx: &mut Tx, change: &Change, customer_id: CustomerId) -> Result<bool> {
    for line in list_lines(tx, change.id).await? {
        let found = authorisations::find(tx, line.id, customer_id.uuid()).await?;
        if found.is_some_and(|authorisation| authorisation.state.is_waited_for()) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn tell(tx: &mut Tx, state: &AppState, customer_id: CustomerId, change: Change) -> Result<usize> {
    let sent = deliveries::list_by_customers(tx, change.id, Of::These(&[customer_id.uuid()])).await?;
    let (Some(last), Some(contacts)) = (sent.last(), successors(tx, state, customer_id, &sent).await?) else {
        return Ok(0);
    };
    let notice = notices::get(tx, last.notice_id).await?;
    let dossier = dossier::load_change(tx, change).await?;
    let found = fallback::recipient(tx, state, &dossier, &notice, customer_id).await?;
    let Some((recipient, windows)) = found else {
        return Ok(0);
    };
    let now = state.clock.now();
    for contact in &contacts {
        let letter = Letter {
            dossier: &dossier,
            notice: &notice,
            recipient: &recipient,
            contact,
            windows: &windows,
            delivery_id: state.random.id(now),
        };
        Copy::of(&letter, state)?.queue(tx, now).await?;
    }
    let entry = Entry {
        actor: Actor::System,
        action: "notice.successor",
        subject: Subject::of("notice", notice.id),
        payload: json!({
            "customer": customer_id,
            "contacts": contacts.iter().map(|contact| contact.id).collect::<Vec<_>>(),
        }),
    };
    append(tx, &state.keys, &state.random, now, entry).await?;
    Ok(contacts.len())
}

/// Who is to be written to; none while somebody who was told still is a contact, or while a copy that came back goes to the
/// next contact anyway.
async fn successors(
    tx: &mut Tx,
    state: &AppState,
    customer_id: CustomerId,
    sent: &[Delivery],
) -> Result<Option<Vec<Contact>>> {
    use DeliveryState::{FallbackQueued, HardBounce, LateBounce, Suppressed};
    let mut tried = Vec::new();
    for delivery in sent {
        if matches!(delivery.state, HardBounce | LateBounce | Suppressed) {
            return Ok(None);
        }
        let contact = find(tx, state, delivery.contact_id).await?;
        if delivery.state != FallbackQueued && contacts::is_current(tx, &state.keys, &contact).await? {
            return Ok(None);
        }
        tried.push(contact.address.folded());
    }
    let mut active = contacts::list_active(tx, &state.keys, customer_id).await?;
    active.retain(|contact| !tried.contains(&contact.address.folded()));
    if active.iter().any(|contact| contact.kind == ContactKind::Primary) {
        active.retain(|contact| contact.kind == ContactKind::Primary);
    } else {
        active.truncate(1);
    }
    Ok((!active.is_empty()).then_some(active))
}

async fn find(tx: &mut Tx, state: &AppState, id: Option<Uuid>) -> Result<Contact> {
    let id = id.ok_or(ChangeError::Absent)?;
    contacts::find_contact(tx, &state.keys, id.into())
        .await?
        .ok_or(ChangeError::Absent)
}
