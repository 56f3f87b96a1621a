//! The drawing in words: for those who cannot see it, and for all who want to be sure.

use super::WindowDrawing;
use crate::ui::long_date;

impl WindowDrawing {
    /// How long the longer of both windows still runs: `30 days left`, `Ends today at 24:00`, `Ended 3 days ago`.
    pub fn left_in_words(&self) -> String {
        let days = |n: i64| {
            if n == 1 {
                "1 day".to_owned()
            } else {
                format!("{n} days")
            }
        };
        let left = (self.last_day.max(self.objections_until) - self.today).num_days();
        if self.today < self.received_on {
            return format!("Starts in {}", days((self.received_on - self.today).num_days()));
        }
        match left {
            0 => "Ends today at 24:00".to_owned(),
            1.. => format!("{} left", days(left)),
            _ => format!("Ended {} ago", days(-left)),
        }
    }

    /// Everything the drawing shows, as sentences.
    pub(super) fn sentences(&self) -> Vec<String> {
        let place = &self.place;
        let mut sentences = vec![
            format!(
                "Received on {}; that day is not counted.",
                long_date(self.received_on)
            ),
            format!(
                "The notice window ends on {}, 24:00, {place}.",
                long_date(self.last_day)
            ),
        ];
        sentences.push(if self.objections_until == self.last_day {
            "Objections are in time until the same moment.".to_owned()
        } else {
            format!(
                "Objections are in time until {}, 24:00, {place}.",
                long_date(self.objections_until)
            )
        });
        sentences.push(format!(
            "Go-live is possible from {}, 00:00, {place}.",
            long_date(self.go_live_from)
        ));
        sentences.push(format!(
            "Today is {}: {}.",
            long_date(self.today),
            lower_first(&self.left_in_words())
        ));
        if let Some(closed) = self.closed_in_words() {
            sentences.push(closed);
        }
        sentences
    }

    /// `11 closed days inside: weekends, Christmas Day (Friday 25 December 2026), …`.
    fn closed_in_words(&self) -> Option<String> {
        let inside: Vec<_> = self
            .closed
            .iter()
            .filter(|day| day.date > self.received_on && day.date <= self.last_day)
            .collect();
        let is_weekend = |name: &str| matches!(name, "Saturday" | "Sunday");
        let weekends = inside
            .iter()
            .any(|day| is_weekend(&day.name))
            .then(|| "weekends".to_owned());
        let holidays = inside.iter().filter(|day| !is_weekend(&day.name));
        let named = holidays.map(|day| format!("{} ({})", day.name, long_date(day.date)));
        let list: Vec<String> = weekends.into_iter().chain(named).collect();
        let count = match inside.len() {
            0 => return None,
            1 => "1 closed day".to_owned(),
            several => format!("{several} closed days"),
        };
        Some(format!("{count} inside: {}.", list.join(", ")))
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}
