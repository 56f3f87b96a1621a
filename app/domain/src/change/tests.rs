use super::*;
use crate::approval::approve;
use crate::country::{Country, Place};
use crate::engagement::{AiRetention, AiTerms, EngagementFacts, Location, LocationKind, SpecialCategory};
use crate::facts::{FactField, Names};
use crate::id::{OrganisationId, ProductId, StaffId};
use crate::known::Known;
use crate::legal_record::{AdequacyReliance, DpfReliance, Mechanism, Transfer};
use crate::organisation::OrganisationFacts;
use crate::reference::{EeaMembership, ReferenceData};
use crate::text::{Line, Name, Paragraphs, Prose};
use crate::word_set::assert_words;
use std::collections::BTreeSet;
use uuid::Uuid;

use ChangeEvent as E;
use ChangeState as S;
use ChangeType as T;
use NoticeClass as N;

fn approval() -> crate::approval::Approval {
    approve(StaffId::from(Uuid::from_u128(2)), &BTreeSet::new()).unwrap()
}

#[test]
fn words_read_back() {
    assert_words!(S, E, T, N, LoweringVerdict);
}

#[test]
fn exactly_the_listed_steps_exist() {
    let steps = [
        (S::Draft, E::Submit, S::InReview),
        (S::Draft, E::Cancel, S::Cancelled),
        (S::InReview, E::ReturnToDraft, S::Draft),
        (S::Approved, E::ReturnToDraft, S::Draft),
        (S::Approved, E::Dispatch, S::Dispatching),
        (S::Dispatching, E::Open, S::Open),
        (S::Dispatching, E::Cancel, S::Cancelled),
        (S::Open, E::Close, S::Closed),
        (S::Open, E::Cancel, S::Cancelled),
    ];
    for state in S::ALL {
        for event in E::ALL {
            let expected = steps
                .iter()
                .find(|(s, e, _)| s == state && e == event)
                .map(|(_, _, to)| *to);
            assert_eq!(state.next(*event).ok(), expected, "{state} {event}");
        }
        assert_eq!(
            state.approve(approval()).ok(),
            (*state == S::InReview).then_some(S::Approved),
            "{state}"
        );
        if state.is_terminal() {
            assert!(E::ALL.iter().all(|event| state.next(*event).is_err()));
        }
    }
}

#[test]
fn a_refusal_says_what_was_asked_of_what() {
    let refusal = S::Open.next(E::ReturnToDraft).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "a change in the state “Open”: “return to draft” is not possible, there is no such step from here"
    );
}

#[test]
fn a_class_is_raised_freely_and_lowered_only_with_approval() {
    let lowering = Lowering {
        approval: approval(),
        reason: Prose::parse("same group, same servers").unwrap(),
    };
    for default in N::ALL {
        for chosen in N::ALL {
            let free = choose_class(*default, *chosen, false, None);
            assert_eq!(
                free.is_ok(),
                chosen == default || (*default != N::D && chosen > default),
                "{default} {chosen}"
            );
            assert_eq!(
                choose_class(*default, *chosen, false, Some(&lowering)),
                Ok(*chosen)
            );
        }
    }
    assert_eq!(
        choose_class(N::A, N::B, true, Some(&lowering)),
        Err(ClassRefused::SpecialCategory)
    );
    assert_eq!(
        choose_class(N::D, N::C, false, None),
        Err(ClassRefused::MustBeImmediate)
    );
}

fn organisation() -> OrganisationFacts {
    let mut facts = OrganisationFacts::named(Name::parse("Acme GmbH").unwrap());
    facts.registration_number = Known::Known(Line::parse("HRB 1").unwrap());
    facts.parent = Known::Known(Some(Name::parse("Acme Holding").unwrap()));
    facts.ultimate_parent_country = Known::Known(Country::parse("DE").unwrap());
    facts
}

