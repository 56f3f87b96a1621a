use super::*;
use crate::calendar::CalendarId;
use crate::policy::{ContractText, GroundsRule};
use crate::word_set::assert_words;
use crate::zone::Zone;
use uuid::Uuid;

use ObjectionEvent as E;
use ObjectionState as S;

/// Who can cause an event at all: customer, staff who work cases, staff who decide, or the system.
const CUSTOMER: u8 = 1;
const EDITOR: u8 = 2;
const APPROVER: u8 = 4;
const SYSTEM: u8 = 8;
const LEGAL: u8 = EDITOR | APPROVER;

/// Every step under a bespoke contract with the default effect, and who may take it.
fn steps() -> Vec<(S, E, S, u8)> {
    let mut steps = vec![
        (S::Submitted, E::Acknowledge, S::Acknowledged, SYSTEM),
        (S::Acknowledged, E::Admit, S::Admitted, LEGAL),
        (S::Acknowledged, E::FindLate, S::Late, LEGAL | SYSTEM),
        (S::Acknowledged, E::FindNotEntitled, S::NotEntitled, APPROVER),
        (S::Admitted, E::RejectGrounds, S::RejectedGrounds, APPROVER),
        (S::Admitted, E::Discuss, S::InDiscussion, LEGAL),
        (S::RejectedGrounds, E::Resubmit, S::Submitted, CUSTOMER),
        (S::NotEntitled, E::Resubmit, S::Submitted, CUSTOMER),
        (
            S::InDiscussion,
            E::RequestInfo,
            S::InfoRequested,
            CUSTOMER | LEGAL,
        ),
        (S::InDiscussion, E::Offer, S::OfferMade, LEGAL),
        (S::InDiscussion, E::DiscussionEnds, S::Unresolved, SYSTEM),
        (S::InfoRequested, E::GiveInfo, S::InDiscussion, CUSTOMER | LEGAL),
        (S::InfoRequested, E::DiscussionEnds, S::Unresolved, SYSTEM),
        (S::OfferMade, E::Accept, S::ResolvedAccommodated, CUSTOMER),
        (S::OfferMade, E::Decline, S::InDiscussion, CUSTOMER),
        (S::OfferMade, E::DiscussionEnds, S::Unresolved, SYSTEM),
        (S::Unresolved, E::ApplyPolicy, S::StandingBlock, SYSTEM),
        (S::TerminationOpen, E::Terminate, S::Terminated, CUSTOMER),
        (S::TerminationOpen, E::ConfirmLapse, S::Lapsed, APPROVER),
        (S::Late, E::AnswerConcern, S::ClosedAsConcern, LEGAL),
    ];
    for open in [
        S::Submitted,
        S::Acknowledged,
        S::Admitted,
        S::Late,
        S::InDiscussion,
        S::InfoRequested,
        S::OfferMade,
        S::Unresolved,
        S::StandingBlock,
        S::TerminationOpen,
    ] {
        steps.push((open, E::Withdraw, S::Withdrawn, CUSTOMER));
        steps.push((open, E::CancelChange, S::ResolvedChangeCancelled, APPROVER));
    }
    steps
}

fn staff(n: u128, roles: &[Role]) -> Actor {
    Actor::Staff {
        id: StaffId::from(Uuid::from_u128(n)),
        roles: roles.to_vec(),
    }
}

fn actors() -> [(u8, Actor); 4] {
    [
        (CUSTOMER, Actor::Customer),
        (EDITOR, staff(1, &[Role::LegalEditor])),
        (APPROVER, staff(2, &[Role::LegalApprover])),
        (SYSTEM, Actor::System),
    ]
}

fn policy() -> Policy {
    Policy::new(CalendarId::No, Zone::UTC)
}

fn text() -> Option<Prose> {
    Some(Prose::parse("because").unwrap())
}

