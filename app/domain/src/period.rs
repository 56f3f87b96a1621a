//! A period of notice as a contract writes it: `30d`, `10wd`, `1m`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::text;

/// What a period counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PeriodUnit {
    /// Every day, holidays and weekends included.
    CalendarDays,
    /// Only days on which the calendar of the contract works.
    WorkingDays,
    /// Months, ending on the same day of the month, or on the last day of a shorter one.
    Months,
}

impl PeriodUnit {
    /// The longest period of this unit: ten years.
    pub const fn longest(self) -> u16 {
        match self {
            Self::CalendarDays => 3650,
            Self::WorkingDays => 2500,
            Self::Months => 120,
        }
    }

    const fn suffix(self) -> &'static str {
        match self {
            Self::CalendarDays => "d",
            Self::WorkingDays => "wd",
            Self::Months => "m",
        }
    }

    const fn words(self, n: u16) -> &'static str {
        match (self, n) {
            (Self::CalendarDays, 1) => "calendar day",
            (Self::CalendarDays, _) => "calendar days",
            (Self::WorkingDays, 1) => "working day",
            (Self::WorkingDays, _) => "working days",
            (Self::Months, 1) => "month",
            (Self::Months, _) => "months",
        }
    }
}

/// A number of days, working days or months; never zero and at most ten years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    n: u16,
    unit: PeriodUnit,
}

/// Why a text or a number is not a period.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadPeriod {
    /// It does not look like one.
    #[error("Write a period as 30d (calendar days), 10wd (working days) or 1m (months)")]
    Unreadable,
    /// Zero, or more than ten years.
    #[error("A period in {} must be from 1 to {}", unit.words(2), unit.longest())]
    OutOfRange {
        /// The unit that was asked for.
        unit: PeriodUnit,
    },
}

impl Period {
    /// A period, if `n` is neither zero nor more than ten years.
    pub fn new(n: u32, unit: PeriodUnit) -> Result<Self, BadPeriod> {
        match u16::try_from(n) {
            Ok(n) if (1..=unit.longest()).contains(&n) => Ok(Self { n, unit }),
            _ => Err(BadPeriod::OutOfRange { unit }),
        }
    }

    /// A period written in our own code; callers keep `n` in range.
    pub(crate) const fn fixed(n: u16, unit: PeriodUnit) -> Self {
        Self { n, unit }
    }

    /// How many.
    pub const fn n(self) -> u16 {
        self.n
    }

    /// Of what.
    pub const fn unit(self) -> PeriodUnit {
        self.unit
    }

    /// Whether it is two days or more, so that the minimum of two working days applies to it.
    pub const fn is_two_days_or_more(self) -> bool {
        self.n >= 2 || matches!(self.unit, PeriodUnit::Months)
    }

    /// As people read it: `30 calendar days`, `1 month`.
    pub fn in_words(self) -> String {
        format!("{} {}", self.n, self.unit.words(self.n))
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.n, self.unit.suffix())
    }
}

impl FromStr for Period {
    type Err = BadPeriod;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, suffix) = text.split_at(digits);
        let unit = match suffix {
            "d" => PeriodUnit::CalendarDays,
            "wd" => PeriodUnit::WorkingDays,
            "m" => PeriodUnit::Months,
            _ => return Err(BadPeriod::Unreadable),
        };
        if number.is_empty() {
            return Err(BadPeriod::Unreadable);
        }
        // digits only, so a failure to parse can only mean a number too large
        Self::new(number.parse().unwrap_or(u32::MAX), unit)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        text::serialize(self, to)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        text::deserialize(from)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_period_is_written_in_three_ways() {
        for (text, n, unit, words) in [
            ("30d", 30, PeriodUnit::CalendarDays, "30 calendar days"),
            ("1d", 1, PeriodUnit::CalendarDays, "1 calendar day"),
            ("10wd", 10, PeriodUnit::WorkingDays, "10 working days"),
            ("1m", 1, PeriodUnit::Months, "1 month"),
            ("3m", 3, PeriodUnit::Months, "3 months"),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!((period.n(), period.unit()), (n, unit));
            assert_eq!(period.to_string(), text);
            assert_eq!(period.in_words(), words);
            assert_eq!(serde_json::to_string(&period).unwrap(), format!("\"{text}\""));
        }
    }

    #[test]
    fn anything_else_is_refused_with_a_hint() {
        for text in [
            "", "d", "30", "30 d", " 30d", "30D", "-30d", "+30d", "3.5d", "30days", "wd", "1y", "３d",
        ] {
            assert_eq!(text.parse::<Period>(), Err(BadPeriod::Unreadable), "{text:?}");
        }
        for text in [
            "0d",
            "3651d",
            "99999999999999999999d",
            "0wd",
            "2501wd",
            "0m",
            "121m",
        ] {
            assert!(
                matches!(text.parse::<Period>(), Err(BadPeriod::OutOfRange { .. })),
                "{text:?}"
            );
        }
        let error = "0wd".parse::<Period>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "A period in working days must be from 1 to 2500"
        );
    }

    proptest! {
        #[test]
        fn a_period_reads_back_as_printed(n in 1u32..4000, unit in 0usize..3) {
            let unit = [PeriodUnit::CalendarDays, PeriodUnit::WorkingDays, PeriodUnit::Months][unit];
            if let Ok(period) = Period::new(n, unit) {
                prop_assert_eq!(period.to_string().parse::<Period>(), Ok(period));
                let json = serde_json::to_string(&period).unwrap();
                prop_assert_eq!(serde_json::from_str::<Period>(&json).unwrap(), period);
            } else {
                prop_assert!(n > u32::from(unit.longest()));
            }
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_crash(text in ".*") {
            let _ = text.parse::<Period>();
        }
    }
}
