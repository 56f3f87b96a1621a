//! A day.

use super::frame::Frame;
use chrono::NaiveDate;
use leptos::prelude::*;

/// A day, posted as `YYYY-MM-DD`. A browser's date control drops what it cannot read; what was typed wrong is
/// therefore shown again in a plain one.
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
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let readable = value.is_empty() || value.parse::<NaiveDate>().is_ok();
    let (type_, hint) = if readable {
        ("date", hint)
    } else {
        (
            "text",
            Some(hint.unwrap_or_else(|| "Year, month, day: 2026-12-31".to_owned())),
        )
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
            data-width="short"
            aria-describedby=described_by
            aria-invalid=invalid
        />
    })
}
