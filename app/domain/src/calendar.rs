//! Which days are working days. The holidays come from a committed table (`calendars/holidays.json`, made by
//! `calendars/generate.py`) that is passed in; nothing here knows a date by heart.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::text;
use crate::word_set::words;

/// The calendars a contract can name: eight countries, Finland without its two eves, and weekends alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CalendarId {
    /// Norway.
    No,
    /// Finland, with Midsummer Eve and Christmas Eve as in the Finnish Act 150/1930.
    Fi,
    /// Finland without the two eves.
    FiNoEves,
    /// Sweden, with Midsummer Eve, Christmas Eve and New Year's Eve.
    Se,
    /// Denmark.
    Dk,
    /// Germany, nationwide holidays only.
    De,
    /// France.
    Fr,
    /// Ireland.
    Ie,
    /// The Netherlands.
    Nl,
    /// Saturdays and Sundays only.
    Weekend,
}

impl CalendarId {
    /// Every calendar, in the order in which forms offer them.
    pub const ALL: [Self; 10] = [
        Self::No,
        Self::Fi,
        Self::FiNoEves,
        Self::Se,
        Self::Dk,
        Self::De,
        Self::Fr,
        Self::Ie,
        Self::Nl,
        Self::Weekend,
    ];

    /// The code in forms, files and rows: `NO`, `FI-NO-EVES`, `WEEKEND`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "NO",
            Self::Fi => "FI",
            Self::FiNoEves => "FI-NO-EVES",
            Self::Se => "SE",
            Self::Dk => "DK",
            Self::De => "DE",
            Self::Fr => "FR",
            Self::Ie => "IE",
            Self::Nl => "NL",
            Self::Weekend => "WEEKEND",
        }
    }

    /// The name people read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::No => "Norway",
            Self::Fi => "Finland (with Midsummer Eve and Christmas Eve)",
            Self::FiNoEves => "Finland (without the eves)",
            Self::Se => "Sweden (with the eves)",
            Self::Dk => "Denmark",
            Self::De => "Germany (nationwide holidays)",
            Self::Fr => "France",
            Self::Ie => "Ireland",
            Self::Nl => "Netherlands",
            Self::Weekend => "Saturdays and Sundays only",
        }
    }
}

impl fmt::Display for CalendarId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text names no calendar we have.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("No such calendar; use one of NO, FI, FI-NO-EVES, SE, DK, DE, FR, IE, NL, WEEKEND")]
pub struct BadCalendarId;

impl FromStr for CalendarId {
    type Err = BadCalendarId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|id| id.as_str() == text)
            .ok_or(BadCalendarId)
    }
}

impl Serialize for CalendarId {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        text::serialize(self, to)
    }
}

impl<'de> Deserialize<'de> for CalendarId {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text::deserialize(from)
    }
}

/// A date outside the years for which holidays are known. Never read as "no holiday".
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("Holidays of {calendar} are known for {first_year} to {last_year} only, and {date} is outside")]
pub struct PastData {
    /// The calendar that was asked.
    pub calendar: CalendarId,
    /// The date that was asked for.
    pub date: NaiveDate,
    /// First year with data.
    pub first_year: i32,
    /// Last year with data.
    pub last_year: i32,
}

/// The publisher's own correction of one day, kept as a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// The day.
    pub date: NaiveDate,
    /// Whether it is worked, whatever the table or the weekday says; `None` gives the day back to the table.
    pub working: Option<bool>,
    /// Why: shown beside every computation that it touches.
    pub reason: String,
}

words! {
    /// What a day counts as.
    "way to count a day" Counted {
        /// A working day.
        Worked = "WORKED", "worked";
        /// No working day.
        NotWorked = "NOT_WORKED", "not worked";
        /// Given back to the table.
        AsTable = "AS_TABLE", "as the table says";
    }
}

impl Counted {
    /// As the row says it.
    pub const fn working(self) -> Option<bool> {
        match self {
            Self::Worked => Some(true),
            Self::NotWorked => Some(false),
            Self::AsTable => None,
        }
    }

    /// Read back from a row.
    pub const fn of(working: Option<bool>) -> Self {
        match working {
            Some(true) => Self::Worked,
            Some(false) => Self::NotWorked,
            None => Self::AsTable,
        }
    }
}

/// A correction with the calendar that it is about, and since when it is known. What counts for which window is said in
/// [`crate::window`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedOverride {
    /// Whose day.
    pub calendar: CalendarId,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What it says.
    pub day: Override,
}

/// One calendar with its holidays: answers whether a day is a working day, or says that it cannot know. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    id: CalendarId,
    version: String,
    first_year: i32,
    last_year: i32,
    holidays: Arc<BTreeMap<NaiveDate, String>>,
    overrides: BTreeMap<NaiveDate, Override>,
}

impl Calendar {
    /// Which calendar this is.
    pub const fn id(&self) -> CalendarId {
        self.id
    }

