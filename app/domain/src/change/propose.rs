use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::class::{ChangeType, NoticeClass};
use crate::country::Place;
use crate::engagement::{AiTerms, EngagementFacts, LocationKind};
use crate::facts::{FactField, FieldDiff, Names, diff_engagement, diff_organisation};
use crate::known::Known;
use crate::legal_record::{MechanismKind, Transfer};
use crate::organisation::OrganisationFacts;
use crate::reference::ReferenceData;

/// One version of everything that customers are told about an engagement.
#[derive(Debug, Clone, Copy)]
pub struct FactsVersion<'a> {
    /// The organisation.
    pub organisation: &'a OrganisationFacts,
    /// The engagement.
    pub engagement: &'a EngagementFacts,
    /// Its transfers.
    pub transfers: &'a [Transfer],
}

impl FactsVersion<'_> {
    /// What differs from this version to a later one, the transfer mechanism included.
    pub fn diff(&self, new: &FactsVersion<'_>, names: &Names) -> Vec<FieldDiff> {
        let mut diffs = diff_organisation(self.organisation, new.organisation);
        diffs.extend(diff_engagement(self.engagement, new.engagement, names));
        let (before, after) = (mechanism_text(self.transfers), mechanism_text(new.transfers));
        if before != after {
            let field = FactField::Mechanism;
            diffs.push(FieldDiff {
                field,
                label: field.label(),
                before,
                after,
            });
        }
        diffs
    }
}

fn mechanism_text(transfers: &[Transfer]) -> String {
    let texts: BTreeSet<String> = transfers
        .iter()
        .map(|t| format!("{}: {}", t.destination.label(), t.mechanism.kind().label()))
        .collect();
    crate::facts::list(texts)
}

/// A type of change that explains some differences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The type.
    pub change_type: ChangeType,
    /// Its class here; stricter than the type's default where the facts ask for it.
    pub class: NoticeClass,
    /// The fields that it explains.
    pub fields: BTreeSet<FactField>,
}

/// The types of change that explain what differs from `old` to `new` on a day; `old` is `None` for a new engagement.
///
/// A fact that becomes known where it was unknown is a correction. People may choose other types, as long as
/// every differing field is covered: see [`uncovered`].
pub fn propose(
    old: Option<&FactsVersion<'_>>,
    new: &FactsVersion<'_>,
    reference: &ReferenceData,
    day: NaiveDate,
) -> Vec<Proposal> {
    let Some(old) = old else {
        let change_type = if new.engagement.optional_feature {
            ChangeType::NewForOptionalFeature
        } else {
            ChangeType::NewSubprocessor
        };
        return vec![Proposal {
            change_type,
            class: change_type.default_class(),
            fields: BTreeSet::new(),
        }];
    };
    let mut found: BTreeMap<ChangeType, Proposal> = BTreeMap::new();
    for diff in old.diff(new, &Names::default()) {
        let (change_type, class) = explain(diff.field, old, new, reference, day);
        let proposal = found.entry(change_type).or_insert_with(|| Proposal {
            change_type,
            class,
            fields: BTreeSet::new(),
        });
        proposal.class = proposal.class.stricter(class);
        proposal.fields.insert(diff.field);
    }
    found.into_values().collect()
}

/// The differing fields that none of the chosen types explains; saving waits until there are none.
pub fn uncovered(diffs: &[FieldDiff], chosen: &[ChangeType]) -> Vec<FactField> {
    diffs
        .iter()
        .map(|d| d.field)
        .filter(|field| !chosen.iter().any(|t| t.covers(*field)))
        .collect()
}

