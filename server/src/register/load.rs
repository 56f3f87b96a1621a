//! What several of these pages load: the engagement, names behind ids, what can be chosen.

use std::collections::{BTreeSet, HashMap};

use app::register::form_page::EngagementChoices;
use app::ui::Choice;
use domain::engagement::EngagementFacts;
use domain::facts::Names;
use domain::id::{EngagementId, OrganisationId};
use domain::words;
use domain::zone::Zone;
use uuid::Uuid;

use crate::AppState;
use crate::http::HttpError;
use crate::store::engagements::{self, CurrentEngagement, current};
use crate::store::entities::list_entities;
use crate::store::organisations::{find_organisation, list_organisations};
use crate::store::products::list_products;
use crate::store::staff::list_staff;
use crate::store::version::Recorded;
use crate::store::{Result, Tx};

/// The engagement at an address.
pub(crate) async fn get(tx: &mut Tx, slug: &str) -> Result<CurrentEngagement, HttpError> {
    engagements::current_by_slug(tx, slug)
        .await?
        .ok_or(HttpError::NotFound)
}

/// Refuses what would change the papers of an engagement that is over.
///
/// # Errors
/// A conflict that says so.
pub(crate) fn still_open(current: &CurrentEngagement) -> std::result::Result<(), HttpError> {
    if current.state.state.is_terminal() {
        return Err(HttpError::conflict(
            "This engagement is over; its papers stay as they were.",
        ));
    }
    Ok(())
}

/// The address of an engagement's page.
#[must_use]
pub fn path(current: &CurrentEngagement) -> String {
    format!("/staff/register/{}", current.engagement.slug)
}

/// "Acme Hosting GmbH: Object Storage".
#[must_use]
pub fn title(current: &CurrentEngagement) -> String {
    let company = &current.organisation.version.facts.legal_name;
    match current.version.facts.service.get() {
        Some(service) => format!("{company}: {service}"),
        None => company.to_string(),
    }
}

/// Names of staff, to say who did what.
pub(crate) struct People {
    names: HashMap<Uuid, String>,
    zone: Zone,
}

impl People {
    pub async fn load(tx: &mut Tx, state: &AppState) -> Result<Self> {
        let names = list_staff(tx)
            .await?
            .into_iter()
            .map(|person| (person.id, person.name))
            .collect();
        Ok(Self {
            names,
            zone: state.publisher().zone,
        })
    }

    /// "2 Dec 2026, 00:30 Oslo, by Legal editor".
    pub fn by(&self, recorded: Recorded) -> String {
        let when = words::short_moment(recorded.at, self.zone);
        match recorded.by.and_then(|id| self.names.get(&id.uuid())) {
            Some(name) => format!("{when}, by {name}"),
            None => when,
        }
    }
}

/// Names of the products, companies and engagements that these facts refer to, so that they can be read.
pub(crate) async fn names_in<'a>(
    tx: &mut Tx,
    facts: impl IntoIterator<Item = &'a EngagementFacts>,
) -> Result<Names> {
    let (mut companies, mut parents) = (BTreeSet::new(), BTreeSet::new());
    for one in facts {
        companies.insert(one.organisation);
        parents.extend(one.parent);
    }
    let mut names = names_of(tx, companies, parents).await?;
    for product in list_products(tx).await? {
        names.insert(product.id, product.name);
    }
    Ok(names)
}

/// Names of some companies and engagements.
pub(crate) async fn names_of(
    tx: &mut Tx,
    companies: BTreeSet<OrganisationId>,
    engagements: BTreeSet<EngagementId>,
) -> Result<Names> {
    let mut names = Names::default();
    for id in companies {
        if let Some(company) = find_organisation(tx, id).await? {
            names.insert(id, company.version.facts.legal_name.to_string());
        }
    }
    for id in engagements {
        if let Some(engagement) = current(tx, id).await? {
            names.insert(id, title(&engagement));
        }
    }
    Ok(names)
}

/// What can be chosen in the form of an engagement. It is not offered as its own parent, and one that is over only where
/// it is on record as that.
pub(crate) async fn choices(tx: &mut Tx, itself: Option<EngagementId>) -> Result<EngagementChoices> {
    let products = list_products(tx).await?;
    let entities = list_entities(tx).await?;
    let companies = list_organisations(tx).await?;
    let engagements = engagements::list_current(tx).await?;
    let recorded = engagements
        .iter()
        .find(|one| Some(one.engagement.id) == itself)
        .and_then(|one| one.version.facts.parent);
    Ok(EngagementChoices {
        products: products
            .into_iter()
            .map(|p| Choice::new(p.id.to_string(), p.name))
            .collect(),
        entities: entities
            .into_iter()
            .filter(|entity| entity.ended_at.is_none())
            .map(|entity| Choice::new(entity.id.to_string(), entity.legal_name))
            .collect(),
        companies: companies
            .into_iter()
            .map(|company| {
                Choice::new(
                    company.id.to_string(),
                    company.version.facts.legal_name.to_string(),
                )
            })
            .collect(),
        engagements: engagements
            .iter()
            .filter(|one| Some(one.engagement.id) != itself)
            .filter(|one| !one.state.state.is_terminal() || Some(one.engagement.id) == recorded)
            .map(|one| Choice::new(one.engagement.id.to_string(), title(one)))
            .collect(),
    })
}
