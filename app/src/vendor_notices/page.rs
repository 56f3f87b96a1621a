//! One vendor notice: what it says, whether the vendor's window is too short for our customers, what became of it, and the
//! steps that this person can take.

use domain::vendor_notice::VendorNoticeStep;
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::sheet::Sheet;
use crate::ui::{
    Actions, Badge, Breadcrumb, Button, ButtonKind, Callout, Choice, ErrorSummary, Fact, Facts, FieldErrors,
    Form, HiddenField, Link, PageHead, Tone,
};

/// What the red callout says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortWindow {
    /// "The vendor lets us object until …, customers may object until …".
    pub title: String,
    /// Of how many customers, and the longest period; only for whoever may read customers.
    pub numbers: Option<String>,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepLine {
    /// "Forwarded".
    pub title: String,
    /// When and by whom.
    pub by: String,
    /// Why, or under which reference.
    pub text: Option<String>,
    /// The change that was drafted.
    pub link: Option<Link>,
}

/// What this person can do with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    /// The words of the button that forwards it.
    pub forward: Option<String>,
    /// Why nothing can be drafted now, where it waits for that.
    pub no_forward: Option<String>,
    /// Whether they can record if we object.
    pub object: bool,
    /// Whether it was decided that we do not, so that only an objection is left.
    pub is_declined: bool,
    /// Whether they can close it.
    pub close: bool,
}

/// The page's data.
#[derive(Debug, Clone)]
pub struct VendorNoticeView {
    /// The form token.
    pub csrf: String,
    /// Its address.
    pub path: String,
    /// "Vendor notice 3".
    pub title: String,
    /// Where it stands, and what that means.
    pub standing: (String, Tone),
    /// Whose vendor it is.
    pub engagement: Link,
    /// What it says.
    pub description: String,
    /// Label and text.
    pub facts: Vec<(String, String)>,
    /// The raw copy and its SHA-256.
    pub copy: Option<(Link, String)>,
    /// Whether the vendor's window is too short.
    pub short_window: Option<ShortWindow>,
    /// What could not be counted for that.
    pub uncounted: Option<String>,
    /// What became of it.
    pub history: Vec<StepLine>,
    /// How many steps had been taken when the page was opened.
    pub seen: String,
    /// What this person can do.
    pub steps: Steps,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// What somebody else did in between.
    pub overtaken: Option<String>,
}

/// One vendor notice.
#[component]
pub fn VendorNoticePage(data: VendorNoticeView) -> impl IntoView {
    let trail = vec![Link::new("Vendor notices", "/staff/vendor-notices")];
    let (label, tone) = data.standing.clone();
    let engagement = data.engagement.clone();
    let raw_copy = copy(data.copy.clone());
    let facts = data.facts.clone();
    let facts = facts
        .into_iter()
        .map(|(term, text)| view! { <Fact term=term>{text}</Fact> })
        .collect_view();
    view! {
        <Breadcrumb trail here=data.title.clone() />
        <PageHead title=data.title.clone()>
            <p>
                <Badge tone label />
                " "
                <a href=engagement.href>{engagement.label}</a>
            </p>
        </PageHead>
        {data.overtaken.clone().map(|what| view! {
            <Callout tone=Tone::Danger title="Somebody else was first">
                <p>{what}</p>
            </Callout>
        })}
        <ErrorSummary errors=data.errors.clone() />
        {data.short_window.clone().map(short_window)}
        {data.uncounted.clone().map(|text| view! { <p class="soft">{text}</p> })}
        <p class="prose">{data.description.clone()}</p>
        <Facts>
            {facts}
            <Fact term="The notice as it came">{raw_copy}</Fact>
        </Facts>
        {history(data.history.clone())}
        {forward(&data)}
        {object(&data)}
        {close(&data)}
    }
}

fn short_window(found: ShortWindow) -> AnyView {
    view! {
        <Callout tone=Tone::Danger title=found.title>
            {found.numbers.map(|text| view! { <p>{text}</p> })}
            <p>
                "What a customer objects to after the vendor’s day, we cannot object to any more: decide before it whether we object ourselves."
            </p>
        </Callout>
    }
    .into_any()
}

