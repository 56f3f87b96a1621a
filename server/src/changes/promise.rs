//! The windows that a notice promises: computed for delivery on the day of dispatch and frozen with the approval
//! (decision 1). What holds in the end is the later of this and what the evidence gives.

use chrono::NaiveDate;
use domain::calendar::RecordedOverride;
use domain::period::Period;
use domain::policy::Policy;
use domain::window::{Rules, WindowError, Windows};
use domain::zone::Zone;

use crate::calendars;
use crate::store::reference::list_calendar_overrides;
use crate::store::{self, Tx};

/// What counting for customers needs beside their terms: the publisher's zone and its corrections of calendars.
#[derive(Clone, Debug)]
pub struct Counting {
    zone: Zone,
    overrides: Vec<RecordedOverride>,
}

impl Counting {
    /// By these corrections, in the order in which they were recorded.
    #[must_use]
    pub const fn new(publisher_zone: Zone, overrides: Vec<RecordedOverride>) -> Self {
        Self {
            zone: publisher_zone,
            overrides,
        }
    }

    /// Reads it, in the transaction of whatever is counted.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn load(tx: &mut Tx, publisher_zone: Zone) -> store::Result<Self> {
        Ok(Self::new(publisher_zone, list_calendar_overrides(tx).await?))
    }

    /// The publisher's zone.
    #[must_use]
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// What counting needs for a policy: its calendar with the corrections, and the publisher's zone beside the customer's
    /// (decision 4).
    #[must_use]
    pub fn rules(&self, policy: &Policy) -> Rules<'_> {
        Rules::of(calendars::get(policy.calendar))
            .and_in(self.zone)
            .corrected_by(&self.overrides)
    }

    /// Both windows of a notice that reaches the customer at noon, where they are, on `day`.
    ///
    /// # Errors
    /// When the count runs into years without holiday data.
    pub fn windows(
        &self,
        policy: &Policy,
        day: NaiveDate,
        minimum: Option<Period>,
    ) -> Result<Windows, WindowError> {
        let noon = day.and_hms_opt(12, 0, 0).ok_or(WindowError::TooFar)?;
        let received_at = policy.zone.instant_of(noon)?;
        policy
            .notice_terms(minimum.into_iter().collect())
            .windows(received_at, &self.rules(policy))
    }
}
