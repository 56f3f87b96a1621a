//! Where a set of clauses is in its life (spec section 2.4), and how it was executed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::words::SccVersion;
use crate::digest::Digest;
use crate::text::Short;
use crate::transition::Refused;
use crate::word_set::words;
use crate::words::day;

words! {
    /// Where a set of clauses is in its life. That none is required is no state of a set: there is none then, and the
    /// chooser says why (see [`choose_instrument`](crate::legal_record::choose_instrument)).
    "SCC state" SccState {
        /// Chosen.
        Selected = "SELECTED", "selected";
        /// Annexes are being filled.
        AnnexesIncomplete = "ANNEXES_INCOMPLETE", "annexes incomplete";
        /// Complete, not signed.
        Ready = "READY", "ready";
        /// Signed, and not confirmed to be in force.
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
        /// A signature, or the incorporation by reference, was recorded.
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
            (Self::Ready | Self::PartlySigned, E::SignOneSide) => Self::PartlySigned,
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
                    self.label(),
                    event.label(),
                ));
            }
        })
    }

    /// Whether the version has been agreed at some time; until then it is in the making, and an agreed one before it
    /// goes on counting.
    pub const fn was_agreed(self) -> bool {
        matches!(
            self,
            Self::InForce | Self::Suspended | Self::Terminated | Self::Superseded | Self::RevokedAdequacy
        )
    }
}

/// How a version was executed. Acceptance by reference executes the clauses; it does not fill their annexes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signing {
    /// Day on which the exporter signed.
    pub exporter_on: Option<NaiveDate>,
    /// Day on which the importer signed.
    pub importer_on: Option<NaiveDate>,
    /// The clause of another agreement that takes these clauses in by reference.
    pub incorporated_by: Option<Short>,
    /// SHA-256 of the archived text: the signed copy, or the agreement that takes them in.
    pub archived_copy: Option<Digest>,
    /// First day in force.
    pub in_force_on: Option<NaiveDate>,
}

impl Signing {
    /// What is missing before the clauses can be said to be in force: field and text.
    pub fn missing(&self) -> Vec<(&'static str, &'static str)> {
        let mut missing = Vec::new();
        if self.incorporated_by.is_some() {
            if self.archived_copy.is_none() {
                missing.push((
                    "archived_copy",
                    "the archived text of the agreement that takes them in",
                ));
            }
        } else {
            if self.exporter_on.is_none() {
                missing.push(("exporter_on", "the exporter’s signature"));
            }
            if self.importer_on.is_none() {
                missing.push(("importer_on", "the importer’s signature"));
            }
        }
        if self.in_force_on.is_none() {
            missing.push(("in_force_on", "the first day in force"));
        }
        missing
    }

    /// Days that cannot be: before the clauses could be used at all, or in force before the last party signed, whatever
    /// day they agreed on; field and reason. What another agreement takes in has no signatures of its own.
    pub fn contradicted(&self, version: SccVersion) -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        for (field, given) in [
            ("exporter_on", self.exporter_on),
            ("importer_on", self.importer_on),
            ("in_force_on", self.in_force_on),
        ] {
            if let (Some(given), Some(first)) = (given, version.usable_from())
                && given < first
            {
                let clauses = version.label();
                let why = format!("The clauses {clauses} can be used from {} only", day(first));
                found.push((field, why));
            }
        }
        let signed = self.exporter_on.max(self.importer_on);
        if let (Some(last), Some(from)) = (signed, self.in_force_on)
            && from < last
            && version == SccVersion::V2021
        {
            let why = format!(
                "Nobody was bound before the last signature, on {}, whatever earlier day the paper names",
                day(last)
            );
            found.push(("in_force_on", why));
        }
        found
    }
}

/// Where one version stands: folded from what happened to it, never part of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClausesStanding {
    /// Its state.
    pub state: SccState,
    /// How it was executed.
    pub signing: Signing,
    /// Since which day it is suspended, while it is.
    pub suspended_on: Option<NaiveDate>,
}

impl Default for ClausesStanding {
    fn default() -> Self {
        Self {
            state: SccState::Selected,
            signing: Signing::default(),
            suspended_on: None,
        }
    }
}
