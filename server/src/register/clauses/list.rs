//! `GET /staff/scc`: every set of clauses, by company, fifty a page.

use app::register::clauses::list::{ClausesList, ClausesListPage, ClausesRow};
use app::ui::Link;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use domain::id::EngagementId;
use domain::legal_record::LegalRecordKind;
use domain::reference::ReferenceData;
use domain::role::Permission;
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;

use super::super::gate_facts::exporter;
use super::super::load;
use super::{agreed, body};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Query, render};
use crate::store::Tx;
use crate::store::clause_states::{SetFilter, count_sets, list_sets};
use crate::store::engagements::current;
use crate::store::entities::{Entity, list_entities};
use crate::store::legal_records::list_record_versions;
use crate::store::reference::reference_data;

/// Rows on one page.
const PAGE: i64 = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    state: String,
    page: String,
}

impl Asked {
    fn href(&self, page: i64) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", &self.q), ("state", &self.state)] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        match query.finish().as_str() {
            "" => "/staff/scc".to_owned(),
            query => format!("/staff/scc?{query}"),
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
    let mut tx = state.db.read().await?;
    let filter = SetFilter {
        search: asked.q.clone(),
        state: asked.state.parse().ok(),
    };
    let total = count_sets(&mut tx, &filter).await?;
    let pages = ((total + PAGE - 1) / PAGE).max(1);
    let number = asked.page.parse::<i64>().unwrap_or(1).clamp(1, pages);
    let around = (reference_data(&mut tx).await?, list_entities(&mut tx).await?);
    let today = state.publisher().zone.local_date(state.clock.now());
    let mut rows = Vec::new();
    for (id, set) in list_sets(&mut tx, &filter, (number - 1) * PAGE, PAGE).await? {
        rows.extend(row(&mut tx, id, set, &around, today).await?);
    }
    let data = ClausesList {
        rows,
        from: ((number - 1) * PAGE + 1).unsigned_abs(),
        total: total.unsigned_abs(),
        turn: (
            (number > 1).then(|| asked.href(number - 1)),
            (number < pages).then(|| asked.href(number + 1)),
        ),
        search: asked.q,
        state: asked.state,
    };
    let chrome = staff.chrome(&state, "Clauses", "/staff/scc");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <ClausesListPage data/> },
    ))
}

async fn row(
    tx: &mut Tx,
    id: EngagementId,
    number: i64,
    (reference, entities): &(ReferenceData, Vec<Entity>),
    today: NaiveDate,
) -> Result<Option<ClausesRow>, HttpError> {
    let Some(current) = current(tx, id).await? else {
        return Ok(None);
    };
    let versions = list_record_versions(tx, id, LegalRecordKind::Scc, number).await?;
    let Some(newest) = versions.first() else {
        return Ok(None);
    };
    let counting = agreed(&versions).unwrap_or(newest);
    let (clauses, latest) = (body(counting)?, body(newest)?);
    Ok(Some(ClausesRow {
        set: Link::new(
            load::title(&current),
            format!("{}/scc/{number}", load::path(&current)),
        ),
        number,
        state: clauses.standing.state,
        in_the_making: (newest.id != counting.id).then(|| {
            format!(
                "version {} in the making: {}",
                newest.version,
                latest.standing.state.label()
            )
        }),
        module: clauses.module.label(),
        missing: latest
            .incomplete_parts(
                reference,
                exporter(entities, &current).filter(|_| current.version.facts.parent.is_none()),
                today,
            )
            .into_iter()
            .map(|part| part.label())
            .collect(),
        cure: clauses.cure(today).map(|cure| {
            let text = match cure.days_left {
                Some(left) => format!(
                    "{}, until {}",
                    words::count(left.into(), "day", "days"),
                    words::short_day(cure.last_day)
                ),
                None => format!("over since {}", words::short_day(cure.last_day)),
            };
            (text, cure.is_over())
        }),
    }))
}
