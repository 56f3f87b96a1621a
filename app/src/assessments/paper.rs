//! An assessment as label and text, part by part: to read it, to print it, and to see what two versions differ in.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::country::Place;
use domain::facts::yes_no;
use domain::legal_record::{Check, Measure, Part, Practice, Tia};
use domain::words::day;
use leptos::prelude::*;

use crate::countries::knowledge::source_line;
use crate::register::engagement_page::Difference;
use crate::register::paper::{Line, differences_of};
use crate::register::sentence;
use crate::ui::{Fact, Facts, Reader, StatedList};

fn one<T: ToString>(label: &str, value: Option<T>) -> Line {
    (
        label.to_owned(),
        value.map(|value| value.to_string()).into_iter().collect(),
    )
}

fn many<T: ToString>(label: &str, values: impl IntoIterator<Item = T>) -> Line {
    (
        label.to_owned(),
        values.into_iter().map(|value| value.to_string()).collect(),
    )
}

fn dated(label: &str, value: Option<NaiveDate>) -> Line {
    one(label, value.map(day))
}

fn said(label: &str, value: Option<bool>) -> Line {
    one(label, value.map(|value| sentence(&yes_no(value))))
}

fn places(label: &str, places: &BTreeSet<Place>) -> Line {
    many(label, places.iter().map(Place::label))
}

/// The parts of a record with what each says. What does not belong to its kind is left out unless it is filled.
pub fn parts(tia: &Tia) -> Vec<(Part, Vec<Line>)> {
    let filled = |lines: Vec<Line>| -> Vec<Line> {
        lines
            .into_iter()
            .filter(|(_, values)| !values.is_empty())
            .collect()
    };
    let kept = |lines: Vec<Line>| {
        if tia.tia_type.is_note() {
            filled(lines)
        } else {
            lines
        }
    };
    let mut parts = vec![
        (Part::A, identity(tia)),
        (Part::B, kept(description(tia))),
        (Part::C, kept(tool(tia))),
    ];
    let practice = practice(tia);
    if !tia.tia_type.is_note() || !tia.practice.is_empty() || tia.situation.is_some() {
        parts.push((Part::D, practice));
    }
    if !tia.measures.is_empty() || !tia.tia_type.is_note() {
        parts.push((Part::E, measures(&tia.measures)));
    }
    parts.push((Part::F, kept(conclusion(tia))));
    parts.push((
        Part::H,
        vec![
            dated("Reviewed again on", tia.next_review_on),
            many(
                "Events that are watched",
                tia.triggers_watched.iter().map(|kind| sentence(kind.label())),
            ),
        ],
    ));
    parts.push((
        Part::I,
        vec![
            one("What customers are told", tia.customer_summary.as_ref()),
            one(
                "What the redacted export leaves out",
                tia.redaction_notes.as_ref(),
            ),
        ],
    ));
    parts
}

/// Everything a record says, in reading order.
pub fn lines(tia: &Tia) -> Vec<Line> {
    parts(tia).into_iter().flat_map(|(_, lines)| lines).collect()
}

/// What two versions differ in.
pub fn differences(before: &Tia, after: &Tia) -> Vec<Difference> {
    differences_of(lines(before), lines(after))
}

/// The record to read, part by part under headings.
pub fn parts_view(tia: &Tia) -> AnyView {
    parts(tia)
        .into_iter()
        .map(|(part, lines)| {
            let facts = lines
                .into_iter()
                .map(|(label, values)| {
                    view! {
                        <Fact term=label>
                            <StatedList values=values reader=Reader::Public />
                        </Fact>
                    }
                })
                .collect_view();
            let title = format!("{part} {}", sentence(part.label()));
            view! {
                <section class="tia-part">
                    <h3>{title}</h3>
                    <Facts>{facts}</Facts>
                </section>
            }
        })
        .collect_view()
        .into_any()
}

fn identity(tia: &Tia) -> Vec<Line> {
    let c = &tia.checks;
    let mut lines = vec![
        one("Kind of assessment", Some(sentence(tia.tia_type.label()))),
        said(Check::Transfer.label(), c.is_transfer),
        said(Check::Needed.label(), c.is_needed),
        one(Check::Responsible.label(), c.responsible.as_ref()),
        one(Check::Scope.label(), c.scope.as_ref()),
        said(Check::Compliant.label(), c.is_compliant),
    ];
    if !tia.identity.transfers.is_empty() {
        lines.push(many(
            "Transfers",
            tia.identity
                .transfers
                .iter()
                .map(|number| format!("Transfer {number}")),
        ));
    }
    lines.push(dated("Work began on", tia.identity.started_on));
    lines.push(said(
        "The importer contributed",
        tia.identity.importer_contributed,
    ));
    if !tia.identity.contributors.is_empty() {
        lines.push(many("Who else contributed", &tia.identity.contributors));
    }
    lines
}

