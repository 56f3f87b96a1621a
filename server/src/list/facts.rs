//! Facts in the form that the public may see: unknown stays unstated, and natural persons are not named.

use app::list::{Entry, InUse, PublicFact};
use domain::engagement::EngagementFacts;
use domain::facts::{
    FactField, FieldDiff, Names, diff_engagement, diff_organisation, retention_text, yes_no,
};
use domain::known::Known;
use domain::organisation::{ContactPoint, ContactPointKind, OrganisationFacts};
use domain::text::Short;

use super::Register;
use crate::store::listings::ListingState;
use crate::store::public_list::{Announced, AnnouncedLine, Shown};

/// What stands in place of a natural person.
const A_PERSON: &str = "a named person, whom customers find in their notice";

/// A row of the list.
pub fn entry(register: &Register, shown: &Shown) -> Entry {
    let facts = &shown.engagement;
    Entry {
        slug: shown.slug.clone(),
        name: shown.organisation.legal_name.to_string(),
        service: text(&facts.service),
        category: facts.category.get().map(|category| category.label().to_owned()),
        purpose: text(&facts.purpose),
        locations: lines(&facts.locations),
        data: lines(&facts.data_categories),
        mechanisms: register.mechanisms(shown.engagement_id, shown.recorded_at, facts),
        products: facts.products.iter().map(|id| register.names().of(*id)).collect(),
        in_use: in_use(register, shown),
    }
}

/// Since when a row is in use.
pub fn in_use(register: &Register, shown: &Shown) -> InUse {
    match shown.listing {
        ListingState::Listed => InUse::Since(shown.in_use_from),
        ListingState::Partial => InUse::Partly(shown.in_use_from),
        ListingState::Ended => InUse::Ended(register.zone.local_date(shown.recorded_at)),
    }
}

/// Everything about the company, in reading order.
pub fn company(facts: &OrganisationFacts) -> Vec<PublicFact> {
    use FactField as F;
    let mut rows = vec![fact(F::LegalName, one(facts.legal_name.to_string()))];
    if !facts.former_names.is_empty() {
        rows.push(fact(
            F::FormerNames,
            facts.former_names.iter().map(ToString::to_string).collect(),
        ));
    }
    rows.push(fact(
        F::RegistrationNumber,
        text(&facts.registration_number).into_iter().collect(),
    ));
    rows.push(fact(
        F::RegistrationCountry,
        facts
            .registration_country
            .get()
            .map(|c| c.label().to_owned())
            .into_iter()
            .collect(),
    ));
    rows.push(fact(F::Address, paragraphs(text(&facts.address))));
    rows.push(fact(F::Parent, or_none(&facts.parent, ToString::to_string)));
    rows.push(fact(
        F::Contact,
        facts.contact.get().map(contact_line).into_iter().collect(),
    ));
    rows.push(fact(F::Dpo, or_none(&facts.dpo, contact_line)));
    rows.push(fact(
        F::EuRepresentative,
        or_none(&facts.eu_representative, contact_line),
    ));
    if let Some(website) = &facts.website {
        rows.push(fact(F::Website, one(website.to_string())));
    }
    rows
}

/// Everything about what the company does, in reading order.
pub fn processing(register: &Register, shown: &Shown) -> Vec<PublicFact> {
    let mut rows = engagement_rows(&shown.engagement, register.names());
    let mechanisms = register.mechanisms(shown.engagement_id, shown.recorded_at, &shown.engagement);
    rows.push(fact(FactField::Mechanism, mechanisms));
    rows
}

/// Everything about a company that is announced and not on the list yet.
pub fn public_facts(register: &Register, change: &Announced, line: &AnnouncedLine) -> Vec<PublicFact> {
    let mut rows = company(&line.organisation);
    rows.extend(engagement_rows(&line.engagement, register.names()));
    rows.push(fact(
        FactField::Mechanism,
        register.mechanisms(line.engagement_id, change.announced_at, &line.engagement),
    ));
    rows
}

