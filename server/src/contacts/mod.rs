//! Behind `List-Help` in every notice: who is written to for a customer, and asking for somebody else.
//!
//! A link can be passed on by mistake, so what is asked for here changes nothing by itself: staff confirm it on the
//! customer's page, and the contact whose link was used is told at once and again when it is decided.

mod ask;
mod page;

use axum::Router;
use axum::routing::get;
use uuid::Uuid;

use crate::AppState;
use crate::customers::ask_to_confirm;
use crate::http::HttpError;
use crate::keys::Purpose;
use crate::store::Tx;
use crate::store::contacts::{Contact, find_contact, is_confirmed, list_active};
use crate::store::customers::{Customer, find_customer};

pub use ask::REQUEST_TASK;

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new().route("/contacts/{token}", get(page::page).post(ask::ask))
}

/// The contact a link was made for, with its customer. Forged, of another purpose or unknown: all the same.
async fn open(tx: &mut Tx, state: &AppState, token: &str) -> Result<(Contact, Customer), HttpError> {
    let id = state
        .keys
        .open_link(Purpose::Contacts, token)
        .ok_or(HttpError::BadLink)?;
    let contact = find_contact(tx, &state.keys, id.into())
        .await?
        .ok_or(HttpError::BadLink)?;
    let customer = find_customer(tx, contact.customer_id)
        .await?
        .ok_or(HttpError::BadLink)?;
    Ok((contact, customer))
}

/// What whoever is no contact any more is answered.
#[must_use]
pub fn ended(customer: &str) -> HttpError {
    HttpError::conflict(format!(
        "You are not a contact of {customer} any more, so nothing was recorded."
    ))
}

/// Lets a contact give the customer's word who was confirmed; asks a second person about one who was not.
///
/// # Errors
/// 409 for a contact whom nobody has confirmed yet.
pub async fn require_confirmed(state: &AppState, id: Option<Uuid>) -> Result<(), HttpError> {
    let id = id.ok_or(HttpError::BadLink)?;
    let mut tx = state.db.read().await?;
    let contact = find_contact(&mut tx, &state.keys, id.into())
        .await?
        .ok_or(HttpError::BadLink)?;
    if is_confirmed(&mut tx, &state.keys, &contact).await? {
        return Ok(());
    }
    drop(tx);
    let mut tx = state.db.write().await?;
    let customer = find_customer(&mut tx, contact.customer_id)
        .await?
        .ok_or(HttpError::BadLink)?;
    let address = contact.address.folded();
    let active = list_active(&mut tx, &state.keys, customer.id).await?;
    // A corrected name is another row.
    if let Some(now) = active.iter().find(|one| one.address.folded() == address) {
        ask_to_confirm(&mut tx, state, &customer, now).await?;
    }
    tx.commit().await?;
    Err(HttpError::conflict(format!(
        "Nothing was changed. {UNCONFIRMED} {} was asked to do that now: please come back later.",
        state.publisher().name
    )))
}

/// What a contact cannot do yet whom no second person has confirmed.
pub const UNCONFIRMED: &str = "Before you can approve, opt in or take an objection back, a second person of the publisher has to confirm that you speak for the customer.";

/// When a contact is written to, in words.
#[must_use]
pub fn kind_text(contact: &Contact) -> String {
    use crate::store::contacts::ContactKind::{Fallback, Primary};
    match contact.kind {
        Primary => "With every notice".to_owned(),
        Fallback => format!("As fallback {}", contact.rank),
    }
}
