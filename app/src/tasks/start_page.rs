//! Where a working day starts: what is due, what runs, what is blocked. Nothing is counted for the sake of counting.

use leptos::prelude::*;

use super::list_page::table;
use super::{GoLive, OpenCase, OpenWindow, Returned, Start};
use crate::ui::{Badge, Cell, Column, Empty, HeadCell, PageHead, Row, Span, Table, Tone};

/// The page.
#[component]
pub fn StartPage(data: Start) -> impl IntoView {
    let Start {
        name,
        csrf,
        tasks,
        task_count,
        windows,
        go_lives,
        returned,
        cases,
        today,
        sections,
    } = data;
    let more = (task_count > tasks.len() as u64)
        .then(|| view! { <p><a href="/staff/tasks">{format!("All {task_count} tasks")}</a></p> });
    let due = if tasks.is_empty() {
        view! {
            <Empty title="Nothing is waiting for you">
                <p>"Tasks appear here by themselves: an objection, a notice that came back, papers that run out."</p>
            </Empty>
        }
        .into_any()
    } else {
        table("To do, for you and your roles", tasks, &csrf, "/staff")
    };
    view! {
        <PageHead title="Start">
            <p>{format!("Signed in as {name}.")}</p>
        </PageHead>
        <section>
            <h2>"To do, for you and your roles"</h2>
            {due}
            {more}
            <p>
                <a href="/staff/tasks?view=everybody">"Tasks of everybody"</a>
            </p>
        </section>
        {open_windows(windows, today)}
        {blocked(go_lives)}
        {came_back(returned)}
        {open_cases(cases)}
        <section>
            <h2>"Sections"</h2>
            <ul>
                {sections.into_iter().map(|link| view! { <li><a href=link.href>{link.label}</a></li> }).collect_view()}
            </ul>
        </section>
    }
}

fn open_windows(windows: Vec<OpenWindow>, today: chrono::NaiveDate) -> Option<AnyView> {
    if windows.is_empty() {
        return None;
    }
    let rows = windows
        .into_iter()
        .map(|window| {
            let label = format!("Windows of {}", window.vendor);
            let text = match (window.customers - window.over, window.unreached) {
                (0, _) => format!("Over for all {}", customers(window.customers)),
                (open, 0) => format!(
                    "Over for {} of {}",
                    window.customers - open,
                    customers(window.customers)
                ),
                (open, unreached) => format!(
                    "Over for {} of {}; {unreached} not reached yet",
                    window.customers - open,
                    customers(window.customers)
                ),
            };
            view! {
                <Row>
                    <HeadCell>
                        <a href=window.change.href>{window.change.label}</a>
                    </HeadCell>
                    <Cell label="Whom it is about">{window.vendor}</Cell>
                    <Cell label="Customers">{text}</Cell>
                    <Cell label="From the first notice to the last end">
                        <Span
                            label
                            from=(window.from, "Notice".to_owned())
                            to=(window.to, "Ends".to_owned())
                            today
                        />
                    </Cell>
                </Row>
            }
        })
        .collect_view();
    let columns = [
        "Change",
        "Whom it is about",
        "Customers",
        "From the first notice to the last end",
    ];
    Some(section(
        "Open windows",
        columns.map(Column::new).to_vec(),
        rows.into_any(),
    ))
}

fn customers(count: i64) -> String {
    domain::words::count(usize::try_from(count).unwrap_or(0), "customer", "customers")
}

fn section(title: &'static str, columns: Vec<Column>, rows: AnyView) -> AnyView {
    view! {
        <section>
            <h2>{title}</h2>
            <Table caption=title hide_caption=true columns>
                {rows}
            </Table>
        </section>
    }
    .into_any()
}

fn blocked(go_lives: Vec<GoLive>) -> Option<AnyView> {
    if go_lives.is_empty() {
        return None;
    }
    let rows = go_lives
        .into_iter()
        .map(|one| {
            let standing = if one.reasons.is_empty() {
                view! { <Badge tone=Tone::Ok label="Nothing stands in the way" /> }.into_any()
            } else {
                let reasons = one
                    .reasons
                    .into_iter()
                    .map(|reason| view! { <li>{reason}</li> })
                    .collect_view();
                view! { <ul class="plain">{reasons}</ul> }.into_any()
            };
            view! {
                <Row>
                    <HeadCell>
                        <a href=one.change.href>{one.change.label}</a>
                    </HeadCell>
                    <Cell label="Whom it is about">{one.vendor}</Cell>
                    <Cell label="Announced for">{one.planned}</Cell>
                    <Cell label="What stands in the way">{standing}</Cell>
                </Row>
            }
        })
        .collect_view();
    let columns = [
        "Change",
        "Whom it is about",
        "Announced for",
        "What stands in the way",
    ];
    Some(section(
        "Announced and not in use yet",
        columns.map(Column::new).to_vec(),
        rows.into_any(),
    ))
}

fn came_back(returned: Vec<Returned>) -> Option<AnyView> {
    if returned.is_empty() {
        return None;
    }
    let rows = returned
        .into_iter()
        .map(|one| {
            let text = match one.count {
                1 => "1 notice came back".to_owned(),
                count => format!("{count} notices came back"),
            };
            view! {
                <Row>
                    <HeadCell>
                        <a href=one.change.href>{one.change.label}</a>
                    </HeadCell>
                    <Cell label="What happened">{text}</Cell>
                </Row>
            }
        })
        .collect_view();
    let columns = ["Change", "What happened"];
    Some(section(
        "Undelivered notices",
        columns.map(Column::new).to_vec(),
        rows.into_any(),
    ))
}

fn open_cases(cases: Vec<OpenCase>) -> Option<AnyView> {
    if cases.is_empty() {
        return None;
    }
    let rows = cases
        .into_iter()
        .map(|one| {
            view! {
                <Row>
                    <HeadCell>
                        <a href=one.case.href>{one.case.label}</a>
                    </HeadCell>
                    <Cell label="Customer">{one.customer}</Cell>
                    <Cell label="Where it stands">{one.state}</Cell>
                    <Cell label="Until">{one.due.unwrap_or_else(|| "no time set".to_owned())}</Cell>
                </Row>
            }
        })
        .collect_view();
    let columns = ["Case", "Customer", "Where it stands", "Until"];
    Some(section(
        "Open cases",
        columns.map(Column::new).to_vec(),
        rows.into_any(),
    ))
}
