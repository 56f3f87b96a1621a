//! A customer's case against one line of a change.
//!
//! While a case is open the customer is closed: nothing starts for it. Only the customer withdraws or accepts;
//! whoever drafted the change takes no step that would open the gate again. Edits are new versions; nothing is deleted.

use std::collections::BTreeSet;

use crate::id::StaffId;
use crate::period::Period;
use crate::policy::{self, ObjectionEffect, Policy};
use crate::role::{Permission, Role, allows};
use crate::text::Prose;
use crate::transition::Refused;
use crate::word_set::words;

words! {
    /// Where a case is.
    "objection state" ObjectionState {
        /// Filed; blocks at once.
        Submitted = "SUBMITTED", "Submitted";
        /// The receipt went out.
        Acknowledged = "ACKNOWLEDGED", "Received";
        /// Entitled and in time.
        Admitted = "ADMITTED", "Admitted";
        /// Too late; answered, does not block.
        Late = "LATE", "Late";
        /// Filed by someone who may not object; may be filed again by somebody who may.
        NotEntitled = "NOT_ENTITLED", "Not entitled";
        /// Grounds judged insufficient; may be filed again.
        RejectedGrounds = "REJECTED_GROUNDS", "Rejected";
        /// A solution is looked for.
        InDiscussion = "IN_DISCUSSION", "In discussion";
        /// Someone waits for information; no deadline stops.
        InfoRequested = "INFO_REQUESTED", "Information requested";
        /// An offer lies with the customer.
        OfferMade = "OFFER_MADE", "Offer made";
        /// The customer accepted an offer.
        ResolvedAccommodated = "RESOLVED_ACCOMMODATED", "Resolved, accommodated";
        /// The change was cancelled.
        ResolvedChangeCancelled = "RESOLVED_CHANGE_CANCELLED", "Resolved, change cancelled";
        /// The customer withdrew it.
        Withdrawn = "WITHDRAWN", "Withdrawn";
        /// The time for talks ended without a solution.
        Unresolved = "UNRESOLVED", "Unresolved";
        /// It blocks for good.
        StandingBlock = "STANDING_BLOCK", "Standing block";
        /// The customer may end the affected service.
        TerminationOpen = "TERMINATION_OPEN", "Termination open";
        /// The customer ended the affected service.
        Terminated = "TERMINATED", "Terminated";
        /// The right to terminate was not used.
        Lapsed = "LAPSED", "Lapsed";
        /// A late one, answered.
        ClosedAsConcern = "CLOSED_AS_CONCERN", "Answered as a concern";
    }
}

words! {
    /// What can happen to a case.
    "objection event" ObjectionEvent {
        /// The receipt was sent.
        Acknowledge = "ACKNOWLEDGE", "send the receipt";
        /// Found entitled and in time.
        Admit = "ADMIT", "admit";
        /// Found late.
        FindLate = "FIND_LATE", "find late";
        /// Found not entitled.
        FindNotEntitled = "FIND_NOT_ENTITLED", "find not entitled";
        /// Grounds are insufficient.
        RejectGrounds = "REJECT_GROUNDS", "reject";
        /// File again with better grounds.
        Resubmit = "RESUBMIT", "file again";
        /// Start talks.
        Discuss = "DISCUSS", "start talks";
        /// Ask for information.
        RequestInfo = "REQUEST_INFO", "ask for information";
        /// Give it.
        GiveInfo = "GIVE_INFO", "give information";
        /// Make an offer.
        Offer = "OFFER", "make an offer";
        /// Accept it.
        Accept = "ACCEPT", "accept the offer";
        /// Decline it.
        Decline = "DECLINE", "decline the offer";
        /// Withdraw.
        Withdraw = "WITHDRAW", "withdraw";
        /// The change was cancelled.
        CancelChange = "CANCEL_CHANGE", "cancel the change";
        /// The time for talks ended.
        DiscussionEnds = "DISCUSSION_ENDS", "end the talks";
        /// Apply the contract.
        ApplyPolicy = "APPLY_POLICY", "apply the contract";
        /// End the affected service.
        Terminate = "TERMINATE", "end the service";
        /// The time to terminate passed unused; an approver confirms.
        ConfirmLapse = "CONFIRM_LAPSE", "confirm the lapse";
        /// Answer a late one.
        AnswerConcern = "ANSWER_CONCERN", "answer";
    }
}

words! {
    /// How an objection came in.
    "channel" Channel {
        /// On the page behind the link in the notice.
        Page = "PAGE", "on the page of the notice";
        /// By mail, as staff logged it.
        Mail = "MAIL", "by mail";
        /// By letter, as staff logged it.
        Letter = "LETTER", "by letter";
    }
}

