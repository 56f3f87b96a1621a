//! The decision table (spec section 3.5), row by row, with every way in which a row can fail.

use super::super::*;
use super::green::*;
use crate::engagement::LocationKind;
use crate::known::Known;
use crate::legal_record::*;
use crate::reference::*;
use crate::text::{Line, Paragraphs, Prose};
use proptest::prelude::*;
use std::collections::BTreeSet;

use MechanismRow as Row;

type Edit = fn(&mut Facts);

/// The way of the only transfer.
fn path(facts: &Facts) -> MechanismPath {
    let transfer = &facts.register.transfers[0].body;
    mechanism_path(&facts.register, Leg::Recorded(transfer), now())
}

fn after(edit: Edit) -> Facts {
    let mut facts = green();
    edit(&mut facts);
    facts
}

fn use_bcr(f: &mut Facts) {
    use_mechanism(
        f,
        Mechanism::Bcr(Bcr {
            kind: BcrKind::Processor,
            approval: Line::parse("CNIL 2024-1").ok(),
            covers_transfer: true,
        }),
    );
    f.register.transfers[0].body.fallback = None;
}

fn edit_bcr(f: &mut Facts, edit: impl FnOnce(&mut Bcr)) {
    use_bcr(f);
    if let Mechanism::Bcr(bcr) = &mut f.register.transfers[0].body.mechanism {
        edit(bcr);
    }
}

fn use_code(f: &mut Facts, approval: Option<&str>) {
    use_mechanism(
        f,
        Mechanism::Other46(OtherSafeguard {
            kind: OtherSafeguardKind::Code,
            approval: approval.map(|text| Line::parse(text).unwrap()),
        }),
    );
    f.register.transfers[0].body.fallback = None;
}

fn use_derogation(f: &mut Facts, expires_on: &str) {
    use_mechanism(
        f,
        Mechanism::Art49(Derogation {
            permitted_by: Some(id(1)),
            permitted_on: Some(date("2027-01-20")),
            expires_on: Some(date(expires_on)),
            reason: Paragraphs::parse(&"because ".repeat(30)).ok(),
        }),
    );
    f.register.transfers[0].body.fallback = None;
}

fn answered() -> AdequacyReliance {
    AdequacyReliance {
        reference: None,
        in_scope: Some(true),
        scope_evidence: Line::parse("letter of 3 May").ok(),
        asked: BTreeSet::new(),
    }
}

#[test]
fn rows_are_numbered_as_in_the_specification() {
    let numbers: Vec<u8> = Row::ALL.iter().map(|row| row.number()).collect();
    assert_eq!(numbers, (1..=10).collect::<Vec<u8>>());
    crate::word_set::assert_words!(Row);
}

/// What makes each row the one that matches.
#[test]
fn every_row_matches() {
    let cases: [(Row, Edit); 13] = [
        (Row::Undetermined, |f| {
            f.register.engagement.locations = Known::Unknown;
        }),
        (Row::Undetermined, |f| {
            f.register.engagement.remote_access = Known::Unknown;
        }),
        (Row::Undetermined, |f| {
            f.register.organisation.registration_country = Known::Unknown;
        }),
        (Row::NoneRequired, |f| {
            f.register.organisation.registration_country = Known::Known(country("IE"));
            f.register.transfers = vec![recorded(3, transfer("DE", Mechanism::NoneRequired))];
        }),
        (Row::AdequacyFull, |f| {
            move_to(f, "GB", AdequacyReliance::default());
        }),
        (Row::AdequacyPartial, |f| move_to(f, "CA", answered())),
        (Row::Dpf, |_| ()),
        (Row::Scc, |f| use_scc(f, |_| ())),
        (Row::Scc, |f| edit_dpf(f, |d| d.checks.clear())),
        (Row::Bcr, use_bcr),
        (Row::Other46, |f| use_code(f, Some("Code 7"))),
        (Row::Art49, |f| use_derogation(f, "2027-02-10")),
        (Row::Nothing, |f| use_derogation(f, "2027-01-31")),
    ];
    for (row, edit) in cases {
        let path = path(&after(edit));
        assert_eq!(path.matched, row, "{path:?}");
        assert!(!path.because.is_empty());
        let passed: Vec<u8> = path.passed_over.iter().map(|p| p.row.number()).collect();
        assert_eq!(
            passed,
            (1..row.number()).collect::<Vec<u8>>(),
            "top-down, none left out"
        );
        assert!(path.passed_over.iter().all(|p| !p.reasons.is_empty()), "{path:?}");
    }
}

