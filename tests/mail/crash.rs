//! The process dies at every point of a conversation, and two processes get hold of one mail.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use forenotice::AppState;
use forenotice::mail::outbox::{self, Options};
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::mail::state::MailState;
use forenotice::mail::transport::Relay;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::outbox::until;
use super::{find, outcomes, queue, wait};
use crate::both;
use crate::support::TestApp;
use crate::support::mailbox::Mailbox;

/// One connection, a long final time limit, a quick look.
async fn start(state: &AppState, relay: &Relay) -> (JoinHandle<()>, watch::Sender<bool>) {
    let mut relay = relay.clone();
    relay.settings.connections = 1;
    relay.settings.final_timeout = Duration::from_secs(30);
    relay.settings.command_timeout = Duration::from_secs(30);
    let options = Options {
        poll: Duration::from_millis(5),
        ..Options::load(state, &relay).await.unwrap()
    };
    let (stop, stopped) = watch::channel(false);
    let state = state.clone();
    (
        tokio::spawn(async move { outbox::run(state, relay, options, stopped).await.unwrap() }),
        stop,
    )
}

/// Kills the outbox the first time the relay is asked at this step, restarts, and says how often the mail was taken
/// and what is known about its attempts.
async fn killed_at(
    app: &TestApp,
    at: fn(&Step<'_>) -> bool,
    reaction: Reaction,
) -> (usize, Vec<&'static str>) {
    let reached = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&reached);
    let mailbox = Mailbox::scripted(move |step| {
        if at(&step) && count.fetch_add(1, Ordering::SeqCst) == 0 {
            reaction.clone()
        } else {
            Reaction::Accept
        }
    })
    .await;
    let id = queue(&app.state, "kari@customer.example").await;
    let (running, _stop) = start(&app.state, &mailbox.relay()).await;
    until(|| reached.load(Ordering::SeqCst) > 0).await;
    running.abort();
    let _ = running.await;
    tokio::time::sleep(Duration::from_millis(100)).await;

    // At once nothing happens: on SQLite it is unknown and waits, on Postgres its lease still runs.
    mailbox.deliver(&app.state).await;
    assert!(matches!(
        find(&app.state, id).await.state,
        MailState::Unknown | MailState::Sending
    ));
    wait(&app.state, 600);
    mailbox.deliver(&app.state).await;
    assert_eq!(
        find(&app.state, id).await.state,
        if app.db.kind == crate::support::Kind::Sqlite {
            MailState::Accepted
        } else {
            MailState::Unknown
        }
    );
    wait(&app.state, 61);
    mailbox.deliver(&app.state).await;

    let mail = find(&app.state, id).await;
    assert_eq!((mail.state, mail.attempt_no), (MailState::Accepted, 2));
    assert!(mail.is_possible_duplicate);
    for letter in mailbox.letters() {
        assert_eq!(format!("<{}>", letter.message_id), mail.message_id);
    }
    (mailbox.count(), outcomes(&app.state, id).await)
}

