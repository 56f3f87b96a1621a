//! The class of a line on the page of its change.

use leptos::prelude::*;

use super::view::ClassView;
use crate::ui::{
    Actions, Button, ButtonKind, Callout, Choice, FieldErrors, Form, HiddenField, RadioGroup, Select,
    TextArea, Tone,
};

/// How the class came about, another one to choose, and a lower one to decide on.
pub(super) fn class_part(class: ClassView, csrf: &str, errors: &FieldErrors) -> AnyView {
    let csrf = csrf.to_owned();
    let again = csrf.clone();
    let ClassView {
        needed,
        lowered,
        asked,
        choose,
        value,
        decide,
        question,
        decide_refused,
    } = class;
    let (class_error, why_error) = (errors.first("class"), errors.first("class_reason"));
    let has_error = class_error.is_some() || why_error.is_some();
    let verdict_error = errors.first("verdict").map(|_| "Choose one".to_owned());
    let reason_error = errors.first("lowering_reason");
    let choose = choose.map(|(action, classes)| {
        view! {
            <details open=has_error>
                <summary>"Another class"</summary>
                <Form action csrf>
                    <p class="hint">{format!("The facts ask for: {needed}.")}</p>
                    <Select name="class" label="Class of notice" choices=classes value error=class_error/>
                    <TextArea
                        name="class_reason"
                        label="Why"
                        hint="Needed for a lower class; a legal approver who did not work on this decides on it."
                        rows=2
                        error=why_error
                    />
                    <Actions><Button label="Choose this class" kind=ButtonKind::Secondary/></Actions>
                </Form>
            </details>
        }
    });
    let decide = decide.map(|action| {
        let verdicts = vec![
            Choice::new("GRANTED", "Agree: the lower class holds for these facts"),
            Choice::new("REFUSED", "Refuse: the class stays as the facts ask for it"),
        ];
        view! {
            <Form action csrf=again>
                <HiddenField name="seen" value=question/>
                <RadioGroup name="verdict" label="A lower class is asked for" choices=verdicts error=verdict_error/>
                <TextArea name="lowering_reason" label="Your reason" hint="Kept for ever, and shown to auditors." rows=2 error=reason_error/>
                <Actions><Button label="Decide on the class" kind=ButtonKind::Secondary/></Actions>
            </Form>
        }
    });
    view! {
        {lowered.map(|why| view! { <p>"Lower than the facts ask for, because: "{why}</p> })}
        {asked.map(|text| view! { <Callout tone=Tone::Warn title="A lower class"><p>{text}</p></Callout> })}
        {decide_refused.map(|why| view! { <p class="refused">{why}</p> })}
        {decide}
        {choose}
    }
    .into_any()
}
