//! Legal papers: `/staff/register/{slug}/{contract,security,transfer}`. Each save is a new version. Sets of clauses are among
//! them, with pages of their own; assessments of transfers are a feature of their own.

use std::collections::BTreeSet;

use app::register::form_page::Overtaken;
use app::register::paper::differences;
use app::register::place::paper_name;
use app::register::record::{Writing, parse};
use app::register::{Typed, locations};
use app::ui::{FieldErrors, Link};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::{RecordId, StaffId};
use domain::legal_record::{AssessmentResult, LegalRecord, LegalRecordKind, Mechanism, SecurityAssessment};
use domain::role::Permission;
use serde_json::json;

use super::copies;
use super::load::{self, People};
use super::record_page::{choices, show, show_added};
use super::shown::settle;
use super::write;
use crate::AppState;
use crate::access::Staff;
use crate::documents;
use crate::http::form::Uploaded;
use crate::http::{HttpError, seen};
use crate::store::Tx;
use crate::store::engagements::CurrentEngagement;
use crate::store::legal_records::{NewRecord, StoredRecord, append_record, list_records, next_record_number};
use crate::store::version::Recorded;
use crate::triggers::{flow_added, flow_changed, security_failed};

/// The last part of a paper's address.
pub(super) const fn place(kind: LegalRecordKind) -> &'static str {
    match kind {
        LegalRecordKind::Contract => "contract",
        LegalRecordKind::SecurityAssessment => "security",
        LegalRecordKind::Transfer => "transfer",
        LegalRecordKind::Scc => "scc",
        LegalRecordKind::Tia => "tia",
    }
}

/// Who may write one.
pub(super) const fn permission(kind: LegalRecordKind) -> Permission {
    match kind {
        LegalRecordKind::Contract | LegalRecordKind::Transfer | LegalRecordKind::Scc => {
            Permission::EditRegister
        }
        LegalRecordKind::SecurityAssessment => Permission::AssessSecurity,
        LegalRecordKind::Tia => Permission::EditTia,
    }
}

/// Whether an engagement has several of a kind.
pub(super) const fn has_several(kind: LegalRecordKind) -> bool {
    matches!(
        kind,
        LegalRecordKind::Transfer | LegalRecordKind::Scc | LegalRecordKind::Tia
    )
}

/// One paper of one engagement with all its versions, newest first; none yet for a new one.
pub(super) struct File {
    pub current: CurrentEngagement,
    pub kind: LegalRecordKind,
    pub number: i64,
    pub versions: Vec<StoredRecord>,
}

impl File {
    pub fn newest(&self) -> Option<&StoredRecord> {
        self.versions.first()
    }

    /// The number of the newest version; 0 for a new paper.
    pub fn present(&self) -> i64 {
        self.newest().map_or(0, |record| record.version)
    }

    /// Where it is shown; a new one of several is shown where one is added.
    pub fn path(&self) -> String {
        let base = format!("{}/{}", load::path(&self.current), place(self.kind));
        match has_several(self.kind) && !self.versions.is_empty() {
            true => format!("{base}/{}", self.number),
            false => base,
        }
    }

    /// Whether it is about to be added beside others of its kind.
    pub fn is_one_more(&self) -> bool {
        has_several(self.kind) && self.versions.is_empty()
    }

    /// What was added since the form of a new one was opened: the same one, where the form was sent twice.
    pub fn added_since(&self, typed: &Typed) -> Option<Link> {
        let number = seen::taken(typed, self.number).filter(|_| self.is_one_more())?;
        let path = format!("{}/{}/{number}", load::path(&self.current), place(self.kind));
        Some(Link::new(paper_name(self.kind, Some(number)), path))
    }

    /// Everybody who worked on it since it was approved last. Whoever permitted a transfer has not written it.
    pub fn authors(&self) -> BTreeSet<StaffId> {
        let unapproved = self.versions.iter().enumerate();
        unapproved
            .take_while(|(_, record)| record.approval.is_none())
            .filter(|(at, record)| !is_permission(record, self.versions.get(at + 1)))
            .map(|(_, record)| record.recorded_by)
            .collect()
    }
}

/// Whether a version only permits what the version before says.
fn is_permission(record: &StoredRecord, before: Option<&StoredRecord>) -> bool {
    let (LegalRecord::Transfer(transfer), Some(LegalRecord::Transfer(before))) =
        (&record.body, before.map(|before| &before.body))
    else {
        return false;
    };
    let permitted_by = transfer
        .permission()
        .and_then(|permission| permission.permitted_by);
    permitted_by == Some(record.recorded_by) && transfer.unpermitted() == before.unpermitted()
}

