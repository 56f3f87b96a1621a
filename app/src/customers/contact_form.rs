//! A contact as posted.

use crate::ui::FieldErrors;
use domain::email_address::EmailAddress;
use domain::locale::Locale;
use domain::text::Name;

use super::field::word;

/// A contact as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactForm {
    /// Name or function.
    pub name: String,
    /// Where notices go.
    pub address: String,
    /// `PRIMARY` or `FALLBACK`.
    pub kind: String,
    /// Order among fallbacks, from 1.
    pub rank: String,
    /// Language tag.
    pub locale: String,
}

/// A contact that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactValues {
    /// Name or function.
    pub name: Name,
    /// Where notices go.
    pub address: EmailAddress,
    /// Whether it is written to with every notice.
    pub is_primary: bool,
    /// Order among those of the same kind.
    pub rank: i64,
    /// Language of notices.
    pub locale: Locale,
}

impl ContactForm {
    /// Reads the form, or says what is wrong.
    pub fn parse(&self) -> (Option<ContactValues>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let name = errors.take("name", Name::parse(&self.name));
        let address = errors.take("address", EmailAddress::parse(&self.address));
        let is_primary = errors.take(
            "kind",
            match self.kind.as_str() {
                "PRIMARY" => Ok(true),
                "FALLBACK" => Ok(false),
                _ => Err("Choose when this contact is written to"),
            },
        );
        let rank = errors.take("rank", rank(&self.rank));
        let locale = errors.take("locale", word(&self.locale, "Choose a language"));
        let values = name.zip(address).zip(is_primary).zip(rank).zip(locale);
        let values = values.map(|((((name, address), is_primary), rank), locale)| ContactValues {
            name,
            address,
            is_primary,
            rank,
            locale,
        });
        (values, errors)
    }
}

/// From 1 to 99; nothing typed is 1.
fn rank(text: &str) -> Result<i64, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(1);
    }
    text.parse()
        .ok()
        .filter(|rank| (1..=99).contains(rank))
        .ok_or("Write a number from 1 to 99")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_has_a_name_an_address_a_kind_and_a_language() {
        let (_, errors) = ContactForm::default().parse();
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["name", "address", "kind", "locale"]);
        let form = ContactForm {
            name: "Privacy office".into(),
            address: "privacy@kunde.example".into(),
            kind: "FALLBACK".into(),
            rank: "2".into(),
            locale: "nb".into(),
        };
        let values = form.parse().0.unwrap();
        assert_eq!(
            (values.is_primary, values.rank, values.locale),
            (false, 2, Locale::Nb)
        );
        for rank in ["0", "100", "-1", "one"] {
            let form = ContactForm {
                rank: rank.into(),
                ..form.clone()
            };
            assert_eq!(form.parse().1.len(), 1, "{rank}");
        }
    }
}
