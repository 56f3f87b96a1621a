//! Which assessment serves what is exported under which law (§2.5): the British and the Swiss one serve their own.

use super::super::*;
use super::green::*;
use crate::legal_record::{
    Clauses, ClausesField, ClausesPart, DpfFramework, MechanismKind, Origin, SwissPoint, TiaOutcome,
    TiaState, TiaType, UkEnd, UkInstrument, UkInstrumentKind,
};
use crate::text::{Line, Prose};
use std::collections::BTreeSet;

use ReasonCode as R;

/// A transfer by clauses that is exported under these laws, with an approved assessment of each of these kinds.
fn exported(origins: &[Origin], kinds: &[TiaType]) -> Facts {
    let mut facts = green();
    use_scc(&mut facts, |_| ());
    facts.register.transfers[0].body.origins = origins.iter().copied().collect();
    facts.register.tias = (20..)
        .zip(kinds)
        .map(|(number, tia_type)| {
            let mut body = tia("US");
            body.tia_type = *tia_type;
            recorded(number, body)
        })
        .collect();
    facts
}

/// What G7 and G8 find.
fn about_assessments(facts: &Facts) -> Vec<R> {
    let reasons = evaluate(facts, now()).reasons.into_iter();
    reasons
        .filter(|reason| matches!(reason.gate, Gate::G7 | Gate::G8))
        .map(|reason| reason.code)
        .collect()
}

/// Puts what exports from the United Kingdom and Switzerland need into a set.
fn carry_all_laws(set: &mut Clauses) {
    set.origins = BTreeSet::from([Origin::EeaEfta, Origin::Uk, Origin::Ch]);
    set.swiss = SwissPoint::ALL.iter().copied().collect();
    set.uk = Some(UkInstrument {
        kind: UkInstrumentKind::Idta,
        start_on: Some(date("2026-01-01")),
        may_end: BTreeSet::from([UkEnd::Importer]),
    });
    let tables = ClausesField::ALL.iter().filter(|f| f.part() == ClausesPart::Uk);
    set.texts
        .extend(tables.map(|field| (*field, Prose::parse("Something").unwrap())));
}

#[test]
fn each_assessment_serves_the_exports_under_its_law() {
    use Origin as O;
    use TiaType as T;
    let rows: [(&[O], &[T], usize); 16] = [
        (&[O::Uk], &[T::UkTra], 0),
        (&[O::Uk], &[T::Full46], 0),
        (&[O::Uk], &[T::Ch], 1),
        (&[O::Uk], &[T::AdequacyNote], 1),
        (&[O::Ch], &[T::Ch], 0),
        (&[O::Ch], &[T::Full46], 0),
        (&[O::Ch], &[T::UkTra], 1),
        (&[O::EeaEfta], &[T::UkTra, T::Ch], 1),
        (&[O::Eu, O::Uk], &[T::UkTra], 1),
        (&[O::Eu, O::Uk], &[T::Full46], 0),
        (&[O::Eu, O::Uk], &[T::Full46, T::UkTra], 0),
        (&[O::Uk, O::Ch], &[T::UkTra, T::Ch], 0),
        (&[O::Uk, O::Ch], &[T::UkTra], 1),
        (&[O::Eu, O::Uk, O::Ch], &[T::Ch], 2),
        (&[O::Eu, O::Uk, O::Ch], &[T::Full46], 0),
        (&[], &[T::UkTra], 1),
    ];
    for (origins, kinds, missing) in rows {
        let found = about_assessments(&exported(origins, kinds));
        assert_eq!(found, vec![R::TiaMissing; missing], "{origins:?} {kinds:?}");
    }
}

#[test]
fn every_gate_is_green_on_a_british_and_on_a_swiss_assessment() {
    for (origin, kind) in [(Origin::Uk, TiaType::UkTra), (Origin::Ch, TiaType::Ch)] {
        let mut facts = exported(&[origin], &[kind]);
        carry_all_laws(&mut facts.register.clauses.get_mut(&1).unwrap().body);
        assert_eq!(evaluate(&facts, now()).codes(), [], "{kind}");
        let path = mechanism_paths(&facts.register, now()).remove(0);
        assert_eq!(path.matched, MechanismRow::Scc, "{path:?}");
    }
}

