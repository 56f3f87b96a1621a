//! What customers are told. A notice is composed from the structured facts, never typed, and only when nothing that it
//! must say is missing.
//!
//! [`NoticeContent`] is the same for everyone; [`crate::notice::CustomerPart`] has one customer's dates and rights.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::change::{ChangeType, Cover};
use crate::country::Place;
use crate::engagement::EngagementFacts;
use crate::facts::{FactField, yes_no};
use crate::legal_record::{SecurityAssessment, Tia, Transfer};
use crate::organisation::OrganisationFacts;
use crate::reference::ReferenceData;
use crate::word_set::words;

mod customer_part;
mod missing;
mod state;
mod texts;

pub use customer_part::{CustomerDraft, CustomerPart, planned_text};
pub use state::{NoticeEvent, NoticeState};

words! {
    /// What a notice must say.
    "part of a notice" NoticeField {
        /// Legal name.
        LegalName = "LEGAL_NAME", "Legal name";
        /// Registration number.
        RegistrationNumber = "REGISTRATION_NUMBER", "Registration number";
        /// Registered address and country.
        Address = "ADDRESS", "Registered address";
        /// Contact point.
        Contact = "CONTACT", "Contact point";
        /// Who is replaced.
        Replaced = "REPLACED", "Who is replaced";
        /// Service and purpose.
        Processing = "PROCESSING", "Description of processing";
        /// Delimitation of responsibilities.
        Responsibilities = "RESPONSIBILITIES", "Responsibilities";
        /// Data categories.
        DataCategories = "DATA_CATEGORIES", "Data categories";
        /// Data subjects.
        DataSubjects = "DATA_SUBJECTS", "Data subjects";
        /// Special categories, yes or no.
        SpecialCategories = "SPECIAL_CATEGORIES", "Special categories";
        /// Locations.
        Locations = "LOCATIONS", "Locations";
        /// Remote access.
        RemoteAccess = "REMOTE_ACCESS", "Remote access";
        /// Transfer mechanism.
        Mechanism = "MECHANISM", "Transfer mechanism";
        /// Planned date.
        PlannedOn = "PLANNED_ON", "Planned date";
        /// Dates of the window.
        Window = "WINDOW", "Window dates";
        /// How to object.
        HowToObject = "HOW_TO_OBJECT", "How to object";
        /// Notice number and version.
        Number = "NUMBER", "Notice number";
        /// Country of the ultimate parent, for customers under DORA.
        ParentCountry = "PARENT_COUNTRY", "Country of the ultimate parent";
    }
}

/// Something that a notice must say and that is missing or illegal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}: {detail}", field.label())]
pub struct MissingField {
    /// Which part.
    pub field: NoticeField,
    /// What is wrong, in plain English.
    pub detail: String,
}

/// What a notice is composed from, for one line.
#[derive(Debug, Clone, Copy)]
pub struct NoticeDraft<'a> {
    /// What changes.
    pub change_type: ChangeType,
    /// What differs from what was shown before, each field with the type of change that covers it.
    pub covers: &'a [Cover],
    /// The organisation.
    pub organisation: &'a OrganisationFacts,
    /// The engagement, as it will be.
    pub engagement: &'a EngagementFacts,
    /// Who is replaced; needed for a replacement.
    pub replaces: Option<&'a str>,
    /// Transfers.
    pub transfers: &'a [Transfer],
    /// Transfer impact assessments.
    pub tias: &'a [Tia],
    /// The security assessment.
    pub security: Option<&'a SecurityAssessment>,
    /// Names of the products concerned.
    pub products: &'a [String],
    /// The title of the change: where something has happened, or no field differs, it says what.
    pub title: &'a str,
    /// Day on which the engagement or the change is planned to start, in the publisher's zone.
    pub planned_on: Option<NaiveDate>,
    /// The EEA and adequacy.
    pub reference: &'a ReferenceData,
    /// Today in the publisher's zone.
    pub today: NaiveDate,
}

