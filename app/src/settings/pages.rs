//! Data in, view out.

use super::gates::gate_facts;
use super::notices::notice_facts;
use super::{Editing, EntityForm, EntityLine, ProductForm, ProductLine, PublisherForm, Settings};
use crate::register::form_page::overtaken_callout;
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Cell, Choice, Column, Empty, ErrorSummary,
    Fact, Facts, Form, HeadCell, HiddenField, InputKind, Link, PageHead, Row, Select, Stated, Step,
    StepState, Steps, Table, TextField, Tone, Width,
};
use domain::calendar::CalendarId;
use domain::country::Country;
use domain::zone::Zone;
use leptos::prelude::*;

/// Calendars, in the order in which forms offer them.
pub fn calendar_choices() -> Vec<Choice> {
    CalendarId::ALL
        .iter()
        .map(|id| Choice::new(id.as_str(), id.name()))
        .collect()
}

/// The time zones that fields with `list="zones"` suggest.
pub fn zone_list() -> AnyView {
    view! {
        <datalist id="zones">
            {Zone::suggested().map(|name| view! { <option value=name></option> }).collect_view()}
        </datalist>
    }
    .into_any()
}

/// Countries by name.
pub fn country_choices() -> Vec<Choice> {
    let mut countries: Vec<_> = Country::all().map(|c| Choice::new(c.code(), c.label())).collect();
    countries.sort_by(|a, b| a.label.cmp(&b.label));
    countries
}

/// Where the settings' forms come from.
pub(super) fn trail() -> Vec<Link> {
    vec![Link::new("Settings", "/staff/settings")]
}

/// What is set up, and what comes next.
#[component]
pub fn SettingsPage(data: Settings) -> impl IntoView {
    let Settings {
        publisher,
        entities,
        products,
        has_customers,
        gates,
        notices,
    } = data;
    let done = [
        publisher.is_some(),
        !entities.is_empty(),
        !products.is_empty(),
        has_customers,
    ];
    let steps = set_up_steps(done);
    view! {
        <PageHead title="Settings" />
        {steps}
        <h2>"Publisher"</h2>
        {publisher_facts(publisher)}
        <h2>"Legal entities"</h2>
        <p>"Who signs agreements with customers. Each product belongs to one."</p>
        {entity_table(entities)}
        <Actions>
            <ButtonLink label="Add a legal entity" href="/staff/settings/entities/new" kind=ButtonKind::Secondary />
        </Actions>
        <h2>"Products"</h2>
        <p>"What customers use. A subprocessor is engaged for one or more of them."</p>
        {product_table(products)}
        <Actions>
            <ButtonLink label="Add a product" href="/staff/settings/products/new" kind=ButtonKind::Secondary />
        </Actions>
        <h2>"Calendars"</h2>
        <p>"Days on which your calendars differ from the holidays that came with the product."</p>
        <Actions>
            <ButtonLink label="See corrected days" href="/staff/calendars" kind=ButtonKind::Secondary />
        </Actions>
        {gates.map(gate_facts)}
        {notice_facts(notices)}
    }
}

/// The four steps of setting up; nothing once all are done.
fn set_up_steps(done: [bool; 4]) -> Option<AnyView> {
    let labels = ["Publisher", "Legal entity", "Product", "Customers"];
    let first_open = done.iter().position(|done| !done)?;
    let steps = labels
        .into_iter()
        .enumerate()
        .map(|(number, label)| Step {
            label: label.to_owned(),
            state: match (done.get(number), number == first_open) {
                (Some(true), _) => StepState::Done,
                (_, true) => StepState::Current,
                _ => StepState::Ahead,
            },
        })
        .collect();
    let next = match first_open {
        0 => ("Describe the publisher", "/staff/settings/publisher"),
        1 => ("Add a legal entity", "/staff/settings/entities/new"),
        2 => ("Add a product", "/staff/settings/products/new"),
        _ => ("Add customers", "/staff/customers"),
    };
    Some(
        view! {
            <Steps label="Setting up" steps />
            <Actions>
                <ButtonLink label=next.0 href=next.1 />
            </Actions>
        }
        .into_any(),
    )
}

