//! The nightly look at gates G1 to G8 of every engagement in use (legal-rules §10.4). What is red becomes a task, which
//! closes by itself once it is green. An engagement whose transfer mechanism is lost is suspended by the system, with its
//! decision and an entry in the audit log.
//!
//! Lost is what held before: when the engagement was put into use or adopted, or on an earlier night. A finding that an
//! adopted engagement came with stays a task (decision 8), and so does a place for which no transfer was recorded yet:
//! nobody's register is switched off because somebody fills it in. A mechanism that falls back on clauses that stand ready
//! is a task too.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
use domain::country::Place;
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::gate::{Decision, Gate, Hold, Reason, evaluate_register, holds};
use domain::id::{EngagementId, TaskId};
use domain::role::Role;
use serde_json::json;

use super::register::Register;
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::import::adoption::BASELINE_FINDING;
use crate::register::{self, Judged, judge};
use crate::store::activations::{self, append_decision};
use crate::store::baselines::find_baseline;
use crate::store::engagements::append_engagement_state;
use crate::store::gate_watches::{list_watches, put_watch};
use crate::store::tasks::{
    Task, close_task, close_tasks_about, list_open_tasks_of, list_tasks_about, open_task, retitle_task,
};
use crate::store::version::Recorded;
use crate::store::{Result, Tx};

/// The kind of task that says what is red of an engagement in use.
pub const GATES_RED: &str = "GATES_RED";
/// The kind of task that says that one was suspended.
pub const MECHANISM_LOST: &str = "MECHANISM_LOST";
/// Purpose of the stored decision.
const SUSPEND: &str = "SUSPEND";

/// How long what is red of an engagement in use may take to put right.
const TIME_TO_PUT_RIGHT: TimeDelta = TimeDelta::days(7);

/// Looks at every engagement in use.
pub async fn run(state: &AppState, register: &Register) -> Result<()> {
    let mut tx = state.db.read().await?;
    let watches: BTreeMap<EngagementId, BTreeSet<Place>> = list_watches(&mut tx)
        .await?
        .into_iter()
        .map(|(id, held, _)| (id, held))
        .collect();
    drop(tx);
    for judged in &register.engagements {
        if judged.current.state.state.is_listed() {
            let id = judged.current.engagement.id;
            settle(state, id, watches.get(&id)).await?;
        }
    }
    Ok(())
}

/// Closes tasks whose cause is gone, and says of the others what is red now; opens and suspends nothing.
pub async fn tidy(state: &AppState, register: &Register) -> Result<()> {
    let mut tx = state.db.read().await?;
    let mut about = BTreeSet::new();
    for kind in [GATES_RED, MECHANISM_LOST, BASELINE_FINDING] {
        about.extend(
            list_open_tasks_of(&mut tx, kind)
                .await?
                .into_iter()
                .filter_map(|task| task.about_id),
        );
    }
    drop(tx);
    for judged in &register.engagements {
        if !about.contains(&judged.current.engagement.id.uuid()) {
            continue;
        }
        let mut tx = state.db.write().await?;
        let now = state.clock.now();
        // Read again under the writer's lock.
        if let Some(judged) = judge(&mut tx, judged.current.engagement.id, None).await? {
            let decision = evaluate_register(&judged.facts, now);
            if keep_tasks(&mut tx, state, &judged, &decision, false).await? {
                tx.commit().await?;
            }
        }
    }
    Ok(())
}

async fn settle(state: &AppState, id: EngagementId, watch: Option<&BTreeSet<Place>>) -> Result<()> {
    let mut tx = state.db.write().await?;
    let now = state.clock.now();
    let Some(judged) = judge(&mut tx, id, None).await? else {
        return Ok(());
    };
    let decision = evaluate_register(&judged.facts, now);
    let known = match watch {
        Some(held) => held.clone(),
        None => held_at_start(&mut tx, &judged).await?,
    };
    let present = holds(&judged.facts, now);
    let lost: Vec<(&Place, &Vec<Reason>)> = present
        .iter()
        .filter_map(|(place, hold)| match hold {
            Hold::Lost(reasons) if known.contains(place) => Some((place, reasons)),
            _ => None,
        })
        .collect();
    let mut has_written = false;
    if !lost.is_empty() && judged.current.state.state.next(EngagementEvent::Suspend).is_ok() {
        suspend(&mut tx, state, &judged, &decision, &lost).await?;
        has_written = true;
    } else {
        has_written |= keep_tasks(&mut tx, state, &judged, &decision, true).await?;
    }
    // What held once is watched for as long as its transfer is recorded.
    let held: BTreeSet<Place> = present
        .iter()
        .filter(|(place, hold)| matches!(hold, Hold::Holds) || known.contains(place))
        .map(|(place, _)| *place)
        .collect();
    if watch != Some(&held) {
        put_watch(&mut tx, id, &held, now).await?;
        has_written = true;
    }
    if has_written {
        tx.commit().await?;
    }
    Ok(())
}

/// The destinations whose mechanism held when the engagement entered its present state: when it went live, was resumed or
/// was adopted.
async fn held_at_start(tx: &mut Tx, judged: &Judged) -> Result<BTreeSet<Place>> {
    let at = judged.current.state.recorded.at;
    let Some(then) = judge(tx, judged.current.engagement.id, Some(at)).await? else {
        return Ok(BTreeSet::new());
    };
    let held = holds(&then.facts, at).into_iter();
    Ok(held
        .filter(|(_, hold)| matches!(hold, Hold::Holds))
        .map(|(place, _)| place)
        .collect())
}

