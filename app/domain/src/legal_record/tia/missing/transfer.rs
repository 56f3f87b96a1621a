//! What the five questions, the description of the transfer and its tool lack (§4.1, §4.2 A to C).

use std::collections::BTreeSet;

use super::{Against, Found, Part, TiaStep};
use crate::country::Place;
use crate::legal_record::MechanismKind;
use crate::legal_record::tia::{Tia, TiaOutcome, TiaType};

impl Tia {
    pub(super) fn checks_missing(&self, found: &mut Found) {
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

    pub(super) fn identity_missing(&self, found: &mut Found) {
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
        if !self.tia_type.is_note() && self.identity.transfers.is_empty() {
            found.add(
                Part::A,
                step,
                "transfers",
                "Choose the transfers that it is about",
            );
        }
    }

    /// "Not required: stays in the EEA" holds only where everything is stored there; and of a note that nothing leaves
    /// it, also where nobody reaches it from outside. Worldwide is no place in the EEA.
    pub(super) fn stay_contradicted(&self, against: &Against, found: &mut Found) {
        let is_note = matches!(self.tia_type, TiaType::EeaNote | TiaType::ParentAccessNote);
        if !is_note || self.outcome != Some(TiaOutcome::NotRequiredEea) {
            return;
        }
        let b = &self.description;
        let nowhere = BTreeSet::new();
        let reached = match self.tia_type {
            TiaType::EeaNote => &b.access_locations,
            _ => &nowhere,
        };
        for (places, field, what) in [
            (&b.storage_locations, "storage_locations", "stored in"),
            (reached, "access_locations", "reached from"),
        ] {
            let outside: Vec<&str> = places
                .iter()
                .filter(|place| !against.is_inside(**place))
                .map(Place::label)
                .collect();
            if !outside.is_empty() {
                let kind = self.tia_type.label();
                found.add(
                    Part::B,
                    TiaStep::Transfer,
                    field,
                    format!(
                        "Data {what} {} does not stay in the EEA: put the places right, or choose another kind than {kind}",
                        outside.join(", ")
                    ),
                );
            }
        }
    }

    pub(super) fn description_missing(&self, found: &mut Found) {
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

    pub(super) fn tool_missing(&self, found: &mut Found) {
        use MechanismKind as M;
        let (part, step) = (Part::C, TiaStep::Tool);
        let c = &self.tool;
        let Some(mechanism) = c.mechanism else {
            found.add(part, step, "mechanism", "Choose what allows the transfer");
            return;
        };
        if let Some(why) = self.tia_type.misfit(mechanism) {
            found.add(part, step, "mechanism", why);
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
        if mechanism == M::Dpf && !self.tia_type.is_note() {
            found.ask(
                c.fallback.is_some(),
                part,
                step,
                "fallback",
                "Say what takes over when the framework falls",
            );
        }
    }
}