fn engagement() -> EngagementFacts {
    let mut facts = EngagementFacts::of(OrganisationId::from(Uuid::from_u128(1)));
    facts.purpose = Known::Known(Paragraphs::parse("Hosting").unwrap());
    facts.locations = Known::Known(BTreeSet::from([location("DE", LocationKind::Storage)]));
    facts.remote_access = Known::Known(false);
    facts.data_categories = Known::Known(BTreeSet::from([Line::parse("names").unwrap()]));
    facts.special_categories = Known::Known(BTreeSet::new());
    facts.ai_terms = Known::Known(Some(AiTerms {
        training: Known::Known(false),
        retention: Known::Known(AiRetention::Zero),
    }));
    facts
}

fn location(place: &str, kind: LocationKind) -> Location {
    Location {
        place: Place::parse(place).unwrap(),
        kind,
        region: None,
        city: None,
    }
}

fn reference() -> ReferenceData {
    let eea = ["DE", "SE", "NO"]
        .map(|code| EeaMembership {
            country: Country::parse(code).unwrap(),
            from: None,
            to: None,
        })
        .into();
    ReferenceData {
        eea,
        adequacy: vec![],
    }
}

fn transfer(mechanism: Mechanism) -> Transfer {
    Transfer {
        origins: BTreeSet::new(),
        destination: Place::parse("US").unwrap(),
        importer: Name::parse("Acme Inc.").unwrap(),
        mechanism,
        fallback: None,
        importer_subject_to_gdpr: Known::Unknown,
        onward_of: None,
    }
}

fn version<'a>(
    organisation: &'a OrganisationFacts,
    engagement: &'a EngagementFacts,
    transfers: &'a [Transfer],
) -> FactsVersion<'a> {
    FactsVersion {
        organisation,
        engagement,
        transfers,
        security: None,
    }
}

/// The types and classes proposed for one edit.
fn proposed(edit: impl FnOnce(&mut OrganisationFacts, &mut EngagementFacts)) -> Vec<(T, N)> {
    let (o, e) = (organisation(), engagement());
    let (mut new_o, mut new_e) = (o.clone(), e.clone());
    edit(&mut new_o, &mut new_e);
    let old = version(&o, &e, &[]);
    let new = version(&new_o, &new_e, &[]);
    let proposals = propose(Some(&old), &new, &reference(), "2026-11-22".parse().unwrap());
    let types: Vec<_> = proposals.iter().map(|p| p.change_type).collect();
    assert!(
        uncovered(&old.diff(&new, &Names::default()), &types).is_empty(),
        "{types:?} leave a field unexplained"
    );
    proposals.iter().map(|p| (p.change_type, p.class)).collect()
}

#[test]
fn a_new_engagement_is_a_new_subprocessor() {
    let (o, mut e) = (organisation(), engagement());
    let day = "2026-11-22".parse().unwrap();
    let new = version(&o, &e, &[]);
    assert_eq!(
        propose(None, &new, &reference(), day)[0].change_type,
        T::NewSubprocessor
    );
    e.optional_feature = true;
    let new = version(&o, &e, &[]);
    assert_eq!(propose(None, &new, &reference(), day)[0].class, N::Opt);
}