    /// First and last year with data, both included.
    pub const fn years(&self) -> (i32, i32) {
        (self.first_year, self.last_year)
    }

    /// Version of the holiday data, as recorded with each deadline: `holidays-0.109`, `holidays-0.109+2 overrides`.
    pub fn version(&self) -> String {
        match self.overrides.len() {
            0 => self.version.clone(),
            1 => format!("{}+1 override", self.version),
            several => format!("{}+{several} overrides", self.version),
        }
    }

    /// The same calendar with the publisher's corrections on top; a later one for the same day wins.
    #[must_use]
    pub fn with_overrides(mut self, overrides: impl IntoIterator<Item = Override>) -> Self {
        for day in overrides {
            if day.working.is_some() {
                self.overrides.insert(day.date, day);
            } else {
                self.overrides.remove(&day.date);
            }
        }
        self
    }

    /// The same calendar with those of `rows` that are about it and were recorded by `at`. They come in the order in which
    /// they were recorded.
    #[must_use]
    pub fn known_at(&self, rows: &[RecordedOverride], at: DateTime<Utc>) -> Self {
        let known = rows
            .iter()
            .filter(|row| row.calendar == self.id && row.recorded_at <= at);
        self.clone().with_overrides(known.map(|row| row.day.clone()))
    }

    /// The correction of a day, if there is one.
    pub fn override_of(&self, date: NaiveDate) -> Option<&Override> {
        self.overrides.get(&date)
    }

    /// Whether a correction makes its day not worked: it says so, or it gives it back to a table that does.
    pub fn is_closed_by(&self, day: &Override) -> Result<bool, PastData> {
        let by_table = self.why_closed_by_table(day.date)?;
        Ok(day.working.map_or(by_table.is_some(), |working| !working))
    }

    /// Whether `date` is a working day.
    pub fn is_working(&self, date: NaiveDate) -> Result<bool, PastData> {
        self.why_closed(date).map(|closed| closed.is_none())
    }

    /// Why `date` is not a working day: the holiday, the weekday or the publisher's reason; `None` if it is one.
    pub fn why_closed(&self, date: NaiveDate) -> Result<Option<&str>, PastData> {
        let by_table = self.why_closed_by_table(date)?;
        Ok(match self.overrides.get(&date) {
            Some(Override {
                working: Some(working),
                reason,
                ..
            }) => (!working).then_some(reason.as_str()),
            _ => by_table,
        })
    }

    /// The same by the table and the weekday alone, whatever the publisher says.
    pub fn why_closed_by_table(&self, date: NaiveDate) -> Result<Option<&str>, PastData> {
        if date.year() < self.first_year || date.year() > self.last_year {
            return Err(PastData {
                calendar: self.id,
                date,
                first_year: self.first_year,
                last_year: self.last_year,
            });
        }
        Ok(self
            .holidays
            .get(&date)
            .map(String::as_str)
            .or(match date.weekday() {
                Weekday::Sat => Some("Saturday"),
                Weekday::Sun => Some("Sunday"),
                _ => None,
            }))
    }
}

/// The committed holiday file. The server reads it once; tests read the same file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HolidayTable {
    /// Where the data comes from.
    pub source: String,
    /// Its version, recorded with each deadline.
    pub version: String,
    /// First year it covers completely.
    pub first_year: i32,
    /// Last year it covers completely.
    pub last_year: i32,
    /// Holidays with their names, by calendar.
    pub calendars: BTreeMap<CalendarId, BTreeMap<NaiveDate, String>>,
}

/// The holiday file does not say what it must. Only a bad edit of the committed file can cause it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadHolidayTable {
    /// A calendar is not there.
    #[error("the holiday file has no calendar {0}")]
    Missing(CalendarId),
    /// A date lies outside the years that the file claims to cover.
    #[error("the holiday file lists {1} for {0}, outside its own years")]
    OutsideYears(CalendarId, NaiveDate),
}

impl HolidayTable {
    /// All calendars, checked: each one is there and no date lies outside the covered years.
    pub fn into_calendars(mut self) -> Result<BTreeMap<CalendarId, Calendar>, BadHolidayTable> {
        let mut calendars = BTreeMap::new();
        for id in CalendarId::ALL {
            let holidays = self.calendars.remove(&id).ok_or(BadHolidayTable::Missing(id))?;
            let covered = self.first_year..=self.last_year;
            if let Some(date) = holidays.keys().find(|date| !covered.contains(&date.year())) {
                return Err(BadHolidayTable::OutsideYears(id, *date));
            }
            calendars.insert(
                id,
                Calendar {
                    id,
                    version: self.version.clone(),
                    first_year: self.first_year,
                    last_year: self.last_year,
                    holidays: Arc::new(holidays),
                    overrides: BTreeMap::new(),
                },
            );
        }
        Ok(calendars)
    }
}

#[cfg(test)]
pub(crate) mod tests;