both! {
    async fn killed_before_mail(app: TestApp) {
        let found = killed_at(&app, |s| matches!(s, Step::Connect), Reaction::Hang).await;
        assert_eq!(found, (1, vec!["UNKNOWN", "ACCEPTED"]));
    }

    async fn killed_after_rcpt(app: TestApp) {
        let found = killed_at(&app, |s| matches!(s, Step::Data), Reaction::Hang).await;
        assert_eq!(found, (1, vec!["UNKNOWN", "ACCEPTED"]));
    }

    async fn killed_after_data_before_the_dot(app: TestApp) {
        let found = killed_at(&app, |s| matches!(s, Step::Body), Reaction::Hang).await;
        assert_eq!(found, (1, vec!["UNKNOWN", "ACCEPTED"]));
    }

    async fn killed_after_the_dot_before_the_reply(app: TestApp) {
        let found = killed_at(&app, |s| matches!(s, Step::Dot(_)), Reaction::Hang).await;
        assert_eq!(found, (1, vec!["UNKNOWN", "ACCEPTED"]));
    }

    async fn killed_when_the_relay_had_taken_it(app: TestApp) {
        // The relay takes it; the 250 is on its way when the process dies: nothing can tell this from the case above.
        let found = killed_at(&app, |s| matches!(s, Step::Dot(_)), Reaction::Delay(Duration::from_millis(50))).await;
        assert_eq!(found, (2, vec!["UNKNOWN", "ACCEPTED"]));
    }

    async fn killed_after_the_result_was_committed(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let id = queue(&app.state, "kari@customer.example").await;
        let (running, _stop) = start(&app.state, &mailbox.relay()).await;
        loop {
            if find(&app.state, id).await.state == MailState::Accepted { break }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        running.abort();
        let _ = running.await;
        wait(&app.state, 3600);
        mailbox.deliver(&app.state).await;
        assert_eq!((mailbox.count(), outcomes(&app.state, id).await), (1, vec!["ACCEPTED"]));
    }

    async fn the_relay_hangs_up_at_each_point(app: TestApp) {
        for (step, outcome, taken) in [("rcpt", "TRANSIENT", 1), ("body", "UNKNOWN", 1), ("dot", "UNKNOWN", 1), ("taken", "UNKNOWN", 2)] {
            let first = AtomicU32::new(0);
            let mailbox = Mailbox::scripted(move |s| {
                let is_here = matches!((step, s), ("rcpt", Step::Rcpt(_)) | ("body", Step::Body) | ("dot" | "taken", Step::Dot(_)));
                match is_here && first.fetch_add(1, Ordering::SeqCst) == 0 {
                    true if step == "taken" => Reaction::TakeAndDrop,
                    true => Reaction::Drop,
                    false => Reaction::Accept,
                }
            })
            .await;
            let id = queue(&app.state, "kari@customer.example").await;
            mailbox.deliver(&app.state).await;
            wait(&app.state, 90);
            mailbox.deliver(&app.state).await;
            let found = outcomes(&app.state, id).await;
            // A small body fits into the socket's buffer, so the dot may have been written or not.
            let first = if step == "body" { found[0] } else { outcome };
            assert_eq!((found[0], found[1], mailbox.count()), (first, "ACCEPTED", taken), "{step}");
            let mail = find(&app.state, id).await;
            assert_eq!(mail.is_possible_duplicate, found[0] == "UNKNOWN");
        }
    }

    async fn five_silences_are_a_persons_decision(app: TestApp) {
        let mailbox = Mailbox::scripted(|s| if matches!(s, Step::Dot(_)) { Reaction::TakeAndDrop } else { Reaction::Accept }).await;
        let id = queue(&app.state, "kari@customer.example").await;
        for _ in 0..12 {
            mailbox.deliver(&app.state).await;
            wait(&app.state, 500);
        }
        let mail = find(&app.state, id).await;
        assert_eq!((mail.state, mail.attempt_no, mailbox.count()), (MailState::Failed, 5, 5));
        assert!(mail.failed_reason.unwrap().starts_with("five attempts ended without an answer"));
    }

    async fn a_worker_taken_for_dead_cannot_overwrite_what_came_after(app: TestApp) {
        // (what the first relay says late, what the second attempt ends with, how the mail must end)
        for (first, second, end) in [
            ("250", "550 5.1.1 no", MailState::Accepted),
            ("550 5.1.1 no", "250", MailState::Accepted),
            ("550 5.1.1 no", "550 5.1.1 no", MailState::Failed),
            ("250", "250", MailState::Accepted),
        ] {
            for first_is_last in [true, false] {
                fenced(&app, first, second, end, first_is_last).await;
            }
        }
    }
}

fn reply(line: &'static str, then: &Arc<Notify>) -> impl Fn(Step<'_>) -> Reaction + Send + Sync + use<> {
    let then = Arc::clone(then);
    move |s| match s {
        // Waits at RCPT, so that a refusal can come late as well.
        Step::Rcpt(_) => Reaction::Wait(Arc::clone(&then)),
        Step::Dot(_) if line != "250" => Reaction::Reply(line.to_owned()),
        _ => Reaction::Accept,
    }
}

async fn fenced(
    app: &TestApp,
    first: &'static str,
    second: &'static str,
    end: MailState,
    first_is_last: bool,
) {
    let (go_first, go_second) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (slow, quick) = (
        Mailbox::scripted(reply(first, &go_first)).await,
        Mailbox::scripted(reply(second, &go_second)).await,
    );
    let id = queue(&app.state, "kari@customer.example").await;
    let (slow_run, stop_slow) = start(&app.state, &slow.relay()).await;
    while find(&app.state, id).await.state != MailState::Sending {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    // Its lease ends; a second process takes the mail over.
    app.state.clock.advance_wall(TimeDelta::hours(1));
    let (quick_run, stop_quick) = start(&app.state, &quick.relay()).await;
    while find(&app.state, id).await.state != MailState::Unknown {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    // The first process must not be the one to send it again.
    app.state.clock.advance_wall(TimeDelta::seconds(61));
    while find(&app.state, id).await.attempt_no != 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let order = if first_is_last {
        [&go_second, &go_first]
    } else {
        [&go_first, &go_second]
    };
    for (n, go) in order.into_iter().enumerate() {
        go.notify_one();
        // UNKNOWN, then one result from each process.
        while outcomes(&app.state, id).await.len() < n + 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    stop_slow.send(true).unwrap();
    stop_quick.send(true).unwrap();
    slow_run.await.unwrap();
    quick_run.await.unwrap();
    let mail = find(&app.state, id).await;
    let case = format!(
        "{first} late, {second}, {first_is_last}: {:?}",
        outcomes(&app.state, id).await
    );
    assert_eq!(mail.state, end, "{case}");
    assert_eq!(mail.accepted_at.is_some(), end == MailState::Accepted, "{case}");
    assert!(mail.is_possible_duplicate, "{case}");
}
