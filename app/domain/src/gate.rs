//! May an engagement start for a customer at an instant? Every gate is asked, and every reason is reported.
//!
//! [`evaluate`] is a pure function of loaded facts and an instant: it computes no windows, reads no clock and changes
//! nothing. What is not on file counts as not there. Gates G1 to G8 look at the register and the legal records,
//! G9 to G15 at one customer.
//!
//! Waivers exist for two things only (a missing or expired security assessment, an old look at the list of certified
//! companies); a waived reason stays in the decision. An emergency replacement is no waiver but an authorisation.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::country::Place;
use crate::facts::FactField;
use crate::id::RecordId;
use crate::legal_record::LegalRecordKind;
use crate::word_set::words;

mod adequacy;
mod customer;
mod evaluate;
mod facts;
mod loss;
mod path;
mod register;
mod tia;
mod transfer;
mod waiver;

pub use evaluate::{CustomerDecision, EngagementDecision, evaluate, evaluate_engagement, evaluate_register};
pub use facts::{
    CustomerFacts, ExplicitApproval, Facts, GateSettings, GivenNotice, NoticeStanding, OpenCase,
    RegisterFacts, Stage,
};
pub use loss::{Hold, holds};
pub use path::{
    Leg, MechanismPath, MechanismRow, PassedRow, mechanism_path, mechanism_paths, revocation_obstacles,
};
pub(crate) use transfer::lacking_beyond_eu;
pub use waiver::{Waiver, WaiverEvent, WaiverFile, WaiverKind, WaiverRefused, WaiverStep, end_of};

words! {
    /// A gate, in order.
    "gate" Gate {
        /// Identity complete.
        G1 = "G1", "Identity";
        /// Contract in force, complete, archived.
        G2 = "G2", "Contract";
        /// Security assessed.
        G3 = "G3", "Security assessment";
        /// Locations and chain known.
        G4 = "G4", "Locations and chain";
        /// Every transfer has a valid mechanism.
        G5 = "G5", "Transfer mechanism";
        /// Clauses in order.
        G6 = "G6", "Standard contractual clauses";
        /// Transfer impact assessment approved and current.
        G7 = "G7", "Transfer impact assessment";
        /// Measures in place, fallback ready.
        G8 = "G8", "Measures and fallback";
        /// Notice delivered.
        G9 = "G9", "Notice delivered";
        /// Notice window over.
        G10 = "G10", "Notice window";
        /// Objection window over.
        G11 = "G11", "Objection window";
        /// No objection.
        G12 = "G12", "Objections";
        /// Written approval where the contract asks for it.
        G13 = "G13", "Specific authorisation";
        /// Facts as announced.
        G14 = "G14", "Facts as announced";
        /// Not before the announced day.
        G15 = "G15", "Announced date";
    }
}

impl Gate {
    /// Whether it looks at the register alone, whoever the customer.
    pub fn is_about_register(self) -> bool {
        self <= Self::G8
    }
}

