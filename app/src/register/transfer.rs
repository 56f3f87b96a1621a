//! The form for one flow of data to one destination.

use std::collections::BTreeSet;

use domain::country::{Country, Place};
use domain::legal_record::{
    AdequacyReliance, Bcr, BcrKind, Derogation, Mechanism, MechanismKind, Origin, OtherSafeguard,
    OtherSafeguardKind, SccReliance, Transfer,
};
use domain::reference::AdequacyRegime;
use leptos::prelude::*;

use super::framework;
use super::sheet::{Sheet, choices, folded, part};
use super::typed::{Reader, Typed};
use crate::ui::{Choice, FieldErrors, HiddenField};

/// What a transfer can refer to: papers of the same engagement, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransferChoices {
    /// The engagement's sets of clauses.
    pub clauses: Vec<Choice>,
    /// Its other transfers.
    pub transfers: Vec<Choice>,
    /// Where a set is added.
    pub add_clauses: String,
    /// What adequacy decisions with a limited scope ask, by country and regime.
    pub scope_questions: Vec<(Country, AdequacyRegime, String)>,
}

impl TransferChoices {
    /// What is asked about a transfer to a place from some origins.
    fn asked(&self, destination: Place, origins: &BTreeSet<Origin>) -> BTreeSet<String> {
        let regimes: BTreeSet<_> = origins.iter().map(|origin| AdequacyRegime::of(*origin)).collect();
        let all = self.scope_questions.iter();
        all.filter(|(country, regime, _)| destination == Place::Country(*country) && regimes.contains(regime))
            .map(|(.., question)| question.clone())
            .collect()
    }
}

/// The fields filled from a version.
pub fn typed_from(transfer: &Transfer) -> Typed {
    let mut typed = Typed::default();
    transfer
        .origins
        .iter()
        .for_each(|origin| typed.put("origins", origin));
    typed.put("destination", transfer.destination.label());
    typed.put("importer", &transfer.importer);
    if let Some(yes) = transfer.importer_subject_to_gdpr.get() {
        typed.put("importer_subject", if *yes { "yes" } else { "no" });
    }
    typed.put_some("onward_of", transfer.onward_of.as_ref());
    typed.put("mechanism", transfer.mechanism.kind());
    match &transfer.mechanism {
        Mechanism::NoneRequired => {}
        Mechanism::Adequacy(adequacy) => {
            typed.put_some("adequacy_reference", adequacy.reference.as_ref());
            let answer = adequacy.in_scope.map_or("", |yes| if yes { "yes" } else { "no" });
            typed.put("adequacy_in_scope", answer);
            typed.put_some("adequacy_evidence", adequacy.scope_evidence.as_ref());
        }
        Mechanism::Dpf(reliance) => framework::fill(&mut typed, reliance),
        Mechanism::Scc(reliance) => typed.put("scc", reliance.clauses),
        Mechanism::Bcr(bcr) => {
            typed.put("bcr_kind", bcr.kind);
            typed.put_some("bcr_approval", bcr.approval.as_ref());
            if bcr.covers_transfer {
                typed.put("bcr_covers", "yes");
            }
        }
        Mechanism::Other46(other) => {
            typed.put("other_kind", other.kind);
            typed.put_some("other_approval", other.approval.as_ref());
        }
        Mechanism::Art49(derogation) => typed.put_some("derogation_reason", derogation.reason.as_ref()),
    }
    typed.put_some(
        "fallback",
        transfer
            .fallback
            .as_ref()
            .map(|reliance| reliance.clauses)
            .as_ref(),
    );
    typed
}

/// Lets the questions that the form shows go with it. An answer that was given to others is not proposed as one to these.
pub fn ask(typed: &mut Typed, answered: &BTreeSet<String>, choices: &TransferChoices) {
    let origins = typed
        .all("origins")
        .iter()
        .filter_map(|origin| origin.parse().ok())
        .collect();
    let asked = match Place::find(typed.text("destination").trim()) {
        Ok(place) => choices.asked(place, &origins),
        Err(_) => BTreeSet::new(),
    };
    if !asked.is_subset(answered) {
        typed.set("adequacy_in_scope", "");
    }
    let shown: BTreeSet<&String> = choices
        .scope_questions
        .iter()
        .map(|(.., question)| question)
        .collect();
    typed.clear("asked");
    shown
        .into_iter()
        .for_each(|question| typed.put("asked", question));
}

