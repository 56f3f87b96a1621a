//! One use of an organisation: what it does, with which data, for which products, and where.
//!
//! The same company may be engaged twice in different roles, so role, facts and gates attach here and not to
//! the company. The states of an engagement are in [`state`].

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::country::{Country, Place};
use crate::facts::FactField;
use crate::id::{EngagementId, OrganisationId, ProductId};
use crate::known::Known;
use crate::text::{Line, Paragraphs, Short};
use crate::word_set::words;

pub mod sign_off;
pub mod state;

words! {
    /// What the organisation is in this engagement (GDPR Articles 4(7), 4(8), 26, 28).
    "relationship role" RelationshipRole {
        /// Processes customers' personal data on the publisher's behalf.
        Subprocessor = "SUBPROCESSOR", "Subprocessor";
        /// A company of the publisher's group that does the same.
        AffiliateSubprocessor = "AFFILIATE_SUBPROCESSOR", "Affiliated subprocessor";
        /// Processes data for which the publisher itself is controller.
        OwnProcessor = "OWN_PROCESSOR", "Processor for our own data";
        /// Decides its own purposes.
        IndependentController = "INDEPENDENT_CONTROLLER", "Independent controller";
        /// Decides purposes together with the publisher.
        JointController = "JOINT_CONTROLLER", "Joint controller";
        /// Touches no personal data.
        NoPersonalData = "NO_PERSONAL_DATA", "No personal data";
        /// A licence without access.
        SoftwareOnly = "SOFTWARE_ONLY", "Software only";
    }
}

impl RelationshipRole {
    /// Whether customers must be told before it starts or changes.
    pub const fn is_in_notice_scope(self) -> bool {
        matches!(self, Self::Subprocessor | Self::AffiliateSubprocessor)
    }
}

words! {
    /// The kind of service.
    "category" Category {
        /// Hosting, networks, databases.
        Infrastructure = "INFRASTRUCTURE", "Infrastructure";
        /// Models and voice.
        Ai = "AI", "AI";
        /// Sign-in.
        Authentication = "AUTHENTICATION", "Authentication";
        /// Payments.
        Payments = "PAYMENTS", "Payments";
        /// Connections to other systems.
        Integrations = "INTEGRATIONS", "Integrations";
        /// E-mail.
        Email = "EMAIL", "Email";
        /// Logs and monitoring.
        Observability = "OBSERVABILITY", "Observability";
        /// Help desks.
        Support = "SUPPORT", "Support";
        /// Anything else.
        Other = "OTHER", "Other";
    }
}

words! {
    /// What happens at a location. Access from a country is a transfer to it.
    "kind of location" LocationKind {
        /// Data is kept there.
        Storage = "STORAGE", "storage";
        /// Data is processed there.
        Processing = "PROCESSING", "processing";
        /// Data can be reached from there.
        RemoteAccess = "REMOTE_ACCESS", "remote access";
        /// Support staff work there.
        Support = "SUPPORT", "support";
    }
}

impl LocationKind {
    /// Whether data is reached from there rather than kept there.
    pub const fn is_remote(self) -> bool {
        matches!(self, Self::RemoteAccess | Self::Support)
    }
}

words! {
    /// Special categories of personal data (GDPR Article 9(1)).
    "special category" SpecialCategory {
        /// Racial or ethnic origin.
        Origin = "RACIAL_OR_ETHNIC_ORIGIN", "racial or ethnic origin";
        /// Political opinions.
        Politics = "POLITICAL_OPINIONS", "political opinions";
        /// Religious or philosophical beliefs.
        Beliefs = "RELIGIOUS_OR_PHILOSOPHICAL_BELIEFS", "religious or philosophical beliefs";
        /// Trade union membership.
        Union = "TRADE_UNION_MEMBERSHIP", "trade union membership";
        /// Genetic data.
        Genetic = "GENETIC", "genetic data";
        /// Biometric data for identification.
        Biometric = "BIOMETRIC", "biometric data";
        /// Health.
        Health = "HEALTH", "health";
        /// Sex life or sexual orientation.
        SexLife = "SEX_LIFE_OR_ORIENTATION", "sex life or sexual orientation";
    }
}

words! {
    /// What is recorded about the organisation's own subprocessors (tier 2 and beyond).
    "chain" Chain {
        /// It uses none.
        None = "NONE", "uses no further subprocessor";
        /// Each is an engagement of its own under this one.
        Recorded = "RECORDED", "further subprocessors are recorded";
    }
}

/// One place, and what happens there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// Country, or worldwide.
    pub place: Place,
    /// What happens there.
    pub kind: LocationKind,
    /// The provider's region: "eu-central-1".
    pub region: Option<Line<80>>,
    /// City.
    pub city: Option<Line<80>>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let city = self
            .city
            .as_ref()
            .map(|city| format!("{city}, "))
            .unwrap_or_default();
        let region = self
            .region
            .as_ref()
            .map(|region| format!(" ({region})"))
            .unwrap_or_default();
        write!(f, "{city}{}{region}: {}", self.place.label(), self.kind.label())
    }
}

