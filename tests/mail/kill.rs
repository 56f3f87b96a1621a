//! SIGKILL at random moments, ten times, while five hundred mails leave. The process that is killed is this test binary,
//! run again for one test.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::TimeDelta;
use forenotice::AppState;
use forenotice::clock::Clock;
use forenotice::mail::outbox::{self, Options};
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::mail::state::MailState;
use forenotice::random::Random;
use forenotice::store::mails;
use tokio::sync::watch;

use super::{find, outcomes, outgoing};
use crate::kill::under_way;
use crate::support::mailbox::{Mailbox, relay};
use crate::support::{Kind, TestDb, config};

const MAILS: usize = 500;
const KILLS: usize = 10;
/// Connections of [`relay`], and so the most mails that one crash leaves in doubt.
const CONNECTIONS: usize = 4;

/// The sender. It works until it is killed; without the two variables there is nothing for it to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sender_that_is_killed() {
    let (Ok(database), Ok(url)) = (std::env::var("KILL_DATABASE"), std::env::var("KILL_RELAY")) else {
        return;
    };
    let state = open(&database).await;
    let relay = relay(&url);
    let options = Options {
        lease: TimeDelta::seconds(2),
        unknown_wait: TimeDelta::milliseconds(300),
        poll: Duration::from_millis(20),
        ..Options::load(&state, &relay).await.unwrap()
    };
    let (_never, stop) = watch::channel(false);
    outbox::run(state, relay, options, stop).await.unwrap();
}

async fn open(database: &str) -> AppState {
    let scratch = TestDb::start(Kind::Sqlite).await.unwrap();
    let mut config = config(&scratch);
    config.database_url = database.to_owned();
    AppState::open(config, Clock::system(), Random::system())
        .await
        .unwrap()
}

fn start(database: &str, relay: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "mail::kill::the_sender_that_is_killed"])
        .env("KILL_DATABASE", database)
        .env("KILL_RELAY", relay)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn killed_again_and_again(kind: Kind) {
    let Some(db) = TestDb::start(kind).await else {
        return;
    };
    let state = open(&db.url).await;
    // The relay takes its time, so that a kill finds mails at every point of their conversation.
    let mailbox = Mailbox::scripted(|s| match s {
        Step::Rcpt(_) | Step::Dot(_) => Reaction::Delay(Duration::from_millis(25)),
        _ => Reaction::Accept,
    })
    .await;
    let mut tx = state.db.write_unchained().await.unwrap();
    let mut ids = Vec::new();
    for i in 0..MAILS {
        ids.push(
            forenotice::mail::queue(&mut tx, &state, &outgoing(&format!("c{i}@customer.example")))
                .await
                .unwrap(),
        );
    }
    tx.commit().await.unwrap();

    let random = Random::seeded(29);
    for kill in 1..=KILLS {
        let before = mailbox.count();
        let mut sender = start(&db.url, &mailbox.server.url());
        for _ in 0..30_000 {
            if mailbox.count() > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        assert!(mailbox.count() > before, "kill {kill}: no mail leaves");
        let [pause] = random.bytes::<1>();
        tokio::time::sleep(Duration::from_millis(u64::from(pause) / 2)).await;
        sender.kill().unwrap();
        sender.wait().unwrap();
        let struck = under_way(&state, sender.id()).await;
        assert!(struck > 0, "kill {kill} came when no mail was under way");
        // What the relay has begun to take of the dead process is taken before the next one is waited for.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut sender = start(&db.url, &mailbox.server.url());
    for _ in 0..600 {
        let (counts, _) = mails::count_states(&mut state.db.read().await.unwrap())
            .await
            .unwrap();
        if counts.contains(&(MailState::Accepted, i64::try_from(MAILS).unwrap())) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    sender.kill().unwrap();
    sender.wait().unwrap();

    let mut received: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for letter in mailbox.letters() {
        received
            .entry(format!("<{}>", letter.message_id))
            .or_default()
            .push(letter.to);
    }
    assert_eq!(
        received.len(),
        MAILS,
        "a mail was lost, or left under two Message-IDs"
    );
    let (mut twice, mut doubted) = (0, 0);
    for id in ids {
        let mail = find(&state, id).await;
        assert_eq!(
            mail.state,
            MailState::Accepted,
            "{:?}",
            outcomes(&state, id).await
        );
        let copies = &received[&mail.message_id];
        assert!(copies.iter().all(|to| to == &copies[0]));
        if copies.len() > 1 {
            twice += 1;
            assert!(
                mail.is_possible_duplicate,
                "{} copies of a mail that does not say so",
                copies.len()
            );
        }
        doubted += usize::from(mail.is_possible_duplicate);
    }
    eprintln!("{kind:?}: {MAILS} mails, {KILLS} kills: {doubted} in doubt, {twice} received twice");
    assert!(doubted <= KILLS * CONNECTIONS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_sqlite() {
    killed_again_and_again(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_on_postgres() {
    killed_again_and_again(Kind::Postgres).await;
}
