use super::super::*;
use super::green::*;
use crate::engagement::LocationKind;
use crate::known::Known;
use crate::legal_record::*;
use crate::reference::{AdequacyDecision, AdequacyRegime, AdequacyScope, EftaState, EftaStatus};
use crate::text::{Line, Name, Prose};
use std::collections::BTreeSet;

use ReasonCode as R;

#[test]
fn adequacy_ends_at_24_00_in_brussels() {
    let mut facts = green();
    move_to(&mut facts, "GB", AdequacyReliance::default());
    facts.register.reference.adequacy[4].sunset_on = Some(date("2031-12-27"));
    let register = |t| {
        evaluate_register(&facts.register, t)
            .codes()
            .contains(&R::AdequacyExpired)
    };
    assert!(!register(at("2031-12-27T22:59:59.999999Z")));
    assert!(register(at("2031-12-27T23:00:00Z")));
}

#[test]
fn partial_adequacy_opens_with_an_answer_and_its_evidence() {
    let mut facts = green();
    let reliance = AdequacyReliance {
        reference: None,
        in_scope: Some(true),
        scope_evidence: Some(Line::parse("letter of 3 May").unwrap()),
        asked: BTreeSet::new(),
    };
    move_to(&mut facts, "CA", reliance);
    assert!(evaluate(&facts, now()).allowed);
    let efta = &mut facts.register.reference.adequacy[3].efta;
    efta.insert(EftaState::Norway, EftaStatus::NotYet);
    assert_eq!(evaluate(&facts, now()).codes(), [R::NoValidMechanism]);
    facts.register.efta_exporters = BTreeSet::from([EftaState::Iceland]);
    assert!(evaluate(&facts, now()).allowed, "Iceland applies it");
    facts.register.efta_exporters = BTreeSet::new();
    assert_eq!(
        evaluate(&facts, now()).codes(),
        [R::NoValidMechanism],
        "nobody said who exports"
    );
    facts.register.transfers[0].body.origins = BTreeSet::from([Origin::Eu]);
    assert!(evaluate(&facts, now()).allowed);
}

#[test]
fn another_question_needs_another_answer() {
    let mut facts = green();
    let question = "Is the importer under PIPEDA?";
    let row = &mut facts.register.reference.adequacy[3];
    row.scope_question = Some(Line::parse(question).unwrap());
    let mut reliance = AdequacyReliance {
        reference: None,
        in_scope: Some(true),
        scope_evidence: Some(Line::parse("letter of 3 May").unwrap()),
        asked: BTreeSet::from(["Is it a commercial organisation?".to_owned()]),
    };
    move_to(&mut facts, "CA", reliance.clone());
    assert_eq!(evaluate(&facts, now()).codes(), [R::AdequacyScope]);
    reliance.asked.insert(question.to_owned());
    move_to(&mut facts, "CA", reliance);
    assert!(evaluate(&facts, now()).allowed);
}

#[test]
fn of_several_decisions_one_that_covers_the_transfer_suffices_whatever_it_is_called() {
    for name in ["(EU) 2001/1", "(EU) 2030/1"] {
        let mut facts = green();
        move_to(&mut facts, "CA", AdequacyReliance::default());
        assert_eq!(evaluate(&facts, now()).codes(), [R::AdequacyScope]);
        let mut full = decision("CA", AdequacyRegime::Eu, AdequacyScope::Full);
        full.instrument = Line::parse(name).unwrap();
        let at = if name < "(EU) 2023" {
            0
        } else {
            facts.register.reference.adequacy.len()
        };
        facts.register.reference.adequacy.insert(at, full.clone());
        assert!(evaluate(&facts, now()).allowed, "{name}");
        // One that does not serve exports from here takes nothing away from the other, and gives nothing.
        let row = &mut facts.register.reference.adequacy[at];
        row.efta.insert(EftaState::Norway, EftaStatus::NotYet);
        assert_eq!(evaluate(&facts, now()).codes(), [R::AdequacyScope], "{name}");
        row_of(&mut facts, at).scope = AdequacyScope::Partial;
        row_of(&mut facts, at).efta.clear();
        assert_eq!(
            evaluate(&facts, now()).codes(),
            [R::AdequacyScope, R::AdequacyScope],
            "each is judged: {name}"
        );
    }
}

fn row_of(facts: &mut Facts, at: usize) -> &mut AdequacyDecision {
    &mut facts.register.reference.adequacy[at]
}

