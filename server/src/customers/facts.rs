//! A customer's own facts: add, correct, end.

use app::customers::pages::{CustomerFormPage, EndCustomerPage};
use app::customers::{CustomerChoices, CustomerForm, CustomerValues, Editing};
use app::ui::{Choice, FieldErrors};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::ProductId;
use domain::policy::CustomerRole;
use domain::role::Permission;
use domain::words;
use leptos::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{confirmations, endings, find_current, path, signature, terms};
use crate::AppState;
use crate::access::Staff;
use crate::audit::{Subject, change};
use crate::http::seen::{Seen, find_overtaken};
use crate::http::{HttpError, Posted, render};
use crate::mail::List;
use crate::mail::messages::{AgreementEnded, Message};
use crate::store::Tx;
use crate::store::authorisations::is_waited_for;
use crate::store::contacts::list_active;
use crate::store::customers::{
    Customer, create_customer, end_customer, list_customers, list_products_of, put_products, revise_customer,
};
use crate::store::policies::list_policies;
use crate::store::products::list_products;
use crate::store::version::Recorded;

const ADD: &str = "Add a customer";
/// How a save stands in the log.
const CHANGED: &str = "customer.changed";

fn read(posted: &Posted) -> CustomerForm {
    CustomerForm {
        name: posted.text("name").to_owned(),
        reference: posted.text("reference").to_owned(),
        role: posted.text("role").to_owned(),
        country: posted.text("country").to_owned(),
        signed_on: posted.text("signed_on").to_owned(),
        products: posted.all("products"),
        shown: posted.all("shown"),
    }
}

fn form_of(customer: &Customer, products: &[ProductId]) -> CustomerForm {
    CustomerForm {
        name: customer.name.clone(),
        reference: customer.reference.clone().unwrap_or_default(),
        role: customer.role.to_string(),
        country: customer.country.code().to_owned(),
        signed_on: customer.signed_on.to_string(),
        products: products.iter().map(ToString::to_string).collect(),
        shown: Vec::new(),
    }
}

/// The products on offer, and those the customer has anyhow.
async fn product_choices(tx: &mut Tx, held: &[ProductId]) -> Result<Vec<Choice>, HttpError> {
    let products = list_products(tx).await?;
    Ok(products
        .into_iter()
        .filter(|product| product.ended_at.is_none() || held.contains(&product.id))
        .map(|product| Choice::new(product.id.to_string(), product.name))
        .collect())
}

fn show(
    state: &AppState,
    staff: &Staff,
    known: Option<&Customer>,
    typed: CustomerForm,
    choices: CustomerChoices,
    errors: FieldErrors,
    seen: Seen,
) -> Response {
    let title = known.map_or(ADD.to_owned(), |customer| format!("Facts of {}", customer.name));
    let (status, page_title) = seen.outcome(&errors, &title);
    let data = Editing {
        csrf: staff.csrf.clone(),
        action: known.map_or("/staff/customers/new".to_owned(), |customer| {
            format!("{}/edit", path(customer))
        }),
        back: known.map_or("/staff/customers".to_owned(), path),
        customer: known.map(|customer| customer.name.clone()),
        title,
        form: typed,
        errors,
        seen: seen.value,
        overtaken: seen.overtaken,
    };
    let chrome = staff.chrome(state, page_title, "/staff/customers");
    render::page(status, chrome, move || view! { <CustomerFormPage data choices/> })
}

/// `GET /staff/customers/new`
pub async fn add_page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.read().await?;
    let choices = CustomerChoices {
        products: product_choices(&mut tx, &[]).await?,
        pending: signature::pending(&mut tx).await?,
    };
    let typed = CustomerForm {
        role: "CONTROLLER".to_owned(),
        products: match &choices.products[..] {
            [only] => vec![only.value.clone()],
            _ => Vec::new(),
        },
        ..CustomerForm::default()
    };
    let seen = Seen::default();
    Ok(show(
        &state,
        &staff,
        None,
        typed,
        choices,
        FieldErrors::new(),
        seen,
    ))
}

/// The chosen values, if all of them were on offer.
fn chosen<T: From<Uuid>>(posted: &[String], choices: &[Choice]) -> Option<Vec<T>> {
    let one = |text: &String| {
        let is_offered = choices.iter().any(|choice| choice.value == *text);
        text.parse::<Uuid>().ok().filter(|_| is_offered).map(T::from)
    };
    posted.iter().map(one).collect()
}