fn run(
    state: S,
    event: E,
    actor: &Actor,
    policy: &Policy,
    drafters: &[u128],
    is_in_time: bool,
) -> Result<S, Refused> {
    let drafters = drafters
        .iter()
        .map(|n| StaffId::from(Uuid::from_u128(*n)))
        .collect();
    let rules = Rules {
        policy,
        drafters: &drafters,
        is_in_time,
        is_from_contact: false,
        may_resubmit: true,
    };
    state.next(event, actor, text().as_ref(), &rules)
}

#[test]
fn words_read_back() {
    assert_words!(S, E, Ground);
}

#[test]
fn exactly_the_listed_steps_exist_for_exactly_these_people() {
    let steps = steps();
    for state in S::ALL {
        for event in E::ALL {
            for (who, actor) in actors() {
                let expected = steps
                    .iter()
                    .find(|(s, e, _, by)| s == state && e == event && by & who != 0)
                    .map(|(_, _, to, _)| *to);
                let is_in_time = *event != E::FindLate;
                assert_eq!(
                    run(*state, *event, &actor, &policy(), &[], is_in_time).ok(),
                    expected,
                    "{state} {event} {who}"
                );
            }
        }
    }
}

#[test]
fn terminal_states_stay_and_the_others_lead_somewhere() {
    for state in S::ALL {
        let leads = steps().iter().any(|(s, ..)| s == state);
        assert_eq!(state.is_terminal(), !leads, "{state}");
        assert!(!(state.is_terminal() && state.blocks()), "{state}");
    }
}

#[test]
fn a_case_blocks_from_the_first_moment_until_it_is_settled() {
    let blocking: Vec<_> = S::ALL.iter().filter(|s| s.blocks()).copied().collect();
    assert_eq!(
        blocking,
        [
            S::Submitted,
            S::Acknowledged,
            S::Admitted,
            S::InDiscussion,
            S::InfoRequested,
            S::OfferMade,
            S::Unresolved,
            S::StandingBlock,
            S::TerminationOpen
        ]
    );
}

#[test]
fn nobody_who_drafted_the_change_opens_the_gate_again() {
    for state in S::ALL.iter().filter(|s| s.blocks()) {
        for event in E::ALL.iter().filter(|e| **e != E::CancelChange) {
            let drafter = staff(2, Role::ALL);
            let is_in_time = *event != E::FindLate;
            if let Ok(to) = run(*state, *event, &drafter, &policy(), &[2], is_in_time) {
                assert!(to.blocks(), "{state} {event}");
            }
        }
    }
    let refusal = run(
        S::Admitted,
        E::RejectGrounds,
        &staff(2, &[Role::LegalApprover]),
        &policy(),
        &[2],
        true,
    )
    .unwrap_err();
    assert!(refusal.reason.contains("worked on the change"));
}

#[test]
fn the_contract_decides_whether_grounds_can_be_rejected() {
    let approver = staff(2, &[Role::LegalApprover]);
    let reject = |policy: &Policy| run(S::Admitted, E::RejectGrounds, &approver, policy, &[], true);
    assert!(reject(&policy()).is_ok());
    assert!(
        reject(&Policy {
            contract_text: ContractText::C2021915,
            ..policy()
        })
        .is_err()
    );
    assert!(
        reject(&Policy {
            grounds: GroundsRule::None,
            ..policy()
        })
        .is_err()
    );
}

#[test]
fn a_rejection_needs_its_reason_in_words() {
    let (policy, drafters) = (policy(), BTreeSet::new());
    let rules = Rules {
        policy: &policy,
        drafters: &drafters,
        is_in_time: true,
        is_from_contact: false,
        may_resubmit: false,
    };
    let approver = staff(2, &[Role::LegalApprover]);
    assert!(
        S::Admitted
            .next(E::RejectGrounds, &approver, None, &rules)
            .is_err()
    );
    assert!(
        S::RejectedGrounds
            .next(E::Resubmit, &Actor::Customer, text().as_ref(), &rules)
            .is_err()
    );
}