words! {
    /// Why a gate is red.
    "reason" ReasonCode {
        /// G1: name, number, address or contact is missing.
        IdentityIncomplete = "IDENTITY_INCOMPLETE", "Identity incomplete";
        /// G2: no agreement in force.
        NoDpa = "NO_DPA", "No agreement in force";
        /// G2: signed by, or invoiced by, another legal entity.
        DpaWrongEntity = "DPA_WRONG_ENTITY", "Agreement with another legal entity";
        /// G2: terms missing, or no archived copy.
        FlowdownIncomplete = "FLOWDOWN_INCOMPLETE", "Agreement incomplete";
        /// G3: none passed.
        SecurityMissing = "SECURITY_MISSING", "Security assessment missing";
        /// G3: no longer valid.
        SecurityExpired = "SECURITY_EXPIRED", "Security assessment expired";
        /// G4: places, remote access or the importer's country are unknown.
        TransferUndetermined = "TRANSFER_UNDETERMINED", "Locations unknown";
        /// G4: its own subprocessors are not recorded.
        ChainIncomplete = "CHAIN_INCOMPLETE", "Chain incomplete";
        /// G5: nothing allows the transfer.
        NoValidMechanism = "NO_VALID_MECHANISM", "No valid transfer mechanism";
        /// G5: the importer is not shown to be within the adequacy decision.
        AdequacyScope = "ADEQUACY_SCOPE", "Outside the adequacy decision";
        /// G5: the decision has ended.
        AdequacyExpired = "ADEQUACY_EXPIRED", "Adequacy decision ended";
        /// G5: not active on the list.
        DpfNotActive = "DPF_NOT_ACTIVE", "Not active on the DPF list";
        /// G5: another entity, or other data.
        DpfScope = "DPF_SCOPE", "Outside the DPF certificate";
        /// G5: the look at the list is too old.
        DpfCheckStale = "DPF_CHECK_STALE", "DPF check too old";
        /// G5: no instrument for the UK leg.
        UkInstrumentMissing = "UK_INSTRUMENT_MISSING", "UK instrument missing";
        /// G5: a derogation that is not permitted.
        Art49Blocked = "ART49_BLOCKED", "Article 49 blocked";
        /// G6: wrong module.
        SccModule = "SCC_MODULE", "Wrong SCC module";
        /// G6: not in force.
        SccNotInForce = "SCC_NOT_IN_FORCE", "SCC not in force";
        /// G6: annexes incomplete, or the text altered.
        SccAnnex = "SCC_ANNEX", "SCC incomplete or altered";
        /// G6: an old set.
        SccLegacy = "SCC_LEGACY", "Outdated SCC";
        /// G7: none that fits.
        TiaMissing = "TIA_MISSING", "TIA missing";
        /// G7: not approved.
        TiaNotApproved = "TIA_NOT_APPROVED", "TIA not approved";
        /// G7: review overdue.
        TiaOverdue = "TIA_OVERDUE", "TIA review overdue";
        /// G7: it does not allow the transfer.
        TiaNegative = "TIA_NEGATIVE", "TIA does not allow it";
        /// G8: a measure is not in place.
        MeasureOpen = "MEASURE_OPEN", "Measure not in place";
        /// G8: nothing to fall back on.
        FallbackMissing = "FALLBACK_MISSING", "Fallback missing";
        /// G9: no notice of the right version was sent.
        NoticeNotSent = "NOTICE_NOT_SENT", "Notice not sent";
        /// G9: nothing settled shows that it arrived.
        NoticeUndelivered = "NOTICE_UNDELIVERED", "Notice not delivered";
        /// G10: the window runs, or has not started.
        NoticeWindowOpen = "NOTICE_WINDOW_OPEN", "Notice window open";
        /// G11: the window runs, or has not started.
        ObjectionWindowOpen = "OBJECTION_WINDOW_OPEN", "Objection window open";
        /// G12: an objection is open.
        OpenObjection = "OPEN_OBJECTION", "Objection open";
        /// G12: it never starts for this customer.
        CustomerExcluded = "CUSTOMER_EXCLUDED", "Customer excluded";
        /// G13: no written approval.
        SpecificAuthMissing = "SPECIFIC_AUTH_MISSING", "Written approval missing";
        /// G14: the facts are not those announced.
        NoticeFactsMismatch = "NOTICE_FACTS_MISMATCH", "Facts differ from the notice";
        /// G15: earlier than announced.
        BeforeAnnouncedDate = "BEFORE_ANNOUNCED_DATE", "Before the announced date";
    }
}

impl ReasonCode {
    /// The gate that gives it.
    pub const fn gate(self) -> Gate {
        match self {
            Self::IdentityIncomplete => Gate::G1,
            Self::NoDpa | Self::DpaWrongEntity | Self::FlowdownIncomplete => Gate::G2,
            Self::SecurityMissing | Self::SecurityExpired => Gate::G3,
            Self::TransferUndetermined | Self::ChainIncomplete => Gate::G4,
            Self::NoValidMechanism
            | Self::AdequacyScope
            | Self::AdequacyExpired
            | Self::DpfNotActive
            | Self::DpfScope
            | Self::DpfCheckStale
            | Self::UkInstrumentMissing
            | Self::Art49Blocked => Gate::G5,
            Self::SccModule | Self::SccNotInForce | Self::SccAnnex | Self::SccLegacy => Gate::G6,
            Self::TiaMissing | Self::TiaNotApproved | Self::TiaOverdue | Self::TiaNegative => Gate::G7,
            Self::MeasureOpen | Self::FallbackMissing => Gate::G8,
            Self::NoticeNotSent | Self::NoticeUndelivered => Gate::G9,
            Self::NoticeWindowOpen => Gate::G10,
            Self::ObjectionWindowOpen => Gate::G11,
            Self::OpenObjection | Self::CustomerExcluded => Gate::G12,
            Self::SpecificAuthMissing => Gate::G13,
            Self::NoticeFactsMismatch => Gate::G14,
            Self::BeforeAnnouncedDate => Gate::G15,
        }
    }
}

