//! Planning backwards: the latest day on which a notice can be received so that a go-live date holds. Found by trying
//! days, because subtracting a period does not undo closed days and month ends.

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::{Rules, Terms, Window, WindowError, compute_longest};
use crate::period::Period;

/// The answer: a notice received at any time on that day is early enough, one received the day after is not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestSend {
    /// The day, where the customer is.
    pub day: NaiveDate,
    /// The window of a notice received at the last moment of that day.
    pub window: Window,
}

/// Finds the latest day of receipt whose window ends at or before `go_live`.
pub fn latest_send_for(
    go_live: DateTime<Utc>,
    terms: &Terms,
    also: &[Period],
    rules: &Rules<'_>,
) -> Result<LatestSend, WindowError> {
    let go_live_day = terms.zone.local_date(go_live);
    rules.why_closed(days_before(go_live_day, 1)?)?; // a go-live beyond the data cannot be planned at all

    // Later receipt never means an earlier end, so the days that are early enough are a range: bracket its end, halve.
    let mut back = 1;
    let (mut early, mut late) = loop {
        let day = days_before(go_live_day, back)?;
        if let Some(window) = early_enough(day, go_live, terms, also, rules)? {
            break (LatestSend { day, window }, days_before(go_live_day, back / 2)?);
        }
        back *= 2;
    };
    while early.day.succ_opt().is_some_and(|next| next < late) {
        let half = (late - early.day).num_days() / 2;
        let day = early
            .day
            .checked_add_days(Days::new(half.unsigned_abs()))
            .ok_or(WindowError::TooFar)?;
        match early_enough(day, go_live, terms, also, rules)? {
            Some(window) => early = LatestSend { day, window },
            None => late = day,
        }
    }
    Ok(early)
}

/// The window of a notice received on `day`, if it ends in time; `None` also when it ends after the last year with data.
fn early_enough(
    day: NaiveDate,
    go_live: DateTime<Utc>,
    terms: &Terms,
    also: &[Period],
    rules: &Rules<'_>,
) -> Result<Option<Window>, WindowError> {
    match compute_longest(terms.zone.end_of_day(day)?, terms, also, rules) {
        Ok(window) => Ok((window.expires_at <= go_live).then_some(window)),
        Err(WindowError::PastData(past)) if past.date.year() > past.last_year => Ok(None),
        Err(error) => Err(error),
    }
}

fn days_before(day: NaiveDate, n: u64) -> Result<NaiveDate, WindowError> {
    day.checked_sub_days(Days::new(n)).ok_or(WindowError::TooFar)
}
