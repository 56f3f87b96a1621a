//! The outbox: what is due, and who has it.

mod attempts;
mod states;

use std::time::Duration;

use chrono::{DateTime, Utc};
use forenotice::mail::state::MailState as S;
use forenotice::on;
use forenotice::store::Tx;
use forenotice::store::mails::{self, Mail, NewMail};
use tokio::time::timeout;
use uuid::Uuid;

use super::fixtures::{mail, micro};
use super::{hour, id, is_duplicate};
use crate::both;
use crate::support::TestDb;

async fn add(tx: &mut Tx, numbers: &[u128]) {
    for number in numbers {
        mails::insert(tx, &mail(*number)).await.unwrap();
    }
}

/// Puts a mail into a state, as if it had got there.
async fn put(tx: &mut Tx, number: u128, state: S) {
    on!(tx, |c| sqlx::query("UPDATE mails SET state = $2 WHERE id = $1")
        .bind(Uuid::from_u128(number))
        .bind(state.as_str())
        .execute(c)
        .await
        .map(drop))
    .unwrap();
}

async fn state(tx: &mut Tx, number: u128) -> S {
    mails::find_state(tx, id(number)).await.unwrap().unwrap().0
}

/// Claims at `now`; the numbers claimed, in order.
async fn claim(tx: &mut Tx, now: DateTime<Utc>, limit: i64) -> Vec<u128> {
    let claimed = mails::claim(tx, "worker", now, hour(5), limit).await.unwrap();
    let mut numbers: Vec<u128> = claimed.iter().map(|mail| mail.id.as_u128()).collect();
    numbers.sort_unstable();
    numbers
}

/// State, attempts, due, accepted, last reply, why no more, and whether it may arrive twice.
type Facts<'a> = (
    S,
    i64,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<&'a str>,
    Option<&'a str>,
    bool,
);

fn facts(mail: &Mail) -> Facts<'_> {
    let (reply, reason) = (mail.last_reply.as_deref(), mail.failed_reason.as_deref());
    (
        mail.state,
        mail.attempt_no,
        mail.next_at,
        mail.accepted_at,
        reply,
        reason,
        mail.is_possible_duplicate,
    )
}

