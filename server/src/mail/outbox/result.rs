//! What a result does to the mail, its delivery and the task list, inside the desk's transaction.

use chrono::{DateTime, Utc};
use domain::role::Role;
use uuid::Uuid;

use super::super::delivery::{accept_reported, move_delivery};
use super::super::outcome::{Outcome, Verdict};
use super::super::retry::{Next, after_transient, after_unknown};
use super::super::state::{AttemptOutcome, MailState};
use super::carrier::{Done, Finding};
use super::{FAILED_TASK, STOPPED_TASK, Shared};
use crate::store::attempts::{list_orphans, list_results, note_result};
use crate::store::mails::{self, Settled};
use crate::store::tasks::{self, Task};
use crate::store::version::Recorded;
use crate::store::{Result, Tx};

/// Writes one result.
pub async fn record(tx: &mut Tx, shared: &Shared, done: &Done) -> Result<()> {
    let mail = &done.job.mail;
    let (outcome, said) = match &done.finding {
        Finding::Relay(Outcome { verdict, said, .. }) => (AttemptOutcome::Relay(*verdict), said.as_str()),
        Finding::Poison(reason) => (AttemptOutcome::Poison, reason.as_str()),
    };
    let earlier = list_results(tx, mail.id).await?;
    let result_id = shared.state.random.id(done.at);
    note_result(tx, result_id, done.job.attempt_id, outcome, said, done.at).await?;
    let accepted_before = earlier
        .iter()
        .find(|r| r.outcome == AttemptOutcome::Relay(Verdict::Accepted))
        .map(|r| (r.recorded_at, r.reply.clone()));
    let settled = match (outcome, accepted_before) {
        (AttemptOutcome::Relay(Verdict::Accepted), before) => {
            accepted(before.map_or(done.at, |(at, _)| at), said)
        }
        // An earlier attempt's 250 came after this one had begun: the relay has the mail, whatever it says now.
        (_, Some((at, reply))) => accepted(at, &reply),
        (outcome, None) => {
            let outcomes: Vec<AttemptOutcome> = earlier.iter().map(|r| r.outcome).collect();
            settle(shared, outcome, said, &outcomes, mail.give_up_at)
        }
    };
    if let Some(state) = mails::settle(tx, mail.id, mail.attempt_no, &settled).await? {
        return follow(tx, shared, mail.id, mail.about_id, &Settled { state, ..settled }).await;
    }
    // Somebody else took this worker for dead. A 250 is still a 250.
    if let Some(at) = settled.accepted_at
        && mails::accept_late(tx, mail.id, at, said).await?
    {
        follow(tx, shared, mail.id, mail.about_id, &settled).await?;
    }
    Ok(())
}

fn accepted(at: DateTime<Utc>, reply: &str) -> Settled {
    Settled {
        state: MailState::Accepted,
        next_at: None,
        give_up_at: None,
        accepted_at: Some(at),
        reply: reply.to_owned(),
        failed_reason: None,
    }
}

fn settle(
    shared: &Shared,
    outcome: AttemptOutcome,
    said: &str,
    earlier: &[AttemptOutcome],
    give_up_at: DateTime<Utc>,
) -> Settled {
    let now = shared.state.clock.wall();
    let [spread] = shared.state.random.bytes::<1>();
    let (state, next) = match outcome {
        AttemptOutcome::Relay(Verdict::Transient) => (
            MailState::Queued,
            Some(after_transient(earlier, give_up_at, now, spread)),
        ),
        AttemptOutcome::Relay(Verdict::Unknown) => (
            MailState::Unknown,
            Some(after_unknown(
                earlier,
                give_up_at,
                now,
                shared.options.unknown_wait,
            )),
        ),
        // Nobody looked at this mail: back to its place in the queue.
        AttemptOutcome::Relay(Verdict::RelayDown | Verdict::Configuration | Verdict::Accepted)
        | AttemptOutcome::Resent => (MailState::Queued, Some(Next::Again(now, give_up_at))),
        AttemptOutcome::Relay(Verdict::Permanent) | AttemptOutcome::Poison => (MailState::Failed, None),
    };
    let (state, next_at, give_up_at, failed_reason) = match next {
        Some(Next::Again(at, give_up_at)) => (state, Some(at), Some(give_up_at), None),
        Some(Next::GiveUp(why)) => (
            MailState::Failed,
            None,
            None,
            Some(format!("{why}; last: {said}")),
        ),
        None => (state, None, None, Some(said.to_owned())),
    };
    Settled {
        state,
        next_at,
        give_up_at,
        accepted_at: None,
        reply: said.to_owned(),
        failed_reason,
    }
}

