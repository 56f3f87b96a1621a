use super::super::*;
use super::green::*;
use super::red::red;
use crate::authorisation::{AuthorisationModel, AuthorisationState};
use crate::digest::Digest;
use crate::engagement::RelationshipRole;
use crate::legal_record::*;
use crate::objection::ObjectionState;

use ReasonCode as R;

#[test]
fn windows_are_half_open() {
    let mut facts = green();
    given(&mut facts).notice_expires_at = now();
    assert!(evaluate(&facts, now()).allowed);
    assert!(!evaluate(&facts, now() - chrono::TimeDelta::microseconds(1)).allowed);
}

#[test]
fn specific_authorisation_opens_only_with_an_approval_of_these_facts() {
    let mut facts = green();
    facts.customer.model = Some(AuthorisationModel::Specific);
    facts.customer.authorisation = AuthorisationState::Requested;
    for t in [now(), at("2027-12-01T00:00:00Z"), at("2037-12-01T00:00:00Z")] {
        assert!(evaluate(&facts, t).codes().contains(&R::SpecificAuthMissing));
    }
    facts.customer.authorisation = AuthorisationState::Explicitly;
    facts.customer.approval = Some(ExplicitApproval {
        evidence: Uuid::from_u128(5),
        facts_hash: facts.register.facts_hash,
    });
    assert!(evaluate(&facts, now()).allowed);
    facts.customer.approval = Some(ExplicitApproval {
        evidence: Uuid::from_u128(5),
        facts_hash: Digest::new([7; 32]),
    });
    assert_eq!(evaluate(&facts, now()).codes(), [R::NoticeFactsMismatch]);
}

#[test]
fn facts_that_changed_since_a_notice_left_are_not_what_it_says() {
    let mut facts = green();
    let sent = facts.register.facts_hash;
    facts.customer.notice = NoticeStanding::Undelivered { facts_hash: sent };
    assert!(!evaluate(&facts, now()).codes().contains(&R::NoticeFactsMismatch));
    facts.register.facts_hash = Digest::new([2; 32]);
    assert!(evaluate(&facts, now()).codes().contains(&R::NoticeFactsMismatch));
}

#[test]
fn a_customer_that_signed_or_opted_in_needs_no_notice_but_the_proof_of_it() {
    for authorisation in [AuthorisationState::AtSignature, AuthorisationState::OptedIn] {
        let mut facts = green();
        facts.customer.authorisation = authorisation;
        facts.customer.notice = NoticeStanding::NotSent;
        assert!(
            evaluate(&facts, now()).codes().contains(&R::NoticeNotSent),
            "no proof"
        );
        facts.customer.approval = Some(ExplicitApproval {
            evidence: Uuid::from_u128(5),
            facts_hash: facts.register.facts_hash,
        });
        assert!(evaluate(&facts, now()).allowed);
        facts.register.facts_hash = Digest::new([2; 32]);
        assert_eq!(evaluate(&facts, now()).codes(), [R::NoticeFactsMismatch]);
    }
}

#[test]
fn a_late_or_settled_objection_does_not_block() {
    for state in ObjectionState::ALL {
        let mut facts = green();
        object(&mut facts, *state);
        assert_eq!(evaluate(&facts, now()).allowed, !state.blocks(), "{state}");
    }
}

#[test]
fn an_emergency_needs_the_clause_and_every_paper() {
    let mut facts = green();
    facts.customer.authorisation = AuthorisationState::Emergency;
    given(&mut facts).notice_expires_at = at("2027-03-01T00:00:00Z");
    given(&mut facts).objection_expires_at = at("2027-03-01T00:00:00Z");
    assert_eq!(
        evaluate(&facts, now()).codes(),
        [R::NoticeWindowOpen, R::ObjectionWindowOpen]
    );
    facts.customer.allows_emergency = true;
    assert!(evaluate(&facts, now()).allowed);
    facts.register.tias = vec![];
    assert_eq!(
        evaluate(&facts, now()).codes(),
        [R::TiaMissing, R::FallbackMissing]
    );
    facts.customer.notice = NoticeStanding::NotSent;
    assert!(evaluate(&facts, now()).codes().contains(&R::NoticeNotSent));
}

