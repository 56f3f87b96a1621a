//! Step 3: law and practice (part D). What is known of the country is shown, not typed again; what is special to this
//! importer is asked.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::country::{Country, Place};
use domain::country_knowledge::CountryKnowledge;
use domain::legal_record::{Applies, CountryReference, Experience, LawAnswer, Practice, Situation, Tia};
use domain::text::{Line, Paragraphs};
use leptos::prelude::*;

use crate::countries::knowledge::{knowledge_view, source_rows};
use crate::countries::rows;
use crate::register::Typed;
use crate::register::sheet::{Sheet, choices, folded, part};
use crate::register::typed::Reader;
use crate::ui::HiddenField;

use super::{Around, put_lines};

/// The approved knowledge about countries, as it counts now.
pub type Known = BTreeMap<Country, (CountryReference, CountryKnowledge)>;

/// More laws than any country has here.
const MOST: usize = 60;

fn known_of(known: &Known, place: Place) -> Option<&(CountryReference, CountryKnowledge)> {
    place.country().and_then(|country| known.get(&country))
}

/// The laws of a destination in the order of the form: those of the country first, then those that were added.
fn laws_of(practice: &Practice, knowledge: Option<&CountryKnowledge>) -> Vec<LawAnswer> {
    let answered = |name: &Line<200>| practice.laws.iter().find(|answer| answer.name == *name);
    let mut laws: Vec<LawAnswer> = knowledge
        .iter()
        .flat_map(|knowledge| &knowledge.laws)
        .map(|law| LawAnswer {
            name: law.name.clone(),
            citation: Some(law.citation.clone()),
            applies: answered(&law.name).and_then(|answer| answer.applies),
            reason: answered(&law.name).and_then(|answer| answer.reason.clone()),
        })
        .collect();
    let own: Vec<LawAnswer> = practice
        .laws
        .iter()
        .filter(|answer| laws.iter().all(|law| law.name != answer.name))
        .cloned()
        .collect();
    laws.extend(own);
    laws
}

pub(super) fn fill(tia: &Tia, known: &Known, typed: &mut Typed) {
    typed.put_some("situation", tia.situation.as_ref());
    typed.put_some("demonstration", tia.demonstration.as_ref());
    for place in &tia.destinations {
        let code = place.code();
        let practice = tia.practice.get(place).cloned().unwrap_or_default();
        let knowledge = known_of(known, *place);
        let laws = laws_of(&practice, knowledge.map(|(_, knowledge)| knowledge));
        if let Some((reference, _)) = knowledge {
            typed.put(format!("country_{code}"), reference.id);
        }
        let count = knowledge.map_or(0, |(_, knowledge)| knowledge.laws.len());
        for (number, law) in laws.iter().enumerate() {
            let number = number + 1;
            typed.put(format!("law_{code}_{number}_name"), &law.name);
            typed.put_some(&format!("law_{code}_{number}_applies"), law.applies.as_ref());
            typed.put_some(&format!("law_{code}_{number}_reason"), law.reason.as_ref());
        }
        put_lines(
            typed,
            &format!("law_{code}_new"),
            laws.iter().skip(count).map(|law| &law.name),
        );
        rows::fill_sources(typed, &format!("source_{code}"), &practice.sources);
        let e = &practice.experience;
        if e.is_relied_on {
            typed.put(format!("experience_{code}_relied"), "yes");
        }
        typed.put_some(
            &format!("experience_{code}_requests"),
            e.requests_received.as_ref(),
        );
        typed.put_some(&format!("experience_{code}_from"), e.from.as_ref());
        typed.put_some(&format!("experience_{code}_to"), e.to.as_ref());
        typed.put_some(&format!("experience_{code}_certified"), e.certified_by.as_ref());
        typed.put_some(
            &format!("experience_{code}_corroborated"),
            e.corroborated_by.as_ref(),
        );
    }
}

pub(super) fn read(read: &mut Reader, tia: &mut Tia, around: &Around) {
    tia.situation = read.optional("situation");
    tia.demonstration = read.optional("demonstration");
    let destinations = tia.destinations.clone();
    tia.practice.retain(|place, _| destinations.contains(place));
    for place in destinations {
        let practice = place_practice(read, place, known_of(&around.known, place), around.today);
        tia.practice.insert(place, practice);
    }
}

