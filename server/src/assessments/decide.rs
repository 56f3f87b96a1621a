//! Handing in, giving up, approving, turning down, suspending.

use app::ui::Refusal;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::approval::approve as by_another;
use domain::legal_record::{TiaEvent, TiaRefused, TiaState};
use domain::role::{Permission, Role};
use domain::text::Prose;
use serde_json::json;

use super::against::against;
use super::load::{self, Assessment};
use super::overview::{self, Back};
use super::{TIA_REVIEW, TIA_TO_APPROVE, TIA_TURNED_DOWN, write};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::{HttpError, Posted};
use crate::register::load as register;
use crate::register::shown::settle;
use crate::store::assessments::{end_draft, refresh};
use crate::store::legal_records::{StoredRecord, approve_record};
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;
use crate::store::{Result, Tx};
use crate::triggers::{answer_by_version, overtaking};

type Which = Path<(String, String)>;
type Answer = std::result::Result<Response, HttpError>;

/// Why it is refused, with everything that is missing.
pub fn conflict(refused: &TiaRefused) -> HttpError {
    let reasons = match refused {
        TiaRefused::Incomplete(missing) => missing.iter().map(|missing| missing.what.clone()).collect(),
        _ => Vec::new(),
    };
    match refused {
        TiaRefused::Author(why) => HttpError::Forbidden(format!("{why}.")),
        _ => HttpError::Conflict {
            title: format!("{refused}."),
            reasons,
        },
    }
}

/// The newest version, which must be the one that the person read.
fn read_version<'a>(
    found: &'a Assessment,
    posted: &Posted,
) -> std::result::Result<&'a StoredRecord, HttpError> {
    let newest = found
        .newest()
        .ok_or_else(|| HttpError::conflict("It is a draft: nothing is decided before it is handed in."))?;
    if posted.text("seen") != newest.version.to_string() {
        return Err(HttpError::conflict(format!(
            "Version {} was handed in meanwhile. Read it before you decide.",
            newest.version
        )));
    }
    if newest.approval.is_some() {
        return Err(HttpError::conflict("This version was decided on already."));
    }
    Ok(newest)
}

async fn close_tasks(tx: &mut Tx, found: &Assessment, kinds: &[&str], by: Recorded) -> Result<()> {
    if let Some(about) = found.about() {
        for kind in kinds {
            close_tasks_about(tx, kind, about, by).await?;
        }
    }
    Ok(())
}

async fn done(tx: Tx, staff: &Staff, to: &str, said: String) -> Answer {
    tx.commit().await?;
    staff.say(said).await?;
    Ok(Redirect::to(to).into_response())
}

/// `POST …/tia/{number}/hand-in`
pub async fn hand_in(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Which,
    posted: Posted,
) -> Answer {
    staff.require(Permission::EditTia)?;
    let mut tx = state.db.write().await?;
    let found = load::get_open(&mut tx, &slug, &number).await?;
    let Some(draft) = found.draft.clone() else {
        return Err(HttpError::conflict("There is no draft to hand in."));
    };
    if posted.text("seen") != draft.revision.to_string() {
        return Err(HttpError::conflict(
            "The draft was saved by somebody else meanwhile. Look at it before you hand it in.",
        ));
    }
    let version = write::hand_in(&mut tx, &state, &staff, &found, draft.body, draft.revision).await?;
    let said = format!("Version {version} is handed in. Somebody who did not work on it decides.");
    done(tx, &staff, &register::path(&found.current), said).await
}

/// `POST …/tia/{number}/discard`
pub async fn discard(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Which,
    posted: Posted,
) -> Answer {
    staff.require(Permission::EditTia)?;
    let mut tx = state.db.write().await?;
    let found = load::get_open(&mut tx, &slug, &number).await?;
    let Some(draft) = &found.draft else {
        return Err(HttpError::conflict("There is no draft to give up."));
    };
    if posted.text("seen") != draft.revision.to_string() {
        return Err(HttpError::conflict(
            "The draft was saved by somebody else meanwhile. Look at it before you give it up.",
        ));
    }
    end_draft(&mut tx, found.key(), draft.revision).await?;
    let payload = json!({ "number": found.number, "revision": draft.revision });
    let subject = Subject::of("engagement", found.current.engagement.id.uuid());
    staff
        .record(&mut tx, &state, "tia.draft_given_up", subject, payload)
        .await?;
    let to = if found.versions.is_empty() {
        register::path(&found.current)
    } else {
        found.path()
    };
    done(tx, &staff, &to, "The draft was given up.".to_owned()).await
}

