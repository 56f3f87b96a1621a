use super::*;
use crate::id::StaffId;
use crate::known::Known;
use crate::reference::AdequacyRegime;
use crate::text::{Line, Name, Paragraphs};
use crate::word_set::assert_words;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use uuid::Uuid;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn staff(n: u128) -> StaffId {
    StaffId::from(Uuid::from_u128(n))
}

fn tia() -> Tia {
    Tia {
        outcome: Some(TiaOutcome::Allowed),
        state: TiaState::InReview,
        ..Tia::draft(
            TiaType::Full46,
            BTreeSet::from([Place::parse("US").unwrap()]),
            staff(1),
        )
    }
}

#[test]
fn words_read_back() {
    assert_words!(
        LegalRecordKind,
        FlowDown,
        OwnPurpose,
        AssessmentResult,
        BcrKind,
        MeasureKind,
        MeasureStatus,
        Situation,
        TiaEvent,
        TiaOutcome,
        TiaState,
        TiaType,
        DpfFramework,
        DpfStatus,
        MechanismClass,
        MechanismKind,
        Origin,
        OtherSafeguardKind,
    );
}

#[test]
fn a_record_reads_back_with_its_kind() {
    let transfer = Transfer {
        origins: BTreeSet::from([Origin::EeaEfta]),
        destination: Place::parse("US").unwrap(),
        importer: Name::parse("Acme Inc.").unwrap(),
        importer_subject_to_gdpr: Known::Unknown,
        onward_of: None,
        mechanism: Mechanism::Scc(SccReliance { clauses: 1 }),
        fallback: None,
    };
    let classes = mechanism_classes([
        &transfer,
        &Transfer {
            mechanism: Mechanism::NoneRequired,
            ..transfer.clone()
        },
    ]);
    assert_eq!(
        classes.values().collect::<Vec<_>>(),
        [&MechanismClass::Safeguards]
    );
    assert_eq!(transfer.clauses(), Some(&SccReliance { clauses: 1 }));
    let mut clauses = complete_clauses();
    clauses.standing = ClausesStanding::default();
    for record in [
        LegalRecord::Transfer(transfer),
        LegalRecord::Scc(Box::new(clauses)),
        LegalRecord::Tia(tia()),
    ] {
        let json = serde_json::to_string(&record).unwrap();
        assert!(
            json.contains(&format!("\"kind\":\"{}\"", record.kind())),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<LegalRecord>(&json).unwrap(), record);
    }
}

#[test]
fn only_the_listed_steps_of_an_assessment_exist() {
    use TiaEvent as E;
    use TiaState as S;
    let steps = [
        (S::Draft, E::Submit, S::InReview),
        (S::InReview, E::Approve, S::Approved),
        (S::InReview, E::Reject, S::Rejected),
        (S::Approved, E::FallDue, S::ReviewDue),
        (S::Approved, E::Trigger, S::UnderTriggerReview),
        (S::Approved, E::Supersede, S::Superseded),
        (S::ReviewDue, E::Submit, S::InReview),
        (S::ReviewDue, E::Trigger, S::UnderTriggerReview),
        (S::ReviewDue, E::Supersede, S::Superseded),
        (S::UnderTriggerReview, E::Approve, S::Approved),
        (S::UnderTriggerReview, E::Suspend, S::Suspended),
        (S::UnderTriggerReview, E::Supersede, S::Superseded),
        (S::Suspended, E::Supersede, S::Superseded),
    ];
    for state in S::ALL {
        for event in E::ALL {
            let expected = steps
                .iter()
                .find(|(s, e, _)| s == state && e == event)
                .map(|(_, _, to)| *to);
            assert_eq!(state.next(*event).ok(), expected, "{state} {event}");
        }
    }
}

#[test]
fn clauses_need_a_full_assessment_that_allows_them() {
    let note = Tia {
        tia_type: TiaType::EeaNote,
        outcome: Some(TiaOutcome::NotRequiredEea),
        ..tia()
    };
    for law in AdequacyRegime::ALL {
        assert!(note.fits(*law, MechanismKind::NoneRequired) && !note.fits(*law, MechanismKind::Scc));
        assert!(tia().fits(*law, MechanismKind::Scc));
    }
    assert!(note.permits(MechanismKind::NoneRequired) && !note.permits(MechanismKind::Adequacy));
    assert!(tia().permits(MechanismKind::Scc));
    for outcome in [TiaOutcome::NotAllowed, TiaOutcome::Suspend] {
        assert!(MechanismKind::ALL.iter().all(|kind| {
            !Tia {
                outcome: Some(outcome),
                ..tia()
            }
            .permits(*kind)
        }));
    }
}

