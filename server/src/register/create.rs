//! `/staff/register/new`: an engagement, and its company where that is new too.

use app::register::form_page::{NewEngagement, NewEngagementPage};
use app::register::{Typed, company, engagement, locations};
use app::ui::FieldErrors;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use domain::engagement::EngagementFacts;
use domain::id::{EngagementId, EntityId, OrganisationId, VersionId};
use domain::organisation::{OrganisationFacts, same_name};
use domain::role::Permission;
use domain::slug::Slug;
use leptos::prelude::*;
use serde_json::json;

use super::{check, load, write};
use crate::AppState;
use crate::access::Staff;
use crate::http::{HttpError, Posted, render};
use crate::store::Tx;
use crate::store::engagements::{Engagement, create_engagement, has_slug};
use crate::store::organisations::{
    Organisation, create_organisation, find_organisation_by_slug, list_organisations,
};
use crate::store::version::{NewVersion, Recorded};

/// `GET`
pub async fn page(State(state): State<AppState>, staff: Staff) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut tx = state.db.read().await?;
    let mut typed = Typed::default();
    typed.put("role", "SUBPROCESSOR");
    typed.put("tier", 1);
    show(&state, &staff, &mut tx, typed, FieldErrors::new()).await
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    typed: Typed,
    errors: FieldErrors,
) -> Result<Response, HttpError> {
    let data = NewEngagement {
        csrf: staff.csrf.clone(),
        typed,
        offered: load::choices(tx, None).await?,
        errors,
    };
    let (status, title) = write::status(&data.errors, "Add an engagement");
    let chrome = staff.chrome(state, title, "/staff/register");
    Ok(render::page(
        status,
        chrome,
        move || view! { <NewEngagementPage data/> },
    ))
}

/// Addresses of other pages beside those of engagements.
const TAKEN: [&str; 2] = ["new", "adopt"];

/// The company an engagement is made with.
enum Company {
    Known(OrganisationId),
    New(Box<OrganisationFacts>),
}

/// `POST`
pub async fn create(
    State(state): State<AppState>,
    staff: Staff,
    posted: Posted,
) -> Result<Response, HttpError> {
    staff.require(Permission::EditRegister)?;
    let mut typed = Typed::new(posted.pairs());
    let mut tx = state.db.write().await?;
    if typed.text("act") == "add-row" {
        locations::add_row(&mut typed);
        return show(&state, &staff, &mut tx, typed, FieldErrors::new()).await;
    }
    let now = state.clock.now();
    let companies = list_organisations(&mut tx).await?;
    let new_id = OrganisationId::from(state.random.id(now));
    let mut errors = FieldErrors::new();
    let company = company_of(&typed, &companies, &mut errors);
    let company_id = match &company {
        Some(Company::Known(id)) => *id,
        _ => new_id,
    };
    let facts = match engagement::parse(&typed, company_id) {
        Ok(facts) => Some(facts),
        Err(found) => {
            errors.extend(found);
            None
        }
    };
    if let Some(facts) = &facts {
        errors.extend(check::references(&mut tx, None, facts).await?);
    }
    let (Some(company), Some(facts), true) = (company, facts, errors.is_empty()) else {
        return show(&state, &staff, &mut tx, typed, errors).await;
    };
    let recorded = Recorded::by(staff.id, now);
    let name = match &company {
        Company::Known(id) => companies
            .iter()
            .find(|known| known.id == *id)
            .map(|known| known.version.facts.legal_name.to_string())
            .unwrap_or_default(),
        Company::New(company) => company.legal_name.to_string(),
    };
    if let Company::New(company) = company {
        add_company(&mut tx, &state, &staff, new_id, *company, recorded).await?;
    }
    let entity = typed.text("entity").parse::<EntityId>().ok();
    let slug = add_engagement(&mut tx, &state, &staff, entity, &name, facts, recorded).await?;
    tx.commit().await?;
    staff
        .say(format!("{name} is in the register as a draft."))
        .await?;
    Ok(Redirect::to(&format!("/staff/register/{slug}")).into_response())
}

fn company_of(typed: &Typed, companies: &[Organisation], errors: &mut FieldErrors) -> Option<Company> {
    let chosen = typed.text("organisation");
    if !chosen.is_empty() {
        let known = chosen
            .parse()
            .ok()
            .filter(|id| companies.iter().any(|company| company.id == *id));
        if known.is_none() {
            errors.add(
                "organisation",
                "Choose a company of the register, or “A new company”",
            );
        }
        return known.map(Company::Known);
    }
    match company::parse(typed) {
        Err(found) => {
            errors.extend(found);
            None
        }
        Ok(facts) => {
            let is_known = |known: &&Organisation| {
                same_name(known.version.facts.legal_name.as_str(), facts.legal_name.as_str())
            };
            if companies.iter().any(|company| is_known(&company)) {
                errors.add(
                    "legal_name",
                    "This company is in the register already: choose it above",
                );
            }
            Some(Company::New(Box::new(facts)))
        }
    }
}

async fn add_company(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    id: OrganisationId,
    facts: OrganisationFacts,
    recorded: Recorded,
) -> Result<(), HttpError> {
    let base = slug_of(facts.legal_name.as_str(), recorded.at)?;
    let mut slug = base.clone();
    let mut number = 2;
    while find_organisation_by_slug(tx, slug.as_str()).await?.is_some() {
        slug = base.numbered(number);
        number += 1;
    }
    let payload = write::version_payload(1, &facts, &[], None);
    let first = NewVersion {
        id: VersionId::from(state.random.id(recorded.at)),
        facts,
        valid_from: None,
        recorded,
        reason: None,
    };
    create_organisation(tx, id, &slug, &first).await?;
    write::note(
        tx,
        state,
        staff,
        "organisation.created",
        ("organisation", id.uuid()),
        payload,
    )
    .await
}

async fn add_engagement(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    entity_id: Option<EntityId>,
    company: &str,
    facts: EngagementFacts,
    recorded: Recorded,
) -> Result<Slug, HttpError> {
    let name = match facts.service.get() {
        Some(service) => format!("{company} {service}"),
        None => company.to_owned(),
    };
    let base = slug_of(&name, recorded.at)?;
    let mut slug = base.clone();
    let mut number = 2;
    while TAKEN.contains(&slug.as_str()) || has_slug(tx, &slug).await? {
        slug = base.numbered(number);
        number += 1;
    }
    let engagement = Engagement {
        id: EngagementId::from(state.random.id(recorded.at)),
        organisation_id: facts.organisation,
        entity_id,
        slug: slug.clone(),
        parent_id: facts.parent,
        created_at: recorded.at,
        created_by: recorded.by,
    };
    let mut payload = write::version_payload(1, &facts, &[], None);
    payload["slug"] = json!(slug.as_str());
    let first = NewVersion {
        id: VersionId::from(state.random.id(recorded.at)),
        facts,
        valid_from: None,
        recorded,
        reason: None,
    };
    create_engagement(tx, &engagement, &first, state.random.id(recorded.at)).await?;
    write::note(
        tx,
        state,
        staff,
        "engagement.created",
        ("engagement", engagement.id.uuid()),
        payload,
    )
    .await?;
    Ok(slug)
}

/// A readable address; a name without a single Latin letter is called by its day.
fn slug_of(name: &str, now: DateTime<Utc>) -> Result<Slug, HttpError> {
    let by_day = || Slug::from_name(&now.format("company %Y %m %d").to_string());
    Slug::from_name(name)
        .or_else(by_day)
        .ok_or_else(|| HttpError::Internal("no address".to_owned()))
}