#[test]
fn what_a_named_contact_filed_cannot_be_found_not_entitled() {
    let (policy, drafters) = (policy(), BTreeSet::new());
    let find = |is_from_contact, roles: &[Role]| {
        let rules = Rules {
            policy: &policy,
            drafters: &drafters,
            is_in_time: true,
            is_from_contact,
            may_resubmit: true,
        };
        S::Acknowledged.next(E::FindNotEntitled, &staff(2, roles), text().as_ref(), &rules)
    };
    for roles in [&[Role::LegalEditor][..], &[Role::LegalApprover], Role::ALL] {
        let refusal = find(true, roles).unwrap_err();
        assert!(refusal.reason.contains("named") || roles == [Role::LegalEditor]);
    }
    assert!(
        find(false, &[Role::LegalEditor]).is_err(),
        "working a case is not deciding it"
    );
    let found = find(false, &[Role::LegalApprover]).unwrap();
    assert!(found == S::NotEntitled && found.is_turned_down());
    assert_eq!(
        found.deadline(&policy).map(|p| p.to_string()).as_deref(),
        Some("5wd"),
        "somebody who may object can file it again"
    );
}

#[test]
fn late_is_a_fact_and_not_a_choice() {
    let editor = staff(1, &[Role::LegalEditor]);
    assert!(run(S::Acknowledged, E::Admit, &editor, &policy(), &[], false).is_err());
    assert!(run(S::Acknowledged, E::FindLate, &editor, &policy(), &[], true).is_err());
    assert_eq!(
        run(S::Acknowledged, E::FindLate, &editor, &policy(), &[], false).unwrap(),
        S::Late
    );
    assert!(!S::Late.blocks());
    assert_eq!(
        run(
            S::Acknowledged,
            E::FindLate,
            &Actor::System,
            &policy(),
            &[],
            false
        )
        .unwrap(),
        S::Late
    );
}

#[test]
fn an_objection_under_the_commissions_text_never_lapses() {
    let policy = Policy {
        contract_text: ContractText::C2021915,
        objection_effect: ObjectionEffect::TerminateOnly,
        ..policy()
    };
    let mut reached = vec![S::Submitted];
    let mut i = 0;
    while i < reached.len() {
        for event in E::ALL {
            for (_, actor) in actors() {
                if let Ok(next) = run(reached[i], *event, &actor, &policy, &[], *event != E::FindLate)
                    && !reached.contains(&next)
                {
                    reached.push(next);
                }
            }
        }
        i += 1;
    }
    assert!(reached.contains(&S::StandingBlock));
    for state in [S::Lapsed, S::TerminationOpen, S::Terminated, S::RejectedGrounds] {
        assert!(!reached.contains(&state), "{state}");
    }
}

#[test]
fn a_contract_with_termination_opens_it() {
    let policy = Policy {
        objection_effect: ObjectionEffect::BlockThenTerminate,
        ..policy()
    };
    assert_eq!(
        run(S::Unresolved, E::ApplyPolicy, &Actor::System, &policy, &[], true).unwrap(),
        S::TerminationOpen
    );
}

#[test]
fn the_buttons_of_a_page_are_the_steps_that_exist() {
    let (policy, drafters) = (policy(), BTreeSet::new());
    let rules = Rules {
        policy: &policy,
        drafters: &drafters,
        is_in_time: true,
        is_from_contact: false,
        may_resubmit: true,
    };
    assert_eq!(
        S::OfferMade.open_to(&Actor::Customer, &rules),
        [E::Accept, E::Decline, E::Withdraw]
    );
    assert_eq!(
        S::Admitted.open_to(&staff(1, &[Role::LegalEditor]), &rules),
        [E::Discuss]
    );
    assert!(S::Admitted.open_to(&staff(1, &[Role::Admin]), &rules).is_empty());
}

#[test]
fn deadlines_come_from_the_contract() {
    let policy = policy();
    let text = |state: S| state.deadline(&policy).map(|p| p.to_string());
    assert_eq!(text(S::Acknowledged).as_deref(), Some("2wd"));
    assert_eq!(text(S::Admitted).as_deref(), Some("5wd"));
    assert_eq!(text(S::InDiscussion).as_deref(), Some("30d"));
    assert_eq!(text(S::OfferMade).as_deref(), Some("10wd"));
    assert_eq!(text(S::StandingBlock), None);
}
