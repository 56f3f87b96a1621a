use super::*;
use crate::authorisation::{AuthorisationModel, AuthorisationState};
use crate::country::{Country, Place};
use crate::digest::Digest;
use crate::email_address::EmailAddress;
use crate::engagement::{Chain, EngagementFacts, Location, LocationKind, RelationshipRole};
use crate::evidence::EvidenceGrade;
use crate::id::{CustomerId, EngagementId, ObjectionId, OrganisationId, RecordId, StaffId, WaiverId};
use crate::known::Known;
use crate::legal_record::*;
use crate::objection::ObjectionState;
use crate::organisation::{ContactPoint, ContactPointKind, OrganisationFacts};
use crate::reference::*;
use crate::text::{Line, Name, Paragraphs, Prose, Short};
use crate::word_set::assert_words;
use chrono::NaiveDate;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

use ReasonCode as R;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

fn place(code: &str) -> Place {
    Place::parse(code).unwrap()
}

fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}

fn location(code: &str, kind: LocationKind) -> Location {
    Location {
        place: place(code),
        kind,
        region: None,
        city: None,
    }
}

fn recorded<T>(n: u128, body: T) -> Recorded<T> {
    Recorded {
        id: id::<RecordId>(n),
        body,
    }
}

/// The instant at which the green facts are green.
fn now() -> DateTime<Utc> {
    at("2027-02-01T09:00:00Z")
}

fn scc() -> Scc {
    Scc {
        version: SccVersion::V2021,
        module: SccModule::Three,
        state: SccState::InForce,
        clause_9: Clause9::General,
        complete_annexes: BTreeSet::from([Annex::IA, Annex::IB, Annex::IC, Annex::II]),
        modified: false,
        in_force_on: Some(date("2026-01-01")),
        archived_copy: None,
    }
}

fn dpf_check() -> DpfCheck {
    DpfCheck {
        entity_as_listed: Name::parse("Acme Inc.").unwrap(),
        status: DpfStatus::Active,
        covers_non_hr: true,
        covers_hr: false,
        next_certification_due: None,
        checked_on: date("2027-01-15"),
        checked_by: id(1),
        page: None,
    }
}

fn dpf() -> DpfReliance {
    DpfReliance {
        hr_data: false,
        non_hr_data: true,
        checks: BTreeMap::from([(DpfFramework::EuUs, dpf_check())]),
    }
}

fn transfer(destination: &str, mechanism: Mechanism) -> Transfer {
    Transfer {
        origins: BTreeSet::from([Origin::EeaEfta]),
        destination: place(destination),
        importer: Name::parse("Acme Inc.").unwrap(),
        mechanism,
        fallback: Some(scc()),
        uk: None,
        swiss_adaptations: false,
    }
}

fn tia(destination: &str) -> Tia {
    Tia {
        tia_type: TiaType::Full46,
        destinations: BTreeSet::from([place(destination)]),
        outcome: TiaOutcome::AllowedWithMeasures,
        state: TiaState::Approved,
        authors: BTreeSet::from([id(1)]),
        approver: Some(id(2)),
        approved_on: Some(date("2026-11-01")),
        next_review_on: Some(date("2027-05-01")),
        measures: vec![Measure {
            kind: MeasureKind::Technical,
            text: Line::parse("encryption").unwrap(),
            status: MeasureStatus::Implemented,
        }],
        situation: Situation::None,
        situation_text: None,
        customer_summary: None,
    }
}

fn decision(code: &str, regime: AdequacyRegime, scope: AdequacyScope) -> AdequacyDecision {
    AdequacyDecision {
        country: country(code),
        regime,
        instrument: Line::parse("(EU) 2023/1795").unwrap(),
        in_force_from: date("2023-07-10"),
        scope,
        scope_question: None,
        sunset_on: None,
        status: AdequacyStatus::InForce,
        status_since: date("2023-07-10"),
        applies_in_efta: true,
    }
}

