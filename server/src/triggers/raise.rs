//! Raising an event: the assessments that it concerns are listed at once, and what its kind does at once is done.

use chrono::NaiveDate;
use domain::id::StaffId;
use domain::legal_record::{TiaEvent, TiaState};
use domain::role::Role;
use domain::text::Prose;
use domain::trigger::{Effect, Scope, Triage, TriggerKind, working_days_after};
use domain::web_address::WebAddress;
use serde_json::json;
use uuid::Uuid;

use super::TRIGGER_TO_JUDGE;
use crate::AppState;
use crate::access::record;
use crate::assessments::{TIA_REVIEW, enter};
use crate::audit::{Actor, Subject};
use crate::calendars;
use crate::store::assessments::{Key, Standing, list_concerned_assessments};
use crate::store::engagements::find_engagement;
use crate::store::legal_records::{find_record, list_record_versions};
use crate::store::tasks::{Task, list_tasks_about, open_task, renew_task};
use crate::store::triggers::{Trigger, insert_triage, insert_trigger, next_trigger_number};
use crate::store::version::Recorded;
use crate::store::{Result, Tx};
use domain::id::TaskId;
use domain::legal_record::LegalRecordKind;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: TriggerKind,
    /// Which assessments it concerns.
    pub scope: Scope,
    /// In words.
    pub description: Prose,
    /// Where it can be read.
    pub source: Option<WebAddress>,
    /// When it happened.
    pub occurred_on: NaiveDate,
    /// From when on it has effect, where that is another day.
    pub takes_effect_on: Option<NaiveDate>,
}

/// Records an event, inside the transaction of whatever shows it (which comes from `Db::write`): lists every assessment
/// that it concerns, approved or waiting for a decision, does to them what its kind does at once, opens tasks, writes an audit
/// entry. `by` is nobody where the product itself noticed it.
///
/// # Errors
/// When the database is away, or the log's head is not what was signed.
pub async fn raise(tx: &mut Tx, state: &AppState, by: Option<StaffId>, event: &Event) -> Result<Trigger> {
    let concerned = list_concerned_assessments(tx, event.scope).await?;
    write(tx, state, by, event, concerned).await
}

/// The same for some of the assessments in its scope only.
///
/// # Errors
/// As [`raise`].
pub async fn raise_for(
    tx: &mut Tx,
    state: &AppState,
    by: Option<StaffId>,
    event: &Event,
    only: &[Key],
) -> Result<Trigger> {
    let mut concerned = list_concerned_assessments(tx, event.scope).await?;
    concerned.retain(|standing| only.contains(&standing.key));
    write(tx, state, by, event, concerned).await
}

async fn write(
    tx: &mut Tx,
    state: &AppState,
    by: Option<StaffId>,
    event: &Event,
    concerned: Vec<Standing>,
) -> Result<Trigger> {
    let now = state.clock.now();
    let publisher = state.publisher();
    let today = publisher.zone.local_date(now);
    let calendar = calendars::known_at(tx, publisher.calendar, now).await?;
    // Past the last year of the calendar a deadline cannot be counted: the same day is the safe answer.
    let due_on = event
        .kind
        .due_on(today, event.takes_effect_on, &calendar)
        .unwrap_or(Some(today));
    let raised = Recorded { at: now, by };
    let trigger = Trigger {
        id: state.random.id(now),
        number: next_trigger_number(tx).await?,
        kind: event.kind,
        scope: event.scope,
        description: event.description.to_string(),
        source_url: event.source.as_ref().map(ToString::to_string),
        occurred_on: event.occurred_on,
        takes_effect_on: event.takes_effect_on,
        due_on,
        raised,
    };
    let keys: Vec<_> = concerned
        .iter()
        .map(|standing| (standing.key, standing.record_id))
        .collect();
    insert_trigger(tx, &trigger, &keys).await?;
    let effect = event.kind.effect();
    for standing in &concerned {
        if effect != Effect::Triage {
            let reason = "An event of this kind is always reviewed.";
            insert_triage(tx, trigger.id, standing.key, (Triage::Review, reason), raised).await?;
            review(tx, state, &trigger, standing, raised).await?;
        }
        if effect == Effect::Suspend {
            suspend(tx, state, &trigger, standing, raised).await?;
        }
    }
    tasks(tx, state, &trigger, concerned.len()).await?;
    let actor = by.map_or(Actor::System, |by| Actor::Staff(by.uuid()));
    let payload = json!({
        "number": trigger.number, "kind": trigger.kind, "scope": trigger.scope.kind(), "target": trigger.scope.target(),
        "concerned": keys.iter().map(|(_, record)| record).collect::<Vec<_>>(), "due_on": trigger.due_on,
    });
    let subject = Subject::of("trigger", trigger.id);
    record(tx, state, actor, "trigger.raised", subject, payload).await?;
    Ok(trigger)
}

