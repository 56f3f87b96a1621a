//! Dates and instants as people read them, always with the place whose clock is meant.

use chrono::{DateTime, Datelike, Days, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;

/// "Thursday 31 December 2026".
pub fn day(date: NaiveDate) -> String {
    date.format("%A %-d %B %Y").to_string()
}

/// "31 Dec 2026", for tables.
pub fn short_day(date: NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// The last day of a window: "Thursday 31 December 2026, 24:00, Oslo". The day counts to its last instant.
pub fn last_day(date: NaiveDate, zone: Tz) -> String {
    format!("{}, 24:00, {}", day(date), zone_name(zone))
}

/// An instant that ends or starts something: "Friday 1 January 2027, 09:30, Oslo".
pub fn instant(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    format!(
        "{}, {:02}:{:02}, {}",
        day(local.date_naive()),
        local.hour(),
        local.minute(),
        zone_name(zone)
    )
}

/// An exclusive end: midnight is shown as 24:00 of the day before, everything else as [`instant`].
pub fn until(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    let is_midnight = local.num_seconds_from_midnight() == 0 && local.nanosecond() == 0;
    match local.date_naive().checked_sub_days(Days::new(1)) {
        Some(before) if is_midnight => last_day(before, zone),
        _ => instant(at, zone),
    }
}

/// "12 Jan 2027, 09:30 Oslo", for tables and logs of what happened.
pub fn short_instant(at: DateTime<Utc>, zone: Tz) -> String {
    let local = at.with_timezone(&zone);
    format!(
        "{}, {:02}:{:02} {}",
        short_day(local.date_naive()),
        local.hour(),
        local.minute(),
        zone_name(zone)
    )
}

/// The place of a zone as people say it: "Oslo", "Buenos Aires", "UTC".
pub fn zone_name(zone: Tz) -> String {
    let name = zone.name();
    name.rsplit('/').next().unwrap_or(name).replace('_', " ")
}

/// The local date of an instant.
pub fn local_date(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// "1 day", "3 days": whole days from one date to another, never negative.
pub fn days_between(from: NaiveDate, to: NaiveDate) -> String {
    let days = i64::from(to.num_days_from_ce() - from.num_days_from_ce()).max(0);
    if days == 1 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{America::Argentina::Buenos_Aires, Europe::Oslo, UTC};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_day_runs_to_24_00() {
        let date = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
        assert_eq!(last_day(date, Oslo), "Thursday 31 December 2026, 24:00, Oslo");
        assert_eq!(
            until(at("2026-12-31T23:00:00Z"), Oslo),
            "Thursday 31 December 2026, 24:00, Oslo"
        );
        assert_eq!(
            until(at("2026-12-31T22:00:00Z"), Oslo),
            "Thursday 31 December 2026, 23:00, Oslo"
        );
    }

    #[test]
    fn an_instant_is_shown_in_the_zone_named() {
        let t = at("2026-12-01T23:30:59Z");
        assert_eq!(instant(t, Oslo), "Wednesday 2 December 2026, 00:30, Oslo");
        assert_eq!(instant(t, UTC), "Tuesday 1 December 2026, 23:30, UTC");
        assert_eq!(short_instant(t, Buenos_Aires), "1 Dec 2026, 20:30 Buenos Aires");
        assert_eq!(local_date(t, Oslo), NaiveDate::from_ymd_opt(2026, 12, 2).unwrap());
    }

    #[test]
    fn whole_days_are_counted_in_words() {
        let d = |day| NaiveDate::from_ymd_opt(2026, 12, day).unwrap();
        assert_eq!(days_between(d(1), d(2)), "1 day");
        assert_eq!(days_between(d(1), d(31)), "30 days");
        assert_eq!(days_between(d(3), d(1)), "0 days");
    }
}
