//! An objection to one line of a change (legal-rules section 6.3). While a case is open or stands, the gate is closed for
//! that customer and no other.
//!
//! Only the customer's side may withdraw or accept. Whoever drafted the change may not reject. A rejection for grounds is
//! refused where the contract blocks or needs no grounds (decision 12). Nothing is deleted; a filing is never edited.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::approval::{self, AuthorCannotApprove};
use crate::id::StaffId;
use crate::policy::{LateRule, ObjectionEffect, Policy};
use crate::transition::Refused;
use crate::word_set::words;

words! {
    /// Where a case is.
    "objection state" ObjectionState {
        /// Filed.
        Submitted = "SUBMITTED", "Filed";
        /// The receipt is on its way.
        Acknowledged = "ACKNOWLEDGED", "Received";
        /// Entitled and in time.
        Admitted = "ADMITTED", "Admitted";
        /// After the window.
        Late = "LATE", "Filed after the window";
        /// Not from somebody who may object.
        NotEntitled = "NOT_ENTITLED", "Not entitled";
        /// Rejected with reasons.
        RejectedGrounds = "REJECTED_GROUNDS", "Rejected with reasons";
        /// The parties talk.
        InDiscussion = "IN_DISCUSSION", "In discussion";
        /// One side waits for information.
        InfoRequested = "INFO_REQUESTED", "Information requested";
        /// An offer is on the table.
        OfferMade = "OFFER_MADE", "Offer made";
        /// The customer accepted the offer.
        ResolvedAccommodated = "RESOLVED_ACCOMMODATED", "Resolved: accommodated";
        /// The customer took it back.
        Withdrawn = "WITHDRAWN", "Withdrawn";
        /// The change was dropped.
        ResolvedChangeCancelled = "RESOLVED_CHANGE_CANCELLED", "Resolved: change cancelled";
        /// Talks ended without result.
        Unresolved = "UNRESOLVED", "Unresolved";
        /// The customer is left out for good.
        StandingBlock = "STANDING_BLOCK", "Standing block";
        /// The customer may terminate.
        TerminationOpen = "TERMINATION_OPEN", "Customer may terminate";
        /// The customer terminated.
        Terminated = "TERMINATED", "Terminated";
        /// The right to terminate was not used.
        Lapsed = "LAPSED", "Lapsed";
        /// Answered without a block.
        ClosedAsConcern = "CLOSED_AS_CONCERN", "Answered as a concern";
    }
}

words! {
    /// What moves a case.
    "objection event" ObjectionEvent {
        /// The receipt was queued.
        Acknowledge = "ACKNOWLEDGE", "acknowledge";
        /// Entitlement and time are in order.
        Admit = "ADMIT", "admit";
        /// It came after the window.
        FindLate = "FIND_LATE", "find late";
        /// Not from somebody who may object.
        FindNotEntitled = "FIND_NOT_ENTITLED", "find not entitled";
        /// The grounds are insufficient.
        RejectGrounds = "REJECT_GROUNDS", "reject with reasons";
        /// The customer files again within the window.
        Resubmit = "RESUBMIT", "file again";
        /// Talks begin.
        Discuss = "DISCUSS", "start talks";
        /// One side asks for information.
        RequestInfo = "REQUEST_INFO", "ask for information";
        /// The information came.
        GiveInfo = "GIVE_INFO", "give information";
        /// An offer is made.
        Offer = "OFFER", "make an offer";
        /// The customer accepts it.
        Accept = "ACCEPT", "accept the offer";
        /// The customer takes the objection back.
        Withdraw = "WITHDRAW", "withdraw";
        /// The change was cancelled.
        CancelChange = "CANCEL_CHANGE", "cancel the change";
        /// The time for talks is over.
        DiscussionEnded = "DISCUSSION_ENDED", "end the talks";
        /// The policy's consequence follows.
        Conclude = "CONCLUDE", "draw the consequence";
        /// The customer terminates.
        Terminate = "TERMINATE", "terminate";
        /// The right to terminate ran out, and an approver confirms it.
        Lapse = "LAPSE", "lapse";
        /// A concern is answered.
        Answer = "ANSWER", "answer";
    }
}

words! {
    /// Why somebody objects; several may apply.
    "ground" Ground {
        /// The transfer to a third country.
        ThirdCountryTransfer = "THIRD_COUNTRY_TRANSFER", "Transfer to a third country";
        /// Where data is.
        Location = "LOCATION", "Location of the data";
        /// Security.
        Security = "SECURITY", "Security";
        /// The transfer impact assessment.
        TiaDisagreement = "TIA_DISAGREEMENT", "Disagreement with the transfer impact assessment";
        /// Special categories of data.
        SpecialCategoryData = "SPECIAL_CATEGORY_DATA", "Special categories of data";
        /// A rule of the customer's sector.
        SectorRule = "SECTOR_RULE", "A rule of our sector (DORA, health, public)";
        /// A competitor or conflict of interest.
        CompetitorOrConflict = "COMPETITOR_OR_CONFLICT", "Competitor or conflict of interest";
        /// An earlier breach.
        PastBreach = "PAST_BREACH", "An earlier breach";
        /// The notice says too little.
        InsufficientInformation = "INSUFFICIENT_INFORMATION", "The notice says too little";
        /// Something else.
        Other = "OTHER", "Something else";
    }
}

/// Who acts in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// An authorised contact of the customer.
    Customer,
    /// Staff of the publisher.
    Staff(StaffId),
    /// A timer, or the cancellation of a change.
    System,
}