words! {
    /// Why a customer objects; several may be chosen.
    "ground" Ground {
        /// The country.
        ThirdCountryTransfer = "THIRD_COUNTRY_TRANSFER", "Transfer to a third country";
        /// The place.
        Location = "LOCATION", "Location";
        /// Security.
        Security = "SECURITY", "Security";
        /// The transfer impact assessment.
        TiaDisagreement = "TIA_DISAGREEMENT", "Disagreement with the transfer impact assessment";
        /// Special categories of data.
        SpecialCategoryData = "SPECIAL_CATEGORY_DATA", "Special categories of data";
        /// A rule of the customer's sector: DORA, health, public.
        SectorRule = "SECTOR_RULE", "A rule of our sector";
        /// A competitor, or a conflict of interests.
        CompetitorOrConflict = "COMPETITOR_OR_CONFLICT", "Competitor or conflict of interests";
        /// An earlier breach.
        PastBreach = "PAST_BREACH", "A breach in the past";
        /// The notice says too little.
        InsufficientInformation = "INSUFFICIENT_INFORMATION", "Not enough information";
        /// Something else.
        Other = "OTHER", "Other";
    }
}

/// Who takes a step. That a customer-side person may speak for the customer is checked before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A contact who may object for the customer.
    Customer,
    /// A member of staff.
    Staff {
        /// Who.
        id: StaffId,
        /// With which roles.
        roles: Vec<Role>,
    },
    /// The product itself: timers, receipts.
    System,
}

/// What a step is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// The customer's policy, as frozen with the notice.
    pub policy: &'a Policy,
    /// Everyone who worked on the change.
    pub drafters: &'a BTreeSet<StaffId>,
    /// Whether the case was filed before the end of the objection window.
    pub is_in_time: bool,
    /// Whether it came through the own link of a contact whom the customer named: nobody can find such a filing not entitled.
    pub is_from_contact: bool,
    /// Whether it may still be filed again after it was turned down: the later of the window's end and
    /// [`policy::RESUBMISSION_PERIOD`] after that has not passed.
    pub may_resubmit: bool,
}

const THING: &str = "an objection";

impl ObjectionState {
    /// The state after `event` by `actor`, with the text that is sent to the other side; or why it is refused.
    pub fn next(
        self,
        event: ObjectionEvent,
        actor: &Actor,
        text: Option<&Prose>,
        rules: &Rules<'_>,
    ) -> Result<Self, Refused> {
        let to = self.step(event, rules.policy)?;
        let refused = |reason| Refused {
            thing: THING,
            state: self.label(),
            event: event.label(),
            reason,
        };
        if !event.may_be_caused_by(actor) {
            return Err(refused("this is for somebody else to do"));
        }
        if let Actor::Staff { id, .. } = actor
            && self.blocks()
            && !to.blocks()
            && event != ObjectionEvent::CancelChange
            && rules.drafters.contains(id)
        {
            return Err(refused(
                "whoever worked on the change cannot decide the objection",
            ));
        }
        match event {
            ObjectionEvent::Admit if !rules.is_in_time => {
                return Err(refused("it was filed after the last day"));
            }
            ObjectionEvent::FindLate if rules.is_in_time => return Err(refused("it was filed in time")),
            ObjectionEvent::FindNotEntitled if rules.is_from_contact => {
                return Err(refused("a contact whom the customer named has filed it"));
            }
            ObjectionEvent::Resubmit if !rules.may_resubmit => {
                return Err(refused("the time to file again is over"));
            }
            ObjectionEvent::RejectGrounds if !rules.policy.may_reject_grounds() => {
                return Err(refused(
                    "under this contract an objection needs no grounds that we could judge",
                ));
            }
            _ => {}
        }
        if event.needs_text() && text.is_none() {
            return Err(refused("it needs a written reason"));
        }
        Ok(to)
    }

