//! A customer as posted.

use crate::settings::optional;
use crate::ui::{Choice, FieldErrors, Said};
use chrono::NaiveDate;
use domain::country::Country;
use domain::policy::CustomerRole;
use domain::text::{Line, Name};

use super::field::word;

/// The publisher's own reference.
pub type Reference = Line<100>;

/// The earliest day on which a contract can have been signed.
const EARLIEST: Option<NaiveDate> = NaiveDate::from_ymd_opt(1990, 1, 1);

/// A customer as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerForm {
    /// Its name.
    pub name: String,
    /// The publisher's own reference.
    pub reference: String,
    /// Controller or processor.
    pub role: String,
    /// Code of the country.
    pub country: String,
    /// `YYYY-MM-DD`.
    pub signed_on: String,
    /// Ids of products.
    pub products: Vec<String>,
    /// Ids of pending changes that were shown at signature.
    pub shown: Vec<String>,
}

/// A customer that can be stored; products and changes are looked up by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerValues {
    /// Its name.
    pub name: Name,
    /// The publisher's own reference.
    pub reference: Option<Reference>,
    /// Controller or processor.
    pub role: CustomerRole,
    /// Where it is.
    pub country: Country,
    /// When the agreement was signed.
    pub signed_on: NaiveDate,
}

impl CustomerForm {
    /// As people read it, with the products to choose from.
    pub fn said(&self, products: &[Choice]) -> Said {
        let country = Country::find(&self.country);
        let role = self.role.parse::<CustomerRole>();
        let held: Vec<&str> = products
            .iter()
            .filter(|product| self.products.contains(&product.value))
            .map(|product| product.label.as_str())
            .collect();
        Said::of([
            ("Name", self.name.clone()),
            ("Your own reference", self.reference.clone()),
            (
                "Country",
                country.map_or_else(|_| self.country.clone(), |country| country.label().to_owned()),
            ),
            (
                "What the customer is",
                role.map_or_else(|_| self.role.clone(), |role| role.label().to_owned()),
            ),
            ("Agreement signed on", self.signed_on.clone()),
            ("Products it uses", held.join("; ")),
        ])
    }

    /// Reads the form on `today`, or says what is wrong.
    pub fn parse(&self, today: NaiveDate) -> (Option<CustomerValues>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let name = errors.take("name", Name::parse(&self.name));
        let reference = errors.take("reference", optional(&self.reference, Reference::parse));
        let country = errors.take("country", Country::find(&self.country));
        let role = errors.take(
            "role",
            word(
                &self.role,
                "Choose CONTROLLER or PROCESSOR: whether the customer passes the notice on",
            ),
        );
        let signed_on = errors.take("signed_on", signed_on(&self.signed_on, today));
        let values = name.zip(reference).zip(country).zip(role).zip(signed_on);
        let values = values.map(
            |((((name, reference), country), role), signed_on)| CustomerValues {
                name,
                reference,
                role,
                country,
                signed_on,
            },
        );
        (values, errors)
    }
}

fn signed_on(text: &str, today: NaiveDate) -> Result<NaiveDate, String> {
    let day: NaiveDate = text
        .trim()
        .parse()
        .map_err(|_| "Write the day as year, month, day: 2026-12-31".to_owned())?;
    if day > today {
        return Err("This day has not come yet; add the customer once the agreement is signed".to_owned());
    }
    if EARLIEST.is_some_and(|earliest| day < earliest) {
        return Err("This is too long ago".to_owned());
    }
    Ok(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> CustomerForm {
        CustomerForm {
            name: "Kunde AS".into(),
            role: "CONTROLLER".into(),
            country: "NO".into(),
            signed_on: "2026-11-23".into(),
            ..CustomerForm::default()
        }
    }

    #[test]
    fn a_customer_has_a_name_a_country_a_role_and_a_day_that_has_come() {
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        assert!(form().parse(today).0.is_some());
        let (values, errors) = CustomerForm::default().parse(today);
        assert_eq!(values, None);
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["name", "country", "role", "signed_on"]);
        for (day, is_good) in [
            ("2026-11-24", false),
            ("2026-02-30", false),
            ("1989-12-31", false),
            ("99999-01-01", false),
            ("", false),
            ("1990-01-01", true),
            (" 2026-11-23 ", true),
        ] {
            let form = CustomerForm {
                signed_on: day.into(),
                ..form()
            };
            assert_eq!(form.parse(today).0.is_some(), is_good, "{day}");
        }
    }
}
