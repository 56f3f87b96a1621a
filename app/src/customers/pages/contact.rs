//! A contact.

use super::trail;
use crate::customers::{ContactForm, Editing};
use crate::ui::{
    Actions, Breadcrumb, Button, ButtonKind, Choice, ErrorSummary, Form, InputKind, PageHead, RadioGroup,
    Select, TextField, Width,
};
use domain::locale::Locale;
use leptos::prelude::*;

/// Add a contact, or replace what is known of one. `end` is where ending it posts, for a known one.
#[component]
pub fn ContactFormPage(data: Editing<ContactForm>, end: Option<String>) -> impl IntoView {
    let Editing {
        csrf,
        action,
        back,
        customer,
        title,
        form,
        errors,
        ..
    } = data;
    let button = if end.is_some() { "Save" } else { "Add this contact" };
    let locales = Locale::ALL
        .iter()
        .map(|locale| Choice::new(locale.as_str(), locale.label()))
        .collect();
    let above = customer.map(|name| (name, back.clone()));
    view! {
        <Breadcrumb trail=trail(above) here=title.clone() />
        <PageHead title />
        <ErrorSummary errors=errors.clone() />
        <Form action csrf=csrf.clone()>
            <TextField
                name="name"
                label="Name or function"
                value=form.name
                error=errors.first("name")
                autocomplete="off"
            />
            <TextField
                name="address"
                label="E-mail address"
                hint="The one the contract names for notices."
                kind=InputKind::Email
                value=form.address
                error=errors.first("address")
                autocomplete="off"
            />
            <RadioGroup
                name="kind"
                label="Written to"
                choices=vec![
                    Choice::new("PRIMARY", "With every notice").hint("A primary contact."),
                    Choice::new("FALLBACK", "When mail to the primary contacts comes back")
                        .hint("Fallback contacts are tried in the order of their rank."),
                ]
                value=form.kind
                error=errors.first("kind")
            />
            <TextField
                name="rank"
                label="Rank"
                hint="1 comes first."
                kind=InputKind::Number
                value=form.rank
                error=errors.first("rank")
                width=Width::Tiny
                optional=true
            />
            <Select name="locale" label="Language of notices" choices=locales value=form.locale error=errors.first("locale") />
            <Actions>
                <Button label=button />
                <a href=back>"Go back"</a>
            </Actions>
        </Form>
        {end
            .map(|end| {
                view! {
                    <h2>"End"</h2>
                    <Form action=end csrf>
                        <p>"Nothing new is sent there. What was sent stays on record."</p>
                        <Actions>
                            <Button label="End this contact" kind=ButtonKind::Danger />
                        </Actions>
                    </Form>
                }
            })}
    }
}
