//! Files that are kept as evidence: encrypted in the database, known by their digest, handed out as downloads only.
//! Records carry the digest; whoever may read the register may read the file behind it.

use app::ui::Link;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::digest::Digest;
use domain::document::{DocumentRefused, MediaType, download_name};
use domain::id::{DocumentId, StaffId};
use domain::role::Permission;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::HttpError;
use crate::http::form::PostedFile;
use crate::keys;
use crate::store::documents::{Document, find_document, get_content, insert_document};
use crate::store::{self, Tx};

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new().route("/staff/documents/{sha256}", get(download))
}

/// A posted file that is of a kind we keep, with its digest; nothing is written yet.
#[derive(Clone, Debug)]
pub struct Checked<'a> {
    /// Digest of its bytes.
    pub sha256: Digest,
    media_type: MediaType,
    file: &'a PostedFile,
}

/// Looks at a posted file before anything is written.
///
/// # Errors
/// Why it is not kept, for the field it was chosen in.
pub fn check(file: &PostedFile) -> Result<Checked<'_>, DocumentRefused> {
    Ok(Checked {
        sha256: Digest::new(Sha256::digest(&file.bytes).into()),
        media_type: MediaType::of(&file.name, &file.bytes)?,
        file,
    })
}

/// Keeps a file, in the transaction of the record that carries its digest. One that is there already is left as it is.
///
/// # Errors
/// When the database is away.
pub async fn keep(tx: &mut Tx, state: &AppState, staff: &Staff, checked: &Checked<'_>) -> store::Result<()> {
    let Some(document) = put(tx, state, staff.id, checked).await? else {
        return Ok(());
    };
    let payload =
        json!({ "sha256": document.sha256, "media_type": document.media_type, "size": document.size });
    let subject = Subject::of("document", document.id.uuid());
    staff.record(tx, state, "document.kept", subject, payload).await
}

/// The same without an entry in the audit log, for data that comes with an entry of its own; `None` where it was there.
///
/// # Errors
/// When the database is away.
pub async fn put(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    checked: &Checked<'_>,
) -> store::Result<Option<Document>> {
    if find_document(tx, checked.sha256).await?.is_some() {
        return Ok(None);
    }
    let now = state.clock.now();
    let id = DocumentId::from(state.random.id(now));
    let document = Document {
        id,
        sha256: checked.sha256,
        name: checked.file.name.chars().take(200).collect(),
        media_type: checked.media_type,
        size: i64::try_from(checked.file.bytes.len()).unwrap_or(i64::MAX),
        kept_at: now,
        kept_by: by,
    };
    let content = state.keys.seal(&context(id), &checked.file.bytes, &state.random);
    insert_document(tx, &document, &content).await?;
    Ok(Some(document))
}

fn context(id: DocumentId) -> String {
    keys::field("documents", "content", id.uuid())
}

/// The download behind a digest, if the file is kept here.
///
/// # Errors
/// When the database is away.
pub async fn find_link(tx: &mut Tx, sha256: Digest) -> store::Result<Option<Link>> {
    Ok(find_document(tx, sha256).await?.map(|document| {
        let kilobytes = (document.size / 1000).max(1);
        Link::new(
            format!(
                "{} ({}, {kilobytes} kB)",
                document.name,
                document.media_type.label()
            ),
            format!("/staff/documents/{sha256}"),
        )
    }))
}

/// `GET /staff/documents/{sha256}`: as an attachment, never shown in the browser.
async fn download(
    State(state): State<AppState>,
    staff: Staff,
    Path(sha256): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let sha256 = sha256.parse().map_err(|_| HttpError::NotFound)?;
    let mut tx = state.db.read().await?;
    let document = find_document(&mut tx, sha256).await?.ok_or(HttpError::NotFound)?;
    let sealed = get_content(&mut tx, document.id).await?;
    drop(tx);
    let bytes = state
        .keys
        .open(&context(document.id), &sealed.key_id, &sealed.bytes)
        .map_err(|error| HttpError::internal(&error))?;
    let name = download_name(&document.name, document.media_type);
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(document.media_type.as_str()),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}
