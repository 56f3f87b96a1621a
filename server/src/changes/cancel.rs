//! Cancelling a change. Before dispatch nobody knows of it; after dispatch everybody who was told is told again, every open
//! case is resolved by it, and mails that have not left are called off.

use domain::change::{ChangeEvent, ChangeState};
use domain::engagement::state::EngagementEvent;
use domain::id::{ContactId, CustomerId, StaffId};
use domain::notice::NoticeState;
use serde_json::json;
use uuid::Uuid;

use super::dossier::{self, Dossier};
use super::review::advance;
use super::{Result, draft};
use crate::AppState;
use crate::mail::message::List;
use crate::mail::messages::{ChangeCancelled, Message};
use crate::mail::{Outgoing, Prepared, prepare, queue_prepared};
use crate::objections;
use crate::store::version::Recorded;
use crate::store::{Tx, authorisations, contacts, customers, deliveries, engagements, notices};

/// Cancels a change; gives how many contacts are told.
///
/// # Errors
/// When it is closed, or returned to draft first.
pub async fn cancel(state: &AppState, by: Uuid, number: &str, reason: &str) -> Result<usize> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let before = dossier::load(&mut tx, number).await?;
    let mails = farewells(&mut tx, state, &before, reason).await?;
    drop(tx);

    let mut tx = state.db.write().await?;
    let dossier = dossier::load(&mut tx, number).await?;
    let to = dossier.change.state.next(ChangeEvent::Cancel)?;
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

/// One mail for everybody who was sent the notice, in whatever state their copy is.
async fn farewells(tx: &mut Tx, state: &AppState, dossier: &Dossier, reason: &str) -> Result<Vec<Prepared>> {
    let mut mails = Vec::new();
    if !matches!(dossier.change.state, ChangeState::Dispatching | ChangeState::Open) {
        return Ok(mails);
    }
    let publisher = state.publisher();
    for notice in dossier.notices.iter().filter(|n| n.dispatched_at.is_some()) {
        for delivery in deliveries::list_by_notice(tx, notice.id).await? {
            let (Some(contact), Some(customer)) = (delivery.contact_id, delivery.customer_id) else {
                continue;
            };
            let Some(contact) = contacts::find_contact(tx, &state.keys, ContactId::from(contact)).await?
            else {
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
                    about_id: Some(notice.id),
                    to_name: contact.name.clone(),
                    to: contact.address.to_string(),
                    list: List::Contract {
                        help: super::letter::contacts_link(state, contact.id),
                    },
                    rendered,
                },
            ));
        }
    }
    Ok(mails)
}
