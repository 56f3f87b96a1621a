//! Which instrument a transfer to an importer needs, by roles and places (spec section 2.1): the answer, why, and what
//! was passed over.

use super::clauses::{PartyRole, SccModule};
use crate::engagement::RelationshipRole;
use crate::known::Known;

/// What the chooser looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstrumentFacts {
    /// What we are for the data.
    pub exporter: PartyRole,
    /// What the importer is for the data.
    pub importer: PartyRole,
    /// Whether the importing legal entity is established in the EEA.
    pub is_importer_inside: Known<bool>,
    /// Whether the importer is itself subject to the GDPR for this processing (Article 3(2)).
    pub is_importer_subject: Known<bool>,
    /// Whether the ultimate parent of its group is outside the EEA.
    pub is_parent_outside: Known<bool>,
}

/// An instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instrument {
    /// A module of the clauses for transfers, Decision (EU) 2021/914.
    Module(SccModule),
    /// The agreement of Article 28: the clauses of Decision (EU) 2021/915, or a contract of one's own.
    Article28,
    /// No transfer at this step, and no processor either: an agreement between controllers.
    NoTransfer,
    /// Nothing can be said before it is known where the importing legal entity is.
    Unknown,
}

impl Instrument {
    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Module(module) => module.label(),
            Self::Article28 => "Agreement under Article 28 (2021/915, or a contract of one’s own)",
            Self::NoTransfer => "No instrument for transfers",
            Self::Unknown => "Cannot be said yet",
        }
    }
}

/// What the chooser says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentChoice {
    /// The instrument.
    pub instrument: Instrument,
    /// Why.
    pub reason: String,
    /// The others, each with why it is not the one.
    pub passed_over: Vec<(Instrument, String)>,
    /// What to look out for.
    pub warnings: Vec<String>,
}

/// Roles of exporter and importer in an engagement. We process for our customers, so a subprocessor is a processor's
/// processor; what we use for data of our own processes for a controller.
pub const fn party_roles(role: RelationshipRole) -> (PartyRole, PartyRole) {
    match role {
        RelationshipRole::OwnProcessor => (PartyRole::Controller, PartyRole::Processor),
        RelationshipRole::IndependentController | RelationshipRole::JointController => {
            (PartyRole::Controller, PartyRole::Controller)
        }
        _ => (PartyRole::Processor, PartyRole::Processor),
    }
}

/// Chooses the instrument.
pub fn choose_instrument(facts: &InstrumentFacts) -> InstrumentChoice {
    let module = SccModule::between(facts.exporter, facts.importer);
    let roles = format!(
        "we export as {}, the importer receives as {}",
        facts.exporter.label(),
        facts.importer.label()
    );
    let (instrument, reason) = match facts.is_importer_inside {
        Known::Unknown => (
            Instrument::Unknown,
            "the country of the importing legal entity is not known".to_owned(),
        ),
        Known::Known(false) => (
            Instrument::Module(module),
            format!("{roles}, and it is established outside the EEA"),
        ),
        Known::Known(true) if facts.importer == PartyRole::Processor => (
            Instrument::Article28,
            format!("{roles}, and it is established in the EEA: no transfer by us at this step"),
        ),
        Known::Known(true) => (
            Instrument::NoTransfer,
            "the importer is a controller established in the EEA: no transfer by us at this step".to_owned(),
        ),
    };
    let others = SccModule::ALL
        .iter()
        .map(|module| Instrument::Module(*module))
        .chain([Instrument::Article28])
        .filter(|other| *other != instrument);
    let passed_over = others
        .map(|other| (other, why_not(other, facts, module)))
        .collect();
    InstrumentChoice {
        instrument,
        reason,
        passed_over,
        warnings: warnings(facts, instrument),
    }
}

fn why_not(other: Instrument, facts: &InstrumentFacts, module: SccModule) -> String {
    match other {
        Instrument::Module(other) if other != module => {
            let (exporter, importer) = other.roles();
            let mut differs = Vec::new();
            if exporter != facts.exporter {
                differs.push(format!(
                    "it is for an exporter that is a {}, and we are a {}",
                    exporter.label(),
                    facts.exporter.label()
                ));
            }
            if importer != facts.importer {
                differs.push(format!(
                    "it is for an importer that is a {}, and this one is a {}",
                    importer.label(),
                    facts.importer.label()
                ));
            }
            differs.join("; ")
        }
        Instrument::Module(_) => match facts.is_importer_inside {
            Known::Unknown => {
                "it fits the roles, once the importer is known to be outside the EEA".to_owned()
            }
            _ => "it fits the roles, but the importer is established in the EEA".to_owned(),
        },
        _ => match facts.is_importer_inside {
            Known::Unknown => "it is for an importer in the EEA, which is not known".to_owned(),
            Known::Known(true) => "the importer is no processor".to_owned(),
            Known::Known(false) if facts.importer == PartyRole::Processor => {
                "alone it allows no transfer; modules 2 and 3 contain what Article 28 asks for".to_owned()
            }
            Known::Known(false) => "the importer is no processor, and it is outside the EEA".to_owned(),
        },
    }
}

