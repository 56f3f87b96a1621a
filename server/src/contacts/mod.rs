//! Behind `List-Help` in every notice: who is written to for a customer, and asking for somebody else.
//!
//! A link can be passed on by mistake, so what is asked for here changes nothing by itself: staff confirm it on the
//! customer's page, and the contact whose link was used is told at once and again when it is decided.

mod ask;
mod page;

use axum::Router;
use axum::routing::get;

use crate::AppState;
use crate::http::HttpError;
use crate::keys::Purpose;
use crate::store::Tx;
use crate::store::contacts::{Contact, find_contact};
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

/// When a contact is written to, in words.
#[must_use]
pub fn kind_text(contact: &Contact) -> String {
    use crate::store::contacts::ContactKind::{Fallback, Primary};
    match contact.kind {
        Primary => "With every notice".to_owned(),
        Fallback => format!("As fallback {}", contact.rank),
    }
}
