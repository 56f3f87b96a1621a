//! A change of status with everything that follows from it: shown first, then carried out by whoever may.

use domain::reference::AdequacyDecision;
use leptos::prelude::*;

use super::form::{source_fields, statuses};
use crate::register::Typed;
use crate::register::sheet::{Sheet, part};
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, Callout, Cell, Column, ErrorSummary, FieldErrors, Form,
    HeadCell, HiddenField, Link, PageHead, Row, Table, Tone,
};

/// One transfer that rests on the decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallen {
    /// Its engagement.
    pub engagement: Link,
    /// "Transfer 1 to United States: Data Privacy Framework".
    pub transfer: Link,
    /// State of the engagement, in words.
    pub state: String,
    /// Whether clauses take over.
    pub falls_back: bool,
    /// Why not, one reason each.
    pub reasons: Vec<String>,
    /// What happens to the engagement, in words.
    pub effect: String,
}

/// Everything that a change of status will touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What this preview was made of; a confirmation must present it.
    pub hash: String,
    /// The change in words.
    pub change: String,
    /// Whether it takes the decision away from those who rely on it.
    pub takes_away: bool,
    /// Transfers, those that are lost first.
    pub transfers: Vec<Fallen>,
    /// How many engagements are suspended.
    pub suspended: usize,
    /// The changes that are drafted, and about whom.
    pub drafts: Vec<String>,
    /// Engagements about which no change can be drafted now, and why.
    pub without_draft: Vec<String>,
    /// How many customers these notices concern.
    pub customers: usize,
    /// Assessments on the country, each of which somebody has to look at.
    pub assessments: usize,
}

/// The page's data.
#[derive(Debug, Clone)]
pub struct StatusView {
    /// The form token.
    pub csrf: String,
    /// The decision's page.
    pub back: Link,
    /// The page's address.
    pub path: String,
    /// The decision now.
    pub decision: AdequacyDecision,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// What will follow, once it was typed.
    pub preview: Option<Preview>,
    /// Whether something changed since the preview that was confirmed.
    pub is_stale: bool,
    /// Whether this person may carry it out.
    pub may_carry_out: bool,
    /// Whether this person may ask somebody who may.
    pub may_ask: bool,
}

/// Another status of a decision.
#[component]
pub fn StatusPage(data: StatusView) -> impl IntoView {
    let fields = {
        let sheet = Sheet {
            typed: &data.typed,
            errors: &data.errors,
        };
        let what = part(
            "What happened",
            "",
            vec![
                sheet.radio("status", "What is it now?", "", statuses(data.decision.status)),
                sheet.day(
                    "since",
                    "Since",
                    "Today or earlier. No period of grace is assumed.",
                ),
                sheet.area(
                    "reason",
                    "By what",
                    "The judgment, act or notice; kept with the row.",
                    2,
                ),
            ],
        );
        vec![what, source_fields(&sheet, false)].into_any()
    };
    let stale = data.is_stale.then(|| {
        view! {
            <Callout tone=Tone::Danger title="Something has changed since you looked">
                <p>"Nothing was done. This is what would follow now; confirm it again."</p>
            </Callout>
        }
    });
    let trail = vec![Link::new("Adequacy", "/staff/adequacy"), data.back.clone()];
    let has_preview = data.preview.is_some();
    let preview = data.preview.clone().map(|preview| preview_part(preview, &data));
    let back = data.back.href.clone();
    view! {
        <Breadcrumb trail here="Change of status" />
        <PageHead title=format!("Change of status: {}", data.decision.instrument)>
            <p class="soft">
                "Fill this in to see everything that follows. Nothing happens until somebody confirms it."
            </p>
        </PageHead>
        {stale}
        <ErrorSummary errors=data.errors />
        {preview}
        <details class="form-details" open=!has_preview>
            <summary>"What happened to this decision"</summary>
            <form class="form" method="get" action=data.path>
                {fields}
                <Actions>
                    <Button label="Show what follows" kind=ButtonKind::Secondary />
                    <a href=back>"Go back"</a>
                </Actions>
            </form>
        </details>
    }
}

/// The fields again, so that what is confirmed is what was previewed.
fn carried(typed: &Typed) -> Vec<AnyView> {
    ["status", "since", "reason", "source_url", "checked_on"]
        .into_iter()
        .map(|name| view! { <HiddenField name=name value=typed.text(name).to_owned() /> }.into_any())
        .collect()
}

