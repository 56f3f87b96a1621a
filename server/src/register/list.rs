//! `GET /staff/register`: the register as a table.

use app::register::list_page::{RegisterFilter, RegisterList, RegisterListPage, RegisterRow};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::role::Permission;
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;

use super::counts;
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Query, render};
use crate::store::register_rows::{GatesAsked, RegisterQuery, RegisterSort, page_rows};

/// Rows on one page.
const PAGE: u64 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    state: String,
    role: String,
    gates: String,
    sort: String,
    order: String,
    page: String,
}

impl Asked {
    fn query(&self) -> RegisterQuery {
        RegisterQuery {
            search: self.q.clone(),
            state: self.state.parse().ok(),
            role: self.role.parse().ok(),
            gates: match self.gates.as_str() {
                "red" => Some(GatesAsked::Red),
                "waived" => Some(GatesAsked::Waived),
                "green" => Some(GatesAsked::Green),
                _ => None,
            },
            sort: match self.sort.as_str() {
                "service" => RegisterSort::Service,
                "state" => RegisterSort::State,
                "red" => RegisterSort::Red,
                "changed" => RegisterSort::Changed,
                _ => RegisterSort::Company,
            },
            is_descending: self.order == "down",
        }
    }
}

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    counts::keep(&state).await?;
    let query = asked.query();
    let wanted = asked.page.parse::<u64>().unwrap_or(1).max(1);
    let mut tx = state.db.read().await?;
    let (mut rows, total) = page_rows(&mut tx, &query, limits(wanted)).await?;
    let total = u64::try_from(total).unwrap_or(0);
    let pages = total.div_ceil(PAGE).max(1);
    let number = wanted.min(pages);
    if number != wanted {
        (rows, _) = page_rows(&mut tx, &query, limits(number)).await?;
    }
    drop(tx);
    let zone = state.publisher().zone;
    let counted = rows.iter().map(|row| row.counted_at).min();
    let data = RegisterList {
        filter: RegisterFilter {
            search: asked.q,
            state: asked.state,
            role: asked.role,
            gates: asked.gates,
            sort: asked.sort,
            is_descending: query.is_descending,
        },
        counted: counted.map(|at| words::short_moment(at, zone)),
        rows: rows
            .into_iter()
            .map(|row| RegisterRow {
                path: format!("/staff/register/{}", row.slug),
                company: row.company,
                service: row.service,
                role: row.role,
                state: row.state,
                red: usize::try_from(row.red).unwrap_or(0),
                waived: usize::try_from(row.waived).unwrap_or(0),
                differs: row.differs,
                changed_on: words::short_day(zone.local_date(row.changed_at)),
            })
            .collect(),
        from: (number - 1) * PAGE + 1,
        total,
        page: (number, pages),
        may_edit: staff.may(Permission::EditRegister),
        may_adopt: staff.may(Permission::AdoptBaseline),
    };
    let chrome = staff.chrome(&state, "Register", "/staff/register");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <RegisterListPage data/> },
    ))
}

/// How many rows a page has, and how many come before it.
fn limits(number: u64) -> (i64, i64) {
    let before = (number - 1).saturating_mul(PAGE);
    (
        i64::try_from(PAGE).unwrap_or(0),
        i64::try_from(before).unwrap_or(i64::MAX),
    )
}