#[test]
fn baseline_claims_no_notice_and_hides_no_red_paper() {
    let mut facts = green();
    facts.customer.authorisation = AuthorisationState::Baseline;
    facts.customer.notice = NoticeStanding::NotSent;
    facts.customer.announced_at = None;
    assert!(
        evaluate(&facts, now()).codes().contains(&R::NoticeNotSent),
        "only baseline engagements"
    );
    facts.register.is_baseline = true;
    assert!(evaluate(&facts, now()).allowed);
    facts.register.contract = None;
    assert_eq!(evaluate(&facts, now()).codes(), [R::NoDpa]);
    object(&mut facts, ObjectionState::Submitted);
    assert_eq!(evaluate(&facts, now()).codes(), [R::NoDpa, R::OpenObjection]);
}

#[test]
fn our_own_processors_are_not_noticed() {
    let mut facts = green();
    facts.register.engagement.relationship_role = RelationshipRole::OwnProcessor;
    facts.customer.notice = NoticeStanding::NotSent;
    facts.customer.authorisation = AuthorisationState::NotInScope;
    // clauses in reserve must then be Module 2
    facts.register.clauses.get_mut(&1).unwrap().body.module = SccModule::Two;
    assert!(evaluate(&facts, now()).allowed);
    // Calling it that after customers were asked takes no gate away from them.
    facts.customer.authorisation = AuthorisationState::Pending;
    assert!(!evaluate(&facts, now()).allowed);
}

#[test]
fn one_closed_customer_closes_an_engagement_that_cannot_be_kept_apart() {
    let register = register();
    let open = customer();
    let mut longer = CustomerFacts {
        customer_id: id(2),
        ..customer()
    };
    let NoticeStanding::Given(given) = &mut longer.notice else {
        panic!("given")
    };
    given.notice_expires_at = at("2027-03-01T00:00:00Z");
    let outside = CustomerFacts {
        customer_id: id(3),
        authorisation: AuthorisationState::NotInScope,
        ..customer()
    };

    let alone = evaluate_engagement(&register, &[open.clone(), outside.clone()], false, now());
    assert!(alone.allowed && alone.customers.len() == 1);
    let both = evaluate_engagement(&register, &[open.clone(), longer.clone(), outside], false, now());
    assert!(!both.allowed);
    assert!(both.customers[0].decision.allowed && !both.customers[1].decision.allowed);
    assert!(
        evaluate_engagement(&register, &[open, longer], false, at("2027-03-01T00:00:00Z")).customers[1]
            .decision
            .codes()
            .iter()
            .all(|code| *code == R::DpfCheckStale)
    );
}

#[test]
fn without_customers_somebody_must_say_so() {
    assert!(!evaluate_engagement(&register(), &[], false, now()).allowed);
    assert!(evaluate_engagement(&register(), &[], true, now()).allowed);
    let mut red = register();
    red.contract = None;
    assert!(!evaluate_engagement(&red, &[], true, now()).allowed);
}

#[test]
fn a_reason_never_names_a_customer() {
    for (_, edit) in red() {
        let mut facts = green();
        edit(&mut facts);
        for reason in evaluate(&facts, now()).reasons {
            assert!(!reason.detail.contains(&facts.customer.customer_id.to_string()));
            assert!(!reason.detail.is_empty());
        }
    }
}

#[test]
fn judging_the_register_once_gives_every_customer_what_judging_it_anew_gives() {
    let mut all: Vec<CustomerFacts> = Vec::new();
    for (n, (_, edit)) in (10..).zip(red()) {
        let mut facts = green();
        edit(&mut facts);
        facts.customer.customer_id = id(n);
        all.push(facts.customer);
    }
    for (code, edit) in red() {
        let mut facts = green();
        edit(&mut facts);
        let together = evaluate_engagement(&facts.register, &all, false, now());
        let in_scope = all
            .iter()
            .filter(|customer| customer.authorisation != AuthorisationState::NotInScope);
        for (one, customer) in together.customers.iter().zip(in_scope) {
            let alone = evaluate(
                &Facts {
                    register: facts.register.clone(),
                    customer: customer.clone(),
                },
                now(),
            );
            assert_eq!(one.customer_id, customer.customer_id);
            assert_eq!(one.decision, alone, "{code}");
        }
        assert!(!together.allowed);
    }
}
