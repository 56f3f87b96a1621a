//! The four legal papers: `/staff/register/{slug}/{contract,security,transfer,tia}`. Each save is a new version.

use std::collections::BTreeSet;

use app::register::engagement_page::Difference;
use app::register::form_page::Overtaken;
use app::register::paper::differences;
use app::register::record::{
    RecordDecision, RecordPage, RecordVersion, RecordView, Writing, parse, typed_from,
};
use app::register::{Typed, locations, tia};
use app::ui::{FieldErrors, Link, Tone};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::approval::approve;
use domain::id::{RecordId, StaffId, TaskId};
use domain::legal_record::{LegalRecord, LegalRecordKind, Mechanism, TiaState};
use domain::role::{Permission, Role};
use leptos::prelude::*;
use serde_json::json;

use super::copies;
use super::load::{self, People};
use super::page::summary;
use super::shown::settle;
use super::write;
use crate::AppState;
use crate::access::Staff;
use crate::documents;
use crate::http::form::Uploaded;
use crate::http::{HttpError, render};
use crate::store::engagements::CurrentEngagement;
use crate::store::legal_records::{
    NewRecord, StoredRecord, append_record, list_latest_records, list_records, next_record_number,
};
use crate::store::tasks::{Task, open_task};
use crate::store::version::Recorded;
use crate::store::{self, Tx};

/// The kind of task that asks for a decision on an assessment.
pub(super) const TIA_TO_APPROVE: &str = "TIA_TO_APPROVE";

/// The last part of a paper's address.
pub(super) const fn place(kind: LegalRecordKind) -> &'static str {
    match kind {
        LegalRecordKind::Contract => "contract",
        LegalRecordKind::SecurityAssessment => "security",
        LegalRecordKind::Transfer => "transfer",
        LegalRecordKind::Tia => "tia",
    }
}

/// Who may write one.
pub(super) const fn permission(kind: LegalRecordKind) -> Permission {
    match kind {
        LegalRecordKind::Contract | LegalRecordKind::Transfer => Permission::EditRegister,
        LegalRecordKind::SecurityAssessment => Permission::AssessSecurity,
        LegalRecordKind::Tia => Permission::EditTia,
    }
}

/// Whether an engagement has several of a kind.
const fn has_several(kind: LegalRecordKind) -> bool {
    matches!(kind, LegalRecordKind::Transfer | LegalRecordKind::Tia)
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

    /// Everybody who worked on it since it was approved last.
    pub fn authors(&self) -> BTreeSet<StaffId> {
        let mut authors = BTreeSet::new();
        for record in self
            .versions
            .iter()
            .take_while(|record| record.approval.is_none())
        {
            match &record.body {
                LegalRecord::Tia(tia) => authors.extend(&tia.authors),
                _ => {
                    authors.insert(record.recorded_by);
                }
            }
        }
        authors
    }
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

/// Shows a paper: as recorded, or as typed.
async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    typed: Option<(Typed, FieldErrors)>,
    overtaken: Option<Overtaken>,
) -> Result<Response, HttpError> {
    let people = People::load(tx, state).await?;
    let is_as_recorded = typed.is_none();
    let recorded = || {
        file.newest()
            .map_or_else(|| blank(file), |record| typed_from(&record.body))
    };
    let (typed, errors) = typed.unwrap_or_else(|| (recorded(), FieldErrors::new()));
    let seen = match (&overtaken, is_as_recorded) {
        (None, false) => typed.text("seen").parse().unwrap_or_else(|_| file.present()),
        _ => file.present(),
    };
    let (status, title) = match overtaken {
        Some(_) => (StatusCode::CONFLICT, "Somebody else saved first".to_owned()),
        None => write::status(&errors, file.kind.label()),
    };
    let is_over = file.newest().is_some_and(|record| record.ended_on.is_some());
    let may_edit = staff.may(permission(file.kind)) && !is_over;
    let decision = if is_as_recorded {
        decision(staff, file)
    } else {
        None
    };
    let is_read = is_as_recorded && (!may_edit || matches!(decision, Some(RecordDecision::Approve { .. })));
    let data = RecordView {
        csrf: staff.csrf.clone(),
        kind: file.kind,
        path: file.path(),
        back: Link::new(load::title(&file.current), load::path(&file.current)),
        typed,
        errors,
        seen,
        may_edit,
        overtaken,
        others: others(tx, file).await?,
        add_another: (may_edit && has_several(file.kind) && !file.versions.is_empty()).then(|| {
            let base = format!("{}/{}", load::path(&file.current), place(file.kind));
            Link::new("Add another one", base)
        }),
        reading: file
            .newest()
            .filter(|_| is_read)
            .map(|record| record.body.clone()),
        since_approved: if is_read { since_approved(file) } else { Vec::new() },
        versions: versions(file, &people),
        decision,
        copies: copies::links(tx, file.newest().map(|record| &record.body)).await?,
        may_end: is_as_recorded
            && !is_over
            && file.kind == LegalRecordKind::Transfer
            && !file.versions.is_empty()
            && staff.may(Permission::EditRegister),
        permit: if is_as_recorded {
            super::decisions::may_permit(staff, file)
        } else {
            None
        },
    };
    let chrome = staff.chrome(state, title, "/staff/register");
    Ok(render::page(status, chrome, move || view! { <RecordPage data/> }))
}

