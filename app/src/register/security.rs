//! The form for a security assessment: the questions, the files, what it came to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::digest::Digest;
use domain::id::StaffId;
use domain::legal_record::{AssessmentResult, SecurityAssessment};
use domain::questionnaire::{Answer, Answers, Edition, Given, Question};
use leptos::prelude::*;

use super::sheet::{Sheet, choices, part};
use super::typed::{Reader, Typed};
use crate::ui::{Choice, FieldErrors, HiddenField};

/// The field that carries what the valid certificates would say of security.
pub const PROPOSAL: &str = "proposal";

/// The fields filled from a version.
pub fn typed_from(assessment: &SecurityAssessment) -> Typed {
    let mut typed = Typed::default();
    typed.put("result", assessment.result);
    typed.put("assessed_on", assessment.assessed_on);
    typed.put("valid_to", assessment.valid_to);
    typed.put_some("guarantees", assessment.guarantees.as_ref());
    typed.put_some("summary", assessment.summary.as_ref());
    typed.put_some("conditions", assessment.conditions.as_ref());
    for digest in &assessment.evidence {
        typed.put("evidence", digest);
    }
    if let Some(answers) = &assessment.answers {
        typed.put("edition", answers.edition);
        for (question, given) in &answers.given {
            typed.put(format!("answer_{question}"), given.answer);
            typed.put_some(&format!("text_{question}"), given.text.as_ref());
        }
    }
    typed
}

/// The assessment that `assessor` typed, or what is wrong with it.
pub fn parse(typed: &Typed, assessor: StaffId, today: NaiveDate) -> Result<SecurityAssessment, FieldErrors> {
    let mut read = Reader::new(typed);
    let result = read.chosen("result", "Choose the result");
    let assessed_on = read.required_past_day("assessed_on", today);
    let valid_to = read.required_day("valid_to");
    let guarantees = if read.is_ticked("use_proposal") {
        read.optional(PROPOSAL)
    } else {
        read.optional("guarantees")
    };
    let summary = read.optional("summary");
    let conditions = read.optional("conditions");
    let evidence = evidence(&mut read, typed);
    let answers = answers(&mut read);
    if result == Some(AssessmentResult::PassedWithConditions) && read.text("conditions").is_empty() {
        read.errors
            .add("conditions", "Write down the conditions under which it passed");
    }
    if let (Some(from), Some(to)) = (assessed_on, valid_to) {
        if to < from {
            read.errors.add("valid_to", "It would expire before it was made");
        } else if (to - from).num_days() > 3 * 366 {
            read.errors
                .add("valid_to", "An assessment counts for three years at most");
        }
    }
    match (result, assessed_on, valid_to) {
        (Some(result), Some(assessed_on), Some(valid_to)) if read.errors.is_empty() => {
            Ok(SecurityAssessment {
                result,
                assessor,
                assessed_on,
                valid_to,
                guarantees,
                summary,
                answers,
                conditions,
                evidence,
            })
        }
        _ => Err(read.errors),
    }
}

fn evidence(read: &mut Reader, typed: &Typed) -> BTreeSet<Digest> {
    typed
        .all("evidence")
        .iter()
        .flat_map(|text| text.split_whitespace())
        .filter_map(|text| read.errors.take("evidence", text.parse()))
        .collect()
}

/// The answers; `None` where no question was put. Everything but a plain yes is explained.
fn answers(read: &mut Reader) -> Option<Answers> {
    let edition: Edition = read.text("edition").parse().unwrap_or(Edition::CURRENT);
    let mut given = BTreeMap::new();
    for question in edition.questions() {
        let (answer_field, text_field) = (format!("answer_{question}"), format!("text_{question}"));
        let answer: Option<Answer> = read.optional(&answer_field);
        let text = read.optional(&text_field);
        match answer {
            Some(answer) => {
                if answer.needs_text() && read.text(&text_field).is_empty() {
                    read.errors.add(
                        text_field,
                        format!("Say what “{}” means here: {}", answer.label(), question.label()),
                    );
                }
                given.insert(*question, Given { answer, text });
            }
            None if !read.text(&text_field).is_empty() => {
                read.errors
                    .add(answer_field, format!("Choose an answer: {}", question.label()));
            }
            None => {}
        }
    }
    (!given.is_empty()).then_some(Answers { edition, given })
}

