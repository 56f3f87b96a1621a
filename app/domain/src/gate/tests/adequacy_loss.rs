//! What falls with an adequacy decision, on facts with every gate green.

use super::super::*;
use super::green::*;
use crate::adequacy_loss::{fall_back, lost_legs, rests_on};
use crate::legal_record::*;
use crate::reference::{AdequacyDecision, AdequacyRegime, AdequacyScope, AdequacyStatus};
use crate::text::{Line, Prose};
use std::collections::BTreeSet;

/// The facts once a decision about a country has been annulled, and that decision.
fn annul(facts: &Facts, code: &str, regime: AdequacyRegime) -> (RegisterFacts, AdequacyDecision) {
    let before = facts
        .register
        .reference
        .adequacy(country(code), regime)
        .next()
        .unwrap();
    let fallen = AdequacyDecision {
        status: AdequacyStatus::Annulled,
        status_since: date("2027-02-01"),
        ..before.clone()
    };
    let mut after = facts.register.clone();
    after.reference = after.reference.with(fallen.clone());
    (after, fallen)
}

#[test]
fn the_framework_falls_and_clauses_with_an_assessment_take_over() {
    let facts = green();
    let (after, fallen) = annul(&facts, "US", AdequacyRegime::Eu);
    let transfer = &facts.register.transfers[0];
    assert!(rests_on(&transfer.body, &fallen, &after.reference, now()));
    assert!(!evaluate_register(&after, now()).allowed);
    let swapped = fall_back(&after, transfer, now()).unwrap();
    assert_eq!(
        (swapped.mechanism.kind(), &swapped.fallback),
        (MechanismKind::Scc, &None)
    );
    let mut swapped_facts = after;
    swapped_facts.transfers[0].body = swapped;
    assert!(
        evaluate_register(&swapped_facts, now()).allowed,
        "nothing is red afterwards"
    );
}

#[test]
fn nothing_falls_back_onto_something_that_is_not_ready() {
    type Edit = fn(&mut Facts);
    let rows: [(&str, Edit); 8] = [
        ("no clauses", |f| f.register.transfers[0].body.fallback = None),
        ("clauses not in force", |f| {
            set(f).standing.state = SccState::Ready;
        }),
        ("the wrong module", |f| set(f).module = SccModule::Two),
        ("an annex missing", |f| set(f).measures.clear()),
        ("no assessment", |f| f.register.tias.clear()),
        ("an assessment of another kind", |f| {
            assessment(f).tia_type = TiaType::AdequacyNote;
        }),
        ("an assessment in review", |f| {
            assessment(f).state = TiaState::InReview;
        }),
        ("a measure open", |f| {
            assessment(f).measures[0].standing.status = MeasureStatus::Planned;
        }),
    ];
    for (what, edit) in rows {
        let mut facts = green();
        edit(&mut facts);
        let (after, fallen) = annul(&facts, "US", AdequacyRegime::Eu);
        let transfer = &facts.register.transfers[0];
        assert!(
            rests_on(&transfer.body, &fallen, &after.reference, now()),
            "{what}"
        );
        assert!(
            !fall_back(&after, transfer, now()).unwrap_err().is_empty(),
            "{what}"
        );
    }
}

/// The set of clauses in reserve.
fn set(facts: &mut Facts) -> &mut Clauses {
    &mut facts.register.clauses.get_mut(&1).unwrap().body
}

#[test]
fn a_country_s_own_decision_falls_likewise() {
    let mut facts = green();
    move_to(&mut facts, "GB", AdequacyReliance::default());
    let (after, fallen) = annul(&facts, "GB", AdequacyRegime::Eu);
    let transfer = &facts.register.transfers[0];
    assert!(rests_on(&transfer.body, &fallen, &after.reference, now()));
    // Its note of adequacy is no assessment of clauses.
    assert!(fall_back(&after, transfer, now()).is_err());
    let mut assessed = after;
    assessed.tias = vec![recorded(5, tia("GB"))];
    assert!(fall_back(&assessed, transfer, now()).is_ok());
}

