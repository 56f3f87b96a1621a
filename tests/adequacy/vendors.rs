//! Vendors outside the EEA with all their papers, straight in the store, beside the demo's data.

use std::collections::{BTreeMap, BTreeSet};

use domain::country::Place;
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::engagement::{Category, Chain, EngagementFacts, Location, LocationKind};
use domain::id::{EngagementId, OrganisationId, RecordId, StaffId};
use domain::known::Known;
use domain::legal_record::{
    AdequacyReliance, ClausesField, DpfCheck, DpfFramework, DpfReliance, DpfStatus, LegalRecord, Mechanism,
    Origin, SccReliance, Situation, Tia, TiaOutcome, TiaState, TiaType, Transfer,
};
use domain::organisation::{ContactPoint, ContactPointKind, OrganisationFacts};
use domain::slug::Slug;
use forenotice::store::Tx;
use forenotice::store::assessments::refresh;
use forenotice::store::clause_states::{NewClauseState, append_clause_state};
use forenotice::store::dpf_checks::{StoredCheck, append_check};
use forenotice::store::engagements::{
    CurrentEngagement, Engagement, append_engagement_state, create_engagement, current_by_slug,
};
use forenotice::store::legal_records::{NewRecord, append_record, approve_record, list_latest_records};
use forenotice::store::organisations::create_organisation;
use forenotice::store::staff::find_staff_by_login;
use forenotice::store::version::{NewVersion, Recorded};

use crate::support::TestApp;

/// What a vendor rests on.
#[derive(Clone, Copy)]
pub struct Vendor {
    pub name: &'static str,
    pub country: &'static str,
    pub dpf: bool,
    /// Clauses in force and an approved full assessment.
    pub is_ready: bool,
    pub is_in_use: bool,
}

pub const READY: Vendor = Vendor {
    name: "Readywing Inc.",
    country: "US",
    dpf: true,
    is_ready: true,
    is_in_use: true,
};

pub const BARE: Vendor = Vendor {
    name: "Barefoot Inc.",
    is_ready: false,
    ..READY
};

pub const EARLY: Vendor = Vendor {
    name: "Earlybird Inc.",
    is_in_use: false,
    ..BARE
};

impl Vendor {
    pub fn slug(&self) -> String {
        Slug::from_name(self.name).unwrap().to_string()
    }

    pub fn path(&self) -> String {
        format!("/staff/register/{}", self.slug())
    }
}

/// The demo's set of clauses with its vendor in the United States, agreed with another vendor and in force.
async fn add_clauses(app: &TestApp, tx: &mut Tx, id: EngagementId, vendor: Vendor, by: StaffId) {
    let now = app.state.clock.now();
    let demo = current_by_slug(tx, "brightwave-speech-inc")
        .await
        .unwrap()
        .unwrap();
    let records = list_latest_records(tx, demo.engagement.id).await.unwrap();
    let set = records.into_iter().find_map(|record| match record.body {
        LegalRecord::Scc(set) => Some(set),
        _ => None,
    });
    let mut set = set.unwrap();
    set.texts
        .insert(ClausesField::ImporterName, vendor.name.parse().unwrap());
    let standing = std::mem::take(&mut set.standing);
    let record_id = record(app, tx, id, by, LegalRecord::Scc(set)).await;
    let agreed = NewClauseState {
        id: app.state.random.id(now),
        record_id,
        from: None,
        event: None,
        state: standing.state,
        signing: standing.signing,
        happened_on: app.state.publisher().zone.local_date(now),
        reason: None,
        recorded_at: now,
        recorded_by: by,
    };
    append_clause_state(tx, &agreed).await.unwrap();
}

