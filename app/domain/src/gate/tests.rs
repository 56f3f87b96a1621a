mod adequacy_loss;
mod customer;
mod green;
mod loss;
mod path;
mod red;
mod tia_laws;
mod transfer;
mod waiver;

use green::*;
use red::red;

use super::*;
use crate::authorisation::AuthorisationState;
use crate::engagement::EngagementFacts;
use crate::organisation::OrganisationFacts;
use crate::text::Name;
use crate::word_set::assert_words;
use proptest::prelude::*;
use std::collections::BTreeSet;

use ReasonCode as R;

#[test]
fn words_read_back() {
    assert_words!(Gate, ReasonCode, WaiverKind, WaiverEvent);
}

#[test]
fn the_green_facts_are_green() {
    let decision = evaluate(&green(), now());
    assert_eq!(decision.codes(), []);
    assert!(decision.allowed);
    assert_eq!(decision.evidence_refs.len(), 6);
    let json = serde_json::to_string(&decision).unwrap();
    assert_eq!(serde_json::from_str::<Decision>(&json).unwrap(), decision);
}

#[test]
fn every_reason_turns_its_gate_red_and_no_other() {
    for (code, edit) in red() {
        let mut facts = green();
        edit(&mut facts);
        let decision = evaluate(&facts, now());
        let mut expected = vec![code];
        if matches!(code, R::NoticeNotSent | R::NoticeUndelivered)
            && facts.customer.authorisation != AuthorisationState::NotInScope
        {
            expected.extend([R::NoticeWindowOpen, R::ObjectionWindowOpen]);
        }
        assert_eq!(decision.codes(), expected, "{:?}", decision.reasons);
        assert!(!decision.allowed && decision.of(code.gate()).count() == 1);
    }
}

#[test]
fn every_reason_has_a_red_case_and_every_gate_a_reason() {
    let tried: BTreeSet<R> = red().iter().map(|(code, _)| *code).collect();
    assert_eq!(tried, R::ALL.iter().copied().collect());
    let gates: BTreeSet<Gate> = R::ALL.iter().map(|code| code.gate()).collect();
    assert_eq!(gates, Gate::ALL.iter().copied().collect());
}

#[test]
fn a_name_on_another_agreement_is_red_for_contract_and_framework() {
    let mut facts = green();
    contract(&mut facts).entity_name = Name::parse("Acme Ltd").unwrap();
    assert_eq!(evaluate(&facts, now()).codes(), [R::DpaWrongEntity, R::DpfScope]);
}

#[test]
fn all_reasons_are_reported_in_the_order_of_the_gates() {
    let mut facts = green();
    facts.register.organisation = OrganisationFacts::named(Name::parse("Acme Inc.").unwrap());
    facts.register.engagement = EngagementFacts::of(id(1));
    facts.register.contract = None;
    facts.register.security = None;
    facts.register.transfers = vec![];
    facts.register.tias = vec![];
    facts.customer.notice = NoticeStanding::NotSent;
    facts.customer.model = None;
    let decision = evaluate(&facts, now());
    assert!(decision.reasons.windows(2).all(|w| w[0].gate <= w[1].gate));
    assert_eq!(decision.codes().len(), 12, "{:?}", decision.codes());
}

proptest! {
    #[test]
    fn nothing_starts_while_any_input_is_red(picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6)) {
        let red = red();
        let mut facts = green();
        for pick in &picks {
            (pick.get(&red).1)(&mut facts);
        }
        let decision = evaluate(&facts, now());
        prop_assert!(!decision.allowed);
        prop_assert!(!decision.reasons.is_empty());
        let together = evaluate_engagement(&facts.register, &[facts.customer.clone()], false, now());
        prop_assert!(!together.allowed);
    }

    #[test]
    fn time_alone_opens_a_window_and_never_closes_it(a in 0i64..200_000_000, b in 0i64..200_000_000) {
        let start = at("2026-12-01T09:00:00Z");
        let (earlier, later) = (a.min(b), a.max(b));
        let windows = |seconds| {
            let codes = evaluate(&green(), start + chrono::TimeDelta::seconds(seconds)).codes();
            codes.contains(&R::NoticeWindowOpen) || codes.contains(&R::BeforeAnnouncedDate)
        };
        prop_assert!(windows(earlier) || !windows(later));
    }
}

#[test]
fn a_reason_about_the_register_says_what_it_is_about() {
    for (code, edit) in red() {
        let mut facts = green();
        edit(&mut facts);
        let decision = evaluate(&facts, now());
        for reason in decision.of(code.gate()) {
            assert_eq!(
                reason.subject.is_some(),
                code.gate().is_about_register(),
                "{reason:?}"
            );
            if let Some(Subject::Record { kind, id }) = reason.subject {
                assert!(
                    decision
                        .evidence_refs
                        .iter()
                        .any(|found| found.id == id.uuid() && found.kind == kind.as_str()),
                    "{reason:?}"
                );
            }
        }
    }
    let mut facts = green();
    facts.register.transfers = vec![];
    let reasons = evaluate(&facts, now()).reasons;
    let us = crate::country::Place::parse("US").unwrap();
    assert_eq!(
        reasons[0].subject,
        Some(Subject::Absent {
            kind: crate::legal_record::LegalRecordKind::Transfer,
            destination: Some(us)
        })
    );
    // What was kept before reasons had a subject is read all the same.
    let old = r#"{"gate":"G2","code":"NO_DPA","detail":"no agreement is on file"}"#;
    assert_eq!(
        serde_json::from_str::<Reason>(old).unwrap(),
        Reason::new(R::NoDpa, "no agreement is on file")
    );
}
