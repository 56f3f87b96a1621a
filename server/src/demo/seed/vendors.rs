//! Invented vendors, documented in full: one in the EEA to walk with, one that is to replace another, and one in the United
//! States whose notice is out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, TimeDelta};
use domain::digest::Digest;
use domain::engagement::sign_off::{AssessmentPart, SignOff};
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::engagement::{AiRetention, AiTerms, Category, Chain, EngagementFacts, Location, LocationKind};
use domain::id::{EngagementId, OrganisationId, ProductId, RecordId, StaffId};
use domain::known::Known;
use domain::legal_record::{
    AssessmentResult, Contract, DpfCheck, DpfFramework, DpfReliance, DpfStatus, FlowDown, LegalRecord,
    Mechanism, Origin, OwnPurpose, SccReliance, SecurityAssessment, Transfer,
};
use domain::organisation::{ContactPoint, ContactPointKind, OrganisationFacts};

use super::{People, Result, assessments, clauses, register, value};
use crate::AppState;
use crate::documents;
use crate::http::form::PostedFile;
use crate::store::Tx;
use crate::store::dpf_checks::{StoredCheck, append_check};
use crate::store::engagements::{self, append_engagement_state};
use crate::store::legal_records::{NewRecord, append_record};
use crate::store::sign_offs::append_sign_off;
use crate::store::version::Recorded;

fn organisation(
    name: &str,
    number: &str,
    country: &str,
    address: &str,
    contact: &str,
) -> Result<OrganisationFacts> {
    let mut facts = OrganisationFacts::named(value(name)?);
    facts.registration_number = Known::Known(value(number)?);
    facts.registration_country = Known::Known(value(country)?);
    facts.address = Known::Known(value(address)?);
    facts.parent = Known::Known(None);
    facts.ultimate_parent_country = Known::Known(value(country)?);
    facts.contact = Known::Known(ContactPoint {
        kind: ContactPointKind::Function,
        name: value("Privacy team")?,
        email: Some(value(contact)?),
        phone: None,
        postal: None,
    });
    facts.dpo = Known::Known(None);
    facts.eu_representative = Known::Known(None);
    Ok(facts)
}

/// The agreement as it was signed, kept as a file.
async fn agreement(tx: &mut Tx, state: &AppState, people: &People, name: &str) -> Result<Digest> {
    let file = PostedFile {
        field: "archived_copy_file".to_owned(),
        name: "agreement.txt".to_owned(),
        bytes: format!("Data processing addendum with {name}, as it is signed in this demonstration.\n")
            .into_bytes(),
    };
    let checked = documents::check(&file)?;
    documents::put(tx, state, people.editor.into(), &checked).await?;
    Ok(checked.sha256)
}

fn contract(name: &str, day: NaiveDate, copy: Digest) -> Result<LegalRecord> {
    Ok(LegalRecord::Contract(Contract {
        entity_name: value(name)?,
        invoice_entity_name: Some(value(name)?),
        reference: Some(value("DPA of this demonstration")?),
        effective_on: Some(day),
        ends_on: None,
        flow_down: FlowDown::ALL.iter().copied().collect(),
        own_purpose: OwnPurpose::None,
        archived_copy: Some(copy),
        retrieved_on: Some(day),
        vendor_notice_days: Some(30),
        signed_on: None,
        change_feed: None,
    }))
}

fn security(assessor: StaffId, day: NaiveDate) -> Result<LegalRecord> {
    Ok(LegalRecord::SecurityAssessment(SecurityAssessment {
        result: AssessmentResult::Passed,
        assessor,
        assessed_on: day,
        valid_to: day + TimeDelta::days(365),
        guarantees: Some(value(
            "ISO/IEC 27001 certificate; encryption in transit and at rest; least-privilege access",
        )?),
        summary: None,
        answers: None,
        conditions: None,
        evidence: BTreeSet::new(),
    }))
}

async fn record(
    tx: &mut Tx,
    state: &AppState,
    id: EngagementId,
    by: Recorded,
    body: LegalRecord,
) -> Result<()> {
    let new = NewRecord {
        id: RecordId::from(state.random.id(by.at)),
        engagement_id: id,
        number: 1,
        body,
        valid_from: None,
        ended_on: None,
        recorded_at: by.at,
        recorded_by: by.by.ok_or("no author")?,
    };
    append_record(tx, 0, &new).await?;
    Ok(())
}

