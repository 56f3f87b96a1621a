use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::approval::approve;
use crate::country::Country;
use crate::country_knowledge::{Source, SourceKind};
use crate::id::VersionId;
use crate::legal_record::SccModule;
use crate::text::Paragraphs;
use crate::word_set::assert_words;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn staff(n: u128) -> StaffId {
    StaffId::from(Uuid::from_u128(n))
}

fn line<const MAX: usize>(text: &str) -> Line<MAX> {
    Line::parse(text).unwrap()
}

fn prose<const MAX: usize>(text: &str) -> Option<Paragraphs<MAX>> {
    Some(Paragraphs::parse(text).unwrap())
}

fn us() -> Place {
    Place::parse("US").unwrap()
}

fn reference() -> CountryReference {
    CountryReference {
        id: VersionId::from(Uuid::from_u128(7)),
        number: 1,
    }
}

fn against() -> Against {
    Against {
        today: date("2026-11-23"),
        review_by: date("2027-05-23"),
        countries: BTreeMap::from([(
            Country::parse("US").unwrap(),
            KnownCountry {
                reference: reference(),
                laws: vec![line("FISA 702")],
            },
        )]),
        inside: BTreeSet::from([Country::parse("NO").unwrap()]),
    }
}

/// A complete full assessment of a transfer to the United States.
fn full() -> Tia {
    let mut tia = Tia::draft(TiaType::Full46, BTreeSet::from([us()]), staff(1));
    tia.checks = Checks {
        is_transfer: Some(true),
        is_needed: Some(true),
        responsible: Some(line("Privacy office")),
        scope: prose("Transcription, with the importer’s own support"),
        is_compliant: Some(true),
    };
    tia.identity = Identity {
        transfers: BTreeSet::from([1]),
        contributors: vec![],
        importer_contributed: Some(true),
        started_on: Some(date("2026-11-01")),
    };
    tia.description = Description {
        exporter: Some(line("Publisher AS")),
        importer: Some(line("Acme Inc.")),
        roles: Some(line("processor to subprocessor")),
        onward_transfers: vec![],
        chain_length: Some(1),
        number_of_actors: Some(2),
        transmission_channels: vec![line("TLS over the internet")],
        recipient_type: Some(line("private company")),
        purposes: prose("Transcription"),
        data_subjects: BTreeSet::from([line("Callers")]),
        data_categories: BTreeSet::from([line("Recordings")]),
        special_categories: Some(line("none")),
        format: Some(DataFormat::Plaintext),
        sector: Some(line("software")),
        storage_locations: BTreeSet::from([us()]),
        access_locations: BTreeSet::from([us()]),
        volume: Some(line("10 hours a day")),
        frequency: Some(line("continuous")),
        retention: Some(line("none")),
    };
    tia.tool = Tool {
        mechanism: Some(MechanismKind::Scc),
        instrument: Some(line("2021/914")),
        module: Some(SccModule::Three),
        clause_options: Some(line("9(a) option 2; 17 and 18 Norway")),
        in_force_on: Some(date("2026-01-01")),
        fallback: None,
    };
    tia.practice = BTreeMap::from([(
        us(),
        Practice {
            country: Some(reference()),
            laws: vec![LawAnswer {
                name: line("FISA 702"),
                citation: None,
                applies: Some(Applies::Maybe),
                reason: prose("It provides a communication service"),
            }],
            sources: vec![],
            experience: Experience::default(),
        },
    )]);
    tia.situation = Some(Situation::Problematic);
    tia.demonstration = prose("Recordings are never stored, so nothing can be produced.");
    tia.measures = vec![measure(MeasureKind::Technical)];
    tia.outcome = Some(TiaOutcome::AllowedWithMeasures);
    tia.conclusion = Conclusion {
        residual_risk: prose("Low"),
        conditions: vec![],
        reason: prose("The measures close the gap"),
    };
    tia.next_review_on = Some(date("2027-05-01"));
    tia.triggers_watched = BTreeSet::from([TriggerKind::LawChanged]);
    tia
}

fn measure(kind: MeasureKind) -> Measure {
    Measure {
        number: 1,
        kind,
        text: line("Encryption with keys in Oslo"),
        gap: Some(line("Access in bulk")),
        standing: MeasureStanding::planned(),
    }
}