fn register() -> RegisterFacts {
    let mut organisation = OrganisationFacts::named(Name::parse("Acme Inc.").unwrap());
    organisation.registration_number = Known::Known(Line::parse("7").unwrap());
    organisation.registration_country = Known::Known(country("US"));
    organisation.address = Known::Known(Paragraphs::parse("Street 1").unwrap());
    organisation.contact = Known::Known(ContactPoint {
        kind: ContactPointKind::Function,
        name: Short::parse("Privacy office").unwrap(),
        email: Some(EmailAddress::parse("privacy@acme.example").unwrap()),
        phone: None,
        postal: None,
    });
    let mut engagement = EngagementFacts::of(id::<OrganisationId>(1));
    engagement.locations = Known::Known(BTreeSet::from([
        location("DE", LocationKind::Storage),
        location("US", LocationKind::Support),
    ]));
    engagement.remote_access = Known::Known(true);
    engagement.chain = Known::Known(Chain::None);
    RegisterFacts {
        engagement_id: id::<EngagementId>(1),
        organisation,
        engagement,
        facts_hash: Digest::new([1; 32]),
        is_baseline: false,
        recorded_subprocessors: 0,
        stage: Stage::Start,
        contract: Some(recorded(
            1,
            Contract {
                entity_name: Name::parse("Acme Inc.").unwrap(),
                invoice_entity_name: None,
                reference: None,
                effective_on: Some(date("2026-01-01")),
                ends_on: None,
                flow_down: FlowDown::ALL.iter().copied().collect(),
                own_purpose: OwnPurpose::None,
                archived_copy: Some(Digest::new([9; 32])),
                retrieved_on: Some(date("2026-01-02")),
                vendor_notice_days: None,
            },
        )),
        security: Some(recorded(
            2,
            SecurityAssessment {
                result: AssessmentResult::Passed,
                assessor: id(3),
                assessed_on: date("2026-06-01"),
                valid_to: date("2027-06-01"),
                guarantees: None,
                summary: None,
            },
        )),
        transfers: vec![recorded(3, transfer("US", Mechanism::Dpf(dpf())))],
        tias: vec![recorded(4, tia("US"))],
        waivers: vec![],
        reference: ReferenceData {
            eea: ["DE", "NO", "IE"]
                .map(|c| EeaMembership {
                    country: country(c),
                    from: None,
                    to: None,
                })
                .into(),
            adequacy: vec![
                decision("US", AdequacyRegime::Eu, AdequacyScope::ListedEntities),
                decision("US", AdequacyRegime::Uk, AdequacyScope::ListedEntities),
                decision("US", AdequacyRegime::Ch, AdequacyScope::ListedEntities),
                decision("CA", AdequacyRegime::Eu, AdequacyScope::Partial),
                decision("GB", AdequacyRegime::Eu, AdequacyScope::Full),
            ],
        },
        settings: GateSettings::default(),
        zone: "Europe/Oslo".parse().unwrap(),
    }
}

fn customer() -> CustomerFacts {
    CustomerFacts {
        customer_id: id::<CustomerId>(1),
        model: Some(AuthorisationModel::General),
        authorisation: AuthorisationState::BySilence,
        approval: None,
        notice: NoticeStanding::Given(GivenNotice {
            evidence: Uuid::from_u128(8),
            given_at: at("2026-12-01T09:00:00Z"),
            grade: EvidenceGrade::EspDelivered,
            notice_expires_at: at("2026-12-31T23:00:00Z"),
            objection_expires_at: at("2026-12-15T23:00:00Z"),
            facts_hash: Digest::new([1; 32]),
            notice_version: 1,
        }),
        required_version: 1,
        announced_at: Some(at("2027-01-31T23:00:00Z")),
        objections: vec![],
        allows_emergency: false,
    }
}

fn green() -> Facts {
    Facts {
        register: register(),
        customer: customer(),
    }
}

// Each of these puts the green record back where an earlier edit took it away, so that edits can be combined.

fn given(facts: &mut Facts) -> &mut GivenNotice {
    if !matches!(facts.customer.notice, NoticeStanding::Given(_)) {
        facts.customer.notice = customer().notice;
    }
    match &mut facts.customer.notice {
        NoticeStanding::Given(given) => given,
        _ => panic!("the green facts have a given notice"),
    }
}

fn contract(facts: &mut Facts) -> &mut Contract {
    &mut facts
        .register
        .contract
        .get_or_insert_with(|| register().contract.unwrap())
        .body
}

fn security(facts: &mut Facts) -> &mut SecurityAssessment {
    &mut facts
        .register
        .security
        .get_or_insert_with(|| register().security.unwrap())
        .body
}

fn assessment(facts: &mut Facts) -> &mut Tia {
    if facts.register.tias.is_empty() {
        facts.register.tias = register().tias;
    }
    &mut facts.register.tias[0].body
}

