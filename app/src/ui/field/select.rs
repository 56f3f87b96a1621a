//! One answer of many.

use super::{Choice, Width, frame::Frame};
use leptos::prelude::*;

/// One answer of many, as a drop-down list. Up to five answers are better as radio buttons.
#[component]
pub fn Select(
    /// Name and id.
    #[prop(into)]
    name: String,
    /// The question.
    #[prop(into)]
    label: String,
    /// The possible answers.
    choices: Vec<Choice>,
    /// The value chosen before; empty for none.
    #[prop(optional, into)]
    value: String,
    /// The first, empty answer ("Choose a country", "All categories"); without one, the first choice is preset.
    #[prop(optional, into)]
    prompt: Option<String>,
    /// From `FieldErrors::first`.
    #[prop(default = None)]
    error: Option<String>,
    /// One line that helps to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// How wide.
    #[prop(optional)]
    width: Width,
    /// Whether it may be left open.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let frame = Frame {
        name: name.clone(),
        label,
        hint,
        error,
        optional,
    };
    let (described_by, invalid) = (frame.described_by(), frame.invalid());
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == value;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        })
        .collect_view();
    frame.around(view! {
        <select
            class="control"
            id=name.clone()
            name=name
            data-width=width.name()
            aria-describedby=described_by
            aria-invalid=invalid
        >
            {prompt.map(|prompt| view! { <option value="">{prompt}</option> })}
            {options}
        </select>
    })
}