#[test]
fn each_edit_proposes_its_type_of_change() {
    let place = |place, kind| Known::Known(BTreeSet::from([location(place, kind)]));
    assert_eq!(proposed(|_, _| ()), []);
    assert_eq!(
        proposed(|o, _| o.legal_name = Name::parse("Acme SE").unwrap()),
        [(T::NameChanged, N::C)]
    );
    assert_eq!(
        proposed(|o, _| {
            o.legal_name = Name::parse("Acme Inc.").unwrap();
            o.registration_number = Known::Known(Line::parse("7").unwrap());
        }),
        [(T::LegalEntityChanged, N::A)]
    );
    assert_eq!(
        proposed(|o, _| o.address = Known::Known(Paragraphs::parse("Street 1").unwrap())),
        [(T::AddressOrContactChanged, N::C)]
    );
    assert_eq!(
        proposed(|o, _| o.ultimate_parent_country = Known::Known(Country::parse("SE").unwrap())),
        [(T::ControlChanged, N::B)]
    );
    assert_eq!(
        proposed(|o, _| o.ultimate_parent_country = Known::Known(Country::parse("US").unwrap())),
        [(T::ControlChanged, N::A)]
    );
    let owner =
        |o: &mut OrganisationFacts| o.parent = Known::Known(Some(Name::parse("Umbra Holding").unwrap()));
    assert_eq!(
        proposed(|o, _| owner(o)),
        [(T::ControlChanged, N::B)],
        "the country is known, and inside"
    );
    assert_eq!(
        proposed(|o, _| {
            owner(o);
            o.ultimate_parent_country = Known::Unknown;
        }),
        [(T::ControlChanged, N::A)],
        "whose law reaches the data is not known"
    );
    assert_eq!(
        proposed(|o, _| {
            o.parent = Known::Known(None);
            o.ultimate_parent_country = Known::Unknown;
        }),
        [(T::ControlChanged, N::B)],
        "nobody owns it"
    );
    assert_eq!(
        proposed(|_, e| e.locations = place("SE", LocationKind::Storage)),
        [(T::LocationWithinEea, N::B)]
    );
    assert_eq!(
        proposed(|_, e| e.locations = place("US", LocationKind::Storage)),
        [(T::LocationToThirdCountry, N::A)]
    );
    assert_eq!(
        proposed(|_, e| e.locations = place("WORLDWIDE", LocationKind::Processing)),
        [(T::LocationToThirdCountry, N::A)]
    );
    assert_eq!(
        proposed(|_, e| {
            e.remote_access = Known::Known(true);
            e.locations = Known::Known(BTreeSet::from([
                location("DE", LocationKind::Storage),
                location("US", LocationKind::Support),
            ]));
        }),
        [(T::LocationToThirdCountry, N::A)]
    );
    assert_eq!(
        proposed(|_, e| e.purpose = Known::Known(Paragraphs::parse("Hosting and analysis").unwrap())),
        [(T::PurposeOrServiceWidened, N::A)]
    );
    assert_eq!(
        proposed(|_, e| e.special_categories = Known::Known(BTreeSet::from([SpecialCategory::Health]))),
        [(T::DataCategoryAdded, N::A)]
    );
    assert_eq!(
        proposed(|_, e| e.ai_terms = Known::Known(Some(AiTerms {
            training: Known::Known(true),
            retention: Known::Known(AiRetention::Zero)
        }))),
        [(T::AiTermsWorsened, N::A)]
    );
    assert_eq!(
        proposed(|_, e| e.criminal_data = Known::Known(true)),
        [(T::Correction, N::C)]
    );
}

#[test]
fn a_weaker_mechanism_gets_a_window_and_an_equal_one_does_not() {
    let (o, e) = (organisation(), engagement());
    let day = "2026-11-22".parse().unwrap();
    let dpf = [transfer(Mechanism::Dpf(DpfReliance::default()))];
    let adequacy = [transfer(Mechanism::Adequacy(AdequacyReliance::default()))];
    let bcr = [transfer(Mechanism::Bcr(crate::legal_record::Bcr {
        kind: crate::legal_record::BcrKind::Processor,
        approval: None,
        covers_transfer: true,
    }))];
    let version = |transfers| version(&o, &e, transfers);
    let class = |old, new| propose(Some(&version(old)), &version(new), &reference(), day)[0].class;
    assert_eq!(class(&dpf, &bcr), N::B);
    assert_eq!(class(&adequacy, &dpf), N::A);
    let diffs = version(&dpf).diff(&version(&bcr), &Names::default());
    assert_eq!(diffs[0].before, "United States: Data Privacy Framework");
    assert_eq!(uncovered(&diffs, &[T::NameChanged]), [FactField::Mechanism]);
}

