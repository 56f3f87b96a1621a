//! The life of an engagement: drafted, assessed, announced, cleared, active, ended.
//!
//! "Engaged" means the first moment at which the organisation can reach any customer's real data. Clearing is
//! the system's alone, and becoming active goes through the gates; the one other way in is baseline adoption of
//! what is in use already, which claims no notice.

use chrono::{DateTime, TimeDelta, Utc};

use crate::role::Permission;
use crate::transition::Refused;
use crate::word_set::words;

words! {
    /// Where an engagement is. For a segregable one, `CLEARED` and `ACTIVE` mean: for at least one customer.
    "engagement state" EngagementState {
        /// Being written down.
        Draft = "DRAFT", "Draft";
        /// Legal and security assessments are under way.
        Assessing = "ASSESSING", "Assessing";
        /// Gates G1 to G8 were green.
        Assessed = "ASSESSED", "Assessed";
        /// A change is being drafted or approved.
        NoticePending = "NOTICE_PENDING", "Notice pending";
        /// Customers were told; windows run.
        NoticeOpen = "NOTICE_OPEN", "Notice open";
        /// Every gate was green.
        Cleared = "CLEARED", "Cleared";
        /// In use.
        Active = "ACTIVE", "Active";
        /// Stopped, may come back.
        Suspended = "SUSPENDED", "Suspended";
        /// Being ended: access revoked, data returned or deleted.
        Offboarding = "OFFBOARDING", "Offboarding";
        /// Ended.
        Removed = "REMOVED", "Removed";
        /// Turned down in assessment.
        Rejected = "REJECTED", "Rejected";
        /// Dropped before it started.
        Cancelled = "CANCELLED", "Cancelled";
    }
}

words! {
    /// What can happen to an engagement.
    "engagement event" EngagementEvent {
        /// Start the assessments.
        Assess = "ASSESS", "start the assessment";
        /// Take back for another assessment because facts changed.
        Reassess = "REASSESS", "assess again";
        /// Confirm the assessments (gates G1 to G8 green).
        ConfirmAssessment = "CONFIRM_ASSESSMENT", "confirm the assessment";
        /// A change with this engagement is drafted.
        PlanNotice = "PLAN_NOTICE", "plan a notice";
        /// The approved notice is dispatched.
        OpenNotice = "OPEN_NOTICE", "open the notice";
        /// Gates G9 to G13 are green for a customer.
        Clear = "CLEAR", "clear";
        /// Every gate is green at this instant.
        Activate = "ACTIVATE", "activate";
        /// In use since before the register: adopt as it is.
        AdoptBaseline = "ADOPT_BASELINE", "adopt as baseline";
        /// Stop.
        Suspend = "SUSPEND", "suspend";
        /// Start again.
        Resume = "RESUME", "resume";
        /// Begin to end.
        Offboard = "OFFBOARD", "offboard";
        /// Ended: access revoked, deletion certified, clauses closed.
        Remove = "REMOVE", "remove";
        /// Turn down.
        Reject = "REJECT", "reject";
        /// Drop before it starts.
        Cancel = "CANCEL", "cancel";
    }
}

/// After a longer rest an engagement is announced again before it resumes (a suspension of more than 90 days).
pub const LONGEST_REST: TimeDelta = TimeDelta::days(90);

impl EngagementState {
    /// Whether an engagement that is in this state since `since` rested too long to resume by itself at `now`.
    pub fn has_rested_too_long(self, since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self == Self::Suspended && now - since > LONGEST_REST
    }

    /// Whether it ends, or has ended: nothing more starts by it.
    pub const fn is_ending(self) -> bool {
        matches!(
            self,
            Self::Offboarding | Self::Removed | Self::Rejected | Self::Cancelled
        )
    }

    /// The state after `event`, or why there is no such step.
    pub const fn next(self, event: EngagementEvent) -> Result<Self, Refused> {
        use EngagementEvent as E;
        use EngagementState as S;
        Ok(match (self, event) {
            (S::Draft, E::Assess) | (S::Assessed | S::NoticePending, E::Reassess) => S::Assessing,
            (S::Assessing, E::ConfirmAssessment) => S::Assessed,
            (S::Assessed, E::PlanNotice) => S::NoticePending,
            (S::NoticePending, E::OpenNotice) => S::NoticeOpen,
            (S::NoticeOpen, E::Clear) => S::Cleared,
            (S::Cleared, E::Activate) | (S::Suspended, E::Resume) | (S::Draft, E::AdoptBaseline) => S::Active,
            (S::Active, E::Suspend) => S::Suspended,
            (S::Active | S::Suspended, E::Offboard) => S::Offboarding,
            (S::Offboarding, E::Remove) => S::Removed,
            (S::Assessing | S::Assessed, E::Reject) => S::Rejected,
            (
                S::Draft | S::Assessing | S::Assessed | S::NoticePending | S::NoticeOpen | S::Cleared,
                E::Cancel,
            ) => S::Cancelled,
            _ => {
                return Err(Refused::no_such_step(
                    "an engagement",
                    self.label(),
                    event.label(),
                ));
            }
        })
    }

