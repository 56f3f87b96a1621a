//! A change: what is about to be different, announced before it is. One change has lines, one per engagement.
//!
//! A change is frozen when it is approved; returning it to draft drops the approval. After dispatch it can only
//! run on, or be cancelled, which tells everyone who was told of it.

use crate::approval::Approval;
use crate::role::Permission;
use crate::transition::Refused;
use crate::word_set::words;

mod basis;
mod class;
mod cover;
mod effect;
mod propose;

pub use basis::LoweringBasis;
pub use class::{ChangeType, ClassRefused, Lowering, LoweringVerdict, NoticeClass, choose_class, is_lower};
pub use cover::{Cover, LineKinds, cover, cover_by_suggestion, cover_with, line_kinds};
pub use effect::{SccEffect, TiaEffect, Trigger};
pub use propose::{Difference, FactsVersion, Proposal, differences, propose, uncovered};

words! {
    /// Where a change is.
    "change state" ChangeState {
        /// Being written; the only state in which anything can be edited.
        Draft = "DRAFT", "Draft";
        /// Handed in.
        InReview = "IN_REVIEW", "In review";
        /// Approved by somebody who did not work on it; frozen.
        Approved = "APPROVED", "Approved";
        /// Deliveries are written; mails are going out.
        Dispatching = "DISPATCHING", "Dispatching";
        /// Every mail was handed over or failed for good; windows run.
        Open = "OPEN", "Open";
        /// Every line is settled for every customer.
        Closed = "CLOSED", "Closed";
        /// Dropped.
        Cancelled = "CANCELLED", "Cancelled";
    }
}

words! {
    /// What can happen to a change, approval apart: see [`ChangeState::approve`].
    "change event" ChangeEvent {
        /// Hand in for review.
        Submit = "SUBMIT", "hand in for review";
        /// Back to draft before dispatch; drops the approval.
        ReturnToDraft = "RETURN_TO_DRAFT", "return to draft";
        /// Write deliveries and mails.
        Dispatch = "DISPATCH", "dispatch";
        /// The last mail left or failed for good.
        Open = "OPEN", "open";
        /// The last line was settled.
        Close = "CLOSE", "close";
        /// Drop; after dispatch it tells everyone.
        Cancel = "CANCEL", "cancel";
    }
}

impl ChangeState {
    /// The state after `event`, or why there is no such step.
    pub const fn next(self, event: ChangeEvent) -> Result<Self, Refused> {
        use ChangeEvent as E;
        Ok(match (self, event) {
            (Self::Draft, E::Submit) => Self::InReview,
            (Self::InReview | Self::Approved, E::ReturnToDraft) => Self::Draft,
            (Self::Approved, E::Dispatch) => Self::Dispatching,
            (Self::Dispatching, E::Open) => Self::Open,
            (Self::Open, E::Close) => Self::Closed,
            (Self::Draft | Self::Dispatching | Self::Open, E::Cancel) => Self::Cancelled,
            _ => return Err(Refused::no_such_step("a change", self.label(), event.label())),
        })
    }

    /// Approves what is in review. The approval proves that the approver did not work on it.
    pub const fn approve(self, _approval: Approval) -> Result<Self, Refused> {
        match self {
            Self::InReview => Ok(Self::Approved),
            _ => Err(Refused::no_such_step("a change", self.label(), "approve")),
        }
    }

    /// Whether lines, facts and texts may be edited.
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft)
    }

    /// Whether customers have been told, or are being told.
    pub const fn is_dispatched(self) -> bool {
        matches!(self, Self::Dispatching | Self::Open | Self::Closed)
    }

    /// Whether cancelling it now must tell everyone.
    pub const fn cancelling_tells_everyone(self) -> bool {
        matches!(self, Self::Dispatching | Self::Open)
    }

    /// Whether nothing can happen any more.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }
}

impl ChangeEvent {
    /// What a person needs to cause it; `None` when only the system does.
    pub const fn permission(self) -> Option<Permission> {
        match self {
            Self::Submit => Some(Permission::DraftChange),
            Self::ReturnToDraft => Some(Permission::ReturnToDraft),
            Self::Dispatch => Some(Permission::DispatchNotice),
            Self::Cancel => Some(Permission::CancelChange),
            Self::Open | Self::Close => None,
        }
    }
}

#[cfg(test)]
mod tests;
