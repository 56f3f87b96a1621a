//! Data in, view out.

use domain::reference::AdequacyRegime;
use domain::reference::rule::RuleKind;
use domain::words::{day, short_day};
use leptos::prelude::*;

use super::form::{fields_of, identity_fields, source_fields};
use super::rule_pages::{ASSESSMENTS, add_link, assessments_part};
use super::waiting::waiting_part;
use super::{
    AdequacyView, DecisionRow, DecisionView, HistoryRow, MemberRow, OrganisationRow, Provenance, RowForm,
    efta_text, lines,
};
use crate::register::engagement_page::diff_list;
use crate::register::form_page::overtaken_callout;
use crate::register::sheet::{Sheet, part};
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Callout, Cell, Column, ErrorSummary, Fact,
    Facts, Form, HeadCell, HiddenField, Link, PageHead, Row, Table, Tone,
};

pub(crate) fn heads(labels: &[&str]) -> Vec<Column> {
    labels.iter().map(|label| Column::new(*label)).collect()
}

pub(crate) fn provenance(provenance: Provenance) -> AnyView {
    let Provenance {
        source_url,
        checked_on,
        recorded,
        not_compared,
    } = provenance;
    let warning = not_compared.is_some().then(|| {
        view! {
            " "
            <Badge tone=Tone::Warn label="not compared" />
        }
    });
    view! {
        <a href=source_url>"Source"</a>
        ", "
        {checked_on}
        "; "
        {recorded}
        {warning}
    }
    .into_any()
}

/// The overview.
#[component]
pub fn AdequacyPage(data: AdequacyView) -> impl IntoView {
    let AdequacyView {
        csrf,
        waiting,
        today,
        members,
        regimes,
        organisations,
        laws,
        reviews,
        may_add,
    } = data;
    let add = may_add.then(|| {
        view! {
            <Actions>
                <ButtonLink label="Add a decision" href="/staff/adequacy/new" />
                <ButtonLink
                    label="Add a membership of the EEA, or its end"
                    href="/staff/adequacy/eea"
                    kind=ButtonKind::Secondary
                />
            </Actions>
        }
    });
    let mut parts: Vec<(String, String)> = regimes
        .iter()
        .map(|(regime, rows)| (anchor(*regime), format!("{} ({})", regime.label(), rows.len())))
        .collect();
    parts.push((
        ORGANISATIONS.to_owned(),
        format!("Organisations ({})", organisations.len()),
    ));
    parts.push((
        MEMBERS.to_owned(),
        format!("European Economic Area ({})", members.len()),
    ));
    parts.push((
        ASSESSMENTS.to_owned(),
        format!("What assessments heed ({})", laws.len() + reviews.len()),
    ));
    let jumps = parts
        .into_iter()
        .map(|(anchor, label)| view! { <li><a href=format!("#{anchor}")>{label}</a></li> })
        .collect_view();
    let jumps = view! {
        <nav class="other-papers" aria-label="Parts of this page">
            <ul>{jumps}</ul>
        </nav>
    };
    let regimes = regimes
        .into_iter()
        .map(|(regime, rows)| regime_part(regime, rows))
        .collect_view();
    view! {
        <PageHead title="Adequacy" dateline=format!("As of {today}, in Brussels")>
            <p class="soft">
                "What the gates know of the law: dated rows, each with its source. Nothing is overwritten; a change of law is another row. A country without a row is not recorded, which is no statement about the law: the gates then ask for an instrument."
            </p>
        </PageHead>
        {add}
        {jumps}
        {waiting_part(&csrf, waiting)}
        {regimes}
        {organisations_part(organisations, may_add)}
        {members_part(members)}
        {assessments_part(laws, reviews, may_add)}
    }
}

/// Where the memberships stand on the page.
const MEMBERS: &str = "eea";

/// Where the organisations do.
const ORGANISATIONS: &str = "organisations";

/// Where a regime stands on the page.
fn anchor(regime: AdequacyRegime) -> String {
    regime.as_str().to_lowercase()
}

/// What must be known to read a table.
const fn introduction(regime: AdequacyRegime) -> &'static str {
    match regime {
        AdequacyRegime::Eu => {
            "Decisions of the European Commission under Article 45 GDPR; for exports from the Union and, where it applies them, from an EEA EFTA state."
        }
        AdequacyRegime::Uk => {
            "Regulations of the United Kingdom; for exports under UK law. Transfers to the EEA are not judged as transfers here."
        }
        AdequacyRegime::Ch => {
            "Annex 1 of the Swiss Data Protection Ordinance; for exports under Swiss law. Transfers to the EEA are not judged as transfers here."
        }
    }
}

