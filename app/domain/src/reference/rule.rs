//! Dated rows of law that are neither a decision about a country nor a membership: a law that assessments judge, how soon
//! they are reviewed, a decision about an organisation.

use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::OrganisationDecision;
use crate::country::Country;
use crate::text::Line;
use crate::word_set::words;

words! {
    /// Which of them a row is.
    "kind of rule" RuleKind {
        /// A law of a country that every assessment on it judges.
        Law = "LAW_TO_ASSESS", "law that assessments judge";
        /// Months after which assessments on a country are reviewed.
        Review = "TIA_REVIEW_MONTHS", "review period";
        /// An adequacy decision about an organisation, which is no country: no place matches it.
        Organisation = "ADEQUACY_BODY", "decision about an organisation";
    }
}

/// Months after which an assessment is reviewed again: 1 to 12.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct ReviewMonths(u32);

/// Not a number of months that a review period can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Write a whole number from 1 to 12")]
pub struct NoReviewMonths;

impl ReviewMonths {
    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for ReviewMonths {
    type Error = NoReviewMonths;

    fn try_from(months: u32) -> Result<Self, NoReviewMonths> {
        if (1..=12).contains(&months) {
            Ok(Self(months))
        } else {
            Err(NoReviewMonths)
        }
    }
}

impl From<ReviewMonths> for u32 {
    fn from(months: ReviewMonths) -> Self {
        months.0
    }
}

impl FromStr for ReviewMonths {
    type Err = NoReviewMonths;

    fn from_str(text: &str) -> Result<Self, NoReviewMonths> {
        text.parse::<u32>().map_err(|_| NoReviewMonths)?.try_into()
    }
}

impl std::fmt::Display for ReviewMonths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A law that assessments judge, as a row holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawToAssess {
    /// Its name, as the knowledge about the country writes it.
    pub name: Line<200>,
}

/// How soon assessments are reviewed, as a row holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewPeriod {
    /// After so many months.
    pub months: ReviewMonths,
    /// Why sooner than others.
    pub reason: Line<500>,
}

/// What a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// Assessments on a country judge this law.
    Law(Country, LawToAssess),
    /// Assessments on a country are reviewed this soon.
    Review(Country, ReviewPeriod),
    /// A decision about an organisation, which has a short name.
    Organisation(Line<40>, OrganisationDecision),
}

/// What stays the same from one row to the next about the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleKey {
    /// This law of a country.
    Law(Country, Line<200>),
    /// The review period of a country.
    Review(Country),
    /// The decision about an organisation.
    Organisation(Line<40>),
}

/// One dated row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it says.
    pub says: Says,
    /// The first day it holds.
    pub from: NaiveDate,
    /// The last day it holds, once that is known.
    pub to: Option<NaiveDate>,
}

impl RuleKey {
    /// Whether both mean the same, though one may be written with other capitals.
    pub fn is_like(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| a.to_lowercase() == b.to_lowercase();
        match (self, other) {
            (Self::Law(of, name), Self::Law(other, known)) => {
                of == other && same(name.as_str(), known.as_str())
            }
            (Self::Review(of), Self::Review(other)) => of == other,
            (Self::Organisation(code), Self::Organisation(known)) => same(code.as_str(), known.as_str()),
            _ => false,
        }
    }
}

impl Rule {
    /// Which kind of row it is.
    pub const fn kind(&self) -> RuleKind {
        match self.says {
            Says::Law(..) => RuleKind::Law,
            Says::Review(..) => RuleKind::Review,
            Says::Organisation(..) => RuleKind::Organisation,
        }
    }

    /// About what it is.
    pub fn key(&self) -> RuleKey {
        match &self.says {
            Says::Law(country, law) => RuleKey::Law(*country, law.name.clone()),
            Says::Review(country, _) => RuleKey::Review(*country),
            Says::Organisation(code, _) => RuleKey::Organisation(code.clone()),
        }
    }

    /// The country's code, or the short name of the organisation.
    pub fn code(&self) -> &str {
        match &self.says {
            Says::Law(country, _) | Says::Review(country, _) => country.code(),
            Says::Organisation(code, _) => code.as_str(),
        }
    }