fn engagement_rows(facts: &EngagementFacts, names: &Names) -> Vec<PublicFact> {
    use FactField as F;
    let mut rows = vec![
        fact(F::Service, text(&facts.service).into_iter().collect()),
        fact(
            F::Category,
            facts
                .category
                .get()
                .map(|c| c.label().to_owned())
                .into_iter()
                .collect(),
        ),
        fact(F::Purpose, paragraphs(text(&facts.purpose))),
        fact(F::Responsibilities, paragraphs(text(&facts.responsibilities))),
        fact(F::DataSubjects, lines(&facts.data_subjects)),
        fact(F::DataCategories, lines(&facts.data_categories)),
        fact(
            F::SpecialCategories,
            facts.special_categories.get().map_or_else(Vec::new, |all| {
                if all.is_empty() {
                    one("none".to_owned())
                } else {
                    all.iter().map(|c| c.label().to_owned()).collect()
                }
            }),
        ),
        fact(
            F::CriminalData,
            facts
                .criminal_data
                .get()
                .map(|b| yes_no(*b))
                .into_iter()
                .collect(),
        ),
    ];
    if !facts.products.is_empty() {
        rows.push(fact(
            F::Products,
            facts.products.iter().map(|id| names.of(*id)).collect(),
        ));
    }
    if facts.optional_feature {
        rows.push(fact(
            F::OptionalFeature,
            one("yes: only for customers who switch it on".to_owned()),
        ));
    }
    if let Known::Known(Some(terms)) = &facts.ai_terms {
        rows.push(fact(
            F::AiTraining,
            terms.training.get().map(|b| yes_no(*b)).into_iter().collect(),
        ));
        rows.push(fact(
            F::AiRetention,
            terms
                .retention
                .get()
                .map(|r| retention_text(*r))
                .into_iter()
                .collect(),
        ));
    }
    rows.push(fact(F::Locations, lines(&facts.locations)));
    rows.push(fact(
        F::RemoteAccess,
        facts
            .remote_access
            .get()
            .map(|b| yes_no(*b))
            .into_iter()
            .collect(),
    ));
    if let Some(parent) = facts.parent {
        rows.push(fact(F::ParentEngagement, one(names.of(parent))));
    }
    rows.push(fact(
        F::Chain,
        facts
            .chain
            .get()
            .map(|c| c.label().to_owned())
            .into_iter()
            .collect(),
    ));
    // Said only where it is known: not every service is one that the Data Act speaks of.
    if let Known::Known(countries) = &facts.ict_jurisdiction {
        let labels = countries.iter().map(|country| country.label().to_owned());
        rows.push(fact(F::IctJurisdiction, labels.collect()));
    }
    rows
}

/// What two versions differ in, as far as the public may see it.
pub fn public_difference(
    (old_company, old): (&OrganisationFacts, &EngagementFacts),
    (new_company, new): (&OrganisationFacts, &EngagementFacts),
    names: &Names,
) -> Vec<FieldDiff> {
    let mut fields = diff_engagement(old, new, names);
    fields.retain(|diff| diff.field != FactField::Segregable);
    fields.extend(diff_organisation(
        &without_persons(old_company),
        &without_persons(new_company),
    ));
    fields
}

/// The same facts with every natural person replaced by one and the same placeholder.
fn without_persons(facts: &OrganisationFacts) -> OrganisationFacts {
    let mut facts = facts.clone();
    if let Known::Known(contact) = &mut facts.contact {
        depersonalise(contact);
    }
    for known in [&mut facts.dpo, &mut facts.eu_representative] {
        if let Known::Known(Some(contact)) = known {
            depersonalise(contact);
        }
    }
    facts
}

fn depersonalise(contact: &mut ContactPoint) {
    if contact.kind == ContactPointKind::Person {
        if let Ok(name) = Short::parse(A_PERSON) {
            contact.name = name;
        }
        contact.email = None;
        contact.phone = None;
        contact.postal = None;
    }
}

fn contact_line(contact: &ContactPoint) -> String {
    contact
        .public()
        .map_or_else(|| A_PERSON.to_owned(), ContactPoint::line)
}

fn fact(field: FactField, values: Vec<String>) -> PublicFact {
    PublicFact {
        term: field.label(),
        values,
    }
}

fn one(value: String) -> Vec<String> {
    vec![value]
}

fn text<T: ToString>(known: &Known<T>) -> Option<String> {
    known.get().map(ToString::to_string)
}

fn paragraphs(text: Option<String>) -> Vec<String> {
    text.map(|text| {
        text.lines()
            .filter(|line| !line.trim().is_empty())
            .map(str::to_owned)
            .collect()
    })
    .unwrap_or_default()
}

fn lines<'a, T: ToString + 'a, I>(known: &'a Known<I>) -> Vec<String>
where
    &'a I: IntoIterator<Item = &'a T>,
{
    known
        .get()
        .map(|all| all.into_iter().map(ToString::to_string).collect())
        .unwrap_or_default()
}

fn or_none<T>(known: &Known<Option<T>>, print: impl Fn(&T) -> String) -> Vec<String> {
    known
        .get()
        .map(|value| value.as_ref().map_or_else(|| "none".to_owned(), &print))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::email_address::EmailAddress;
    use domain::text::Name;

    fn company_with(kind: ContactPointKind, name: &str) -> OrganisationFacts {
        let mut facts = OrganisationFacts::named(Name::parse("Acme Hosting GmbH").unwrap());
        facts.contact = Known::Known(ContactPoint {
            kind,
            name: Short::parse(name).unwrap(),
            email: Some(EmailAddress::parse("kari@acme.example").unwrap()),
            phone: None,
            postal: None,
        });
        facts
    }

    #[test]
    fn a_natural_person_is_neither_a_fact_nor_a_difference() {
        let before = company_with(ContactPointKind::Person, "Kari Nordmann");
        let after = company_with(ContactPointKind::Person, "Ola Nordmann");
        let rows = format!("{:?}", company(&before));
        assert!(!rows.contains("Kari") && !rows.contains("kari@"), "{rows}");
        assert_eq!(
            diff_organisation(&without_persons(&before), &without_persons(&after)),
            []
        );
        let office = company_with(ContactPointKind::Function, "Privacy office");
        let diff = diff_organisation(&without_persons(&before), &without_persons(&office));
        assert_eq!(diff[0].before, A_PERSON);
        assert_eq!(diff[0].after, "Privacy office, kari@acme.example");
    }
}
