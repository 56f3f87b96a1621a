//! Customers who come into scope after the dispatch: they signed later, or took a product (decision 10). Whoever was shown
//! the pending change at signature authorised it so; everybody else gets the notice, with a window of their own.

use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use domain::change::ChangeState;
use domain::id::{ProductId, TaskId};
use domain::role::Role;
use serde_json::json;
use uuid::Uuid;

use super::copy::{Copy, open_authorisations};
use super::dossier::{self, Dossier};
use super::letter::Letter;
use super::promise::Counting;
use super::scope::{self, Recipient};
use super::{ChangeError, Result, standing};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::gates;
use crate::store::engagements::{self, CurrentEngagement};
use crate::store::notices::{self, Notice, Promise};
use crate::store::tasks::{Task, open_task};
use crate::store::{Tx, authorisations, changes, customers};

/// The kind of task that says that somebody came into scope of what is in use already.
pub(super) const LATE_IN_SCOPE: &str = "LATE_IN_SCOPE";

/// Tells everybody who is concerned by an open or closed change and was not told; gives how many customers that were. It ends
/// early where the change is cancelled or closed meanwhile.
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
        // Cancelled or closed since it was read: nobody would take this notice back, or others are concerned now.
        let found = changes::get(&mut tx, change_id).await?.state;
        if !found.is_dispatched() || found != dossier.change.state {
            break;
        }
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
/// gate stays closed for that line, and a person decides. Of a change that is over only those are told whom the gates of a
/// line hold back.
async fn missing(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    today: NaiveDate,
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
    if dossier.change.state == ChangeState::Closed {
        let (zone, now) = (state.publisher().zone, state.clock.now());
        for line in &dossier.lines {
            let untold = gates::list_untold(tx, zone, (&dossier.change, &line.line), now).await?;
            for recipient in &mut missing {
                let is_held_back = untold.iter().any(|f| f.customer_id == recipient.customer.id);
                recipient
                    .lines
                    .retain(|(id, _)| *id != line.line.id || is_held_back);
            }
        }
        missing.retain(|r| !r.lines.is_empty());
    }
    Ok(missing)
}

/// Closed changes that somebody comes into scope of now who was not told, neither by them nor by the list they signed with.
///
/// # Errors
/// When the database is away.
pub async fn list_closed_with_latecomers(state: &AppState) -> Result<Vec<Uuid>> {
    let mut tx = state.db.read().await?;
    let late = changes::list_late_customers(&mut tx).await?;
    if late.is_empty() {
        return Ok(Vec::new());
    }
    let mut used: HashMap<Uuid, Vec<ProductId>> = HashMap::new();
    for (customer, product) in customers::list_all_products(&mut tx).await? {
        used.entry(customer.uuid()).or_default().push(product);
    }
    let mut engaged: HashMap<Uuid, Option<CurrentEngagement>> = HashMap::new();
    let mut found = Vec::new();
    for one in late {
        if found.contains(&one.change_id) {
            continue;
        }
        let current = match engaged.entry(one.engagement_id) {
            Occupied(known) => known.into_mut(),
            Vacant(free) => free.insert(engagements::current(&mut tx, one.engagement_id.into()).await?),
        };
        let own = used.get(&one.customer_id).map_or(&[][..], Vec::as_slice);
        let is_concerned = current.as_ref().is_some_and(|current| {
            let of = &current.version.facts.products;
            current.state.state.is_listed()
                && !current.state.state.is_ending()
                && (of.is_empty() || own.is_empty() || own.iter().any(|p| of.contains(p)))
        });
        if is_concerned {
            found.push(one.change_id);
        }
    }
    Ok(found)
}

async fn tell(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    recipient: &Recipient,
    today: NaiveDate,
) -> Result<()> {
    let now = state.clock.now();
    let notice = dispatched(dossier).ok_or(ChangeError::Absent)?;
    let minimum = standing::minimum_notice(tx).await?;
    let windows = Counting::load(tx, state.publisher().zone).await?.windows(
        &recipient.policy.policy,
        today,
        minimum,
    )?;
    let promise = Promise {
        id: state.random.id(now),
        notice_id: notice.id,
        customer_id: recipient.customer.id.uuid(),
        policy_id: recipient.policy.id,
        windows,
        contacts: recipient.contact_ids(),
    };
    notices::promise(tx, &promise, now).await?;
    open_authorisations(tx, state, recipient, notice, now).await?;
    let announced_on = dossier
        .change
        .announced_at
        .map_or(today, |at| state.publisher().zone.local_date(at));
    let was_shown = customers::list_signatures(tx, recipient.customer.id)
        .await?
        .iter()
        .any(|s| s.authorises(dossier.change.id, announced_on, now));
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
    if dossier.change.state == ChangeState::Closed {
        ask_to_hold_back(tx, state, dossier, recipient).await?;
    }
    Ok(())
}

/// It is in use already: somebody keeps it away from this customer until their window has ended, or decides what becomes of
/// them where it cannot be kept apart (decision 10).
async fn ask_to_hold_back(
    tx: &mut Tx,
    state: &AppState,
    dossier: &Dossier,
    recipient: &Recipient,
) -> Result<()> {
    let now = state.clock.now();
    for line in &dossier.lines {
        let (customer, name) = (&recipient.customer, line.name());
        let Some(authorisation) = authorisations::find(tx, line.line.id, customer.id.uuid()).await? else {
            continue;
        };
        let (role, title) = if line.current.version.facts.segregable {
            (
                Role::Operator,
                format!(
                    "Keep {name} away from {} until its window has ended, then activate it there",
                    customer.name
                ),
            )
        } else {
            (
                Role::LegalApprover,
                format!(
                    "{} comes into scope of {name}, which is in use and cannot be kept apart: decide what holds until its window has ended",
                    customer.name
                ),
            )
        };
        let task = Task {
            id: TaskId::from(state.random.id(now)),
            kind: LATE_IN_SCOPE.to_owned(),
            role,
            title,
            path: format!("/staff/changes/{}", dossier.change.number),
            about_id: Some(authorisation.id),
            due_on: None,
            created_at: now,
            done: None,
        };
        open_task(tx, &task).await?;
    }
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
