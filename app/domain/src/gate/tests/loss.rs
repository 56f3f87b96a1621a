use std::collections::BTreeSet;

use super::super::*;
use super::green::*;
use super::red::red;
use crate::engagement::LocationKind;
use crate::known::Known;
use crate::legal_record::*;
use crate::reference::AdequacyStatus;

use ReasonCode as R;

fn of_us(facts: &Facts) -> Hold {
    holds(&facts.register, now())[&place("US")].clone()
}

fn without_fallback(facts: &mut Facts) {
    for transfer in &mut facts.register.transfers {
        transfer.body.fallback = None;
    }
}

/// Exactly these suspend; every other reason, staleness above all, is a task.
#[test]
fn only_the_loss_of_a_mechanism_suspends() {
    let losses = [
        R::NoValidMechanism,
        R::AdequacyExpired,
        R::DpfNotActive,
        R::UkInstrumentMissing,
        R::Art49Blocked,
        R::SccNotInForce,
        R::TiaNegative,
    ];
    for code in ReasonCode::ALL {
        assert_eq!(code.is_loss_of_mechanism(), losses.contains(code), "{code}");
    }
    for (code, edit) in red() {
        let mut facts = green();
        edit(&mut facts);
        without_fallback(&mut facts);
        let held = holds(&facts.register, now());
        let is_lost = held.values().any(|hold| matches!(hold, Hold::Lost(_)));
        assert!(code.is_loss_of_mechanism() || !is_lost, "{code}: {held:?}");
    }
}

#[test]
fn a_framework_that_is_lost_falls_back_on_clauses_that_stand_ready() {
    let mut facts = green();
    assert_eq!(of_us(&facts), Hold::Holds);
    edit_check(&mut facts, |check| check.status = DpfStatus::InactiveLapsed);
    assert!(matches!(of_us(&facts), Hold::OnFallback(reasons) if reasons[0].code == R::DpfNotActive));
    facts.register.settings.dpf_requires_fallback = false;
    assert!(
        matches!(of_us(&facts), Hold::OnFallback(_)),
        "ready is ready, required or not"
    );
    without_fallback(&mut facts);
    assert!(matches!(of_us(&facts), Hold::Lost(reasons) if reasons[0].code == R::DpfNotActive));

    let mut facts = green();
    let row = &mut facts.register.reference.adequacy[0];
    (row.status, row.status_since) = (AdequacyStatus::Annulled, date("2027-02-01"));
    assert!(matches!(of_us(&facts), Hold::OnFallback(_)));
    without_fallback(&mut facts);
    assert!(matches!(of_us(&facts), Hold::Lost(reasons) if reasons[0].code == R::AdequacyExpired));
}

#[test]
fn a_decision_of_a_country_that_ends_falls_back_likewise_and_every_leg_counts() {
    let mut facts = green();
    move_to(&mut facts, "GB", AdequacyReliance::default());
    facts.register.tias.push(recorded(5, tia("GB")));
    let row = &mut facts.register.reference.adequacy[4];
    (row.status, row.status_since) = (AdequacyStatus::Repealed, date("2027-02-01"));
    let of_gb = |facts: &Facts| holds(&facts.register, now())[&place("GB")].clone();
    assert!(matches!(of_gb(&facts), Hold::OnFallback(reasons) if reasons[0].code == R::AdequacyExpired));
    facts.register.transfers[0].body.origins.insert(Origin::Ch);
    assert!(
        matches!(of_gb(&facts), Hold::Lost(_)),
        "the clauses do not carry the Swiss leg"
    );
}

#[test]
fn what_is_old_or_in_doubt_still_holds() {
    let mut facts = green();
    edit_check(&mut facts, |check| check.checked_on = date("2026-01-01"));
    assert_eq!(of_us(&facts), Hold::Holds, "an old look at the list");
    edit_check(&mut facts, |check| check.covers_non_hr = false);
    assert_eq!(of_us(&facts), Hold::Holds, "a scope that is in doubt");
    assessment(&mut facts).state = TiaState::Draft;
    assessment(&mut facts).outcome = Some(TiaOutcome::NotAllowed);
    assert_eq!(of_us(&facts), Hold::Holds, "a draft forbids nothing");
}

#[test]
fn a_place_without_a_recorded_transfer_is_told_apart_from_one_that_lost_its_mechanism() {
    let mut facts = green();
    facts.register.transfers.clear();
    assert!(
        evaluate_register(&facts.register, now())
            .codes()
            .contains(&R::NoValidMechanism)
    );
    assert!(matches!(
        of_us(&facts),
        Hold::Unrecorded(reasons) if reasons.len() == 1 && reasons[0].detail.starts_with("no transfer to")
    ));
}

