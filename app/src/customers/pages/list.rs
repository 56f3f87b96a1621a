//! All customers.

use crate::customers::{CustomerLine, CustomerList};
use crate::ui::{
    Actions, Badge, Button, ButtonKind, ButtonLink, Cell, Column, Empty, Filter, HeadCell, InputKind,
    ListPart, PageHead, Pager, Row, Stated, Table, TextField, Tone,
};
use leptos::prelude::*;

/// The list, with a search above it.
#[component]
pub fn CustomerListPage(data: CustomerList) -> impl IntoView {
    let CustomerList {
        query,
        lines,
        part,
        may_edit,
    } = data;
    let is_searched = !query.trim().is_empty();
    let total = part.total;
    let body = if total == 0 && !is_searched {
        view! {
            <Empty title="No customers">
                <p>"Add the companies that have a data processing agreement with you: one by one, or all from a sheet."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Filter action="/staff/customers" label="Search customers">
                <TextField name="q" label="Name or reference" kind=InputKind::Search value=query optional=true />
                <Actions>
                    <Button label="Search" kind=ButtonKind::Secondary />
                </Actions>
            </Filter>
            {table(lines, part)}
        }
        .into_any()
    };
    view! {
        <PageHead title="Customers">
            <p>"Who is told of a change, and what each contract says about it."</p>
        </PageHead>
        <Actions>
            {may_edit
                .then(|| {
                    view! {
                        <ButtonLink label="Add a customer" href="/staff/customers/new" />
                        <ButtonLink label="Add from a sheet" href="/staff/customers/sheet" kind=ButtonKind::Secondary />
                    }
                })}
            {(total > 0)
                .then(|| {
                    view! {
                        <ButtonLink
                            label="Download as a sheet"
                            href="/staff/customers/sheet.csv"
                            kind=ButtonKind::Secondary
                        />
                    }
                })}
        </Actions>
        {body}
    }
}

fn table(lines: Vec<CustomerLine>, part: ListPart) -> AnyView {
    if lines.is_empty() {
        return view! {
            <Empty title="Nothing found">
                <p>
                    <a href="/staff/customers">"Show all customers"</a>
                </p>
            </Empty>
        }
        .into_any();
    }
    let ListPart {
        from,
        to,
        total,
        previous,
        next,
    } = part;
    let count = domain::words::count(
        usize::try_from(total).unwrap_or(usize::MAX),
        "customer",
        "customers",
    );
    let rows = lines.into_iter().map(row).collect_view();
    view! {
        <Table
            caption=count
            columns=vec![
                Column::new("Name"),
                Column::new("Reference"),
                Column::new("Country"),
                Column::new("Notice period"),
                Column::new("Primary contacts").number(),
                Column::new("State"),
            ]
        >
            {rows}
        </Table>
        <Pager noun="customers" from to total previous next />
    }
    .into_any()
}

fn row(line: CustomerLine) -> impl IntoView {
    let (tone, state) = match &line {
        line if line.is_ended => (Tone::Plain, "Ended"),
        line if line.is_waiting => (Tone::Warn, "Terms to confirm"),
        line if line.period.is_none() => (Tone::Danger, "No terms"),
        line if line.primaries == 0 => (Tone::Danger, "No contact"),
        _ => (Tone::Ok, "Complete"),
    };
    view! {
        <Row>
            <HeadCell>
                <a href=line.path>{line.name}</a>
            </HeadCell>
            <Cell label="Reference">{line.reference.unwrap_or_else(|| "–".to_owned())}</Cell>
            <Cell label="Country">{line.country}</Cell>
            <Cell label="Notice period">
                <Stated value=line.period />
            </Cell>
            <Cell label="Primary contacts" number=true>
                {line.primaries}
            </Cell>
            <Cell label="State">
                <Badge tone label=state />
            </Cell>
        </Row>
    }
}
