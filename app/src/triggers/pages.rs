//! Events, and one event.

use leptos::prelude::*;

use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Cell, Choice, Column, Empty, ErrorSummary,
    Fact, Facts, FieldErrors, Form, HeadCell, Link, PageHead, Pager, RadioGroup, Row, Table, TextArea, Tone,
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
    /// The rows of this page.
    pub rows: Vec<TriggerLine>,
    /// Number of the first row, from 1.
    pub from: u64,
    /// How many there are.
    pub total: u64,
    /// The present page, from 1, and how many there are.
    pub page: (u64, u64),
    /// Whether this person may record one.
    pub may_raise: bool,
}

/// All events.
#[component]
pub fn TriggerListPage(data: TriggerList) -> impl IntoView {
    let to = data.from + data.rows.len() as u64;
    let turn = |page: u64| format!("/staff/triggers?page={page}");
    let previous = (data.page.0 > 1).then(|| turn(data.page.0 - 1));
    let next = (data.page.0 < data.page.1).then(|| turn(data.page.0 + 1));
    let list = if data.rows.is_empty() {
        view! {
            <Empty title="No event is recorded">
                <p>"A change of law, a notice of an importer, a breach: record it here, and every assessment that it concerns is looked at."</p>
            </Empty>
        }
        .into_any()
    } else {
        let rows = data
            .rows
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
        view! {
            <Table
                caption="Events"
                hide_caption=true
                columns=["Event", "Concerns", "Happened", "Standing", "Until"].map(Column::new).into()
            >
                {rows}
            </Table>
            <Pager noun="events" from=data.from to=to - 1 total=data.total previous=previous next=next />
        }
        .into_any()
    };
    view! {
        <PageHead title="Events that open a review">
            {data
                .may_raise
                .then(|| view! { <Actions><ButtonLink label="Record an event" href="/staff/triggers/new" /></Actions> })}
        </PageHead>
        {list}
    }
}

/// One assessment that an event concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConcernedLine {
    /// Engagement and number, and its page.
    pub link: Link,
    /// Its state now.
    pub state: String,
    /// What that means.
    pub tone: Tone,
    /// What was found out, why, when and by whom.
    pub triage: Option<String>,
    /// Where the answer posts, if this person may give it.
    pub action: Option<String>,
    /// What was typed here and refused.
    pub typed: (String, String),
}

/// The page's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerView {
    /// The form token.
    pub csrf: String,
    /// "Event 3: law of the destination changed".
    pub title: String,
    /// Label and text.
    pub facts: Vec<(String, String)>,
    /// What happened, in words.
    pub description: String,
    /// Where it can be read.
    pub source: Option<String>,
    /// The assessments.
    pub concerned: Vec<ConcernedLine>,
    /// What is wrong with an answer.
    pub errors: FieldErrors,
}

/// One event.
#[component]
pub fn TriggerPage(data: TriggerView) -> impl IntoView {
    let trail = vec![Link::new("Events", "/staff/triggers")];
    let facts = data
        .facts
        .into_iter()
        .map(|(term, text)| view! { <Fact term=term>{text}</Fact> })
        .collect_view();
    let source = data.source.map(|href| {
        view! {
            <Fact term="Source">
                <a href=href.clone() rel="noopener noreferrer">{href.clone()}</a>
            </Fact>
        }
    });
    let is_empty = data.concerned.is_empty();
    let items = data
        .concerned
        .into_iter()
        .enumerate()
        .map(|(at, line)| concerned(at, line, &data.csrf, &data.errors))
        .collect_view();
    let list = if is_empty {
        view! { <p class="soft">"No approved assessment was concerned when it was recorded."</p> }.into_any()
    } else {
        view! { <ol class="history" role="list">{items}</ol> }.into_any()
    };
    view! {
        <Breadcrumb trail here=data.title.clone() />
        <PageHead title=data.title />
        <ErrorSummary errors=data.errors.clone() />
        <p class="prose">{data.description}</p>
        <Facts>{facts} {source}</Facts>
        <section>
            <h2>"Assessments that it concerns"</h2>
            {list}
        </section>
    }
}

fn concerned(at: usize, line: ConcernedLine, csrf: &str, errors: &FieldErrors) -> AnyView {
    let about = line.link.label.clone();
    let form = line.action.clone().map(|action| {
        let (triage, reason) = (format!("triage-{at}"), format!("reason-{at}"));
        let choices = vec![
            Choice::new("NO_IMPACT", "No impact").hint("It stays as it is; the reason is kept with it."),
            Choice::new("REVIEW", "Review it").hint("It counts for what runs; nothing new starts on it until a new version is approved."),
        ];
        let (triage_error, reason_error) = (errors.first(&triage), errors.first(&reason));
        let (chosen, text) = line.typed.clone();
        let (csrf, about) = (csrf.to_owned(), about.clone());
        view! {
            <Form action csrf>
                <RadioGroup name=triage label="Does it have an impact?" choices=choices value=chosen error=triage_error />
                <TextArea name=reason label="Reason" value=text rows=2 error=reason_error />
                <Actions>
                    <Button label="Record the answer" kind=ButtonKind::Secondary about=about />
                </Actions>
            </Form>
        }
    });
    view! {
        <li>
            <p>
                <a href=line.link.href.clone()>{line.link.label.clone()}</a>
                " "
                <Badge tone=line.tone label=line.state />
            </p>
            {line.triage.map(|triage| view! { <p>{triage}</p> })}
            {form}
        </li>
    }
    .into_any()
}