fn place_practice(
    read: &mut Reader,
    place: Place,
    known: Option<&(CountryReference, CountryKnowledge)>,
    today: NaiveDate,
) -> Practice {
    let code = place.code();
    let mut answers: BTreeMap<String, (Option<Applies>, Option<Paragraphs<2000>>)> = BTreeMap::new();
    for number in 1..=MOST {
        let name = read.text(&format!("law_{code}_{number}_name")).to_owned();
        if !name.is_empty() {
            let applies = read.optional(&format!("law_{code}_{number}_applies"));
            let reason = read.optional(&format!("law_{code}_{number}_reason"));
            answers.insert(name, (applies, reason));
        }
    }
    let mut answer = |name: Line<200>, citation: Option<Line<300>>| {
        let (applies, reason) = answers.remove(name.as_str()).unwrap_or_default();
        LawAnswer {
            name,
            citation,
            applies,
            reason,
        }
    };
    let mut laws: Vec<LawAnswer> = known
        .iter()
        .flat_map(|(_, knowledge)| &knowledge.laws)
        .map(|law| answer(law.name.clone(), Some(law.citation.clone())))
        .collect();
    for name in read.lines::<200>(&format!("law_{code}_new")) {
        if laws.iter().all(|law| law.name != name) {
            laws.push(answer(name, None));
        }
    }
    let field = format!("country_{code}");
    let seen = read.text(&field).to_owned();
    let country = known.map(|(reference, _)| *reference);
    if let Some(reference) = country
        && seen != reference.id.to_string()
    {
        let number = reference.number;
        read.errors.add(
            field,
            format!(
                "Version {number} of what is known about {} counts now. It is shown below: look at it, then save again",
                place.label()
            ),
        );
    }
    Practice {
        country,
        laws,
        sources: rows::read_sources(read, &format!("source_{code}"), today),
        experience: Experience {
            is_relied_on: read.is_ticked(&format!("experience_{code}_relied")),
            requests_received: read.number(&format!("experience_{code}_requests"), 0, u16::MAX),
            from: read.past_day(&format!("experience_{code}_from"), today),
            to: read.past_day(&format!("experience_{code}_to"), today),
            certified_by: read.optional(&format!("experience_{code}_certified")),
            corroborated_by: read.optional(&format!("experience_{code}_corroborated")),
        },
    }
}

pub(super) fn fields(sheet: &Sheet, tia: &Tia, known: &Known) -> AnyView {
    let mut views: Vec<AnyView> = tia
        .destinations
        .iter()
        .map(|place| place_fields(sheet, *place, known_of(known, *place)))
        .collect();
    if views.is_empty() {
        views.push(view! { <p>"Name the destinations in step 1 first."</p> }.into_any());
    }
    views.push(part("What it comes to", "", vec![
        sheet.radio("situation", "Law and practice at the destinations", "As in step 3 of the EDPB’s Recommendations 01/2020; the worst of them counts.", choices!(Situation)),
        sheet.area("demonstration", "Demonstration", "In situation (iii), or where the importer has data in the clear that a law may reach: why the law will not be applied to this transfer in practice.", 6),
    ]));
    views.into_any()
}

fn place_fields(
    sheet: &Sheet,
    place: Place,
    known: Option<&(CountryReference, CountryKnowledge)>,
) -> AnyView {
    let code = place.code();
    let mut fields = Vec::new();
    if let Some((reference, knowledge)) = known {
        let id = format!("country_{code}");
        let title = format!(
            "Version {} of what is known about {}",
            reference.number,
            place.label()
        );
        let href = format!("/staff/countries/{code}");
        let shown = knowledge_view(knowledge);
        fields.push(
            view! {
                <HiddenField name=id.clone() value=reference.id.to_string() />
                <details class="form-details" id=id>
                    <summary>{title}</summary>
                    {shown}
                    <p>
                        <a href=href>"All versions, and where they are written"</a>
                    </p>
                </details>
            }
            .into_any(),
        );
    } else if place.country().is_some() {
        let id = format!("country_{code}");
        let href = format!("/staff/countries/{code}");
        let text = format!("Nothing approved is known about {} yet.", place.label());
        fields.push(
            view! {
                <p id=id>
                    {text} " " <a href=href>"Record its laws and guarantees"</a> " once for all assessments."
                </p>
            }
            .into_any(),
        );
    }
    let mut number = 1;
    while number <= MOST {
        let name = sheet.typed.text(&format!("law_{code}_{number}_name")).to_owned();
        if name.is_empty() {
            break;
        }
        fields.push(law_fields(sheet, code, number, name));
        number += 1;
    }
    fields.push(sheet.area(
        &format!("law_{code}_new"),
        "Further laws that matter for this importer",
        "One a line. After saving, each can be judged above.",
        2,
    ));
    let prefix = format!("source_{code}");
    fields.push(folded(
        "Sources special to this importer",
        !sheet.typed.text(&format!("{prefix}_title_1")).is_empty(),
        source_rows(sheet, &prefix),
    ));
    let name = |field: &str| format!("experience_{code}_{field}");
    let is_open = ["relied", "requests", "from", "certified"]
        .iter()
        .any(|field| !sheet.typed.text(&name(field)).is_empty());
    fields.push(folded("The importer’s experience with requests", is_open || sheet.errors.first(&name("requests")).is_some(), vec![
        sheet.tick(&name("relied"), "The assessment relies on it", "It counts only when documented over a representative period, certified at senior level and confirmed by another objective source (footnote 12 to clause 14)."),
        sheet.number(&name("requests"), "Requests received", ""),
        sheet.day(&name("from"), "Documented from", ""),
        sheet.day(&name("to"), "Documented until", ""),
        sheet.text(&name("certified"), "Certified at senior level by", "A function."),
        sheet.text(&name("corroborated"), "Confirmed by", "Another objective source: reports of an authority, case law, independent bodies."),
    ]));
    let title = format!("Law and practice: {}", place.label());
    part(&title, "", fields)
}

fn law_fields(sheet: &Sheet, code: &str, number: usize, name: String) -> AnyView {
    let field = |what: &str| format!("law_{code}_{number}_{what}");
    let cells = vec![
        sheet.radio(
            &field("applies"),
            "Does it apply to the importer?",
            "",
            choices!(Applies),
        ),
        sheet.area(&field("reason"), "Why", "", 2),
    ];
    view! {
        <fieldset class="law">
            <legend>{name.clone()}</legend>
            <HiddenField name=field("name") value=name />
            {cells}
        </fieldset>
    }
    .into_any()
}
