//! Cancelling a change. Before dispatch nobody knows of it; after dispatch everybody who was told is told again, every open
//! case is resolved by it, and mails that have not left, or may be sent again, are called off. What is live already is not taken back by it.

use domain::change::ChangeEvent;
use domain::delivery::DeliveryState;
use domain::engagement::state::EngagementEvent;
use domain::id::{ContactId, CustomerId, StaffId};
use domain::notice::NoticeState;
use serde_json::json;
use uuid::Uuid;

use super::dossier::{self, Dossier};
use super::review::advance;
use super::{ChangeError, Result, draft};
use crate::AppState;
use crate::mail::message::List;
use crate::mail::messages::{ChangeCancelled, Message};
use crate::mail::{self, Outgoing, Prepared, prepare, queue_prepared};
use crate::objections;
use crate::register::PART_MISSING;
use crate::store::deliveries::Delivery;
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;
use crate::store::{Tx, activations, authorisations, contacts, customers, deliveries, engagements, notices};
use crate::subscriptions;

/// Cancels a change; gives how many people are told.
///
/// # Errors
/// When it is closed, is to be returned to draft first, or something is live through it.
pub async fn cancel(state: &AppState, by: Uuid, number: &str, reason: &str) -> Result<usize> {
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let dossier = dossier::load(&mut tx, number).await?;
    let to = dossier.change.state.next(ChangeEvent::Cancel)?;
    nothing_is_live(&mut tx, &dossier).await?;
    let reached = call_off(&mut tx, state, &dossier).await?;
    let mails = farewells(&mut tx, state, &dossier, &reached, reason).await?;
    advance(&mut tx, state, &dossier, to, Some(by), Some(reason)).await?;
    for notice in dossier
        .notices
        .iter()
        .filter(|n| matches!(n.state, NoticeState::Draft | NoticeState::Open))
    {
        notices::advance(&mut tx, notice.id, notice.state, NoticeState::Cancelled).await?;
    }
    for line in &dossier.lines {
        let from = line.current.state.state;
        if !from.is_listed() && !from.is_terminal() {
            let next = from.next(EngagementEvent::Cancel)?;
            let who = Recorded::by(StaffId::from(by), now);
            let id = line.current.engagement.id;
            engagements::append_engagement_state(
                &mut tx,
                state.random.id(now),
                id,
                (from, next),
                who,
                Some(reason),
            )
            .await?;
            close_tasks_about(&mut tx, PART_MISSING, id.uuid(), who).await?;
        }
        for authorisation in authorisations::list_by_line(&mut tx, line.line.id).await? {
            objections::cancel_cases(&mut tx, state, &authorisation, by, reason).await?;
        }
    }
    for mail in &mails {
        queue_prepared(&mut tx, mail).await?;
    }
    draft::note(
        &mut tx,
        state,
        by,
        "change.cancelled",
        &dossier,
        json!({ "reason": reason, "told": mails.len() }),
    )
    .await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(mails.len())
}

/// What somebody uses through this change is ended where it is: cancelling would leave it running unannounced.
async fn nothing_is_live(tx: &mut Tx, dossier: &Dossier) -> Result<()> {
    for line in &dossier.lines {
        let live = activations::list_activations(tx, line.current.engagement.id).await?;
        if live
            .iter()
            .any(|a| a.line_id.is_some_and(|id| id.uuid() == line.line.id))
        {
            return Err(ChangeError::Refused(format!(
                "{} is live for customers through this change. Suspend or end the engagement instead.",
                line.name()
            )));
        }
    }
    Ok(())
}

/// Calls off every notice that has not left, and every further try of one of which nobody knows; gives the deliveries that
/// have left, or may have.
async fn call_off(tx: &mut Tx, state: &AppState, dossier: &Dossier) -> Result<Vec<Delivery>> {
    let mut reached = Vec::new();
    for notice in dossier.notices.iter().filter(|n| n.dispatched_at.is_some()) {
        for delivery in deliveries::list_by_notice(tx, notice.id).await? {
            let is_called_off = mail::cancel(tx, state, delivery.mail_id).await?;
            // A try that nobody answered may have arrived, though no other follows it now, and so may a copy that is under way.
            let has_left = !matches!(delivery.state, DeliveryState::Queued | DeliveryState::Deferred);
            if has_left || !is_called_off {
                reached.push(delivery);
            }
        }
    }
    Ok(reached)
}

/// One mail for everybody whose copy has left, in whatever state it is: contacts under their contract, followers of the
/// public list as news.
async fn farewells(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    reached: &[Delivery],
    reason: &str,
) -> Result<Vec<Prepared>> {
    let mut mails = Vec::new();
    let publisher = state.publisher();
    for delivery in reached {
        if let Some(subscriber) = delivery.subscriber_id {
            mails.extend(subscriptions::cancelled_mail(tx, state, dossier, subscriber).await?);
            continue;
        }
        let (Some(contact), Some(customer)) = (delivery.contact_id, delivery.customer_id) else {
            continue;
        };
        let Some(contact) = contacts::find_contact(tx, &state.keys, ContactId::from(contact)).await? else {
            continue;
        };
        let Some(customer) = customers::find_customer(tx, CustomerId::from(customer)).await? else {
            continue;
        };
        let link = state.config.link(&format!(
            "/n/{}",
            state.keys.link(crate::keys::Purpose::Notice, delivery.id)
        ));
        let rendered = ChangeCancelled {
            number: &dossier.change.number,
            title: &dossier.change.title,
            publisher: &publisher.name,
            customer: &customer.name,
            reason,
            link: &link,
        }
        .render();
        mails.push(prepare(
            state,
            &Outgoing {
                about_id: Some(delivery.notice_id),
                to_name: contact.name.clone(),
                to: contact.address.to_string(),
                list: List::Contract {
                    help: super::letter::contacts_link(state, contact.id),
                },
                rendered,
            },
        ));
    }
    Ok(mails)
}
