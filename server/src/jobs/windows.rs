//! Authorisations follow the evidence: PENDING becomes NOTIFIED when notice is given, goes back when a late bounce voids
//! it, and becomes AUTHORISED_BY_SILENCE when both windows ended with nothing open (general model only). Silence on a notice
//! that turns out to have come back goes back too: nobody is silent about what did not reach them.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use domain::authorisation::{AuthorisationEvent, AuthorisationState};
use domain::evidence::Standing;
use domain::role::Role;
use uuid::Uuid;

use crate::AppState;
use crate::changes::{ChangeError, Result};
use crate::gates::{OnFile, few_or_everybody};
use crate::store::authorisations::{self, Authorisation, Derived};
use crate::store::changes::{self, Change};
use crate::store::lines::{Line, list_lines};
use crate::store::tasks::{Task, open_task};
use crate::store::{Of, Tx, activations, customers, engagements};

/// Kind of the task that is open when silence rested on a notice that came back, and it has started; about the authorisation.
const SILENCE_VOID: &str = "SILENCE_VOID";

/// Settles every authorisation of every change whose windows run for somebody.
pub async fn settle_all(state: &AppState) -> Result<()> {
    let mut tx = state.db.read().await?;
    let running = changes::list_running(&mut tx).await?;
    drop(tx);
    for change_id in running {
        settle(state, change_id).await?;
    }
    Ok(())
}

/// Settles the authorisations of one change. What is on file is read once for all customers; only what has to be written
/// is looked at again under the writer's lock, where an objection may have come in between.
pub async fn settle(state: &AppState, change_id: Uuid) -> Result<()> {
    let now = state.clock.now();
    let zone = state.publisher().zone;
    let mut tx = state.db.read().await?;
    let change = changes::get(&mut tx, change_id).await?;
    let mut due = Vec::new();
    for line in list_lines(&mut tx, change_id).await? {
        let all = authorisations::list_by_line(&mut tx, line.id).await?;
        if all.is_empty() {
            continue;
        }
        let of = (&change, &line);
        let on_file = OnFile::load(&mut tx, zone, of, &all, Of::All).await?;
        let mut of_line = Vec::new();
        for authorisation in &all {
            if step(&on_file, authorisation, now)?.is_some() {
                of_line.push(authorisation.customer_id);
            }
        }
        if !of_line.is_empty() {
            due.push((line, of_line));
        }
    }
    drop(tx);
    if due.is_empty() {
        return Ok(());
    }
    let mut tx = state.db.write().await?;
    for (line, customers) in due {
        let whom = few_or_everybody(&customers);
        let mut all = authorisations::list_by_line(&mut tx, line.id).await?;
        let concerned: HashSet<Uuid> = customers.iter().copied().collect();
        all.retain(|authorisation| concerned.contains(&authorisation.customer_id));
        let on_file = OnFile::load(&mut tx, zone, (&change, &line), &all, whom).await?;
        for authorisation in &all {
            if let Some(step) = step(&on_file, authorisation, now)? {
                let is_void = step.1 == Some(AuthorisationEvent::Void);
                write(&mut tx, state, authorisation, step, now).await?;
                if is_void {
                    say_that_it_is_void(&mut tx, state, (&change, &line), authorisation).await?;
                }
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn write(
    tx: &mut Tx,
    state: &AppState,
    authorisation: &Authorisation,
    (derived, event): Step,
    now: DateTime<Utc>,
) -> Result<()> {
    authorisations::note_derived(tx, authorisation.id, &derived, now).await?;
    if let Some(event) = event
        && let Ok(to) = authorisation.state.next(event, authorisation.model)
    {
        let step = authorisations::Move {
            id: state.random.id(now),
            authorisation_id: authorisation.id,
            from: authorisation.state,
            to,
            by: None,
            reason: Some(event.label()),
        };
        authorisations::advance(tx, &step, now).await?;
    }
    Ok(())
}

/// Where the engagement had started for the customer it goes on; somebody decides what holds until the window has ended.
async fn say_that_it_is_void(
    tx: &mut Tx,
    state: &AppState,
    (change, line): (&Change, &Line),
    authorisation: &Authorisation,
) -> Result<()> {
    if !activations::has_started(tx, line, authorisation.customer_id).await? {
        return Ok(());
    }
    let now = state.clock.now();
    let customer = customers::find_customer(tx, authorisation.customer_id.into())
        .await?
        .ok_or(ChangeError::Absent)?;
    let current = engagements::current(tx, line.engagement_id.into())
        .await?
        .ok_or(ChangeError::Absent)?;
    let task = Task {
        id: state.random.id(now).into(),
        kind: SILENCE_VOID.to_owned(),
        role: Role::LegalApprover,
        title: format!(
            "The notice about {} to {} came back after it had started there: decide what holds until its window has ended",
            current.organisation.version.facts.legal_name, customer.name
        ),
        path: format!("/staff/changes/{}", change.number),
        about_id: Some(authorisation.id),
        due_on: None,
        created_at: now,
        done: None,
    };
    open_task(tx, &task).await?;
    Ok(())
}

type Step = (Derived, Option<AuthorisationEvent>);

/// What has to be written about an authorisation, if anything.
fn step(on_file: &OnFile, authorisation: &Authorisation, now: DateTime<Utc>) -> Result<Option<Step>> {
    let standing = on_file.standing(authorisation, now)?;
    let given = standing.given();
    let derived = Derived {
        given_at: given.map(|g| g.at),
        grade: given.map(|g| g.grade),
        notice_expires_at: given.map(|g| g.effective.notice.expires_at),
        objection_expires_at: given.map(|g| g.effective.objection.expires_at),
    };
    let blocked = on_file.cases(authorisation).iter().any(|c| c.state.blocks());
    // The instant at which notice was given moves only when the evidence does, so what was counted once is not counted anew.
    let is_void = authorisation.state == AuthorisationState::BySilence
        && authorisation.given_at != derived.given_at
        && !given.is_some_and(|g| g.is_over(now));
    let event = match &standing {
        Standing::AuthorisedAtSignature { .. } => Some(AuthorisationEvent::Sign),
        _ if is_void => Some(AuthorisationEvent::Void),
        _ if given.is_some_and(|g| g.is_over(now)) && !blocked && authorisation.given_at.is_some() => {
            Some(AuthorisationEvent::WindowEnds)
        }
        _ if given.is_some() => Some(AuthorisationEvent::Notify),
        _ => None,
    }
    .filter(|event| {
        authorisation
            .state
            .next(*event, authorisation.model)
            .is_ok_and(|to| to != authorisation.state)
    });
    let same = authorisation.given_at == derived.given_at
        && authorisation.notice_expires_at == derived.notice_expires_at
        && authorisation.objection_expires_at == derived.objection_expires_at;
    Ok((!same || event.is_some()).then_some((derived, event)))
}
