//! Going live. The gates are asked again inside the write transaction; while anything is red the answer is a refusal with
//! every reason, and both answers are kept with their full result (decision 11).

use std::collections::HashMap;

use domain::authorisation::AuthorisationEvent;
use domain::change::{ChangeEvent, ChangeState};
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::gate::Decision;
use domain::id::{ActivationId, CustomerId, EngagementId, StaffId};
use serde_json::json;
use uuid::Uuid;

use super::dossier;
use super::review::{advance, hex};
use super::{ChangeError, Result, draft};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::gates::{self, Judged};
use crate::store::activations::{self, Activation};
use crate::store::listings::{self, ListingState, NewListing};
use crate::store::version::Recorded;
use crate::store::{Tx, authorisations, changes, customers, engagements};

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
/// [`ChangeError::NotReady`] with every reason while any gate is red; the refusal is recorded.
pub async fn activate(state: &AppState, by: Uuid, request: &Request) -> Result<()> {
    let mut tx = state.db.write().await?;
    // Asked after the writer's turn has come: whatever was written before it counts.
    let now = state.clock.now();
    let judged = gates::load(&mut tx, state.publisher().zone, request.engagement_id, now).await?;
    if judged
        .line
        .as_ref()
        .is_none_or(|(change, _)| change.number != request.number)
    {
        return Err(ChangeError::Absent);
    }
    let hash = judged.register.facts_hash.bytes();
    let decisions = decide(&judged, request, now)?;
    let mut reasons = refusals(&mut tx, &decisions).await?;
    if hex(hash) != request.seen {
        reasons.insert(
            0,
            "The facts are not those that you saw. Look at them again.".to_owned(),
        );
    }
    let state_now = judged.current.state.state;
    if !matches!(
        state_now,
        EngagementState::NoticeOpen | EngagementState::Cleared | EngagementState::Active
    ) {
        reasons.push(format!("The engagement is {}.", state_now.label().to_lowercase()));
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
    go_live(&mut tx, state, by, &judged, request, decision_id).await?;
    tx.commit().await?;
    Ok(())
}

/// The decisions that matter to a request: the register's, and those of the customers it names.
fn decide(
    judged: &Judged,
    request: &Request,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<(Option<CustomerId>, Decision)>> {
    let all = judged.decide(now);
    let mut decisions = vec![(None, all.register)];
    match request.customer_id {
        None => decisions.extend(
            all.customers
                .into_iter()
                .map(|c| (Some(c.customer_id), c.decision)),
        ),
        Some(id) => {
            if !judged.current.version.facts.segregable {
                return Err(ChangeError::Refused(
                    "This engagement cannot be switched on customer by customer; it starts for everybody or for nobody.".to_owned(),
                ));
            }
            let one = all
                .customers
                .into_iter()
                .find(|c| c.customer_id == id)
                .ok_or(ChangeError::Absent)?;
            decisions.push((Some(id), one.decision));
        }
    }
    Ok(decisions)
}

async fn refusals(tx: &mut Tx, decisions: &[(Option<CustomerId>, Decision)]) -> Result<Vec<String>> {
    let mut reasons: Vec<String> = Vec::new();
    let is_refused = decisions.iter().any(|(_, decision)| !decision.allowed);
    let names: HashMap<CustomerId, String> = if is_refused {
        let all = customers::list_customers(tx).await?;
        all.into_iter().map(|customer| (customer.id, customer.name)).collect()
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
    decision_id: Uuid,
) -> Result<()> {
    let now = state.clock.now();
    let who = Recorded::by(StaffId::from(by), now);
    let id = request.engagement_id;
    settle_silence(tx, state, judged, request).await?;
    let mut at = judged.current.state.state;
    for event in [EngagementEvent::Clear, EngagementEvent::Activate] {
        if let Ok(next) = at.next(event) {
            // Clearing is the system's: it follows from the gates.
            let recorded = if event == EngagementEvent::Clear {
                Recorded::by_system(now)
            } else {
                who
            };
            engagements::append_engagement_state(tx, state.random.id(now), id, (at, next), recorded, None)
                .await?;
            at = next;
        }
    }
    let activation = Activation {
        id: ActivationId::from(state.random.id(now)),
        engagement_id: id,
        line_id: judged.line.as_ref().map(|(_, line)| line.id.into()),
        customer_id: request.customer_id,
        decision_id,
        activated_at: now,
        activated_by: by.into(),
    };
    activations::append_activation(tx, &activation).await?;
    let is_complete = judged.is_live_for_all(&activations::list_activations(tx, id).await?);
    let today = dossier::today(state, now);
    let known = listings::find_listing(tx, id).await?;
    listings::append_listing(
        tx,
        &NewListing {
            id: state.random.id(now),
            engagement_id: id,
            engagement_version_id: judged.current.version.id,
            organisation_version_id: judged.current.organisation.version.id,
            listing: if is_complete {
                ListingState::Listed
            } else {
                ListingState::Partial
            },
            in_use_from: known.and_then(|l| l.row.in_use_from).or(Some(today)),
            line_id: judged.line.as_ref().map(|(_, line)| line.id.into()),
            recorded_at: now,
        },
    )
    .await?;
    if is_complete {
        replace_old(tx, state, by, judged).await?;
        close_change(tx, state, by, judged).await?;
    }
    Ok(())
}

/// NOTIFIED → AUTHORISED_BY_SILENCE for those who go live now: their windows have ended with nothing open.
async fn settle_silence(tx: &mut Tx, state: &AppState, judged: &Judged, request: &Request) -> Result<()> {
    let now = state.clock.now();
    for (authorisation, _) in &judged.customers {
        if request
            .customer_id
            .is_some_and(|id| id.uuid() != authorisation.customer_id)
        {
            continue;
        }
        if let Ok(to) = authorisation
            .state
            .next(AuthorisationEvent::WindowEnds, authorisation.model)
        {
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

/// A replacement that is live for everybody sends the old engagement to OFFBOARDING (decision 9).
async fn replace_old(tx: &mut Tx, state: &AppState, by: Uuid, judged: &Judged) -> Result<()> {
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
        let who = Recorded::by(StaffId::from(by), now);
        let reason = Some("replaced");
        engagements::append_engagement_state(
            tx,
            state.random.id(now),
            old.engagement.id,
            (from, to),
            who,
            reason,
        )
        .await?;
    }
    Ok(())
}

/// OPEN → CLOSED once every line of the change is live for everybody.
async fn close_change(tx: &mut Tx, state: &AppState, by: Uuid, judged: &Judged) -> Result<()> {
    let Some((change, _)) = &judged.line else {
        return Ok(());
    };
    let dossier = dossier::load(tx, &change.number).await?;
    let all_live = dossier
        .lines
        .iter()
        .all(|l| l.current.state.state == EngagementState::Active);
    let change = changes::get(tx, change.id).await?;
    if all_live && change.state == ChangeState::Open {
        let to = change.state.next(ChangeEvent::Close)?;
        advance(tx, state, &dossier, to, None, None).await?;
        draft::note(tx, state, by, "change.closed", &dossier, json!({})).await?;
    }
    Ok(())
}
