//! The list of countries, and one country.

use domain::country_knowledge::CountryKnowledge;
use leptos::prelude::*;

use super::knowledge::{fields, knowledge_view};
use crate::register::Typed;
use crate::register::engagement_page::{Difference, diff_list};
use crate::register::form_page::{Overtaken, overtaken_callout};
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, Callout, Cell, Column, Empty, ErrorSummary, FieldErrors, Filter,
    Form, HeadCell, HiddenField, Link, PageHead, Row, Table, TextField, Tone,
};

/// One country in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryLine {
    /// Its name and page.
    pub link: Link,
    /// "Version 2 counts", or that none does yet.
    pub standing: String,
    /// What that means.
    pub tone: Tone,
    /// When the newest version was recorded.
    pub recorded: String,
}

/// All countries of which something is known.
#[component]
pub fn CountriesPage(
    /// The countries.
    lines: Vec<CountryLine>,
    /// Whether this person may add to it.
    may_edit: bool,
    /// What was asked for and is no country.
    problem: Option<String>,
) -> impl IntoView {
    let is_empty = lines.is_empty();
    let rows = lines
        .into_iter()
        .map(|line| {
            view! {
                <Row>
                    <HeadCell>
                        <a href=line.link.href>{line.link.label}</a>
                    </HeadCell>
                    <Cell label="Standing">
                        <Badge tone=line.tone label=line.standing />
                    </Cell>
                    <Cell label="Last version">{line.recorded}</Cell>
                </Row>
            }
        })
        .collect_view();
    let list = if is_empty {
        view! {
            <Empty title="Nothing is recorded yet">
                <p>"Full assessments need the laws and guarantees of their destinations. Record a country once; every assessment refers to it."</p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Table
                caption="Countries"
                hide_caption=true
                columns=vec![Column::new("Country"), Column::new("Standing"), Column::new("Last version")]
            >
                {rows}
            </Table>
        }
        .into_any()
    };
    view! {
        <PageHead title="Countries">
            <p class="soft">
                "Law and practice of destinations, recorded once for all assessments. A newer approved version opens a review of every assessment that rests on an older one."
            </p>
        </PageHead>
        {list}
        {may_edit
            .then(|| {
                view! {
                    <Filter action="/staff/countries" label="Go to a country">
                        <TextField name="country" label="Country" hint="Code or English name." error=problem />
                        <Actions>
                            <Button label="Write about it" />
                        </Actions>
                    </Filter>
                }
            })}
    }
}

/// One version in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryVersionLine {
    /// Its number.
    pub number: i64,
    /// When and by whom it was recorded.
    pub by: String,
    /// Whether it was approved, when and by whom.
    pub standing: String,
    /// What that means.
    pub tone: Tone,
    /// What it changed.
    pub diffs: Vec<Difference>,
}

/// What is known of one country.
#[derive(Debug, Clone)]
pub struct CountryView {
    /// The form token.
    pub csrf: String,
    /// Code and name.
    pub country: Link,
    /// The version that counts.
    pub counts: Option<(i64, CountryKnowledge)>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// The number of the version that is edited; 0 for the first.
    pub seen: i64,
    /// Somebody else's version that came in between.
    pub overtaken: Option<Overtaken>,
    /// Whether this person may write.
    pub may_edit: bool,
    /// The newest version waits for approval: what it lacks, and whether this person may approve it, or why not.
    pub waiting: Option<(Vec<String>, Result<(), String>)>,
    /// All versions, newest first.
    pub versions: Vec<CountryVersionLine>,
    /// Assessments that refer to it.
    pub used_by: Vec<Link>,
}

/// One country.
#[component]
pub fn CountryPage(data: CountryView) -> impl IntoView {
    let name = data.country.label.clone();
    let path = data.country.href.clone();
    let trail = vec![Link::new("Countries", "/staff/countries")];
    let counts = data.counts.as_ref().map(|(number, knowledge)| {
        let title = format!("Version {number} counts");
        let shown = knowledge_view(knowledge);
        view! {
            <section>
                <h2>{title}</h2>
                {shown}
            </section>
        }
    });
    let waiting = data
        .waiting
        .clone()
        .map(|(missing, approval)| waiting(&path, &data.csrf, data.seen, missing, approval));
    let form = data.may_edit.then(|| {
        let body = fields(&data.typed, &data.errors);
        let (csrf, action, seen) = (data.csrf.clone(), path.clone(), data.seen);
        view! {
            <section>
                <h2>"Write a version"</h2>
                <Form action csrf>
                    <HiddenField name="seen" value=seen.to_string() />
                    {body}
                    <Actions>
                        <Button label=format!("Save as version {}", seen + 1) name="act".to_owned() value="save" />
                        <a href="/staff/countries">"Go back"</a>
                    </Actions>
                </Form>
            </section>
        }
    });
    let used_by = (!data.used_by.is_empty()).then(|| {
        let items = data
            .used_by
            .clone()
            .into_iter()
            .map(|link| view! { <li><a href=link.href>{link.label}</a></li> })
            .collect_view();
        view! {
            <section>
                <h2>"Assessments on this country"</h2>
                <ul>{items}</ul>
            </section>
        }
    });
    view! {
        <Breadcrumb trail here=name.clone() />
        <PageHead title=name />
        {data.overtaken.clone().map(overtaken_callout)}
        <ErrorSummary errors=data.errors.clone() />
        {waiting}
        {counts}
        {used_by}
        {form}
        {versions(data.versions)}
    }
}

fn waiting(path: &str, csrf: &str, seen: i64, missing: Vec<String>, approval: Result<(), String>) -> AnyView {
    if !missing.is_empty() {
        let items = missing
            .into_iter()
            .map(|what| view! { <li>{what}</li> })
            .collect_view();
        return view! {
            <Callout tone=Tone::Warn title=format!("Version {seen} cannot be approved yet")>
                <ul>{items}</ul>
            </Callout>
        }
        .into_any();
    }
    let (action, csrf) = (format!("{path}/approve"), csrf.to_owned());
    match approval {
        Err(why) => view! {
            <Callout tone=Tone::Info title=format!("Version {seen} waits for approval")>
                <p>{why}</p>
            </Callout>
        }
        .into_any(),
        Ok(()) => view! {
            <section class="confirm">
                <h2>"Your decision"</h2>
                <p>"You did not write this version. Once approved it counts for every assessment on this country; those that rest on an older one are reviewed."</p>
                <Form action csrf>
                    <HiddenField name="seen" value=seen.to_string() />
                    <Actions>
                        <Button label=format!("Approve version {seen}") />
                    </Actions>
                </Form>
            </section>
        }
        .into_any(),
    }
}

fn versions(versions: Vec<CountryVersionLine>) -> Option<AnyView> {
    if versions.is_empty() {
        return None;
    }
    let items = versions
        .into_iter()
        .map(|version| {
            let diffs = (!version.diffs.is_empty()).then(|| diff_list(version.diffs));
            view! {
                <li>
                    <p>
                        <strong>{format!("Version {}", version.number)}</strong>
                        <span class="soft">" " {version.by}</span>
                        " "
                        <Badge tone=version.tone label=version.standing />
                    </p>
                    {diffs}
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section>
                <h2>"Versions"</h2>
                <ol class="history" role="list" reversed=true>{items}</ol>
            </section>
        }
        .into_any(),
    )
}
