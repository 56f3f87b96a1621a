//! When a change is over. A line is settled once it is live for everybody for whom it ever will be, or once what it told of
//! has come to pass; whoever refused, was left out or has left holds nothing up. The last settled line closes the change.

use chrono::{DateTime, Utc};
use domain::change::{ChangeEvent, ChangeState};
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::id::{EngagementId, StaffId};
use serde_json::json;
use uuid::Uuid;

use super::dossier;
use super::review::advance;
use super::{Result, draft};
use crate::AppState;
use crate::gates::{self, Judged};
use crate::store::activations::{self, Activation};
use crate::store::changes::{self, Change};
use crate::store::lines::{Line, list_lines};
use crate::store::listings::{self, ListingState, NewListing};
use crate::store::version::Recorded;
use crate::store::{Tx, engagements};

/// Settles every open change of which nothing is left to do.
///
/// # Errors
/// The first failure of the store.
pub async fn settle_all(state: &AppState) -> Result<()> {
    let mut tx = state.db.read().await?;
    let mut due = Vec::new();
    for change in changes::list(&mut tx).await? {
        if change.state == ChangeState::Open && is_over(&mut tx, state, &change).await? {
            due.push(change.id);
        }
    }
    drop(tx);
    for id in due {
        let mut tx = state.db.write().await?;
        settle(&mut tx, state, id, None).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Whether every line of a change is settled now.
async fn is_over(tx: &mut Tx, state: &AppState, change: &Change) -> Result<bool> {
    let now = state.clock.now();
    for line in list_lines(tx, change.id).await? {
        // Most changes have a line that nothing has happened to: no gate is asked for that.
        if !has_begun(tx, state, change, &line, now).await? {
            return Ok(false);
        }
        let (judged, all) = judge(tx, state, change, line, now).await?;
        if !is_settled(&judged, &all, dossier::today(state, now)) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn has_begun(
    tx: &mut Tx,
    state: &AppState,
    change: &Change,
    line: &Line,
    now: DateTime<Utc>,
) -> Result<bool> {
    if line.change_type.is_information() {
        return Ok(change.planned_on <= dossier::today(state, now));
    }
    let all = activations::list_activations(tx, line.engagement_id.into()).await?;
    Ok(all.iter().any(|a| a.line_id.map(Uuid::from) == Some(line.id)))
}

async fn judge(
    tx: &mut Tx,
    state: &AppState,
    change: &Change,
    line: Line,
    now: DateTime<Utc>,
) -> Result<(Judged, Vec<Activation>)> {
    let id = EngagementId::from(line.engagement_id);
    let line = Some((change.clone(), line));
    let judged = gates::load(tx, state.publisher().zone, id, line, now).await?;
    let all = activations::list_activations(tx, id).await?;
    Ok((judged, all))
}

/// Whether nothing is left to do of one line.
fn is_settled(judged: &Judged, activations: &[Activation], today: chrono::NaiveDate) -> bool {
    let Some((change, line)) = &judged.line else {
        return false;
    };
    let at = judged.current.state.state;
    if line.change_type.is_information() {
        let waits = |state: domain::authorisation::AuthorisationState| state.is_waited_for();
        return change.planned_on <= today
            && judged.told.untold.is_empty()
            && judged.told.customers.iter().all(|(a, _)| !waits(a.state));
    }
    if line.change_type.ends_engagement() {
        return at == EngagementState::Removed;
    }
    let has_begun = activations
        .iter()
        .any(|a| a.line_id.map(Uuid::from) == Some(line.id));
    // What is being ended starts for nobody any more.
    judged.is_live_for_all(activations) || (has_begun && at.is_ending())
}

/// Writes what follows for each settled line of an open change, and closes the change with the last one. `by` is whoever
/// did the last step; nobody where time or a customer did it.
///
/// # Errors
/// When the database is away.
pub(super) async fn settle(tx: &mut Tx, state: &AppState, change_id: Uuid, by: Option<Uuid>) -> Result<()> {
    let now = state.clock.now();
    let change = changes::get(tx, change_id).await?;
    let mut is_over = true;
    for line in list_lines(tx, change.id).await? {
        let (judged, all) = judge(tx, state, &change, line, now).await?;
        if !is_settled(&judged, &all, dossier::today(state, now)) {
            is_over = false;
            continue;
        }
        if judged.is_live_for_all(&all) && !judged.current.state.state.is_ending() {
            list_for_all(tx, state, &judged).await?;
            replace_old(tx, state, by, &judged).await?;
        }
    }
    if is_over && change.state == ChangeState::Open {
        let dossier = dossier::load(tx, &change.number).await?;
        let to = change.state.next(ChangeEvent::Close)?;
        advance(tx, state, &dossier, to, None, None).await?;
        draft::note(tx, state, by, "change.closed", &dossier, json!({})).await?;
    }
    Ok(())
}

/// The list says "for some" no longer once nobody is waited for.
async fn list_for_all(tx: &mut Tx, state: &AppState, judged: &Judged) -> Result<()> {
    let now = state.clock.now();
    let known = listings::find_listing(tx, judged.current.engagement.id).await?;
    if let Some(known) = known.filter(|known| known.row.listing == ListingState::Partial) {
        let row = NewListing {
            id: state.random.id(now),
            listing: ListingState::Listed,
            recorded_at: now,
            ..known.row
        };
        listings::append_listing(tx, &row).await?;
    }
    Ok(())
}

/// A replacement that is live for everybody sends the old engagement to OFFBOARDING (decision 9).
async fn replace_old(tx: &mut Tx, state: &AppState, by: Option<Uuid>, judged: &Judged) -> Result<()> {
    let Some(old) = judged
        .line
        .as_ref()
        .and_then(|(_, line)| line.replaces_engagement_id)
    else {
        return Ok(());
    };
    let now = state.clock.now();
    let Some(old) = engagements::current(tx, old.into()).await? else {
        return Ok(());
    };
    let from = old.state.state;
    if let Ok(to) = from.next(EngagementEvent::Offboard) {
        let who = match by {
            Some(by) => Recorded::by(StaffId::from(by), now),
            None => Recorded::by_system(now),
        };
        let (row, id) = (state.random.id(now), old.engagement.id);
        engagements::append_engagement_state(tx, row, id, (from, to), who, Some("replaced")).await?;
    }
    Ok(())
}
