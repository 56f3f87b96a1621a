//! One customer: facts, terms, contacts.

use super::trail;
use crate::customers::{ConfirmationView, ContactView, CustomerView, PolicyView, RequestView};
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Callout, Cell, Column, ConfirmPanel, Empty,
    Fact, Facts, Form, HeadCell, PageHead, Reader, Row, Stated, StatedList, Table, Tone,
};
use leptos::prelude::*;

/// A customer's page.
#[component]
pub fn CustomerPage(data: CustomerView) -> impl IntoView {
    let CustomerView {
        csrf,
        path,
        name,
        facts,
        products,
        policies,
        contacts,
        requests,
        signatures,
        confirmations,
        may_edit,
        ended,
    } = data;
    let (plain, danger) = (ButtonKind::Secondary, ButtonKind::Danger);
    let links = |links: &[(&str, &str, ButtonKind)]| {
        let shown = if may_edit && ended.is_none() { links } else { &[] };
        let links = shown
            .iter()
            .map(|(label, page, kind)| view! { <ButtonLink label=*label href=format!("{path}/{page}") kind=*kind /> })
            .collect_view();
        (!shown.is_empty()).then(|| view! { <Actions>{links}</Actions> })
    };
    let of_facts = links(&[
        ("Change these facts", "edit", plain),
        ("End the agreement", "end", danger),
    ]);
    let of_contacts = links(&[("Add a contact", "contacts/new", plain)]);
    let of_terms = links(&[("Enter new terms", "terms", plain)]);
    let facts = facts
        .into_iter()
        .map(|(term, value)| {
            view! {
                <Fact term>
                    <Stated value reader=Reader::Staff />
                </Fact>
            }
        })
        .collect_view();
    view! {
        <Breadcrumb trail=trail(None) here=name.clone() />
        <PageHead title=name />
        {ended
            .clone()
            .map(|day| {
                view! {
                    <Callout tone=Tone::Plain title="Agreement ended">
                        <p>{format!("Since {day}. This customer is told of no later change; what was sent stays.")}</p>
                    </Callout>
                }
            })}
        <Facts>
            {facts}
            <Fact term="Products">
                <StatedList values=products reader=Reader::Staff />
            </Fact>
            <Fact term="Shown at signature">
                <StatedList values=signatures reader=Reader::Staff />
            </Fact>
        </Facts>
        {confirmations.into_iter().map(|one| unconfirmed(one, &csrf)).collect_view()}
        {of_facts}
        <h2>"Whom notices go to"</h2>
        {contact_table(contacts, may_edit)}
        {of_contacts}
        {requests
            .into_iter()
            .map(|request| asked_for(request, &csrf, may_edit && ended.is_none()))
            .collect_view()}
        <h2>"What the contract says"</h2>
        {of_terms}
        {terms(policies, &path, &csrf)}
    }
}

fn unconfirmed(one: ConfirmationView, csrf: &str) -> AnyView {
    let ConfirmationView {
        title,
        text,
        recorded,
        until,
        label,
        action,
        refuse,
    } = one;
    let button = |action: Option<String>, label: String| {
        action.map(|action| {
            let csrf = csrf.to_owned();
            view! {
                <Form action csrf><Actions><Button label kind=ButtonKind::Secondary/></Actions></Form>
            }
            .into_any()
        })
    };
    let buttons = [
        button(action, label),
        button(refuse, "Do not confirm it".to_owned()),
    ];
    view! {
        <Callout tone=Tone::Warn title>
            <p>{format!("{text}. Recorded {recorded}. {until}")}</p>
            {buttons.into_iter().flatten().collect_view()}
        </Callout>
    }
    .into_any()
}

