//! Looking at the pages: a loop of its own, because a page may take long and no other job waits for it.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use domain::digest::Digest;
use domain::id::{EngagementId, TaskId};
use domain::legal_record::LegalRecord;
use domain::role::Role;
use domain::vendor_page::FAILURES_IN_A_ROW;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::fetch::{Fetcher, NotFetched};
use super::{PAGE_CHANGED, PAGE_FAILS, address_of};
use crate::AppState;
use crate::access::record;
use crate::audit::{Actor, Subject};
use crate::register;
use crate::store::engagements::{CurrentEngagement, list_current};
use crate::store::legal_records::list_latest_records_of;
use crate::store::tasks::{Task, close_task, close_tasks_about, list_open_tasks_of, open_task};
use crate::store::vendor_pages::{Found, Look, append_look, list_last_looks, list_page_versions};
use crate::store::version::Recorded;
use crate::store::{Of, Result, Tx};

/// How often the loop looks whether a page is due.
const TICK: Duration = Duration::from_secs(600);

/// The loop; it ends when the process does. A failure of ours is logged and tried again at the next tick.
pub async fn watch(state: AppState) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = look_at_all(&state).await {
            tracing::warn!(%error, "pages of vendors: will be tried again");
        }
    }
}

/// Looks at every page that was not looked at today (publisher's zone), one after the other.
///
/// # Errors
/// When the database is away.
pub async fn look_at_all(state: &AppState) -> Result<()> {
    close_settled(state).await?;
    let due = list_due(state).await?;
    if due.is_empty() {
        return Ok(());
    }
    let fetcher = match Fetcher::new(state.config.fetches_private) {
        Ok(fetcher) => fetcher,
        Err(error) => {
            tracing::warn!(%error, "pages of vendors cannot be fetched");
            return Ok(());
        }
    };
    for (current, address) in due {
        let fetched = fetcher.fetch(&address).await;
        note(state, &current, &address, fetched).await?;
    }
    Ok(())
}

/// Closes what was asked about pages that are looked at no more: the contract names none, or the engagement is over.
async fn close_settled(state: &AppState) -> Result<()> {
    let mut tx = state.db.read().await?;
    let mut asked = list_open_tasks_of(&mut tx, PAGE_FAILS).await?;
    asked.extend(list_open_tasks_of(&mut tx, PAGE_CHANGED).await?);
    if asked.is_empty() {
        return Ok(());
    }
    let addresses = list_addresses(&mut tx).await?;
    let over: BTreeSet<Uuid> = list_current(&mut tx)
        .await?
        .iter()
        .filter(|current| current.state.state.is_terminal())
        .map(|current| current.engagement.id.uuid())
        .collect();
    drop(tx);
    // What was different is still to be read where only the address is gone.
    asked.retain(|task| {
        let id = task.about_id.unwrap_or_default();
        let is_read = addresses.iter().any(|(engagement, _)| engagement.uuid() == id);
        over.contains(&id) || (task.kind == PAGE_FAILS && !is_read)
    });
    if asked.is_empty() {
        return Ok(());
    }
    let mut tx = state.db.write().await?;
    for task in asked {
        close_task(&mut tx, task.id, Recorded::by_system(state.clock.now())).await?;
    }
    tx.commit().await
}

/// Every engagement whose contract names a page, with its address.
async fn list_addresses(tx: &mut Tx) -> Result<Vec<(EngagementId, String)>> {
    let mut addresses = Vec::new();
    for stored in list_latest_records_of(tx, Of::All, None).await? {
        if let LegalRecord::Contract(contract) = &stored.body
            && let Some(address) = address_of(contract)
        {
            addresses.push((stored.engagement_id, address.to_owned()));
        }
    }
    Ok(addresses)
}

/// The pages of engagements that are not over, with their addresses.
async fn list_due(state: &AppState) -> Result<Vec<(CurrentEngagement, String)>> {
    let today = today(state);
    let mut tx = state.db.read().await?;
    let addresses = list_addresses(&mut tx).await?;
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let mut due = Vec::new();
    for current in list_current(&mut tx).await? {
        let id = current.engagement.id;
        let Some((_, address)) = addresses.iter().find(|(engagement, _)| *engagement == id) else {
            continue;
        };
        if !current.state.state.is_terminal() && !was_looked_at(&mut tx, state, id, address, today).await? {
            due.push((current, address.clone()));
        }
    }
    Ok(due)
}

