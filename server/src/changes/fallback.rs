//! When a notice comes back: the next contact of that customer is written to, with a copy and a deadline of their own
//! (decision 1; legal-rules §8.2). Where another contact was given notice already, the copy states the deadline that
//! holds; otherwise it is counted for today. It is never earlier than what was promised.

use domain::delivery::DeliveryState;
use domain::id::CustomerId;
use domain::role::Role;
use serde_json::json;
use uuid::Uuid;

use super::copy::Copy;
use super::letter::Letter;
use super::promise::Counting;
use super::scope::{self, Recipient};
use super::{Result, dossier, standing};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::store::contacts::{self, Contact};
use crate::store::deliveries::{self, Delivery};
use crate::store::notices::{self, Notice};
use crate::store::tasks::{self, Task};
use crate::store::version::Recorded;
use crate::store::{Of, Tx, changes, policies};

/// Kind of the task that is open when a customer has nobody left to write to; about the delivery that came back.
pub const NOBODY_LEFT: &str = "NOBODY_LEFT";

/// What became of a delivery that came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// The next contact is written to.
    Queued,
    /// There is nobody left; a task says so.
    NobodyLeft,
    /// Not needed any more: it arrived meanwhile, the change was cancelled, or the customer is not in scope any more.
    NotNeeded,
}

/// Writes to the next contact in place of one whose notice came back.
///
/// # Errors
/// When the database is away, or the count of the new deadline runs out of holiday data; nothing is written then.
pub async fn write_to_next(state: &AppState, delivery_id: Uuid) -> Result<Fallback> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let Some((before, customer_id)) = returned(&mut tx, delivery_id).await? else {
        return Ok(Fallback::NotNeeded);
    };
    // Asked at every tick until somebody is entered: that must not queue for the writer's lock.
    if is_known(&mut tx, &before).await?
        && next_contact(&mut tx, state, &before, customer_id)
            .await?
            .is_none()
    {
        return Ok(Fallback::NobodyLeft);
    }
    drop(tx);
    let mut tx = state.db.write().await?;
    let Some((before, customer_id)) = returned(&mut tx, delivery_id).await? else {
        return Ok(Fallback::NotNeeded);
    };
    let notice = notices::get(&mut tx, before.notice_id).await?;
    let change = changes::get(&mut tx, notice.change_id).await?;
    if !change.state.is_dispatched() {
        return Ok(Fallback::NotNeeded);
    }
    let dossier = dossier::load_change(&mut tx, change).await?;
    let Some((recipient, windows)) = recipient(&mut tx, state, &dossier, &notice, customer_id).await? else {
        return Ok(Fallback::NotNeeded);
    };
    let Some(contact) = next_contact(&mut tx, state, &before, customer_id).await? else {
        nobody_left(&mut tx, state, &recipient, &dossier.change.number, &before).await?;
        tx.commit().await?;
        return Ok(Fallback::NobodyLeft);
    };
    let id = state.random.id(now);
    let letter = Letter {
        dossier: &dossier,
        notice: &notice,
        recipient: &recipient,
        contact: &contact,
        windows: &windows,
        delivery_id: id,
    };
    Copy::of(&letter, state)?.queue(&mut tx, now).await?;
    let after = Delivery {
        state: DeliveryState::FallbackQueued,
        ..before.clone()
    };
    deliveries::advance(&mut tx, &before, &after, now).await?;
    tasks::close_tasks_about(&mut tx, NOBODY_LEFT, before.id, Recorded::by_system(now)).await?;
    let entry = Entry {
        actor: Actor::System,
        action: "notice.fallback_queued",
        subject: Subject::of("delivery", before.id),
        payload: json!({ "customer": customer_id, "instead": id, "contact": contact.id }),
    };
    append(&mut tx, &state.keys, &state.random, now, entry).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(Fallback::Queued)
}

/// A customer's delivery, if it came back.
async fn returned(tx: &mut Tx, id: Uuid) -> Result<Option<(Delivery, CustomerId)>> {
    use DeliveryState::{HardBounce, LateBounce, Suppressed};
    let found = deliveries::find(tx, id).await?;
    Ok(found
        .filter(|d| matches!(d.state, HardBounce | LateBounce | Suppressed))
        .and_then(|d| d.customer_id.map(|customer| (d, customer.into()))))
}

