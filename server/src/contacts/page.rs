//! Looking. A GET changes nothing.

use app::contacts::{AskForm, ContactLine, Contacts, ContactsPage};
use app::ui::FieldErrors;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use domain::words;
use leptos::prelude::*;

use super::{kind_text, open};
use crate::AppState;
use crate::http::{Chrome, FormToken, HttpError, Visitor, form, render};
use crate::store::Tx;
use crate::store::contact_requests::{ContactRequest, list_open_requests};
use crate::store::contacts::{self, Contact, list_active};
use crate::store::customers::Customer;

/// What the address of the page says after a request.
pub(super) const ASKED: &str = "asked";

/// GET `/contacts/{token}`
pub async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    visitor: Visitor,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let found = load(&mut tx, &state, &token).await?;
    let typed = AskForm {
        locale: found.reader.locale.to_string(),
        ..AskForm::default()
    };
    let is_asked = query.as_deref() == Some(ASKED);
    let around = (visitor.chrome(&state, ""), &visitor.csrf);
    Ok(show(
        &state,
        around,
        &token,
        found,
        is_asked,
        (typed, FieldErrors::new()),
    ))
}

/// What the page and the form need.
pub(super) struct Found {
    pub reader: Contact,
    pub customer: Customer,
    pub active: Vec<Contact>,
    pub waiting: Vec<ContactRequest>,
    /// Whether anything can still be asked for from this link.
    pub is_current: bool,
}

pub(super) async fn load(tx: &mut Tx, state: &AppState, token: &str) -> Result<Found, HttpError> {
    let (reader, customer) = open(tx, state, token).await?;
    // Whoever is no contact any more learns nothing of those who came after.
    let is_current = customer.ended_at.is_none() && contacts::is_current(tx, &state.keys, &reader).await?;
    let (active, waiting) = if is_current {
        (
            list_active(tx, &state.keys, customer.id).await?,
            list_open_requests(tx, &state.keys, customer.id).await?,
        )
    } else {
        (Vec::new(), Vec::new())
    };
    Ok(Found {
        reader,
        customer,
        active,
        waiting,
        is_current,
    })
}

pub(super) fn show(
    state: &AppState,
    (chrome, csrf): (Chrome, &FormToken),
    token: &str,
    found: Found,
    is_asked: bool,
    (typed, errors): (AskForm, FieldErrors),
) -> Response {
    let zone = state.publisher().zone;
    let title = format!("Who is told for {}", found.customer.name);
    let (status, title) = form::outcome(&errors, &title);
    let data = Contacts {
        publisher: state.publisher().name.clone(),
        csrf: csrf.value(),
        path: format!("/contacts/{token}"),
        contacts: found
            .active
            .iter()
            .map(|contact| ContactLine {
                name: contact.name.clone(),
                address: contact.address.masked(),
                kind: kind_text(contact),
                is_reader: contact.address.folded() == found.reader.address.folded(),
            })
            .collect(),
        waiting: found
            .waiting
            .iter()
            .map(|request| {
                let day = words::day(zone.local_date(request.asked_at));
                format!(
                    "{}, {}; asked for on {day}",
                    request.name,
                    request.address.masked()
                )
            })
            .collect(),
        is_current: found.is_current,
        customer: found.customer.name,
        is_asked,
        form: typed,
        errors,
    };
    render::page(
        status,
        Chrome { title, ..chrome },
        move || view! { <ContactsPage data/> },
    )
}
