//! The form for an event.

use chrono::NaiveDate;
use domain::legal_record::MechanismKind;
use domain::text::Prose;
use domain::trigger::{Deadline, Scope, ScopeKind, TriggerKind};
use domain::web_address::WebAddress;
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::form_page::{Adding, added_callout, next_field};
use crate::register::sheet::{Sheet, choices, part, sentence};
use crate::register::typed::Reader;
use crate::ui::{Actions, Breadcrumb, Button, Choice, ErrorSummary, FieldErrors, Form, Link, PageHead};

/// An event as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    /// What happened.
    pub kind: TriggerKind,
    /// Which assessments it concerns.
    pub scope: Scope,
    /// In words.
    pub description: Prose,
    /// Where it can be read.
    pub source: Option<WebAddress>,
    /// When it happened.
    pub occurred_on: NaiveDate,
    /// From when on it has effect.
    pub takes_effect_on: Option<NaiveDate>,
}

/// The event, or what is wrong with it.
pub fn parse(typed: &Typed, today: NaiveDate) -> Result<Raised, FieldErrors> {
    let mut read = Reader::new(typed);
    let kind: Option<TriggerKind> = read.chosen("kind", "Choose what happened");
    let scope_kind: Option<ScopeKind> = read.chosen("scope", "Choose whom it concerns");
    let scope = scope_kind.and_then(|kind| {
        let field = field_of(kind);
        let scope = Scope::parse(kind, read.text(field));
        if scope.is_none() {
            read.errors.add(field, "Choose which");
        }
        scope
    });
    let description = read.required("description");
    let source = read.optional("source");
    let occurred_on = read.required_day("occurred_on");
    if occurred_on.is_some_and(|day| day > today) {
        read.errors.add(
            "occurred_on",
            "This day has not come yet; the day it takes effect goes below",
        );
    }
    let takes_effect_on = read.day("takes_effect_on");
    let needs_day = kind.is_some_and(|kind| !matches!(kind.deadline(), Deadline::WorkingDays(_)));
    if needs_day && takes_effect_on.is_none() && read.errors.first("takes_effect_on").is_none() {
        read.errors.add(
            "takes_effect_on",
            "Say when it takes effect: the reviews must be done by then",
        );
    }
    let is_forwarded = kind.is_some_and(|kind| kind.forwarded_as().is_some());
    if is_forwarded && matches!(scope_kind, Some(ScopeKind::Country | ScopeKind::Instrument)) {
        read.errors.add(
            "scope",
            "Choose the company or the engagement whose importer wrote: its customers are told",
        );
    }
    match (kind, scope, description, occurred_on) {
        (Some(kind), Some(scope), Some(description), Some(occurred_on)) if read.errors.is_empty() => {
            Ok(Raised {
                kind,
                scope,
                description,
                source,
                occurred_on,
                takes_effect_on,
            })
        }
        _ => Err(read.errors),
    }
}

const fn field_of(kind: ScopeKind) -> &'static str {
    match kind {
        ScopeKind::Country => "country",
        ScopeKind::Organisation => "organisation",
        ScopeKind::Engagement => "engagement",
        ScopeKind::Instrument => "instrument",
    }
}

/// The page's data.
#[derive(Debug, Clone)]
pub struct NewTrigger {
    /// The form token.
    pub csrf: String,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// Companies.
    pub organisations: Vec<Choice>,
    /// Engagements.
    pub engagements: Vec<Choice>,
    /// What tells a form that is sent twice.
    pub adding: Adding,
}

/// The hint of each kind: until when somebody must have looked.
fn kinds() -> Vec<Choice> {
    TriggerKind::ALL
        .iter()
        .map(|kind| {
            let until = match kind.deadline() {
                Deadline::WorkingDays(0) => "To be looked at the same day.".to_owned(),
                Deadline::WorkingDays(1) => {
                    "To be opened within one working day, decided within ten.".to_owned()
                }
                Deadline::WorkingDays(days) => format!("To be looked at within {days} working days."),
                Deadline::BeforeItTakesEffect => "To be reviewed before it takes effect.".to_owned(),
                Deadline::TransitionDate => "To be reviewed by the transition date.".to_owned(),
            };
            let forwarded = match kind.forwarded_as() {
                Some(_) => " A notice to the customers concerned is drafted.",
                None => "",
            };
            Choice::new(kind.as_str(), sentence(kind.label())).hint(format!("{until}{forwarded}"))
        })
        .collect()
}

/// A new event.
#[component]
pub fn NewTriggerPage(data: NewTrigger) -> impl IntoView {
    let sheet = Sheet {
        typed: &data.typed,
        errors: &data.errors,
    };
    let what = part(
        "What happened",
        "",
        vec![
            sheet.radio("kind", "Kind of event", "", kinds()),
            sheet.area(
                "description",
                "In words",
                "What happened, and why it may matter.",
                4,
            ),
            sheet.web("source", "Where it can be read", ""),
            sheet.day("occurred_on", "It happened on", ""),
            sheet.day(
                "takes_effect_on",
                "It takes effect on",
                "Where that is another day: a change at the vendor, a transition date.",
            ),
        ],
    );
    let whom = part(
        "Which assessments it concerns",
        "Those that are approved or wait for a decision are listed when the event is recorded; somebody then says for each whether it has an impact.",
        vec![
            sheet.radio("scope", "All assessments of", "", choices!(ScopeKind)),
            sheet.text("country", "Country", "Code or English name; for a country."),
            sheet.select(
                "organisation",
                "Company",
                "For a company.",
                "Choose",
                data.organisations.clone(),
            ),
            sheet.select(
                "engagement",
                "Engagement",
                "For an engagement.",
                "Choose",
                data.engagements.clone(),
            ),
            sheet.select(
                "instrument",
                "Instrument",
                "For an instrument.",
                "Choose",
                choices!(MechanismKind),
            ),
        ],
    );
    let trail = vec![Link::new("Events", "/staff/triggers")];
    let next = next_field(&data.adding.next);
    view! {
        <Breadcrumb trail here="Record an event" />
        <PageHead title="Record an event" />
        {data.adding.added.map(added_callout)}
        <ErrorSummary errors=data.errors.clone() />
        <Form action="/staff/triggers/new" csrf=data.csrf.clone()>
            {next}
            {what}
            {whom}
            <Actions>
                <Button label="Record the event" />
                <a href="/staff/triggers">"Go back"</a>
            </Actions>
        </Form>
    }
}
