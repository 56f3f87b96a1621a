//! The form for a transfer impact assessment.

use std::collections::BTreeSet;

use domain::country::Place;
use domain::id::StaffId;
use domain::legal_record::{
    Measure, MeasureKind, MeasureStatus, Situation, Tia, TiaOutcome, TiaState, TiaType,
};
use leptos::prelude::*;

use super::sheet::{Sheet, choices, part};
use super::typed::{Reader, Typed};
use crate::ui::{Button, ButtonKind, Choice, FieldErrors, HiddenField};

/// More measures than any assessment has.
const MOST: usize = 40;

fn count(typed: &Typed) -> usize {
    typed.text("measures").parse().unwrap_or(1).clamp(1, MOST)
}

/// Adds an empty measure, for the button.
pub fn add_row(typed: &mut Typed) {
    let rows = count(typed) + 1;
    typed.set("measures", rows.min(MOST));
}

/// The fields filled from a version.
pub fn typed_from(tia: &Tia) -> Typed {
    let mut typed = Typed::default();
    typed.put("tia_type", tia.tia_type);
    let places: Vec<&str> = tia.destinations.iter().map(Place::label).collect();
    typed.put("destinations", places.join("\n"));
    typed.put("situation", tia.situation);
    typed.put_some("situation_text", tia.situation_text.as_ref());
    typed.put("outcome", tia.outcome);
    typed.put("measures", tia.measures.len().max(1));
    for (number, measure) in tia.measures.iter().enumerate() {
        let number = number + 1;
        typed.put(format!("measure_text_{number}"), &measure.text);
        typed.put(format!("measure_kind_{number}"), measure.kind);
        typed.put(format!("measure_status_{number}"), measure.status);
    }
    typed.put_some("customer_summary", tia.customer_summary.as_ref());
    typed.put_some("next_review_on", tia.next_review_on.as_ref());
    typed
}

/// The assessment as `authors` wrote it, in draft or handed in; or what is wrong with it.
pub fn parse(typed: &Typed, authors: BTreeSet<StaffId>, state: TiaState) -> Result<Tia, FieldErrors> {
    let mut read = Reader::new(typed);
    let tia_type: Option<TiaType> = read.chosen("tia_type", "Choose what kind of assessment it is");
    let destinations = destinations(&mut read);
    let situation: Option<Situation> =
        read.chosen("situation", "Choose what law and practice there are like");
    let situation_text = read.optional("situation_text");
    let outcome: Option<TiaOutcome> = read.chosen("outcome", "Choose what it came to");
    let measures = measures(&mut read, typed);
    let customer_summary = read.optional("customer_summary");
    let next_review_on = read.day("next_review_on");
    if situation == Some(Situation::Problematic)
        && matches!(outcome, Some(TiaOutcome::Allowed))
        && situation_text.is_none()
        && read.errors.first("situation_text").is_none()
    {
        read.errors.add(
            "situation_text",
            "Show why the law will not be applied to this transfer; without that it is not allowed",
        );
    }
    if outcome == Some(TiaOutcome::AllowedWithMeasures) && measures.is_empty() {
        read.errors
            .add("measure_text_1", "Name the measures that it depends on");
    }
    if state == TiaState::InReview
        && next_review_on.is_none()
        && read.errors.first("next_review_on").is_none()
    {
        read.errors.add("next_review_on", "Say when it is reviewed again");
    }
    match (tia_type, situation, outcome) {
        (Some(tia_type), Some(situation), Some(outcome)) if read.errors.is_empty() => Ok(Tia {
            tia_type,
            destinations,
            outcome,
            state,
            authors,
            approver: None,
            approved_on: None,
            next_review_on,
            measures,
            situation,
            situation_text,
            customer_summary,
        }),
        _ => Err(read.errors),
    }
}

fn destinations(read: &mut Reader) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    for line in read
        .text("destinations")
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        places.extend(read.errors.take("destinations", Place::find(line)));
    }
    places
}

