//! Mails as staff see them: what is wrong with which, and how many are in each state.

use forenotice::mail::state::MailState as S;
use forenotice::on;
use forenotice::store::Tx;
use forenotice::store::mails::{self, NewMail};
use uuid::Uuid;

use super::super::fixtures::{mail, micro};
use super::super::{hour, id, is_stale};
use super::{claim, facts, put, state};
use crate::both;
use crate::support::TestDb;

/// Puts a mail into a state after so many attempts, as if it had got there.
async fn put_tried(tx: &mut Tx, number: u128, state: S, attempts: i64, is_twice: bool) {
    on!(tx, |c| sqlx::query(
        "UPDATE mails SET state = $2, attempt_no = $3, is_possible_duplicate = $4 WHERE id = $1"
    )
    .bind(Uuid::from_u128(number))
    .bind(state.as_str())
    .bind(attempts)
    .bind(is_twice)
    .execute(c)
    .await
    .map(drop))
    .unwrap();
}

both! {
    async fn a_mail_is_withdrawn_before_it_leaves_and_sent_again_after_it_failed(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        for (number, from) in (1..).zip(S::ALL) {
            mails::insert(&mut tx, &NewMail { failed_reason: Some("refused".to_owned()), ..mail(number) }).await.unwrap();
            mails::insert(&mut tx, &mail(number + 100)).await.unwrap();
            put(&mut tx, number, from).await;
            put(&mut tx, number + 100, from).await;
            let again = mails::requeue_failed(&mut tx, id(number), micro(1), hour(80)).await;
            if from == S::Failed {
                again.unwrap();
                assert_eq!(facts(&mails::find(&mut tx, id(number)).await.unwrap().unwrap()), (S::Queued, 0, micro(1), None, None, None, false));
            } else {
                assert!(is_stale(&again), "{from}");
                assert_eq!(state(&mut tx, number).await, from);
            }
            let may_be_sent = matches!(from, S::Queued | S::Unknown);
            assert_eq!(mails::cancel(&mut tx, id(number + 100), hour(1)).await.unwrap(), may_be_sent, "{from}");
            assert_eq!(state(&mut tx, number + 100).await, if may_be_sent { S::Cancelled } else { from });
            assert!(!claim(&mut tx, hour(3), 20).await.contains(&(number + 100)), "{from}");
        }
    }

    async fn troubled_mails_are_listed_worst_first_then_newest(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        let rows = [
            (1, S::Queued, 0, false), (2, S::Queued, 1, false), (3, S::Sending, 1, false), (4, S::Accepted, 1, false),
            (5, S::Accepted, 2, true), (6, S::Failed, 0, false), (7, S::Unknown, 1, false), (8, S::Cancelled, 0, false),
            (9, S::Unknown, 1, false), (10, S::Failed, 1, true),
        ];
        for (number, state, attempts, is_twice) in rows {
            mails::insert(&mut tx, &mail(number)).await.unwrap();
            put_tried(&mut tx, number, state, attempts, is_twice).await;
        }
        for (limit, expected) in [(100, &[10, 6, 9, 7, 5, 2][..]), (3, &[10, 6, 9])] {
            let found = mails::list_troubled(&mut tx, limit).await.unwrap();
            assert_eq!(found.iter().map(|m| m.id.as_u128()).collect::<Vec<_>>(), expected);
        }
        let (counts, twice) = mails::count_states(&mut tx).await.unwrap();
        assert_eq!(counts, [(S::Queued, 2), (S::Sending, 1), (S::Unknown, 2), (S::Failed, 2), (S::Accepted, 2), (S::Cancelled, 1)]);
        assert_eq!(twice, 2);
    }

    async fn states_without_a_mail_are_counted_as_none(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.read().await.unwrap();
        assert_eq!(mails::count_states(&mut tx).await.unwrap(), (S::ALL.map(|state| (state, 0)).to_vec(), 0));
    }
}
