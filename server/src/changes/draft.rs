//! Opening and editing a change. While it is a draft, lines and notice follow the register; they are taken anew each time
//! it is edited or handed in.

use app::ui::Said;
use chrono::{Months, NaiveDate};
use domain::change::{ChangeEvent, ChangeState, NoticeClass};
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::id::{EngagementId, StaffId};
use domain::notice::NoticeState;
use serde_json::json;
use uuid::Uuid;

use super::dossier::{self, Dossier};
use super::line::{NewLine, anew, new_line, plan_notice};
use super::{ChangeError, Result};
use crate::AppState;
use crate::audit::{Actor, Entry, Subject, append};
use crate::http::seen::find_overtaken;
use crate::store::changes::{self, Change};
use crate::store::engagements;
use crate::store::lines::{Line, put_lines};
use crate::store::lowerings::list_lowerings;
use crate::store::notices::{self, Notice};
use crate::store::version::Recorded;
use crate::store::{Tx, activations};

/// How far ahead a change is planned at most.
const FARTHEST: Months = Months::new(60);

/// How a correction stands in the log.
const REVISED: &str = "change.revised";

/// Opens a change with its first line; gives its number.
///
/// # Errors
/// When the engagement is not assessed, or is in another open change.
pub async fn open(
    state: &AppState,
    by: Uuid,
    title: &str,
    planned_on: NaiveDate,
    line: NewLine,
) -> Result<String> {
    let mut tx = state.db.write().await?;
    let change = begin(&mut tx, state, by, title, planned_on).await?;
    let line = new_line(&mut tx, state, by, &change, 1, line).await?;
    check_planned(
        planned_on,
        line.notice_class,
        dossier::today(state, change.created_at),
    )?;
    let number = finish(&mut tx, state, by, change, &[line]).await?;
    tx.commit().await?;
    Ok(number)
}

/// Opens a change about something that has happened already, inside a transaction that does more; by nobody, where the system
/// drafts it: then whoever hands it in is the first who worked on it. An engagement of which no line can be written is left
/// out and told, because what happened does not wait for it; without any line there is no change. Gives the number, and who
/// was left out and why.
///
/// # Errors
/// When the database is away.
pub(crate) async fn open_afterwards(
    tx: &mut Tx,
    state: &AppState,
    by: Option<Uuid>,
    title: &str,
    happened_on: NaiveDate,
    lines: Vec<NewLine>,
) -> Result<(Option<String>, Vec<(EngagementId, String)>)> {
    let change = begin(tx, state, by, title, happened_on).await?;
    let mut written = Vec::new();
    let left_out = write_lines(tx, state, by, &change, &mut written, lines).await?;
    if written.is_empty() {
        let step = changes::Move {
            id: state.random.id(change.created_at),
            change_id: change.id,
            from: change.state,
            to: change.state.next(ChangeEvent::Cancel)?,
            by,
            reason: Some("no line could be written"),
        };
        changes::advance(tx, &step, change.created_at).await?;
        return Ok((None, left_out));
    }
    let number = finish(tx, state, by, change, &written).await?;
    Ok((Some(number), left_out))
}

/// Adds lines to what the system drafted already, under another title; gives what does not fit into it, with why.
///
/// # Errors
/// When the change is no draft any more, or the database is away.
pub(crate) async fn join_afterwards(
    tx: &mut Tx,
    state: &AppState,
    number: &str,
    title: &str,
    lines: Vec<NewLine>,
) -> Result<Vec<(EngagementId, String)>> {
    let dossier = editable(tx, number).await?;
    let mut written: Vec<Line> = dossier.lines.iter().map(|l| l.line.clone()).collect();
    let before = written.len();
    let left_out = write_lines(tx, state, None, &dossier.change, &mut written, lines).await?;
    if written.len() == before {
        return Ok(left_out);
    }
    put_lines(tx, dossier.change.id, &written).await?;
    changes::revise(tx, dossier.change.id, title, dossier.change.planned_on).await?;
    let dossier = dossier::load(tx, number).await?;
    write_notice(tx, state, None, &dossier).await?;
    let payload = json!({ "title": title, "lines": written.len() });
    note(tx, state, None, "change.line_added", &dossier, payload).await?;
    Ok(left_out)
}

/// Writes lines after those that there are, as far as they fit; gives the others, with why.
async fn write_lines(
    tx: &mut Tx,
    state: &AppState,
    by: Option<Uuid>,
    change: &Change,
    written: &mut Vec<Line>,
    lines: Vec<NewLine>,
) -> Result<Vec<(EngagementId, String)>> {
    let mut left_out = Vec::new();
    for line in lines {
        let (id, position) = (line.engagement_id, i64::try_from(written.len()).unwrap_or(0) + 1);
        match new_line(tx, state, by, change, position, line).await {
            Ok(line) => written.push(line),
            Err(ChangeError::Store(error)) => return Err(error.into()),
            Err(why) => left_out.push((id, why.to_string())),
        }
    }
    Ok(left_out)
}

