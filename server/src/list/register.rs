//! The whole public register at one moment: loaded in one snapshot, then asked.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::change::ChangeState;
use domain::engagement::RelationshipRole;
use domain::facts::Names;
use domain::id::ProductId;
use domain::legal_record::{LegalRecord, MechanismKind, Transfer};
use domain::reference::ReferenceData;
use domain::zone::Zone;
use uuid::Uuid;

use crate::http::HttpError;
use crate::store::listings::ListingState;
use crate::store::public_list::{self, Announced, AnnouncedLine, ProductName, Shown};
use crate::store::{Tx, legal_records, reference};

/// What the public may know, at one moment.
#[derive(Debug)]
pub struct Register {
    /// The past day it is of, `None` for now.
    pub as_of: Option<NaiveDate>,
    /// Today in the publisher's zone.
    pub today: NaiveDate,
    /// The publisher's zone.
    pub zone: Zone,
    /// The version the list had, and when it got it.
    pub version: Option<(i64, DateTime<Utc>)>,
    /// When the list began, if it has.
    pub began_at: Option<DateTime<Utc>>,
    shown: Vec<Shown>,
    announced: Vec<Announced>,
    settled: HashMap<Uuid, DateTime<Utc>>,
    products: Vec<ProductName>,
    transfers: HashMap<Uuid, Vec<Transfer>>,
    reference: ReferenceData,
    names: Names,
}

