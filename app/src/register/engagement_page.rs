//! One engagement: what is red and where it is put right, what is known, its papers, and how it came about.

use domain::engagement::EngagementFacts;
use domain::engagement::state::EngagementState;
use domain::facts::{FieldDiff, Names};
use domain::gate::{Decision, Gate, MechanismPath};
use domain::organisation::OrganisationFacts;
use leptos::prelude::*;

use super::chain::{Tier, chain_section};
use super::customers_page::{CustomerSummary, summary_part};
use super::facts::{company_lines, engagement_lines, fact_list};
use super::list_page::state_tone;
use super::path::paths_part;
use super::place::{Places, is_for_editors, place_of};
use super::sheet::sentence;
use super::state_step::{StateStep, errors_of, steps};
use super::waivers::{WaiverPart, waiver_section};
use crate::changes::{CoverRow, cover_table};
use crate::ui::{
    Actions, Badge, Breadcrumb, ButtonKind, ButtonLink, Callout, Cell, Column, ErrorSummary, FieldErrors,
    HeadCell, Icon, Link, PageHead, Refusal, Row, Table, Tone,
};
use crate::vendor_notices::{VendorNoticePart, vendor_notice_section};

/// The page's data.
#[derive(Debug, Clone)]
pub struct EngagementView {
    /// The form token.
    pub csrf: String,
    /// The page's address.
    pub path: String,
    /// The company.
    pub organisation: OrganisationFacts,
    /// The engagement.
    pub engagement: EngagementFacts,
    /// Names of what the facts refer to.
    pub names: Names,
    /// Its state.
    pub state: EngagementState,
    /// Since when and why, in words.
    pub state_since: String,
    /// Gates G1 to G8 now.
    pub decision: Decision,
    /// The places that turn its gates green.
    pub places: Places,
    /// Gates G9 to G15 of its customers, for whoever may read them.
    pub customers: Option<CustomerSummary>,
    /// What allows its transfers, row by row.
    pub paths: Vec<MechanismPath>,
    /// What it differs from, where that needs a change.
    pub differs: Option<String>,
    /// Every field that differs from it, with the kind of change that covers it.
    pub pending: Vec<CoverRow>,
    /// The change that concerns it.
    pub change: Option<Link>,
    /// What will have run out when it is planned to go live.
    pub before_go_live: Vec<String>,
    /// Whether this person may draft a change.
    pub may_draft_change: bool,
    /// Which parts of its assessment are confirmed, while it is being assessed.
    pub assessment: Vec<String>,
    /// What this person can let happen to it.
    pub steps: Vec<StateStep>,
    /// Its legal papers.
    pub papers: Vec<Paper>,
    /// Whether this person may edit its facts.
    pub may_edit: bool,
    /// Its waivers.
    pub waivers: WaiverPart,
    /// What its vendor told us of its own changes.
    pub vendor_notices: VendorNoticePart,
    /// The chain that it is part of.
    pub chain: Vec<Tier>,
    /// What is to be done about it.
    pub tasks: Vec<String>,
    /// Versions, newest first.
    pub history: Vec<HistoryEntry>,
    /// States, newest first.
    pub states: Vec<HistoryEntry>,
    /// What the public list showed of it, newest first.
    pub listings: Vec<HistoryEntry>,
}

impl EngagementView {
    /// What is wrong with what was typed on it.
    pub fn errors(&self) -> FieldErrors {
        let mut errors = errors_of(&self.steps);
        errors.extend(Refusal::errors(self.waivers.refused.as_ref()));
        errors
    }
}

/// One legal paper, or the lack of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// What kind of paper.
    pub title: String,
    /// What it says, in one line; `None` when there is none.
    pub text: Option<String>,
    /// Its page.
    pub href: String,
}

/// Something that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// What.
    pub title: String,
    /// When and by whom.
    pub by: String,
    /// Why, where that was said.
    pub reason: Option<String>,
    /// What it changed.
    pub diffs: Vec<Difference>,
}

/// One field in which two versions differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which field.
    pub label: String,
    /// What it was.
    pub before: String,
    /// What it is.
    pub after: String,
}

impl From<FieldDiff> for Difference {
    fn from(diff: FieldDiff) -> Self {
        Self {
            label: diff.label.to_owned(),
            before: diff.before,
            after: diff.after,
        }
    }
}

