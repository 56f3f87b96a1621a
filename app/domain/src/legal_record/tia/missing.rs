//! What an assessment lacks: the one place that decides whether it is complete.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::practice::{CountryReference, Situation};
use super::state::TiaOutcome;
use super::{MeasureKind, Tia, TiaType};
use crate::country::{Country, Place};
use crate::text::Line;
use crate::word_set::words;
use crate::words::day;

mod law;
mod transfer;

words! {
    /// A part of the record (§4.2).
    "part of a TIA" Part {
        /// Identity.
        A = "A", "identity";
        /// The transfer.
        B = "B", "the transfer";
        /// The tool.
        C = "C", "the transfer tool";
        /// Law and practice.
        D = "D", "law and practice";
        /// Measures.
        E = "E", "supplementary measures";
        /// Conclusion.
        F = "F", "conclusion";
        /// Approval.
        G = "G", "approval";
        /// Review.
        H = "H", "review";
        /// Disclosure.
        I = "I", "disclosure";
    }
}

words! {
    /// A step of the guided assessment: the five questions first, then the six steps of the EDPB and the CNIL.
    "step of a TIA" TiaStep {
        /// The five questions.
        Checks = "checks", "Before you start";
        /// 1: know your transfer.
        Transfer = "transfer", "Know your transfer";
        /// 2: identify the tool.
        Tool = "tool", "Identify the tool";
        /// 3: evaluate law and practice.
        Law = "law", "Evaluate law and practice";
        /// 4: identify and adopt measures.
        Measures = "measures", "Adopt measures";
        /// 5: implement them and conclude.
        Conclusion = "conclusion", "Implement and conclude";
        /// 6: re-evaluate.
        Review = "review", "Re-evaluate";
    }
}

/// One thing that is missing or contradicts the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TiaMissing {
    /// The part of the record.
    pub part: Part,
    /// The step where it is put right.
    pub step: TiaStep,
    /// The field there.
    pub field: String,
    /// What to do, in plain English.
    pub what: String,
}

/// What is known of a country now: the version that counts, and the laws that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownCountry {
    /// The approved version.
    pub reference: CountryReference,
    /// Its laws.
    pub laws: Vec<Line<200>>,
}

/// What an assessment is held against on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    /// The day.
    pub today: NaiveDate,
    /// The latest day on which it may be reviewed again; a setting by country.
    pub review_by: NaiveDate,
    /// The knowledge about countries that counts now.
    pub countries: BTreeMap<Country, KnownCountry>,
    /// The countries in the EEA on that day.
    pub inside: BTreeSet<Country>,
}

impl Against {
    /// Whether a place is in the EEA.
    fn is_inside(&self, place: Place) -> bool {
        place
            .country()
            .is_some_and(|country| self.inside.contains(&country))
    }
}

/// Collects what is missing.
struct Found {
    missing: Vec<TiaMissing>,
    tia_type: TiaType,
}

impl Found {
    fn add(&mut self, part: Part, step: TiaStep, field: impl Into<String>, what: impl Into<String>) {
        self.missing.push(TiaMissing {
            part,
            step,
            field: field.into(),
            what: what.into(),
        });
    }

    /// Asks for something where its part is required.
    fn ask(&mut self, is_there: bool, part: Part, step: TiaStep, field: &str, what: &str) {
        if !is_there && self.tia_type.requires(part) {
            self.add(part, step, field, what);
        }
    }
}

impl Tia {
    /// Everything that is missing, in the order of the steps. Of part B a note needs what tells which transfer it is
    /// about; how much, how often and in what form the data travels is asked where law and practice are judged.
    pub fn missing(&self, against: &Against) -> Vec<TiaMissing> {
        let mut found = Found {
            missing: Vec::new(),
            tia_type: self.tia_type,
        };
        self.checks_missing(&mut found);
        self.identity_missing(&mut found);
        self.description_missing(&mut found);
        self.stay_contradicted(against, &mut found);
        self.tool_missing(&mut found);
        if !self.tia_type.is_note() {
            self.practice_missing(against, &mut found);
            self.measures_missing(&mut found);
        }
        self.conclusion_missing(&mut found);
        self.review_missing(against, &mut found);
        found.missing
    }

    fn conclusion_missing(&self, found: &mut Found) {
        let (part, step) = (Part::F, TiaStep::Conclusion);
        found.ask(
            self.conclusion.reason.is_some(),
            part,
            step,
            "decision_reason",
            "Give the reason for the outcome",
        );
        if !self.tia_type.is_note() {
            found.ask(
                self.conclusion.residual_risk.is_some(),
                part,
                step,
                "residual_risk",
                "Say what risk is left",
            );
        }
        let Some(outcome) = self.outcome else {
            found.add(part, step, "outcome", "Choose what it came to");
            return;
        };
        if !self.tia_type.outcomes().contains(&outcome) {
            let kind = self.tia_type.label();
            found.add(part, step, "outcome", format!("A {kind} cannot come to this"));
        }
        let is_incompatible = matches!(self.situation, Some(Situation::NotApplied | Situation::Practice));
        match outcome {
            TiaOutcome::Allowed if is_incompatible => found.add(
                part,
                step,
                "outcome",
                "In situations (i) and (ii) the transfer stops, or technical measures are added",
            ),
            TiaOutcome::AllowedWithMeasures if self.measures.is_empty() => found.add(
                Part::E,
                TiaStep::Measures,
                "measure_text_1",
                "Name the measures that the outcome depends on",
            ),
            TiaOutcome::AllowedWithMeasures
                if is_incompatible && self.measures.iter().all(|m| m.kind != MeasureKind::Technical) =>
            {
                found.add(
                    Part::E,
                    TiaStep::Measures,
                    "measure_kind_1",
                    "Contractual and organisational measures alone do not cure situation (i) or (ii): a technical one is needed",
                );
            }
            _ => {}
        }
    }

    fn review_missing(&self, against: &Against, found: &mut Found) {
        let (part, step) = (Part::H, TiaStep::Review);
        match self.next_review_on {
            None => found.add(part, step, "next_review_on", "Say when it is reviewed again"),
            Some(next) if next > against.review_by => found.add(
                part,
                step,
                "next_review_on",
                format!("It is reviewed again by {} at the latest", day(against.review_by)),
            ),
            Some(next) if next <= against.today => {
                found.add(part, step, "next_review_on", "The day of review is a coming day");
            }
            Some(_) => {}
        }
        found.ask(
            !self.triggers_watched.is_empty(),
            part,
            step,
            "triggers_watched",
            "Choose the events that are watched",
        );
    }
}
