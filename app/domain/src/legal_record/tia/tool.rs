//! Part C: by what the transfer is allowed, as far as the register knows it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::clauses::SccModule;
use super::super::transfer::MechanismKind;
use crate::text::Line;

/// The transfer tool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Which.
    pub mechanism: Option<MechanismKind>,
    /// The instrument and its version: "2021/914", "(EU) 2023/1795".
    pub instrument: Option<Line<200>>,
    /// Module, for clauses.
    pub module: Option<SccModule>,
    /// Options taken in the clauses: 7, 9(a), 11, 13, 17, 18.
    pub clause_options: Option<Line<300>>,
    /// Since when it is in force.
    pub in_force_on: Option<NaiveDate>,
    /// What takes over when it falls.
    pub fallback: Option<Line<300>>,
}