#[test]
fn what_nobody_decided_on_is_told_afterwards_and_what_starts_is_told_before() {
    let afterwards: Vec<_> = T::ALL.iter().filter(|t| t.is_told_afterwards()).collect();
    assert_eq!(
        afterwards,
        [
            &T::MechanismChangedEqual,
            &T::MechanismLost,
            &T::SubprocessorFailure,
            &T::LawChangeNotice,
            &T::GovAccessNotice
        ]
    );
    assert!(
        T::ALL
            .iter()
            .all(|t| !(t.starts_engagement() && t.is_told_afterwards()))
    );
}

#[test]
fn every_type_of_change_stands_in_the_table_of_the_rules() {
    use SccEffect as C;
    use TiaEffect as I;
    use Trigger as A;
    // legal-rules §7: type, Article 28(2), class, clauses, assessment.
    let table = [
        (T::NewSubprocessor, A::Yes, N::A, C::New, I::New),
        (T::Replacement, A::Yes, N::A, C::New, I::New),
        (T::NewForOptionalFeature, A::Yes, N::Opt, C::New, I::New),
        (T::Removal, A::No, N::C, C::End, I::Close),
        (T::LocationWithinEea, A::No, N::B, C::AnnexIB, I::Light),
        (
            T::LocationToThirdCountry,
            A::NotLiterally,
            N::A,
            C::Update,
            I::NewVersion,
        ),
        (T::LocationBackToEea, A::No, N::C, C::End, I::Close),
        (
            T::PurposeOrServiceWidened,
            A::Arguable,
            N::A,
            C::AnnexIB,
            I::NewVersion,
        ),
        (T::PurposeNarrowed, A::No, N::C, C::AnnexIB, I::None),
        (
            T::DataCategoryAdded,
            A::NotLiterally,
            N::A,
            C::AnnexIB,
            I::NewVersion,
        ),
        (T::AiTermsWorsened, A::NotLiterally, N::A, C::None, I::NewVersion),
        (T::MechanismChangedEqual, A::No, N::B, C::Update, I::Update),
        (T::MechanismLost, A::No, N::D, C::None, I::Trigger),
        (T::LegalEntityChanged, A::Yes, N::A, C::AnnexIA, I::New),
        (
            T::MergerUniversalSuccession,
            A::Arguable,
            N::A,
            C::AnnexIA,
            I::Review,
        ),
        (T::ControlChanged, A::No, N::B, C::None, I::Trigger),
        (T::NameChanged, A::No, N::C, C::AnnexIA, I::None),
        (T::AddressOrContactChanged, A::No, N::C, C::AnnexIA, I::None),
        (T::Tier2Change, A::Yes, N::B, C::Vendors, I::Review),
        (T::SecurityDowngrade, A::No, N::B, C::AnnexII, I::Trigger),
        (T::SubprocessorFailure, A::No, N::D, C::None, I::None),
        (T::LawChangeNotice, A::No, N::D, C::None, I::Trigger),
        (T::GovAccessNotice, A::No, N::D, C::None, I::Trigger),
        (T::Correction, A::No, N::C, C::None, I::None),
        (T::EmergencyReplacement, A::Yes, N::A, C::New, I::New),
    ];
    for (kind, trigger, class, clauses, assessment) in table {
        assert_eq!(
            (
                kind.trigger(),
                kind.default_class(),
                kind.scc_effect(),
                kind.tia_effect()
            ),
            (trigger, class, clauses, assessment),
            "{kind}"
        );
    }
    let tabled: BTreeSet<T> = table.iter().map(|(kind, ..)| *kind).collect();
    assert_eq!(tabled, T::ALL.iter().copied().collect());
    assert_words!(SccEffect, TiaEffect, Trigger);
    assert_eq!(T::Correction.papers(), None);
    assert_eq!(
        T::DataCategoryAdded.papers().unwrap(),
        "clauses: Annex I.B; assessment of transfers: a new version"
    );
}

