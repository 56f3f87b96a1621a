//! A new assessment: which kind, and to where.

use std::collections::BTreeSet;

use domain::country::Place;
use domain::legal_record::TiaType;
use leptos::prelude::*;

use crate::register::Typed;
use crate::register::form_page::{Adding, added_callout, next_field};
use crate::register::sheet::{Sheet, part, sentence};
use crate::register::typed::Reader;
use crate::ui::{
    Actions, Breadcrumb, Button, Callout, Choice, ErrorSummary, FieldErrors, Form, Link, PageHead, Tone,
};

/// The page's data.
#[derive(Debug, Clone)]
pub struct NewAssessment {
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
    /// Assessments that are there already.
    pub others: Vec<Link>,
    /// Whether this person may write one.
    pub may_edit: bool,
    /// What tells a form that is sent twice.
    pub adding: Adding,
}

/// The form filled with what fits the register.
pub fn typed_new(tia_type: TiaType, destinations: &BTreeSet<Place>) -> Typed {
    let mut typed = Typed::default();
    typed.put("tia_type", tia_type);
    let places: Vec<&str> = destinations.iter().map(Place::label).collect();
    typed.put("destinations", places.join("\n"));
    typed
}

/// Kind and destinations, or what is wrong.
pub fn parse_new(typed: &Typed) -> Result<(TiaType, BTreeSet<Place>), FieldErrors> {
    let mut read = Reader::new(typed);
    let tia_type: Option<TiaType> = read.chosen("tia_type", "Choose what kind of assessment it is");
    let mut places = BTreeSet::new();
    let text = read.text("destinations").to_owned();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        places.extend(read.errors.take("destinations", Place::find(line)));
    }
    match tia_type {
        Some(tia_type) if read.errors.is_empty() => {
            // A note that nothing leaves the EEA has no destinations, whatever was proposed.
            if matches!(tia_type, TiaType::EeaNote | TiaType::ParentAccessNote) {
                places.clear();
            }
            Ok((tia_type, places))
        }
        _ => Err(read.errors),
    }
}

fn kinds() -> Vec<Choice> {
    TiaType::ALL
        .iter()
        .map(|kind| {
            let choice = Choice::new(kind.as_str(), sentence(kind.label()));
            match kind {
                TiaType::Full46 => choice.hint("For clauses, rules and other safeguards, and as the fallback of the Data Privacy Framework; under whichever law the data is exported. Seven steps."),
                TiaType::AdequacyNote => choice.hint("An adequacy decision covers it. One page."),
                TiaType::EeaNote => choice.hint("Nothing leaves the EEA, and nobody outside can reach it. One page."),
                TiaType::ParentAccessNote => choice.hint("Kept in the EEA by a company whose parent is outside. One page."),
                TiaType::UkTra => choice.hint("Serves exports from the United Kingdom and no others: the data protection test. Seven steps."),
                TiaType::Ch => choice.hint("Serves exports from Switzerland and no others. Seven steps."),
            }
        })
        .collect()
}

/// A new assessment.
#[component]
pub fn NewAssessmentPage(data: NewAssessment) -> impl IntoView {
    let trail = vec![Link::new("Register", "/staff/register"), data.back.clone()];
    let others = (!data.others.is_empty()).then(|| {
        let items = data
            .others
            .clone()
            .into_iter()
            .map(|link| view! { <li><a href=link.href>{link.label}</a></li> })
            .collect_view();
        view! {
            <Callout tone=Tone::Info title="There are assessments already">
                <ul>{items}</ul>
            </Callout>
        }
    });
    let form = data.may_edit.then(|| {
        let sheet = Sheet {
            typed: &data.typed,
            errors: &data.errors,
        };
        let fields = part(
            "What is assessed",
            "",
            vec![
                sheet.radio(
                    "tia_type",
                    "Kind of assessment",
                    "Every engagement has one: also those that stay in the EEA, as a note.",
                    kinds(),
                ),
                sheet.area(
                    "destinations",
                    "Destinations outside the EEA",
                    "One country a line. As the register has them; several can go into one assessment.",
                    3,
                ),
            ],
        );
        let (csrf, action, back) = (data.csrf.clone(), data.path.clone(), data.back.href.clone());
        let next = next_field(&data.adding.next);
        view! {
            <Form action csrf>
                {next}
                {fields}
                <Actions>
                    <Button label="Start" />
                    <a href=back>"Go back"</a>
                </Actions>
            </Form>
        }
    });
    view! {
        <Breadcrumb trail here="Add an assessment of transfers" />
        <PageHead title="Add an assessment of transfers">
            <p class="soft">"What the register knows is filled in. You can leave at any time and go on later."</p>
        </PageHead>
        {others}
        {data.adding.added.map(added_callout)}
        <ErrorSummary errors=data.errors.clone() />
        {form}
    }
}