fn today(state: &AppState) -> NaiveDate {
    state.publisher().zone.local_date(state.clock.now())
}

async fn was_looked_at(
    tx: &mut Tx,
    state: &AppState,
    id: EngagementId,
    address: &str,
    today: NaiveDate,
) -> Result<bool> {
    let last = list_last_looks(tx, id, 1).await?;
    let zone = state.publisher().zone;
    Ok(last
        .first()
        .is_some_and(|look| look.address == address && zone.local_date(look.looked_at) == today))
}

/// Writes down what was found, and what follows from it.
async fn note(
    state: &AppState,
    current: &CurrentEngagement,
    address: &str,
    fetched: std::result::Result<String, NotFetched>,
) -> Result<()> {
    let now = state.clock.now();
    let id = current.engagement.id;
    let mut tx = state.db.write().await?;
    // Another process may have been here while the page was on its way.
    if was_looked_at(&mut tx, state, id, address, today(state)).await? {
        return Ok(());
    }
    let before = list_page_versions(&mut tx, id, Some(address), 1).await?.pop();
    let found = match fetched {
        Err(why) => Found::Failed(why.to_string()),
        Ok(text) => {
            let sha256 = Digest::new(Sha256::digest(&text).into());
            let is_same = before
                .as_ref()
                .is_some_and(|look| matches!(&look.found, Found::Other(known, _) if *known == sha256));
            if is_same {
                Found::Same(sha256)
            } else {
                Found::Other(sha256, text)
            }
        }
    };
    let look = Look {
        id: state.random.id(now),
        engagement_id: id,
        address: address.to_owned(),
        looked_at: now,
        found,
    };
    append_look(&mut tx, &look).await?;
    match &look.found {
        Found::Failed(why) => failed(&mut tx, state, current, why).await?,
        Found::Same(_) => succeeded(&mut tx, id, now).await?,
        Found::Other(sha256, _) => {
            succeeded(&mut tx, id, now).await?;
            let payload = json!({ "address": address, "sha256": sha256 });
            let subject = Subject::of("vendor_page", id.uuid());
            record(
                &mut tx,
                state,
                Actor::System,
                "vendor_page.kept",
                subject,
                payload,
            )
            .await?;
            if before.is_some() {
                let name = register::title(current);
                let title = format!("{name}: read what is different on its page of changes");
                ask(&mut tx, state, current, PAGE_CHANGED, title).await?;
            }
        }
    }
    tx.commit().await
}

async fn succeeded(tx: &mut Tx, id: EngagementId, now: DateTime<Utc>) -> Result<()> {
    let done = Recorded::by_system(now);
    close_tasks_about(tx, PAGE_FAILS, id.uuid(), done).await.map(drop)
}

/// A task, once it failed so many days in a row.
async fn failed(tx: &mut Tx, state: &AppState, current: &CurrentEngagement, why: &str) -> Result<()> {
    let most = i64::try_from(FAILURES_IN_A_ROW).unwrap_or(i64::MAX);
    let last = list_last_looks(tx, current.engagement.id, most).await?;
    let is_lasting =
        last.len() == FAILURES_IN_A_ROW && last.iter().all(|look| matches!(look.found, Found::Failed(_)));
    if !is_lasting {
        return Ok(());
    }
    let name = register::title(current);
    let title = format!("{name}: its page of changes could not be read for {FAILURES_IN_A_ROW} days, {why}");
    ask(tx, state, current, PAGE_FAILS, title).await
}

async fn ask(
    tx: &mut Tx,
    state: &AppState,
    current: &CurrentEngagement,
    kind: &str,
    title: String,
) -> Result<()> {
    let now = state.clock.now();
    let task = Task {
        id: TaskId::from(state.random.id(now)),
        kind: kind.to_owned(),
        role: Role::LegalEditor,
        title,
        path: format!("{}/vendor-page", register::path(current)),
        about_id: Some(current.engagement.id.uuid()),
        due_on: Some(today(state)),
        created_at: now,
        done: None,
    };
    open_task(tx, &task).await.map(drop)
}
