//! One assessment: how far the draft is, what counts, what can be decided, its measures, its versions.

mod decide;
mod forms;
mod record;

pub use forms::{MoveForm, ShareForm, parse_share, parse_standing, said_standing};

use decide::{review_part, start_part, suspend_part};
use domain::legal_record::Tia;
use leptos::prelude::*;
use record::{events_part, measures_part, shared_part, standing_part, versions_part};

use crate::register::engagement_page::{Difference, diff_list};
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, Callout, ErrorSummary, Form, HiddenField, Link, PageHead,
    Refusal, Tone,
};

/// One step with how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLine {
    /// Its name and page.
    pub link: Link,
    /// How many things are missing in it.
    pub missing: usize,
    /// Whether it is the one shown.
    pub is_here: bool,
}

/// The steps as links, each with how far it is.
pub fn step_list(steps: Vec<StepLine>) -> AnyView {
    let items = steps
        .into_iter()
        .map(|step| {
            let (tone, word) = match step.missing {
                0 => (Tone::Ok, "complete".to_owned()),
                1 => (Tone::Warn, "1 missing".to_owned()),
                count => (Tone::Warn, format!("{count} missing")),
            };
            let current = step.is_here.then_some("step");
            view! {
                <li>
                    <a href=step.link.href aria-current=current>{step.link.label}</a>
                    " "
                    <Badge tone=tone label=word />
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="tia-steps" aria-label="Steps of the assessment">
            <ol>{items}</ol>
        </nav>
    }
    .into_any()
}

/// The draft that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftView {
    /// When and by whom it was saved last.
    pub saved: String,
    /// Its steps.
    pub steps: Vec<StepLine>,
    /// Everything that is missing: what to do, and where.
    pub missing: Vec<Link>,
    /// Its revision.
    pub revision: i64,
    /// Whether this person may write it.
    pub may_edit: bool,
    /// What it changes in the version before.
    pub diffs: Vec<Difference>,
}

/// The version that counts, or the newest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandingView {
    /// "Version 2: approved 2 Dec 2026, 10:00 Oslo, by …".
    pub title: String,
    /// What it says, with measures as they are now.
    pub tia: Tia,
    /// Its page to print, and as JSON.
    pub links: Vec<Link>,
}

/// A measure of the version that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureLine {
    /// Its number.
    pub number: u16,
    /// What it is, its kind, the gap.
    pub text: String,
    /// How far it is.
    pub standing: String,
    /// Whether it is in place.
    pub is_in_place: bool,
    /// How far it is, as its form carries it.
    pub seen: String,
}

/// A version that waits, and what this person can decide about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Its number.
    pub number: i64,
    /// What it says.
    pub tia: Tia,
    /// What it changes in the version that was approved last.
    pub diffs: Vec<Difference>,
    /// What is missing by now; nothing can be approved then.
    pub missing: Vec<String>,
    /// Whether this person decides, or why not.
    pub may_decide: Result<(), String>,
}

/// An event that concerns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventLine {
    /// What, and its page.
    pub link: Link,
    /// What was found out.
    pub standing: String,
}

/// One version in the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TiaVersionLine {
    /// Its number and page.
    pub link: Link,
    /// When and by whom it was handed in.
    pub by: String,
    /// Its state.
    pub state: String,
    /// What that means.
    pub tone: Tone,
    /// What happened to it since, newest first.
    pub events: Vec<String>,
    /// What it changed in the version before.
    pub diffs: Vec<Difference>,
}

