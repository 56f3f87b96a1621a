//! Legal reference data with dates: membership of the EEA, and adequacy decisions. Rows, never constants in code.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::country::{Country, Place};
use crate::legal_record::Origin;
use crate::text::Line;
use crate::word_set::words;

/// A country's membership of the European Economic Area; no transfer goes to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EeaMembership {
    /// Country or territory.
    pub country: Country,
    /// First day, `None` when before all records here.
    pub from: Option<NaiveDate>,
    /// Last day, `None` while it lasts.
    pub to: Option<NaiveDate>,
}

words! {
    /// Whose adequacy decision it is.
    "adequacy regime" AdequacyRegime {
        /// European Commission.
        Eu = "EU", "European Union";
        /// United Kingdom.
        Uk = "UK", "United Kingdom";
        /// Switzerland.
        Ch = "CH", "Switzerland";
    }
}

impl AdequacyRegime {
    /// The regime that judges an export.
    pub const fn of(origin: Origin) -> Self {
        match origin {
            Origin::Eu | Origin::EeaEfta => Self::Eu,
            Origin::Uk => Self::Uk,
            Origin::Ch => Self::Ch,
        }
    }
}

words! {
    /// Whom an adequacy decision covers.
    "adequacy scope" AdequacyScope {
        /// Everyone there.
        Full = "FULL", "full";
        /// Some; a question must be answered.
        Partial = "PARTIAL", "partial";
        /// Only companies on a list (the United States).
        ListedEntities = "LISTED_ENTITIES", "listed companies only";
    }
}

words! {
    /// Whether an adequacy decision stands.
    "adequacy status" AdequacyStatus {
        /// In force.
        InForce = "IN_FORCE", "in force";
        /// Suspended.
        Suspended = "SUSPENDED", "suspended";
        /// Repealed.
        Repealed = "REPEALED", "repealed";
        /// Annulled by a court.
        Annulled = "ANNULLED", "annulled";
        /// Expired.
        Expired = "EXPIRED", "expired";
    }
}

/// One adequacy decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdequacyDecision {
    /// Country or territory.
    pub country: Country,
    /// Whose decision.
    pub regime: AdequacyRegime,
    /// Instrument: "(EU) 2026/179".
    pub instrument: Line<120>,
    /// First day in force.
    pub in_force_from: NaiveDate,
    /// Whom it covers.
    pub scope: AdequacyScope,
    /// What to ask where the scope is partial.
    pub scope_question: Option<Line<300>>,
    /// Last day: it runs to 24:00 of that day, Brussels time.
    pub sunset_on: Option<NaiveDate>,
    /// Whether it stands.
    pub status: AdequacyStatus,
    /// Day from which that status counts.
    pub status_since: NaiveDate,
    /// Whether it applies to exports from the EEA EFTA states (Article 45(1a) in the EEA version).
    pub applies_in_efta: bool,
}

impl AdequacyDecision {
    /// Whether it stands on a day (Brussels). A status other than in force counts from its day on.
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        let stands = self.status == AdequacyStatus::InForce || day < self.status_since;
        stands && self.in_force_from <= day && self.sunset_on.is_none_or(|last| day <= last)
    }
}

/// All reference data that the gates read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferenceData {
    /// Memberships.
    pub eea: Vec<EeaMembership>,
    /// Decisions.
    pub adequacy: Vec<AdequacyDecision>,
}

impl ReferenceData {
    /// Whether a country is in the EEA on a day. Unlisted countries are outside.
    pub fn is_eea(&self, country: Country, day: NaiveDate) -> bool {
        self.eea.iter().any(|m| {
            m.country == country && m.from.is_none_or(|from| from <= day) && m.to.is_none_or(|to| day <= to)
        })
    }

    /// Whether data at a place has left the EEA. Worldwide always has.
    pub fn is_outside(&self, place: Place, day: NaiveDate) -> bool {
        place.country().is_none_or(|country| !self.is_eea(country, day))
    }

    /// The decisions about a country under one regime.
    pub fn adequacy(
        &self,
        country: Country,
        regime: AdequacyRegime,
    ) -> impl Iterator<Item = &AdequacyDecision> {
        self.adequacy
            .iter()
            .filter(move |d| d.country == country && d.regime == regime)
    }

    /// Countries of the EEA on a day with their names, for forms and filters.
    pub fn eea_countries(&self, day: NaiveDate) -> BTreeMap<Country, &'static str> {
        self.eea
            .iter()
            .map(|m| m.country)
            .filter(|c| self.is_eea(*c, day))
            .map(|c| (c, c.label()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn words_read_back() {
        assert_words!(AdequacyRegime, AdequacyScope, AdequacyStatus);
    }

    #[test]
    fn membership_has_a_first_and_a_last_day() {
        let gb = Country::parse("GB").unwrap();
        let reference = ReferenceData {
            eea: vec![EeaMembership {
                country: gb,
                from: None,
                to: Some(date("2020-12-31")),
            }],
            adequacy: vec![],
        };
        assert!(reference.is_eea(gb, date("2020-12-31")));
        assert!(!reference.is_eea(gb, date("2021-01-01")));
        assert!(reference.is_outside(Place::Worldwide, date("2020-12-31")));
        assert!(reference.is_outside(Place::parse("SJ").unwrap(), date("2020-12-31")));
    }

    #[test]
    fn a_decision_runs_through_its_last_day_and_falls_on_the_day_it_is_annulled() {
        let mut decision = AdequacyDecision {
            country: Country::parse("GB").unwrap(),
            regime: AdequacyRegime::Eu,
            instrument: Line::parse("C(2025) 8771").unwrap(),
            in_force_from: date("2021-06-28"),
            scope: AdequacyScope::Full,
            scope_question: None,
            sunset_on: Some(date("2031-12-27")),
            status: AdequacyStatus::InForce,
            status_since: date("2021-06-28"),
            applies_in_efta: true,
        };
        assert!(decision.is_in_force(date("2031-12-27")));
        assert!(!decision.is_in_force(date("2031-12-28")));
        assert!(!decision.is_in_force(date("2021-06-27")));
        decision.status = AdequacyStatus::Annulled;
        decision.status_since = date("2027-03-01");
        assert!(decision.is_in_force(date("2027-02-28")));
        assert!(!decision.is_in_force(date("2027-03-01")));
    }
}
