//! What was learnt about attempts, and what a mail makes of it.

use chrono::TimeDelta;
use forenotice::mail::outcome::Verdict;
use forenotice::mail::state::{AttemptOutcome, MailState as S};
use forenotice::store::Tx;
use forenotice::store::archive::mark_unfinished_unknown;
use forenotice::store::attempts::{
    AttemptResult, Orphan, begin_attempt, find_last_attempt, list_orphans, list_results, note_result,
};
use forenotice::store::mails::{self, Claimed, NewMail, Settled};

use super::super::fixtures::{mail, micro};
use super::super::{hour, id, is_duplicate, is_stale};
use super::{add, facts, put, state};
use crate::both;
use crate::support::TestDb;

/// Claims one mail and begins its attempt.
async fn begin(tx: &mut Tx, number: u128, attempt: u128) -> Claimed {
    let mut claimed = mails::claim(tx, "worker", hour(0), hour(5), 1).await.unwrap();
    let mail = claimed.remove(0);
    assert_eq!(mail.id.as_u128(), number);
    begin_attempt(tx, id(attempt), &mail, "worker", hour(0))
        .await
        .unwrap();
    mail
}

fn settled(state: S) -> Settled {
    Settled {
        state,
        next_at: None,
        give_up_at: None,
        accepted_at: None,
        reply: "250 mottatt på nytt".to_owned(),
        failed_reason: None,
    }
}

