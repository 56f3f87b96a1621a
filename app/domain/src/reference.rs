//! Legal reference data with dates: membership of the EEA, adequacy decisions, and what assessments heed. Rows, never
//! constants in code.

pub mod rule;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::country::{Country, Place};
use crate::legal_record::Origin;
use crate::text::{Line, Name};
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

words! {
    /// The states of the EEA that are not in the Union. Until the Joint Committee has taken a decision into the EEA Agreement,
    /// each may decide whether to apply it (Article 45(1a) GDPR in its EEA version).
    "EEA EFTA state" EftaState {
        /// Norway.
        Norway = "NO", "Norway";
        /// Iceland.
        Iceland = "IS", "Iceland";
        /// Liechtenstein.
        Liechtenstein = "LI", "Liechtenstein";
    }
}

words! {
    /// Whether an EEA EFTA state applies a decision.
    "application in an EFTA state" EftaStatus {
        /// It does, which is so unless something else was found.
        Applies = "APPLIES", "applies";
        /// Not taken into the EEA Agreement yet.
        NotYet = "NOT_YET", "not yet";
        /// Nobody has found out.
        Unknown = "UNKNOWN", "unknown";
    }
}

words! {
    /// What somebody else says of a row of law that a person recorded. It counts once it is confirmed.
    "verdict on a row of law" RowVerdict {
        /// It says what its source says.
        Confirmed = "CONFIRMED", "confirmed";
        /// It does not; it never counts.
        TurnedDown = "TURNED_DOWN", "turned down";
    }
}

/// One adequacy decision as one dated row has it. A change of it is another row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdequacyDecision {
    /// Country or territory.
    pub country: Country,
    /// Whose decision.
    pub regime: AdequacyRegime,
    /// Instrument: "(EU) 2026/179".
    pub instrument: Line<120>,
    /// Day of adoption.
    #[serde(default)]
    pub adopted_on: Option<NaiveDate>,
    /// First day in force.
    pub in_force_from: NaiveDate,
    /// Whom it covers.
    pub scope: AdequacyScope,
    /// What to ask where the scope is partial.
    pub scope_question: Option<Line<300>>,
    /// Last day: it runs to 24:00 of that day, Brussels time.
    pub sunset_on: Option<NaiveDate>,
    /// Day by which it is reviewed next, where one is set.
    #[serde(default)]
    pub next_review_on: Option<NaiveDate>,
    /// Whether it stands.
    pub status: AdequacyStatus,
    /// Day from which that status counts.
    pub status_since: NaiveDate,
    /// Whether it serves exports from an EEA EFTA state; it does where nothing is said. Only for decisions of the Union.
    #[serde(default)]
    pub efta: BTreeMap<EftaState, EftaStatus>,
    /// Why nobody compared this row with its source; `None` where somebody did.
    #[serde(default)]
    pub not_compared: Option<Line<500>>,
}

/// A decision about an international organisation. It is shown and never asked by a gate: no place is an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganisationDecision {
    /// The organisation.
    pub name: Name,
    /// Instrument.
    pub instrument: Line<120>,
    /// First day in force.
    pub in_force_from: NaiveDate,
    /// Whether it stands.
    pub status: AdequacyStatus,
    /// Day from which that status counts.
    pub status_since: NaiveDate,
    /// Why nobody compared this row with its source.
    #[serde(default)]
    pub not_compared: Option<Line<500>>,
}

/// What stays the same from one row of a decision to the next.
pub type DecisionKey = (Country, AdequacyRegime, Line<120>);

impl AdequacyDecision {
    /// Whether it stands on a day (Brussels). A status other than in force counts from its day on.
    pub fn is_in_force(&self, day: NaiveDate) -> bool {
        let stands = self.status == AdequacyStatus::InForce || day < self.status_since;
        stands && self.in_force_from <= day && self.sunset_on.is_none_or(|last| day <= last)
    }

    /// Which decision it is.
    pub fn key(&self) -> DecisionKey {
        (self.country, self.regime, self.instrument.clone())
    }

    /// Whether a state applies it.
    pub fn efta_status(&self, state: EftaState) -> EftaStatus {
        self.efta.get(&state).copied().unwrap_or(EftaStatus::Applies)
    }

    /// The first of the exporters' states that does not apply it. Where it is not known which state exports, all three must.
    pub fn efta_gap(&self, exporters: &BTreeSet<EftaState>) -> Option<(EftaState, EftaStatus)> {
        let all = EftaState::ALL.iter().copied();
        all.filter(|state| exporters.is_empty() || exporters.contains(state))
            .map(|state| (state, self.efta_status(state)))
            .find(|(_, status)| *status != EftaStatus::Applies)
    }
}

