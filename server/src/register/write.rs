//! What every write of these pages shares: its answer when a form is refused, its entry in the audit log.

use app::register::Typed;
use app::ui::FieldErrors;
use axum::http::StatusCode;
use data_encoding::HEXLOWER;
use domain::facts::FactField;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::AppState;
use crate::access::Staff;
use crate::audit::{Actor, Entry, Subject, append};
use crate::http::HttpError;
use crate::store::Tx;

/// Status and title of a form's page: 422 once something is wrong with it.
pub(crate) fn status(errors: &FieldErrors, title: &str) -> (StatusCode, String) {
    if errors.is_empty() {
        (StatusCode::OK, title.to_owned())
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, format!("Error: {title}"))
    }
}

/// The number of the version that was being edited: one that there is, else the newest.
pub(crate) fn seen(typed: &Typed, newest: i64) -> i64 {
    let seen = typed.text("seen").parse().ok();
    seen.filter(|seen| (0..=newest).contains(seen)).unwrap_or(newest)
}

/// The audit log holds which version was written, its digest and which fields it changed. The facts themselves are in
/// their own table, which nothing changes.
pub(crate) fn version_payload(
    number: i64,
    facts: &impl Serialize,
    fields: &[FactField],
    reason: Option<&str>,
) -> Value {
    let json = serde_json::to_vec(facts).unwrap_or_default();
    json!({
        "version": number,
        "sha256": HEXLOWER.encode(&Sha256::digest(json)),
        "fields": fields,
        "reason": reason,
    })
}

/// Writes an entry about `subject`.
pub(crate) async fn note(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    action: &'static str,
    subject: (&'static str, Uuid),
    payload: Value,
) -> Result<(), HttpError> {
    let entry = Entry {
        actor: Actor::Staff(staff.id.uuid()),
        action,
        subject: Subject::of(subject.0, subject.1),
        payload,
    };
    append(tx, &state.keys, &state.random, state.clock.now(), entry).await?;
    Ok(())
}