both! {
    async fn everything_learnt_about_attempts_is_kept_in_order(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        add(&mut tx, &[1]).await;
        assert_eq!(find_last_attempt(&mut tx, id(1)).await.unwrap(), None);
        let first = begin(&mut tx, 1, 101).await;
        put(&mut tx, 1, S::Queued).await;
        begin(&mut tx, 1, 100).await;
        assert_eq!(find_last_attempt(&mut tx, id(1)).await.unwrap(), Some(id(100)), "by number, not by id");
        let transient = AttemptOutcome::Relay(Verdict::Transient);
        let accepted = AttemptOutcome::Relay(Verdict::Accepted);
        // A reply to the first attempt that comes after the second's.
        for (number, attempt, outcome, reply, at) in [
            (5, 100, transient, "451 på nytt", micro(1)),
            (4, 101, accepted, "250 sent", micro(9)),
            (6, 101, transient, "", micro(2)),
        ] {
            note_result(&mut tx, id(number), id(attempt), outcome, reply, at).await.unwrap();
        }
        let result = |attempt_no, outcome, reply: &str, recorded_at| AttemptResult { attempt_no, outcome, reply: reply.to_owned(), recorded_at };
        assert_eq!(list_results(&mut tx, id(1)).await.unwrap(), [
            result(1, transient, "", micro(2)),
            result(1, accepted, "250 sent", micro(9)),
            result(2, transient, "451 på nytt", micro(1)),
        ]);
        assert_eq!(list_results(&mut tx, id(2)).await.unwrap(), []);
        assert!(is_duplicate(&begin_attempt(&mut tx, id(102), &first, "other", hour(1)).await), "each number once");
    }

    async fn only_the_holder_of_the_newest_attempt_settles_a_mail(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        add(&mut tx, &[1, 2]).await;
        let put_off = Settled { next_at: Some(hour(0)), give_up_at: Some(micro(8)), ..settled(S::Queued) };
        assert!(mails::settle(&mut tx, id(1), 0, &put_off).await.unwrap().is_none(), "nobody is sending it");
        begin(&mut tx, 1, 100).await;
        assert!(mails::settle(&mut tx, id(1), 1, &put_off).await.unwrap().is_some());
        assert!(mails::settle(&mut tx, id(1), 1, &settled(S::Accepted)).await.unwrap().is_none(), "settled before");
        assert_eq!(facts(&mails::find(&mut tx, id(1)).await.unwrap().unwrap()), (S::Queued, 1, hour(0), None, Some("250 mottatt på nytt"), None, false));

        let second = begin(&mut tx, 1, 101).await;
        assert_eq!(second.give_up_at, micro(8), "the new limit");
        assert!(mails::settle(&mut tx, id(1), 1, &settled(S::Failed)).await.unwrap().is_none(), "of an older attempt");
        let failed = Settled { failed_reason: Some("refused".to_owned()), ..settled(S::Failed) };
        put(&mut tx, 1, S::Unknown).await;
        assert!(mails::settle(&mut tx, id(1), 2, &failed).await.unwrap().is_some(), "given up as unknown meanwhile");
        assert_eq!(facts(&mails::find(&mut tx, id(1)).await.unwrap().unwrap()), (S::Failed, 2, hour(0), None, Some("250 mottatt på nytt"), Some("refused"), false), "due when it was");
        assert_eq!(state(&mut tx, 2).await, S::Queued);

        begin(&mut tx, 2, 102).await;
        assert!(mails::settle(&mut tx, id(2), 1, &Settled { accepted_at: Some(micro(4)), ..settled(S::Accepted) }).await.unwrap().is_some());
        assert_eq!(mails::find_state(&mut tx, id(2)).await.unwrap(), Some((S::Accepted, Some(micro(4)))));
    }

    async fn what_is_called_off_under_way_is_not_due_again(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        add(&mut tx, &[1, 2, 3, 4]).await;
        for (number, result, left) in [
            (1, S::Queued, S::Cancelled),
            (2, S::Unknown, S::Cancelled),
            (3, S::Failed, S::Failed),
            (4, S::Accepted, S::Accepted),
        ] {
            begin(&mut tx, number, 100 + number).await;
            assert!(!mails::cancel(&mut tx, id(number), hour(1)).await.unwrap(), "it is under way");
            assert_eq!(state(&mut tx, number).await, S::Sending);
            let settled = Settled { next_at: Some(hour(0)), ..settled(result) };
            assert_eq!(mails::settle(&mut tx, id(number), 1, &settled).await.unwrap(), Some(left), "{result}");
            assert_eq!(state(&mut tx, number).await, left);
        }
        assert!(is_stale(&mails::requeue_failed(&mut tx, id(3), micro(1), hour(80)).await), "nobody sends it again");

        // Nor does a restore, where what was under way is in doubt.
        add(&mut tx, &[5, 6]).await;
        for number in [5, 6] {
            begin(&mut tx, number, 100 + number).await;
        }
        mails::cancel(&mut tx, id(5), hour(1)).await.unwrap();
        mark_unfinished_unknown(&mut tx, hour(2), hour(0), hour(80)).await.unwrap();
        assert_eq!((state(&mut tx, 5).await, state(&mut tx, 6).await), (S::Cancelled, S::Unknown));
    }

    async fn a_late_250_counts_unless_the_mail_is_being_sent_again(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        mails::insert(&mut tx, &NewMail { failed_reason: Some("given up".to_owned()), ..mail(100) }).await.unwrap();
        put(&mut tx, 100, S::Failed).await;
        assert!(mails::accept_late(&mut tx, id(100), micro(6), "250 sent").await.unwrap());
        assert_eq!(facts(&mails::find(&mut tx, id(100)).await.unwrap().unwrap()), (S::Accepted, 0, hour(0), Some(micro(6)), Some("250 sent"), None, false));
        for (number, from) in (1..).zip(S::ALL) {
            add(&mut tx, &[number]).await;
            put(&mut tx, number, from).await;
            let counts = matches!(from, S::Queued | S::Unknown | S::Failed | S::Cancelled);
            assert_eq!(mails::accept_late(&mut tx, id(number), hour(1), "250").await.unwrap(), counts, "{from}");
            assert_eq!(state(&mut tx, number).await, if counts { S::Accepted } else { from });
        }
    }

    async fn an_orphan_is_a_mail_whose_lease_is_over_and_is_taken_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        add(&mut tx, &[1, 2, 3]).await;
        mails::insert(&mut tx, &NewMail { about_id: Some(id(7)), give_up_at: micro(5), ..mail(4) }).await.unwrap();
        for number in 1..=4 {
            begin(&mut tx, number, 100 + number).await;
        }
        put(&mut tx, 2, S::Unknown).await;
        assert!(mails::settle(&mut tx, id(3), 1, &settled(S::Accepted)).await.unwrap().is_some());
        let numbers = |found: &[Orphan]| found.iter().map(|o| (o.mail_id.as_u128(), o.attempt_id.as_u128(), o.attempt_no)).collect::<Vec<_>>();
        assert!(list_orphans(&mut tx, hour(5), false).await.unwrap().is_empty(), "to its very end the lease holds");
        let all = list_orphans(&mut tx, hour(5), true).await.unwrap();
        assert_eq!(numbers(&all), [(1, 101, 1), (4, 104, 1)]);
        assert_eq!((all[1].about_id, all[1].give_up_at), (Some(id(7)), micro(5)));
        let over = hour(5) + TimeDelta::microseconds(1);
        assert_eq!(numbers(&list_orphans(&mut tx, over, false).await.unwrap()), numbers(&all));

        assert!(!mails::take_orphan(&mut tx, id(1), 2).await.unwrap(), "another attempt");
        assert!(mails::take_orphan(&mut tx, id(1), 1).await.unwrap());
        assert!(!mails::take_orphan(&mut tx, id(1), 1).await.unwrap());
        assert_eq!((state(&mut tx, 1).await, state(&mut tx, 4).await), (S::Unknown, S::Sending));
    }
}