    fn step(self, event: ObjectionEvent, policy: &Policy) -> Result<Self, Refused> {
        use ObjectionEvent as E;
        use ObjectionState as S;
        Ok(match (self, event) {
            (S::Submitted, E::Acknowledge) => S::Acknowledged,
            (S::Acknowledged, E::Admit) => S::Admitted,
            (S::Acknowledged, E::FindLate) => S::Late,
            (S::Acknowledged, E::FindNotEntitled) => S::NotEntitled,
            (S::Admitted, E::RejectGrounds) => S::RejectedGrounds,
            (S::RejectedGrounds | S::NotEntitled, E::Resubmit) => S::Submitted,
            (S::Admitted, E::Discuss) | (S::InfoRequested, E::GiveInfo) | (S::OfferMade, E::Decline) => {
                S::InDiscussion
            }
            (S::InDiscussion, E::RequestInfo) => S::InfoRequested,
            (S::InDiscussion, E::Offer) => S::OfferMade,
            (S::OfferMade, E::Accept) => S::ResolvedAccommodated,
            (S::InDiscussion | S::InfoRequested | S::OfferMade, E::DiscussionEnds) => S::Unresolved,
            (S::Unresolved, E::ApplyPolicy) => match policy.effect() {
                ObjectionEffect::Block => S::StandingBlock,
                ObjectionEffect::BlockThenTerminate | ObjectionEffect::TerminateOnly => S::TerminationOpen,
            },
            (S::TerminationOpen, E::Terminate) => S::Terminated,
            (S::TerminationOpen, E::ConfirmLapse) => S::Lapsed,
            (S::Late, E::AnswerConcern) => S::ClosedAsConcern,
            (open, E::Withdraw) if open.is_open() => S::Withdrawn,
            (open, E::CancelChange) if open.is_open() => S::ResolvedChangeCancelled,
            _ => return Err(Refused::no_such_step(THING, self.label(), event.label())),
        })
    }

    /// Whether the customer's gate is closed by it.
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

    /// Whether somebody still has to do something, or it may still be withdrawn.
    pub const fn is_open(self) -> bool {
        self.blocks() || matches!(self, Self::Late)
    }

    /// Whether nothing can happen any more.
    pub const fn is_terminal(self) -> bool {
        !self.is_open() && !self.is_turned_down()
    }

    /// Whether it was turned down and may be filed again while there is time.
    pub const fn is_turned_down(self) -> bool {
        matches!(self, Self::RejectedGrounds | Self::NotEntitled)
    }

    /// How long the case may stay here, counted like the customer's windows; `None` where no time is set.
    ///
    /// The time for talks counts from their start and runs on through requests and offers.
    pub const fn deadline(self, policy: &Policy) -> Option<Period> {
        match self {
            Self::Acknowledged => Some(policy.acknowledgement_period),
            Self::Admitted => Some(policy::JUDGEMENT_PERIOD),
            Self::RejectedGrounds | Self::NotEntitled => Some(policy::RESUBMISSION_PERIOD),
            Self::InDiscussion | Self::InfoRequested => Some(policy.discussion_period),
            Self::OfferMade => Some(policy::OFFER_PERIOD),
            Self::TerminationOpen => Some(policy.election_period),
            Self::Late => Some(policy::CONCERN_PERIOD),
            _ => None,
        }
    }

    /// The events that `actor` can cause from here, for the buttons of a page.
    pub fn open_to(self, actor: &Actor, rules: &Rules<'_>) -> Vec<ObjectionEvent> {
        // any text will do: this asks only which steps exist
        let text = Prose::parse("-").ok();
        ObjectionEvent::ALL
            .iter()
            .copied()
            .filter(|event| self.next(*event, actor, text.as_ref(), rules).is_ok())
            .collect()
    }
}

impl ObjectionEvent {
    /// Whether the other side must be told why, in words.
    pub const fn needs_text(self) -> bool {
        matches!(
            self,
            Self::RejectGrounds
                | Self::FindNotEntitled
                | Self::FindLate
                | Self::RequestInfo
                | Self::GiveInfo
                | Self::Offer
                | Self::Resubmit
                | Self::AnswerConcern
                | Self::ConfirmLapse
        )
    }

    /// Whether it turns the case down, so that time is left to file it again.
    pub const fn turns_down(self) -> bool {
        matches!(self, Self::RejectGrounds | Self::FindNotEntitled)
    }

    fn may_be_caused_by(self, actor: &Actor) -> bool {
        use Permission as P;
        match actor {
            Actor::Customer => matches!(
                self,
                Self::Resubmit
                    | Self::RequestInfo
                    | Self::GiveInfo
                    | Self::Accept
                    | Self::Decline
                    | Self::Withdraw
                    | Self::Terminate
            ),
            // Whether it came late is a matter of dates, not of judgement.
            Actor::System => matches!(
                self,
                Self::Acknowledge | Self::FindLate | Self::DiscussionEnds | Self::ApplyPolicy
            ),
            Actor::Staff { roles, .. } => match self {
                Self::Admit
                | Self::FindLate
                | Self::Discuss
                | Self::RequestInfo
                | Self::GiveInfo
                | Self::Offer
                | Self::AnswerConcern => allows(roles, P::WorkObjection),
                Self::RejectGrounds | Self::FindNotEntitled | Self::ConfirmLapse => {
                    allows(roles, P::DecideObjection)
                }
                Self::CancelChange => allows(roles, P::CancelChange),
                _ => false,
            },
        }
    }
}

#[cfg(test)]
mod tests;
