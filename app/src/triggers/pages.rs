//! All events.

use leptos::prelude::*;

use crate::ui::{
    Actions, Badge, Button, ButtonKind, ButtonLink, Cell, Column, Empty, Filter, HeadCell, InputKind, Link,
    ListPart, PageHead, Pager, Row, Table, TextField, Tone,
};

/// One event in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerLine {
    /// What happened, and its page.
    pub link: Link,
    /// Whom it concerns.
    pub scope: String,
    /// When it happened.
    pub occurred: String,
    /// "2 of 14 open", "closed", "concerns none".
    pub standing: String,
    /// What that means.
    pub tone: Tone,
    /// Until when.
    pub due: String,
}

/// The page's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerList {
    /// The rows of this page, open ones first.
    pub rows: Vec<TriggerLine>,
    /// Which of them.
    pub part: ListPart,
    /// What was searched for.
    pub search: String,
    /// Whether this person may record one.
    pub may_raise: bool,
}

/// All events.
#[component]
pub fn TriggerListPage(data: TriggerList) -> impl IntoView {
    let TriggerList {
        rows,
        part,
        search,
        may_raise,
    } = data;
    let is_searched = !search.trim().is_empty();
    let has_some = is_searched || part.total > 0;
    let filter = has_some.then(|| {
        view! {
            <Filter action="/staff/triggers" label="Search events">
                <TextField
                    name="q"
                    label="Number, kind, words, or what it concerns"
                    kind=InputKind::Search
                    value=search
                    optional=true
                />
                <Actions>
                    <Button label="Search" kind=ButtonKind::Secondary />
                </Actions>
            </Filter>
        }
    });
    view! {
        <PageHead title="Events that open a review">
            {may_raise
                .then(|| view! { <Actions><ButtonLink label="Record an event" href="/staff/triggers/new" /></Actions> })}
        </PageHead>
        {filter}
        {table(rows, part, has_some)}
    }
}

fn table(rows: Vec<TriggerLine>, part: ListPart, has_some: bool) -> AnyView {
    if rows.is_empty() && has_some {
        return view! {
            <Empty title="Nothing found">
                <p>
                    <a href="/staff/triggers">"Show all events"</a>
                </p>
            </Empty>
        }
        .into_any();
    }
    if rows.is_empty() {
        return view! {
            <Empty title="No event is recorded">
                <p>"A change of law, a notice of an importer, a breach: record it here, and every assessment that it concerns is looked at."</p>
            </Empty>
        }
        .into_any();
    }
    let rows = rows
        .into_iter()
        .map(|line| {
            view! {
                <Row>
                    <HeadCell>
                        <a href=line.link.href>{line.link.label}</a>
                    </HeadCell>
                    <Cell label="Concerns">{line.scope}</Cell>
                    <Cell label="Happened">{line.occurred}</Cell>
                    <Cell label="Standing">
                        <Badge tone=line.tone label=line.standing />
                    </Cell>
                    <Cell label="Until">{line.due}</Cell>
                </Row>
            }
        })
        .collect_view();
    let ListPart {
        from,
        to,
        total,
        previous,
        next,
    } = part;
    view! {
        <Table
            caption="Events, open ones first"
            hide_caption=true
            columns=["Event", "Concerns", "Happened", "Standing", "Until"].map(Column::new).into()
        >
            {rows}
        </Table>
        <Pager noun="events" from to total previous next />
    }
    .into_any()
}
