//! Questions with a few possible answers, all of them seen at once.

use super::frame::Frame;
use leptos::prelude::*;

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is posted.
    pub value: String,
    /// What is read.
    pub label: String,
    /// What it means, if the label does not say it.
    pub hint: Option<String>,
}

impl Choice {
    /// An answer that explains itself.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            hint: None,
        }
    }

    /// The same with a line under it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// One answer of a few.
#[component]
pub fn RadioGroup(
    /// Name; the first answer has it as id.
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
    /// From `FieldErrors::first`.
    #[prop(default = None)]
    error: Option<String>,
    /// One line that helps to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether it may be left open.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let boxes = boxes("radio", &name, choices, &[value]);
    Frame {
        name,
        label,
        hint,
        error,
        optional,
    }
    .around_group(boxes)
}

/// Any answers of a few, each posted under the same name.
#[component]
pub fn CheckboxGroup(
    /// Name; the first answer has it as id.
    #[prop(into)]
    name: String,
    /// The question.
    #[prop(into)]
    label: String,
    /// The possible answers.
    choices: Vec<Choice>,
    /// The values chosen before.
    #[prop(optional)]
    values: Vec<String>,
    /// From `FieldErrors::first`.
    #[prop(default = None)]
    error: Option<String>,
    /// One line that helps to answer.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Whether all may be left open.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let boxes = boxes("checkbox", &name, choices, &values);
    Frame {
        name,
        label,
        hint,
        error,
        optional,
    }
    .around_group(boxes)
}

/// Yes or nothing. Posts `value` (by default `yes`) when ticked.
#[component]
pub fn Checkbox(
    /// Name and id.
    #[prop(into)]
    name: String,
    /// What is agreed to or switched on.
    #[prop(into)]
    label: String,
    /// Whether it was ticked before.
    #[prop(optional)]
    checked: bool,
    /// From `FieldErrors::first`.
    #[prop(default = None)]
    error: Option<String>,
    /// What it means.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What is posted when ticked.
    #[prop(default = "yes".to_owned(), into)]
    value: String,
) -> impl IntoView {
    let frame = Frame {
        name: name.clone(),
        label: String::new(),
        hint: None,
        error,
        optional: false,
    };
    let (invalid, message, flag) = (frame.error.is_some(), frame.error.clone(), frame.invalid());
    let hint_id = format!("{name}-hint");
    let error_id = format!("{name}-error");
    let described_by = match (hint.is_some(), invalid) {
        (true, true) => Some(format!("{hint_id} {error_id}")),
        (true, false) => Some(hint_id.clone()),
        (false, true) => Some(error_id.clone()),
        (false, false) => None,
    };
    view! {
        <div class="field" data-invalid=invalid>
            {message.map(|message| view! { <p class="field-error" id=error_id><span>{message}</span></p> })}
            <div class="choice">
                <input
                    type="checkbox"
                    id=name.clone()
                    name=name.clone()
                    value=value
                    checked=checked
                    aria-describedby=described_by
                    aria-invalid=flag
                />
                <label for=name>{label}</label>
                {hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            </div>
        </div>
    }
}

fn boxes(type_: &'static str, name: &str, choices: Vec<Choice>, chosen: &[String]) -> AnyView {
    choices
        .into_iter()
        .enumerate()
        .map(|(number, choice)| {
            let id = if number == 0 {
                name.to_owned()
            } else {
                format!("{name}-{number}")
            };
            let hint_id = format!("{id}-choice-hint");
            let described_by = choice.hint.is_some().then(|| hint_id.clone());
            let checked = chosen.contains(&choice.value);
            view! {
                <div class="choice">
                    <input
                        type=type_
                        id=id.clone()
                        name=name.to_owned()
                        value=choice.value
                        checked=checked
                        aria-describedby=described_by
                    />
                    <label for=id>{choice.label}</label>
                    {choice.hint.map(|hint| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
                </div>
            }
        })
        .collect_view()
        .into_any()
}