/// The differences that one edit makes.
fn differing(edit: impl FnOnce(&mut OrganisationFacts, &mut EngagementFacts)) -> Vec<Difference> {
    let (o, e) = (organisation(), engagement());
    let (mut new_o, mut new_e) = (o.clone(), e.clone());
    edit(&mut new_o, &mut new_e);
    differences(
        &version(&o, &e, &[]),
        &version(&new_o, &new_e, &[]),
        &Names::default(),
        &reference(),
        "2026-11-22".parse().unwrap(),
    )
}

#[test]
fn what_cannot_be_read_off_the_facts_is_left_to_a_person() {
    let wider = [(T::PurposeOrServiceWidened, N::A), (T::PurposeNarrowed, N::C)];
    let text = |text: &str| Known::Known(Paragraphs::parse(text).unwrap());
    assert_eq!(differing(|_, e| e.purpose = text("Less"))[0].suggested, wider);
    assert_eq!(
        differing(|o, _| o.registration_number = Known::Known(Line::parse("HRB 2").unwrap()))[0].suggested,
        [
            (T::LegalEntityChanged, N::A),
            (T::MergerUniversalSuccession, N::A)
        ]
    );
    let health = |e: &mut EngagementFacts| {
        e.special_categories = Known::Known(BTreeSet::from([SpecialCategory::Health]));
    };
    let added = &differing(|_, e| health(e))[0];
    assert_eq!(added.suggested, [(T::DataCategoryAdded, N::A)]);
    assert!(added.adds_special_category);
    let (o, mut e) = (organisation(), engagement());
    e.special_categories = Known::Unknown;
    let mut told = e.clone();
    health(&mut told);
    let found = differences(
        &version(&o, &e, &[]),
        &version(&o, &told, &[]),
        &Names::default(),
        &reference(),
        "2026-11-22".parse().unwrap(),
    );
    assert_eq!(
        found[0].suggested,
        [(T::Correction, N::C), (T::DataCategoryAdded, N::A)]
    );
}

#[test]
fn no_product_named_is_every_product() {
    let product = |number| ProductId::from(Uuid::from_u128(number));
    let found = |before: &[u128], after: &[u128]| {
        let (o, mut e) = (organisation(), engagement());
        e.products = before.iter().copied().map(product).collect();
        let mut new = e.clone();
        new.products = after.iter().copied().map(product).collect();
        let (old, new) = (version(&o, &e, &[]), version(&o, &new, &[]));
        let day = "2026-11-22".parse().unwrap();
        differences(&old, &new, &Names::default(), &reference(), day).remove(0)
    };
    let (wider, narrower) = ([(T::PurposeOrServiceWidened, N::A)], [(T::PurposeNarrowed, N::C)]);
    let emptied = found(&[1], &[]);
    assert_eq!(emptied.suggested, wider);
    assert_eq!(emptied.diff.after, "all products");
    assert_eq!(found(&[], &[1]).suggested, narrower);
    assert_eq!(found(&[], &[1]).diff.before, "all products");
    assert_eq!(found(&[1, 2], &[1]).suggested, narrower);
    assert_eq!(found(&[1], &[1, 2]).suggested, wider);
    assert_eq!(found(&[1], &[2]).suggested, wider);
}

