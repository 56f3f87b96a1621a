//! Opening a change.

use leptos::prelude::*;

use super::review::{Review, review_part};
use crate::ui::{
    Actions, Button, Callout, Choice, DateField, ErrorSummary, FieldErrors, Form, PageHead, Select,
    TextField, Tone,
};

/// What the form holds.
#[derive(Clone, Debug, Default)]
pub struct ChangeForm {
    /// Title.
    pub title: String,
    /// Planned day.
    pub planned_on: String,
    /// Engagement id.
    pub engagement: String,
    /// Engagement that is replaced, or nothing.
    pub replaces: String,
    /// Change type; nothing where what differs says so.
    pub change_type: String,
    /// Why a kind of a lower class is right.
    pub class_reason: String,
}

/// Opens a change, or adds a line to one (`number`).
#[component]
pub fn NewChangePage(
    /// Where the form is posted.
    action: String,
    /// Set when a line is added to this change.
    number: Option<String>,
    /// What was typed.
    form: ChangeForm,
    /// What differs about the engagement from what others were shown.
    review: Review,
    /// Engagements that can be announced.
    engagements: Vec<Choice>,
    /// Engagements that can be replaced.
    replaceable: Vec<Choice>,
    /// Change types.
    types: Vec<Choice>,
    /// What is wrong.
    errors: FieldErrors,
    /// Form token.
    csrf: String,
) -> impl IntoView {
    let is_new = number.is_none();
    let title = number.map_or_else(
        || "New change".to_owned(),
        |n| format!("Add a line to change {n}"),
    );
    let none = engagements.is_empty();
    let differing = review_part(&review, &errors);
    let (kind_hint, kind_prompt) = if differing.is_some() {
        (
            "Only for something beside what differs above: a failure, an order of an authority.",
            "As chosen above",
        )
    } else {
        ("", "Choose what changes")
    };
    let mut old = vec![Choice::new("", "Nothing")];
    old.extend(replaceable);
    view! {
        <PageHead title/>
        <ErrorSummary errors=errors.clone()/>
        {none.then(|| view! {
            <Callout tone=Tone::Info title="Nothing to announce yet">
                <p>"An engagement can be announced once its assessment is confirmed. "<a href="/staff/register">"Go to the register"</a>"."</p>
            </Callout>
        })}
        <Form action csrf>
            {is_new.then(|| view! {
                <TextField name="title" label="What changes, in one line" value=form.title.clone() error=errors.first("title") hint="Customers read it as the subject: “Example Analytics Inc. joins as subprocessor”."/>
                <DateField name="planned_on" label="Planned go-live" value=form.planned_on.clone() error=errors.first("planned_on") hint="Nothing starts before this day; of what has happened already, the day on which it did. Leave room for the longest notice period."/>
            })}
            <Select name="engagement" label="Subprocessor" choices=engagements value=form.engagement error=errors.first("engagement") hint="Assessed engagements, and those in use."/>
            {differing}
            <Select name="change_type" label="Kind of change" prompt=kind_prompt hint=kind_hint choices=types value=form.change_type error=errors.first("change_type")/>
            <Select name="replaces" label="Replaces" choices=old value=form.replaces error=errors.first("replaces") optional=true/>
            <Actions><Button label=if is_new { "Open the change" } else { "Add the line" }/></Actions>
        </Form>
    }
}
