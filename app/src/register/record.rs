//! The forms of legal papers behind one door, and the page around them.

use chrono::NaiveDate;
use domain::gate::MechanismPath;
use domain::id::StaffId;
use domain::legal_record::{LegalRecord, LegalRecordKind};
use leptos::prelude::*;

use super::engagement_page::{Difference, diff_list};
use super::form_page::{Adding, Overtaken, added_callout, next_field, overtaken_callout};
use super::paper::paper_list;
use super::path::path_view;
use super::transfer::TransferChoices;
use super::typed::Typed;
use super::{clauses, contract, security, transfer};
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, Callout, Cell, Column, DateField, ErrorSummary,
    FieldErrors, Form, HeadCell, HiddenField, Link, PageHead, Row, Table, Tone,
};

/// The fields filled from a version.
pub fn typed_from(record: &LegalRecord) -> Typed {
    match record {
        LegalRecord::Contract(body) => contract::typed_from(body),
        LegalRecord::SecurityAssessment(body) => security::typed_from(body),
        LegalRecord::Transfer(body) => transfer::typed_from(body),
        LegalRecord::Scc(body) => clauses::typed_from(body),
        // Assessments have pages of their own.
        LegalRecord::Tia(_) => Typed::default(),
    }
}

/// Who wrote a version, and on top of which one.
#[derive(Debug, Clone)]
pub struct Writing<'a> {
    /// The person.
    pub by: StaffId,
    /// The version before.
    pub before: Option<&'a LegalRecord>,
    /// What a transfer can refer to.
    pub sets: &'a TransferChoices,
    /// Today, where the publisher is.
    pub today: NaiveDate,
}

/// The paper that was typed, or what is wrong with it.
pub fn parse(kind: LegalRecordKind, typed: &Typed, writing: Writing<'_>) -> Result<LegalRecord, FieldErrors> {
    match kind {
        LegalRecordKind::Contract => contract::parse(typed, writing.today).map(LegalRecord::Contract),
        LegalRecordKind::SecurityAssessment => {
            security::parse(typed, writing.by, writing.today).map(LegalRecord::SecurityAssessment)
        }
        LegalRecordKind::Transfer => {
            let before = match writing.before {
                Some(LegalRecord::Transfer(transfer)) => Some(transfer),
                _ => None,
            };
            transfer::parse(typed, before, writing.sets).map(LegalRecord::Transfer)
        }
        LegalRecordKind::Scc => {
            clauses::parse(typed, writing.today).map(|body| LegalRecord::Scc(Box::new(body)))
        }
        LegalRecordKind::Tia => Err(FieldErrors::one(
            "act",
            "Assessments are written on pages of their own",
        )),
    }
}

fn fields(kind: LegalRecordKind, typed: &Typed, errors: &FieldErrors, choices: &TransferChoices) -> AnyView {
    match kind {
        LegalRecordKind::Contract => contract::fields(typed, errors),
        LegalRecordKind::SecurityAssessment => security::fields(typed, errors),
        LegalRecordKind::Transfer => transfer::fields(typed, errors, choices),
        // Sets of clauses and assessments have pages of their own.
        LegalRecordKind::Scc | LegalRecordKind::Tia => ().into_any(),
    }
}

/// The page's data.
#[derive(Debug, Clone)]
pub struct RecordView {
    /// The form token.
    pub csrf: String,
    /// Which paper.
    pub kind: LegalRecordKind,
    /// Where its form posts.
    pub path: String,
    /// The engagement's page.
    pub back: Link,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// The number of the version that is being edited; 0 for a new paper.
    pub seen: i64,
    /// Whether this person may edit it.
    pub may_edit: bool,
    /// Somebody else's version that came in between.
    pub overtaken: Option<Overtaken>,
    /// What tells a new one of several that is sent twice.
    pub adding: Adding,
    /// Other papers of the same kind.
    pub others: Vec<Link>,
    /// Where another one is added.
    pub add_another: Option<Link>,
    /// The newest version, for those who read it rather than edit it.
    pub reading: Option<LegalRecord>,
    /// What it changed in the version that was approved last.
    pub since_approved: Vec<Difference>,
    /// Its versions, newest first.
    pub versions: Vec<RecordVersion>,
    /// What this person can decide about the newest version.
    pub decision: Option<RecordDecision>,
    /// The archived files behind the digests in the newest version.
    pub copies: Vec<Link>,
    /// What a transfer can refer to.
    pub choices: TransferChoices,
    /// What allows this transfer, row by row.
    pub mechanism: Option<MechanismPath>,
    /// Whether this transfer can be ended here.
    pub may_end: bool,
    /// The last day that was typed where this person can permit it under Article 49, or why they cannot.
    pub permit: Option<Result<String, String>>,
}

