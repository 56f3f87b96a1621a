//! What an assessment lacks: the one place that decides whether it is complete.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::practice::{CountryReference, Situation};
use super::state::TiaOutcome;
use super::{DataFormat, Measure, MeasureKind, Tia, TiaType};
use crate::country::{Country, Place};
use crate::legal_record::MechanismKind;
use crate::text::Line;
use crate::word_set::words;
use crate::words::day;

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
    /// about; how much, how often and in what form the data travels is asked of a full assessment only.
    pub fn missing(&self, against: &Against) -> Vec<TiaMissing> {
        let mut found = Found {
            missing: Vec::new(),
            tia_type: self.tia_type,
        };
        self.checks_missing(&mut found);
        self.identity_missing(&mut found);
        self.description_missing(&mut found);
        self.tool_missing(&mut found);
        if self.tia_type.steps().contains(&TiaStep::Law) {
            self.practice_missing(against, &mut found);
            self.measures_missing(&mut found);
        }
        self.conclusion_missing(&mut found);
        self.review_missing(against, &mut found);
        found.missing
    }

    fn checks_missing(&self, found: &mut Found) {
        let (part, step) = (Part::A, TiaStep::Checks);
        let checks = &self.checks;
        let (transfer, needed) = match self.tia_type {
            TiaType::Full46 | TiaType::UkTra | TiaType::Ch => (Some(true), None),
            TiaType::AdequacyNote => (Some(true), Some(false)),
            TiaType::EeaNote | TiaType::ParentAccessNote => (Some(false), Some(false)),
        };
        let kind = self.tia_type.label();
        let mut answer = |given: Option<bool>, fits: Option<bool>, field: &str, question: &str| match given {
            None => found.add(part, step, field, format!("Answer: {question}")),
            Some(given) if fits.is_some_and(|fits| fits != given) => {
                found.add(
                    part,
                    step,
                    field,
                    format!("This answer does not fit a {kind}: choose another kind of assessment, or answer again"),
                );
            }
            Some(_) => {}
        };
        answer(checks.is_transfer, transfer, "is_transfer", "is it a transfer?");
        let needed = if self.tia_type == TiaType::Full46 {
            Some(true)
        } else {
            needed
        };
        answer(checks.is_needed, needed, "is_needed", "is an assessment needed?");
        found.ask(
            checks.responsible.is_some(),
            part,
            step,
            "responsible",
            "Say who is responsible for the assessment",
        );
        found.ask(checks.scope.is_some(), part, step, "scope", "Say what it covers");
        match checks.is_compliant {
            None => found.add(
                part,
                step,
                "is_compliant",
                "Answer: does the transfer comply otherwise?",
            ),
            Some(false) => found.add(
                part,
                step,
                "is_compliant",
                "A transfer that does not comply otherwise cannot be cured here: put that right first",
            ),
            Some(true) => {}
        }
    }

    fn identity_missing(&self, found: &mut Found) {
        let step = TiaStep::Transfer;
        let is_at_home = matches!(self.tia_type, TiaType::EeaNote | TiaType::ParentAccessNote);
        if is_at_home && !self.destinations.is_empty() {
            found.add(
                Part::B,
                step,
                "destinations",
                format!("A {} has no destination outside the EEA", self.tia_type.label()),
            );
        }
        if !is_at_home && self.destinations.is_empty() {
            found.add(Part::B, step, "destinations", "Name the destinations");
        }
        found.ask(
            self.identity.started_on.is_some(),
            Part::A,
            step,
            "started_on",
            "Say when the work began",
        );
        found.ask(
            self.identity.importer_contributed.is_some(),
            Part::A,
            step,
            "importer_contributed",
            "Say whether the importer contributed",
        );
        if self.tia_type == TiaType::Full46 && self.identity.transfers.is_empty() {
            found.add(
                Part::A,
                step,
                "transfers",
                "Choose the transfers that it is about",
            );
        }
    }

    fn description_missing(&self, found: &mut Found) {
        let (part, step) = (Part::B, TiaStep::Transfer);
        let b = &self.description;
        for (is_there, field, what) in [
            (
                b.exporter.is_some(),
                "exporter",
                "Name the exporting legal entity",
            ),
            (
                b.importer.is_some(),
                "importer",
                "Name the importing legal entity",
            ),
            (b.roles.is_some(), "roles", "Say in which roles they act"),
            (b.purposes.is_some(), "purposes", "Say what the data is used for"),
            (
                !b.data_subjects.is_empty(),
                "data_subjects",
                "Say whose data it is",
            ),
            (
                !b.data_categories.is_empty(),
                "data_categories",
                "Say which data it is",
            ),
            (
                b.special_categories.is_some(),
                "special_categories",
                "Name the special categories, or write “none”",
            ),
            (
                !b.storage_locations.is_empty(),
                "storage_locations",
                "Name the countries where it is stored",
            ),
        ] {
            found.ask(is_there, part, step, field, what);
        }
        if self.tia_type.is_note() {
            return;
        }
        for (is_there, field, what) in [
            (
                !b.access_locations.is_empty(),
                "access_locations",
                "Name the countries from which it is reached",
            ),
            (
                b.chain_length.is_some(),
                "chain_length",
                "Say how long the chain is",
            ),
            (
                b.chain_length.is_none_or(|length| length <= 1) || !b.onward_transfers.is_empty(),
                "onward_transfers",
                "The chain goes on after the importer: name who gets the data",
            ),
            (
                b.number_of_actors.is_some(),
                "number_of_actors",
                "Say how many companies take part",
            ),
            (
                !b.transmission_channels.is_empty(),
                "transmission_channels",
                "Say how the data travels",
            ),
            (
                b.recipient_type.is_some(),
                "recipient_type",
                "Say what kind of recipient it is",
            ),
            (
                b.format.is_some(),
                "format",
                "Choose in what form the importer has the data",
            ),
            (b.sector.is_some(), "sector", "Name the sector"),
            (b.volume.is_some(), "volume", "Say how much data it is"),
            (
                b.frequency.is_some(),
                "frequency",
                "Say how often it is transferred",
            ),
            (
                b.retention.is_some(),
                "retention",
                "Say how long the importer keeps it",
            ),
        ] {
            found.ask(is_there, part, step, field, what);
        }
    }

    fn tool_missing(&self, found: &mut Found) {
        use MechanismKind as M;
        let (part, step) = (Part::C, TiaStep::Tool);
        let c = &self.tool;
        let Some(mechanism) = c.mechanism else {
            found.add(part, step, "mechanism", "Choose what allows the transfer");
            return;
        };
        let fits = match self.tia_type {
            TiaType::EeaNote | TiaType::ParentAccessNote => mechanism == M::NoneRequired,
            TiaType::AdequacyNote => matches!(mechanism, M::Adequacy | M::Dpf),
            TiaType::Full46 => mechanism != M::NoneRequired,
            TiaType::UkTra | TiaType::Ch => true,
        };
        if !fits {
            let kind = self.tia_type.label();
            found.add(part, step, "mechanism", format!("A {kind} does not go with this"));
        }
        if mechanism != M::NoneRequired {
            found.ask(
                c.instrument.is_some(),
                part,
                step,
                "instrument",
                "Name the instrument",
            );
        }
        if mechanism == M::Scc {
            found.ask(c.module.is_some(), part, step, "module", "Choose the module");
            found.ask(
                c.clause_options.is_some(),
                part,
                step,
                "clause_options",
                "Say which options of the clauses were taken",
            );
            found.ask(
                c.in_force_on.is_some(),
                part,
                step,
                "in_force_on",
                "Say since when they are in force",
            );
        }
        if mechanism == M::Dpf && self.tia_type == TiaType::Full46 {
            found.ask(
                c.fallback.is_some(),
                part,
                step,
                "fallback",
                "Say what takes over when the framework falls",
            );
        }
    }

    fn practice_missing(&self, against: &Against, found: &mut Found) {
        let (part, step) = (Part::D, TiaStep::Law);
        for place in &self.destinations {
            self.place_missing(*place, against, found);
        }
        found.ask(
            self.situation.is_some(),
            part,
            step,
            "situation",
            "Choose what law and practice come to",
        );
        if self.needs_demonstration() && self.demonstration.is_none() {
            found.add(
                part,
                step,
                "demonstration",
                "Show why the law will not be applied to this transfer; without that it is not allowed",
            );
        }
    }

    /// Whether "allowed" stands only with a demonstration that the law is not applied in practice (§4.4): in situation
    /// (iii), and wherever the importer has the data in the clear and a law may apply. A technical measure may stand in its
    /// place; contractual and organisational ones help and never cure alone.
    pub fn needs_demonstration(&self) -> bool {
        let is_technical = |measure: &Measure| measure.kind == MeasureKind::Technical;
        let is_clear = self.description.format == Some(DataFormat::Plaintext);
        let is_asked = match self.outcome {
            Some(TiaOutcome::Allowed) => true,
            Some(TiaOutcome::AllowedWithMeasures) => !self.measures.iter().any(is_technical),
            _ => false,
        };
        is_asked
            && (self.situation == Some(Situation::Problematic) || (is_clear && self.may_fall_under_a_law()))
    }

    fn place_missing(&self, place: Place, against: &Against, found: &mut Found) {
        let (part, step) = (Part::D, TiaStep::Law);
        let (code, name) = (place.code(), place.label());
        let practice = self.practice.get(&place);
        let is_required = self.tia_type.requires(part);
        let answers = practice.map(|p| p.laws.as_slice()).unwrap_or_default();
        match place
            .country()
            .and_then(|country| against.countries.get(&country))
        {
            Some(known) => {
                let rests_on = practice.and_then(|p| p.country);
                if rests_on != Some(known.reference) && is_required {
                    let number = known.reference.number;
                    found.add(
                        part,
                        step,
                        format!("country_{code}"),
                        format!("Take over version {number} of what is known about {name}, which counts now"),
                    );
                }
                for law in &known.laws {
                    let is_answered = answers.iter().any(|answer| answer.name == *law);
                    if !is_answered && is_required {
                        found.add(
                            part,
                            step,
                            format!("country_{code}"),
                            format!("{name}: {law} is not judged"),
                        );
                    }
                }
            }
            None if place == Place::Worldwide => {
                let has_sources = practice.is_some_and(|p| !p.sources.is_empty());
                if is_required && (answers.is_empty() || !has_sources) {
                    found.add(
                        part,
                        step,
                        format!("law_{code}_new"),
                        "Worldwide: name the laws that matter, and the sources",
                    );
                }
            }
            None if is_required => found.add(
                part,
                step,
                format!("country_{code}"),
                format!("Nothing approved is known about {name}: record its laws and guarantees first"),
            ),
            None => {}
        }
        for (number, answer) in answers.iter().enumerate() {
            let number = number + 1;
            if answer.applies.is_none() && is_required {
                let what = format!("{name}: say whether {} applies to the importer", answer.name);
                found.add(part, step, format!("law_{code}_{number}_applies"), what);
            } else if answer.applies.is_some() && answer.reason.is_none() {
                let what = format!("{name}: say why for {}", answer.name);
                found.add(part, step, format!("law_{code}_{number}_reason"), what);
            }
        }
        if practice.is_some_and(|p| p.experience.is_relied_on && !p.experience.counts()) {
            found.add(
                part,
                step,
                format!("experience_{code}_requests"),
                format!(
                    "{name}: the importer’s experience counts only with its number of requests, a documented period, a certificate at senior level and another objective source"
                ),
            );
        }
    }

    fn measures_missing(&self, found: &mut Found) {
        let (part, step) = (Part::E, TiaStep::Measures);
        for (number, measure) in self.measures.iter().enumerate() {
            let number = number + 1;
            if measure.gap.is_none() {
                found.add(
                    part,
                    step,
                    format!("measure_gap_{number}"),
                    format!("Say which gap measure {number} closes"),
                );
            }
            for (field, what) in measure.standing.missing() {
                found.add(
                    part,
                    step,
                    format!("measure_{field}_{number}"),
                    format!("Measure {number}: {what}"),
                );
            }
        }
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