/// The questions that were answered when a version was recorded.
pub fn answered(transfer: &Transfer) -> BTreeSet<String> {
    match &transfer.mechanism {
        Mechanism::Adequacy(reliance) => reliance.asked.clone(),
        _ => BTreeSet::new(),
    }
}

/// The transfer that was typed on top of an earlier version, or what is wrong with it. A permission under Article 49
/// is never typed: it is the data protection officer's, and falls when the reason or the flow changes.
pub fn parse(
    typed: &Typed,
    before: Option<&Transfer>,
    choices: &TransferChoices,
) -> Result<Transfer, FieldErrors> {
    let mut read = Reader::new(typed);
    let origins = read.ticked::<Origin>("origins");
    if origins.is_empty() {
        read.errors.add("origins", "Tick where the data comes from");
    }
    let destination = Place::find(read.text("destination"));
    let destination = read.errors.take("destination", destination);
    let importer = read.required("importer");
    let onward_of = one_of(&mut read, "onward_of", &choices.transfers);
    // What was permitted was this flow, for this reason.
    let is_same_flow = |before: &&Transfer| {
        Some(before.destination) == destination
            && Some(&before.importer) == importer.as_ref()
            && before.origins == origins
    };
    let asked = destination.map(|place| choices.asked(place, &origins));
    let mechanism = mechanism(
        &mut read,
        before.filter(is_same_flow),
        choices,
        &asked.unwrap_or_default(),
    );
    let fallback = one_of(&mut read, "fallback", &choices.clauses).map(|clauses| SccReliance { clauses });
    match (destination, importer, mechanism) {
        (Some(destination), Some(importer), Some(mechanism)) if read.errors.is_empty() => Ok(Transfer {
            origins,
            destination,
            importer,
            importer_subject_to_gdpr: read.yes_no("importer_subject"),
            onward_of,
            mechanism,
            fallback,
        }),
        _ => Err(read.errors),
    }
}

/// The number of one of the engagement's papers; none where nothing is chosen.
fn one_of(read: &mut Reader, name: &str, offered: &[Choice]) -> Option<i64> {
    let chosen = read.text(name);
    if chosen.is_empty() {
        return None;
    }
    let number = offered
        .iter()
        .any(|choice| choice.value == chosen)
        .then(|| chosen.parse().ok())
        .flatten();
    if number.is_none() {
        read.errors.add(name, "Choose one of this engagement’s own");
    }
    number
}

fn mechanism(
    read: &mut Reader,
    before: Option<&Transfer>,
    choices: &TransferChoices,
    asked: &BTreeSet<String>,
) -> Option<Mechanism> {
    let before = before.map(|transfer| &transfer.mechanism);
    Some(
        match read.chosen("mechanism", "Choose what allows the transfer")? {
            MechanismKind::NoneRequired => Mechanism::NoneRequired,
            MechanismKind::Adequacy => {
                let before = match before {
                    Some(Mechanism::Adequacy(reliance)) => Some(reliance),
                    _ => None,
                };
                Mechanism::Adequacy(adequacy(read, before, asked))
            }
            MechanismKind::Dpf => Mechanism::Dpf(framework::parse(read)),
            MechanismKind::Scc => {
                if choices.clauses.is_empty() {
                    read.errors
                        .add("scc", "Add a set of clauses to this engagement first");
                    return None;
                }
                let clauses = one_of(read, "scc", &choices.clauses);
                if read.text("scc").is_empty() {
                    read.errors.add("scc", "Choose the set of clauses");
                }
                Mechanism::Scc(SccReliance { clauses: clauses? })
            }
            MechanismKind::Bcr => Mechanism::Bcr(Bcr {
                kind: read.chosen::<BcrKind>("bcr_kind", "Choose whose data the rules cover")?,
                approval: read.optional("bcr_approval"),
                covers_transfer: read.is_ticked("bcr_covers"),
            }),
            MechanismKind::Other46 => Mechanism::Other46(OtherSafeguard {
                kind: read.chosen::<OtherSafeguardKind>("other_kind", "Choose which safeguard")?,
                approval: read.optional("other_approval"),
            }),
            MechanismKind::Art49 => {
                let reason = read.optional("derogation_reason");
                match before {
                    Some(Mechanism::Art49(derogation)) if derogation.reason == reason => {
                        Mechanism::Art49(derogation.clone())
                    }
                    _ => Mechanism::Art49(Derogation::asked(reason)),
                }
            }
        },
    )
}

