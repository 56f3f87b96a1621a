//! The request as posted.

use domain::email_address::EmailAddress;
use domain::locale::Locale;
use domain::text::Name;

use crate::ui::FieldErrors;

/// The value of `place` for a new contact that takes over.
pub const INSTEAD: &str = "instead";
/// The value of `place` for a new contact beside the present one.
pub const BESIDE: &str = "beside";

/// The request as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AskForm {
    /// Name or function.
    pub name: String,
    /// Where notices would go.
    pub address: String,
    /// [`INSTEAD`] or [`BESIDE`].
    pub place: String,
    /// Language tag.
    pub locale: String,
}

/// A request that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Name or function.
    pub name: Name,
    /// Where notices would go.
    pub address: EmailAddress,
    /// Whether the new contact takes over.
    pub is_replacing: bool,
    /// Language of notices.
    pub locale: Locale,
}

impl AskForm {
    /// Reads the form, or says what is wrong.
    pub fn parse(&self) -> (Option<Asked>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let name = errors.take("name", Name::parse(&self.name));
        let address = errors.take("address", EmailAddress::parse(&self.address));
        let is_replacing = errors.take(
            "place",
            match self.place.as_str() {
                INSTEAD => Ok(true),
                BESIDE => Ok(false),
                _ => Err("Choose whether you go on getting notices"),
            },
        );
        let locale = errors.take("locale", self.locale.parse().map_err(|_| "Choose a language"));
        let asked = name.zip(address).zip(is_replacing).zip(locale);
        let asked = asked.map(|(((name, address), is_replacing), locale)| Asked {
            name,
            address,
            is_replacing,
            locale,
        });
        (asked, errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_asked_for() {
        let (asked, errors) = AskForm::default().parse();
        assert!(asked.is_none());
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["name", "address", "place", "locale"]);
        let form = AskForm {
            name: "Privacy office".into(),
            address: "privacy@customer.example".into(),
            place: BESIDE.into(),
            locale: "nb".into(),
        };
        let asked = form.parse().0.unwrap();
        assert!(!asked.is_replacing);
        assert_eq!(asked.locale, Locale::Nb);
    }
}
