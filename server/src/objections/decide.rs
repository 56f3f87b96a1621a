//! Staff works a case.

use domain::objection::{ObjectionEvent, ObjectionState};
use domain::text::Prose;
use domain::words::until;
use serde_json::json;
use uuid::Uuid;

use super::case::{load, party, step};
use super::tell::{conclude, keep_task, tell};
use crate::AppState;
use crate::access::Staff;
use crate::audit::{Actor, Entry, Subject, append};
use crate::changes::{ChangeError, Result};
use crate::store::objections;

/// Staff takes a step: admits, rejects with reasons, finds late, answers …
///
/// # Errors
/// When the domain refuses it: wrong state, wrong person, no reason, or the contract does not allow it.
pub async fn decide(
    state: &AppState,
    staff: &Staff,
    id: Uuid,
    what: ObjectionEvent,
    text: Option<&Prose>,
) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let objection = objections::find(&mut tx, id).await?.ok_or(ChangeError::Absent)?;
    let mut case = load(&mut tx, state, objection).await?;
    let party = party(staff.id, &staff.roles);
    if let (ObjectionEvent::ConfirmLapse, Some(window)) = (what, case.due()?)
        && now < window.expires_at
    {
        return Err(ChangeError::Refused(format!(
            "The customer can still end the service, until {}.",
            until(window.expires_at, window.zone)
        )));
    }
    step(&mut tx, state, &mut case, what, &party, text).await?;
    // The step is among the events from which times are counted.
    let case = load(&mut tx, state, case.objection).await?;
    if case.objection.state.blocks() {
        if let Some(news) = news(what) {
            tell(&mut tx, state, &case, news, text).await?;
        }
        keep_task(&mut tx, state, &case).await?;
    } else {
        conclude(&mut tx, state, &case, outcome(case.objection.state), text).await?;
    }
    let entry = Entry {
        actor: Actor::Staff(staff.id.uuid()),
        action: "objection.decided",
        subject: Subject::of("objection", id),
        payload: json!({ "case": case.objection.case_number, "event": what.as_str(), "state": case.objection.state.as_str(), "reason": text.map(ToString::to_string) }),
    };
    append(&mut tx, &state.keys, &state.random, now, entry).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(())
}

/// What the customer is told of a step after which the case goes on.
const fn news(what: ObjectionEvent) -> Option<&'static str> {
    Some(match what {
        ObjectionEvent::Admit => "We have found your objection to be in time, and look at its grounds.",
        ObjectionEvent::Discuss => "We would like to find a solution with you.",
        ObjectionEvent::RequestInfo => "We need further information from you.",
        ObjectionEvent::GiveInfo => "Here is further information on your objection.",
        ObjectionEvent::Offer => "We make you an offer.",
        _ => return None,
    })
}

/// What the customer is told when the case holds the change no more.
const fn outcome(state: ObjectionState) -> &'static str {
    match state {
        ObjectionState::RejectedGrounds => "We have rejected your objection, for the reasons below.",
        ObjectionState::Late => {
            "Your objection came after your last day. We will answer it; it does not hold the change."
        }
        ObjectionState::ClosedAsConcern => "We have answered your objection, which came after your last day.",
        ObjectionState::NotEntitled => {
            "We could not admit your objection, because of who filed it, for the reasons below."
        }
        ObjectionState::Lapsed => "The time to end the affected service has passed unused.",
        _ => "Your case is closed.",
    }
}