async fn suspend(
    tx: &mut Tx,
    state: &AppState,
    judged: &Judged,
    decision: &Decision,
    lost: &[(&Place, &Vec<Reason>)],
) -> Result<()> {
    let now = state.clock.now();
    let id = judged.current.engagement.id;
    let by = Recorded::by_system(now);
    let details: Vec<String> = lost
        .iter()
        .flat_map(|(_, reasons)| reasons.iter())
        .map(|reason| format!("{} ({})", reason.detail, reason.code))
        .collect();
    let why = format!("the transfer mechanism is lost: {}", details.join("; "));
    let (from, to) = (judged.current.state.state, EngagementState::Suspended);
    append_engagement_state(tx, state.random.id(now), id, (from, to), by, Some(&why)).await?;
    let kept = activations::Decision {
        id: state.random.id(now),
        engagement_id: id,
        line_id: None,
        customer_id: None,
        purpose: SUSPEND.to_owned(),
        is_allowed: false,
        result: serde_json::to_value(decision).unwrap_or_default(),
        facts_hash: judged.facts.facts_hash,
        recorded: by,
    };
    append_decision(tx, &kept).await?;
    let places: Vec<&str> = lost.iter().map(|(place, _)| place.code()).collect();
    let entry = Entry {
        actor: Actor::System,
        action: "engagement.suspended",
        subject: Subject::of("engagement", id.uuid()),
        payload: json!({ "before": from, "after": to, "reason": why, "places": places, "decision": kept.id }),
    };
    append(tx, &state.keys, &state.random, now, entry).await?;
    close_tasks_about(tx, GATES_RED, id.uuid(), by).await?;
    let title = register::title(&judged.current);
    let today = judged.facts.zone.local_date(now);
    for (role, what) in [
        (
            Role::LegalApprover,
            format!("{title} was suspended, decide how it goes on: {why}"),
        ),
        (
            Role::Operator,
            format!("Stop the flow of data to {title}: it was suspended, {why}"),
        ),
    ] {
        open_task(tx, &task(state, judged, (MECHANISM_LOST, role), what, today)).await?;
    }
    Ok(())
}

fn task(
    state: &AppState,
    judged: &Judged,
    (kind, role): (&str, Role),
    title: String,
    due_on: NaiveDate,
) -> Task {
    let now = state.clock.now();
    Task {
        id: TaskId::from(state.random.id(now)),
        kind: kind.to_owned(),
        role,
        title,
        path: format!("{}#gates", register::path(&judged.current)),
        about_id: Some(judged.current.engagement.id.uuid()),
        due_on: Some(due_on),
        created_at: now,
        done: None,
    }
}

/// Who puts a gate right.
fn responsible(gate: Gate) -> Role {
    match gate {
        Gate::G3 => Role::SecurityAssessor,
        _ => Role::LegalEditor,
    }
}

/// The tasks that an engagement has for its red gates follow them; new ones are opened only where `may_open`. Tells whether
/// anything was written.
async fn keep_tasks(
    tx: &mut Tx,
    state: &AppState,
    judged: &Judged,
    decision: &Decision,
    may_open: bool,
) -> Result<bool> {
    let now = state.clock.now();
    let (id, stands) = (judged.current.engagement.id, judged.current.state.state);
    let by = Recorded::by_system(now);
    let mut red: BTreeMap<Role, Vec<&Reason>> = BTreeMap::new();
    if stands.is_in_use() {
        for reason in &decision.reasons {
            red.entry(responsible(reason.gate)).or_default().push(reason);
        }
    }
    let open: Vec<Task> = list_tasks_about(tx, id.uuid())
        .await?
        .into_iter()
        .filter(|task| task.done.is_none())
        .collect();
    let mut has_written = false;
    for task in &open {
        let is_gone = match task.kind.as_str() {
            MECHANISM_LOST => stands != EngagementState::Suspended,
            GATES_RED | BASELINE_FINDING => !red.contains_key(&task.role),
            _ => false,
        };
        if is_gone {
            close_task(tx, task.id, by).await?;
            has_written = true;
        }
    }
    for (role, reasons) in red {
        let mut labels: Vec<&str> = reasons.iter().map(|reason| reason.code.label()).collect();
        labels.dedup();
        let title = format!(
            "{} is in use and red: {}",
            register::title(&judged.current),
            labels.join(", ")
        );
        let is_of = |task: &&Task, kind: &str| task.kind == kind && task.role == role;
        match open.iter().find(|task| is_of(task, GATES_RED)) {
            Some(known) if known.title != title => {
                retitle_task(tx, known.id, &title).await?;
                has_written = true;
            }
            Some(_) => {}
            None if may_open => {
                let is_adopted = open.iter().any(|task| is_of(&task, BASELINE_FINDING));
                if is_adopted && was_adopted_with(tx, id, &reasons).await? {
                    continue;
                }
                let due_on = judged.facts.zone.local_date(now) + TIME_TO_PUT_RIGHT;
                let task = task(state, judged, (GATES_RED, role), title, due_on);
                has_written |= open_task(tx, &task).await?;
            }
            None => {}
        }
    }
    Ok(has_written)
}

/// Whether every reason is a finding of the adoption, whose task says so already.
async fn was_adopted_with(tx: &mut Tx, id: EngagementId, reasons: &[&Reason]) -> Result<bool> {
    let Some(baseline) = find_baseline(tx, id).await? else {
        return Ok(false);
    };
    let known = |reason: &&Reason| {
        baseline
            .findings
            .iter()
            .any(|finding| finding.code == reason.code)
    };
    Ok(reasons.iter().all(known))
}