#[test]
fn the_country_of_the_entity_that_engages_is_an_origin_whether_or_not_it_was_ticked() {
    let mut facts = green();
    move_to(&mut facts, "GB", AdequacyReliance::default());
    facts.register.transfers[0].body.origins = BTreeSet::from([Origin::Eu]);
    row_of(&mut facts, 4)
        .efta
        .insert(EftaState::Norway, EftaStatus::NotYet);
    assert!(
        evaluate(&facts, now()).allowed,
        "nobody knows which entity engages"
    );
    facts.register.exporter = Some(country("DE"));
    assert!(evaluate(&facts, now()).allowed);
    facts.register.exporter = Some(country("NO"));
    assert_eq!(evaluate(&facts, now()).codes(), [R::NoValidMechanism]);

    let mut facts = green();
    use_scc(&mut facts, |c| {
        c.options.clause_13 = Some(Clause13::Representative);
    });
    facts.register.exporter = Some(country("GB"));
    assert_eq!(evaluate(&facts, now()).codes(), [R::UkInstrumentMissing]);
    facts.register.exporter = Some(country("CH"));
    assert_eq!(evaluate(&facts, now()).codes(), [R::NoValidMechanism]);
    facts.register.exporter = Some(country("US"));
    assert!(
        evaluate(&facts, now()).allowed,
        "another law asks for nothing here"
    );
}

#[test]
fn options_of_clauses_that_contradict_where_the_exporter_is_close_the_gate() {
    let mut facts = green();
    use_scc(&mut facts, |c| {
        c.options.clause_17 = Some(Clause17::Exporters);
    });
    assert!(
        evaluate(&facts, now()).allowed,
        "nobody knows which entity exports"
    );
    facts.register.exporter = Some(country("NO"));
    assert!(evaluate(&facts, now()).allowed);
    facts.register.exporter = Some(country("DE"));
    assert!(
        evaluate(&facts, now()).allowed,
        "another law of the Union, where its own gives data subjects no rights"
    );
    facts.register.exporter = Some(country("US"));
    assert_eq!(
        evaluate(&facts, now()).codes(),
        [R::SccAnnex],
        "it is established in no Member State"
    );
    facts.register.engagement.parent = Some(facts.register.engagement_id);
    assert_eq!(
        facts.register.clauses_exporter(),
        None,
        "a vendor of ours exports, whose country is on no record"
    );
}

#[test]
fn clauses_serve_the_company_they_are_agreed_with_and_no_other_importer() {
    let mut facts = green();
    use_scc(&mut facts, |_| ());
    facts.register.transfers[0].body.importer = Name::parse("Quite Another Company LLC").unwrap();
    let decision = evaluate(&facts, now());
    assert_eq!(decision.codes(), [R::SccAnnex]);
    assert!(
        decision.reasons[0]
            .detail
            .contains("Quite Another Company LLC imports, and the clauses are agreed with Acme Inc."),
        "{decision:?}"
    );
    facts.register.transfers[0].body.importer = Name::parse("ACME  inc.").unwrap();
    assert!(evaluate(&facts, now()).allowed, "the same name");
}

#[test]
fn a_certification_past_its_day_needs_another_look() {
    let mut facts = green();
    edit_check(&mut facts, |c| {
        c.next_certification_due = Some(date("2027-01-31"));
    });
    assert_eq!(evaluate(&facts, now()).codes(), [R::DpfCheckStale]);
    facts.register.stage = Stage::Running;
    assert_eq!(
        evaluate_register(&facts.register, now()).codes(),
        [R::DpfCheckStale]
    );
    edit_check(&mut facts, |c| {
        c.next_certification_due = Some(date("2027-01-31"));
        c.checked_on = date("2027-02-01");
    });
    assert!(
        evaluate_register(&facts.register, now()).allowed,
        "somebody looked since"
    );
}

#[test]
fn a_set_for_exports_under_another_law_does_not_carry_those_of_the_union() {
    let mut facts = green();
    use_scc(&mut facts, |set| set.origins = BTreeSet::from([Origin::Ch]));
    let codes = evaluate(&facts, now()).codes();
    assert!(codes.contains(&R::SccAnnex), "{codes:?}");
}

#[test]
fn an_assessment_that_forbids_is_not_outvoted() {
    let mut facts = green();
    use_scc(&mut facts, |_| ());
    let mut other = tia("US");
    other.outcome = Some(TiaOutcome::NotAllowed);
    facts.register.tias.push(recorded(9, other.clone()));
    assert_eq!(evaluate(&facts, now()).codes(), [R::TiaNegative]);
    // What nobody approved, and what is about another place, forbids nothing.
    for harmless in [
        Tia {
            state: TiaState::InReview,
            ..other.clone()
        },
        Tia {
            destinations: BTreeSet::from([place("KE")]),
            ..other
        },
    ] {
        facts.register.tias[1].body = harmless;
        assert!(evaluate(&facts, now()).allowed);
    }
}

