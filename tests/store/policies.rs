//! Versions of contract terms.

use forenotice::store::customers::create_customer;
use forenotice::store::policies::{self, PolicyVersion};
use forenotice::store::version::Recorded;
use forenotice::store::{Of, Tx};

use super::fixtures::{CHANGE, CUSTOMER, NOTICE, POLICY, add_customer, customer, day, micro, terms};
use super::{hour, id, is_duplicate, staff};
use crate::both;
use crate::support::TestDb;

/// The number of the version that is in force.
async fn in_force(tx: &mut Tx, on: &str) -> Option<i64> {
    let found = policies::find_in_force(tx, id(CUSTOMER), day(on)).await.unwrap();
    found.map(|version| version.number)
}

both! {
    async fn every_version_is_kept_newest_first(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        add_customer(&mut tx, 10, "Zebra AB").await;
        let mut second = PolicyVersion {
            valid_from: day("2026-01-01"),
            recorded: Recorded::by(editor, micro(123_456)),
            needs_confirmation: true,
            ..terms(5, id(CUSTOMER), 2)
        };
        second.policy.clause = Some("§ 7.2 første ledd".parse().unwrap());
        policies::append_policy(&mut tx, 1, &second).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.write().await.unwrap();
        let first = terms(POLICY, id(CUSTOMER), 1);
        assert_eq!(policies::list_policies(&mut tx, id(CUSTOMER)).await.unwrap(), [second.clone(), first.clone()]);
        assert_eq!(policies::list_policies(&mut tx, id(99)).await.unwrap(), []);
        assert_eq!(policies::get_policy(&mut tx, id(5)).await.unwrap(), second);
        assert!(policies::get_policy(&mut tx, id(99)).await.is_err());
        let all = policies::list_policies_of(&mut tx, Of::All).await.unwrap();
        assert_eq!(all, [second.clone(), terms(11, id(10), 1), first.clone()], "then by customer");
        let theirs = policies::list_policies_of(&mut tx, Of::These(&[id(CUSTOMER)])).await.unwrap();
        assert_eq!(theirs, [second.clone(), first]);
        assert_eq!(policies::list_policies_of(&mut tx, Of::All).await.unwrap(), all);
        // Somebody else saw version 1 too.
        assert!(is_duplicate(&policies::append_policy(&mut tx, 1, &PolicyVersion { id: id(6), ..second }).await));
    }

    async fn terms_hold_from_their_first_day_and_not_before_they_are_confirmed(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let approver = staff(&mut tx, 9).await;
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        let second = PolicyVersion { valid_from: day("2026-06-01"), needs_confirmation: true, ..terms(5, id(CUSTOMER), 2) };
        // The newest version that may be used wins, also where an older one begins later.
        let third = PolicyVersion { valid_from: day("2026-03-01"), ..terms(6, id(CUSTOMER), 3) };
        policies::append_policy(&mut tx, 1, &second).await.unwrap();
        assert_eq!(in_force(&mut tx, "2025-02-28").await, None);
        assert_eq!(in_force(&mut tx, "2025-03-01").await, Some(1));
        assert_eq!(in_force(&mut tx, "2026-06-01").await, Some(1), "nobody has confirmed the second");
        policies::confirm_policy(&mut tx, id(5), approver, micro(7)).await.unwrap();
        assert_eq!(policies::get_policy(&mut tx, id(5)).await.unwrap().confirmed, Some((micro(7), approver)));
        assert_eq!(policies::get_policy(&mut tx, id(POLICY)).await.unwrap().confirmed, None);
        assert_eq!(in_force(&mut tx, "2026-05-31").await, Some(1));
        assert_eq!(in_force(&mut tx, "2026-06-01").await, Some(2));
        policies::append_policy(&mut tx, 2, &third).await.unwrap();
        assert_eq!(in_force(&mut tx, "2026-02-28").await, Some(1));
        assert_eq!(in_force(&mut tx, "2026-07-01").await, Some(3));
        assert!(is_duplicate(&policies::confirm_policy(&mut tx, id(5), approver, hour(2)).await), "once only");
    }

    async fn the_terms_that_were_promised_are_those_of_the_change(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        crate::store::fixtures::add_dispatched(&mut tx).await;
        let promise = crate::store::notices::promised(90, NOTICE, "2026-12-01");
        forenotice::store::notices::promise(&mut tx, &promise, hour(1)).await.unwrap();
        let newer = terms(5, id(CUSTOMER), 2);
        policies::append_policy(&mut tx, 1, &newer).await.unwrap();
        let promised = async |tx: &mut Tx, change: u128, whom: Of<'_>| -> Vec<i64> {
            let found = policies::list_promised(tx, id(change), whom).await.unwrap();
            found.into_iter().map(|version| version.number).collect()
        };
        assert_eq!(promised(&mut tx, CHANGE, Of::All).await, [1]);
        assert_eq!(promised(&mut tx, CHANGE, Of::These(&[id(CUSTOMER)])).await, [1]);
        assert_eq!(promised(&mut tx, CHANGE, Of::These(&[id(99)])).await, [0; 0]);
        assert_eq!(promised(&mut tx, 99, Of::All).await, [0; 0]);
    }

    async fn a_customer_without_terms_has_none_in_force(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        create_customer(&mut tx, &customer(CUSTOMER, "Alfa AS")).await.unwrap();
        assert_eq!(in_force(&mut tx, "2030-01-01").await, None);
    }
}
