//! Laws to assess, review periods and decisions about organisations: their part of the overview, their own page, their form.

use domain::reference::rule::{Rule, RuleKind, Says};
use domain::words::{count, day, short_day};
use leptos::prelude::*;

use super::pages::{heads, history_row, provenance};
use super::rule_form::rule_fields;
use super::waiting::waiting_part;
use super::{RowForm, RuleRow, RuleView, differing};
use crate::register::engagement_page::Difference;
use crate::register::form_page::overtaken_callout;
use crate::register::sheet::Sheet;
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Callout, Cell, ErrorSummary, Fact, Facts,
    Form, HeadCell, HiddenField, Link, PageHead, Row, Table, Tone,
};

/// Where the part about assessments stands on the overview.
pub(super) const ASSESSMENTS: &str = "assessments";

/// The word for a kind in addresses.
pub const fn rule_slug(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Law => "law",
        RuleKind::Review => "review",
        RuleKind::Organisation => "organisation",
    }
}

const fn add_title(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Law => "Add a law to assess",
        RuleKind::Review => "Add a review period",
        RuleKind::Organisation => "Add a decision about an organisation",
    }
}

/// "United States: FISA 702".
pub fn rule_title(rule: &Rule) -> String {
    match &rule.says {
        Says::Law(country, law) => format!("{}: {}", country.label(), law.name),
        Says::Review(country, _) => format!("{}: review of assessments", country.label()),
        Says::Organisation(_, decision) => format!("{}: {}", decision.name, decision.instrument),
    }
}

/// What a row says, label and text.
fn rule_lines(rule: &Rule) -> Vec<(&'static str, String)> {
    let mut lines = match &rule.says {
        Says::Law(_, law) => vec![("Law that assessments judge", law.name.to_string())],
        Says::Review(_, period) => vec![
            ("Assessments are reviewed after", months(period.months.get())),
            ("Why sooner than others", period.reason.to_string()),
        ],
        Says::Organisation(code, decision) => {
            return vec![
                ("Short name", code.to_string()),
                ("Organisation", decision.name.to_string()),
                ("Instrument", decision.instrument.to_string()),
                ("In force from", day(decision.in_force_from)),
                ("Status", decision.status.label().to_owned()),
                ("Status since", day(decision.status_since)),
            ];
        }
    };
    lines.push(("First day", day(rule.from)));
    lines.push(("Last day", rule.to.map_or_else(|| "no end".to_owned(), day)));
    lines
}

fn months(number: u32) -> String {
    count(usize::try_from(number).unwrap_or(usize::MAX), "month", "months")
}

/// What a row changes in the one before, or all that it says where there is none.
pub fn rule_differences(before: Option<&Rule>, after: &Rule) -> Vec<Difference> {
    match before {
        Some(before) => differing(&rule_lines(before), rule_lines(after)),
        None => rule_lines(after)
            .into_iter()
            .map(|(label, text)| Difference {
                label: label.to_owned(),
                before: "nothing".to_owned(),
                after: text,
            })
            .collect(),
    }
}

/// The way to the form for the first row about something.
pub(super) fn add_link(kind: RuleKind) -> AnyView {
    let href = format!("/staff/adequacy/rules/add/{}", rule_slug(kind));
    view! {
        <Actions>
            <ButtonLink label=add_title(kind) href kind=ButtonKind::Secondary />
        </Actions>
    }
    .into_any()
}

/// The part of the overview about assessments.
pub(super) fn assessments_part(laws: Vec<RuleRow>, reviews: Vec<RuleRow>, may_add: bool) -> AnyView {
    let laws = laws.into_iter().map(rule_row).collect_view();
    let reviews = reviews.into_iter().map(rule_row).collect_view();
    view! {
        <section>
            <h2 id=ASSESSMENTS>"What assessments heed"</h2>
            <p class="soft">
                "A version of what is known about a country is approved only once it names every law of these rows, and an assessment on it sets its next review within these months. What is approved already stays as it is. From its first day on, a row takes the place of the one before about the same; to end one, add another row with its last day."
            </p>
            <Table
                caption="Laws that assessments judge"
                columns=heads(&["Country or territory", "Law", "From", "Last day", "Row"])
            >
                {laws}
            </Table>
            {may_add.then(|| add_link(RuleKind::Law))}
            <Table
                caption="Review periods"
                columns=heads(&["Country or territory", "Reviewed after", "From", "Last day", "Row"])
            >
                {reviews}
            </Table>
            {may_add.then(|| add_link(RuleKind::Review))}
        </section>
    }
    .into_any()
}

