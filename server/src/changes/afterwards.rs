//! What customers are told about something that has happened already: a mechanism fell, an importer wrote. One change is
//! drafted about the engagements concerned, with a task to hand it in; somebody else approves and sends it, as always. Where
//! the system drafts it, whoever hands it in has worked on it and does not approve it. What cannot be in it gets a task of
//! its own, so that nobody is left untold silently.

use chrono::NaiveDate;
use domain::change::{ChangeState, ChangeType};
use domain::id::{EngagementId, StaffId, TaskId};
use domain::role::Role;
use uuid::Uuid;

use super::draft::{join_afterwards, open_afterwards};
use super::line::NewLine;
use super::{ChangeError, Result, dossier};
use crate::AppState;
use crate::register::covers::Chosen;
use crate::register::load::{path, title};
use crate::store::changes::{self, Change, find_by_number};
use crate::store::engagements::CurrentEngagement;
use crate::store::lines::{find_unsettled_line, list_lines};
use crate::store::notices;
use crate::store::tasks::{Task, list_tasks_about, open_task, retitle_task};
use crate::store::{self, Tx};

/// The kind of task that asks to hand in a drafted notice, about its change.
pub const NOTICE_DRAFTED: &str = "NOTICE_DRAFTED";
/// The kind of task that says that no notice could be drafted, about an engagement.
pub const CUSTOMERS_UNTOLD: &str = "CUSTOMERS_UNTOLD";
/// The longest title of a change, in characters.
const LONGEST_TITLE: usize = 200;

/// What happened.
#[derive(Clone, Copy, Debug)]
pub struct Happened<'a> {
    /// In words; the title of the change.
    pub what: &'a str,
    /// What kind of change it is to customers.
    pub change_type: ChangeType,
    /// The publisher's day on which it happened, or will happen where it is not over: the planned day of the change.
    pub on: NaiveDate,
    /// Until when customers are to be told, where the law does not leave it at "at once".
    pub due_on: Option<NaiveDate>,
}

/// Why no notice can be drafted about an engagement now.
///
/// # Errors
/// When the database is away.
pub async fn untold(tx: &mut Tx, current: &CurrentEngagement) -> store::Result<Option<String>> {
    let line = find_unsettled_line(tx, current.engagement.id.uuid()).await?;
    let role = current.version.facts.relationship_role;
    if !role.is_in_notice_scope() {
        return Ok(Some(format!(
            "it is no subprocessor ({})",
            role.label().to_lowercase()
        )));
    }
    let is_listed = current.state.state.is_listed();
    Ok(match line {
        Some((_, change)) if !is_listed && is_announced(&change) => Some(format!(
            "it is not in use yet, and change {}, which is {}, told customers what was so before: tell them in writing, or cancel it and announce it anew",
            change.number,
            change.state.label().to_lowercase()
        )),
        _ if !is_listed => Some("it is not in use, so nobody is told".to_owned()),
        Some((_, change)) => Some(format!(
            "it is in change {} already, which is {}: say it there, or in a change of its own once that one is over",
            change.number,
            change.state.label().to_lowercase()
        )),
        None => None,
    })
}

/// Whether the notice of a change stands: it was approved, and what it says is what customers were or will be told.
fn is_announced(change: &Change) -> bool {
    matches!(
        change.state,
        ChangeState::Approved | ChangeState::Dispatching | ChangeState::Open
    )
}

/// Whether customers were told of an engagement, by the list or by a notice.
async fn is_known_to_customers(tx: &mut Tx, current: &CurrentEngagement) -> store::Result<bool> {
    let line = find_unsettled_line(tx, current.engagement.id.uuid()).await?;
    Ok(current.state.state.is_listed() || line.is_some_and(|(_, change)| is_announced(&change)))
}

/// Drafts the change with its task, by somebody or by the system; gives its number, where there is anything to draft. What
/// turns out not to fit into it gets a task instead. What the system drafts on one day about the same kind of event is one
/// change, as long as nobody has worked on it, so that customers get one mail of it.
///
/// # Errors
/// When the database is away.
pub async fn draft(
    tx: &mut Tx,
    state: &AppState,
    by: impl Into<Option<StaffId>>,
    happened: Happened<'_>,
    engagements: &[&CurrentEngagement],
) -> Result<Option<String>> {
    let (number, left_out) = try_draft(tx, state, by, happened, engagements).await?;
    for (id, why) in left_out {
        if let Some(current) = find(engagements, id) {
            tell_otherwise(tx, state, current, happened, &why).await?;
        }
    }
    Ok(number)
}

