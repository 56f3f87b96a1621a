//! What a customer was shown when it signed: the version of the public list on that day, and the changes then pending.

use app::ui::Choice;
use chrono::NaiveDate;
use uuid::Uuid;

use crate::AppState;
use crate::access::Staff;
use crate::http::HttpError;
use crate::store::Tx;
use crate::store::customers::{Customer, Signature, note_signature};
use crate::store::public_list::{list_announced, list_version};
use crate::store::version::Recorded;

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

/// The version of the list at the end of the day of signature, in the publisher's zone.
async fn version_on(state: &AppState, tx: &mut Tx, day: NaiveDate) -> Result<Option<i64>, HttpError> {
    let end = state.publisher().zone.end_of_day(day);
    let end = end.map_err(|error| HttpError::internal(&error))?;
    Ok(list_version(tx, Some(end)).await?.map(|(version, _)| version))
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
    };
    Ok(note_signature(tx, &signature).await?)
}
