//! The register as a table: filtered, sorted and paged by links, so that every view of it has an address.

use domain::engagement::RelationshipRole;
use domain::engagement::state::EngagementState;
use leptos::prelude::*;

use super::sheet::{choices, sentence};
use crate::ui::{
    Actions, Badge, Button, ButtonKind, ButtonLink, Cell, Choice, Column, Empty, Filter, HeadCell, InputKind,
    PageHead, Pager, Reader, Row, Select, Stated, Table, TextField, Tone, address, page_number,
};

/// What the list is narrowed to, and its order; as in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisterFilter {
    /// Words in names and purposes.
    pub search: String,
    /// One state.
    pub state: String,
    /// One role.
    pub role: String,
    /// `red`, `waived` or `green`.
    pub gates: String,
    /// The column it is sorted by; empty for the company's name.
    pub sort: String,
    /// From the last to the first.
    pub is_descending: bool,
}

impl RegisterFilter {
    fn is_narrow(&self) -> bool {
        [&self.search, &self.state, &self.role, &self.gates]
            .iter()
            .any(|value| !value.is_empty())
    }

    /// The address of this view, or of a neighbour with another order or page.
    pub fn href(&self, sort: &str, is_descending: bool, page: u64) -> String {
        let query = [
            ("q", self.search.as_str()),
            ("state", &self.state),
            ("role", &self.role),
            ("gates", &self.gates),
            ("sort", sort),
            ("order", if is_descending { "down" } else { "" }),
            ("page", &page_number(page)),
        ];
        address("/staff/register", &query)
    }
}

/// One engagement in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterRow {
    /// Where its page is.
    pub path: String,
    /// Legal name of the company.
    pub company: String,
    /// What is used of it, where that is known.
    pub service: Option<String>,
    /// Its role.
    pub role: RelationshipRole,
    /// Its state.
    pub state: EngagementState,
    /// How many of gates G1 to G8 are red.
    pub red: usize,
    /// How many are not red only because of a waiver.
    pub waived: usize,
    /// Whether its facts differ from what was announced or listed.
    pub differs: bool,
    /// The day of the last version.
    pub changed_on: String,
}

/// The page's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterList {
    /// The view.
    pub filter: RegisterFilter,
    /// The rows of this page.
    pub rows: Vec<RegisterRow>,
    /// Number of the first row, from 1.
    pub from: u64,
    /// How many rows fit the filter.
    pub total: u64,
    /// When the gates of these rows were counted, in words.
    pub counted: Option<String>,
    /// The present page, from 1, and how many there are.
    pub page: (u64, u64),
    /// Whether this person may add to it.
    pub may_edit: bool,
    /// Whether this person may adopt drafts that are in use already.
    pub may_adopt: bool,
}

/// What a state means for the reader.
pub fn state_tone(state: EngagementState) -> Tone {
    use EngagementState as S;
    match state {
        S::Draft | S::Removed | S::Cancelled => Tone::Plain,
        S::Assessing | S::Assessed | S::NoticePending | S::NoticeOpen | S::Cleared => Tone::Info,
        S::Active => Tone::Ok,
        S::Offboarding => Tone::Warn,
        S::Suspended | S::Rejected => Tone::Danger,
    }
}

/// The register.
#[component]
pub fn RegisterListPage(data: RegisterList) -> impl IntoView {
    let RegisterList {
        filter,
        rows,
        from,
        total,
        counted,
        page,
        may_edit,
        may_adopt,
    } = data;
    let to = from + rows.len() as u64;
    let is_empty = rows.is_empty();
    let is_narrow = filter.is_narrow();
    let columns = columns(&filter);
    let turn = |number: u64| filter.href(&filter.sort, filter.is_descending, number);
    let previous = (page.0 > 1).then(|| turn(page.0 - 1));
    let next = (page.0 < page.1).then(|| turn(page.0 + 1));
    view! {
        <PageHead title="Register">
            <p class="soft">
                "Every company we use, engagement by engagement. What nobody has established yet is red, and so is every gate that it closes."
            </p>
            {(may_edit || may_adopt)
                .then(|| {
                    view! {
                        <Actions>
                            {may_edit.then(|| view! { <ButtonLink label="Add an engagement" href="/staff/register/new" /> })}
                            {may_adopt.then(|| view! { <a href="/staff/register/adopt">"Adopt drafts that are in use already"</a> })}
                        </Actions>
                    }
                })}
        </PageHead>
        {filter_form(&filter)}
        {if is_empty {
            nothing(is_narrow, may_edit)
        } else {
            let rows = rows.into_iter().map(row).collect_view();
            view! {
                <Table caption="Engagements" hide_caption=true columns>
                    {rows}
                </Table>
                <Pager noun="engagements" from=from to=to - 1 total=total previous=previous next=next />
                {counted.map(|at| view! {
                    <p class="soft">{format!("Gates counted on {at} or later: after each change, and every day. An engagement’s page judges them anew.")}</p>
                })}
            }
                .into_any()
        }}
    }
}