/// A new paper starts with what the register knows, where it would be the same.
fn blank(file: &File) -> Typed {
    let mut typed = Typed::default();
    let company = &file.current.organisation.version.facts.legal_name;
    match file.kind {
        LegalRecordKind::Contract => typed.put("entity_name", company),
        LegalRecordKind::Transfer => typed.put("importer", company),
        LegalRecordKind::SecurityAssessment | LegalRecordKind::Tia => {}
    }
    typed
}

async fn others(tx: &mut Tx, file: &File) -> store::Result<Vec<Link>> {
    let base = format!("{}/{}", load::path(&file.current), place(file.kind));
    if !has_several(file.kind) {
        return Ok(Vec::new());
    }
    let mut links: Vec<Link> = list_latest_records(tx, file.current.engagement.id)
        .await?
        .iter()
        .filter(|record| record.body.kind() == file.kind && record.number != file.number)
        .map(|record| Link::new(summary(record), format!("{base}/{}", record.number)))
        .collect();
    if file.kind == LegalRecordKind::Transfer {
        let list = format!("{}/dpf", load::path(&file.current));
        links.push(Link::new("What the Data Privacy Framework list says", list));
    }
    Ok(links)
}

/// What the newest version changed in the one that was approved last.
fn since_approved(file: &File) -> Vec<Difference> {
    let approved = file.versions.iter().find(|record| record.approval.is_some());
    match (approved, file.newest()) {
        (Some(approved), Some(newest)) if approved.version != newest.version => {
            differences(&approved.body, &newest.body)
        }
        _ => Vec::new(),
    }
}

fn versions(file: &File, people: &People) -> Vec<RecordVersion> {
    file.versions
        .iter()
        .enumerate()
        .map(|(at, record)| {
            let before = file.versions.get(at + 1);
            let diffs = before
                .map(|before| differences(&before.body, &record.body))
                .unwrap_or_default();
            version(record, people, diffs)
        })
        .collect()
}

fn version(record: &StoredRecord, people: &People, diffs: Vec<Difference>) -> RecordVersion {
    let (standing, tone) = match (&record.body, &record.approval, record.ended_on) {
        (_, _, Some(_)) => ("ended".to_owned(), Tone::Plain),
        (_, Some(approval), None) => (format!("approved {}", people.by(*approval)), Tone::Ok),
        (LegalRecord::Tia(tia), None, None) => (
            tia.state.label().to_owned(),
            match tia.state {
                TiaState::InReview => Tone::Info,
                TiaState::Rejected | TiaState::Suspended => Tone::Danger,
                _ => Tone::Plain,
            },
        ),
        _ => ("recorded".to_owned(), Tone::Plain),
    };
    RecordVersion {
        number: record.version,
        by: people.by(Recorded {
            at: record.recorded_at,
            by: Some(record.recorded_by),
        }),
        standing,
        tone,
        diffs,
    }
}

/// What this person can decide about the newest version.
fn decision(staff: &Staff, file: &File) -> Option<RecordDecision> {
    let newest = file
        .newest()
        .filter(|record| record.approval.is_none() && record.ended_on.is_none())?;
    let (permission, or_reject) = match &newest.body {
        LegalRecord::Tia(tia) if tia.state == TiaState::InReview => (Permission::ApproveTia, true),
        LegalRecord::Transfer(_) => (Permission::ConfirmAssessment, false),
        _ => return None,
    };
    if staff.may(permission) {
        return Some(match approve(staff.id, &file.authors()) {
            Ok(_) => RecordDecision::Approve {
                number: newest.version,
                or_reject,
            },
            Err(why) => RecordDecision::NotYou(format!("{why}.")),
        });
    }
    or_reject.then(|| RecordDecision::NotYou("A legal approver who did not work on it decides.".to_owned()))
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
        match kind {
            LegalRecordKind::Tia => tia::add_row(&mut typed),
            _ => locations::add_row(&mut typed),
        }
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
    if file.current.state.state.is_terminal() {
        return Err(HttpError::conflict(
            "This engagement is over; its papers stay as they were.",
        ));
    }
    let (copies, misfits) = copies::take(&posted.files, &mut typed);
    let by = staff.id;
    let mut authors = file.authors();
    authors.insert(by);
    let is_handed_in = typed.text("act") == "hand-in";
    let before = file.newest().map(|record| &record.body);
    let writing = Writing {
        by,
        authors,
        before,
        is_handed_in,
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
async fn overtaken(
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
    let is_handed_in = matches!(&body, LegalRecord::Tia(tia) if tia.state == TiaState::InReview);
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
    if is_handed_in {
        let task = Task {
            id: TaskId::from(state.random.id(now)),
            kind: TIA_TO_APPROVE.to_owned(),
            role: Role::LegalApprover,
            title: format!(
                "Decide on the assessment of transfers of {}",
                load::title(&file.current)
            ),
            path: format!("{}/tia/{}", load::path(&file.current), file.number),
            about_id: Some(id.uuid()),
            due_on: None,
            created_at: now,
            done: None,
        };
        open_task(tx, &task).await?;
    }
    let effect = settle(tx, state, staff, id).await?;
    let what = app::register::sentence(file.kind.label());
    Ok(format!(
        "{what}: version {} was saved.{}",
        file.present() + 1,
        effect.sentence()
    ))
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
    new_tia add_tia Tia,
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
    tia_page save_tia Tia,
}

/// Whether the newest version waits for permission under Article 49.
pub(super) fn waits_for_permission(file: &File) -> bool {
    matches!(
        file.newest().map(|record| &record.body),
        Some(LegalRecord::Transfer(transfer))
            if matches!(&transfer.mechanism, Mechanism::Art49(derogation) if derogation.permitted_by.is_none())
    )
}
