//! Changes and the steps of their lives.

use domain::change::ChangeState as S;
use forenotice::store::changes::{self, Change, History, Move};
use forenotice::store::customers::{Signature, note_signature};
use forenotice::store::listings::{ListingState, NewListing, append_listing, find_first_version};
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::fixtures::{
    CHANGE, EDITOR, HOSTING, LINE, add_change, add_customer, add_dispatched, add_register, change, day, micro,
};
use super::{hour, id, is_duplicate, is_stale};
use crate::both;
use crate::support::TestDb;

pub(super) fn step(number: u128, change: u128, from: S, to: S) -> Move<'static> {
    Move {
        id: id(number),
        change_id: id(change),
        from,
        to,
        by: None,
        reason: None,
    }
}

both! {
    async fn a_change_is_found_as_it_was_opened_and_listed_newest_first(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        let first = Change { created_at: micro(123_456), ..change(CHANGE, "2026-002") };
        // Opened later, with a smaller number: the number counts.
        let second = Change { created_at: hour(1), ..change(70, "2025-009") };
        let third = change(80, "2026-010");
        for (row, state) in [(&first, 32), (&second, 72), (&third, 82)] {
            changes::open(&mut tx, row, id(state)).await.unwrap();
        }
        tx.commit().await.unwrap();

        let mut tx = db.read().await.unwrap();
        assert_eq!(changes::get(&mut tx, first.id).await.unwrap(), first);
        assert!(changes::get(&mut tx, id(99)).await.is_err());
        assert_eq!(changes::find_by_number(&mut tx, "2025-009").await.unwrap(), Some(second.clone()));
        assert_eq!(changes::find_by_number(&mut tx, "2025-00").await.unwrap(), None);
        assert_eq!(changes::list(&mut tx).await.unwrap(), [third, first.clone(), second]);
        let page = async |tx: &mut _, search: &str, limits| {
            let (found, total) = changes::page(tx, search, limits).await.unwrap();
            (found.into_iter().map(|change| change.number).collect::<Vec<_>>(), total)
        };
        assert_eq!(page(&mut tx, "", (2, 0)).await, (vec!["2026-010".to_owned(), "2026-002".to_owned()], 3));
        assert_eq!(page(&mut tx, "", (2, 2)).await, (vec!["2025-009".to_owned()], 3));
        assert_eq!(page(&mut tx, "2026 åkerblå", (50, 0)).await.1, 2);
        assert_eq!(page(&mut tx, "2026_010", (50, 0)).await.1, 0, "an underscore is one");
        let opened = History { state: "DRAFT".to_owned(), recorded_at: micro(123_456), recorded_by: Some(id(EDITOR)), reason: None };
        assert_eq!(changes::list_history(&mut tx, first.id).await.unwrap(), [opened]);
        drop(tx);

        let mut tx = db.write().await.unwrap();
        assert!(is_duplicate(&changes::open(&mut tx, &change(90, "2026-002"), id(91)).await));
    }

    async fn numbers_count_within_their_year(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        assert_eq!(changes::next_number(&mut tx, 2026).await.unwrap(), "2026-001");
        for (number, name) in [(100, "2026-009"), (110, "2026-010"), (120, "2027-004")] {
            changes::open(&mut tx, &change(number, name), id(number + 2)).await.unwrap();
        }
        assert_eq!(changes::next_number(&mut tx, 2026).await.unwrap(), "2026-011");
        assert_eq!(changes::next_number(&mut tx, 2027).await.unwrap(), "2027-005");
        assert_eq!(changes::next_number(&mut tx, 2025).await.unwrap(), "2025-001");
        // After 999 the number grows; as text, 1000 would come before 999.
        changes::open(&mut tx, &change(130, "2026-999"), id(132)).await.unwrap();
        assert_eq!(changes::next_number(&mut tx, 2026).await.unwrap(), "2026-1000");
        changes::open(&mut tx, &change(140, "2026-1000"), id(142)).await.unwrap();
        assert_eq!(changes::next_number(&mut tx, 2026).await.unwrap(), "2026-1001");
    }

    async fn only_a_draft_is_revised(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-001").await;
        add_change(&mut tx, 70, "2026-002").await;
        changes::revise(&mut tx, id(CHANGE), "Rettet: øst", day("2027-04-01")).await.unwrap();
        changes::advance(&mut tx, &step(1, CHANGE, S::Draft, S::InReview), hour(1)).await.unwrap();
        assert!(is_stale(&changes::revise(&mut tx, id(CHANGE), "Too late", day("2028-01-01")).await));
        let revised = Change { state: S::InReview, title: "Rettet: øst".to_owned(), planned_on: day("2027-04-01"), ..change(CHANGE, "2026-001") };
        assert_eq!(changes::get(&mut tx, id(CHANGE)).await.unwrap(), revised);
        assert_eq!(changes::get(&mut tx, id(70)).await.unwrap(), change(70, "2026-002"));
    }

    async fn a_change_moves_only_from_the_expected_state_and_every_step_is_kept(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-001").await;
        add_change(&mut tx, 70, "2026-002").await;
        let submit = Move { by: Some(id(EDITOR)), reason: Some("ferdig – klar"), ..step(1, CHANGE, S::Draft, S::InReview) };
        changes::advance(&mut tx, &submit, micro(7)).await.unwrap();
        assert!(is_stale(&changes::advance(&mut tx, &step(2, CHANGE, S::Draft, S::Cancelled), hour(1)).await));
        assert_eq!(changes::get(&mut tx, id(CHANGE)).await.unwrap().state, S::InReview);
        assert_eq!(changes::get(&mut tx, id(70)).await.unwrap().state, S::Draft);
        // Recorded with an earlier clock, and still the last step.
        changes::advance(&mut tx, &step(3, CHANGE, S::InReview, S::Draft), hour(-1)).await.unwrap();
        let steps: Vec<_> = changes::list_history(&mut tx, id(CHANGE)).await.unwrap().into_iter().map(|h| (h.state, h.recorded_at, h.recorded_by, h.reason)).collect();
        assert_eq!(steps, [
            ("DRAFT".to_owned(), hour(0), Some(id(EDITOR)), None),
            ("IN_REVIEW".to_owned(), micro(7), Some(id(EDITOR)), Some("ferdig – klar".to_owned())),
            ("DRAFT".to_owned(), hour(-1), None, None),
        ]);
    }

    async fn a_change_is_announced_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-001").await;
        add_change(&mut tx, 70, "2026-002").await;
        for at in [micro(1), hour(5)] {
            changes::announce(&mut tx, id(CHANGE), at).await.unwrap();
        }
        assert_eq!(changes::get(&mut tx, id(CHANGE)).await.unwrap().announced_at, Some(micro(1)));
        assert_eq!(changes::get(&mut tx, id(70)).await.unwrap().announced_at, None);
    }

    async fn whoever_a_closed_change_did_not_reach_is_found_until_told_or_shown_the_list(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        let late = add_customer(&mut tx, 120, "Late AB").await;
        let found = async |tx: &mut _| -> Vec<Uuid> { changes::list_late_customers(tx).await.unwrap().into_iter().map(|one| one.customer_id).collect() };
        assert_eq!(found(&mut tx).await, Vec::<Uuid>::new(), "it is not over");
        let now = changes::get(&mut tx, id(CHANGE)).await.unwrap().state;
        changes::advance(&mut tx, &step(60, CHANGE, now, S::Closed), hour(1)).await.unwrap();
        assert_eq!(found(&mut tx).await, [late.uuid()], "the other one has an authorisation");
        let listing = NewListing {
            id: id(61),
            engagement_id: id(HOSTING),
            engagement_version_id: id(1002),
            organisation_version_id: id(1001),
            listing: ListingState::Listed,
            in_use_from: None,
            line_id: Some(id(LINE)),
            recorded_at: hour(1),
        };
        assert_eq!(find_first_version(&mut tx, id(LINE)).await.unwrap(), None);
        let shown = append_listing(&mut tx, &listing).await.unwrap();
        assert_eq!(find_first_version(&mut tx, id(LINE)).await.unwrap(), Some(shown));
        for (number, version, left) in [(62, shown - 1, vec![late.uuid()]), (63, shown, vec![])] {
            let signature = Signature {
                id: id(number),
                customer_id: late,
                signed_on: "2026-11-23".parse().unwrap(),
                list_version: Some(version),
                pending_shown: Vec::new(),
                recorded: Recorded::by_system(hour(1)),
                confirmed: None,
            };
            note_signature(&mut tx, &signature).await.unwrap();
            assert_eq!(found(&mut tx).await, left);
        }
    }
}
