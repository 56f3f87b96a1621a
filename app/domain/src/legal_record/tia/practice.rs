//! Part D: law and practice at a destination (clause 14(b)(ii)). What is true of the country whoever the importer is
//! stands in the knowledge about the country, of which an assessment names the version; here stands what is special to
//! the importer.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::country_knowledge::Source;
use crate::id::VersionId;
use crate::text::{Line, Paragraphs};
use crate::word_set::words;

words! {
    /// Whether a law applies to the importer.
    "answer" Applies {
        /// It does.
        Yes = "YES", "applies";
        /// It does not.
        No = "NO", "does not apply";
        /// It might.
        Maybe = "MAYBE", "might apply";
    }
}

words! {
    /// What law and practice at the destination are like (EDPB Recommendations 01/2020, step 3).
    "situation" Situation {
        /// Nothing problematic.
        None = "NONE", "nothing problematic";
        /// Fine on paper, manifestly not applied.
        NotApplied = "I", "(i) law fine on paper, not applied";
        /// Incompatible practice where law is missing.
        Practice = "II", "(ii) incompatible practice";
        /// Falls, or might fall, under problematic law.
        Problematic = "III", "(iii) problematic law might apply";
    }
}

/// The version of the knowledge about a country that an assessment rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountryReference {
    /// Its id.
    pub id: VersionId,
    /// Its number, from 1.
    pub number: i64,
}

/// Whether one law applies to this importer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LawAnswer {
    /// The law, as the knowledge about the country names it.
    pub name: Line<200>,
    /// Where it stands.
    pub citation: Option<Line<300>>,
    /// The answer; none yet in a draft.
    pub applies: Option<Applies>,
    /// Why.
    pub reason: Option<Paragraphs<2000>>,
}

/// What the importer has met in practice. It counts only as footnote 12 of the clauses allows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Experience {
    /// Whether the assessment relies on it.
    pub is_relied_on: bool,
    /// Requests of authorities received in the period.
    pub requests_received: Option<u16>,
    /// First day of the documented period.
    pub from: Option<NaiveDate>,
    /// Its last day.
    pub to: Option<NaiveDate>,
    /// Who certified it at senior level, by function.
    pub certified_by: Option<Line<200>>,
    /// Another objective source that says the same.
    pub corroborated_by: Option<Line<500>>,
}

impl Experience {
    /// Whether it may count: a documented period, certified at senior level, and corroborated by another objective
    /// source (Decision (EU) 2021/914, footnote 12 to clause 14).
    pub fn counts(&self) -> bool {
        let is_documented = matches!((self.from, self.to), (Some(from), Some(to)) if from < to);
        self.requests_received.is_some()
            && is_documented
            && self.certified_by.is_some()
            && self.corroborated_by.is_some()
    }
}

/// Law and practice at one destination.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Practice {
    /// The knowledge about the country that it rests on; none for "worldwide".
    pub country: Option<CountryReference>,
    /// Law by law: does it apply to this importer?
    pub laws: Vec<LawAnswer>,
    /// Sources beside those of the knowledge about the country.
    pub sources: Vec<Source>,
    /// The importer's experience.
    pub experience: Experience,
}
