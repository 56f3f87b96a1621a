use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::id::StaffId;
use crate::questionnaire::Answers;
use crate::text::Prose;
use crate::word_set::words;

words! {
    /// What a security assessment came to.
    "assessment result" AssessmentResult {
        /// Good enough.
        Passed = "PASSED", "passed";
        /// Good enough under the conditions in the summary.
        PassedWithConditions = "PASSED_WITH_CONDITIONS", "passed with conditions";
        /// Not good enough.
        Failed = "FAILED", "failed";
    }
}

/// An assessment of an organisation's security, valid for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityAssessment {
    /// Result.
    pub result: AssessmentResult,
    /// Who assessed.
    pub assessor: StaffId,
    /// Day of the assessment.
    pub assessed_on: NaiveDate,
    /// Last day on which it counts.
    pub valid_to: NaiveDate,
    /// Certifications and guarantees in some sentences, shown in notices.
    pub guarantees: Option<Prose>,
    /// What was looked at; for staff.
    pub summary: Option<Prose>,
    /// The answers to the questionnaire, where it was put.
    #[serde(default)]
    pub answers: Option<Answers>,
    /// Under which conditions it passed.
    #[serde(default)]
    pub conditions: Option<Prose>,
    /// SHA-256 of the files it rests on.
    #[serde(default)]
    pub evidence: BTreeSet<Digest>,
}

impl AssessmentResult {
    /// Whether an engagement may rest on it.
    pub const fn is_passed(self) -> bool {
        matches!(self, Self::Passed | Self::PassedWithConditions)
    }
}
