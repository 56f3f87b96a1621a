//! `GET /staff/register`: the register as a table.

use app::register::list_page::{RegisterFilter, RegisterList, RegisterListPage, RegisterRow};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::gate::evaluate_register;
use domain::role::Permission;
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;

use super::gate_facts::{Judged, judge_all};
use super::load;
use super::shown::find_shown;
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, render};

/// Rows on one page.
const PAGE: usize = 50;

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

/// One engagement with how many of its gates are red.
struct Counted {
    judged: Judged,
    red: usize,
}

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let now = state.clock.now();
    let mut counted: Vec<Counted> = judge_all(&mut tx)
        .await?
        .into_iter()
        .map(|judged| {
            let mut gates: Vec<_> = evaluate_register(&judged.facts, now)
                .reasons
                .iter()
                .map(|reason| reason.gate)
                .collect();
            gates.dedup();
            Counted {
                red: gates.len(),
                judged,
            }
        })
        .filter(|one| fits(one, &asked))
        .collect();
    sort(&mut counted, &asked.sort);
    if asked.order == "down" {
        counted.reverse();
    }
    let total = counted.len();
    let pages = total.div_ceil(PAGE).max(1);
    let number = asked.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let mut rows = Vec::new();
    for one in counted.into_iter().skip((number - 1) * PAGE).take(PAGE) {
        let differs = match find_shown(&mut tx, &one.judged.current).await? {
            Some(shown) => !shown.agrees(&one.judged),
            None => false,
        };
        let facts = &one.judged.current.version.facts;
        let changed = one.judged.current.version.recorded.at;
        rows.push(RegisterRow {
            path: load::path(&one.judged.current),
            company: one.judged.facts.organisation.legal_name.to_string(),
            service: facts.service.get().map(ToString::to_string),
            role: facts.relationship_role,
            state: one.judged.current.state.state,
            red: one.red,
            differs,
            changed_on: words::short_day(state.publisher().zone.local_date(changed)),
        });
    }
    let data = RegisterList {
        filter: RegisterFilter {
            search: asked.q,
            state: asked.state,
            role: asked.role,
            gates: asked.gates,
            sort: asked.sort,
            is_descending: asked.order == "down",
        },
        rows,
        from: ((number - 1) * PAGE + 1) as u64,
        total: total as u64,
        page: (number as u64, pages as u64),
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

fn fits(one: &Counted, asked: &Asked) -> bool {
    let facts = &one.judged.facts;
    let text = [
        Some(facts.organisation.legal_name.as_str()),
        facts.engagement.service.get().map(AsRef::as_ref),
        facts.engagement.purpose.get().map(AsRef::as_ref),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<&str>>()
    .join(" ")
    .to_lowercase();
    let is = |asked: &str, found: &str| asked.is_empty() || asked == found;
    asked
        .q
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
        && is(&asked.state, one.judged.current.state.state.as_str())
        && is(&asked.role, facts.engagement.relationship_role.as_str())
        && is(&asked.gates, if one.red == 0 { "green" } else { "red" })
}

fn sort(counted: &mut [Counted], by: &str) {
    let name = |one: &Counted| one.judged.facts.organisation.legal_name.as_str().to_lowercase();
    match by {
        "service" => counted.sort_by_cached_key(|one| {
            one.judged
                .facts
                .engagement
                .service
                .get()
                .map(|service| service.as_str().to_lowercase())
        }),
        "state" => counted.sort_by_cached_key(|one| (one.judged.current.state.state, name(one))),
        "red" => counted.sort_by_cached_key(|one| (one.red, name(one))),
        "changed" => counted.sort_by_key(|one| one.judged.current.version.recorded.at),
        _ => counted.sort_by_cached_key(name),
    }
}
