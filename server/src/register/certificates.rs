//! `/staff/register/{slug}/certificates`: what others certified of a company, version by version. Kept per company, so
//! that all its engagements show the same.

use app::register::Typed;
use app::register::certificates::{
    CertificateList, CertificatePage, CertificateRow, CertificateView, CertificatesPage, differences, parse,
    standing, typed_from,
};
use app::register::engagement_page::Paper;
use app::register::form_page::{Adding, Overtaken};
use app::register::security::PROPOSAL;
use app::ui::{FieldErrors, Link};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::certificate::{Certificate, propose_guarantees};
use domain::id::RecordId;
use domain::role::Permission;
use domain::words;
use leptos::prelude::*;
use serde_json::json;

use super::copies;
use super::load::{self, People};
use super::write;
use crate::AppState;
use crate::access::Staff;
use crate::documents;
use crate::http::{HttpError, Posted, Uploaded, render, seen};
use crate::store::certificates::{
    StoredCertificate, append_certificate, list_certificate_versions, list_latest_certificates,
    next_certificate_number,
};
use crate::store::engagements::CurrentEngagement;
use crate::store::version::Recorded;
use crate::store::{Result as StoreResult, Tx};
use crate::triggers::certificate_lost;

fn place(current: &CurrentEngagement) -> String {
    format!("{}/certificates", load::path(current))
}

fn back(current: &CurrentEngagement) -> Link {
    Link::new(load::title(current), load::path(current))
}

/// The row among an engagement's papers.
pub(super) async fn paper(tx: &mut Tx, state: &AppState, current: &CurrentEngagement) -> StoreResult<Paper> {
    let today = state.publisher().zone.local_date(state.clock.now());
    let texts: Vec<String> = list_latest_certificates(tx, Some(current.organisation.id))
        .await?
        .iter()
        .map(|one| {
            let until = words::short_day(one.body.valid_to);
            match one.body.is_valid(today) {
                true => format!("{}, valid until {until}", one.body.name()),
                false if today < one.body.valid_from => format!("{}, not yet valid", one.body.name()),
                false => format!("{}, EXPIRED on {until}", one.body.name()),
            }
        })
        .collect();
    Ok(Paper {
        title: "Certificates".to_owned(),
        text: Some(if texts.is_empty() {
            "None on file; none is required".to_owned()
        } else {
            texts.join("; ")
        }),
        href: place(current),
    })
}

/// What the company's valid certificates would say of security, for the form of the assessment.
pub(super) async fn propose(
    state: &AppState,
    tx: &mut Tx,
    current: &CurrentEngagement,
    typed: &mut Typed,
) -> StoreResult<()> {
    let today = state.publisher().zone.local_date(state.clock.now());
    let certificates = list_latest_certificates(tx, Some(current.organisation.id)).await?;
    if let Some(text) = propose_guarantees(certificates.iter().map(|one| &one.body), today) {
        typed.set(PROPOSAL, text);
    }
    Ok(())
}

/// `GET …/certificates`
pub async fn list(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let current = load::get(&mut tx, &slug).await?;
    let today = state.publisher().zone.local_date(state.clock.now());
    let mut rows = Vec::new();
    for one in list_latest_certificates(&mut tx, Some(current.organisation.id)).await? {
        let (tone, label) = standing(&one.body, today);
        rows.push(CertificateRow {
            link: Link::new(one.body.name(), format!("{}/{}", place(&current), one.number)),
            issuer: one.body.issuer.to_string(),
            scope: one.body.scope.to_string(),
            valid_to: words::day(one.body.valid_to),
            standing: label.to_owned(),
            tone,
            file: match one.body.copy {
                Some(digest) => documents::find_link(&mut tx, digest).await?,
                None => None,
            },
        });
    }
    let data = CertificateList {
        company: current.organisation.version.facts.legal_name.to_string(),
        back: back(&current),
        rows,
        add: staff
            .may(Permission::AssessSecurity)
            .then(|| format!("{}/new", place(&current))),
    };
    let chrome = staff.chrome(&state, "Certificates", "/staff/register");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <CertificatesPage data/> },
    ))
}

/// One certificate with its versions, newest first; none for the one that is about to be added.
struct File {
    current: CurrentEngagement,
    number: i64,
    versions: Vec<StoredCertificate>,
}

impl File {
    fn newest(&self) -> Option<&StoredCertificate> {
        self.versions.first()
    }

    fn present(&self) -> i64 {
        self.newest().map_or(0, |one| one.version)
    }

    fn path(&self) -> String {
        match self.newest() {
            Some(_) => format!("{}/{}", place(&self.current), self.number),
            None => format!("{}/new", place(&self.current)),
        }
    }

    fn is_over(&self) -> bool {
        self.newest().is_some_and(|one| one.ended_on.is_some())
    }
}

