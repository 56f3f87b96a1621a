//! All sets of clauses, by company.

use domain::legal_record::SccState;
use leptos::prelude::*;

use super::super::sheet::{choices, sentence};
use super::page::state_tone;
use crate::ui::{
    Actions, Badge, Button, ButtonKind, Cell, Column, Empty, Filter, HeadCell, InputKind, Link, PageHead,
    Pager, Row, Select, Table, TextField, Tone,
};

/// One set in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClausesRow {
    /// "Acme Inc.: Speech", and the set's page.
    pub set: Link,
    /// "Set 1".
    pub number: i64,
    /// State of the version that counts.
    pub state: SccState,
    /// A newer version in the making, in words.
    pub in_the_making: Option<String>,
    /// The module.
    pub module: &'static str,
    /// The parts that lack something.
    pub missing: Vec<&'static str>,
    /// The timer of clause 16(c), in words, and whether it is over.
    pub cure: Option<(String, bool)>,
}

/// The page's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClausesList {
    /// What is searched for.
    pub search: String,
    /// One state.
    pub state: String,
    /// The rows of this page.
    pub rows: Vec<ClausesRow>,
    /// Number of the first row, from 1.
    pub from: u64,
    /// How many fit.
    pub total: u64,
    /// The address of the page before, and of the page after.
    pub turn: (Option<String>, Option<String>),
}

/// The list.
#[component]
pub fn ClausesListPage(data: ClausesList) -> impl IntoView {
    let to = data.from + (data.rows.len() as u64).saturating_sub(1);
    let is_narrow = !data.search.is_empty() || !data.state.is_empty();
    let clear = is_narrow.then(|| view! { <a href="/staff/scc">"Clear the filter"</a> });
    let (search, state) = (data.search.clone(), data.state.clone());
    let body = if data.rows.is_empty() {
        nothing(is_narrow)
    } else {
        let rows = data.rows.into_iter().map(row).collect_view();
        let (previous, next) = data.turn;
        view! {
            <Table
                caption="Sets of clauses"
                hide_caption=true
                columns=vec![
                    Column::new("Engagement"),
                    Column::new("Set"),
                    Column::new("State"),
                    Column::new("Module"),
                    Column::new("Missing"),
                    Column::new("Time to cure"),
                ]
            >
                {rows}
            </Table>
            <Pager noun="sets" from=data.from to=to total=data.total previous=previous next=next />
        }
        .into_any()
    };
    view! {
        <PageHead title="Clauses">
            <p class="soft">
                "Standard contractual clauses with importers outside the EEA. Each set is added on its engagement’s page; only sets in force open a gate."
            </p>
        </PageHead>
        <Filter action="/staff/scc" label="Filter the sets">
            <div class="field-row">
                <TextField name="q" label="Company" value=search kind=InputKind::Search />
                <Select name="state" label="State" value=state prompt="All states" choices=choices!(SccState) />
            </div>
            <Actions>
                <Button label="Show" kind=ButtonKind::Secondary />
                {clear}
            </Actions>
        </Filter>
        {body}
    }
}

fn row(row: ClausesRow) -> AnyView {
    let missing = if row.missing.is_empty() {
        "Nothing".to_owned()
    } else {
        row.missing.join(", ")
    };
    let cure = row.cure.map(|(text, is_over)| {
        let tone = if is_over { Tone::Danger } else { Tone::Warn };
        view! { <Badge tone label=text /> }
    });
    view! {
        <Row>
            <HeadCell>
                <a href=row.set.href>{row.set.label}</a>
            </HeadCell>
            <Cell label="Set">{format!("Set {}", row.number)}</Cell>
            <Cell label="State">
                <Badge tone=state_tone(row.state) label=sentence(row.state.label()) />
                {row.in_the_making.map(|text| view! { <span class="soft">" " {text}</span> })}
            </Cell>
            <Cell label="Module">{row.module}</Cell>
            <Cell label="Missing">{missing}</Cell>
            <Cell label="Time to cure">{cure}</Cell>
        </Row>
    }
    .into_any()
}

fn nothing(is_narrow: bool) -> AnyView {
    if is_narrow {
        return view! {
            <Empty title="Nothing fits">
                <p>
                    <a href="/staff/scc">"Clear the filter"</a>
                    " to see all sets."
                </p>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty title="No set of clauses yet">
            <p>
                "Open an engagement in the "
                <a href="/staff/register">"register"</a>
                " whose company is outside the EEA, and add a set there."
            </p>
        </Empty>
    }
    .into_any()
}
