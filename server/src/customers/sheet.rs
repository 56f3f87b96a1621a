//! Customers from a sheet, and to one. First a preview that writes nothing; then, in one transaction, every customer
//! whose line can be read whole, and nothing of the others.

use std::collections::{BTreeMap, BTreeSet};

use app::customers::pages::{SheetPage, SheetPreviewPage};
use app::customers::sheet::{COLUMNS, Defaults, Header, SheetLine, cells};
use app::customers::{ContactValues, CustomerValues, SheetCustomer, SheetPreview, SheetProblem};
use app::ui::FieldErrors;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::id::ProductId;
use domain::role::Permission;
use leptos::prelude::*;

use super::contacts::{new_contact, write_new};
use super::facts::{new_customer, summary};
use super::signature;
use super::terms::{ask_for_confirmation, usual_terms, weakenings};
use crate::AppState;
use crate::access::Staff;
use crate::audit::{Subject, change};
use crate::http::{HttpError, Uploaded, form, render, spreadsheet};
use crate::store::contacts::{ContactKind, list_all_active};
use crate::store::customers::{Customer, create_customer, list_all_products, list_customers, put_products};
use crate::store::policies::{PolicyVersion, append_policy, list_policies_of};
use crate::store::products::list_products;
use crate::store::{Of, Tx};

/// Most lines that one sheet may have.
const MOST_LINES: usize = 5_000;

/// A line that can be written, with the products it names.
struct Good {
    line: SheetLine,
    products: Vec<ProductId>,
}

/// What a sheet holds.
#[derive(Default)]
struct Found {
    good: Vec<Good>,
    problems: Vec<SheetProblem>,
    unused: Vec<String>,
}

/// `GET /staff/customers/sheet`
pub async fn page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    Ok(show(&state, &staff, FieldErrors::new()))
}

fn show(state: &AppState, staff: &Staff, errors: FieldErrors) -> Response {
    let (status, title) = form::outcome(&errors, "Add customers from a sheet");
    let csrf = staff.csrf.clone();
    let chrome = staff.chrome(state, title, "/staff/customers");
    render::page(status, chrome, move || view! { <SheetPage csrf errors/> })
}

/// `POST /staff/customers/sheet`: says what the sheet holds and writes nothing.
pub async fn preview(
    State(state): State<AppState>,
    staff: Staff,
    uploaded: Result<Uploaded, HttpError>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let uploaded = uploaded?;
    let refuse = |why: &str| Ok(show(&state, &staff, FieldErrors::one("sheet", why)));
    let Some(file) = uploaded.files.iter().find(|file| file.field == "sheet") else {
        return refuse("Choose a file");
    };
    let lines = match spreadsheet::read(&file.bytes) {
        Ok(lines) => lines,
        Err(why) => return refuse(why),
    };
    if lines.len() > MOST_LINES {
        return refuse("This sheet has more than 5000 lines. Divide it");
    }
    if lines.len() < 2 {
        return refuse("This sheet has a header at most, and no customer");
    }
    let mut tx = state.db.read().await?;
    let found = look(&state, &mut tx, &lines).await?;
    drop(tx);
    let data = SheetPreview {
        csrf: staff.csrf.clone(),
        text: String::from_utf8_lossy(&file.bytes).into_owned(),
        good: found.good.iter().map(|good| line_of(&good.line)).collect(),
        problems: found.problems,
        unused: found.unused,
    };
    let status = if data.good.is_empty() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let chrome = staff.chrome(&state, "What the sheet holds", "/staff/customers");
    Ok(render::page(
        status,
        chrome,
        move || view! { <SheetPreviewPage data/> },
    ))
}

fn line_of(line: &SheetLine) -> SheetCustomer {
    SheetCustomer {
        line: line.line,
        name: line.customer.name.to_string(),
        period: line.policy.notice_period.in_words(),
        contacts: line.contacts.len(),
    }
}

