//! All assessments as a table: filtered and paged by links.

use domain::legal_record::{TiaOutcome, TiaState};
use leptos::prelude::*;

use crate::register::sheet::choices;
use crate::ui::{
    Actions, Badge, Button, ButtonKind, Cell, Column, Empty, Filter, HeadCell, InputKind, Link, PageHead,
    Pager, Row, Select, Table, TextField, Tone,
};
use crate::ui::{address, page_number};

/// What the list is narrowed to; as in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssessmentFilter {
    /// Words in names.
    pub search: String,
    /// One state.
    pub state: String,
    /// One outcome.
    pub outcome: String,
    /// One destination, as typed.
    pub destination: String,
}

impl AssessmentFilter {
    fn is_narrow(&self) -> bool {
        [&self.search, &self.state, &self.outcome, &self.destination]
            .iter()
            .any(|value| !value.is_empty())
    }

    /// The address of a page of this view.
    pub fn href(&self, page: i64) -> String {
        let page = u64::try_from(page).unwrap_or(1);
        let query = [
            ("q", self.search.as_str()),
            ("state", &self.state),
            ("outcome", &self.outcome),
            ("to", &self.destination),
            ("page", &page_number(page)),
        ];
        address("/staff/assessments", &query)
    }
}

/// One assessment in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentRow {
    /// The company, and the assessment's page.
    pub link: Link,
    /// Kind of assessment.
    pub kind: String,
    /// Where to.
    pub destinations: String,
    /// Its state, and a newer version's.
    pub states: Vec<(String, Tone)>,
    /// What it came to.
    pub outcome: String,
    /// Day of the next review.
    pub next_review: String,
    /// Whether that day has passed.
    pub is_overdue: bool,
}

/// The page's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessmentList {
    /// The view.
    pub filter: AssessmentFilter,
    /// What was typed as a destination and is none.
    pub problem: Option<String>,
    /// The rows of this page.
    pub rows: Vec<AssessmentRow>,
    /// Number of the first row, from 1.
    pub from: i64,
    /// How many rows fit the filter.
    pub total: i64,
    /// The present page, from 1, and how many there are.
    pub page: (i64, i64),
}

/// All assessments.
#[component]
pub fn AssessmentListPage(data: AssessmentList) -> impl IntoView {
    let AssessmentList {
        filter,
        problem,
        rows,
        from,
        total,
        page,
    } = data;
    let previous = (page.0 > 1).then(|| filter.href(page.0 - 1));
    let next = (page.0 < page.1).then(|| filter.href(page.0 + 1));
    let to = from + i64::try_from(rows.len()).unwrap_or_default() - 1;
    let list = if rows.is_empty() {
        nothing(filter.is_narrow())
    } else {
        let rows = rows.into_iter().map(row).collect_view();
        let columns = [
            "Company",
            "Kind",
            "Destination",
            "State",
            "Outcome",
            "Next review",
        ]
        .map(Column::new)
        .into();
        let number = |n: i64| u64::try_from(n).unwrap_or_default();
        view! {
            <Table caption="Assessments" hide_caption=true columns=columns>
                {rows}
            </Table>
            <Pager
                noun="assessments"
                from=number(from)
                to=number(to)
                total=number(total)
                previous=previous
                next=next
            />
        }
        .into_any()
    };
    view! {
        <PageHead title="Assessments">
            <p class="soft">
                "Every transfer impact assessment and every note that none is needed. What is reviewed next comes first."
            </p>
        </PageHead>
        {filter_form(&filter, problem)}
        {list}
    }
}

fn filter_form(filter: &AssessmentFilter, problem: Option<String>) -> AnyView {
    let AssessmentFilter {
        search,
        state,
        outcome,
        destination,
    } = filter.clone();
    let clear = filter
        .is_narrow()
        .then(|| view! { <a href="/staff/assessments">"Clear the filter"</a> });
    view! {
        <Filter action="/staff/assessments" label="Filter the assessments">
            <div class="field-row">
                <TextField name="q" label="Company or service" value=search kind=InputKind::Search />
                <Select name="state" label="State" value=state prompt="All states" choices=choices!(TiaState) />
                <Select
                    name="outcome"
                    label="Outcome"
                    value=outcome
                    prompt="All outcomes"
                    choices=choices!(TiaOutcome)
                />
                <TextField name="to" label="Destination" value=destination error=problem />
            </div>
            <Actions>
                <Button label="Show" kind=ButtonKind::Secondary />
                {clear}
            </Actions>
        </Filter>
    }
    .into_any()
}

fn row(row: AssessmentRow) -> AnyView {
    let states = row
        .states
        .into_iter()
        .map(|(label, tone)| view! { <Badge tone=tone label=label /> " " })
        .collect_view();
    let overdue = row
        .is_overdue
        .then(|| view! { " " <Badge tone=Tone::Warn label="Overdue" /> });
    view! {
        <Row>
            <HeadCell>
                <a href=row.link.href>{row.link.label}</a>
            </HeadCell>
            <Cell label="Kind">{row.kind}</Cell>
            <Cell label="Destination">{row.destinations}</Cell>
            <Cell label="State">{states}</Cell>
            <Cell label="Outcome">{row.outcome}</Cell>
            <Cell label="Next review">{row.next_review} {overdue}</Cell>
        </Row>
    }
    .into_any()
}

fn nothing(is_narrow: bool) -> AnyView {
    if is_narrow {
        view! {
            <Empty title="Nothing fits">
                <p>
                    <a href="/staff/assessments">"Clear the filter"</a>
                    " to see all assessments."
                </p>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty title="There are no assessments yet">
                <p>
                    "Each starts on the page of its engagement, in the "
                    <a href="/staff/register">"register"</a>
                    "."
                </p>
            </Empty>
        }
        .into_any()
    }
}