/// A look at the list of certified companies.
async fn look(tx: &mut Tx, state: &AppState, id: EngagementId, by: Recorded, check: DpfCheck) -> Result<()> {
    let company = engagements::find_engagement(tx, id)
        .await?
        .ok_or("no engagement")?;
    let seen = StoredCheck {
        id: state.random.id(by.at),
        organisation_id: company.organisation_id,
        framework: DpfFramework::EuUs,
        check,
        recorded_at: by.at,
        recorded_by: by.by.ok_or("no author")?,
    };
    append_check(tx, &seen).await?;
    Ok(())
}

/// DRAFT → ASSESSING → ASSESSED, with both parts confirmed.
async fn assess(
    tx: &mut Tx,
    state: &AppState,
    id: EngagementId,
    people: &People,
    by: Recorded,
) -> Result<()> {
    let judged = crate::register::judge(tx, id, None)
        .await?
        .ok_or("no engagement")?;
    for (part, who) in [
        (AssessmentPart::Security, people.assessor),
        (AssessmentPart::Legal, people.approver),
    ] {
        let signed = SignOff {
            part,
            papers: crate::register::papers(&judged),
            at: by.at,
            by: who.into(),
        };
        append_sign_off(tx, state.random.id(by.at), id, &signed).await?;
    }
    let mut at = EngagementState::Draft;
    for (event, who) in [
        (EngagementEvent::Assess, people.editor),
        (EngagementEvent::ConfirmAssessment, people.approver),
    ] {
        let next = at.next(event)?;
        let recorded = Recorded::by(who.into(), by.at);
        append_engagement_state(tx, state.random.id(by.at), id, (at, next), recorded, None).await?;
        at = next;
    }
    Ok(())
}

struct Texts {
    service: &'static str,
    purpose: &'static str,
    responsibilities: &'static str,
    country: &'static str,
    region: &'static str,
    kinds: &'static [LocationKind],
}

fn facts(
    state: &AppState,
    by: Recorded,
    products: &[ProductId],
    category: Category,
    texts: &Texts,
) -> Result<EngagementFacts> {
    let mut facts = EngagementFacts::of(OrganisationId::from(state.random.id(by.at)));
    facts.category = Known::Known(category);
    facts.service = Known::Known(value(texts.service)?);
    facts.purpose = Known::Known(value(texts.purpose)?);
    facts.responsibilities = Known::Known(value(texts.responsibilities)?);
    facts.data_subjects = Known::Known(BTreeSet::from([
        value("Users of the customer")?,
        value("Contacts of the customer")?,
    ]));
    facts.data_categories = Known::Known(BTreeSet::from([
        value("Names")?,
        value("Work e-mail addresses")?,
        value("Contents of documents")?,
    ]));
    facts.special_categories = Known::Known(BTreeSet::new());
    facts.criminal_data = Known::Known(false);
    facts.products = products.iter().copied().collect();
    facts.remote_access = Known::Known(texts.kinds.iter().any(|k| k.is_remote()));
    facts.chain = Known::Known(Chain::None);
    let mut locations = BTreeSet::new();
    for kind in texts.kinds {
        locations.insert(Location {
            place: value(texts.country)?,
            kind: *kind,
            region: Some(value(texts.region)?),
            city: None,
        });
    }
    facts.locations = Known::Known(locations);
    Ok(facts)
}

/// The vendor to walk with: in the EEA, segregable, everything on file.
pub async fn kaleido(state: &AppState, people: &People, products: &[ProductId]) -> Result<EngagementId> {
    let company = organisation(
        "Kaleido Search GmbH",
        "HRB 999001",
        "DE",
        "Musterstraße 1\n20095 Hamburg",
        "privacy@kaleido.example",
    )?;
    let texts = Texts {
        service: "Managed search index",
        purpose: "Full-text search in documents",
        responsibilities: "Keeps the search index; documents themselves stay with the hosting provider",
        country: "DE",
        region: "Hamburg",
        kinds: &[LocationKind::Storage, LocationKind::Processing],
    };
    in_the_eea(
        state,
        people,
        products,
        &company,
        Category::Infrastructure,
        &texts,
    )
    .await
}

