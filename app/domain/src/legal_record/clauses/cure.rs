//! The timer of clause 16(c)(i): compliance must be restored within a reasonable time, one month from the suspension at
//! most; after that the exporter may terminate.

use chrono::{Months, NaiveDate};

use crate::period::{Period, PeriodUnit};

/// The longest time to restore compliance: one month from the suspension.
pub const CURE: Period = Period::fixed(1, PeriodUnit::Months);

/// How the timer of a suspended set of clauses stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cure {
    /// Since when they are suspended.
    pub suspended_on: NaiveDate,
    /// The last day on which compliance can be restored.
    pub last_day: NaiveDate,
    /// Days left, 0 on the last day; `None` once it is over.
    pub days_left: Option<u16>,
}

impl Cure {
    /// The timer of clauses that were suspended on a day, as it stands on another. A month without that day ends on its
    /// last day, as every period in months does here.
    pub fn of(suspended_on: NaiveDate, today: NaiveDate) -> Self {
        let last_day = suspended_on
            .checked_add_months(Months::new(CURE.n().into()))
            .unwrap_or(NaiveDate::MAX);
        Self {
            suspended_on,
            last_day,
            days_left: u16::try_from((last_day - today).num_days()).ok(),
        }
    }

    /// Whether the month is over, so that the exporter may terminate.
    pub const fn is_over(&self) -> bool {
        self.days_left.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_month_ends_on_the_same_day_or_on_the_last_of_a_shorter_month() {
        for (from, to) in [
            ("2026-11-27", "2026-12-27"),
            ("2027-01-31", "2027-02-28"),
            ("2028-01-31", "2028-02-29"),
            ("2026-12-31", "2027-01-31"),
        ] {
            assert_eq!(Cure::of(date(from), date(from)).last_day, date(to));
        }
        let on = |day| Cure::of(date("2026-11-27"), date(day));
        assert_eq!(on("2026-12-26").days_left, Some(1));
        assert_eq!(on("2026-12-27").days_left, Some(0));
        assert!(!on("2026-12-27").is_over() && on("2026-12-28").is_over());
    }

    proptest! {
        #[test]
        fn it_is_never_longer_than_a_month_and_never_shorter_than_four_weeks(offset in 0i64..40_000) {
            let from = date("2000-01-01") + chrono::TimeDelta::days(offset);
            let cure = Cure::of(from, from);
            let days = (cure.last_day - from).num_days();
            prop_assert!((28..=31).contains(&days));
            prop_assert!(Cure::of(from, cure.last_day + chrono::TimeDelta::days(1)).is_over());
        }
    }
}
