//! What a second person decides about a legal paper: approving it, permitting it under Article 49; and ending a transfer
//! that has stopped. Assessments have their own.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::approval::approve as by_another;
use domain::id::RecordId;
use domain::legal_record::{Derogation, LegalRecord, LegalRecordKind, Mechanism, Transfer};
use domain::role::Permission;
use domain::words::day;
use serde_json::json;

use super::load;
use super::record_page::refuse_permission;
use super::records::{self, File, waits_for_permission};
use super::shown::settle;
use super::write;
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted};
use crate::store::Tx;
use crate::store::legal_records::{NewRecord, StoredRecord, append_record, approve_record};

/// The newest version, which must be the one that the person read.
fn read_version<'a>(file: &'a File, posted: &Posted) -> Result<&'a StoredRecord, HttpError> {
    let newest = file.newest().ok_or(HttpError::NotFound)?;
    if posted.text("seen") != newest.version.to_string() {
        return Err(HttpError::conflict(format!(
            "Version {} was saved meanwhile. Read it before you decide.",
            newest.version
        )));
    }
    if newest.ended_on.is_some() || newest.approval.is_some() {
        return Err(HttpError::conflict("This version was decided on already."));
    }
    Ok(newest)
}

/// Refuses whoever worked on it.
fn somebody_else(staff: &Staff, file: &File) -> Result<domain::approval::Approval, HttpError> {
    by_another(staff.id, &file.authors()).map_err(|why| HttpError::Forbidden(format!("{why}.")))
}

async fn done(tx: Tx, staff: &Staff, file: &File, said: String) -> Result<Response, HttpError> {
    tx.commit().await?;
    staff.say(said).await?;
    Ok(Redirect::to(&load::path(&file.current)).into_response())
}

fn payload(file: &File, record: RecordId) -> serde_json::Value {
    json!({ "kind": file.kind, "number": file.number, "version": file.present(), "record_id": record })
}

/// `POST …/transfer/{number}/approve`
pub async fn approve_transfer(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ConfirmAssessment)?;
    approve(state, staff, &slug, LegalRecordKind::Transfer, &number, posted).await
}

async fn approve(
    state: AppState,
    staff: Staff,
    slug: &str,
    kind: LegalRecordKind,
    number: &str,
    posted: Posted,
) -> Result<Response, HttpError> {
    let mut tx = state.db.write().await?;
    let file = records::get(&mut tx, slug, kind, number).await?;
    load::still_open(&file.current)?;
    let newest = read_version(&file, &posted)?;
    let approval = somebody_else(&staff, &file)?;
    let now = state.clock.now();
    let id = file.current.engagement.id;
    approve_record(&mut tx, newest.id, approval.by(), now).await?;
    let subject = ("engagement", id.uuid());
    write::note(
        &mut tx,
        &state,
        &staff,
        "legal_record.approved",
        subject,
        payload(&file, newest.id),
    )
    .await?;
    let said = format!(
        "{}: version {} is approved.",
        app::register::sentence(kind.label()),
        newest.version
    );
    settle(&mut tx, &state, &staff, id).await?;
    done(tx, &staff, &file, said).await
}

fn version_of(state: &AppState, staff: &Staff, file: &File, body: LegalRecord) -> NewRecord {
    let now = state.clock.now();
    NewRecord {
        id: RecordId::from(state.random.id(now)),
        engagement_id: file.current.engagement.id,
        number: file.number,
        body,
        valid_from: None,
        ended_on: None,
        recorded_at: now,
        recorded_by: staff.id,
    }
}

/// `POST …/transfer/{number}/end`
pub async fn end_transfer(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut tx = state.db.write().await?;
    let file = records::get(&mut tx, &slug, LegalRecordKind::Transfer, &number).await?;
    load::still_open(&file.current)?;
    let newest = file.newest().ok_or(HttpError::NotFound)?;
    if newest.ended_on.is_some() {
        return Err(HttpError::conflict("This transfer has ended already."));
    }
    let id = file.current.engagement.id;
    let today = state.publisher().zone.local_date(state.clock.now());
    let ended = NewRecord {
        ended_on: Some(today),
        ..version_of(&state, &staff, &file, newest.body.clone())
    };
    append_record(&mut tx, file.present(), &ended).await?;
    let subject = ("engagement", id.uuid());
    write::note(
        &mut tx,
        &state,
        &staff,
        "legal_record.ended",
        subject,
        payload(&file, ended.id),
    )
    .await?;
    let effect = settle(&mut tx, &state, &staff, id).await?;
    done(
        tx,
        &staff,
        &file,
        format!("The transfer ended today.{}", effect.sentence()),
    )
    .await
}