/// The page.
#[component]
pub fn EngagementPage(data: EngagementView) -> impl IntoView {
    let company = data.organisation.legal_name.to_string();
    let service = data.engagement.service.get().map(ToString::to_string);
    let title = match &service {
        Some(service) => format!("{company}: {service}"),
        None => company,
    };
    let trail = vec![Link::new("Register", "/staff/register")];
    let path = data.path.clone();
    view! {
        <Breadcrumb trail here=title.clone() />
        <PageHead title dateline=data.state_since.clone()>
            <p>
                <Badge tone=state_tone(data.state) label=sentence(data.state.label()) />
                " "
                <Badge tone=Tone::Plain label=data.engagement.relationship_role.label() />
            </p>
        </PageHead>
        <ErrorSummary errors=data.errors() />
        {differs(&data)}
        {data.change.clone().map(|change| view! { <p><a href=change.href>{change.label}</a></p> })}
        {tasks(&data.tasks)}
        {before_go_live(data.before_go_live.clone())}
        {gates(&data)}
        {waiver_section(data.waivers)}
        {data.customers.clone().map(summary_part)}
        {paths_part(data.paths.clone())}
        {assessment(data.assessment)}
        {steps(data.steps, &data.csrf)}
        <section>
            <h2>"The engagement"</h2>
            {fact_list(engagement_lines(&data.engagement, &data.names))}
            {edit_link(data.may_edit, "Edit these facts", format!("{path}/edit"))}
        </section>
        <section>
            <h2>"The company"</h2>
            {fact_list(company_lines(&data.organisation))}
            {edit_link(data.may_edit, "Edit the company", format!("{path}/company"))}
        </section>
        {papers(data.papers)}
        {vendor_notice_section(data.vendor_notices)}
        {chain_section(data.chain)}
        {history("Versions", "versions", data.history)}
        {history("States", "states", data.states)}
        {history("On the public list", "listings", data.listings)}
    }
}

fn edit_link(may: bool, label: &'static str, href: String) -> Option<AnyView> {
    may.then(|| {
        view! { <Actions><ButtonLink label=label href=href kind=ButtonKind::Secondary /></Actions> }
            .into_any()
    })
}

fn differs(data: &EngagementView) -> Option<AnyView> {
    let what = data.differs.clone()?;
    let slug = data.path.rsplit('/').next().unwrap_or_default().to_owned();
    let open = match (&data.change, data.may_draft_change) {
        (Some(change), _) => Some(
            view! {
                <p>
                    <a href=change.href.clone()>{change.label.clone()}</a>
                    " is not over: as a draft it takes the facts anew when it is saved or handed in; later it is returned to draft, or cancelled, first."
                </p>
            }
            .into_any(),
        ),
        (None, true) => Some(
            view! {
                <p>
                    <a href=format!("/staff/changes/new?engagement={slug}")>"Open a change"</a>
                    ", filled with what differs"
                </p>
            }
            .into_any(),
        ),
        (None, false) => None,
    };
    let pending = cover_table(data.pending.clone());
    let title = format!("These facts differ from {what}");
    Some(
        view! {
            <Callout tone=Tone::Warn title=title>
                <p>
                    "They are recorded but not published. Customers must be told first: until a change announces them, gate G14 stays red and the public list shows what was announced."
                </p>
                {pending}
                {open}
            </Callout>
        }
        .into_any(),
    )
}

fn tasks(tasks: &[String]) -> Option<AnyView> {
    (!tasks.is_empty()).then(|| {
        let items = tasks
            .iter()
            .map(|task| view! { <li>{task.clone()}</li> })
            .collect_view();
        view! {
            <Callout tone=Tone::Info title="To be done">
                <ul>{items}</ul>
            </Callout>
        }
        .into_any()
    })
}

/// How far its assessment is confirmed.
fn assessment(parts: Vec<String>) -> Option<AnyView> {
    (!parts.is_empty()).then(|| {
        let items = parts
            .into_iter()
            .map(|part| view! { <li>{part}</li> })
            .collect_view();
        view! {
            <section>
                <h2>"The assessment"</h2>
                <ul>{items}</ul>
            </section>
        }
        .into_any()
    })
}

/// What is fine today and will have run out on the planned day.
pub(crate) fn before_go_live(reasons: Vec<String>) -> Option<AnyView> {
    (!reasons.is_empty()).then(|| {
        let items = reasons
            .into_iter()
            .map(|why| view! { <li>{why}</li> })
            .collect_view();
        view! {
            <Callout tone=Tone::Warn title="Will expire before go-live">
                <ul>{items}</ul>
            </Callout>
        }
        .into_any()
    })
}

/// Gates G1 to G8, each with its reasons and the place that turns it green.
fn gates(data: &EngagementView) -> AnyView {
    let decision = &data.decision;
    let all: Vec<Gate> = Gate::ALL
        .iter()
        .copied()
        .filter(|gate| gate.is_about_register())
        .collect();
    let red = all
        .iter()
        .filter(|gate| decision.of(**gate).next().is_some())
        .count();
    let summary = if red == 0 && decision.waived.is_empty() {
        "All of gates G1 to G8 are green: the papers are in order.".to_owned()
    } else if red == 0 {
        "None of gates G1 to G8 is red, but what is missing is waived only for a time.".to_owned()
    } else {
        format!(
            "{red} of {} are red. An engagement cannot start for anybody while one is.",
            all.len()
        )
    };
    let items = all.iter().map(|gate| gate_item(*gate, data)).collect_view();
    view! {
        <section>
            <h2 id="gates">"Gates"</h2>
            <p class="soft">{summary}</p>
            <ol class="gates" role="list">{items}</ol>
        </section>
    }
    .into_any()
}

