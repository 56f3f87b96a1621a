//! An e-mail address that the product will write to.
//!
//! Narrower than RFC 5321 on purpose: no quoted local parts, no address literals, no domain without a dot. Both parts are
//! ASCII, as every relay takes them; a domain with other letters is given in its `xn--` form. The domain is lower-cased,
//! the local part is kept as typed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::is_forbidden;

/// Greatest length of a whole address in bytes (RFC 5321 §4.5.3.1.3, without the angle brackets).
const MAX_ADDRESS: usize = 254;
/// Greatest length of the part before the @ in bytes (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Greatest length of one label of the domain in bytes (RFC 1035 §2.3.4).
const MAX_LABEL: usize = 63;

/// A parsed address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress {
    address: String,
    at: usize,
}

/// Why an address was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailAddressError {
    /// Nothing was typed.
    #[error("Write an e-mail address")]
    Empty,
    /// Longer than mail servers take.
    #[error("This e-mail address is too long")]
    TooLong,
    /// White space, control characters, brackets, commas and the like.
    #[error("An e-mail address has no spaces, brackets, quotes, commas or control characters")]
    Forbidden,
    /// Not exactly one @ with something before it.
    #[error("An e-mail address looks like name@company.example")]
    Shape,
    /// A character before the @ that not every mail server takes.
    #[error(
        "Before the @ only unaccented letters, digits and signs such as . - _ + can be written to, because many mail servers take no others"
    )]
    Local,
    /// A domain with letters outside ASCII.
    #[error(
        "Write the part after the @ in its ASCII form: for a domain with other letters that begins with xn--"
    )]
    International,
    /// The part after the @ is not a domain name with a dot.
    #[error("The part after the @ must be a full domain name, like company.example")]
    Domain,
}

impl EmailAddress {
    /// Reads an address as it was typed; white space around it is dropped. Whatever it takes, a mail can be written to.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let address = Self::read(text)?;
        if !address.local().bytes().all(is_local) {
            return Err(EmailAddressError::Local);
        }
        check_ascii(address.domain())?;
        Ok(address)
    }

    /// Reads what is stored: what was taken in long ago is still an address, though mails to it may fail.
    fn read(text: &str) -> Result<Self, EmailAddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailAddressError::Empty);
        }
        if text
            .chars()
            .any(|c| c.is_whitespace() || is_forbidden(c) || "<>()[]\\,;:\"".contains(c))
        {
            return Err(EmailAddressError::Forbidden);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(EmailAddressError::Shape)?;
        if local.is_empty()
            || local.contains('@')
            || local.starts_with('.')
            || local.ends_with('.')
            || local.contains("..")
        {
            return Err(EmailAddressError::Shape);
        }
        let domain = domain.to_lowercase();
        check_domain(&domain)?;
        if local.len() > MAX_LOCAL || local.len() + 1 + domain.len() > MAX_ADDRESS {
            return Err(EmailAddressError::TooLong);
        }
        Ok(Self {
            at: local.len(),
            address: format!("{local}@{domain}"),
        })
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The part before the @, as typed.
    pub fn local(&self) -> &str {
        &self.address[..self.at]
    }

    /// The part after the @, lower-cased.
    pub fn domain(&self) -> &str {
        &self.address[self.at + 1..]
    }

    /// The form by which two spellings of one mailbox are recognised: all lower case.
    ///
    /// Mail servers may tell `A@x` from `a@x`; in practice none does, and two subscriptions would be one person's.
    pub fn folded(&self) -> String {
        self.address.to_lowercase()
    }

    /// The address with most of its local part hidden, for logs and lists.
    pub fn masked(&self) -> String {
        let first = self.address.chars().next().unwrap_or('*');
        format!("{first}***@{}", self.domain())
    }
}

/// What an atom of RFC 5322 is made of, and the dots between atoms.
fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte)
}

/// A name of the DNS. Its last label begins with a letter: programs read `0x1` and the like as a number, and the name as an
/// IP address.
fn check_ascii(domain: &str) -> Result<(), EmailAddressError> {
    if !domain.is_ascii() {
        return Err(EmailAddressError::International);
    }
    let last = domain.rsplit('.').next().unwrap_or_default();
    if last.starts_with(|c: char| c.is_ascii_alphabetic()) {
        Ok(())
    } else {
        Err(EmailAddressError::Domain)
    }
}

