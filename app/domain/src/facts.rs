//! What two versions of the facts differ in, and the part of the facts that a notice binds.

use std::collections::BTreeMap;

use serde::Serialize;
use uuid::Uuid;

use crate::country::{Country, Place};
use crate::engagement::{AiTerms, Chain, EngagementFacts, Location, RelationshipRole, SpecialCategory};
use crate::id::ProductId;
use crate::known::Known;
use crate::legal_record::MechanismClass;
use crate::organisation::OrganisationFacts;
use crate::word_set::words;

words! {
    /// One field of the facts of an organisation or engagement.
    "field" FactField {
        /// See [`OrganisationFacts::legal_name`].
        LegalName = "LEGAL_NAME", "Legal name";
        /// See [`OrganisationFacts::former_names`].
        FormerNames = "FORMER_NAMES", "Former names";
        /// See [`OrganisationFacts::registration_number`].
        RegistrationNumber = "REGISTRATION_NUMBER", "Registration number";
        /// See [`OrganisationFacts::registration_country`].
        RegistrationCountry = "REGISTRATION_COUNTRY", "Country of registration";
        /// See [`OrganisationFacts::address`].
        Address = "ADDRESS", "Registered address";
        /// See [`OrganisationFacts::parent`].
        Parent = "PARENT", "Parent company";
        /// See [`OrganisationFacts::ultimate_parent_country`].
        UltimateParentCountry = "ULTIMATE_PARENT_COUNTRY", "Country of the ultimate parent";
        /// See [`OrganisationFacts::contact`].
        Contact = "CONTACT", "Data protection contact";
        /// See [`OrganisationFacts::dpo`].
        Dpo = "DPO", "Data protection officer";
        /// See [`OrganisationFacts::eu_representative`].
        EuRepresentative = "EU_REPRESENTATIVE", "EU representative";
        /// See [`OrganisationFacts::website`].
        Website = "WEBSITE", "Website";
        /// See [`EngagementFacts::organisation`].
        Organisation = "ORGANISATION", "Contracting company";
        /// See [`EngagementFacts::relationship_role`].
        RelationshipRole = "RELATIONSHIP_ROLE", "Role";
        /// See [`EngagementFacts::category`].
        Category = "CATEGORY", "Category";
        /// See [`EngagementFacts::service`].
        Service = "SERVICE", "Service";
        /// See [`EngagementFacts::purpose`].
        Purpose = "PURPOSE", "Purpose";
        /// See [`EngagementFacts::responsibilities`].
        Responsibilities = "RESPONSIBILITIES", "Responsibilities";
        /// See [`EngagementFacts::data_subjects`].
        DataSubjects = "DATA_SUBJECTS", "Data subjects";
        /// See [`EngagementFacts::data_categories`].
        DataCategories = "DATA_CATEGORIES", "Data categories";
        /// See [`EngagementFacts::special_categories`].
        SpecialCategories = "SPECIAL_CATEGORIES", "Special categories";
        /// See [`EngagementFacts::criminal_data`].
        CriminalData = "CRIMINAL_DATA", "Criminal convictions";
        /// See [`EngagementFacts::products`].
        Products = "PRODUCTS", "Products";
        /// See [`EngagementFacts::optional_feature`].
        OptionalFeature = "OPTIONAL_FEATURE", "Optional feature";
        /// See [`EngagementFacts::segregable`].
        Segregable = "SEGREGABLE", "Can be switched on customer by customer";
        /// See [`crate::engagement::AiTerms::training`].
        AiTraining = "AI_TRAINING", "Training on customers’ data";
        /// See [`crate::engagement::AiTerms::retention`].
        AiRetention = "AI_RETENTION", "Retention by the AI provider";
        /// See [`EngagementFacts::locations`].
        Locations = "LOCATIONS", "Locations";
        /// See [`EngagementFacts::remote_access`].
        RemoteAccess = "REMOTE_ACCESS", "Remote access";
        /// What allows transfers: see [`crate::legal_record::Transfer`].
        Mechanism = "MECHANISM", "Transfer mechanism";
        /// Whether it passed: see [`crate::legal_record::SecurityAssessment::result`].
        Security = "SECURITY", "Security assessment";
        /// See [`EngagementFacts::tier`].
        Tier = "TIER", "Tier";
        /// See [`EngagementFacts::parent`].
        ParentEngagement = "PARENT_ENGAGEMENT", "Subprocessor of";
        /// See [`EngagementFacts::chain`].
        Chain = "CHAIN", "Further subprocessors";
        /// See [`EngagementFacts::ict_jurisdiction`].
        IctJurisdiction = "ICT_JURISDICTION", "Jurisdiction of the infrastructure";
    }
}

