use crate::approval::Approval;
use crate::transition::Refused;
use crate::word_set::words;

words! {
    /// Where one version of a notice is.
    "notice state" NoticeState {
        /// Being written.
        Draft = "DRAFT", "Draft";
        /// Handed in.
        InReview = "IN_REVIEW", "In review";
        /// Approved; frozen.
        Approved = "APPROVED", "Approved";
        /// Deliveries are written; mails are going out.
        Dispatching = "DISPATCHING", "Dispatching";
        /// Windows run.
        Open = "OPEN", "Open";
        /// Over.
        Closed = "CLOSED", "Closed";
        /// Replaced by an amended version.
        Superseded = "SUPERSEDED", "Superseded";
        /// Cancelled; everyone was told.
        Cancelled = "CANCELLED", "Cancelled";
    }
}

words! {
    /// What can happen to a version of a notice, approval apart: see [`NoticeState::approve`].
    "notice event" NoticeEvent {
        /// Hand in for review.
        Submit = "SUBMIT", "hand in for review";
        /// Back to draft before dispatch.
        ReturnToDraft = "RETURN_TO_DRAFT", "return to draft";
        /// Write deliveries and mails.
        Dispatch = "DISPATCH", "dispatch";
        /// The last mail left or failed for good.
        Open = "OPEN", "open";
        /// The change was closed.
        Close = "CLOSE", "close";
        /// An amended version was dispatched.
        Supersede = "SUPERSEDE", "be superseded";
        /// The change was cancelled.
        Cancel = "CANCEL", "cancel";
    }
}

impl NoticeState {
    /// The state after `event`, or why there is no such step.
    pub const fn next(self, event: NoticeEvent) -> Result<Self, Refused> {
        use NoticeEvent as E;
        Ok(match (self, event) {
            (Self::Draft, E::Submit) => Self::InReview,
            (Self::InReview | Self::Approved, E::ReturnToDraft) => Self::Draft,
            (Self::Approved, E::Dispatch) => Self::Dispatching,
            (Self::Dispatching, E::Open) => Self::Open,
            (Self::Open, E::Close) => Self::Closed,
            (Self::Dispatching | Self::Open, E::Supersede) => Self::Superseded,
            (Self::Draft | Self::Dispatching | Self::Open, E::Cancel) => Self::Cancelled,
            _ => return Err(Refused::no_such_step("a notice", self.label(), event.label())),
        })
    }

    /// Approves what is in review. The approval proves that the approver did not work on it.
    pub const fn approve(self, _approval: Approval) -> Result<Self, Refused> {
        match self {
            Self::InReview => Ok(Self::Approved),
            _ => Err(Refused::no_such_step("a notice", self.label(), "approve")),
        }
    }

    /// Whether its content may be edited.
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::Draft)
    }
}