fn check_domain(domain: &str) -> Result<(), EmailAddressError> {
    let labels: Vec<&str> = domain.split('.').collect();
    let fits = |label: &&str| {
        !label.is_empty()
            && label.len() <= MAX_LABEL
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c.is_alphanumeric() || c == '-' || (!c.is_ascii() && !c.is_whitespace()))
    };
    let numeric_end = labels
        .last()
        .is_some_and(|last| last.chars().all(|c| c.is_ascii_digit()));
    if labels.len() < 2 || numeric_end || !labels.iter().all(fits) {
        return Err(EmailAddressError::Domain);
    }
    Ok(())
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

impl std::str::FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, EmailAddressError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailAddressError;

    fn try_from(text: String) -> Result<Self, EmailAddressError> {
        Self::read(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.address
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_domain_is_lower_cased_and_the_local_part_is_kept() {
        let address = EmailAddress::parse(" Ola.Nordmann+dpa@EXAMPLE.No ").unwrap();
        assert_eq!(address.as_str(), "Ola.Nordmann+dpa@example.no");
        assert_eq!(
            (address.local(), address.domain()),
            ("Ola.Nordmann+dpa", "example.no")
        );
        assert_eq!(address.folded(), "ola.nordmann+dpa@example.no");
        assert_eq!(address.masked(), "O***@example.no");
    }

    #[test]
    fn a_domain_with_other_letters_is_given_in_ascii() {
        for good in [
            "x@xn--blbr-roah.example",
            "a@b.co",
            "a!#$%&'*+-/=?^_`{|}~.b@c.example",
        ] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        assert_eq!(
            EmailAddress::parse("x@blåbær.example"),
            Err(EmailAddressError::International)
        );
    }

    #[test]
    fn what_was_taken_in_long_ago_is_still_an_address() {
        let stored: EmailAddress = "løk@blåbær.example".to_owned().try_into().unwrap();
        assert_eq!(stored.as_str(), "løk@blåbær.example");
    }

    #[test]
    fn what_no_notice_could_reach_is_refused() {
        use EmailAddressError as E;
        for (bad, error) in [
            ("", E::Empty),
            ("nobody", E::Shape),
            ("@example.no", E::Shape),
            ("a@b@example.no", E::Shape),
            (".a@example.no", E::Shape),
            ("a..b@example.no", E::Shape),
            ("a@localhost", E::Domain),
            ("a@example..no", E::Domain),
            ("a@-example.no", E::Domain),
            ("a@10.0.0.1", E::Domain),
            ("a@exa_mple.no", E::Domain),
            ("a@b.0x1", E::Domain),
            ("a@b.1", E::Domain),
            ("a@⒈com.example", E::International),
            ("a@b.ex.ａmple", E::International),
            ("jörg@example.no", E::Local),
            ("a\u{fffd}@example.no", E::Local),
            ("用户@example.no", E::Local),
            ("a b@example.no", E::Forbidden),
            ("\"a b\"@example.no", E::Forbidden),
            ("a@[10.0.0.1]", E::Forbidden),
            ("a@example.no\r\nBcc: b@example.no", E::Forbidden),
            ("a\0@example.no", E::Forbidden),
            ("Name <a@example.no>", E::Forbidden),
            ("a@example.no,b@example.no", E::Forbidden),
        ] {
            assert_eq!(EmailAddress::parse(bad), Err(error), "{bad:?}");
        }
        assert_eq!(
            EmailAddress::parse(&format!("{}@example.no", "a".repeat(65))),
            Err(E::TooLong)
        );
        let long = format!(
            "a@{}.no",
            ["b".repeat(60), "c".repeat(60), "d".repeat(60), "e".repeat(70)].join(".")
        );
        assert_eq!(EmailAddress::parse(&long), Err(E::Domain));
        let long = format!("a@{}.no", vec!["b".repeat(60); 5].join("."));
        assert_eq!(EmailAddress::parse(&long), Err(E::TooLong));
    }

    proptest! {
        #[test]
        fn an_address_reads_back_as_itself(text in "[a-zA-Z.+_-]{1,12}@[A-Za-z0-9-]{1,8}(\\.[a-zA-Z]{2,4}){0,2}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()).unwrap(), address);
            }
        }

        #[test]
        fn no_input_brings_a_line_break_through(text in any::<String>()) {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert!(!address.as_str().contains(['\r', '\n', ' ', '\0']));
            }
        }
    }
}