fn edit_dpf(facts: &mut Facts, edit: impl FnOnce(&mut DpfReliance)) {
    let mut reliance = dpf();
    edit(&mut reliance);
    facts.register.transfers = vec![recorded(3, transfer("US", Mechanism::Dpf(reliance)))];
}

fn edit_check(facts: &mut Facts, edit: impl FnOnce(&mut DpfCheck)) {
    edit_dpf(facts, |reliance| {
        edit(reliance.checks.get_mut(&DpfFramework::EuUs).unwrap())
    });
}

fn use_mechanism(facts: &mut Facts, mechanism: Mechanism) {
    facts.register.transfers = vec![recorded(3, transfer("US", mechanism))];
}

fn use_scc(facts: &mut Facts, edit: impl FnOnce(&mut Scc)) {
    let mut clauses = scc();
    edit(&mut clauses);
    use_mechanism(facts, Mechanism::Scc(clauses));
}

/// The same engagement with a vendor in another country, relying on adequacy.
fn move_to(facts: &mut Facts, code: &str, reliance: AdequacyReliance) {
    facts.register.organisation.registration_country = Known::Known(country(code));
    facts.register.engagement.locations =
        Known::Known(BTreeSet::from([location(code, LocationKind::Support)]));
    facts.register.transfers = vec![recorded(3, transfer(code, Mechanism::Adequacy(reliance)))];
    let note = Tia {
        tia_type: TiaType::AdequacyNote,
        outcome: TiaOutcome::NotRequiredAdequacy,
        ..tia(code)
    };
    facts.register.tias = vec![recorded(4, note)];
}

fn object(facts: &mut Facts, state: ObjectionState) {
    facts.customer.objections = vec![OpenCase {
        id: id::<ObjectionId>(1),
        state,
    }];
}

type Edit = fn(&mut Facts);