fn rule_row(row: RuleRow) -> AnyView {
    let RuleRow {
        id,
        about,
        rule,
        provenance: from,
    } = row;
    let path = format!("/staff/adequacy/rules/{id}");
    let (label, text, why) = match &rule.says {
        Says::Law(_, law) => ("Law", law.name.to_string(), None),
        Says::Review(_, period) => (
            "Reviewed after",
            months(period.months.get()),
            Some(period.reason.to_string()),
        ),
        Says::Organisation(_, decision) => ("Organisation", decision.name.to_string(), None),
    };
    let why = why.map(|why| view! { <p class="soft">{why}</p> });
    let first = short_day(rule.from);
    let last = rule.to.map_or_else(|| "no end".to_owned(), short_day);
    view! {
        <Row>
            <HeadCell>
                <a href=path>{about}</a>
            </HeadCell>
            <Cell label=label>{text} {why}</Cell>
            <Cell label="From">{first}</Cell>
            <Cell label="Last day">{last}</Cell>
            <Cell label="Row">{provenance(from)}</Cell>
        </Row>
    }
    .into_any()
}

/// One of them with its rows.
#[component]
pub fn RulePage(data: RuleView) -> impl IntoView {
    let RuleView {
        csrf,
        waiting,
        counts,
        path,
        rule,
        not_compared,
        history,
        may_add,
    } = data;
    let title = rule_title(&rule);
    let pending = (!counts).then(|| view! { <Badge tone=Tone::Warn label="does not count yet" /> });
    let not_compared = not_compared.map(|why| {
        view! {
            <Callout tone=Tone::Warn title="This row was not compared with its source">
                <p>{why}</p>
            </Callout>
        }
    });
    // What waits says the same above.
    let facts = counts.then(|| {
        let facts = rule_lines(&rule)
            .into_iter()
            .map(|(label, text)| view! { <Fact term=label>{text}</Fact> })
            .collect_view();
        view! { <Facts>{facts}</Facts> }
    });
    let add = may_add.then(|| {
        view! {
            <Actions>
                <ButtonLink label="Add another row" href=format!("{path}/row") kind=ButtonKind::Secondary />
            </Actions>
        }
    });
    let rows = (!history.is_empty()).then(|| {
        let rows = history.into_iter().map(history_row).collect_view();
        view! {
            <section>
                <h2>"Rows"</h2>
                <Table
                    caption="Rows, newest first"
                    hide_caption=true
                    columns=heads(&["Recorded", "Looked at", "Source", "What it changed"])
                >
                    {rows}
                </Table>
            </section>
        }
    });
    view! {
        <Breadcrumb trail=vec![Link::new("Adequacy", "/staff/adequacy")] here=title.clone() />
        <PageHead title>{pending}</PageHead>
        {waiting_part(&csrf, waiting)}
        {not_compared}
        {facts}
        {add}
        {rows}
    }
}

/// The first row about something, or another one.
#[component]
pub fn RuleFormPage(kind: RuleKind, is_new: bool, data: RowForm) -> impl IntoView {
    let (title, button) = if is_new {
        (add_title(kind), "Add it")
    } else {
        ("Add another row", "Add this row")
    };
    let fields = rule_fields(
        kind,
        &Sheet {
            typed: &data.typed,
            errors: &data.errors,
        },
        is_new,
    );
    let seen = data.typed.text("seen").to_owned();
    let mut trail = vec![Link::new("Adequacy", "/staff/adequacy")];
    if !is_new {
        trail.push(Link::new(data.title, data.back.clone()));
    }
    view! {
        <Breadcrumb trail here=title />
        <PageHead title>
            <p class="soft">
                "The rows before stay on file. This one counts once a legal approver has compared it with its source and confirmed it."
            </p>
        </PageHead>
        {data.overtaken.map(overtaken_callout)}
        <ErrorSummary errors=data.errors />
        <Form action=data.path csrf=data.csrf>
            <HiddenField name="seen" value=seen />
            {fields}
            <Actions>
                <Button label=button />
                <a href=data.back>"Go back"</a>
            </Actions>
        </Form>
    }
}
