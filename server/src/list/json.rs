//! The list for machines. An unknown fact is `null`; natural persons are left out.

use app::list::FilterForm;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use domain::change::ChangeType;
use domain::country::{Country, Place};
use domain::engagement::{Category, Location, RelationshipRole, SpecialCategory};
use domain::legal_record::MechanismKind;
use domain::organisation::ContactPoint;
use serde::Serialize;

use super::cache::{Kept, Made};
use super::filter::{Filter, parse_day};
use super::pages::read_form;
use super::register::Register;
use crate::AppState;
use crate::http::HttpError;
use crate::store::listings::ListingState;
use crate::store::public_list::Shown;

/// Raised when a field changes its meaning or goes; new fields do not raise it.
const SCHEMA_VERSION: &str = "1";

#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'static str,
    generated_at: DateTime<Utc>,
    publisher: PublisherJson<'a>,
    list_version: Option<i64>,
    list_updated_at: Option<DateTime<Utc>>,
    as_of: Option<NaiveDate>,
    recorded_since: Option<NaiveDate>,
    entries: Vec<EntryJson<'a>>,
    pending_changes: Vec<PendingJson<'a>>,
}

#[derive(Serialize)]
struct PublisherJson<'a> {
    name: &'a str,
    contact: &'a str,
}

#[derive(Serialize)]
struct EntryJson<'a> {
    id: &'a str,
    url: String,
    role: RelationshipRole,
    /// Whether customers get notice of changes to it.
    is_subprocessor: bool,
    status: &'static str,
    in_use_from: Option<NaiveDate>,
    legal_name: &'a str,
    former_names: Vec<&'a str>,
    registration_number: Option<&'a str>,
    registration_country: Option<Country>,
    address: Option<&'a str>,
    contact: Option<String>,
    website: Option<&'a str>,
    service: Option<&'a str>,
    category: Option<Category>,
    purpose: Option<&'a str>,
    products: Vec<String>,
    optional_feature: bool,
    data_subjects: Option<Vec<&'a str>>,
    data_categories: Option<Vec<&'a str>>,
    special_categories: Option<Vec<SpecialCategory>>,
    locations: Option<Vec<&'a Location>>,
    remote_access: Option<bool>,
    transfers: Vec<TransferJson>,
}

#[derive(Serialize)]
struct TransferJson {
    destination: Place,
    mechanism: MechanismKind,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    no_longer_applies: bool,
}

#[derive(Serialize)]
struct PendingJson<'a> {
    change: &'a str,
    url: String,
    change_type: ChangeType,
    entry_id: &'a str,
    legal_name: &'a str,
    replaces: Option<String>,
    notice_date: NaiveDate,
    earliest_engagement: NaiveDate,
}

/// GET `/subprocessors.json` and `/.well-known/subprocessors.json`, with the filter of the page.
pub async fn list(
    State(state): State<AppState>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    let form = read_form(query.as_deref());
    Kept::filtered("/subprocessors.json", &form)
        .answer(&state, &headers, async |tx| {
            let (register, filter) = filtered(&state, tx, &form).await?;
            let publisher = state.publisher();
            let document = Document {
                schema_version: SCHEMA_VERSION,
                generated_at: state.clock.now(),
                publisher: PublisherJson {
                    name: &publisher.name,
                    contact: &publisher.contact,
                },
                list_version: register.version.map(|(number, _)| number),
                list_updated_at: register.version.map(|(_, at)| at),
                as_of: register.as_of,
                recorded_since: register.began_at.map(|at| register.zone.local_date(at)),
                entries: register
                    .listed()
                    .filter(|shown| filter.keeps(&shown.engagement))
                    .map(|shown| entry(&state, &register, shown))
                    .collect(),
                pending_changes: register
                    .pending()
                    .into_iter()
                    .filter(|(_, line)| filter.keeps(&line.engagement))
                    .map(|(change, line)| PendingJson {
                        change: &change.number,
                        url: state.config.link(&format!("/changes/{}", change.number)),
                        change_type: line.change_type,
                        entry_id: &line.slug,
                        legal_name: line.organisation.legal_name.as_str(),
                        replaces: line.replaces_engagement_id.map(|id| register.names().of(id)),
                        notice_date: register.zone.local_date(change.announced_at),
                        earliest_engagement: change.planned_on,
                    })
                    .collect(),
            };
            let text =
                serde_json::to_string_pretty(&document).map_err(|error| HttpError::internal(&error))?;
            Ok(Made::of("application/json", text))
        })
        .await
}

/// The register and filter that a query asks for; machines get a plain refusal.
pub(super) async fn filtered(
    state: &AppState,
    tx: &mut crate::store::Tx,
    form: &FilterForm,
) -> Result<(Register, Filter), HttpError> {
    let refuse = |errors: app::ui::FieldErrors| {
        let all: Vec<String> = errors
            .into_iter()
            .map(|error| format!("{}: {}", error.field, error.message))
            .collect();
        HttpError::Unprocessable(all.join(" · "))
    };
    let as_of = parse_day(&form.as_of, state.today()).map_err(refuse)?;
    let register = state.register(tx, as_of).await?;
    let filter = Filter::parse(form, &register).map_err(refuse)?;
    Ok((register, filter))
}

fn entry<'a>(state: &AppState, register: &Register, shown: &'a Shown) -> EntryJson<'a> {
    let (company, facts) = (&shown.organisation, &shown.engagement);
    EntryJson {
        id: &shown.slug,
        url: state.config.link(&format!("/subprocessors/{}", shown.slug)),
        role: facts.relationship_role,
        is_subprocessor: facts.relationship_role.is_in_notice_scope(),
        status: if shown.listing == ListingState::Partial {
            "BEING_INTRODUCED"
        } else {
            "IN_USE"
        },
        in_use_from: shown.in_use_from,
        legal_name: company.legal_name.as_str(),
        former_names: company.former_names.iter().map(|name| name.as_str()).collect(),
        registration_number: company.registration_number.get().map(|number| number.as_str()),
        registration_country: company.registration_country.into_option(),
        address: company.address.get().map(|address| address.as_str()),
        contact: company
            .contact
            .get()
            .and_then(ContactPoint::public)
            .map(ContactPoint::line),
        website: company.website.as_ref().map(|website| website.as_str()),
        service: facts.service.get().map(|service| service.as_str()),
        category: facts.category.into_option(),
        purpose: facts.purpose.get().map(|purpose| purpose.as_str()),
        products: facts.products.iter().map(|id| register.names().of(*id)).collect(),
        optional_feature: facts.optional_feature,
        data_subjects: facts
            .data_subjects
            .get()
            .map(|all| all.iter().map(|line| line.as_str()).collect()),
        data_categories: facts
            .data_categories
            .get()
            .map(|all| all.iter().map(|line| line.as_str()).collect()),
        special_categories: facts
            .special_categories
            .get()
            .map(|all| all.iter().copied().collect()),
        locations: facts.locations.get().map(|all| all.iter().collect()),
        remote_access: facts.remote_access.into_option(),
        transfers: register
            .transfers(shown.engagement_id, shown.recorded_at)
            .into_iter()
            .map(|transfer| TransferJson {
                destination: transfer.destination,
                mechanism: transfer.mechanism,
                no_longer_applies: transfer.is_lost,
            })
            .collect(),
    }
}