/// One version in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordVersion {
    /// Its number.
    pub number: i64,
    /// When and by whom it was recorded.
    pub by: String,
    /// State or approval, in words.
    pub standing: String,
    /// What that means.
    pub tone: Tone,
    /// What it changed.
    pub diffs: Vec<Difference>,
}

/// What can be decided about the newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordDecision {
    /// Approve it.
    Approve {
        /// The version.
        number: i64,
    },
    /// Somebody else must.
    NotYou(String),
}

/// "Contract", or "Transfer to the United States".
fn title(kind: LegalRecordKind, is_new: bool) -> &'static str {
    match (kind, is_new) {
        (LegalRecordKind::Contract, _) => "Contract",
        (LegalRecordKind::SecurityAssessment, _) => "Security assessment",
        (LegalRecordKind::Transfer, true) => "Add a transfer",
        (LegalRecordKind::Transfer, false) => "Transfer",
        (LegalRecordKind::Scc, _) => "Set of clauses",
        (LegalRecordKind::Tia, _) => "Assessment of transfers",
    }
}

/// A legal paper: the newest version as a form, its decisions, its versions.
#[component]
pub fn RecordPage(data: RecordView) -> impl IntoView {
    let title = title(data.kind, data.seen == 0);
    let trail = vec![Link::new("Register", "/staff/register"), data.back.clone()];
    let form = data.may_edit.then(|| form(&data));
    let reading = reading(&data);
    let day_error = data.errors.first("expires_on");
    view! {
        <Breadcrumb trail here=title />
        <PageHead title />
        {others(data.others, data.add_another)}
        {data.overtaken.map(overtaken_callout)}
        {data.adding.added.map(added_callout)}
        <ErrorSummary errors=data.errors.clone() />
        {data.mechanism.map(path_view)}
        {reading}
        {copies(data.copies)}
        {data.decision.map(|decision| decision_part(decision, &data.path, &data.csrf))}
        {form}
        {data.permit.map(|permit| permit_part(permit, day_error, &data.path, data.seen, &data.csrf))}
        {data.may_end.then(|| end_part(&data.path, &data.csrf))}
        {versions(data.versions)}
    }
}

fn form(data: &RecordView) -> AnyView {
    let body = fields(data.kind, &data.typed, &data.errors, &data.choices);
    let (csrf, path, back) = (data.csrf.clone(), data.path.clone(), data.back.href.clone());
    let act = || "act".to_owned();
    let seen = data.seen;
    let next = next_field(&data.adding.next);
    let save = format!("Save as version {}", seen + 1);
    let buttons = view! { <Button label=save name=act() value="save" /> };
    view! {
        <Form action=path csrf files=true>
            <HiddenField name="seen" value=seen.to_string() />
            {next}
            {body}
            <Actions>
                {buttons}
                <a href=back>"Go back"</a>
            </Actions>
        </Form>
    }
    .into_any()
}

fn others(others: Vec<Link>, add: Option<Link>) -> Option<AnyView> {
    let links: Vec<Link> = others.into_iter().chain(add).collect();
    (!links.is_empty()).then(|| {
        let items = links
            .into_iter()
            .map(|link| view! { <li><a href=link.href>{link.label}</a></li> })
            .collect_view();
        view! {
            <nav class="other-papers" aria-label="Others of this engagement">
                <ul role="list">{items}</ul>
            </nav>
        }
        .into_any()
    })
}

pub(super) fn copies(copies: Vec<Link>) -> Option<AnyView> {
    (!copies.is_empty()).then(|| {
        let items = copies
            .into_iter()
            .map(|link| view! { <li><a href=link.href download=true>{link.label}</a></li> })
            .collect_view();
        view! {
            <section>
                <h2>"Archived files"</h2>
                <ul>{items}</ul>
            </section>
        }
        .into_any()
    })
}