/// Names of countries stand in names of others.
#[test]
fn a_transfer_is_not_lost_by_what_is_said_of_a_country_with_a_longer_name() {
    let mut facts = green();
    facts.register.engagement.locations = Known::Known(BTreeSet::from([
        location("US", LocationKind::Support),
        location("NE", LocationKind::Storage),
        location("NG", LocationKind::Storage),
    ]));
    let like = facts.register.transfers[0].clone();
    for code in ["NE", "NG"] {
        let mut more = like.clone();
        more.body.destination = place(code);
        more.body.mechanism = Mechanism::Scc(SccReliance { clauses: 1 });
        facts.register.transfers.push(more);
    }
    let held = holds(&facts.register, now());
    for code in ["NE", "NG"] {
        assert_eq!(held[&place(code)], Hold::Holds, "{code}");
    }
}

#[test]
fn a_transfer_that_is_pointed_elsewhere_leaves_its_place_unrecorded() {
    let mut facts = green();
    facts.register.transfers[0].body.destination = place("GB");
    assert!(matches!(of_us(&facts), Hold::Unrecorded(_)));
}

#[test]
fn a_scope_that_somebody_denied_is_lost_and_one_that_nobody_has_shown_is_a_doubt() {
    for (in_scope, is_lost) in [(Some(false), true), (None, false), (Some(true), false)] {
        let mut facts = green();
        let reliance = AdequacyReliance {
            in_scope,
            ..AdequacyReliance::default()
        };
        move_to(&mut facts, "CA", reliance);
        without_fallback(&mut facts);
        let hold = holds(&facts.register, now())[&place("CA")].clone();
        assert_eq!(matches!(hold, Hold::Lost(_)), is_lost, "{in_scope:?}: {hold:?}");
    }
}

#[test]
fn an_approved_assessment_that_forbids_the_transfer_ends_it() {
    let mut facts = green();
    use_scc(&mut facts, |_| {});
    assert_eq!(of_us(&facts), Hold::Holds);
    assessment(&mut facts).outcome = Some(TiaOutcome::Suspend);
    assert!(matches!(of_us(&facts), Hold::Lost(reasons) if reasons[0].code == R::TiaNegative));
    assessment(&mut facts).outcome = Some(TiaOutcome::Allowed);
    assessment(&mut facts).state = TiaState::Suspended;
    assert!(matches!(of_us(&facts), Hold::Lost(reasons) if reasons[0].code == R::TiaNegative));
    assessment(&mut facts).state = TiaState::UnderTriggerReview;
    assert_eq!(of_us(&facts), Hold::Holds, "nobody has decided yet");
    assessment(&mut facts).state = TiaState::Approved;
    use_scc(&mut facts, |scc| scc.standing.state = SccState::Suspended);
    assessment(&mut facts).outcome = Some(TiaOutcome::Allowed);
    assert!(matches!(of_us(&facts), Hold::Lost(reasons) if reasons[0].code == R::SccNotInForce));
}

/// One that was turned down, or that nobody has approved yet, hides no other that forbids the transfer.
#[test]
fn an_assessment_that_counts_for_nothing_hides_no_loss() {
    let forbid: [fn(&mut Tia); 2] = [
        |tia| tia.state = TiaState::Suspended,
        |tia| tia.outcome = Some(TiaOutcome::NotAllowed),
    ];
    for state in [TiaState::Draft, TiaState::InReview, TiaState::Rejected] {
        for outcome in [TiaOutcome::Allowed, TiaOutcome::NotAllowed] {
            for forbid in forbid {
                let mut facts = green();
                use_scc(&mut facts, |_| {});
                let mut other = tia("US");
                (other.state, other.outcome) = (state, Some(outcome));
                facts.register.tias.insert(0, recorded(9, other));
                assert_eq!(of_us(&facts), Hold::Holds, "{state}: it forbids nothing");
                assert!(
                    evaluate_register(&facts.register, now()).allowed,
                    "{state}: it is no fault"
                );
                forbid(&mut facts.register.tias[1].body);
                let held = of_us(&facts);
                assert!(
                    matches!(&held, Hold::Lost(reasons) if reasons.iter().all(|r| r.code == R::TiaNegative)),
                    "{state} {outcome}: {held:?}"
                );
                assert_eq!(
                    evaluate_register(&facts.register, now()).codes(),
                    [R::TiaNegative]
                );
            }
        }
    }
}