/// A complete note of a kind.
fn note(tia_type: TiaType) -> Tia {
    let mut tia = full();
    tia.tia_type = tia_type;
    let is_at_home = matches!(tia_type, TiaType::EeaNote | TiaType::ParentAccessNote);
    tia.checks.is_transfer = Some(!is_at_home);
    tia.checks.is_needed = Some(false);
    tia.tool.mechanism = Some(if is_at_home {
        MechanismKind::NoneRequired
    } else {
        MechanismKind::Adequacy
    });
    if is_at_home {
        let norway = BTreeSet::from([Place::parse("NO").unwrap()]);
        tia.destinations.clear();
        tia.description.storage_locations = norway.clone();
        tia.description.access_locations = norway;
    }
    tia.outcome = Some(tia_type.outcomes()[0]);
    (tia.practice, tia.situation, tia.demonstration, tia.measures) = Default::default();
    tia
}

fn fields(tia: &Tia) -> Vec<String> {
    tia.missing(&against())
        .into_iter()
        .map(|missing| missing.field)
        .collect()
}

#[test]
fn words_read_back() {
    assert_words!(Check, DataFormat, Applies, Part, TiaStep);
}

#[test]
fn complete_assessments_of_every_kind_lack_nothing() {
    assert_eq!(fields(&full()), Vec::<String>::new());
    for tia_type in TiaType::ALL.iter().filter(|kind| kind.is_note()) {
        assert_eq!(fields(&note(*tia_type)), Vec::<String>::new(), "{tia_type}");
    }
}

#[test]
fn what_is_stored_or_reached_outside_does_not_stay_in_the_eea() {
    let stored: Edit = |t| {
        t.description.storage_locations.insert(Place::Worldwide);
    };
    let reached: Edit = |t| {
        t.description.access_locations.insert(us());
    };
    for (kind, edit, expected) in [
        (TiaType::EeaNote, stored, Some("storage_locations")),
        (TiaType::EeaNote, reached, Some("access_locations")),
        (TiaType::ParentAccessNote, stored, Some("storage_locations")),
        (TiaType::ParentAccessNote, reached, None),
        (TiaType::AdequacyNote, stored, None),
    ] {
        let mut tia = note(kind);
        edit(&mut tia);
        let expected: Vec<&str> = expected.into_iter().collect();
        assert_eq!(fields(&tia), expected, "{kind}");
        tia.outcome = Some(TiaOutcome::NotAllowed);
        assert_eq!(fields(&tia), Vec::<String>::new(), "{kind}: nothing is claimed");
    }
}

#[test]
fn the_british_and_the_swiss_assessment_judge_law_and_measures_as_a_full_one_does() {
    for tia_type in [TiaType::UkTra, TiaType::Ch] {
        let of_that_law = |edit: Edit| {
            let mut tia = full();
            tia.tia_type = tia_type;
            edit(&mut tia);
            fields(&tia)
        };
        assert_eq!(of_that_law(|_| ()), Vec::<String>::new(), "{tia_type}");
        for (field, step, edit) in holes() {
            if matches!(step, TiaStep::Law | TiaStep::Measures) {
                assert_eq!(of_that_law(edit), [field], "{tia_type}");
            }
        }
        assert!(tia_type.requires(Part::D) && tia_type.requires(Part::E));
        assert_eq!(tia_type.steps(), TiaStep::ALL, "{tia_type}");
    }
}

#[test]
fn a_record_reads_back_whole() {
    let json = serde_json::to_string(&full()).unwrap();
    assert_eq!(serde_json::from_str::<Tia>(&json).unwrap(), full());
}

#[test]
fn a_record_of_the_first_shape_is_still_read() {
    let json = r#"{"tia_type":"FULL_46","destinations":["US"],"outcome":"ALLOWED_WITH_MEASURES","state":"IN_REVIEW",
        "authors":[],"approver":null,"approved_on":null,"next_review_on":"2027-05-01",
        "measures":[{"kind":"TECHNICAL","text":"Encryption","status":"PLANNED"}],
        "situation":"III","situation_text":"Nothing is stored.","customer_summary":null}"#;
    let tia: Tia = serde_json::from_str(json).unwrap();
    assert_eq!(tia.demonstration, prose("Nothing is stored."));
    assert_eq!(tia.measures[0].standing.status, MeasureStatus::Planned);
}