fn warnings(facts: &InstrumentFacts, instrument: Instrument) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Instrument::Module(_) = instrument {
        match facts.is_importer_subject {
            Known::Known(false) => {}
            Known::Known(true) => warnings.push(
                "The importer is itself subject to the GDPR (Article 3(2)). The clauses of 2021/914 were not made for that (Article 1(1), recital 7); a set for it was announced and is not adopted. Have legal decide and record why."
                    .to_owned(),
            ),
            Known::Unknown => warnings.push(
                "Nobody has established whether the importer is itself subject to the GDPR (Article 3(2)). If it is, the clauses of 2021/914 were not made for it (Article 1(1), recital 7)."
                    .to_owned(),
            ),
        }
    }
    if facts.is_importer_inside == Known::Known(true) && facts.is_parent_outside != Known::Known(false) {
        let parent = match facts.is_parent_outside {
            Known::Known(true) => "Its group is led from outside the EEA.",
            _ => "It is not known whether its group is led from outside the EEA.",
        };
        warnings.push(format!(
            "{parent} If the group’s companies outside can reach the data, the company in the EEA exports it: record them as engagements of tier 2 below this one."
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;
    use PartyRole::{Controller, Processor};

    fn facts(exporter: PartyRole, importer: PartyRole, is_inside: bool) -> InstrumentFacts {
        InstrumentFacts {
            exporter,
            importer,
            is_importer_inside: Known::Known(is_inside),
            is_importer_subject: Known::Known(false),
            is_parent_outside: Known::Known(false),
        }
    }

    #[test]
    fn every_row_of_roles_and_places_has_its_instrument() {
        for (exporter, importer, is_inside, instrument) in [
            (Controller, Controller, false, Instrument::Module(SccModule::One)),
            (Controller, Processor, false, Instrument::Module(SccModule::Two)),
            (Processor, Processor, false, Instrument::Module(SccModule::Three)),
            (Processor, Controller, false, Instrument::Module(SccModule::Four)),
            (Controller, Processor, true, Instrument::Article28),
            (Processor, Processor, true, Instrument::Article28),
            (Controller, Controller, true, Instrument::NoTransfer),
            (Processor, Controller, true, Instrument::NoTransfer),
        ] {
            let choice = choose_instrument(&facts(exporter, importer, is_inside));
            assert_eq!(choice.instrument, instrument);
            assert!(choice.warnings.is_empty(), "{:?}", choice.warnings);
            assert!(
                choice
                    .passed_over
                    .iter()
                    .all(|(other, why)| *other != instrument && !why.is_empty())
            );
            assert!(choice.passed_over.len() >= 4);
        }
    }

    #[test]
    fn module_2_is_passed_over_for_our_vendor_because_we_are_no_controller() {
        let (exporter, importer) = party_roles(RelationshipRole::Subprocessor);
        let choice = choose_instrument(&facts(exporter, importer, false));
        assert_eq!(choice.instrument, Instrument::Module(SccModule::Three));
        let why = choice
            .passed_over
            .iter()
            .find(|(other, _)| *other == Instrument::Module(SccModule::Two))
            .map(|(_, why)| why.as_str());
        assert_eq!(
            why,
            Some("it is for an exporter that is a controller, and we are a processor")
        );
    }

    #[test]
    fn without_the_importers_country_nothing_is_chosen() {
        let mut facts = facts(Processor, Processor, false);
        facts.is_importer_inside = Known::Unknown;
        assert_eq!(choose_instrument(&facts).instrument, Instrument::Unknown);
    }

    #[test]
    fn an_importer_under_the_gdpr_is_warned_about_also_where_nobody_knows() {
        for (subject, word) in [
            (Known::Known(true), "is not adopted"),
            (Known::Unknown, "Nobody has established"),
        ] {
            let mut facts = facts(Processor, Processor, false);
            facts.is_importer_subject = subject;
            let choice = choose_instrument(&facts);
            assert_eq!(choice.instrument, Instrument::Module(SccModule::Three));
            assert!(choice.warnings[0].contains(word), "{:?}", choice.warnings);
        }
    }

    #[test]
    fn a_company_in_the_eea_with_a_parent_outside_exports_onward_itself() {
        let mut facts = facts(Processor, Processor, true);
        facts.is_parent_outside = Known::Known(true);
        let choice = choose_instrument(&facts);
        assert_eq!(choice.instrument, Instrument::Article28);
        assert!(choice.reason.contains("no transfer by us at this step"));
        assert!(choice.warnings[0].contains("tier 2"), "{:?}", choice.warnings);
    }
}