fn contact_table(contacts: Vec<ContactView>, may_edit: bool) -> AnyView {
    if contacts.is_empty() {
        return view! {
            <Empty title="Nobody to write to">
                <p>"Without a primary contact this customer cannot be told of a change, and no engagement can start for it."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = contacts
        .into_iter()
        .map(|contact| {
            let name = if may_edit {
                view! { <a href=contact.path>{contact.name}</a> }.into_any()
            } else {
                contact.name.into_any()
            };
            view! {
                <Row>
                    <HeadCell>{name}</HeadCell>
                    <Cell label="Address">{contact.address}</Cell>
                    <Cell label="Written to">{contact.kind}</Cell>
                    <Cell label="Language">{contact.locale}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <Table
            caption="Contacts"
            hide_caption=true
            columns=vec![
                Column::new("Name or function"),
                Column::new("Address"),
                Column::new("Written to"),
                Column::new("Language"),
            ]
        >
            {rows}
        </Table>
    }
    .into_any()
}

fn asked_for(request: RequestView, csrf: &str, may_decide: bool) -> AnyView {
    let label = format!("Write to {} from now on", request.address);
    let decide = may_decide.then(|| {
        view! {
            <Form action=format!("{}/confirm", request.path) csrf=csrf.to_owned()>
                <Actions>
                    <Button label />
                </Actions>
            </Form>
            <Form action=format!("{}/refuse", request.path) csrf=csrf.to_owned()>
                <Actions>
                    <Button label="Do not confirm it" kind=ButtonKind::Secondary />
                </Actions>
            </Form>
        }
    });
    view! {
        <Callout tone=Tone::Warn title="Another contact is asked for">
            <p>
                "Through the link in a notice; whoever has such a link can ask. Check with the customer before you confirm it."
            </p>
            <Facts>
                <Fact term="Name or function">{request.name}</Fact>
                <Fact term="Address">{request.address}</Fact>
                <Fact term="Written to">{request.place}</Fact>
                <Fact term="Asked for">{request.asked}</Fact>
            </Facts>
            {decide}
        </Callout>
    }
    .into_any()
}

fn terms(policies: Vec<PolicyView>, path: &str, csrf: &str) -> AnyView {
    if policies.is_empty() {
        return view! {
            <Empty title="No terms">
                <p>"Enter what the contract says about notice and objection: without it no deadline can be counted."</p>
            </Empty>
        }
        .into_any();
    }
    policies
        .into_iter()
        .map(|policy| {
            let confirm = format!("{path}/terms/{}/confirm", policy.id);
            view! {
                <section>
                    <h3>{format!("Version {}, from {}", policy.number, policy.valid_from)}</h3>
                    {policy_state(&policy)}
                    {policy_waits(&policy, confirm, csrf.to_owned())}
                    <Facts>
                        {policy
                            .terms
                            .into_iter()
                            .map(|(term, value)| view! { <Fact term>{value}</Fact> })
                            .collect_view()}
                        <Fact term="Entered">{policy.recorded}</Fact>
                        {policy.confirmed.map(|confirmed| view! { <Fact term="Confirmed">{confirmed}</Fact> })}
                    </Facts>
                </section>
            }
        })
        .collect_view()
        .into_any()
}

fn policy_state(policy: &PolicyView) -> AnyView {
    let (tone, label) = match (policy.is_waiting, policy.is_in_force) {
        (true, _) => (Tone::Warn, "Waits for a confirmation"),
        (_, true) => (Tone::Ok, "In force"),
        _ => (Tone::Plain, "Not in force"),
    };
    view! {
        <p>
            <Badge tone label />
        </p>
    }
    .into_any()
}

fn policy_waits(policy: &PolicyView, action: String, csrf: String) -> Option<AnyView> {
    if !policy.is_waiting {
        return None;
    }
    let weakenings = policy
        .weakenings
        .iter()
        .map(|text| view! { <li>{text.clone()}</li> })
        .collect_view();
    let button = policy.may_confirm.then(|| {
        view! {
            <Form action csrf>
                <Actions>
                    <Button label="I have read the contract: these terms hold" />
                </Actions>
            </Form>
        }
    });
    Some(
        view! {
            <Callout tone=Tone::Warn title="Takes something away from the customer">
                <ul>{weakenings}</ul>
                <p>"Until a legal approver who did not enter these terms has confirmed them, the terms before hold; a customer without earlier ones has none, and no notice can leave to it."</p>
                {button}
            </Callout>
        }
        .into_any(),
    )
}

/// The last look before an agreement is ended.
#[component]
pub fn EndCustomerPage(
    csrf: String,
    path: String,
    name: String,
    /// Whether something of the customer is waited for, so that a second person confirms the end.
    is_asked: bool,
) -> impl IntoView {
    let second = is_asked.then_some(
        "An answer, a window or a case of this customer is open. So the agreement ends once a legal approver, somebody else than you, has confirmed it.",
    );
    view! {
        <Breadcrumb trail=trail(Some((name.clone(), path.clone()))) here="End the agreement" />
        <ConfirmPanel
            title=format!("End the agreement with {name}")
            action=format!("{path}/end")
            csrf
            button=format!("End the agreement with {name}")
            back=path
            danger=true
        >
            {second.map(|text| view! { <p>{text}</p> })}
            <p>"From then on this customer is told of no change. Windows that run for it, and everything that was sent, stay on record. Its contacts get a mail that says so."</p>
        </ConfirmPanel>
    }
}
