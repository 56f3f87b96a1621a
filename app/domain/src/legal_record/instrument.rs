use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::text::Line;
use crate::transition::Refused;
use crate::word_set::words;

words! {
    /// Which set of standard contractual clauses.
    "SCC version" SccVersion {
        /// Implementing Decision (EU) 2021/914.
        V2021 = "2021", "2021/914";
        /// Decision 2010/87/EU; ended as a safeguard on 27 December 2022.
        V2010 = "2010", "2010/87";
        /// Decision 2004/915/EC; ended likewise.
        V2004 = "2004", "2004/915";
        /// Decision 2001/497/EC; ended likewise.
        V2001 = "2001", "2001/497";
    }
}

words! {
    /// Module of the 2021 clauses, by who exports to whom.
    "SCC module" SccModule {
        /// Controller to controller.
        One = "ONE", "Module 1 (controller to controller)";
        /// Controller to processor.
        Two = "TWO", "Module 2 (controller to processor)";
        /// Processor to subprocessor.
        Three = "THREE", "Module 3 (processor to subprocessor)";
        /// Processor to controller.
        Four = "FOUR", "Module 4 (processor to controller)";
    }
}

words! {
    /// Option chosen in clause 9(a).
    "clause 9 option" Clause9 {
        /// Option 1: the controller authorises each subprocessor; Annex III is mandatory.
        Specific = "SPECIFIC", "option 1, specific prior authorisation";
        /// Option 2: general written authorisation.
        General = "GENERAL", "option 2, general written authorisation";
    }
}

words! {
    /// Parts of the appendix.
    "annex" Annex {
        /// Parties.
        IA = "I.A", "Annex I.A (parties)";
        /// Description of the transfer.
        IB = "I.B", "Annex I.B (description of transfer)";
        /// Competent supervisory authority.
        IC = "I.C", "Annex I.C (supervisory authority)";
        /// Technical and organisational measures.
        II = "II", "Annex II (measures)";
        /// List of subprocessors; only with option 1 of clause 9(a).
        III = "III", "Annex III (subprocessors)";
    }
}

words! {
    /// Where a set of clauses is in its life.
    "SCC state" SccState {
        /// Not needed.
        NotRequired = "NOT_REQUIRED", "not required";
        /// Chosen.
        Selected = "SELECTED", "selected";
        /// Annexes are being filled.
        AnnexesIncomplete = "ANNEXES_INCOMPLETE", "annexes incomplete";
        /// Complete, not signed.
        Ready = "READY", "ready";
        /// Signed by one side.
        PartlySigned = "PARTLY_SIGNED", "partly signed";
        /// In force: the only state that a gate accepts.
        InForce = "IN_FORCE", "in force";
        /// Suspended under clause 14(f) or 16(b).
        Suspended = "SUSPENDED", "suspended";
        /// Ended.
        Terminated = "TERMINATED", "terminated";
        /// Replaced by a new version.
        Superseded = "SUPERSEDED", "superseded";
        /// Revoked because adequacy covers the transfer, clause 16(e).
        RevokedAdequacy = "REVOKED_ADEQUACY", "revoked, adequacy applies";
    }
}

words! {
    /// What can happen to a set of clauses.
    "SCC event" SccEvent {
        /// Begin to fill the annexes.
        FillAnnexes = "FILL_ANNEXES", "fill the annexes";
        /// Every annex is complete.
        Complete = "COMPLETE", "complete";
        /// One side signed.
        SignOneSide = "SIGN_ONE_SIDE", "sign by one side";
        /// Both sides signed, or incorporated by reference with the text archived.
        SignBothSides = "SIGN_BOTH_SIDES", "sign by both sides";
        /// Suspend; one calendar month to cure.
        Suspend = "SUSPEND", "suspend";
        /// Resume.
        Resume = "RESUME", "resume";
        /// End.
        Terminate = "TERMINATE", "terminate";
        /// Replace by a new version.
        Supersede = "SUPERSEDE", "supersede";
        /// Revoke because adequacy applies.
        Revoke = "REVOKE", "revoke";
    }
}

impl SccState {
    /// The state after `event`, or why there is no such step.
    pub const fn next(self, event: SccEvent) -> Result<Self, Refused> {
        use SccEvent as E;
        Ok(match (self, event) {
            (Self::Selected, E::FillAnnexes) => Self::AnnexesIncomplete,
            (Self::AnnexesIncomplete, E::Complete) => Self::Ready,
            (Self::Ready, E::SignOneSide) => Self::PartlySigned,
            (Self::Ready | Self::PartlySigned, E::SignBothSides) | (Self::Suspended, E::Resume) => {
                Self::InForce
            }
            (Self::InForce, E::Suspend) => Self::Suspended,
            (Self::InForce | Self::Suspended, E::Terminate) => Self::Terminated,
            (Self::InForce | Self::Suspended, E::Supersede) => Self::Superseded,
            (Self::InForce, E::Revoke) => Self::RevokedAdequacy,
            _ => {
                return Err(Refused::no_such_step(
                    "a set of clauses",
                    self.as_str(),
                    event.as_str(),
                ));
            }
        })
    }
}

/// Standard contractual clauses agreed with the importer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scc {
    /// Which set.
    pub version: SccVersion,
    /// Which module.
    pub module: SccModule,
    /// Where it is in its life.
    pub state: SccState,
    /// Option of clause 9(a).
    pub clause_9: Clause9,
    /// Annexes that are complete.
    pub complete_annexes: BTreeSet<Annex>,
    /// Whether the text was altered, which clause 2 forbids.
    pub modified: bool,
    /// First day in force.
    pub in_force_on: Option<NaiveDate>,
    /// SHA-256 of the archived text.
    pub archived_copy: Option<Digest>,
}

impl Scc {
    /// Annexes that this module and option need and that are not complete.
    pub fn missing_annexes(&self) -> Vec<Annex> {
        Annex::ALL
            .iter()
            .copied()
            .filter(|annex| match annex {
                Annex::IA | Annex::IB => true,
                Annex::IC | Annex::II => self.module != SccModule::Four,
                Annex::III => {
                    self.clause_9 == Clause9::Specific
                        && matches!(self.module, SccModule::Two | SccModule::Three)
                }
            })
            .filter(|annex| !self.complete_annexes.contains(annex))
            .collect()
    }
}

words! {
    /// Instruments for transfers under the UK GDPR.
    "UK instrument" UkInstrumentKind {
        /// International Data Transfer Addendum B1.0 to the EU clauses.
        Addendum = "ADDENDUM_B1_0", "UK Addendum B1.0";
        /// International Data Transfer Agreement A1.0.
        Idta = "IDTA_A1_0", "IDTA A1.0";
    }
}

/// An instrument for the UK leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UkInstrument {
    /// Which.
    pub kind: UkInstrumentKind,
    /// First day in force.
    pub in_force_on: NaiveDate,
    /// Whether its tables are filled.
    pub tables_complete: bool,
}

words! {
    /// Whose data binding corporate rules cover.
    "kind of BCR" BcrKind {
        /// For controllers: do not cover what the group processes for customers.
        Controller = "C", "BCR-C";
        /// For processors.
        Processor = "P", "BCR-P";
    }
}

/// Binding corporate rules of the importer's group (GDPR Article 47).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bcr {
    /// Kind.
    pub kind: BcrKind,
    /// Approval by a supervisory authority.
    pub approval: Option<Line<300>>,
    /// Whether they cover this transfer.
    pub covers_transfer: bool,
}
