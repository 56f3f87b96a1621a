//! The answer, as plain data that the server renders and the browser renders again.

use chrono::NaiveDate;
use domain::window::{Closed, Window, Windows};
use domain::words;
use serde::{Deserialize, Serialize};

use crate::ui::{ClosedDay, WindowDrawing};

/// What the calculator found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// `Wednesday 23 December 2026, 24:00, Oslo`.
    pub last_day: String,
    /// The same for objections.
    pub objections_until: String,
    /// `Thursday 24 December 2026, 00:00, Oslo`.
    pub go_live_from: String,
    /// The same instant in UTC.
    pub go_live_at: String,
    /// The arithmetic of the notice window.
    pub steps: Vec<String>,
    /// The arithmetic of the objection window, where it is another one.
    pub objection_steps: Vec<String>,
    /// What it was counted by.
    pub versions: String,
    /// The drawing.
    pub drawing: WindowDrawing,
}

impl Answer {
    /// The answer that `windows` give. `today` is today where the notice window is counted, `closed` are its closed days.
    pub fn of(windows: &Windows, today: NaiveDate, closed: Vec<Closed>) -> Self {
        let Windows { notice, objection } = windows;
        let later = if objection.expires_at > notice.expires_at {
            objection
        } else {
            notice
        };
        let steps = |window: &Window| {
            window
                .steps
                .iter()
                .map(|step| step.text.clone())
                .collect::<Vec<_>>()
        };
        Self {
            last_day: words::end_of_day(notice.last_day, notice.zone),
            objections_until: words::end_of_day(objection.last_day, objection.zone),
            go_live_from: words::moment(later.expires_at, later.zone),
            go_live_at: words::utc(later.expires_at),
            steps: steps(notice),
            objection_steps: if objection.terms == notice.terms {
                Vec::new()
            } else {
                steps(objection)
            },
            versions: format!(
                "{}, {}, time zones {}",
                notice.rule_set, notice.calendar_version, notice.tzdb_version
            ),
            drawing: WindowDrawing {
                id: "window".to_owned(),
                title: "Notice window".to_owned(),
                received_on: notice.event_day,
                last_day: notice.last_day,
                objections_until: objection.last_day,
                go_live_from: later.zone.local_date(later.expires_at),
                place: notice.zone.place(),
                today,
                closed: closed
                    .into_iter()
                    .map(|day| ClosedDay {
                        date: day.date,
                        name: day.why,
                    })
                    .collect(),
                shown: None,
            },
        }
    }
}