/// Loads one paper; `number` is none for the one that is about to be added.
pub(super) async fn find(
    tx: &mut Tx,
    slug: &str,
    kind: LegalRecordKind,
    number: Option<&str>,
) -> Result<File, HttpError> {
    let current = load::get(tx, slug).await?;
    let all = list_records(tx, current.engagement.id, kind).await?;
    let number = match number {
        Some(number) => number.parse().map_err(|_| HttpError::NotFound)?,
        None if has_several(kind) => next_record_number(tx, current.engagement.id, kind).await?,
        None => 1,
    };
    let versions: Vec<_> = all.into_iter().filter(|record| record.number == number).collect();
    Ok(File {
        current,
        kind,
        number,
        versions,
    })
}

/// The same, which must be there.
pub(super) async fn get(
    tx: &mut Tx,
    slug: &str,
    kind: LegalRecordKind,
    number: &str,
) -> Result<File, HttpError> {
    let file = find(tx, slug, kind, Some(number)).await?;
    if file.versions.is_empty() {
        return Err(HttpError::NotFound);
    }
    Ok(file)
}

async fn open(
    state: AppState,
    staff: Staff,
    slug: String,
    kind: LegalRecordKind,
    number: Option<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let file = match &number {
        Some(number) => get(&mut tx, &slug, kind, number).await?,
        None => find(&mut tx, &slug, kind, None).await?,
    };
    show(&state, &staff, &mut tx, &file, None, None).await
}

async fn save(
    state: AppState,
    staff: Staff,
    slug: String,
    kind: LegalRecordKind,
    number: Option<String>,
    posted: Uploaded,
) -> Result<Response, HttpError> {
    staff.require(permission(kind))?;
    let mut typed = Typed::new(posted.posted.pairs());
    let mut tx = state.db.write().await?;
    let file = match &number {
        Some(number) => get(&mut tx, &slug, kind, number).await?,
        None => find(&mut tx, &slug, kind, None).await?,
    };
    if typed.text("act") == "add-row" {
        locations::add_row(&mut typed);
        return show(
            &state,
            &staff,
            &mut tx,
            &file,
            Some((typed, FieldErrors::new())),
            None,
        )
        .await;
    }
    load::still_open(&file.current)?;
    let (copies, mut misfits) = copies::take(&posted.files, &mut typed);
    if kind == LegalRecordKind::Contract {
        copies::require_kept(&mut tx, &copies, &typed, "archived_copy", &mut misfits).await?;
    }
    let before = file.newest().map(|record| &record.body);
    let sets = choices(&mut tx, &file).await?;
    let writing = Writing {
        by: staff.id,
        before,
        sets: &sets,
        today: state.publisher().zone.local_date(state.clock.now()),
    };
    let body = match (parse(kind, &typed, writing), misfits.is_empty()) {
        (Ok(body), true) => body,
        (parsed, _) => {
            let mut errors = parsed.err().unwrap_or_default();
            errors.extend(misfits);
            copies::ask_again(&copies, &mut typed, &mut errors);
            return show(&state, &staff, &mut tx, &file, Some((typed, errors)), None).await;
        }
    };
    if let Some(added) = file.added_since(&typed) {
        let mut errors = FieldErrors::new();
        copies::ask_again(&copies, &mut typed, &mut errors);
        return show_added(&state, &staff, &mut tx, &file, (typed, errors), added).await;
    }
    if typed.text("seen") != file.present().to_string() {
        let overtaken = overtaken(&state, &mut tx, &file, typed.text("seen"), &body).await?;
        let mut errors = FieldErrors::new();
        copies::ask_again(&copies, &mut typed, &mut errors);
        let typed = Some((typed, errors));
        return show(&state, &staff, &mut tx, &file, typed, Some(overtaken)).await;
    }
    if before == Some(&body) {
        staff
            .say("Nothing was different, so there is no new version.")
            .await?;
        return Ok(Redirect::to(&load::path(&file.current)).into_response());
    }
    for copy in &copies {
        documents::keep(&mut tx, &state, &staff, &copy.checked).await?;
    }
    let said = append(&state, &staff, &mut tx, &file, body).await?;
    tx.commit().await?;
    staff.say(said).await?;
    Ok(Redirect::to(&load::path(&file.current)).into_response())
}

/// Both sides: what the other person changed since, and what saving would change of that.
pub(super) async fn overtaken(
    state: &AppState,
    tx: &mut Tx,
    file: &File,
    seen: &str,
    mine: &LegalRecord,
) -> Result<Overtaken, HttpError> {
    let people = People::load(tx, state).await?;
    let Some(newest) = file.newest() else {
        return Ok(Overtaken::default());
    };
    let base = file
        .versions
        .iter()
        .find(|record| record.version.to_string() == seen);
    let recorded = Recorded {
        at: newest.recorded_at,
        by: Some(newest.recorded_by),
    };
    Ok(Overtaken {
        by: format!("Version {} was saved on {}", newest.version, people.by(recorded)),
        theirs: base
            .map(|base| differences(&base.body, &newest.body))
            .unwrap_or_default(),
        yours: differences(&newest.body, mine),
    })
}

