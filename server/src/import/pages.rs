//! `/staff/import`: choose a file, look at what was understood, write drafts. The file travels with the look at it and
//! is read again when it is confirmed, so that nothing is stored before.

use app::import::pages::{PreviewPage, TakenPage, UploadPage};
use app::import::{ColumnLine, PastImport, Preview, ProblemLine, RowLine, Taken, Understood, Upload};
use app::ui::{FieldErrors, Tone};
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use data_encoding::BASE64;
use domain::role::Permission;
use domain::words::{count, short_moment};
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::plan::{Author, Outcome, plan};
use super::write::{Source, WriteError, file_hash, write_drafts};
use super::{Draft, Import, Problem, Severity, Unreadable, read};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted, Uploaded, render};
use crate::store::imports::{StoredImport, find_import, find_import_of, list_imports};
use crate::store::staff::find_staff;

/// Largest file here: the look at it carries it back as text, and both must fit into one form.
const MAX_FILE: usize = 3 * 1024 * 1024;
/// Rows that a page shows.
const MAX_SHOWN: usize = 500;

/// `GET /staff/import`
pub async fn upload_page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ImportList)?;
    show_upload(&state, &staff, FieldErrors::new()).await
}

async fn show_upload(state: &AppState, staff: &Staff, errors: FieldErrors) -> Result<Response, HttpError> {
    let zone = state.publisher().zone;
    let mut tx = state.db.read().await?;
    let past = list_imports(&mut tx, 20)
        .await?
        .into_iter()
        .map(|stored| PastImport {
            path: format!("/staff/import/{}", stored.id),
            at: short_moment(stored.recorded.at, zone),
            summary: Report::of(&stored)
                .map(|report| report.import.summary())
                .unwrap_or_default(),
            file_name: stored.file_name,
        });
    let may_adopt = staff.may(Permission::AdoptBaseline);
    let data = Upload {
        csrf: staff.csrf.clone(),
        past: past.collect(),
        may_adopt,
        errors,
    };
    let (status, title) = status_and_title(&data.errors, "Import a list");
    let chrome = staff.chrome(state, title, "/staff/import");
    Ok(render::page(status, chrome, move || view! { <UploadPage data/> }))
}

fn status_and_title(errors: &FieldErrors, title: &str) -> (StatusCode, String) {
    if errors.is_empty() {
        (StatusCode::OK, title.to_owned())
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, format!("Error: {title}"))
    }
}

/// `POST /staff/import/preview`: reads the file and writes nothing.
pub async fn preview(
    State(state): State<AppState>,
    staff: Staff,
    request: Request,
) -> Result<Response, HttpError> {
    staff.require(Permission::ImportList)?;
    let uploaded = Uploaded::from_request(request, &state).await?;
    let Some(file) = uploaded.files.into_iter().find(|file| file.field == "file") else {
        return show_upload(
            &state,
            &staff,
            FieldErrors::one("file", "Choose the file with the list"),
        )
        .await;
    };
    match understand(&file.name, &file.bytes) {
        Ok(import) => show_preview(&state, &staff, &import, &file.bytes, FieldErrors::new()).await,
        Err(why) => show_upload(&state, &staff, FieldErrors::one("file", why)).await,
    }
}

fn understand(name: &str, bytes: &[u8]) -> Result<Import, String> {
    if bytes.len() > MAX_FILE {
        return Err("At most 3 MB here; the command forenotice import takes larger files".to_owned());
    }
    read(name, bytes).map_err(|error: Unreadable| sentence(&error.to_string()))
}

/// The first letter upper case, as in a message beside a field.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

async fn show_preview(
    state: &AppState,
    staff: &Staff,
    import: &Import,
    bytes: &[u8],
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let plan = plan(&mut tx, import, author(state, staff)).await?;
    let before = find_import_of(&mut tx, &file_hash(bytes)).await?;
    let zone = state.publisher().zone;
    let data = Preview {
        csrf: staff.csrf.clone(),
        understood: understood(import, &plan.outcomes),
        drafts: plan.outcomes.iter().filter(|outcome| outcome.is_new()).count(),
        taken_in_before: before.map(|b| {
            format!(
                "It was imported as {} on {}.",
                b.file_name,
                short_moment(b.recorded.at, zone)
            )
        }),
        file: BASE64.encode(bytes),
        errors,
    };
    let (status, title) = status_and_title(&data.errors, "What was understood");
    let chrome = staff.chrome(state, title, "/staff/import");
    Ok(render::page(
        status,
        chrome,
        move || view! { <PreviewPage data/> },
    ))
}

fn author<'a>(state: &'a AppState, staff: &Staff) -> Author<'a> {
    Author {
        random: &state.random,
        now: state.clock.now(),
        by: Some(staff.id),
    }
}