/// Every way in which a row can fail, with the words that say so.
#[test]
fn a_row_that_fails_says_why() {
    let cases: [(Row, &str, Edit); 39] = [
        (
            Row::NoneRequired,
            "Germany, United States is outside the EEA",
            |f| {
                f.register.transfers = vec![recorded(3, transfer("DE", Mechanism::NoneRequired))];
                f.register.reference.eea.retain(|m| m.country.code() != "DE");
            },
        ),
        (Row::NoneRequired, "United States is outside the EEA", |f| {
            f.register.transfers = vec![recorded(3, transfer("DE", Mechanism::NoneRequired))];
        }),
        (Row::NoneRequired, "Worldwide", |f| {
            f.register.transfers[0].body.destination = place("WORLDWIDE");
        }),
        (
            Row::AdequacyFull,
            "no adequacy decision covers the whole world",
            |f| {
                f.register.transfers[0].body.destination = place("WORLDWIDE");
            },
        ),
        (
            Row::AdequacyFull,
            "no European Union adequacy decision for it",
            |f| {
                move_to(f, "KE", AdequacyReliance::default());
            },
        ),
        (Row::AdequacyFull, "has ended", |f| {
            move_to(f, "GB", AdequacyReliance::default());
            f.register.reference.adequacy[4].sunset_on = Some(date("2027-01-31"));
        }),
        (Row::AdequacyFull, "has ended", |f| {
            move_to(f, "GB", AdequacyReliance::default());
            let row = &mut f.register.reference.adequacy[4];
            (row.status, row.status_since) = (AdequacyStatus::Repealed, date("2027-02-01"));
        }),
        (
            Row::AdequacyFull,
            "does not apply to exports from Norway yet",
            |f| {
                move_to(f, "GB", AdequacyReliance::default());
                let efta = &mut f.register.reference.adequacy[4].efta;
                efta.insert(EftaState::Norway, EftaStatus::NotYet);
            },
        ),
        (
            Row::AdequacyFull,
            "no United Kingdom adequacy decision for it",
            |f| {
                move_to(f, "GB", AdequacyReliance::default());
                f.register.transfers[0].body.origins.insert(Origin::Uk);
            },
        ),
        (
            Row::AdequacyFull,
            "does not cover everybody there: partial",
            |f| {
                move_to(f, "CA", answered());
            },
        ),
        (
            Row::AdequacyFull,
            "does not cover everybody there: listed companies only",
            |_| (),
        ),
        (Row::AdequacyPartial, "not shown with evidence", |f| {
            move_to(f, "CA", AdequacyReliance::default());
        }),
        (Row::AdequacyPartial, "not shown with evidence", |f| {
            move_to(
                f,
                "CA",
                AdequacyReliance {
                    scope_evidence: None,
                    ..answered()
                },
            );
        }),
        (Row::AdequacyPartial, "not shown with evidence", |f| {
            move_to(
                f,
                "CA",
                AdequacyReliance {
                    in_scope: Some(false),
                    ..answered()
                },
            );
        }),
        (Row::AdequacyPartial, "covers only listed companies", |_| ()),
        (Row::Dpf, "there is no list of certified companies", |f| {
            move_to(f, "KE", answered());
        }),
        (Row::Dpf, "the transfer does not rest on the list", |f| {
            use_scc(f, |_| ());
        }),
        (Row::Dpf, "the list was not checked", |f| {
            edit_dpf(f, |d| d.checks.clear());
        }),
        (Row::Dpf, "not listed", |f| {
            edit_check(f, |c| c.status = DpfStatus::NotListed);
        }),
        (Row::Dpf, "which is not the contracting company", |f| {
            edit_check(f, |c| {
                c.entity_as_listed = Line::parse("Acme Holdings Inc.").unwrap();
            });
        }),
        (Row::Dpf, "does not cover human-resources data", |f| {
            edit_dpf(f, |d| d.hr_data = true);
        }),
        (Row::Dpf, "human-resources data only", |f| {
            edit_check(f, |c| (c.covers_non_hr, c.covers_hr) = (false, true));
        }),
        (
            Row::Dpf,
            "does not cover data other than human-resources data",
            |f| {
                edit_check(f, |c| c.covers_non_hr = false);
            },
        ),
        (Row::Dpf, "days ago", |f| {
            edit_check(f, |c| c.checked_on = date("2026-12-01"));
        }),
        (Row::Dpf, "has ended", |f| {
            let row = &mut f.register.reference.adequacy[0];
            (row.status, row.status_since) = (AdequacyStatus::Annulled, date("2027-02-01"));
        }),
        (Row::Dpf, "the list was not checked", |f| {
            f.register.transfers[0].body.origins.insert(Origin::Uk);
        }),
        (Row::Scc, "names no set of clauses", use_bcr),
        (Row::Scc, "is not on file", |f| {
            use_scc(f, |_| ());
            f.register.clauses.clear();
        }),
        (Row::Scc, "2010/87 no longer count", |f| {
            use_scc(f, |c| c.version = SccVersion::V2010);
        }),
        (Row::Scc, "Module 3 (processor to subprocessor) is needed", |f| {
            use_scc(f, |c| c.module = SccModule::Two);
        }),
        (Row::Scc, "the clauses are partly signed", |f| {
            use_scc(f, |c| c.standing.state = SccState::PartlySigned);
        }),
        (Row::Scc, "incomplete: Annex I.C (supervisory authority)", |f| {
            use_scc(f, |c| {
                c.texts.remove(&ClausesField::Authority);
            });
        }),
        (Row::Scc, "the text of the clauses was altered", |f| {
            use_scc(f, |c| c.modified = true);
        }),
        (Row::Scc, "the UK leg needs the Addendum or the IDTA", |f| {
            use_scc(f, |_| ());
            f.register.transfers[0].body.origins.insert(Origin::Uk);
        }),
        (
            Row::Scc,
            "no assessment of the transfer to United States is on file",
            |f| {
                use_scc(f, |_| ());
                f.register.tias.clear();
            },
        ),
        (Row::Scc, "encryption: planned", |f| {
            use_scc(f, |_| ());
            assessment(f).measures[0].standing.status = MeasureStatus::Planned;
        }),
        (Row::Bcr, "the rules must be approved, for processors", |f| {
            edit_bcr(f, |bcr| bcr.kind = BcrKind::Controller);
        }),
        (Row::Other46, "has no reference or approval", |f| {
            use_code(f, None);
        }),
        (
            Row::Art49,
            "needs the data protection officer, a reason and an early end",
            |f| {
                use_derogation(f, "2027-03-31");
            },
        ),
    ];
    for (row, words, edit) in cases {
        let path = path(&after(edit));
        let passed = path.passed_over.iter().find(|passed| passed.row == row);
        let reasons = passed.map(|passed| passed.reasons.join("; ")).unwrap_or_default();
        assert!(reasons.contains(words), "{row}: {words}: {path:#?}");
    }
}

