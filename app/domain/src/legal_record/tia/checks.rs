//! The five questions that come before the six steps (CNIL guide of 31 January 2025).

use serde::{Deserialize, Serialize};

use crate::text::{Line, Prose};
use crate::word_set::words;

words! {
    /// One of the five questions.
    "pre-check" Check {
        /// Is it a transfer?
        Transfer = "is_transfer", "Is it a transfer?";
        /// Is an assessment needed?
        Needed = "is_needed", "Is an assessment needed?";
        /// Who is responsible for it?
        Responsible = "responsible", "Who is responsible for the assessment?";
        /// What does it cover, onward transfers included?
        Scope = "scope", "What does it cover, onward transfers included?";
        /// Does the transfer comply otherwise?
        Compliant = "is_compliant", "Does the transfer comply with the GDPR otherwise?";
    }
}

/// The answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// Whether data leaves the EEA, or is reached from outside.
    pub is_transfer: Option<bool>,
    /// Whether an assessment of law and practice is needed; not where adequacy covers the transfer.
    pub is_needed: Option<bool>,
    /// Who is responsible, by function.
    pub responsible: Option<Line<300>>,
    /// What it covers.
    pub scope: Option<Prose>,
    /// Whether the transfer is otherwise in order: legal basis, minimisation, information, agreement.
    pub is_compliant: Option<bool>,
}
