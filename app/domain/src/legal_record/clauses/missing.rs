//! What a set of clauses lacks, computed from its fields. Nothing else decides whether it is complete.

use chrono::NaiveDate;

use super::{
    Clause9, Clause13, Clause17, Clauses, ClausesField as F, ClausesPart as P, MeasureArea, SwissPoint,
};
use crate::country::{Country, Place};
use crate::legal_record::{Origin, SccVersion};
use crate::organisation::OrganisationFacts;
use crate::reference::{AdequacyRegime, ReferenceData};

/// Something that is not filled, or not as the clauses ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// In which part.
    pub part: P,
    /// The field; forms use it as name.
    pub field: String,
    /// What is missing.
    pub text: String,
}

/// Characters that a description of measures has at least: less is a heading, and Annex II asks for measures that are
/// described in specific and not generic terms.
pub const SPECIFIC: usize = 60;

struct Found(Vec<Missing>);

impl Found {
    fn need(&mut self, is_there: bool, part: P, field: impl Into<String>, text: impl Into<String>) {
        if !is_there {
            self.0.push(Missing {
                part,
                field: field.into(),
                text: text.into(),
            });
        }
    }
}

impl Clauses {
    /// That Annex I.A names another importer than the contracting company, where it does.
    pub fn other_importer(&self, company: &OrganisationFacts) -> Option<String> {
        let importer = self.text(F::ImporterName)?;
        (!company.is_named(importer)).then(|| {
            let registered = &company.legal_name;
            format!("Annex I.A names {importer} as importer, the register says {registered}")
        })
    }

    /// Law and courts that were chosen and cannot be (clauses 17 and 18): field and reason. Nothing is said of a set that
    /// covers exports under UK or Swiss law alone, nor of one from before 2021, which was agreed in another Union.
    pub fn misplaced(&self, reference: &ReferenceData, day: NaiveDate) -> Vec<(&'static str, String)> {
        let is_of_union = |origin: &Origin| AdequacyRegime::of(*origin) == AdequacyRegime::Eu;
        let is_of_2021 = self.version == SccVersion::V2021;
        if !is_of_2021 || !self.module.has_authority() || !self.origins.iter().any(is_of_union) {
            return Vec::new();
        }
        let o = &self.options;
        [
            ("governing_law", "17", "the law", o.governing_law),
            ("forum", "18", "the courts", o.forum),
        ]
        .into_iter()
        .filter_map(|(field, clause, what, chosen)| {
            let country = chosen.filter(|country| reference.is_outside(Place::Country(*country), day))?;
            let why = format!(
                "Clause {clause} takes {what} of a Member State or another state of the EEA; {} is neither",
                country.label()
            );
            Some((field, why))
        })
        .collect()
    }

    /// Everything that is missing on a day, in the order of the form. Law and courts must be those of a state where the
    /// GDPR applies, which the reference data knows; `exporter` is the country where the entity that exports is
    /// established, where it is known which one that is.
    pub fn missing(
        &self,
        reference: &ReferenceData,
        exporter: Option<Country>,
        day: NaiveDate,
    ) -> Vec<Missing> {
        let mut found = Found(Vec::new());
        self.options_missing(reference, day, &mut found);
        if let Some(exporter) = exporter {
            self.exporter_contradicted(reference, exporter, day, &mut found);
        }
        self.annex_i_missing(&mut found);
        if self.module.has_authority() {
            self.annex_ii_missing(&mut found);
        }
        if self.module.has_clause_9() && self.options.clause_9 == Some(Clause9::Specific) {
            self.annex_iii_missing(&mut found);
        }
        if self.origins.contains(&Origin::Uk) {
            self.uk_missing(&mut found);
        }
        if self.origins.contains(&Origin::Ch) {
            for point in SwissPoint::ALL {
                found.need(self.swiss.contains(point), P::Ch, "swiss", point.label());
            }
        }
        found.0
    }

    /// The parts that lack something, in order.
    pub fn incomplete_parts(
        &self,
        reference: &ReferenceData,
        exporter: Option<Country>,
        day: NaiveDate,
    ) -> Vec<P> {
        let mut parts: Vec<P> = self
            .missing(reference, exporter, day)
            .into_iter()
            .map(|missing| missing.part)
            .collect();
        parts.dedup();
        parts
    }

    fn options_missing(&self, reference: &ReferenceData, day: NaiveDate, found: &mut Found) {
        let o = &self.options;
        let mut need = |is_there, field: &str, text: &str| found.need(is_there, P::Options, field, text);
        need(
            !self.origins.is_empty(),
            "origins",
            "under which law the data is exported",
        );
        need(
            o.docking.is_some(),
            "docking",
            "clause 7: whether others may join",
        );
        if self.module.has_clause_9() {
            need(o.clause_9.is_some(), "clause_9", "clause 9(a): the option");
            need(
                o.clause_9_period.is_some(),
                "clause_9_period",
                "clause 9(a): the period of notice",
            );
        }
        need(
            o.dispute_body.is_some(),
            "dispute_body",
            "clause 11(a): whether there is an independent dispute resolution body",
        );
        if self.module.has_authority() {
            need(
                o.clause_13.is_some(),
                "clause_13",
                "clause 13(a): which case applies",
            );
        }
        if self.module.has_clause_9() {
            need(o.clause_17.is_some(), "clause_17", "clause 17: the option");
        }
        let is_free = !self.module.has_authority();
        let fits = |country: Option<Country>| {
            country.is_some_and(|c| is_free || !reference.is_outside(Place::Country(c), day))
        };
        let state = if is_free {
            "a country"
        } else {
            "a Member State (or an EEA state)"
        };
        need(
            fits(o.governing_law),
            "governing_law",
            &format!("clause 17: the law of {state}"),
        );
        need(
            fits(o.forum),
            "forum",
            &format!("clause 18: the courts of {state}"),
        );
    }