#[test]
fn the_british_and_the_swiss_assessment_serve_exports_under_their_own_law() {
    use AdequacyRegime as L;
    for (tia_type, own) in [(TiaType::UkTra, L::Uk), (TiaType::Ch, L::Ch)] {
        let tia = Tia { tia_type, ..tia() };
        for law in L::ALL {
            for mechanism in MechanismKind::ALL {
                let expected = *law == own || *mechanism == MechanismKind::NoneRequired;
                assert_eq!(
                    tia.fits(*law, *mechanism),
                    expected,
                    "{tia_type} {law} {mechanism}"
                );
            }
        }
    }
}

#[test]
fn a_derogation_needs_a_person_a_reason_and_an_early_end() {
    let permitted = Derogation {
        permitted_by: Some(staff(3)),
        permitted_on: Some(date("2026-11-01")),
        expires_on: Some(date("2026-12-01")),
        reason: Some(Paragraphs::parse(&"because ".repeat(30)).unwrap()),
    };
    assert!(permitted.permits(date("2026-11-22")));
    assert!(!permitted.permits(date("2026-12-02")));
    assert!(!permitted.permits(date("2026-10-31")));
    assert!(
        !Derogation {
            permitted_by: None,
            ..permitted.clone()
        }
        .permits(date("2026-11-22"))
    );
    assert!(
        !Derogation {
            expires_on: Some(date("2026-12-02")),
            ..permitted.clone()
        }
        .permits(date("2026-11-22"))
    );
    assert!(
        !Derogation {
            reason: Some(Paragraphs::parse("short").unwrap()),
            ..permitted
        }
        .permits(date("2026-11-22"))
    );
}

#[test]
fn what_was_permitted_is_asked_again_only_for_another_reason_or_another_flow() {
    let reason = |text: &str| Paragraphs::parse(&text.repeat(30)).ok();
    let asked = |text: &str| Transfer {
        origins: BTreeSet::from([Origin::Eu]),
        destination: Place::parse("KE").unwrap(),
        importer: Name::parse("Acme Inc.").unwrap(),
        importer_subject_to_gdpr: Known::Unknown,
        onward_of: None,
        mechanism: Mechanism::Art49(Derogation::asked(reason(text))),
        fallback: None,
    };
    let written = asked("because ");
    let permitted = Transfer {
        mechanism: Mechanism::Art49(Derogation {
            permitted_by: Some(staff(3)),
            permitted_on: Some(date("2026-11-01")),
            expires_on: Some(date("2026-11-02")),
            reason: reason("because "),
        }),
        ..written.clone()
    };
    assert!(written.permission().is_none() && permitted.permission().is_some());
    assert_eq!(
        permitted.unpermitted(),
        written,
        "the permission is no part of the text"
    );
    assert!(written.asks_the_same_as(&permitted));
    assert!(
        asked("because\n").asks_the_same_as(&permitted),
        "lines are no reason"
    );
    assert!(!asked("since ").asks_the_same_as(&permitted));
    let elsewhere = Transfer {
        importer: Name::parse("Acme Kenya Ltd").unwrap(),
        ..written
    };
    assert!(!elsewhere.asks_the_same_as(&permitted));
}

#[test]
fn a_contract_says_what_it_lacks() {
    let mut contract = Contract {
        entity_name: Name::parse("Acme GmbH").unwrap(),
        invoice_entity_name: None,
        reference: Some(Line::parse("DPA 3").unwrap()),
        effective_on: Some(date("2026-01-01")),
        ends_on: Some(date("2026-12-31")),
        flow_down: FlowDown::ALL.iter().copied().collect(),
        own_purpose: OwnPurpose::None,
        archived_copy: Some(crate::digest::Digest::new([1; 32])),
        retrieved_on: Some(date("2026-01-02")),
        vendor_notice_days: Some(30),
        signed_on: None,
        change_feed: None,
    };
    assert!(contract.missing_terms().is_empty());
    assert!(contract.is_in_force(date("2026-12-31")) && !contract.is_in_force(date("2027-01-01")));
    contract.flow_down.remove(&FlowDown::Audit);
    contract.own_purpose = OwnPurpose::Unreviewed;
    contract.archived_copy = None;
    assert_eq!(
        contract.missing_terms(),
        [
            "audit and information",
            "review of use for its own purposes",
            "archived copy"
        ]
    );
}
