//! Legal entities.

use app::settings::pages::EntityFormPage;
use app::settings::{Editing, EntityForm, EntityValues};
use app::ui::FieldErrors;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::EntityId;
use domain::role::Permission;
use leptos::prelude::*;
use serde_json::{Value, json};

use crate::AppState;
use crate::access::Staff;
use crate::audit::{Subject, change};
use crate::http::seen::{Seen, find_overtaken};
use crate::http::{HttpError, Posted, render};
use crate::store::entities::{Entity, create_entity, end_entity, find_entity, revise_entity};
use crate::store::{StoreError, Tx};

const ADD: &str = "Add a legal entity";
/// How a save stands in the log.
const CHANGED: &str = "entity.changed";
const TAKEN: &str = "There is a legal entity with this name already";

/// `GET /staff/settings/entities/new`
pub async fn add_page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    Ok(show(
        &state,
        &staff,
        None,
        EntityForm::default(),
        FieldErrors::new(),
        Seen::default(),
    ))
}

fn show(
    state: &AppState,
    staff: &Staff,
    known: Option<&Entity>,
    typed: EntityForm,
    errors: FieldErrors,
    seen: Seen,
) -> Response {
    let title = known.map_or(ADD, |entity| &entity.legal_name).to_owned();
    let (status, page_title) = seen.outcome(&errors, &title);
    let chrome = staff.chrome(state, page_title, "/staff/settings");
    let data = Editing {
        csrf: staff.csrf.clone(),
        id: known.map(|entity| entity.id.to_string()),
        title,
        form: typed,
        errors,
        seen: seen.value,
        overtaken: seen.overtaken,
        is_ended: known.is_some_and(|entity| entity.ended_at.is_some()),
    };
    render::page(status, chrome, move || view! { <EntityFormPage data/> })
}

fn read(posted: &Posted) -> EntityForm {
    EntityForm {
        legal_name: posted.text("legal_name").to_owned(),
        registration_number: posted.text("registration_number").to_owned(),
        country: posted.text("country").to_owned(),
        address: posted.text("address").to_owned(),
        contact: posted.text("contact").to_owned(),
    }
}

fn form_of(entity: &Entity) -> EntityForm {
    EntityForm {
        legal_name: entity.legal_name.clone(),
        registration_number: entity.registration_number.clone().unwrap_or_default(),
        country: entity.country.code().to_owned(),
        address: entity.address.clone().unwrap_or_default(),
        contact: entity.contact.clone().unwrap_or_default(),
    }
}

fn with(entity: &Entity, values: EntityValues) -> Entity {
    Entity {
        legal_name: values.legal_name.to_string(),
        registration_number: values.registration_number.map(String::from),
        country: values.country,
        address: values.address.map(String::from),
        contact: values.contact.map(|contact| contact.to_string()),
        ..entity.clone()
    }
}

fn summary(entity: &Entity) -> Value {
    json!({
        "legal_name": entity.legal_name,
        "registration_number": entity.registration_number,
        "country": entity.country.code(),
        "address": entity.address,
        "contact": entity.contact,
    })
}

/// `POST /staff/settings/entities/new`
pub async fn add(State(state): State<AppState>, staff: Staff, posted: Posted) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = read(&posted);
    let (values, errors) = typed.parse();
    let Some(values) = values else {
        return Ok(show(&state, &staff, None, typed, errors, Seen::default()));
    };
    let now = state.clock.now();
    let blank = Entity {
        id: state.random.id(now).into(),
        legal_name: String::new(),
        registration_number: None,
        country: values.country,
        address: None,
        contact: None,
        created_at: now,
        ended_at: None,
    };
    let entity = with(&blank, values);
    let mut tx = state.db.write().await?;
    match create_entity(&mut tx, &entity).await {
        Err(StoreError::Duplicate(_)) => {
            let errors = FieldErrors::one("legal_name", TAKEN);
            return Ok(show(&state, &staff, None, typed, errors, Seen::default()));
        }
        done => done?,
    }
    let subject = Subject::of("entity", entity.id.uuid());
    let payload = change(&(), &summary(&entity));
    staff
        .record(&mut tx, &state, "entity.added", subject, payload)
        .await?;
    tx.commit().await?;
    staff.say(format!("{} was added.", entity.legal_name)).await?;
    Ok(Redirect::to("/staff/settings").into_response())
}

async fn find(tx: &mut Tx, id: &str) -> Result<Entity, HttpError> {
    let id: EntityId = id.parse().map_err(|_| HttpError::NotFound)?;
    find_entity(tx, id).await?.ok_or(HttpError::NotFound)
}

/// `GET /staff/settings/entities/{id}`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.read().await?;
    let entity = find(&mut tx, &id).await?;
    let typed = form_of(&entity);
    let seen = Seen::of(&typed.said(), None);
    Ok(show(
        &state,
        &staff,
        Some(&entity),
        typed,
        FieldErrors::new(),
        seen,
    ))
}

/// `POST /staff/settings/entities/{id}`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.write().await?;
    let before = find(&mut tx, &id).await?;
    let typed = read(&posted);
    let (values, errors) = typed.parse();
    let Some(values) = values else {
        let seen = Seen::kept(&posted);
        return Ok(show(&state, &staff, Some(&before), typed, errors, seen));
    };
    let subject = Subject::of("entity", before.id.uuid());
    let stored = form_of(&before).said();
    let of = (subject, CHANGED);
    let found = find_overtaken(&mut tx, &state, of, posted.text("seen"), &stored, &typed.said()).await?;
    if found.is_some() {
        let seen = Seen::of(&stored, found);
        return Ok(show(&state, &staff, Some(&before), typed, errors, seen));
    }
    let after = with(&before, values);
    match revise_entity(&mut tx, &after).await {
        Err(StoreError::Duplicate(_)) => {
            let errors = FieldErrors::one("legal_name", TAKEN);
            let seen = Seen::kept(&posted);
            return Ok(show(&state, &staff, Some(&before), typed, errors, seen));
        }
        done => done?,
    }
    let payload = change(&summary(&before), &summary(&after));
    staff.record(&mut tx, &state, CHANGED, subject, payload).await?;
    tx.commit().await?;
    staff.say(format!("{} was saved.", after.legal_name)).await?;
    Ok(Redirect::to("/staff/settings").into_response())
}

/// `POST /staff/settings/entities/{id}/end`
pub async fn end(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.write().await?;
    let entity = find(&mut tx, &id).await?;
    let products = crate::store::products::list_products(&mut tx).await?;
    if products
        .iter()
        .any(|product| product.entity_id == entity.id && product.ended_at.is_none())
    {
        return Err(HttpError::conflict(
            "Products in use belong to this legal entity. End them or move them first.",
        ));
    }
    end_entity(&mut tx, entity.id, state.clock.now()).await?;
    let subject = Subject::of("entity", entity.id.uuid());
    staff
        .record(&mut tx, &state, "entity.ended", subject, json!({}))
        .await?;
    tx.commit().await?;
    staff.say(format!("{} was ended.", entity.legal_name)).await?;
    Ok(Redirect::to("/staff/settings").into_response())
}
