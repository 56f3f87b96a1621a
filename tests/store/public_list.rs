//! What the public pages read. `before` is exclusive; none is now.

use chrono::{DateTime, Utc};
use domain::change::{ChangeState as S, ChangeType};
use domain::engagement::EngagementFacts;
use domain::organisation::OrganisationFacts;
use domain::text::Name;
use forenotice::store::changes::{self, Change, Move};
use forenotice::store::engagements::append_engagement_version;
use forenotice::store::entities::create_entity;
use forenotice::store::lines::{Line, put_lines};
use forenotice::store::listings::{ListingState as L, NewListing, append_listing};
use forenotice::store::products::{create_product, end_product, revise_product};
use forenotice::store::public_list::{self, Counts, ProductName};
use forenotice::store::version::{NewVersion, Recorded};
use forenotice::store::{Tx, organisations};
use uuid::Uuid;

use super::entities::entity;
use super::evidence::add_evidence;
use super::fixtures::{
    ACME, BACKUP, CHANGE, HOSTING, LINE, add_change, add_register, change, day, line, micro,
};
use super::products::product;
use super::{hour, id, version};
use crate::both;
use crate::support::TestDb;

fn listing(number: u128, engagement: u128, listing: L, recorded_at: DateTime<Utc>) -> NewListing {
    NewListing {
        id: id(number),
        engagement_id: id(engagement),
        engagement_version_id: id(engagement + 1000),
        organisation_version_id: id(1001),
        listing,
        in_use_from: None,
        line_id: None,
        recorded_at,
    }
}

async fn add(tx: &mut Tx, rows: &[NewListing]) {
    for row in rows {
        append_listing(tx, row).await.unwrap();
    }
}

/// Versions and states shown, in their order.
async fn shown(tx: &mut Tx, before: Option<DateTime<Utc>>) -> Vec<(String, i64, L)> {
    let rows = public_list::list_shown(tx, before).await.unwrap();
    rows.into_iter()
        .map(|row| (row.slug, row.list_version, row.listing))
        .collect()
}

async fn step(tx: &mut Tx, number: u128, from: S, to: S, at: DateTime<Utc>) {
    let row = Move {
        id: id(number),
        change_id: id(CHANGE),
        from,
        to,
        by: None,
        reason: None,
    };
    changes::advance(tx, &row, at).await.unwrap();
}

/// Numbers and states announced, in their order.
async fn announced(tx: &mut Tx, before: Option<DateTime<Utc>>) -> Vec<(String, S, DateTime<Utc>)> {
    let rows = public_list::list_announced(tx, before).await.unwrap();
    rows.into_iter()
        .map(|row| (row.number, row.state, row.state_since))
        .collect()
}

