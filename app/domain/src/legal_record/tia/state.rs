//! Outcomes and states of an assessment (§4.3).

use crate::transition::Refused;
use crate::word_set::words;

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
    /// The state after `event`, or why there is no such step. A review of an approved assessment is a new version: the
    /// step from "review due" to "in review", and from "under review" to "approved", is taken by that version, and the
    /// one before it is superseded.
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
                    self.label(),
                    event.label(),
                ));
            }
        })
    }

    /// Whether this version was approved and is not replaced; whether it is good enough now, the gates say.
    pub const fn is_standing(self) -> bool {
        matches!(
            self,
            Self::Approved | Self::ReviewDue | Self::UnderTriggerReview | Self::Suspended
        )
    }
}
