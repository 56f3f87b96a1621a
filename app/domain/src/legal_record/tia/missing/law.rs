//! What law and practice and the measures lack (§4.2 D and E), and when a demonstration is asked for (§4.4).

use super::{Against, Found, Part, TiaStep};
use crate::country::Place;
use crate::legal_record::tia::practice::Situation;
use crate::legal_record::tia::{DataFormat, Measure, MeasureKind, Tia, TiaOutcome};

impl Tia {
    pub(super) fn practice_missing(&self, against: &Against, found: &mut Found) {
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

    pub(super) fn measures_missing(&self, found: &mut Found) {
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
}
