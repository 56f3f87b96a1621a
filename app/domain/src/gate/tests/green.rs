//! Facts with every gate green, and edits of them.

use super::super::*;
use crate::authorisation::{AuthorisationModel, AuthorisationState};
use crate::country::{Country, Place};
use crate::digest::Digest;
use crate::email_address::EmailAddress;
use crate::engagement::{Chain, EngagementFacts, Location, LocationKind};
use crate::evidence::EvidenceGrade;
use crate::id::{CustomerId, EngagementId, ObjectionId, OrganisationId, RecordId};
use crate::known::Known;
use crate::legal_record::*;
use crate::objection::ObjectionState;
use crate::organisation::{ContactPoint, ContactPointKind, OrganisationFacts};
use crate::reference::*;
use crate::text::{Line, Name, Paragraphs, Short};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(super) fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

pub(super) fn place(code: &str) -> Place {
    Place::parse(code).unwrap()
}

pub(super) fn country(code: &str) -> Country {
    Country::parse(code).unwrap()
}

pub(super) fn location(code: &str, kind: LocationKind) -> Location {
    Location {
        place: place(code),
        kind,
        region: None,
        city: None,
    }
}

pub(super) fn recorded<T>(n: u128, body: T) -> Recorded<T> {
    Recorded {
        id: id::<RecordId>(n),
        body,
    }
}

/// The instant at which the green facts are green.
pub(super) fn now() -> DateTime<Utc> {
    at("2027-02-01T09:00:00Z")
}

/// The set of clauses that the green transfer names as its fallback.
pub(super) fn scc() -> Clauses {
    complete_clauses()
}

pub(super) fn dpf_check() -> DpfCheck {
    DpfCheck {
        entity_as_listed: Name::parse("Acme Inc.").unwrap(),
        status: DpfStatus::Active,
        covers_non_hr: true,
        covers_hr: false,
        covered_entities: None,
        next_certification_due: None,
        checked_on: date("2027-01-15"),
        checked_by: id(1),
        page: None,
    }
}

pub(super) fn dpf() -> DpfReliance {
    DpfReliance {
        hr_data: false,
        non_hr_data: true,
        checks: BTreeMap::from([(DpfFramework::EuUs, dpf_check())]),
    }
}

pub(super) fn transfer(destination: &str, mechanism: Mechanism) -> Transfer {
    Transfer {
        origins: BTreeSet::from([Origin::EeaEfta]),
        destination: place(destination),
        importer: Name::parse("Acme Inc.").unwrap(),
        importer_subject_to_gdpr: Known::Known(false),
        onward_of: None,
        mechanism,
        fallback: Some(SccReliance { clauses: 1 }),
    }
}

pub(super) fn tia(destination: &str) -> Tia {
    let mut tia = Tia::draft(TiaType::Full46, BTreeSet::from([place(destination)]), id(1));
    tia.outcome = Some(TiaOutcome::AllowedWithMeasures);
    tia.state = TiaState::Approved;
    tia.approver = Some(id(2));
    tia.approved_on = Some(date("2026-11-01"));
    tia.next_review_on = Some(date("2027-05-01"));
    tia.measures.push(Measure {
        number: 1,
        kind: MeasureKind::Technical,
        text: Line::parse("encryption").unwrap(),
        gap: None,
        standing: MeasureStanding {
            status: MeasureStatus::Implemented,
            ..MeasureStanding::planned()
        },
    });
    tia
}

pub(super) fn decision(code: &str, regime: AdequacyRegime, scope: AdequacyScope) -> AdequacyDecision {
    AdequacyDecision {
        country: country(code),
        regime,
        instrument: Line::parse("(EU) 2023/1795").unwrap(),
        adopted_on: None,
        in_force_from: date("2023-07-10"),
        scope,
        scope_question: None,
        sunset_on: None,
        next_review_on: None,
        status: AdequacyStatus::InForce,
        status_since: date("2023-07-10"),
        efta: BTreeMap::new(),
        not_compared: None,
    }
}