impl AdequacyStatus {
    /// Whether a change from this status to another takes the decision away from those who rely on it.
    pub fn takes_away(self, to: Self) -> bool {
        self == Self::InForce && to != Self::InForce
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

    /// The same data with one decision as another row has it.
    #[must_use]
    pub fn with(&self, decision: AdequacyDecision) -> Self {
        let mut changed = self.clone();
        changed.adequacy.retain(|other| other.key() != decision.key());
        changed.adequacy.push(decision);
        changed
    }

    /// Whether a decision about a country stands on a day under a regime, whomever it covers.
    pub fn is_adequate(&self, country: Country, regime: AdequacyRegime, day: NaiveDate) -> bool {
        self.adequacy(country, regime)
            .any(|decision| decision.is_in_force(day))
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
        assert_words!(
            AdequacyRegime,
            AdequacyScope,
            AdequacyStatus,
            EftaState,
            EftaStatus,
            RowVerdict
        );
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

    fn uk() -> AdequacyDecision {
        AdequacyDecision {
            country: Country::parse("GB").unwrap(),
            regime: AdequacyRegime::Eu,
            instrument: Line::parse("C(2025) 8771").unwrap(),
            adopted_on: None,
            in_force_from: date("2021-06-28"),
            scope: AdequacyScope::Full,
            scope_question: None,
            sunset_on: Some(date("2031-12-27")),
            next_review_on: None,
            status: AdequacyStatus::InForce,
            status_since: date("2021-06-28"),
            efta: BTreeMap::new(),
            not_compared: None,
        }
    }

    #[test]
    fn an_efta_state_applies_a_decision_unless_a_row_says_otherwise() {
        use EftaState::{Iceland, Liechtenstein, Norway};
        let mut decision = uk();
        assert_eq!(decision.efta_gap(&BTreeSet::new()), None);
        decision.efta.insert(Norway, EftaStatus::NotYet);
        decision.efta.insert(Iceland, EftaStatus::Unknown);
        let gap = |states: &[EftaState]| decision.efta_gap(&states.iter().copied().collect());
        assert_eq!(gap(&[Liechtenstein]), None);
        assert_eq!(gap(&[Norway]), Some((Norway, EftaStatus::NotYet)));
        assert_eq!(gap(&[Iceland]), Some((Iceland, EftaStatus::Unknown)));
        assert_eq!(
            gap(&[Iceland, Liechtenstein]),
            Some((Iceland, EftaStatus::Unknown))
        );
        assert_eq!(
            gap(&[]),
            Some((Norway, EftaStatus::NotYet)),
            "nobody said who exports: all three must apply it"
        );
    }

    #[test]
    fn another_row_of_the_same_decision_takes_its_place_and_another_decision_does_not() {
        let reference = ReferenceData {
            eea: vec![],
            adequacy: vec![uk()],
        };
        let (gb, day) = (uk().country, date("2030-01-01"));
        assert!(reference.is_adequate(gb, AdequacyRegime::Eu, day));
        assert!(!reference.is_adequate(gb, AdequacyRegime::Ch, day));
        let repealed = AdequacyDecision {
            status: AdequacyStatus::Repealed,
            status_since: date("2029-12-31"),
            ..uk()
        };
        let changed = reference.with(repealed.clone());
        assert_eq!(changed.adequacy, [repealed]);
        assert!(!changed.is_adequate(gb, AdequacyRegime::Eu, day));
        let renewed = AdequacyDecision {
            instrument: Line::parse("(EU) 2030/1").unwrap(),
            ..uk()
        };
        assert_eq!(changed.with(renewed).adequacy.len(), 2);
    }

    #[test]
    fn a_status_other_than_in_force_takes_a_decision_away_once() {
        use AdequacyStatus::{Annulled, InForce, Suspended};
        assert!(InForce.takes_away(Annulled) && InForce.takes_away(Suspended));
        assert!(
            !Suspended.takes_away(Annulled) && !Suspended.takes_away(InForce) && !InForce.takes_away(InForce)
        );
    }

    #[test]
    fn a_decision_runs_through_its_last_day_and_falls_on_the_day_it_is_annulled() {
        let mut decision = uk();
        assert!(decision.is_in_force(date("2031-12-27")));
        assert!(!decision.is_in_force(date("2031-12-28")));
        assert!(!decision.is_in_force(date("2021-06-27")));
        decision.status = AdequacyStatus::Annulled;
        decision.status_since = date("2027-03-01");
        assert!(decision.is_in_force(date("2027-02-28")));
        assert!(!decision.is_in_force(date("2027-03-01")));
    }
}