/// Whether a task said already that nobody is left.
async fn is_known(tx: &mut Tx, delivery: &Delivery) -> Result<bool> {
    let known = tasks::list_tasks_about(tx, delivery.id).await?;
    Ok(known.iter().any(|task| task.kind == NOBODY_LEFT))
}

/// The customer with the terms that were frozen for this notice, and the windows that a copy sent now states: who is in scope
/// now, and who was told and is waited for.
pub(super) async fn recipient(
    tx: &mut Tx,
    state: &AppState,
    dossier: &dossier::Dossier,
    notice: &Notice,
    customer_id: CustomerId,
) -> Result<Option<(Recipient, domain::window::Windows)>> {
    let today = dossier::today(state, state.clock.now());
    let customer = [customer_id.uuid()];
    let promised = notices::list_promises_to(tx, notice.id, Of::These(&customer))
        .await?
        .pop();
    let Some(promised) = promised else {
        return Ok(None);
    };
    let policy = policies::get_policy(tx, promised.policy_id).await?;
    let in_scope = scope::find_one(tx, &state.keys, dossier, customer_id, today).await?;
    let waited_for = scope::find_waited_for(tx, &state.keys, dossier, customer_id, policy.clone()).await?;
    let recipient = match (in_scope, waited_for) {
        (Some(mut recipient), waited_for) => {
            recipient.policy = policy;
            for line in waited_for.into_iter().flat_map(|told| told.lines) {
                if recipient.lines.iter().all(|(id, _)| *id != line.0) {
                    recipient.lines.push(line);
                }
            }
            recipient
        }
        (None, Some(recipient)) => recipient,
        (None, None) => return Ok(None),
    };
    let zone = state.publisher().zone;
    let standing = standing::find(tx, zone, notice.change_id, customer_id, state.clock.now()).await?;
    let holds = match standing.given() {
        Some(given) => given.effective.clone(),
        None => {
            let minimum = standing::minimum_notice(tx).await?;
            Counting::load(tx, zone)
                .await?
                .windows(&recipient.policy.policy, today, minimum)?
        }
    };
    Ok(Some((recipient, promised.windows.later_of(holds))))
}

/// The first contact who was not written to yet: primaries that were entered since, then fallbacks by rank. An address
/// that came back is not tried again under another name.
async fn next_contact(
    tx: &mut Tx,
    state: &AppState,
    before: &Delivery,
    customer_id: CustomerId,
) -> Result<Option<Contact>> {
    let mut tried = Vec::new();
    let notice = notices::get(tx, before.notice_id).await?;
    let customer = [customer_id.uuid()];
    for delivery in deliveries::list_by_customers(tx, notice.change_id, Of::These(&customer)).await? {
        if delivery.notice_id == before.notice_id
            && let Some(id) = delivery.contact_id
            && let Some(contact) = contacts::find_contact(tx, &state.keys, id.into()).await?
        {
            tried.push(contact.address.folded());
        }
    }
    let active = contacts::list_active(tx, &state.keys, customer_id).await?;
    Ok(active
        .into_iter()
        .find(|contact| !tried.contains(&contact.address.folded())))
}

async fn nobody_left(
    tx: &mut Tx,
    state: &AppState,
    recipient: &Recipient,
    number: &str,
    delivery: &Delivery,
) -> Result<()> {
    let now = state.clock.now();
    if is_known(tx, delivery).await? {
        return Ok(());
    }
    let task = Task {
        id: state.random.id(now).into(),
        kind: NOBODY_LEFT.to_owned(),
        role: Role::LegalEditor,
        title: format!(
            "Notice {number} came back, and {} has no other contact: enter one, it is written to at once",
            recipient.customer.name
        ),
        path: format!("/staff/customers/{}", recipient.customer.id),
        about_id: Some(delivery.id),
        due_on: Some(dossier::today(state, now)),
        created_at: now,
        done: None,
    };
    tasks::open_task(tx, &task).await?;
    Ok(())
}
