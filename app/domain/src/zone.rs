//! A time zone by its IANA name, and the two questions a deadline asks of it: which day is it there at this
//! instant, and when does a day begin.

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::text;

/// Version of the IANA time-zone database compiled in, recorded with each deadline.
pub const TZDB_VERSION: &str = chrono_tz::IANA_TZDB_VERSION;

/// A time zone, `Europe/Oslo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

/// The text is not the name of a time zone.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("No such time zone; use an IANA name such as Europe/Oslo")]
pub struct BadZone;

/// A local time that the zone's clocks do not show (they jump over it), or a date beyond what can be computed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{local} does not exist in {zone}")]
pub struct NoSuchTime {
    /// The local time.
    pub local: NaiveDateTime,
    /// The zone.
    pub zone: Zone,
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);
    /// Where acts of the Union end: at 24:00 of their last day there.
    pub const BRUSSELS: Self = Self(Tz::Europe__Brussels);

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The place in the name, for people: `Oslo`.
    pub fn place(self) -> String {
        let name = self.name();
        name.rsplit('/').next().unwrap_or(name).replace('_', " ")
    }

    /// Names to suggest in forms: UTC and one or more places of every region, without the old spellings.
    pub fn suggested() -> impl Iterator<Item = &'static str> {
        const REGIONS: [&str; 9] = [
            "Africa/",
            "America/",
            "Antarctica/",
            "Asia/",
            "Atlantic/",
            "Australia/",
            "Europe/",
            "Indian/",
            "Pacific/",
        ];
        let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let places = names.filter(|name| REGIONS.iter().any(|region| name.starts_with(region)));
        std::iter::once("UTC").chain(places)
    }

    /// The day it is in this zone at `instant`.
    pub fn local_date(self, instant: DateTime<Utc>) -> NaiveDate {
        self.local_time(instant).date()
    }

    /// What clocks in this zone show at `instant`.
    pub fn local_time(self, instant: DateTime<Utc>) -> NaiveDateTime {
        let utc = instant.naive_utc();
        let offset = self.0.offset_from_utc_datetime(&utc).fix();
        utc.checked_add_offset(offset).unwrap_or(utc) // within a day of the end of all dates it stays as it is
    }

    /// `instant` with its offset there, `2026-12-24T00:00:00+01:00`.
    pub fn rfc3339(self, instant: DateTime<Utc>) -> String {
        instant.with_timezone(&self.0).to_rfc3339()
    }

    /// The instant at which clocks there show `local`; the first one where they show it twice.
    pub fn instant_of(self, local: NaiveDateTime) -> Result<DateTime<Utc>, NoSuchTime> {
        self.first_instant(local).ok_or(NoSuchTime { local, zone: self })
    }

    /// The instant at which `date` begins: midnight, the first of two midnights, or the first instant after a jump over it.
    pub fn start_of_day(self, date: NaiveDate) -> Result<DateTime<Utc>, NoSuchTime> {
        const LONGEST_JUMP: i64 = 25 * 60; // minutes; Samoa left out a whole day in 2011
        let midnight = date.and_time(NaiveTime::MIN);
        (0..=LONGEST_JUMP)
            .filter_map(|minute| midnight.checked_add_signed(TimeDelta::minutes(minute)))
            .find_map(|local| self.first_instant(local))
            .ok_or(NoSuchTime {
                local: midnight,
                zone: self,
            })
    }

    /// The last microsecond of `date`: the latest instant our columns can hold that still belongs to it.
    pub fn end_of_day(self, date: NaiveDate) -> Result<DateTime<Utc>, NoSuchTime> {
        let next = date.checked_add_days(Days::new(1)).ok_or(NoSuchTime {
            local: date.and_time(NaiveTime::MIN),
            zone: self,
        })?;
        self.start_of_day(next)
            .map(|start| start - TimeDelta::microseconds(1))
    }

    fn first_instant(self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self.0.from_local_datetime(&local) {
            LocalResult::Single(only) => Some(only.to_utc()),
            LocalResult::Ambiguous(one, other) => Some(one.min(other).to_utc()),
            LocalResult::None => None,
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Zone {
    type Err = BadZone;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self).map_err(|_| BadZone)
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        text::serialize(self, to)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text::deserialize(from)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::tests::date;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    #[test]
    fn a_day_begins_at_midnight_or_at_the_first_instant_there_is() {
        for (name, day, start) in [
            ("Europe/Oslo", "2026-12-24", "2026-12-23T23:00:00Z"),
            ("Europe/Oslo", "2027-04-01", "2027-03-31T22:00:00Z"),
            ("Asia/Tokyo", "2027-01-01", "2026-12-31T15:00:00Z"),
            ("Asia/Kathmandu", "2027-01-01", "2026-12-31T18:15:00Z"),
            ("Pacific/Kiritimati", "2027-01-01", "2026-12-31T10:00:00Z"),
            // clocks jump from 24:00 to 01:00: the day has no midnight
            ("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z"),
            ("Africa/Cairo", "2027-04-30", "2027-04-29T22:00:00Z"),
            ("Asia/Beirut", "2027-03-28", "2027-03-27T22:00:00Z"),
            ("Atlantic/Azores", "2027-03-28", "2027-03-28T01:00:00Z"),
            // clocks fall back from 01:00 to 00:00: midnight comes twice
            ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z"),
            ("Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00Z"),
            // clocks fall back from 24:00 to 23:00: midnight comes once, an hour late
            ("America/Santiago", "2027-04-04", "2027-04-04T04:00:00Z"),
            // no such day at all
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"),
        ] {
            let zone = zone(name);
            assert_eq!(
                zone.start_of_day(date(day)).unwrap(),
                start.parse::<DateTime<Utc>>().unwrap(),
                "{name} {day}"
            );
        }
    }

    #[test]
    fn a_local_time_is_read_as_its_first_instant_and_refused_when_clocks_jump_over_it() {
        let oslo = zone("Europe/Oslo");
        let at = |text: &str| oslo.instant_of(text.parse().unwrap());
        assert_eq!(
            at("2026-10-25T02:30:00").unwrap().to_rfc3339(),
            "2026-10-25T00:30:00+00:00"
        );
        let error = at("2027-03-28T02:30:00").unwrap_err();
        assert_eq!(
            error.to_string(),
            "2027-03-28 02:30:00 does not exist in Europe/Oslo"
        );
        assert!(oslo.start_of_day(NaiveDate::MAX).is_err() || oslo.end_of_day(NaiveDate::MAX).is_err());
    }

    #[test]
    fn a_zone_is_known_by_its_iana_name_only() {
        assert_eq!(zone("America/New_York").place(), "New York");
        assert_eq!(Zone::UTC.place(), "UTC");
        for wrong in ["", "Oslo", "europe/oslo", "+01:00", "Europe/Oslo "] {
            assert_eq!(wrong.parse::<Zone>(), Err(BadZone), "{wrong:?}");
        }
        assert_eq!(
            serde_json::to_string(&zone("Europe/Oslo")).unwrap(),
            "\"Europe/Oslo\""
        );
        assert_eq!(TZDB_VERSION.len(), 5);
    }

    proptest! {
        #[test]
        fn in_every_zone_a_day_begins_where_the_day_before_ends(
            variant in 0..chrono_tz::TZ_VARIANTS.len(), day in 0i64..7_670,
        ) {
            let zone = Zone(chrono_tz::TZ_VARIANTS[variant]);
            prop_assert_eq!(zone.name().parse(), Ok(zone));
            let day = date("2020-01-01") + TimeDelta::days(day);
            let start = zone.start_of_day(day).unwrap();
            prop_assert_eq!(zone.local_date(start), day);
            prop_assert!(zone.local_date(start - TimeDelta::microseconds(1)) < day);
            prop_assert!(zone.local_date(start - TimeDelta::milliseconds(1)) < day);
            prop_assert_eq!(zone.local_date(zone.end_of_day(day).unwrap()), day);
        }
    }
}