fn preview_part(preview: Preview, data: &StatusView) -> AnyView {
    let Preview {
        hash,
        change,
        takes_away,
        transfers,
        suspended,
        drafts,
        without_draft,
        customers,
        assessments,
    } = preview;
    let falling = transfers.iter().filter(|transfer| transfer.falls_back).count();
    let lost = transfers.len() - falling;
    let summary = if !takes_away {
        "Nothing is switched back by it: transfers keep the mechanism they have now, and a suspended engagement is resumed by a person.".to_owned()
    } else if transfers.is_empty() {
        "No transfer rests on it, so nothing else changes.".to_owned()
    } else {
        format!(
            "{} on it. Fall back on clauses: {falling}. Lose their mechanism: {lost}. Engagements that are suspended: {suspended}. Customers who are to be told: {customers}.",
            domain::words::count(transfers.len(), "transfer rests", "transfers rest")
        )
    };
    let table = (!transfers.is_empty()).then(|| transfer_table(transfers));
    let items = |all: Vec<String>| {
        all.into_iter()
            .map(|text| view! { <li>{text}</li> })
            .collect_view()
    };
    let told = (!drafts.is_empty()).then(|| {
        view! {
            <h3>"Notices that are drafted"</h3>
            <ul>{items(drafts)}</ul>
            <p class="soft">"They are changes like others: an editor hands them in, somebody else approves and sends them."</p>
        }
    });
    let untold = (!without_draft.is_empty()).then(|| {
        view! {
            <h3>"No notice can be drafted for"</h3>
            <ul>{items(without_draft)}</ul>
        }
    });
    let assessed = (assessments > 0).then(|| {
        let many = domain::words::count(assessments, "assessment", "assessments");
        view! { <p>{format!("An event is recorded: somebody says the same day, for {many} on this country, whether it has an impact.")}</p> }
    });
    let button = match (takes_away, lost, falling) {
        (true, 0, 0) | (false, ..) => "Record this change of status".to_owned(),
        _ => format!("Record it, let {falling} fall back, suspend {suspended}"),
    };
    let (csrf, path) = (data.csrf.clone(), data.path.clone());
    let act = if data.may_carry_out {
        let fields = carried(&data.typed);
        view! {
            <Form action=path csrf>
                {fields}
                <HiddenField name="seen" value=hash />
                <Actions>
                    <Button label=button kind=ButtonKind::Danger />
                </Actions>
            </Form>
        }
        .into_any()
    } else if data.may_ask {
        let fields = carried(&data.typed);
        view! {
            <p>"It is a legal act, so a legal approver or the data protection officer carries it out."</p>
            <Form action=format!("{path}/ask") csrf>
                {fields}
                <Actions>
                    <Button label="Ask a legal approver to carry it out" />
                </Actions>
            </Form>
        }
        .into_any()
    } else {
        view! { <p>"A legal approver or the data protection officer carries it out."</p> }.into_any()
    };
    view! {
        <section class="confirm" data-danger=takes_away>
            <h2>{change}</h2>
            <p>{summary}</p>
            {table}
            {told}
            {untold}
            {assessed}
            {act}
        </section>
    }
    .into_any()
}

fn transfer_table(transfers: Vec<Fallen>) -> AnyView {
    let rows = transfers
        .into_iter()
        .map(|fallen| {
            let (tone, word) = if fallen.falls_back {
                (Tone::Ok, "falls back on clauses")
            } else {
                (Tone::Danger, "loses its mechanism")
            };
            let reasons = fallen
                .reasons
                .into_iter()
                .map(|why| view! { <li>{why}</li> })
                .collect_view();
            view! {
                <Row>
                    <HeadCell>
                        <a href=fallen.engagement.href>{fallen.engagement.label}</a>
                    </HeadCell>
                    <Cell label="Transfer">
                        <a href=fallen.transfer.href>{fallen.transfer.label}</a>
                    </Cell>
                    <Cell label="State">{fallen.state}</Cell>
                    <Cell label="What happens">
                        <Badge tone label=word />
                        <ul>{reasons}</ul>
                    </Cell>
                    <Cell label="The engagement">{fallen.effect}</Cell>
                </Row>
            }
        })
        .collect_view();
    let columns = [
        "Engagement",
        "Transfer",
        "State",
        "What happens",
        "The engagement",
    ]
    .into_iter()
    .map(Column::new)
    .collect();
    view! {
        <Table caption="Transfers that rest on it" columns>
            {rows}
        </Table>
    }
    .into_any()
}
