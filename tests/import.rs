//! Lists taken in: what is written, and what is not, on both databases.

mod adoption;
mod pages;

use domain::country::Place;
use domain::engagement::state::EngagementState;
use domain::engagement::{Category, LocationKind};
use domain::known::Known;
use domain::organisation::ContactPointKind;
use forenotice::audit;
use forenotice::import::{Author, Done, Source, WriteError, Written, file_hash, read, write_drafts};
use forenotice::store::audit::{EntryFilter, list_entries};
use forenotice::store::engagements::list_current;
use forenotice::store::imports::{find_import, find_import_of, list_imports};
use forenotice::store::organisations::list_organisations;

use crate::both;
use crate::support::TestApp;

const NESTED: &str = include_str!("fixtures/import/nested.json");

fn author(app: &TestApp) -> Author<'_> {
    Author {
        random: &app.state.random,
        now: app.state.clock.now(),
        by: None,
    }
}

async fn take_in(app: &TestApp, name: &str, text: &str, again: bool) -> Result<Written, WriteError> {
    let import = read(name, text.as_bytes()).unwrap();
    let source = Source {
        sha256: file_hash(text.as_bytes()),
        again,
    };
    let author = author(app);
    let mut tx = app.state.db.write().await?;
    let written = write_drafts(&mut tx, &app.state, &import, source, author).await?;
    tx.commit().await?;
    Ok(written)
}

async fn counts(app: &TestApp) -> (usize, usize) {
    let mut tx = app.state.db.read().await.unwrap();
    (
        list_organisations(&mut tx).await.unwrap().len(),
        list_current(&mut tx).await.unwrap().len(),
    )
}

both! {
    async fn a_list_becomes_drafts_that_know_only_what_it_says(app: TestApp) {
        let written = take_in(&app, "nested.json", NESTED, false).await.unwrap();
        assert_eq!(written.drafted(), 3);
        let mut tx = app.state.db.read().await.unwrap();
        let all = list_current(&mut tx).await.unwrap();
        let slugs: Vec<_> = all.iter().map(|e| e.engagement.slug.to_string()).collect();
        assert_eq!(slugs, ["cloudharbour-inc", "rowstore-ltd", "watchtower-gmbh"]);
        assert!(all.iter().all(|e| e.state.state == EngagementState::Draft));

        let harbour = &all[0];
        let facts = &harbour.version.facts;
        assert_eq!(facts.category, Known::Known(Category::Infrastructure));
        assert_eq!(facts.service, Known::Unknown);
        assert_eq!(facts.remote_access, Known::Unknown);
        assert_eq!(facts.special_categories, Known::Unknown);
        let locations: Vec<_> = facts.locations.get().unwrap().iter().collect();
        assert_eq!(locations.len(), 2);
        assert!(locations.iter().all(|l| l.kind == LocationKind::Processing && l.city.is_none()));
        assert_eq!(locations[1].place, Place::parse("US").unwrap());
        assert_eq!(locations[1].region.as_ref().unwrap().as_str(), "Tidewater US Cloud");

        let company = &harbour.organisation.version.facts;
        assert_eq!(company.legal_name.as_str(), "Cloudharbour, Inc.");
        assert_eq!(company.address, Known::Unknown, "a contact's postal address is no registered one");
        let contact = company.contact.get().unwrap();
        assert_eq!(contact.kind, ContactPointKind::Function);
        assert_eq!(contact.email.as_ref().unwrap().as_str(), "eu-privacy@cloudharbour.example");
        assert_eq!(contact.postal.as_ref().unwrap().as_str(), "12 Quay Street\nPortland, OR 97201\nUSA");
        assert_eq!(company.registration_number, Known::Unknown);
    }

    async fn locations_with_a_gap_stay_unknown(app: TestApp) {
        let list = "Name,Location\nA AS,\"Norway, Atlantis\"\nB AS,EU\nC AS,Norway\n";
        take_in(&app, "list.csv", list, false).await.unwrap();
        let mut tx = app.state.db.read().await.unwrap();
        let known: Vec<_> = list_current(&mut tx).await.unwrap().iter().map(|e| e.version.facts.locations.is_known()).collect();
        assert_eq!(known, [false, false, true]);
    }

    async fn the_same_file_is_taken_in_once_unless_asked_for(app: TestApp) {
        let first = take_in(&app, "nested.json", NESTED, false).await.unwrap();
        let refused = take_in(&app, "renamed.json", NESTED, false).await.unwrap_err();
        assert!(refused.to_string().starts_with("this file was imported already, as \"nested.json\" on 2026-11-23"), "{refused}");
        assert_eq!(counts(&app).await, (3, 3));

        app.advance(chrono::TimeDelta::hours(1));
        let again = take_in(&app, "renamed.json", NESTED, true).await.unwrap();
        assert_eq!(again.drafted(), 0);
        assert!(again.outcomes.iter().all(|o| o.done == Done::AlreadyThere));
        assert_eq!(counts(&app).await, (3, 3));

        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_imports(&mut tx, 10).await.unwrap().len(), 2);
        let stored = find_import(&mut tx, first.id).await.unwrap().unwrap();
        assert_eq!(stored.file_name, "nested.json");
        assert_eq!(stored.report["import"]["rows"], 3);
        assert_eq!(find_import_of(&mut tx, &stored.sha256).await.unwrap().unwrap().id, again.id);
    }

    async fn a_company_that_is_known_gets_a_further_engagement(app: TestApp) {
        take_in(&app, "a.csv", "Name,Purpose\n\"Parley, Inc.\",Summaries\nLantern GmbH,Lighting\n", false).await.unwrap();
        let list = "Name,Purpose\nPARLEY INC,Speech\nParley,Translation\nParley AS,Speech\nLantern GmbH,Lighting\n";
        let written = take_in(&app, "b.csv", list, false).await.unwrap();
        let done: Vec<_> = written.outcomes.iter().map(|o| (o.engagement.as_str(), &o.done)).collect();
        let known = "Parley, Inc.".to_owned();
        assert_eq!(
            done,
            [
                ("parley-inc-2", &Done::Attached(known.clone())),
                ("parley", &Done::Attached(known.clone())),
                ("parley-as", &Done::CreatedBeside(known)),
                ("lantern-gmbh", &Done::AlreadyThere),
            ]
        );
        assert_eq!(counts(&app).await, (3, 5));
        assert!(written.outcomes[2].sentence().contains("check whether they are one"));
    }

    async fn an_import_is_in_the_audit_log_and_a_failed_one_leaves_nothing(app: TestApp) {
        let import = read("nested.json", NESTED.as_bytes()).unwrap();
        let source = Source { sha256: [0; 32], again: false };
        let author = author(&app);
        let mut tx = app.state.db.write().await.unwrap();
        write_drafts(&mut tx, &app.state, &import, source, author).await.unwrap();
        drop(tx);
        assert_eq!(counts(&app).await, (0, 0));

        let none = read("a.csv", b"Name,Purpose\n,Hosting\n").unwrap();
        let mut tx = app.state.db.write().await.unwrap();
        assert!(matches!(write_drafts(&mut tx, &app.state, &none, source, author).await, Err(WriteError::Nothing)));
        drop(tx);

        take_in(&app, "nested.json", NESTED, false).await.unwrap();
        let mut tx = app.state.db.read().await.unwrap();
        let entries = list_entries(&mut tx, &EntryFilter::default(), 5).await.unwrap();
        assert_eq!(entries[0].action, "list.imported");
        assert!(audit::verify(&mut tx, &app.state.keys).await.unwrap().is_intact());
    }
}