/// The page's data.
#[derive(Debug, Clone)]
pub struct AssessmentView {
    /// The form token.
    pub csrf: String,
    /// The page's address.
    pub path: String,
    /// Register and engagement.
    pub trail: Vec<Link>,
    /// "Assessment of transfers 1".
    pub title: String,
    /// States in words, with what they mean.
    pub badges: Vec<(String, Tone)>,
    /// The draft, if one is being written.
    pub draft: Option<DraftView>,
    /// A version that waits for a decision.
    pub review: Option<Review>,
    /// Why the newest version was turned down.
    pub turned_down: Option<String>,
    /// The version that counts.
    pub standing: Option<StandingView>,
    /// Its measures.
    pub measures: Vec<MeasureLine>,
    /// The measure that is being moved.
    pub moving: MoveForm,
    /// Whether this person may write.
    pub may_edit: bool,
    /// Whether a new version can be started now.
    pub may_start: bool,
    /// Whether this person can suspend what is under review.
    pub may_suspend: bool,
    /// The reason of a decision that was refused.
    pub refused: Option<Refusal>,
    /// Events that concern it.
    pub events: Vec<EventLine>,
    /// Who got a copy.
    pub shared: Vec<String>,
    /// The form for that; none where nothing can be shared.
    pub share: Option<ShareForm>,
    /// Its versions, newest first.
    pub versions: Vec<TiaVersionLine>,
}

/// One assessment.
#[component]
pub fn AssessmentPage(data: AssessmentView) -> impl IntoView {
    let badges = data
        .badges
        .clone()
        .into_iter()
        .map(|(label, tone)| view! { <Badge tone=tone label=label /> " " })
        .collect_view();
    let mut errors = data.moving.errors.clone();
    errors.extend(Refusal::errors(data.refused.as_ref()));
    if let Some(share) = &data.share {
        errors.extend(share.errors.clone());
    }
    view! {
        <Breadcrumb trail=data.trail.clone() here=data.title.clone() />
        <PageHead title=data.title.clone()>
            <p>{badges}</p>
        </PageHead>
        <ErrorSummary errors=errors />
        {data.turned_down.clone().map(turned_down)}
        {draft_part(&data)}
        {data.review.clone().map(|review| review_part(review, &data))}
        {start_part(&data)}
        {suspend_part(&data)}
        {standing_part(&data)}
        {measures_part(&data)}
        {events_part(&data)}
        {shared_part(&data)}
        {versions_part(data.versions.clone())}
    }
}

fn turned_down(reason: String) -> AnyView {
    view! {
        <Callout tone=Tone::Danger title="The newest version was turned down">
            <p>{reason}</p>
        </Callout>
    }
    .into_any()
}

fn draft_part(data: &AssessmentView) -> Option<AnyView> {
    let draft = data.draft.clone()?;
    let (path, csrf) = (data.path.clone(), data.csrf.clone());
    let is_complete = draft.missing.is_empty();
    let missing = draft
        .missing
        .iter()
        .map(|link| view! { <li><a href=link.href.clone()>{link.label.clone()}</a></li> })
        .collect_view();
    let missing = (!is_complete).then(|| {
        view! {
            <h3 id="missing">"What is missing"</h3>
            <ul>{missing}</ul>
        }
    });
    let diffs = (!draft.diffs.is_empty()).then(|| {
        let diffs = diff_list(draft.diffs.clone());
        view! {
            <details class="form-details">
                <summary>"Changed in this draft"</summary>
                {diffs}
            </details>
        }
    });
    let buttons = draft.may_edit.then(|| {
        let (hand_in, discard) = (format!("{path}/hand-in"), format!("{path}/discard"));
        let revision = draft.revision.to_string();
        let hand_in = is_complete.then(|| {
            view! { <Button label="Hand in for review" action=hand_in.clone() /> }
        });
        view! {
            <Form action=discard.clone() csrf=csrf>
                <HiddenField name="seen" value=revision />
                <Actions>
                    {hand_in}
                    <Button label="Give this draft up" kind=ButtonKind::Quiet action=discard />
                </Actions>
            </Form>
        }
    });
    Some(
        view! {
            <section>
                <h2>"Draft"</h2>
                <p class="soft">{draft.saved.clone()}</p>
                {step_list(draft.steps.clone())}
                {missing}
                {diffs}
                {buttons}
            </section>
        }
        .into_any(),
    )
}