/// `POST …/tia/{number}/approve`
pub async fn approve(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Which,
    posted: Posted,
) -> Answer {
    staff.require(Permission::ApproveTia)?;
    let mut tx = state.db.write().await?;
    let found = load::get_open(&mut tx, &slug, &number).await?;
    let newest = read_version(&found, &posted)?;
    let approval =
        by_another(staff.id, &found.authors()).map_err(|why| HttpError::Forbidden(format!("{why}.")))?;
    let now = state.clock.now();
    let body = load::tia(newest).ok_or(HttpError::NotFound)?;
    let against = against(&mut tx, &state, &body.destinations).await?;
    body.clone()
        .approve(approval, against.today, &against)
        .map_err(|refused| conflict(&refused))?;
    let overtaking = overtaking(&mut tx, found.key(), newest.recorded_at).await?;
    if !overtaking.is_empty() {
        return Err(HttpError::Conflict {
            title: format!(
                "Version {} does not know of everything that happened.",
                newest.version
            ),
            reasons: overtaking,
        });
    }
    let by = Recorded::by(approval.by(), now);
    approve_record(&mut tx, newest.id, approval.by(), now).await?;
    if let Some(before) = found.standing() {
        let of = (found.key(), before.id);
        let step = (TiaState::Superseded, TiaEvent::Supersede);
        let reason = format!("Version {} was approved.", newest.version);
        write::enter(&mut tx, &state, of, step, Some(reason), by).await?;
    }
    refresh(&mut tx, found.key()).await?;
    let handed_in = (newest.version, newest.recorded_at);
    answer_by_version(&mut tx, &state, found.key(), handed_in, approval.by()).await?;
    let payload =
        json!({ "kind": "TIA", "number": found.number, "version": newest.version, "record_id": newest.id });
    let id = found.current.engagement.id;
    let subject = Subject::of("engagement", id.uuid());
    staff
        .record(&mut tx, &state, "legal_record.approved", subject, payload)
        .await?;
    close_tasks(&mut tx, &found, &[TIA_TO_APPROVE, TIA_REVIEW], by).await?;
    settle(&mut tx, &state, &staff, id).await?;
    let said = format!(
        "Transfer impact assessment: version {} is approved.",
        newest.version
    );
    done(tx, &staff, &register::path(&found.current), said).await
}

/// The page again, with a reason that cannot be kept as it was typed.
async fn refused(state: &AppState, staff: &Staff, tx: &mut Tx, found: &Assessment, why: Refusal) -> Answer {
    let back = Back {
        refused: Some(why),
        ..Back::default()
    };
    overview::show(state, staff, tx, found, StatusCode::UNPROCESSABLE_ENTITY, back).await
}

/// `POST …/tia/{number}/reject`
pub async fn reject(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Which,
    posted: Posted,
) -> Answer {
    staff.require(Permission::ApproveTia)?;
    let mut tx = state.db.write().await?;
    let found = load::get_open(&mut tx, &slug, &number).await?;
    let newest = read_version(&found, &posted)?;
    by_another(staff.id, &found.authors()).map_err(|why| HttpError::Forbidden(format!("{why}.")))?;
    let reason: Prose = match posted.read("rejection") {
        Ok(reason) => reason,
        Err(why) => return refused(&state, &staff, &mut tx, &found, why).await,
    };
    let next = step(newest, TiaEvent::Reject)?;
    let by = Recorded::by(staff.id, state.clock.now());
    let of = (found.key(), newest.id);
    let said = Some(reason.to_string());
    write::enter(&mut tx, &state, of, (next, TiaEvent::Reject), said, by).await?;
    let payload = json!({
        "kind": "TIA", "number": found.number, "version": newest.version, "record_id": newest.id,
        "reason": reason.as_str(),
    });
    let subject = Subject::of("engagement", found.current.engagement.id.uuid());
    staff
        .record(&mut tx, &state, "legal_record.rejected", subject, payload)
        .await?;
    close_tasks(&mut tx, &found, &[TIA_TO_APPROVE], by).await?;
    if let Some(about) = found.about() {
        let title = format!(
            "{} was turned down: {reason}",
            app::register::sentence(&found.name())
        );
        let whom = (TIA_TURNED_DOWN, Role::LegalEditor);
        write::task(&mut tx, &state, whom, title, found.path(), about, None).await?;
    }
    let said = "The assessment was turned down; its authors have a task.".to_owned();
    done(tx, &staff, &register::path(&found.current), said).await
}

/// `POST …/tia/{number}/suspend`: what the review of an event found.
pub async fn suspend(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Which,
    posted: Posted,
) -> Answer {
    staff.require(Permission::ApproveTia)?;
    let mut tx = state.db.write().await?;
    let found = load::get_open(&mut tx, &slug, &number).await?;
    let standing = found
        .standing()
        .ok_or_else(|| HttpError::conflict("Nothing of it is approved, so nothing can be suspended."))?;
    let next = step(standing, TiaEvent::Suspend)?;
    let reason: Prose = match posted.read("reason") {
        Ok(reason) => reason,
        Err(why) => return refused(&state, &staff, &mut tx, &found, why).await,
    };
    let by = Recorded::by(staff.id, state.clock.now());
    let of = (found.key(), standing.id);
    let said = Some(reason.to_string());
    write::enter(&mut tx, &state, of, (next, TiaEvent::Suspend), said, by).await?;
    let payload = json!({
        "number": found.number, "version": standing.version, "record_id": standing.id, "reason": reason.as_str(),
    });
    let subject = Subject::of("engagement", found.current.engagement.id.uuid());
    staff
        .record(&mut tx, &state, "tia.suspended", subject, payload)
        .await?;
    let said = "The assessment is suspended: gate G7 is red until a new version is approved.".to_owned();
    done(tx, &staff, &found.path(), said).await
}

/// The state after an event, or a conflict.
fn step(record: &StoredRecord, event: TiaEvent) -> std::result::Result<TiaState, HttpError> {
    load::tia(record)
        .ok_or(HttpError::NotFound)?
        .state
        .next(event)
        .map_err(|refused| HttpError::conflict(format!("{refused}.")))
}
