//! Part F, in words; the outcome stands beside it.

use serde::{Deserialize, Serialize};

use crate::text::{Line, Prose};

/// What follows from the assessment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    /// What risk is left.
    pub residual_risk: Option<Prose>,
    /// Under which conditions.
    pub conditions: Vec<Line<500>>,
    /// Why this outcome.
    pub reason: Option<Prose>,
}
