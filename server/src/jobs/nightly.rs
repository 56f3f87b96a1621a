//! The nightly look at gates G1 to G8 of every engagement in use (legal-rules §10.4). What is red becomes a task, which
//! closes by itself once it is green. An engagement whose transfer mechanism is lost is suspended by the system, with its
//! decision and an entry in the audit log, and the notice that tells customers so is drafted.
//!
//! Lost is what held before: when the engagement was put into use or adopted, or on an earlier night; also where the record
//! of the transfer is gone and data still goes there. A finding that an adopted engagement came with stays a task (decision
//! 8), and so does a place for which no transfer was recorded yet: nobody's register is switched off because somebody fills
//! it in. A mechanism that falls back on clauses that stand ready is a task too.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::change::ChangeType;
use domain::country::Place;
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::gate::{Decision, Gate, Hold, Reason, ReasonCode, evaluate_register, holds};
use domain::id::{EngagementId, TaskId};
use domain::role::Role;
use serde_json::json;
use uuid::Uuid;

use super::register::Register;
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::changes::Result;
use crate::changes::afterwards::{self, Happened};
use crate::import::adoption::BASELINE_FINDING;
use crate::register::{self, Judged, judge};
use crate::store::activations::{self, append_decision};
use crate::store::baselines::{find_baseline, list_baselines};
use crate::store::engagements::append_engagement_state;
use crate::store::gate_watches::{list_watches, put_watch};
use crate::store::tasks::{
    Task, close_task, close_tasks_about, list_open_tasks_of, list_tasks_about, open_task, retitle_task,
};
use crate::store::version::Recorded;
use crate::store::{self, Of, Tx};

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
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let watches: BTreeMap<EngagementId, BTreeSet<Place>> = list_watches(&mut tx)
        .await?
        .into_iter()
        .map(|(id, held, _)| (id, held))
        .collect();
    let findings: BTreeMap<EngagementId, BTreeSet<ReasonCode>> = list_baselines(&mut tx, Of::All)
        .await?
        .into_iter()
        .map(|baseline| (baseline.engagement_id, codes(&baseline.findings)))
        .collect();
    let open = open_tasks(&mut tx).await?;
    drop(tx);
    for judged in &register.engagements {
        let id = judged.current.engagement.id;
        if !judged.current.state.state.is_listed() {
            continue;
        }
        let tasks = open.get(&id.uuid()).map_or([].as_slice(), Vec::as_slice);
        // Most nights nothing is different, and nothing has to wait for the one writer.
        if !is_settled(judged, watches.get(&id), tasks, findings.get(&id), now) {
            settle(state, id, watches.get(&id)).await?;
        }
    }
    Ok(())
}

/// Closes tasks whose cause is gone, and says of the others what is red now; opens and suspends nothing.
pub async fn tidy(state: &AppState, register: &Register) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.read().await?;
    let open = open_tasks(&mut tx).await?;
    drop(tx);
    for judged in &register.engagements {
        let id = judged.current.engagement.id;
        let Some(tasks) = open.get(&id.uuid()) else {
            continue;
        };
        if steps(judged, &evaluate_register(&judged.facts, now), tasks, None).is_empty() {
            continue;
        }
        let mut tx = state.db.write().await?;
        // Read again under the writer's lock.
        if let Some(judged) = judge(&mut tx, id, None).await? {
            let decision = evaluate_register(&judged.facts, now);
            keep_tasks(&mut tx, state, &judged, &decision, None).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}

fn codes(reasons: &[Reason]) -> BTreeSet<ReasonCode> {
    reasons.iter().map(|reason| reason.code).collect()
}

/// The open tasks of this job and of adoptions, by what they are about.
async fn open_tasks(tx: &mut Tx) -> store::Result<HashMap<Uuid, Vec<Task>>> {
    let mut open: HashMap<Uuid, Vec<Task>> = HashMap::new();
    for kind in [GATES_RED, MECHANISM_LOST, BASELINE_FINDING] {
        for task in list_open_tasks_of(tx, kind).await? {
            if let Some(about) = task.about_id {
                open.entry(about).or_default().push(task);
            }
        }
    }
    Ok(open)
}

/// Whether the night has nothing to write about an engagement.
fn is_settled(
    judged: &Judged,
    watch: Option<&BTreeSet<Place>>,
    open: &[Task],
    findings: Option<&BTreeSet<ReasonCode>>,
    now: DateTime<Utc>,
) -> bool {
    let Some(known) = watch else { return false };
    let present = holds(&judged.facts, now);
    let decision = evaluate_register(&judged.facts, now);
    lost(&present, known).is_empty()
        && held(&present, known) == *known
        && steps(judged, &decision, open, Some(findings)).is_empty()
}

/// What is lost of what held before.
fn lost<'a>(
    present: &'a BTreeMap<Place, Hold>,
    known: &BTreeSet<Place>,
) -> Vec<(&'a Place, &'a Vec<Reason>)> {
    present
        .iter()
        .filter_map(|(place, hold)| match hold {
            Hold::Lost(reasons) | Hold::Unrecorded(reasons) if known.contains(place) => {
                Some((place, reasons))
            }
            _ => None,
        })
        .collect()
}