#[test]
fn a_place_said_more_exactly_is_a_correction_and_another_region_abroad_is_not() {
    let at = |place: &str, region: Option<&str>| Location {
        region: region.map(|text| Line::parse(text).unwrap()),
        ..location(place, LocationKind::Storage)
    };
    let kind = |before: &[Location], after: &[Location]| {
        let (o, mut old) = (organisation(), engagement());
        old.locations = Known::Known(before.iter().cloned().collect());
        let mut new = old.clone();
        new.locations = Known::Known(after.iter().cloned().collect());
        propose(
            Some(&version(&o, &old, &[])),
            &version(&o, &new, &[]),
            &reference(),
            "2026-11-22".parse().unwrap(),
        )[0]
        .change_type
    };
    let (de, se, us) = (at("DE", None), at("SE", None), at("US", None));
    assert_eq!(
        kind(std::slice::from_ref(&de), &[at("DE", Some("eu-central-1"))]),
        T::Correction
    );
    assert_eq!(
        kind(std::slice::from_ref(&us), &[at("US", Some("us-east-1"))]),
        T::Correction
    );
    assert_eq!(
        kind(&[at("US", Some("us-east-1"))], &[at("US", Some("us-west-2"))]),
        T::LocationToThirdCountry
    );
    assert_eq!(
        kind(
            &[at("DE", Some("eu-central-1"))],
            &[at("DE", Some("eu-central-2"))]
        ),
        T::LocationWithinEea
    );
    assert_eq!(
        kind(&[de.clone(), se.clone()], std::slice::from_ref(&de)),
        T::LocationWithinEea
    );
    assert_eq!(kind(&[de.clone(), us.clone()], &[de]), T::LocationBackToEea);
    assert_eq!(kind(&[us], &[at("CH", None)]), T::LocationToThirdCountry);
}

#[test]
fn what_was_established_and_is_unknown_again_is_never_a_mere_correction() {
    for edit in [
        (|e| e.locations = Known::Unknown) as fn(&mut EngagementFacts),
        |e| e.purpose = Known::Unknown,
        |e| e.data_categories = Known::Unknown,
        |e| e.special_categories = Known::Unknown,
        |e| e.ai_terms = Known::Unknown,
    ] {
        let found = differing(|_, e| edit(e));
        assert!(!found.is_empty());
        assert!(
            found.iter().all(|difference| difference.strictest() == N::A),
            "{found:?}"
        );
    }
}

#[test]
fn a_mechanism_that_goes_while_data_still_goes_there_is_lost() {
    let (o, mut e) = (organisation(), engagement());
    let day = "2026-11-22".parse().unwrap();
    let to = |place: &str| Transfer {
        destination: Place::parse(place).unwrap(),
        ..transfer(Mechanism::Dpf(DpfReliance::default()))
    };
    let (us, none) = ([to("US")], []);
    e.locations = Known::Known(BTreeSet::from([location("US", LocationKind::Storage)]));
    let mut home = e.clone();
    home.locations = Known::Known(BTreeSet::from([location("DE", LocationKind::Storage)]));
    let kinds = |old: &FactsVersion<'_>, new: &FactsVersion<'_>| -> Vec<(T, N)> {
        propose(Some(old), new, &reference(), day)
            .into_iter()
            .map(|p| (p.change_type, p.class))
            .collect()
    };
    assert_eq!(
        kinds(&version(&o, &e, &us), &version(&o, &e, &none)),
        [(T::MechanismLost, N::D)]
    );
    assert_eq!(
        kinds(&version(&o, &e, &us), &version(&o, &home, &none)),
        [(T::LocationBackToEea, N::C)]
    );
    assert_eq!(
        kinds(&version(&o, &home, &none), &version(&o, &e, &us)),
        [(T::LocationToThirdCountry, N::A)]
    );
    assert_eq!(
        kinds(&version(&o, &e, &none), &version(&o, &e, &us)),
        [(T::Correction, N::C)],
        "a paper that was missing"
    );
}

