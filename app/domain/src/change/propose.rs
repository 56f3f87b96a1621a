//! From what differs between two versions to the types of change that explain it (legal-rules §7, detection).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::class::{ChangeType, NoticeClass};
use crate::country::Place;
use crate::engagement::{AiTerms, EngagementFacts, Location};
use crate::facts::{FactField, FieldDiff, Names, diff_engagement, diff_organisation};
use crate::id::ProductId;
use crate::known::Known;
use crate::legal_record::{MechanismKind, SecurityAssessment, Transfer};
use crate::notice::places_outside;
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
    /// Its security assessment.
    pub security: Option<&'a SecurityAssessment>,
}

impl FactsVersion<'_> {
    /// What differs from this version to a later one, mechanism and result of the security assessment included.
    pub fn diff(&self, new: &FactsVersion<'_>, names: &Names) -> Vec<FieldDiff> {
        let mut diffs = diff_organisation(self.organisation, new.organisation);
        diffs.extend(diff_engagement(self.engagement, new.engagement, names));
        let mut other = |field: FactField, before: String, after: String| {
            if before != after {
                diffs.push(FieldDiff {
                    field,
                    label: field.label(),
                    before,
                    after,
                });
            }
        };
        other(
            FactField::Mechanism,
            mechanism_text(self.transfers),
            mechanism_text(new.transfers),
        );
        // A first assessment changes nothing about the world; one that turns out worse does.
        if let (Some(before), Some(after)) = (self.security, new.security) {
            let text = |assessment: &SecurityAssessment| assessment.result.label().to_owned();
            other(FactField::Security, text(before), text(after));
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

/// A field that differs, with the types of change that the facts suggest for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field, before and after.
    pub diff: FieldDiff,
    /// The types that explain it with their class here, the one for which most speaks first. Where there are several, a
    /// person has to choose: whether a purpose became wider is not to be read off its text.
    pub suggested: Vec<(ChangeType, NoticeClass)>,
    /// Whether a special category of data is added, which always needs a window.
    pub adds_special_category: bool,
}

impl Difference {
    /// The class that the facts ask for as long as nobody has chosen a type: the strictest suggested.
    pub fn strictest(&self) -> NoticeClass {
        self.suggested
            .iter()
            .map(|(_, class)| *class)
            .max()
            .unwrap_or(NoticeClass::A)
    }

    /// The class that `chosen` has here: the suggested one where it is suggested, its default otherwise.
    pub fn class_of(&self, chosen: ChangeType) -> NoticeClass {
        let suggested = self.suggested.iter().find(|(kind, _)| *kind == chosen);
        suggested.map_or_else(|| chosen.default_class(), |(_, class)| *class)
    }

    /// Every type that covers the field, suggested ones first.
    pub fn choices(&self) -> Vec<ChangeType> {
        let suggested = self.suggested.iter().map(|(kind, _)| *kind);
        let others = ChangeType::ALL.iter().copied().filter(|kind| {
            !kind.starts_engagement()
                && kind.covers(self.diff.field)
                && self.suggested.iter().all(|(suggested, _)| suggested != kind)
        });
        suggested.chain(others).collect()
    }
}

/// What differs from `old` to `new` on a day, each field with the types of change that explain it.
pub fn differences(
    old: &FactsVersion<'_>,
    new: &FactsVersion<'_>,
    names: &Names,
    reference: &ReferenceData,
    day: NaiveDate,
) -> Vec<Difference> {
    old.diff(new, names)
        .into_iter()
        .map(|diff| Difference {
            suggested: explain(diff.field, old, new, reference, day),
            adds_special_category: diff.field == FactField::SpecialCategories
                && adds_special_category(old.engagement, new.engagement),
            diff,
        })
        .collect()
}

fn adds_special_category(old: &EngagementFacts, new: &EngagementFacts) -> bool {
    match (&old.special_categories, &new.special_categories) {
        (Known::Known(old), Known::Known(new)) => !new.is_subset(old),
        _ => false,
    }
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
/// every differing field is covered: see [`uncovered`] and [`super::cover`].
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
    for difference in differences(old, new, &Names::default(), reference, day) {
        let Some((change_type, class)) = difference.suggested.first().copied() else {
            continue;
        };
        let proposal = found.entry(change_type).or_insert_with(|| Proposal {
            change_type,
            class,
            fields: BTreeSet::new(),
        });
        proposal.class = proposal.class.stricter(class);
        proposal.fields.insert(difference.diff.field);
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

/// The types for one field, the likeliest first, each with its class here.
fn explain(
    field: FactField,
    old: &FactsVersion<'_>,
    new: &FactsVersion<'_>,
    reference: &ReferenceData,
    day: NaiveDate,
) -> Vec<(ChangeType, NoticeClass)> {
    use ChangeType as T;
    use FactField as F;
    let (oo, no) = (old.organisation, new.organisation);
    let (oe, ne) = (old.engagement, new.engagement);
    let same_number = oo.registration_number.is_known() && oo.registration_number == no.registration_number;
    let same_company = oe.organisation == ne.organisation && same_number;
    let another_person = vec![T::LegalEntityChanged, T::MergerUniversalSuccession];
    let wider_or_narrower = || vec![T::PurposeOrServiceWidened, T::PurposeNarrowed];
    let types = match field {
        F::Organisation => another_person,
        F::LegalName | F::FormerNames if same_company => vec![T::NameChanged],
        F::LegalName => another_person,
        F::FormerNames => vec![T::NameChanged],
        F::RegistrationNumber => if_established(&oo.registration_number, another_person),
        F::RegistrationCountry => if_established(&oo.registration_country, another_person),
        F::Address | F::Contact | F::Dpo | F::EuRepresentative | F::Website => {
            vec![T::AddressOrContactChanged]
        }
        F::Parent if oo.parent.is_known() => return control(no, reference, day),
        F::UltimateParentCountry if oo.ultimate_parent_country.is_known() => {
            return control(no, reference, day);
        }
        F::Parent | F::UltimateParentCountry => vec![T::Correction],
        F::RelationshipRole => vec![T::PurposeOrServiceWidened],
        F::Category => if_established(&oe.category, vec![T::PurposeOrServiceWidened, T::Correction]),
        F::Service => if_established(&oe.service, wider_or_narrower()),
        F::Purpose => if_established(&oe.purpose, wider_or_narrower()),
        F::Responsibilities => if_established(&oe.responsibilities, wider_or_narrower()),
        F::DataSubjects => vec![added_or_removed(&oe.data_subjects, &ne.data_subjects)],
        F::DataCategories => vec![added_or_removed(&oe.data_categories, &ne.data_categories)],
        F::SpecialCategories => match (&oe.special_categories, &ne.special_categories) {
            // Nobody was told yet that such data is there: a person says whether it is new.
            (Known::Unknown, Known::Known(some)) if !some.is_empty() => {
                vec![T::Correction, T::DataCategoryAdded]
            }
            (old, new) => vec![added_or_removed(old, new)],
        },
        F::CriminalData => vec![match (oe.criminal_data, ne.criminal_data) {
            (Known::Known(false), Known::Known(true) | Known::Unknown) => T::DataCategoryAdded,
            (Known::Known(true), Known::Known(false)) => T::PurposeNarrowed,
            _ => T::Correction,
        }],
        F::Products if serves_fewer(&oe.products, &ne.products) => vec![T::PurposeNarrowed],
        F::Products => vec![T::PurposeOrServiceWidened],
        F::OptionalFeature if ne.optional_feature => vec![T::PurposeNarrowed],
        F::OptionalFeature => vec![T::PurposeOrServiceWidened],
        F::Segregable | F::IctJurisdiction => vec![T::Correction],
        F::AiTraining | F::AiRetention => vec![ai_terms(oe, ne)],
        F::Locations | F::RemoteAccess => vec![locations(oe, ne, reference, day)],
        F::Tier | F::ParentEngagement => vec![T::Tier2Change],
        F::Chain => if_established(&oe.chain, vec![T::Tier2Change]),
        F::Mechanism => return vec![mechanism(old, new, reference, day)],
        F::Security => match new.security {
            Some(assessment) if !assessment.result.is_passed() => vec![T::SecurityDowngrade],
            _ => vec![T::Correction],
        },
    };
    types
        .into_iter()
        .map(|kind| (kind, kind.default_class()))
        .collect()
}

/// Whether fewer products are served than before. Where none is named it is all of them, those to come included.
fn serves_fewer(old: &BTreeSet<ProductId>, new: &BTreeSet<ProductId>) -> bool {
    !new.is_empty() && (old.is_empty() || new.is_subset(old))
}

fn if_established<T>(old: &Known<T>, types: Vec<ChangeType>) -> Vec<ChangeType> {
    if old.is_known() {
        types
    } else {
        vec![ChangeType::Correction]
    }
}

/// Another owner: with a window where the new one is outside the EEA, because its law reaches the data, or where nobody knows
/// which law that is.
fn control(
    new: &OrganisationFacts,
    reference: &ReferenceData,
    day: NaiveDate,
) -> Vec<(ChangeType, NoticeClass)> {
    let may_be_outside = match new.ultimate_parent_country {
        Known::Known(country) => reference.is_outside(Place::Country(country), day),
        Known::Unknown => new.parent != Known::Known(None),
    };
    let class = if may_be_outside {
        NoticeClass::A
    } else {
        ChangeType::ControlChanged.default_class()
    };
    vec![(ChangeType::ControlChanged, class)]
}

/// What was established and is so no more may have grown.
fn added_or_removed<T: Ord>(old: &Known<BTreeSet<T>>, new: &Known<BTreeSet<T>>) -> ChangeType {
    match (old, new) {
        (Known::Known(old), Known::Known(new)) if new.is_subset(old) => ChangeType::PurposeNarrowed,
        (Known::Known(_), _) => ChangeType::DataCategoryAdded,
        (Known::Unknown, _) => ChangeType::Correction,
    }
}

fn ai_terms(old: &EngagementFacts, new: &EngagementFacts) -> ChangeType {
    let worse = |old: &AiTerms, new: &AiTerms| {
        let trains = old.training == Known::Known(false) && new.training != Known::Known(false);
        let keeps = match (old.retention, new.retention) {
            (Known::Known(before), Known::Known(after)) => after > before,
            (Known::Known(_), Known::Unknown) => true,
            (Known::Unknown, _) => false,
        };
        trains || keeps
    };
    match (&old.ai_terms, &new.ai_terms) {
        (Known::Known(None), Known::Known(Some(_)) | Known::Unknown) => ChangeType::AiTermsWorsened,
        (Known::Known(Some(_)), Known::Unknown) => ChangeType::AiTermsWorsened,
        (Known::Known(Some(old)), Known::Known(Some(new))) if worse(old, new) => ChangeType::AiTermsWorsened,
        _ => ChangeType::Correction,
    }
}

/// Whether `new` only says more exactly where `old` is.
fn is_more_exact(old: &Location, new: &Location) -> bool {
    fn says_more<T: PartialEq>(old: &Option<T>, new: &Option<T>) -> bool {
        old.is_none() || old == new
    }
    old.place == new.place
        && old.kind == new.kind
        && says_more(&old.region, &new.region)
        && says_more(&old.city, &new.city)
}

fn locations(
    old: &EngagementFacts,
    new: &EngagementFacts,
    reference: &ReferenceData,
    day: NaiveDate,
) -> ChangeType {
    use ChangeType as T;
    let is_outside = |location: &&Location| reference.is_outside(location.place, day);
    let (Known::Known(before), after) = (&old.locations, &new.locations) else {
        return T::Correction;
    };
    let Known::Known(after) = after else {
        return T::LocationToThirdCountry;
    };
    if before == after {
        return match (old.remote_access, new.remote_access) {
            (Known::Unknown, _) => T::Correction,
            (Known::Known(_), Known::Known(_)) => T::LocationWithinEea,
            (Known::Known(_), Known::Unknown) => T::LocationToThirdCountry,
        };
    }
    let added: Vec<&Location> = after
        .iter()
        .filter(|location| !before.iter().any(|earlier| is_more_exact(earlier, location)))
        .collect();
    let left = before
        .iter()
        .filter(is_outside)
        .any(|location| !after.iter().any(|later| is_more_exact(location, later)));
    if added.iter().any(is_outside) {
        T::LocationToThirdCountry
    } else if left {
        T::LocationBackToEea
    } else if added.is_empty() && after.len() >= before.len() {
        T::Correction
    } else {
        T::LocationWithinEea
    }
}

/// Destinations outside with the kind of their mechanism. Where two transfers go to one place, the weaker one counts.
fn by_place(transfers: &[Transfer]) -> BTreeMap<Place, MechanismKind> {
    let mut found: BTreeMap<Place, MechanismKind> = BTreeMap::new();
    for transfer in transfers {
        let kind = transfer.mechanism.kind();
        if kind == MechanismKind::NoneRequired {
            continue;
        }
        let of_place = found.entry(transfer.destination).or_insert(kind);
        if kind.class() > of_place.class() {
            *of_place = kind;
        }
    }
    found
}

/// What became of the mechanisms, the gravest first.
fn mechanism(
    old: &FactsVersion<'_>,
    new: &FactsVersion<'_>,
    reference: &ReferenceData,
    day: NaiveDate,
) -> (ChangeType, NoticeClass) {
    use ChangeType as T;
    let (before, after) = (by_place(old.transfers), by_place(new.transfers));
    let places =
        |version: &FactsVersion<'_>| places_outside(version.organisation, version.engagement, reference, day);
    let (were, are) = (places(old), places(new));
    let gone = || before.keys().filter(|place| !after.contains_key(place));
    let come = || after.keys().filter(|place| !before.contains_key(place));
    if gone().any(|place| are.contains(place)) {
        return (T::MechanismLost, T::MechanismLost.default_class());
    }
    let is_weaker = |(place, kind): (&Place, &MechanismKind)| {
        before.get(place).is_some_and(|was| kind.class() > was.class())
    };
    if after.iter().any(is_weaker) {
        return (T::MechanismChangedEqual, NoticeClass::A);
    }
    if come().any(|place| !were.contains(place)) {
        let kind = T::LocationToThirdCountry;
        return (kind, kind.default_class());
    }
    let is_other = |(place, kind): (&Place, &MechanismKind)| before.get(place).is_some_and(|was| kind != was);
    let kind = if after.iter().any(is_other) {
        T::MechanismChangedEqual
    } else if gone().next().is_some() {
        T::LocationBackToEea
    } else {
        // The paper was missing, the data went there already.
        T::Correction
    };
    (kind, kind.default_class())
}
