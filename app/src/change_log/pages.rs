//! The pages of the change log.

use super::{Change, ChangeLine, ChangeLog, ChangeRow, Outcome};
use crate::list::FactTable;
use crate::ui::{
    Badge, Breadcrumb, Cell, Column, Day, Empty, Fact, Facts, HeadCell, Link, PageHead, Pager, Row, Span,
    Table, long_date,
};
use domain::change::NoticeClass;
use domain::facts::FieldDiff;
use leptos::prelude::*;

/// `/changes`: everything that customers were told.
#[component]
pub fn ChangesPage(
    /// One page of the log.
    log: ChangeLog,
) -> impl IntoView {
    let ChangeLog {
        changes,
        from,
        total,
        previous,
        next,
    } = log;
    let count = u64::try_from(changes.len()).unwrap_or(u64::MAX);
    let columns = ["Change", "Kind", "Announced", "Earliest start", "State"];
    view! {
        <PageHead title="Changes">
            <p class="lead">
                "Every change that was announced before it could start, newest first. A change never disappears from here; a cancelled one stays and says so."
            </p>
        </PageHead>
        {if changes.is_empty() {
            view! {
                <Empty title="No change has been announced yet">
                    <p><a href="/subprocessors">"See the list"</a>" or "<a href="/subscribe">"be told of the first one"</a>"."</p>
                </Empty>
            }
            .into_any()
        } else {
            view! {
                <Table caption="Changes" hide_caption=true columns=columns.into_iter().map(Column::new).collect()>
                    {changes.into_iter().map(row).collect_view()}
                </Table>
                <Pager noun="changes" from to=from + count.saturating_sub(1) total previous next />
            }
            .into_any()
        }}
        <p class="no-print"><a href="/feed.atom">"Follow by Atom feed"</a>" or "<a href="/subscribe">"by mail"</a>"."</p>
    }
}

/// What the planned day is.
const fn when(has_happened: bool) -> &'static str {
    if has_happened {
        "Happened on"
    } else {
        "Earliest start"
    }
}

fn row(change: ChangeRow) -> AnyView {
    view! {
        <Row>
            <HeadCell>
                <a href=format!("/changes/{}", change.number)>{change.title}</a>
                <small>{change.number.clone()}</small>
            </HeadCell>
            <Cell label="Kind">{change.kinds.join(", ")}</Cell>
            <Cell label="Announced"><Day date=change.announced_on /></Cell>
            <Cell label="Earliest start">{change.has_happened.then_some("Happened on ")}<Day date=change.planned_on /></Cell>
            <Cell label="State"><Badge tone=change.outcome.tone() label=change.outcome.label() /></Cell>
        </Row>
    }
    .into_any()
}

/// `/changes/{number}`: one change, with before and after.
#[component]
pub fn ChangePage(
    /// The change.
    change: Change,
) -> impl IntoView {
    let Change {
        row,
        today,
        contact,
        class,
        lines,
    } = change;
    let ChangeRow {
        number,
        title,
        announced_on,
        planned_on,
        has_happened,
        outcome,
        ..
    } = row;
    let is_open = !has_happened && matches!(outcome, Outcome::Announced | Outcome::Begun);
    view! {
        <Breadcrumb trail=vec![Link::new("Changes", "/changes")] here=number.clone() />
        <PageHead title dateline=format!("Change {number}")>
            <p class="row"><Badge tone=outcome.tone() label=outcome.label() /><span>{standing(outcome)}</span></p>
        </PageHead>
        {is_open
            .then(|| {
                view! {
                    <Span
                        label="From the announcement to the earliest start"
                        from=(announced_on, "Announced".to_owned())
                        to=(planned_on, "Earliest start".to_owned())
                        today
                    />
                }
            })}
        <Facts>
            <Fact term=if class.is_individual() { "Announced to customers" } else { "Published" }><Day date=announced_on /></Fact>
            <Fact term=when(has_happened)><Day date=planned_on /></Fact>
            {match outcome {
                Outcome::InEffect(day) => view! { <Fact term="In effect since"><Day date=day /></Fact> }.into_any(),
                Outcome::Cancelled(day) => view! { <Fact term="Cancelled on"><Day date=day /></Fact> }.into_any(),
                Outcome::Announced | Outcome::Begun => ().into_any(),
            }}
        </Facts>
        {lines.into_iter().map(line).collect_view()}
        <section>
            <h2>"If you are a customer"</h2>
            <p>
                {told(class)}
                {(!contact.is_empty())
                    .then(|| {
                        if class.is_individual() {
                            format!(" If nobody at your company got it, write to {contact}.")
                        } else {
                            format!(" If you have a question, write to {contact}.")
                        }
                    })}
            </p>
        </section>
    }
}

