//! Texts that people type: one line or several, never empty, never longer than their limit.
//!
//! Lengths are counted in Unicode characters after trimming. Control characters and the invisible
//! characters that reorder text are refused, because these texts end up in mail headers, notices and evidence.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A name of a company, product, person or place.
pub type Name = Line<200>;
/// A short text: a registration number, a telephone number, a service.
pub type Short = Line<300>;
/// A description of some sentences.
pub type Prose = Paragraphs<4000>;

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("Write something here")]
    Empty,
    /// More characters than the field takes.
    #[error("At most {limit} characters; this has {length}")]
    TooLong {
        /// Greatest number of characters.
        limit: usize,
        /// Number of characters given.
        length: usize,
    },
    /// A line break in a text of one line.
    #[error("This must be one line")]
    LineBreak,
    /// A control character, or an invisible one that reorders text.
    #[error("Character U+{0:04X} is not allowed")]
    Forbidden(u32),
    /// A character that did not arrive as text: `U+FFFD` stands where it was.
    #[error("It holds a character that could not be read (�); type it anew")]
    Unreadable,
}

/// One line of 1 to `MAX` characters, without control characters or line breaks, trimmed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(String);

/// One or more lines, 1 to `MAX` characters in all, line ends as `\n`, trimmed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Paragraphs<const MAX: usize>(String);

impl<const MAX: usize> Line<MAX> {
    /// Reads one line as it was typed; white space around it is dropped.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        Self::read(text).and_then(arrived_whole)
    }

    /// Reads what is stored: what did not arrive whole long ago is still text.
    fn read(text: &str) -> Result<Self, TextError> {
        let text = text.trim();
        if text.contains(['\r', '\n', '\u{85}', '\u{2028}', '\u{2029}']) {
            return Err(TextError::LineBreak);
        }
        check(text, MAX, is_forbidden).map(Self)
    }
}

impl<const MAX: usize> Paragraphs<MAX> {
    /// Reads one or more lines as they were typed; `\r\n` and `\r` become `\n`.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        Self::read(text).and_then(arrived_whole)
    }

    /// Reads what is stored: what did not arrive whole long ago is still text.
    fn read(text: &str) -> Result<Self, TextError> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        check(text.trim(), MAX, |c| c != '\n' && c != '\t' && is_forbidden(c)).map(Self)
    }
}

/// Control characters, and the marks that reorder text or break lines invisibly.
pub(crate) fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}' | '\u{2060}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

/// Refuses text in which a character could not be read.
fn arrived_whole<T: AsRef<str>>(text: T) -> Result<T, TextError> {
    if text.as_ref().contains(char::REPLACEMENT_CHARACTER) {
        return Err(TextError::Unreadable);
    }
    Ok(text)
}

fn check(text: &str, limit: usize, forbidden: impl Fn(char) -> bool) -> Result<String, TextError> {
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if let Some(c) = text.chars().find(|c| forbidden(*c)) {
        return Err(TextError::Forbidden(u32::from(c)));
    }
    let length = text.chars().count();
    if length > limit {
        return Err(TextError::TooLong { limit, length });
    }
    Ok(text.to_owned())
}

macro_rules! text_traits {
    ($name:ident) => {
        impl<const MAX: usize> $name<MAX> {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<const MAX: usize> fmt::Display for $name<MAX> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<const MAX: usize> std::str::FromStr for $name<MAX> {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                Self::parse(text)
            }
        }

        impl<const MAX: usize> TryFrom<String> for $name<MAX> {
            type Error = TextError;

            fn try_from(text: String) -> Result<Self, TextError> {
                Self::read(&text)
            }
        }

        impl<const MAX: usize> From<$name<MAX>> for String {
            fn from(text: $name<MAX>) -> String {
                text.0
            }
        }

        impl<const MAX: usize> AsRef<str> for $name<MAX> {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}
text_traits!(Line);
text_traits!(Paragraphs);

/// Writes a value that is stored and posted as its own text, through its one printer.
pub(crate) fn serialize<T: fmt::Display, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(value)
}

/// Reads such a value from its text, with its own parser.
pub(crate) fn deserialize<'de, T, D>(from: D) -> Result<T, D::Error>
where
    T: std::str::FromStr<Err: fmt::Display>,
    D: Deserializer<'de>,
{
    let text = String::deserialize(from)?;
    text.parse().map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_is_trimmed_and_limited() {
        assert_eq!(Line::<5>::parse("  Örn æ ").unwrap().as_str(), "Örn æ");
        assert_eq!(
            Line::<5>::parse("123456"),
            Err(TextError::TooLong { limit: 5, length: 6 })
        );
        assert_eq!(Line::<5>::parse(" \t "), Err(TextError::Empty));
    }

    #[test]
    fn a_line_refuses_breaks_controls_and_reordering_marks() {
        for bad in ["a\r\nBcc: x@y.example", "a\nb", "a\u{2028}b", "a\u{85}b"] {
            assert_eq!(Name::parse(bad), Err(TextError::LineBreak), "{bad:?}");
        }
        for bad in ["a\0b", "a\u{7}b", "a\u{202E}b", "a\u{2066}b", "a\tb"] {
            assert!(
                matches!(Name::parse(bad), Err(TextError::Forbidden(_))),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn paragraphs_keep_line_breaks_in_one_form() {
        assert_eq!(Prose::parse("a\r\nb\rc\n").unwrap().as_str(), "a\nb\nc");
        assert!(Prose::parse("a\0b").is_err());
        assert_eq!(Prose::parse("a\u{FFFD}b"), Err(TextError::Unreadable));
        assert_eq!(Name::parse("a\u{FFFD}b"), Err(TextError::Unreadable));
    }

    #[test]
    fn stored_text_is_read_by_the_same_rule() {
        assert!(serde_json::from_str::<Name>("\"a\\nb\"").is_err());
        assert!(serde_json::from_str::<Name>("\"fine\"").is_ok());
        assert!(serde_json::from_str::<Name>("\"what was lost \u{FFFD}\"").is_ok());
    }

    proptest! {
        #[test]
        fn a_parsed_text_reads_back_as_itself(text in any::<String>()) {
            if let Ok(line) = Name::parse(&text) {
                prop_assert_eq!(Name::parse(line.as_str()).unwrap(), line.clone());
                prop_assert!(!line.as_str().contains(['\r', '\n', '\0']));
            }
            if let Ok(prose) = Prose::parse(&text) {
                prop_assert_eq!(Prose::parse(prose.as_str()).unwrap(), prose);
            }
        }
    }
}