fn filter_form(filter: &RegisterFilter) -> AnyView {
    let gates = vec![
        Choice::new("red", "At least one red"),
        Choice::new("waived", "None red, but waived"),
        Choice::new("green", "All green"),
    ];
    let (search, state, role, chosen) = (
        filter.search.clone(),
        filter.state.clone(),
        filter.role.clone(),
        filter.gates.clone(),
    );
    let clear = filter
        .is_narrow()
        .then(|| view! { <a href="/staff/register">"Clear the filter"</a> });
    view! {
        <Filter action="/staff/register" label="Filter the register">
            <div class="field-row">
                <TextField name="q" label="Company, service or purpose" value=search kind=InputKind::Search />
                <Select
                    name="state"
                    label="State"
                    value=state
                    prompt="All states"
                    choices=choices!(EngagementState)
                />
                <Select name="role" label="Role" value=role prompt="All roles" choices=choices!(RelationshipRole) />
                <Select name="gates" label="Gates G1 to G8" value=chosen prompt="Red, waived and green" choices=gates />
            </div>
            <Actions>
                <Button label="Show" kind=ButtonKind::Secondary />
                {clear}
            </Actions>
        </Filter>
    }
    .into_any()
}

fn columns(filter: &RegisterFilter) -> Vec<Column> {
    let sorted = |label: &str, sort: &str| {
        let is_present = filter.sort == sort;
        let href = filter.href(sort, is_present && !filter.is_descending, 1);
        Column::new(label).sorted_by(href, is_present.then_some(!filter.is_descending))
    };
    vec![
        sorted("Company", ""),
        sorted("Service", "service"),
        Column::new("Role"),
        sorted("State", "state"),
        sorted("Red gates", "red"),
        sorted("Last change", "changed"),
    ]
}

fn row(row: RegisterRow) -> AnyView {
    let RegisterRow {
        path,
        company,
        service,
        role,
        state,
        red,
        waived,
        differs,
        changed_on,
    } = row;
    let gates = match (red, waived) {
        (0, 0) => view! { <Badge tone=Tone::Ok label="All green" /> }.into_any(),
        (0, waived) => view! { <Badge tone=Tone::Warn label=format!("{waived} waived") /> }.into_any(),
        (red, _) => view! { <Badge tone=Tone::Danger label=format!("{red} red") /> }.into_any(),
    };
    let differs = differs.then(|| view! { <Badge tone=Tone::Warn label="Differs from the notice" /> });
    view! {
        <Row>
            <HeadCell>
                <a href=path>{company}</a>
            </HeadCell>
            <Cell label="Service">
                <Stated value=service reader=Reader::Staff />
            </Cell>
            <Cell label="Role">{role.label()}</Cell>
            <Cell label="State">
                <Badge tone=state_tone(state) label=sentence(state.label()) />
            </Cell>
            <Cell label="Red gates">{gates} {differs}</Cell>
            <Cell label="Last change">{changed_on}</Cell>
        </Row>
    }
    .into_any()
}

fn nothing(is_narrow: bool, may_edit: bool) -> AnyView {
    if is_narrow {
        return view! {
            <Empty title="Nothing fits">
                <p>
                    <a href="/staff/register">"Clear the filter"</a>
                    " to see the whole register."
                </p>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty title="The register is empty">
            {if may_edit {
                view! {
                    <p>
                        "Start with "
                        <a href="/staff/register/new">"one engagement"</a>
                        ", or "
                        <a href="/staff/import">"import the list you have"</a>
                        "."
                    </p>
                }
                    .into_any()
            } else {
                view! { <p>"A legal editor adds the first engagement."</p> }.into_any()
            }}
        </Empty>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_filter_and_escapes_what_was_typed() {
        let filter = RegisterFilter {
            search: "a&b ø".to_owned(),
            state: "ACTIVE".to_owned(),
            ..RegisterFilter::default()
        };
        assert_eq!(
            filter.href("red", true, 2),
            "/staff/register?q=a%26b%20%C3%B8&state=ACTIVE&sort=red&order=down&page=2"
        );
        assert_eq!(RegisterFilter::default().href("", false, 1), "/staff/register");
    }
}
