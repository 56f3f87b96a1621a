//! `GET /staff/register/{slug}/customers`: gates G9 to G15 of an engagement's customers, a page at a time.

use app::register::customers_page::{ClosedBy, CustomerGates, CustomersView, EngagementCustomersPage};
use app::register::place::place_of;
use app::ui::Link;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::gate::{Reason, evaluate_engagement, evaluate_register};
use domain::role::Permission;
use leptos::prelude::*;
use serde::Deserialize;

use super::load;
use super::page::places;
use crate::AppState;
use crate::access::Staff;
use crate::gates::{self, some_customer_facts};
use crate::http::{HttpError, Query, render};
use crate::store::authorisations::{Authorisation, page_by_line};
use crate::store::lines::find_announced_line;

/// Rows on one page.
const PAGE: u64 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    page: String,
}

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    staff.require(Permission::ReadCustomers)?;
    let now = state.clock.now();
    let zone = state.publisher().zone;
    let mut tx = state.db.read().await?;
    let found = load::get(&mut tx, &slug).await?;
    let judged = gates::start(&mut tx, found.engagement.id, None)
        .await?
        .ok_or(HttpError::NotFound)?;
    let line = find_announced_line(&mut tx, found.engagement.id.uuid()).await?;
    let places = places(&judged, line.as_ref().map(|(_, change)| change));
    let shown = |reason: &Reason| ClosedBy {
        code: format!("{} {}", reason.gate, reason.code),
        detail: reason.detail.clone(),
        place: place_of(reason, &places),
    };
    let register = evaluate_register(&judged.facts, now);
    let search = asked.q.trim().to_owned();
    let wanted = asked.page.parse::<u64>().unwrap_or(1).max(1);
    let offset = (wanted - 1).saturating_mul(PAGE);
    let mut rows = Vec::new();
    let mut total = 0;
    if let Some((line, change)) = &line {
        let limits = (
            i64::try_from(PAGE).unwrap_or(0),
            i64::try_from(offset).unwrap_or(i64::MAX),
        );
        let (found, count) = page_by_line(&mut tx, line.id, &search, limits).await?;
        total = u64::try_from(count).unwrap_or(0);
        if found.is_empty() && total > 0 {
            return Ok(Redirect::to(&format!("/staff/register/{slug}/customers")).into_response());
        }
        let all: Vec<Authorisation> = found.iter().map(|(one, _)| one.clone()).collect();
        let facts = some_customer_facts(&mut tx, zone, (change, line), &all, now).await?;
        let decided = evaluate_engagement(&judged.facts, &facts, true, now);
        for (authorisation, name) in found {
            let id = authorisation.customer_id;
            let decision = decided.customers.iter().find(|one| one.customer_id.uuid() == id);
            let reasons = decision.map_or_else(Vec::new, |one| {
                let own = one
                    .decision
                    .reasons
                    .iter()
                    .filter(|reason| !reason.gate.is_about_register());
                own.map(shown).collect()
            });
            rows.push(CustomerGates {
                name,
                href: format!("/staff/customers/{id}"),
                state: authorisation.state.label().to_owned(),
                reasons,
            });
        }
    }
    let pages = total.div_ceil(PAGE).max(1);
    let data = CustomersView {
        back: Link::new(load::title(&found), load::path(&found)),
        change: line.map(|(_, change)| {
            Link::new(
                format!("Change {}: {}", change.number, change.title),
                format!("/staff/changes/{}", change.number),
            )
        }),
        search,
        rows,
        register: register.reasons.iter().map(shown).collect(),
        from: offset + 1,
        total,
        page: (wanted, pages),
    };
    let chrome = staff.chrome(&state, "Gates of its customers", "/staff/register");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <EngagementCustomersPage data/> },
    ))
}