/// Reads all lines against what is stored and against each other.
async fn look(state: &AppState, tx: &mut Tx, lines: &[(u64, Vec<String>)]) -> Result<Found, HttpError> {
    let Some(((_, head), lines)) = lines.split_first() else {
        return Ok(Found::default());
    };
    let header = match Header::read(head) {
        Ok(header) => header,
        Err(problems) => {
            return Ok(Found {
                problems,
                ..Found::default()
            });
        }
    };
    let defaults = Defaults {
        policy: usual_terms(state, None),
        today: state.publisher().zone.local_date(state.clock.now()),
    };
    let mut taken = Taken::read(tx).await?;
    let mut products = BTreeMap::new();
    for product in list_products(tx)
        .await?
        .into_iter()
        .filter(|product| product.ended_at.is_none())
    {
        products.insert(product.name.to_lowercase(), product.id);
    }
    let mut found = Found {
        unused: header.unused.clone(),
        ..Found::default()
    };
    for (number, cells) in lines {
        match SheetLine::read(&header, *number, cells, &defaults) {
            Err(problems) => found.problems.extend(problems),
            Ok(line) => {
                let mut problems = taken.note(&line);
                let ids = find_products(&line, &products, &mut problems);
                if problems.is_empty() {
                    taken.add(&line);
                    found.good.push(Good { line, products: ids });
                } else {
                    found.problems.extend(problems);
                }
            }
        }
    }
    Ok(found)
}

fn find_products(
    line: &SheetLine,
    products: &BTreeMap<String, ProductId>,
    problems: &mut Vec<SheetProblem>,
) -> Vec<ProductId> {
    let mut ids = Vec::new();
    for name in &line.products {
        match products.get(&name.to_lowercase()) {
            Some(id) if ids.contains(id) => {}
            Some(id) => ids.push(*id),
            None => problems.push(SheetProblem {
                line: line.line,
                column: "products".to_owned(),
                reason: format!("There is no product called {name}"),
            }),
        }
    }
    ids
}

/// Names and references that are stored or stood further up.
struct Taken {
    names: BTreeSet<String>,
    references: BTreeSet<String>,
}

impl Taken {
    async fn read(tx: &mut Tx) -> Result<Self, HttpError> {
        let customers = list_customers(tx).await?;
        Ok(Self {
            names: customers
                .iter()
                .map(|customer| customer.name.to_lowercase())
                .collect(),
            references: customers
                .into_iter()
                .filter_map(|customer| customer.reference)
                .collect(),
        })
    }

    fn note(&self, line: &SheetLine) -> Vec<SheetProblem> {
        let problem = |column: &str, reason: &str| SheetProblem {
            line: line.line,
            column: column.to_owned(),
            reason: reason.to_owned(),
        };
        let mut problems = Vec::new();
        if self.names.contains(&line.customer.name.as_str().to_lowercase()) {
            problems.push(problem(
                "name",
                "There is a customer with this name already, or further up",
            ));
        }
        if line
            .customer
            .reference
            .as_ref()
            .is_some_and(|r| self.references.contains(r.as_str()))
        {
            problems.push(problem(
                "reference",
                "There is a customer with this reference already, or further up",
            ));
        }
        problems
    }

    fn add(&mut self, line: &SheetLine) {
        self.names.insert(line.customer.name.as_str().to_lowercase());
        self.references
            .extend(line.customer.reference.iter().map(ToString::to_string));
    }
}

/// `POST /staff/customers/sheet/confirm`: reads the sheet again, in the transaction that writes it.
pub async fn confirm(
    State(state): State<AppState>,
    staff: Staff,
    uploaded: Result<Uploaded, HttpError>,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditCustomers)?;
    let uploaded = uploaded?;
    let lines = spreadsheet::read(uploaded.posted.text("text").as_bytes())
        .map_err(|why| HttpError::BadRequest(format!("{why}.")))?;
    if lines.len() > MOST_LINES {
        return Err(HttpError::TooLarge);
    }
    let mut tx = state.db.write().await?;
    let found = look(&state, &mut tx, &lines).await?;
    if found.good.is_empty() {
        return Err(HttpError::conflict(
            "No line of this sheet can be added any more. Look at it again.",
        ));
    }
    let count = found.good.len();
    let mut waiting = 0;
    for good in found.good {
        waiting += usize::from(write(&state, &staff, &mut tx, good).await?);
    }
    tx.commit().await?;
    let added = domain::words::count(count, "customer was", "customers were");
    let waits = match waiting {
        0 => String::new(),
        some => format!(
            " The terms of {} are weaker than the usual ones, and hold once a legal approver has confirmed them.",
            domain::words::count(some, "customer", "customers")
        ),
    };
    staff.say(format!("{added} added.{waits}")).await?;
    Ok(Redirect::to("/staff/customers").into_response())
}

