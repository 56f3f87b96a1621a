use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::ReasonCode;
use crate::id::{StaffId, WaiverId};
use crate::text::Prose;
use crate::word_set::words;

words! {
    /// What may be waived. Nothing else ever is.
    "waiver" WaiverKind {
        /// A missing or expired security assessment (G3). A failed one is not missing.
        SecurityAssessment = "SECURITY_ASSESSMENT", "security assessment";
        /// The age of the look at the list of certified companies (G5).
        DpfFreshness = "DPF_FRESHNESS", "age of the DPF check";
    }
}

impl WaiverKind {
    /// Whether it sets a reason aside.
    pub const fn covers(self, code: ReasonCode) -> bool {
        match self {
            Self::SecurityAssessment => {
                matches!(code, ReasonCode::SecurityMissing | ReasonCode::SecurityExpired)
            }
            Self::DpfFreshness => matches!(code, ReasonCode::DpfCheckStale),
        }
    }
}

/// A reason set aside for at most 14 days by two people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// Its id.
    pub id: WaiverId,
    /// What it waives.
    pub kind: WaiverKind,
    /// The first of two people.
    pub by: StaffId,
    /// The second.
    pub and_by: StaffId,
    /// When it was granted.
    pub granted_at: DateTime<Utc>,
    /// Until when, exclusive.
    pub until: DateTime<Utc>,
    /// Why.
    pub reason: Prose,
}

/// Why a waiver was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WaiverRefused {
    /// The same person twice.
    #[error("A waiver needs two people")]
    OnePerson,
    /// Longer than 14 days, or over before it begins.
    #[error("A waiver runs for at most 14 days")]
    TooLong,
}

impl Waiver {
    /// Greatest length.
    pub const LONGEST: TimeDelta = TimeDelta::days(14);

    /// Whether it keeps the rules: two people, at most 14 days.
    pub fn check(&self) -> Result<(), WaiverRefused> {
        if self.by == self.and_by {
            return Err(WaiverRefused::OnePerson);
        }
        let length = self.until - self.granted_at;
        if length <= TimeDelta::zero() || length > Self::LONGEST {
            return Err(WaiverRefused::TooLong);
        }
        Ok(())
    }

    /// Whether it sets `code` aside at `t`. A waiver that breaks the rules sets nothing aside.
    pub fn applies(&self, code: ReasonCode, t: DateTime<Utc>) -> bool {
        self.check().is_ok() && self.kind.covers(code) && self.granted_at <= t && t < self.until
    }
}
