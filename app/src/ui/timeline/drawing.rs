//! What is drawn, and where on the axis.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// Beyond so many days single closed days are too narrow to be seen and are left out.
const MOST_SHADED_DAYS: i64 = 400;

/// A day that is not worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedDay {
    /// The day.
    pub date: NaiveDate,
    /// The holiday or the weekday.
    pub name: String,
}

/// One window as plain dates. All days are days in `place`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowDrawing {
    /// Unique on the page; ties the drawing to its title.
    pub id: String,
    /// What the window is of: "Notice window", "Notice window of Fjordbank AS".
    pub title: String,
    /// Day of receipt, which is not counted.
    pub received_on: NaiveDate,
    /// Last day of the notice window.
    pub last_day: NaiveDate,
    /// Last day for objections.
    pub objections_until: NaiveDate,
    /// First day on which go-live is possible.
    pub go_live_from: NaiveDate,
    /// Where these days are: "Oslo".
    pub place: String,
    /// Today there.
    pub today: NaiveDate,
    /// Weekends and holidays from the day of receipt to the last day.
    pub closed: Vec<ClosedDay>,
    /// First and last day drawn, so that drawings under each other share an axis; without it the window fills the width.
    pub shown: Option<(NaiveDate, NaiveDate)>,
}

impl WindowDrawing {
    /// Whether the last day of both windows is over.
    pub fn is_over(&self) -> bool {
        self.today > self.last_day.max(self.objections_until)
    }

    pub(super) fn axis(&self) -> Axis {
        let (first, last) = self
            .shown
            .unwrap_or((self.received_on, self.last_day.max(self.objections_until)));
        Axis {
            first,
            days: (last - first).num_days().max(0) + 1,
        }
    }

    /// Runs of closed days with their names: a weekend is one mark, an Easter too.
    pub(super) fn closed_runs(&self, axis: &Axis) -> Vec<(NaiveDate, NaiveDate, String)> {
        let mut runs: Vec<(NaiveDate, NaiveDate, String)> = Vec::new();
        if axis.days > MOST_SHADED_DAYS {
            return runs;
        }
        for day in self.closed.iter().filter(|day| axis.contains(day.date)) {
            match runs.last_mut() {
                Some((_, to, names)) if *to + Days::new(1) == day.date => {
                    *to = day.date;
                    names.push_str(", ");
                    names.push_str(&day.name);
                }
                _ => runs.push((day.date, day.date, day.name.clone())),
            }
        }
        runs
    }
}

/// Days laid out over the width of the drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Axis {
    pub first: NaiveDate,
    pub days: i64,
}

impl Axis {
    pub fn contains(&self, day: NaiveDate) -> bool {
        (0..self.days).contains(&self.number(day))
    }

    /// Where `day` begins.
    pub fn start(&self, day: NaiveDate) -> String {
        percent(self.part(self.number(day), 0.0))
    }

    /// Where `day` ends.
    pub fn end(&self, day: NaiveDate) -> String {
        percent(self.part(self.number(day) + 1, 0.0))
    }

    /// The middle of `day`.
    pub fn middle(&self, day: NaiveDate) -> String {
        percent(self.part(self.number(day), 0.5))
    }

    /// How wide `from` to `to` is, both included; nothing where `to` is before `from`.
    pub fn width(&self, from: NaiveDate, to: NaiveDate) -> String {
        percent(self.part((to - from).num_days() + 1, 0.0).max(0.0))
    }

    /// Where a label for `day` stands, and which part of it stands there, so that it stays inside.
    pub fn label(&self, day: NaiveDate) -> (String, &'static str) {
        let middle = self.part(self.number(day), 0.5);
        let anchor = match middle {
            ..20.0 => "start",
            80.0.. => "end",
            _ => "middle",
        };
        (percent(middle), anchor)
    }

    fn number(&self, day: NaiveDate) -> i64 {
        (day - self.first).num_days()
    }

    #[expect(clippy::cast_precision_loss, reason = "a few thousand days at most")]
    fn part(&self, days: i64, more: f64) -> f64 {
        (days as f64 + more) * 100.0 / self.days as f64
    }
}

fn percent(value: f64) -> String {
    format!("{value:.3}%")
}

/// `Thu 31 Dec`.
pub(super) fn short(day: NaiveDate) -> String {
    day.format("%a %-d %b").to_string()
}
