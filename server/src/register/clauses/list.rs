//! `GET /staff/scc`: every set of clauses, by company, fifty a page.

use std::collections::{BTreeSet, HashMap};

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
use crate::store::clause_states::{SetFilter, count_sets, list_sets};
use crate::store::engagements::{CurrentEngagement, list_current_of};
use crate::store::entities::{Entity, list_entities};
use crate::store::legal_records::{StoredRecord, list_records_of};
use crate::store::reference::reference_data;
use crate::store::{Of, Tx};

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
    let sets = list_sets(&mut tx, &filter, (number - 1) * PAGE, PAGE).await?;
    let around = Around::load(
        &mut tx,
        &sets,
        state.publisher().zone.local_date(state.clock.now()),
    )
    .await?;
    let rows = sets.into_iter().map(|(id, set)| around.row(id, set));
    let data = ClausesList {
        rows: rows.filter_map(Result::transpose).collect::<Result<_, _>>()?,
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

/// What the rows of one page are made of, in as many reads as for one row.
struct Around {
    engagements: HashMap<EngagementId, CurrentEngagement>,
    /// The versions of each set, newest first.
    versions: HashMap<(EngagementId, i64), Vec<StoredRecord>>,
    reference: ReferenceData,
    entities: Vec<Entity>,
    today: NaiveDate,
}

impl Around {
    async fn load(tx: &mut Tx, sets: &[(EngagementId, i64)], today: NaiveDate) -> Result<Self, HttpError> {
        let ids: BTreeSet<EngagementId> = sets.iter().map(|(id, _)| *id).collect();
        let ids: Vec<EngagementId> = ids.into_iter().collect();
        let mut versions: HashMap<(EngagementId, i64), Vec<StoredRecord>> = HashMap::new();
        for version in list_records_of(tx, Of::These(&ids), LegalRecordKind::Scc).await? {
            versions.entry(version.key()).or_default().push(version);
        }
        let engagements = list_current_of(tx, Of::These(&ids), None).await?.into_iter();
        Ok(Self {
            engagements: engagements.map(|one| (one.engagement.id, one)).collect(),
            versions,
            reference: reference_data(tx).await?,
            entities: list_entities(tx).await?,
            today,
        })
    }

    fn row(&self, id: EngagementId, number: i64) -> Result<Option<ClausesRow>, HttpError> {
        let (Some(current), Some(versions)) = (self.engagements.get(&id), self.versions.get(&(id, number)))
        else {
            return Ok(None);
        };
        let Some(newest) = versions.first() else {
            return Ok(None);
        };
        let counting = agreed(versions).unwrap_or(newest);
        let (clauses, latest) = (body(counting)?, body(newest)?);
        let is_direct = current.version.facts.parent.is_none();
        let exporter = exporter(&self.entities, current).filter(|_| is_direct);
        let missing = latest.incomplete_parts(&self.reference, exporter, self.today);
        Ok(Some(ClausesRow {
            set: Link::new(
                load::title(current),
                format!("{}/scc/{number}", load::path(current)),
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
            missing: missing.into_iter().map(|part| part.label()).collect(),
            cure: clauses.cure(self.today).map(|cure| {
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
}
