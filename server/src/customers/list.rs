//! `/staff/customers`

use std::collections::{BTreeMap, BTreeSet};

use app::customers::pages::CustomerListPage;
use app::customers::{CustomerLine, CustomerList};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::id::CustomerId;
use domain::role::Permission;
use leptos::prelude::*;
use serde::Deserialize;

use super::path;
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, render};
use crate::store::contacts::count_primaries;
use crate::store::customers::list_customers;
use crate::store::policies::list_all_policies;

/// What was searched for.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

/// `GET /staff/customers`
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Query(Search { q }): Query<Search>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadCustomers)?;
    let today = state.publisher().zone.local_date(state.clock.now());
    let mut tx = state.db.read().await?;
    let customers = list_customers(&mut tx).await?;
    let primaries: BTreeMap<CustomerId, i64> = count_primaries(&mut tx).await?.into_iter().collect();
    let mut periods = BTreeMap::new();
    let mut waiting = BTreeSet::new();
    for version in list_all_policies(&mut tx).await? {
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
    let wanted = q.trim().to_lowercase();
    let is_wanted = |text: &str| text.to_lowercase().contains(&wanted);
    let data = CustomerList {
        total: customers.len(),
        may_edit: staff.may(Permission::EditCustomers),
        lines: customers
            .into_iter()
            .filter(|c| is_wanted(&c.name) || c.reference.as_deref().is_some_and(is_wanted))
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