async fn get(tx: &mut Tx, slug: &str, number: Option<&str>) -> Result<File, HttpError> {
    let current = load::get(tx, slug).await?;
    let company = current.organisation.id;
    let Some(number) = number else {
        return Ok(File {
            number: next_certificate_number(tx, company).await?,
            versions: Vec::new(),
            current,
        });
    };
    let number = number.parse().map_err(|_| HttpError::NotFound)?;
    let versions = list_certificate_versions(tx, company, number).await?;
    if versions.is_empty() {
        return Err(HttpError::NotFound);
    }
    Ok(File {
        current,
        number,
        versions,
    })
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    typed: Option<(Typed, FieldErrors)>,
    (overtaken, added): (Option<Overtaken>, Option<Link>),
) -> Result<Response, HttpError> {
    let people = People::load(tx, state).await?;
    let today = state.publisher().zone.local_date(state.clock.now());
    let recorded = || file.newest().map(|one| typed_from(&one.body)).unwrap_or_default();
    let is_as_recorded = typed.is_none();
    let (typed, errors) = typed.unwrap_or_else(|| (recorded(), FieldErrors::new()));
    let seen = match (&overtaken, is_as_recorded) {
        (None, false) => write::seen(&typed, file.present()),
        _ => file.present(),
    };
    let name = file.newest().map_or_else(
        || "Add a certificate".to_owned(),
        |one| one.body.name().to_owned(),
    );
    let adding = match file.newest() {
        Some(_) => Adding::default(),
        None => seen::adding(&typed, file.number, added),
    };
    let (status, title) = match overtaken {
        Some(_) => (StatusCode::CONFLICT, "Somebody else saved first".to_owned()),
        None => seen::outcome(&adding, &errors, &name),
    };
    let may_edit = staff.may(Permission::AssessSecurity) && !file.is_over();
    let copy = file.newest().and_then(|one| one.body.copy);
    let data = CertificateView {
        csrf: staff.csrf.clone(),
        title: name,
        back: back(&file.current),
        list: Link::new("Certificates", place(&file.current)),
        path: file.path(),
        seen,
        standing: file.newest().map(|one| match one.ended_on {
            Some(day) => (
                app::ui::Tone::Plain,
                format!("Ended on {}", words::short_day(day)),
            ),
            None => {
                let (tone, label) = standing(&one.body, today);
                (tone, label.to_owned())
            }
        }),
        file: match copy {
            Some(digest) => documents::find_link(tx, digest).await?,
            None => None,
        },
        may_edit,
        may_end: may_edit && is_as_recorded && !file.versions.is_empty(),
        versions: file
            .versions
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let diffs = file
                    .versions
                    .get(at + 1)
                    .map(|before| differences(&before.body, &one.body))
                    .unwrap_or_default();
                let ended = if one.ended_on.is_some() { ", ended" } else { "" };
                let by = people.by(Recorded::by(one.recorded_by, one.recorded_at));
                (format!("Version {}{ended}", one.version), by, diffs)
            })
            .collect(),
        typed,
        errors,
        overtaken,
        adding,
    };
    let chrome = staff.chrome(state, title, "/staff/register");
    Ok(render::page(
        status,
        chrome,
        move || view! { <CertificatePage data/> },
    ))
}

/// `GET …/certificates/new`
pub async fn new_page(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::AssessSecurity)?;
    let mut tx = state.db.read().await?;
    let file = get(&mut tx, &slug, None).await?;
    show(&state, &staff, &mut tx, &file, None, (None, None)).await
}

/// `GET …/certificates/{number}`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let file = get(&mut tx, &slug, Some(&number)).await?;
    show(&state, &staff, &mut tx, &file, None, (None, None)).await
}

/// `POST …/certificates/new`
pub async fn add(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    posted: Uploaded,
) -> Result<Response, HttpError> {
    write_version(state, staff, &slug, None, posted).await
}

/// `POST …/certificates/{number}`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
    posted: Uploaded,
) -> Result<Response, HttpError> {
    write_version(state, staff, &slug, Some(&number), posted).await
}