    /// Whether it takes the place of another about the same that was recorded before it: from its first day on, unless the
    /// other begins later. Of a decision about an organisation, the row that was recorded last counts.
    pub fn replaces(&self, before: &Self) -> bool {
        matches!(self.says, Says::Organisation(..)) || self.from >= before.from
    }

    /// Whether its last day has not passed on a day.
    pub fn lasts(&self, day: NaiveDate) -> bool {
        self.to.is_none_or(|last| day <= last)
    }
}

/// Of rows in the order in which they were recorded, those that hold on a day; of each matter at most one.
pub fn holding(rules: impl IntoIterator<Item = Rule>, day: NaiveDate) -> Vec<Rule> {
    let mut found: Vec<Rule> = Vec::new();
    for rule in rules {
        if rule.from > day {
            continue;
        }
        match found.iter().position(|other| other.key() == rule.key()) {
            Some(at) if rule.replaces(&found[at]) => found[at] = rule,
            Some(_) => {}
            None => found.push(rule),
        }
    }
    found.retain(|rule| rule.lasts(day));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn us() -> Country {
        Country::parse("US").unwrap()
    }

    fn law(name: &str, from: &str, to: Option<&str>) -> Rule {
        Rule {
            says: Says::Law(
                us(),
                LawToAssess {
                    name: Line::parse(name).unwrap(),
                },
            ),
            from: date(from),
            to: to.map(date),
        }
    }

    fn review(months: &str, from: &str) -> Rule {
        Rule {
            says: Says::Review(
                us(),
                ReviewPeriod {
                    months: months.parse().unwrap(),
                    reason: Line::parse("Contested").unwrap(),
                },
            ),
            from: date(from),
            to: None,
        }
    }

    #[test]
    fn words_read_back_and_months_are_one_to_twelve() {
        assert_words!(RuleKind);
        for wrong in ["0", "13", "-1", "six", "", "6.5"] {
            assert_eq!(wrong.parse::<ReviewMonths>(), Err(NoReviewMonths), "{wrong}");
        }
        assert_eq!("6".parse::<ReviewMonths>().unwrap().get(), 6);
        assert!(serde_json::from_str::<ReviewMonths>("13").is_err());
    }

    #[test]
    fn a_row_takes_the_place_of_the_one_before_from_its_first_day_on() {
        let (six, three) = (review("6", "2025-10-31"), review("3", "2027-01-01"));
        let rules = [six.clone(), three.clone()];
        assert_eq!(holding(rules.clone(), date("2025-10-30")), []);
        assert_eq!(holding(rules.clone(), date("2026-12-31")), [six]);
        assert_eq!(
            holding(rules.clone(), date("2027-01-01")),
            std::slice::from_ref(&three)
        );
        // Recorded later about an earlier time: what begins later stands.
        let late = review("9", "2025-11-01");
        let rules = rules.into_iter().chain([late.clone()]);
        assert_eq!(holding(rules.clone(), date("2026-12-31")), [late]);
        assert_eq!(holding(rules, date("2027-01-01")), [three]);
    }

    #[test]
    fn a_law_ends_by_a_row_with_a_last_day_and_others_stay() {
        let other = law("CLOUD Act", "2021-06-18", None);
        let ended = law("FISA 702", "2021-06-18", Some("2026-12-31"));
        let rules = [law("FISA 702", "2021-06-18", None), other.clone(), ended.clone()];
        assert_eq!(holding(rules.clone(), date("2026-12-31")), [ended, other.clone()]);
        assert_eq!(holding(rules, date("2027-01-01")), [other]);
    }

    #[test]
    fn capitals_make_no_other_law() {
        let (a, b) = (
            law("FISA 702", "2021-06-18", None),
            law("Fisa 702", "2026-01-01", None),
        );
        assert!(a.key() != b.key() && a.key().is_like(&b.key()));
        assert!(!a.key().is_like(&review("6", "2025-10-31").key()));
    }
}