/// What a reason is about: where somebody has to go to turn the gate green.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Subject {
    /// A fact about the company or the engagement.
    Fact {
        /// Which.
        field: FactField,
    },
    /// A paper that is on file, in the version that counts.
    Record {
        /// What kind of paper.
        kind: LegalRecordKind,
        /// Id of the version.
        id: RecordId,
    },
    /// A paper that is not on file.
    Absent {
        /// What kind of paper.
        kind: LegalRecordKind,
        /// For data that goes there, where that matters.
        destination: Option<Place>,
    },
}

impl Subject {
    /// A paper on file, or the lack of one.
    fn paper<T>(kind: LegalRecordKind, recorded: Option<&crate::legal_record::Recorded<T>>) -> Self {
        recorded.map_or(
            Self::Absent {
                kind,
                destination: None,
            },
            |recorded| Self::Record {
                kind,
                id: recorded.id,
            },
        )
    }
}

/// One reason for a red gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The gate.
    pub gate: Gate,
    /// The code.
    pub code: ReasonCode,
    /// What exactly, in plain English; never about another customer.
    pub detail: String,
    /// What it is about; nothing for what concerns notice and customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
}

impl Reason {
    /// A reason that is about no fact and no paper.
    pub fn new(code: ReasonCode, detail: impl Into<String>) -> Self {
        Self {
            gate: code.gate(),
            code,
            detail: detail.into(),
            subject: None,
        }
    }
}

/// A record that a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EvidenceRef {
    /// What kind of record: "CONTRACT", "TIA", "NOTICE", "OBJECTION", …
    pub kind: Cow<'static, str>,
    /// Its id.
    pub id: Uuid,
}

/// The answer, stored whole with every activation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// For which instant.
    pub at: DateTime<Utc>,
    /// Whether it may start.
    pub allowed: bool,
    /// Every reason why not, by gate.
    pub reasons: Vec<Reason>,
    /// Reasons that a waiver sets aside for a time.
    pub waived: Vec<Reason>,
    /// What it rests on.
    pub evidence_refs: Vec<EvidenceRef>,
}

impl Decision {
    /// The reasons of one gate; empty means green.
    pub fn of(&self, gate: Gate) -> impl Iterator<Item = &Reason> {
        self.reasons.iter().filter(move |reason| reason.gate == gate)
    }

    /// The codes of all reasons, in order of the gates.
    pub fn codes(&self) -> Vec<ReasonCode> {
        self.reasons.iter().map(|reason| reason.code).collect()
    }
}

/// Collects reasons while the gates are asked. What they are about is said once, before they are asked.
#[derive(Default)]
struct Findings {
    reasons: Vec<Reason>,
    subject: Option<Subject>,
}

impl Findings {
    /// What the reasons that follow are about.
    fn about(&mut self, subject: Subject) -> &mut Self {
        self.subject = Some(subject);
        self
    }

    fn about_fact(&mut self, field: FactField) -> &mut Self {
        self.about(Subject::Fact { field })
    }

    fn add(&mut self, code: ReasonCode, detail: impl Into<String>) {
        self.reasons.push(Reason {
            subject: self.subject,
            ..Reason::new(code, detail)
        });
    }

    fn require(&mut self, holds: bool, code: ReasonCode, detail: impl FnOnce() -> String) {
        if !holds {
            self.add(code, detail());
        }
    }
}

#[cfg(test)]
mod tests;