fn gate_item(gate: Gate, data: &EngagementView) -> AnyView {
    let decision = &data.decision;
    let reasons: Vec<_> = decision.of(gate).cloned().collect();
    let waived = decision.waived.iter().any(|reason| reason.gate == gate);
    let (tone, word) = match (reasons.is_empty(), waived) {
        (false, _) => (Tone::Danger, "red"),
        (true, true) => (Tone::Warn, "waived"),
        (true, false) => (Tone::Ok, "green"),
    };
    let mut links: Vec<Link> = Vec::new();
    for reason in &reasons {
        if is_for_editors(reason) && !data.may_edit {
            continue;
        }
        let link = place_of(reason, &data.places);
        if !links.contains(&link) {
            links.push(link);
        }
    }
    let set_aside = decision
        .waived
        .iter()
        .filter(|reason| reason.gate == gate)
        .map(|reason| {
            let until = data.waivers.until(reason.code).unwrap_or("its end");
            let text = format!("{}: {}; waived until {until}", reason.code.label(), reason.detail);
            view! {
                <li>
                    {text} " "
                    <a href="#waivers">"Waiver"</a>
                </li>
            }
        })
        .collect_view();
    let reasons = reasons
        .into_iter()
        .map(|reason| {
            view! {
                <li>
                    {reason.code.label()} ": " {reason.detail} " "
                    <code>{reason.code.as_str()}</code>
                </li>
            }
        })
        .collect_view();
    let links = links
        .into_iter()
        .map(|link| view! { <a href=link.href>{link.label}</a> })
        .collect_view();
    view! {
        <li class="gate" data-tone=tone.name()>
            <Icon tone />
            <div>
                <p class="gate-name">
                    {gate.as_str()} " " {gate.label()} ": " <span class="gate-word">{word}</span>
                </p>
                <ul>{reasons} {set_aside}</ul>
            </div>
            <p class="gate-links">{links}</p>
        </li>
    }
    .into_any()
}

fn papers(papers: Vec<Paper>) -> AnyView {
    let rows = papers
        .into_iter()
        .map(|paper| {
            let text = match paper.text {
                Some(text) => text.into_any(),
                None => view! {
                    <span class="unknown">
                        <Icon tone=Tone::Danger />
                        "None on file"
                    </span>
                }
                .into_any(),
            };
            view! {
                <Row>
                    <HeadCell>
                        <a href=paper.href>{paper.title}</a>
                    </HeadCell>
                    <Cell label="What it says">{text}</Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <section>
            <h2>"Legal papers"</h2>
            <Table
                caption="Legal papers of this engagement"
                hide_caption=true
                columns=vec![Column::new("Paper"), Column::new("What it says")]
            >
                {rows}
            </Table>
        </section>
    }
    .into_any()
}

pub(super) fn history(title: &'static str, id: &'static str, entries: Vec<HistoryEntry>) -> Option<AnyView> {
    if entries.is_empty() {
        return None;
    }
    let entries = entries
        .into_iter()
        .map(|entry| {
            let reason = entry
                .reason
                .map(|reason| view! { <p>{format!("Reason: {reason}")}</p> });
            let diffs = (!entry.diffs.is_empty()).then(|| diff_list(entry.diffs));
            view! {
                <li>
                    <p>
                        <strong>{entry.title}</strong>
                        <span class="soft">" " {entry.by}</span>
                    </p>
                    {reason}
                    {diffs}
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section>
                <h2 id=id>{title}</h2>
                <ol class="history" role="list" reversed=true>{entries}</ol>
            </section>
        }
        .into_any(),
    )
}

/// What two versions differ in.
pub(crate) fn diff_list(diffs: Vec<Difference>) -> AnyView {
    let rows = diffs
        .into_iter()
        .map(|diff| {
            view! {
                <Row>
                    <HeadCell>{diff.label}</HeadCell>
                    <Cell label="Before">
                        <del>{diff.before}</del>
                    </Cell>
                    <Cell label="After">
                        <ins>{diff.after}</ins>
                    </Cell>
                </Row>
            }
        })
        .collect_view();
    view! {
        <Table
            caption="What changed"
            hide_caption=true
            columns=vec![Column::new("Field"), Column::new("Before"), Column::new("After")]
        >
            {rows}
        </Table>
    }
    .into_any()
}
