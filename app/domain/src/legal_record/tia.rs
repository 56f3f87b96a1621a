use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::transfer::MechanismKind;
use crate::approval::Approval;
use crate::country::Place;
use crate::id::StaffId;
use crate::text::{Line, Prose};
use crate::transition::Refused;
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

words! {
    /// What it came to.
    "TIA outcome" TiaOutcome {
        /// No transfer.
        NotRequiredEea = "NOT_REQUIRED_EEA", "not required: stays in the EEA";
        /// Adequacy covers it.
        NotRequiredAdequacy = "NOT_REQUIRED_ADEQUACY", "not required: adequacy applies";
        /// Allowed as it is.
        Allowed = "ALLOWED", "allowed";
        /// Allowed once every measure is in place.
        AllowedWithMeasures = "ALLOWED_WITH_MEASURES", "allowed with measures";
        /// Not allowed.
        NotAllowed = "NOT_ALLOWED", "not allowed";
        /// Running transfers must stop.
        Suspend = "SUSPEND", "suspend";
    }
}

words! {
    /// Where it is in its life. Approved versions never change; an edit makes a new version.
    "TIA state" TiaState {
        /// Being written.
        Draft = "DRAFT", "draft";
        /// Handed in.
        InReview = "IN_REVIEW", "in review";
        /// Approved by somebody other than its author.
        Approved = "APPROVED", "approved";
        /// Turned down.
        Rejected = "REJECTED", "rejected";
        /// The day of review has come.
        ReviewDue = "REVIEW_DUE", "review due";
        /// Something happened that may change the result.
        UnderTriggerReview = "UNDER_TRIGGER_REVIEW", "under review after an event";
        /// Transfers must stop.
        Suspended = "SUSPENDED", "suspended";
        /// Replaced by a newer version.
        Superseded = "SUPERSEDED", "superseded";
    }
}

words! {
    /// What can happen to it.
    "TIA event" TiaEvent {
        /// Hand in, or start a due review.
        Submit = "SUBMIT", "submit for review";
        /// Approve.
        Approve = "APPROVE", "approve";
        /// Turn down.
        Reject = "REJECT", "reject";
        /// The day of review has come.
        FallDue = "FALL_DUE", "fall due";
        /// Something happened.
        Trigger = "TRIGGER", "be triggered";
        /// The review found that transfers must stop.
        Suspend = "SUSPEND", "suspend";
        /// A newer version was approved.
        Supersede = "SUPERSEDE", "be superseded";
    }
}

impl TiaState {
    /// The state after `event`, or why there is no such step.
    pub const fn next(self, event: TiaEvent) -> Result<Self, Refused> {
        use TiaEvent as E;
        Ok(match (self, event) {
            (Self::Draft | Self::ReviewDue, E::Submit) => Self::InReview,
            (Self::InReview | Self::UnderTriggerReview, E::Approve) => Self::Approved,
            (Self::InReview, E::Reject) => Self::Rejected,
            (Self::Approved, E::FallDue) => Self::ReviewDue,
            (Self::Approved | Self::ReviewDue, E::Trigger) => Self::UnderTriggerReview,
            (Self::UnderTriggerReview, E::Suspend) => Self::Suspended,
            (Self::Approved | Self::ReviewDue | Self::UnderTriggerReview | Self::Suspended, E::Supersede) => {
                Self::Superseded
            }
            _ => {
                return Err(Refused::no_such_step(
                    "a transfer impact assessment",
                    self.as_str(),
                    event.as_str(),
                ));
            }
        })
    }
}

words! {
    /// Kind of a supplementary measure.
    "kind of measure" MeasureKind {
        /// Technical.
        Technical = "TECHNICAL", "technical";
        /// Contractual.
        Contractual = "CONTRACTUAL", "contractual";
        /// Organisational.
        Organisational = "ORGANISATIONAL", "organisational";
    }
}

