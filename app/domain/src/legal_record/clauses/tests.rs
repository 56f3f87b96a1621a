use super::*;
use crate::reference::EeaMembership;
use crate::reference::ReferenceData;
use crate::word_set::assert_words;
use proptest::prelude::*;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Norway and Germany are in the EEA; that is all.
fn reference() -> ReferenceData {
    ReferenceData {
        eea: ["NO", "DE"]
            .map(|code| EeaMembership {
                country: Country::parse(code).unwrap(),
                from: None,
                to: None,
            })
            .into(),
        adequacy: vec![],
    }
}

/// A set of Module 3 in force in which nothing is missing.
pub(crate) fn complete() -> Clauses {
    let mut clauses = Clauses::of(
        BTreeSet::from([Origin::EeaEfta]),
        SccVersion::V2021,
        SccModule::Three,
    );
    let norway = Country::parse("NO").unwrap();
    clauses.options = ClauseOptions {
        docking: Some(true),
        acceded_on: None,
        clause_9: Some(Clause9::General),
        clause_9_period: "30d".parse().ok(),
        dispute_body: Some(false),
        clause_13: Some(Clause13::Established),
        clause_17: Some(Clause17::Chosen),
        governing_law: Some(norway),
        forum: Some(norway),
    };
    for field in ClausesField::ALL
        .iter()
        .filter(|field| field.part() != ClausesPart::Uk)
    {
        clauses.texts.insert(*field, Prose::parse("Something").unwrap());
    }
    clauses
        .texts
        .insert(ClausesField::ImporterName, Prose::parse("Acme Inc.").unwrap());
    clauses.is_sensitive = Some(false);
    clauses.frequency = Some(Frequency::Continuous);
    let specific = Prose::parse(&"TLS 1.3 in transit, AES-256 at rest. ".repeat(3)).unwrap();
    for area in [MeasureArea::Encryption, MeasureArea::Assistance] {
        clauses.measures.insert(area, specific.clone());
    }
    clauses.standing = ClausesStanding {
        state: SccState::InForce,
        signing: Signing {
            exporter_on: Some(date("2025-12-30")),
            importer_on: Some(date("2025-12-31")),
            incorporated_by: None,
            archived_copy: None,
            in_force_on: Some(date("2026-01-01")),
        },
        suspended_on: None,
    };
    clauses
}

fn missing(clauses: &Clauses) -> Vec<(ClausesPart, String)> {
    clauses
        .missing(&reference(), None, date("2026-11-27"))
        .into_iter()
        .map(|missing| (missing.part, missing.field))
        .collect()
}

fn field(part: ClausesPart, field: &str) -> Vec<(ClausesPart, String)> {
    vec![(part, field.to_owned())]
}

#[test]
fn words_read_back() {
    assert_words!(
        ClausesPart,
        ClausesField,
        Clause9,
        Clause13,
        Clause17,
        Frequency,
        MeasureArea,
        PartyRole,
        SccEvent,
        SccModule,
        SccState,
        SccVersion,
        SwissPoint,
        UkEnd,
        UkInstrumentKind,
    );
}

#[test]
fn nothing_is_missing_in_a_complete_set_and_each_field_that_is_taken_out_is_missed() {
    assert_eq!(missing(&complete()), []);
    for taken in ClausesField::ALL {
        let mut clauses = complete();
        let had = clauses.texts.remove(taken).is_some();
        let is_conditional = matches!(
            taken,
            ClausesField::SensitiveData | ClausesField::SensitiveSafeguards
        );
        let expected = if had && !is_conditional {
            field(taken.part(), taken.as_str())
        } else {
            vec![]
        };
        assert_eq!(missing(&clauses), expected, "{taken}");
    }
}

#[test]
fn every_option_must_be_chosen() {
    type Edit = fn(&mut Clauses);
    let edits: [(&str, Edit); 10] = [
        ("origins", |c| c.origins.clear()),
        ("docking", |c| c.options.docking = None),
        ("clause_9", |c| c.options.clause_9 = None),
        ("clause_9_period", |c| c.options.clause_9_period = None),
        ("dispute_body", |c| c.options.dispute_body = None),
        ("clause_13", |c| c.options.clause_13 = None),
        ("clause_17", |c| c.options.clause_17 = None),
        ("governing_law", |c| c.options.governing_law = None),
        ("governing_law", |c| {
            c.options.governing_law = Country::parse("US").ok();
        }),
        ("forum", |c| c.options.forum = Country::parse("GB").ok()),
    ];
    for (name, edit) in edits {
        let mut clauses = complete();
        edit(&mut clauses);
        assert_eq!(missing(&clauses), field(ClausesPart::Options, name));
    }
}