/// The parts of the form.
pub fn fields(typed: &Typed, errors: &FieldErrors) -> AnyView {
    let sheet = Sheet { typed, errors };
    let edition: Edition = typed.text("edition").parse().unwrap_or(Edition::CURRENT);
    let mut questions = vec![view! { <HiddenField name="edition" value=edition.as_str() /> }.into_any()];
    for question in edition.questions() {
        questions.push(asked(&sheet, *question));
    }
    let files: Vec<Choice> = typed
        .all("evidence")
        .into_iter()
        .filter(|digest| !digest.is_empty())
        .map(|digest| {
            Choice::new(
                digest.clone(),
                format!("File {}…", digest.chars().take(12).collect::<String>()),
            )
        })
        .collect();
    let mut evidence = vec![sheet.files("evidence", "Files: reports, certificates, answers of the company")];
    if !files.is_empty() {
        evidence.push(sheet.boxes(
            "evidence",
            "Files on record",
            "Untick one that this assessment no longer rests on. Earlier versions keep it.",
            files,
        ));
    }
    vec![
        part(
            &format!("Questions ({})", edition.label()),
            "Leave out what was not asked. Everything but a plain yes needs a sentence.",
            questions,
        ),
        part("What it rests on", "Kept encrypted, under their digest.", evidence),
        part(
            "What it came to",
            "",
            vec![
                sheet.radio("result", "Result", "", choices!(AssessmentResult)),
                sheet.area(
                    "conditions",
                    "Conditions",
                    "What must be done, by whom, until when. Needed where it passed with conditions.",
                    3,
                ),
                sheet.day("assessed_on", "Assessed on", ""),
                sheet.day(
                    "valid_to",
                    "Counts until",
                    "The last day. After it the gate is red until somebody assesses again. Tasks remind of it 60, 30 and 7 days before.",
                ),
                sheet.area(
                    "guarantees",
                    "Guarantees",
                    "Certificates and measures in some sentences. Customers read this in notices.",
                    3,
                ),
                proposal(&sheet),
                sheet.area("summary", "What was looked at", "For staff and auditors.", 5),
            ],
        ),
    ]
    .into_any()
}

fn asked(sheet: &Sheet, question: Question) -> AnyView {
    let answers = Answer::ALL
        .iter()
        .map(|answer| Choice::new(answer.as_str(), super::sentence(answer.label())))
        .collect();
    view! {
        <div class="field-row">
            {sheet.select(&format!("answer_{question}"), question.label(), "", "Not asked", answers)}
            {sheet.optional(&format!("text_{question}"), "What it rests on, or what is lacking", "")}
        </div>
    }
    .into_any()
}

/// What the valid certificates say, ready to be taken over.
fn proposal(sheet: &Sheet) -> AnyView {
    let text = sheet.typed.text(PROPOSAL).to_owned();
    if text.is_empty() {
        return ().into_any();
    }
    let lines = text
        .lines()
        .map(|line| view! { <li>{line.to_owned()}</li> })
        .collect_view();
    view! {
        <div class="proposal">
            <p>"The valid certificates of this company would say:"</p>
            <ul>{lines}</ul>
            <HiddenField name=PROPOSAL value=text />
            {sheet.tick("use_proposal", "Use this as the guarantees", "")}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        let base = [
            ("result", "PASSED"),
            ("assessed_on", "2026-11-01"),
            ("valid_to", "2027-10-31"),
        ];
        let mut typed = Typed::default();
        for (name, value) in base
            .iter()
            .filter(|(name, _)| pairs.iter().all(|(n, _)| n != name))
            .chain(pairs)
        {
            typed.put(*name, *value);
        }
        typed
    }

    fn assessor() -> StaffId {
        "01930000-0000-7000-8000-000000000000".parse().unwrap()
    }

    fn today() -> NaiveDate {
        "2026-11-23".parse().unwrap()
    }

    #[test]
    fn what_was_recorded_fills_the_form_and_reads_back() {
        let digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
        let form = typed(&[
            ("result", "PASSED_WITH_CONDITIONS"),
            ("conditions", "Second factor by March"),
            ("answer_SECOND_FACTOR", "PARTLY"),
            ("text_SECOND_FACTOR", "Not for the old console"),
            ("answer_ENCRYPTION_AT_REST", "YES"),
            ("evidence", digest),
        ]);
        let read = parse(&form, assessor(), today()).unwrap();
        assert_eq!(read.answers.as_ref().unwrap().weak(), [Question::SecondFactor]);
        assert_eq!(read.evidence.len(), 1);
        assert_eq!(parse(&typed_from(&read), assessor(), today()).unwrap(), read);
        assert_eq!(
            parse(&typed(&[]), assessor(), today()).unwrap().answers,
            None,
            "nothing was asked"
        );
    }

    #[test]
    fn everything_but_a_plain_yes_is_explained() {
        for (pairs, field) in [
            (vec![("result", "PASSED_WITH_CONDITIONS")], "conditions"),
            (vec![("answer_KEYS", "NO")], "text_KEYS"),
            (vec![("answer_KEYS", "NOT_APPLICABLE")], "text_KEYS"),
            (vec![("text_KEYS", "In a vault")], "answer_KEYS"),
            (vec![("answer_KEYS", "MAYBE")], "answer_KEYS"),
            (vec![("evidence", "not a digest")], "evidence"),
            (vec![("valid_to", "2026-10-31")], "valid_to"),
            (vec![("assessed_on", "2026-11-24")], "assessed_on"),
        ] {
            let errors = parse(&typed(&pairs), assessor(), today()).unwrap_err();
            assert!(errors.first(field).is_some(), "{field}: {errors:?}");
        }
    }

    #[test]
    fn the_proposal_is_taken_only_where_it_is_ticked() {
        let pairs = [(PROPOSAL, "ISO/IEC 27001"), ("guarantees", "Encryption")];
        let read = parse(&typed(&pairs), assessor(), today()).unwrap();
        assert_eq!(read.guarantees.unwrap().as_str(), "Encryption");
        let read = parse(
            &typed(&[pairs[0], pairs[1], ("use_proposal", "yes")]),
            assessor(),
            today(),
        )
        .unwrap();
        assert_eq!(read.guarantees.unwrap().as_str(), "ISO/IEC 27001");
    }
}
