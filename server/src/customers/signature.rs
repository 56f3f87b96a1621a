//! What a customer was shown when it signed: the version of the public list with which that day began, and the changes then
//! pending. What went live on the day itself was shown only if that is said.

use app::ui::Choice;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use domain::role::Permission;
use domain::words;
use serde_json::json;
use uuid::Uuid;

use super::{find_current, path, second};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::HttpError;
use crate::store::Tx;
use crate::store::customers::{Customer, Signature, confirm_signature, list_signatures, note_signature};
use crate::store::public_list::{list_announced, list_version};
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;

/// The kind of task that waits for a confirmation.
const TASK: &str = "SIGNATURE_CONFIRMATION";

/// The changes that customers were told of and that are not settled.
pub async fn pending(tx: &mut Tx) -> Result<Vec<Choice>, HttpError> {
    let announced = list_announced(tx, None).await?;
    Ok(announced
        .into_iter()
        .filter(|change| change.state.cancelling_tells_everyone())
        .map(|change| {
            Choice::new(
                change.id.to_string(),
                format!("{} {}", change.number, change.title),
            )
        })
        .collect())
}

/// The version of the list at the beginning of the day of signature, in the publisher's zone: nobody knows at what hour it was
/// signed, so nothing of that day counts as shown.
async fn version_on(state: &AppState, tx: &mut Tx, day: NaiveDate) -> Result<Option<i64>, HttpError> {
    let start = state.publisher().zone.start_of_day(day);
    let start = start.map_err(|error| HttpError::internal(&error))?;
    Ok(list_version(tx, Some(start)).await?.map(|(version, _)| version))
}

/// Records it for a customer that is added now. `shown` are ids of pending changes.
pub async fn record(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    customer: &Customer,
    shown: Vec<Uuid>,
) -> Result<(), HttpError> {
    let now = state.clock.now();
    let signature = Signature {
        id: state.random.id(now),
        customer_id: customer.id,
        signed_on: customer.signed_on,
        list_version: version_on(state, tx, customer.signed_on).await?,
        pending_shown: shown,
        recorded: Recorded::by(staff.id, now),
        confirmed: None,
    };
    note_signature(tx, &signature).await?;
    if !signature.pending_shown.is_empty() {
        ask_for_confirmation(state, tx, customer, &signature).await?;
    }
    Ok(())
}

/// Nobody can have been shown a change when they signed before it was announced: says which one, if any.
pub async fn too_early(
    state: &AppState,
    tx: &mut Tx,
    shown: &[Uuid],
    signed_on: NaiveDate,
) -> Result<Option<String>, HttpError> {
    let zone = state.publisher().zone;
    let announced = list_announced(tx, None).await?;
    let early = announced
        .iter()
        .filter(|change| shown.contains(&change.id))
        .find(|change| zone.local_date(change.announced_at) > signed_on);
    Ok(early.map(|change| {
        format!(
            "Change {} was announced on {}, after the agreement was signed, so nobody was shown it then",
            change.number,
            words::day(zone.local_date(change.announced_at))
        )
    }))
}

/// Until somebody else has confirmed it the customer is told like everybody who comes later.
async fn ask_for_confirmation(
    state: &AppState,
    tx: &mut Tx,
    customer: &Customer,
    signature: &Signature,
) -> Result<(), HttpError> {
    let title = format!("Confirm what {} was shown when it signed", customer.name);
    second::ask(tx, state, customer, (TASK, signature.id), title).await
}

/// `POST /staff/customers/{id}/signatures/{signature}/confirm`
pub async fn confirm(
    State(state): State<AppState>,
    staff: Staff,
    Path((id, signature)): Path<(String, String)>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ConfirmShortenedPolicy)?;
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, &id).await?;
    let signature: Uuid = signature.parse().map_err(|_| HttpError::NotFound)?;
    let found = list_signatures(&mut tx, customer.id).await?;
    let signature = found
        .iter()
        .find(|one| one.id == signature)
        .ok_or(HttpError::NotFound)?;
    if !is_waiting(signature) {
        return Err(HttpError::conflict(
            "What was shown at this signature needs no confirmation any more.",
        ));
    }
    let by = second::decides(&staff, signature.recorded.by)?;
    let now = state.clock.now();
    confirm_signature(&mut tx, signature.id, by, now).await?;
    close_tasks_about(&mut tx, TASK, signature.id, Recorded::by(staff.id, now)).await?;
    let subject = Subject::of("signature", signature.id);
    let payload = json!({ "customer_id": customer.id, "pending_shown": signature.pending_shown });
    staff
        .record(&mut tx, &state, "signature.confirmed", subject, payload)
        .await?;
    tx.commit().await?;
    staff.say("What was shown at signature was confirmed.").await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}

/// Whether it says that a pending change was shown, and nobody has confirmed that.
pub fn is_waiting(signature: &Signature) -> bool {
    !signature.pending_shown.is_empty() && signature.confirmed.is_none()
}