both! {
    async fn a_mail_is_kept_as_it_was_queued(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        let new = NewMail {
            kind: "objection_receipt",
            about_id: Some(id(77)),
            failed_reason: Some("malen mangler «navn»".to_owned()),
            next_at: micro(1),
            queued_at: micro(3),
            ..mail(1)
        };
        mails::insert(&mut tx, &new).await.unwrap();
        let found = mails::find(&mut tx, id(1)).await.unwrap().unwrap();
        assert_eq!(facts(&found), (S::Queued, 0, micro(1), None, None, Some("malen mangler «navn»"), false));
        assert_eq!((found.kind.as_str(), found.about_id, found.queued_at), ("objection_receipt", Some(id(77)), micro(3)));
        assert_eq!((&found.message_id, &found.recipient, &found.mime), (&new.message_id, &new.recipient, &new.mime));
        assert_eq!(mails::find_state(&mut tx, id(1)).await.unwrap(), Some((S::Queued, None)));
        assert!(mails::find(&mut tx, id(2)).await.unwrap().is_none());
        assert_eq!(mails::find_state(&mut tx, id(2)).await.unwrap(), None);
        let again = NewMail { message_id: new.message_id, ..mail(2) };
        assert!(is_duplicate(&mails::insert(&mut tx, &again).await), "one Message-ID, one mail");
    }

    async fn only_what_is_due_is_claimed_and_the_longest_due_first(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        assert!(!mails::is_any_due(&mut tx, hour(9)).await.unwrap());
        for (number, next_at) in [(1, micro(30)), (5, micro(20)), (6, micro(20)), (7, micro(10))] {
            mails::insert(&mut tx, &NewMail { next_at, ..mail(number) }).await.unwrap();
        }
        for (number, state) in [(10, S::Sending), (11, S::Accepted), (12, S::Failed), (13, S::Cancelled)] {
            add(&mut tx, &[number]).await;
            put(&mut tx, number, state).await;
        }
        put(&mut tx, 6, S::Unknown).await;
        assert!(!mails::is_any_due(&mut tx, micro(9)).await.unwrap());
        assert!(mails::is_any_due(&mut tx, micro(10)).await.unwrap(), "at that very instant");
        assert_eq!(claim(&mut tx, micro(9), 10).await, Vec::<u128>::new());
        assert_eq!(claim(&mut tx, micro(20), 2).await, [5, 7], "no more than asked for");
        assert_eq!(claim(&mut tx, micro(20), 10).await, [6]);
        assert!(!mails::is_any_due(&mut tx, micro(29)).await.unwrap());
        assert_eq!(claim(&mut tx, hour(1), 10).await, [1]);
        assert_eq!(claim(&mut tx, hour(1), 10).await, Vec::<u128>::new());

        let sent_again = mails::find(&mut tx, id(6)).await.unwrap().unwrap();
        assert_eq!(facts(&sent_again), (S::Sending, 1, micro(20), None, None, None, true), "was unknown: may arrive twice");
        assert!(!mails::find(&mut tx, id(7)).await.unwrap().unwrap().is_possible_duplicate);
    }

    async fn a_claimed_mail_carries_what_its_worker_needs(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        mails::insert(&mut tx, &NewMail { about_id: Some(id(7)), failed_reason: Some("ødelagt".to_owned()), give_up_at: micro(9), ..mail(1) }).await.unwrap();
        let claimed = mails::claim(&mut tx, "worker", hour(0), hour(5), 1).await.unwrap().remove(0);
        assert_eq!((claimed.about_id, claimed.attempt_no, claimed.give_up_at), (Some(id(7)), 1, micro(9)));
        assert_eq!((claimed.recipient.as_slice(), claimed.mime.as_slice()), (&b"recipient"[..], &b"mime"[..]));
        assert_eq!((claimed.recipient_key_id.as_str(), claimed.mime_key_id.as_str()), ("key", "key"));
        assert_eq!(claimed.failed_reason.as_deref(), Some("ødelagt"));
    }

    async fn two_workers_never_get_the_same_mail(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        add(&mut tx, &(1..=40).collect::<Vec<_>>()).await;
        tx.commit().await.unwrap();
        let workers: Vec<_> = (0..4).map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let mut tx = db.write_unchained().await.unwrap();
                    let claimed = claim(&mut tx, hour(0), 3).await;
                    assert!(claimed.len() <= 3);
                    // Long enough for the others to look at the same rows.
                    tokio::time::sleep(Duration::from_millis(5)).await;
                    tx.commit().await.unwrap();
                    if claimed.is_empty() {
                        return mine;
                    }
                    mine.extend(claimed);
                }
            })
        }).collect();
        let mut all = Vec::new();
        for worker in workers {
            all.extend(worker.await.unwrap());
        }
        all.sort_unstable();
        assert_eq!(all, (1..=40).collect::<Vec<_>>());
    }

    async fn a_claim_that_was_not_committed_leaves_the_mail_to_others(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        add(&mut tx, &[1]).await;
        tx.commit().await.unwrap();
        let mut first = db.write_unchained().await.unwrap();
        assert_eq!(claim(&mut first, hour(0), 1).await, [1]);
        if first.is_postgres() {
            let mut second = db.write_unchained().await.unwrap();
            let skipped = timeout(Duration::from_secs(5), claim(&mut second, hour(0), 1)).await;
            assert_eq!(skipped.expect("skipped, not waited for"), Vec::<u128>::new());
        }
        match first {
            Tx::Sqlite(tx) => tx.rollback().await.unwrap(),
            Tx::Postgres(tx) => tx.rollback().await.unwrap(),
        }
        let mut third = db.write_unchained().await.unwrap();
        assert_eq!(claim(&mut third, hour(0), 1).await, [1]);
    }
}