words! {
    /// How far a measure is; in this order.
    "measure status" MeasureStatus {
        /// Planned.
        Planned = "PLANNED", "planned";
        /// In place.
        Implemented = "IMPLEMENTED", "implemented";
        /// In place and checked.
        Verified = "VERIFIED", "verified";
    }
}

words! {
    /// What law and practice at the destination are like (EDPB Recommendations 01/2020, step 3).
    "situation" Situation {
        /// Nothing problematic.
        None = "NONE", "nothing problematic";
        /// Fine on paper, manifestly not applied.
        NotApplied = "I", "(i) law fine on paper, not applied";
        /// Incompatible practice where law is missing.
        Practice = "II", "(ii) incompatible practice";
        /// Falls, or might fall, under problematic law.
        Problematic = "III", "(iii) problematic law might apply";
    }
}

/// A supplementary measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Kind.
    pub kind: MeasureKind,
    /// What it is.
    pub text: Line<500>,
    /// How far it is.
    pub status: MeasureStatus,
}

/// A transfer impact assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tia {
    /// Kind.
    pub tia_type: TiaType,
    /// Destinations it covers; empty for a note that nothing leaves the EEA.
    pub destinations: BTreeSet<Place>,
    /// Result.
    pub outcome: TiaOutcome,
    /// Where it is in its life.
    pub state: TiaState,
    /// Everyone who edited this version.
    pub authors: BTreeSet<StaffId>,
    /// Who approved it.
    pub approver: Option<StaffId>,
    /// Day of the approval.
    pub approved_on: Option<NaiveDate>,
    /// Day of the next review.
    pub next_review_on: Option<NaiveDate>,
    /// Supplementary measures.
    pub measures: Vec<Measure>,
    /// Law and practice at the destination.
    pub situation: Situation,
    /// Description and, in situation (iii), the demonstration that the law is not applied to this transfer.
    pub situation_text: Option<Prose>,
    /// What customers are told.
    pub customer_summary: Option<Line<500>>,
}

impl Tia {
    /// Approves it on `day`; [`crate::approval::approve`] has seen to it that the approver is no author.
    pub fn approve(self, approval: Approval, day: NaiveDate) -> Result<Self, Refused> {
        if self.authors.contains(&approval.by()) {
            return Err(Refused {
                thing: "a transfer impact assessment",
                state: self.state.as_str(),
                event: TiaEvent::Approve.as_str(),
                reason: "its author cannot approve it",
            });
        }
        Ok(Self {
            state: self.state.next(TiaEvent::Approve)?,
            approver: Some(approval.by()),
            approved_on: Some(day),
            ..self
        })
    }

    /// Measures that are not in place.
    pub fn open_measures(&self) -> impl Iterator<Item = &Measure> {
        self.measures
            .iter()
            .filter(|measure| measure.status < MeasureStatus::Implemented)
    }

    /// Whether this kind of assessment is enough for a mechanism.
    pub const fn fits(&self, mechanism: MechanismKind) -> bool {
        match mechanism {
            MechanismKind::NoneRequired => true,
            MechanismKind::Adequacy | MechanismKind::Dpf | MechanismKind::Art49 => {
                matches!(self.tia_type, TiaType::AdequacyNote | TiaType::Full46)
            }
            MechanismKind::Scc | MechanismKind::Bcr | MechanismKind::Other46 => {
                matches!(self.tia_type, TiaType::Full46)
            }
        }
    }

    /// Whether the outcome permits a transfer by a mechanism.
    pub const fn permits(&self, mechanism: MechanismKind) -> bool {
        match self.outcome {
            TiaOutcome::Allowed | TiaOutcome::AllowedWithMeasures => true,
            TiaOutcome::NotRequiredEea => matches!(mechanism, MechanismKind::NoneRequired),
            TiaOutcome::NotRequiredAdequacy => {
                matches!(
                    mechanism,
                    MechanismKind::NoneRequired | MechanismKind::Adequacy | MechanismKind::Dpf
                )
            }
            TiaOutcome::NotAllowed | TiaOutcome::Suspend => false,
        }
    }
}