/// How long an AI provider keeps inputs and outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AiRetention {
    /// Nothing is kept.
    Zero,
    /// At most so many days.
    Days(u16),
}

/// A text that is neither "ZERO" nor a number of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Write ZERO, or a number of days from 1 to 3650")]
pub struct AiRetentionError;

impl fmt::Display for AiRetention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zero => f.write_str("ZERO"),
            Self::Days(days) => write!(f, "{days}"),
        }
    }
}

impl std::str::FromStr for AiRetention {
    type Err = AiRetentionError;

    fn from_str(text: &str) -> Result<Self, AiRetentionError> {
        match text.trim() {
            "ZERO" => Ok(Self::Zero),
            number => match number.parse() {
                Ok(days @ 1..=3650) => Ok(Self::Days(days)),
                _ => Err(AiRetentionError),
            },
        }
    }
}

impl Serialize for AiRetention {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        crate::text::serialize(self, to)
    }
}

impl<'de> Deserialize<'de> for AiRetention {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::text::deserialize(from)
    }
}

/// What an AI provider may do with customers' data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiTerms {
    /// Whether it may train models on the data.
    pub training: Known<bool>,
    /// How long it keeps the data.
    pub retention: Known<AiRetention>,
}

/// One version of what is known about an engagement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngagementFacts {
    /// The contracting legal entity.
    pub organisation: OrganisationId,
    /// Its role in this engagement.
    pub relationship_role: RelationshipRole,
    /// Kind of service.
    pub category: Known<Category>,
    /// Name of the service used.
    pub service: Known<Short>,
    /// What for.
    pub purpose: Known<Paragraphs<2000>>,
    /// What exactly it does, told apart from what others do.
    pub responsibilities: Known<Paragraphs<2000>>,
    /// Whose data.
    pub data_subjects: Known<BTreeSet<Line<120>>>,
    /// Which data.
    pub data_categories: Known<BTreeSet<Line<120>>>,
    /// Which special categories; an empty set is a known "none".
    pub special_categories: Known<BTreeSet<SpecialCategory>>,
    /// Whether data on criminal convictions is included (GDPR Article 10).
    pub criminal_data: Known<bool>,
    /// For which products; none named means all of them.
    pub products: BTreeSet<ProductId>,
    /// Whether only customers who switch a feature on are affected.
    pub optional_feature: bool,
    /// Whether it can be switched on customer by customer.
    pub segregable: bool,
    /// AI terms; `None` when no AI is involved.
    pub ai_terms: Known<Option<AiTerms>>,
    /// All places: storage, processing, remote access and support.
    pub locations: Known<BTreeSet<Location>>,
    /// Whether data can be reached from anywhere else than where it is kept, support included.
    pub remote_access: Known<bool>,
    /// 1 for a subprocessor of the publisher, 2 for a subprocessor of that one, and so on.
    pub tier: u8,
    /// The engagement above this one, from tier 2 on.
    pub parent: Option<EngagementId>,
    /// What is recorded about its own subprocessors.
    pub chain: Known<Chain>,
    /// Under whose law the infrastructure of the service stands (Data Act, Regulation (EU) 2023/2854, Article 28(1)). No
    /// notice binds it, and nothing is missing while it is unknown.
    #[serde(default)]
    pub ict_jurisdiction: Known<BTreeSet<Country>>,
}

impl EngagementFacts {
    /// A first-tier subprocessor of which nothing else is known.
    pub const fn of(organisation: OrganisationId) -> Self {
        Self {
            organisation,
            relationship_role: RelationshipRole::Subprocessor,
            category: Known::Unknown,
            service: Known::Unknown,
            purpose: Known::Unknown,
            responsibilities: Known::Unknown,
            data_subjects: Known::Unknown,
            data_categories: Known::Unknown,
            special_categories: Known::Unknown,
            criminal_data: Known::Unknown,
            products: BTreeSet::new(),
            optional_feature: false,
            segregable: false,
            ai_terms: Known::Unknown,
            locations: Known::Unknown,
            remote_access: Known::Unknown,
            tier: 1,
            parent: None,
            chain: Known::Unknown,
            ict_jurisdiction: Known::Unknown,
        }
    }

    /// What nobody has established yet, in reading order.
    pub fn unknown(&self) -> Vec<FactField> {
        use FactField as F;
        let ai = |known: fn(&AiTerms) -> bool| self.ai_terms.is_known_and(|ai| ai.as_ref().is_none_or(known));
        [
            (self.category.is_known(), F::Category),
            (self.service.is_known(), F::Service),
            (self.purpose.is_known(), F::Purpose),
            (self.responsibilities.is_known(), F::Responsibilities),
            (
                self.data_subjects.is_known_and(|s| !s.is_empty()),
                F::DataSubjects,
            ),
            (
                self.data_categories.is_known_and(|s| !s.is_empty()),
                F::DataCategories,
            ),
            (self.special_categories.is_known(), F::SpecialCategories),
            (self.criminal_data.is_known(), F::CriminalData),
            (self.locations.is_known_and(|l| !l.is_empty()), F::Locations),
            (self.remote_access.is_known(), F::RemoteAccess),
            (ai(|terms| terms.training.is_known()), F::AiTraining),
            (ai(|terms| terms.retention.is_known()), F::AiRetention),
            (self.chain.is_known(), F::Chain),
        ]
        .into_iter()
        .filter_map(|(known, field)| (!known).then_some(field))
        .collect()
    }

