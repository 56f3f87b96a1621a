//! Following the list: asked, confirmed, left, refused. Over HTTP, on both databases, with the mails as a relay took them.

mod ask;
mod confirm;
mod leave;
mod links;

use chrono::{NaiveDate, TimeDelta};
use domain::change::ChangeState;
use domain::notice::NoticeState;
use forenotice::changes::dossier::Dossier;
use forenotice::mail::queue_prepared;
use forenotice::on;
use forenotice::store::audit::{EntryFilter, list_entries};
use forenotice::store::changes::Change;
use forenotice::store::notices::{Content, Notice};
use forenotice::store::reference::reference_data;
use forenotice::subscriptions::{Follower, change_mail, list_followers};
use uuid::Uuid;

use crate::support::mailbox::{Letter, Mailbox};
use crate::support::{Answer, Client, TestApp, monday};

const KARI: &str = "kari@customer.example";
const SITE: &str = "http://forenotice.test";

/// The path of the only link in a mail that begins so.
fn link(letter: &Letter, path: &str) -> String {
    let links = letter.links(&format!("{SITE}{path}"));
    assert_eq!(links.len(), 1, "{path} in {}", letter.text);
    links[0].strip_prefix(SITE).unwrap().to_owned()
}

/// Asks for a confirmation, an hour after whatever was asked before, so that no limit per client is met.
async fn ask(app: &TestApp, client: &Client, address: &str) -> Answer {
    app.state.clock.advance_wall(TimeDelta::hours(1));
    client.post("/subscribe", &[("email", address)]).await
}

/// The newest confirmation that an address got.
async fn confirmation(app: &TestApp, mailbox: &Mailbox, address: &str) -> Letter {
    assert_eq!(ask(app, &app.client(), address).await.status, 303);
    mailbox.deliver(&app.state).await;
    mailbox.letters_to(address).pop().expect("a confirmation")
}

/// Asks and confirms; gives the path of the subscriber's own page.
pub async fn follow(app: &TestApp, mailbox: &Mailbox, address: &str) -> String {
    let letter = confirmation(app, mailbox, address).await;
    let answer = app
        .client()
        .post(&link(&letter, "/subscribe/confirm/"), &[])
        .await;
    assert_eq!(answer.status, 303);
    answer.location().to_owned()
}

async fn followers(app: &TestApp) -> Vec<Follower> {
    let mut tx = app.state.db.read().await.unwrap();
    list_followers(&mut tx, &app.state.keys).await.unwrap()
}

/// Everything in the feature's tables, and how far the audit log is.
async fn everything(app: &TestApp) -> Vec<String> {
    let mut tx = app.state.db.read().await.unwrap();
    let mut rows: Vec<String> = Vec::new();
    for sql in [
        "SELECT state || locale || LENGTH(address) || COALESCE(CAST(confirmed_at AS TEXT), '') || COALESCE(CAST(left_at AS TEXT), '') FROM subscribers ORDER BY id",
        "SELECT purpose || COALESCE(CAST(used_at AS TEXT), 'unused') FROM subscription_tokens ORDER BY token_hash",
        "SELECT CAST(requested_at AS TEXT) FROM confirmation_requests ORDER BY id",
        "SELECT CAST(created_at AS TEXT) FROM suppressions ORDER BY address_index",
        "SELECT kind || message_id FROM mails ORDER BY id",
        "SELECT CAST(seq AS TEXT) FROM audit ORDER BY seq",
    ] {
        rows.push(sql.to_owned());
        let found: Vec<String> = on!(&mut tx, |c| sqlx::query_scalar(sql).fetch_all(c).await).unwrap();
        rows.extend(found);
    }
    rows
}

async fn count(app: &TestApp, sql: &'static str) -> i64 {
    let mut tx = app.state.db.read().await.unwrap();
    on!(&mut tx, |c| sqlx::query_scalar(sql).fetch_one(c).await).unwrap()
}

/// What was done, and everything that stands in the log about it.
async fn audited(app: &TestApp) -> (Vec<String>, String) {
    let mut tx = app.state.db.read().await.unwrap();
    let mut entries = list_entries(&mut tx, &EntryFilter::default(), 100).await.unwrap();
    entries.reverse();
    let text = entries.iter().map(|e| format!("{e:?}")).collect();
    (entries.into_iter().map(|e| e.action).collect(), text)
}

/// A change that was announced, with nothing in it but its day.
async fn announced(app: &TestApp) -> (Dossier, Notice) {
    let mut tx = app.state.db.read().await.unwrap();
    let planned_on = NaiveDate::from_ymd_opt(2027, 1, 4).unwrap();
    let change = Change {
        id: Uuid::from_u128(1),
        number: "2026-003".to_owned(),
        title: "Northwind Mail replaces Postino".to_owned(),
        state: ChangeState::Approved,
        planned_on,
        announced_at: None,
        created_at: monday(),
        created_by: Some(Uuid::from_u128(2)),
    };
    let notice = Notice {
        id: Uuid::from_u128(3),
        change_id: change.id,
        version: 1,
        state: NoticeState::Approved,
        is_material: true,
        content: Content { parts: Vec::new() },
        content_hash: vec![0; 32],
        planned_on,
        dispatch_on: None,
        approved: None,
        dispatched_at: None,
    };
    let dossier = Dossier {
        change,
        lines: Vec::new(),
        notices: vec![notice.clone()],
        authors: std::collections::BTreeSet::default(),
        product_names: std::collections::BTreeMap::default(),
        reference: reference_data(&mut tx).await.unwrap(),
    };
    (dossier, notice)
}

/// Sends one follower the news of a change, as a dispatch does.
async fn news(app: &TestApp, mailbox: &Mailbox) -> Letter {
    let (dossier, notice) = announced(app).await;
    let follower = followers(app).await.remove(0);
    let (delivery, mail) = change_mail(&app.state, &dossier, &notice, &follower, monday());
    assert_eq!(
        (delivery.subscriber_id, delivery.customer_id, delivery.contact_id),
        (Some(follower.id), None, None)
    );
    assert_eq!((delivery.mail_id, delivery.notice_id), (mail.id(), notice.id));
    let mut tx = app.state.db.write().await.unwrap();
    queue_prepared(&mut tx, &mail).await.unwrap();
    tx.commit().await.unwrap();
    mailbox.deliver(&app.state).await;
    mailbox.letters_to(follower.address.as_str()).pop().unwrap()
}

/// Posts as a mail provider does: no cookies, no page before it, nothing a browser sends.
async fn one_click(app: &TestApp, path: &str) -> reqwest::Response {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
        .post(format!("{}{path}", app.address))
        .header("content-type", "application/x-www-form-urlencoded")
        .body("List-Unsubscribe=One-Click")
        .send()
        .await
        .unwrap()
}

async fn head(app: &TestApp, path: &str) -> u16 {
    app.client()
        .http
        .head(format!("{}{path}", app.address))
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

fn assert_private(path: &str, answer: &Answer) {
    assert_eq!(answer.headers["cache-control"], "no-store", "{path}");
    assert_eq!(answer.headers["referrer-policy"], "same-origin", "{path}");
}
