//! An engagement with all its papers, and as many customers as wanted: some open, some whose window still runs, some who
//! objected.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::authorisation::{AuthorisationModel, AuthorisationState};
use domain::country::{Country, Place};
use domain::digest::Digest;
use domain::email_address::EmailAddress;
use domain::engagement::{Chain, EngagementFacts, Location, LocationKind};
use domain::evidence::EvidenceGrade;
use domain::gate::{
    CustomerFacts, Decision, Facts, GateSettings, GivenNotice, NoticeStanding, OpenCase, RegisterFacts,
    Stage, evaluate,
};
use domain::known::Known;
use domain::legal_record::{
    AssessmentResult, Contract, DpfCheck, DpfFramework, DpfReliance, DpfStatus, FlowDown, Measure,
    MeasureKind, MeasureStanding, MeasureStatus, Mechanism, Origin, OwnPurpose, Recorded, SecurityAssessment,
    Tia, TiaOutcome, TiaState, TiaType, Transfer,
};
use domain::objection::ObjectionState;
use domain::organisation::{ContactPoint, ContactPointKind, OrganisationFacts};
use domain::reference::{
    AdequacyDecision, AdequacyRegime, AdequacyScope, AdequacyStatus, EeaMembership, ReferenceData,
};
use uuid::Uuid;

/// A text of these fixed facts as a value.
///
/// # Panics
/// When the text is wrong: then this benchmark is.
fn value<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    match text.parse() {
        Ok(value) => value,
        Err(error) => panic!("“{text}”: {error:?}"),
    }
}

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

/// The instant of judgement.
#[must_use]
pub fn now() -> DateTime<Utc> {
    value("2027-02-01T09:00:00Z")
}

fn recorded<T>(number: u128, body: T) -> Recorded<T> {
    Recorded { id: id(number), body }
}

fn transfer() -> Transfer {
    let check = DpfCheck {
        entity_as_listed: value("Acme Inc."),
        status: DpfStatus::Active,
        covers_non_hr: true,
        covers_hr: false,
        covered_entities: None,
        next_certification_due: None,
        checked_on: value("2027-01-15"),
        checked_by: id(1),
        page: None,
    };
    Transfer {
        origins: BTreeSet::from([Origin::EeaEfta]),
        destination: value("US"),
        importer: value("Acme Inc."),
        importer_subject_to_gdpr: Known::Known(false),
        onward_of: None,
        mechanism: Mechanism::Dpf(DpfReliance {
            hr_data: false,
            non_hr_data: true,
            checks: BTreeMap::from([(DpfFramework::EuUs, check)]),
        }),
        fallback: None,
    }
}

fn assessment() -> Tia {
    let mut tia = Tia::draft(TiaType::Full46, BTreeSet::from([value::<Place>("US")]), id(1));
    tia.outcome = Some(TiaOutcome::AllowedWithMeasures);
    tia.state = TiaState::Approved;
    tia.approver = Some(id(2));
    tia.approved_on = Some(value("2026-11-01"));
    tia.next_review_on = Some(value("2027-05-01"));
    tia.measures = vec![Measure {
        number: 1,
        kind: MeasureKind::Technical,
        text: value("encryption"),
        gap: None,
        standing: MeasureStanding {
            status: MeasureStatus::Implemented,
            ..MeasureStanding::planned()
        },
    }];
    tia
}

fn reference() -> ReferenceData {
    // As many rows as an installation has.
    let countries: Vec<Country> = [
        "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT",
        "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO",
    ]
    .iter()
    .map(|code| value(code))
    .collect();
    let decision = |code: &str, regime| AdequacyDecision {
        country: value(code),
        regime,
        instrument: value("(EU) 2023/1795"),
        adopted_on: None,
        in_force_from: value("2023-07-10"),
        scope: AdequacyScope::ListedEntities,
        scope_question: None,
        sunset_on: None,
        next_review_on: None,
        status: AdequacyStatus::InForce,
        status_since: value("2023-07-10"),
        efta: BTreeMap::new(),
        not_compared: None,
    };
    let regimes = [AdequacyRegime::Eu, AdequacyRegime::Uk, AdequacyRegime::Ch];
    ReferenceData {
        eea: countries
            .into_iter()
            .map(|country| EeaMembership {
                country,
                from: None,
                to: None,
            })
            .collect(),
        adequacy: ["AR", "CA", "GB", "IL", "JP", "KR", "NZ", "UY", "BR", "US"]
            .iter()
            .flat_map(|code| regimes.map(|regime| decision(code, regime)))
            .collect(),
    }
}