/// Notes that a name or a reference is taken by another customer; names count without regard to case.
pub async fn note_taken(
    tx: &mut Tx,
    known: Option<&Customer>,
    values: &CustomerValues,
    errors: &mut FieldErrors,
) -> Result<(), HttpError> {
    let others = list_customers(tx).await?;
    for other in others
        .iter()
        .filter(|other| known.is_none_or(|known| known.id != other.id))
    {
        if other.name.to_lowercase() == values.name.as_str().to_lowercase() {
            errors.add("name", "There is a customer with this name already");
        }
        if other
            .reference
            .as_deref()
            .is_some_and(|r| values.reference.as_ref().is_some_and(|v| v.as_str() == r))
        {
            errors.add("reference", format!("{} has this reference already", other.name));
        }
    }
    Ok(())
}

/// What the audit log says of a customer.
pub fn summary(customer: &Customer, products: &[ProductId]) -> Value {
    json!({
        "name": customer.name,
        "reference": customer.reference,
        "role": customer.role,
        "country": customer.country.code(),
        "signed_on": customer.signed_on,
        "products": products,
    })
}

/// A customer with these values, that was never stored.
pub fn new_customer(state: &AppState, staff: &Staff, values: &CustomerValues) -> Customer {
    let now = state.clock.now();
    Customer {
        id: state.random.id(now).into(),
        name: values.name.to_string(),
        reference: values.reference.as_ref().map(ToString::to_string),
        role: values.role,
        country: values.country,
        signed_on: values.signed_on,
        created: Recorded::by(staff.id, now),
        ended_at: None,
    }
}

/// `POST /staff/customers/new`
pub async fn add(State(state): State<AppState>, staff: Staff, posted: Posted) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let typed = read(&posted);
    let today = state.publisher().zone.local_date(state.clock.now());
    let (values, mut errors) = typed.parse(today);
    let mut tx = state.db.write().await?;
    let choices = CustomerChoices {
        products: product_choices(&mut tx, &[]).await?,
        pending: signature::pending(&mut tx).await?,
    };
    let products: Option<Vec<ProductId>> = chosen(&typed.products, &choices.products);
    let shown: Option<Vec<Uuid>> = chosen(&typed.shown, &choices.pending);
    for (field, is_good) in [("products", products.is_some()), ("shown", shown.is_some())] {
        if !is_good {
            errors.add(field, "Choose from the list");
        }
    }
    if let Some(values) = &values {
        note_taken(&mut tx, None, values, &mut errors).await?;
        if let Some(shown) = &shown
            && let Some(why) = signature::too_early(&state, &mut tx, shown, values.signed_on).await?
        {
            errors.add("shown", why);
        }
    }
    let (Some(values), Some(products), Some(shown), true) = (values, products, shown, errors.is_empty())
    else {
        let seen = Seen::default();
        return Ok(show(&state, &staff, None, typed, choices, errors, seen));
    };
    let customer = new_customer(&state, &staff, &values);
    create_customer(&mut tx, &customer).await?;
    put_products(&mut tx, customer.id, &products).await?;
    signature::record(&state, &staff, &mut tx, &customer, shown).await?;
    let subject = Subject::of("customer", customer.id.uuid());
    let payload = change(&(), &summary(&customer, &products));
    staff
        .record(&mut tx, &state, "customer.added", subject, payload)
        .await?;
    tx.commit().await?;
    staff
        .say("The customer was added. Next: what the contract says, and whom notices go to.")
        .await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}

/// `GET /staff/customers/{id}/edit`
pub async fn edit_page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.read().await?;
    let customer = find_current(&mut tx, &id).await?;
    let held = list_products_of(&mut tx, customer.id).await?;
    let choices = CustomerChoices {
        products: product_choices(&mut tx, &held).await?,
        pending: Vec::new(),
    };
    let typed = form_of(&customer, &held);
    let seen = Seen::of(&typed.said(&choices.products), None);
    Ok(show(
        &state,
        &staff,
        Some(&customer),
        typed,
        choices,
        FieldErrors::new(),
        seen,
    ))
}

