//! Posted settings.

use crate::ui::{Choice, FieldErrors, Said};
use domain::calendar::CalendarId;
use domain::country::Country;
use domain::email_address::EmailAddress;
use domain::gate::GateSettings;
use domain::text::{Line, Name};
use domain::zone::Zone;

/// A registered address on one line.
type Address = Line<300>;

/// The publisher as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublisherForm {
    /// As customers know it.
    pub name: String,
    /// IANA name.
    pub zone: String,
    /// Code of the calendar.
    pub calendar: String,
    /// Public mailbox.
    pub contact: String,
}

/// A publisher that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublisherValues {
    /// As customers know it.
    pub name: Name,
    /// Zone of its dates.
    pub zone: Zone,
    /// Calendar of its working days.
    pub calendar: CalendarId,
    /// Public mailbox.
    pub contact: EmailAddress,
}

impl PublisherForm {
    /// As people read it.
    pub fn said(&self) -> Said {
        let calendar = self.calendar.parse::<CalendarId>();
        Said::of([
            ("Name", self.name.clone()),
            ("Time zone", self.zone.clone()),
            (
                "Calendar of working days",
                calendar.map_or_else(|_| self.calendar.clone(), |id| id.name().to_owned()),
            ),
            ("Public mailbox", self.contact.clone()),
        ])
    }

    /// Reads the form, or says what is wrong.
    pub fn parse(&self) -> (Option<PublisherValues>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let name = errors.take("name", Name::parse(&self.name));
        let zone = errors.take(
            "zone",
            self.zone
                .trim()
                .parse::<Zone>()
                .map_err(|_| "Write a time zone such as Europe/Oslo"),
        );
        let calendar = errors.take(
            "calendar",
            self.calendar
                .parse::<CalendarId>()
                .map_err(|_| "Choose a calendar"),
        );
        let contact = errors.take("contact", EmailAddress::parse(&self.contact));
        let values = name.zip(zone).zip(calendar).zip(contact);
        let values = values.map(|(((name, zone), calendar), contact)| PublisherValues {
            name,
            zone,
            calendar,
            contact,
        });
        (values, errors)
    }
}

/// What the gates ask, as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GatesForm {
    /// "yes" or "no".
    pub dpf_requires_fallback: String,
    /// Days.
    pub tia_grace_days: String,
}

impl GatesForm {
    /// The longest time by which a review may be late, in days: a quarter.
    pub const LONGEST_GRACE: u16 = 90;

    /// The form as it is set.
    pub fn of(settings: GateSettings) -> Self {
        let word = if settings.dpf_requires_fallback {
            "yes"
        } else {
            "no"
        };
        Self {
            dpf_requires_fallback: word.to_owned(),
            tia_grace_days: settings.tia_grace_days.to_string(),
        }
    }

    /// As people read it.
    pub fn said(&self) -> Said {
        Said::of([
            (
                "Reliance on the Data Privacy Framework needs something in reserve",
                self.dpf_requires_fallback.clone(),
            ),
            (
                "Days by which a review of an assessment may be late",
                self.tia_grace_days.clone(),
            ),
        ])
    }

    /// Reads the form, or says what is wrong.
    pub fn parse(&self) -> (Option<GateSettings>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let fallback = match self.dpf_requires_fallback.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => {
                errors.add("dpf_requires_fallback", "Choose yes or no");
                None
            }
        };
        let grace = self.tia_grace_days.trim().parse().ok();
        let grace = grace.filter(|days| *days <= Self::LONGEST_GRACE);
        if grace.is_none() {
            let ask = format!("Write a whole number from 0 to {}", Self::LONGEST_GRACE);
            errors.add("tia_grace_days", ask);
        }
        let values = fallback
            .zip(grace)
            .map(|(dpf_requires_fallback, tia_grace_days)| GateSettings {
                dpf_requires_fallback,
                tia_grace_days,
            });
        (values, errors)
    }
}

/// A legal entity as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntityForm {
    /// Exact legal name.
    pub legal_name: String,
    /// Number in its company register.
    pub registration_number: String,
    /// Code of the country.
    pub country: String,
    /// Registered address.
    pub address: String,
    /// Contact point for data protection.
    pub contact: String,
}

/// A legal entity that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityValues {
    /// Exact legal name.
    pub legal_name: Name,
    /// Number in its company register.
    pub registration_number: Option<Name>,
    /// Where it is established.
    pub country: Country,
    /// Registered address.
    pub address: Option<Address>,
    /// Contact point for data protection.
    pub contact: Option<EmailAddress>,
}