#[test]
fn only_what_rests_on_the_decision_falls_with_it() {
    let facts = green();
    let (after, fallen) = annul(&facts, "US", AdequacyRegime::Eu);
    let falls = |edit: fn(&mut Transfer)| {
        let mut transfer = facts.register.transfers[0].body.clone();
        edit(&mut transfer);
        rests_on(&transfer, &fallen, &after.reference, now())
    };
    assert!(falls(|_| ()));
    assert!(
        falls(|t| t.origins.clear()),
        "nobody said from where: judged as from the Union"
    );
    assert!(falls(|t| t.origins.extend([Origin::Uk])), "one leg is enough");
    assert!(
        !falls(|t| t.origins = BTreeSet::from([Origin::Uk])),
        "the UK has its own decision"
    );
    assert!(!falls(
        |t| t.mechanism = Mechanism::Scc(SccReliance { clauses: 1 })
    ));
    assert!(!falls(|t| t.destination = place("CA")));
    // Another decision in force carries it.
    let another = AdequacyDecision {
        instrument: Line::parse("(EU) 2027/9").unwrap(),
        status: AdequacyStatus::InForce,
        ..fallen.clone()
    };
    let mut carried = after.clone();
    carried.reference = carried.reference.with(another);
    assert!(!rests_on(
        &facts.register.transfers[0].body,
        &fallen,
        &carried.reference,
        now()
    ));
}

#[test]
fn a_uk_leg_falls_back_only_with_its_own_instrument() {
    let mut facts = green();
    edit_dpf(&mut facts, |d| {
        d.checks.insert(DpfFramework::UkExtension, dpf_check());
    });
    facts.register.transfers[0].body.origins = BTreeSet::from([Origin::Eu, Origin::Uk]);
    let (mut after, _) = annul(&facts, "US", AdequacyRegime::Uk);
    let transfer = facts.register.transfers[0].clone();
    let why = fall_back(&after, &transfer, now()).unwrap_err();
    assert!(why.iter().any(|why| why.contains("Addendum")), "{why:?}");
    let set = &mut after.clauses.get_mut(&1).unwrap().body;
    set.origins = transfer.body.origins.clone();
    set.uk = Some(UkInstrument {
        kind: UkInstrumentKind::Addendum,
        start_on: Some(date("2026-01-01")),
        may_end: BTreeSet::from([UkEnd::Importer]),
    });
    let tables = ClausesField::ALL.iter().filter(|f| f.part() == ClausesPart::Uk);
    set.texts
        .extend(tables.map(|field| (*field, Prose::parse("Something").unwrap())));
    assert_eq!(fall_back(&after, &transfer, now()).map(|_| ()), Ok(()));
}

#[test]
fn the_uk_or_swiss_leg_of_clauses_falls_with_the_decision_that_carried_it() {
    let rows = [
        (AdequacyRegime::Uk, Origin::Uk, "Addendum"),
        (AdequacyRegime::Ch, Origin::Ch, "Swiss adaptations"),
    ];
    for (regime, origin, words) in rows {
        let mut facts = green();
        use_scc(&mut facts, |_| ());
        let transfer = &mut facts.register.transfers[0].body;
        transfer.destination = place("CA");
        transfer.origins = BTreeSet::from([Origin::Eu, origin]);
        let carrying = decision("CA", regime, AdequacyScope::Full);
        facts.register.reference = facts.register.reference.with(carrying);
        let (after, _) = annul(&facts, "CA", regime);
        let transfer = facts.register.transfers[0].body.clone();
        let lost = lost_legs(&facts.register, &after, &transfer, now());
        assert!(matches!(&lost[..], [lack] if lack.contains(words)), "{lost:?}");
        // A leg that lacked its instrument before lost nothing.
        assert_eq!(lost_legs(&after, &after, &transfer, now()), [""; 0]);
        // The leg of the Union rests on the clauses themselves.
        let union = Transfer {
            origins: BTreeSet::from([Origin::Eu]),
            ..transfer
        };
        assert_eq!(lost_legs(&facts.register, &after, &union, now()), [""; 0]);
    }
}
