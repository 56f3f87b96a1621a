//! Countries by ISO 3166-1 alpha-2 code, and places where data is: one country, or worldwide.
//!
//! Regions are not places: "EU" says nothing about where data is or who can reach it, so it is refused with
//! the reason. Whether a country is in the EEA or adequate is reference data with dates, not a property here.

use std::fmt;

use serde::{Deserialize, Serialize};

mod table;
use table::COUNTRIES;

/// A country with an assigned ISO 3166-1 alpha-2 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

/// Where data is, or is reached from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Place {
    /// One country.
    Country(Country),
    /// Anywhere, as with a global network of edge servers. Always a transfer.
    Worldwide,
}

/// Why a text is not a country.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CountryError {
    /// Nothing was given.
    #[error("Choose a country")]
    Empty,
    /// A region such as "EU" or "Europe".
    #[error("“{0}” is a region, not a country: name each country, or choose worldwide")]
    Region(String),
    /// No assigned code, no known name.
    #[error("“{0}” is not a country; use a two-letter code such as NO or GB")]
    Unknown(String),
}

/// Names that people write for more than one country.
const REGIONS: &[&str] = &[
    "eu",
    "e.u.",
    "european union",
    "europe",
    "eea",
    "e.e.a.",
    "european economic area",
    "eu/eea",
    "eea/eu",
    "emea",
    "apac",
    "asia",
    "latam",
    "americas",
    "north america",
    "south america",
    "africa",
    "oceania",
    "nordics",
    "scandinavia",
    "un",
];

/// Names that people write for a country beside its English short name.
const OTHER_NAMES: &[(&str, &[u8; 2])] = &[
    ("uk", b"GB"),
    ("u.k.", b"GB"),
    ("great britain", b"GB"),
    ("britain", b"GB"),
    ("england", b"GB"),
    ("usa", b"US"),
    ("u.s.a.", b"US"),
    ("u.s.", b"US"),
    ("united states of america", b"US"),
    ("america", b"US"),
    ("the netherlands", b"NL"),
    ("holland", b"NL"),
    ("czech republic", b"CZ"),
    ("turkey", b"TR"),
    ("korea", b"KR"),
    ("republic of korea", b"KR"),
    ("south korea", b"KR"),
    ("republic of ireland", b"IE"),
    ("uae", b"AE"),
    ("the philippines", b"PH"),
    ("russian federation", b"RU"),
    ("viet nam", b"VN"),
    ("hong kong sar", b"HK"),
];

impl Country {
    /// Every country, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        COUNTRIES.iter().map(|(code, _)| Self(*code))
    }

    /// Reads a two-letter code in either case.
    pub fn parse(text: &str) -> Result<Self, CountryError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(CountryError::Empty);
        }
        if REGIONS.contains(&text.to_lowercase().as_str()) {
            return Err(CountryError::Region(shown(text)));
        }
        let code: Option<[u8; 2]> = text.to_ascii_uppercase().into_bytes().try_into().ok();
        code.filter(|code| COUNTRIES.binary_search_by_key(code, |(c, _)| *c).is_ok())
            .map(Self)
            .ok_or_else(|| CountryError::Unknown(shown(text)))
    }

    /// Reads a code or an English name, as imported lists write it.
    pub fn find(text: &str) -> Result<Self, CountryError> {
        let refusal = match Self::parse(text) {
            Ok(country) => return Ok(country),
            Err(refusal @ (CountryError::Empty | CountryError::Region(_))) => return Err(refusal),
            Err(refusal) => refusal,
        };
        let name = text.trim().to_lowercase();
        let by_name = COUNTRIES
            .iter()
            .find(|(_, n)| n.to_lowercase() == name)
            .map(|(code, _)| *code);
        let by_other = || {
            OTHER_NAMES
                .iter()
                .find(|(n, _)| *n == name)
                .map(|(_, code)| **code)
        };
        by_name.or_else(by_other).map(Self).ok_or(refusal)
    }

    /// The two upper-case letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("??")
    }

    /// The English short name.
    pub fn label(&self) -> &'static str {
        COUNTRIES
            .binary_search_by_key(&self.0, |(c, _)| *c)
            .map_or("", |i| COUNTRIES[i].1)
    }
}