/// The same without a task for what does not fit: gives the number, and what was left out and why.
///
/// # Errors
/// When the database is away.
pub async fn try_draft(
    tx: &mut Tx,
    state: &AppState,
    by: impl Into<Option<StaffId>>,
    happened: Happened<'_>,
    engagements: &[&CurrentEngagement],
) -> Result<(Option<String>, Vec<(EngagementId, String)>)> {
    let by = by.into().map(Uuid::from);
    let lines = engagements
        .iter()
        .map(|current| NewLine {
            engagement_id: current.engagement.id,
            replaces: None,
            change_type: Some(happened.change_type),
            class: None,
            chosen: Chosen::default(),
            class_reason: String::new(),
        })
        .collect();
    let before = match by {
        None => own_draft(tx, happened).await?,
        Some(_) => None,
    };
    let name = title_of(before.as_ref(), happened);
    let (number, left_out) = match &before {
        Some(draft) => {
            let left_out = join_afterwards(tx, state, &draft.number, &name, lines).await?;
            (Some(draft.number.clone()), left_out)
        }
        None => open_afterwards(tx, state, by, &name, happened.on, lines).await?,
    };
    let Some(number) = number else {
        return Ok((None, left_out));
    };
    let change = find_by_number(tx, &number).await?.ok_or(ChangeError::Absent)?;
    let now = state.clock.now();
    let name = &change.title;
    let mut asked = list_tasks_about(tx, change.id).await?;
    asked.retain(|task| task.kind == NOTICE_DRAFTED && task.done.is_none());
    if let Some(task) = asked.first() {
        retitle_task(tx, task.id, &format!("Hand in change {number}: {name}")).await?;
        return Ok((Some(number), left_out));
    }
    let task = Task {
        id: TaskId::from(state.random.id(now)),
        kind: NOTICE_DRAFTED.to_owned(),
        role: Role::LegalEditor,
        title: format!("Hand in change {number}: {name}"),
        path: format!("/staff/changes/{number}"),
        about_id: Some(change.id),
        due_on: Some(happened.due_on.unwrap_or_else(|| dossier::today(state, now))),
        created_at: now,
        done: None,
    };
    open_task(tx, &task).await?;
    Ok((Some(number), left_out))
}

/// What the system drafted on the same day about the same kind of event, if nobody has worked on it since.
async fn own_draft(tx: &mut Tx, happened: Happened<'_>) -> Result<Option<Change>> {
    let of_that_day = |change: &Change| {
        change.state == ChangeState::Draft && change.created_by.is_none() && change.planned_on == happened.on
    };
    for change in changes::list(tx).await?.into_iter().filter(of_that_day) {
        let mut is_own = true;
        for notice in notices::list_versions(tx, change.id).await? {
            is_own &= notices::list_editors(tx, notice.id).await?.is_empty();
        }
        let lines = list_lines(tx, change.id).await?;
        if is_own && lines.iter().all(|line| line.change_type == happened.change_type) {
            return Ok(Some(change));
        }
    }
    Ok(None)
}

/// The title of the change: what happened; where it happened to several, only its kind.
fn title_of(before: Option<&Change>, happened: Happened<'_>) -> String {
    let whole = match before {
        None => happened.what.to_owned(),
        // Each line says this of its own engagement: it names no other one.
        Some(_) => happened.change_type.label().to_owned(),
    };
    whole.chars().take(LONGEST_TITLE).collect()
}

fn find<'a>(engagements: &[&'a CurrentEngagement], id: EngagementId) -> Option<&'a CurrentEngagement> {
    let mut all = engagements.iter();
    all.find(|current| current.engagement.id == id).copied()
}

/// A task: customers must learn of it although no change could be drafted. None where nobody has to be told.
///
/// # Errors
/// When the database is away.
pub async fn tell_otherwise(
    tx: &mut Tx,
    state: &AppState,
    current: &CurrentEngagement,
    happened: Happened<'_>,
    why: &str,
) -> store::Result<()> {
    let concerns_customers = current.version.facts.relationship_role.is_in_notice_scope();
    if !concerns_customers || !is_known_to_customers(tx, current).await? {
        return Ok(());
    }
    let now = state.clock.now();
    let task = Task {
        id: TaskId::from(state.random.id(now)),
        kind: CUSTOMERS_UNTOLD.to_owned(),
        role: Role::LegalEditor,
        title: format!("Tell customers of {}: {}; {why}", title(current), happened.what),
        path: path(current),
        about_id: Some(current.engagement.id.uuid()),
        due_on: Some(happened.due_on.unwrap_or_else(|| dossier::today(state, now))),
        created_at: now,
        done: None,
    };
    open_task(tx, &task).await.map(drop)
}
