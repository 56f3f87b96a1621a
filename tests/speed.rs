//! A large register, to see that what is kept for the list is what judging anew gives, and to measure.
//!
//! `make bench` runs the measurements on a release build; they are no tests, because a busy machine proves nothing.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use domain::authorisation::{AuthorisationModel, AuthorisationState};
use domain::engagement::{Chain, EngagementFacts, Location, LocationKind};
use domain::gate::evaluate_register;
use domain::id::{EngagementId, OrganisationId, RecordId, StaffId};
use domain::known::Known;
use domain::legal_record::{LegalRecord, MechanismKind, Tia, TiaOutcome, TiaState, TiaType};
use domain::organisation::{ContactPoint, ContactPointKind, OrganisationFacts};
use domain::role::Role;
use domain::slug::Slug;
use forenotice::gates;
use forenotice::register::{self, counts};
use forenotice::store::assessments;
use forenotice::store::authorisations::{self, Authorisation};
use forenotice::store::changes;
use forenotice::store::customers::{Customer, create_customer};
use forenotice::store::engagements::{Engagement, create_engagement, current_by_slug};
use forenotice::store::legal_records::{NewRecord, append_record, approve_record};
use forenotice::store::lines::{find_announced_line, list_lines};
use forenotice::store::notices::{self, Promise};
use forenotice::store::organisations::create_organisation;
use forenotice::store::policies::{PolicyVersion, append_policy, list_policies_of};
use forenotice::store::register_rows::{RegisterQuery, page_rows};
use forenotice::store::version::{NewVersion, Recorded};
use forenotice::store::{Of, Tx};

use crate::both;
use crate::journey::{clients, send};
use crate::support::TestApp;

#[cfg(feature = "measure")]
mod measured;
#[cfg(feature = "measure")]
mod tables;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn tia(version: i64, author: StaffId) -> Tia {
    let mut tia = Tia::draft(TiaType::EeaNote, BTreeSet::new(), author);
    tia.state = TiaState::InReview;
    tia.outcome = Some(TiaOutcome::NotRequiredEea);
    tia.tool.mechanism = Some(MechanismKind::NoneRequired);
    tia.next_review_on = Some(day("2027-11-01"));
    let reason = format!("Everything stays in the EEA; version {version}.");
    tia.conclusion.reason = Some(reason.parse().unwrap());
    tia
}

