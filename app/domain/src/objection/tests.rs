use super::*;
use crate::policy::{ContractText, GroundsRule};
use crate::word_set::assert_words;
use ObjectionEvent as E;
use ObjectionState as S;
use proptest::prelude::*;
use uuid::Uuid;

fn policy() -> Policy {
    Policy::new(crate::calendar::CalendarId::No, "Europe/Oslo".parse().unwrap())
}

fn staff(n: u128) -> StaffId {
    StaffId::from(Uuid::from_u128(n))
}

/// Tries the step as whoever is entitled to it.
fn step(state: S, event: E, policy: &Policy) -> Option<S> {
    let drafters = BTreeSet::from([staff(1)]);
    [Party::Customer, Party::Staff(staff(2)), Party::System]
        .into_iter()
        .find_map(|party| {
            let at = Circumstances {
                party,
                drafters: &drafters,
                policy,
                has_reason: true,
                window_is_open: true,
            };
            state.next(event, &at).ok()
        })
}

#[test]
fn words_are_read_as_they_are_written() {
    assert_words!(ObjectionState, ObjectionEvent, Ground);
}

#[test]
fn exactly_the_listed_steps_exist() {
    let listed: &[(S, &[(E, S)])] = &[
        (
            S::Submitted,
            &[
                (E::Acknowledge, S::Acknowledged),
                (E::Withdraw, S::Withdrawn),
                (E::CancelChange, S::ResolvedChangeCancelled),
            ],
        ),
        (
            S::Acknowledged,
            &[
                (E::Admit, S::Admitted),
                (E::FindLate, S::Late),
                (E::FindNotEntitled, S::NotEntitled),
                (E::RejectGrounds, S::RejectedGrounds),
                (E::Withdraw, S::Withdrawn),
                (E::CancelChange, S::ResolvedChangeCancelled),
            ],
        ),
        (
            S::Admitted,
            &[
                (E::RejectGrounds, S::RejectedGrounds),
                (E::Discuss, S::InDiscussion),
                (E::Withdraw, S::Withdrawn),
                (E::CancelChange, S::ResolvedChangeCancelled),
            ],
        ),
        (
            S::Late,
            &[
                (E::Answer, S::ClosedAsConcern),
                (E::Withdraw, S::Withdrawn),
                (E::CancelChange, S::ResolvedChangeCancelled),
            ],
        ),
        (S::NotEntitled, &[]),
        (
            S::RejectedGrounds,
            &[(E::Resubmit, S::Submitted), (E::Withdraw, S::Withdrawn)],
        ),
        (
            S::InDiscussion,
            &[
                (E::RequestInfo, S::InfoRequested),
                (E::Offer, S::OfferMade),
                (E::RejectGrounds, S::RejectedGrounds),
                (E::DiscussionEnded, S::Unresolved),
                (E::Withdraw, S::Withdrawn),
                (E::CancelChange, S::ResolvedChangeCancelled),
            ],
        ),
        (
            S::InfoRequested,
            &[
                (E::GiveInfo, S::InDiscussion),
                (E::DiscussionEnded, S::Unresolved),
                (E::Withdraw, S::Withdrawn),
                (E::CancelChange, S::ResolvedChangeCancelled),
            ],
        ),
        (
            S::OfferMade,
            &[
                (E::Accept, S::ResolvedAccommodated),
                (E::RejectGrounds, S::RejectedGrounds),
                (E::DiscussionEnded, S::Unresolved),
                (E::Withdraw, S::Withdrawn),
                (E::CancelChange, S::ResolvedChangeCancelled),
            ],
        ),
        (S::ResolvedAccommodated, &[]),
        (S::Withdrawn, &[]),
        (S::ResolvedChangeCancelled, &[]),
        (
            S::Unresolved,
            &[
                (E::Conclude, S::StandingBlock),
                (E::Withdraw, S::Withdrawn),
                (E::CancelChange, S::ResolvedChangeCancelled),
            ],
        ),
        (
            S::StandingBlock,
            &[
                (E::Withdraw, S::Withdrawn),
                (E::CancelChange, S::ResolvedChangeCancelled),
            ],
        ),
        (
            S::TerminationOpen,
            &[
                (E::Terminate, S::Terminated),
                (E::Lapse, S::Lapsed),
                (E::Withdraw, S::Withdrawn),
                (E::CancelChange, S::ResolvedChangeCancelled),
            ],
        ),
        (S::Terminated, &[]),
        (S::Lapsed, &[]),
        (S::ClosedAsConcern, &[]),
    ];
    assert_eq!(listed.len(), S::ALL.len());
    for (state, steps) in listed {
        for event in E::ALL {
            let expected = steps.iter().find(|(e, _)| e == event).map(|(_, to)| *to);
            assert_eq!(step(*state, *event, &policy()), expected, "{state} {event}");
        }
    }
}

#[test]
fn the_drafter_of_the_change_cannot_reject() {
    let drafters = BTreeSet::from([staff(1)]);
    let at = |by, has_reason| {
        let policy = policy();
        let at = Circumstances {
            party: Party::Staff(by),
            drafters: &drafters,
            policy: &policy,
            has_reason,
            window_is_open: true,
        };
        S::Admitted.next(E::RejectGrounds, &at)
    };
    assert!(matches!(at(staff(1), true), Err(ObjectionError::SamePerson(_))));
    assert_eq!(at(staff(2), false), Err(ObjectionError::ReasonMissing));
    assert_eq!(at(staff(2), true), Ok(S::RejectedGrounds));
}

#[test]
fn a_contract_that_blocks_or_needs_no_grounds_cannot_be_argued_away() {
    let mut clauses = policy();
    clauses.contract_text = ContractText::C2021915;
    let mut free = policy();
    free.grounds = GroundsRule::None;
    for policy in [clauses, free] {
        assert_eq!(step(S::Admitted, E::RejectGrounds, &policy), None);
    }
}

#[test]
fn under_the_commissions_clauses_a_case_never_lapses() {
    let mut clauses = policy();
    clauses.contract_text = ContractText::C2021915;
    assert_eq!(step(S::Unresolved, E::Conclude, &clauses), Some(S::StandingBlock));
    assert!(
        E::ALL
            .iter()
            .all(|e| step(S::StandingBlock, *e, &clauses) != Some(S::Lapsed))
    );
}

#[test]
fn staff_cannot_withdraw_or_accept_for_the_customer() {
    let (drafters, policy) = (BTreeSet::new(), policy());
    for party in [Party::Staff(staff(2)), Party::System] {
        let at = Circumstances {
            party,
            drafters: &drafters,
            policy: &policy,
            has_reason: true,
            window_is_open: true,
        };
        assert_eq!(
            S::Admitted.next(E::Withdraw, &at),
            Err(ObjectionError::CustomerOnly)
        );
        assert_eq!(
            S::OfferMade.next(E::Accept, &at),
            Err(ObjectionError::CustomerOnly)
        );
    }
}

proptest! {
    #[test]
    fn the_gate_opens_only_by_the_customer_an_approver_a_timer_or_a_cancelled_change(events in proptest::collection::vec(0..E::ALL.len(), 0..40)) {
        let policy = policy();
        let mut state = S::Submitted;
        for at in events {
            let event = E::ALL[at];
            let Some(next) = step(state, event, &policy) else { continue };
            prop_assert!(!state.is_final());
            if state.blocks() && !next.blocks() {
                prop_assert!(matches!(
                    event,
                    E::Withdraw | E::Accept | E::CancelChange | E::RejectGrounds | E::Lapse | E::Terminate | E::FindLate | E::FindNotEntitled
                ));
            }
            state = next;
        }
    }
}