fn description(tia: &Tia) -> Vec<Line> {
    let b = &tia.description;
    let destinations = if tia.destinations.is_empty() {
        one("Destinations", Some("None: nothing leaves the EEA"))
    } else {
        places("Destinations", &tia.destinations)
    };
    let mut lines = vec![
        destinations,
        one("Exporting legal entity", b.exporter.as_ref()),
        one("Importing legal entity", b.importer.as_ref()),
        one("Their roles", b.roles.as_ref()),
        one("Kind of recipient", b.recipient_type.as_ref()),
        one("Sector", b.sector.as_ref()),
        one("Companies in the chain", b.chain_length),
    ];
    if !b.onward_transfers.is_empty() {
        lines.push(many("Onward transfers", &b.onward_transfers));
    }
    lines.extend([
        one("Companies that take part", b.number_of_actors),
        one("What the data is used for", b.purposes.as_ref()),
        many("Whose data", &b.data_subjects),
        many("Which data", &b.data_categories),
        one("Special categories", b.special_categories.as_ref()),
        one(
            "Form in which the importer has it",
            b.format.map(|format| sentence(format.label())),
        ),
        one("How much", b.volume.as_ref()),
        one("How often", b.frequency.as_ref()),
        one("How long the importer keeps it", b.retention.as_ref()),
        places("Stored in", &b.storage_locations),
        places("Reached from", &b.access_locations),
        many("How it travels", &b.transmission_channels),
    ]);
    lines
}

fn tool(tia: &Tia) -> Vec<Line> {
    let c = &tia.tool;
    let all = vec![
        one(
            "What allows it",
            c.mechanism.map(|mechanism| sentence(mechanism.label())),
        ),
        one("Instrument and version", c.instrument.as_ref()),
        one("Module", c.module.map(|module| module.label())),
        one("Options taken in the clauses", c.clause_options.as_ref()),
        dated("In force since", c.in_force_on),
        one("What takes over when it falls", c.fallback.as_ref()),
    ];
    // What a mechanism does not have is not unknown.
    all.into_iter()
        .enumerate()
        .filter(|(at, (_, values))| *at == 0 || !values.is_empty())
        .map(|(_, line)| line)
        .collect()
}

fn practice(tia: &Tia) -> Vec<Line> {
    let mut lines = Vec::new();
    for (place, practice) in &tia.practice {
        lines.extend(place_lines(place.label(), practice));
    }
    lines.push(one(
        "What law and practice come to",
        tia.situation.map(|situation| sentence(situation.label())),
    ));
    if let Some(demonstration) = &tia.demonstration {
        lines.push(one("Demonstration", Some(demonstration)));
    }
    lines
}

fn place_lines(place: &str, practice: &Practice) -> Vec<Line> {
    let mut lines = vec![one(
        &format!("{place}: rests on"),
        practice
            .country
            .map(|country| format!("version {} of what is known about the country", country.number)),
    )];
    for law in &practice.laws {
        let mut said: Vec<String> = law.citation.iter().map(ToString::to_string).collect();
        said.extend(law.applies.map(|applies| sentence(applies.label())));
        said.extend(law.reason.as_ref().map(ToString::to_string));
        lines.push((format!("{place}: {}", law.name), said));
    }
    if !practice.sources.is_empty() {
        lines.push(many(
            &format!("{place}: further sources"),
            practice.sources.iter().map(source_line),
        ));
    }
    let e = &practice.experience;
    let mut said: Vec<String> = Vec::new();
    said.extend(
        e.requests_received
            .map(|count| format!("{count} requests received")),
    );
    if let (Some(from), Some(to)) = (e.from, e.to) {
        said.push(format!("documented from {} to {}", day(from), day(to)));
    }
    said.extend(e.certified_by.as_ref().map(|who| format!("certified by {who}")));
    said.extend(
        e.corroborated_by
            .as_ref()
            .map(|what| format!("confirmed by {what}")),
    );
    if !said.is_empty() {
        let relied = if e.is_relied_on {
            "relied on"
        } else {
            "not relied on"
        };
        said.push(relied.to_owned());
        lines.push((format!("{place}: experience of the importer"), said));
    }
    lines
}

/// How far a measure is, in one line.
pub fn standing_line(measure: &Measure) -> String {
    let standing = &measure.standing;
    let mut line = sentence(standing.status.label());
    if let Some(who) = &standing.verified_by {
        line.push_str(&format!(", checked by {who}"));
    }
    if let Some(on) = standing.verified_on {
        line.push_str(&format!(" on {}", day(on)));
    }
    if let Some(evidence) = &standing.evidence {
        line.push_str(&format!("; shown by {evidence}"));
    }
    line
}

fn measures(measures: &[Measure]) -> Vec<Line> {
    if measures.is_empty() {
        return vec![one("Supplementary measures", Some("None"))];
    }
    measures
        .iter()
        .map(|measure| {
            let mut said = vec![format!("{} ({})", measure.text, measure.kind.label())];
            said.extend(measure.gap.as_ref().map(|gap| format!("closes: {gap}")));
            said.push(standing_line(measure));
            (format!("Measure {}", measure.number), said)
        })
        .collect()
}

fn conclusion(tia: &Tia) -> Vec<Line> {
    let f = &tia.conclusion;
    let mut lines = vec![
        one(
            "What it came to",
            tia.outcome.map(|outcome| sentence(outcome.label())),
        ),
        one("Reason for the outcome", f.reason.as_ref()),
        one("Risk that is left", f.residual_risk.as_ref()),
    ];
    if !f.conditions.is_empty() {
        lines.push(many("Conditions and steps to take", &f.conditions));
    }
    lines
}
