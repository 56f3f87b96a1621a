//! The windows that a notice promises: computed for delivery on the day of dispatch and frozen with the approval
//! (decision 1). What holds in the end is the later of this and what the evidence gives.

use chrono::NaiveDate;
use domain::period::Period;
use domain::policy::Policy;
use domain::window::{Rules, WindowError, Windows};
use domain::zone::Zone;

use crate::deadline::calendars;

/// Both windows of a notice that reaches the customer at noon, where they are, on `day`.
///
/// # Errors
/// When the count runs into years without holiday data.
pub fn windows(
    policy: &Policy,
    day: NaiveDate,
    publisher_zone: Zone,
    minimum: Option<Period>,
) -> Result<Windows, WindowError> {
    let noon = day.and_hms_opt(12, 0, 0).ok_or(WindowError::TooFar)?;
    let received_at = policy.zone.instant_of(noon)?;
    policy
        .notice_terms(minimum.into_iter().collect())
        .windows(received_at, &rules(policy, publisher_zone))
}

/// What counting needs for a policy: its calendar, and the publisher's zone beside the customer's (decision 4).
#[must_use]
pub fn rules(policy: &Policy, publisher_zone: Zone) -> Rules<'static> {
    Rules::of(calendars::get(policy.calendar)).and_in(publisher_zone)
}
