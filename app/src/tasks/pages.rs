//! Data in, view out.

use super::{Start, TaskLine};
use crate::ui::{Badge, Button, ButtonKind, Cell, Column, Empty, Form, HeadCell, PageHead, Row, Table, Tone};
use leptos::prelude::*;

/// Where a working day starts: what is to be done, and the ways to everything else.
#[component]
pub fn StartPage(data: Start) -> impl IntoView {
    let Start {
        name,
        csrf,
        mine,
        others,
        sections,
    } = data;
    view! {
        <PageHead title="Start">
            <p>{format!("Signed in as {name}.")}</p>
        </PageHead>
        <section>
            <h2>"To do, for your roles"</h2>
            {if mine.is_empty() {
                view! {
                    <Empty title="Nothing is waiting for you">
                        <p>"Tasks appear here by themselves: an objection, a notice that came back, papers that run out."</p>
                    </Empty>
                }
                    .into_any()
            } else {
                table("To do, for your roles", mine, &csrf)
            }}
        </section>
        {(!others.is_empty())
            .then(|| {
                view! {
                    <section>
                        <h2>"To do, for others"</h2>
                        {table("To do, for others", others, &csrf)}
                    </section>
                }
            })}
        <section>
            <h2>"Sections"</h2>
            <ul>
                {sections.into_iter().map(|link| view! { <li><a href=link.href>{link.label}</a></li> }).collect_view()}
            </ul>
        </section>
    }
}

fn table(caption: &'static str, tasks: Vec<TaskLine>, csrf: &str) -> AnyView {
    let rows = tasks.into_iter().map(|task| row(task, csrf)).collect_view();
    view! {
        <Table
            caption
            hide_caption=true
            columns=vec![
                Column::new("What"),
                Column::new("Who"),
                Column::new("Until"),
                Column::new("Open since"),
                Column::new("Close"),
            ]
        >
            {rows}
        </Table>
    }
    .into_any()
}

fn row(task: TaskLine, csrf: &str) -> AnyView {
    let due = match (task.due, task.is_overdue) {
        (None, _) => "no last day".into_any(),
        (Some(day), false) => day.into_any(),
        (Some(day), true) => view! { <Badge tone=Tone::Danger label="Overdue" />" "{day} }.into_any(),
    };
    let close = match task.done {
        None => "by its role".into_any(),
        Some(action) => view! {
            <Form action csrf=csrf.to_owned()>
                <Button label="Done" kind=ButtonKind::Secondary />
            </Form>
        }
        .into_any(),
    };
    view! {
        <Row>
            <HeadCell>
                <a href=task.path>{task.title}</a>
            </HeadCell>
            <Cell label="Who">{task.role}</Cell>
            <Cell label="Until">{due}</Cell>
            <Cell label="Open since">{task.since}</Cell>
            <Cell label="Close">{close}</Cell>
        </Row>
    }
    .into_any()
}
