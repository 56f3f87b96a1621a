//! The staff pages of the log.

use app::audit::{AuditEntry, AuditFilter, AuditList, AuditPage, Verdict, VerificationPage};
use app::leptos::prelude::*;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use data_encoding::HEXLOWER;
use domain::role::Permission;
use domain::words;
use domain::zone::Zone;
use serde::Deserialize;

use super::verify::verify;
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Query, render};
use crate::store::audit::{self as rows, EntryFilter, ListedEntry};

const SIZE: u64 = 50;

/// What the address asks for; anything odd in it narrows to nothing rather than being an error.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    action: String,
    subject: String,
    subject_id: String,
    from: String,
}

/// `GET /staff/audit`
pub(super) async fn list(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadAudit)?;
    let from = asked.from.parse().unwrap_or(1).clamp(1, u64::from(u32::MAX));
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let subject_id = given(&asked.subject_id).map(|text| text.parse().unwrap_or_default());
    let filter = EntryFilter {
        action: given(&asked.action),
        subject_kind: given(&asked.subject),
        subject_id,
        offset: i64::try_from(from - 1).unwrap_or(0),
    };
    let zone = state.publisher().zone;
    let mut tx = state.db.read().await?;
    let total = rows::count_entries(&mut tx, &filter).await?;
    let found = rows::list_entries(&mut tx, &filter, i64::try_from(SIZE).unwrap_or(0)).await?;
    let list = AuditList {
        entries: found.into_iter().map(|entry| shown(entry, zone)).collect(),
        filter: AuditFilter {
            action: asked.action,
            subject: asked.subject,
            subject_id: subject_id.map(|id| id.to_string()).unwrap_or_default(),
        },
        from,
        total: u64::try_from(total).unwrap_or(0),
        size: SIZE,
        actions: rows::list_actions(&mut tx).await?,
        subjects: rows::list_subject_kinds(&mut tx).await?,
    };
    drop(tx);
    let chrome = staff.chrome(&state, "Audit log", "/staff/audit");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <AuditPage list /> },
    ))
}

/// `GET /staff/audit/verification`
pub(super) async fn verification(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ReadAudit)?;
    let mut tx = state.db.read().await?;
    let found = verify(&mut tx, &state.keys).await?;
    drop(tx);
    if let Some(first) = &found.first_break {
        tracing::error!(seq = first.seq, fault = %first, "the audit log was altered");
    }
    let verdict = Verdict {
        moment: words::moment(state.clock.now(), state.publisher().zone),
        count: found.count,
        head: HEXLOWER.encode(&found.hash),
        checkpoints: found.checkpoints,
        unchecked: found.unchecked,
        purged: found.purged,
        first_break: found.first_break.map(|first| (first.to_string(), first.seq)),
    };
    let chrome = staff.chrome(&state, "Verification of the log", "/staff/audit");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <VerificationPage verdict /> },
    ))
}

fn shown(entry: ListedEntry, zone: Zone) -> AuditEntry {
    let actor = entry.actor_name.unwrap_or_else(|| {
        match entry.actor_kind.as_str() {
            "staff" => "Staff",
            "contact" => "Contact of a customer",
            "subscriber" => "Subscriber",
            "visitor" => "Visitor",
            "system" => "Forenotice",
            "operator" => "Command line",
            other => other,
        }
        .to_owned()
    });
    let payload = entry.body.map(|body| {
        let document = serde_json::from_str::<serde_json::Value>(&body);
        document
            .ok()
            .and_then(|document| serde_json::to_string_pretty(&document).ok())
            .unwrap_or(body)
    });
    AuditEntry {
        seq: entry.seq,
        moment: words::short_moment(entry.recorded_at, zone),
        at: entry.recorded_at,
        actor,
        action: entry.action,
        subject_kind: entry.subject_kind,
        subject_id: entry.subject_id.map(|id| id.to_string()),
        payload,
        hash: HEXLOWER.encode(&entry.hash),
    }
}