#[test]
fn an_empty_draft_lacks_every_part_that_its_kind_requires() {
    for tia_type in TiaType::ALL {
        let draft = Tia::draft(*tia_type, BTreeSet::new(), staff(1));
        let found: BTreeSet<Part> = draft
            .missing(&against())
            .iter()
            .map(|missing| missing.part)
            .collect();
        // G is what the approval adds; E is needed where the outcome depends on measures; a part that is not required
        // is not missed.
        let expected: BTreeSet<Part> = Part::ALL
            .iter()
            .copied()
            .filter(|part| tia_type.requires(*part) && !matches!(part, Part::G | Part::E))
            .collect();
        assert_eq!(found, expected, "{tia_type}");
    }
}

type Edit = fn(&mut Tia);

/// Each thing that a full assessment must say, taken away: the field that is asked for.
fn holes() -> Vec<(&'static str, TiaStep, Edit)> {
    use TiaStep as S;
    vec![
        ("is_transfer", S::Checks, |t| t.checks.is_transfer = None),
        ("is_transfer", S::Checks, |t| t.checks.is_transfer = Some(false)),
        ("is_needed", S::Checks, |t| t.checks.is_needed = Some(false)),
        ("responsible", S::Checks, |t| t.checks.responsible = None),
        ("scope", S::Checks, |t| t.checks.scope = None),
        ("is_compliant", S::Checks, |t| t.checks.is_compliant = None),
        ("is_compliant", S::Checks, |t| t.checks.is_compliant = Some(false)),
        ("started_on", S::Transfer, |t| t.identity.started_on = None),
        ("importer_contributed", S::Transfer, |t| {
            t.identity.importer_contributed = None;
        }),
        ("transfers", S::Transfer, |t| t.identity.transfers.clear()),
        ("exporter", S::Transfer, |t| t.description.exporter = None),
        ("importer", S::Transfer, |t| t.description.importer = None),
        ("roles", S::Transfer, |t| t.description.roles = None),
        ("chain_length", S::Transfer, |t| t.description.chain_length = None),
        ("onward_transfers", S::Transfer, |t| {
            t.description.chain_length = Some(2);
        }),
        ("number_of_actors", S::Transfer, |t| {
            t.description.number_of_actors = None;
        }),
        ("transmission_channels", S::Transfer, |t| {
            t.description.transmission_channels.clear();
        }),
        ("recipient_type", S::Transfer, |t| {
            t.description.recipient_type = None;
        }),
        ("purposes", S::Transfer, |t| t.description.purposes = None),
        ("data_subjects", S::Transfer, |t| {
            t.description.data_subjects.clear();
        }),
        ("data_categories", S::Transfer, |t| {
            t.description.data_categories.clear();
        }),
        ("special_categories", S::Transfer, |t| {
            t.description.special_categories = None;
        }),
        ("format", S::Transfer, |t| t.description.format = None),
        ("sector", S::Transfer, |t| t.description.sector = None),
        ("storage_locations", S::Transfer, |t| {
            t.description.storage_locations.clear();
        }),
        ("access_locations", S::Transfer, |t| {
            t.description.access_locations.clear();
        }),
        ("volume", S::Transfer, |t| t.description.volume = None),
        ("frequency", S::Transfer, |t| t.description.frequency = None),
        ("retention", S::Transfer, |t| t.description.retention = None),
        ("mechanism", S::Tool, |t| t.tool.mechanism = None),
        ("mechanism", S::Tool, |t| {
            t.tool.mechanism = Some(MechanismKind::NoneRequired);
        }),
        ("instrument", S::Tool, |t| t.tool.instrument = None),
        ("module", S::Tool, |t| t.tool.module = None),
        ("clause_options", S::Tool, |t| t.tool.clause_options = None),
        ("in_force_on", S::Tool, |t| t.tool.in_force_on = None),
        ("fallback", S::Tool, |t| {
            t.tool.mechanism = Some(MechanismKind::Dpf);
        }),
        ("country_US", S::Law, |t| us_of(t).country = None),
        ("country_US", S::Law, |t| {
            us_of(t).country = Some(CountryReference {
                number: 2,
                ..reference()
            });
        }),
        ("country_US", S::Law, |t| us_of(t).laws.clear()),
        ("law_US_1_applies", S::Law, |t| {
            us_of(t)
                .laws
                .iter_mut()
                .take(1)
                .for_each(|law| law.applies = None);
        }),
        ("law_US_1_reason", S::Law, |t| {
            us_of(t).laws.iter_mut().take(1).for_each(|law| law.reason = None);
        }),
        ("experience_US_requests", S::Law, |t| {
            us_of(t).experience.is_relied_on = true;
        }),
        ("situation", S::Law, |t| t.situation = None),
        ("measure_text_1", S::Measures, |t| t.measures.clear()),
        ("measure_gap_1", S::Measures, |t| {
            t.measures
                .iter_mut()
                .take(1)
                .for_each(|measure| measure.gap = None);
        }),
        ("measure_evidence_1", S::Measures, |t| {
            let first = t.measures.iter_mut().take(1);
            first.for_each(|measure| measure.standing.status = MeasureStatus::Implemented);
        }),
        ("outcome", S::Conclusion, |t| t.outcome = None),
        ("outcome", S::Conclusion, |t| {
            t.outcome = Some(TiaOutcome::NotRequiredEea);
        }),
        ("decision_reason", S::Conclusion, |t| t.conclusion.reason = None),
        ("residual_risk", S::Conclusion, |t| {
            t.conclusion.residual_risk = None;
        }),
        ("next_review_on", S::Review, |t| t.next_review_on = None),
        ("next_review_on", S::Review, |t| {
            t.next_review_on = Some(date("2027-05-24"));
        }),
        ("next_review_on", S::Review, |t| {
            t.next_review_on = Some(date("2026-11-23"));
        }),
        ("triggers_watched", S::Review, |t| t.triggers_watched.clear()),
    ]
}

