//! What a customer's contract says.

use super::trail;
use crate::customers::{Editing, PolicyForm};
use crate::register::form_page::overtaken_callout;
use crate::settings::pages::{calendar_choices, zone_list};
use crate::ui::{
    Actions, Breadcrumb, Button, Checkbox, CheckboxGroup, Choice, DateField, ErrorSummary, FieldErrors, Form,
    HiddenField, InputKind, PageHead, RadioGroup, Select, TextField, Width,
};
use domain::authorisation::AuthorisationModel;
use domain::policy::{ContractText, GroundsRule, LateRule, ObjectionEffect, Refund, WhoMayObject};
use leptos::prelude::*;

/// Capital letter first.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

macro_rules! choices {
    ($word:ty) => {
        <$word>::ALL
            .iter()
            .map(|word| Choice::new(word.as_str(), sentence(word.label())))
            .collect::<Vec<_>>()
    };
}

const PERIOD: &str = "30d calendar days, 10wd working days, 1m months.";

/// New terms of a customer.
#[component]
pub fn PolicyFormPage(data: Editing<PolicyForm>) -> impl IntoView {
    let Editing {
        csrf,
        action,
        back,
        customer,
        title,
        form,
        errors,
        seen,
        overtaken,
    } = data;
    let above = customer.map(|name| (name, back.clone()));
    view! {
        <Breadcrumb trail=trail(above) here=title.clone() />
        <PageHead title>
            <p>
                "The contract sets the periods; no law does. Terms are never overwritten: these become a new version. One that takes something away from the customer holds only after a legal approver has confirmed it."
            </p>
        </PageHead>
        {overtaken.map(overtaken_callout)}
        <ErrorSummary errors=errors.clone() />
        <Form action csrf>
            <HiddenField name="seen" value=seen />
            <DateField
                name="valid_from"
                label="These terms hold from"
                value=form.valid_from.clone()
                error=errors.first("valid_from")
            />
            <TextField
                name="clause"
                label="Clause of the contract"
                hint="It is quoted in the notice: clause 7.2."
                value=form.clause.clone()
                error=errors.first("clause")
                width=Width::Short
                optional=true
            />
            {notice_fields(&form, &errors)}
            {objection_fields(&form, &errors)}
            {case_fields(&form, &errors)}
            <Actions>
                <Button label="Save as a new version" />
                <a href=back>"Go back"</a>
            </Actions>
        </Form>
    }
}

fn notice_fields(form: &PolicyForm, errors: &FieldErrors) -> AnyView {
    let raised = PolicyForm::can_be_raised()
        .map(|change| Choice::new(change.as_str(), change.label()))
        .collect::<Vec<_>>();
    view! {
        <fieldset class="group">
            <legend>"Notice"</legend>
            <RadioGroup
                name="model"
                label="How the customer authorises"
                choices=vec![
                    Choice::new(AuthorisationModel::General.as_str(), "General authorisation")
                        .hint("Silence to the end of the window authorises."),
                    Choice::new(AuthorisationModel::Specific.as_str(), "Specific authorisation")
                        .hint("Only a written approval authorises; silence is a no."),
                ]
                value=form.model.clone()
                error=errors.first("model")
            />
            <TextField
                name="notice_period"
                label="Notice period"
                hint=PERIOD
                value=form.notice_period.clone()
                error=errors.first("notice_period")
                width=Width::Tiny
            />
            <Select
                name="calendar"
                label="Holidays"
                hint="Usually those of the country whose law governs the contract."
                choices=calendar_choices()
                value=form.calendar.clone()
                error=errors.first("calendar")
            />
            <TextField
                name="zone"
                label="Time zone of the customer"
                hint="For example Europe/Oslo."
                value=form.zone.clone()
                error=errors.first("zone")
                list="zones"
                width=Width::Short
            />
            {zone_list()}
            <Checkbox
                name="roll"
                label="A period that ends on a closed day runs to the next working day"
                checked=!form.roll.is_empty()
            />
            <Checkbox
                name="all_contacts"
                label="Notice is given only when every primary contact was reached"
                checked=!form.all_contacts.is_empty()
            />
            <TextField
                name="emergency_days"
                label="Emergency replacement, in days"
                hint="How long one may run before notice. Empty: the contract has no such clause."
                kind=InputKind::Number
                value=form.emergency_days.clone()
                error=errors.first("emergency_days")
                width=Width::Tiny
                optional=true
            />
            <CheckboxGroup
                name="raised"
                label="Changes that also need notice with a window"
                hint="Only where the contract asks for it; without that they are told, or listed."
                choices=raised
                values=form.raised.clone()
                error=errors.first("raised")
                optional=true
            />
        </fieldset>
    }
    .into_any()
}

fn objection_fields(form: &PolicyForm, errors: &FieldErrors) -> AnyView {
    view! {
        <fieldset class="group">
            <legend>"Objection"</legend>
            <TextField
                name="objection_period"
                label="Objection period"
                hint="Written the same way. Empty: the notice period."
                value=form.objection_period.clone()
                error=errors.first("objection_period")
                width=Width::Tiny
                optional=true
            />
            <RadioGroup
                name="contract_text"
                label="Text of the contract"
                hint="The Commission's own texts always block, whatever is chosen below."
                choices=choices!(ContractText)
                value=form.contract_text.clone()
                error=errors.first("contract_text")
            />
            <RadioGroup
                name="objection_effect"
                label="An objection that stays unresolved"
                choices=choices!(ObjectionEffect)
                value=form.objection_effect.clone()
                error=errors.first("objection_effect")
            />
            <RadioGroup
                name="grounds"
                label="Grounds"
                choices=choices!(GroundsRule)
                value=form.grounds.clone()
                error=errors.first("grounds")
            />
            <Select
                name="who_may_object"
                label="Who may object"
                choices=choices!(WhoMayObject)
                value=form.who_may_object.clone()
                error=errors.first("who_may_object")
            />
            <Select
                name="late"
                label="A late objection is"
                choices=choices!(LateRule)
                value=form.late.clone()
                error=errors.first("late")
            />
        </fieldset>
    }
    .into_any()
}

fn case_fields(form: &PolicyForm, errors: &FieldErrors) -> AnyView {
    view! {
        <fieldset class="group">
            <legend>"While an objection is open"</legend>
            <TextField
                name="acknowledgement_period"
                label="Time to confirm that it was received and is in time"
                hint=PERIOD
                value=form.acknowledgement_period.clone()
                error=errors.first("acknowledgement_period")
                width=Width::Tiny
            />
            <TextField
                name="discussion_period"
                label="Time to find a solution"
                value=form.discussion_period.clone()
                error=errors.first("discussion_period")
                width=Width::Tiny
            />
            <TextField
                name="election_period"
                label="Time for the customer to choose termination"
                value=form.election_period.clone()
                error=errors.first("election_period")
                width=Width::Tiny
            />
            <Select
                name="refund"
                label="Prepaid fees on termination"
                choices=choices!(Refund)
                value=form.refund.clone()
                error=errors.first("refund")
            />
            <Checkbox
                name="dora_relevant"
                label="The customer is a financial entity under DORA"
                checked=!form.dora_relevant.is_empty()
            />
        </fieldset>
    }
    .into_any()
}