fn company(vendor: Vendor) -> OrganisationFacts {
    let mut facts = OrganisationFacts::named(vendor.name.parse().unwrap());
    facts.registration_number = Known::Known("4711".parse().unwrap());
    facts.registration_country = Known::Known(vendor.country.parse().unwrap());
    facts.parent = Known::Known(None);
    facts.ultimate_parent_country = facts.registration_country;
    facts.address = Known::Known("1 Example Way".parse().unwrap());
    facts.contact = Known::Known(ContactPoint {
        kind: ContactPointKind::Function,
        name: "Privacy office".parse().unwrap(),
        email: Some("privacy@vendor.example".parse().unwrap()),
        phone: None,
        postal: None,
    });
    facts
}

fn facts(vendor: Vendor, company: OrganisationId) -> EngagementFacts {
    let mut facts = EngagementFacts::of(company);
    facts.category = Known::Known(Category::Ai);
    facts.service = Known::Known("Speech".parse().unwrap());
    facts.purpose = Known::Known("Transcription".parse().unwrap());
    facts.responsibilities = Known::Known("Turns speech into text".parse().unwrap());
    facts.data_subjects = Known::Known(BTreeSet::from(["Users".parse().unwrap()]));
    facts.data_categories = Known::Known(BTreeSet::from(["Recordings".parse().unwrap()]));
    facts.special_categories = Known::Known(BTreeSet::new());
    facts.criminal_data = Known::Known(false);
    facts.ai_terms = Known::Known(None);
    facts.remote_access = Known::Known(false);
    facts.chain = Known::Known(Chain::None);
    facts.locations = Known::Known(BTreeSet::from([Location {
        place: Place::parse(vendor.country).unwrap(),
        kind: LocationKind::Processing,
        region: None,
        city: None,
    }]));
    facts
}

fn transfer(vendor: Vendor) -> Transfer {
    Transfer {
        origins: BTreeSet::from([Origin::Eu, Origin::EeaEfta]),
        destination: Place::parse(vendor.country).unwrap(),
        importer: vendor.name.parse().unwrap(),
        importer_subject_to_gdpr: Known::Known(false),
        onward_of: None,
        mechanism: if vendor.dpf {
            Mechanism::Dpf(DpfReliance {
                hr_data: false,
                non_hr_data: true,
                checks: BTreeMap::new(),
            })
        } else {
            Mechanism::Adequacy(AdequacyReliance::default())
        },
        fallback: vendor.is_ready.then_some(SccReliance { clauses: 1 }),
    }
}

fn assessment(vendor: Vendor, author: StaffId) -> Tia {
    let places = BTreeSet::from([Place::parse(vendor.country).unwrap()]);
    let mut tia = Tia::draft(TiaType::Full46, places, author);
    tia.outcome = Some(TiaOutcome::Allowed);
    tia.state = TiaState::InReview;
    tia.next_review_on = "2028-01-01".parse().ok();
    tia.situation = Some(Situation::None);
    tia
}

pub async fn person(tx: &mut Tx, login: &str) -> StaffId {
    let login = format!("{login}@publisher.example");
    find_staff_by_login(tx, &login).await.unwrap().unwrap().id.into()
}

async fn record(app: &TestApp, tx: &mut Tx, id: EngagementId, by: StaffId, body: LegalRecord) -> RecordId {
    let now = app.state.clock.now();
    let new = NewRecord {
        id: app.state.random.id(now).into(),
        engagement_id: id,
        number: 1,
        body,
        valid_from: None,
        ended_on: None,
        recorded_at: now,
        recorded_by: by,
    };
    append_record(tx, 0, &new).await.unwrap();
    new.id
}