/// One way or several to turn each reason red, alone; everything else stays green.
fn red() -> Vec<(R, Edit)> {
    vec![
        (R::IdentityIncomplete, |f| {
            f.register.organisation.address = Known::Unknown
        }),
        (R::IdentityIncomplete, |f| {
            f.register.organisation.registration_number = Known::Unknown
        }),
        (R::IdentityIncomplete, |f| {
            f.register.organisation.contact = Known::Unknown
        }),
        (R::NoDpa, |f| f.register.contract = None),
        (R::NoDpa, |f| contract(f).effective_on = Some(date("2027-02-02"))),
        (R::NoDpa, |f| contract(f).effective_on = None),
        (R::NoDpa, |f| contract(f).ends_on = Some(date("2027-01-31"))),
        (R::DpaWrongEntity, |f| {
            contract(f).invoice_entity_name = Some(Name::parse("Acme Ltd").unwrap())
        }),
        (R::FlowdownIncomplete, |f| contract(f).archived_copy = None),
        (R::FlowdownIncomplete, |f| contract(f).flow_down = BTreeSet::new()),
        (R::FlowdownIncomplete, |f| {
            contract(f).own_purpose = OwnPurpose::Unreviewed
        }),
        (R::SecurityMissing, |f| f.register.security = None),
        (R::SecurityMissing, |f| {
            security(f).result = AssessmentResult::Failed
        }),
        (R::SecurityExpired, |f| security(f).valid_to = date("2027-01-31")),
        (R::TransferUndetermined, |f| {
            f.register.engagement.remote_access = Known::Unknown
        }),
        (R::TransferUndetermined, |f| {
            f.register.engagement.locations = Known::Unknown
        }),
        (R::TransferUndetermined, |f| {
            f.register.organisation.registration_country = Known::Unknown
        }),
        (R::ChainIncomplete, |f| {
            f.register.engagement.chain = Known::Unknown
        }),
        (R::ChainIncomplete, |f| {
            f.register.engagement.chain = Known::Known(Chain::Recorded)
        }),
        (R::ChainIncomplete, |f| f.register.engagement.tier = 2),
        (R::NoValidMechanism, |f| {
            f.register.engagement.locations = Known::Known(BTreeSet::from([
                location("US", LocationKind::Support),
                location("WORLDWIDE", LocationKind::Processing),
            ]));
        }),
        (R::NoValidMechanism, |f| {
            use_mechanism(
                f,
                Mechanism::Bcr(Bcr {
                    kind: BcrKind::Controller,
                    approval: None,
                    covers_transfer: true,
                }),
            );
        }),
        (R::NoValidMechanism, |f| {
            let kind = OtherSafeguardKind::AdHocClauses;
            use_mechanism(f, Mechanism::Other46(OtherSafeguard { kind, approval: None }));
        }),
        (R::AdequacyScope, |f| {
            move_to(f, "CA", AdequacyReliance::default())
        }),
        (R::AdequacyScope, |f| {
            move_to(
                f,
                "CA",
                AdequacyReliance {
                    in_scope: Some(true),
                    ..AdequacyReliance::default()
                },
            );
        }),
        (R::AdequacyScope, |f| {
            use_mechanism(f, Mechanism::Adequacy(AdequacyReliance::default()))
        }),
        (R::AdequacyExpired, |f| {
            let row = &mut f.register.reference.adequacy[0];
            (row.status, row.status_since) = (AdequacyStatus::Annulled, date("2027-02-01"));
        }),
        (R::DpfNotActive, |f| {
            edit_check(f, |c| c.status = DpfStatus::InactiveLapsed)
        }),
        (R::DpfNotActive, |f| edit_dpf(f, |d| d.checks.clear())),
        (R::DpfScope, |f| {
            edit_check(f, |c| {
                c.entity_as_listed = Name::parse("Acme Holding Inc.").unwrap()
            })
        }),
        (R::DpfScope, |f| edit_dpf(f, |d| d.hr_data = true)),
        (R::DpfScope, |f| edit_check(f, |c| c.covers_non_hr = false)),
        (R::DpfCheckStale, |f| {
            edit_check(f, |c| c.checked_on = date("2027-01-01"))
        }),
        (R::DpfCheckStale, |f| {
            edit_check(f, |c| c.checked_on = date("2027-02-02"))
        }),
        (R::UkInstrumentMissing, |f| {
            use_scc(f, |_| ());
            f.register.transfers[0].body.origins.insert(Origin::Uk);
        }),
        (R::Art49Blocked, |f| {
            let none = Derogation {
                permitted_by: None,
                permitted_on: None,
                expires_on: None,
                reason: None,
            };
            use_mechanism(f, Mechanism::Art49(none));
        }),
        (R::SccModule, |f| use_scc(f, |s| s.module = SccModule::Two)),
        (R::SccNotInForce, |f| {
            use_scc(f, |s| s.state = SccState::PartlySigned)
        }),
        (R::SccNotInForce, |f| {
            use_scc(f, |s| s.in_force_on = Some(date("2027-02-02")))
        }),
        (R::SccAnnex, |f| {
            use_scc(f, |s| s.complete_annexes = BTreeSet::new())
        }),
        (R::SccAnnex, |f| use_scc(f, |s| s.clause_9 = Clause9::Specific)),
        (R::SccAnnex, |f| use_scc(f, |s| s.modified = true)),
        (R::SccLegacy, |f| use_scc(f, |s| s.version = SccVersion::V2010)),
        (R::TiaMissing, |f| {
            use_scc(f, |_| ());
            f.register.tias = vec![];
        }),
        (R::TiaMissing, |f| {
            use_scc(f, |_| ());
            assessment(f).tia_type = TiaType::EeaNote;
        }),
        (R::TiaNotApproved, |f| {
            use_scc(f, |_| ());
            assessment(f).state = TiaState::InReview;
        }),
        (R::TiaNotApproved, |f| {
            use_scc(f, |_| ());
            assessment(f).approver = Some(id::<StaffId>(1));
        }),
        (R::TiaOverdue, |f| {
            use_scc(f, |_| ());
            assessment(f).next_review_on = Some(date("2027-01-01"));
        }),
        (R::TiaOverdue, |f| {
            use_scc(f, |_| ());
            assessment(f).next_review_on = None;
        }),
        (R::TiaNegative, |f| {
            use_scc(f, |_| ());
            assessment(f).outcome = TiaOutcome::NotAllowed;
        }),
        (R::MeasureOpen, |f| {
            assessment(f).measures[0].status = MeasureStatus::Planned
        }),
        (R::FallbackMissing, |f| {
            f.register.transfers[0].body.fallback = None
        }),
        (R::FallbackMissing, |f| {
            assessment(f).tia_type = TiaType::AdequacyNote;
        }),
        (R::OpenObjection, |f| object(f, ObjectionState::Submitted)),
        (R::OpenObjection, |f| object(f, ObjectionState::StandingBlock)),
        (R::OpenObjection, |f| {
            f.customer.authorisation = AuthorisationState::Objected
        }),
        (R::CustomerExcluded, |f| {
            f.customer.authorisation = AuthorisationState::Excluded
        }),
        (R::CustomerExcluded, |f| {
            f.customer.authorisation = AuthorisationState::Terminated
        }),
        (R::SpecificAuthMissing, |f| {
            f.customer.model = Some(AuthorisationModel::Specific)
        }),
        (R::SpecificAuthMissing, |f| f.customer.model = None),
        (R::SpecificAuthMissing, |f| {
            f.customer.model = Some(AuthorisationModel::Specific);
            f.customer.authorisation = AuthorisationState::Explicitly;
        }),
        (R::NoticeFactsMismatch, |f| {
            f.register.facts_hash = Digest::new([2; 32])
        }),
        (R::BeforeAnnouncedDate, |f| {
            f.customer.announced_at = Some(at("2027-02-01T09:00:01Z"))
        }),
        (R::BeforeAnnouncedDate, |f| f.customer.announced_at = None),
        (R::NoticeWindowOpen, |f| {
            given(f).notice_expires_at = at("2027-02-01T09:00:00.000001Z")
        }),
        (R::ObjectionWindowOpen, |f| {
            given(f).objection_expires_at = at("2027-02-01T09:00:00.000001Z")
        }),
        (R::NoticeNotSent, |f| f.customer.notice = NoticeStanding::NotSent),
        (R::NoticeNotSent, |f| f.customer.required_version = 2),
        (R::NoticeNotSent, |f| {
            f.customer.authorisation = AuthorisationState::NotInScope
        }),
        (R::NoticeUndelivered, |f| {
            f.customer.notice = NoticeStanding::Undelivered
        }),
    ]
}

