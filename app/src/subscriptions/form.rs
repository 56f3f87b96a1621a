//! Posted subscriptions.

use domain::email_address::EmailAddress;
use domain::locale::Locale;

use crate::ui::FieldErrors;

/// The one question: which address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubscribeForm {
    /// As typed.
    pub email: String,
}

impl SubscribeForm {
    /// Reads the address, or says what is wrong with it.
    pub fn parse(&self) -> Result<EmailAddress, FieldErrors> {
        EmailAddress::parse(&self.email).map_err(|error| FieldErrors::one("email", error))
    }
}

/// The language of mails as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Language {
    /// As posted.
    pub locale: String,
}

impl Language {
    /// Reads the language.
    pub fn parse(&self) -> Result<Locale, FieldErrors> {
        self.locale
            .parse()
            .map_err(|_| FieldErrors::one("locale", "Choose one of the languages"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_and_a_malformed_one_named_at_its_field() {
        let form = |email: &str| SubscribeForm {
            email: email.to_owned(),
        };
        assert_eq!(
            form(" Kari@Customer.example ").parse().unwrap().as_str(),
            "Kari@customer.example"
        );
        for bad in [
            "",
            "kari",
            "kari@",
            "a b@customer.example",
            "kari@customer.example\r\nBcc: x@y.example",
        ] {
            let errors = form(bad).parse().unwrap_err();
            assert!(errors.first("email").is_some(), "{bad:?}");
        }
    }

    #[test]
    fn a_language_is_one_of_ours() {
        assert_eq!(Language { locale: "fi".into() }.parse(), Ok(Locale::Fi));
        assert_eq!(Language { locale: "xx".into() }.parse().unwrap_err().len(), 1);
    }
}
