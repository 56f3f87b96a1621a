//! Gates G9 to G15, customer by customer: who is still closed, and why.

use leptos::prelude::*;

use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, Callout, Cell, Column, Empty, Filter, HeadCell,
    InputKind, Link, PageHead, Pager, Row, Table, TextField, Tone, address, page_number,
};

/// How many customers are open and closed, and by which reasons; for the engagement's own page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerSummary {
    /// Customers in scope.
    pub total: usize,
    /// Those for whom every gate is green, the register's included.
    pub open: usize,
    /// Those who are concerned and were not told yet.
    pub untold: usize,
    /// Gate, reason and number of customers, by gate.
    pub reasons: Vec<(String, String, usize)>,
    /// The page that lists them.
    pub href: String,
    /// The change that announces it.
    pub change: Link,
}

/// One customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerGates {
    /// Their name.
    pub name: String,
    /// Their page.
    pub href: String,
    /// Their authorisation in words.
    pub state: String,
    /// Why it may not start for them, the register aside.
    pub reasons: Vec<ClosedBy>,
}

/// One reason why it may not start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedBy {
    /// Gate and code.
    pub code: String,
    /// What exactly.
    pub detail: String,
    /// The place that puts it right.
    pub place: Link,
}

/// The page's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomersView {
    /// The engagement's page.
    pub back: Link,
    /// The change that announces it.
    pub change: Option<Link>,
    /// Words in the customer's name or reference.
    pub search: String,
    /// The rows of this page.
    pub rows: Vec<CustomerGates>,
    /// Reasons of gates G1 to G8, which are the same for everybody who is still to start.
    pub register: Vec<ClosedBy>,
    /// Number of the first row, from 1.
    pub from: u64,
    /// How many fit the search.
    pub total: u64,
    /// The present page, from 1, and how many there are.
    pub page: (u64, u64),
}

/// The page.
#[component]
pub fn EngagementCustomersPage(data: CustomersView) -> impl IntoView {
    let CustomersView {
        back,
        change,
        search,
        rows,
        register,
        from,
        total,
        page,
    } = data;
    let path = format!("{}/customers", back.href);
    let turn = |number: u64| address(&path, &[("q", &search), ("page", &page_number(number))]);
    let previous = (page.0 > 1).then(|| turn(page.0 - 1));
    let next = (page.0 < page.1).then(|| turn(page.0 + 1));
    let to = from + rows.len() as u64;
    let trail = vec![Link::new("Register", "/staff/register"), back.clone()];
    let is_searched = !search.is_empty();
    let clear = is_searched.then(|| view! { <a href=path.clone()>"Clear the search"</a> });
    let body = if rows.is_empty() {
        nothing(is_searched, &path)
    } else {
        let rows = rows.into_iter().map(row).collect_view();
        let columns = ["Customer", "Authorisation", "Closed because"]
            .map(Column::new)
            .to_vec();
        view! {
            <Table caption="Customers and their gates" hide_caption=true columns>{rows}</Table>
            <Pager noun="customers" from=from to=to - 1 total=total previous=previous next=next />
        }
        .into_any()
    };
    view! {
        <Breadcrumb trail here="Customers" />
        <PageHead title="Gates of its customers">
            <p class="soft">"Gates G9 to G15: notice, windows, objections and authorisation, customer by customer."</p>
        </PageHead>
        {(!register.is_empty()).then(|| view! {
            <Callout tone=Tone::Warn title="It can start for nobody now">
                <p>"These of gates G1 to G8 close it for every customer, whatever stands below. For whom it runs already, some of them do not count."</p>
                {reason_list(register)}
            </Callout>
        })}
        {change.map(|change| view! { <p><a href=change.href>{change.label}</a></p> })}
        <Filter action=path.clone() label="Search these customers">
            <TextField name="q" label="Name or reference" value=search kind=InputKind::Search />
            <Actions>
                <Button label="Search" kind=ButtonKind::Secondary />
                {clear}
            </Actions>
        </Filter>
        {body}
    }
}

fn row(row: CustomerGates) -> AnyView {
    let CustomerGates {
        name,
        href,
        state,
        reasons,
    } = row;
    let reasons = if reasons.is_empty() {
        view! { <Badge tone=Tone::Ok label="Open" /> }.into_any()
    } else {
        reason_list(reasons)
    };
    view! {
        <Row>
            <HeadCell>
                <a href=href>{name}</a>
            </HeadCell>
            <Cell label="Authorisation">{state}</Cell>
            <Cell label="Closed because">{reasons}</Cell>
        </Row>
    }
    .into_any()
}

fn reason_list(reasons: Vec<ClosedBy>) -> AnyView {
    let items = reasons
        .into_iter()
        .map(|reason| {
            view! {
                <li>
                    <code>{reason.code}</code>
                    " "
                    {reason.detail}
                    ". "
                    <a href=reason.place.href>{reason.place.label}</a>
                </li>
            }
        })
        .collect_view();
    view! { <ul role="list">{items}</ul> }.into_any()
}

fn nothing(is_searched: bool, path: &str) -> AnyView {
    let path = path.to_owned();
    if is_searched {
        view! { <Empty title="Nobody fits"><p><a href=path>"Clear the search"</a>" to see all of them."</p></Empty> }
            .into_any()
    } else {
        view! { <Empty title="No customer is in scope"><p>"Customers come into scope when a change is sent to them."</p></Empty> }
            .into_any()
    }
}

/// The part of the engagement's page.
pub(super) fn summary_part(summary: CustomerSummary) -> AnyView {
    let CustomerSummary {
        total,
        open,
        untold,
        reasons,
        href,
        change,
    } = summary;
    let closed = total - open;
    let rows = reasons
        .into_iter()
        .map(|(gate, label, count)| {
            view! {
                <Row>
                    <HeadCell>{gate}</HeadCell>
                    <Cell label="Reason">{label}</Cell>
                    <Cell label="Customers" number=true>{count}</Cell>
                </Row>
            }
        })
        .collect_view();
    let columns = vec![
        Column::new("Gate"),
        Column::new("Reason"),
        Column::new("Customers").number(),
    ];
    let has_red = closed > 0;
    view! {
        <section>
            <h2 id="customers">"Gates of its customers"</h2>
            <p>
                {format!("{total} in scope: {open} open, {closed} closed. ")}
                <a href=href>"See them one by one"</a>
                " · "
                <a href=change.href>{change.label}</a>
            </p>
            {(untold > 0).then(|| view! { <p class="soft">{format!("{untold} of them came into scope later and were not told yet.")}</p> })}
            {has_red.then(|| view! {
                <Table caption="Why it is closed for customers" hide_caption=true columns>{rows}</Table>
            })}
        </section>
    }
    .into_any()
}