/// `POST /staff/customers/{id}/edit`
pub async fn save(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.write().await?;
    let before = find_current(&mut tx, &id).await?;
    let held = list_products_of(&mut tx, before.id).await?;
    let choices = CustomerChoices {
        products: product_choices(&mut tx, &held).await?,
        pending: Vec::new(),
    };
    let typed = read(&posted);
    let today = state.publisher().zone.local_date(state.clock.now());
    let (values, mut errors) = typed.parse(today);
    let products: Option<Vec<ProductId>> = chosen(&typed.products, &choices.products);
    if products.is_none() {
        errors.add("products", "Choose from the list");
    }
    if let Some(values) = &values {
        note_taken(&mut tx, Some(&before), values, &mut errors).await?;
    }
    let (Some(values), Some(products), true) = (values, products, errors.is_empty()) else {
        let seen = Seen::kept(&posted);
        return Ok(show(&state, &staff, Some(&before), typed, choices, errors, seen));
    };
    let subject = Subject::of("customer", before.id.uuid());
    let stored = form_of(&before, &held).said(&choices.products);
    let mine = typed.said(&choices.products);
    let of = (subject, CHANGED);
    let found = find_overtaken(&mut tx, &state, of, posted.text("seen"), &stored, &mine).await?;
    if found.is_some() {
        let seen = Seen::of(&stored, found);
        return Ok(show(&state, &staff, Some(&before), typed, choices, errors, seen));
    }
    let mut after = Customer {
        id: before.id,
        created: before.created,
        ended_at: before.ended_at,
        ..new_customer(&state, &staff, &values)
    };
    let versions = list_policies(&mut tx, before.id).await?;
    let asked = after.role;
    if before.role == CustomerRole::Processor && asked == CustomerRole::Controller && !versions.is_empty() {
        after.role = before.role;
    }
    revise_customer(&mut tx, &after).await?;
    if asked != before.role {
        terms::note_role(&mut tx, &state, &staff, &after, asked, versions).await?;
    }
    put_products(&mut tx, after.id, &products).await?;
    let payload = change(&summary(&before, &held), &summary(&after, &products));
    staff.record(&mut tx, &state, CHANGED, subject, payload).await?;
    tx.commit().await?;
    let waits = if asked == after.role {
        ""
    } else {
        " That it is a controller holds once a legal approver has confirmed it."
    };
    staff.say(format!("The facts were saved.{waits}")).await?;
    Ok(Redirect::to(&path(&after)).into_response())
}

/// `GET /staff/customers/{id}/end`
pub async fn end_page(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.read().await?;
    let customer = find_current(&mut tx, &id).await?;
    let is_asked = is_waited_for(&mut tx, customer.id.uuid()).await?;
    let (csrf, path) = (staff.csrf.clone(), path(&customer));
    let chrome = staff.chrome(&state, "End the agreement", "/staff/customers");
    let name = customer.name;
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <EndCustomerPage csrf path name is_asked/> },
    ))
}

/// `POST /staff/customers/{id}/end`
pub async fn end(
    State(state): State<AppState>,
    staff: Staff,
    Path(id): Path<String>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let mut tx = state.db.write().await?;
    let customer = find_current(&mut tx, &id).await?;
    let said = if is_waited_for(&mut tx, customer.id.uuid()).await? {
        endings::ask(&mut tx, &state, &staff, &customer, None).await?;
        format!(
            "The agreement with {} ends once somebody else has confirmed it.",
            customer.name
        )
    } else {
        end_agreement(&mut tx, &state, &staff, &customer).await?;
        format!("The agreement with {} was ended.", customer.name)
    };
    tx.commit().await?;
    state.mail_queued.notify_one();
    staff.say(said).await?;
    Ok(Redirect::to(&path(&customer)).into_response())
}

/// Ends the agreement, and tells the customer's contacts.
pub async fn end_agreement(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    customer: &Customer,
) -> Result<(), HttpError> {
    let now = state.clock.now();
    end_customer(tx, customer.id, now).await?;
    endings::drop_all(tx, state, staff, customer).await?;
    for contact in list_active(tx, &state.keys, customer.id).await? {
        let rendered = AgreementEnded {
            publisher: &state.publisher().name,
            customer: &customer.name,
            ended_at: &words::moment(now, state.publisher().zone),
        }
        .render();
        confirmations::write_to(tx, state, &contact, List::None, rendered).await?;
    }
    let subject = Subject::of("customer", customer.id.uuid());
    Ok(staff
        .record(tx, state, "customer.ended", subject, json!({}))
        .await?)
}