/// `POST /staff/import`: reads the same file again and writes its drafts.
pub async fn write(
    State(state): State<AppState>,
    staff: Staff,
    request: Request,
) -> Result<Response, HttpError> {
    staff.require(Permission::ImportList)?;
    let posted = Uploaded::from_request(request, &state).await?.posted;
    let Some((import, bytes)) = confirmed(&posted) else {
        let error = FieldErrors::one("file", "The file did not arrive whole. Choose it again");
        return show_upload(&state, &staff, error).await;
    };
    let source = Source {
        sha256: file_hash(&bytes),
        again: posted.is_ticked("again"),
    };
    let mut tx = state.db.write().await?;
    let written = write_drafts(&mut tx, &state, &import, source, author(&state, &staff)).await;
    let (field, why) = match written {
        Ok(written) => {
            tx.commit().await?;
            staff
                .say(format!(
                    "{} written.",
                    count(written.drafted(), "draft", "drafts")
                ))
                .await?;
            return Ok(Redirect::to(&format!("/staff/import/{}", written.id)).into_response());
        }
        Err(WriteError::Store(error)) => return Err(error.into()),
        Err(error @ WriteError::AlreadyImported { .. }) => ("again", error),
        Err(error @ WriteError::Nothing) => ("file", error),
    };
    drop(tx);
    let errors = FieldErrors::one(field, sentence(&why.to_string()));
    show_preview(&state, &staff, &import, &bytes, errors).await
}

/// The file that came back with the confirmation.
fn confirmed(posted: &Posted) -> Option<(Import, Vec<u8>)> {
    let bytes = BASE64.decode(posted.text("file_content").as_bytes()).ok()?;
    let import = understand(posted.text("file_name"), &bytes).ok()?;
    Some((import, bytes))
}

/// `GET /staff/import/{id}`
pub async fn taken_page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ImportList)?;
    let id: Uuid = id.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.db.read().await?;
    let stored = find_import(&mut tx, id).await?.ok_or(HttpError::NotFound)?;
    let by = match stored.recorded.by {
        Some(id) => find_staff(&mut tx, id.uuid())
            .await?
            .map_or_else(|| "unknown".to_owned(), |row| row.name),
        None => "the command line".to_owned(),
    };
    let report = Report::of(&stored).map_err(|error| HttpError::internal(&error))?;
    let data = Taken {
        understood: understood(&report.import, &report.outcomes),
        dateline: format!(
            "{}, by {by}",
            short_moment(stored.recorded.at, state.publisher().zone)
        ),
        may_adopt: staff.may(Permission::AdoptBaseline),
    };
    let chrome = staff.chrome(&state, format!("Import of {}", stored.file_name), "/staff/import");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <TakenPage data/> },
    ))
}

/// What is stored of an import.
#[derive(Deserialize)]
struct Report {
    import: Import,
    outcomes: Vec<Outcome>,
}

impl Report {
    fn of(stored: &StoredImport) -> serde_json::Result<Self> {
        Self::deserialize(&stored.report)
    }
}

fn understood(import: &Import, outcomes: &[Outcome]) -> Understood {
    let shown = import.rows.min(MAX_SHOWN);
    let columns = count(import.mapping.len(), "column", "columns");
    let dated = import
        .list_date
        .map_or_else(|| "not dated".to_owned(), |date| format!("dated {date}"));
    Understood {
        file_name: import.file_name.clone(),
        about: format!("{}, {columns}, {dated}", import.format.name()),
        summary: import.summary(),
        columns: import
            .mapping
            .iter()
            .map(|m| ColumnLine {
                column: m.column.clone(),
                field: m.field.map(|field| field.to_string()),
                why: m.why.clone(),
            })
            .collect(),
        // What is said about single columns stands in their table.
        notes: import
            .problems
            .iter()
            .filter(|p| p.row.is_none() && p.column.is_none())
            .map(problem_line)
            .collect(),
        rows: (1..=shown)
            .map(|number| row_line(import, outcomes, number))
            .collect(),
        more_rows: import.rows - shown,
    }
}

fn row_line(import: &Import, outcomes: &[Outcome], number: usize) -> RowLine {
    let mut problems: Vec<&Problem> = import.problems_of(number).collect();
    problems.sort_by_key(|problem| std::cmp::Reverse(problem.severity));
    let mut line = RowLine {
        number,
        problems: problems.into_iter().map(problem_line).collect(),
        outcome: outcomes
            .iter()
            .find(|outcome| outcome.row == number)
            .map(Outcome::sentence),
        ..RowLine::default()
    };
    if let Some(draft) = import.drafts.iter().find(|draft| draft.row == number) {
        line.name = Some(draft.legal_name.clone());
        line.category = draft.category.map(|category| category.label().to_owned());
        line.purpose.clone_from(&draft.purpose);
        line.locations = locations(draft);
        line.data.clone_from(&draft.data_categories);
    }
    line
}

fn locations(draft: &Draft) -> Vec<String> {
    let understood = draft.locations.iter().map(|location| {
        let region = location
            .region
            .as_ref()
            .map(|region| format!(" ({region})"))
            .unwrap_or_default();
        format!("{}{region}", location.place.label())
    });
    let unknown = draft
        .unknown_locations
        .iter()
        .map(|text| format!("not understood: “{text}”"));
    understood.chain(unknown).collect()
}

fn problem_line(problem: &Problem) -> ProblemLine {
    ProblemLine {
        tone: match problem.severity {
            Severity::Note => Tone::Plain,
            Severity::Warning => Tone::Warn,
            Severity::Error => Tone::Danger,
        },
        column: problem.column.clone(),
        value: problem.value.clone(),
        reason: problem.reason.clone(),
    }
}