fn explain(
    field: FactField,
    old: &FactsVersion<'_>,
    new: &FactsVersion<'_>,
    reference: &ReferenceData,
    day: NaiveDate,
) -> (ChangeType, NoticeClass) {
    use ChangeType as T;
    use FactField as F;
    let (oo, no) = (old.organisation, new.organisation);
    let (oe, ne) = (old.engagement, new.engagement);
    let same_number = oo.registration_number.is_known() && oo.registration_number == no.registration_number;
    let same_company = oe.organisation == ne.organisation && same_number;
    let change_type = match field {
        F::Organisation => T::LegalEntityChanged,
        F::LegalName | F::FormerNames if same_company => T::NameChanged,
        F::LegalName => T::LegalEntityChanged,
        F::FormerNames => T::NameChanged,
        F::RegistrationNumber => if_established(&oo.registration_number, T::LegalEntityChanged),
        F::RegistrationCountry => if_established(&oo.registration_country, T::LegalEntityChanged),
        F::Address | F::Contact | F::Dpo | F::EuRepresentative | F::Website => T::AddressOrContactChanged,
        F::Parent => if_established(&oo.parent, T::ControlChanged),
        F::UltimateParentCountry => {
            let leaves = |place| reference.is_outside(place, day);
            let is_outside = no
                .ultimate_parent_country
                .is_known_and(|c| leaves(Place::Country(*c)));
            if oo.ultimate_parent_country.is_known() && is_outside {
                return (T::ControlChanged, NoticeClass::A);
            }
            if_established(&oo.ultimate_parent_country, T::ControlChanged)
        }
        F::RelationshipRole => T::PurposeOrServiceWidened,
        F::Category => if_established(&oe.category, T::PurposeOrServiceWidened),
        F::Service => if_established(&oe.service, T::PurposeOrServiceWidened),
        F::Purpose => if_established(&oe.purpose, T::PurposeOrServiceWidened),
        F::Responsibilities => if_established(&oe.responsibilities, T::PurposeOrServiceWidened),
        F::DataSubjects => added_or_removed(&oe.data_subjects, &ne.data_subjects),
        F::DataCategories => added_or_removed(&oe.data_categories, &ne.data_categories),
        F::SpecialCategories => added_or_removed(&oe.special_categories, &ne.special_categories),
        F::CriminalData => match (oe.criminal_data, ne.criminal_data) {
            (Known::Known(false), Known::Known(true)) => T::DataCategoryAdded,
            (Known::Known(true), Known::Known(false)) => T::PurposeNarrowed,
            _ => T::Correction,
        },
        F::Products if ne.products.is_subset(&oe.products) => T::PurposeNarrowed,
        F::Products => T::PurposeOrServiceWidened,
        F::OptionalFeature if ne.optional_feature => T::PurposeNarrowed,
        F::OptionalFeature => T::PurposeOrServiceWidened,
        F::Segregable | F::IctJurisdiction => T::Correction,
        F::AiTraining | F::AiRetention => ai_terms(oe, ne),
        F::Locations | F::RemoteAccess => locations(oe, ne, reference, day),
        F::Tier | F::ParentEngagement => T::Tier2Change,
        F::Chain => if_established(&oe.chain, T::Tier2Change),
        F::Mechanism => return mechanism(old.transfers, new.transfers),
    };
    (change_type, change_type.default_class())
}

const fn if_established<T>(old: &Known<T>, change_type: ChangeType) -> ChangeType {
    if old.is_known() {
        change_type
    } else {
        ChangeType::Correction
    }
}

fn added_or_removed<T: Ord>(old: &Known<BTreeSet<T>>, new: &Known<BTreeSet<T>>) -> ChangeType {
    match (old, new) {
        (Known::Known(old), Known::Known(new)) if new.is_subset(old) => ChangeType::PurposeNarrowed,
        (Known::Known(_), Known::Known(_)) => ChangeType::DataCategoryAdded,
        _ => ChangeType::Correction,
    }
}

fn ai_terms(old: &EngagementFacts, new: &EngagementFacts) -> ChangeType {
    let (Known::Known(old), Known::Known(new)) = (&old.ai_terms, &new.ai_terms) else {
        return ChangeType::Correction;
    };
    let worse = |old: &AiTerms, new: &AiTerms| {
        let trains = old.training == Known::Known(false) && new.training == Known::Known(true);
        let keeps = matches!((old.retention, new.retention), (Known::Known(a), Known::Known(b)) if b > a);
        trains || keeps
    };
    match (old, new) {
        (None, Some(_)) => ChangeType::AiTermsWorsened,
        (Some(old), Some(new)) if worse(old, new) => ChangeType::AiTermsWorsened,
        _ => ChangeType::Correction,
    }
}

fn locations(
    old: &EngagementFacts,
    new: &EngagementFacts,
    reference: &ReferenceData,
    day: NaiveDate,
) -> ChangeType {
    let outside = |facts: &EngagementFacts| -> Option<BTreeSet<(Place, LocationKind)>> {
        let all = facts.locations.get()?;
        Some(
            all.iter()
                .filter(|l| reference.is_outside(l.place, day))
                .map(|l| (l.place, l.kind))
                .collect(),
        )
    };
    match (outside(old), outside(new)) {
        (Some(old), Some(new)) if !new.is_subset(&old) => ChangeType::LocationToThirdCountry,
        (Some(old), Some(new)) if new.len() < old.len() => ChangeType::LocationBackToEea,
        (Some(_), Some(_)) => ChangeType::LocationWithinEea,
        _ => ChangeType::Correction,
    }
}

fn mechanism(old: &[Transfer], new: &[Transfer]) -> (ChangeType, NoticeClass) {
    let by_place = |transfers: &[Transfer]| -> BTreeMap<Place, MechanismKind> {
        transfers
            .iter()
            .map(|t| (t.destination, t.mechanism.kind()))
            .collect()
    };
    let (old, new) = (by_place(old), by_place(new));
    let weaker = new
        .iter()
        .any(|(place, kind)| old.get(place).is_some_and(|was| kind.class() > was.class()));
    let change_type = ChangeType::MechanismChangedEqual;
    (
        change_type,
        if weaker {
            NoticeClass::A
        } else {
            change_type.default_class()
        },
    )
}
