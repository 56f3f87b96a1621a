//! Setting the publisher up: itself, its legal entities, its products.

mod entities;
mod gates;
mod notices;
mod products;
mod publisher;

use app::settings::pages::SettingsPage;
use app::settings::{Editing, EntityLine, ProductLine, PublisherForm, Settings};
use app::ui::FieldErrors;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use domain::role::Permission;
use leptos::prelude::*;

use crate::AppState;
use crate::access::Staff;
use crate::changes::standing::notice_settings;
use crate::http::seen::Seen;
use crate::http::{HttpError, render};
use crate::register::gate_settings;
use crate::store::customers::list_customers;
use crate::store::entities::{Entity, list_entities};
use crate::store::products::list_products;
use crate::store::publisher::{Publisher, find_publisher};

/// Pages of this feature.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/staff/settings", get(page))
        .route(
            "/staff/settings/publisher",
            get(publisher::page).post(publisher::save),
        )
        .route("/staff/settings/gates", get(gates::page).post(gates::save))
        .route("/staff/settings/notices", get(notices::page).post(notices::save))
        .route(
            "/staff/settings/entities/new",
            get(entities::add_page).post(entities::add),
        )
        .route(
            "/staff/settings/entities/{id}",
            get(entities::page).post(entities::save),
        )
        .route("/staff/settings/entities/{id}/end", post(entities::end))
        .route(
            "/staff/settings/products/new",
            get(products::add_page).post(products::add),
        )
        .route(
            "/staff/settings/products/{id}",
            get(products::page).post(products::save),
        )
        .route("/staff/settings/products/{id}/end", post(products::end))
}

/// `GET /staff/settings`
async fn page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.read().await?;
    let publisher = find_publisher(&mut tx).await?;
    let entities = list_entities(&mut tx).await?;
    let products = list_products(&mut tx).await?;
    let has_customers = !list_customers(&mut tx).await?.is_empty();
    let gates = gate_settings(&mut tx).await?;
    let notices = notice_settings(&mut tx).await?;
    drop(tx);
    let data = Settings {
        publisher: publisher.as_ref().map(publisher_form),
        products: products
            .into_iter()
            .map(|product| ProductLine {
                id: product.id.to_string(),
                name: product.name,
                entity: entities
                    .iter()
                    .find(|entity| entity.id == product.entity_id)
                    .map_or_else(String::new, |entity| entity.legal_name.clone()),
                is_ended: product.ended_at.is_some(),
            })
            .collect(),
        entities: entities.iter().map(entity_line).collect(),
        has_customers,
        gates: Some(gates),
        notices,
    };
    let chrome = staff.chrome(&state, "Settings", "/staff/settings");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <SettingsPage data/> },
    ))
}

/// A form of settings that there is one of.
fn editing<F: Default>(staff: &Staff, form: F, errors: FieldErrors, seen: Seen) -> Editing<F> {
    Editing {
        csrf: staff.csrf.clone(),
        form,
        errors,
        seen: seen.value,
        overtaken: seen.overtaken,
        ..Editing::default()
    }
}

fn publisher_form(publisher: &Publisher) -> PublisherForm {
    PublisherForm {
        name: publisher.name.clone(),
        zone: publisher.zone.to_string(),
        calendar: publisher.calendar.to_string(),
        contact: publisher.contact.clone(),
    }
}

fn entity_line(entity: &Entity) -> EntityLine {
    EntityLine {
        id: entity.id.to_string(),
        legal_name: entity.legal_name.clone(),
        country: entity.country.label().to_owned(),
        registration_number: entity.registration_number.clone(),
        is_ended: entity.ended_at.is_some(),
    }
}
