//! Staff works a case.

use domain::objection::{ObjectionEvent, ObjectionState};
use domain::text::Prose;
use serde_json::json;
use uuid::Uuid;

use super::case::{load, party, step};
use super::tell::conclude;
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
    step(&mut tx, state, &mut case, what, &party, text).await?;
    if !case.objection.state.blocks() {
        let outcome = match case.objection.state {
            ObjectionState::RejectedGrounds => "We have rejected your objection, for the reasons below.",
            ObjectionState::Late => {
                "Your objection came after your last day. We will answer it; it does not hold the change."
            }
            ObjectionState::ClosedAsConcern => {
                "We have answered your objection, which came after your last day."
            }
            ObjectionState::NotEntitled => "We could not admit your objection.",
            _ => "Your case is closed.",
        };
        conclude(&mut tx, state, &case, outcome, text).await?;
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
