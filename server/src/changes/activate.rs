//! Going live. The gates are asked again inside the write transaction; while anything is red the answer is a refusal with
//! every reason, and both answers are kept with their full result (decision 11).

use std::collections::HashMap;

use domain::authorisation::{AuthorisationEvent, AuthorisationState};
use domain::change::{ChangeState, ChangeType};
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::gate::{Decision, Gate};
use domain::id::{ActivationId, CustomerId, EngagementId, StaffId};
use serde_json::json;
use uuid::Uuid;

use super::latecomer::LATE_IN_SCOPE;
use super::review::hex;
use super::{ChangeError, Result, close, dossier};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::gates::{self, Judged};
use crate::store::activations::{self, Activation};
use crate::store::changes::{self, Change};
use crate::store::lines::{Line, find_announced_line, list_lines};
use crate::store::listings::{self, ListingState, NewListing};
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;
use crate::store::{Tx, authorisations, customers, engagements};

/// What is to go live.
#[derive(Clone, Debug)]
pub struct Request {
    /// Number of the change on whose page it was asked for.
    pub number: String,
    /// The engagement.
    pub engagement_id: EngagementId,
    /// One customer, on a segregable engagement; nobody named: everybody in scope.
    pub customer_id: Option<CustomerId>,
    /// Hash of the facts that the person saw, in hex.
    pub seen: String,
}