#[test]
fn the_british_and_the_swiss_assessment_forbid_what_is_exported_under_their_law() {
    for (tia_type, origin) in [(TiaType::UkTra, Origin::Uk), (TiaType::Ch, Origin::Ch)] {
        let mut facts = green();
        use_scc(&mut facts, |_| ());
        let mut other = tia("US");
        (other.tia_type, other.outcome) = (tia_type, Some(TiaOutcome::NotAllowed));
        facts.register.tias.push(recorded(9, other));
        assert!(
            evaluate(&facts, now()).allowed,
            "nothing is exported under that law"
        );
        facts.register.transfers[0].body.origins.insert(origin);
        let negative = |facts: &Facts| {
            let reasons = evaluate(facts, now()).reasons.into_iter();
            reasons.filter(|reason| reason.code == R::TiaNegative).count()
        };
        assert_eq!(negative(&facts), 1, "{tia_type}");
        facts.register.tias[1].body.outcome = Some(TiaOutcome::Allowed);
        assert_eq!(negative(&facts), 0);
        facts.register.tias[1].body.state = TiaState::Suspended;
        assert_eq!(negative(&facts), 1);
    }
}

#[test]
fn nothing_starts_while_nobody_has_said_what_another_description_means() {
    let mut facts = green();
    use_scc(&mut facts, |_| ());
    facts.register.described_otherwise.insert(id(4));
    assert_eq!(evaluate(&facts, now()).codes(), [R::TiaNotApproved]);
    facts.register.stage = Stage::Running;
    assert!(evaluate(&facts, now()).allowed, "what runs goes on");
}

#[test]
fn measures_of_an_assessment_that_does_not_count_hold_nothing_up() {
    let mut facts = green();
    let mut other = tia("US");
    other.measures[0].standing.status = MeasureStatus::Planned;
    facts.register.tias.push(recorded(9, other));
    for state in TiaState::ALL {
        facts.register.tias[1].body.state = *state;
        let is_open = evaluate(&facts, now()).codes().contains(&R::MeasureOpen);
        assert_eq!(is_open, state.is_standing(), "{state}");
    }
}

#[test]
fn an_engagement_inside_the_eea_needs_no_mechanism_but_an_assessment() {
    let mut facts = green();
    facts.register.organisation.registration_country = Known::Known(country("IE"));
    facts.register.engagement.locations =
        Known::Known(BTreeSet::from([location("DE", LocationKind::Storage)]));
    facts.register.engagement.remote_access = Known::Known(false);
    facts.register.transfers = vec![];
    facts.register.tias = vec![];
    assert_eq!(evaluate(&facts, now()).codes(), [R::TiaMissing]);
    let mut note = tia("US");
    (note.tia_type, note.outcome) = (TiaType::EeaNote, Some(TiaOutcome::NotRequiredEea));
    (note.destinations, note.measures) = (BTreeSet::new(), vec![]);
    facts.register.tias = vec![recorded(4, note)];
    assert!(evaluate(&facts, now()).allowed);
}

#[test]
fn frankfurt_with_support_from_the_united_states_is_a_transfer() {
    let mut facts = green();
    facts.register.organisation.registration_country = Known::Known(country("DE"));
    facts.register.transfers = vec![recorded(3, transfer("US", Mechanism::NoneRequired))];
    let codes = evaluate(&facts, now()).codes();
    assert_eq!(codes, [R::NoValidMechanism, R::NoValidMechanism]);
}