#[test]
fn what_one_law_lacks_is_said_with_that_law() {
    for (origins, kinds, words) in [
        (
            [Origin::Eu, Origin::Uk],
            [TiaType::UkTra],
            "under the law of the Union is on file",
        ),
        (
            [Origin::Uk, Origin::Ch],
            [TiaType::UkTra],
            "under Swiss law is on file",
        ),
        ([Origin::Uk, Origin::Ch], [TiaType::Ch], "under UK law is on file"),
    ] {
        let reasons = evaluate(&exported(&origins, &kinds), now()).reasons;
        let missing = reasons
            .iter()
            .find(|reason| reason.code == R::TiaMissing)
            .unwrap();
        assert!(missing.detail.contains(words), "{}", missing.detail);
    }
}

#[test]
fn an_assessment_of_what_is_no_safeguard_serves_no_safeguard() {
    for (assessed, missing) in [
        (MechanismKind::Scc, 0),
        (MechanismKind::Dpf, 0),
        (MechanismKind::Art49, 1),
        (MechanismKind::Adequacy, 1),
    ] {
        let mut facts = exported(&[Origin::Eu], &[TiaType::Full46]);
        facts.register.tias[0].body.tool.mechanism = Some(assessed);
        assert_eq!(about_assessments(&facts).len(), missing, "{assessed}");
        facts.register.tias[0].body.tool.fallback = Line::parse("2021/914, Module 3").ok();
        let missing = usize::from(assessed == MechanismKind::Art49);
        assert_eq!(
            about_assessments(&facts).len(),
            missing,
            "{assessed}, with clauses behind it"
        );
    }
}

#[test]
fn a_fault_of_the_assessment_that_serves_counts_once_for_all_its_laws() {
    let mut facts = exported(&[Origin::Eu, Origin::Uk, Origin::Ch], &[TiaType::Full46]);
    facts.register.tias[0].body.next_review_on = Some(date("2027-01-01"));
    assert_eq!(about_assessments(&facts), [R::TiaOverdue]);
    let mut facts = exported(&[Origin::Eu, Origin::Uk], &[TiaType::Full46, TiaType::UkTra]);
    facts.register.tias[0].body.next_review_on = Some(date("2027-01-01"));
    assert_eq!(
        about_assessments(&facts),
        [R::TiaOverdue],
        "the other one serves the UK alone"
    );
    facts.register.tias[0].body.next_review_on = Some(date("2027-05-01"));
    facts.register.tias[1].body.state = TiaState::InReview;
    assert_eq!(about_assessments(&facts), [], "the full one serves the UK too");
}

#[test]
fn the_law_of_the_entity_that_engages_counts_ticked_or_not() {
    let mut facts = exported(&[Origin::Eu], &[TiaType::Full46, TiaType::UkTra]);
    facts.register.tias[1].body.outcome = Some(TiaOutcome::NotAllowed);
    assert_eq!(about_assessments(&facts), []);
    facts.register.exporter = Some(country("GB"));
    assert_eq!(about_assessments(&facts), [R::TiaNegative]);
    facts.register.tias.remove(0);
    facts.register.tias[0].body.outcome = Some(TiaOutcome::Allowed);
    assert_eq!(about_assessments(&facts), [R::TiaMissing], "the law of the Union");
}

#[test]
fn the_framework_falls_back_on_an_assessment_under_each_law() {
    let mut facts = exported(&[Origin::Uk], &[TiaType::UkTra]);
    edit_dpf(&mut facts, |reliance| {
        reliance.checks.insert(DpfFramework::UkExtension, dpf_check());
    });
    carry_all_laws(&mut facts.register.clauses.get_mut(&1).unwrap().body);
    facts.register.transfers[0].body.origins = BTreeSet::from([Origin::Uk]);
    assert_eq!(about_assessments(&facts), []);
    facts.register.transfers[0].body.origins.insert(Origin::Eu);
    assert_eq!(about_assessments(&facts), [R::TiaMissing, R::FallbackMissing]);
}
