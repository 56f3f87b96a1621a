//! Products.

use app::settings::pages::ProductFormPage;
use app::settings::{Editing, ProductForm, ProductValues};
use app::ui::{Choice, FieldErrors};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::{EntityId, ProductId};
use domain::role::Permission;
use domain::slug::Slug;
use leptos::prelude::*;
use serde_json::{Value, json};

use crate::AppState;
use crate::access::Staff;
use crate::audit::{Subject, change};
use crate::http::seen::{Seen, find_overtaken};
use crate::http::{HttpError, Posted, render};
use crate::store::entities::{Entity, list_entities};
use crate::store::products::{Product, create_product, end_product, find_product, revise_product};
use crate::store::{StoreError, Tx};

const ADD: &str = "Add a product";
/// How a save stands in the log.
const CHANGED: &str = "product.changed";
const TAKEN: &str = "There is a product with this name already";

/// `GET /staff/settings/products/new`
pub async fn add_page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.read().await?;
    let entities = list_entities(&mut tx).await?;
    let only = match &entities[..] {
        [only] => only.id.to_string(),
        _ => String::new(),
    };
    let typed = ProductForm {
        entity: only,
        ..ProductForm::default()
    };
    let seen = Seen::default();
    Ok(show(
        &state,
        &staff,
        &entities,
        None,
        typed,
        FieldErrors::new(),
        seen,
    ))
}

fn entity_choices<'a>(entities: impl IntoIterator<Item = &'a Entity>) -> Vec<Choice> {
    let choice = |entity: &Entity| Choice::new(entity.id.to_string(), entity.legal_name.clone());
    entities.into_iter().map(choice).collect()
}

fn form_of(product: &Product) -> ProductForm {
    ProductForm {
        name: product.name.clone(),
        entity: product.entity_id.to_string(),
    }
}

fn show(
    state: &AppState,
    staff: &Staff,
    entities: &[Entity],
    known: Option<&Product>,
    typed: ProductForm,
    errors: FieldErrors,
    seen: Seen,
) -> Response {
    let title = known.map_or(ADD, |product| &product.name).to_owned();
    let (status, page_title) = seen.outcome(&errors, &title);
    let chrome = staff.chrome(state, page_title, "/staff/settings");
    let is_offered = |entity: &Entity| {
        entity.ended_at.is_none() || known.is_some_and(|product| product.entity_id == entity.id)
    };
    let choices = entity_choices(entities.iter().filter(|entity| is_offered(entity)));
    let data = Editing {
        csrf: staff.csrf.clone(),
        seen: seen.value,
        overtaken: seen.overtaken,
        id: known.map(|product| product.id.to_string()),
        title,
        form: typed,
        errors,
        is_ended: known.is_some_and(|product| product.ended_at.is_some()),
    };
    render::page(
        status,
        chrome,
        move || view! { <ProductFormPage data entities=choices/> },
    )
}

fn read(posted: &Posted) -> ProductForm {
    ProductForm {
        name: posted.text("name").to_owned(),
        entity: posted.text("entity").to_owned(),
    }
}

/// The posted values with the entity they name and the slug of the name.
fn parse(typed: &ProductForm, entities: &[Entity]) -> Result<(ProductValues, EntityId, Slug), FieldErrors> {
    let (values, errors) = typed.parse();
    let Some(values) = values else { return Err(errors) };
    let entity = entities
        .iter()
        .find(|entity| entity.id.to_string() == values.entity)
        .ok_or_else(|| FieldErrors::one("entity", "Choose one of the legal entities"))?;
    let slug = Slug::from_name(values.name.as_str())
        .ok_or_else(|| FieldErrors::one("name", "Use at least one letter or digit of the Latin alphabet"))?;
    Ok((values, entity.id, slug))
}

fn summary(product: &Product) -> Value {
    json!({ "name": product.name, "entity_id": product.entity_id })
}