fn us_of(tia: &mut Tia) -> &mut Practice {
    tia.practice.get_mut(&us()).unwrap()
}

#[test]
fn each_thing_that_is_missing_is_named_alone_with_its_step() {
    for (field, step, edit) in holes() {
        let mut tia = full();
        edit(&mut tia);
        let found: Vec<_> = tia
            .missing(&against())
            .into_iter()
            .map(|missing| (missing.field, missing.step))
            .collect();
        assert_eq!(found, [(field.to_owned(), step)], "{field}");
    }
}

#[test]
fn plaintext_that_a_law_may_reach_is_allowed_only_with_a_demonstration() {
    for format in DataFormat::ALL {
        for applies in Applies::ALL {
            let mut tia = full();
            (tia.outcome, tia.situation) = (Some(TiaOutcome::Allowed), Some(Situation::None));
            tia.description.format = Some(*format);
            us_of(&mut tia).laws[0].applies = Some(*applies);
            assert_eq!(fields(&tia), Vec::<String>::new(), "with a demonstration");
            tia.demonstration = None;
            let is_asked = fields(&tia) == ["demonstration"];
            let must = *format == DataFormat::Plaintext && *applies != Applies::No;
            assert_eq!(is_asked, must, "{format} {applies}");
        }
    }
}

#[test]
fn measures_that_are_not_technical_do_not_cure_plaintext_that_a_law_may_reach() {
    for kind in MeasureKind::ALL {
        for applies in Applies::ALL {
            let mut tia = full();
            (tia.outcome, tia.situation) = (Some(TiaOutcome::AllowedWithMeasures), Some(Situation::None));
            tia.description.format = Some(DataFormat::Plaintext);
            us_of(&mut tia).laws[0].applies = Some(*applies);
            tia.measures = vec![measure(*kind)];
            assert_eq!(fields(&tia), Vec::<String>::new(), "with a demonstration");
            tia.demonstration = None;
            let is_asked = fields(&tia) == ["demonstration"];
            let must = *kind != MeasureKind::Technical && *applies != Applies::No;
            assert_eq!(is_asked, must, "{kind} {applies}");
        }
    }
}