async fn write_version(
    state: AppState,
    staff: Staff,
    slug: &str,
    number: Option<&str>,
    posted: Uploaded,
) -> Result<Response, HttpError> {
    staff.require(Permission::AssessSecurity)?;
    let mut typed = Typed::new(posted.posted.pairs());
    let mut tx = state.db.write().await?;
    let file = get(&mut tx, slug, number).await?;
    if file.is_over() {
        return Err(HttpError::conflict(
            "This certificate was ended; it stays as it was.",
        ));
    }
    let (copies, misfits) = copies::take(&posted.files, &mut typed);
    let body = match (parse(&typed), misfits.is_empty()) {
        (Ok(body), true) => body,
        (parsed, _) => {
            let mut errors = parsed.err().unwrap_or_default();
            errors.extend(misfits);
            copies::ask_again(&copies, &mut typed, &mut errors);
            let typed = Some((typed, errors));
            return show(&state, &staff, &mut tx, &file, typed, (None, None)).await;
        }
    };
    if let Some(newest) = file.newest() {
        if typed.text("seen") != newest.version.to_string() {
            let people = People::load(&mut tx, &state).await?;
            let base = file
                .versions
                .iter()
                .find(|one| one.version.to_string() == typed.text("seen"));
            let by = people.by(Recorded::by(newest.recorded_by, newest.recorded_at));
            let overtaken = Overtaken {
                by: format!("Version {} was saved on {by}", newest.version),
                theirs: base
                    .map(|base| differences(&base.body, &newest.body))
                    .unwrap_or_default(),
                yours: differences(&newest.body, &body),
            };
            let mut errors = FieldErrors::new();
            copies::ask_again(&copies, &mut typed, &mut errors);
            return show(
                &state,
                &staff,
                &mut tx,
                &file,
                Some((typed, errors)),
                (Some(overtaken), None),
            )
            .await;
        }
        if newest.body == body {
            staff
                .say("Nothing was different, so there is no new version.")
                .await?;
            return Ok(Redirect::to(&place(&file.current)).into_response());
        }
    } else if let Some(number) = seen::taken(&typed, file.number) {
        let path = format!("{}/{number}", place(&file.current));
        let added = Link::new(format!("Certificate {number}"), path);
        let mut errors = FieldErrors::new();
        copies::ask_again(&copies, &mut typed, &mut errors);
        let typed = Some((typed, errors));
        return show(&state, &staff, &mut tx, &file, typed, (None, Some(added))).await;
    }
    for copy in &copies {
        documents::keep(&mut tx, &state, &staff, &copy.checked).await?;
    }
    let follows = append(&state, &staff, &mut tx, &file, body, None).await?;
    tx.commit().await?;
    staff
        .say(format!(
            "The certificate was saved as version {}.{follows}",
            file.present() + 1
        ))
        .await?;
    Ok(Redirect::to(&place(&file.current)).into_response())
}

/// Appends a version with its entry in the audit log; what follows from it, as a sentence to add.
async fn append(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    file: &File,
    body: Certificate,
    ended_on: Option<chrono::NaiveDate>,
) -> Result<&'static str, HttpError> {
    let now = state.clock.now();
    let new = StoredCertificate {
        id: RecordId::from(state.random.id(now)),
        certificate_id: file
            .newest()
            .map_or_else(|| state.random.id(now), |one| one.certificate_id),
        organisation_id: file.current.organisation.id,
        number: file.number,
        version: file.present() + 1,
        body,
        ended_on,
        recorded_at: now,
        recorded_by: staff.id,
    };
    append_certificate(tx, &new).await?;
    let mut payload = write::version_payload(new.version, &new.body, &[], None);
    payload["number"] = json!(new.number);
    payload["certificate_id"] = json!(new.certificate_id);
    let action = if ended_on.is_some() {
        "certificate.ended"
    } else {
        "certificate.recorded"
    };
    let subject = ("organisation", new.organisation_id.uuid());
    write::note(tx, state, staff, action, subject, payload).await?;
    let event = match lost(state, tx, file, &new).await? {
        Some(lost) => certificate_lost(tx, state, staff.id, new.organisation_id, lost).await?,
        None => None,
    };
    Ok(match event {
        Some(_) => " The assessments of transfers to the company must be looked at: there is a task.",
        None => "",
    })
}

/// What the company lost with a version: the certificate as it was, where it counted until today and counts no longer.
/// Nothing is lost with one that had run out or did not count yet, nor where another one of the same kind (where that is
/// "other": of the same name) counts today and takes its place; what its scope covers, nobody compares here. Whether it was
/// withdrawn or a mistake is said in the answer to the event.
async fn lost<'a>(
    state: &AppState,
    tx: &mut Tx,
    file: &'a File,
    new: &StoredCertificate,
) -> StoreResult<Option<&'a Certificate>> {
    let today = state.publisher().zone.local_date(state.clock.now());
    let counts_still = new.ended_on.is_none() && new.body.is_valid(today);
    let Some(before) = file.newest().map(|one| &one.body) else {
        return Ok(None);
    };
    if counts_still || !before.is_valid(today) {
        return Ok(None);
    }
    let others = list_latest_certificates(tx, Some(new.organisation_id)).await?;
    let is_replaced = others.iter().any(|other| {
        other.number != new.number
            && other.body.kind == before.kind
            && other.body.name() == before.name()
            && other.body.is_valid(today)
    });
    Ok((!is_replaced).then_some(before))
}

/// `POST …/certificates/{number}/end`
pub async fn end(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::AssessSecurity)?;
    let mut tx = state.db.write().await?;
    let file = get(&mut tx, &slug, Some(&number)).await?;
    let newest = file.newest().ok_or(HttpError::NotFound)?;
    if file.is_over() {
        return Err(HttpError::conflict("This certificate was ended already."));
    }
    if posted.text("seen") != newest.version.to_string() {
        return Err(HttpError::conflict(
            "Another version was saved meanwhile. Read it first.",
        ));
    }
    let today = state.publisher().zone.local_date(state.clock.now());
    let follows = append(&state, &staff, &mut tx, &file, newest.body.clone(), Some(today)).await?;
    tx.commit().await?;
    staff
        .say(format!("The certificate no longer counts.{follows}"))
        .await?;
    Ok(Redirect::to(&place(&file.current)).into_response())
}
