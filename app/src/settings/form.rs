//! Posted settings.

use crate::ui::FieldErrors;
use domain::calendar::CalendarId;
use domain::country::Country;
use domain::email_address::EmailAddress;
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
