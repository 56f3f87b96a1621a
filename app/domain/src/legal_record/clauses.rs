//! Standard contractual clauses agreed with an importer, as a paper of its own: one set usually covers several transfers.
//!
//! What the paper says is versioned; where a version stands (signed, in force, suspended) is folded from what happened to
//! it. Whether anything is missing is computed from the fields, never ticked.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::transfer::Origin;
use crate::country::Country;
use crate::digest::Digest;
use crate::period::Period;
use crate::text::{Paragraphs, Prose, Short};

mod cure;
mod field;
mod missing;
mod state;
mod words;

pub use cure::{CURE, Cure};
pub use field::{ClausesField, ClausesPart};
pub use missing::{Missing, SPECIFIC, measure_field};
pub use state::{ClausesStanding, SccEvent, SccState, Signing};
pub use words::{
    Clause9, Clause13, Clause17, Frequency, MeasureArea, PartyRole, SccModule, SccVersion, SwissPoint, UkEnd,
    UkInstrumentKind,
};

/// The options that the clauses leave open; `None` until somebody chooses.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClauseOptions {
    /// Clause 7: whether others may join (docking).
    pub docking: Option<bool>,
    /// Clause 7(b): the day on which the importer joined a set that others had agreed, where it did. It has no rights and
    /// duties from before (clause 7(c)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceded_on: Option<NaiveDate>,
    /// Clause 9(a), modules 2 and 3.
    pub clause_9: Option<Clause9>,
    /// The period in clause 9(a) before a subprocessor is used.
    pub clause_9_period: Option<Period>,
    /// Clause 11(a): whether data subjects may turn to an independent dispute resolution body.
    pub dispute_body: Option<bool>,
    /// Clause 13(a): which case names the supervisory authority; modules 1 to 3.
    pub clause_13: Option<Clause13>,
    /// Clause 17: which option; modules 2 and 3.
    pub clause_17: Option<Clause17>,
    /// Clause 17: the law.
    pub governing_law: Option<Country>,
    /// Clause 18: the courts.
    pub forum: Option<Country>,
}

/// One subprocessor of Annex III.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedSubprocessor {
    /// Name.
    pub name: Option<Short>,
    /// Address.
    pub address: Option<Paragraphs<500>>,
    /// Contact person: name, position, contact details.
    pub contact: Option<Short>,
    /// What it does, with a clear delimitation of responsibilities.
    pub description: Option<Prose>,
}

/// The UK Addendum or the IDTA, for exports under UK law; its texts are among the fields of the set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UkInstrument {
    /// Which.
    pub kind: UkInstrumentKind,
    /// Table 1: start date.
    pub start_on: Option<NaiveDate>,
    /// Table 4: who may end it when the template changes.
    pub may_end: BTreeSet<UkEnd>,
}

/// One version of a set of clauses with its appendix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clauses {
    /// Under which laws the data that it covers is exported.
    pub origins: BTreeSet<Origin>,
    /// Which set.
    pub version: SccVersion,
    /// Which module.
    pub module: SccModule,
    /// Whether the text was altered, which clause 2 forbids.
    pub modified: bool,
    /// Options chosen.
    pub options: ClauseOptions,
    /// Annexes I.A to I.C and the UK tables, field by field.
    pub texts: BTreeMap<ClausesField, Prose>,
    /// Annex I.B: whether sensitive data is transferred.
    pub is_sensitive: Option<bool>,
    /// Annex I.B: how often.
    pub frequency: Option<Frequency>,
    /// Annex II, by area.
    pub measures: BTreeMap<MeasureArea, Prose>,
    /// Annex III.
    pub subprocessors: Vec<ListedSubprocessor>,
    /// The UK instrument.
    pub uk: Option<UkInstrument>,
    /// The Swiss adaptations that the text carries.
    pub swiss: BTreeSet<SwissPoint>,
    /// Where this version stands.
    #[serde(skip)]
    pub standing: ClausesStanding,
}

impl Clauses {
    /// A set in which nothing is filled.
    pub fn of(origins: BTreeSet<Origin>, version: SccVersion, module: SccModule) -> Self {
        Self {
            origins,
            version,
            module,
            modified: false,
            options: ClauseOptions::default(),
            texts: BTreeMap::new(),
            is_sensitive: None,
            frequency: None,
            measures: BTreeMap::new(),
            subprocessors: Vec::new(),
            uk: None,
            swiss: BTreeSet::new(),
            standing: ClausesStanding::default(),
        }
    }

    /// What is written in a field.
    pub fn text(&self, field: ClausesField) -> Option<&str> {
        self.texts.get(&field).map(Prose::as_str)
    }

    /// Whether nothing of the appendix is filled yet.
    pub fn is_blank(&self) -> bool {
        self.texts.is_empty()
            && self.measures.is_empty()
            && self.subprocessors.is_empty()
            && self.is_sensitive.is_none()
            && self.frequency.is_none()
    }

    /// Whether both say the same; where they stand does not matter.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let mut other = other.clone();
        other.standing = self.standing.clone();
        *self == other
    }

    /// Whether the description of the transfer (Annex I.B) differs, so that customers may have to be told.
    pub fn describes_otherwise(&self, other: &Self) -> bool {
        let described = |clauses: &Self| {
            let texts: Vec<_> = ClausesField::ALL
                .iter()
                .filter(|field| field.part() == ClausesPart::IB)
                .map(|field| clauses.texts.get(field).cloned())
                .collect();
            (texts, clauses.is_sensitive, clauses.frequency)
        };
        described(self) != described(other)
    }

    /// The timer of clause 16(c), while the set is suspended.
    pub fn cure(&self, today: NaiveDate) -> Option<Cure> {
        let suspended_on = self.standing.suspended_on?;
        (self.standing.state == SccState::Suspended).then(|| Cure::of(suspended_on, today))
    }

    /// The digests of the files that it names.
    pub fn digests(&self) -> Vec<Digest> {
        self.standing.signing.archived_copy.into_iter().collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