fn regime_part(regime: AdequacyRegime, rows: Vec<DecisionRow>) -> AnyView {
    let is_eu = regime == AdequacyRegime::Eu;
    let rows = rows
        .into_iter()
        .map(|row| decision_row(row, is_eu))
        .collect_view();
    let mut labels = vec![
        "Country",
        "Instrument",
        "Status",
        "Covers",
        "In force from",
        "Next review",
    ];
    if is_eu {
        labels.push("EFTA states");
    }
    labels.push("Row");
    view! {
        <section>
            <h2 id=anchor(regime)>{regime.label()}</h2>
            <p class="soft">{introduction(regime)}</p>
            <Table caption=regime.label() hide_caption=true columns=heads(&labels)>
                {rows}
            </Table>
        </section>
    }
    .into_any()
}

fn decision_row(row: DecisionRow, is_eu: bool) -> AnyView {
    let DecisionRow {
        id,
        about,
        decision,
        standing: (tone, word),
        provenance: from,
    } = row;
    let path = format!("/staff/adequacy/{id}");
    let question = decision
        .scope_question
        .as_ref()
        .map(|question| view! { <p class="soft">{question.to_string()}</p> });
    let efta = is_eu.then(|| {
        let text = if decision.efta_gap(&std::collections::BTreeSet::new()).is_none() {
            "applied".to_owned()
        } else {
            efta_text(&decision)
        };
        view! { <Cell label="EFTA states">{text}</Cell> }
    });
    let (instrument, scope) = (decision.instrument.to_string(), decision.scope.label());
    let (since, review) = (
        short_day(decision.in_force_from),
        decision
            .next_review_on
            .map_or_else(|| "not set".to_owned(), short_day),
    );
    view! {
        <Row>
            <HeadCell>
                <a href=path>{about}</a>
            </HeadCell>
            <Cell label="Instrument">{instrument}</Cell>
            <Cell label="Status">
                <Badge tone label=word />
            </Cell>
            <Cell label="Covers">{scope} {question}</Cell>
            <Cell label="In force from">{since}</Cell>
            <Cell label="Next review">{review}</Cell>
            {efta}
            <Cell label="Row">{provenance(from)}</Cell>
        </Row>
    }
    .into_any()
}

fn organisations_part(rows: Vec<OrganisationRow>, may_add: bool) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let OrganisationRow {
                id,
                decision,
                standing: (tone, word),
                provenance: from,
            } = row;
            let path = format!("/staff/adequacy/rules/{id}");
            let (name, instrument) = (decision.name.to_string(), decision.instrument.to_string());
            let since = short_day(decision.in_force_from);
            view! {
                <Row>
                    <HeadCell>
                        <a href=path>{name}</a>
                    </HeadCell>
                    <Cell label="Instrument">{instrument}</Cell>
                    <Cell label="Status">
                        <Badge tone label=word />
                    </Cell>
                    <Cell label="In force from">{since}</Cell>
                    <Cell label="Row">{provenance(from)}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2 id=ORGANISATIONS>"Organisations"</h2>
            <p class="soft">
                "Decisions about an international organisation cover that organisation and no country, so that no gate turns green by them: record the transfer with the safeguard it has."
            </p>
            <Table
                caption="Organisations"
                hide_caption=true
                columns=heads(&["Organisation", "Instrument", "Status", "In force from", "Row"])
            >
                {rows}
            </Table>
            {may_add.then(|| add_link(RuleKind::Organisation))}
        </section>
    }
    .into_any()
}