/// Writes a customer; says whether its terms wait for a confirmation.
async fn write(state: &AppState, staff: &Staff, tx: &mut Tx, good: Good) -> Result<bool, HttpError> {
    let Good { line, products } = good;
    let customer = new_customer(state, staff, &line.customer);
    create_customer(tx, &customer).await?;
    put_products(tx, customer.id, &products).await?;
    signature::record(state, staff, tx, &customer, Vec::new()).await?;
    let today = state.publisher().zone.local_date(state.clock.now());
    let weaker = weakenings(&line.policy, &usual_terms(state, Some(&customer)), &[], today);
    let version = PolicyVersion {
        id: state.random.id(state.clock.now()),
        customer_id: customer.id,
        number: 1,
        policy: line.policy,
        valid_from: customer.signed_on,
        recorded: customer.created,
        needs_confirmation: !weaker.is_empty(),
        confirmed: None,
    };
    append_policy(tx, 0, &version).await?;
    if version.needs_confirmation {
        ask_for_confirmation(tx, state, &customer, &version).await?;
    }
    let subject = Subject::of("customer", customer.id.uuid());
    let mut payload = change(&(), &summary(&customer, &products));
    payload["terms"] = serde_json::json!(version.policy);
    payload["weaker_in"] = serde_json::json!(weaker);
    staff
        .record(tx, state, "customer.added", subject, payload)
        .await?;
    for contact in line.contacts {
        let contact = new_contact(state, staff, &customer, contact);
        write_new(tx, state, staff, &contact).await?;
    }
    Ok(version.needs_confirmation)
}

/// `GET /staff/customers/sheet.csv`: what the import reads, without agreements that have ended.
pub async fn download(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::ReadCustomers)?;
    let today = state.publisher().zone.local_date(state.clock.now());
    let mut tx = state.db.read().await?;
    let customers = list_customers(&mut tx).await?;
    let names: BTreeMap<ProductId, String> = list_products(&mut tx)
        .await?
        .into_iter()
        .map(|product| (product.id, product.name))
        .collect();
    let products = list_all_products(&mut tx).await?;
    let policies = list_policies_of(&mut tx, Of::All).await?;
    let contacts = list_all_active(&mut tx, &state.keys).await?;
    drop(tx);
    tracing::info!(staff = %staff.id, customers = customers.len(), "customers downloaded as a sheet");
    let lines = customers
        .iter()
        .filter(|customer| customer.ended_at.is_none())
        .map(|customer| {
            let held: Vec<String> = products
                .iter()
                .filter(|(owner, _)| *owner == customer.id)
                .filter_map(|(_, product)| names.get(product).cloned())
                .collect();
            let policy = policies
                .iter()
                .find(|p| p.customer_id == customer.id && p.is_usable(today))
                // First terms that still wait for a confirmation: they would wait elsewhere, too.
                .or_else(|| policies.iter().find(|p| p.customer_id == customer.id));
            let people: Vec<ContactValues> = contacts
                .iter()
                .filter(|contact| contact.customer_id == customer.id)
                .filter_map(|contact| {
                    Some(ContactValues {
                        name: contact.name.parse().ok()?,
                        address: contact.address.clone(),
                        is_primary: contact.kind == ContactKind::Primary,
                        rank: contact.rank,
                        locale: contact.locale,
                    })
                })
                .collect();
            values(customer).map_or_else(Vec::new, |values| {
                cells(&values, &held, policy.map(|p| &p.policy), &people)
            })
        });
    let head = COLUMNS.map(|column| column.name);
    spreadsheet::download("customers.csv", head, lines.filter(|line| !line.is_empty()))
}

fn values(customer: &Customer) -> Option<CustomerValues> {
    Some(CustomerValues {
        name: customer.name.parse().ok()?,
        reference: customer.reference.as_deref().map(str::parse).transpose().ok()?,
        role: customer.role,
        country: customer.country,
        signed_on: customer.signed_on,
    })
}
