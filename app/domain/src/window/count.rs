//! The count itself, on local dates: from the day of receipt to the last day.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::step::{Closed, Step};
use super::{Rules, Terms, WindowError};
use crate::period::{Period, PeriodUnit};

/// The days found, with the steps that led to them.
pub(super) struct Counted {
    pub nominal_last_day: NaiveDate,
    pub last_day: NaiveDate,
    pub steps: Vec<Step>,
}

/// Counts from the day of receipt: the period, then off closed days, then up to the least number of working days.
pub(super) fn count(event_day: NaiveDate, terms: &Terms, rules: &Rules<'_>) -> Result<Counted, WindowError> {
    let (nominal_last_day, skipped) = add(event_day, terms.period, rules)?;
    let mut steps = vec![Step::counted(event_day, terms.period, nominal_last_day, skipped)];

    let mut last_day = nominal_last_day;
    if terms.roll {
        let closed;
        (last_day, closed) = roll(nominal_last_day, rules)?;
        if !closed.is_empty() {
            steps.push(Step::rolled(nominal_last_day, closed, last_day));
        }
    } else if let Ok(Some(why)) = rules.why_closed(nominal_last_day) {
        steps.push(Step::kept(Closed {
            date: nominal_last_day,
            why: why.to_owned(),
        }));
    }

    if terms.period.is_two_days_or_more() {
        let required = terms.min_working_days;
        let found = working_days(event_day, last_day, required, rules)?;
        if found < required {
            last_day = extend(event_day, last_day, terms, rules)?;
            steps.push(Step::extended(found, required, last_day));
        }
    }
    Ok(Counted {
        nominal_last_day,
        last_day,
        steps,
    })
}

/// The day after.
pub(super) fn next_day(date: NaiveDate) -> Result<NaiveDate, WindowError> {
    date.checked_add_days(Days::new(1)).ok_or(WindowError::TooFar)
}

/// The day that a period counts to, and the named holidays that a count of working days stepped over.
fn add(
    event_day: NaiveDate,
    period: Period,
    rules: &Rules<'_>,
) -> Result<(NaiveDate, Vec<Closed>), WindowError> {
    let n = period.n();
    let none = |day: Option<NaiveDate>| day.map(|day| (day, Vec::new())).ok_or(WindowError::TooFar);
    match period.unit() {
        PeriodUnit::CalendarDays => none(event_day.checked_add_days(Days::new(n.into()))),
        PeriodUnit::Months => none(event_day.checked_add_months(Months::new(n.into()))),
        PeriodUnit::WorkingDays => {
            let (mut day, mut left, mut skipped) = (event_day, n, Vec::new());
            while left > 0 {
                day = next_day(day)?;
                match rules.why_closed(day)? {
                    None => left -= 1,
                    Some(_) if day.weekday().number_from_monday() > 5 => {}
                    Some(why) => skipped.push(Closed {
                        date: day,
                        why: why.to_owned(),
                    }),
                }
            }
            Ok((day, skipped))
        }
    }
}

/// The first working day from `day` on, and the closed days before it.
fn roll(mut day: NaiveDate, rules: &Rules<'_>) -> Result<(NaiveDate, Vec<Closed>), WindowError> {
    let mut closed = Vec::new();
    while let Some(why) = rules.why_closed(day)? {
        closed.push(Closed {
            date: day,
            why: why.to_owned(),
        });
        day = next_day(day)?;
    }
    Ok((day, closed))
}

/// Moves the end on until enough working days lie inside.
fn extend(
    event_day: NaiveDate,
    mut last_day: NaiveDate,
    terms: &Terms,
    rules: &Rules<'_>,
) -> Result<NaiveDate, WindowError> {
    let required = terms.min_working_days;
    while working_days(event_day, last_day, required, rules)? < required {
        last_day = next_day(last_day)?;
        if terms.roll {
            last_day = roll(last_day, rules)?.0;
        }
    }
    Ok(last_day)
}

/// How many working days lie after `event_day` and up to `last_day`, counted no further than `enough`.
fn working_days(
    event_day: NaiveDate,
    last_day: NaiveDate,
    enough: u8,
    rules: &Rules<'_>,
) -> Result<u8, WindowError> {
    let (mut day, mut found) = (event_day, 0);
    while found < enough && day < last_day {
        day = next_day(day)?;
        found += u8::from(rules.why_closed(day)?.is_none());
    }
    Ok(found)
}
