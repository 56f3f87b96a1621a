//! Part A: what kind of assessment it is, and who worked on it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::super::transfer::MechanismKind;
use super::state::TiaOutcome;
use super::{Part, TiaStep};
use crate::text::Line;
use crate::word_set::words;

words! {
    /// What kind of assessment it is. Every engagement has one, also those that stay in the EEA.
    "kind of TIA" TiaType {
        /// Full, for safeguards under Article 46.
        Full46 = "FULL_46", "full assessment";
        /// A note that adequacy applies.
        AdequacyNote = "ADEQUACY_NOTE", "adequacy note";
        /// A note that nothing leaves the EEA.
        EeaNote = "EEA_NOTE", "EEA note";
        /// A note on access by a parent outside the EEA.
        ParentAccessNote = "PARENT_ACCESS_NOTE", "parent access note";
        /// Transfer risk assessment under UK law.
        UkTra = "UK_TRA", "UK transfer risk assessment";
        /// Assessment under Swiss law.
        Ch = "CH", "Swiss assessment";
    }
}

impl TiaType {
    /// Whether it is a short form: parts D and E are not asked for (§4.2). The British and the Swiss test judge law and
    /// practice as a full assessment does (§2.5).
    pub const fn is_note(self) -> bool {
        matches!(self, Self::AdequacyNote | Self::EeaNote | Self::ParentAccessNote)
    }

    /// Whether a part must be complete: A to H for an assessment; A, B, C, F, G and H for a note.
    pub const fn requires(self, part: Part) -> bool {
        match part {
            Part::D | Part::E => !self.is_note(),
            Part::I => false,
            _ => true,
        }
    }

    /// Its steps, in order. A note has no steps on law and measures.
    pub fn steps(self) -> Vec<TiaStep> {
        TiaStep::ALL
            .iter()
            .copied()
            .filter(|step| !self.is_note() || !matches!(step, TiaStep::Law | TiaStep::Measures))
            .collect()
    }

    /// What it can come to.
    pub const fn outcomes(self) -> &'static [TiaOutcome] {
        use TiaOutcome as O;
        match self {
            Self::Full46 => &[O::Allowed, O::AllowedWithMeasures, O::NotAllowed, O::Suspend],
            Self::AdequacyNote => &[O::NotRequiredAdequacy, O::NotAllowed, O::Suspend],
            Self::EeaNote => &[O::NotRequiredEea, O::NotAllowed, O::Suspend],
            Self::ParentAccessNote => &[O::NotRequiredEea, O::Allowed, O::NotAllowed, O::Suspend],
            Self::UkTra | Self::Ch => &[
                O::NotRequiredAdequacy,
                O::Allowed,
                O::AllowedWithMeasures,
                O::NotAllowed,
                O::Suspend,
            ],
        }
    }

    /// Why a mechanism is not what this kind is about; `None` where it is (§4.2 C).
    pub fn misfit(self, mechanism: MechanismKind) -> Option<String> {
        use MechanismKind as M;
        let fits = match self {
            Self::EeaNote | Self::ParentAccessNote => mechanism == M::NoneRequired,
            Self::AdequacyNote => matches!(mechanism, M::Adequacy | M::Dpf),
            Self::Full46 | Self::UkTra | Self::Ch => mechanism != M::NoneRequired,
        };
        (!fits).then(|| format!("A {} does not go with this", self.label()))
    }
}

/// Part A beside kind, engagement and authors, which stand elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Numbers of the engagement's transfers that it is about.
    pub transfers: BTreeSet<i64>,
    /// Who contributed beside the authors, by function.
    pub contributors: Vec<Line<200>>,
    /// Whether the importer contributed; clause 14(c) asks it to.
    pub importer_contributed: Option<bool>,
    /// Day on which the work began.
    pub started_on: Option<NaiveDate>,
}
