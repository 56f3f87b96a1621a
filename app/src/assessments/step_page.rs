//! One step of the guided assessment.

use domain::legal_record::{Tia, TiaStep};
use leptos::prelude::*;

use super::overview::{StepLine, step_list};
use super::steps::{self, Around};
use crate::register::Typed;
use crate::register::form_page::{Overtaken, overtaken_callout};
use crate::ui::{
    Actions, Breadcrumb, Button, ButtonKind, Callout, ErrorSummary, FieldErrors, Form, HiddenField, Link,
    PageHead, Tone,
};

/// The page's data.
#[derive(Debug, Clone)]
pub struct StepView {
    /// The form token.
    pub csrf: String,
    /// Where the form posts.
    pub path: String,
    /// Breadcrumb: register, engagement, assessment.
    pub trail: Vec<Link>,
    /// "Know your transfer".
    pub title: String,
    /// The steps on this page: one, or all of a note's.
    pub steps: Vec<TiaStep>,
    /// The draft.
    pub tia: Tia,
    /// What the forms need beside it.
    pub around: Around,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// The revision that is being edited.
    pub seen: i64,
    /// Somebody else's save that came in between.
    pub overtaken: Option<Overtaken>,
    /// All steps with how far each is.
    pub progress: Vec<StepLine>,
    /// What is missing on this page: field and what to do.
    pub missing: Vec<(String, String)>,
    /// Whether "hand in" is offered here.
    pub may_hand_in: bool,
    /// Whether the register can fill fields here.
    pub may_fill: bool,
}

/// One step.
#[component]
pub fn StepPage(data: StepView) -> impl IntoView {
    let fields = steps::fields(&data.steps, &data.typed, &data.errors, &data.tia, &data.around);
    let missing = missing_part(&data.missing);
    let progress = (data.progress.len() > 1).then(|| step_list(data.progress.clone()));
    let overview = data
        .trail
        .last()
        .map(|link| link.href.clone())
        .unwrap_or_default();
    let act = || "act".to_owned();
    let fill = data.may_fill.then(|| {
        view! { <Button label="Fill in from the register" kind=ButtonKind::Secondary name=act() value="fill" /> }
    });
    let next = if data.may_hand_in {
        view! {
            <Button label="Hand in for review" name=act() value="hand-in" />
            <Button label="Save" kind=ButtonKind::Secondary name=act() value="save" />
        }
        .into_any()
    } else {
        view! {
            <Button label="Save and go on" name=act() value="next" />
            <Button label="Save" kind=ButtonKind::Secondary name=act() value="save" />
        }
        .into_any()
    };
    view! {
        <Breadcrumb trail=data.trail.clone() here=data.title.clone() />
        <PageHead title=data.title.clone()>
            <p class="soft">"Saved as you go: a step may be incomplete. Nothing counts before it is handed in and approved."</p>
        </PageHead>
        {progress}
        {data.overtaken.clone().map(overtaken_callout)}
        <ErrorSummary errors=data.errors.clone() />
        {missing}
        <Form action=data.path.clone() csrf=data.csrf.clone()>
            <HiddenField name="seen" value=data.seen.to_string() />
            {fields}
            <Actions>
                {next}
                {fill}
                <a href=overview>"Overview"</a>
            </Actions>
        </Form>
    }
}

fn missing_part(missing: &[(String, String)]) -> Option<AnyView> {
    (!missing.is_empty()).then(|| {
        let items = missing
            .iter()
            .map(|(field, what)| view! { <li><a href=format!("#{field}")>{what.clone()}</a></li> })
            .collect_view();
        view! {
            <Callout tone=Tone::Info title="Still missing here">
                <ul>{items}</ul>
            </Callout>
        }
        .into_any()
    })
}
