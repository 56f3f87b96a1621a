//! Dispatch: notice, authorisations, deliveries and mails in one transaction, or nothing. Letters are rendered and sealed
//! before it begins; inside it, the inputs are read again and must be the same. Only who follows the list may differ: whoever
//! has left by then is left out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::change::{ChangeEvent, ChangeState};
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::id::StaffId;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::copy::{Copy, open_authorisations};
use super::dossier::{self, Dossier};
use super::letter::Letter;
use super::review::{advance, hex};
use super::scope::{self, Scope};
use super::{ChangeError, Result, draft, fit, recipients};
use crate::AppState;
use crate::store::notices::{self, Notice, Promise};
use crate::store::version::Recorded;
use crate::store::{Tx, changes, engagements};
use crate::subscriptions;

/// What a dispatch has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dispatched {
    /// Customers in scope.
    pub customers: usize,
    /// Contacts written to.
    pub contacts: usize,
    /// Subscribers written to.
    pub subscribers: usize,
}

/// Everything a dispatch rests on; read twice, compared once.
#[derive(Clone, PartialEq)]
struct Inputs {
    state: ChangeState,
    notice: Notice,
    promises: Vec<Promise>,
    scope: Scope,
    hashes: Vec<Vec<u8>>,
    /// Lines that do not say any more what the register says.
    moved: Vec<String>,
    /// Customers for whom it would go to other addresses than those approved.
    redirected: Vec<String>,
}

async fn inputs(tx: &mut Tx, state: &AppState, number: &str, today: NaiveDate) -> Result<(Dossier, Inputs)> {
    let dossier = dossier::load(tx, number).await?;
    let notice = dossier.notice().ok_or(ChangeError::Absent)?.clone();
    let promises = notices::list_promises(tx, notice.id).await?;
    let scope = scope::find(tx, &state.keys, &dossier, today).await?;
    let hashes = dossier
        .lines
        .iter()
        .map(super::dossier::LineDossier::facts_hash)
        .collect();
    let moved = fit::moved(tx, state, &dossier).await?;
    let redirected = recipients::redirected(tx, &state.keys, &scope, &promises).await?;
    let state = dossier.change.state;
    Ok((
        dossier,
        Inputs {
            state,
            notice,
            promises,
            scope,
            hashes,
            moved,
            redirected,
        },
    ))
}

/// Checks that what was approved still is what would leave.
fn check(dossier: &Dossier, inputs: &Inputs, today: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    dossier.change.state.next(ChangeEvent::Dispatch)?;
    let mut reasons = inputs.moved.clone();
    reasons.extend(fit::misfits(dossier, now));
    reasons.extend(inputs.scope.problems.iter().cloned());
    if inputs.notice.dispatch_on != Some(today) {
        let day = inputs
            .notice
            .dispatch_on
            .map_or_else(|| "another day".to_owned(), app::ui::long_date);
        reasons.push(format!("Deadlines were promised for dispatch on {day}. Return the change to draft and have it approved for today."));
    }
    let promised: BTreeMap<Uuid, Uuid> = inputs
        .promises
        .iter()
        .map(|p| (p.customer_id, p.policy_id))
        .collect();
    for recipient in &inputs.scope.recipients {
        match promised.get(&recipient.customer.id.uuid()) {
            Some(policy) if *policy == recipient.policy.id => {}
            Some(_) => reasons.push(format!(
                "{}: the contract terms changed since the approval.",
                recipient.customer.name
            )),
            None => reasons.push(format!(
                "{}: became a customer in scope after the approval.",
                recipient.customer.name
            )),
        }
    }
    reasons.extend(inputs.redirected.iter().map(|name| {
        format!("{name}: it would go to other contacts than those approved. Return the change to draft and have it approved anew.")
    }));
    if inputs.scope.recipients.len() < promised.len() {
        reasons.push("A customer left the scope after the approval.".to_owned());
    }
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(ChangeError::NotReady {
            title: "What was approved is not what would leave now.".to_owned(),
            reasons,
        })
    }
}

