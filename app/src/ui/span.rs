//! The time between two days, drawn, with today in it.

use super::long_date;
use chrono::NaiveDate;
use leptos::prelude::*;

/// A band from one day to another with today's mark; the same in words under it.
#[component]
pub fn Span(
    /// What the drawing shows, for screen readers.
    #[prop(into)]
    label: String,
    /// The first day and what happened on it.
    from: (NaiveDate, String),
    /// The last day and what happens on it.
    to: (NaiveDate, String),
    /// Today.
    today: NaiveDate,
) -> impl IntoView {
    let days = (to.0 - from.0).num_days().max(1);
    let spent = (today - from.0).num_days().clamp(0, days);
    let left = left_in_words((to.0 - today).num_days());
    let share = format!("{:.2}%", percent(spent, days));
    let description = format!(
        "{} {}. {} {}. Today: {left}.",
        from.1,
        long_date(from.0),
        to.1,
        long_date(to.0)
    );
    view! {
        <figure class="span">
            <svg class="span-drawing" role="img" width="100%" height="20" aria-label=format!("{label}. {description}") focusable="false">
                <rect class="span-band" x="0" y="6" width="100%" height="8"></rect>
                <rect class="span-spent" x="0" y="6" width=share.clone() height="8"></rect>
                <line class="span-today" x1=share.clone() x2=share y1="0" y2="20"></line>
            </svg>
            <figcaption aria-hidden="true">
                <span>{format!("{} {}", from.1, short(from.0))}</span>
                <span class="span-left">{left}</span>
                <span>{format!("{} {}", to.1, short(to.0))}</span>
            </figcaption>
        </figure>
    }
}

fn short(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// Where `spent` of `days` lies, in percent. Days fit a float exactly.
fn percent(spent: i64, days: i64) -> f64 {
    let whole = |number: i64| f64::from(i32::try_from(number).unwrap_or(i32::MAX));
    100.0 * whole(spent) / whole(days)
}

fn left_in_words(days: i64) -> String {
    match days {
        1 => "1 day left".to_owned(),
        0 => "today".to_owned(),
        days if days > 1 => format!("{days} days left"),
        -1 => "1 day ago".to_owned(),
        days => format!("{} days ago", -days),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_left_are_words() {
        assert_eq!(left_in_words(28), "28 days left");
        assert_eq!(left_in_words(1), "1 day left");
        assert_eq!(left_in_words(0), "today");
        assert_eq!(left_in_words(-3), "3 days ago");
    }

    #[test]
    fn a_share_lies_between_nothing_and_all() {
        assert_eq!(percent(0, 30).to_string(), "0");
        assert_eq!(percent(15, 30).to_string(), "50");
        assert_eq!(percent(30, 30).to_string(), "100");
    }
}
