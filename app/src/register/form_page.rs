//! Pages around the forms: a new engagement, another version of one, of its company, or of a legal paper.

use leptos::prelude::*;

use super::engagement_page::{Difference, diff_list};
use super::sheet::{Sheet, part};
use super::typed::Typed;
use super::{company, engagement};
use crate::changes::{Review, review_part};
use crate::ui::{
    Actions, Breadcrumb, Button, Callout, ErrorSummary, FieldErrors, Form, HiddenField, Link, PageHead, Tone,
};

pub use engagement::EngagementChoices;

/// A new engagement, with its company if that is new too.
#[derive(Debug, Clone, Default)]
pub struct NewEngagement {
    /// The form token.
    pub csrf: String,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// What can be chosen.
    pub offered: EngagementChoices,
    /// What tells a form that is sent twice.
    pub adding: Adding,
}

/// The field of [`Adding::next`].
pub const NEXT: &str = "next";

/// What a form that adds one of several carries and says, so that what is sent twice is not added twice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adding {
    /// What comes next, as the form was opened: the number that the new one gets, or that of the next entry of the log where
    /// what is added has no number. Empty where nothing is added.
    pub next: String,
    /// What was added since.
    pub added: Option<Link>,
}

/// Another version of something that is on file.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// The form token.
    pub csrf: String,
    /// Where the form is, and posts.
    pub path: String,
    /// The engagement's page.
    pub back: Link,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// The number of the version that was being edited.
    pub seen: i64,
    /// Somebody else's version that came in between.
    pub overtaken: Option<Overtaken>,
    /// What customers or the public were shown of it, where that was shown.
    pub bound: Option<String>,
    /// What can be chosen.
    pub offered: EngagementChoices,
    /// Names of the company's other engagements, which share its facts.
    pub shared_with: Vec<Link>,
    /// What differs from what others were shown, and which kind of change covers it.
    pub review: Review,
}

/// Two people edited the same version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overtaken {
    /// When and by whom the other version was saved.
    pub by: String,
    /// What it changed.
    pub theirs: Vec<Difference>,
    /// What saving would change of it.
    pub yours: Vec<Difference>,
}

const NOTHING_INVENTED: &str = "Leave empty what nobody has established. It is shown as unknown in red until somebody does; nothing is filled in for you.";

/// A new engagement.
#[component]
pub fn NewEngagementPage(data: NewEngagement) -> impl IntoView {
    let NewEngagement {
        csrf,
        typed,
        errors,
        offered,
        adding,
    } = data;
    let sheet = Sheet {
        typed: &typed,
        errors: &errors,
    };
    let mut which = vec![sheet.select(
        "organisation",
        "Company",
        "If it is in the register already, choose it and leave the fields about the company empty.",
        "A new company",
        offered.companies.clone(),
    )];
    if offered.entities.len() > 1 {
        which.push(sheet.select(
            "entity",
            "Which of our legal entities engages it?",
            "",
            "Not said",
            offered.entities.clone(),
        ));
    }
    let which = part("Who", "", which);
    let next = next_field(&adding.next);
    let company_fields = company::fields(&typed, &errors);
    let engagement_fields = engagement::fields(&typed, &errors, offered);
    view! {
        <Breadcrumb trail=vec![Link::new("Register", "/staff/register")] here="Add an engagement" />
        <PageHead title="Add an engagement">
            <p class="soft">{NOTHING_INVENTED}</p>
        </PageHead>
        {adding.added.map(added_callout)}
        <ErrorSummary errors=errors.clone() />
        <Form action="/staff/register/new" csrf>
            {next}
            {which}
            {company_fields}
            {engagement_fields}
            <Actions>
                <Button label="Add as a draft" />
                <a href="/staff/register">"Go back"</a>
            </Actions>
        </Form>
    }
}

/// Another version of an engagement's facts.
#[component]
pub fn EditEngagementPage(data: NewVersion) -> impl IntoView {
    let fields = {
        let sheet = Sheet {
            typed: &data.typed,
            errors: &data.errors,
        };
        let company = part(
            "Who",
            "",
            vec![sheet.select(
                "organisation",
                "Contracting company",
                "Another company is another legal person: customers must be told.",
                "Choose",
                data.offered.companies.clone(),
            )],
        );
        let rest = engagement::fields(&data.typed, &data.errors, data.offered.clone());
        vec![company, rest].into_any()
    };
    version_page("Edit the engagement", data, fields)
}

