//! `GET …/tia/{number}/v/{version}` and `{version}.json`, whole or `?redacted`: one version as it was handed in.

use app::assessments::{PrintPage, PrintView};
use app::register::sentence;
use app::ui::Link;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::country_knowledge::CountryKnowledge;
use domain::legal_record::Tia;
use domain::role::Permission;
use domain::words;
use leptos::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use super::load::{self, Assessment, tia};
use super::overview::happened;
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Query, render};
use crate::register::load::{People, title};
use crate::store::countries::find_country_version;
use crate::store::legal_records::StoredRecord;
use crate::store::tia_states::{TiaStateEntry, list_measure_moves, list_tia_states};
use crate::store::version::Recorded;
use crate::store::{Of, Tx};

/// The version of the JSON's shape.
const SCHEMA_VERSION: u32 = 1;

/// Whether names, evidence and counsel are left out.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    redacted: Option<String>,
}

/// The handler.
pub async fn page(
    State(state): State<AppState>,
    staff: Staff,
    Path((slug, number, version)): Path<(String, String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, HttpError> {
    staff.require(Permission::ReadRegister)?;
    let mut tx = state.db.read().await?;
    let found = load::get(&mut tx, &slug, &number).await?;
    let (wanted, is_json) = match version.strip_suffix(".json") {
        Some(wanted) => (wanted, true),
        None => (version.as_str(), false),
    };
    let wanted: i64 = wanted.parse().map_err(|_| HttpError::NotFound)?;
    let record = found
        .versions
        .iter()
        .find(|record| record.version == wanted)
        .ok_or(HttpError::NotFound)?;
    let is_redacted = asked.redacted.is_some();
    let body = tia(record).ok_or(HttpError::NotFound)?;
    let body = if is_redacted {
        body.redacted()
    } else {
        body.clone()
    };
    let countries = countries(&mut tx, &body, is_redacted).await?;
    let states = list_tia_states(&mut tx, found.current.engagement.id, found.number).await?;
    if is_json {
        let document = document(&mut tx, &found, record, &body, &countries, &states, is_redacted).await?;
        let mut response = Json(document).into_response();
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return Ok(response);
    }
    let people = People::load(&mut tx, &state).await?;
    let own = format!("{}/v/{wanted}", found.path());
    let title_text = format!("{}, version {wanted}", found.title());
    let retrieved = words::moment(state.clock.now(), state.publisher().zone);
    let data = PrintView {
        trail: found.trail_below(),
        title: title_text.clone(),
        dateline: format!("Retrieved {retrieved} from {}", state.config.link(&own)),
        is_redacted,
        head: head(&found, record, &body, &people, is_redacted),
        tia: body,
        countries: countries
            .into_iter()
            .map(|(name, number, knowledge)| {
                (
                    format!("What is known about {name} (version {number})"),
                    knowledge,
                )
            })
            .collect(),
        history: if is_redacted {
            Vec::new()
        } else {
            happened(record, &states, &people)
        },
        links: vec![
            Link::new("The whole record", own.clone()),
            Link::new("The whole record as JSON", format!("{own}.json")),
            Link::new("Redacted, for customers", format!("{own}?redacted=yes")),
            Link::new("Redacted, as JSON", format!("{own}.json?redacted=yes")),
        ],
    };
    let chrome = staff.chrome(&state, title_text, "/staff/register");
    Ok(render::page(
        StatusCode::OK,
        chrome,
        move || view! { <PrintPage data/> },
    ))
}

fn head(
    found: &Assessment,
    record: &StoredRecord,
    body: &Tia,
    people: &People,
    is_redacted: bool,
) -> Vec<(String, String)> {
    let by = |recorded: Recorded| {
        let recorded = if is_redacted {
            Recorded::by_system(recorded.at)
        } else {
            recorded
        };
        people.by(recorded)
    };
    let mut head = vec![
        ("Engagement".to_owned(), title(&found.current)),
        ("State".to_owned(), sentence(body.state.label())),
        (
            "Handed in".to_owned(),
            by(Recorded::by(record.recorded_by, record.recorded_at)),
        ),
    ];
    head.extend(record.approval.map(|approval| {
        let role = if is_redacted { "" } else { ", as legal approver" };
        ("G Approved".to_owned(), format!("{}{role}", by(approval)))
    }));
    head
}

/// The versions of the knowledge about countries that it rests on.
async fn countries(
    tx: &mut Tx,
    body: &Tia,
    is_redacted: bool,
) -> Result<Vec<(&'static str, i64, CountryKnowledge)>, HttpError> {
    let mut countries = Vec::new();
    for (place, practice) in &body.practice {
        let Some(reference) = practice.country else {
            continue;
        };
        if let Some(version) = find_country_version(tx, reference.id).await? {
            let knowledge = if is_redacted {
                version.body.redacted()
            } else {
                version.body
            };
            countries.push((place.label(), version.number, knowledge));
        }
    }
    Ok(countries)
}

async fn document(
    tx: &mut Tx,
    found: &Assessment,
    record: &StoredRecord,
    body: &Tia,
    countries: &[(&'static str, i64, CountryKnowledge)],
    states: &[TiaStateEntry],
    is_redacted: bool,
) -> Result<Value, HttpError> {
    let mut document = json!({
        "schema_version": SCHEMA_VERSION,
        "redacted": is_redacted,
        "engagement": found.current.engagement.slug,
        "company": found.current.organisation.version.facts.legal_name,
        "number": found.number,
        "version": record.version,
        "handed_in_at": record.recorded_at,
        "approved_at": record.approval.map(|approval| approval.at),
        "assessment": body,
        "countries": countries.iter().map(|(name, number, knowledge)| {
            json!({ "country": name, "version": number, "knowledge": knowledge })
        }).collect::<Vec<_>>(),
    });
    if is_redacted {
        return Ok(document);
    }
    document["id"] = json!(record.id);
    document["handed_in_by"] = json!(record.recorded_by);
    document["approved_by"] = json!(record.approval.and_then(|approval| approval.by));
    document["states"] = states
        .iter()
        .filter(|entry| entry.record_id == record.id)
        .map(|entry| {
            json!({
                "state": entry.state, "event": entry.event, "reason": entry.reason, "at": entry.recorded.at,
                "by": entry.recorded.by,
            })
        })
        .collect();
    document["measures_since"] = list_measure_moves(tx, Of::These(&[found.current.engagement.id]), None)
        .await?
        .into_iter()
        .filter(|moved| moved.number == found.number && moved.version >= record.version)
        .map(|moved| {
            json!({
                "measure": moved.measure, "standing": moved.standing, "at": moved.recorded_at, "by": moved.recorded_by,
            })
        })
        .collect();
    Ok(document)
}