#[test]
fn the_uk_and_swiss_legs_have_their_own_rows_and_instruments() {
    let mut facts = green();
    edit_dpf(&mut facts, |d| {
        d.checks.insert(DpfFramework::UkExtension, dpf_check());
    });
    facts.register.transfers[0].body.origins = BTreeSet::from([Origin::Eu, Origin::Uk]);
    assert_eq!(
        evaluate(&facts, now()).codes(),
        [R::FallbackMissing],
        "the clauses in reserve do not carry the UK leg"
    );
    facts.register.settings.dpf_requires_fallback = false;
    assert!(evaluate(&facts, now()).allowed);
    facts.register.transfers[0].body.origins.insert(Origin::Ch);
    assert_eq!(evaluate(&facts, now()).codes(), [R::DpfNotActive]);

    use_scc(&mut facts, |_| ());
    facts.register.transfers[0].body.origins = BTreeSet::from([Origin::Uk, Origin::Ch]);
    assert_eq!(
        evaluate(&facts, now()).codes(),
        [R::NoValidMechanism, R::UkInstrumentMissing]
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    let origins = facts.register.transfers[0].body.origins.clone();
    let set = &mut facts.register.clauses.get_mut(&1).unwrap().body;
    set.origins = origins;
    set.swiss = SwissPoint::ALL.iter().copied().collect();
    set.uk = Some(UkInstrument {
        kind: UkInstrumentKind::Addendum,
        start_on: Some(date("2026-01-01")),
        may_end: BTreeSet::from([UkEnd::Importer]),
    });
    let tables = ClausesField::ALL.iter().filter(|f| f.part() == ClausesPart::Uk);
    set.texts
        .extend(tables.map(|field| (*field, Prose::parse("Something").unwrap())));
    assert!(evaluate(&facts, now()).allowed);
}

#[test]
fn a_certificate_serves_the_company_on_the_list_and_no_other_importer() {
    let mut facts = green();
    facts.register.transfers[0].body.importer = Name::parse("Acme Affiliate LLC").unwrap();
    assert_eq!(
        evaluate(&facts, now()).codes(),
        [R::DpfScope, R::FallbackMissing],
        "nor do the clauses in reserve"
    );
}

#[test]
fn a_running_engagement_may_have_an_older_check_and_a_late_review() {
    let mut facts = green();
    edit_check(&mut facts, |c| c.checked_on = date("2026-11-03"));
    facts.register.tias[0].body.next_review_on = Some(date("2026-11-01"));
    assert!(!evaluate_register(&facts.register, now()).allowed);
    facts.register.stage = Stage::Running;
    assert!(evaluate_register(&facts.register, now()).allowed);
    edit_check(&mut facts, |c| c.checked_on = date("2026-11-02"));
    assert_eq!(
        evaluate_register(&facts.register, now()).codes(),
        [R::DpfCheckStale]
    );
}

#[test]
fn an_assessment_under_review_counts_for_what_runs_and_a_suspended_one_forbids_the_transfer() {
    let mut facts = green();
    use_scc(&mut facts, |_| ());
    let codes = |facts: &Facts, state, stage| {
        let mut register = facts.register.clone();
        register.tias[0].body.state = state;
        register.stage = stage;
        evaluate_register(&register, now()).codes()
    };
    for state in TiaState::ALL {
        let at_start = codes(&facts, *state, Stage::Start);
        let running = codes(&facts, *state, Stage::Running);
        let (start, run): (&[R], &[R]) = match state {
            TiaState::Approved | TiaState::ReviewDue => (&[], &[]),
            TiaState::UnderTriggerReview => (&[R::TiaNotApproved], &[]),
            TiaState::Superseded => (&[R::TiaMissing], &[R::TiaMissing]),
            TiaState::Suspended => (&[R::TiaNegative], &[R::TiaNegative]),
            _ => (&[R::TiaNotApproved], &[R::TiaNotApproved]),
        };
        assert_eq!((at_start.as_slice(), running.as_slice()), (start, run), "{state}");
    }
}

#[test]
fn a_measure_is_asked_for_only_where_the_outcome_depends_on_it() {
    let mut facts = green();
    use_scc(&mut facts, |_| ());
    facts.register.tias[0].body.measures[0].standing.status = MeasureStatus::Planned;
    assert_eq!(evaluate(&facts, now()).codes(), [R::MeasureOpen]);
    facts.register.tias[0].body.outcome = Some(TiaOutcome::Allowed);
    assert_eq!(evaluate(&facts, now()).codes(), []);
}

#[test]
fn a_review_may_be_late_by_the_grace_and_not_longer() {
    let mut facts = green();
    facts.register.tias[0].body.state = TiaState::ReviewDue;
    facts.register.tias[0].body.next_review_on = Some(date("2027-01-02"));
    assert!(evaluate(&facts, now()).allowed);
    facts.register.tias[0].body.next_review_on = Some(date("2027-01-01"));
    assert_eq!(
        evaluate(&facts, now()).codes(),
        [R::TiaOverdue, R::FallbackMissing]
    );
}

#[test]
fn without_the_setting_no_fallback_is_asked_for() {
    let mut facts = green();
    facts.register.transfers[0].body.fallback = None;
    facts.register.settings.dpf_requires_fallback = false;
    assert!(evaluate(&facts, now()).allowed);
}
