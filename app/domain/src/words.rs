//! How days and instants read to people, everywhere the same: weekday, date, time, place.

use chrono::{DateTime, NaiveDate, Utc};

use crate::zone::Zone;

/// `Thursday 31 December 2026`.
pub fn day(date: NaiveDate) -> String {
    date.format("%A %-d %B %Y").to_string()
}

/// `Thursday 31 December 2026, 24:00, Oslo`: the end of a last day.
pub fn end_of_day(date: NaiveDate, zone: Zone) -> String {
    format!("{}, 24:00, {}", day(date), zone.place())
}

/// `Monday 23 November 2026, 10:00, Oslo`.
pub fn moment(instant: DateTime<Utc>, zone: Zone) -> String {
    let local = zone.local_time(instant);
    format!(
        "{}, {}, {}",
        day(local.date()),
        local.format("%H:%M"),
        zone.place()
    )
}

/// `31 Dec 2026`, for tables.
pub fn short_day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// `2 Dec 2026, 00:30 Oslo`, for tables and logs of what happened.
pub fn short_moment(instant: DateTime<Utc>, zone: Zone) -> String {
    let local = zone.local_time(instant);
    format!(
        "{}, {} {}",
        short_day(local.date()),
        local.format("%H:%M"),
        zone.place()
    )
}

/// An exclusive end: where it is the start of a day, 24:00 of the day before; otherwise as [`moment`].
pub fn until(instant: DateTime<Utc>, zone: Zone) -> String {
    let date = zone.local_date(instant);
    match (zone.start_of_day(date), date.pred_opt()) {
        (Ok(start), Some(before)) if start == instant => end_of_day(before, zone),
        _ => moment(instant, zone),
    }
}

/// `2026-12-23T23:00:00Z`; fractions of a second only where there are any.
pub fn utc(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// `3 days`, `1 day`.
pub fn count(n: usize, one: &str, several: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {several}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_says_its_weekday_and_a_time_says_where() {
        let oslo: Zone = "Europe/Oslo".parse().unwrap();
        let instant: DateTime<Utc> = "2026-11-23T09:05:00Z".parse().unwrap();
        assert_eq!(moment(instant, oslo), "Monday 23 November 2026, 10:05, Oslo");
        assert_eq!(
            end_of_day("2026-12-03".parse().unwrap(), oslo),
            "Thursday 3 December 2026, 24:00, Oslo"
        );
        assert_eq!(short_moment(instant, oslo), "23 Nov 2026, 10:05 Oslo");
        assert_eq!(until(instant, oslo), moment(instant, oslo));
        let midnight: DateTime<Utc> = "2026-12-31T23:00:00Z".parse().unwrap();
        assert_eq!(until(midnight, oslo), "Thursday 31 December 2026, 24:00, Oslo");
        assert_eq!(utc(instant), "2026-11-23T09:05:00Z");
        assert_eq!(
            (count(1, "day", "days"), count(0, "day", "days")),
            ("1 day".to_owned(), "0 days".to_owned())
        );
    }
}
