//! SIGKILL at random moments during a dispatch to 500 contacts, ten times: every contact ends with a delivery, duplicates carry
//! the same Message-ID, the windows match the evidence, and the audit chain is intact.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use domain::evidence::Standing;
use domain::id::{ContactId, CustomerId};
use forenotice::changes::{dispatch, review, standing};
use forenotice::clock::Clock;
use forenotice::demo::seed;
use forenotice::random::Random;
use forenotice::store::contacts::{Contact, ContactKind, create_contact, list_all_active};
use forenotice::store::{changes, deliveries, notices, settings, staff};
use forenotice::{AppState, Application};

use crate::support::mailbox::Mailbox;
use crate::support::{Kind, TestDb, config};

const CONTACTS: usize = 500;
const KILLS: usize = 10;

fn server(db: &TestDb, relay: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_forenotice"))
        .args(["serve", "--listen", "127.0.0.1:0"])
        .env("DATABASE_URL", &db.url)
        .env(
            "SMTP_URL",
            format!("{relay}?connections=4&command_timeout=1&final_timeout=1"),
        )
        .env("MAIL_FROM", "Privacy office <privacy@publisher.example>")
        .env("FORENOTICE_URL", "http://forenotice.test")
        .env(
            "FORENOTICE_SECRET_KEYS",
            "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        )
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn waiting(state: &AppState, notice_id: uuid::Uuid) -> usize {
    let mut tx = state.db.read().await.unwrap();
    let all = deliveries::list_by_notice(&mut tx, notice_id).await.unwrap();
    all.iter()
        .filter(|d| d.accepted_at.is_none() && d.bounced_at.is_none())
        .count()
}

async fn killed_ten_times(kind: Kind) {
    let Some(db) = TestDb::start(kind).await else {
        return;
    };
    // The killed processes read the machine's clock, so this one does too.
    let application = Application::build(config(&db), Clock::system(), Random::seeded(7))
        .await
        .unwrap();
    let state = &application.state();
    seed::seed(state).await.unwrap();
    let now = state.clock.now();
    let mut tx = state.db.write().await.unwrap();
    let known = list_all_active(&mut tx, &state.keys).await.unwrap();
    let primaries = known.iter().filter(|c| c.kind == ContactKind::Primary).count();
    for at in primaries..CONTACTS {
        let like = &known[at % known.len()];
        let contact = Contact {
            id: ContactId::from(state.random.id(now)),
            kind: ContactKind::Primary,
            rank: i64::try_from(at).unwrap(),
            address: format!("contact-{at}@customers.example").parse().unwrap(),
            ..like.clone()
        };
        create_contact(&mut tx, &state.keys, &state.random, &contact)
            .await
            .unwrap();
    }
    let by = async |tx: &mut forenotice::store::Tx, login: &str| {
        staff::find_staff_by_login(tx, &format!("{login}@publisher.example"))
            .await
            .unwrap()
            .unwrap()
            .id
    };
    let (editor, approver) = (
        by(&mut tx, "legal-editor").await,
        by(&mut tx, "legal-approver").await,
    );
    settings::put_setting(&mut tx, "mail_unknown_wait_seconds", "1", now)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let number = "2026-002";
    let today = state.publisher().zone.local_date(now);
    review::submit(state, editor, number).await.unwrap();
    let read = review::read(state, number).await.unwrap();
    review::approve(state, approver, number, &read, today, false)
        .await
        .unwrap();
    let sent = dispatch::dispatch(state, approver, number).await.unwrap();
    assert_eq!(sent.contacts, CONTACTS);
    let mut tx = state.db.read().await.unwrap();
    let change = changes::find_by_number(&mut tx, number).await.unwrap().unwrap();
    let notice = notices::list_versions(&mut tx, change.id)
        .await
        .unwrap()
        .pop()
        .unwrap();
    drop(tx);

    let mailbox = Mailbox::start().await;
    for _ in 0..KILLS {
        let mut child = server(&db, &mailbox.server.url());
        let before = mailbox.count();
        for _ in 0..400 {
            if mailbox.count() > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let moment = u64::from(state.random.bytes::<1>()[0]) / 4;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut child = server(&db, &mailbox.server.url());
    for _ in 0..1200 {
        if waiting(state, notice.id).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let mut tx = state.db.read().await.unwrap();
    let all = deliveries::list_by_notice(&mut tx, notice.id).await.unwrap();
    assert_eq!(all.len(), CONTACTS);
    let lost: Vec<_> = all
        .iter()
        .filter(|d| d.accepted_at.is_none())
        .map(|d| (d.id, d.state))
        .collect();
    assert!(lost.is_empty(), "without a delivery: {lost:?}");
    let mut ids: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for letter in mailbox
        .letters()
        .into_iter()
        .filter(|l| l.text.contains("Kaleido"))
    {
        ids.entry(letter.to).or_default().insert(letter.message_id);
    }
    assert_eq!(ids.len(), CONTACTS, "every contact has a mail");
    assert!(
        ids.values().all(|ids| ids.len() == 1),
        "duplicates carry the same Message-ID"
    );
    let later = state.clock.now() + chrono::TimeDelta::days(30);
    for promise in notices::list_promises(&mut tx, notice.id).await.unwrap() {
        let customer = CustomerId::from(promise.customer_id);
        let standing = standing::find(&mut tx, state.publisher().zone, change.id, customer, later)
            .await
            .unwrap();
        let Standing::Given(given) = standing else {
            panic!("{standing:?}")
        };
        let first = all
            .iter()
            .filter(|d| d.customer_id == Some(promise.customer_id))
            .filter_map(|d| d.accepted_at)
            .min();
        assert_eq!(Some(given.at), first, "the window starts at the first acceptance");
        assert!(given.effective.notice.expires_at >= promise.windows.notice.expires_at);
    }
    let verification = forenotice::audit::verify(&mut tx, &state.keys).await.unwrap();
    assert!(verification.is_intact());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_contact_is_served_although_the_server_is_killed_ten_times_sqlite() {
    killed_ten_times(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_contact_is_served_although_the_server_is_killed_ten_times_postgres() {
    killed_ten_times(Kind::Postgres).await;
}