/// Reliance on adequacy. Only what the form showed counts as answered; `asked` is what decisions ask now. Where a question is
/// new to the version before, an empty answer leaves the earlier one what it was: an answer to the earlier question.
fn adequacy(
    read: &mut Reader,
    before: Option<&AdequacyReliance>,
    asked: &BTreeSet<String>,
) -> AdequacyReliance {
    let shown: BTreeSet<String> = read.all("asked").into_iter().collect();
    let answered_before = before.map(|reliance| reliance.asked.clone()).unwrap_or_default();
    let answer = read.yes_no("adequacy_in_scope").into_option();
    let is_new = shown
        .intersection(asked)
        .any(|question| !answered_before.contains(question));
    let (in_scope, answered) = match (answer, before) {
        (None, Some(before)) if is_new => (before.in_scope, answered_before),
        (None, _) => (None, BTreeSet::new()),
        (Some(_), _) => {
            let known: BTreeSet<_> = asked.union(&answered_before).cloned().collect();
            (answer, shown.intersection(&known).cloned().collect())
        }
    };
    AdequacyReliance {
        reference: read.optional("adequacy_reference"),
        in_scope,
        scope_evidence: read.optional("adequacy_evidence"),
        asked: answered,
    }
}

/// The parts of the form.
pub fn fields(typed: &Typed, errors: &FieldErrors, choices: &TransferChoices) -> AnyView {
    let sheet = Sheet { typed, errors };
    let add = choices.add_clauses.clone();
    let add_clauses = move || {
        let add = add.clone();
        view! { <p><a href=add>"Add a set of clauses"</a></p> }.into_any()
    };
    vec![
        part(
            "The transfer",
            "One flow of data to one country. Being able to reach data from there is a transfer to it.",
            vec![
                sheet.boxes("origins", "Under which law is the data exported?", "", choices!(Origin)),
                sheet.text("destination", "Destination", "A two-letter code or an English name, or “worldwide”. “EU” and “Europe” are regions, not countries."),
                sheet.text("importer", "Importing legal entity", "Exactly as in the contract or on the list it is certified under."),
                sheet.yes_no("importer_subject", "Is the importer itself subject to the GDPR for this (Article 3(2))?", "The clauses of 2021/914 were not made for such an importer; a set for it is not adopted."),
                sheet.select("onward_of", "Does it go on from another transfer?", "For an onward transfer by the importer.", "No, it starts with us", choices.transfers.clone()),
                sheet.radio("mechanism", "What allows it?", "In this order: an adequacy decision, safeguards such as clauses, and a derogation only for a single occasion.", mechanisms()),
            ],
        ),
        folded("If an adequacy decision", typed.text("mechanism") == "ADEQUACY", vec![
            sheet.optional("adequacy_reference", "Decision relied on", "“(EU) 2026/179”, for example."),
            asked(typed),
            sheet.yes_no("adequacy_in_scope", "Is the importer within its scope?", &questions(choices)),
            sheet.optional("adequacy_evidence", "What shows that?", ""),
        ]),
        folded("If the Data Privacy Framework (United States)", typed.text("mechanism") == "DPF", framework::fields(&sheet)),
        folded("If standard contractual clauses", typed.text("mechanism") == "SCC", vec![
            sheet.select("scc", "Which set of clauses", "A set is a paper of its own; one set can cover several transfers.", "Choose", choices.clauses.clone()),
            add_clauses(),
        ]),
        folded("If binding corporate rules", typed.text("mechanism") == "BCR", vec![
            sheet.radio("bcr_kind", "Whose data do they cover?", "Rules for controllers (BCR-C) do not cover what the group processes for us.", choices!(BcrKind)),
            sheet.optional("bcr_approval", "Approval by a supervisory authority", ""),
            sheet.tick("bcr_covers", "They cover this transfer", ""),
        ]),
        folded("If another safeguard under Article 46", typed.text("mechanism") == "OTHER_46", vec![
            sheet.select("other_kind", "Which", "", "Choose", choices!(OtherSafeguardKind)),
            sheet.optional("other_approval", "Reference of the code, certificate or approval", ""),
        ]),
        folded("If a derogation under Article 49", typed.text("mechanism") == "ART49", vec![
            sheet.area("derogation_reason", "Reason", "A paragraph at least (200 characters). The transfer stays blocked until the data protection officer permits it, for 30 days at most.", 6),
        ]),
        folded("Clauses in reserve", !typed.text("fallback").is_empty() || typed.text("mechanism") == "DPF", vec![
            sheet.select("fallback", "Which set of clauses", "They take over when the Data Privacy Framework falls. For rules and other safeguards they carry the UK instrument or the Swiss adaptations, where the data is exported under those laws.", "None", choices.clauses.clone()),
            add_clauses(),
        ]),
    ]
    .into_any()
}