both! {
    async fn an_empty_list_has_no_version_and_no_beginning(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.read().await.unwrap();
        assert_eq!(public_list::began_at(&mut tx).await.unwrap(), None);
        assert_eq!(public_list::list_version(&mut tx, None).await.unwrap(), None);
        assert!(public_list::list_shown(&mut tx, None).await.unwrap().is_empty());
        assert!(public_list::list_announced(&mut tx, None).await.unwrap().is_empty());
        assert_eq!(public_list::stamp(&mut tx).await.unwrap().counts.list_version, 0);
    }

    async fn the_list_of_any_instant_is_the_last_row_of_each_engagement_before_it(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add(&mut tx, &[
            listing(10, HOSTING, L::Partial, micro(1)),
            listing(11, BACKUP, L::Listed, micro(2)),
            listing(12, HOSTING, L::Listed, micro(3)),
            listing(13, BACKUP, L::Ended, micro(4)),
        ]).await;
        let (hosting, backup) = ("acme-hosting".to_owned(), "acme-backup".to_owned());
        assert_eq!(shown(&mut tx, Some(micro(1))).await, [], "not what was recorded at that very instant");
        assert_eq!(shown(&mut tx, Some(micro(2))).await, [(hosting.clone(), 1, L::Partial)]);
        assert_eq!(shown(&mut tx, Some(micro(3))).await, [(backup.clone(), 2, L::Listed), (hosting.clone(), 1, L::Partial)]);
        assert_eq!(shown(&mut tx, None).await, [(backup, 4, L::Ended), (hosting, 3, L::Listed)]);

        for (before, version) in [(micro(1), None), (micro(3), Some((2, micro(2)))), (hour(1), Some((4, micro(4))))] {
            assert_eq!(public_list::list_version(&mut tx, Some(before)).await.unwrap(), version);
        }
        assert_eq!(public_list::list_version(&mut tx, None).await.unwrap(), Some((4, micro(4))));
        assert_eq!(public_list::began_at(&mut tx).await.unwrap(), Some(micro(1)));
        let versions = |rows: Vec<public_list::Shown>| rows.iter().map(|row| row.list_version).collect::<Vec<_>>();
        assert_eq!(versions(public_list::list_everything_shown(&mut tx).await.unwrap()), [1, 2, 3, 4]);
        assert_eq!(versions(public_list::list_history(&mut tx, id(HOSTING)).await.unwrap()), [1, 3]);
        assert_eq!(versions(public_list::list_history(&mut tx, id(99)).await.unwrap()), Vec::<i64>::new());
    }

    async fn a_row_shows_the_facts_of_its_own_versions(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        let right = NewVersion { reason: Some("stedet var feil".to_owned()), ..version(70, EngagementFacts::of(id(ACME)), Recorded::by_system(hour(1))) };
        append_engagement_version(&mut tx, id(HOSTING), 1, &right).await.unwrap();
        let renamed = OrganisationFacts::named(Name::parse("Ærlig Hosting GmbH").unwrap());
        organisations::append_organisation_version(&mut tx, id(ACME), 1, &version(71, renamed, Recorded::by_system(hour(1)))).await.unwrap();
        let later = NewListing {
            engagement_version_id: id(70),
            organisation_version_id: id(71),
            in_use_from: Some(day("2024-02-29")),
            line_id: Some(id(LINE)),
            ..listing(11, HOSTING, L::Listed, hour(2))
        };
        add(&mut tx, &[listing(10, HOSTING, L::Partial, hour(0)), later]).await;
        let rows = public_list::list_history(&mut tx, id(HOSTING)).await.unwrap();
        let facts: Vec<_> = rows.iter().map(|r| (r.organisation.legal_name.as_str(), r.reason.as_deref(), r.in_use_from, r.line_id)).collect();
        assert_eq!(facts, [
            ("Acme Hosting GmbH", None, None, None),
            ("Ærlig Hosting GmbH", Some("stedet var feil"), Some(day("2024-02-29")), Some(id(LINE))),
        ]);
        assert_eq!((rows[0].engagement_id, rows[0].recorded_at), (id(HOSTING), hour(0)));
        assert_eq!(public_list::find_listed(&mut tx, "acme-hosting").await.unwrap(), Some(id(HOSTING)));
        assert_eq!(public_list::find_listed(&mut tx, "acme-backup").await.unwrap(), None, "never listed");
        assert_eq!(public_list::find_listed(&mut tx, "nothing").await.unwrap(), None);
    }

    async fn a_line_is_settled_when_its_own_engagement_is_listed_for_everybody_or_ended(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-001").await;
        let by_line = |row: NewListing| NewListing { line_id: Some(id(LINE)), ..row };
        add(&mut tx, &[
            by_line(listing(10, HOSTING, L::Partial, micro(1))),
            // What this line replaces goes first; that settles nothing.
            by_line(listing(11, BACKUP, L::Ended, micro(2))),
            listing(12, HOSTING, L::Listed, micro(3)),
        ]).await;
        assert_eq!(public_list::list_settled_lines(&mut tx, None).await.unwrap(), []);
        add(&mut tx, &[by_line(listing(13, HOSTING, L::Listed, micro(4))), by_line(listing(14, HOSTING, L::Ended, micro(5)))]).await;
        assert_eq!(public_list::list_settled_lines(&mut tx, None).await.unwrap(), [(id::<Uuid>(LINE), micro(4))], "the first time");
        assert_eq!(public_list::list_settled_lines(&mut tx, Some(micro(4))).await.unwrap(), []);
        assert_eq!(public_list::list_settled_lines(&mut tx, Some(micro(5))).await.unwrap(), [(id(LINE), micro(4))]);
    }

    async fn announced_changes_are_listed_newest_first_with_the_state_they_had(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        for (number, name) in [(CHANGE, "2026-001"), (70, "2026-002"), (80, "2026-003"), (90, "2026-004")] {
            add_change(&mut tx, number, name).await;
        }
        for (number, at) in [(80, micro(1)), (CHANGE, micro(5)), (70, micro(5))] {
            changes::announce(&mut tx, id(number), at).await.unwrap();
        }
        step(&mut tx, 1, S::Draft, S::Open, micro(5)).await;
        step(&mut tx, 2, S::Open, S::Closed, micro(9)).await;
        let told = |number: &str, state, since| (number.to_owned(), state, since);
        assert_eq!(announced(&mut tx, None).await, [
            told("2026-002", S::Draft, hour(0)),
            told("2026-001", S::Closed, micro(9)),
            told("2026-003", S::Draft, hour(0)),
        ]);
        assert_eq!(announced(&mut tx, Some(micro(5))).await, [told("2026-003", S::Draft, hour(0))]);
        assert_eq!(announced(&mut tx, Some(micro(9))).await[1], told("2026-001", S::Open, micro(5)));
        assert_eq!(announced(&mut tx, Some(micro(1))).await, []);
    }

    async fn an_announced_change_has_its_lines_in_order(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-001").await;
        add_change(&mut tx, 70, "2026-002").await;
        let first = Line { change_type: ChangeType::Replacement, replaces_engagement_id: Some(id(HOSTING)), ..line(34, CHANGE, 1, BACKUP) };
        put_lines(&mut tx, id(CHANGE), &[line(33, CHANGE, 2, HOSTING), first]).await.unwrap();
        for number in [CHANGE, 70] {
            changes::announce(&mut tx, id(number), micro(number.try_into().unwrap())).await.unwrap();
        }
        let found = public_list::list_announced(&mut tx, None).await.unwrap();
        assert_eq!(found[0].lines.iter().map(|l| l.id).collect::<Vec<_>>(), [id::<Uuid>(71)]);
        let one = &found[1];
        let Change { title, planned_on, .. } = change(CHANGE, "2026-001");
        assert_eq!((one.id, &one.title, one.planned_on, one.announced_at), (id(CHANGE), &title, planned_on, micro(30)));
        let lines: Vec<_> = one.lines.iter().map(|l| (l.id, l.change_id, l.slug.as_str(), l.engagement_id, l.change_type, l.replaces_engagement_id)).collect();
        assert_eq!(lines, [
            (id(34), id(CHANGE), "acme-backup", id(BACKUP), ChangeType::Replacement, Some(id(HOSTING))),
            (id(33), id(CHANGE), "acme-hosting", id(HOSTING), ChangeType::NewSubprocessor, None),
        ]);
        assert_eq!(one.lines[0].organisation.legal_name.as_str(), "Acme Hosting GmbH");
    }

    async fn products_are_named_without_regard_to_case_ended_ones_too(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        create_entity(&mut tx, &entity(10, "Forlag AS")).await.unwrap();
        for (number, name) in [(11, "Vault"), (12, "flow"), (13, "Ærlig")] {
            create_product(&mut tx, &product(number, 10, name)).await.unwrap();
        }
        end_product(&mut tx, id(11), micro(1)).await.unwrap();
        let named = |number: u128, name: &str, ended_at| ProductName { id: id(number), slug: format!("product-{number}"), name: name.to_owned(), ended_at };
        let all = [named(12, "flow", None), named(11, "Vault", Some(micro(1))), named(13, "Ærlig", None)];
        assert_eq!(public_list::list_product_names(&mut tx, None).await.unwrap(), all);
        assert_eq!(public_list::stamp(&mut tx).await.unwrap().products, all);
    }

    async fn a_product_is_named_as_it_was_before_an_instant(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        for (number, name) in [(10, "Forlag AS"), (20, "Trykkeri AS")] {
            create_entity(&mut tx, &entity(number, name)).await.unwrap();
        }
        for (number, name) in [(11, "Files"), (12, "Mail")] {
            create_product(&mut tx, &product(number, 10, name)).await.unwrap();
        }
        // Another entity is no other name; of two names given at one instant the first was never shown.
        for (name, entity, at) in [("Files", 20, 2), ("Folders", 20, 4), ("Sheets", 20, 6), ("Papers", 20, 6)] {
            revise_product(&mut tx, &product(11, entity, name), micro(at)).await.unwrap();
        }
        end_product(&mut tx, id(12), micro(6)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        for (before, expected, ended_at) in [
            (Some(micro(-1)), "Files", None),
            (Some(micro(4)), "Files", None),
            (Some(micro(5)), "Folders", None),
            (Some(micro(6)), "Folders", None),
            (Some(micro(7)), "Papers", Some(micro(6))),
            (None, "Papers", Some(micro(6))),
        ] {
            let found = public_list::list_product_names(&mut tx, before).await.unwrap();
            let found: Vec<_> = found.iter().map(|p| (p.name.as_str(), p.slug.as_str(), p.ended_at)).collect();
            let mut all = vec![(expected, "product-11", None), ("Mail", "product-12", ended_at)];
            all.sort_unstable();
            assert_eq!(found, all, "{before:?}");
        }
    }

    async fn everything_that_the_public_sees_moves_the_stamp(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let empty = public_list::stamp(&mut tx).await.unwrap();
        add_evidence(&mut tx).await;
        create_entity(&mut tx, &entity(10, "Forlag AS")).await.unwrap();
        create_product(&mut tx, &product(11, 10, "Vault")).await.unwrap();
        let before = public_list::stamp(&mut tx).await.unwrap();
        assert_eq!(before.counts, Counts { list_version: 1, change_steps: 1, legal_records: 3, reference_rows: empty.counts.reference_rows + 1 });
        assert!(empty.counts.reference_rows > 0, "they come with the schema");

        revise_product(&mut tx, &product(11, 10, "Hvelv"), hour(2)).await.unwrap();
        let renamed = public_list::stamp(&mut tx).await.unwrap();
        assert_ne!(renamed, before);
        add(&mut tx, &[listing(12, HOSTING, L::Ended, hour(2))]).await;
        step(&mut tx, 1, S::Draft, S::Cancelled, hour(2)).await;
        let after = public_list::stamp(&mut tx).await.unwrap();
        assert_eq!(after.counts, Counts { list_version: 2, change_steps: 2, ..before.counts });
    }
}
