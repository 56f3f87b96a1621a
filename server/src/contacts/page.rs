//! Looking. A GET changes nothing.

use app::contacts::{AskForm, ContactLine, Contacts, ContactsPage};
use app::ui::FieldErrors;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use domain::words;
use leptos::prelude::*;

use super::{kind_text, open};
use crate::AppState;
use crate::http::{Chrome, FormToken, HttpError, form, render};
use crate::store::Tx;
use crate::store::contact_requests::{ContactRequest, list_open_requests};
use crate::store::contacts::{Contact, list_active};
use crate::store::customers::Customer;

/// What the address of the page says after a request.
pub(super) const ASKED: &str = "asked";

/// GET `/contacts/{token}`
pub async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    csrf: FormToken,
) -> Result<Response, HttpError> {
    let mut tx = state.db.read().await?;
    let found = load(&mut tx, &state, &token).await?;
    let typed = AskForm {
        locale: found.reader.locale.to_string(),
        ..AskForm::default()
    };
    let is_asked = query.as_deref() == Some(ASKED);
    Ok(show(
        &state,
        &csrf,
        &token,
        found,
        is_asked,
        typed,
        FieldErrors::new(),
    ))
}

/// What the page and the form need.
pub(super) struct Found {
    pub reader: Contact,
    pub customer: Customer,
    pub active: Vec<Contact>,
    pub waiting: Vec<ContactRequest>,
}

impl Found {
    /// Whether anything can still be asked for from this link.
    pub fn is_current(&self) -> bool {
        self.reader.ended_at.is_none() && self.customer.ended_at.is_none()
    }
}

pub(super) async fn load(tx: &mut Tx, state: &AppState, token: &str) -> Result<Found, HttpError> {
    let (reader, customer) = open(tx, state, token).await?;
    // Whoever is no contact any more learns nothing of those who came after.
    let is_current = reader.ended_at.is_none() && customer.ended_at.is_none();
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
    })
}

pub(super) fn show(
    state: &AppState,
    csrf: &FormToken,
    token: &str,
    found: Found,
    is_asked: bool,
    typed: AskForm,
    errors: FieldErrors,
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
                is_reader: contact.id == found.reader.id,
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
        is_current: found.is_current(),
        customer: found.customer.name,
        is_asked,
        form: typed,
        errors,
    };
    render::page(
        status,
        Chrome::contact(state, title),
        move || view! { <ContactsPage data/> },
    )
}