    /// Facts that contradict each other, with what to do; such a version is not saved.
    pub fn contradictions(&self) -> Vec<(FactField, &'static str)> {
        use FactField as F;
        let has_remote = self
            .locations
            .is_known_and(|all| all.iter().any(|l| l.kind.is_remote()));
        let mut found = Vec::new();
        if self.tier == 0 {
            found.push((F::Tier, "The tier is 1 or more"));
        }
        if self.tier > 1 && self.parent.is_none() {
            found.push((
                F::ParentEngagement,
                "From tier 2 on, say whose subprocessor it is",
            ));
        }
        if self.tier == 1 && self.parent.is_some() {
            found.push((
                F::ParentEngagement,
                "A subprocessor of another one is tier 2 or more",
            ));
        }
        if self.locations.is_known() && self.remote_access == Known::Known(true) && !has_remote {
            found.push((F::Locations, "Name the places from which data is reached"));
        }
        if self.remote_access == Known::Known(false) && has_remote {
            found.push((F::RemoteAccess, "A location says that data is reached from there"));
        }
        found
    }

    /// Countries and worldwide, each once; empty while locations are unknown.
    pub fn places(&self) -> BTreeSet<Place> {
        self.locations
            .get()
            .map(|all| all.iter().map(|l| l.place).collect())
            .unwrap_or_default()
    }

    /// Countries for the public list's filter; worldwide is none of them.
    pub fn countries(&self) -> BTreeSet<Country> {
        self.places().iter().filter_map(Place::country).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;
    use uuid::Uuid;

    fn facts() -> EngagementFacts {
        EngagementFacts::of(OrganisationId::from(Uuid::from_u128(1)))
    }

    fn location(place: &str, kind: LocationKind) -> Location {
        Location {
            place: Place::parse(place).unwrap(),
            kind,
            region: None,
            city: None,
        }
    }

    #[test]
    fn words_read_back() {
        assert_words!(RelationshipRole, Category, LocationKind, SpecialCategory, Chain);
    }

    #[test]
    fn only_subprocessors_are_noticed() {
        let noticed: Vec<_> = RelationshipRole::ALL
            .iter()
            .filter(|r| r.is_in_notice_scope())
            .collect();
        assert_eq!(
            noticed,
            [
                &RelationshipRole::Subprocessor,
                &RelationshipRole::AffiliateSubprocessor
            ]
        );
    }

    #[test]
    fn a_new_engagement_knows_nothing_and_is_not_segregable() {
        let facts = facts();
        assert_eq!(facts.unknown().len(), 13);
        assert!(!facts.segregable);
        let json = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<EngagementFacts>(&json).unwrap(), facts);
    }

    #[test]
    fn an_empty_set_of_locations_is_still_unknown_but_no_special_categories_is_known() {
        let mut facts = facts();
        facts.locations = Known::Known(BTreeSet::new());
        facts.special_categories = Known::Known(BTreeSet::new());
        assert!(facts.unknown().contains(&FactField::Locations));
        assert!(!facts.unknown().contains(&FactField::SpecialCategories));
    }

    #[test]
    fn remote_access_and_locations_must_agree() {
        let mut facts = facts();
        facts.locations = Known::Known(BTreeSet::from([location("DE", LocationKind::Storage)]));
        facts.remote_access = Known::Known(true);
        assert_eq!(facts.contradictions()[0].0, FactField::Locations);
        facts.locations = Known::Known(BTreeSet::from([location("US", LocationKind::Support)]));
        assert!(facts.contradictions().is_empty());
        facts.remote_access = Known::Known(false);
        assert_eq!(facts.contradictions()[0].0, FactField::RemoteAccess);
        facts.tier = 2;
        assert_eq!(facts.contradictions()[0].0, FactField::ParentEngagement);
    }

    #[test]
    fn retention_reads_back() {
        for text in ["ZERO", "1", "30"] {
            assert_eq!(text.parse::<AiRetention>().unwrap().to_string(), text);
        }
        for bad in ["", "0", "-1", "zero", "forever", "3651"] {
            assert!(bad.parse::<AiRetention>().is_err(), "{bad}");
        }
        assert!(AiRetention::Zero < AiRetention::Days(1));
    }

    #[test]
    fn a_location_reads_like_an_address() {
        let mut place = location("DE", LocationKind::Storage);
        place.city = Some(Line::parse("Frankfurt").unwrap());
        place.region = Some(Line::parse("eu-central-1").unwrap());
        assert_eq!(place.to_string(), "Frankfurt, Germany (eu-central-1): storage");
    }
}
