//! A customer's own facts.

use super::trail;
use crate::customers::{CustomerChoices, CustomerForm, Editing};
use crate::register::form_page::overtaken_callout;
use crate::settings::pages::country_choices;
use crate::ui::{
    Actions, Breadcrumb, Button, CheckboxGroup, Choice, DateField, ErrorSummary, Form, HiddenField, PageHead,
    RadioGroup, Select, TextField, Width,
};
use leptos::prelude::*;

/// Add a customer, or correct what is known of it.
#[component]
pub fn CustomerFormPage(data: Editing<CustomerForm>, choices: CustomerChoices) -> impl IntoView {
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
    let is_new = customer.is_none();
    let above = customer.map(|name| (name, back.clone()));
    view! {
        <Breadcrumb trail=trail(above) here=title.clone() />
        <PageHead title />
        {overtaken.map(overtaken_callout)}
        <ErrorSummary errors=errors.clone() />
        <Form action csrf>
            <HiddenField name="seen" value=seen />
            <TextField
                name="name"
                label="Name"
                hint="As it stands in the contract."
                value=form.name
                error=errors.first("name")
                autocomplete="off"
            />
            <TextField
                name="reference"
                label="Your own reference"
                hint="A contract or customer number."
                value=form.reference
                error=errors.first("reference")
                width=Width::Short
                autocomplete="off"
                optional=true
            />
            <Select
                name="country"
                label="Country"
                choices=country_choices()
                value=form.country
                prompt="Choose a country"
                error=errors.first("country")
            />
            <RadioGroup
                name="role"
                label="What the customer is"
                choices=vec![
                    Choice::new("CONTROLLER", "Controller").hint("It decides for itself."),
                    Choice::new("PROCESSOR", "Processor")
                        .hint("It works for others and passes the notice on to them; the mail says so."),
                ]
                value=form.role
                error=errors.first("role")
            />
            <DateField
                name="signed_on"
                label="Agreement signed on"
                value=form.signed_on
                error=errors.first("signed_on")
            />
            {(!choices.products.is_empty())
                .then(|| {
                    view! {
                        <CheckboxGroup
                            name="products"
                            label="Products it uses"
                            hint="A subprocessor that is engaged for other products only is no matter of this customer."
                            choices=choices.products
                            values=form.products
                            error=errors.first("products")
                            optional=true
                        />
                    }
                })}
            {(!choices.pending.is_empty())
                .then(|| {
                    view! {
                        <CheckboxGroup
                            name="shown"
                            label="Changes shown at signature"
                            hint="Tick those that were announced in what the customer signed. The others are noticed to it on their own."
                            choices=choices.pending
                            values=form.shown
                            error=errors.first("shown")
                            optional=true
                        />
                    }
                })}
            <Actions>
                <Button label=if is_new { "Add this customer" } else { "Save" } />
                <a href=back>"Go back"</a>
            </Actions>
        </Form>
    }
}