#[test]
fn what_each_situation_permits() {
    use MeasureKind as K;
    use Situation as S;
    use TiaOutcome as O;
    let rows: [(S, O, Option<K>, Option<&str>); 12] = [
        (S::None, O::Allowed, None, None),
        (S::None, O::AllowedWithMeasures, Some(K::Contractual), None),
        (S::NotApplied, O::Allowed, Some(K::Technical), Some("outcome")),
        (
            S::NotApplied,
            O::AllowedWithMeasures,
            Some(K::Contractual),
            Some("measure_kind_1"),
        ),
        (
            S::NotApplied,
            O::AllowedWithMeasures,
            Some(K::Organisational),
            Some("measure_kind_1"),
        ),
        (S::NotApplied, O::AllowedWithMeasures, Some(K::Technical), None),
        (S::Practice, O::Allowed, None, Some("outcome")),
        (
            S::Practice,
            O::AllowedWithMeasures,
            Some(K::Organisational),
            Some("measure_kind_1"),
        ),
        (S::Practice, O::AllowedWithMeasures, Some(K::Technical), None),
        (S::Practice, O::Suspend, None, None),
        (S::Problematic, O::Allowed, None, Some("demonstration")),
        (
            S::Problematic,
            O::AllowedWithMeasures,
            Some(K::Contractual),
            Some("demonstration"),
        ),
    ];
    for (situation, outcome, kind, refused) in rows {
        let mut tia = full();
        (tia.situation, tia.outcome, tia.demonstration) = (Some(situation), Some(outcome), None);
        us_of(&mut tia).laws[0].applies = Some(Applies::No);
        tia.measures = kind.map(measure).into_iter().collect();
        let expected: Vec<&str> = refused.into_iter().collect();
        assert_eq!(fields(&tia), expected, "{situation} {outcome} {kind:?}");
    }
}

#[test]
fn experience_counts_only_when_documented_certified_and_corroborated() {
    let whole = Experience {
        is_relied_on: true,
        requests_received: Some(0),
        from: Some(date("2023-01-01")),
        to: Some(date("2026-06-30")),
        certified_by: Some(line("General Counsel")),
        corroborated_by: Some(line("Transparency figures of the regulator")),
    };
    assert!(whole.counts());
    let holes: [fn(&mut Experience); 6] = [
        |e| e.requests_received = None,
        |e| e.from = None,
        |e| e.to = None,
        |e| e.to = e.from,
        |e| e.certified_by = None,
        |e| e.corroborated_by = None,
    ];
    for hole in holes {
        let mut experience = whole.clone();
        hole(&mut experience);
        assert!(!experience.counts());
        let mut tia = full();
        us_of(&mut tia).experience = experience.clone();
        assert_eq!(fields(&tia), ["experience_US_requests"]);
        us_of(&mut tia).experience.is_relied_on = false;
        assert_eq!(
            fields(&tia),
            Vec::<String>::new(),
            "what is not relied on need not count"
        );
    }
}

#[test]
fn worldwide_needs_laws_and_sources_of_its_own() {
    let mut tia = full();
    tia.destinations.insert(Place::Worldwide);
    assert_eq!(fields(&tia), ["law_WORLDWIDE_new"]);
    let answer = us_of(&mut tia).laws[0].clone();
    let own = Practice {
        laws: vec![answer],
        sources: vec![Source {
            title: line("Survey of edge locations"),
            url: None,
            date: None,
            kind: SourceKind::Counsel,
        }],
        ..Practice::default()
    };
    tia.practice.insert(Place::Worldwide, own);
    assert_eq!(fields(&tia), Vec::<String>::new());
    tia.destinations.insert(Place::parse("IN").unwrap());
    assert_eq!(
        fields(&tia),
        ["country_IN"],
        "a country of which nothing approved is known"
    );
}

#[test]
fn what_is_handed_out_names_nobody_and_shows_no_evidence() {
    let mut tia = full();
    tia.approver = Some(staff(2));
    tia.identity.contributors = vec![line("Somebody by name")];
    us_of(&mut tia).experience.certified_by = Some(line("Counsel by name"));
    us_of(&mut tia).sources = [SourceKind::Counsel, SourceKind::Case]
        .map(|kind| Source {
            title: line("Judgment"),
            url: None,
            date: None,
            kind,
        })
        .to_vec();
    tia.measures[0].standing = MeasureStanding {
        status: MeasureStatus::Verified,
        verified_by: Some(line("Auditor by name")),
        verified_on: Some(date("2026-11-01")),
        evidence: Some(line("key-server.internal")),
    };
    let json = serde_json::to_string(&tia.redacted()).unwrap();
    for secret in [
        "by name",
        "internal",
        "COUNSEL",
        &staff(1).to_string(),
        &staff(2).to_string(),
    ] {
        assert!(!json.contains(secret), "{secret}: {json}");
    }
    assert!(
        json.contains("CASE") && json.contains("VERIFIED"),
        "what remains stays readable"
    );
    assert_eq!(tia.redacted().conclusion, tia.conclusion);
}