/// A change without lines.
async fn begin(
    tx: &mut Tx,
    state: &AppState,
    by: impl Into<Option<Uuid>>,
    title: &str,
    planned_on: NaiveDate,
) -> Result<Change> {
    let now = state.clock.now();
    let year = chrono::Datelike::year(&dossier::today(state, now));
    let change = Change {
        id: state.random.id(now),
        number: changes::next_number(tx, year).await?,
        title: title.to_owned(),
        state: ChangeState::Draft,
        planned_on,
        announced_at: None,
        created_at: now,
        created_by: by.into(),
    };
    changes::open(tx, &change, state.random.id(now)).await?;
    Ok(change)
}

/// Its lines, its notice and its entry in the audit log; gives its number.
async fn finish(
    tx: &mut Tx,
    state: &AppState,
    by: impl Into<Option<Uuid>>,
    change: Change,
    lines: &[Line],
) -> Result<String> {
    let by = by.into();
    put_lines(tx, change.id, lines).await?;
    let number = change.number.clone();
    let payload = json!({ "title": change.title, "planned_on": change.planned_on });
    let dossier = dossier::load_change(tx, change).await?;
    write_notice(tx, state, by, &dossier).await?;
    note(tx, state, by, "change.opened", &dossier, payload).await?;
    Ok(number)
}