/// Activates an engagement for one customer or for all.
///
/// # Errors
/// [`ChangeError::NotReady`] with every reason while any gate is red; the refusal is recorded. [`ChangeError::Refused`] when
/// there is nothing to activate any more: somebody was faster, or the line only informs.
pub async fn activate(state: &AppState, by: Uuid, request: &Request) -> Result<()> {
    let mut tx = state.db.write().await?;
    // Asked after the writer's turn has come: whatever was written before it counts.
    let now = state.clock.now();
    let zone = state.publisher().zone;
    let line = find_line(&mut tx, request).await?;
    let (kind, is_told) = (line.1.change_type, line.0.announced_at.is_some());
    let judged = gates::load(&mut tx, zone, request.engagement_id, Some(line), now).await?;
    let before = activations::list_activations(&mut tx, request.engagement_id).await?;
    let waiting = waiting(&judged, request, &before)?;
    let hash = judged.register.facts_hash.bytes();
    let is_nobody_left = waiting.is_empty() && judged.told.facts().next().is_some();
    let decisions = decide(&judged, kind, &asked_about(&judged, &waiting), now);
    let mut reasons = refusals(&mut tx, &decisions).await?;
    if is_nobody_left {
        reasons.insert(
            0,
            "Nobody is left for whom it could start: everybody in scope refused it or was left out."
                .to_owned(),
        );
    }
    if hex(hash) != request.seen {
        reasons.insert(
            0,
            "The facts are not those that you saw. Look at them again.".to_owned(),
        );
    }
    if !is_told {
        reasons.push("Customers were not told of this change yet.".to_owned());
    }
    let entry = &judged.current.state;
    let may_return = kind.starts_engagement() && entry.state.has_rested_too_long(entry.recorded.at, now);
    if step(entry.state, kind, may_return).is_none() {
        reasons.push(format!(
            "The engagement is {}.",
            entry.state.label().to_lowercase()
        ));
    }
    let is_allowed = reasons.is_empty();
    let decision_id = state.random.id(now);
    let result =
        json!({ "allowed": is_allowed, "refused_because": reasons, "decisions": decisions_json(&decisions) });
    let row = activations::Decision {
        id: decision_id,
        engagement_id: request.engagement_id,
        line_id: judged.line.as_ref().map(|(_, line)| line.id.into()),
        customer_id: request.customer_id,
        purpose: "ACTIVATE".to_owned(),
        is_allowed,
        result: result.clone(),
        facts_hash: judged.register.facts_hash,
        recorded: Recorded::by(StaffId::from(by), now),
    };
    activations::append_decision(&mut tx, &row).await?;
    let entry_state = entry.state;
    let entry = Entry {
        actor: Actor::Staff(by),
        action: if is_allowed {
            "engagement.activated"
        } else {
            "engagement.activation_refused"
        },
        subject: Subject::of("engagement", request.engagement_id.uuid()),
        payload: json!({ "decision": decision_id, "customer": request.customer_id, "result": result }),
    };
    append(&mut tx, &state.keys, &state.random, now, entry).await?;
    if !is_allowed {
        tx.commit().await?;
        return Err(ChangeError::NotReady {
            title: "This engagement may not start yet.".to_owned(),
            reasons,
        });
    }
    let events = step(entry_state, kind, may_return).unwrap_or_default();
    go_live(
        &mut tx,
        state,
        by,
        &judged,
        request,
        (decision_id, waiting, events),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// The line that was asked for, on the change's own page. What customers were told of it later comes first.
async fn find_line(tx: &mut Tx, request: &Request) -> Result<(Change, Line)> {
    let change = changes::find_by_number(tx, &request.number)
        .await?
        .ok_or(ChangeError::Absent)?;
    let line = list_lines(tx, change.id)
        .await?
        .into_iter()
        .find(|line| line.engagement_id == request.engagement_id.uuid())
        .ok_or(ChangeError::Absent)?;
    if change.state == ChangeState::Cancelled {
        return Err(ChangeError::Absent);
    }
    if line.change_type.is_information() {
        return Err(ChangeError::Refused(
            "This line only tells customers what happened; there is nothing to activate.".to_owned(),
        ));
    }
    let announced = find_announced_line(tx, line.engagement_id).await?;
    if let Some((last, other)) = announced
        && last.id != line.id
        && change.state.is_dispatched()
    {
        return Err(ChangeError::Refused(format!(
            "Change {} came after this one; activate it there.",
            other.number
        )));
    }
    Ok((change, line))
}

/// For whom it is still to start: the customer that was asked for, or everybody who waits. Who refused or was left out does
/// not hold up the others where the engagement can be kept apart by customer; nobody waits where that is everybody.
fn waiting(judged: &Judged, request: &Request, before: &[Activation]) -> Result<Vec<CustomerId>> {
    let Some((_, line)) = &judged.line else {
        return Err(ChangeError::Absent);
    };
    let is_live = |id: CustomerId| before.iter().any(|a| a.covers(line.id, id));
    let segregable = judged.current.version.facts.segregable;
    if let Some(id) = request.customer_id {
        if !segregable {
            return Err(ChangeError::Refused(
                "This engagement cannot be switched on customer by customer; it starts for everybody or for nobody.".to_owned(),
            ));
        }
        if is_live(id) {
            return Err(ChangeError::Refused(
                "It is active for this customer already.".to_owned(),
            ));
        }
        if judged.told.gone.iter().any(|a| a.customer_id == id.uuid()) {
            return Err(ChangeError::Refused(
                "The agreement with this customer has ended, so nothing starts for them.".to_owned(),
            ));
        }
        if judged.told.facts().all(|facts| facts.customer_id != id) {
            return Err(ChangeError::Absent);
        }
        return Ok(vec![id]);
    }
    if judged.is_live_for_all(before) {
        let why = if line.change_type.ends_engagement() {
            "It is being ended already."
        } else {
            "It is active for everybody in scope already."
        };
        return Err(ChangeError::Refused(why.to_owned()));
    }
    Ok(judged
        .told
        .facts()
        .filter(|facts| facts.authorisation != AuthorisationState::NotInScope)
        .filter(|facts| !(segregable && facts.authorisation.is_left_out()))
        .map(|facts| facts.customer_id)
        .filter(|id| !is_live(*id))
        .collect())
}

/// Whose decisions a request is about: of those who wait, or, where nobody does, of everybody who was told. What they
/// answered is then the reason.
fn asked_about(judged: &Judged, waiting: &[CustomerId]) -> Vec<CustomerId> {
    if waiting.is_empty() {
        judged.told.facts().map(|facts| facts.customer_id).collect()
    } else {
        waiting.to_vec()
    }
}

/// The decisions that matter to a request: the register's, and those of the customers whom it is about. Where the
/// engagement ends, no paper has to be in order, and what was announced of it may have changed.
fn decide(
    judged: &Judged,
    kind: ChangeType,
    about: &[CustomerId],
    now: chrono::DateTime<chrono::Utc>,
) -> Vec<(Option<CustomerId>, Decision)> {
    let all = judged.decide(now);
    let mut decisions = vec![(None, all.register)];
    decisions.extend(
        all.customers
            .into_iter()
            .filter(|c| about.contains(&c.customer_id))
            .map(|c| (Some(c.customer_id), c.decision)),
    );
    if kind.ends_engagement() {
        for (_, decision) in &mut decisions {
            decision
                .reasons
                .retain(|reason| !reason.gate.is_about_register() && reason.gate != Gate::G14);
            decision.allowed = decision.reasons.is_empty();
        }
    }
    decisions
}

/// What happens to the engagement when a line of this kind takes effect; `None` where it cannot from this state.
fn step(at: EngagementState, kind: ChangeType, may_return: bool) -> Option<Vec<EngagementEvent>> {
    use EngagementEvent as E;
    use EngagementState as S;
    match at {
        S::Active | S::Suspended if kind.ends_engagement() => Some(vec![E::Offboard]),
        _ if kind.ends_engagement() => None,
        S::NoticeOpen => Some(vec![E::Clear, E::Activate]),
        S::Cleared => Some(vec![E::Activate]),
        S::Active => Some(Vec::new()),
        S::Suspended if may_return => Some(vec![E::Resume]),
        _ => None,
    }
}

async fn refusals(tx: &mut Tx, decisions: &[(Option<CustomerId>, Decision)]) -> Result<Vec<String>> {
    let mut reasons: Vec<String> = Vec::new();
    let is_refused = decisions.iter().any(|(_, decision)| !decision.allowed);
    let names: HashMap<CustomerId, String> = if is_refused {
        let all = customers::list_customers(tx).await?;
        all.into_iter()
            .map(|customer| (customer.id, customer.name))
            .collect()
    } else {
        HashMap::new()
    };
    for (customer, decision) in decisions {
        let whom = customer
            .and_then(|id| names.get(&id))
            .map(|name| format!(" [{name}]"))
            .unwrap_or_default();
        for reason in &decision.reasons {
            // The register's gates are the same for everybody: said once.
            if customer.is_some() && reason.gate.is_about_register() {
                continue;
            }
            reasons.push(format!(
                "{} {}{whom}: {}",
                reason.gate, reason.code, reason.detail
            ));
        }
    }
    Ok(reasons)
}

fn decisions_json(decisions: &[(Option<CustomerId>, Decision)]) -> serde_json::Value {
    decisions
        .iter()
        .map(|(customer, decision)| json!({ "customer": customer, "decision": decision }))
        .collect()
}

async fn go_live(
    tx: &mut Tx,
    state: &AppState,
    by: Uuid,
    judged: &Judged,
    request: &Request,
    (decision_id, customers, events): (Uuid, Vec<CustomerId>, Vec<EngagementEvent>),
) -> Result<()> {
    let now = state.clock.now();
    let who = Recorded::by(StaffId::from(by), now);
    let id = request.engagement_id;
    settle_silence(tx, state, judged, &customers).await?;
    let mut at = judged.current.state.state;
    let reason = format!("change {}", request.number);
    for event in events {
        let next = at.next(event)?;
        // Clearing is the system's: it follows from the gates.
        let recorded = if event == EngagementEvent::Clear {
            Recorded::by_system(now)
        } else {
            who
        };
        let row = state.random.id(now);
        engagements::append_engagement_state(tx, row, id, (at, next), recorded, Some(&reason)).await?;
        at = next;
    }
    let line_id = judged.line.as_ref().map(|(_, line)| line.id);
    for (authorisation, _) in &judged.told.customers {
        if customers.contains(&authorisation.customer_id.into()) {
            close_tasks_about(tx, LATE_IN_SCOPE, authorisation.id, who).await?;
        }
    }
    let activation = Activation {
        id: ActivationId::from(state.random.id(now)),
        engagement_id: id,
        line_id: line_id.map(Into::into),
        customer_id: request.customer_id,
        customers,
        decision_id,
        activated_at: now,
        activated_by: by.into(),
    };
    activations::append_activation(tx, &activation).await?;
    if at.is_ending() {
        // It stays on the list until its end is confirmed.
        return Ok(());
    }
    let is_complete = judged.is_live_for_all(&activations::list_activations(tx, id).await?);
    list(tx, state, judged, is_complete).await?;
    if let Some((change, _)) = &judged.line {
        close::settle(tx, state, change.id, Some(by)).await?;
    }
    Ok(())
}

/// The public list shows what has started. Once it showed it for everybody, it goes on doing so when somebody comes later.
async fn list(tx: &mut Tx, state: &AppState, judged: &Judged, is_complete: bool) -> Result<()> {
    let now = state.clock.now();
    let line_id = judged.line.as_ref().map(|(_, line)| line.id.into());
    let known = listings::find_listing(tx, judged.current.engagement.id).await?;
    let is_listed = known
        .as_ref()
        .is_some_and(|l| l.row.listing == ListingState::Listed && l.row.line_id == line_id);
    let new = NewListing {
        id: state.random.id(now),
        engagement_id: judged.current.engagement.id,
        engagement_version_id: judged.current.version.id,
        organisation_version_id: judged.current.organisation.version.id,
        listing: if is_complete || is_listed {
            ListingState::Listed
        } else {
            ListingState::Partial
        },
        in_use_from: known
            .and_then(|l| l.row.in_use_from)
            .or(Some(dossier::today(state, now))),
        line_id,
        recorded_at: now,
    };
    listings::append_listing(tx, &new).await?;
    Ok(())
}

/// NOTIFIED → AUTHORISED_BY_SILENCE for those who go live now: their windows have ended with nothing open. Whoever was shown
/// the change at signature has authorised it so.
async fn settle_silence(
    tx: &mut Tx,
    state: &AppState,
    judged: &Judged,
    customers: &[CustomerId],
) -> Result<()> {
    let now = state.clock.now();
    for (authorisation, facts) in &judged.told.customers {
        if !customers.contains(&facts.customer_id) {
            continue;
        }
        let event = if facts.authorisation == AuthorisationState::AtSignature {
            AuthorisationEvent::Sign
        } else {
            AuthorisationEvent::WindowEnds
        };
        if let Ok(to) = authorisation.state.next(event, authorisation.model) {
            let step = authorisations::Move {
                id: state.random.id(now),
                authorisation_id: authorisation.id,
                from: authorisation.state,
                to,
                by: None,
                reason: None,
            };
            authorisations::advance(tx, &step, now).await?;
        }
    }
    Ok(())
}
