//! One engagement: what is red and where it is put right, what is known, its papers, and how it came about.

use domain::engagement::EngagementFacts;
use domain::engagement::state::EngagementState;
use domain::facts::{FieldDiff, Names};
use domain::gate::{Decision, Gate, MechanismPath, ReasonCode};
use domain::organisation::OrganisationFacts;
use leptos::prelude::*;

use super::chain::{Tier, chain_section};
use super::facts::{company_lines, engagement_lines, fact_list};
use super::list_page::state_tone;
use super::path::paths_part;
use super::sheet::sentence;
use super::waivers::{WaiverPart, waiver_section};
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, ButtonLink, Callout, Cell, Column, Form, HeadCell, Icon,
    Link, PageHead, Row, Table, TextArea, Tone,
};

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
    /// What allows its transfers, row by row.
    pub paths: Vec<MechanismPath>,
    /// What it differs from, where that needs a change.
    pub differs: Option<String>,
    /// The change that concerns it.
    pub change: Option<Link>,
    /// What will have run out when it is planned to go live.
    pub before_go_live: Vec<String>,
    /// Whether this person may draft a change.
    pub may_draft_change: bool,
    /// What this person can let happen to it.
    pub steps: Vec<StateStep>,
    /// Its legal papers.
    pub papers: Vec<Paper>,
    /// Whether this person may edit its facts.
    pub may_edit: bool,
    /// Its waivers.
    pub waivers: WaiverPart,
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

/// Something that can happen to an engagement, as a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateStep {
    /// The button's words.
    pub label: String,
    /// Where it posts.
    pub action: String,
    /// What will happen.
    pub explanation: String,
    /// Why it cannot happen now; then there is no button.
    pub refused: Option<String>,
    /// Whether a reason must be given.
    pub needs_reason: bool,
    /// Its weight.
    pub kind: ButtonKind,
}

