//! The buttons of a set of clauses. Each writes one row that says what happened, why, and by whom; nothing is overwritten.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use domain::id::TaskId;
use domain::legal_record::{Clauses, Cure, SccEvent, SccState, Signing};
use domain::role::Role;
use serde_json::json;
use uuid::Uuid;

use super::super::load;
use super::super::reason;
use super::super::shown::settle;
use super::super::write;
use super::steps::{obstacles, step_of, target};
use super::{Set, body, get_set, page};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted};
use crate::store::Tx;
use crate::store::clause_states::{NewClauseState, append_clause_state};
use crate::store::legal_records::StoredRecord;
use crate::store::tasks::{Task, close_tasks_about, open_task};
use crate::store::version::Recorded;

/// The kind of task that asks a second person to confirm that clauses are in force.
pub(super) const TO_CONFIRM: &str = "SCC_TO_CONFIRM";
/// The kind of task that watches the month of clause 16(c).
const CURE: &str = "SCC_CURE";

/// Keeps a step of one version, with its entry in the audit log.
#[expect(
    clippy::too_many_arguments,
    reason = "one write: who, of what, from where to where, how signed, why"
)]
pub(super) async fn keep(
    state: &AppState,
    tx: &mut Tx,
    staff: &Staff,
    set: &Set,
    record: &StoredRecord,
    event: SccEvent,
    signing: Signing,
    reason: Option<String>,
) -> Result<SccState, HttpError> {
    let now = state.clock.now();
    let from = body(record)?.standing.state;
    let to = from.next(event).map_err(|refused| {
        HttpError::conflict(format!("{}.", app::register::sentence(&refused.to_string())))
    })?;
    let new = NewClauseState {
        id: state.random.id(now),
        record_id: record.id,
        from: Some(from),
        event: Some(event),
        state: to,
        signing,
        happened_on: set.today,
        reason: reason.clone(),
        recorded_at: now,
        recorded_by: staff.id,
    };
    append_clause_state(tx, &new).await?;
    let payload = json!({
        "kind": set.file.kind,
        "number": set.file.number,
        "version": record.version,
        "record_id": record.id,
        "event": event,
        "before": from,
        "after": to,
        "signing": new.signing,
        "reason": reason,
    });
    let subject = ("engagement", set.file.current.engagement.id.uuid());
    write::note(tx, state, staff, "clauses.advanced", subject, payload).await?;
    Ok(to)
}

/// The person must have read the newest version. Who confirms says which one that was; elsewhere it is asked where the
/// form carries it.
fn read_newest(set: &Set, posted: &Posted, event: SccEvent) -> Result<(), HttpError> {
    let present = set.file.present();
    let seen = posted.text("seen");
    let version = seen.split('.').next().unwrap_or_default();
    if version == present.to_string() || (seen.is_empty() && event != SccEvent::SignBothSides) {
        return Ok(());
    }
    Err(HttpError::conflict(format!(
        "Version {present} was saved meanwhile. Read it before you go on."
    )))
}

/// Who confirms has read the signatures as they are recorded last.
fn read_signatures(set: &Set, posted: &Posted, event: SccEvent) -> Result<(), HttpError> {
    if event != SccEvent::SignBothSides || posted.text("seen") == set.seen(event) {
        return Ok(());
    }
    Err(HttpError::conflict(
        "The signatures were recorded anew meanwhile. Read them before you confirm.",
    ))
}

