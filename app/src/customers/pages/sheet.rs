//! Customers from a sheet: choose a file, look at what it holds, confirm.

use super::trail;
use crate::customers::sheet::COLUMNS;
use crate::customers::{SheetPreview, SheetProblem};
use crate::ui::{
    Actions, Breadcrumb, Button, Callout, Cell, Column, ErrorSummary, FieldErrors, FileField, Form, HeadCell,
    HiddenField, PageHead, Row, Table, Tone,
};
use leptos::prelude::*;

/// Choose a file; below, what it may hold.
#[component]
pub fn SheetPage(csrf: String, errors: FieldErrors) -> impl IntoView {
    let rows = COLUMNS
        .iter()
        .map(|column| {
            view! {
                <Row>
                    <HeadCell>
                        <code>{column.name}</code>
                    </HeadCell>
                    <Cell label="Needed">{if column.is_required { "Yes" } else { "No" }}</Cell>
                    <Cell label="Holds">{column.holds}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <Breadcrumb trail=trail(None) here="Add from a sheet" />
        <PageHead title="Add customers from a sheet">
            <p>"First you see what the sheet holds and what cannot be read; nothing is written before you confirm it."</p>
        </PageHead>
        <ErrorSummary errors=errors.clone() />
        <Form action="/staff/customers/sheet" csrf files=true>
            <FileField
                name="sheet"
                label="The sheet"
                hint="Comma-separated values (CSV, UTF-8) with a header, at most 5 megabytes."
                accept=".csv,text/csv"
                error=errors.first("sheet")
            />
            <Actions>
                <Button label="Show what it holds" />
                <a href="/staff/customers">"Go back"</a>
            </Actions>
        </Form>
        <h2>"Columns"</h2>
        <p>"In any order. A sheet that was downloaded here has them all."</p>
        <Table
            caption="Columns of the sheet"
            hide_caption=true
            columns=vec![Column::new("Column"), Column::new("Needed"), Column::new("Holds")]
        >
            {rows}
        </Table>
    }
}

/// What the sheet holds, before anything is written.
#[component]
pub fn SheetPreviewPage(data: SheetPreview) -> impl IntoView {
    let SheetPreview {
        csrf,
        text,
        good,
        problems,
        unused,
    } = data;
    let (count, left_out) = (good.len(), lines_of(&problems));
    let title = format!(
        "{} can be added",
        domain::words::count(count, "customer", "customers")
    );
    let rows = good
        .into_iter()
        .map(|customer| {
            view! {
                <Row>
                    <HeadCell>{customer.name}</HeadCell>
                    <Cell label="Line" number=true>
                        {customer.line}
                    </Cell>
                    <Cell label="Notice period">{customer.period}</Cell>
                    <Cell label="Contacts" number=true>
                        {customer.contacts}
                    </Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <Breadcrumb trail=trail(None) here="What the sheet holds" />
        <PageHead title />
        {(!problems.is_empty()).then(|| problem_table(problems, left_out))}
        {(!unused.is_empty())
            .then(|| {
                view! {
                    <Callout tone=Tone::Info title="Columns that are not used">
                        <p>{unused.join(", ")}</p>
                    </Callout>
                }
            })}
        {(count > 0)
            .then(|| {
                let left_out = match left_out {
                    0 => String::new(),
                    n => format!(" and leave out {}", domain::words::count(n, "line", "lines")),
                };
                let button = format!("Add {}{left_out}", domain::words::count(count, "customer", "customers"));
                view! {
                    <Table
                        caption="Customers that can be added"
                        hide_caption=true
                        columns=vec![
                            Column::new("Name"),
                            Column::new("Line").number(),
                            Column::new("Notice period"),
                            Column::new("Contacts").number(),
                        ]
                    >
                        {rows}
                    </Table>
                    <Form action="/staff/customers/sheet/confirm" csrf files=true>
                        <HiddenField name="text" value=text />
                        <Actions>
                            <Button label=button />
                            <a href="/staff/customers/sheet">"Choose another sheet"</a>
                        </Actions>
                    </Form>
                }
            })}
        {(count == 0)
            .then(|| {
                view! {
                    <p>
                        <a href="/staff/customers/sheet">"Choose another sheet"</a>
                    </p>
                }
            })}
    }
}

/// How many lines have a problem.
fn lines_of(problems: &[SheetProblem]) -> usize {
    let mut lines: Vec<u64> = problems.iter().map(|problem| problem.line).collect();
    lines.sort_unstable();
    lines.dedup();
    lines.len()
}

fn problem_table(problems: Vec<SheetProblem>, left_out: usize) -> AnyView {
    let title = format!(
        "{} cannot be read",
        domain::words::count(left_out, "line", "lines")
    );
    let rows = problems
        .into_iter()
        .map(|problem| {
            view! {
                <Row>
                    <HeadCell>{format!("Line {}", problem.line)}</HeadCell>
                    <Cell label="Column">
                        <code>{problem.column}</code>
                    </Cell>
                    <Cell label="Why">{problem.reason}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <Callout tone=Tone::Warn title>
            <p>"Nothing of these lines is written; the others are not affected. Put them right in the sheet and add it again."</p>
        </Callout>
        <Table
            caption="Lines that cannot be read"
            hide_caption=true
            columns=vec![Column::new("Line"), Column::new("Column"), Column::new("Why")]
        >
            {rows}
        </Table>
    }
    .into_any()
}