/// What is watched from now on: what holds, and what held once for as long as data goes there.
fn held(present: &BTreeMap<Place, Hold>, known: &BTreeSet<Place>) -> BTreeSet<Place> {
    present
        .iter()
        .filter(|(place, hold)| matches!(hold, Hold::Holds) || known.contains(place))
        .map(|(place, _)| *place)
        .collect()
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
    let lost = lost(&present, &known);
    if !lost.is_empty() && judged.current.state.state.next(EngagementEvent::Suspend).is_ok() {
        suspend(&mut tx, state, &judged, &decision, &lost).await?;
    } else {
        let findings = find_baseline(&mut tx, id)
            .await?
            .map(|baseline| codes(&baseline.findings));
        keep_tasks(&mut tx, state, &judged, &decision, Some(findings.as_ref())).await?;
    }
    put_watch(&mut tx, id, &held(&present, &known), now).await?;
    tx.commit().await?;
    Ok(())
}

/// The destinations whose mechanism held when the engagement entered its present state: when it went live, was resumed or
/// was adopted.
async fn held_at_start(tx: &mut Tx, judged: &Judged) -> store::Result<BTreeSet<Place>> {
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
    tell_customers(tx, state, judged).await?;
    let title = register::title(&judged.current);
    let today = judged.facts.zone.local_date(now);
    let decide = format!("{title} was suspended, decide how it goes on: {why}");
    let decide = task(
        state,
        judged,
        (MECHANISM_LOST, Role::LegalApprover),
        decide,
        today,
    );
    for task in [decide, stop_the_flow(state, judged, &why)] {
        open_task(tx, &task).await?;
    }
    Ok(())
}

/// A task: an engagement was suspended, so no data may go there any more. It closes once the engagement is not suspended.
pub fn stop_the_flow(state: &AppState, judged: &Judged, why: &str) -> Task {
    let what = format!(
        "Stop the flow of data to {}: it was suspended, {why}",
        register::title(&judged.current)
    );
    let today = judged.facts.zone.local_date(state.clock.now());
    task(state, judged, (MECHANISM_LOST, Role::Operator), what, today)
}

/// Drafts what customers are told of the loss, or says in a task that somebody must tell them otherwise.
async fn tell_customers(tx: &mut Tx, state: &AppState, judged: &Judged) -> Result<()> {
    // As it was before it was suspended.
    let current = &judged.current;
    let what = format!("Transfer mechanism lost: {}", register::title(current));
    let happened = Happened {
        what: &what,
        change_type: ChangeType::MechanismLost,
        on: judged.facts.zone.local_date(state.clock.now()),
        due_on: None,
    };
    match afterwards::untold(tx, current).await? {
        None => drop(Box::pin(afterwards::draft(tx, state, None, happened, &[current])).await?),
        Some(why) => afterwards::tell_otherwise(tx, state, current, happened, &why).await?,
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

/// What happens to a task.
enum Step {
    /// Its cause is gone.
    Close(TaskId),
    /// Something else is red now.
    Retitle(TaskId, String),
    /// Something is red that no task says.
    Open(Role, String),
}

/// What must happen for the open tasks to say what is red of an engagement in use. New tasks are opened at night only,
/// where `findings` is given: the codes that it was adopted with, if it was; those have a task of their own already.
fn steps(
    judged: &Judged,
    decision: &Decision,
    open: &[Task],
    findings: Option<Option<&BTreeSet<ReasonCode>>>,
) -> Vec<Step> {
    let stands = judged.current.state.state;
    let mut red: BTreeMap<Role, Vec<&Reason>> = BTreeMap::new();
    if stands.is_in_use() {
        for reason in &decision.reasons {
            red.entry(responsible(reason.gate)).or_default().push(reason);
        }
    }
    let gone = open.iter().filter(|task| match task.kind.as_str() {
        MECHANISM_LOST => stands != EngagementState::Suspended,
        GATES_RED | BASELINE_FINDING => !red.contains_key(&task.role),
        _ => false,
    });
    let mut steps: Vec<Step> = gone.map(|task| Step::Close(task.id)).collect();
    for (role, reasons) in &red {
        let mut labels: Vec<&str> = reasons.iter().map(|reason| reason.code.label()).collect();
        labels.dedup();
        let title = format!(
            "{} is in use and red: {}",
            register::title(&judged.current),
            labels.join(", ")
        );
        let find = |kind: &str| open.iter().find(|task| task.kind == kind && task.role == *role);
        match (find(GATES_RED), findings) {
            (Some(known), _) if known.title == title => {}
            (Some(known), _) => steps.push(Step::Retitle(known.id, title)),
            (None, Some(findings)) => {
                let is_said = |findings: &BTreeSet<ReasonCode>| {
                    find(BASELINE_FINDING).is_some() && reasons.iter().all(|one| findings.contains(&one.code))
                };
                if !findings.is_some_and(is_said) {
                    steps.push(Step::Open(*role, title));
                }
            }
            (None, None) => {}
        }
    }
    steps
}

/// Takes the [`steps`].
async fn keep_tasks(
    tx: &mut Tx,
    state: &AppState,
    judged: &Judged,
    decision: &Decision,
    findings: Option<Option<&BTreeSet<ReasonCode>>>,
) -> store::Result<()> {
    let now = state.clock.now();
    let mut open = list_tasks_about(tx, judged.current.engagement.id.uuid()).await?;
    open.retain(|task| task.done.is_none());
    for step in steps(judged, decision, &open, findings) {
        match step {
            Step::Close(id) => close_task(tx, id, Recorded::by_system(now)).await?,
            Step::Retitle(id, title) => retitle_task(tx, id, &title).await?,
            Step::Open(role, title) => {
                let due_on = judged.facts.zone.local_date(now) + TIME_TO_PUT_RIGHT;
                let task = task(state, judged, (GATES_RED, role), title, due_on);
                open_task(tx, &task).await?;
            }
        }
    }
    Ok(())
}
