//! Dated facts that somebody must be reminded of: an assessment that expires, a contract that ends.
//!
//! A fact has a day and so many days before it on which a reminder is due, 60, 30 and 7 for example. Each is given once;
//! where several are due at the same time, the nearest to the day stands for all of them.

use chrono::{NaiveDate, TimeDelta};

/// The reminders that have come due by `today`, the last one first. One after the day has a negative number of days; all
/// others count once the day has passed.
pub fn due(on: NaiveDate, days_before: &[i64], today: NaiveDate) -> Vec<i64> {
    let left = (on - today).num_days();
    let mut due: Vec<i64> = days_before.iter().copied().filter(|days| left <= *days).collect();
    due.sort_unstable();
    due
}

/// Days before its last day from which a task without a day of its own is named in the daily mail.
pub const NEAR: TimeDelta = TimeDelta::days(7);

/// Whether the daily mail of a day names a task: it is overdue, ends within a week, was opened since the last mail, or its
/// own reminder has come due since then.
pub fn is_named(
    due_on: Option<NaiveDate>,
    remind_on: Option<NaiveDate>,
    is_new: bool,
    (last_mail, today): (Option<NaiveDate>, NaiveDate),
) -> bool {
    let is_near = due_on.is_some_and(|day| day - today <= NEAR);
    let is_reminded = remind_on.is_some_and(|day| day <= today && last_mail.is_none_or(|last| last < day));
    is_near || is_new || is_reminded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_reminder_comes_due_on_its_day_and_stays_due() {
        let on = day("2027-03-31");
        for (today, expected) in [
            ("2027-01-29", vec![]),
            ("2027-01-30", vec![60]),
            ("2027-02-28", vec![60]),
            ("2027-03-01", vec![30, 60]),
            ("2027-03-24", vec![7, 30, 60]),
            ("2027-04-01", vec![7, 30, 60]),
        ] {
            assert_eq!(due(on, &[60, 30, 7], day(today)), expected, "{today}");
        }
        assert!(due(on, &[], on).is_empty());
    }

    #[test]
    fn the_daily_mail_names_what_is_near_overdue_new_or_newly_reminded() {
        let named = |due_on: Option<&str>, remind: Option<&str>, is_new, last: Option<&str>| {
            is_named(
                due_on.map(day),
                remind.map(day),
                is_new,
                (last.map(day), day("2027-03-10")),
            )
        };
        assert!(named(Some("2027-03-17"), None, false, None), "within a week");
        assert!(!named(Some("2027-03-18"), None, false, None), "later");
        assert!(
            named(Some("2027-03-01"), None, false, Some("2027-03-09")),
            "overdue"
        );
        assert!(named(None, None, true, Some("2027-03-09")) && !named(None, None, false, None));
        let later = Some("2027-06-01");
        assert!(
            named(later, Some("2027-03-10"), false, Some("2027-03-09")),
            "its reminder came due"
        );
        assert!(
            !named(later, Some("2027-03-09"), false, Some("2027-03-09")),
            "it was named already"
        );
        assert!(!named(later, Some("2027-03-11"), false, None), "not yet");
    }
}
