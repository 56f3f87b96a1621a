//! Customers who come into scope after the dispatch: they signed later, or took a product (decision 10). Whoever was shown
//! the pending change at signature authorised it so; everybody else gets the notice, with a window of their own.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;

use super::copy::{Copy, open_authorisations};
use super::dossier::{self, Dossier};
use super::letter::Letter;
use super::scope::{self, Recipient};
use super::{ChangeError, Result, promise, standing};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::store::notices::{self, Notice, Promise};
use crate::store::{Tx, changes, customers};

/// Tells everybody who is concerned by an open change and was not told; gives how many customers that were.
///
/// # Errors
/// When the database is away, or a notice cannot be written; what was written for others before stays.
pub async fn tell_latecomers(state: &AppState, change_id: Uuid) -> Result<usize> {
    let today = dossier::today(state, state.clock.now());
    let mut tx = state.db.read().await?;
    let change = changes::get(&mut tx, change_id).await?;
    let dossier = dossier::load_change(&mut tx, change).await?;
    let missing = missing(&mut tx, state, &dossier, today).await?;
    drop(tx);
    let mut told = 0;
    for recipient in missing {
        let mut tx = state.db.write().await?;
        tell(&mut tx, state, &dossier, &recipient, today).await?;
        tx.commit().await?;
        told += 1;
    }
    if told > 0 {
        state.mail_queued.notify_one();
    }
    Ok(told)
}

fn dispatched(dossier: &Dossier) -> Option<&Notice> {
    dossier.notices.iter().rfind(|n| n.dispatched_at.is_some())
}

/// Recipients without a promise of the notice. One who has a promise, but not for every line, is not written to again: the
/// gate stays closed for that line, and a person decides.
async fn missing(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    today: chrono::NaiveDate,
) -> Result<Vec<Recipient>> {
    let Some(notice) = dispatched(dossier) else {
        return Ok(Vec::new());
    };
    let promised: HashSet<Uuid> = notices::list_promises(tx, notice.id)
        .await?
        .into_iter()
        .map(|p| p.customer_id)
        .collect();
    let concerned = scope::concerned(tx, dossier, today).await?;
    if concerned.iter().all(|c| promised.contains(&c.customer.id.uuid())) {
        return Ok(Vec::new());
    }
    let mut missing = scope::find(tx, &state.keys, dossier, today).await?.recipients;
    missing.retain(|r| !promised.contains(&r.customer.id.uuid()));
    Ok(missing)
}

async fn tell(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    recipient: &Recipient,
    today: chrono::NaiveDate,
) -> Result<()> {
    let now = state.clock.now();
    let notice = dispatched(dossier).ok_or(ChangeError::Absent)?;
    let minimum = standing::minimum_notice(tx).await?;
    let windows = promise::windows(&recipient.policy.policy, today, state.publisher().zone, minimum)?;
    let promise = Promise {
        id: state.random.id(now),
        notice_id: notice.id,
        customer_id: recipient.customer.id.uuid(),
        policy_id: recipient.policy.id,
        windows,
    };
    notices::promise(tx, &promise, now).await?;
    open_authorisations(tx, state, recipient, notice, now).await?;
    let was_shown = customers::list_signatures(tx, recipient.customer.id)
        .await?
        .iter()
        .any(|s| s.pending_shown.contains(&dossier.change.id));
    let contacts = if was_shown {
        0
    } else {
        write_to_all(tx, state, dossier, notice, recipient, &promise).await?
    };
    let entry = Entry {
        actor: Actor::System,
        action: "notice.latecomer",
        subject: Subject::of("notice", notice.id),
        payload: json!({ "customer": recipient.customer.id, "shown_at_signature": was_shown, "contacts": contacts }),
    };
    append(tx, &state.keys, &state.random, now, entry).await?;
    Ok(())
}

async fn write_to_all(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    notice: &Notice,
    recipient: &Recipient,
    promise: &Promise,
) -> Result<usize> {
    let now = state.clock.now();
    for contact in &recipient.contacts {
        let letter = Letter {
            dossier,
            notice,
            recipient,
            contact,
            windows: &promise.windows,
            delivery_id: state.random.id(now),
        };
        Copy::of(&letter, state)?.queue(tx, now).await?;
    }
    Ok(recipient.contacts.len())
}