impl Place {
    /// Reads a two-letter code, or "WORLDWIDE".
    pub fn parse(text: &str) -> Result<Self, CountryError> {
        if text.trim().eq_ignore_ascii_case("worldwide") {
            return Ok(Self::Worldwide);
        }
        Country::parse(text).map(Self::Country)
    }

    /// Reads a code, an English name, or a word for worldwide, as imported lists write it.
    pub fn find(text: &str) -> Result<Self, CountryError> {
        let word = text.trim().to_lowercase();
        if [
            "worldwide",
            "global",
            "globally",
            "various",
            "multiple",
            "global edge",
        ]
        .contains(&word.as_str())
        {
            return Ok(Self::Worldwide);
        }
        Country::find(text).map(Self::Country)
    }

    /// The country, where it is one.
    pub const fn country(&self) -> Option<Country> {
        match self {
            Self::Country(country) => Some(*country),
            Self::Worldwide => None,
        }
    }

    /// The fixed text: a code, or "WORLDWIDE".
    pub fn code(&self) -> &str {
        match self {
            Self::Country(country) => country.code(),
            Self::Worldwide => "WORLDWIDE",
        }
    }

    /// The English name.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Country(country) => country.label(),
            Self::Worldwide => "Worldwide",
        }
    }
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

macro_rules! text_form {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            type Err = CountryError;

            fn from_str(text: &str) -> Result<Self, CountryError> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = CountryError;

            fn try_from(text: String) -> Result<Self, CountryError> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.code().to_owned()
            }
        }
    };
}
text_form!(Country);
text_form!(Place);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_complete_and_reads_back() {
        assert!(COUNTRIES.windows(2).all(|w| w[0].0 < w[1].0));
        assert_eq!(Country::all().count(), 249);
        for country in Country::all() {
            assert_eq!(Country::parse(country.code()).unwrap(), country);
            assert_eq!(
                Country::find(country.label()).unwrap(),
                country,
                "{}",
                country.label()
            );
            assert_eq!(Place::parse(country.code()).unwrap(), Place::Country(country));
        }
    }

    #[test]
    fn regions_are_refused_with_the_reason() {
        for region in ["EU", "eu", "Europe", "EEA", "European Union", "EMEA"] {
            assert!(
                matches!(Country::parse(region), Err(CountryError::Region(_))),
                "{region}"
            );
            assert!(
                matches!(Place::find(region), Err(CountryError::Region(_))),
                "{region}"
            );
        }
    }

    #[test]
    fn codes_that_look_right_and_are_not_are_refused() {
        for bad in ["UK", "XX", "ZZ", "N", "NOR", "Norwegen", "ÅL", "EL"] {
            assert!(
                matches!(Country::parse(bad), Err(CountryError::Unknown(_))),
                "{bad}"
            );
        }
        assert_eq!(Country::parse(" "), Err(CountryError::Empty));
        assert_eq!(Country::find("UK").unwrap().code(), "GB");
        assert_eq!(Country::find("USA").unwrap().code(), "US");
    }

    #[test]
    fn territories_keep_their_own_codes() {
        for code in [
            "CH", "GB", "FO", "GL", "GI", "SM", "MC", "VA", "AX", "SJ", "GP", "NC",
        ] {
            assert_eq!(Country::parse(code).unwrap().code(), code);
        }
    }

    #[test]
    fn worldwide_is_a_place_and_not_a_country() {
        assert_eq!(Place::parse("Worldwide").unwrap(), Place::Worldwide);
        assert_eq!(Place::find("global").unwrap().code(), "WORLDWIDE");
        assert_eq!(serde_json::to_string(&Place::Worldwide).unwrap(), "\"WORLDWIDE\"");
        assert!(Country::parse("worldwide").is_err());
    }
}