/// Adds a line to a draft.
///
/// # Errors
/// When the change is no draft, or the engagement is not ready.
pub async fn add_line(state: &AppState, by: Uuid, number: &str, line: NewLine) -> Result<()> {
    let mut tx = state.db.write().await?;
    let dossier = editable(&mut tx, number).await?;
    let mut lines: Vec<Line> = dossier.lines.iter().map(|l| l.line.clone()).collect();
    let position = i64::try_from(lines.len()).unwrap_or(0) + 1;
    if lines.iter().any(|l| l.engagement_id == line.engagement_id.uuid()) {
        return Err(wrong("engagement", "This change has a line for it already"));
    }
    lines.push(new_line(&mut tx, state, by, &dossier.change, position, line).await?);
    put_lines(&mut tx, dossier.change.id, &lines).await?;
    let dossier = dossier::load(&mut tx, number).await?;
    write_notice(&mut tx, state, by, &dossier).await?;
    note(
        &mut tx,
        state,
        by,
        "change.line_added",
        &dossier,
        json!({ "position": position }),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a line out of a draft. What was about to be announced by it is assessed again before another change can do so.
///
/// # Errors
/// When the change is no draft, it is the only line, or a decision about it is on file.
pub async fn remove_line(state: &AppState, by: Uuid, number: &str, id: Uuid) -> Result<()> {
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let dossier = editable(&mut tx, number).await?;
    let gone = dossier
        .lines
        .iter()
        .find(|l| l.line.id == id)
        .ok_or(ChangeError::Absent)?;
    let left = dossier.lines.iter().filter(|l| l.line.id != id);
    let lines: Vec<Line> = (1..)
        .zip(left)
        .map(|(position, l)| Line {
            position,
            ..l.line.clone()
        })
        .collect();
    if lines.is_empty() {
        return Err(ChangeError::Refused(
            "It is the only line of this change: cancel the change instead.".to_owned(),
        ));
    }
    let engagement = gone.current.engagement.id;
    let decisions = activations::list_decisions(&mut tx, engagement).await?;
    if decisions
        .iter()
        .any(|d| d.line_id.is_some_and(|line| line.uuid() == id))
    {
        return Err(ChangeError::Refused(
            "A decision about this line is on file, so it stays: cancel the change instead.".to_owned(),
        ));
    }
    put_lines(&mut tx, dossier.change.id, &lines).await?;
    let from = gone.current.state.state;
    if from == EngagementState::NoticePending {
        let to = from.next(EngagementEvent::Reassess)?;
        let who = Recorded::by(StaffId::from(by), now);
        let why = format!("taken out of change {number}");
        let step = state.random.id(now);
        engagements::append_engagement_state(&mut tx, step, engagement, (from, to), who, Some(&why)).await?;
    }
    let payload = json!({ "position": gone.line.position, "engagement": engagement });
    let dossier = dossier::load(&mut tx, number).await?;
    write_notice(&mut tx, state, by, &dossier).await?;
    note(&mut tx, state, by, "change.line_removed", &dossier, payload).await?;
    tx.commit().await?;
    Ok(())
}

/// What the form of a draft says.
pub(super) fn said(title: &str, planned_on: NaiveDate) -> Said {
    Said::of([
        ("What changes, in one line", title.to_owned()),
        ("Planned go-live", planned_on.to_string()),
    ])
}

/// Corrects title and planned day of a draft, and takes the facts anew. `seen` is what the form was opened with.
///
/// # Errors
/// When the change is no draft any more, or somebody else saved since.
pub async fn revise(
    state: &AppState,
    by: Uuid,
    number: &str,
    seen: &str,
    (title, planned_on): (&str, NaiveDate),
) -> Result<()> {
    let mut tx = state.db.write().await?;
    let before = editable(&mut tx, number).await?;
    let class = before.strictest_class();
    check_planned(planned_on, class, dossier::today(state, state.clock.now()))?;
    let of = (Subject::of("change", before.change.id), REVISED);
    let stored = said(&before.change.title, before.change.planned_on);
    let found = find_overtaken(&mut tx, state, of, seen, &stored, &said(title, planned_on)).await?;
    if let Some(overtaken) = found {
        return Err(ChangeError::Overtaken(Box::new(overtaken)));
    }
    changes::revise(&mut tx, before.change.id, title, planned_on).await?;
    let dossier = refresh(&mut tx, state, by, number).await?;
    let payload = json!({
        "before": { "title": before.change.title, "planned_on": before.change.planned_on },
        "after": { "title": title, "planned_on": planned_on },
    });
    note(&mut tx, state, by, REVISED, &dossier, payload).await?;
    tx.commit().await?;
    Ok(())
}

/// The one rule for a planned day: not before it can be told, and not so far away that it must be a slip of the pen.
fn check_planned(planned_on: NaiveDate, class: NoticeClass, today: NaiveDate) -> Result<()> {
    if planned_on < class.earliest(today) {
        let why = if class.needs_authorisation() {
            "Choose a day in the future"
        } else {
            "Choose today or a day in the future"
        };
        return Err(wrong("planned_on", why));
    }
    if today
        .checked_add_months(FARTHEST)
        .is_none_or(|last| planned_on > last)
    {
        return Err(wrong("planned_on", "Choose a day within the next five years"));
    }
    Ok(())
}

/// A change that may still be edited.
pub(super) async fn editable(tx: &mut Tx, number: &str) -> Result<Dossier> {
    let dossier = dossier::load(tx, number).await?;
    if dossier.change.state.is_editable() {
        Ok(dossier)
    } else {
        Err(ChangeError::Refused(format!(
            "This change is {}; only a draft can be edited.",
            dossier.change.state.label().to_lowercase()
        )))
    }
}

/// A field of a form that does not fit.
pub(super) fn wrong(field: &'static str, why: impl Into<String>) -> ChangeError {
    ChangeError::Field {
        field,
        why: why.into(),
    }
}

/// Takes lines and notice anew from the register.
pub(super) async fn refresh(tx: &mut Tx, state: &AppState, by: Uuid, number: &str) -> Result<Dossier> {
    let dossier = dossier::load(tx, number).await?;
    for line in &dossier.lines {
        // It was assessed again since the line was written.
        if line.current.state.state == EngagementState::Assessed {
            plan_notice(tx, state, by, &line.current).await?;
        }
    }
    let lowerings = list_lowerings(tx, dossier.change.id).await?;
    let mut lines = Vec::new();
    for line in &dossier.lines {
        lines.push(anew(tx, state, line, &lowerings).await?);
    }
    put_lines(tx, dossier.change.id, &lines).await?;
    let dossier = dossier::load(tx, number).await?;
    write_notice(tx, state, by, &dossier).await?;
    Ok(dossier)
}

/// Writes what the notice says now: a new version where there is none that can be edited.
async fn write_notice(
    tx: &mut Tx,
    state: &AppState,
    by: impl Into<Option<Uuid>>,
    dossier: &Dossier,
) -> Result<()> {
    let now = state.clock.now();
    let (content, _) = dossier.content(dossier::today(state, now));
    let hash = dossier::content_hash(&content);
    let planned_on = dossier.change.planned_on;
    let id = match dossier.notice().filter(|n| n.state.is_editable()) {
        Some(notice) => {
            notices::revise(tx, notice.id, &content, &hash, planned_on).await?;
            notice.id
        }
        None => {
            let notice = Notice {
                id: state.random.id(now),
                change_id: dossier.change.id,
                version: dossier.notice().map_or(1, |n| n.version + 1),
                state: NoticeState::Draft,
                is_material: true,
                content,
                content_hash: hash,
                planned_on,
                dispatch_on: None,
                approved: None,
                dispatched_at: None,
            };
            notices::draft(tx, &notice, now).await?;
            notice.id
        }
    };
    if let Some(by) = by.into() {
        notices::note_editor(tx, id, by, now).await?;
    }
    Ok(())
}

/// An audit entry about a change, by staff or by the system.
pub(super) async fn note(
    tx: &mut Tx,
    state: &AppState,
    by: impl Into<Option<Uuid>>,
    action: &'static str,
    dossier: &Dossier,
    payload: serde_json::Value,
) -> Result<()> {
    let entry = Entry {
        actor: by.into().map_or(Actor::System, Actor::Staff),
        action,
        subject: Subject::of("change", dossier.change.id),
        payload,
    };
    append(tx, &state.keys, &state.random, state.clock.now(), entry).await?;
    Ok(())
}