/// A task about the event itself: to say for each assessment whether it has an impact.
async fn tasks(tx: &mut Tx, state: &AppState, trigger: &Trigger, concerned: usize) -> Result<()> {
    let path = format!("/staff/triggers/{}", trigger.number);
    let what = trigger.kind.label();
    if concerned > 0 && trigger.kind.effect() == Effect::Triage {
        let many = domain::words::count(concerned, "assessment", "assessments");
        let title = format!(
            "Event {}, {what}: say for {many} whether it has an impact",
            trigger.number
        );
        open(
            tx,
            state,
            TRIGGER_TO_JUDGE,
            title,
            path,
            trigger.id,
            trigger.due_on,
        )
        .await?;
    }
    Ok(())
}

async fn open(
    tx: &mut Tx,
    state: &AppState,
    kind: &str,
    title: String,
    path: String,
    about: Uuid,
    due_on: Option<NaiveDate>,
) -> Result<()> {
    let now = state.clock.now();
    let task = Task {
        id: TaskId::from(state.random.id(now)),
        kind: kind.to_owned(),
        role: Role::LegalEditor,
        title,
        path,
        about_id: Some(about),
        due_on,
        created_at: now,
        done: None,
    };
    open_task(tx, &task).await.map(drop)
}

/// Puts an assessment under review, unless it is already or is suspended, with a task for a new version. One task stands for
/// all events: it names the newest, and its last day is the nearest of theirs.
pub(super) async fn review(
    tx: &mut Tx,
    state: &AppState,
    trigger: &Trigger,
    standing: &Standing,
    recorded: Recorded,
) -> Result<()> {
    if let Ok(next) = state_of(tx, standing).await?.next(TiaEvent::Trigger) {
        let of = (standing.key, standing.record_id);
        let step = (next, TiaEvent::Trigger);
        enter(tx, state, of, step, Some(reason(trigger)), recorded).await?;
    }
    let (id, number) = standing.key;
    let Some(engagement) = find_engagement(tx, id).await? else {
        return Ok(());
    };
    let versions = list_record_versions(tx, id, LegalRecordKind::Tia, number).await?;
    let Some(first) = versions.last() else {
        return Ok(());
    };
    let publisher = state.publisher();
    let today = publisher.zone.local_date(recorded.at);
    let calendar = calendars::known_at(tx, publisher.calendar, recorded.at).await?;
    let due = working_days_after(today, TriggerKind::DECIDE_WITHIN, &calendar).unwrap_or(today);
    let due = match trigger.due_on {
        // A change that takes effect on a day is decided by then.
        Some(day) if trigger.takes_effect_on.is_some() => day,
        _ => due,
    };
    let title = format!(
        "Review the assessment of transfers of {} after event {}: {}",
        engagement.slug,
        trigger.number,
        trigger.kind.label()
    );
    let about = first.id.uuid();
    let mut known = list_tasks_about(tx, about).await?.into_iter();
    match known.find(|task| task.kind == TIA_REVIEW && task.done.is_none()) {
        Some(known) => {
            let nearest = known.due_on.map_or(due, |day| day.min(due));
            renew_task(tx, known.id, &title, nearest).await
        }
        None => {
            let path = format!("/staff/register/{}/tia/{number}", engagement.slug);
            open(tx, state, TIA_REVIEW, title, path, about, Some(due)).await
        }
    }
}

async fn suspend(
    tx: &mut Tx,
    state: &AppState,
    trigger: &Trigger,
    standing: &Standing,
    recorded: Recorded,
) -> Result<()> {
    if let Ok(next) = state_of(tx, standing).await?.next(TiaEvent::Suspend) {
        let of = (standing.key, standing.record_id);
        let step = (next, TiaEvent::Suspend);
        enter(tx, state, of, step, Some(reason(trigger)), recorded).await?;
    }
    Ok(())
}

/// The state of the version as it is now: two events may come in one transaction.
async fn state_of(tx: &mut Tx, standing: &Standing) -> Result<TiaState> {
    let record = find_record(tx, standing.record_id).await?;
    Ok(match record.map(|record| record.body) {
        Some(domain::legal_record::LegalRecord::Tia(tia)) => tia.state,
        _ => standing.state,
    })
}

fn reason(trigger: &Trigger) -> String {
    format!("Event {}: {}", trigger.number, trigger.kind.label())
}
