//! Dates as people read them. Weekday first: a deadline is a day before it is a number.

use chrono::NaiveDate;
use leptos::prelude::*;

/// `Thursday 31 December 2026`.
pub fn long_date(date: NaiveDate) -> String {
    date.format("%A %-d %B %Y").to_string()
}

/// A day.
#[component]
pub fn Day(
    /// The day in its own calendar; no zone is applied.
    date: NaiveDate,
) -> impl IntoView {
    view! { <time datetime=date.to_string()>{long_date(date)}</time> }
}

/// An instant, already written out by the caller in the zone that counts.
#[component]
pub fn Moment(
    /// `Thursday 31 December 2026, 24:00, Oslo`.
    #[prop(into)]
    text: String,
    /// The same instant in UTC, RFC 3339, for machines.
    #[prop(into)]
    datetime: String,
) -> impl IntoView {
    view! { <time datetime=datetime>{text}</time> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_date_starts_with_the_weekday() {
        let date = NaiveDate::from_ymd_opt(2026, 12, 31).unwrap();
        assert_eq!(long_date(date), "Thursday 31 December 2026");
    }

    #[test]
    fn a_single_digit_day_has_no_leading_zero() {
        let date = NaiveDate::from_ymd_opt(2026, 2, 5).unwrap();
        assert_eq!(long_date(date), "Thursday 5 February 2026");
    }
}
