//! One assessment: how far the draft is, what counts, what can be decided, its measures, its versions.

use chrono::NaiveDate;
use domain::legal_record::{MeasureStanding, MeasureStatus, Tia};
use leptos::prelude::*;

use super::paper::parts_view;
use crate::register::Typed;
use crate::register::engagement_page::{Difference, diff_list};
use crate::register::sheet::{Sheet, choices};
use crate::register::typed::Reader;
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, Callout, Choice, ErrorSummary, FieldErrors, Form,
    HiddenField, Link, PageHead, Refusal, TextArea, Tone,
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

/// What was typed about a measure, and what is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MoveForm {
    /// Which measure.
    pub measure: u16,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong.
    pub errors: FieldErrors,
}

/// The form for who got a copy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShareForm {
    /// Customers.
    pub customers: Vec<Choice>,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong.
    pub errors: FieldErrors,
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

/// How far a measure is, as typed; or what is wrong.
pub fn parse_standing(typed: &Typed) -> Result<MeasureStanding, FieldErrors> {
    let mut read = Reader::new(typed);
    let status: Option<MeasureStatus> = read.chosen("status", "Choose how far it is");
    let standing = MeasureStanding {
        status: status.unwrap_or(MeasureStatus::Planned),
        verified_by: read.optional("verified_by"),
        verified_on: read.day("verified_on"),
        evidence: read.optional("evidence"),
    };
    for (field, what) in standing.missing() {
        if read.errors.first(field).is_none() {
            read.errors.add(field, what);
        }
    }
    if read.errors.is_empty() {
        Ok(standing)
    } else {
        Err(read.errors)
    }
}