#[test]
fn words_read_back() {
    assert_words!(Gate, ReasonCode, WaiverKind);
}

#[test]
fn the_green_facts_are_green() {
    let decision = evaluate(&green(), now());
    assert_eq!(decision.codes(), []);
    assert!(decision.allowed);
    assert_eq!(decision.evidence_refs.len(), 5);
    let json = serde_json::to_string(&decision).unwrap();
    assert_eq!(serde_json::from_str::<Decision>(&json).unwrap(), decision);
}

#[test]
fn every_reason_turns_its_gate_red_and_no_other() {
    for (code, edit) in red() {
        let mut facts = green();
        edit(&mut facts);
        let decision = evaluate(&facts, now());
        let mut expected = vec![code];
        if matches!(code, R::NoticeNotSent | R::NoticeUndelivered)
            && facts.customer.authorisation != AuthorisationState::NotInScope
        {
            expected.extend([R::NoticeWindowOpen, R::ObjectionWindowOpen]);
        }
        assert_eq!(decision.codes(), expected, "{:?}", decision.reasons);
        assert!(!decision.allowed && decision.of(code.gate()).count() == 1);
    }
}

#[test]
fn every_reason_has_a_red_case_and_every_gate_a_reason() {
    let tried: BTreeSet<R> = red().iter().map(|(code, _)| *code).collect();
    assert_eq!(tried, R::ALL.iter().copied().collect());
    let gates: BTreeSet<Gate> = R::ALL.iter().map(|code| code.gate()).collect();
    assert_eq!(gates, Gate::ALL.iter().copied().collect());
}

#[test]
fn a_name_on_another_agreement_is_red_for_contract_and_framework() {
    let mut facts = green();
    contract(&mut facts).entity_name = Name::parse("Acme Ltd").unwrap();
    assert_eq!(evaluate(&facts, now()).codes(), [R::DpaWrongEntity, R::DpfScope]);
}

#[test]
fn all_reasons_are_reported_in_the_order_of_the_gates() {
    let mut facts = green();
    facts.register.organisation = OrganisationFacts::named(Name::parse("Acme Inc.").unwrap());
    facts.register.engagement = EngagementFacts::of(id(1));
    facts.register.contract = None;
    facts.register.security = None;
    facts.register.transfers = vec![];
    facts.register.tias = vec![];
    facts.customer.notice = NoticeStanding::NotSent;
    facts.customer.model = None;
    let decision = evaluate(&facts, now());
    assert!(decision.reasons.windows(2).all(|w| w[0].gate <= w[1].gate));
    assert_eq!(decision.codes().len(), 12, "{:?}", decision.codes());
}