/// How customers learned of it. Whom a change concerns, and what their contracts say, is nobody else's to know.
fn told(class: NoticeClass) -> &'static str {
    match class {
        NoticeClass::A => {
            "If it concerns a service that you use, the contacts named in your contract were written to, with a deadline of your own: your contract sets the period. Open the link in that mail to acknowledge or to object."
        }
        NoticeClass::Opt => {
            "It belongs to an optional feature and is not used for you unless you opt in. If it concerns a service that you use, the contacts named in your contract were written to; open the link in that mail to answer."
        }
        NoticeClass::B | NoticeClass::D => {
            "If it concerns a service that you use, the contacts named in your contract were written to, for their information. No time to object runs for a change of this kind, unless your contract gives you one: then the mail names your last day."
        }
        NoticeClass::C => {
            "A change of this kind is published here and in the feed. No mail about it goes to customers, unless their contract asks for one."
        }
    }
}

fn standing(outcome: Outcome) -> String {
    match outcome {
        Outcome::Announced => "It has not started for any customer.".to_owned(),
        Outcome::Begun => "It has started for customers whose window has ended.".to_owned(),
        Outcome::InEffect(day) => format!("Since {}.", long_date(day)),
        Outcome::Cancelled(_) => "It does not happen; whoever was told of it was told so.".to_owned(),
    }
}

fn line(line: ChangeLine) -> AnyView {
    let ChangeLine {
        name,
        slug,
        kind,
        replaces,
        facts,
        fields,
        was_listed,
    } = line;
    let title = match slug {
        Some(slug) => view! { <a href=format!("/subprocessors/{slug}")>{name.clone()}</a> }.into_any(),
        None => name.clone().into_any(),
    };
    view! {
        <section>
            <h2>{title}</h2>
            <p>
                {kind}
                {replaces.map(|(old, slug)| {
                    view! { ", taking the place of "<a href=format!("/subprocessors/{slug}")>{old}</a> }
                })}
                "."
            </p>
            {if was_listed && fields.is_empty() {
                view! { <p>"No published fact about the company changes."</p> }.into_any()
            } else if was_listed {
                view! { <DiffTable caption=format!("What changes about {name}") fields /> }.into_any()
            } else {
                view! { <FactTable facts /> }.into_any()
            }}
        </section>
    }
    .into_any()
}

/// Fields with their value before and after.
#[component]
pub fn DiffTable(
    /// What differs.
    #[prop(into)]
    caption: String,
    /// The fields, in reading order.
    fields: Vec<FieldDiff>,
) -> impl IntoView {
    let columns = ["Fact", "Before", "After"];
    view! {
        <Table caption hide_caption=true columns=columns.into_iter().map(Column::new).collect()>
            {fields
                .into_iter()
                .map(|diff| {
                    view! {
                        <Row>
                            <HeadCell>{diff.label}</HeadCell>
                            <Cell label="Before"><del>{said(diff.before)}</del></Cell>
                            <Cell label="After"><ins>{said(diff.after)}</ins></Cell>
                        </Row>
                    }
                })
                .collect_view()}
        </Table>
    }
}

/// What nobody had established was not stated on the page.
fn said(value: String) -> String {
    if value == "unknown" {
        "not stated".to_owned()
    } else {
        value
    }
}