/// Why the newest version is not permitted by anybody: it was already, and a permission ends by itself.
fn spent(file: &File) -> Option<String> {
    let LegalRecord::Transfer(newest) = &file.newest()?.body else {
        return None;
    };
    let last = file.versions.iter().find_map(|record| match &record.body {
        LegalRecord::Transfer(earlier) if earlier.asks_the_same_as(newest) => {
            earlier.permission()?.expires_on
        }
        _ => None,
    })?;
    Some(format!(
        "It was permitted for this reason, until {}. That ends by itself; a further permission needs a new reason, written by somebody else than who permits it.",
        day(last)
    ))
}

/// Whether this person can permit a derogation, or why not; nothing where there is none to permit.
pub(super) fn may_permit(staff: &Staff, file: &File) -> Option<Result<(), String>> {
    if file.newest().is_some_and(|newest| newest.ended_on.is_some()) {
        return None;
    }
    if let Some(why) = spent(file) {
        return Some(Err(why));
    }
    if !waits_for_permission(file) {
        return None;
    }
    Some(if !staff.may(Permission::OverrideArticle49) {
        Err("The data protection officer decides on it; until then the transfer is blocked.".to_owned())
    } else if somebody_else(staff, file).is_err() {
        Err("You worked on this transfer yourself, so somebody else must permit it.".to_owned())
    } else {
        Ok(())
    })
}

/// The last day of a permission that is given today, or what is wrong with it.
fn last_day(typed: &str, today: NaiveDate) -> Result<NaiveDate, String> {
    let day: NaiveDate = typed
        .trim()
        .parse()
        .map_err(|_| "Say until which day, as 2026-12-31".to_owned())?;
    if day < today {
        return Err("Choose today or a later day: this one has passed".to_owned());
    }
    if (day - today).num_days() > Derogation::LONGEST {
        return Err(format!(
            "A permission ends within {} days: choose an earlier day",
            Derogation::LONGEST
        ));
    }
    Ok(day)
}

/// `POST …/transfer/{number}/permit`
pub async fn permit_transfer(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::OverrideArticle49)?;
    let mut tx = state.db.write().await?;
    let file = records::get(&mut tx, &slug, LegalRecordKind::Transfer, &number).await?;
    load::still_open(&file.current)?;
    if let Some(why) = spent(&file) {
        return Err(HttpError::conflict(why));
    }
    if let Some(Err(why)) = may_permit(&staff, &file) {
        return Err(HttpError::Forbidden(why));
    }
    let newest = file.newest().ok_or(HttpError::NotFound)?;
    if posted.text("seen") != newest.version.to_string() {
        return Err(HttpError::conflict(format!(
            "Version {} was saved meanwhile. Read it before you permit the transfer.",
            newest.version
        )));
    }
    if newest.ended_on.is_some() {
        return Err(HttpError::conflict("This transfer has ended."));
    }
    let LegalRecord::Transfer(transfer) = &newest.body else {
        return Err(HttpError::NotFound);
    };
    let Mechanism::Art49(derogation) = &transfer.mechanism else {
        return Err(HttpError::conflict("This transfer does not rest on Article 49."));
    };
    let today = state.publisher().zone.local_date(state.clock.now());
    let typed = posted.text("expires_on");
    let expires_on = match last_day(typed, today) {
        Ok(day) => day,
        Err(why) => return refuse_permission(&state, &staff, &mut tx, &file, typed, why).await,
    };
    let permitted = Derogation {
        permitted_by: Some(staff.id),
        permitted_on: Some(today),
        expires_on: Some(expires_on),
        reason: derogation.reason.clone(),
    };
    if !permitted.permits(today) {
        return Err(HttpError::conflict(format!(
            "A permission needs a recorded reason of {} characters.",
            Derogation::SHORTEST_REASON
        )));
    }
    let body = LegalRecord::Transfer(Transfer {
        mechanism: Mechanism::Art49(permitted),
        ..transfer.clone()
    });
    let said = records::append(&state, &staff, &mut tx, &file, body).await?;
    done(
        tx,
        &staff,
        &file,
        format!("{said} The transfer is permitted until that day."),
    )
    .await
}