impl FactField {
    /// Whether it is a fact about the company, which all its engagements share.
    pub const fn is_about_company(self) -> bool {
        matches!(
            self,
            Self::LegalName
                | Self::FormerNames
                | Self::RegistrationNumber
                | Self::RegistrationCountry
                | Self::Address
                | Self::Parent
                | Self::UltimateParentCountry
                | Self::Contact
                | Self::Dpo
                | Self::EuRepresentative
                | Self::Website
        )
    }
}

/// Names for the ids inside facts, so that a difference can be read. An id without a name is printed as it is.
#[derive(Debug, Clone, Default)]
pub struct Names(BTreeMap<Uuid, String>);

impl Names {
    /// Adds the name of a product, organisation or engagement.
    pub fn insert(&mut self, id: impl Into<Uuid>, name: impl Into<String>) {
        self.0.insert(id.into(), name.into());
    }

    /// The name behind an id.
    pub fn of(&self, id: impl Into<Uuid>) -> String {
        let id = id.into();
        self.0.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}

/// One field that two versions differ in, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldDiff {
    /// Which field.
    pub field: FactField,
    /// Its name for people.
    pub label: &'static str,
    /// The earlier value; "unknown" where it was.
    pub before: String,
    /// The later value.
    pub after: String,
}

struct Diffs(Vec<FieldDiff>);

impl Diffs {
    fn field<T: PartialEq>(&mut self, field: FactField, old: &T, new: &T, print: impl Fn(&T) -> String) {
        if old != new {
            self.0.push(FieldDiff {
                field,
                label: field.label(),
                before: print(old),
                after: print(new),
            });
        }
    }

    fn known<T: PartialEq>(
        &mut self,
        field: FactField,
        old: &Known<T>,
        new: &Known<T>,
        print: impl Fn(&T) -> String,
    ) {
        self.field(field, old, new, |value| value.print(&print));
    }
}

/// What two versions of an organisation differ in, in reading order.
pub fn diff_organisation(old: &OrganisationFacts, new: &OrganisationFacts) -> Vec<FieldDiff> {
    use FactField as F;
    let mut d = Diffs(Vec::new());
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    d.field(
        F::LegalName,
        &old.legal_name,
        &new.legal_name,
        ToString::to_string,
    );
    d.field(F::FormerNames, &old.former_names, &new.former_names, |n| list(n));
    d.known(
        F::RegistrationNumber,
        &old.registration_number,
        &new.registration_number,
        ToString::to_string,
    );
    d.known(
        F::RegistrationCountry,
        &old.registration_country,
        &new.registration_country,
        |c| c.label().to_owned(),
    );
    d.known(F::Address, &old.address, &new.address, ToString::to_string);
    d.known(F::Parent, &old.parent, &new.parent, |p| {
        or_none(p.as_ref().map(ToString::to_string))
    });
    d.known(
        F::UltimateParentCountry,
        &old.ultimate_parent_country,
        &new.ultimate_parent_country,
        |c| c.label().to_owned(),
    );
    d.known(F::Contact, &old.contact, &new.contact, |c| c.line());
    d.known(F::Dpo, &old.dpo, &new.dpo, |c| {
        or_none(c.as_ref().map(|c| c.line()))
    });
    d.known(
        F::EuRepresentative,
        &old.eu_representative,
        &new.eu_representative,
        |c| or_none(c.as_ref().map(|c| c.line())),
    );
    d.field(F::Website, &old.website, &new.website, |w| {
        or_none(w.as_ref().map(ToString::to_string))
    });
    d.0
}

