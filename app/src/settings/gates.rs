//! What the gates ask beyond the law.

use domain::gate::GateSettings;
use leptos::prelude::*;

use super::pages::trail;
use super::{Editing, GatesForm};
use crate::register::form_page::overtaken_callout;
use crate::ui::{
    Actions, Breadcrumb, Button, ButtonKind, ButtonLink, Choice, ErrorSummary, Fact, Facts, Form,
    HiddenField, InputKind, PageHead, RadioGroup, TextField, Width,
};

/// The settings of the gates on the start page.
pub(super) fn gate_facts(settings: GateSettings) -> AnyView {
    let fallback = if settings.dpf_requires_fallback {
        "Yes: without it gate G8 is red"
    } else {
        "No"
    };
    let grace = domain::words::count(usize::from(settings.tia_grace_days), "day", "days");
    view! {
        <h2>"Gates"</h2>
        <Facts>
            <Fact term="Reliance on the Data Privacy Framework needs clauses and an assessment in reserve">
                {fallback}
            </Fact>
            <Fact term="A review of an assessment of transfers may be late by">{grace}</Fact>
        </Facts>
        <Actions>
            <ButtonLink label="Change what the gates ask" href="/staff/settings/gates" kind=ButtonKind::Secondary />
        </Actions>
    }
    .into_any()
}

/// The form for what the gates ask.
#[component]
pub fn GatesFormPage(data: Editing<GatesForm>) -> impl IntoView {
    let Editing {
        csrf,
        form,
        errors,
        seen,
        overtaken,
        ..
    } = data;
    view! {
        <Breadcrumb trail=trail() here="Gates" />
        <PageHead title="What the gates ask">
            <p>"They count from the next time a gate is asked. Decisions that were taken stay as they were."</p>
        </PageHead>
        {overtaken.map(overtaken_callout)}
        <ErrorSummary errors=errors.clone() />
        <Form action="/staff/settings/gates" csrf>
            <HiddenField name="seen" value=seen />
            <RadioGroup
                name="dpf_requires_fallback"
                label="Does reliance on the Data Privacy Framework need clauses and an assessment in reserve?"
                hint="The framework is contested. Without something in reserve every engagement that rests on it stops on the day it falls."
                choices=vec![Choice::new("yes", "Yes"), Choice::new("no", "No")]
                value=form.dpf_requires_fallback
                error=errors.first("dpf_requires_fallback")
            />
            <TextField
                name="tia_grace_days"
                label="Days by which a review of an assessment may be late"
                hint=format!("0 to {}. Later than that, nothing starts on it.", GatesForm::LONGEST_GRACE)
                kind=InputKind::Number
                value=form.tia_grace_days
                error=errors.first("tia_grace_days")
                width=Width::Tiny
            />
            <Actions>
                <Button label="Save" />
                <a href="/staff/settings">"Go back"</a>
            </Actions>
        </Form>
    }
}
