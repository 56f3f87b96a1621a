//! The whole public register at one moment: loaded in one snapshot, then asked.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::change::ChangeState;
use domain::country::Place;
use domain::engagement::{EngagementFacts, RelationshipRole};
use domain::facts::Names;
use domain::id::ProductId;
use domain::legal_record::{MechanismKind, Transfer};
use domain::reference::ReferenceData;
use domain::zone::Zone;
use uuid::Uuid;

use crate::http::HttpError;
use crate::store::listings::ListingState;
use crate::store::public_list::{self, Announced, AnnouncedLine, ProductName, Shown, TransferVersion};
use crate::store::{Tx, reference};

/// One transfer as the public is shown it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicTransfer {
    /// Where to.
    pub destination: Place,
    /// What it rests on.
    pub mechanism: MechanismKind,
    /// Whether that applies no more.
    pub is_lost: bool,
}

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
    transfers: HashMap<Uuid, Vec<TransferVersion>>,
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
        let mut transfers: HashMap<Uuid, Vec<TransferVersion>> = HashMap::new();
        for version in public_list::list_transfer_versions(tx, before).await? {
            transfers.entry(version.engagement_id).or_default().push(version);
        }
        let products = public_list::list_product_names(tx, before).await?;
        let announced = public_list::list_announced(tx, before).await?;
        let mut ever_shown = public_list::list_everything_shown(tx).await?;
        ever_shown.retain(|row| before.is_none_or(|before| row.recorded_at < before));
        let names = public_names(&products, &ever_shown, &announced);
        let reference = match before {
            // That takes what was recorded at the instant itself too, and the day ends before the next one begins. Instants
            // are kept to the microsecond.
            Some(before) => reference::reference_data_as_of(tx, before - TimeDelta::microseconds(1)).await?,
            None => reference::reference_data(tx).await?,
        };
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
            reference,
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

    /// The transfers of an engagement as they were recorded when the public was shown it, at `at`: what staff recorded
    /// since is not published by that. Only what became of an adequacy decision shows at once.
    pub fn transfers(&self, engagement_id: Uuid, at: DateTime<Utc>) -> Vec<PublicTransfer> {
        let mut then: BTreeMap<i64, &TransferVersion> = BTreeMap::new();
        let mut now: BTreeMap<i64, &TransferVersion> = BTreeMap::new();
        for version in self.transfers.get(&engagement_id).into_iter().flatten() {
            if version.recorded_at <= at {
                then.insert(version.number, version);
            }
            now.insert(version.number, version);
        }
        let shown = then.into_values().filter(|version| !version.is_ended);
        shown
            .map(|version| {
                let transfer = &version.transfer;
                let is_lost = self.has_fallen(transfer);
                let live = now.get(&version.number).map(|live| &live.transfer);
                // The clauses in reserve took over with the decision's fall.
                let swapped = transfer
                    .fall_back()
                    .filter(|swapped| is_lost && live == Some(swapped));
                PublicTransfer {
                    destination: transfer.destination,
                    is_lost: is_lost && swapped.is_none(),
                    mechanism: swapped.as_ref().unwrap_or(transfer).mechanism.kind(),
                }
            })
            .collect()
    }

    /// Whether the adequacy decision that a transfer rests on applies no more.
    fn has_fallen(&self, transfer: &Transfer) -> bool {
        let rests = matches!(
            transfer.mechanism.kind(),
            MechanismKind::Adequacy | MechanismKind::Dpf
        );
        let Place::Country(country) = transfer.destination else {
            return false;
        };
        let day = self.as_of.unwrap_or(self.today);
        let mut regimes = transfer.regimes().into_iter();
        rests && regimes.any(|regime| !self.reference.is_adequate(country, regime, day))
    }

    /// What allows an engagement's transfers, as shown at `at`, one line a mechanism; empty where nobody has established it.
    pub fn mechanisms(&self, engagement_id: Uuid, at: DateTime<Utc>, facts: &EngagementFacts) -> Vec<String> {
        let mut by_kind: BTreeMap<(bool, MechanismKind), Vec<&'static str>> = BTreeMap::new();
        for transfer in self.transfers(engagement_id, at) {
            by_kind
                .entry((transfer.is_lost, transfer.mechanism))
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
            .map(|((is_lost, kind), places)| match kind {
                MechanismKind::NoneRequired => "None required".to_owned(),
                kind if is_lost => format!(
                    "None: it rested on this, which no longer applies: {} ({})",
                    kind.label(),
                    places.join(", ")
                ),
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