/// Another version of a company's facts.
#[component]
pub fn EditCompanyPage(data: NewVersion) -> impl IntoView {
    let fields = company::fields(&data.typed, &data.errors);
    version_page("Edit the company", data, fields)
}

fn version_page(title: &'static str, data: NewVersion, fields: AnyView) -> AnyView {
    let NewVersion {
        csrf,
        path,
        back,
        typed,
        errors,
        seen,
        overtaken,
        bound,
        shared_with,
        review,
        ..
    } = data;
    let differing = review_part(&review, &errors).map(|part| {
        view! {
            {part}
            <Actions>
                <Button label=format!("Save as version {}", seen + 1) />
            </Actions>
        }
    });
    // What was chosen stays chosen while something else has to be put right first.
    let chosen = if differing.is_none() {
        chosen_before(&typed)
    } else {
        Vec::new()
    };
    let trail = vec![Link::new("Register", "/staff/register"), back.clone()];
    let why = {
        let sheet = Sheet {
            typed: &typed,
            errors: &errors,
        };
        let mut views = vec![sheet.day(
            "valid_from",
            "True since",
            "Only if it has been true for longer than since today.",
        )];
        if bound.is_some() {
            views.push(sheet.area(
                "reason",
                "Reason for this correction",
                "Kept with the version and shown to auditors.",
                2,
            ));
        }
        part("This version", "", views)
    };
    view! {
        <Breadcrumb trail here=title />
        <PageHead title>
            <p class="soft">{NOTHING_INVENTED}</p>
        </PageHead>
        {bound.map(bound_callout)}
        {shared(shared_with)}
        {overtaken.map(overtaken_callout)}
        <ErrorSummary errors=errors />
        <Form action=path csrf>
            <HiddenField name="seen" value=seen.to_string() />
            {differing}
            {chosen}
            {fields}
            {why}
            <Actions>
                <Button label=format!("Save as version {}", seen + 1) />
                <a href=back.href>"Go back"</a>
            </Actions>
        </Form>
    }
    .into_any()
}

fn chosen_before(typed: &Typed) -> Vec<AnyView> {
    typed
        .pairs()
        .iter()
        .filter(|(name, _)| name.starts_with("cover_") || name == "class_reason")
        .map(|(name, value)| view! { <HiddenField name=name.clone() value=value.clone() /> }.into_any())
        .collect()
}

fn bound_callout(what: String) -> AnyView {
    view! {
        <Callout tone=Tone::Warn title=format!("This was shown to others: {what}")>
            <p>
                "You can correct an address, a contact or a wording with a reason. Company, purpose, data, locations and transfers are what customers were told: a new version of these is recorded but not published, and a change must announce it. Before it is saved you are asked what kind of change each difference is."
            </p>
        </Callout>
    }
    .into_any()
}

fn shared(others: Vec<Link>) -> Option<AnyView> {
    (!others.is_empty()).then(|| {
        let items = others
            .into_iter()
            .map(|link| view! { <li><a href=link.href>{link.label}</a></li> })
            .collect_view();
        view! {
            <Callout tone=Tone::Info title="The same company is engaged elsewhere">
                <p>"What you change here changes for these too:"</p>
                <ul>{items}</ul>
            </Callout>
        }
        .into_any()
    })
}

/// What a form carries of [`Adding`].
pub(crate) fn next_field(next: &str) -> Option<AnyView> {
    let next = next.to_owned();
    (!next.is_empty()).then(|| view! { <HiddenField name=NEXT value=next /> }.into_any())
}

pub(crate) fn added_callout(added: Link) -> AnyView {
    view! {
        <Callout tone=Tone::Danger title="One was added while this form was open">
            <p>
                <a href=added.href>{added.label}</a>
                " was added meanwhile. Nothing was saved now, and nothing is lost: what you typed is below."
            </p>
            <p>"If it is the one that you were adding, there is nothing left to do. If yours is another one, send the form again."</p>
        </Callout>
    }
    .into_any()
}

pub(crate) fn overtaken_callout(overtaken: Overtaken) -> AnyView {
    let Overtaken { by, theirs, yours } = overtaken;
    view! {
        <Callout tone=Tone::Danger title="Somebody else saved a version while you were editing">
            <p>{format!("{by}. Nothing of yours was saved, and nothing is lost: what you typed is below.")}</p>
            <h3>"What they changed"</h3>
            {diff_list(theirs)}
            <h3>"What saving yours now would change of theirs"</h3>
            {diff_list(yours)}
            <p>"Put right what should stay as they have it, then save."</p>
        </Callout>
    }
    .into_any()
}
