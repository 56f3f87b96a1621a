//! `POST …/sign`: signatures or the incorporation by reference, with the archived text. They are recorded for one version,
//! and again as often as something is added; whoever has not seen what is recorded by now is shown it first.

use app::register::Typed;
use app::register::clauses::{said_signing, signing as parse_signing};
use app::register::form_page::Overtaken;
use app::ui::{FieldErrors, Said};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::legal_record::{SccEvent, Signing};
use domain::role::{Permission, Role};

use super::super::copies;
use super::super::load::{self, People};
use super::advance::{TO_CONFIRM, keep, task};
use super::page::{Showing, show};
use super::{Set, body, get_set};
use crate::AppState;
use crate::access::Staff;
use crate::documents;
use crate::http::form::Uploaded;
use crate::http::seen::both_sides;
use crate::http::{HttpError, Posted};
use crate::store::Tx;
use crate::store::legal_records::StoredRecord;
use crate::store::tasks::{Task, open_task};
use crate::store::version::Recorded;

/// The handler.
pub async fn sign(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
    posted: Uploaded,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut typed = Typed::new(posted.posted.pairs());
    let mut tx = state.db.write().await?;
    let set = get_set(&mut tx, &state, &slug, &number).await?;
    load::still_open(&set.file.current)?;
    let record = set.newest()?;
    let standing = &body(record)?.standing;
    let is_signable = standing.state.next(SccEvent::SignOneSide).is_ok();
    let (copies, mut misfits) = copies::take(&posted.files, &mut typed);
    copies::require_kept(&mut tx, &copies, &typed, "archived_copy", &mut misfits).await?;
    let parsed = parse_signing(&typed, body(record)?.version, set.today);
    let overtaken = match &parsed {
        Ok(signing) => find_overtaken(&state, &mut tx, &set, &posted.posted, signing).await?,
        Err(_) => None,
    };
    if let Some(overtaken) = overtaken {
        let mut errors = FieldErrors::new();
        copies::ask_again(&copies, &mut typed, &mut errors);
        let showing = Showing {
            signing: Some((typed, errors)),
            overtaken: Some(overtaken),
            ..Showing::default()
        };
        return show(&state, &staff, &mut tx, &set, showing).await;
    }
    if !is_signable {
        return Err(HttpError::conflict(
            "Signatures are recorded once nothing is missing: make the set ready first.",
        ));
    }
    let signing = match (parsed, misfits.is_empty()) {
        (Ok(signing), true) => signing,
        (parsed, _) => {
            let mut errors = parsed.err().unwrap_or_default();
            errors.extend(misfits);
            copies::ask_again(&copies, &mut typed, &mut errors);
            let showing = Showing {
                signing: Some((typed, errors)),
                ..Showing::default()
            };
            return show(&state, &staff, &mut tx, &set, showing).await;
        }
    };
    for copy in &copies {
        documents::keep(&mut tx, &state, &staff, &copy.checked).await?;
    }
    let said = follow(&state, &mut tx, &set, record, &signing).await?;
    let event = SccEvent::SignOneSide;
    keep(&state, &mut tx, &staff, &set, record, event, signing, None).await?;
    tx.commit().await?;
    staff.say(format!("The signatures were recorded. {said}")).await?;
    Ok(Redirect::to(&set.file.path()).into_response())
}

/// Whole signatures wait for a second person.
async fn follow(
    state: &AppState,
    tx: &mut Tx,
    set: &Set,
    record: &StoredRecord,
    signing: &Signing,
) -> Result<&'static str, HttpError> {
    if !signing.missing().is_empty() {
        return Ok("Something is still missing before they can be in force.");
    }
    let title = format!(
        "Confirm that the clauses with {} are in force",
        load::title(&set.file.current)
    );
    let (now, about) = (state.clock.now(), record.id.uuid());
    let task = Task {
        // Only from that day on can it be said.
        due_on: signing.in_force_on.filter(|first| *first > set.today),
        ..task(state, set, TO_CONFIRM, Role::LegalApprover, about, title, now)
    };
    open_task(tx, &task).await?;
    Ok("A second person must confirm that the clauses are in force; they have a task.")
}

/// What somebody else recorded since the form was opened: another version of the set, or other signatures.
async fn find_overtaken(
    state: &AppState,
    tx: &mut Tx,
    set: &Set,
    posted: &Posted,
    mine: &Signing,
) -> Result<Option<Overtaken>, HttpError> {
    let newest = set.newest()?;
    let (stored, mine) = (said_signing(&body(newest)?.standing.signing), said_signing(mine));
    let (seen, signed) = (posted.text("seen"), posted.text("signed"));
    let base: Said = serde_json::from_str(signed).unwrap_or_default();
    let is_same_version = seen.is_empty() || seen == set.file.present().to_string();
    if is_same_version && (signed.is_empty() || base == stored || mine == stored) {
        return Ok(None);
    }
    let people = People::load(tx, state).await?;
    let signed = set
        .states
        .iter()
        .filter(|entry| entry.record_id == newest.id && entry.event == Some(SccEvent::SignOneSide))
        .max_by_key(|entry| entry.recorded_at);
    let by = match signed.filter(|_| is_same_version) {
        Some(entry) => format!(
            "The signatures were recorded on {}",
            people.by(Recorded::by(entry.recorded_by, entry.recorded_at))
        ),
        None => format!(
            "Version {} was saved on {}",
            newest.version,
            people.by(Recorded::by(newest.recorded_by, newest.recorded_at))
        ),
    };
    Ok(Some(both_sides(by, Some(&base), &stored, &mine)))
}