/// Takes one step, or says every reason why not.
async fn take(
    state: AppState,
    staff: Staff,
    (slug, number): (String, String),
    posted: Posted,
    event: SccEvent,
) -> Result<Response, HttpError> {
    let step = step_of(event)?;
    staff.require(step.permission)?;
    let mut tx = state.db.write().await?;
    let set = get_set(&mut tx, &state, &slug, &number).await?;
    // Clauses outlive what they were agreed for: their end can be recorded after it.
    if event != SccEvent::Terminate {
        load::still_open(&set.file.current)?;
    }
    read_newest(&set, &posted, event)?;
    let record = target(&set, event)?;
    let clauses = body(record)?;
    // Whether there is such a step comes first; then what else stands in the way.
    clauses.standing.state.next(event).map_err(|refused| {
        HttpError::conflict(format!("{}.", app::register::sentence(&refused.to_string())))
    })?;
    let reasons = obstacles(&state, &staff, &set, event);
    if !reasons.is_empty() {
        return Err(HttpError::Conflict {
            title: format!("“{}” is not possible now.", step.label),
            reasons,
        });
    }
    read_signatures(&set, &posted, event)?;
    let reason = match reason::read(&posted, step.place, step.needs_reason) {
        Ok(reason) => reason,
        Err(refused) => return page::show_again(&state, &staff, &mut tx, &set, refused).await,
    };
    let signing = clauses.standing.signing.clone();
    let to = keep(&state, &mut tx, &staff, &set, record, event, signing, reason).await?;
    let said = follow(&state, &mut tx, &staff, &set, record, event).await?;
    settle(&mut tx, &state, &staff, set.file.current.engagement.id).await?;
    tx.commit().await?;
    staff
        .say(format!(
            "{}, version {}: {}.{said}",
            set.title(),
            record.version,
            to.label()
        ))
        .await?;
    Ok(Redirect::to(&set.file.path()).into_response())
}

/// What follows from a step: tasks are opened and closed, an earlier version is replaced.
async fn follow(
    state: &AppState,
    tx: &mut Tx,
    staff: &Staff,
    set: &Set,
    record: &StoredRecord,
    event: SccEvent,
) -> Result<String, HttpError> {
    let now = state.clock.now();
    let done = Recorded::by(staff.id, now);
    let of_engagement = load::title(&set.file.current);
    Ok(match event {
        SccEvent::SignBothSides => {
            close_tasks_about(tx, TO_CONFIRM, record.id.uuid(), done).await?;
            let Some(earlier) = set.agreed().filter(|earlier| earlier.id != record.id) else {
                return Ok(String::new());
            };
            let Clauses { standing, .. } = body(earlier)?;
            close_tasks_about(tx, CURE, earlier.id.uuid(), done).await?;
            if standing.state.next(SccEvent::Supersede).is_err() {
                return Ok(String::new());
            }
            let signing = standing.signing.clone();
            let why = Some(format!("version {} is in force", record.version));
            keep(state, tx, staff, set, earlier, SccEvent::Supersede, signing, why).await?;
            format!(" Version {} is replaced.", earlier.version)
        }
        SccEvent::Suspend => {
            let cure = Cure::of(set.today, set.today);
            let last = domain::words::day(cure.last_day);
            let title = format!(
                "Clauses with {of_engagement} are suspended: compliance must be restored by {last}, or they may be terminated (clause 16(c))"
            );
            let task = Task {
                due_on: Some(cure.last_day),
                ..task(
                    state,
                    set,
                    CURE,
                    Role::LegalApprover,
                    record.id.uuid(),
                    title,
                    now,
                )
            };
            open_task(tx, &task).await?;
            format!(" Compliance must be restored by {last}.")
        }
        SccEvent::Resume | SccEvent::Terminate | SccEvent::Supersede => {
            close_tasks_about(tx, CURE, record.id.uuid(), done).await?;
            String::new()
        }
        _ => String::new(),
    })
}

/// A task whose work is done on the page of a set.
pub(super) fn task(
    state: &AppState,
    set: &Set,
    kind: &str,
    role: Role,
    about_id: Uuid,
    title: String,
    now: DateTime<Utc>,
) -> Task {
    Task {
        id: TaskId::from(state.random.id(now)),
        kind: kind.to_owned(),
        role,
        title,
        path: set.file.path(),
        about_id: Some(about_id),
        due_on: None,
        created_at: now,
        done: None,
    }
}

/// One handler per address, so that each asks for its own permission.
macro_rules! handlers {
    ($($name:ident $event:ident),+ $(,)?) => {$(
        pub async fn $name(
            State(state): State<AppState>,
            staff: Staff,
            Path(of): Path<(String, String)>,
            posted: Posted,
        ) -> Result<Response, HttpError> {
            take(state, staff, of, posted, SccEvent::$event).await
        }
    )+};
}

handlers! {
    complete Complete,
    confirm SignBothSides,
    suspend Suspend,
    resume Resume,
    terminate Terminate,
    supersede Supersede,
    revoke Revoke,
}