#[test]
fn a_security_assessment_that_fails_where_one_had_passed_is_a_downgrade() {
    use crate::legal_record::{AssessmentResult, SecurityAssessment};
    let (o, e) = (organisation(), engagement());
    let day = "2026-11-22".parse().unwrap();
    let with = |result| SecurityAssessment {
        result,
        assessor: StaffId::from(Uuid::from_u128(1)),
        assessed_on: day,
        valid_to: day,
        guarantees: None,
        summary: None,
        answers: None,
        conditions: None,
        evidence: BTreeSet::new(),
    };
    let (passed, failed) = (with(AssessmentResult::Passed), with(AssessmentResult::Failed));
    let version = |security| FactsVersion {
        security,
        ..version(&o, &e, &[])
    };
    let found = propose(
        Some(&version(Some(&passed))),
        &version(Some(&failed)),
        &reference(),
        day,
    );
    assert_eq!(
        (found[0].change_type, found[0].class),
        (T::SecurityDowngrade, N::B)
    );
    assert_eq!(
        propose(Some(&version(None)), &version(Some(&passed)), &reference(), day),
        []
    );
}

#[test]
fn a_field_is_covered_by_a_type_that_fits_and_measured_by_what_the_facts_ask_for() {
    let moved = differing(|_, e| {
        e.locations = Known::Known(BTreeSet::from([location("US", LocationKind::Storage)]));
        e.purpose = Known::Known(Paragraphs::parse("Hosting of files").unwrap());
    });
    let fields: Vec<_> = moved.iter().map(|d| d.diff.field).collect();
    assert_eq!(fields, [FactField::Purpose, FactField::Locations]);
    let (covers, open) = cover(&moved, |_| None);
    assert!(covers.is_empty());
    assert_eq!(open, fields);
    let (_, open) = cover(&moved, |_| Some(T::LocationToThirdCountry));
    assert_eq!(open, [FactField::Purpose], "a type covers only its own fields");

    let choose = |purpose, place| {
        cover(&moved, |field| {
            Some(if field == FactField::Purpose {
                purpose
            } else {
                place
            })
        })
    };
    let (covers, open) = choose(T::PurposeNarrowed, T::LocationToThirdCountry);
    assert!(open.is_empty() && covers.iter().all(|cover| !cover.is_lower()));
    let kinds = line_kinds(&covers).unwrap();
    assert_eq!(kinds.leading, T::LocationToThirdCountry, "the strictest leads");
    assert_eq!(kinds.types, [T::LocationToThirdCountry, T::PurposeNarrowed]);
    assert_eq!((kinds.needed, kinds.chosen), (N::A, N::A));
    assert!(!kinds.is_lower());

    let (covers, _) = choose(T::PurposeNarrowed, T::Correction);
    let kinds = line_kinds(&covers).unwrap();
    assert_eq!((kinds.needed, kinds.chosen), (N::A, N::C));
    assert!(
        kinds.is_lower(),
        "calling it a correction does not make it one by itself"
    );
    assert_eq!(line_kinds(&[]), None);

    let alone = cover_by_suggestion(&moved[0]);
    assert_eq!(
        (alone.change_type, alone.class),
        (T::PurposeOrServiceWidened, N::A)
    );
    assert!(
        moved[0]
            .choices()
            .starts_with(&[T::PurposeOrServiceWidened, T::PurposeNarrowed])
    );
    assert!(moved[0].choices().iter().all(|kind| !kind.starts_engagement()));
}

#[test]
fn every_field_has_a_type_that_explains_it() {
    for field in FactField::ALL {
        assert!(
            T::ALL
                .iter()
                .any(|kind| !kind.starts_engagement() && *kind != T::Correction && kind.covers(*field))
                || matches!(field, FactField::Segregable | FactField::IctJurisdiction),
            "{field}"
        );
    }
}

#[test]
fn what_needs_an_authorisation_is_told_the_day_before_at_the_latest() {
    let day: chrono::NaiveDate = "2026-11-23".parse().unwrap();
    for class in NoticeClass::ALL {
        let first = class.earliest(day);
        assert_eq!(first == day, !class.needs_authorisation(), "{class}");
        assert!(first == day || Some(first) == day.succ_opt(), "{class}");
    }
}