/// One legal paper, or the lack of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// What kind of paper.
    pub title: String,
    /// What it says, in one line; `None` when there is none.
    pub text: Option<String>,
    /// The countries it is about.
    pub places: Vec<String>,
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
        {differs(&data)}
        {data.change.clone().map(|change| view! { <p><a href=change.href>{change.label}</a></p> })}
        {tasks(&data.tasks)}
        {before_go_live(data.before_go_live.clone())}
        {gates(&data, &path)}
        {waiver_section(data.waivers)}
        {paths_part(data.paths.clone())}
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
    let open = data.may_draft_change.then(|| {
        view! {
            <p>
                <a href=format!("/staff/changes/new?engagement={slug}")>"Open a change"</a>
            </p>
        }
    });
    let title = format!("These facts differ from {what}");
    Some(
        view! {
            <Callout tone=Tone::Warn title=title>
                <p>
                    "They are recorded but not published. Customers must be told first: until a change announces them, gate G14 stays red and the public list shows what was announced."
                </p>
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
fn gates(data: &EngagementView, path: &str) -> AnyView {
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
    let summary = if red == 0 {
        "All of gates G1 to G8 are green: the papers are in order.".to_owned()
    } else {
        format!(
            "{red} of {} are red. An engagement cannot start for anybody while one is.",
            all.len()
        )
    };
    let items = all.iter().map(|gate| gate_item(*gate, data, path)).collect_view();
    view! {
        <section>
            <h2 id="gates">"Gates"</h2>
            <p class="soft">{summary}</p>
            <ol class="gates" role="list">{items}</ol>
        </section>
    }
    .into_any()
}

fn gate_item(gate: Gate, data: &EngagementView, path: &str) -> AnyView {
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
        let link = place_of(reason.code, &reason.detail, data, path);
        links.extend(link.filter(|link| !links.contains(link)));
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

/// Where a reason is put right: at the paper that it is about, where that can be told. Papers can be read by everybody,
/// the forms for the facts only by those who edit them.
fn place_of(code: ReasonCode, detail: &str, data: &EngagementView, path: &str) -> Option<Link> {
    use ReasonCode as R;
    let (label, place) = match code {
        R::IdentityIncomplete => ("Edit the company", "company"),
        R::TransferUndetermined if detail.contains("contracting company") => ("Edit the company", "company"),
        R::TransferUndetermined => ("Edit the locations", "edit#place_1"),
        R::ChainIncomplete => ("Edit the chain", "edit#chain"),
        R::NoDpa | R::DpaWrongEntity | R::FlowdownIncomplete => ("Contract", "contract"),
        R::SecurityMissing | R::SecurityExpired => ("Security assessment", "security"),
        R::TiaMissing => ("Add an assessment", "tia"),
        R::TiaNotApproved | R::TiaOverdue | R::TiaNegative | R::MeasureOpen => {
            return Some(paper_about(detail, &format!("{path}/tia"), &data.papers));
        }
        R::DpfNotActive | R::DpfCheckStale | R::DpfScope if !detail.contains("say whether") => {
            ("Data Privacy Framework list", "dpf")
        }
        R::NoValidMechanism if detail.starts_with("no transfer to") => ("Add a transfer", "transfer"),
        R::SccModule | R::SccNotInForce | R::SccAnnex | R::SccLegacy => {
            return Some(paper_about(detail, &format!("{path}/scc"), &data.papers));
        }
        // The set that the transfer names, or the transfer where it names none.
        R::FallbackMissing | R::UkInstrumentMissing
            if data
                .papers
                .iter()
                .filter(|paper| paper.href.starts_with(&format!("{path}/scc/")))
                .any(|paper| paper.places.iter().any(|place| detail.contains(place.as_str()))) =>
        {
            return Some(paper_about(detail, &format!("{path}/scc"), &data.papers));
        }
        _ => return Some(paper_about(detail, &format!("{path}/transfer"), &data.papers)),
    };
    (data.may_edit || !label.starts_with("Edit")).then(|| Link::new(label, format!("{path}/{place}")))
}

/// The paper of a kind that a reason speaks of, by the country both name; the first of them where none does.
fn paper_about(detail: &str, kind: &str, papers: &[Paper]) -> Link {
    let of_kind = || papers.iter().filter(|paper| paper.href.starts_with(kind));
    let named = of_kind().find(|paper| paper.places.iter().any(|place| detail.contains(place.as_str())));
    named.or_else(|| of_kind().next()).map_or_else(
        || Link::new("Add it", kind),
        |paper| Link::new(paper.title.clone(), paper.href.clone()),
    )
}

pub(super) fn steps(steps: Vec<StateStep>, csrf: &str) -> Option<AnyView> {
    if steps.is_empty() {
        return None;
    }
    let steps = steps
        .into_iter()
        .map(|step| state_step(step, csrf.to_owned()))
        .collect_view();
    Some(
        view! {
            <section>
                <h2>"What can happen next"</h2>
                <div class="state-steps">{steps}</div>
            </section>
        }
        .into_any(),
    )
}

fn state_step(step: StateStep, csrf: String) -> AnyView {
    let StateStep {
        label,
        action,
        explanation,
        refused,
        needs_reason,
        kind,
    } = step;
    let button = label.clone();
    let body = match refused {
        Some(why) => view! { <p class="refused">{format!("Not now: {why}")}</p> }.into_any(),
        None => {
            let name = format!("reason-{}", action.rsplit('/').next().unwrap_or_default());
            let reason = needs_reason.then(|| {
                view! { <TextArea name=name label="Reason" hint="Kept for ever, and shown to auditors." rows=2 /> }
            });
            view! {
                <Form action csrf>
                    {reason}
                    <Actions>
                        <Button label=button kind />
                    </Actions>
                </Form>
            }
            .into_any()
        }
    };
    view! {
        <div class="state-step">
            <h3>{label}</h3>
            <p class="soft">{explanation}</p>
            {body}
        </div>
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
