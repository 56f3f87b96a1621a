//! The window between a notice and the earliest go-live, by the rules borrowed from Regulation 1182/71: the day of
//! receipt is not counted, days run from midnight to midnight where the customer is, an end on a closed day moves to
//! the next working day, and two days or more hold at least two working days.
//!
//! Local dates are counted, never hours: a day is 23, 24 or 25 hours long. A computed window is stored as it is, with
//! all that it was computed from, and is not computed again when rules or holidays change.
//!
//! The publisher's corrections of a calendar count by when they were recorded: what was known at receipt counts both ways,
//! what came later only lengthens, and only a window that was open then.

mod correct;
mod count;
mod pair;
mod plan;
mod step;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::calendar::{Calendar, CalendarId, PastData, RecordedOverride};
use crate::period::Period;
use crate::zone::{NoSuchTime, TZDB_VERSION, Zone};

pub use pair::{NoticeTerms, Windows};
pub use plan::{LatestSend, latest_send_for};
pub use step::{Closed, Step, StepKind};

/// Name and version of these rules, recorded with each deadline. Raise the number when a result could change.
pub const RULE_SET: &str = "EU_CONSERVATIVE/1";

/// What one customer's contract says about one period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// How long.
    pub period: Period,
    /// Whose working days.
    pub calendar: CalendarId,
    /// Where the customer is.
    pub zone: Zone,
    /// Whether an end on a closed day moves to the next working day.
    pub roll: bool,
    /// The least number of working days in a period of two days or more.
    pub min_working_days: u8,
}

impl Terms {
    /// Terms with the default rules: the end moves off closed days, and two working days at least.
    pub const fn new(period: Period, calendar: CalendarId, zone: Zone) -> Self {
        Self {
            period,
            calendar,
            zone,
            roll: true,
            min_working_days: 2,
        }
    }

    /// The same terms with another period.
    #[must_use]
    pub fn with_period(&self, period: Period) -> Self {
        Self {
            period,
            ..self.clone()
        }
    }
}

/// What counting needs beside the contract: the holidays, and what the publisher adds.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The calendar that the terms name.
    pub calendar: &'a Calendar,
    /// Where the publisher is; the count is made there too and the later end wins.
    pub publisher_zone: Option<Zone>,
    /// The publisher's own calendar, where a day must be worked in both.
    pub publisher_calendar: Option<&'a Calendar>,
    /// The publisher's corrections of any calendar, in the order in which they were recorded.
    pub overrides: &'a [RecordedOverride],
}

impl<'a> Rules<'a> {
    /// The customer's calendar and zone alone.
    pub const fn of(calendar: &'a Calendar) -> Self {
        Self {
            calendar,
            publisher_zone: None,
            publisher_calendar: None,
            overrides: &[],
        }
    }

    /// The same with the publisher's corrections, in the order in which they were recorded.
    #[must_use]
    pub const fn corrected_by(self, overrides: &'a [RecordedOverride]) -> Self {
        Self { overrides, ..self }
    }

    /// The same with a count in the publisher's zone beside it.
    #[must_use]
    pub const fn and_in(self, publisher_zone: Zone) -> Self {
        Self {
            publisher_zone: Some(publisher_zone),
            ..self
        }
    }

    fn why_closed(&self, date: NaiveDate) -> Result<Option<&'a str>, PastData> {
        let customer = self.calendar.why_closed(date)?;
        match (customer, self.publisher_calendar) {
            (None, Some(publisher)) => publisher.why_closed(date),
            _ => Ok(customer),
        }
    }

    /// The closed days from `from` to `to`, both included, as far as holidays are known.
    fn closed_days(&self, from: NaiveDate, to: NaiveDate) -> Vec<Closed> {
        let days = from.iter_days().take_while(|date| *date <= to);
        let known = days.map_while(|date| Some((date, self.why_closed(date).ok()?)));
        known
            .filter_map(|(date, why)| {
                Some(Closed {
                    date,
                    why: why?.to_owned(),
                })
            })
            .collect()
    }

    fn version(&self) -> String {
        let named = |calendar: &Calendar| format!("{} {}", calendar.id(), calendar.version());
        match self.publisher_calendar {
            None => named(self.calendar),
            Some(publisher) => format!("{}; {}", named(self.calendar), named(publisher)),
        }
    }
}

/// Why no window can be given. Nothing may start while there is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WindowError {
    /// The count runs into years without holiday data.
    #[error(transparent)]
    PastData(#[from] PastData),
    /// A local time that does not exist.
    #[error(transparent)]
    NoSuchTime(#[from] NoSuchTime),
    /// A date beyond what can be represented.
    #[error("The date is too far away to count to")]
    TooFar,
    /// The calendar handed over is not the one that the terms name.
    #[error("These terms count by calendar {named}, not by {given}")]
    OtherCalendar {
        /// The calendar in the terms.
        named: CalendarId,
        /// The calendar handed over.
        given: CalendarId,
    },
}

/// A computed window with everything it was computed from, ready to be stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// When the notice was received.
    pub received_at: DateTime<Utc>,
    /// The terms that decided; the period is the longer one where there were several.
    pub terms: Terms,
    /// The publisher's zone, if the count was made there too.
    pub publisher_zone: Option<Zone>,
    /// The zone whose count decided; the days below are days there.
    pub zone: Zone,
    /// The day of receipt, which is not counted.
    pub event_day: NaiveDate,
    /// The last day by the count alone.
    pub nominal_last_day: NaiveDate,
    /// The last day of the window.
    pub last_day: NaiveDate,
    /// The first instant after the day of receipt.
    pub opens_at: DateTime<Utc>,
    /// The first instant after the last day: what is sent before it is in time, what may start may start from it.
    pub expires_at: DateTime<Utc>,
    /// The arithmetic, step by step.
    pub steps: Vec<Step>,
    /// Version of these rules.
    pub rule_set: String,
    /// Calendar and version of its holidays.
    pub calendar_version: String,
    /// Version of the time-zone database.
    pub tzdb_version: String,
}

