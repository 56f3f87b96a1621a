//! The arithmetic of a window, one step at a time: as values for machines and as a sentence for people.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Window;
use crate::calendar::RecordedOverride;
use crate::period::{Period, PeriodUnit};
use crate::words;
use crate::zone::Zone;

/// A closed day and why it is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closed {
    /// The day.
    pub date: NaiveDate,
    /// The holiday, the weekday or the publisher's reason.
    pub why: String,
}

/// One step, with its sentence. The sentence is stored too: it is what the customer was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What was done.
    #[serde(flatten)]
    pub kind: StepKind,
    /// The same in words.
    pub text: String,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum StepKind {
    /// The day of receipt, which is not counted.
    Received {
        /// What clocks showed.
        local: NaiveDateTime,
        /// Where.
        zone: Zone,
        /// The day.
        event_day: NaiveDate,
    },
    /// The period counted from there.
    Counted {
        /// The period.
        period: Period,
        /// The day it counts to.
        nominal_last_day: NaiveDate,
        /// Holidays on weekdays that a count of working days stepped over.
        skipped: Vec<Closed>,
    },
    /// The end moved off closed days.
    Rolled {
        /// The closed days.
        closed: Vec<Closed>,
        /// The next working day.
        last_day: NaiveDate,
    },
    /// The end stayed on a closed day, because the contract says so.
    Kept {
        /// The day.
        closed: Closed,
    },
    /// The end moved on until enough working days lay inside.
    Extended {
        /// Working days before.
        found: u8,
        /// Working days needed.
        required: u8,
        /// The last day now.
        last_day: NaiveDate,
    },
    /// The end of the last day as an instant.
    Ends {
        /// The last day.
        last_day: NaiveDate,
        /// Where.
        zone: Zone,
        /// The first instant after it.
        expires_at: DateTime<Utc>,
    },
    /// A day was closed after receipt and before the end, and the end moved on.
    Lengthened {
        /// The day.
        closed: Closed,
        /// When that was recorded.
        recorded_at: DateTime<Utc>,
        /// The last day before.
        before: NaiveDate,
        /// The last day now.
        last_day: NaiveDate,
    },
    /// The same count in another zone, which ends earlier or at the same instant.
    ComparedZones {
        /// The zone that decides.
        zone: Zone,
        /// The other zone.
        other_zone: Zone,
        /// The last day there.
        other_last_day: NaiveDate,
        /// Its end.
        other_expires_at: DateTime<Utc>,
    },
    /// The same count with another period, which ends earlier or at the same instant.
    ComparedPeriods {
        /// The period that decides.
        period: Period,
        /// The other period.
        other_period: Period,
        /// Its last day.
        other_last_day: NaiveDate,
    },
}

impl Step {
    pub(super) fn received(received_at: DateTime<Utc>, zone: Zone, event_day: NaiveDate) -> Self {
        let text = format!(
            "Received {}. That day is not counted.",
            words::moment(received_at, zone)
        );
        Self {
            kind: StepKind::Received {
                local: zone.local_time(received_at),
                zone,
                event_day,
            },
            text,
        }
    }

    pub(super) fn counted(
        event_day: NaiveDate,
        period: Period,
        nominal_last_day: NaiveDate,
        skipped: Vec<Closed>,
    ) -> Self {
        let mut text = format!(
            "{} after it: {}.",
            period.in_words(),
            words::day(nominal_last_day)
        );
        if period.unit() == PeriodUnit::Months && nominal_last_day.day() != event_day.day() {
            text.push_str(&format!(
                " That month has no day {}, so its last day counts.",
                event_day.day()
            ));
        }
        if !skipped.is_empty() {
            text.push_str(&format!(" Not counted, beside weekends: {}.", listed(&skipped)));
        }
        Self {
            kind: StepKind::Counted {
                period,
                nominal_last_day,
                skipped,
            },
            text,
        }
    }

    pub(super) fn rolled(nominal_last_day: NaiveDate, closed: Vec<Closed>, last_day: NaiveDate) -> Self {
        let text = match closed.as_slice() {
            [only] if only.why == nominal_last_day.format("%A").to_string() => {
                format!("Not a working day. The next one is {}.", words::day(last_day))
            }
            _ => format!(
                "Closed: {}. The next working day is {}.",
                listed(&closed),
                words::day(last_day)
            ),
        };
        Self {
            kind: StepKind::Rolled { closed, last_day },
            text,
        }
    }

    pub(super) fn kept(closed: Closed) -> Self {
        let text = format!(
            "{} is closed ({}), but these terms do not move the end.",
            words::day(closed.date),
            closed.why
        );
        Self {
            kind: StepKind::Kept { closed },
            text,
        }
    }

    pub(super) fn extended(found: u8, required: u8, last_day: NaiveDate) -> Self {
        let text = format!(
            "Only {} so far, and a period of two days or more has at least {required}: extended to {}.",
            words::count(found.into(), "working day", "working days"),
            words::day(last_day)
        );
        Self {
            kind: StepKind::Extended {
                found,
                required,
                last_day,
            },
            text,
        }
    }

    pub(super) fn ends(last_day: NaiveDate, zone: Zone, expires_at: DateTime<Utc>) -> Self {
        let text = format!(
            "Ends {}, which is {}.",
            words::end_of_day(last_day, zone),
            words::utc(expires_at)
        );
        Self {
            kind: StepKind::Ends {
                last_day,
                zone,
                expires_at,
            },
            text,
        }
    }

    pub(super) fn lengthened(row: &RecordedOverride, before: &Window, now: &Window) -> Self {
        let closed = Closed {
            date: row.day.date,
            why: row.day.reason.clone(),
        };
        let text = format!(
            "Recorded {}, while it was open: {} is closed ({}). The last day was {} before.",
            words::moment(row.recorded_at, now.zone),
            words::day(closed.date),
            closed.why,
            words::day(before.last_day)
        );
        Self {
            kind: StepKind::Lengthened {
                closed,
                recorded_at: row.recorded_at,
                before: before.last_day,
                last_day: now.last_day,
            },
            text,
        }
    }

    pub(super) fn compared_zones(decides: &Window, other: &Window) -> Self {
        let relation = if other.expires_at == decides.expires_at {
            "the same instant"
        } else {
            "earlier"
        };
        let text = format!(
            "Counted in {} it ends {}, which is {}: {relation}. The count in {} holds.",
            other.zone,
            words::end_of_day(other.last_day, other.zone),
            words::utc(other.expires_at),
            decides.zone
        );
        let kind = StepKind::ComparedZones {
            zone: decides.zone,
            other_zone: other.zone,
            other_last_day: other.last_day,
            other_expires_at: other.expires_at,
        };
        Self { kind, text }
    }

    pub(super) fn compared_periods(decides: &Window, other: &Window) -> Self {
        let relation = if other.expires_at == decides.expires_at {
            "at the same time"
        } else {
            "earlier"
        };
        let text = format!(
            "{} would end {relation}, {}. So the period of {} holds.",
            other.terms.period.in_words(),
            words::end_of_day(other.last_day, other.zone),
            decides.terms.period.in_words()
        );
        let kind = StepKind::ComparedPeriods {
            period: decides.terms.period,
            other_period: other.terms.period,
            other_last_day: other.last_day,
        };
        Self { kind, text }
    }
}

fn listed(closed: &[Closed]) -> String {
    let one = |day: &Closed| {
        if day.why == day.date.format("%A").to_string() {
            words::day(day.date)
        } else {
            format!("{} ({})", words::day(day.date), day.why)
        }
    };
    closed.iter().map(one).collect::<Vec<_>>().join(", ")
}