/// Nothing typed is no value; anything else must be one.
pub(crate) fn optional<T, E>(text: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        parse(text).map(Some)
    }
}

impl EntityForm {
    /// As people read it.
    pub fn said(&self) -> Said {
        let country = Country::parse(&self.country);
        Said::of([
            ("Exact legal name", self.legal_name.clone()),
            ("Number in the company register", self.registration_number.clone()),
            (
                "Country of establishment",
                country.map_or_else(|_| self.country.clone(), |country| country.label().to_owned()),
            ),
            ("Registered address", self.address.clone()),
            ("Contact point for data protection", self.contact.clone()),
        ])
    }

    /// Reads the form, or says what is wrong.
    pub fn parse(&self) -> (Option<EntityValues>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let legal_name = errors.take("legal_name", Name::parse(&self.legal_name));
        let number = errors.take(
            "registration_number",
            optional(&self.registration_number, Name::parse),
        );
        let country = errors.take("country", Country::parse(&self.country));
        let address = errors.take("address", optional(&self.address, Address::parse));
        let contact = errors.take("contact", optional(&self.contact, EmailAddress::parse));
        let values = legal_name.zip(number).zip(country).zip(address).zip(contact);
        let values = values.map(
            |((((legal_name, registration_number), country), address), contact)| EntityValues {
                legal_name,
                registration_number,
                country,
                address,
                contact,
            },
        );
        (values, errors)
    }
}

/// A product as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductForm {
    /// Its name.
    pub name: String,
    /// Id of the entity that provides it.
    pub entity: String,
}

/// A product that can be stored; whether there is such an entity, the server says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductValues {
    /// Its name.
    pub name: Name,
    /// Id of the entity, as posted.
    pub entity: String,
}

impl ProductForm {
    /// As people read it, with the entities to choose from.
    pub fn said(&self, entities: &[Choice]) -> Said {
        let entity = entities.iter().find(|entity| entity.value == self.entity);
        Said::of([
            ("Name", self.name.clone()),
            (
                "Legal entity that provides it",
                entity.map_or_else(|| self.entity.clone(), |entity| entity.label.clone()),
            ),
        ])
    }

    /// Reads the form, or says what is wrong.
    pub fn parse(&self) -> (Option<ProductValues>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let name = errors.take("name", Name::parse(&self.name));
        if self.entity.is_empty() {
            errors.add("entity", "Choose the legal entity that provides it");
        }
        let values = name.filter(|_| errors.is_empty()).map(|name| ProductValues {
            name,
            entity: self.entity.clone(),
        });
        (values, errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.iter().map(|e| e.field.as_str()).collect()
    }

    #[test]
    fn an_empty_form_says_what_is_missing_field_by_field() {
        assert_eq!(
            fields(&PublisherForm::default().parse().1),
            ["name", "zone", "calendar", "contact"]
        );
        assert_eq!(
            fields(&EntityForm::default().parse().1),
            ["legal_name", "country"]
        );
        assert_eq!(fields(&ProductForm::default().parse().1), ["name", "entity"]);
    }

    #[test]
    fn what_the_gates_ask_reads_back_and_is_limited() {
        let settings = GateSettings::default();
        assert_eq!(GatesForm::of(settings).parse().0, Some(settings));
        let form = |fallback: &str, days: &str| GatesForm {
            dpf_requires_fallback: fallback.into(),
            tia_grace_days: days.into(),
        };
        assert_eq!(
            fields(&form("", "91").parse().1),
            ["dpf_requires_fallback", "tia_grace_days"]
        );
        for days in ["", "-1", "x", "1.5", "91"] {
            assert_eq!(fields(&form("no", days).parse().1), ["tia_grace_days"], "{days}");
        }
        assert_eq!(form("no", " 0 ").parse().0.map(|s| s.tia_grace_days), Some(0));
    }

    #[test]
    fn what_may_be_left_empty_is_no_value_and_what_is_typed_must_be_one() {
        let form = EntityForm {
            legal_name: "Publisher AS".into(),
            country: "no".into(),
            address: "Storgata 1, Oslo".into(),
            contact: "not an address".into(),
            ..EntityForm::default()
        };
        assert_eq!(fields(&form.parse().1), ["contact"]);
        let form = EntityForm {
            contact: "  ".into(),
            ..form
        };
        let values = form.parse().0.unwrap();
        assert_eq!((values.registration_number, values.contact), (None, None));
        assert_eq!(values.country.code(), "NO");
    }
}