/// Mails whose worker died become unknown. Several processes may find the same one; the first has it.
pub async fn adopt_orphans(tx: &mut Tx, shared: &Shared, every: bool) -> Result<()> {
    let (now, wall) = (shared.state.clock.now(), shared.state.clock.wall());
    for orphan in list_orphans(tx, wall, every).await? {
        if !mails::take_orphan(tx, orphan.mail_id, orphan.attempt_no).await? {
            continue;
        }
        let said = "the sender stopped before the relay's answer was written down";
        let outcome = AttemptOutcome::Relay(Verdict::Unknown);
        let earlier = list_results(tx, orphan.mail_id).await?;
        let result_id = shared.state.random.id(now);
        note_result(tx, result_id, orphan.attempt_id, outcome, said, now).await?;
        let earlier: Vec<AttemptOutcome> = earlier.iter().map(|r| r.outcome).collect();
        let settled = settle(shared, outcome, said, &earlier, orphan.give_up_at);
        tracing::warn!(
            mail_id = %orphan.mail_id,
            attempt_no = orphan.attempt_no,
            "mail: outcome unknown, it will be sent again"
        );
        if let Some(state) = mails::settle(tx, orphan.mail_id, orphan.attempt_no, &settled).await? {
            let settled = Settled { state, ..settled };
            follow(tx, shared, orphan.mail_id, orphan.about_id, &settled).await?;
        }
    }
    Ok(())
}

/// What else changes with the mail: its delivery, and the task list when a person has to act.
async fn follow(
    tx: &mut Tx,
    shared: &Shared,
    mail_id: Uuid,
    about_id: Option<Uuid>,
    settled: &Settled,
) -> Result<()> {
    let now = shared.state.clock.now();
    let (mut state, mut accepted_at) = (settled.state, settled.accepted_at);
    if state == MailState::Unknown
        && let Some(at) = accept_reported(tx, mail_id).await?
    {
        (state, accepted_at) = (MailState::Accepted, Some(at));
    }
    move_delivery(tx, mail_id, state, accepted_at, now).await?;
    if settled.state == MailState::Failed {
        let title = "A mail did not reach its mail server";
        raise(
            tx,
            shared,
            FAILED_TASK,
            Role::LegalEditor,
            title,
            about_id.unwrap_or(mail_id),
        )
        .await?;
    }
    Ok(())
}

/// The queue stands still, or the relay has been away for long.
pub async fn raise_queue_task(tx: &mut Tx, shared: &Shared) -> Result<()> {
    raise(
        tx,
        shared,
        STOPPED_TASK,
        Role::Operator,
        "Mails are not leaving",
        Uuid::nil(),
    )
    .await
}

/// Mails leave again.
pub async fn close_queue_task(tx: &mut Tx, shared: &Shared) -> Result<()> {
    let done = Recorded {
        at: shared.state.clock.now(),
        by: None,
    };
    tasks::close_tasks_about(tx, STOPPED_TASK, Uuid::nil(), done)
        .await
        .map(drop)
}

async fn raise(
    tx: &mut Tx,
    shared: &Shared,
    kind: &str,
    role: Role,
    title: &str,
    about_id: Uuid,
) -> Result<()> {
    let now = shared.state.clock.now();
    let task = Task {
        id: shared.state.random.id(now).into(),
        kind: kind.to_owned(),
        role,
        title: title.to_owned(),
        path: "/staff/mails".to_owned(),
        about_id: Some(about_id),
        due_on: None,
        created_at: now,
        done: None,
    };
    tasks::open_task(tx, &task).await.map(drop)
}