    /// Options that speak of the exporter otherwise than the register does: clause 13(a) asks where it is established, and
    /// option 2 of clause 17 takes the law from there. Nothing is compared for exports under UK or Swiss law alone:
    /// the UK instrument and the Swiss adaptations say for themselves what takes the place of these clauses.
    fn exporter_contradicted(
        &self,
        reference: &ReferenceData,
        exporter: Country,
        day: NaiveDate,
        found: &mut Found,
    ) {
        let is_of_union = |origin: &Origin| AdequacyRegime::of(*origin) == AdequacyRegime::Eu;
        if !self.origins.iter().any(is_of_union) {
            return;
        }
        let o = &self.options;
        let mut need = |is_there, field: &str, text: String| found.need(is_there, P::Options, field, text);
        let is_inside = |country| !reference.is_outside(Place::Country(country), day);
        let name = exporter.label();
        match o.clause_13.filter(|_| self.module.has_authority()) {
            Some(Clause13::Established) => need(
                is_inside(exporter),
                "clause_13",
                format!(
                    "clause 13(a): by the register the exporter is established in {name}, outside the EEA; choose another case"
                ),
            ),
            Some(_) => need(
                !is_inside(exporter),
                "clause_13",
                format!(
                    "clause 13(a): by the register the exporter is established in {name}; choose the case that says so"
                ),
            ),
            None => {}
        }
        if self.module.has_clause_9() && o.clause_17 == Some(Clause17::Exporters) {
            need(
                is_inside(exporter),
                "clause_17",
                format!(
                    "clause 17: option 2 rests on the law where the exporter is established, by the register {name}, outside the EEA; choose option 1"
                ),
            );
        }
    }

    fn annex_i_missing(&self, found: &mut Found) {
        let is_needed = |field: F| match field {
            F::SensitiveData | F::SensitiveSafeguards => self.is_sensitive == Some(true),
            F::SubprocessingSubject | F::SubprocessingNature | F::SubprocessingDuration => {
                self.module.has_clause_9()
            }
            F::Authority => self.module.has_authority(),
            _ => field.part() != P::Uk,
        };
        for field in F::ALL.iter().copied().filter(|field| is_needed(*field)) {
            found.need(
                self.texts.contains_key(&field),
                field.part(),
                field.as_str(),
                field.label(),
            );
            if field == F::DataCategories {
                found.need(
                    self.is_sensitive.is_some(),
                    P::IB,
                    "is_sensitive",
                    "Whether sensitive data is transferred",
                );
                found.need(
                    self.frequency.is_some(),
                    P::IB,
                    "frequency",
                    "Frequency of the transfer",
                );
            }
        }
    }

    fn annex_ii_missing(&self, found: &mut Found) {
        let has_own = self.measures.keys().any(|area| *area != MeasureArea::Assistance);
        found.need(
            has_own,
            P::II,
            measure_field(MeasureArea::Encryption),
            "at least one technical or organisational measure",
        );
        if self.module.has_clause_9() {
            found.need(
                self.measures.contains_key(&MeasureArea::Assistance),
                P::II,
                measure_field(MeasureArea::Assistance),
                MeasureArea::Assistance.label(),
            );
        }
        for (area, text) in &self.measures {
            found.need(
                text.as_str().chars().count() >= SPECIFIC,
                P::II,
                measure_field(*area),
                format!(
                    "{}: describe it in specific terms, in {SPECIFIC} characters at least",
                    area.label()
                ),
            );
        }
    }

    fn annex_iii_missing(&self, found: &mut Found) {
        found.need(
            !self.subprocessors.is_empty(),
            P::III,
            "listed_name_1",
            "the list of subprocessors (clause 9(a), option 1)",
        );
        for (at, listed) in self.subprocessors.iter().enumerate() {
            let number = at + 1;
            for (is_there, field, text) in [
                (listed.name.is_some(), "name", "name"),
                (listed.address.is_some(), "address", "address"),
                (listed.contact.is_some(), "contact", "contact person"),
                (
                    listed.description.is_some(),
                    "description",
                    "description with delimitation of responsibilities",
                ),
            ] {
                found.need(
                    is_there,
                    P::III,
                    format!("listed_{field}_{number}"),
                    format!("subprocessor {number}: {text}"),
                );
            }
        }
    }

    fn uk_missing(&self, found: &mut Found) {
        let Some(uk) = &self.uk else {
            return found.need(false, P::Uk, "uk_kind", "the Addendum or the IDTA");
        };
        found.need(uk.start_on.is_some(), P::Uk, "uk_start_on", "Table 1: start date");
        let needs_list = self.options.clause_9 == Some(Clause9::Specific);
        for field in F::ALL.iter().filter(|field| field.part() == P::Uk) {
            let is_needed = *field != F::UkAnnexIII || needs_list;
            found.need(
                !is_needed || self.texts.contains_key(field),
                P::Uk,
                field.as_str(),
                field.label(),
            );
        }
        found.need(
            !uk.may_end.is_empty(),
            P::Uk,
            "uk_may_end",
            "Table 4: who may end it when the template changes",
        );
    }
}

/// The name of the field for an area of measures.
pub fn measure_field(area: MeasureArea) -> String {
    format!("measure_{}", area.as_str().to_lowercase())
}