/// One transfer as a notice says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferText {
    /// Destination.
    pub destination: String,
    /// Mechanism, with its fallback.
    pub mechanism: String,
}

/// One field as it was and as it will be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceText {
    /// The field.
    pub label: String,
    /// What was shown before.
    pub before: String,
    /// What it will be.
    pub after: String,
}

/// Whether customers read of a difference: how it is switched on is the publisher's own matter, and contacts, who may be
/// natural persons, stand in the notice as they are now.
const fn is_told(field: FactField) -> bool {
    !matches!(
        field,
        FactField::Segregable | FactField::Contact | FactField::Dpo | FactField::EuRepresentative
    )
}

/// Whether only the change's title says what it is about: it happened, or it is a change of what is in use in which no field
/// of the register differs, such as one that a vendor told us of.
const fn is_told_in_words(draft: &NoticeDraft<'_>) -> bool {
    let kind = draft.change_type;
    kind.is_information() || (draft.covers.is_empty() && !kind.starts_engagement() && !kind.ends_engagement())
}

/// What a notice says about one line, in words; the same for every customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeContent {
    /// What changes.
    pub change_type: ChangeType,
    /// What else changes at the same time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<ChangeType>,
    /// What happened, where it is told because it has, or what changes, where no field of the register says it; in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occasion: Option<String>,
    /// Fields with what was and what will be; empty for what starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<DifferenceText>,
    /// Legal name.
    pub legal_name: String,
    /// Registration number.
    pub registration_number: String,
    /// Registered address.
    pub address: String,
    /// Country of registration.
    pub registration_country: String,
    /// Contact point, on one line.
    pub contact: String,
    /// Who is replaced.
    pub replaces: Option<String>,
    /// Service.
    pub service: String,
    /// Purpose.
    pub purpose: String,
    /// Delimitation of responsibilities.
    pub responsibilities: String,
    /// Data categories.
    pub data_categories: Vec<String>,
    /// Data subjects.
    pub data_subjects: Vec<String>,
    /// Special categories; empty means none.
    pub special_categories: Vec<String>,
    /// Whether data on criminal convictions is included: "yes", "no" or "unknown".
    pub criminal_data: String,
    /// All locations.
    pub locations: Vec<String>,
    /// Whether data is reached from elsewhere: "yes" or "no".
    pub remote_access: String,
    /// Transfers outside the EEA; empty means that everything stays inside.
    pub transfers: Vec<TransferText>,
    /// Outcome and date of the transfer impact assessments.
    pub assessments: Vec<String>,
    /// Supplementary measures.
    pub measures: Vec<String>,
    /// Security guarantees.
    pub security: Option<String>,
    /// Products concerned.
    pub products: Vec<String>,
    /// Whether it concerns only a feature that customers switch on.
    pub optional_feature: bool,
    /// AI terms, where AI is involved.
    pub ai: Option<String>,
    /// Country of the ultimate parent.
    pub parent_country: Option<String>,
    /// Tier in the chain.
    pub tier: u8,
    /// Planned day, in the publisher's zone.
    pub planned_on: Option<NaiveDate>,
}

impl NoticeContent {
    /// The content, or everything that is missing for it.
    pub fn compose(draft: &NoticeDraft<'_>) -> Result<Self, Vec<MissingField>> {
        let (content, missing) = Self::preview(draft);
        if missing.is_empty() {
            Ok(content)
        } else {
            Err(missing)
        }
    }

