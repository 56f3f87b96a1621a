//! The two windows of one notice: the one before go-live and the one for objections. Go-live waits for both.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Rules, Terms, Window, WindowError, compute, compute_longest};
use crate::period::Period;

/// What one customer's contract says about both periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeTerms {
    /// The notice period.
    pub notice: Terms,
    /// Periods that the notice must keep as well: the publisher's minimum, a number in an annex.
    pub also: Vec<Period>,
    /// The objection period.
    pub objection: Terms,
}

impl NoticeTerms {
    /// Both windows of a notice received at `received_at`.
    pub fn windows(&self, received_at: DateTime<Utc>, rules: &Rules<'_>) -> Result<Windows, WindowError> {
        Ok(Windows {
            notice: compute_longest(received_at, &self.notice, &self.also, rules)?,
            objection: compute(received_at, &self.objection, rules)?,
        })
    }
}

/// Both windows of one notice to one customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Windows {
    /// Before its end nothing goes live.
    pub notice: Window,
    /// Before its end an objection is in time.
    pub objection: Window,
}

impl Windows {
    /// The earliest instant at which this customer's data may reach the vendor: the end of the longer window.
    pub fn engage_not_before(&self) -> DateTime<Utc> {
        self.notice.expires_at.max(self.objection.expires_at)
    }

    /// The window that ends later: its zone is the one to state days in.
    #[must_use]
    pub fn longer(&self) -> &Window {
        if self.objection.expires_at > self.notice.expires_at {
            &self.objection
        } else {
            &self.notice
        }
    }

    /// Of each window the one that ends later: what was promised against what the evidence gives.
    #[must_use]
    pub fn later_of(self, other: Self) -> Self {
        Self {
            notice: self.notice.later_of(other.notice),
            objection: self.objection.later_of(other.objection),
        }
    }
}