#[test]
fn rules_and_codes_need_an_approved_assessment_too() {
    for edit in [use_bcr as Edit, |f: &mut Facts| use_code(f, Some("Code 7"))] {
        let mut facts = after(edit);
        facts.register.tias.clear();
        let path = path(&facts);
        assert_eq!(path.matched, Row::Nothing);
    }
}

#[test]
fn a_place_without_a_transfer_and_an_engagement_inside_have_a_way_of_their_own() {
    let mut facts = green();
    facts.register.engagement.locations = Known::Known(BTreeSet::from([
        location("US", LocationKind::Support),
        location("WORLDWIDE", LocationKind::Processing),
    ]));
    let paths = mechanism_paths(&facts.register, now());
    let matched: Vec<_> = paths.iter().map(|p| (p.subject.as_str(), p.matched)).collect();
    assert_eq!(
        matched,
        [
            ("Transfer to United States", Row::Dpf),
            ("Worldwide, to which no transfer is recorded", Row::Nothing)
        ]
    );
    assert!(paths[0].agrees() && !paths[1].agrees());
    facts.register.organisation.registration_country = Known::Known(country("IE"));
    facts.register.organisation.ultimate_parent_country = Known::Known(country("US"));
    facts.register.engagement.locations =
        Known::Known(BTreeSet::from([location("DE", LocationKind::Storage)]));
    facts.register.engagement.remote_access = Known::Known(false);
    facts.register.transfers.clear();
    let paths = mechanism_paths(&facts.register, now());
    assert_eq!(paths.len(), 1);
    assert_eq!(paths[0].matched, Row::NoneRequired);
    assert!(paths[0].notes[0].contains("parent access note") && paths[0].agrees());
}

#[test]
fn frankfurt_of_a_company_in_the_united_states_is_not_row_two() {
    let mut facts = green();
    facts
        .register
        .transfers
        .push(recorded(6, transfer("DE", Mechanism::NoneRequired)));
    let leg = Leg::Recorded(&facts.register.transfers[1].body);
    assert!(mechanism_path(&facts.register, leg, now()).matched > Row::NoneRequired);
    assert_eq!(evaluate(&facts, now()).codes(), [ReasonCode::NoValidMechanism]);
}

#[test]
fn the_framework_without_its_fallback_is_noted() {
    let mut facts = green();
    assert!(path(&facts).notes.is_empty());
    facts.register.transfers[0].body.fallback = None;
    let path = path(&facts);
    assert_eq!(path.matched, Row::Dpf);
    assert!(
        path.notes[0].contains("names no set of clauses"),
        "{:?}",
        path.notes
    );
}