    /// Whether nothing can happen any more.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Removed | Self::Rejected | Self::Cancelled)
    }

    /// Whether the organisation can reach customers' data.
    pub const fn is_in_use(self) -> bool {
        matches!(self, Self::Active | Self::Offboarding)
    }

    /// Whether it is on the public list as in use.
    pub const fn is_listed(self) -> bool {
        matches!(self, Self::Active | Self::Suspended | Self::Offboarding)
    }
}

impl EngagementEvent {
    /// What a person needs to cause it; `None` when only the system does.
    pub const fn permission(self) -> Option<Permission> {
        Some(match self {
            Self::Assess | Self::Reassess | Self::Reject => Permission::EditRegister,
            Self::ConfirmAssessment => Permission::ConfirmAssessment,
            Self::PlanNotice => Permission::DraftChange,
            Self::OpenNotice => Permission::DispatchNotice,
            Self::Clear => return None,
            Self::Activate => Permission::Activate,
            Self::AdoptBaseline => Permission::AdoptBaseline,
            Self::Suspend | Self::Resume => Permission::Suspend,
            Self::Offboard | Self::Remove => Permission::Offboard,
            Self::Cancel => Permission::CancelChange,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;
    use EngagementEvent as E;
    use EngagementState as S;

    /// Every step that exists; all others are refused.
    const STEPS: &[(S, E, S)] = &[
        (S::Draft, E::Assess, S::Assessing),
        (S::Draft, E::AdoptBaseline, S::Active),
        (S::Draft, E::Cancel, S::Cancelled),
        (S::Assessing, E::ConfirmAssessment, S::Assessed),
        (S::Assessing, E::Reject, S::Rejected),
        (S::Assessing, E::Cancel, S::Cancelled),
        (S::Assessed, E::PlanNotice, S::NoticePending),
        (S::Assessed, E::Reassess, S::Assessing),
        (S::Assessed, E::Reject, S::Rejected),
        (S::Assessed, E::Cancel, S::Cancelled),
        (S::NoticePending, E::OpenNotice, S::NoticeOpen),
        (S::NoticePending, E::Reassess, S::Assessing),
        (S::NoticePending, E::Cancel, S::Cancelled),
        (S::NoticeOpen, E::Clear, S::Cleared),
        (S::NoticeOpen, E::Cancel, S::Cancelled),
        (S::Cleared, E::Activate, S::Active),
        (S::Cleared, E::Cancel, S::Cancelled),
        (S::Active, E::Suspend, S::Suspended),
        (S::Active, E::Offboard, S::Offboarding),
        (S::Suspended, E::Resume, S::Active),
        (S::Suspended, E::Offboard, S::Offboarding),
        (S::Offboarding, E::Remove, S::Removed),
    ];

    #[test]
    fn words_read_back() {
        assert_words!(S, E);
    }

    #[test]
    fn exactly_the_listed_steps_exist() {
        for state in S::ALL {
            for event in E::ALL {
                let expected = STEPS
                    .iter()
                    .find(|(s, e, _)| s == state && e == event)
                    .map(|(_, _, to)| *to);
                assert_eq!(state.next(*event).ok(), expected, "{state} {event}");
            }
        }
    }

    #[test]
    fn terminal_states_stay_and_only_the_system_clears() {
        for state in S::ALL.iter().filter(|s| s.is_terminal()) {
            assert!(E::ALL.iter().all(|event| state.next(*event).is_err()));
        }
        let system: Vec<_> = E::ALL.iter().filter(|e| e.permission().is_none()).collect();
        assert_eq!(system, [&E::Clear]);
    }

    #[test]
    fn ninety_days_of_rest_are_not_too_long_and_a_moment_more_is() {
        let since: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().unwrap();
        for state in S::ALL {
            let rested = |by| state.has_rested_too_long(since, since + by);
            assert!(!rested(LONGEST_REST), "{state}");
            assert_eq!(
                rested(LONGEST_REST + TimeDelta::milliseconds(1)),
                *state == S::Suspended,
                "{state}"
            );
        }
    }

    #[test]
    fn there_is_no_way_to_active_around_the_gates_but_baseline() {
        let into_active: Vec<_> = STEPS
            .iter()
            .filter(|(_, _, to)| *to == S::Active)
            .map(|(_, e, _)| *e)
            .collect();
        assert_eq!(into_active, [E::AdoptBaseline, E::Activate, E::Resume]);
    }
}