/// Adds a vendor, in use where it says so; its look at the list was made today.
pub async fn add(app: &TestApp, vendor: Vendor) -> EngagementId {
    let now = app.state.clock.now();
    let today = app.state.publisher().zone.local_date(now);
    let mut tx = app.state.db.write().await.unwrap();
    let (editor, approver) = (
        person(&mut tx, "legal-editor").await,
        person(&mut tx, "legal-approver").await,
    );
    let by = Recorded::by(editor, now);
    let version = |facts| NewVersion {
        id: app.state.random.id(now).into(),
        facts,
        valid_from: None,
        recorded: by,
        reason: None,
    };
    let company_id = OrganisationId::from(app.state.random.id(now));
    let slug = Slug::parse(&vendor.slug()).unwrap();
    create_organisation(&mut tx, company_id, &slug, &version(company(vendor)))
        .await
        .unwrap();
    let engagement = Engagement {
        id: app.state.random.id(now).into(),
        organisation_id: company_id,
        entity_id: None,
        slug,
        parent_id: None,
        created_at: now,
        created_by: Some(editor),
    };
    let first = NewVersion {
        id: app.state.random.id(now).into(),
        facts: facts(vendor, company_id),
        valid_from: None,
        recorded: by,
        reason: None,
    };
    create_engagement(&mut tx, &engagement, &first, app.state.random.id(now))
        .await
        .unwrap();
    let id = engagement.id;
    record(app, &mut tx, id, editor, LegalRecord::Transfer(transfer(vendor))).await;
    if vendor.is_ready {
        add_clauses(app, &mut tx, id, vendor, editor).await;
        let tia = record(
            app,
            &mut tx,
            id,
            editor,
            LegalRecord::Tia(assessment(vendor, editor)),
        )
        .await;
        approve_record(&mut tx, tia, approver, now).await.unwrap();
        refresh(&mut tx, (id, 1)).await.unwrap();
    }
    if vendor.dpf {
        let look = StoredCheck {
            id: app.state.random.id(now),
            organisation_id: company_id,
            framework: DpfFramework::EuUs,
            check: DpfCheck {
                entity_as_listed: vendor.name.parse().unwrap(),
                status: DpfStatus::Active,
                covers_non_hr: true,
                covers_hr: false,
                covered_entities: None,
                next_certification_due: None,
                checked_on: today,
                checked_by: editor,
                page: None,
            },
            recorded_at: now,
            recorded_by: editor,
        };
        append_check(&mut tx, &look).await.unwrap();
    }
    if vendor.is_in_use {
        let from = EngagementState::Draft;
        let to = from.next(EngagementEvent::AdoptBaseline).unwrap();
        let why = Some("in use since before the register");
        append_engagement_state(&mut tx, app.state.random.id(now), id, (from, to), by, why)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    id
}

/// Lets a vendor's transfer, exported from the Union and the United Kingdom, rest on its clauses.
pub async fn rest_on_clauses(app: &TestApp, vendor: Vendor) {
    let engagement_id = current(app, vendor).await.engagement.id;
    let (version, transfer) = transfer_now(app, vendor).await;
    let transfer = Transfer {
        origins: BTreeSet::from([Origin::Eu, Origin::Uk]),
        ..transfer.fall_back().unwrap()
    };
    let now = app.state.clock.now();
    let mut tx = app.state.db.write().await.unwrap();
    let new = NewRecord {
        id: app.state.random.id(now).into(),
        engagement_id,
        number: 1,
        body: LegalRecord::Transfer(transfer),
        valid_from: None,
        ended_on: None,
        recorded_at: now,
        recorded_by: person(&mut tx, "legal-editor").await,
    };
    append_record(&mut tx, version, &new).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn current(app: &TestApp, vendor: Vendor) -> CurrentEngagement {
    let mut tx = app.state.db.read().await.unwrap();
    current_by_slug(&mut tx, &vendor.slug()).await.unwrap().unwrap()
}

/// The transfer of a vendor with the number of its version.
pub async fn transfer_now(app: &TestApp, vendor: Vendor) -> (i64, Transfer) {
    let id = current(app, vendor).await.engagement.id;
    let mut tx = app.state.db.read().await.unwrap();
    let records = list_latest_records(&mut tx, id).await.unwrap();
    records
        .into_iter()
        .find_map(|record| match record.body {
            LegalRecord::Transfer(transfer) => Some((record.version, transfer)),
            _ => None,
        })
        .unwrap()
}
