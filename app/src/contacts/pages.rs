//! Data in, view out.

use super::form::{BESIDE, INSTEAD};
use super::{ContactLine, Contacts};
use crate::ui::{
    Actions, Button, Callout, Cell, Choice, Column, ErrorSummary, Form, HeadCell, InputKind, PageHead,
    RadioGroup, Row, Select, Table, TextField, Tone,
};
use domain::locale::Locale;
use leptos::prelude::*;

/// Who is told for a customer.
#[component]
pub fn ContactsPage(data: Contacts) -> impl IntoView {
    let title = format!("Who is told for {}", data.customer);
    let why = format!(
        "{} must tell {} before it adds or replaces a subprocessor (Article 28(2) GDPR). It writes to the contacts that the data processing agreement names. Such notices cannot be unsubscribed from, but they can go to somebody else.",
        data.publisher, data.customer
    );
    let asked = format!(
        "{} looks at it and confirms it or not; you get a mail either way. Until then notices go to the same contacts as before.",
        data.publisher
    );
    view! {
        <PageHead title>
            <p class="lead">{why}</p>
        </PageHead>
        <ErrorSummary errors=data.errors.clone() />
        {data
            .is_asked
            .then(|| {
                view! {
                    <Callout tone=Tone::Ok title="Your request was received">
                        <p>{asked}</p>
                    </Callout>
                }
            })}
        {(!data.is_current)
            .then(|| {
                view! {
                    <Callout tone=Tone::Info title="You are not a contact any more">
                        <p>"Later notices do not go to you. What you were sent can still be read behind its link; nothing can be answered there."</p>
                    </Callout>
                }
            })}
        <h2>"Notices go to"</h2>
        {table(data.contacts.clone())}
        {(!data.waiting.is_empty())
            .then(|| {
                view! {
                    <h2>"Asked for, not confirmed yet"</h2>
                    <ul>{data.waiting.iter().map(|text| view! { <li>{text.clone()}</li> }).collect_view()}</ul>
                }
            })}
        {data.is_current.then(|| form(data))}
    }
}

fn table(contacts: Vec<ContactLine>) -> AnyView {
    let rows = contacts
        .into_iter()
        .map(|contact| {
            let name = if contact.is_reader {
                format!("{} (you)", contact.name)
            } else {
                contact.name
            };
            view! {
                <Row>
                    <HeadCell>{name}</HeadCell>
                    <Cell label="Address">{contact.address}</Cell>
                    <Cell label="Written to">{contact.kind}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <Table
            caption="Notices go to"
            hide_caption=true
            columns=vec![Column::new("Name or function"), Column::new("Address"), Column::new("Written to")]
        >
            {rows}
        </Table>
    }
    .into_any()
}

fn form(data: Contacts) -> AnyView {
    let (form, errors) = (data.form, data.errors);
    let locales = Locale::ALL
        .iter()
        .map(|locale| Choice::new(locale.as_str(), locale.label()))
        .collect();
    let check = format!(
        "{} checks every request before anything changes, so that nobody can divert notices of {}.",
        data.publisher, data.customer
    );
    view! {
        <h2>"Have somebody else written to"</h2>
        <p>{check}</p>
        <Form action=data.path csrf=data.csrf>
            <TextField
                name="name"
                label="Name or function"
                hint="A function, such as “Privacy office”, outlives a change of people."
                value=form.name
                error=errors.first("name")
                autocomplete="off"
            />
            <TextField
                name="address"
                label="E-mail address at work"
                kind=InputKind::Email
                value=form.address
                error=errors.first("address")
                autocomplete="off"
            />
            <RadioGroup
                name="place"
                label="And you?"
                choices=vec![
                    Choice::new(INSTEAD, "Instead of me").hint("Later notices do not go to you any more."),
                    Choice::new(BESIDE, "As well as me").hint("Later notices go to both of you."),
                ]
                value=form.place
                error=errors.first("place")
            />
            <Select
                name="locale"
                label="Language of notices"
                choices=locales
                value=form.locale
                error=errors.first("locale")
            />
            <Actions>
                <Button label="Ask for this contact" />
            </Actions>
        </Form>
    }
    .into_any()
}
