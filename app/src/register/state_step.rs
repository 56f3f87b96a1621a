//! What a person can let happen to an engagement or a paper, as buttons, each with its reason where one is asked for.

use leptos::prelude::*;

use crate::ui::{Actions, Button, ButtonKind, FieldErrors, Form, HiddenField, TextArea};

/// Something that can happen to an engagement, as a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateStep {
    /// The button's words.
    pub label: String,
    /// Where it posts.
    pub action: String,
    /// What will happen.
    pub explanation: String,
    /// Why it cannot happen now; then there is no button.
    pub refused: Option<String>,
    /// Whether a reason must be given.
    pub needs_reason: bool,
    /// Its weight.
    pub kind: ButtonKind,
    /// What the person has read, where the step is about that and nothing newer.
    pub seen: Option<String>,
    /// The reason as it was typed, where it was refused.
    pub typed: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

impl StateStep {
    /// The field of its reason.
    pub fn field(&self) -> String {
        format!("reason-{}", self.action.rsplit('/').next().unwrap_or_default())
    }
}

/// What is wrong with the reasons of steps.
pub fn errors_of(steps: &[StateStep]) -> FieldErrors {
    let mut errors = FieldErrors::new();
    for step in steps {
        if let Some(why) = &step.error {
            errors.add(step.field(), why);
        }
    }
    errors
}

pub(super) fn steps(steps: Vec<StateStep>, csrf: &str) -> Option<AnyView> {
    if steps.is_empty() {
        return None;
    }
    let steps = steps
        .into_iter()
        .map(|step| state_step(step, csrf.to_owned()))
        .collect_view();
    Some(
        view! {
            <section>
                <h2>"What can happen next"</h2>
                <div class="state-steps">{steps}</div>
            </section>
        }
        .into_any(),
    )
}

fn state_step(step: StateStep, csrf: String) -> AnyView {
    let name = step.field();
    let StateStep {
        label,
        action,
        explanation,
        refused,
        needs_reason,
        kind,
        seen,
        typed,
        error,
    } = step;
    let button = label.clone();
    let body = match refused {
        Some(why) => view! { <p class="refused">{format!("Not now: {why}")}</p> }.into_any(),
        None => {
            let reason = needs_reason.then(|| {
                view! {
                    <TextArea
                        name=name
                        label="Reason"
                        hint="Kept for ever, and shown to auditors."
                        value=typed
                        error=error
                        rows=2
                    />
                }
            });
            view! {
                <Form action csrf>
                    {seen.map(|seen| view! { <HiddenField name="seen" value=seen /> })}
                    {reason}
                    <Actions>
                        <Button label=button kind />
                    </Actions>
                </Form>
            }
            .into_any()
        }
    };
    view! {
        <div class="state-step">
            <h3>{label}</h3>
            <p class="soft">{explanation}</p>
            {body}
        </div>
    }
    .into_any()
}