/// So many engagements, each with so many versions of its assessment, the last but one approved.
pub async fn fill(app: &TestApp, engagements: u32, versions: i64) {
    let author = StaffId::from(app.add_person("author of many", &[Role::LegalEditor]).await);
    let approver = StaffId::from(app.add_person("approver of many", &[Role::LegalApprover]).await);
    let now = app.state.clock.now();
    let mut tx = app.state.db.write().await.unwrap();
    for number in 1..=engagements {
        let name = format!("Vendor {number:05} AS");
        let company = OrganisationId::from(app.state.random.id(now));
        let mut facts = OrganisationFacts::named(name.parse().unwrap());
        if number % 3 == 0 {
            facts.registration_number = Known::Known(format!("{number}").parse().unwrap());
            facts.address = Known::Known("Main Street 1\n0150 Oslo".parse().unwrap());
            facts.contact = Known::Known(ContactPoint {
                kind: ContactPointKind::Function,
                name: "Privacy office".parse().unwrap(),
                email: Some("privacy@vendor.example".parse().unwrap()),
                phone: None,
                postal: None,
            });
        }
        let slug = Slug::from_name(&name).unwrap();
        let first = |facts| NewVersion {
            id: app.state.random.id(now).into(),
            facts,
            valid_from: None,
            recorded: Recorded::by(author, now),
            reason: None,
        };
        create_organisation(&mut tx, company, &slug, &first(facts))
            .await
            .unwrap();
        let mut facts = EngagementFacts::of(company);
        facts.service = Known::Known(format!("Service {}", number % 97).parse().unwrap());
        facts.purpose = Known::Known("Keeps what customers enter, and gives it back".parse().unwrap());
        facts.locations = Known::Known(BTreeSet::from([Location {
            place: "NO".parse().unwrap(),
            kind: LocationKind::Storage,
            region: None,
            city: None,
        }]));
        facts.remote_access = Known::Known(false);
        facts.chain = Known::Known(Chain::None);
        let id = EngagementId::from(app.state.random.id(now));
        let engagement = Engagement {
            id,
            organisation_id: company,
            entity_id: None,
            slug,
            parent_id: None,
            created_at: now,
            created_by: Some(author),
        };
        let first = NewVersion {
            id: app.state.random.id(now).into(),
            facts,
            valid_from: None,
            recorded: Recorded::by(author, now),
            reason: None,
        };
        create_engagement(&mut tx, &engagement, &first, app.state.random.id(now))
            .await
            .unwrap();
        for version in 1..=versions {
            let record = NewRecord {
                id: RecordId::from(app.state.random.id(now)),
                engagement_id: id,
                number: 1,
                body: LegalRecord::Tia(tia(version, author)),
                valid_from: None,
                ended_on: None,
                recorded_at: now,
                recorded_by: author,
            };
            append_record(&mut tx, version - 1, &record).await.unwrap();
            if version == versions - 1 {
                approve_record(&mut tx, record.id, approver, now).await.unwrap();
            }
        }
        assessments::refresh(&mut tx, (id, 1)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// So many customers more who were told of the demo's draft, each with a promise and an authorisation.
async fn tell_many(app: &TestApp, count: u32) {
    let now = app.state.clock.now();
    let mut tx = app.state.db.write().await.unwrap();
    let terms = list_policies_of(&mut tx, Of::All).await.unwrap().remove(0);
    let change = changes::find_by_number(&mut tx, "2026-002")
        .await
        .unwrap()
        .unwrap();
    let line = list_lines(&mut tx, change.id).await.unwrap().remove(0);
    let notice = notices::list_versions(&mut tx, change.id)
        .await
        .unwrap()
        .pop()
        .unwrap();
    let promised = notices::list_promises(&mut tx, notice.id)
        .await
        .unwrap()
        .remove(0);
    for number in 1..=count {
        let customer = Customer {
            id: app.state.random.id(now).into(),
            name: format!("Customer {number:06} AS"),
            reference: None,
            role: domain::policy::CustomerRole::Controller,
            country: "NO".parse().unwrap(),
            signed_on: day("2024-01-01"),
            created: Recorded::by_system(now),
            ended_at: None,
        };
        create_customer(&mut tx, &customer).await.unwrap();
        let policy = PolicyVersion {
            id: app.state.random.id(now),
            customer_id: customer.id,
            number: 1,
            needs_confirmation: false,
            confirmed: None,
            ..terms.clone()
        };
        append_policy(&mut tx, 0, &policy).await.unwrap();
        let promise = Promise {
            id: app.state.random.id(now),
            notice_id: notice.id,
            customer_id: customer.id.uuid(),
            policy_id: policy.id,
            windows: promised.windows.clone(),
            contacts: Vec::new(),
        };
        notices::promise(&mut tx, &promise, now).await.unwrap();
        let authorisation = Authorisation {
            id: app.state.random.id(now),
            line_id: line.id,
            customer_id: customer.id.uuid(),
            policy_id: policy.id,
            model: AuthorisationModel::General,
            state: AuthorisationState::Pending,
            given_at: None,
            notice_expires_at: None,
            objection_expires_at: None,
        };
        authorisations::open(&mut tx, &authorisation, notice.id, app.state.random.id(now), now)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

async fn all_rows(tx: &mut Tx) -> Vec<(String, i64)> {
    let (rows, _) = page_rows(tx, &RegisterQuery::default(), (10_000, 0))
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.slug, row.red)).collect()
}

both! {
    async fn what_the_list_keeps_is_what_judging_anew_gives(app: TestApp) {
        fill(&app, 60, 3).await;
        let editor = app.signed_in(Role::LegalEditor).await;
        let list = editor.get("/staff/register").await;
        assert!(list.text.contains("1 to 50 of 60 engagements"), "{}", list.text);
        assert!(list.text.contains("Gates counted on"));
        let judged = async |tx: &mut Tx| -> Vec<(String, i64)> {
            let now = app.state.clock.now();
            let mut all: Vec<_> = register::judge_these(tx, Of::All, None)
                .await
                .unwrap()
                .iter()
                .map(|one| {
                    let mut gates: Vec<_> = evaluate_register(&one.facts, now).reasons.iter().map(|reason| reason.gate).collect();
                    gates.dedup();
                    (one.current.engagement.slug.to_string(), i64::try_from(gates.len()).unwrap())
                })
                .collect();
            all.sort();
            all
        };
        let mut tx = app.state.db.read().await.unwrap();
        let expected = judged(&mut tx).await;
        assert_eq!(all_rows(&mut tx).await, expected);
        assert!(expected.iter().any(|(_, red)| *red != expected[0].1), "they differ among one another");
        drop(tx);

        // A write makes one row due, and the next look counts it.
        let facts = [("seen", "1"), ("legal_name", "Vendor 00001 AS"), ("registration_number", "1"), ("address", "Street 1")];
        let saved = editor.post("/staff/register/vendor-00001-as/company", &facts).await;
        assert_eq!(saved.status, 303, "{}", saved.text);
        editor.get("/staff/register").await;
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(all_rows(&mut tx).await, judged(&mut tx).await);
        drop(tx);
        // Time alone closes gates: the review of the assessment is overdue a year later.
        app.advance(TimeDelta::days(400));
        counts::keep(&app.state).await.unwrap();
        let mut tx = app.state.db.read().await.unwrap();
        let later = all_rows(&mut tx).await;
        assert_eq!(later, judged(&mut tx).await);
        assert_ne!(later, expected);
        drop(tx);
        let red = editor.get("/staff/register?gates=green").await;
        assert!(red.text.contains("Nothing fits"));
    }

    async fn many_customers_are_judged_as_one_by_one(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        send(&app, &editor, &approver).await;
        tell_many(&app, 205).await;
        let now = app.state.clock.now();
        let zone = app.state.publisher().zone;
        let mut tx = app.state.db.read().await.unwrap();
        let id = current_by_slug(&mut tx, "kaleido-search-gmbh").await.unwrap().unwrap().engagement.id;
        let (line, change) = find_announced_line(&mut tx, id.uuid()).await.unwrap().unwrap();
        let all = authorisations::list_by_line(&mut tx, line.id).await.unwrap();
        assert!(all.len() > 205);
        let together = gates::some_customer_facts(&mut tx, zone, (&change, &line), &all, now).await.unwrap();
        for (authorisation, facts) in all.iter().zip(&together).step_by(9) {
            let alone = gates::customer_facts(&mut tx, zone, (&change, &line), authorisation, now).await.unwrap();
            assert_eq!(*facts, alone);
        }
    }
}