impl Register {
    /// Loads the register as it is, or as it was recorded at the end of `as_of`.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn load(
        tx: &mut Tx,
        zone: Zone,
        today: NaiveDate,
        as_of: Option<NaiveDate>,
    ) -> Result<Self, HttpError> {
        let before = as_of
            .and_then(|day| day.succ_opt())
            .map(|next| zone.start_of_day(next))
            .transpose()
            .map_err(|error| HttpError::Unprocessable(error.to_string()))?;
        let last_included = before.map(|end| end - TimeDelta::microseconds(1));
        let mut transfers: HashMap<Uuid, Vec<Transfer>> = HashMap::new();
        for record in legal_records::list_all_latest_records(tx, last_included).await? {
            if let LegalRecord::Transfer(transfer) = record.body {
                transfers
                    .entry(record.engagement_id.uuid())
                    .or_default()
                    .push(transfer);
            }
        }
        let products = public_list::list_product_names(tx).await?;
        let announced = public_list::list_announced(tx, before).await?;
        let names = public_names(
            &products,
            &public_list::list_everything_shown(tx).await?,
            &announced,
        );
        let mut shown = public_list::list_shown(tx, before).await?;
        shown.sort_by_cached_key(|row| {
            (
                row.organisation.legal_name.to_string().to_lowercase(),
                row.slug.clone(),
            )
        });
        Ok(Self {
            as_of,
            today,
            zone,
            version: public_list::list_version(tx, before).await?,
            began_at: public_list::began_at(tx).await?,
            shown,
            announced,
            settled: public_list::list_settled_lines(tx, before)
                .await?
                .into_iter()
                .collect(),
            products,
            transfers,
            reference: reference::reference_data(tx).await?,
            names,
        })
    }

    /// The day the register began, if the day asked for lies before it.
    pub fn not_recorded_before(&self) -> Option<NaiveDate> {
        let began = self.zone.local_date(self.began_at?);
        self.as_of.filter(|day| *day < began).map(|_| began)
    }

    /// Everything on the list, by name.
    pub fn listed(&self) -> impl Iterator<Item = &Shown> {
        self.shown.iter().filter(|row| row.listing != ListingState::Ended)
    }

    /// What is on the list in one of these roles.
    pub fn listed_as<'a>(&'a self, roles: &'a [RelationshipRole]) -> impl Iterator<Item = &'a Shown> {
        self.listed()
            .filter(|row| roles.contains(&row.engagement.relationship_role))
    }

    /// How the list shows an engagement, if it ever showed it; ended ones too.
    pub fn shown(&self, engagement_id: Uuid) -> Option<&Shown> {
        self.shown.iter().find(|row| row.engagement_id == engagement_id)
    }

    /// Every announced change, newest first.
    pub fn announced(&self) -> &[Announced] {
        &self.announced
    }

    /// Lines that were announced and are not settled for everybody yet, soonest first.
    pub fn pending(&self) -> Vec<(&Announced, &AnnouncedLine)> {
        let mut pending: Vec<_> = self
            .announced
            .iter()
            .filter(|change| matches!(change.state, ChangeState::Dispatching | ChangeState::Open))
            .flat_map(|change| change.lines.iter().map(move |line| (change, line)))
            .filter(|(_, line)| !self.settled.contains_key(&line.id))
            .collect();
        pending.sort_by_key(|(change, _)| change.planned_on);
        pending
    }

    /// When a line took effect for everybody.
    pub fn settled_at(&self, line_id: Uuid) -> Option<DateTime<Utc>> {
        self.settled.get(&line_id).copied()
    }

    /// Whether a line has taken effect for some.
    pub fn has_begun(&self, line: &AnnouncedLine) -> bool {
        self.shown(line.engagement_id)
            .is_some_and(|row| row.line_id == Some(line.id) && row.listing == ListingState::Partial)
    }

    /// The change and line behind a row of the list.
    pub fn line(&self, line_id: Uuid) -> Option<(&Announced, &AnnouncedLine)> {
        self.announced
            .iter()
            .flat_map(|change| change.lines.iter().map(move |line| (change, line)))
            .find(|(_, line)| line.id == line_id)
    }

    /// Names behind the ids in facts.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The products that are offered, by name.
    pub fn products(&self) -> impl Iterator<Item = &ProductName> {
        self.products.iter().filter(|product| product.ended_at.is_none())
    }

    /// The product with this address.
    pub fn product_by_slug(&self, slug: &str) -> Option<ProductId> {
        self.products
            .iter()
            .find(|product| product.slug == slug)
            .map(|product| product.id.into())
    }

    /// The transfers recorded for an engagement.
    pub fn transfers(&self, engagement_id: Uuid) -> &[Transfer] {
        self.transfers.get(&engagement_id).map_or(&[], Vec::as_slice)
    }

    /// What allows an engagement's transfers, one line a mechanism; empty where nobody has established it.
    pub fn mechanisms(
        &self,
        engagement_id: Uuid,
        facts: &domain::engagement::EngagementFacts,
    ) -> Vec<String> {
        let mut by_kind: BTreeMap<MechanismKind, Vec<&'static str>> = BTreeMap::new();
        for transfer in self.transfers(engagement_id) {
            by_kind
                .entry(transfer.mechanism.kind())
                .or_default()
                .push(transfer.destination.label());
        }
        if by_kind.is_empty() {
            let places = facts.places();
            let day = self.as_of.unwrap_or(self.today);
            // Where nobody has said whether data is reached from elsewhere, nothing is claimed.
            let stays = facts.remote_access.is_known()
                && !places.is_empty()
                && !places.iter().any(|place| self.reference.is_outside(*place, day));
            return if stays {
                vec!["None required: all locations are in the EEA".to_owned()]
            } else {
                Vec::new()
            };
        }
        by_kind
            .into_iter()
            .map(|(kind, places)| match kind {
                MechanismKind::NoneRequired => "None required".to_owned(),
                kind => format!("{} ({})", upper_first(kind.label()), places.join(", ")),
            })
            .collect()
    }
}

/// Names behind the ids in public facts, from what was published only. Whatever else is referred to stays unnamed.
fn public_names(products: &[ProductName], shown: &[Shown], announced: &[Announced]) -> Names {
    const UNLISTED: &str = "a company that is not on this list";
    let mut names = Names::default();
    let lines = || announced.iter().flat_map(|change| &change.lines);
    let all_facts = || {
        shown
            .iter()
            .map(|row| &row.engagement)
            .chain(lines().map(|line| &line.engagement))
    };
    for parent in all_facts().filter_map(|facts| facts.parent) {
        names.insert(parent, UNLISTED);
    }
    for replaced in lines().filter_map(|line| line.replaces_engagement_id) {
        names.insert(replaced, UNLISTED);
    }
    for line in lines() {
        names.insert(line.engagement_id, line.organisation.legal_name.to_string());
        names.insert(
            line.engagement.organisation,
            line.organisation.legal_name.to_string(),
        );
    }
    for row in shown {
        names.insert(row.engagement_id, row.organisation.legal_name.to_string());
        names.insert(
            row.engagement.organisation,
            row.organisation.legal_name.to_string(),
        );
    }
    for product in products {
        names.insert(product.id, product.name.clone());
    }
    names
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
