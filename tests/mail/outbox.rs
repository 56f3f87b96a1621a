//! What the relay says and what becomes of the mail.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::mail::health::Health;
use forenotice::mail::outbox::{self, Options};
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::mail::state::MailState;
use forenotice::mail::{self, ResendError};
use forenotice::store::mails;
use forenotice::store::tasks::list_open_tasks;
use tokio::sync::{Notify, watch};

use super::{find, outcomes, outgoing, queue, results, wait};
use crate::both;
use crate::support::TestApp;
use crate::support::mailbox::{Mailbox, relay};

/// Answers the n-th RCPT (from 0) with the n-th line; "" accepts, and so does whatever comes after.
fn rcpt_replies(lines: &'static [&'static str]) -> impl Fn(Step<'_>) -> Reaction + Send + Sync + 'static {
    let next = AtomicU32::new(0);
    move |step| match step {
        Step::Rcpt(_) => match lines.get(next.fetch_add(1, Ordering::SeqCst) as usize) {
            Some(line) if !line.is_empty() => Reaction::Reply((*line).to_owned()),
            _ => Reaction::Accept,
        },
        _ => Reaction::Accept,
    }
}

async fn health(app: &TestApp) -> Health {
    outbox::read_health(&mut app.state.db.read().await.unwrap())
        .await
        .unwrap()
}

async fn open_tasks(app: &TestApp, role: Role) -> Vec<String> {
    let mut tx = app.state.db.read().await.unwrap();
    list_open_tasks(&mut tx, &[role])
        .await
        .unwrap()
        .into_iter()
        .map(|t| t.kind)
        .collect()
}

both! {
    async fn a_queued_mail_reaches_the_relay_and_is_accepted_at_product_time(app: TestApp) {
        let mailbox = Mailbox::start().await;
        app.advance(TimeDelta::days(40));
        let id = queue(&app.state, "kari@customer.example").await;
        mailbox.deliver(&app.state).await;

        let mail = find(&app.state, id).await;
        assert_eq!((mail.state, mail.attempt_no), (MailState::Accepted, 1));
        assert_eq!(mail.accepted_at, Some(app.state.clock.now()));
        assert_eq!(mail.last_reply.as_deref(), Some("250 2.0.0 Ok: taken"));
        assert!(!mail.is_possible_duplicate);
        let letter = &mailbox.letters_to("kari@customer.example")[0];
        assert_eq!(format!("<{}>", letter.message_id), mail.message_id);
        assert_eq!(letter.text, "Hello\r\n.\r\nworld\r\n");

        mailbox.deliver(&app.state).await;
        assert_eq!(mailbox.count(), 1);
    }

    async fn the_address_and_the_text_are_not_readable_in_the_database(app: TestApp) {
        let id = queue(&app.state, "kari@customer.example").await;
        let mail = find(&app.state, id).await;
        for sealed in [&mail.recipient.bytes, &mail.mime.bytes] {
            let text = String::from_utf8_lossy(sealed).into_owned();
            assert!(!text.contains("kari") && !text.contains("Hello"));
        }
    }

    async fn a_refused_recipient_is_failed_with_its_reason_and_can_be_sent_again(app: TestApp) {
        let mailbox = Mailbox::scripted(rcpt_replies(&["550 5.1.1 no such mailbox"])).await;
        let id = queue(&app.state, "gone@customer.example").await;
        mailbox.deliver(&app.state).await;
        let mail = find(&app.state, id).await;
        assert_eq!((mail.state, mail.failed_reason.as_deref()), (MailState::Failed, Some("550 5.1.1 no such mailbox")));
        assert_eq!(open_tasks(&app, Role::LegalEditor).await, ["MAIL_FAILED"]);

        let mut tx = app.state.db.write_unchained().await.unwrap();
        mail::resend(&mut tx, &app.state, id, "Ola").await.unwrap();
        tx.commit().await.unwrap();
        mailbox.deliver(&app.state).await;
        let again = find(&app.state, id).await;
        assert_eq!((again.state, again.attempt_no), (MailState::Accepted, 2));
        assert_eq!(format!("<{}>", mailbox.letters()[0].message_id), mail.message_id);
        assert_eq!(outcomes(&app.state, id).await, ["PERMANENT", "RESENT", "ACCEPTED"]);
        assert_eq!(results(&app.state, id).await[1].reply, "sent again by Ola");

        let mut tx = app.state.db.write_unchained().await.unwrap();
        let refused = mail::resend(&mut tx, &app.state, id, "Ola").await;
        assert!(matches!(refused, Err(ResendError::NotFailed(MailState::Accepted))));
    }

    async fn a_mail_put_off_is_tried_again_later_and_not_before(app: TestApp) {
        let mailbox = Mailbox::scripted(rcpt_replies(&["451 4.7.1 later", "452 4.2.2 full"])).await;
        let id = queue(&app.state, "kari@customer.example").await;
        mailbox.deliver(&app.state).await;
        assert_eq!(find(&app.state, id).await.state, MailState::Queued);
        wait(&app.state, 47);
        mailbox.deliver(&app.state).await;
        assert_eq!(find(&app.state, id).await.attempt_no, 1);
        wait(&app.state, 26);
        mailbox.deliver(&app.state).await;
        assert_eq!(find(&app.state, id).await.attempt_no, 2);
        wait(&app.state, 145);
        mailbox.deliver(&app.state).await;
        assert_eq!(find(&app.state, id).await.state, MailState::Accepted);
        assert_eq!(outcomes(&app.state, id).await, ["TRANSIENT", "TRANSIENT", "ACCEPTED"]);
    }

    async fn after_72_hours_of_being_put_off_it_is_given_up_visibly(app: TestApp) {
        let mailbox =
            Mailbox::scripted(|s| if matches!(s, Step::Rcpt(_)) { Reaction::Reply("451 later".to_owned()) } else { Reaction::Accept }).await;
        let id = queue(&app.state, "kari@customer.example").await;
        for _ in 0..60 {
            mailbox.deliver(&app.state).await;
            wait(&app.state, 3 * 3600);
        }
        let mail = find(&app.state, id).await;
        assert_eq!(mail.state, MailState::Failed);
        assert_eq!(mail.failed_reason.as_deref(), Some("the relay has put it off for 72 hours; last: 451 later"));
        assert!((15..30).contains(&mail.attempt_no), "{}", mail.attempt_no);
    }

    async fn a_relay_that_is_away_costs_no_mail_an_attempt(app: TestApp) {
        let id = queue(&app.state, "kari@customer.example").await;
        outbox::drain(&app.state, &relay("smtp://127.0.0.1:1")).await.unwrap();
        assert!(matches!(health(&app).await, Health::Paused { .. }));
        assert_eq!(find(&app.state, id).await.state, MailState::Queued);

        // Nothing is tried while it is paused; the check that is due then opens it again.
        let mailbox = Mailbox::start().await;
        mailbox.deliver(&app.state).await;
        assert_eq!(mailbox.count(), 0);
        let mut options = Options::load(&app.state, &mailbox.relay()).await.unwrap();
        options.poll = Duration::from_millis(5);
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(outbox::run(app.state.clone(), mailbox.relay(), options, stopped));
        wait(&app.state, 6);
        until(|| mailbox.count() == 1).await;
        stop.send(true).unwrap();
        running.await.unwrap().unwrap();
        assert_eq!(health(&app).await, Health::Running);
        assert_eq!(outcomes(&app.state, id).await, ["RELAY_DOWN", "ACCEPTED"]);
    }

    async fn a_refused_sender_stops_the_queue_and_blames_no_mail(app: TestApp) {
        let mailbox = Mailbox::scripted(|s| match s {
            Step::Mail(_) => Reaction::Reply("550 5.7.1 sender not verified".to_owned()),
            _ => Reaction::Accept,
        })
        .await;
        let mut ids = Vec::new();
        for i in 0..10 {
            ids.push(queue(&app.state, &format!("c{i}@customer.example")).await);
        }
        mailbox.deliver(&app.state).await;
        let Health::Refused { reason, .. } = health(&app).await else { panic!("{:?}", health(&app).await) };
        assert_eq!(reason, "550 5.7.1 sender not verified");
        for id in &ids {
            assert_eq!(find(&app.state, *id).await.state, MailState::Queued);
        }
        assert_eq!(open_tasks(&app, Role::Operator).await, ["MAIL_STOPPED"]);

        // Staff put it right and start it again.
        let good = Mailbox::start().await;
        let mut tx = app.state.db.write_unchained().await.unwrap();
        outbox::resume(&mut tx, app.state.clock.wall()).await.unwrap();
        tx.commit().await.unwrap();
        good.deliver(&app.state).await;
        assert_eq!(good.count(), 10);
    }

    async fn the_same_refusal_for_everybody_stops_before_everybody_is_lost(app: TestApp) {
        let mailbox = Mailbox::scripted(|s| match s {
            Step::Dot(_) => Reaction::Reply("554 5.6.0 content refused".to_owned()),
            _ => Reaction::Accept,
        })
        .await;
        for i in 0..60 {
            queue(&app.state, &format!("c{i}@customer.example")).await;
        }
        mailbox.deliver(&app.state).await;
        assert!(matches!(health(&app).await, Health::Stopped { .. }));
        let (counts, _) = mails::count_states(&mut app.state.db.read().await.unwrap()).await.unwrap();
        let failed = counts.iter().find(|(s, _)| *s == MailState::Failed).unwrap().1;
        assert!((21..=25).contains(&failed), "{failed}");
        assert_eq!(open_tasks(&app, Role::Operator).await, ["MAIL_STOPPED"]);
    }

    async fn a_mail_that_cannot_be_built_fails_alone(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let mut tx = app.state.db.write_unchained().await.unwrap();
        let mut bad = outgoing("kari@customer.example");
        bad.to_name = "Kari\r\nBcc: everybody@customer.example".to_owned();
        let bad = mail::queue(&mut tx, &app.state, &bad).await.unwrap();
        tx.commit().await.unwrap();
        let good = queue(&app.state, "ola@customer.example").await;
        mailbox.deliver(&app.state).await;
        assert_eq!(find(&app.state, good).await.state, MailState::Accepted);
        let mail = find(&app.state, bad).await;
        assert_eq!(mail.state, MailState::Failed);
        assert_eq!(mail.failed_reason.as_deref(), Some("the recipient's name holds the forbidden character U+000D"));
        assert_eq!(mailbox.count(), 1);
        let mut tx = app.state.db.write_unchained().await.unwrap();
        assert!(matches!(mail::resend(&mut tx, &app.state, bad, "Ola").await, Err(ResendError::Unbuilt)));
    }

    async fn a_connection_that_stood_idle_too_long_costs_nothing(app: TestApp) {
        // Every second MAIL on a connection is answered as a relay answers after its idle time.
        let next = AtomicU32::new(0);
        let mailbox = Mailbox::scripted(move |s| match s {
            Step::Connect => { next.store(0, Ordering::SeqCst); Reaction::Accept }
            Step::Mail(_) if next.fetch_add(1, Ordering::SeqCst) % 2 == 1 => Reaction::Reply("421 4.4.2 idle too long".to_owned()),
            _ => Reaction::Accept,
        })
        .await;
        let mut relay = mailbox.relay();
        relay.settings.connections = 1;
        let mut ids = Vec::new();
        for i in 0..6 {
            ids.push(queue(&app.state, &format!("c{i}@customer.example")).await);
        }
        outbox::drain(&app.state, &relay).await.unwrap();
        for id in ids {
            assert_eq!(outcomes(&app.state, id).await, ["ACCEPTED"]);
        }
    }

    async fn an_hourly_limit_is_kept(app: TestApp) {
        let mailbox = Mailbox::start().await;
        for i in 0..10 {
            queue(&app.state, &format!("c{i}@customer.example")).await;
        }
        let mut relay = mailbox.relay();
        relay.settings.per_hour = Some(4);
        let options = Options { poll: Duration::from_millis(5), ..Options::load(&app.state, &relay).await.unwrap() };
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(outbox::run(app.state.clone(), relay, options, stopped));
        until(|| mailbox.count() == 4).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(mailbox.count(), 4);
        wait(&app.state, 3600);
        until(|| mailbox.count() == 8).await;
        stop.send(true).unwrap();
        running.await.unwrap().unwrap();
    }

    async fn everybody_gets_exactly_one_of_many(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let mut tx = app.state.db.write_unchained().await.unwrap();
        for i in 0..400 {
            mail::queue(&mut tx, &app.state, &outgoing(&format!("c{i}@customer.example"))).await.unwrap();
        }
        tx.commit().await.unwrap();
        let start = Instant::now();
        mailbox.deliver(&app.state).await;
        eprintln!("400 mails in {:?}", start.elapsed());
        let mut to: Vec<String> = mailbox.letters().into_iter().map(|l| l.to).collect();
        to.sort();
        to.dedup();
        assert_eq!((mailbox.count(), to.len()), (400, 400));
    }

    async fn stopping_finishes_what_is_under_way(app: TestApp) {
        let told = Arc::new(Notify::new());
        let hold = Arc::clone(&told);
        let mailbox = Mailbox::scripted(move |s| if matches!(s, Step::Dot(_)) { Reaction::Wait(Arc::clone(&hold)) } else { Reaction::Accept }).await;
        let id = queue(&app.state, "kari@customer.example").await;
        let mut relay = mailbox.relay();
        relay.settings.final_timeout = Duration::from_secs(20);
        let options = Options { poll: Duration::from_millis(5), ..Options::load(&app.state, &relay).await.unwrap() };
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(outbox::run(app.state.clone(), relay, options, stopped));
        let state = app.state.clone();
        loop {
            if find(&state, id).await.state == MailState::Sending { break }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.send(true).unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        told.notify_one();
        running.await.unwrap().unwrap();
        assert_eq!(find(&app.state, id).await.state, MailState::Accepted);
    }
}

/// Waits until something is so, five seconds at most.
pub async fn until(is_so: impl Fn() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("it did not come about within five seconds");
}