/// The questions go with the form, so that it is known later which of them were answered.
fn asked(typed: &Typed) -> AnyView {
    let all = typed.all("asked").into_iter();
    all.map(|value| view! { <HiddenField name="asked" value /> })
        .collect_view()
        .into_any()
}

/// The questions of decisions that cover only some importers.
fn questions(choices: &TransferChoices) -> String {
    let all = choices.scope_questions.iter();
    let asked: BTreeSet<String> = all
        .map(|(country, _, question)| format!("{}: {question}", country.label()))
        .collect();
    let asked: Vec<String> = asked.into_iter().collect();
    format!("Asked where the decision covers only some. {}", asked.join(" "))
}

fn mechanisms() -> Vec<Choice> {
    choices!(MechanismKind)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "Is the importer under PIPEDA?";
    const LATER: &str = "Is the importer a commercial organisation?";

    fn choices(question: &str) -> TransferChoices {
        let canada = Country::parse("CA").unwrap();
        TransferChoices {
            scope_questions: vec![(canada, AdequacyRegime::Eu, question.to_owned())],
            ..TransferChoices::default()
        }
    }

    /// The form as the page fills it, with some fields filled otherwise.
    fn form(recorded: Option<&Transfer>, shown: &TransferChoices, otherwise: &[(&str, &str)]) -> Typed {
        let mut typed = recorded.map(typed_from).unwrap_or_default();
        ask(&mut typed, &recorded.map(answered).unwrap_or_default(), shown);
        for (name, value) in otherwise {
            typed.set(name, value);
        }
        typed
    }

    const CANADA: [(&str, &str); 6] = [
        ("origins", "EU"),
        ("destination", "CA"),
        ("importer", "Acme Inc."),
        ("mechanism", "ADEQUACY"),
        ("adequacy_in_scope", "yes"),
        ("adequacy_evidence", "letter of 3 May"),
    ];

    fn answer(transfer: &Transfer) -> (Option<bool>, Vec<&str>) {
        match &transfer.mechanism {
            Mechanism::Adequacy(reliance) => (
                reliance.in_scope,
                reliance.asked.iter().map(String::as_str).collect(),
            ),
            _ => panic!("adequacy"),
        }
    }

    #[test]
    fn only_a_question_that_the_form_showed_is_answered_by_it() {
        let typed = form(None, &choices(FIRST), &CANADA);
        let first = parse(&typed, None, &choices(FIRST)).unwrap();
        assert_eq!(answer(&first), (Some(true), vec![FIRST]));
        let meanwhile = parse(&typed, None, &choices(LATER)).unwrap();
        assert_eq!(
            answer(&meanwhile),
            (Some(true), vec![]),
            "the question changed while it was open"
        );

        // A page that was open before the question changed, saved with another field.
        let other = [("importer_subject", "no")];
        let stale = form(Some(&first), &choices(FIRST), &other);
        let saved = parse(&stale, Some(&first), &choices(LATER)).unwrap();
        assert_eq!(answer(&saved), (Some(true), vec![FIRST]));
    }

    #[test]
    fn a_later_save_of_another_field_keeps_what_was_answered_and_answers_nothing_new() {
        let first = parse(&form(None, &choices(FIRST), &CANADA), None, &choices(FIRST)).unwrap();
        let other = [("importer_subject", "no")];
        let same = form(Some(&first), &choices(FIRST), &other);
        let same = parse(&same, Some(&first), &choices(FIRST)).unwrap();
        assert_eq!(answer(&same), (Some(true), vec![FIRST]));

        let anew = form(Some(&first), &choices(LATER), &other);
        assert_eq!(
            anew.text("adequacy_in_scope"),
            "",
            "the answer was to another question"
        );
        let saved = parse(&anew, Some(&first), &choices(LATER)).unwrap();
        assert_eq!(answer(&saved), (Some(true), vec![FIRST]));
        let anew = form(Some(&saved), &choices(LATER), &[("adequacy_in_scope", "yes")]);
        let saved = parse(&anew, Some(&saved), &choices(LATER)).unwrap();
        assert_eq!(answer(&saved), (Some(true), vec![LATER]));
        let taken_back = form(Some(&saved), &choices(LATER), &[("adequacy_in_scope", "")]);
        let saved = parse(&taken_back, Some(&saved), &choices(LATER)).unwrap();
        assert_eq!(answer(&saved), (None, vec![]));
    }
}
