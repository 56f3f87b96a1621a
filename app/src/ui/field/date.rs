//! A day, or a day and a time.

use super::frame::Frame;
use chrono::{NaiveDate, NaiveDateTime};
use leptos::prelude::*;

/// A day, posted as `YYYY-MM-DD`. A browser's date control drops what it cannot read; what was typed wrong is
/// therefore shown again in a plain one. With `time` it asks for the time of day too, posted as `YYYY-MM-DDTHH:MM`.
#[component]
pub fn DateField(
    /// Name and id.
    #[prop(into)]
    name: String,
    /// The question.
    #[prop(into)]
    label: String,
    /// What was typed before, or the stored day.
    #[prop(optional, into)]
    value: String,
    /// From `FieldErrors::first`.
    #[prop(default = None)]
    error: Option<String>,
    /// One line that helps to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The first day that makes sense.
    #[prop(default = None)]
    min: Option<NaiveDate>,
    /// The last day that makes sense.
    #[prop(default = None)]
    max: Option<NaiveDate>,
    /// Whether the time of day is asked for as well.
    #[prop(optional)]
    time: bool,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let (control, is_readable, example) = if time {
        let is_readable = NaiveDateTime::parse_from_str(&value, "%Y-%m-%dT%H:%M").is_ok();
        (
            "datetime-local",
            is_readable,
            "Year, month, day and time: 2026-12-31T10:00",
        )
    } else {
        (
            "date",
            value.parse::<NaiveDate>().is_ok(),
            "Year, month, day: 2026-12-31",
        )
    };
    let (type_, hint) = if is_readable || value.is_empty() {
        (control, hint)
    } else {
        ("text", Some(hint.unwrap_or_else(|| example.to_owned())))
    };
    let frame = Frame {
        name: name.clone(),
        label,
        hint,
        error,
        optional,
    };
    let (described_by, invalid) = (frame.described_by(), frame.invalid());
    frame.around(view! {
        <input
            class="control"
            id=name.clone()
            name=name
            type=type_
            value=value
            min=min.map(|day| day.to_string())
            max=max.map(|day| day.to_string())
            data-width=(!time).then_some("short")
            aria-describedby=described_by
            aria-invalid=invalid
        />
    })
}
