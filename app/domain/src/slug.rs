//! The readable last part of a page address: `acme-hosting`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Greatest length in characters.
const MAX: usize = 80;

/// Lower-case ASCII letters and digits in groups joined by single hyphens, 1 to 80 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// Why a slug was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Use 1 to 80 lower-case letters and digits, with single hyphens between them")]
pub struct SlugError;

impl Slug {
    /// Reads a slug exactly as written.
    pub fn parse(text: &str) -> Result<Self, SlugError> {
        let fits = (1..=MAX).contains(&text.len())
            && text.split('-').all(|part| {
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(SlugError)
        }
    }

    /// Makes one from a name; `None` when the name has no letter or digit that can be written in ASCII.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in name.chars().flat_map(char::to_lowercase) {
            let ascii = match c {
                'å' | 'ä' | 'á' | 'à' | 'â' | 'ã' => "a",
                'æ' => "ae",
                'ø' | 'ö' | 'ó' | 'ò' | 'ô' | 'õ' => "o",
                'é' | 'è' | 'ê' | 'ë' => "e",
                'ü' | 'ú' | 'ù' | 'û' => "u",
                'í' | 'ì' | 'î' | 'ï' => "i",
                'ñ' => "n",
                'ç' => "c",
                'ß' => "ss",
                _ => "",
            };
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !ascii.is_empty() {
                slug.push_str(ascii);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(MAX);
        Self::parse(slug.trim_end_matches('-')).ok()
    }

    /// The same with a number behind it, for the second, third … of one name.
    pub fn numbered(&self, number: u32) -> Self {
        let tail = format!("-{number}");
        let mut head = self.0.clone();
        head.truncate(MAX - tail.len());
        Self(format!("{}{tail}", head.trim_end_matches('-')))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Slug {
    type Error = SlugError;

    fn try_from(text: String) -> Result<Self, SlugError> {
        Self::parse(&text)
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_becomes_a_readable_slug() {
        let slug = |name| Slug::from_name(name).map(|s| s.as_str().to_owned());
        assert_eq!(slug("Blåbær & Sønner AS").as_deref(), Some("blabaer-sonner-as"));
        assert_eq!(slug("  Acme, Inc. ").as_deref(), Some("acme-inc"));
        assert_eq!(slug("例子"), None);
        assert_eq!(Slug::parse("acme").unwrap().numbered(2).as_str(), "acme-2");
    }

    #[test]
    fn other_shapes_are_refused() {
        for bad in ["", "-a", "a-", "a--b", "A", "a b", "å", "../etc"] {
            assert!(Slug::parse(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_name_the_slug_is_one(name in any::<String>(), number in any::<u32>()) {
            if let Some(slug) = Slug::from_name(&name) {
                prop_assert_eq!(Slug::parse(slug.as_str()).unwrap(), slug.clone());
                prop_assert!(Slug::parse(slug.numbered(number).as_str()).is_ok());
            }
        }
    }
}
