//! What the publisher's corrections of calendars do to a window. Known at receipt, they count both ways. Recorded later,
//! a day that is made not worked counts, and only where the window was still open; a day that is made worked does not.
//! So a window never gets shorter, and one that has ended never changes.

use chrono::{DateTime, Utc};

use super::step::{Closed, Step};
use super::{Rules, Window, WindowError, Windows};
use crate::calendar::{Calendar, RecordedOverride};

/// The calendars of some rules with corrections in them.
struct Corrected {
    customer: Calendar,
    publisher: Option<Calendar>,
}

impl Corrected {
    /// As they were known at an instant.
    fn at(rules: &Rules<'_>, at: DateTime<Utc>) -> Self {
        let known = |calendar: &Calendar| calendar.known_at(rules.overrides, at);
        Self {
            customer: known(rules.calendar),
            publisher: rules.publisher_calendar.map(known),
        }
    }

    /// Takes in a later correction if it makes its day not worked. A day beyond the data is never counted, so it says nothing.
    fn close(&mut self, row: &RecordedOverride) {
        for calendar in std::iter::once(&mut self.customer).chain(&mut self.publisher) {
            if calendar.id() == row.calendar && calendar.is_closed_by(&row.day).unwrap_or(false) {
                *calendar = calendar.clone().with_overrides([row.day.clone()]);
            }
        }
    }

    /// The same rules by these calendars.
    fn rules<'c>(&'c self, rules: &Rules<'_>) -> Rules<'c> {
        Rules {
            calendar: &self.customer,
            publisher_calendar: self.publisher.as_ref(),
            publisher_zone: rules.publisher_zone,
            overrides: &[],
        }
    }
}

impl<'a> Rules<'a> {
    /// The same with the corrections that were recorded by `at` alone, so that the past can be asked.
    #[must_use]
    pub fn known_at(self, at: DateTime<Utc>) -> Self {
        let known = self.overrides.partition_point(|row| row.recorded_at <= at);
        Self {
            overrides: &self.overrides[..known],
            ..self
        }
    }

    /// The corrections of the calendars that are counted by.
    fn own_overrides(&self) -> impl Iterator<Item = &'a RecordedOverride> {
        let (customer, publisher) = (self.calendar.id(), self.publisher_calendar.map(Calendar::id));
        let is_asked =
            move |row: &&RecordedOverride| row.calendar == customer || Some(row.calendar) == publisher;
        self.overrides.iter().filter(is_asked)
    }

    /// Counts by what was known at receipt, and again for each day that was closed while the window was open.
    pub(super) fn corrected(
        &self,
        received_at: DateTime<Utc>,
        count: impl Fn(&Rules<'_>) -> Result<Window, WindowError>,
    ) -> Result<Window, WindowError> {
        if self.own_overrides().next().is_none() {
            return count(self);
        }
        let mut calendars = Corrected::at(self, received_at);
        let mut window = count(&calendars.rules(self))?;
        let mut lengthened = Vec::new();
        for row in self.own_overrides().filter(|row| row.recorded_at > received_at) {
            if !window.in_time(row.recorded_at) {
                break;
            }
            calendars.close(row);
            let again = count(&calendars.rules(self))?;
            if again.expires_at > window.expires_at {
                lengthened.push(Step::lengthened(row, &window, &again));
                window = again;
            }
        }
        window.steps.extend(lengthened);
        Ok(window)
    }
}

impl Windows {
    /// The days from the receipt to the last day of either window that were counted as closed.
    pub fn closed_days(&self, rules: &Rules<'_>) -> Vec<Closed> {
        let received_at = self.notice.received_at.min(self.objection.received_at);
        let mut calendars = Corrected::at(rules, received_at);
        let later = rules
            .own_overrides()
            .filter(|row| row.recorded_at > received_at && row.recorded_at < self.engage_not_before());
        later.for_each(|row| calendars.close(row));
        let last_day = self.notice.last_day.max(self.objection.last_day);
        calendars
            .rules(rules)
            .closed_days(self.notice.event_day, last_day)
    }

    /// The same windows with the days that were closed while they were open: each ends no earlier than before.
    pub fn lengthened(self, rules: &Rules<'_>) -> Result<Self, WindowError> {
        Ok(Self {
            notice: self.notice.lengthened(rules)?,
            objection: self.objection.lengthened(rules)?,
        })
    }
}

impl Window {
    /// The same window with the days that were closed while it was open. By its own terms; where the rules are about another
    /// calendar it stays as it is.
    fn lengthened(self, rules: &Rules<'_>) -> Result<Self, WindowError> {
        if rules.calendar.id() != self.terms.calendar || rules.own_overrides().next().is_none() {
            return Ok(self);
        }
        let rules = Rules {
            publisher_zone: self.publisher_zone,
            ..*rules
        };
        let again = super::compute(self.received_at, &self.terms, &rules)?;
        Ok(self.later_of(again))
    }
}
