use super::*;
use crate::approval::approve;
use crate::country::{Country, Place};
use crate::engagement::{AiRetention, AiTerms, EngagementFacts, Location, LocationKind, SpecialCategory};
use crate::facts::{FactField, Names};
use crate::id::{OrganisationId, StaffId};
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
    assert_words!(S, E, T, N);
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
        "a change that is OPEN cannot RETURN_TO_DRAFT: there is no such step from here"
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

/// The types and classes proposed for one edit.
fn proposed(edit: impl FnOnce(&mut OrganisationFacts, &mut EngagementFacts)) -> Vec<(T, N)> {
    let (o, e) = (organisation(), engagement());
    let (mut new_o, mut new_e) = (o.clone(), e.clone());
    edit(&mut new_o, &mut new_e);
    let old = FactsVersion {
        organisation: &o,
        engagement: &e,
        transfers: &[],
    };
    let new = FactsVersion {
        organisation: &new_o,
        engagement: &new_e,
        transfers: &[],
    };
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
    let new = FactsVersion {
        organisation: &o,
        engagement: &e,
        transfers: &[],
    };
    assert_eq!(
        propose(None, &new, &reference(), day)[0].change_type,
        T::NewSubprocessor
    );
    e.optional_feature = true;
    let new = FactsVersion {
        organisation: &o,
        engagement: &e,
        transfers: &[],
    };
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
    let version = |transfers| FactsVersion {
        organisation: &o,
        engagement: &e,
        transfers,
    };
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
