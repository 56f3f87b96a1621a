//! What the list of companies certified under the Data Privacy Framework says of a company: the history of looks at it.

use domain::legal_record::{DpfCheck, DpfFramework};
use leptos::prelude::*;

use crate::ui::{
    Actions, Badge, Breadcrumb, ButtonLink, Cell, Column, Empty, Fact, Facts, HeadCell, Link, PageHead, Row,
    Stated, Table, Tone,
};

mod form;

pub use form::{NEEDS_EU_US, NewLook, NewLookPage, parse, typed_from};

/// Where the list is.
pub const LIST: &str = "https://www.dataprivacyframework.gov/list";

/// One look in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The row of the list.
    pub framework: DpfFramework,
    /// What was seen.
    pub check: DpfCheck,
    /// "20 Nov 2026", and who looked.
    pub by: String,
    /// The page as seen, where it is kept.
    pub page: Option<Link>,
    /// For the latest look: what to think of it.
    pub standing: Option<Standing>,
}

/// What the latest look is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// In a word or two.
    pub label: String,
    /// What that means.
    pub tone: Tone,
    /// Everything that speaks against relying on it.
    pub against: Vec<String>,
}

/// The history page's data.
#[derive(Debug, Clone)]
pub struct DpfView {
    /// The page's address.
    pub path: String,
    /// The engagement's page.
    pub back: Link,
    /// The company.
    pub company: String,
    /// Its looks, the latest first.
    pub looks: Vec<Look>,
    /// Whether this person may record another one.
    pub may_edit: bool,
}

/// Every look at a company's entry.
#[component]
pub fn DpfPage(data: DpfView) -> impl IntoView {
    let DpfView {
        path,
        back,
        company,
        looks,
        may_edit,
    } = data;
    let (latest, earlier): (Vec<Look>, Vec<Look>) =
        looks.into_iter().partition(|look| look.standing.is_some());
    let is_empty = latest.is_empty();
    let add = may_edit.then(|| {
        view! {
            <Actions>
                <ButtonLink label="Record a look at the list" href=format!("{path}/new") />
            </Actions>
        }
    });
    let trail = vec![Link::new("Register", "/staff/register"), back];
    view! {
        <Breadcrumb trail here="Data Privacy Framework" />
        <PageHead title=format!("Data Privacy Framework: {company}")>
            <p class="soft">
                "What the "
                <a href=LIST>"list of certified companies"</a>
                " said of this company, each time somebody looked. The latest look at each framework counts for every transfer to it: 30 days for a start, 90 while it runs."
            </p>
        </PageHead>
        {add}
        {is_empty
            .then(|| {
                view! {
                    <Empty title="Nobody has looked yet">
                        <p>"A transfer that rests on the framework stays blocked until the list was checked."</p>
                    </Empty>
                }
            })}
        {latest.into_iter().map(latest_part).collect_view()}
        {earlier_part(earlier)}
    }
}

fn covers(check: &DpfCheck) -> String {
    let kinds = [(check.covers_non_hr, "non-HR data"), (check.covers_hr, "HR data")];
    domain::facts::list(
        kinds
            .into_iter()
            .filter(|(is_covered, _)| *is_covered)
            .map(|(_, label)| label),
    )
}

fn latest_part(look: Look) -> AnyView {
    let standing = look.standing.clone();
    let check = look.check.clone();
    let against = standing
        .as_ref()
        .map(|standing| standing.against.clone())
        .unwrap_or_default();
    let against = (!against.is_empty()).then(|| {
        let items = against
            .into_iter()
            .map(|why| view! { <li>{why}</li> })
            .collect_view();
        view! { <ul>{items}</ul> }
    });
    let badge = standing.map(|standing| view! { <Badge tone=standing.tone label=standing.label /> });
    let stated =
        |value: Option<String>| view! { <Stated value=value reader=crate::ui::Reader::Staff /> }.into_any();
    let page = match look.page {
        Some(page) => view! { <a href=page.href download=true>{page.label}</a> }.into_any(),
        None => "not kept".into_any(),
    };
    let facts = [
        ("As listed", check.entity_as_listed.to_string().into_any()),
        ("Status", super::sentence(check.status.label()).into_any()),
        ("Covers", covers(&check).into_any()),
        (
            "Next certification due",
            stated(check.next_certification_due.map(domain::words::day)),
        ),
        (
            "Other covered companies",
            check
                .covered_entities
                .map_or_else(|| "none named".to_owned(), |text| text.to_string())
                .into_any(),
        ),
        ("Looked at", look.by.into_any()),
        ("Page as seen", page),
    ];
    let facts = facts
        .into_iter()
        .map(|(term, value)| view! { <Fact term=term>{value}</Fact> })
        .collect_view();
    view! {
        <section>
            <h2>{look.framework.label()} " " {badge}</h2>
            {against}
            <Facts>{facts}</Facts>
        </section>
    }
    .into_any()
}

fn earlier_part(looks: Vec<Look>) -> Option<AnyView> {
    if looks.is_empty() {
        return None;
    }
    let rows = looks
        .into_iter()
        .map(|look| {
            let page = look
                .page
                .map(|page| view! { <a href=page.href download=true>{page.label}</a> });
            let (entity, covers) = (look.check.entity_as_listed.to_string(), covers(&look.check));
            let status = super::sentence(look.check.status.label());
            let due = look.check.next_certification_due.map(domain::words::short_day);
            view! {
                <Row>
                    <HeadCell>{look.framework.label()}</HeadCell>
                    <Cell label="Looked at">{look.by}</Cell>
                    <Cell label="As listed">{entity}</Cell>
                    <Cell label="Status">{status}</Cell>
                    <Cell label="Covers">{covers}</Cell>
                    <Cell label="Next certification due">{due}</Cell>
                    <Cell label="Page as seen">{page}</Cell>
                </Row>
            }
        })
        .collect_view();
    let heads = [
        "Framework",
        "Looked at",
        "As listed",
        "Status",
        "Covers",
        "Next certification due",
        "Page as seen",
    ];
    Some(
        view! {
            <section>
                <h2>"Earlier looks"</h2>
                <Table
                    caption="Earlier looks, the latest first"
                    hide_caption=true
                    columns=heads.into_iter().map(Column::new).collect()
                >
                    {rows}
                </Table>
            </section>
        }
        .into_any(),
    )
}
