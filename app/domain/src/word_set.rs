//! The one way in which closed sets of words are written: an enum whose text form is fixed.
//!
//! What is stored, posted and exported is `as_str`; what people read is `label`. Both stand beside the
//! variant, so that a new one cannot be added without them.

/// A word that is not in the closed set it was read for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{text}” is not a known {what}")]
pub struct UnknownWord {
    /// What was being read, in plain English: "relationship role".
    pub what: &'static str,
    /// The text that was given, cut to 60 characters.
    pub text: String,
}

impl UnknownWord {
    /// The error for `text`, which was read as a `what`.
    pub fn new(what: &'static str, text: &str) -> Self {
        Self {
            what,
            text: text.chars().take(60).collect(),
        }
    }
}

/// Defines an enum with `ALL`, `as_str`, `label`, `FromStr`, `Display` and serde as its text.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $what:literal $name:ident {
            $( $(#[$vmeta:meta])* $variant:ident = $text:literal, $label:literal; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$vmeta])* $variant, )+
        }

        impl $name {
            /// Every value, in reading order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The fixed text that is stored, posted and exported.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The same in plain English, for people.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::word_set::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text)
                    .ok_or_else(|| $crate::word_set::UnknownWord::new($what, text))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use words;

/// Asserts that every word of a closed set reads back as itself and has text for people.
#[cfg(test)]
macro_rules! assert_words {
    ($($name:ty),+ $(,)?) => {$(
        for word in <$name>::ALL {
            assert_eq!(word.as_str().parse::<$name>().unwrap(), *word);
            let json = serde_json::to_string(word).unwrap();
            assert_eq!(json, format!("\"{}\"", word.as_str()));
            assert_eq!(serde_json::from_str::<$name>(&json).unwrap(), *word);
            assert!(!word.label().is_empty());
        }
        assert!("".parse::<$name>().is_err());
        assert!("no such word".parse::<$name>().is_err());
    )+};
}
#[cfg(test)]
pub(crate) use assert_words;
