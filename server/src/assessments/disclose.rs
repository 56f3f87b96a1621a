//! `POST …/tia/{number}/share`: who was given the redacted export, and when the importer acknowledged the assessment.

use app::assessments::{ShareForm, parse_share};
use app::register::Typed;
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::CustomerId;
use domain::role::Permission;
use serde_json::json;

use super::load::{self, Assessment, tia};
use super::overview::{self, Back};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::{HttpError, Posted};
use crate::store::Tx;
use crate::store::customers::find_customer;
use crate::store::tia_states::{Disclosure, append_disclosure};

/// The handler.
pub async fn share(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number)): Path<(String, String)>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditTia)?;
    let mut tx = state.db.write().await?;
    let found = load::get(&mut tx, &slug, &number).await?;
    let standing = found
        .standing()
        .ok_or_else(|| HttpError::conflict("Only an approved version is handed out."))?;
    let typed = Typed::new(posted.pairs());
    let now = state.clock.now();
    let today = state.publisher().zone.local_date(now);
    let approved = tia(standing).and_then(|tia| tia.approved_on);
    let (customer, disclosed_on, note) = match parse_share(&typed, approved, today) {
        Ok(parsed) => parsed,
        Err(errors) => return refuse(&state, &staff, &mut tx, &found, typed, errors).await,
    };
    let customer_id = match customer {
        None => None,
        Some(id) => {
            let id: Option<CustomerId> = id.parse().ok();
            let known = match id {
                Some(id) => find_customer(&mut tx, id).await?,
                None => None,
            };
            let Some(known) = known else {
                let errors = FieldErrors::one("recipient", "There is no such customer");
                return refuse(&state, &staff, &mut tx, &found, typed, errors).await;
            };
            Some(known.id)
        }
    };
    let disclosure = Disclosure {
        id: state.random.id(now),
        record_id: standing.id,
        customer_id,
        disclosed_on,
        note,
        recorded_at: now,
        recorded_by: staff.id,
    };
    append_disclosure(&mut tx, &disclosure).await?;
    let payload = json!({
        "number": found.number, "version": standing.version, "record_id": standing.id, "customer_id": customer_id,
        "disclosed_on": disclosed_on,
    });
    let subject = Subject::of("engagement", found.current.engagement.id.uuid());
    staff
        .record(&mut tx, &state, "tia.disclosed", subject, payload)
        .await?;
    tx.commit().await?;
    staff.say("Recorded.").await?;
    Ok(Redirect::to(&found.path()).into_response())
}

async fn refuse(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    found: &Assessment,
    typed: Typed,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let share = ShareForm {
        customers: overview::customers(tx).await?,
        typed,
        errors,
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let back = Back {
        share: Some(share),
        ..Back::default()
    };
    overview::show(state, staff, tx, found, status, back).await
}