proptest! {
    #[test]
    fn nothing_starts_while_any_input_is_red(picks in prop::collection::vec(any::<prop::sample::Index>(), 1..6)) {
        let red = red();
        let mut facts = green();
        for pick in &picks {
            (pick.get(&red).1)(&mut facts);
        }
        let decision = evaluate(&facts, now());
        prop_assert!(!decision.allowed);
        prop_assert!(!decision.reasons.is_empty());
        let together = evaluate_engagement(&facts.register, &[facts.customer.clone()], false, now());
        prop_assert!(!together.allowed);
    }

    #[test]
    fn time_alone_opens_a_window_and_never_closes_it(a in 0i64..200_000_000, b in 0i64..200_000_000) {
        let start = at("2026-12-01T09:00:00Z");
        let (earlier, later) = (a.min(b), a.max(b));
        let windows = |seconds| {
            let codes = evaluate(&green(), start + chrono::TimeDelta::seconds(seconds)).codes();
            codes.contains(&R::NoticeWindowOpen) || codes.contains(&R::BeforeAnnouncedDate)
        };
        prop_assert!(windows(earlier) || !windows(later));
    }
}

#[test]
fn windows_are_half_open() {
    let mut facts = green();
    given(&mut facts).notice_expires_at = now();
    assert!(evaluate(&facts, now()).allowed);
    assert!(!evaluate(&facts, now() - chrono::TimeDelta::microseconds(1)).allowed);
}

#[test]
fn specific_authorisation_opens_only_with_an_approval_of_these_facts() {
    let mut facts = green();
    facts.customer.model = Some(AuthorisationModel::Specific);
    facts.customer.authorisation = AuthorisationState::Requested;
    for t in [now(), at("2027-12-01T00:00:00Z"), at("2037-12-01T00:00:00Z")] {
        assert!(evaluate(&facts, t).codes().contains(&R::SpecificAuthMissing));
    }
    facts.customer.authorisation = AuthorisationState::Explicitly;
    facts.customer.approval = Some(ExplicitApproval {
        evidence: Uuid::from_u128(5),
        facts_hash: facts.register.facts_hash,
    });
    assert!(evaluate(&facts, now()).allowed);
    facts.customer.approval = Some(ExplicitApproval {
        evidence: Uuid::from_u128(5),
        facts_hash: Digest::new([7; 32]),
    });
    assert_eq!(evaluate(&facts, now()).codes(), [R::NoticeFactsMismatch]);
}

#[test]
fn a_customer_that_signed_or_opted_in_needs_no_notice_but_the_proof_of_it() {
    for authorisation in [AuthorisationState::AtSignature, AuthorisationState::OptedIn] {
        let mut facts = green();
        facts.customer.authorisation = authorisation;
        facts.customer.notice = NoticeStanding::NotSent;
        assert!(
            evaluate(&facts, now()).codes().contains(&R::NoticeNotSent),
            "no proof"
        );
        facts.customer.approval = Some(ExplicitApproval {
            evidence: Uuid::from_u128(5),
            facts_hash: facts.register.facts_hash,
        });
        assert!(evaluate(&facts, now()).allowed);
        facts.register.facts_hash = Digest::new([2; 32]);
        assert_eq!(evaluate(&facts, now()).codes(), [R::NoticeFactsMismatch]);
    }
}

#[test]
fn a_late_or_settled_objection_does_not_block() {
    for state in ObjectionState::ALL {
        let mut facts = green();
        object(&mut facts, *state);
        assert_eq!(evaluate(&facts, now()).allowed, !state.blocks(), "{state}");
    }
}

#[test]
fn an_emergency_needs_the_clause_and_every_paper() {
    let mut facts = green();
    facts.customer.authorisation = AuthorisationState::Emergency;
    given(&mut facts).notice_expires_at = at("2027-03-01T00:00:00Z");
    given(&mut facts).objection_expires_at = at("2027-03-01T00:00:00Z");
    assert_eq!(
        evaluate(&facts, now()).codes(),
        [R::NoticeWindowOpen, R::ObjectionWindowOpen]
    );
    facts.customer.allows_emergency = true;
    assert!(evaluate(&facts, now()).allowed);
    facts.register.tias = vec![];
    assert_eq!(
        evaluate(&facts, now()).codes(),
        [R::TiaMissing, R::FallbackMissing]
    );
    facts.customer.notice = NoticeStanding::NotSent;
    assert!(evaluate(&facts, now()).codes().contains(&R::NoticeNotSent));
}

