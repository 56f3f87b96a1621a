//! Adopting drafts that are in use already.

use crate::ui::{
    Actions, Badge, Button, Callout, Cell, Checkbox, Column, DateField, Empty, ErrorSummary, FieldErrors,
    Form, HeadCell, PageHead, Reader, Row, Stated, StatedList, Step, Steps, Table, Tone,
};
use chrono::NaiveDate;
use leptos::prelude::*;

/// The page: what can be adopted, and what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopt {
    /// The form token.
    pub csrf: String,
    /// The publisher's day now: nothing is in use since a later one.
    pub today: NaiveDate,
    /// Drafts.
    pub candidates: Vec<CandidateLine>,
    /// Drafts that are not shown because the page would be too long.
    pub more: usize,
    /// The day typed for all that have none of their own.
    pub since_all: String,
    /// Whether the attestation was ticked.
    pub is_attested: bool,
    /// What is wrong with what was posted.
    pub errors: FieldErrors,
}

/// A draft that could be adopted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CandidateLine {
    /// The engagement's id, as posted.
    pub id: String,
    /// Its page.
    pub path: String,
    /// The company.
    pub name: String,
    /// What it is in the register.
    pub role: String,
    /// What it is used for.
    pub purpose: Option<String>,
    /// Where.
    pub locations: Vec<String>,
    /// Red gates, each in one line.
    pub findings: Vec<String>,
    /// Why it cannot be adopted now.
    pub refused: Option<String>,
    /// Whether it was ticked.
    pub is_chosen: bool,
    /// Since when, as typed, or as the list says.
    pub since: String,
}

/// Choose what is in use, say since when, attest.
#[component]
pub fn AdoptPage(data: Adopt) -> impl IntoView {
    let steps = Step::sequence(
        [
            "Choose a file",
            "Look at what was understood",
            "Drafts written",
            "Adopt",
        ],
        3,
    );
    let errors = data.errors.clone();
    let is_empty = data.candidates.is_empty();
    view! {
        <PageHead title="Adopt what is in use">
            <p>
                "A list that is in use already is taken over as baseline: you attest since when each entry is in use. No notice is claimed for it, its red gates stay open as tasks, and it carries the mark "
                <em>"baseline"</em> " for ever."
            </p>
        </PageHead>
        <Steps label="From a list to the register" steps />
        <ErrorSummary errors />
        {if is_empty { nothing() } else { form(data) }}
    }
}

fn nothing() -> AnyView {
    view! {
        <Empty title="No drafts to adopt">
            <p>
                <a href="/staff/import">"Import a list"</a> ", or draft an engagement in the "
                <a href="/staff/register">"register"</a> "."
            </p>
        </Empty>
    }
    .into_any()
}

fn form(data: Adopt) -> AnyView {
    let Adopt {
        csrf,
        today,
        candidates,
        more,
        since_all,
        is_attested,
        errors,
    } = data;
    let count = candidates.len();
    let rows = candidates
        .into_iter()
        .map(|line| candidate(line, today, &errors))
        .collect_view();
    view! {
        <Form action="/staff/register/adopt" csrf>
            <Callout tone=Tone::Warn title="Only what customers' data reaches today">
                <p>
                    "Something new is not adopted: it goes through a change, and customers are told first. What you adopt is on the public list at once."
                </p>
            </Callout>
            <DateField
                name="since_all"
                label="In use since, for all ticked entries without a day of their own"
                value=since_all
                error=errors.first("since_all")
                max=Some(today)
                optional=true
            />
            {(count > 1)
                .then(|| {
                    view! {
                        <p>
                            <a href="/staff/register/adopt?all=yes">{format!("Tick all {count} entries")}</a>
                        </p>
                    }
                })}
            <Table
                caption=format!("{count} drafts that are part of no change")
                columns=["Company", "Used for", "Locations", "Red gates, kept as tasks", "In use"]
                    .into_iter()
                    .map(Column::new)
                    .collect()
            >
                {rows}
            </Table>
            {(more > 0)
                .then(|| view! { <p>{format!("{more} further drafts are shown once these are adopted or dropped.")}</p> })}
            <Checkbox
                name="attested"
                label="I attest that the ticked entries are in use since the days given"
                hint="Recorded with your name. No notice to customers is claimed."
                checked=is_attested
                error=errors.first("attested")
            />
            <Actions>
                <Button label="Adopt the ticked entries and publish them" />
                <a href="/staff/register">"Go back"</a>
            </Actions>
        </Form>
    }
    .into_any()
}

fn candidate(line: CandidateLine, today: NaiveDate, errors: &FieldErrors) -> AnyView {
    let CandidateLine {
        id,
        path,
        name,
        role,
        purpose,
        locations,
        findings,
        refused,
        is_chosen,
        since,
    } = line;
    let (tick, day) = (format!("adopt-{id}"), format!("since-{id}"));
    let label = format!("Adopt {name}");
    let (tick_error, day_error) = (errors.first(&tick), errors.first(&day));
    let gates = if findings.is_empty() {
        view! { <Badge tone=Tone::Ok label="none" /> }.into_any()
    } else {
        let count = match findings.len() {
            1 => "1 reason".to_owned(),
            count => format!("{count} reasons"),
        };
        view! {
            <details>
                <summary>
                    <Badge tone=Tone::Danger label=count />
                </summary>
                <ul>{findings.into_iter().map(|finding| view! { <li>{finding}</li> }).collect_view()}</ul>
            </details>
        }
        .into_any()
    };
    view! {
        <Row>
            <HeadCell>
                <a href=path>{name}</a>
                <br />
                {role}
            </HeadCell>
            <Cell label="Used for">
                <Stated value=purpose reader=Reader::Staff />
            </Cell>
            <Cell label="Locations">
                <StatedList values=locations reader=Reader::Staff />
            </Cell>
            <Cell label="Red gates, kept as tasks">{gates}</Cell>
            <Cell label="In use">
                {match refused {
                    Some(why) => view! { <p>"Not now. " {why} "."</p> }.into_any(),
                    None => {
                        view! {
                            <Checkbox name=tick label checked=is_chosen error=tick_error />
                            <DateField name=day label="since" value=since error=day_error max=Some(today) optional=true />
                        }
                            .into_any()
                    }
                }}
            </Cell>
        </Row>
    }
    .into_any()
}
