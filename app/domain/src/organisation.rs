//! A company that the publisher uses, as its register describes it.
//!
//! Facts are versioned and never overwritten; this is one version. What somebody has not established is
//! [`Known::Unknown`] and stays so until somebody does.

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::email_address::EmailAddress;
use crate::facts::FactField;
use crate::known::Known;
use crate::text::{Line, Name, Paragraphs, Short};
use crate::web_address::WebAddress;
use crate::word_set::words;

/// One version of what is known about an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationFacts {
    /// The exact legal name: the contract, the invoice and lists of certified companies are compared with it.
    pub legal_name: Name,
    /// Earlier legal names of the same legal person.
    pub former_names: Vec<Name>,
    /// Number in the company register of its country.
    pub registration_number: Known<Line<60>>,
    /// Country of that register: where the importing legal entity is.
    pub registration_country: Known<Country>,
    /// Registered address.
    pub address: Known<Paragraphs<500>>,
    /// Direct parent; `None` when it has none.
    pub parent: Known<Option<Name>>,
    /// Country of the ultimate parent; the organisation's own country when it is independent.
    pub ultimate_parent_country: Known<Country>,
    /// Whom to ask about data protection.
    pub contact: Known<ContactPoint>,
    /// Data protection officer; `None` when it has none.
    pub dpo: Known<Option<ContactPoint>>,
    /// Representative in the Union under Article 27; `None` when it needs or has none.
    pub eu_representative: Known<Option<ContactPoint>>,
    /// Its own website.
    pub website: Option<WebAddress>,
}

/// A person or function that can be asked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContactPoint {
    /// Whether `name` is a function or a natural person.
    pub kind: ContactPointKind,
    /// Function or name: "Privacy office".
    pub name: Short,
    /// E-mail address.
    pub email: Option<EmailAddress>,
    /// Telephone number.
    pub phone: Option<Line<60>>,
    /// Postal address, where it is not the registered one.
    pub postal: Option<Paragraphs<500>>,
}

words! {
    /// Natural persons are shown to customers in the portal, never on a public page.
    "kind of contact" ContactPointKind {
        /// A function or role mailbox.
        Function = "FUNCTION", "function";
        /// A natural person.
        Person = "PERSON", "person";
    }
}

impl ContactPoint {
    /// One line for notices: name, then what it can be reached by.
    pub fn line(&self) -> String {
        let mut parts = vec![self.name.to_string()];
        parts.extend(self.email.as_ref().map(ToString::to_string));
        parts.extend(self.phone.as_ref().map(ToString::to_string));
        parts.extend(
            self.postal
                .as_ref()
                .map(|postal| postal.as_str().replace('\n', ", ")),
        );
        parts.join(", ")
    }

    /// Whether it can be reached at all.
    pub const fn is_reachable(&self) -> bool {
        self.email.is_some() || self.phone.is_some() || self.postal.is_some()
    }

    /// The form for public pages: `None` for a natural person.
    pub fn public(&self) -> Option<&Self> {
        (self.kind == ContactPointKind::Function).then_some(self)
    }
}

impl OrganisationFacts {
    /// An organisation of which only the name is known.
    pub const fn named(legal_name: Name) -> Self {
        Self {
            legal_name,
            former_names: Vec::new(),
            registration_number: Known::Unknown,
            registration_country: Known::Unknown,
            address: Known::Unknown,
            parent: Known::Unknown,
            ultimate_parent_country: Known::Unknown,
            contact: Known::Unknown,
            dpo: Known::Unknown,
            eu_representative: Known::Unknown,
            website: None,
        }
    }

    /// What nobody has established yet, in reading order.
    pub fn unknown(&self) -> Vec<FactField> {
        use FactField as F;
        [
            (self.registration_number.is_known(), F::RegistrationNumber),
            (self.registration_country.is_known(), F::RegistrationCountry),
            (self.address.is_known(), F::Address),
            (self.parent.is_known(), F::Parent),
            (self.ultimate_parent_country.is_known(), F::UltimateParentCountry),
            (self.contact.is_known(), F::Contact),
            (self.dpo.is_known(), F::Dpo),
            (self.eu_representative.is_known(), F::EuRepresentative),
        ]
        .into_iter()
        .filter_map(|(known, field)| (!known).then_some(field))
        .collect()
    }

    /// Whether `name` is exactly its legal name; only white space and the case of letters may differ.
    pub fn is_named(&self, name: &str) -> bool {
        same_name(self.legal_name.as_str(), name)
    }
}

/// Whether two legal names are the same but for white space and case.
pub fn same_name(a: &str, b: &str) -> bool {
    let plain = |name: &str| {
        name.split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase()
    };
    plain(a) == plain(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    #[test]
    fn words_read_back() {
        assert_words!(ContactPointKind);
    }

    #[test]
    fn nothing_is_invented_about_a_name() {
        let facts = OrganisationFacts::named(Name::parse("Acme Hosting GmbH").unwrap());
        assert_eq!(facts.unknown().len(), 8);
        let json = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<OrganisationFacts>(&json).unwrap(), facts);
    }

    #[test]
    fn a_legal_name_is_compared_exactly_but_for_case_and_spaces() {
        let facts = OrganisationFacts::named(Name::parse("Acme Hosting GmbH").unwrap());
        assert!(facts.is_named("ACME  Hosting gmbh"));
        assert!(!facts.is_named("Acme Hosting Inc."));
    }

    #[test]
    fn a_natural_person_is_not_for_public_pages() {
        let mut contact = ContactPoint {
            kind: ContactPointKind::Function,
            name: Short::parse("Privacy office").unwrap(),
            email: Some(EmailAddress::parse("privacy@acme.example").unwrap()),
            phone: None,
            postal: None,
        };
        assert_eq!(contact.line(), "Privacy office, privacy@acme.example");
        assert!(contact.public().is_some() && contact.is_reachable());
        contact.kind = ContactPointKind::Person;
        assert!(contact.public().is_none());
    }
}