/// What two versions of an engagement differ in, in reading order.
pub fn diff_engagement(old: &EngagementFacts, new: &EngagementFacts, names: &Names) -> Vec<FieldDiff> {
    use FactField as F;
    let mut d = Diffs(Vec::new());
    d.field(F::Organisation, &old.organisation, &new.organisation, |o| {
        names.of(*o)
    });
    d.field(
        F::RelationshipRole,
        &old.relationship_role,
        &new.relationship_role,
        |r| r.label().to_owned(),
    );
    d.known(F::Category, &old.category, &new.category, |c| {
        c.label().to_owned()
    });
    d.known(F::Service, &old.service, &new.service, ToString::to_string);
    d.known(F::Purpose, &old.purpose, &new.purpose, ToString::to_string);
    d.known(
        F::Responsibilities,
        &old.responsibilities,
        &new.responsibilities,
        ToString::to_string,
    );
    d.known(F::DataSubjects, &old.data_subjects, &new.data_subjects, |s| {
        list(s)
    });
    d.known(
        F::DataCategories,
        &old.data_categories,
        &new.data_categories,
        |s| list(s),
    );
    d.known(
        F::SpecialCategories,
        &old.special_categories,
        &new.special_categories,
        |s| list(s.iter().map(|c| c.label())),
    );
    d.known(F::CriminalData, &old.criminal_data, &new.criminal_data, |b| {
        yes_no(*b)
    });
    d.field(F::Products, &old.products, &new.products, |p| {
        if p.is_empty() {
            "all products".to_owned()
        } else {
            list(p.iter().map(|id| names.of(*id)))
        }
    });
    d.field(
        F::OptionalFeature,
        &old.optional_feature,
        &new.optional_feature,
        |b| yes_no(*b),
    );
    d.field(F::Segregable, &old.segregable, &new.segregable, |b| yes_no(*b));
    let training = |f: &EngagementFacts| ai_text(f, |ai| ai.training.print(|b| yes_no(*b)));
    d.field(F::AiTraining, &training(old), &training(new), Clone::clone);
    let retention = |f: &EngagementFacts| ai_text(f, |ai| ai.retention.print(|r| retention_text(*r)));
    d.field(F::AiRetention, &retention(old), &retention(new), Clone::clone);
    d.known(F::Locations, &old.locations, &new.locations, |l| list(l));
    d.known(F::RemoteAccess, &old.remote_access, &new.remote_access, |b| {
        yes_no(*b)
    });
    d.field(F::Tier, &old.tier, &new.tier, ToString::to_string);
    d.field(F::ParentEngagement, &old.parent, &new.parent, |p| {
        p.map_or_else(|| "none".to_owned(), |id| names.of(id))
    });
    d.known(F::Chain, &old.chain, &new.chain, |c| c.label().to_owned());
    d.known(
        F::IctJurisdiction,
        &old.ict_jurisdiction,
        &new.ict_jurisdiction,
        |all| list(all.iter().map(|country| country.label())),
    );
    d.0
}

/// "yes" or "no".
pub fn yes_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

/// Retention as people read it.
pub fn retention_text(retention: crate::engagement::AiRetention) -> String {
    match retention {
        crate::engagement::AiRetention::Zero => "nothing is kept".to_owned(),
        crate::engagement::AiRetention::Days(1) => "1 day".to_owned(),
        crate::engagement::AiRetention::Days(days) => format!("{days} days"),
    }
}

fn ai_text(facts: &EngagementFacts, print: impl Fn(&crate::engagement::AiTerms) -> String) -> String {
    facts
        .ai_terms
        .print(|ai| ai.as_ref().map_or_else(|| "no AI".to_owned(), &print))
}

/// "a; b; c", or "none".
pub fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    if items.is_empty() {
        "none".to_owned()
    } else {
        items.join("; ")
    }
}