/// The vendor that is to replace one in use; its change waits for the approver.
pub async fn lokivuo(state: &AppState, people: &People, products: &[ProductId]) -> Result<EngagementId> {
    let company = organisation(
        "Lokivuo Oy",
        "9990003-0",
        "FI",
        "Esimerkkikatu 2\n00100 Helsinki",
        "privacy@lokivuo.example",
    )?;
    let texts = Texts {
        service: "Log store",
        purpose: "Logging and monitoring for security events and anomalies",
        responsibilities: "Keeps logs for 30 days; contents of documents are never logged",
        country: "FI",
        region: "Helsinki",
        kinds: &[LocationKind::Storage, LocationKind::Processing],
    };
    in_the_eea(state, people, products, &company, Category::Observability, &texts).await
}

/// A vendor in the EEA, segregable, with everything on file.
async fn in_the_eea(
    state: &AppState,
    people: &People,
    products: &[ProductId],
    company: &OrganisationFacts,
    category: Category,
    texts: &Texts,
) -> Result<EngagementId> {
    let now = state.clock.now();
    let (by, day) = (
        Recorded::by(people.editor.into(), now),
        state.publisher().zone.local_date(now) - TimeDelta::days(1),
    );
    let mut facts = facts(state, by, products, category, texts)?;
    facts.segregable = true;
    facts.ai_terms = Known::Known(None);
    let mut tx = state.db.write().await?;
    let id = register::create(&mut tx, state, company, facts, by).await?;
    let assessor = people.assessor.into();
    let copy = agreement(&mut tx, state, people, company.legal_name.as_str()).await?;
    let agreement = contract(company.legal_name.as_str(), day, copy)?;
    record(&mut tx, state, id, by, agreement).await?;
    let assessed = security(assessor, day)?;
    record(&mut tx, state, id, Recorded::by(assessor, now), assessed).await?;
    assessments::eea_note(&mut tx, state, people, id).await?;
    assess(&mut tx, state, id, people, by).await?;
    tx.commit().await?;
    Ok(id)
}

/// The vendor whose notice is out: in the United States, on the Data Privacy Framework with clauses as fallback.
pub async fn brightwave(state: &AppState, people: &People, products: &[ProductId]) -> Result<EngagementId> {
    let now = state.clock.now();
    let (by, day) = (
        Recorded::by(people.editor.into(), now),
        state.publisher().zone.local_date(now) - TimeDelta::days(1),
    );
    let name = "Brightwave Speech Inc.";
    let company = organisation(
        name,
        "C-9990002",
        "US",
        "1 Example Way\nSan Francisco, CA 94105",
        "privacy@brightwave.example",
    )?;
    let texts = Texts {
        service: "Transcription API",
        purpose: "Transcription of recorded meetings",
        responsibilities: "Turns speech into text; recordings are not kept",
        country: "US",
        region: "us-west",
        kinds: &[LocationKind::Processing, LocationKind::Support],
    };
    let mut facts = facts(state, by, products, Category::Ai, &texts)?;
    facts.ai_terms = Known::Known(Some(AiTerms {
        training: Known::Known(false),
        retention: Known::Known(AiRetention::Zero),
    }));
    let check = DpfCheck {
        entity_as_listed: value(name)?,
        status: DpfStatus::Active,
        covers_non_hr: true,
        covers_hr: false,
        covered_entities: None,
        next_certification_due: Some(day + TimeDelta::days(300)),
        checked_on: day,
        checked_by: people.editor.into(),
        page: None,
    };
    let transfer = Transfer {
        origins: BTreeSet::from([Origin::Eu, Origin::EeaEfta]),
        destination: value("US")?,
        importer: value(name)?,
        importer_subject_to_gdpr: Known::Known(false),
        onward_of: None,
        mechanism: Mechanism::Dpf(DpfReliance {
            hr_data: false,
            non_hr_data: true,
            checks: BTreeMap::new(),
        }),
        fallback: Some(SccReliance { clauses: 1 }),
    };
    let mut tx = state.db.write().await?;
    let id = register::create(&mut tx, state, &company, facts, by).await?;
    let copy = agreement(&mut tx, state, people, name).await?;
    record(&mut tx, state, id, by, contract(name, day, copy)?).await?;
    let assessor = Recorded::by(people.assessor.into(), now);
    record(
        &mut tx,
        state,
        id,
        assessor,
        security(people.assessor.into(), day)?,
    )
    .await?;
    clauses::add(&mut tx, state, id, people, day, copy).await?;
    record(&mut tx, state, id, by, LegalRecord::Transfer(transfer)).await?;
    look(&mut tx, state, id, by, check).await?;
    assessments::transcription(&mut tx, state, people, id).await?;
    assess(&mut tx, state, id, people, by).await?;
    tx.commit().await?;
    Ok(id)
}