impl Window {
    /// Whether something sent at `submitted_at` is in time. The end itself is not.
    pub fn in_time(&self, submitted_at: DateTime<Utc>) -> bool {
        submitted_at < self.expires_at
    }

    /// Whole days from today to the last day, seen from the zone that decided: 0 on the last day, negative afterwards.
    pub fn days_left(&self, now: DateTime<Utc>) -> i64 {
        (self.last_day - self.zone.local_date(now)).num_days()
    }

    /// The day that was closed while it was open and made it longer; the last one where there were several.
    pub fn lengthened_by(&self) -> Option<&Closed> {
        self.steps.iter().rev().find_map(|step| match &step.kind {
            StepKind::Lengthened { closed, .. } => Some(closed),
            _ => None,
        })
    }

    /// The window that ends later; `self` if both end together.
    #[must_use]
    pub fn later_of(self, other: Self) -> Self {
        if other.expires_at > self.expires_at {
            other
        } else {
            self
        }
    }
}

/// Computes the window of a notice received at `received_at`: the full count in the customer's zone and, if given, in
/// the publisher's; the later one.
pub fn compute(received_at: DateTime<Utc>, terms: &Terms, rules: &Rules<'_>) -> Result<Window, WindowError> {
    rules.corrected(received_at, |rules| one(received_at, terms, rules))
}

fn one(received_at: DateTime<Utc>, terms: &Terms, rules: &Rules<'_>) -> Result<Window, WindowError> {
    if rules.calendar.id() != terms.calendar {
        return Err(WindowError::OtherCalendar {
            named: terms.calendar,
            given: rules.calendar.id(),
        });
    }
    let customer = count_in(terms.zone, received_at, terms, rules)?;
    let Some(zone) = rules.publisher_zone.filter(|zone| *zone != terms.zone) else {
        return Ok(customer);
    };
    let publisher = count_in(zone, received_at, terms, rules)?;
    let (mut decides, other) = if publisher.expires_at > customer.expires_at {
        (publisher, customer)
    } else {
        (customer, publisher)
    };
    decides.steps.push(Step::compared_zones(&decides, &other));
    Ok(decides)
}

/// Computes the window for the longest of the contract's period and the periods that must be kept as well (the
/// publisher's minimum, a number in an annex). Days, working days and months are compared by the resulting date.
pub fn compute_longest(
    received_at: DateTime<Utc>,
    terms: &Terms,
    also: &[Period],
    rules: &Rules<'_>,
) -> Result<Window, WindowError> {
    rules.corrected(received_at, |rules| longest(received_at, terms, also, rules))
}

fn longest(
    received_at: DateTime<Utc>,
    terms: &Terms,
    also: &[Period],
    rules: &Rules<'_>,
) -> Result<Window, WindowError> {
    let mut longest = one(received_at, terms, rules)?;
    let mut others = Vec::new();
    for period in also.iter().filter(|period| **period != terms.period) {
        let other = one(received_at, &terms.with_period(*period), rules)?;
        if other.expires_at > longest.expires_at {
            others.push(std::mem::replace(&mut longest, other));
        } else {
            others.push(other);
        }
    }
    let compared: Vec<Step> = others
        .iter()
        .map(|other| Step::compared_periods(&longest, other))
        .collect();
    longest.steps.extend(compared);
    Ok(longest)
}

fn count_in(
    zone: Zone,
    received_at: DateTime<Utc>,
    terms: &Terms,
    rules: &Rules<'_>,
) -> Result<Window, WindowError> {
    let event_day = zone.local_date(received_at);
    let days = count::count(event_day, terms, rules)?;
    let opens_at = zone.start_of_day(count::next_day(event_day)?)?;
    let expires_at = zone.start_of_day(count::next_day(days.last_day)?)?;
    let mut steps = vec![Step::received(received_at, zone, event_day)];
    steps.extend(days.steps);
    steps.push(Step::ends(days.last_day, zone, expires_at));
    Ok(Window {
        received_at,
        terms: terms.clone(),
        publisher_zone: rules.publisher_zone,
        zone,
        event_day,
        nominal_last_day: days.nominal_last_day,
        last_day: days.last_day,
        opens_at,
        expires_at,
        steps,
        rule_set: RULE_SET.to_owned(),
        calendar_version: rules.version(),
        tzdb_version: TZDB_VERSION.to_owned(),
    })
}

#[cfg(test)]
pub(crate) mod tests;