pub(super) fn register() -> RegisterFacts {
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
                signed_on: None,
                change_feed: None,
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
                answers: None,
                conditions: None,
                evidence: BTreeSet::new(),
            },
        )),
        transfers: vec![recorded(3, transfer("US", Mechanism::Dpf(dpf())))],
        clauses: BTreeMap::from([(1, recorded(5, scc()))]),
        tias: vec![recorded(4, tia("US"))],
        described_otherwise: BTreeSet::new(),
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
        exporter: None,
        efta_exporters: BTreeSet::from([EftaState::Norway]),
        zone: "Europe/Oslo".parse().unwrap(),
    }
}

pub(super) fn customer() -> CustomerFacts {
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

pub(super) fn green() -> Facts {
    Facts {
        register: register(),
        customer: customer(),
    }
}

// Each of these puts the green record back where an earlier edit took it away, so that edits can be combined.

pub(super) fn given(facts: &mut Facts) -> &mut GivenNotice {
    if !matches!(facts.customer.notice, NoticeStanding::Given(_)) {
        facts.customer.notice = customer().notice;
    }
    match &mut facts.customer.notice {
        NoticeStanding::Given(given) => given,
        _ => panic!("the green facts have a given notice"),
    }
}

pub(super) fn contract(facts: &mut Facts) -> &mut Contract {
    &mut facts
        .register
        .contract
        .get_or_insert_with(|| register().contract.unwrap())
        .body
}

pub(super) fn security(facts: &mut Facts) -> &mut SecurityAssessment {
    &mut facts
        .register
        .security
        .get_or_insert_with(|| register().security.unwrap())
        .body
}

pub(super) fn assessment(facts: &mut Facts) -> &mut Tia {
    if facts.register.tias.is_empty() {
        facts.register.tias = register().tias;
    }
    &mut facts.register.tias[0].body
}

pub(super) fn edit_dpf(facts: &mut Facts, edit: impl FnOnce(&mut DpfReliance)) {
    let mut reliance = dpf();
    edit(&mut reliance);
    facts.register.transfers = vec![recorded(3, transfer("US", Mechanism::Dpf(reliance)))];
}

pub(super) fn edit_check(facts: &mut Facts, edit: impl FnOnce(&mut DpfCheck)) {
    edit_dpf(facts, |reliance| {
        edit(reliance.checks.get_mut(&DpfFramework::EuUs).unwrap());
    });
}

pub(super) fn use_mechanism(facts: &mut Facts, mechanism: Mechanism) {
    facts.register.transfers = vec![recorded(3, transfer("US", mechanism))];
}

pub(super) fn use_scc(facts: &mut Facts, edit: impl FnOnce(&mut Clauses)) {
    let mut clauses = scc();
    edit(&mut clauses);
    facts.register.clauses = BTreeMap::from([(1, recorded(5, clauses))]);
    use_mechanism(facts, Mechanism::Scc(SccReliance { clauses: 1 }));
}

/// The same engagement with a vendor in another country, relying on adequacy.
pub(super) fn move_to(facts: &mut Facts, code: &str, reliance: AdequacyReliance) {
    facts.register.organisation.registration_country = Known::Known(country(code));
    facts.register.engagement.locations =
        Known::Known(BTreeSet::from([location(code, LocationKind::Support)]));
    facts.register.transfers = vec![recorded(3, transfer(code, Mechanism::Adequacy(reliance)))];
    let note = Tia {
        tia_type: TiaType::AdequacyNote,
        outcome: Some(TiaOutcome::NotRequiredAdequacy),
        ..tia(code)
    };
    facts.register.tias = vec![recorded(4, note)];
}

pub(super) fn object(facts: &mut Facts, state: ObjectionState) {
    facts.customer.objections = vec![OpenCase {
        id: id::<ObjectionId>(1),
        state,
    }];
}