/// Why a step in a case is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ObjectionError {
    /// No such step.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Whoever drafted the change decides no objection to it.
    #[error(transparent)]
    SamePerson(#[from] AuthorCannotApprove),
    /// Only the customer may do this.
    #[error("Only the customer may do this")]
    CustomerOnly,
    /// Only staff may do this.
    #[error("Only staff may do this")]
    StaffOnly,
    /// Decision 12.
    #[error("This customer’s contract does not let us reject an objection for its grounds")]
    ContractBlocks,
    /// A written reason is needed.
    #[error("Write the reason; the customer will read it")]
    ReasonMissing,
    /// Filing again is possible only within the window.
    #[error("The objection window has ended")]
    WindowEnded,
}

/// What a step in a case needs to know.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Who acts.
    pub party: Party,
    /// Everybody who drafted the change.
    pub drafters: &'a BTreeSet<StaffId>,
    /// The customer's terms.
    pub policy: &'a Policy,
    /// Whether a written reason is given.
    pub has_reason: bool,
    /// Whether the time to file (again) is still open.
    pub window_is_open: bool,
}

impl ObjectionState {
    /// Whether the gate is closed for this customer because of the case (`OPEN_OBJECTION`).
    #[must_use]
    pub const fn blocks(self) -> bool {
        matches!(
            self,
            Self::Submitted
                | Self::Acknowledged
                | Self::Admitted
                | Self::InDiscussion
                | Self::InfoRequested
                | Self::OfferMade
                | Self::Unresolved
                | Self::StandingBlock
                | Self::TerminationOpen
        )
    }

    /// Whether the case is over. A standing block is over and still blocks; a rejection may be answered by filing again.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::NotEntitled
                | Self::ResolvedAccommodated
                | Self::Withdrawn
                | Self::ResolvedChangeCancelled
                | Self::Terminated
                | Self::Lapsed
                | Self::ClosedAsConcern
        )
    }

    /// Whether the customer can still take it back.
    #[must_use]
    pub const fn can_be_withdrawn(self) -> bool {
        self.blocks() || matches!(self, Self::Late | Self::RejectedGrounds)
    }

    /// The state after `event`.
    ///
    /// # Errors
    /// When there is no such step, or the wrong person takes it.
    pub fn next(self, event: ObjectionEvent, at: &Circumstances<'_>) -> Result<Self, ObjectionError> {
        use ObjectionEvent as E;
        self.check_party(event, at)?;
        let next = match (self, event) {
            (Self::Submitted, E::Acknowledge) => Self::Acknowledged,
            (Self::Acknowledged, E::Admit) => Self::Admitted,
            (Self::Acknowledged, E::FindLate) => Self::Late,
            (Self::Acknowledged, E::FindNotEntitled) => Self::NotEntitled,
            (
                Self::Acknowledged | Self::Admitted | Self::InDiscussion | Self::OfferMade,
                E::RejectGrounds,
            ) => {
                if !at.policy.may_reject_grounds() {
                    return Err(ObjectionError::ContractBlocks);
                }
                Self::RejectedGrounds
            }
            (Self::RejectedGrounds, E::Resubmit) => {
                if !at.window_is_open {
                    return Err(ObjectionError::WindowEnded);
                }
                Self::Submitted
            }
            (Self::Admitted, E::Discuss) | (Self::InfoRequested, E::GiveInfo) => Self::InDiscussion,
            (Self::InDiscussion, E::RequestInfo) => Self::InfoRequested,
            (Self::InDiscussion, E::Offer) => Self::OfferMade,
            (Self::OfferMade, E::Accept) => Self::ResolvedAccommodated,
            (state, E::Withdraw) if state.can_be_withdrawn() => Self::Withdrawn,
            (state, E::CancelChange) if state.blocks() || state == Self::Late => {
                Self::ResolvedChangeCancelled
            }
            (Self::InDiscussion | Self::OfferMade | Self::InfoRequested, E::DiscussionEnded) => {
                Self::Unresolved
            }
            (Self::Unresolved, E::Conclude) => match at.policy.effect() {
                ObjectionEffect::Block => Self::StandingBlock,
                ObjectionEffect::BlockThenTerminate | ObjectionEffect::TerminateOnly => Self::TerminationOpen,
            },
            (Self::TerminationOpen, E::Terminate) => Self::Terminated,
            (Self::TerminationOpen, E::Lapse) => Self::Lapsed,
            (Self::Late, E::Answer) if at.policy.late == LateRule::TreatAsConcern => Self::ClosedAsConcern,
            (Self::Late, E::Answer) => Self::NotEntitled,
            _ => return Err(Refused::no_such_step("An objection", self.label(), event.label()).into()),
        };
        Ok(next)
    }

    fn check_party(self, event: ObjectionEvent, at: &Circumstances<'_>) -> Result<(), ObjectionError> {
        use ObjectionEvent as E;
        match event {
            E::Withdraw | E::Accept | E::Resubmit | E::Terminate if at.party != Party::Customer => {
                Err(ObjectionError::CustomerOnly)
            }
            E::RejectGrounds | E::FindNotEntitled | E::Lapse | E::Answer => {
                let Party::Staff(by) = at.party else {
                    return Err(ObjectionError::StaffOnly);
                };
                approval::approve(by, at.drafters)?;
                if at.has_reason {
                    Ok(())
                } else {
                    Err(ObjectionError::ReasonMissing)
                }
            }
            E::Discuss | E::Offer if !matches!(at.party, Party::Staff(_)) => Err(ObjectionError::StaffOnly),
            _ => Ok(()),
        }
    }
}

/// When the time to file again after a rejection ends: the end of the window, or `five_working_days` after the rejection
/// where that is later (decision 12). Both are UTC instants, the end exclusive.
#[must_use]
pub fn resubmission_ends(window_ends: DateTime<Utc>, five_working_days: DateTime<Utc>) -> DateTime<Utc> {
    window_ends.max(five_working_days)
}

#[cfg(test)]
mod tests;