/// `POST /staff/settings/products/new`
pub async fn add(State(state): State<AppState>, staff: Staff, posted: Posted) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let typed = read(&posted);
    let mut tx = state.db.write().await?;
    let entities = list_entities(&mut tx).await?;
    let again = |typed, errors| show(&state, &staff, &entities, None, typed, errors, Seen::default());
    let (values, entity_id, slug) = match parse(&typed, &entities) {
        Ok(parsed) => parsed,
        Err(errors) => {
            return Ok(again(typed, errors));
        }
    };
    let now = state.clock.now();
    let product = Product {
        id: state.random.id(now).into(),
        entity_id,
        name: values.name.to_string(),
        slug: slug.to_string(),
        created_at: now,
        ended_at: None,
    };
    match create_product(&mut tx, &product).await {
        Err(StoreError::Duplicate(_)) => {
            let errors = FieldErrors::one("name", TAKEN);
            return Ok(again(typed, errors));
        }
        done => done?,
    }
    let subject = Subject::of("product", product.id.uuid());
    let payload = change(&(), &summary(&product));
    staff
        .record(&mut tx, &state, "product.added", subject, payload)
        .await?;
    tx.commit().await?;
    staff.say(format!("{} was added.", product.name)).await?;
    Ok(Redirect::to("/staff/settings").into_response())
}

async fn find(tx: &mut Tx, id: &str) -> Result<Product, HttpError> {
    let id: ProductId = id.parse().map_err(|_| HttpError::NotFound)?;
    find_product(tx, id).await?.ok_or(HttpError::NotFound)
}

/// `GET /staff/settings/products/{id}`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.read().await?;
    let product = find(&mut tx, &id).await?;
    let entities = list_entities(&mut tx).await?;
    let typed = form_of(&product);
    let seen = Seen::of(&typed.said(&entity_choices(&entities)), None);
    Ok(show(
        &state,
        &staff,
        &entities,
        Some(&product),
        typed,
        FieldErrors::new(),
        seen,
    ))
}

/// `POST /staff/settings/products/{id}`. The slug stays: links to it were given out.
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.write().await?;
    let before = find(&mut tx, &id).await?;
    let entities = list_entities(&mut tx).await?;
    let typed = read(&posted);
    let again = |typed, errors, seen| show(&state, &staff, &entities, Some(&before), typed, errors, seen);
    let (values, entity_id, _) = match parse(&typed, &entities) {
        Ok(parsed) => parsed,
        Err(errors) => {
            return Ok(again(typed, errors, Seen::kept(&posted)));
        }
    };
    let subject = Subject::of("product", before.id.uuid());
    let choices = entity_choices(&entities);
    let (stored, mine) = (form_of(&before).said(&choices), typed.said(&choices));
    let of = (subject, CHANGED);
    let found = find_overtaken(&mut tx, &state, of, posted.text("seen"), &stored, &mine).await?;
    if found.is_some() {
        return Ok(again(typed, FieldErrors::new(), Seen::of(&stored, found)));
    }
    let after = Product {
        name: values.name.to_string(),
        entity_id,
        ..before.clone()
    };
    match revise_product(&mut tx, &after, state.clock.now()).await {
        Err(StoreError::Duplicate(_)) => {
            let errors = FieldErrors::one("name", TAKEN);
            return Ok(again(typed, errors, Seen::kept(&posted)));
        }
        done => done?,
    }
    let payload = change(&summary(&before), &summary(&after));
    staff.record(&mut tx, &state, CHANGED, subject, payload).await?;
    tx.commit().await?;
    staff.say(format!("{} was saved.", after.name)).await?;
    Ok(Redirect::to("/staff/settings").into_response())
}

/// `POST /staff/settings/products/{id}/end`
pub async fn end(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ManageSettings)?;
    let mut tx = state.db.write().await?;
    let product = find(&mut tx, &id).await?;
    end_product(&mut tx, product.id, state.clock.now()).await?;
    let subject = Subject::of("product", product.id.uuid());
    staff
        .record(&mut tx, &state, "product.ended", subject, json!({}))
        .await?;
    tx.commit().await?;
    staff.say(format!("{} was ended.", product.name)).await?;
    Ok(Redirect::to("/staff/settings").into_response())
}
