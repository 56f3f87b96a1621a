//! The customer takes an objection back.

use domain::objection::{Actor as Party, ObjectionEvent};
use domain::text::Prose;
use serde_json::json;
use uuid::Uuid;

use super::case::{load, step};
use super::gate::reopen_gate;
use super::tell::{keep_task, tell_withdrawn};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::changes::{ChangeError, Result};
use crate::store::objections;

/// The customer takes the objection back; `speaker` is the contact who does, if it is not the one who filed it.
///
/// # Errors
/// When the case is over.
pub async fn withdraw(state: &AppState, id: Uuid, speaker: Option<Uuid>, name: &str) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let objection = objections::find(&mut tx, id).await?.ok_or(ChangeError::Absent)?;
    let mut case = load(&mut tx, state, objection).await?;
    case.speaker = speaker.or(case.speaker);
    let text = Prose::parse(&format!("Withdrawn by {name}")).ok();
    step(
        &mut tx,
        state,
        &mut case,
        ObjectionEvent::Withdraw,
        &Party::Customer,
        text.as_ref(),
    )
    .await?;
    reopen_gate(&mut tx, state, case.authorisation.id).await?;
    tell_withdrawn(&mut tx, state, &case, name).await?;
    keep_task(&mut tx, state, &case).await?;
    let actor = case.speaker.map_or(Actor::Visitor, Actor::Contact);
    let entry = Entry {
        actor,
        action: "objection.withdrawn",
        subject: Subject::of("objection", id),
        payload: json!({ "case": case.objection.case_number, "name": name }),
    };
    append(&mut tx, &state.keys, &state.random, now, entry).await?;
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(())
}
