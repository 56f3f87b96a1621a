//! An instant as people and programs write it: with its offset, or as a local time in a zone that is given beside it.

use chrono::{DateTime, NaiveDate, NaiveDateTime, SubsecRound, Utc};
use thiserror::Error;

use crate::zone::{NoSuchTime, Zone};

/// Why a text is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadInstant {
    /// It does not look like one.
    #[error("Write date and time as 2026-11-23T10:00, or with an offset as 2026-11-23T10:00:00+01:00")]
    Unreadable,
    /// The zone's clocks jump over it.
    #[error(transparent)]
    NoSuchTime(#[from] NoSuchTime),
}

/// Reads `2026-11-23T09:00:00Z` as it is, and `2026-11-23T10:00` or `2026-11-23 10:00:00` as a local time in `zone`. Cut to
/// microseconds, which is what both databases hold.
pub fn parse(text: &str, zone: Zone) -> Result<DateTime<Utc>, BadInstant> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(instant.to_utc().trunc_subsecs(6));
    }
    let local = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%d %H:%M",
    ]
    .iter()
    .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
    .ok_or(BadInstant::Unreadable)?;
    Ok(zone.instant_of(local.trunc_subsecs(6))?)
}

/// The same, and a date alone as the beginning of that day in `zone`.
pub fn parse_or_start_of_day(text: &str, zone: Zone) -> Result<DateTime<Utc>, BadInstant> {
    match text.parse::<NaiveDate>() {
        Ok(date) => Ok(zone.start_of_day(date)?),
        Err(_) => parse(text, zone),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn oslo() -> Zone {
        "Europe/Oslo".parse().unwrap()
    }

    #[test]
    fn an_offset_counts_and_without_one_the_zone_does() {
        for (text, expected) in [
            ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"),
            ("2026-11-23T09:00:00+02:00", "2026-11-23T07:00:00Z"),
            ("2026-11-23T10:00", "2026-11-23T09:00:00Z"),
            ("2026-11-23 10:00", "2026-11-23T09:00:00Z"),
            ("2026-07-23T10:00:30", "2026-07-23T08:00:30Z"),
            ("2026-11-23T10:00:00.1234567", "2026-11-23T09:00:00.123456Z"),
            ("2026-10-25T02:30", "2026-10-25T00:30:00Z"),
        ] {
            assert_eq!(parse(text, oslo()), Ok(expected.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "2026-11-23",
            "10:00",
            "23.11.2026 10:00",
            "2026-02-30T10:00",
            "2026-11-23T25:00",
            "now",
        ] {
            assert_eq!(parse(text, oslo()), Err(BadInstant::Unreadable), "{text:?}");
        }
        assert!(matches!(
            parse("2027-03-28T02:30", oslo()),
            Err(BadInstant::NoSuchTime(_))
        ));
    }

    #[test]
    fn a_date_can_stand_for_its_beginning() {
        let start = parse_or_start_of_day("2027-02-01", oslo());
        assert_eq!(start, Ok("2027-01-31T23:00:00Z".parse().unwrap()));
        assert_eq!(parse_or_start_of_day("2027-02-01T00:00", oslo()), start);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_a_crash(text in "[-+0-9TZ:. ]{0,32}") {
            let _ = parse_or_start_of_day(&text, oslo());
        }

        #[test]
        fn an_instant_reads_back_as_printed(micros in 0i64..4_000_000_000_000_000) {
            let instant = DateTime::from_timestamp_micros(micros).unwrap();
            prop_assert_eq!(parse(&crate::words::utc(instant), oslo()), Ok(instant));
            prop_assert_eq!(parse(&oslo().rfc3339(instant), oslo()), Ok(instant));
        }
    }
}
