//! Facts that may not be known yet.
//!
//! `Known<T>` is not `Option<T>`: "we do not know whether there is a parent" and "there is no parent" are
//! different facts, and the first keeps gates red. Nothing ever fills an unknown in.

use serde::{Deserialize, Serialize};

/// A fact, or the honest absence of one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Known<T> {
    /// Nobody has established it; shown as "unknown" in red to staff.
    #[default]
    Unknown,
    /// Established.
    Known(T),
}

impl<T> Known<T> {
    /// The value, where it is known.
    pub const fn get(&self) -> Option<&T> {
        match self {
            Self::Unknown => None,
            Self::Known(value) => Some(value),
        }
    }

    /// The value itself, where it is known.
    pub fn into_option(self) -> Option<T> {
        match self {
            Self::Unknown => None,
            Self::Known(value) => Some(value),
        }
    }

    /// Whether it is known.
    pub const fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// Whether it is known and fits.
    pub fn is_known_and(&self, fits: impl FnOnce(&T) -> bool) -> bool {
        self.get().is_some_and(fits)
    }

    /// Text for people: the value through `print`, or "unknown".
    pub fn print(&self, print: impl FnOnce(&T) -> String) -> String {
        self.get().map_or_else(|| "unknown".to_owned(), print)
    }
}

impl<T> From<Option<T>> for Known<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Unknown, Self::Known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_and_known_to_be_none_stay_apart_in_storage() {
        let unknown: Known<Option<u8>> = Known::Unknown;
        let none: Known<Option<u8>> = Known::Known(None);
        for value in [unknown, none, Known::Known(Some(3))] {
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Known<Option<u8>>>(&json).unwrap(), value);
        }
        assert_ne!(
            serde_json::to_string(&unknown).unwrap(),
            serde_json::to_string(&none).unwrap()
        );
        assert_eq!(unknown.print(|_| String::new()), "unknown");
    }
}
