//! `/staff/register/new`: an engagement, and its company where that is new too.

use app::register::form_page::{NewEngagement, NewEngagementPage};
use app::register::{Typed, company, engagement, locations};
use app::ui::{FieldErrors, Link};
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
use crate::http::{HttpError, Posted, render, seen};
use crate::store::Tx;
use crate::store::audit::{EntryFilter, find_last_seq, list_entries};
use crate::store::engagements::{Engagement, create_engagement, current, has_slug};
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
    show(&state, &staff, &mut tx, (typed, FieldErrors::new()), None).await
}

async fn show(
    state: &AppState,
    staff: &Staff,
    tx: &mut Tx,
    (typed, errors): (Typed, FieldErrors),
    added: Option<Link>,
) -> Result<Response, HttpError> {
    let adding = seen::adding(&typed, next_entry(tx).await?, added);
    let (status, title) = seen::outcome(&adding, &errors, "Add an engagement");
    let data = NewEngagement {
        csrf: staff.csrf.clone(),
        typed,
        offered: load::choices(tx, None).await?,
        errors,
        adding,
    };
    let chrome = staff.chrome(state, title, "/staff/register");
    Ok(render::page(
        status,
        chrome,
        move || view! { <NewEngagementPage data/> },
    ))
}

/// The entry of the log about an engagement that was added.
const CREATED: &str = "engagement.created";
/// So many of them are looked at; nobody leaves a form open while more are added.
const RECENT: i64 = 200;

/// The number of the next entry of the log. Engagements have no numbers; which were added since a form was opened, the log
/// says.
async fn next_entry(tx: &mut Tx) -> Result<i64, HttpError> {
    Ok(find_last_seq(tx).await?.unwrap_or(0) + 1)
}

/// The newest engagement of a company that was added since the form was opened: the same one, where the form was sent twice.
async fn added_since(tx: &mut Tx, typed: &Typed, company: OrganisationId) -> Result<Option<Link>, HttpError> {
    let Some(unseen) = seen::taken(typed, next_entry(tx).await?) else {
        return Ok(None);
    };
    let filter = EntryFilter {
        action: Some(CREATED.to_owned()),
        subject_kind: Some("engagement".to_owned()),
        subject_id: None,
        offset: 0,
    };
    let entries = list_entries(tx, &filter, RECENT).await?;
    for entry in entries.into_iter().take_while(|entry| entry.seq >= unseen) {
        let Some(id) = entry.subject_id else { continue };
        if let Some(added) = current(tx, id.into()).await?
            && added.engagement.organisation_id == company
        {
            return Ok(Some(Link::new(load::title(&added), load::path(&added))));
        }
    }
    Ok(None)
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
        return show(&state, &staff, &mut tx, (typed, FieldErrors::new()), None).await;
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
        return show(&state, &staff, &mut tx, (typed, errors), None).await;
    };
    if let Company::Known(id) = &company
        && let Some(added) = added_since(&mut tx, &typed, *id).await?
    {
        return show(&state, &staff, &mut tx, (typed, errors), Some(added)).await;
    }
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
        CREATED,
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
