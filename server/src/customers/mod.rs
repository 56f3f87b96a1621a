//! Customers: who they are, what their contract says, whom notices go to; one by one, or from a sheet.

mod confirmations;
mod contacts;
mod endings;
mod facts;
mod list;
mod page;
mod requests;
mod second;
mod sheet;
mod signature;
mod terms;

use axum::Router;
use axum::routing::{get, post};
use domain::id::CustomerId;

pub use confirmations::ask as ask_to_confirm;
pub(crate) use endings::TASK as ENDING_TASK;

use crate::AppState;
use crate::http::{HttpError, form};
use crate::store::Tx;
use crate::store::customers::{Customer, find_customer};

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/customers", get(list::page))
        .route("/staff/customers/new", get(facts::add_page).post(facts::add))
        .route(
            "/staff/customers/sheet",
            get(sheet::page).post(sheet::preview).layer(form::sheets()),
        )
        .route(
            "/staff/customers/sheet/confirm",
            post(sheet::confirm).layer(form::sheets()),
        )
        .route("/staff/customers/sheet.csv", get(sheet::download))
        .route("/staff/customers/{id}", get(page::page))
        .route(
            "/staff/customers/{id}/edit",
            get(facts::edit_page).post(facts::save),
        )
        .route("/staff/customers/{id}/end", get(facts::end_page).post(facts::end))
        .route("/staff/customers/{id}/terms", get(terms::page).post(terms::add))
        .route(
            "/staff/customers/{id}/terms/{policy}/confirm",
            post(terms::confirm),
        )
        .route(
            "/staff/customers/{id}/signatures/{signature}/confirm",
            post(signature::confirm),
        )
        .route(
            "/staff/customers/{id}/contacts/new",
            get(contacts::add_page).post(contacts::add),
        )
        .route(
            "/staff/customers/{id}/contacts/{contact}",
            get(contacts::page).post(contacts::save),
        )
        .route(
            "/staff/customers/{id}/contacts/{contact}/end",
            post(contacts::end),
        )
        .route(
            "/staff/customers/{id}/contacts/{contact}/confirm",
            post(confirmations::confirm),
        )
        .route(
            "/staff/customers/{id}/endings/{ending}/confirm",
            post(endings::confirm),
        )
        .route(
            "/staff/customers/{id}/endings/{ending}/refuse",
            post(endings::refuse),
        )
        .route(
            "/staff/customers/{id}/requests/{request}/confirm",
            post(requests::confirm),
        )
        .route(
            "/staff/customers/{id}/requests/{request}/refuse",
            post(requests::refuse),
        )
}

/// A customer by the id in an address.
async fn find(tx: &mut Tx, id: &str) -> Result<Customer, HttpError> {
    let id: CustomerId = id.parse().map_err(|_| HttpError::NotFound)?;
    find_customer(tx, id).await?.ok_or(HttpError::NotFound)
}

/// The same, for something that changes it: an agreement that has ended is changed no more.
async fn find_current(tx: &mut Tx, id: &str) -> Result<Customer, HttpError> {
    let customer = find(tx, id).await?;
    if customer.ended_at.is_some() {
        return Err(HttpError::conflict(format!(
            "The agreement with {} has ended.",
            customer.name
        )));
    }
    Ok(customer)
}

/// Its page.
fn path(customer: &Customer) -> String {
    format!("/staff/customers/{}", customer.id)
}
