//! `POST /staff/vendor-notices/{number}/{forward,objection,close}`: each step is taken once, on what the person saw.

use app::register::Typed;
use app::ui::FieldErrors;
use app::vendor_notices::{parse_closing, parse_objection};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::ChangeId;
use domain::role::Permission;
use domain::vendor_notice::{VendorNoticeEvent, VendorNoticeStep};
use domain::words;
use serde_json::{Value, json};

use super::page::{self, File, path};
use super::{TO_FORWARD, WINDOW_ENDS, WINDOW_SHORT};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::changes::afterwards::{Happened, try_draft, untold};
use crate::http::{HttpError, Posted};
use crate::register;
use crate::store::Tx;
use crate::store::changes::find_by_number;
use crate::store::tasks::close_tasks_about;
use crate::store::vendor_notices::{StoredStep, append_step};

/// `POST …/forward`: drafts the change that tells the customers of this engagement.
pub async fn forward(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::DraftChange)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let file = File::get(&mut tx, &number).await?;
    if typed.text("seen") != file.seen() {
        return page::show_overtaken(&state, &staff, &mut tx, &file, typed).await;
    }
    check(&file, VendorNoticeStep::Forwarded)?;
    let change = draft(&state, &staff, &mut tx, &file).await?;
    let found = find_by_number(&mut tx, &change)
        .await?
        .ok_or(HttpError::NotFound)?;
    let event = VendorNoticeEvent::Forwarded {
        change: ChangeId::from(found.id),
    };
    let payload = json!({ "number": file.listed.logged.number, "change": change });
    take(&state, &staff, &mut tx, &file, event, payload).await?;
    tx.commit().await?;
    staff
        .say(format!(
            "Change {change} is drafted. Read it and hand it in by {}.",
            words::day(file.listed.logged.due_on)
        ))
        .await?;
    Ok(Redirect::to(&path(&file.listed.logged)).into_response())
}

/// Drafts the change; gives its number.
async fn draft(state: &AppState, staff: &Staff, tx: &mut Tx, file: &File) -> Result<String, HttpError> {
    let logged = &file.listed.logged;
    let name = register::title(&file.current);
    if let Some(why) = untold(tx, &file.current).await? {
        return Err(HttpError::conflict(format!(
            "No change can be drafted about {name}: {why}."
        )));
    }
    let zone = state.publisher().zone;
    let today = zone.local_date(state.clock.now());
    let words: Vec<&str> = logged.notice.description.as_str().split_whitespace().collect();
    let what = words.join(" ");
    let happened = Happened {
        what: &what,
        change_type: logged.notice.change_type,
        on: logged.notice.planned_on(zone, today, logged.due_on),
        due_on: Some(logged.due_on),
    };
    let (number, left_out) = Box::pin(try_draft(tx, state, staff.id, happened, &[&file.current])).await?;
    number.ok_or_else(|| HttpError::Conflict {
        title: format!("No change can be drafted about {name}."),
        reasons: left_out.into_iter().map(|(_, why)| why).collect(),
    })
}

/// `POST …/objection`: whether we object to the vendor.
pub async fn object(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::WorkObjection)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let file = File::get(&mut tx, &number).await?;
    let zone = state.publisher().zone;
    let received_on = zone.local_date(file.listed.logged.notice.received_at);
    let parsed = parse_objection(&typed, received_on, zone.local_date(state.clock.now()));
    let said = |event: &VendorNoticeEvent| match event {
        VendorNoticeEvent::Objected { .. } => "Our objection is recorded.",
        _ => "Recorded: we do not object.",
    };
    decide(&state, &staff, tx, &file, (typed, parsed), said).await
}

/// `POST …/close`: it is not forwarded, and why.
pub async fn close(
    State(state): State<AppState>,
    staff: Staff,
    Path(number): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let file = File::get(&mut tx, &number).await?;
    let parsed = parse_closing(&typed);
    let said = |_: &VendorNoticeEvent| "Closed. Customers are not told by it.";
    decide(&state, &staff, tx, &file, (typed, parsed), said).await
}

/// Takes a step that says something, or shows the page with what is wrong with it.
async fn decide(
    state: &AppState,
    staff: &Staff,
    mut tx: Tx,
    file: &File,
    (typed, parsed): (Typed, Result<VendorNoticeEvent, FieldErrors>),
    said: fn(&VendorNoticeEvent) -> &'static str,
) -> Result<Response, HttpError> {
    if typed.text("seen") != file.seen() {
        return page::show_overtaken(state, staff, &mut tx, file, typed).await;
    }
    let event = match parsed {
        Ok(event) => event,
        Err(errors) => return page::show(state, staff, &mut tx, file, typed, errors).await,
    };
    check(file, event.step())?;
    let said = said(&event);
    let number = file.listed.logged.number;
    let payload = match &event {
        VendorNoticeEvent::Objected { on, reference } => {
            json!({ "number": number, "objected_on": on, "reference": reference })
        }
        VendorNoticeEvent::NotObjected { reason } | VendorNoticeEvent::Closed { reason } => {
            json!({ "number": number, "reason": reason })
        }
        VendorNoticeEvent::Forwarded { change } => json!({ "number": number, "change": change }),
    };
    take(state, staff, &mut tx, file, event, payload).await?;
    tx.commit().await?;
    staff.say(said).await?;
    Ok(Redirect::to(&path(&file.listed.logged)).into_response())
}

fn check(file: &File, step: VendorNoticeStep) -> Result<(), HttpError> {
    let taken = file.listed.standing.take(step);
    taken
        .map(drop)
        .map_err(|why| HttpError::conflict(format!("{why}.")))
}

/// Writes the step with its entry in the audit log, and closes the tasks whose cause is gone.
async fn take(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    event: VendorNoticeEvent,
    payload: Value,
) -> Result<(), HttpError> {
    let now = state.clock.now();
    let id = file.listed.logged.id;
    let (action, kinds): (_, &[&str]) = match event.step() {
        VendorNoticeStep::Forwarded => ("vendor_notice.forwarded", &[TO_FORWARD]),
        VendorNoticeStep::Objected => ("vendor_notice.objected", &[WINDOW_ENDS, WINDOW_SHORT]),
        VendorNoticeStep::NotObjected => ("vendor_notice.not_objected", &[WINDOW_ENDS, WINDOW_SHORT]),
        VendorNoticeStep::Closed => ("vendor_notice.closed", &[TO_FORWARD, WINDOW_ENDS, WINDOW_SHORT]),
    };
    let step = StoredStep {
        id: state.random.id(now),
        vendor_notice_id: id,
        event,
        recorded_at: now,
        recorded_by: staff.id,
    };
    append_step(tx, &step).await?;
    for kind in kinds {
        close_tasks_about(tx, kind, id, step.recorded()).await?;
    }
    let subject = Subject::of("vendor_notice", id);
    staff.record(tx, state, action, subject, payload).await?;
    Ok(())
}