fn copies(state: &AppState, dossier: &Dossier, inputs: &Inputs, now: DateTime<Utc>) -> Result<Vec<Copy>> {
    let windows: BTreeMap<Uuid, &Promise> = inputs.promises.iter().map(|p| (p.customer_id, p)).collect();
    let mut copies = Vec::new();
    for recipient in &inputs.scope.recipients {
        let promise = windows
            .get(&recipient.customer.id.uuid())
            .ok_or(ChangeError::Absent)?;
        for contact in &recipient.contacts {
            let delivery_id = state.random.id(now);
            let letter = Letter {
                dossier,
                notice: &inputs.notice,
                recipient,
                contact,
                windows: &promise.windows,
                delivery_id,
            };
            copies.push(Copy::of(&letter, state)?);
        }
    }
    Ok(copies)
}

/// Dispatches an approved change to everybody it concerns.
///
/// # Errors
/// With every difference between what was approved and what would leave; nothing is written then.
pub async fn dispatch(state: &AppState, by: Uuid, number: &str) -> Result<Dispatched> {
    let now = state.clock.now();
    let today = dossier::today(state, now);
    let mut tx = state.db.read().await?;
    let (dossier, before) = inputs(&mut tx, state, number, today).await?;
    let followers = subscriptions::list_followers(&mut tx, &state.keys).await?;
    drop(tx);
    check(&dossier, &before, today, now)?;
    let mut copies = copies(state, &dossier, &before, now)?;
    for follower in &followers {
        let (delivery, mail) = subscriptions::change_mail(state, &dossier, &before.notice, follower, now);
        copies.push(Copy { delivery, mail });
    }

    let mut tx = state.db.write().await?;
    let (dossier, same) = inputs(&mut tx, state, number, today).await?;
    if same != before {
        return Err(ChangeError::Refused(
            "Something changed while the mails were written. Look again and repeat.".to_owned(),
        ));
    }
    // Whoever has left since is not written to; whoever came since reads it on the list.
    let followers = subscriptions::list_followers(&mut tx, &state.keys).await?;
    let following: BTreeSet<Uuid> = followers.iter().map(|follower| follower.id).collect();
    copies.retain(|copy| {
        copy.delivery
            .subscriber_id
            .is_none_or(|id| following.contains(&id))
    });
    let notice = &before.notice;
    advance(&mut tx, state, &dossier, ChangeState::Dispatching, Some(by), None).await?;
    notices::dispatch(&mut tx, notice.id, by, now).await?;
    changes::announce(&mut tx, dossier.change.id, now).await?;
    for recipient in &before.scope.recipients {
        open_authorisations(&mut tx, state, recipient, notice, now).await?;
    }
    open_notices(&mut tx, state, &dossier, by, now).await?;
    let mut batch = Sha256::new();
    for copy in &copies {
        copy.queue(&mut tx, now).await?;
        let delivery = &copy.delivery;
        batch.update(delivery.id.as_bytes());
        batch.update(
            delivery
                .contact_id
                .or(delivery.subscriber_id)
                .unwrap_or_default()
                .as_bytes(),
        );
        batch.update(delivery.mail_id.as_bytes());
    }
    let reloaded = dossier::load(&mut tx, number).await?;
    advance(&mut tx, state, &reloaded, ChangeState::Open, None, None).await?;
    let done = Dispatched {
        customers: before.scope.recipients.len(),
        contacts: before.scope.contact_count(),
        subscribers: copies
            .iter()
            .filter(|copy| copy.delivery.subscriber_id.is_some())
            .count(),
    };
    let payload = json!({
        "notice": notice.version,
        "content_hash": hex(&notice.content_hash),
        "customers": done.customers,
        "contacts": done.contacts,
        "subscribers": done.subscribers,
        "batch": hex(&batch.finalize()),
    });
    draft::note(&mut tx, state, by, "change.dispatched", &dossier, payload).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(done)
}

/// NOTICE_PENDING → NOTICE_OPEN for every new engagement.
async fn open_notices(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    for line in &dossier.lines {
        let from = line.current.state.state;
        if from == EngagementState::NoticePending {
            let to = from.next(EngagementEvent::OpenNotice)?;
            let id = line.current.engagement.id;
            let by = Recorded::by(StaffId::from(by), now);
            engagements::append_engagement_state(tx, state.random.id(now), id, (from, to), by, None).await?;
        }
    }
    Ok(())
}