#[test]
fn clauses_are_revoked_only_where_adequacy_covers_every_transfer_that_names_them() {
    let obstacles = |facts: &Facts, number| revocation_obstacles(&facts.register, number, now());
    let mut facts = green();
    assert_eq!(
        obstacles(&facts, 1),
        ["no adequacy decision covers the transfer to United States"]
    );
    assert_eq!(
        obstacles(&facts, 2),
        ["no transfer names this set, and adequacy covers none of this engagement: end it instead"]
    );
    move_to(&mut facts, "GB", AdequacyReliance::default());
    assert!(obstacles(&facts, 1).is_empty());
    assert!(obstacles(&facts, 2).is_empty(), "what named it was moved");
    facts.register.transfers[0].body.mechanism = Mechanism::Scc(SccReliance { clauses: 1 });
    assert_eq!(
        obstacles(&facts, 1),
        ["the transfer to United Kingdom rests on this set: let it rest on the adequacy decision first"]
    );
    facts.register.transfers[0].body.mechanism = Mechanism::Adequacy(AdequacyReliance::default());
    facts
        .register
        .transfers
        .push(green().register.transfers.remove(0));
    assert_eq!(obstacles(&facts, 1).len(), 1);
}

/// Edits of everything that the table looks at; several at once, in any order.
fn edits() -> Vec<Edit> {
    vec![
        |f| f.register.engagement.remote_access = Known::Unknown,
        |f| f.register.organisation.registration_country = Known::Known(country("IE")),
        |f| move_to(f, "GB", AdequacyReliance::default()),
        |f| move_to(f, "CA", answered()),
        |f| move_to(f, "CA", AdequacyReliance::default()),
        |f| move_to(f, "DE", AdequacyReliance::default()),
        |f| use_scc(f, |_| ()),
        |f| use_scc(f, |c| c.standing.state = SccState::Suspended),
        |f| use_scc(f, |c| c.modified = true),
        |f| edit_dpf(f, |d| d.checks.clear()),
        |f| edit_check(f, |c| c.status = DpfStatus::Removed),
        use_bcr,
        |f| edit_bcr(f, |bcr| bcr.covers_transfer = false),
        |f| use_code(f, Some("Code 7")),
        |f| use_code(f, None),
        |f| use_derogation(f, "2027-02-10"),
        |f| use_derogation(f, "2027-01-31"),
        |f| use_mechanism(f, Mechanism::NoneRequired),
        |f| {
            f.register.transfers.iter_mut().for_each(|t| {
                t.body.origins.insert(Origin::Uk);
            });
        },
        |f| {
            f.register.transfers.iter_mut().for_each(|t| {
                t.body.origins = BTreeSet::from([Origin::Ch]);
            });
        },
        |f| {
            f.register
                .transfers
                .iter_mut()
                .for_each(|t| t.body.destination = place("DE"));
        },
        |f| {
            f.register
                .transfers
                .iter_mut()
                .for_each(|t| t.body.destination = place("GB"));
        },
        |f| {
            f.register.clauses.values_mut().for_each(|c| {
                c.body
                    .texts
                    .insert(ClausesField::ImporterName, Prose::parse("Other").unwrap());
            });
        },
        |f| f.register.tias.clear(),
        |f| assessment(f).measures[0].standing.status = MeasureStatus::Planned,
        |f| assessment(f).destinations = BTreeSet::from([place("GB"), place("CA"), place("US"), place("DE")]),
        |f| assessment(f).tia_type = TiaType::Full46,
        |f| assessment(f).outcome = Some(TiaOutcome::Allowed),
        |f| f.register.reference.adequacy[0].status = AdequacyStatus::Annulled,
        |f| f.register.stage = Stage::Running,
        |f| f.register.settings.dpf_requires_fallback = false,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// A recorded mechanism that the gates let pass is the row that the table gives, or a later one than that.
    #[test]
    fn what_the_gates_let_pass_the_table_gives_too(picks in prop::collection::vec(any::<prop::sample::Index>(), 0..7)) {
        let edits = edits();
        let mut facts = green();
        for pick in &picks {
            pick.get(&edits)(&mut facts);
        }
        let decision = evaluate_register(&facts.register, now());
        let is_green = decision.reasons.iter().all(|reason| !(Gate::G4..=Gate::G8).contains(&reason.gate));
        for path in mechanism_paths(&facts.register, now()) {
            if is_green {
                prop_assert!(!path.matched.is_blocked(), "{:#?}", path);
                if let Some(kind) = path.recorded {
                    prop_assert!(path.matched <= Row::of(kind), "{:#?}", path);
                }
            }
            if path.matched.is_blocked() {
                prop_assert!(!is_green);
            }
        }
    }
}