/// Who got a copy: a customer's id or nothing for the importer, the day, a note; or what is wrong.
pub fn parse_share(
    typed: &Typed,
    today: NaiveDate,
) -> Result<(Option<String>, NaiveDate, Option<String>), FieldErrors> {
    let mut read = Reader::new(typed);
    let recipient = read.text("recipient").to_owned();
    if recipient.is_empty() {
        read.errors.add("recipient", "Choose who it was");
    }
    let on = read.required_day("disclosed_on");
    if on.is_some_and(|on| on > today) {
        read.errors.add("disclosed_on", "This day has not come yet");
    }
    let note: Option<domain::text::Line<300>> = read.optional("note");
    match on {
        Some(on) if read.errors.is_empty() => Ok((
            (recipient != "IMPORTER").then_some(recipient),
            on,
            note.map(|note| note.to_string()),
        )),
        _ => Err(read.errors),
    }
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

fn review_part(review: Review, data: &AssessmentView) -> AnyView {
    let (path, csrf) = (&data.path, &data.csrf);
    let number = review.number;
    let diffs = (!review.diffs.is_empty()).then(|| {
        let diffs = diff_list(review.diffs.clone());
        view! {
            <h3>"Changed since the approved version"</h3>
            {diffs}
        }
    });
    let decision = match (review.may_decide.clone(), review.missing.is_empty()) {
        (_, false) => {
            let items = review
                .missing
                .iter()
                .map(|what| view! { <li>{what.clone()}</li> })
                .collect_view();
            view! {
                <Callout tone=Tone::Warn title="It cannot be approved as it is">
                    <p>"Something changed since it was handed in:"</p>
                    <ul>{items}</ul>
                </Callout>
            }
            .into_any()
        }
        (Err(why), true) => view! {
            <Callout tone=Tone::Info title="Waiting for a decision">
                <p>{why}</p>
            </Callout>
        }
        .into_any(),
        (Ok(()), true) => {
            let (action, csrf) = (format!("{path}/approve"), csrf.to_owned());
            view! {
                <section class="confirm">
                    <h3>"Your decision"</h3>
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
    };
    let reject = review.may_decide.is_ok().then(|| {
        let (action, csrf) = (format!("{path}/reject"), csrf.to_owned());
        let (value, error) = Refusal::shown(data.refused.as_ref(), "rejection");
        view! {
            <Form action csrf>
                <HiddenField name="seen" value=number.to_string() />
                <TextArea
                    name="rejection"
                    label="Reason for turning it down"
                    hint="Its authors read this."
                    value
                    error
                    rows=2
                />
                <Actions>
                    <Button label=format!("Turn version {number} down") kind=ButtonKind::Danger />
                </Actions>
            </Form>
        }
    });
    let shown = parts_view(&review.tia);
    view! {
        <section>
            <h2>{format!("Version {number} is handed in")}</h2>
            {diffs}
            {shown}
            {decision}
            {reject}
        </section>
    }
    .into_any()
}

fn start_part(data: &AssessmentView) -> Option<AnyView> {
    data.may_start.then(|| {
        let (action, csrf) = (format!("{}/new-version", data.path), data.csrf.clone());
        view! {
            <Form action csrf>
                <Actions>
                    <Button label="Write a new version" kind=ButtonKind::Secondary />
                </Actions>
            </Form>
        }
        .into_any()
    })
}

fn suspend_part(data: &AssessmentView) -> Option<AnyView> {
    data.may_suspend.then(|| {
        let (action, csrf) = (format!("{}/suspend", data.path), data.csrf.clone());
        let (value, error) = Refusal::shown(data.refused.as_ref(), "reason");
        view! {
            <section class="confirm" data-danger=true>
                <h2>"Suspend it"</h2>
                <p>"The event shows that the transfer must stop. The gates turn red for what runs too, until a new version is approved."</p>
                <Form action csrf>
                    <TextArea
                        name="reason"
                        label="Reason"
                        hint="Kept for ever, and shown to auditors."
                        value
                        error
                        rows=2
                    />
                    <Actions>
                        <Button label="Suspend this assessment" kind=ButtonKind::Danger />
                    </Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}

fn standing_part(data: &AssessmentView) -> Option<AnyView> {
    let standing = data.standing.clone()?;
    let links = standing
        .links
        .into_iter()
        .map(|link| view! { <li><a href=link.href>{link.label}</a></li> })
        .collect_view();
    let shown = parts_view(&standing.tia);
    Some(
        view! {
            <section>
                <h2>{standing.title}</h2>
                <nav class="other-papers" aria-label="Forms of this version">
                    <ul role="list">{links}</ul>
                </nav>
                {shown}
            </section>
        }
        .into_any(),
    )
}

fn measures_part(data: &AssessmentView) -> Option<AnyView> {
    if data.measures.is_empty() {
        return None;
    }
    let items = data
        .measures
        .iter()
        .map(|measure| {
            let tone = if measure.is_in_place {
                Tone::Ok
            } else {
                Tone::Danger
            };
            let word = if measure.is_in_place { "In place" } else { "Open" };
            let form = data.may_edit.then(|| move_form(data, measure.number));
            view! {
                <li>
                    <p>
                        <strong>{format!("Measure {}: {}", measure.number, measure.text)}</strong>
                        " "
                        <Badge tone=tone label=word />
                    </p>
                    <p class="soft">{measure.standing.clone()}</p>
                    {form}
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section>
                <h2 id="measures">"Measures as they are now"</h2>
                <p class="soft">
                    "How far a measure is can be recorded at any time, without a new assessment. Gate G8 reads this."
                </p>
                <ol class="history" role="list">{items}</ol>
            </section>
        }
        .into_any(),
    )
}

fn move_form(data: &AssessmentView, number: u16) -> AnyView {
    let is_this = data.moving.measure == number;
    let empty = MoveForm::default();
    let typed = if is_this { &data.moving } else { &empty };
    let sheet = Sheet {
        typed: &typed.typed,
        errors: &typed.errors,
    };
    // Names are shared by the forms of all measures: ids must not be, so only the form that is open has them.
    let fields = vec![
        sheet.select("status", "How far", "", "Choose", choices!(MeasureStatus)),
        sheet.text("evidence", "What shows it", ""),
        sheet.text("verified_by", "Checked by", "A function; when it was checked."),
        sheet.day("verified_on", "Checked on", ""),
    ];
    let (action, csrf) = (format!("{}/measures/{number}", data.path), data.csrf.clone());
    if is_this || data.measures.len() == 1 {
        view! {
            <details class="form-details" open=is_this>
                <summary>"Record how far it is"</summary>
                <Form action csrf>
                    {fields}
                    <Actions>
                        <Button label=format!("Record for measure {number}") />
                    </Actions>
                </Form>
            </details>
        }
        .into_any()
    } else {
        let href = format!("{}?measure={number}#measures", data.path);
        let label = format!("Record how far measure {number} is");
        view! {
            <p>
                <a href=href>{label}</a>
            </p>
        }
        .into_any()
    }
}

fn events_part(data: &AssessmentView) -> Option<AnyView> {
    (!data.events.is_empty()).then(|| {
        let items = data
            .events
            .clone()
            .into_iter()
            .map(|event| {
                view! {
                    <li>
                        <a href=event.link.href>{event.link.label}</a>
                        ": "
                        {event.standing}
                    </li>
                }
            })
            .collect_view();
        view! {
            <section>
                <h2>"Events that concern it"</h2>
                <ul>{items}</ul>
            </section>
        }
        .into_any()
    })
}

fn shared_part(data: &AssessmentView) -> Option<AnyView> {
    if data.shared.is_empty() && data.share.is_none() {
        return None;
    }
    let items = data
        .shared
        .iter()
        .map(|line| view! { <li>{line.clone()}</li> })
        .collect_view();
    let list = if data.shared.is_empty() {
        view! { <p class="soft">"Nobody yet."</p> }.into_any()
    } else {
        view! { <ul>{items}</ul> }.into_any()
    };
    let form = data.share.as_ref().map(|share| {
        let sheet = Sheet {
            typed: &share.typed,
            errors: &share.errors,
        };
        let mut recipients = vec![Choice::new("IMPORTER", "The importer acknowledged it")];
        recipients.extend(share.customers.clone());
        let fields = vec![
            sheet.select(
                "recipient",
                "Who",
                "A customer who was given the redacted export, or the importer.",
                "Choose",
                recipients,
            ),
            sheet.day("disclosed_on", "On", ""),
            sheet.optional("note", "Note", ""),
        ];
        let (action, csrf) = (format!("{}/share", data.path), data.csrf.clone());
        view! {
            <details class="form-details" open=!share.errors.is_empty()>
                <summary>"Record who got it"</summary>
                <Form action csrf>
                    {fields}
                    <Actions>
                        <Button label="Record it" />
                    </Actions>
                </Form>
            </details>
        }
    });
    Some(
        view! {
            <section>
                <h2>"Who got it"</h2>
                {list}
                {form}
            </section>
        }
        .into_any(),
    )
}

fn versions_part(versions: Vec<TiaVersionLine>) -> Option<AnyView> {
    if versions.is_empty() {
        return None;
    }
    let items = versions
        .into_iter()
        .map(|version| {
            let diffs = (!version.diffs.is_empty()).then(|| diff_list(version.diffs));
            let events = version
                .events
                .into_iter()
                .map(|event| view! { <p>{event}</p> })
                .collect_view();
            view! {
                <li>
                    <p>
                        <a href=version.link.href>{version.link.label}</a>
                        <span class="soft">" " {version.by}</span>
                        " "
                        <Badge tone=version.tone label=version.state />
                    </p>
                    {events}
                    {diffs}
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section>
                <h2 id="versions">"Versions"</h2>
                <ol class="history" role="list" reversed=true>{items}</ol>
            </section>
        }
        .into_any(),
    )
}
