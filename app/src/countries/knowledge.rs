//! Knowledge about a country: its form and how it is read.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::country_knowledge::{CountryKnowledge, Finding, Grade, Guarantee, Law, Source, SourceKind};
use domain::words::day;
use leptos::prelude::*;

use super::rows;
use crate::register::engagement_page::Difference;
use crate::register::paper::{Line, differences_of};
use crate::register::sheet::{Sheet, choices, part, sentence};
use crate::register::typed::Reader;
use crate::register::{Typed, sentence as capital};
use crate::ui::{Fact, Facts, FieldErrors, Reader as ReadBy, StatedList};

/// The fields filled from a version.
pub fn typed_from(knowledge: &CountryKnowledge) -> Typed {
    let mut typed = Typed::default();
    typed.put("law_rows", knowledge.laws.len().max(1));
    for (at, law) in knowledge.laws.iter().enumerate() {
        let at = at + 1;
        typed.put(format!("law_name_{at}"), &law.name);
        typed.put(format!("law_citation_{at}"), &law.citation);
        typed.put(format!("law_applies_to_{at}"), &law.applies_to);
    }
    rows::fill_sources(&mut typed, "source", &knowledge.sources);
    for (guarantee, finding) in &knowledge.guarantees {
        typed.put(format!("grade_{guarantee}"), finding.grade);
        typed.put(format!("grade_{guarantee}_reason"), &finding.reason);
    }
    typed.put_some("notes", knowledge.notes.as_ref());
    typed
}

/// What was typed, or what cannot be read.
pub fn parse(typed: &Typed, today: NaiveDate) -> Result<CountryKnowledge, FieldErrors> {
    let mut read = Reader::new(typed);
    let mut laws = Vec::new();
    for at in 1..=rows::count(typed, "law") {
        let name = |field: &str| format!("law_{field}_{at}");
        if ["name", "citation", "applies_to"]
            .iter()
            .all(|field| read.text(&name(field)).is_empty())
        {
            continue;
        }
        let law = (
            read.required(&name("name")),
            read.required(&name("citation")),
            read.required(&name("applies_to")),
        );
        if let (Some(name), Some(citation), Some(applies_to)) = law {
            laws.push(Law {
                name,
                citation,
                applies_to,
            });
        }
    }
    let sources = rows::read_sources(&mut read, "source", today);
    let mut guarantees = BTreeMap::new();
    for guarantee in Guarantee::ALL {
        let (grade_field, reason_field) = (format!("grade_{guarantee}"), format!("grade_{guarantee}_reason"));
        if read.text(&grade_field).is_empty() && read.text(&reason_field).is_empty() {
            continue;
        }
        let grade: Option<Grade> = read.chosen(&grade_field, "Choose how far it is met");
        let reason = read.required(&reason_field);
        if let (Some(grade), Some(reason)) = (grade, reason) {
            guarantees.insert(*guarantee, Finding { grade, reason });
        }
    }
    let notes = read.optional("notes");
    if read.errors.is_empty() {
        Ok(CountryKnowledge {
            laws,
            sources,
            guarantees,
            notes,
        })
    } else {
        Err(read.errors)
    }
}

/// The form.
pub fn fields(typed: &Typed, errors: &FieldErrors) -> AnyView {
    let sheet = Sheet { typed, errors };
    let mut laws = Vec::new();
    for at in 1..=rows::count(typed, "law") {
        let name = |field: &str| format!("law_{field}_{at}");
        let cells = vec![
            sheet.text(&name("name"), "Name", "As assessments will name it."),
            sheet.text(&name("citation"), "Where it stands", ""),
            sheet.area(&name("applies_to"), "To whom it applies", "", 2),
        ];
        laws.push(
            view! {
                <fieldset class="law">
                    <legend>{format!("Law {at}")}</legend>
                    {cells}
                </fieldset>
            }
            .into_any(),
        );
    }
    laws.push(rows::more(typed, "law", "Add another law"));
    let guarantees = Guarantee::ALL
        .iter()
        .flat_map(|guarantee| {
            let name = format!("grade_{guarantee}");
            [
                sheet.radio(
                    &name,
                    &format!("{guarantee}: {}", guarantee.label()),
                    "",
                    choices!(Grade),
                ),
                sheet.area(&format!("{name}_reason"), "Why", "", 2),
            ]
        })
        .collect();
    vec![
        part("Laws", "Laws that let authorities reach data. Every assessment on this country judges each of them for its importer.", laws),
        part("The four essential guarantees", "EDPB Recommendations 02/2020.", guarantees),
        part("Sources", "", source_rows(&sheet, "source")),
        part("Practice", "", vec![sheet.area("notes", "Practice, pending cases, what to watch", "", 5)]),
    ]
    .into_any()
}