#[test]
fn clauses_13_and_17_agree_with_where_the_exporter_is_established() {
    use Clause13::{DataSubjects, Established, Representative};
    use Clause17::{Chosen, Exporters};
    /// Exporter, clause 13, clause 17, governing law, and the fields that are missing.
    type Case<'a> = (Option<&'a str>, Clause13, Clause17, &'a str, &'a [&'a str]);
    let rows: [Case<'_>; 13] = [
        // Nobody knows which entity exports.
        (None, Established, Exporters, "NO", &[]),
        (None, DataSubjects, Exporters, "DE", &[]),
        (Some("NO"), Established, Exporters, "NO", &[]),
        // Where its own law gives data subjects no rights, that of another Member State.
        (Some("NO"), Established, Exporters, "DE", &[]),
        (Some("NO"), Established, Exporters, "US", &["governing_law"]),
        (Some("NO"), Established, Chosen, "DE", &[]),
        (Some("NO"), Representative, Chosen, "NO", &["clause_13"]),
        (Some("NO"), DataSubjects, Chosen, "NO", &["clause_13"]),
        (Some("GB"), Established, Chosen, "NO", &["clause_13"]),
        (Some("GB"), Representative, Chosen, "NO", &[]),
        (Some("GB"), DataSubjects, Chosen, "DE", &[]),
        (Some("GB"), Representative, Exporters, "NO", &["clause_17"]),
        (
            Some("GB"),
            Established,
            Exporters,
            "GB",
            &["governing_law", "clause_13", "clause_17"],
        ),
    ];
    for (exporter, clause_13, clause_17, law, expected) in rows {
        let mut clauses = complete();
        clauses.options.clause_13 = Some(clause_13);
        clauses.options.clause_17 = Some(clause_17);
        clauses.options.governing_law = Country::parse(law).ok();
        let of = exporter.map(|code| Country::parse(code).unwrap());
        let found = clauses.missing(&reference(), of, date("2026-11-27"));
        let fields: Vec<&str> = found.iter().map(|missing| missing.field.as_str()).collect();
        assert_eq!(fields, expected, "{exporter:?} {clause_13} {clause_17} {law}");
        let is_told = |missing: &Missing| missing.text.contains("by the register");
        assert_eq!(
            found.iter().any(is_told),
            !expected.is_empty() && law != "US",
            "where it comes from is said: {found:?}"
        );
    }
}

#[test]
fn nothing_is_compared_with_the_exporter_where_the_clause_does_not_apply() {
    let united_kingdom = Country::parse("GB").ok();
    let fields = |clauses: &Clauses| -> Vec<String> {
        let found = clauses.missing(&reference(), united_kingdom, date("2026-11-27"));
        found.into_iter().map(|missing| missing.field).collect()
    };
    let mut clauses = complete();
    clauses.options.clause_17 = Some(Clause17::Exporters);
    assert_eq!(fields(&clauses), ["clause_13", "clause_17"]);
    clauses.module = SccModule::One;
    assert_eq!(
        fields(&clauses),
        ["clause_13"],
        "Module 1 has one way in clause 17"
    );
    clauses.module = SccModule::Four;
    assert_eq!(fields(&clauses), Vec::<String>::new());
    clauses.module = SccModule::Three;
    clauses.origins = BTreeSet::from([Origin::Uk]);
    let options = ["clause_13", "clause_17", "governing_law"];
    let found = fields(&clauses);
    assert!(
        found.iter().all(|field| !options.contains(&field.as_str())),
        "the UK instrument replaces these clauses: {found:?}"
    );
}

#[test]
fn sensitive_data_must_be_answered_and_named_with_its_safeguards() {
    let mut clauses = complete();
    clauses.is_sensitive = None;
    assert_eq!(missing(&clauses), field(ClausesPart::IB, "is_sensitive"));
    clauses.is_sensitive = Some(true);
    assert_eq!(missing(&clauses), []);
    clauses.texts.remove(&ClausesField::SensitiveSafeguards);
    assert_eq!(missing(&clauses), field(ClausesPart::IB, "sensitive_safeguards"));
    clauses.is_sensitive = Some(false);
    assert_eq!(missing(&clauses), []);
    clauses.frequency = None;
    assert_eq!(missing(&clauses), field(ClausesPart::IB, "frequency"));
}

#[test]
fn measures_are_specific_and_include_the_assistance() {
    let mut clauses = complete();
    clauses
        .measures
        .insert(MeasureArea::Logging, Prose::parse("Yes, we log").unwrap());
    assert_eq!(missing(&clauses), field(ClausesPart::II, "measure_logging"));
    let mut clauses = complete();
    clauses.measures.remove(&MeasureArea::Assistance);
    assert_eq!(missing(&clauses), field(ClausesPart::II, "measure_assistance"));
    let mut clauses = complete();
    clauses.measures.remove(&MeasureArea::Encryption);
    assert_eq!(missing(&clauses), field(ClausesPart::II, "measure_encryption"));
}

#[test]
fn annex_iii_is_needed_only_with_specific_authorisation() {
    let mut clauses = complete();
    clauses.subprocessors = vec![ListedSubprocessor::default()];
    assert_eq!(missing(&clauses), [], "option 2 needs no list");
    clauses.options.clause_9 = Some(Clause9::Specific);
    let parts: BTreeSet<_> = missing(&clauses).into_iter().map(|(part, _)| part).collect();
    assert_eq!(parts, BTreeSet::from([ClausesPart::III]));
    assert_eq!(missing(&clauses).len(), 4);
    clauses.subprocessors.clear();
    assert_eq!(missing(&clauses), field(ClausesPart::III, "listed_name_1"));
    clauses.subprocessors = vec![ListedSubprocessor {
        name: Short::parse("Deep Support Ltd").ok(),
        address: Paragraphs::parse("Street 1").ok(),
        contact: Short::parse("Privacy office").ok(),
        description: Prose::parse("Second-line support, by ticket only").ok(),
    }];
    assert_eq!(missing(&clauses), []);
}

#[test]
fn module_4_has_no_authority_no_measures_and_a_free_choice_of_law() {
    let mut clauses = complete();
    clauses.module = SccModule::Four;
    clauses.measures.clear();
    clauses.texts.remove(&ClausesField::Authority);
    clauses.options.clause_9 = None;
    clauses.options.clause_13 = None;
    clauses.options.clause_17 = None;
    clauses.options.governing_law = Country::parse("US").ok();
    assert_eq!(missing(&clauses), []);
}

#[test]
fn the_uk_tables_and_the_swiss_points_are_asked_only_for_exports_from_there() {
    let mut clauses = complete();
    clauses.origins.extend([Origin::Uk, Origin::Ch]);
    let parts = clauses.incomplete_parts(&reference(), None, date("2026-11-27"));
    assert_eq!(parts, [ClausesPart::Uk, ClausesPart::Ch]);
    clauses.swiss = SwissPoint::ALL.iter().copied().collect();
    clauses.uk = Some(UkInstrument {
        kind: UkInstrumentKind::Addendum,
        start_on: Some(date("2026-01-01")),
        may_end: BTreeSet::from([UkEnd::Neither]),
    });
    for field in ClausesField::ALL.iter().filter(|f| f.part() == ClausesPart::Uk) {
        clauses.texts.insert(*field, Prose::parse("Something").unwrap());
    }
    assert_eq!(missing(&clauses), []);
    clauses.texts.remove(&ClausesField::UkAnnexIII);
    assert_eq!(
        missing(&clauses),
        [],
        "without Annex III there is none to refer to"
    );
    clauses.texts.remove(&ClausesField::UkAnnexIB);
    assert_eq!(missing(&clauses), field(ClausesPart::Uk, "uk_annex_1b"));
}

#[test]
fn a_signature_of_each_party_or_an_archived_incorporation_executes_them() {
    let signed = complete().standing.signing;
    assert_eq!(signed.missing(), []);
    let half = Signing {
        importer_on: None,
        ..signed.clone()
    };
    assert_eq!(half.missing()[0].0, "importer_on");
    let mut taken_in = Signing {
        exporter_on: None,
        importer_on: None,
        incorporated_by: Short::parse("Clause 12.3").ok(),
        ..signed
    };
    assert_eq!(taken_in.missing()[0].0, "archived_copy");
    taken_in.archived_copy = Some(Digest::new([1; 32]));
    assert_eq!(taken_in.missing(), []);
    taken_in.in_force_on = None;
    assert_eq!(taken_in.missing()[0].0, "in_force_on");
}

#[test]
fn they_are_in_force_neither_before_they_are_signed_nor_before_they_could_be_used() {
    let fields = |signing: &Signing, version| {
        let found = signing.contradicted(version);
        found.into_iter().map(|(field, _)| field).collect::<Vec<_>>()
    };
    let signed = complete().standing.signing;
    assert_eq!(fields(&signed, SccVersion::V2021), Vec::<&str>::new());
    let early = Signing {
        in_force_on: Some(date("2025-12-30")),
        ..signed.clone()
    };
    assert_eq!(fields(&early, SccVersion::V2021), ["in_force_on"]);
    let signed_on = |day| Signing {
        exporter_on: Some(date(day)),
        importer_on: Some(date(day)),
        in_force_on: Some(date(day)),
        ..signed.clone()
    };
    let all = ["exporter_on", "importer_on", "in_force_on"];
    assert_eq!(fields(&signed_on("2021-06-26"), SccVersion::V2021), all);
    assert_eq!(
        fields(&signed_on("2021-06-27"), SccVersion::V2021),
        Vec::<&str>::new()
    );
    assert_eq!(
        fields(&signed_on("2015-01-01"), SccVersion::V2010),
        Vec::<&str>::new()
    );
}

#[test]
fn law_and_courts_are_those_of_a_state_of_the_eea_for_exports_from_the_union() {
    let found = |clauses: &Clauses| {
        let found = clauses.misplaced(&reference(), date("2026-11-27"));
        found.into_iter().map(|(field, _)| field).collect::<Vec<_>>()
    };
    let mut clauses = complete();
    assert_eq!(found(&clauses), Vec::<&str>::new());
    clauses.options.governing_law = Country::parse("US").ok();
    clauses.options.forum = Country::parse("CH").ok();
    assert_eq!(found(&clauses), ["governing_law", "forum"]);
    clauses.module = SccModule::Four;
    assert_eq!(found(&clauses), Vec::<&str>::new(), "Module 4 leaves it free");
    clauses.module = SccModule::Three;
    clauses.origins = BTreeSet::from([Origin::Ch]);
    assert_eq!(
        found(&clauses),
        Vec::<&str>::new(),
        "the Swiss adaptations say what takes its place"
    );
}

#[test]
fn only_a_change_of_annex_i_b_describes_the_transfer_otherwise() {
    let before = complete();
    let mut after = complete();
    after.standing = ClausesStanding::default();
    assert!(before.says_the_same_as(&after));
    after.options.docking = Some(false);
    assert!(!before.says_the_same_as(&after) && !before.describes_otherwise(&after));
    after.frequency = Some(Frequency::OneOff);
    assert!(before.describes_otherwise(&after));
    let mut text = complete();
    text.texts
        .insert(ClausesField::Purpose, Prose::parse("Something else").unwrap());
    assert!(before.describes_otherwise(&text));
}

#[test]
fn the_timer_runs_only_while_suspended() {
    let mut clauses = complete();
    clauses.standing.suspended_on = Some(date("2026-11-27"));
    assert_eq!(clauses.cure(date("2026-11-27")), None);
    clauses.standing.state = SccState::Suspended;
    let cure = clauses.cure(date("2026-12-28")).unwrap();
    assert_eq!(cure.last_day, date("2026-12-27"));
    assert!(cure.is_over());
}

#[test]
fn a_stored_set_reads_back_without_its_standing() {
    let json = serde_json::to_string(&complete()).unwrap();
    let read: Clauses = serde_json::from_str(&json).unwrap();
    assert!(read.says_the_same_as(&complete()));
    assert_eq!(read.standing, ClausesStanding::default());
    assert!(Clauses::of(BTreeSet::new(), SccVersion::V2010, SccModule::Two).is_blank());
}

#[test]
fn only_the_listed_steps_of_clauses_exist() {
    use SccEvent as E;
    use SccState as S;
    let steps = [
        (S::Selected, E::FillAnnexes, S::AnnexesIncomplete),
        (S::AnnexesIncomplete, E::Complete, S::Ready),
        (S::Ready, E::SignOneSide, S::PartlySigned),
        (S::Ready, E::SignBothSides, S::InForce),
        (S::PartlySigned, E::SignOneSide, S::PartlySigned),
        (S::PartlySigned, E::SignBothSides, S::InForce),
        (S::InForce, E::Suspend, S::Suspended),
        (S::InForce, E::Terminate, S::Terminated),
        (S::InForce, E::Supersede, S::Superseded),
        (S::InForce, E::Revoke, S::RevokedAdequacy),
        (S::Suspended, E::Resume, S::InForce),
        (S::Suspended, E::Terminate, S::Terminated),
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
fn a_set_can_come_to_every_state_that_there_is() {
    let mut reached = vec![SccState::Selected];
    let mut at = 0;
    while let Some(state) = reached.get(at).copied() {
        for next in SccEvent::ALL.iter().filter_map(|event| state.next(*event).ok()) {
            if !reached.contains(&next) {
                reached.push(next);
            }
        }
        at += 1;
    }
    for state in SccState::ALL {
        assert!(reached.contains(state), "{state}");
    }
}

#[test]
fn a_module_and_its_roles_belong_together() {
    for module in SccModule::ALL {
        let (exporter, importer) = module.roles();
        assert_eq!(SccModule::between(exporter, importer), *module);
    }
}

proptest! {
    #[test]
    fn no_way_leads_into_force_without_signatures(events in prop::collection::vec(0usize..SccEvent::ALL.len(), 0..12)) {
        let mut state = SccState::Selected;
        let (mut completed, mut in_force) = (false, false);
        for event in events {
            let event = SccEvent::ALL[event];
            if let Ok(next) = state.next(event) {
                completed |= event == SccEvent::Complete;
                in_force |= event == SccEvent::SignBothSides;
                state = next;
            }
            prop_assert!(state != SccState::InForce || (completed && in_force));
            prop_assert!(!state.was_agreed() || in_force);
        }
    }
}