fn copy(copy: Option<(Link, String)>) -> AnyView {
    match copy {
        Some((link, sha256)) => view! {
            <a href=link.href download=true>{link.label}</a>
            <br />
            "SHA-256 "
            <code>{sha256}</code>
        }
        .into_any(),
        None => view! { <Badge tone=Tone::Warn label="No copy on file" /> }.into_any(),
    }
}

fn history(steps: Vec<StepLine>) -> Option<AnyView> {
    if steps.is_empty() {
        return None;
    }
    let steps = steps
        .into_iter()
        .map(|step| {
            view! {
                <li>
                    <p>
                        <strong>{step.title}</strong>
                        <span class="soft">" " {step.by}</span>
                    </p>
                    {step.text.map(|text| view! { <p>{text}</p> })}
                    {step.link.map(|link| view! { <p><a href=link.href>{link.label}</a></p> })}
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section>
                <h2>"What became of it"</h2>
                <ol class="history" role="list">{steps}</ol>
            </section>
        }
        .into_any(),
    )
}

fn forward(data: &VendorNoticeView) -> Option<AnyView> {
    if let Some(why) = data.steps.no_forward.clone() {
        return Some(
            view! {
                <section>
                    <h2>"Forward it to customers"</h2>
                    <p class="refused">{why}</p>
                </section>
            }
            .into_any(),
        );
    }
    let label = data.steps.forward.clone()?;
    let (csrf, action, seen) = (
        data.csrf.clone(),
        format!("{}/forward", data.path),
        data.seen.clone(),
    );
    Some(
        view! {
            <section>
                <h2>"Forward it to customers"</h2>
                <p class="soft">
                    "A change is drafted with this notice as its title. It leaves once it was handed in and somebody else has approved it."
                </p>
                <Form action csrf>
                    <HiddenField name="seen" value=seen />
                    <Actions>
                        <Button label />
                    </Actions>
                </Form>
            </section>
        }
        .into_any(),
    )
}

fn object(data: &VendorNoticeView) -> Option<AnyView> {
    if !data.steps.object {
        return None;
    }
    let sheet = Sheet {
        typed: &data.typed,
        errors: &data.errors,
    };
    let mut choices = vec![Choice::new(
        VendorNoticeStep::Objected.as_str(),
        "We objected to the vendor",
    )];
    if !data.steps.is_declined {
        choices.push(Choice::new(
            VendorNoticeStep::NotObjected.as_str(),
            "We do not object",
        ));
    }
    let reason = (!data.steps.is_declined).then(|| {
        sheet.area(
            "objection_reason",
            "Why we do not",
            "Where we do not object. Kept for ever, and shown to auditors.",
            2,
        )
    });
    let fields = view! {
        {sheet.radio("objection", "Do we object?", "", choices)}
        {sheet.day("objected_on", "We objected on", "Where we did.")}
        {sheet.optional("reference", "Reference", "Where we did: a case number, or the mail that says so.")}
        {reason}
    }
    .into_any();
    let (csrf, action, seen) = (
        data.csrf.clone(),
        format!("{}/objection", data.path),
        data.seen.clone(),
    );
    Some(
        view! {
            <section>
                <h2>"Our own objection"</h2>
                <Form action csrf>
                    <HiddenField name="seen" value=seen />
                    {fields}
                    <Actions>
                        <Button label="Record it" kind=ButtonKind::Secondary about="our own objection" />
                    </Actions>
                </Form>
            </section>
        }
        .into_any(),
    )
}

fn close(data: &VendorNoticeView) -> Option<AnyView> {
    if !data.steps.close {
        return None;
    }
    let sheet = Sheet {
        typed: &data.typed,
        errors: &data.errors,
    };
    let reason = sheet.area(
        "reason",
        "Reason",
        "It concerns no customer, or customers are told otherwise: say how. Kept for ever, and shown to auditors.",
        2,
    );
    let (csrf, action, seen) = (
        data.csrf.clone(),
        format!("{}/close", data.path),
        data.seen.clone(),
    );
    Some(
        view! {
            <section>
                <h2>"Close it without forwarding"</h2>
                <Form action csrf>
                    <HiddenField name="seen" value=seen />
                    {reason}
                    <Actions>
                        <Button label="Close it without telling customers" kind=ButtonKind::Danger />
                    </Actions>
                </Form>
            </section>
        }
        .into_any(),
    )
}