/// Rows of sources.
pub(crate) fn source_rows(sheet: &Sheet, prefix: &str) -> Vec<AnyView> {
    let mut views = Vec::new();
    for at in 1..=rows::count(sheet.typed, prefix) {
        let name = |field: &str| format!("{prefix}_{field}_{at}");
        let cells = vec![
            sheet.text(&name("title"), "Title", ""),
            sheet.web(&name("url"), "Address", ""),
            sheet.day(&name("date"), "Its date", ""),
            sheet.select(&name("kind"), "Kind", "", "Choose", choices!(SourceKind)),
        ];
        views.push(
            view! {
                <fieldset class="measure-row">
                    <legend>{format!("Source {at}")}</legend>
                    {cells}
                </fieldset>
            }
            .into_any(),
        );
    }
    views.push(rows::more(sheet.typed, prefix, "Add another source"));
    views
}

/// One source in one line.
pub fn source_line(source: &Source) -> String {
    let mut line = format!("{} ({}", source.title, source.kind.label());
    if let Some(date) = source.date {
        line.push_str(", ");
        line.push_str(&day(date));
    }
    line.push(')');
    if let Some(url) = &source.url {
        line.push_str(": ");
        line.push_str(url.as_str());
    }
    line
}

/// Everything a version says, in reading order.
pub fn lines(knowledge: &CountryKnowledge) -> Vec<Line> {
    let mut lines: Vec<Line> = knowledge
        .laws
        .iter()
        .map(|law| {
            (
                law.name.to_string(),
                vec![law.citation.to_string(), law.applies_to.to_string()],
            )
        })
        .collect();
    for guarantee in Guarantee::ALL {
        let said = knowledge
            .guarantees
            .get(guarantee)
            .map(|finding| format!("{}: {}", sentence(finding.grade.label()), finding.reason));
        let label = format!("Guarantee {guarantee}: {}", guarantee.label());
        lines.push((label, said.into_iter().collect()));
    }
    lines.push((
        "Sources".to_owned(),
        knowledge.sources.iter().map(source_line).collect(),
    ));
    if let Some(notes) = &knowledge.notes {
        lines.push((capital("practice"), vec![notes.to_string()]));
    }
    lines
}

/// What two versions differ in.
pub fn differences(before: &CountryKnowledge, after: &CountryKnowledge) -> Vec<Difference> {
    differences_of(lines(before), lines(after))
}

/// A version to read.
pub fn knowledge_view(knowledge: &CountryKnowledge) -> AnyView {
    let facts = lines(knowledge)
        .into_iter()
        .map(|(label, values)| {
            view! {
                <Fact term=label>
                    <StatedList values=values reader=ReadBy::Staff />
                </Fact>
            }
        })
        .collect_view();
    view! { <Facts>{facts}</Facts> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_back_from_its_form_and_half_a_law_is_refused() {
        let mut typed = Typed::default();
        for (name, value) in [
            ("law_rows", "2"),
            ("law_name_1", "FISA 702"),
            ("law_citation_1", "50 U.S.C. 1881a"),
            ("law_applies_to_1", "Electronic communication service providers"),
            ("source_rows", "1"),
            ("source_title_1", "The statute"),
            ("source_kind_1", "LAW"),
            ("grade_A", "PARTLY"),
            ("grade_A_reason", "Published, with secret rules beside it"),
        ] {
            typed.put(name, value);
        }
        let today = "2026-11-23".parse().unwrap();
        let knowledge = parse(&typed, today).unwrap();
        assert_eq!(
            (
                knowledge.laws.len(),
                knowledge.sources.len(),
                knowledge.guarantees.len()
            ),
            (1, 1, 1)
        );
        assert_eq!(parse(&typed_from(&knowledge), today).unwrap(), knowledge);
        typed.put("law_name_2", "EO 12333");
        let errors = parse(&typed, today).unwrap_err();
        assert!(errors.first("law_citation_2").is_some() && errors.first("law_applies_to_2").is_some());
    }
}