/// The newest version as text, and what it would change of what was approved.
fn reading(data: &RecordView) -> Option<AnyView> {
    let record = data.reading.as_ref()?;
    let diffs = (!data.since_approved.is_empty()).then(|| {
        let diffs = diff_list(data.since_approved.clone());
        view! {
            <h2>"Changed since the approved version"</h2>
            {diffs}
        }
    });
    let version = format!("Version {}", data.seen);
    Some(
        view! {
            {diffs}
            <h2>{version}</h2>
            {paper_list(record)}
        }
        .into_any(),
    )
}

fn decision_part(decision: RecordDecision, path: &str, csrf: &str) -> AnyView {
    match decision {
        RecordDecision::NotYou(why) => view! {
            <Callout tone=Tone::Info title="Waiting for a decision">
                <p>{why}</p>
            </Callout>
        }
        .into_any(),
        RecordDecision::Approve { number } => {
            let (action, csrf) = (format!("{path}/approve"), csrf.to_owned());
            view! {
                <section class="confirm">
                    <h2>"Your decision"</h2>
                    <p>"You did not work on this version. An approved version never changes."</p>
                    <Form action csrf>
                        <HiddenField name="seen" value=number.to_string() />
                        <Actions>
                            <Button label=format!("Approve version {number}") />
                        </Actions>
                    </Form>
                </section>
            }
            .into_any()
        }
    }
}

fn permit_part(
    permit: Result<String, String>,
    error: Option<String>,
    path: &str,
    seen: i64,
    csrf: &str,
) -> AnyView {
    let action = format!("{path}/permit");
    let csrf = csrf.to_owned();
    match permit {
        Err(why) => view! {
            <Callout tone=Tone::Info title="Permission under Article 49">
                <p>{why}</p>
            </Callout>
        }
        .into_any(),
        Ok(day) => view! {
            <section class="confirm" data-danger=true>
                <h2>"Permit this transfer under Article 49"</h2>
                <p>"Only for a single occasion that the recorded reason explains. It ends by itself; a further one needs a new reason, written by somebody else than who permits it."</p>
                <Form action csrf>
                    <HiddenField name="seen" value=seen.to_string() />
                    <DateField name="expires_on" label="Last day" value=day error hint="At most 30 days from today." />
                    <Actions>
                        <Button label="Permit it until that day" kind=ButtonKind::Danger />
                    </Actions>
                </Form>
            </section>
        }
        .into_any(),
    }
}

fn end_part(path: &str, csrf: &str) -> AnyView {
    let action = format!("{path}/end");
    let csrf = csrf.to_owned();
    view! {
        <details class="form-details">
            <summary>"This transfer has stopped"</summary>
            <p class="soft">"It stays on file and no longer counts. If customers were told of it, a change must say that it stopped. End it only once no data goes there: an engagement in use whose facts still name the place is suspended in the night, unless another transfer to it is recorded."</p>
            <Form action csrf>
                <Actions>
                    <Button label="End this transfer from today" kind=ButtonKind::Danger />
                </Actions>
            </Form>
        </details>
    }
    .into_any()
}

pub(super) fn versions(versions: Vec<RecordVersion>) -> Option<AnyView> {
    if versions.is_empty() {
        return None;
    }
    let rows = versions
        .into_iter()
        .map(|version| {
            view! {
                <Row>
                    <HeadCell>{format!("Version {}", version.number)}</HeadCell>
                    <Cell label="Recorded">{version.by}</Cell>
                    <Cell label="Standing">
                        <Badge tone=version.tone label=version.standing />
                    </Cell>
                    <Cell label="What it changed">{changes(version.diffs)}</Cell>
                </Row>
            }
        })
        .collect_view();
    Some(
        view! {
            <section>
                <h2>"Versions"</h2>
                <Table
                    caption="Versions, newest first"
                    hide_caption=true
                    columns=vec![
                        Column::new("Version"),
                        Column::new("Recorded"),
                        Column::new("Standing"),
                        Column::new("What it changed"),
                    ]
                >
                    {rows}
                </Table>
            </section>
        }
        .into_any(),
    )
}

fn changes(diffs: Vec<Difference>) -> Option<AnyView> {
    (!diffs.is_empty()).then(|| {
        let items = diffs
            .into_iter()
            .map(|diff| {
                view! {
                    <li>
                        {diff.label} ": " <del>{diff.before}</del> " → " <ins>{diff.after}</ins>
                    </li>
                }
            })
            .collect_view();
        view! { <ul role="list">{items}</ul> }.into_any()
    })
}
