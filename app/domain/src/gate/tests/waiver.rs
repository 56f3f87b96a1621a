use super::super::*;
use super::green::*;
use super::red::red;
use crate::id::WaiverId;
use crate::legal_record::*;
use crate::text::Prose;

use ReasonCode as R;

fn waiver(kind: WaiverKind) -> Waiver {
    Waiver {
        id: id::<WaiverId>(1),
        kind,
        by: id(1),
        and_by: id(2),
        granted_at: at("2027-01-25T00:00:00Z"),
        until: at("2027-02-08T00:00:00Z"),
        reason: Prose::parse("the assessor is ill").unwrap(),
    }
}

#[test]
fn only_two_things_are_waived_by_two_people_and_stay_visible() {
    for (code, edit) in red() {
        let mut facts = green();
        edit(&mut facts);
        let failed = facts
            .register
            .security
            .as_ref()
            .is_some_and(|s| s.body.result == AssessmentResult::Failed);
        facts.register.waivers = WaiverKind::ALL.iter().map(|kind| waiver(*kind)).collect();
        let decision = evaluate(&facts, now());
        let may_be_waived =
            matches!(code, R::SecurityMissing | R::SecurityExpired | R::DpfCheckStale) && !failed;
        assert_eq!(decision.allowed, may_be_waived, "{code}");
        assert_eq!(decision.waived.len(), usize::from(may_be_waived), "{code}");
    }
}

#[test]
fn a_waiver_that_breaks_the_rules_waives_nothing() {
    let base = waiver(WaiverKind::SecurityAssessment);
    assert!(base.check().is_ok() && base.applies(R::SecurityMissing, now()));
    assert!(
        !base.applies(R::SecurityMissing, base.until)
            && !base.applies(R::SecurityMissing, at("2027-01-24T00:00:00Z"))
    );
    assert_eq!(
        Waiver {
            and_by: id(1),
            ..base.clone()
        }
        .check(),
        Err(WaiverRefused::OnePerson)
    );
    let long = Waiver {
        until: at("2027-02-08T00:00:01Z"),
        ..base
    };
    assert_eq!(long.check(), Err(WaiverRefused::TooLong));
    assert!(!long.applies(R::SecurityMissing, now()));
}

fn asked() -> WaiverFile {
    let step = WaiverStep {
        request: id(1),
        engagement: id(1),
        kind: WaiverKind::SecurityAssessment,
        event: WaiverEvent::Asked,
        until: at("2027-02-08T00:00:00Z"),
        reason: Prose::parse("the assessor is ill").unwrap(),
        at: now(),
        by: id(1),
    };
    WaiverFile::all(vec![step]).remove(0)
}

fn why() -> Prose {
    Prose::parse("seen").unwrap()
}

#[test]
fn it_is_granted_by_another_person_once_and_can_be_taken_back() {
    use WaiverEvent as E;
    let mut file = asked();
    assert!(file.is_open(now()) && file.granted().is_none());
    assert_eq!(
        file.step(E::Granted, id(1), why(), now()),
        Err(WaiverRefused::OnePerson)
    );
    assert_eq!(
        file.step(E::Refused, id(1), why(), now()),
        Err(WaiverRefused::OnePerson)
    );
    assert_eq!(
        file.step(E::Revoked, id(2), why(), now()),
        Err(WaiverRefused::Decided)
    );
    assert_eq!(
        file.step(E::Asked, id(2), why(), now()),
        Err(WaiverRefused::Decided)
    );
    let late = at("2027-02-08T00:00:00Z");
    assert_eq!(
        file.step(E::Granted, id(2), why(), late),
        Err(WaiverRefused::Over)
    );
    let early = at("2027-01-24T23:59:59Z");
    assert_eq!(
        file.step(E::Granted, id(2), why(), early),
        Err(WaiverRefused::TooLong)
    );

    file.later
        .push(file.step(E::Granted, id(2), why(), now()).unwrap());
    let waiver = file.granted().unwrap();
    assert!(waiver.applies(R::SecurityExpired, now()) && file.is_running(now()) && !file.is_open(now()));
    assert_eq!((waiver.by, waiver.and_by), (id(1), id(2)));
    assert_eq!(
        file.step(E::Granted, id(3), why(), now()),
        Err(WaiverRefused::Decided)
    );
    assert_eq!(
        file.step(E::Refused, id(3), why(), now()),
        Err(WaiverRefused::Decided)
    );

    let later = at("2027-02-03T00:00:00Z");
    file.later
        .push(file.step(E::Revoked, id(1), why(), later).unwrap());
    let waiver = file.granted().unwrap();
    assert!(waiver.applies(R::SecurityExpired, now()) && !waiver.applies(R::SecurityExpired, later));
    assert_eq!(
        file.step(E::Revoked, id(1), why(), later),
        Err(WaiverRefused::Decided)
    );
    assert_eq!(file.last().event, E::Revoked);
}

#[test]
fn steps_of_one_instant_are_read_in_the_order_of_a_waivers_life() {
    let file = asked();
    let granted = file.step(WaiverEvent::Granted, id(2), why(), now()).unwrap();
    let files = WaiverFile::all(vec![granted.clone(), file.asked.clone()]);
    assert_eq!(
        (files.len(), files[0].later.as_slice()),
        (1, [granted].as_slice())
    );
}

#[test]
fn one_that_was_refused_sets_nothing_aside() {
    let mut file = asked();
    file.later
        .push(file.step(WaiverEvent::Refused, id(2), why(), now()).unwrap());
    assert!(file.granted().is_none() && !file.is_running(now()));
    assert_eq!(
        file.step(WaiverEvent::Granted, id(2), why(), now()),
        Err(WaiverRefused::Decided)
    );
}

