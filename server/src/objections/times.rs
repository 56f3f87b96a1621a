//! How long a case may stay where it is, and what happens when that time is over: talks end, the contract is applied, a lapse
//! waits for an approver. Periods are counted like the customer's windows.

use domain::authorisation::AuthorisationEvent;
use domain::objection::{Actor as Party, ObjectionEvent, ObjectionState};
use domain::period::Period;
use domain::policy::{OFFER_PERIOD, Policy};
use domain::role::Role;
use domain::window::{self, Window};
use serde_json::json;
use uuid::Uuid;

use super::case::{Case, load, step};
use super::gate::move_authorisation;
use super::tell::{keep_task, tell};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::changes::promise::Counting;
use crate::changes::{ChangeError, Result};
use crate::store::objection_lists::list_in_states;
use crate::store::objections::Event;
use crate::store::{Tx, objections, tasks};

impl Case {
    /// When the time of the present state [ends](find_due).
    ///
    /// # Errors
    /// When the count runs into years without holiday data.
    pub fn due(&self) -> Result<Option<Window>> {
        find_due(self.objection.state, &self.events, &self.policy, &self.counting)
    }
}

/// When the time of a case's state ends, by what happened, oldest first, and the customer's terms; `None` where no time is
/// set. Talks count from their start and run on through requests and offers; an offer leaves at least its own time.
///
/// # Errors
/// When the count runs into years without holiday data.
pub fn find_due(
    state: ObjectionState,
    events: &[Event],
    policy: &Policy,
    counting: &Counting,
) -> Result<Option<Window>> {
    use ObjectionEvent as E;
    use ObjectionState as S;
    let counted = |event: ObjectionEvent, period: Period| -> Result<Option<Window>> {
        let mut latest_first = events.iter().rev();
        let Some(last) = latest_first.find(|row| row.event == event.as_str()) else {
            return Ok(None);
        };
        let terms = policy.notice_terms(Vec::new()).objection.with_period(period);
        Ok(Some(window::compute(
            last.recorded_at,
            &terms,
            &counting.rules(policy),
        )?))
    };
    let Some(period) = state.deadline(policy) else {
        return Ok(None);
    };
    match state {
        S::Acknowledged => counted(E::Acknowledge, period),
        S::Admitted => counted(E::Admit, period),
        S::Late => counted(E::FindLate, period),
        S::InDiscussion | S::InfoRequested => counted(E::Discuss, period),
        S::OfferMade => {
            let offer = counted(E::Offer, OFFER_PERIOD)?;
            let talks = counted(E::Discuss, policy.discussion_period)?;
            Ok(match (talks, offer) {
                (Some(talks), Some(offer)) => Some(talks.later_of(offer)),
                (talks, offer) => talks.or(offer),
            })
        }
        S::TerminationOpen => counted(E::ApplyPolicy, period),
        _ => Ok(None),
    }
}

/// The states from which the end of its time moves a case on.
const TIMED: [ObjectionState; 4] = [
    ObjectionState::InDiscussion,
    ObjectionState::InfoRequested,
    ObjectionState::OfferMade,
    ObjectionState::TerminationOpen,
];

/// Does what is due for every case, the earliest end first.
///
/// # Errors
/// The first failure; what was done before it stays done.
pub async fn settle_all(state: &AppState) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let counting = Counting::load(&mut tx, state.publisher().zone).await?;
    let mut over = Vec::new();
    for case in list_in_states(&mut tx, &TIMED).await? {
        let objection = case.listed.objection;
        let window = find_due(objection.state, &case.events, &case.policy, &counting)?;
        if let Some(window) = window.filter(|window| now >= window.expires_at) {
            over.push((window.expires_at, objection.id));
        }
    }
    drop(tx);
    over.sort_unstable();
    for (_, id) in over {
        settle(state, id).await?;
    }
    Ok(())
}

async fn settle(state: &AppState, id: Uuid) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let objection = objections::find(&mut tx, id).await?.ok_or(ChangeError::Absent)?;
    let mut case = load(&mut tx, state, objection).await?;
    // Read again under the writer's lock: somebody may have taken a step in between.
    let is_over = case.due()?.is_some_and(|window| now >= window.expires_at);
    if !is_over || !TIMED.contains(&case.objection.state) {
        return Ok(());
    }
    if case.objection.state == ObjectionState::TerminationOpen {
        if !ask_to_confirm(&mut tx, state, &case).await? {
            return Ok(());
        }
        note(&mut tx, state, &case, "objection.election_ended").await?;
    } else {
        for event in [ObjectionEvent::DiscussionEnds, ObjectionEvent::ApplyPolicy] {
            step(&mut tx, state, &mut case, event, &Party::System, None).await?;
        }
        let outcome = if case.objection.state == ObjectionState::StandingBlock {
            move_authorisation(
                &mut tx,
                state,
                &case.authorisation,
                &[AuthorisationEvent::Exclude],
            )
            .await?;
            "The time for talks has ended without a solution. Your objection stands."
        } else {
            "The time for talks has ended without a solution. You may end the affected service."
        };
        let case = load(&mut tx, state, case.objection).await?;
        tell(&mut tx, state, &case, outcome, None).await?;
        keep_task(&mut tx, state, &case).await?;
        note(&mut tx, state, &case, "objection.talks_ended").await?;
    }
    tx.commit().await?;
    state.mail_queued.notify_one();
    Ok(())
}

/// A right to end the service lapses only when an approver confirms it: a task, once.
async fn ask_to_confirm(tx: &mut Tx, state: &AppState, case: &Case) -> Result<bool> {
    const LAPSE: &str = "LAPSE";
    let known = tasks::list_tasks_about(tx, case.objection.id).await?;
    if known.iter().any(|task| task.kind == LAPSE) {
        return Ok(false);
    }
    let now = state.clock.now();
    let number = &case.objection.case_number;
    let task = tasks::Task {
        id: state.random.id(now).into(),
        kind: LAPSE.to_owned(),
        role: Role::LegalApprover,
        title: format!(
            "{number}: the time of {} to end the service is over; confirm the lapse",
            case.customer.name
        ),
        path: format!("/staff/objections/{number}"),
        about_id: Some(case.objection.id),
        due_on: None,
        created_at: now,
        done: None,
    };
    Ok(tasks::open_task(tx, &task).await?)
}

async fn note(tx: &mut Tx, state: &AppState, case: &Case, action: &'static str) -> Result<()> {
    let entry = Entry {
        actor: Actor::System,
        action,
        subject: Subject::of("objection", case.objection.id),
        payload: json!({ "case": case.objection.case_number, "state": case.objection.state.as_str() }),
    };
    append(tx, &state.keys, &state.random, state.clock.now(), entry).await?;
    Ok(())
}