    /// The content as far as it is known, with "unknown" where it is not, and everything that is missing.
    pub fn preview(draft: &NoticeDraft<'_>) -> (Self, Vec<MissingField>) {
        let (o, e) = (draft.organisation, draft.engagement);
        let texts = |items: Option<Vec<String>>| items.unwrap_or_else(|| vec!["unknown".to_owned()]);
        let content = Self {
            change_type: draft.change_type,
            also: draft
                .covers
                .iter()
                .map(|cover| cover.change_type)
                .filter(|kind| *kind != draft.change_type)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            occasion: is_told_in_words(draft).then(|| draft.title.to_owned()),
            differences: draft
                .covers
                .iter()
                .filter(|cover| is_told(cover.field))
                .map(|cover| DifferenceText {
                    label: cover.field.label().to_owned(),
                    before: cover.before.clone(),
                    after: cover.after.clone(),
                })
                .collect(),
            legal_name: o.legal_name.to_string(),
            registration_number: o.registration_number.print(ToString::to_string),
            address: o.address.print(ToString::to_string),
            registration_country: o.registration_country.print(|c| c.label().to_owned()),
            contact: o.contact.print(|c| c.line()),
            replaces: draft.replaces.map(str::to_owned),
            service: e.service.print(ToString::to_string),
            purpose: e.purpose.print(ToString::to_string),
            responsibilities: e.responsibilities.print(ToString::to_string),
            data_categories: texts(
                e.data_categories
                    .get()
                    .map(|s| s.iter().map(ToString::to_string).collect()),
            ),
            data_subjects: texts(
                e.data_subjects
                    .get()
                    .map(|s| s.iter().map(ToString::to_string).collect()),
            ),
            special_categories: texts(
                e.special_categories
                    .get()
                    .map(|s| s.iter().map(|c| c.label().to_owned()).collect()),
            ),
            criminal_data: e.criminal_data.print(|b| yes_no(*b)),
            locations: texts(
                e.locations
                    .get()
                    .map(|s| s.iter().map(ToString::to_string).collect()),
            ),
            remote_access: e.remote_access.print(|b| yes_no(*b)),
            transfers: texts::transfer_texts(draft),
            assessments: texts::assessment_texts(draft.tias),
            measures: draft
                .tias
                .iter()
                .flat_map(|t| &t.measures)
                .map(|m| m.text.to_string())
                .collect(),
            security: draft
                .security
                .and_then(|s| s.guarantees.as_ref())
                .map(ToString::to_string),
            products: draft.products.to_vec(),
            optional_feature: e.optional_feature,
            ai: texts::ai_text(e),
            parent_country: o.ultimate_parent_country.get().map(|c| c.label().to_owned()),
            tier: e.tier,
            planned_on: draft.planned_on,
        };
        (content, missing::missing(draft))
    }

    /// Whether what is told had happened by a day: then nothing is planned, and no start is to be waited for.
    pub fn has_happened_by(&self, day: NaiveDate) -> bool {
        self.change_type.has_happened(self.planned_on, day)
    }

    /// Every kind of change, the leading one first.
    pub fn kinds(&self) -> Vec<&'static str> {
        [self.change_type]
            .iter()
            .chain(&self.also)
            .map(|kind| kind.label())
            .collect()
    }

    /// What was and what will be, a line for each field.
    pub fn differences_text(&self) -> Vec<String> {
        self.differences
            .iter()
            .map(|one| format!("{}: {} → {}", one.label, one.before, one.after))
            .collect()
    }

    /// What is said about transfers: "None", or where to and by what.
    pub fn transfers_text(&self) -> String {
        if self.transfers.is_empty() {
            return "None: all locations, remote access included, are in the EEA".to_owned();
        }
        crate::facts::list(
            self.transfers
                .iter()
                .map(|t| format!("{}: {}", t.destination, t.mechanism)),
        )
    }
}

/// Places outside the EEA to which data goes: locations, and the country of the contracting company.
pub(crate) fn places_outside(
    organisation: &OrganisationFacts,
    engagement: &EngagementFacts,
    reference: &ReferenceData,
    day: NaiveDate,
) -> Vec<Place> {
    let mut places = engagement.places();
    places.extend(
        organisation
            .registration_country
            .get()
            .map(|c| Place::Country(*c)),
    );
    places
        .into_iter()
        .filter(|place| reference.is_outside(*place, day))
        .collect()
}

#[cfg(test)]
mod tests;