fn measures(read: &mut Reader, typed: &Typed) -> Vec<Measure> {
    let mut measures = Vec::new();
    for number in 1..=count(typed) {
        let name = |field: &str| format!("measure_{field}_{number}");
        if ["text", "kind", "status"]
            .iter()
            .all(|field| read.text(&name(field)).is_empty())
        {
            continue;
        }
        let text = read.required(&name("text"));
        let kind: Option<MeasureKind> = read.chosen(&name("kind"), "Choose the kind of measure");
        let status: Option<MeasureStatus> = read.chosen(&name("status"), "Choose how far it is");
        if let (Some(text), Some(kind), Some(status)) = (text, kind, status) {
            measures.push(Measure { kind, text, status });
        }
    }
    measures
}

/// The parts of the form.
pub fn fields(typed: &Typed, errors: &FieldErrors) -> AnyView {
    let sheet = Sheet { typed, errors };
    vec![
        part("What is assessed", "", vec![
            sheet.radio("tia_type", "Kind of assessment", "Every engagement has one: also those that stay in the EEA, as a note.", kinds()),
            sheet.area("destinations", "Destinations", "One country a line; empty when nothing leaves the EEA.", 3),
        ]),
        part("Law and practice at the destination", "", vec![
            sheet.radio("situation", "What are they like?", "As in step 3 of the EDPB’s Recommendations 01/2020.", choices!(Situation)),
            sheet.area("situation_text", "In words", "Laws, sources and practice. In situation (iii): why the law will not be applied to this transfer.", 8),
        ]),
        part("Supplementary measures", "Each with how far it is. A gate stays red until every measure that the result depends on is in place.", measure_fields(&sheet)),
        part("Result", "", vec![
            sheet.radio("outcome", "What it came to", "", choices!(TiaOutcome)),
            sheet.area("customer_summary", "What customers are told", "One or two sentences that may be published.", 2),
            sheet.day("next_review_on", "Reviewed again on", "In a year at the latest; in half a year for the United States."),
        ]),
    ]
    .into_any()
}

fn kinds() -> Vec<Choice> {
    TiaType::ALL
        .iter()
        .map(|kind| {
            let choice = Choice::new(kind.as_str(), super::sheet::sentence(kind.label()));
            match kind {
                TiaType::Full46 => choice.hint("For clauses, rules and other safeguards, and as the fallback of the Data Privacy Framework."),
                TiaType::AdequacyNote => choice.hint("An adequacy decision covers it."),
                TiaType::EeaNote => choice.hint("Nothing leaves the EEA, and nobody outside can reach it."),
                TiaType::ParentAccessNote => choice.hint("Kept in the EEA by a company whose parent is outside."),
                TiaType::UkTra | TiaType::Ch => choice,
            }
        })
        .collect()
}

fn measure_fields(sheet: &Sheet) -> Vec<AnyView> {
    let rows = count(sheet.typed);
    let mut views = vec![view! { <HiddenField name="measures" value=rows.to_string() /> }.into_any()];
    for number in 1..=rows {
        let name = |field: &str| format!("measure_{field}_{number}");
        let cells = vec![
            sheet.text(&name("text"), "Measure", ""),
            sheet.select(&name("kind"), "Kind", "", "Choose", choices!(MeasureKind)),
            sheet.select(&name("status"), "How far", "", "Choose", choices!(MeasureStatus)),
        ];
        views.push(
            view! {
                <fieldset class="location-row">
                    <legend>{format!("Measure {number}")}</legend>
                    {cells}
                </fieldset>
            }
            .into_any(),
        );
    }
    let name = "act".to_owned();
    views.push(
        view! {
            <p>
                <Button label="Add another measure" kind=ButtonKind::Secondary name=name value="add-row" />
            </p>
        }
        .into_any(),
    );
    views
}