/// The part of the facts that a notice binds (gate G14). Its JSON is hashed, so fields and elements keep one order:
/// fields as declared here, sets sorted. Add a field only at the end and together with a new `form`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticedFacts {
    /// Form of this document; raised when fields are added.
    pub form: u8,
    /// The legal person.
    pub entity: NoticedEntity,
    /// What for.
    pub purpose: Known<String>,
    /// All places, sorted.
    pub locations: Known<Vec<Location>>,
    /// Whether data is reached from elsewhere.
    pub remote_access: Known<bool>,
    /// Which data, sorted.
    pub data_categories: Known<Vec<String>>,
    /// Whose data, sorted.
    pub data_subjects: Known<Vec<String>>,
    /// Special categories, sorted.
    pub special_categories: Known<Vec<SpecialCategory>>,
    /// Data on criminal convictions.
    pub criminal_data: Known<bool>,
    /// By which class of mechanism data goes where, sorted by destination.
    pub mechanisms: Vec<NoticedMechanism>,
    /// What it is in this engagement.
    pub relationship_role: RelationshipRole,
    /// Name of the service.
    pub service: Known<String>,
    /// What exactly it does.
    pub responsibilities: Known<String>,
    /// For which products, sorted.
    pub products: Vec<ProductId>,
    /// Whether only customers who switch a feature on are affected.
    pub optional_feature: bool,
    /// What an AI provider may do with the data.
    pub ai_terms: Known<Option<AiTerms>>,
    /// What is recorded about its own subprocessors.
    pub chain: Known<Chain>,
    /// Whether it is switched on customer by customer: whose gates hold up whom follows from it.
    pub segregable: bool,
}

/// The legal person that a notice names. Its address and contact may be corrected without a new notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticedEntity {
    /// Exact legal name.
    pub legal_name: String,
    /// Number in its company register.
    pub registration_number: Known<String>,
    /// Country of that register.
    pub registration_country: Known<Country>,
}

/// One destination outside the EEA and the class of mechanism for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NoticedMechanism {
    /// Where data goes.
    pub destination: Place,
    /// Classes that are equal in strength share one, so that a change between them needs no new notice.
    pub class: MechanismClass,
}

/// The bound part of the facts; `mechanisms` from [`crate::legal_record::mechanism_classes`].
pub fn noticed_facts(
    organisation: &OrganisationFacts,
    engagement: &EngagementFacts,
    mechanisms: &BTreeMap<Place, MechanismClass>,
) -> NoticedFacts {
    fn texts<'a, T: ToString + 'a>(items: impl IntoIterator<Item = &'a T>) -> Vec<String> {
        items.into_iter().map(ToString::to_string).collect()
    }
    fn map<T, U>(known: &Known<T>, with: impl FnOnce(&T) -> U) -> Known<U> {
        known.get().map(with).into()
    }
    NoticedFacts {
        form: 3,
        entity: NoticedEntity {
            legal_name: organisation.legal_name.to_string(),
            registration_number: map(&organisation.registration_number, ToString::to_string),
            registration_country: organisation.registration_country,
        },
        purpose: map(&engagement.purpose, ToString::to_string),
        locations: map(&engagement.locations, |all| all.iter().cloned().collect()),
        remote_access: engagement.remote_access,
        data_categories: map(&engagement.data_categories, |all| texts(all)),
        data_subjects: map(&engagement.data_subjects, |all| texts(all)),
        special_categories: map(&engagement.special_categories, |all| {
            all.iter().copied().collect()
        }),
        criminal_data: engagement.criminal_data,
        mechanisms: mechanisms
            .iter()
            .map(|(destination, class)| NoticedMechanism {
                destination: *destination,
                class: *class,
            })
            .collect(),
        relationship_role: engagement.relationship_role,
        service: map(&engagement.service, ToString::to_string),
        responsibilities: map(&engagement.responsibilities, ToString::to_string),
        products: engagement.products.iter().copied().collect(),
        optional_feature: engagement.optional_feature,
        ai_terms: engagement.ai_terms,
        chain: engagement.chain,
        segregable: engagement.segregable,
    }
}

#[cfg(test)]
mod tests;