/// Appends a version, with its entry in the audit log and what follows from it.
pub(super) async fn append(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    body: LegalRecord,
) -> Result<String, HttpError> {
    let now = state.clock.now();
    let id = file.current.engagement.id;
    let new = NewRecord {
        id: RecordId::from(state.random.id(now)),
        engagement_id: id,
        number: file.number,
        body,
        valid_from: None,
        ended_on: None,
        recorded_at: now,
        recorded_by: staff.id,
    };
    append_record(tx, file.present(), &new).await?;
    let mut payload = write::version_payload(file.present() + 1, &new.body, &[], None);
    payload["kind"] = json!(file.kind);
    payload["number"] = json!(file.number);
    payload["record_id"] = json!(new.id);
    write::note(
        tx,
        state,
        staff,
        "legal_record.recorded",
        ("engagement", id.uuid()),
        payload,
    )
    .await?;
    let before = file.newest().filter(|record| record.ended_on.is_none());
    let event = match (before.map(|record| &record.body), &new.body) {
        (Some(LegalRecord::Transfer(before)), LegalRecord::Transfer(after)) => {
            flow_changed(tx, state, staff.id, id, before, after).await?
        }
        (None, LegalRecord::Transfer(added)) => {
            flow_added(tx, state, staff.id, id, file.number, added).await?
        }
        (before, LegalRecord::SecurityAssessment(after)) if has_turned_failed(file, before, after) => {
            security_failed(tx, state, staff.id, id, after).await?
        }
        _ => None,
    };
    let effect = settle(tx, state, staff, id).await?;
    let what = app::register::sentence(file.kind.label());
    let assessed = event.map_or(
        "",
        |_| " Its assessments of transfers must be looked at: there is a task.",
    );
    Ok(format!(
        "{what}: version {} was saved.{}{assessed}",
        file.present() + 1,
        effect.sentence()
    ))
}

/// Whether a security assessment failed on which something rested: one that was passed before, or what is in use. A first
/// one that fails before anything is used tells nobody's assessment of transfers anything new, nor does one more that fails.
fn has_turned_failed(file: &File, before: Option<&LegalRecord>, after: &SecurityAssessment) -> bool {
    let before = match before {
        Some(LegalRecord::SecurityAssessment(before)) => Some(before.result),
        _ => None,
    };
    let rested = match before {
        Some(result) => result.is_passed(),
        None => file.current.state.state.is_listed(),
    };
    after.result == AssessmentResult::Failed && rested
}

/// One pair of handlers per paper, so that each address asks for its own permission.
macro_rules! single {
    ($($open:ident $save:ident $kind:ident),+ $(,)?) => {$(
        pub async fn $open(State(state): State<AppState>, staff: Staff, Path(slug): Path<String>) -> Result<Response, HttpError> {
            open(state, staff, slug, LegalRecordKind::$kind, None).await
        }

        pub async fn $save(
            State(state): State<AppState>,
            staff: Staff,
            Path(slug): Path<String>,
            posted: Uploaded,
        ) -> Result<Response, HttpError> {
            save(state, staff, slug, LegalRecordKind::$kind, None, posted).await
        }
    )+};
}

single! {
    contract save_contract Contract,
    security save_security SecurityAssessment,
    new_transfer add_transfer Transfer,
}

macro_rules! numbered {
    ($($open:ident $save:ident $kind:ident),+ $(,)?) => {$(
        pub async fn $open(
            State(state): State<AppState>,
            staff: Staff,
            Path((slug, number)): Path<(String, String)>,
        ) -> Result<Response, HttpError> {
            open(state, staff, slug, LegalRecordKind::$kind, Some(number)).await
        }

        pub async fn $save(
            State(state): State<AppState>,
            staff: Staff,
            Path((slug, number)): Path<(String, String)>,
            posted: Uploaded,
        ) -> Result<Response, HttpError> {
            save(state, staff, slug, LegalRecordKind::$kind, Some(number), posted).await
        }
    )+};
}

numbered! {
    transfer save_transfer Transfer,
}

/// Whether the newest version waits for permission under Article 49.
pub(super) fn waits_for_permission(file: &File) -> bool {
    matches!(
        file.newest().map(|record| &record.body),
        Some(LegalRecord::Transfer(transfer))
            if matches!(&transfer.mechanism, Mechanism::Art49(derogation) if derogation.permitted_by.is_none())
    )
}