fn members_part(members: Vec<MemberRow>) -> AnyView {
    let rows = members
        .into_iter()
        .map(|member| {
            let to = member.to.unwrap_or_else(|| "no end".to_owned());
            view! {
                <Row>
                    <HeadCell>{member.country}</HeadCell>
                    <Cell label="From">{member.from}</Cell>
                    <Cell label="Last day">{to}</Cell>
                    <Cell label="Row">{provenance(member.provenance)}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2 id=MEMBERS>"European Economic Area"</h2>
            <p class="soft">"No transfer goes to a member. Parts of members that are inside have rows of their own."</p>
            <Table
                caption="Members of the European Economic Area"
                hide_caption=true
                columns=heads(&["Country or territory", "From", "Last day", "Row"])
            >
                {rows}
            </Table>
        </section>
    }
    .into_any()
}

/// One decision with its rows.
#[component]
pub fn DecisionPage(data: DecisionView) -> impl IntoView {
    let DecisionView {
        csrf,
        waiting,
        counts,
        path,
        row,
        history,
        relying,
        may_add,
        may_change_status,
    } = data;
    let title = format!("{}: {}", row.about, row.decision.instrument);
    let (tone, word) = match counts {
        true => row.standing,
        false => (Tone::Warn, "does not count yet".to_owned()),
    };
    let facts = lines(&row.decision)
        .into_iter()
        .map(|(label, text)| view! { <Fact term=label>{text}</Fact> })
        .collect_view();
    let not_compared = row.provenance.not_compared.clone().map(|why| {
        view! {
            <Callout tone=Tone::Warn title="This row was not compared with its source">
                <p>{why}</p>
            </Callout>
        }
    });
    let add = may_add.then(|| {
        view! { <ButtonLink label="Add another row" href=format!("{path}/row") kind=ButtonKind::Secondary /> }
    });
    let status = may_change_status.then(|| {
        view! { <ButtonLink label="Its status has changed" href=format!("{path}/status") kind=ButtonKind::Danger /> }
    });
    let relying = match relying {
        0 => "No transfer rests on it.".to_owned(),
        n => format!(
            "{} on it now.",
            domain::words::count(n, "transfer rests", "transfers rest")
        ),
    };
    let rows = history.into_iter().map(history_row).collect_view();
    view! {
        <Breadcrumb trail=vec![Link::new("Adequacy", "/staff/adequacy")] here=title.clone() />
        <PageHead title>
            <p>
                <Badge tone label=word />
                " "
                {row.decision.regime.label()}
                ". "
                {relying}
            </p>
        </PageHead>
        {waiting_part(&csrf, waiting)}
        {not_compared}
        <Facts>{facts}</Facts>
        <Actions>{add} {status}</Actions>
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
}

pub(super) fn history_row(row: HistoryRow) -> AnyView {
    let Provenance {
        source_url,
        checked_on,
        recorded,
        not_compared,
    } = row.provenance;
    let why = not_compared.map(|why| view! { <p class="soft">{why}</p> });
    let diffs = (!row.diffs.is_empty()).then(|| diff_list(row.diffs));
    view! {
        <Row>
            <HeadCell>{recorded}</HeadCell>
            <Cell label="Looked at">{checked_on} {why}</Cell>
            <Cell label="Source">
                <a href=source_url>"Source"</a>
            </Cell>
            <Cell label="What it changed">{diffs}</Cell>
        </Row>
    }
    .into_any()
}

/// A decision that is not recorded yet.
#[component]
pub fn NewDecisionPage(data: RowForm) -> impl IntoView {
    let identity = identity_fields(&Sheet {
        typed: &data.typed,
        errors: &data.errors,
    });
    row_form("Add a decision", "Add this decision", data, Some(identity))
}

/// Another row of a decision.
#[component]
pub fn NewRowPage(data: RowForm) -> impl IntoView {
    row_form("Add another row", "Add this row", data, None)
}

fn row_form(title: &'static str, button: &'static str, data: RowForm, identity: Option<AnyView>) -> AnyView {
    let fields = fields_of(&data.typed, &data.errors, data.is_eu);
    let trail = trail(&data);
    let seen = data.typed.text("seen").to_owned();
    view! {
        <Breadcrumb trail here=title />
        <PageHead title>
            <p class="soft">
                "The rows before stay on file. No gate reads this one before a legal approver has compared it with its source and confirmed it. A status is not changed here: that has its own page, which shows what follows."
            </p>
        </PageHead>
        {data.overtaken.map(overtaken_callout)}
        <ErrorSummary errors=data.errors />
        <Form action=data.path csrf=data.csrf>
            <HiddenField name="seen" value=seen />
            {identity}
            {fields}
            <Actions>
                <Button label=button />
                <a href=data.back>"Go back"</a>
            </Actions>
        </Form>
    }
    .into_any()
}

fn trail(data: &RowForm) -> Vec<Link> {
    let mut trail = vec![Link::new("Adequacy", "/staff/adequacy")];
    if data.back != "/staff/adequacy" {
        trail.push(Link::new(data.title.clone(), data.back.clone()));
    }
    trail
}

/// A membership of the EEA.
#[component]
pub fn MemberFormPage(data: RowForm) -> impl IntoView {
    let fields = {
        let sheet = Sheet {
            typed: &data.typed,
            errors: &data.errors,
        };
        let which = part(
            "Which",
            "With the country and first day of a row that is there, this row takes its place: so a membership gets its last day.",
            vec![
                sheet.text(
                    "country",
                    "Country or territory",
                    "A two-letter code or an English name.",
                ),
                sheet.day("from", "First day", ""),
                sheet.day("to", "Last day", "Leave empty while it lasts."),
            ],
        );
        vec![which, source_fields(&sheet, false)].into_any()
    };
    let trail = trail(&data);
    view! {
        <Breadcrumb trail here="European Economic Area" />
        <PageHead title="Add a membership of the EEA, or its end">
            <p class="soft">"The rows before stay on file. No gate reads this one before a legal approver has compared it with its source and confirmed it."</p>
        </PageHead>
        <ErrorSummary errors=data.errors />
        <Form action=data.path csrf=data.csrf>
            {fields}
            <Actions>
                <Button label="Add this row" />
                <a href=data.back>"Go back"</a>
            </Actions>
        </Form>
    }
}

/// "Thursday 31 December 2026", for whoever writes a provenance.
pub fn looked_at(date: chrono::NaiveDate) -> String {
    format!("looked at {}", day(date))
}
