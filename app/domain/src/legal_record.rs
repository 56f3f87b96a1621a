//! The legal papers behind an engagement, as typed records: contract, security assessment, transfer,
//! clauses, TIA.
//!
//! A record is one version; the store keeps all of them with valid and recorded time. Whether a record is good
//! enough is not decided here but by the gates, at an instant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::country::Place;
use crate::digest::Digest;
use crate::id::RecordId;
use crate::word_set::words;

mod bcr;
mod clauses;
mod contract;
mod instrument;
mod security_assessment;
mod tia;
mod transfer;

pub use bcr::{Bcr, BcrKind};
pub use clauses::{
    CURE, Clause9, Clause13, Clause17, ClauseOptions, Clauses, ClausesField, ClausesPart, ClausesStanding,
    Cure, Frequency, ListedSubprocessor, MeasureArea, Missing, PartyRole, SPECIFIC, SccEvent, SccModule,
    SccState, SccVersion, Signing, SwissPoint, UkEnd, UkInstrument, UkInstrumentKind, measure_field,
};
pub use contract::{ChangeFeed, Contract, FlowDown, NoticeChannel, OwnPurpose};
pub use instrument::{Instrument, InstrumentChoice, InstrumentFacts, choose_instrument, party_roles};
pub use security_assessment::{AssessmentResult, SecurityAssessment};
pub use tia::{
    Against, Applies, Check, Checks, Conclusion, CountryReference, DataFormat, Description, Experience,
    Identity, KnownCountry, LawAnswer, Measure, MeasureKind, MeasureStanding, MeasureStatus, Part, Practice,
    Situation, Tia, TiaEvent, TiaMissing, TiaOutcome, TiaRefused, TiaState, TiaStep, TiaType, Tool,
};
pub use transfer::{
    AdequacyReliance, Derogation, DpfCheck, DpfFramework, DpfReliance, DpfStatus, Mechanism, MechanismClass,
    MechanismKind, Origin, OtherSafeguard, OtherSafeguardKind, SccReliance, Transfer,
};

/// The body of a legal record.
#[expect(
    clippy::large_enum_variant,
    reason = "few are held at once, and a box would be in everybody's way"
)]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LegalRecord {
    /// The subprocessor agreement.
    Contract(Contract),
    /// An assessment of the organisation's security.
    SecurityAssessment(SecurityAssessment),
    /// One flow of data to one destination.
    Transfer(Transfer),
    /// A set of standard contractual clauses.
    Scc(Box<Clauses>),
    /// A transfer impact assessment.
    Tia(Tia),
}

words! {
    /// The kind of a legal record.
    "kind of legal record" LegalRecordKind {
        /// See [`Contract`].
        Contract = "CONTRACT", "Contract";
        /// See [`SecurityAssessment`].
        SecurityAssessment = "SECURITY_ASSESSMENT", "Security assessment";
        /// See [`Transfer`].
        Transfer = "TRANSFER", "Transfer";
        /// See [`Clauses`].
        Scc = "SCC", "Set of clauses";
        /// See [`Tia`].
        Tia = "TIA", "Transfer impact assessment";
    }
}

impl LegalRecord {
    /// Which kind it is.
    pub const fn kind(&self) -> LegalRecordKind {
        match self {
            Self::Contract(_) => LegalRecordKind::Contract,
            Self::SecurityAssessment(_) => LegalRecordKind::SecurityAssessment,
            Self::Transfer(_) => LegalRecordKind::Transfer,
            Self::Scc(_) => LegalRecordKind::Scc,
            Self::Tia(_) => LegalRecordKind::Tia,
        }
    }

    /// The digests of the files that it names as evidence.
    pub fn digests(&self) -> Vec<Digest> {
        match self {
            Self::Contract(contract) => contract.archived_copy.into_iter().collect(),
            Self::SecurityAssessment(assessment) => assessment.evidence.iter().copied().collect(),
            Self::Tia(_) | Self::Transfer(_) => Vec::new(),
            Self::Scc(clauses) => clauses.digests(),
        }
    }
}

/// A record with the id that evidence points to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<T> {
    /// Its id.
    pub id: RecordId,
    /// Its body.
    pub body: T,
}

/// The class of mechanism by destination, for the facts that a notice binds. Where two transfers go to one
/// destination, the weaker class counts.
pub fn mechanism_classes<'a>(
    transfers: impl IntoIterator<Item = &'a Transfer>,
) -> BTreeMap<Place, MechanismClass> {
    let mut classes = BTreeMap::new();
    for transfer in transfers {
        let class = transfer.mechanism.kind().class();
        classes
            .entry(transfer.destination)
            .and_modify(|c: &mut MechanismClass| *c = (*c).max(class))
            .or_insert(class);
    }
    classes
}

/// A complete set of clauses, for the tests of others.
#[cfg(test)]
pub(crate) use clauses::tests::complete as complete_clauses;

#[cfg(test)]
mod tests;
