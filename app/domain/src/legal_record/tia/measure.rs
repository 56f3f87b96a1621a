//! Part E: supplementary measures (clause 14(b)(iii)).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::text::Line;
use crate::word_set::words;

words! {
    /// Kind of a supplementary measure.
    "kind of measure" MeasureKind {
        /// Technical.
        Technical = "TECHNICAL", "technical";
        /// Contractual.
        Contractual = "CONTRACTUAL", "contractual";
        /// Organisational.
        Organisational = "ORGANISATIONAL", "organisational";
    }
}

words! {
    /// How far a measure is; in this order.
    "measure status" MeasureStatus {
        /// Planned.
        Planned = "PLANNED", "planned";
        /// In place.
        Implemented = "IMPLEMENTED", "implemented";
        /// In place and checked.
        Verified = "VERIFIED", "verified";
    }
}

/// How far a measure is, and what shows it. It moves on after the approval too, as a row of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeasureStanding {
    /// How far.
    pub status: MeasureStatus,
    /// Who checked it, by function.
    #[serde(default)]
    pub verified_by: Option<Line<200>>,
    /// When.
    #[serde(default)]
    pub verified_on: Option<NaiveDate>,
    /// What shows it.
    #[serde(default)]
    pub evidence: Option<Line<500>>,
}

impl MeasureStanding {
    /// Planned, nothing to show yet.
    pub const fn planned() -> Self {
        Self {
            status: MeasureStatus::Planned,
            verified_by: None,
            verified_on: None,
            evidence: None,
        }
    }

    /// What is missing to claim this status: something to show once it is in place; who checked it and when, once it is
    /// verified.
    pub fn missing(&self) -> Vec<(&'static str, &'static str)> {
        let mut missing = Vec::new();
        if self.status == MeasureStatus::Verified {
            if self.verified_by.is_none() {
                missing.push(("verified_by", "Say who checked it, by function"));
            }
            if self.verified_on.is_none() {
                missing.push(("verified_on", "Say when it was checked"));
            }
        }
        if self.status != MeasureStatus::Planned && self.evidence.is_none() {
            missing.push(("evidence", "Say what shows that it is in place"));
        }
        missing
    }
}

/// A supplementary measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Its number within the assessment, which it keeps in later versions; 0 until it has one.
    #[serde(default)]
    pub number: u16,
    /// Kind.
    pub kind: MeasureKind,
    /// What it is.
    pub text: Line<500>,
    /// The gap in law or practice that it closes.
    #[serde(default)]
    pub gap: Option<Line<500>>,
    /// How far it is.
    #[serde(flatten)]
    pub standing: MeasureStanding,
}
