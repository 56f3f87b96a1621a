//! SIGKILL at random moments during a dispatch to 500 contacts: while the server writes it, until it is written whole, and then
//! ten times while its mails leave. Every contact ends with a delivery, duplicates carry the same Message-ID, the windows
//! match the evidence, and the audit chain is intact.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use domain::change::ChangeState;
use domain::evidence::Standing;
use domain::id::{ContactId, CustomerId};
use forenotice::access::DEMO_PASSWORD;
use forenotice::changes::{review, standing};
use forenotice::clock::Clock;
use forenotice::demo::seed;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::on;
use forenotice::random::Random;
use forenotice::store::contacts::{Contact, ContactKind, create_contact, list_all_active};
use forenotice::store::{changes, deliveries, notices, settings, staff};
use forenotice::{AppState, Application};

use crate::support::mailbox::Mailbox;
use crate::support::{Client, Kind, TestDb, config};

const CONTACTS: usize = 500;
const KILLS: usize = 10;
const NUMBER: &str = "2026-002";
/// How long after a dispatch was asked for the server is killed, in milliseconds; the last one waits for the answer.
const DISPATCH_PAUSES: [u64; 5] = [10, 100, 400, 1_200, 60_000];

fn server(db: &TestDb, relay: &str, listen: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_forenotice"))
        .args(["serve", "--listen", listen])
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

/// How many mails the process had in its hands: what it is killed at.
pub async fn under_way(state: &AppState, process: u32) -> i64 {
    let owner = format!("{process}-%");
    let mut tx = state.db.read().await.unwrap();
    on!(&mut tx, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM mails WHERE state = 'SENDING' AND lease_owner LIKE $1")
            .bind(&owner)
            .fetch_one(c)
            .await
    })
    .unwrap()
}

/// Whether the dispatch is written. It is whole or not there at all.
async fn is_written(state: &AppState) -> bool {
    let mut tx = state.db.read().await.unwrap();
    let change = changes::find_by_number(&mut tx, NUMBER).await.unwrap().unwrap();
    let notice = notices::list_versions(&mut tx, change.id)
        .await
        .unwrap()
        .pop()
        .unwrap();
    let written = deliveries::list_by_notice(&mut tx, notice.id)
        .await
        .unwrap()
        .len();
    let mails: i64 = on!(&mut tx, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM mails WHERE about_id = $1")
            .bind(notice.id)
            .fetch_one(c)
            .await
    })
    .unwrap();
    let found = (change.state, written, usize::try_from(mails).unwrap());
    let is_written = change.state == ChangeState::Open;
    let expected = if is_written {
        (ChangeState::Open, CONTACTS, CONTACTS)
    } else {
        (ChangeState::Approved, 0, 0)
    };
    assert_eq!(found, expected, "a dispatch is written whole or not at all");
    is_written
}

/// A browser that keeps no connection to a server that may be dead by now.
fn client(address: &str) -> Client {
    Client {
        http: reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .build()
            .unwrap(),
        address: format!("http://{address}"),
    }
}

async fn until_it_answers(client: &Client) {
    for _ in 0..600 {
        let asked = client.http.get(format!("{}/staff/sign-in", client.address));
        if asked.send().await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the server does not start");
}

/// Asks servers for the dispatch by its form and kills each a little later than the one before, until it is written.
async fn dispatch_by_servers_that_are_killed(db: &TestDb, state: &AppState, relay: &str) {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let approver = client(&address);
    let (mut is_signed_in, mut cut_off) = (false, 0);
    for pause in DISPATCH_PAUSES {
        let mut child = server(db, relay, &address);
        until_it_answers(&approver).await;
        if !is_signed_in {
            let answer = approver
                .sign_in("legal-approver@publisher.example", DEMO_PASSWORD)
                .await;
            assert_eq!(answer.status, 303, "{}", answer.text);
            is_signed_in = true;
        }
        let request = approver
            .http
            .post(format!("{}/staff/changes/{NUMBER}/dispatch", approver.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body("");
        let answer = tokio::time::timeout(Duration::from_millis(pause), request.send()).await;
        child.kill().unwrap();
        child.wait().unwrap();
        cut_off += usize::from(answer.is_err());
        if is_written(state).await {
            break;
        }
        // Refused, it would never be written.
        assert!(answer.is_err(), "{answer:?}");
    }
    assert!(is_written(state).await);
    assert!(cut_off > 0, "no kill came before the answer");
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

    // The relay takes its time, so that every kill strikes while mail leaves. What the seed has queued is out of the way.
    let mailbox = Mailbox::scripted(|step| match step {
        Step::Rcpt(_) | Step::Dot(_) => Reaction::Delay(Duration::from_millis(25)),
        _ => Reaction::Accept,
    })
    .await;
    mailbox.deliver(state).await;

    let today = state.publisher().zone.local_date(now);
    review::submit(state, editor, NUMBER).await.unwrap();
    let read = review::read(state, NUMBER).await.unwrap();
    review::approve(state, approver, NUMBER, &read, today, false)
        .await
        .unwrap();
    let relay = mailbox.server.url();
    dispatch_by_servers_that_are_killed(&db, state, &relay).await;
    let mut tx = state.db.read().await.unwrap();
    let change = changes::find_by_number(&mut tx, NUMBER).await.unwrap().unwrap();
    let notice = notices::list_versions(&mut tx, change.id)
        .await
        .unwrap()
        .pop()
        .unwrap();
    drop(tx);

    for kill in 1..=KILLS {
        let before = mailbox.count();
        let mut child = server(&db, &relay, "127.0.0.1:0");
        for _ in 0..6000 {
            if mailbox.count() > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(mailbox.count() > before, "kill {kill}: no mail leaves");
        let moment = u64::from(state.random.bytes::<1>()[0]) / 4;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let unsent = waiting(state, notice.id).await;
        let struck = under_way(state, child.id()).await;
        assert!(
            unsent > 0 && struck > 0,
            "kill {kill}: {unsent} unsent, {struck} under way"
        );
        // What the relay has begun to take of the dead server is taken before the next one is waited for.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let mut child = server(&db, &relay, "127.0.0.1:0");
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