#[test]
fn it_is_asked_for_only_where_it_would_set_something_aside() {
    for (code, edit) in red() {
        let mut facts = green();
        edit(&mut facts);
        let decision = evaluate_register(&facts.register, now());
        let failed = facts
            .register
            .security
            .as_ref()
            .is_some_and(|s| s.body.result == AssessmentResult::Failed);
        for kind in WaiverKind::ALL {
            let expected = if failed && *kind == WaiverKind::SecurityAssessment {
                Err(WaiverRefused::Failed)
            } else if kind.covers(code) {
                Ok(())
            } else {
                Err(WaiverRefused::NothingRed)
            };
            assert_eq!(kind.check(&facts.register, &decision), expected, "{code} {kind}");
        }
    }
}

#[test]
fn its_last_day_runs_to_its_end_and_is_at_most_14_days_away() {
    let oslo = "Europe/Oslo".parse().unwrap();
    assert_eq!(
        end_of(date("2027-02-14"), oslo, now()).unwrap(),
        at("2027-02-14T23:00:00Z")
    );
    assert_eq!(
        end_of(date("2027-02-15"), oslo, now()),
        Err(WaiverRefused::TooLong)
    );
    assert_eq!(
        end_of(date("2027-02-01"), oslo, now()).unwrap(),
        at("2027-02-01T23:00:00Z"),
        "today"
    );
    assert_eq!(end_of(date("2027-01-31"), oslo, now()), Err(WaiverRefused::Over));
}

/// Granted at one instant, until another.
fn granted(kind: WaiverKind, from: &str, until: &str) -> Waiver {
    Waiver {
        granted_at: at(from),
        until: at(until),
        ..waiver(kind)
    }
}

/// What is red at [`now`] and can be waived, and the edit that somebody assesses or looks anew.
type Gap = (WaiverKind, fn(&mut Facts), fn(&mut Facts, &str));

const GAPS: [Gap; 3] = [
    (
        WaiverKind::SecurityAssessment,
        |facts| facts.register.security = None,
        |facts, day| {
            facts.register.security = register().security;
            let paper = &mut facts.register.security.as_mut().unwrap().body;
            (paper.assessed_on, paper.valid_to) = (date(day), date(day));
        },
    ),
    (
        WaiverKind::SecurityAssessment,
        |facts| {
            let paper = &mut facts.register.security.as_mut().unwrap().body;
            (paper.assessed_on, paper.valid_to) = (date("2026-01-01"), date("2026-12-31"));
        },
        |facts, day| {
            let paper = &mut facts.register.security.as_mut().unwrap().body;
            (paper.assessed_on, paper.valid_to) = (date(day), date(day));
        },
    ),
    (
        WaiverKind::DpfFreshness,
        |facts| edit_check(facts, |check| check.checked_on = date("2026-09-01")),
        |facts, day| edit_check(facts, |check| check.checked_on = date(day)),
    ),
];

#[test]
fn waivers_of_one_gap_run_for_14_days_in_all() {
    for (kind, open, _) in GAPS {
        let mut facts = green();
        open(&mut facts);
        let left = |facts: &Facts| kind.left(&facts.register, now());
        let check = |facts: &Facts| {
            let decision = evaluate_register(&facts.register, now());
            kind.check(&facts.register, &decision)
        };
        assert_eq!((left(&facts), check(&facts)), (Waiver::LONGEST, Ok(())));
        // One that was taken back after four days, and one that has just ended.
        facts.register.waivers = vec![
            granted(kind, "2027-01-10T09:00:00Z", "2027-01-14T09:00:00Z"),
            granted(kind, "2027-01-26T09:00:00Z", "2027-02-01T09:00:00Z"),
        ];
        assert_eq!(
            (left(&facts), check(&facts)),
            (chrono::TimeDelta::days(4), Ok(()))
        );
        let fits = |until: &str| kind.check_end(&facts.register, at(until), now());
        assert_eq!(fits("2027-02-05T09:00:00Z"), Ok(()));
        assert_eq!(fits("2027-02-05T09:00:01Z"), Err(WaiverRefused::UsedUp));
        // Weeks in between give nothing back.
        facts.register.waivers[0] = granted(kind, "2026-12-01T09:00:00Z", "2026-12-09T09:00:00Z");
        assert_eq!(
            (left(&facts), check(&facts)),
            (chrono::TimeDelta::zero(), Err(WaiverRefused::UsedUp))
        );
        let other = WaiverKind::ALL.iter().find(|other| **other != kind).unwrap();
        assert_eq!(
            other.left(&facts.register, now()),
            Waiver::LONGEST,
            "another kind is another gap"
        );
    }
}

#[test]
fn an_assessment_or_a_look_after_a_waiver_ends_its_gap() {
    for (kind, open, look) in GAPS {
        let mut facts = green();
        open(&mut facts);
        facts.register.waivers = vec![granted(kind, "2026-10-05T09:00:00Z", "2026-10-19T09:00:00Z")];
        assert_eq!(kind.left(&facts.register, now()), chrono::TimeDelta::zero());
        look(&mut facts, "2026-10-04");
        assert_eq!(
            kind.left(&facts.register, now()),
            chrono::TimeDelta::zero(),
            "it is older"
        );
        look(&mut facts, "2026-10-05");
        assert_eq!(kind.left(&facts.register, now()), Waiver::LONGEST);
        let decision = evaluate_register(&facts.register, now());
        assert_eq!(kind.check(&facts.register, &decision), Ok(()), "it ran out again");
    }
}