#[test]
fn baseline_claims_no_notice_and_hides_no_red_paper() {
    let mut facts = green();
    facts.customer.authorisation = AuthorisationState::Baseline;
    facts.customer.notice = NoticeStanding::NotSent;
    facts.customer.announced_at = None;
    assert!(
        evaluate(&facts, now()).codes().contains(&R::NoticeNotSent),
        "only baseline engagements"
    );
    facts.register.is_baseline = true;
    assert!(evaluate(&facts, now()).allowed);
    facts.register.contract = None;
    assert_eq!(evaluate(&facts, now()).codes(), [R::NoDpa]);
    object(&mut facts, ObjectionState::Submitted);
    assert_eq!(evaluate(&facts, now()).codes(), [R::NoDpa, R::OpenObjection]);
}

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
    };
    move_to(&mut facts, "CA", reliance);
    assert!(evaluate(&facts, now()).allowed);
    facts.register.reference.adequacy[3].applies_in_efta = false;
    assert_eq!(evaluate(&facts, now()).codes(), [R::NoValidMechanism]);
    facts.register.transfers[0].body.origins = BTreeSet::from([Origin::Eu]);
    assert!(evaluate(&facts, now()).allowed);
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
    (note.tia_type, note.outcome) = (TiaType::EeaNote, TiaOutcome::NotRequiredEea);
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
    facts.register.transfers[0].body.swiss_adaptations = true;
    facts.register.transfers[0].body.uk = Some(UkInstrument {
        kind: UkInstrumentKind::Addendum,
        in_force_on: date("2026-01-01"),
        tables_complete: true,
    });
    assert!(evaluate(&facts, now()).allowed);
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

#[test]
fn our_own_processors_are_not_noticed() {
    let mut facts = green();
    facts.register.engagement.relationship_role = RelationshipRole::OwnProcessor;
    facts.customer.notice = NoticeStanding::NotSent;
    // clauses in reserve must then be Module 2
    facts.register.transfers[0].body.fallback.as_mut().unwrap().module = SccModule::Two;
    assert!(evaluate(&facts, now()).allowed);
}

#[test]
fn one_closed_customer_closes_an_engagement_that_cannot_be_kept_apart() {
    let register = register();
    let open = customer();
    let mut longer = CustomerFacts {
        customer_id: id(2),
        ..customer()
    };
    let NoticeStanding::Given(given) = &mut longer.notice else {
        panic!("given")
    };
    given.notice_expires_at = at("2027-03-01T00:00:00Z");
    let outside = CustomerFacts {
        customer_id: id(3),
        authorisation: AuthorisationState::NotInScope,
        ..customer()
    };

    let alone = evaluate_engagement(&register, &[open.clone(), outside.clone()], false, now());
    assert!(alone.allowed && alone.customers.len() == 1);
    let both = evaluate_engagement(&register, &[open.clone(), longer.clone(), outside], false, now());
    assert!(!both.allowed);
    assert!(both.customers[0].decision.allowed && !both.customers[1].decision.allowed);
    assert!(
        evaluate_engagement(&register, &[open, longer], false, at("2027-03-01T00:00:00Z")).customers[1]
            .decision
            .codes()
            .iter()
            .all(|code| *code == R::DpfCheckStale)
    );
}

#[test]
fn without_customers_somebody_must_say_so() {
    assert!(!evaluate_engagement(&register(), &[], false, now()).allowed);
    assert!(evaluate_engagement(&register(), &[], true, now()).allowed);
    let mut red = register();
    red.contract = None;
    assert!(!evaluate_engagement(&red, &[], true, now()).allowed);
}

#[test]
fn a_reason_never_names_a_customer() {
    for (_, edit) in red() {
        let mut facts = green();
        edit(&mut facts);
        for reason in evaluate(&facts, now()).reasons {
            assert!(!reason.detail.contains(&facts.customer.customer_id.to_string()));
            assert!(!reason.detail.is_empty());
        }
    }
}
