//! What is written into a set: each save is a new version, which begins a life of its own.

use app::register::clauses::{add_row, parse};
use app::register::{Typed, sentence};
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::id::RecordId;
use domain::legal_record::{Clauses, LegalRecord, SccEvent, SccState, Signing};
use domain::reference::ReferenceData;
use domain::role::Permission;
use serde_json::json;

use super::super::load;
use super::super::records::{self, File};
use super::super::write;
use super::advance::TO_CONFIRM;
use super::page::{Showing, show};
use super::{Set, body, change, get_set, prefill};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted};
use crate::store::Tx;
use crate::store::clause_states::{NewClauseState, append_clause_state};
use crate::store::legal_records::{NewRecord, append_record};
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;

/// `POST …/scc/{number}`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    let set = get_set(&mut tx, &state, &slug, &number).await?;
    let again = |typed, errors, overtaken| Showing {
        typed: Some((typed, errors)),
        overtaken,
        ..Showing::default()
    };
    if typed.text("act") == "add-row" {
        add_row(&mut typed);
        return show(
            &state,
            &staff,
            &mut tx,
            &set,
            again(typed, FieldErrors::new(), None),
        )
        .await;
    }
    load::still_open(&set.file.current)?;
    let reference = &set.facts.reference;
    let clauses = match parse(&typed, set.today).and_then(|clauses| placed(clauses, reference, set.today)) {
        Ok(clauses) => clauses,
        Err(errors) => return show(&state, &staff, &mut tx, &set, again(typed, errors, None)).await,
    };
    if typed.text("seen") != set.file.present().to_string() {
        let mine = LegalRecord::Scc(Box::new(clauses));
        let overtaken = records::overtaken(&state, &mut tx, &set.file, typed.text("seen"), &mine).await?;
        return show(
            &state,
            &staff,
            &mut tx,
            &set,
            again(typed, FieldErrors::new(), Some(overtaken)),
        )
        .await;
    }
    write_version(&state, &staff, tx, &set, clauses).await
}

/// The set, unless it names law or courts that cannot be chosen.
pub(super) fn placed(
    clauses: Clauses,
    reference: &ReferenceData,
    today: NaiveDate,
) -> Result<Clauses, FieldErrors> {
    let mut errors = FieldErrors::new();
    for (field, why) in clauses.misplaced(reference, today) {
        errors.add(field, why);
    }
    if errors.is_empty() {
        Ok(clauses)
    } else {
        Err(errors)
    }
}

/// `POST …/scc/{number}/fill`
pub async fn fill(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut tx = state.db.write().await?;
    let set = get_set(&mut tx, &state, &slug, &number).await?;
    load::still_open(&set.file.current)?;
    let mut clauses = body(set.newest()?)?.clone();
    clauses
        .standing
        .state
        .next(SccEvent::FillAnnexes)
        .map_err(|_| HttpError::conflict("The annexes of this set are being filled already."))?;
    prefill::fill(&mut tx, &set.file.current, &mut clauses).await?;
    write_version(&state, &staff, tx, &set, clauses).await
}

/// Writes a version and says what follows from it.
async fn write_version(
    state: &AppState,
    staff: &Staff,
    mut tx: Tx,
    set: &Set,
    clauses: Clauses,
) -> Result<Response, HttpError> {
    let before = body(set.newest()?)?;
    let path = set.file.path();
    if before.says_the_same_as(&clauses) {
        staff
            .say("Nothing was different, so there is no new version.")
            .await?;
        return Ok(Redirect::to(&path).into_response());
    }
    let was_signed = before.standing.state == SccState::PartlySigned;
    let agreed = set.agreed().map(body).transpose()?;
    let needs_change = agreed.is_some_and(|agreed| agreed.describes_otherwise(&clauses));
    append(state, staff, &mut tx, &set.file, clauses).await?;
    if needs_change {
        change::ask(state, &mut tx, set).await?;
    } else if agreed.is_some() {
        change::drop_question(&mut tx, set, Recorded::by(staff.id, state.clock.now())).await?;
    }
    tx.commit().await?;
    let mut said = format!("{}: version {} was saved.", set.title(), set.file.present() + 1);
    if was_signed {
        said.push_str(" The signatures covered the version before; this one has none.");
    }
    if agreed.is_some() {
        said.push_str(" The version in force goes on counting until this one is.");
    }
    if needs_change {
        said.push_str(" Annex I.B differs: a change may be needed.");
    }
    staff.say(sentence(&said)).await?;
    Ok(Redirect::to(&path).into_response())
}

/// Appends a version with the state in which it begins: a new set is selected; any other version has annexes to fill.
pub(super) async fn append(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    clauses: Clauses,
) -> Result<RecordId, HttpError> {
    let now = state.clock.now();
    let id = file.current.engagement.id;
    let before = file.newest().map(body).transpose()?;
    let (event, begins) = match before.map(|clauses| clauses.standing.state) {
        None => (None, SccState::Selected),
        Some(SccState::Selected) if clauses.is_blank() => (None, SccState::Selected),
        Some(SccState::Selected) => (Some(SccEvent::FillAnnexes), SccState::AnnexesIncomplete),
        Some(_) => (None, SccState::AnnexesIncomplete),
    };
    let new = NewRecord {
        id: RecordId::from(state.random.id(now)),
        engagement_id: id,
        number: file.number,
        body: LegalRecord::Scc(Box::new(clauses)),
        valid_from: None,
        ended_on: None,
        recorded_at: now,
        recorded_by: staff.id,
    };
    append_record(tx, file.present(), &new).await?;
    let begun = NewClauseState {
        id: state.random.id(now),
        record_id: new.id,
        from: None,
        event,
        state: begins,
        signing: Signing::default(),
        happened_on: state.publisher().zone.local_date(now),
        reason: None,
        recorded_at: now,
        recorded_by: staff.id,
    };
    append_clause_state(tx, &begun).await?;
    let mut payload = write::version_payload(file.present() + 1, &new.body, &[], None);
    payload["kind"] = json!(file.kind);
    payload["number"] = json!(file.number);
    payload["record_id"] = json!(new.id);
    payload["state"] = json!(begins);
    let subject = ("engagement", id.uuid());
    write::note(tx, state, staff, "legal_record.recorded", subject, payload).await?;
    if let Some(earlier) = file.newest() {
        let done = Recorded::by(staff.id, now);
        close_tasks_about(tx, TO_CONFIRM, earlier.id.uuid(), done).await?;
    }
    Ok(new.id)
}
