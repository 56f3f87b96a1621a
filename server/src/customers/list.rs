//! `/staff/customers`

use std::collections::{BTreeMap, BTreeSet};

use app::customers::pages::CustomerListPage;
use app::customers::{CustomerLine, CustomerList};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::CustomerId;
use domain::role::Permission;
use leptos::prelude::*;
use serde::Deserialize;
use uuid::Uuid;

use super::path;
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Part, Query, render};
use crate::store::contacts::count_primaries;
use crate::store::policies::list_policies_of;
use crate::store::{Of, customers};

/// Rows on one page.
const PAGE: u64 = 50;

/// What was searched for, and which page of it.
#[derive(Deserialize)]
#[serde(default)]
pub struct Search {
    q: String,
    page: String,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            q: String::new(),
            page: "1".to_owned(),
        }
    }
}

/// `GET /staff/customers`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Query(Search { q, page }): Query<Search>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadCustomers)?;
    let today = state.publisher().zone.local_date(state.clock.now());
    let mut tx = state.db.read().await?;
    let part = Part::asked(&page, PAGE);
    let (customers, total) = customers::page(&mut tx, &q, part.limits()).await?;
    let ids: Vec<Uuid> = customers.iter().map(|customer| customer.id.uuid()).collect();
    let primaries: BTreeMap<CustomerId, i64> = count_primaries(&mut tx).await?.into_iter().collect();
    let mut periods = BTreeMap::new();
    let mut waiting = BTreeSet::new();
    for version in list_policies_of(&mut tx, Of::These(&ids)).await? {
        if version.needs_confirmation && version.confirmed.is_none() {
            waiting.insert(version.customer_id);
        }
        if version.is_usable(today) {
            periods
                .entry(version.customer_id)
                .or_insert_with(|| version.policy.notice_period.in_words());
        }
    }
    drop(tx);
    let data = CustomerList {
        part: part.of("/staff/customers", &q, total),
        may_edit: staff.may(Permission::EditCustomers),
        lines: customers
            .into_iter()
            .map(|customer| CustomerLine {
                path: path(&customer),
                country: customer.country.label().to_owned(),
                period: periods.remove(&customer.id),
                primaries: primaries
                    .get(&customer.id)
                    .map_or(0, |count| usize::try_from(*count).unwrap_or(0)),
                is_waiting: waiting.contains(&customer.id),
                is_ended: customer.ended_at.is_some(),
                name: customer.name,
                reference: customer.reference,
            })
            .collect(),
        query: q,
    };
    let chrome = staff.chrome(&state, "Customers", "/staff/customers");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <CustomerListPage data/> },
    ))
}