/// A vendor in the United States with every paper in order.
#[must_use]
pub fn register() -> RegisterFacts {
    let mut organisation = OrganisationFacts::named(value("Acme Inc."));
    organisation.registration_number = Known::Known(value("7"));
    organisation.registration_country = Known::Known(value("US"));
    organisation.address = Known::Known(value("Street 1"));
    organisation.contact = Known::Known(ContactPoint {
        kind: ContactPointKind::Function,
        name: value("Privacy office"),
        email: Some(value::<EmailAddress>("privacy@acme.example")),
        phone: None,
        postal: None,
    });
    let mut engagement = EngagementFacts::of(id(1));
    engagement.locations = Known::Known(BTreeSet::from([Location {
        place: value("US"),
        kind: LocationKind::Support,
        region: None,
        city: None,
    }]));
    engagement.remote_access = Known::Known(true);
    engagement.chain = Known::Known(Chain::None);
    let contract = Contract {
        entity_name: value("Acme Inc."),
        invoice_entity_name: None,
        reference: None,
        effective_on: Some(value("2026-01-01")),
        ends_on: None,
        flow_down: FlowDown::ALL.iter().copied().collect(),
        own_purpose: OwnPurpose::None,
        archived_copy: Some(Digest::new([9; 32])),
        retrieved_on: Some(value::<NaiveDate>("2026-01-02")),
        vendor_notice_days: None,
        signed_on: None,
        change_feed: None,
    };
    let security = SecurityAssessment {
        result: AssessmentResult::Passed,
        assessor: id(3),
        assessed_on: value("2026-06-01"),
        valid_to: value("2027-06-01"),
        guarantees: None,
        summary: None,
        answers: None,
        conditions: None,
        evidence: BTreeSet::new(),
    };
    RegisterFacts {
        engagement_id: id(1),
        organisation,
        engagement,
        facts_hash: Digest::new([1; 32]),
        is_baseline: false,
        recorded_subprocessors: 0,
        stage: Stage::Start,
        contract: Some(recorded(1, contract)),
        security: Some(recorded(2, security)),
        transfers: vec![recorded(3, transfer())],
        clauses: BTreeMap::new(),
        tias: vec![recorded(4, assessment())],
        described_otherwise: BTreeSet::new(),
        waivers: Vec::new(),
        reference: reference(),
        exporter: None,
        efta_exporters: BTreeSet::new(),
        settings: GateSettings {
            dpf_requires_fallback: false,
            ..GateSettings::default()
        },
        zone: value("Europe/Oslo"),
    }
}

/// So many customers: of twenty, one still has an open window and one an open objection.
#[must_use]
pub fn customers(count: u128) -> Vec<CustomerFacts> {
    (1..=count)
        .map(|number| CustomerFacts {
            customer_id: id(number),
            model: Some(AuthorisationModel::General),
            authorisation: AuthorisationState::BySilence,
            approval: None,
            notice: NoticeStanding::Given(GivenNotice {
                evidence: Uuid::from_u128(1_000_000 + number),
                given_at: now() - TimeDelta::days(60),
                grade: EvidenceGrade::EspDelivered,
                notice_expires_at: now() + TimeDelta::days(if number % 20 == 1 { 3 } else { -3 }),
                objection_expires_at: now() - TimeDelta::days(20),
                facts_hash: Digest::new([1; 32]),
                notice_version: 1,
            }),
            required_version: 1,
            announced_at: Some(now() - TimeDelta::days(1)),
            objections: if number % 20 == 2 {
                vec![OpenCase {
                    id: id(number),
                    state: ObjectionState::Submitted,
                }]
            } else {
                Vec::new()
            },
            allows_emergency: false,
        })
        .collect()
}

/// What it is compared with: the register copied and judged anew for each customer.
#[must_use]
pub fn one_by_one(register: &RegisterFacts, customers: &[CustomerFacts]) -> Vec<Decision> {
    customers
        .iter()
        .map(|customer| {
            let facts = Facts {
                register: register.clone(),
                customer: customer.clone(),
            };
            evaluate(&facts, now())
        })
        .collect()
}