#[test]
fn measures_keep_their_numbers() {
    let mut tia = full();
    tia.measures.push(Measure {
        number: 0,
        ..measure(MeasureKind::Contractual)
    });
    tia.number_measures();
    assert_eq!(tia.measures.iter().map(|m| m.number).collect::<Vec<_>>(), [1, 2]);
    tia.measures.remove(0);
    tia.measures.push(Measure {
        number: 0,
        ..measure(MeasureKind::Contractual)
    });
    tia.number_measures();
    assert_eq!(tia.measures.iter().map(|m| m.number).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_copy_is_a_draft_of_whoever_copies_it() {
    let approver = approve(staff(2), &BTreeSet::new()).unwrap();
    let handed_in = full().hand_in(&against()).unwrap();
    let approved = handed_in
        .approve(approver, date("2026-11-24"), &against())
        .unwrap();
    let copy = approved.copy_by(staff(2));
    assert_eq!(
        (copy.state, copy.approver, copy.approved_on),
        (TiaState::Draft, None, None)
    );
    assert_eq!(
        copy.authors,
        BTreeSet::from([staff(2)]),
        "who approved the last one may write the next, and then not approve it"
    );
    assert_eq!(copy.description, approved.description);
}

/// Something that somebody does to an assessment.
#[derive(Debug, Clone, Copy)]
enum Act {
    Edit(u128, usize),
    Fill(u128),
    HandIn,
    Approve(u128),
    Event(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        (1u128..4, any::<usize>()).prop_map(|(by, hole)| Act::Edit(by, hole)),
        (1u128..4).prop_map(Act::Fill),
        Just(Act::HandIn),
        (1u128..4).prop_map(Act::Approve),
        any::<usize>().prop_map(Act::Event),
    ];
    prop::collection::vec(act, 1..24)
}

proptest! {
    #[test]
    fn nothing_is_approved_by_an_author_or_with_something_missing(acts in acts()) {
        let holes = holes();
        let mut tia = full();
        for act in acts {
            let before = tia.clone();
            match act {
                // A version that was handed in is written no more; an approved one is copied.
                Act::Edit(by, _) | Act::Fill(by) => {
                    if tia.state != TiaState::Draft {
                        tia = tia.copy_by(staff(by));
                    }
                    let mut authors = tia.authors.clone();
                    authors.insert(staff(by));
                    if let Act::Edit(_, hole) = act {
                        (holes[hole % holes.len()].2)(&mut tia);
                    } else {
                        tia = full();
                    }
                    tia.authors = authors;
                }
                Act::HandIn => tia = tia.hand_in(&against()).unwrap_or(before.clone()),
                Act::Approve(by) => {
                    let approval = approve(staff(by), &BTreeSet::new()).unwrap();
                    tia = tia.approve(approval, date("2026-11-24"), &against()).unwrap_or(before.clone());
                }
                Act::Event(which) => {
                    let event = TiaEvent::ALL[which % TiaEvent::ALL.len()];
                    // These two have their own acts, with their own rules.
                    if !matches!(event, TiaEvent::Approve | TiaEvent::Submit) && let Ok(state) = tia.state.next(event) {
                        tia.state = state;
                    }
                }
            }
            if tia.state == TiaState::InReview || tia.state.is_standing() {
                prop_assert_eq!(tia.missing(&against()), vec![]);
            }
            if tia.state.is_standing() {
                let approver = tia.approver.expect("somebody approved it");
                prop_assert!(!tia.authors.contains(&approver));
            }
            if before.state.is_standing() && tia.state.is_standing() && before.approved_on == tia.approved_on {
                let (mut then, mut now) = (before, tia.clone());
                (then.state, now.state) = (TiaState::Approved, TiaState::Approved);
                (then.approver, now.approver) = (None, None);
                prop_assert_eq!(then, now, "an approved version never changes");
            }
        }
    }
}
