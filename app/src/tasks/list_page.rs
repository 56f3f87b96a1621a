//! The list of tasks: one view at a time, narrowed by its address.

use domain::role::Role;
use leptos::prelude::*;

use super::{TaskActs, TaskLine, TaskQuery, TaskView, TaskWith, Tasks};
use crate::ui::{
    Actions, Badge, Button, ButtonKind, Cell, Choice, Column, Empty, Filter, Form, HeadCell, HiddenField,
    InputKind, Link, PageHead, Pager, Row, Select, Tab, Table, Tabs, TextField, Tone,
};

/// The page.
#[component]
pub fn TasksPage(data: Tasks) -> impl IntoView {
    let Tasks {
        csrf,
        query,
        counts,
        lines,
        page,
        total,
        page_size,
        sees_all,
    } = data;
    let tabs = counts
        .into_iter()
        .map(|(view, count)| Tab {
            link: Link::new(
                view.label(),
                TaskQuery {
                    view,
                    ..TaskQuery::default()
                }
                .href(1),
            ),
            count: (view != TaskView::Done).then_some(count),
            current: view == query.view,
        })
        .collect();
    let from = (page - 1) * page_size + 1;
    let to = from + lines.len() as u64;
    let previous = (page > 1).then(|| query.href(page - 1));
    let next = (to <= total).then(|| query.href(page + 1));
    let here = query.href(page);
    let body = if lines.is_empty() {
        nothing(&query)
    } else {
        let list = table(query.view.label(), lines, &csrf, &here);
        view! {
            {list}
            <Pager noun="tasks" from=from to=to - 1 total=total previous=previous next=next />
        }
        .into_any()
    };
    view! {
        <PageHead title="Tasks">
            <p class="soft">"Most close by themselves when their cause is gone; only the others have “Done”. Overdue ones come first, those without a last day last."</p>
            {(!sees_all)
                .then(|| view! { <p class="soft">"You see the tasks of your own roles: others can name customers."</p> })}
        </PageHead>
        <Tabs label="Tasks" tabs />
        {filter(&query)}
        {body}
    }
}

fn filter(query: &TaskQuery) -> AnyView {
    let roles = Role::ALL
        .iter()
        .map(|role| Choice::new(role.as_str(), role.label()))
        .collect();
    let days = vec![
        Choice::new("overdue", "Overdue"),
        Choice::new("week", "Overdue or within 7 days"),
    ];
    let (search, role, due, view) = (
        query.search.clone(),
        query.role.clone(),
        query.due.clone(),
        query.view.as_str(),
    );
    let clear = TaskQuery {
        view: query.view,
        ..TaskQuery::default()
    }
    .href(1);
    let clear = query
        .is_narrow()
        .then(|| view! { <a href=clear>"Clear the filter"</a> });
    view! {
        <Filter action="/staff/tasks" label="Filter the tasks">
            <HiddenField name="view" value=view />
            <div class="field-row">
                <TextField name="q" label="Words" value=search kind=InputKind::Search />
                <Select name="role" label="Role" value=role prompt="All roles" choices=roles />
                <Select name="due" label="Due" value=due prompt="Any day" choices=days />
            </div>
            <Actions>
                <Button label="Show" kind=ButtonKind::Secondary />
                {clear}
            </Actions>
        </Filter>
    }
    .into_any()
}

fn nothing(query: &TaskQuery) -> AnyView {
    if query.is_narrow() {
        let href = TaskQuery {
            view: query.view,
            ..TaskQuery::default()
        }
        .href(1);
        return view! {
            <Empty title="No task fits">
                <p>
                    <a href=href>"Clear the filter"</a>
                </p>
            </Empty>
        }
        .into_any();
    }
    let (title, text) = match query.view {
        TaskView::Mine => (
            "You have taken nothing",
            "Take a task, and your colleagues see that it is with you.",
        ),
        TaskView::Roles => (
            "Nothing is waiting for you",
            "Tasks appear here by themselves: an objection, a notice that came back, papers that run out.",
        ),
        TaskView::Everybody => (
            "Nothing is waiting for anybody",
            "Tasks appear here by themselves.",
        ),
        TaskView::Done => (
            "Nothing was done yet",
            "What is done stays here, with who did it and when.",
        ),
    };
    view! {
        <Empty title=title>
            <p>{text}</p>
        </Empty>
    }
    .into_any()
}

/// Tasks as a table. `here` is where somebody comes back to after a step.
pub(super) fn table(caption: &'static str, lines: Vec<TaskLine>, csrf: &str, here: &str) -> AnyView {
    let rows = lines.into_iter().map(|line| row(line, csrf, here)).collect_view();
    view! {
        <Table
            caption
            hide_caption=true
            columns=vec![
                Column::new("What"),
                Column::new("Who"),
                Column::new("Until"),
                Column::new("Open since"),
                Column::new("Steps"),
            ]
        >
            {rows}
        </Table>
    }
    .into_any()
}

fn row(line: TaskLine, csrf: &str, here: &str) -> AnyView {
    let due = match (line.due, line.is_overdue) {
        (None, _) => "no last day".into_any(),
        (Some(day), false) => day.into_any(),
        (Some(day), true) => view! { <Badge tone=Tone::Danger label="Overdue" />" "{day} }.into_any(),
    };
    let taken = line.taken.map(|taken| view! { <p class="soft">{taken}</p> });
    let steps = match (line.done, line.acts) {
        (Some(done), _) => view! { <Badge tone=Tone::Ok label="Done" />" "{done} }.into_any(),
        (None, None) => "by its role".into_any(),
        (None, Some(acts)) => steps(acts, csrf, here, &line.title),
    };
    view! {
        <Row>
            <HeadCell>
                <a href=line.path>{line.title}</a>
            </HeadCell>
            <Cell label="Who">{line.role} {taken}</Cell>
            <Cell label="Until">{due}</Cell>
            <Cell label="Open since">{line.since}</Cell>
            <Cell label="Steps">{steps}</Cell>
        </Row>
    }
    .into_any()
}

fn steps(acts: TaskActs, csrf: &str, here: &str, title: &str) -> AnyView {
    let (place, label) = match acts.with {
        TaskWith::Nobody => ("take", "Take"),
        TaskWith::Me => ("hand-back", "Hand back"),
        TaskWith::Colleague => ("take", "Take over"),
    };
    let about = format!(": {title}");
    let button = |place: &str, label: &'static str| {
        let (action, csrf) = (format!("{}/{place}", acts.path), csrf.to_owned());
        let (seen, here, about) = (acts.seen.clone(), here.to_owned(), about.clone());
        view! {
            <Form action csrf>
                <HiddenField name="seen" value=seen />
                <HiddenField name="back" value=here />
                <Button label kind=ButtonKind::Secondary about />
            </Form>
        }
        .into_any()
    };
    view! {
        <div class="task-steps">
            {button(place, label)}
            {(!acts.closes_itself).then(|| button("done", "Done"))}
        </div>
    }
    .into_any()
}