fn publisher_facts(publisher: Option<PublisherForm>) -> AnyView {
    let Some(publisher) = publisher else {
        return view! {
            <Empty title="Not described yet">
                <p>
                    <a href="/staff/settings/publisher">"Describe the publisher"</a>
                </p>
            </Empty>
        }
        .into_any();
    };
    let calendar = publisher
        .calendar
        .parse::<CalendarId>()
        .map_or(publisher.calendar, |id| id.name().to_owned());
    view! {
        <Facts>
            <Fact term="Name">{publisher.name}</Fact>
            <Fact term="Time zone">{publisher.zone}</Fact>
            <Fact term="Calendar of working days">{calendar}</Fact>
            <Fact term="Public mailbox">
                <Stated value=Some(publisher.contact) />
            </Fact>
        </Facts>
        <Actions>
            <ButtonLink label="Change" href="/staff/settings/publisher" kind=ButtonKind::Secondary />
        </Actions>
    }
    .into_any()
}

fn entity_table(entities: Vec<EntityLine>) -> AnyView {
    if entities.is_empty() {
        return view! {
            <Empty title="No legal entity">
                <p>"Add the company that signs your agreements."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = entities
        .into_iter()
        .map(|line| {
            view! {
                <Row>
                    <HeadCell>
                        <a href=format!("/staff/settings/entities/{}", line.id)>{line.legal_name}</a>
                    </HeadCell>
                    <Cell label="Country">{line.country}</Cell>
                    <Cell label="Registration number">
                        <Stated value=line.registration_number />
                    </Cell>
                    <Cell label="State">{state(line.is_ended)}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <Table
            caption="Legal entities"
            hide_caption=true
            columns=vec![
                Column::new("Legal name"),
                Column::new("Country"),
                Column::new("Registration number"),
                Column::new("State"),
            ]
        >
            {rows}
        </Table>
    }
    .into_any()
}

fn product_table(products: Vec<ProductLine>) -> AnyView {
    if products.is_empty() {
        return view! {
            <Empty title="No product">
                <p>"Add what your customers use."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = products
        .into_iter()
        .map(|line| {
            view! {
                <Row>
                    <HeadCell>
                        <a href=format!("/staff/settings/products/{}", line.id)>{line.name}</a>
                    </HeadCell>
                    <Cell label="Legal entity">{line.entity}</Cell>
                    <Cell label="State">{state(line.is_ended)}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <Table
            caption="Products"
            hide_caption=true
            columns=vec![Column::new("Name"), Column::new("Legal entity"), Column::new("State")]
        >
            {rows}
        </Table>
    }
    .into_any()
}

fn state(is_ended: bool) -> AnyView {
    if is_ended {
        view! { <Badge tone=Tone::Plain label="Ended" /> }.into_any()
    } else {
        view! { <Badge tone=Tone::Ok label="In use" /> }.into_any()
    }
}

/// The publisher's form.
#[component]
pub fn PublisherFormPage(data: Editing<PublisherForm>) -> impl IntoView {
    let Editing {
        csrf,
        form,
        errors,
        seen,
        overtaken,
        ..
    } = data;
    view! {
        <Breadcrumb trail=trail() here="Publisher" />
        <PageHead title="The publisher">
            <p>"Its name stands on every page and in every notice; its time zone and calendar count in every deadline."</p>
        </PageHead>
        {overtaken.map(overtaken_callout)}
        <ErrorSummary errors=errors.clone() />
        <Form action="/staff/settings/publisher" csrf>
            <HiddenField name="seen" value=seen />
            <TextField
                name="name"
                label="Name"
                hint="As customers know it."
                value=form.name
                error=errors.first("name")
                autocomplete="organization"
            />
            <TextField
                name="zone"
                label="Time zone"
                hint="For example Europe/Oslo."
                value=form.zone
                error=errors.first("zone")
                list="zones"
                width=Width::Short
            />
            {zone_list()}
            <Select
                name="calendar"
                label="Calendar of working days"
                hint="Deadlines are counted in the customer's calendar and place and in yours; the later one holds."
                choices=calendar_choices()
                value=form.calendar
                prompt="Choose a calendar"
                error=errors.first("calendar")
            />
            <TextField
                name="contact"
                label="Public mailbox"
                hint="A function, not a person: it stands on the public list."
                kind=InputKind::Email
                value=form.contact
                error=errors.first("contact")
                autocomplete="off"
            />
            <Actions>
                <Button label="Save" />
                <a href="/staff/settings">"Go back"</a>
            </Actions>
        </Form>
    }
}

/// A legal entity's form.
#[component]
pub fn EntityFormPage(data: Editing<EntityForm>) -> impl IntoView {
    let Editing {
        csrf,
        id,
        title,
        form,
        errors,
        seen,
        overtaken,
        is_ended,
    } = data;
    let (action, button) = match &id {
        Some(id) => (format!("/staff/settings/entities/{id}"), "Save"),
        None => ("/staff/settings/entities/new".to_owned(), "Add this legal entity"),
    };
    let end = id.filter(|_| !is_ended).map(|id| {
        end_form(
            csrf.clone(),
            format!("/staff/settings/entities/{id}/end"),
            "It signs no more agreements. What it signed stays.",
            "End this legal entity",
        )
    });
    view! {
        <Breadcrumb trail=trail() here=title.clone() />
        <PageHead title />
        {overtaken.map(overtaken_callout)}
        <ErrorSummary errors=errors.clone() />
        <Form action csrf>
            <HiddenField name="seen" value=seen />
            <TextField
                name="legal_name"
                label="Exact legal name"
                hint="With its legal form: Publisher AS."
                value=form.legal_name
                error=errors.first("legal_name")
                autocomplete="organization"
            />
            <TextField
                name="registration_number"
                label="Number in the company register"
                value=form.registration_number
                error=errors.first("registration_number")
                width=Width::Short
                optional=true
            />
            <Select
                name="country"
                label="Country of establishment"
                choices=country_choices()
                value=form.country
                prompt="Choose a country"
                error=errors.first("country")
            />
            <TextField
                name="address"
                label="Registered address"
                value=form.address
                error=errors.first("address")
                width=Width::Wide
                optional=true
            />
            <TextField
                name="contact"
                label="Contact point for data protection"
                hint="A mailbox of a function."
                kind=InputKind::Email
                value=form.contact
                error=errors.first("contact")
                autocomplete="off"
                optional=true
            />
            <Actions>
                <Button label=button />
                <a href="/staff/settings">"Go back"</a>
            </Actions>
        </Form>
        {end}
    }
}

fn end_form(csrf: String, action: String, what: &'static str, button: &'static str) -> AnyView {
    view! {
        <h2>"End"</h2>
        <Form action csrf>
            <p>{what}</p>
            <Actions>
                <Button label=button kind=ButtonKind::Danger />
            </Actions>
        </Form>
    }
    .into_any()
}

/// A product's form; `entities` are the ones to choose from.
#[component]
pub fn ProductFormPage(data: Editing<ProductForm>, entities: Vec<Choice>) -> impl IntoView {
    let Editing {
        csrf,
        id,
        title,
        form,
        errors,
        seen,
        overtaken,
        is_ended,
    } = data;
    let (action, button) = match &id {
        Some(id) => (format!("/staff/settings/products/{id}"), "Save"),
        None => ("/staff/settings/products/new".to_owned(), "Add this product"),
    };
    let end = id.filter(|_| !is_ended).map(|id| {
        end_form(
            csrf.clone(),
            format!("/staff/settings/products/{id}/end"),
            "It can no longer be chosen for customers. Those who have it keep it.",
            "End this product",
        )
    });
    view! {
        <Breadcrumb trail=trail() here=title.clone() />
        <PageHead title />
        {overtaken.map(overtaken_callout)}
        <ErrorSummary errors=errors.clone() />
        <Form action csrf>
            <HiddenField name="seen" value=seen />
            <TextField name="name" label="Name" value=form.name error=errors.first("name") autocomplete="off" />
            <Select
                name="entity"
                label="Legal entity that provides it"
                choices=entities
                value=form.entity
                prompt="Choose a legal entity"
                error=errors.first("entity")
            />
            <Actions>
                <Button label=button />
                <a href="/staff/settings">"Go back"</a>
            </Actions>
        </Form>
        {end}
    }
}
