//! What the mail service reports through the webhook, and what becomes of mails, deliveries, windows and subscriptions.

use std::ops::Deref;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64;
use domain::delivery::DeliveryState;
use domain::evidence::{EvidenceGrade, Standing};
use domain::id::CustomerId;
use domain::role::Role;
use domain::subscription::SubscriptionState;
use forenotice::changes::standing;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::mail::state::MailState;
use forenotice::mail::webhook::LARGEST;
use forenotice::on;
use forenotice::store::audit::{EntryFilter, list_entries};
use forenotice::store::contacts::{self, Contact, ContactKind};
use forenotice::store::deliveries::{self, Delivery};
use forenotice::store::tasks::list_tasks_about;
use forenotice::store::{authorisations, changes, mail_events, notices, subscribers};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{find, outcomes, queue, wait};
use crate::both;
use crate::journey::{DRAFT, activate, clients, send};
use crate::support::mailbox::Mailbox;
use crate::support::{Client, Kind, TestApp, TestDb, config, monday};

const TOKEN: &str = "webhook-secret-of-32-characters-or-more";
const OLDER: &str = "webhook-secret-that-is-being-replaced-now";

/// An installation with a webhook.
struct Hooked(TestApp);

impl Hooked {
    async fn start(kind: Kind) -> Option<Self> {
        let db = TestDb::start(kind).await?;
        let mut config = config(&db);
        config.webhook_tokens = vec![TOKEN.to_owned(), OLDER.to_owned()];
        Some(Self(TestApp::start_with(db, config).await))
    }

    async fn call(&self, authorization: Option<&str>, body: impl Into<reqwest::Body>) -> reqwest::Response {
        let mut request = self
            .client()
            .http
            .post(format!("{}/webhooks/brevo", self.address));
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        request.body(body).send().await.unwrap()
    }

    /// Posts a report or a batch; 200 is expected.
    async fn report(&self, body: &Value) {
        let answer = self
            .call(Some(&format!("Bearer {TOKEN}")), body.to_string())
            .await;
        assert_eq!(answer.status(), 200);
    }

    /// How many reports are kept, and how many of them are about no mail.
    async fn kept(&self) -> (i64, i64) {
        let mut tx = self.state.db.read().await.unwrap();
        let all: i64 = on!(&mut tx, |c| {
            sqlx::query_scalar("SELECT COUNT(*) FROM mail_events")
                .fetch_one(c)
                .await
        })
        .unwrap();
        (all, mail_events::count_unmatched(&mut tx).await.unwrap())
    }

    async fn delivery(&self, id: Uuid) -> Delivery {
        let mut tx = self.state.db.read().await.unwrap();
        deliveries::find(&mut tx, id).await.unwrap().unwrap()
    }

    /// The kinds of the tasks about a mail.
    async fn tasks(&self, mail_id: Uuid) -> Vec<String> {
        let mut tx = self.state.db.read().await.unwrap();
        let all = list_tasks_about(&mut tx, mail_id).await.unwrap();
        all.into_iter().map(|task| task.kind).collect()
    }

    /// How many audit entries there are of an action; the chain is intact.
    async fn entries(&self, action: &str) -> usize {
        let mut tx = self.state.db.read().await.unwrap();
        let verification = forenotice::audit::verify(&mut tx, &self.state.keys)
            .await
            .unwrap();
        assert!(verification.is_intact());
        let all = list_entries(&mut tx, &EntryFilter::default(), 1000)
            .await
            .unwrap();
        all.iter().filter(|entry| entry.action == action).count()
    }

    fn now(&self) -> DateTime<Utc> {
        self.state.clock.now()
    }
}

impl Deref for Hooked {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.0
    }
}

/// A report as Brevo writes it. Its `date` is wrong on purpose.
fn event(name: &str, mail_id: Uuid, relay_id: &str, at: DateTime<Utc>) -> Value {
    json!({
        "event": name, "email": "dpo@customer.example", "id": 900_001, "date": "1999-01-01 00:00:00",
        "ts": at.timestamp(), "ts_event": at.timestamp(), "ts_epoch": at.timestamp_millis(),
        "message-id": format!("<{relay_id}@smtp-relay.mailin.fr>"), "subject": "Notice 2026-07",
        "X-Mailin-custom": mail_id.simple().to_string(), "tag": "notice", "reason": " 550 5.1.1 said\n  <b>so</b>",
    })
}

/// A dispatched notice, all of whose mails the relay took.
struct Sent {
    change_id: Uuid,
    deliveries: Vec<Delivery>,
    operator: Client,
}

async fn sent(app: &Hooked) -> Sent {
    let [editor, approver, operator] = clients(app).await;
    let mailbox = Mailbox::start().await;
    send(app, &editor, &approver).await;
    mailbox.deliver(&app.state).await;
    let mut tx = app.state.db.read().await.unwrap();
    let number = DRAFT.rsplit('/').next().unwrap();
    let change = changes::find_by_number(&mut tx, number).await.unwrap().unwrap();
    let notice = notices::list_versions(&mut tx, change.id)
        .await
        .unwrap()
        .pop()
        .unwrap();
    let deliveries = deliveries::list_by_notice(&mut tx, notice.id).await.unwrap();
    assert!(deliveries.iter().all(|d| d.state == DeliveryState::Sent));
    Sent {
        change_id: change.id,
        deliveries,
        operator,
    }
}

impl Sent {
    /// Deliveries to customers who have one contact only.
    fn lone(&self) -> Vec<Delivery> {
        let to = |d: &Delivery| {
            self.deliveries
                .iter()
                .filter(|o| o.customer_id == d.customer_id)
                .count()
        };
        let lone = self
            .deliveries
            .iter()
            .filter(|d| d.contact_id.is_some() && to(d) == 1);
        lone.cloned().collect()
    }

    async fn standing(&self, app: &Hooked, delivery: &Delivery, at: DateTime<Utc>) -> Standing {
        let mut tx = app.state.db.read().await.unwrap();
        let customer = CustomerId::from(delivery.customer_id.unwrap());
        let zone = app.state.publisher().zone;
        standing::find(&mut tx, zone, self.change_id, customer, at)
            .await
            .unwrap()
    }
}

both! {
    async fn who_has_no_secret_is_refused_before_anything_is_read(app: Hooked) {
        let id = queue(&app.state, "kari@customer.example").await;
        let body = event("delivered", id, "a", app.now()).to_string();
        let basic = |password: &str| format!("Basic {}", BASE64.encode(format!("brevo:{password}").as_bytes()));
        for wrong in [None, Some("Bearer"), Some("Bearer x"), Some(TOKEN), Some(&*basic("x"))] {
            assert_eq!(app.call(wrong, body.clone()).await.status(), 401, "{wrong:?}");
            assert_eq!(app.call(wrong, "{").await.status(), 401);
        }
        assert_eq!(app.kept().await, (0, 0));
        for right in [format!("Bearer {TOKEN}"), format!("bearer {OLDER}"), basic(TOKEN)] {
            assert_eq!(app.call(Some(&right), body.clone()).await.status(), 200);
        }
        assert_eq!(app.kept().await, (1, 0));
        assert_eq!(app.client().get("/webhooks/brevo").await.status, 405);
    }

    async fn without_a_secret_there_is_no_webhook(app: TestApp) {
        let answer = app.client().http.post(format!("{}/webhooks/brevo", app.address)).bearer_auth("").body("[]").send().await;
        assert_eq!(answer.unwrap().status(), 404);
    }

    async fn what_is_malformed_or_about_no_mail_of_ours_is_kept_as_it_came(app: Hooked) {
        let secret = format!("Bearer {TOKEN}");
        for body in ["", "hello dpo@customer.example", "{\"event\":1}", "[1, {\"event\":\"brand_new\"}]", "\u{0}"] {
            assert_eq!(app.call(Some(&secret), body).await.status(), 200, "{body:?}");
        }
        app.report(&event("delivered", Uuid::from_u128(7), "a", app.now())).await;
        let mut foreign = event("delivered", Uuid::nil(), "b", app.now());
        foreign["X-Mailin-custom"] = json!("somebody else's");
        foreign["message-id"] = json!("<nul\u{0}l>");
        foreign["ts_epoch"] = json!(i64::MIN);
        app.report(&foreign).await;
        assert_eq!(app.kept().await, (8, 8));

        let mut tx = app.state.db.read().await.unwrap();
        let rows: Vec<(Uuid, String, Vec<u8>)> = on!(&mut tx, |c| {
            sqlx::query_as("SELECT id, payload_key_id, payload FROM mail_events").fetch_all(c).await
        }).unwrap();
        drop(tx);
        let opened = |(id, key, bytes): &(Uuid, String, Vec<u8>)| {
            assert!(!String::from_utf8_lossy(bytes).contains("customer.example"), "sealed");
            let context = forenotice::keys::field("mail_events", "payload", *id);
            app.state.keys.open(&context, key, bytes).unwrap()
        };
        assert!(rows.iter().map(opened).any(|raw| raw == b"hello dpo@customer.example"));

        let page = app.signed_in(Role::Auditor).await.get("/staff/mails").await;
        let row = page.text.split("<tr").find(|row| row.contains("Reports about no mail of ours")).unwrap();
        assert!(row.contains(">8<"), "{row}");
        assert_eq!(app.call(Some(&secret), vec![b' '; LARGEST + 1]).await.status(), 413);
    }

    async fn rows_are_only_added(app: Hooked) {
        app.report(&json!({"event": "blocked"})).await;
        for sql in ["UPDATE mail_events SET report = 'DELIVERED'", "DELETE FROM mail_events"] {
            let mut tx = app.state.db.write().await.unwrap();
            let done = on!(&mut tx, |c| sqlx::query(sql).execute(c).await.map(drop));
            assert!(done.unwrap_err().to_string().contains("append-only"));
        }
    }

    async fn while_the_database_is_away_the_answer_is_429(app: Hooked) {
        let id = queue(&app.state, "kari@customer.example").await;
        let body = event("delivered", id, "a", app.now()).to_string();
        app.state.db.close().await;
        for body in [body, "{".to_owned(), "[{\"event\":\"blocked\"}]".to_owned()] {
            let answer = app.call(Some(&format!("Bearer {TOKEN}")), body).await;
            assert_eq!(answer.status(), 429);
            assert_eq!(answer.headers()["retry-after"], "60");
        }
        assert_eq!(app.call(None, "{}").await.status(), 401, "who may not ask learns nothing about it");
    }

    async fn a_delivery_counts_from_the_report_and_a_late_bounce_voids_it(app: Hooked) {
        let sent = sent(&app).await;
        let [delivery, other] = [&sent.lone()[0], &sent.lone()[1]];
        let mail = delivery.mail_id;
        let accepted = app.now();
        app.advance(TimeDelta::hours(1));
        let Standing::Given(given) = sent.standing(&app, delivery, app.now()).await else { panic!() };
        assert!(given.provisional);

        let at = accepted + TimeDelta::seconds(90);
        let delivered = event("delivered", mail, "a", at);
        app.report(&delivered).await;
        let Standing::Given(given) = sent.standing(&app, delivery, app.now()).await else { panic!() };
        assert_eq!((given.at, given.grade, given.provisional), (at, EvidenceGrade::EspDelivered, false));
        assert_eq!(app.delivery(delivery.id).await.state, DeliveryState::Delivered);
        let mut tx = app.state.db.read().await.unwrap();
        let line = changes::list_lines(&mut tx, sent.change_id).await.unwrap().remove(0);
        let theirs = authorisations::find(&mut tx, line.id, delivery.customer_id.unwrap()).await.unwrap().unwrap();
        assert_eq!(theirs.given_at, Some(at), "settled at once");
        drop(tx);

        // Again: no second effect.
        app.report(&json!([delivered, delivered])).await;
        assert_eq!(app.kept().await, (1, 0));
        assert_eq!(app.entries("delivery.reported").await, 1);

        app.advance(TimeDelta::hours(70));
        let bounced = app.now() - TimeDelta::minutes(1);
        app.report(&event("hard_bounce", mail, "a", bounced)).await;
        let after = app.delivery(delivery.id).await;
        assert_eq!((after.state, after.bounced_at), (DeliveryState::LateBounce, Some(bounced)));
        assert!(matches!(sent.standing(&app, delivery, app.now()).await, Standing::NotGiven { version: 1 }));
        assert_eq!(app.tasks(mail).await, ["MAIL_BOUNCED"]);

        // The others' windows end; this one's gate stays red.
        app.advance(TimeDelta::days(95));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let Standing::Given(given) = sent.standing(&app, other, app.now()).await else { panic!() };
        assert!(given.is_over(app.now()));
        assert!(matches!(sent.standing(&app, delivery, app.now()).await, Standing::NotGiven { .. }));
        let refused = activate(&sent.operator, None).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("NOTICE_UNDELIVERED"));

        let page = app.signed_in(Role::Auditor).await.get(&format!("/staff/mails/{mail}")).await;
        assert!(page.text.contains("Delivered to the recipient’s mail server"));
        assert!(page.text.contains("Refused by the recipient’s mail server"));
        assert!(page.text.contains("550 5.1.1 said &lt;b&gt;so&lt;/b&gt;"));
    }

    async fn order_and_repetition_do_not_matter(app: Hooked) {
        let sent = sent(&app).await;
        let start = app.now();
        app.advance(TimeDelta::hours(2));
        let names = ["request", "deferred", "delivered", "hard_bounce"];
        let orders = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [3, 0, 2, 1], [1, 3, 0, 2], [2, 3, 1, 0]];
        for (delivery, order) in sent.lone().iter().zip(orders) {
            for step in order {
                let at = start + TimeDelta::minutes(i64::try_from(step).unwrap());
                let report = event(names[step], delivery.mail_id, &delivery.id.to_string(), at);
                app.report(&report).await;
                app.report(&report).await;
            }
            let after = app.delivery(delivery.id).await;
            assert_eq!(after.state, DeliveryState::LateBounce, "{order:?}");
            assert_eq!(after.bounced_at, Some(start + TimeDelta::minutes(3)));
            assert!(matches!(sent.standing(&app, delivery, app.now()).await, Standing::NotGiven { .. }));
            assert_eq!(app.tasks(delivery.mail_id).await, ["MAIL_BOUNCED"]);
        }
    }

    async fn a_batch_moves_every_delivery_and_each_raises_what_a_person_must_do(app: Hooked) {
        let sent = sent(&app).await;
        app.advance(TimeDelta::hours(2));
        let lone = sent.lone();
        let names = ["blocked", "complaint", "soft_bounce", "unsubscribed", "invalid_email"];
        let batch: Vec<Value> = lone.iter().zip(names).map(|(d, name)| event(name, d.mail_id, &d.id.to_string(), app.now())).collect();
        app.report(&Value::Array(batch)).await;
        for (delivery, (state, task)) in lone.iter().zip([
            (DeliveryState::Suppressed, "MAIL_BOUNCED"),
            (DeliveryState::Complaint, "MAIL_COMPLAINT"),
            (DeliveryState::HardBounce, "MAIL_BOUNCED"),
            (DeliveryState::Sent, "MAIL_UNSUBSCRIBED"),
            (DeliveryState::HardBounce, "MAIL_BOUNCED"),
        ]) {
            assert_eq!(app.delivery(delivery.id).await.state, state);
            assert_eq!(app.tasks(delivery.mail_id).await, [task]);
        }
        // Suppressed is not given. A complaint takes nothing back: the mail had arrived.
        assert!(matches!(sent.standing(&app, &lone[0], app.now()).await, Standing::NotGiven { .. }));
        let settled = app.now() + TimeDelta::hours(71);
        let Standing::Given(given) = sent.standing(&app, &lone[1], settled).await else { panic!() };
        assert!(!given.provisional, "72 hours after the relay took it, where bounces are reported");
        // Good news after bad is said, and moves nothing back.
        app.report(&event("delivered", lone[0].mail_id, &lone[0].id.to_string(), app.now())).await;
        assert_eq!(app.tasks(lone[0].mail_id).await.len(), 1, "of the same instant: it arrived first");
        app.advance(TimeDelta::hours(1));
        app.report(&event("delivered", lone[2].mail_id, &lone[2].id.to_string(), app.now())).await;
        assert_eq!(app.delivery(lone[2].id).await.state, DeliveryState::LateBounce);
        assert!(app.tasks(lone[2].mail_id).await.contains(&"MAIL_CONTRADICTED".to_owned()));
    }

    async fn a_reported_bounce_goes_to_the_next_contact(app: Hooked) {
        let sent = sent(&app).await;
        let delivery = sent.lone().remove(0);
        let now = app.now();
        let mut tx = app.state.db.write().await.unwrap();
        let first = contacts::find_contact(&mut tx, &app.state.keys, delivery.contact_id.unwrap().into()).await.unwrap().unwrap();
        let next = Contact { id: app.state.random.id(now).into(), kind: ContactKind::Fallback, address: "next@customer.example".parse().unwrap(), ..first };
        contacts::create_contact(&mut tx, &app.state.keys, &app.state.random, &next).await.unwrap();
        tx.commit().await.unwrap();
        app.advance(TimeDelta::hours(1));
        let bounce = event("hard_bounce", delivery.mail_id, "a", app.now());
        app.report(&bounce).await;
        forenotice::jobs::run_due(&app.state).await.unwrap();
        assert_eq!(app.delivery(delivery.id).await.state, DeliveryState::FallbackQueued);
        app.report(&event("soft_bounce", delivery.mail_id, "a", app.now())).await;
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let mut tx = app.state.db.read().await.unwrap();
        let all = deliveries::list_by_notice(&mut tx, delivery.notice_id).await.unwrap();
        let states: Vec<DeliveryState> = all.iter().filter(|d| d.customer_id == delivery.customer_id).map(|d| d.state).collect();
        assert_eq!(states.len(), 2, "{states:?}");
        assert!(states.contains(&DeliveryState::FallbackQueued) && states.contains(&DeliveryState::Queued));
    }

    async fn a_report_is_matched_by_the_name_that_came_with_our_header(app: Hooked) {
        let id = queue(&app.state, "kari@customer.example").await;
        app.report(&event("request", id, "a", app.now())).await;
        let mut bare = event("delivered", id, "a", app.now());
        bare.as_object_mut().unwrap().remove("X-Mailin-custom");
        app.report(&bare).await;
        bare["message-id"] = json!(find(&app.state, id).await.message_id);
        app.report(&bare).await;
        assert_eq!(app.kept().await, (3, 0));
        bare["message-id"] = json!("<never heard of>");
        app.report(&bare).await;
        assert_eq!(app.kept().await, (4, 1));
    }

    async fn no_report_is_dated_before_its_mail_or_after_itself(app: Hooked) {
        let id = queue(&app.state, "kari@customer.example").await;
        app.advance(TimeDelta::hours(1));
        app.report(&event("request", id, "a", monday() - TimeDelta::days(9))).await;
        app.report(&event("delivered", id, "a", monday() + TimeDelta::days(9))).await;
        let mut undated = event("blocked", id, "a", monday());
        for field in ["ts", "ts_event", "ts_epoch"] {
            undated.as_object_mut().unwrap().remove(field);
        }
        app.report(&undated).await;
        let mut tx = app.state.db.read().await.unwrap();
        let all = mail_events::list_by_mail(&mut tx, id).await.unwrap();
        let at: Vec<_> = all.iter().map(|e| e.occurred_at).collect();
        assert_eq!(at, [monday(), app.now(), app.now()]);
    }

    async fn a_mail_without_an_answer_is_not_sent_again_once_it_is_reported(app: Hooked) {
        let mailbox = Mailbox::scripted(|s| if matches!(s, Step::Dot(_)) { Reaction::TakeAndDrop } else { Reaction::Accept }).await;
        let id = queue(&app.state, "kari@customer.example").await;
        mailbox.deliver(&app.state).await;
        assert_eq!(find(&app.state, id).await.state, MailState::Unknown);
        wait(&app.state, 600);
        app.report(&event("request", id, "a", app.now())).await;
        let mail = find(&app.state, id).await;
        assert_eq!((mail.state, mail.attempt_no), (MailState::Accepted, 1));
        wait(&app.state, 3600);
        mailbox.deliver(&app.state).await;
        assert_eq!(outcomes(&app.state, id).await, ["UNKNOWN"]);

        // The report may be faster than the end of the attempt.
        let id = queue(&app.state, "ola@customer.example").await;
        app.report(&event("request", id, "b", app.now())).await;
        assert_eq!(find(&app.state, id).await.state, MailState::Queued);
        mailbox.deliver(&app.state).await;
        assert_eq!(find(&app.state, id).await.state, MailState::Accepted);
    }

    async fn a_report_that_races_with_the_end_of_its_attempt_is_not_lost(app: Hooked) {
        let [editor, approver, _] = clients(&app).await;
        send(&app, &editor, &approver).await;
        let mut tx = app.state.db.read().await.unwrap();
        let number = DRAFT.rsplit('/').next().unwrap();
        let change = changes::find_by_number(&mut tx, number).await.unwrap().unwrap();
        let notice = notices::list_versions(&mut tx, change.id).await.unwrap().pop().unwrap();
        let queued = deliveries::list_by_notice(&mut tx, notice.id).await.unwrap();
        drop(tx);
        let mailbox = Mailbox::start().await;
        let reporting = async {
            for delivery in &queued {
                app.report(&event("delivered", delivery.mail_id, &delivery.id.to_string(), app.now())).await;
            }
        };
        tokio::join!(mailbox.deliver(&app.state), reporting);
        for delivery in &queued {
            let after = app.delivery(delivery.id).await;
            assert_eq!((after.state, after.accepted_at), (DeliveryState::Delivered, Some(app.now())));
        }
    }

    async fn a_subscriber_who_complains_is_not_written_to_again(app: Hooked) {
        let mailbox = Mailbox::start().await;
        let [kari, ola] = ["kari@follower.example", "ola@follower.example"];
        for address in [kari, ola] {
            follow(&app, &mailbox, address).await;
        }
        let sent = sent(&app).await;
        let news: Vec<Delivery> = sent.deliveries.iter().filter(|d| d.subscriber_id.is_some()).cloned().collect();
        assert_eq!(news.len(), 2);
        app.advance(TimeDelta::hours(1));
        let complaint = event("spam", news[0].mail_id, "a", app.now());
        app.report(&complaint).await;
        app.report(&event("soft_bounce", news[1].mail_id, "b", app.now())).await;
        let standing = async |delivery: &Delivery| {
            let mut tx = app.state.db.read().await.unwrap();
            let subscriber = subscribers::find(&mut tx, &app.state.keys, delivery.subscriber_id.unwrap()).await.unwrap().unwrap();
            (subscriber.state, subscriber.is_suppressed)
        };
        assert_eq!(standing(&news[0]).await, (SubscriptionState::Left, true));
        assert_eq!(standing(&news[1]).await, (SubscriptionState::Confirmed, false), "it may be full for a while");
        let bounce = event("hard_bounce", news[1].mail_id, "b", app.now());
        app.report(&bounce).await;
        assert_eq!(standing(&news[1]).await, (SubscriptionState::Left, false));
        assert!(app.tasks(news[0].mail_id).await.is_empty() && app.tasks(news[1].mail_id).await.is_empty());

        // The report comes again after they came back: it is about the subscription that ended.
        app.advance(TimeDelta::days(2));
        wait(&app.state, 3600);
        let subscriber = news[1].subscriber_id.unwrap();
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(subscribers::find(&mut tx, &app.state.keys, subscriber).await.unwrap().unwrap().address, None);
        drop(tx);
        for address in [ola, kari] {
            mailbox.clear();
            app.client().post("/subscribe", &[("email", address)]).await;
            mailbox.deliver(&app.state).await;
            if let Some(letter) = mailbox.letters_to(address).pop() {
                confirm(&app, &letter).await;
            }
        }
        app.report(&json!([bounce, complaint])).await;
        let states = [standing(&news[0]).await.0, standing(&news[1]).await.0];
        assert!(states.contains(&SubscriptionState::Confirmed), "{states:?}");
    }
}

async fn follow(app: &TestApp, mailbox: &Mailbox, address: &str) {
    let asked = app.client().post("/subscribe", &[("email", address)]).await;
    assert_eq!(asked.status, 303);
    mailbox.deliver(&app.state).await;
    confirm(app, &mailbox.letters_to(address)[0]).await;
}

async fn confirm(app: &TestApp, letter: &crate::support::mailbox::Letter) {
    let site = "http://forenotice.test";
    let link = letter.links(&format!("{site}/subscribe/confirm/")).remove(0);
    let answer = app.client().post(link.trim_start_matches(site), &[]).await;
    assert_eq!(answer.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_database_is_answered_in_time() {
    let app = Hooked::start(Kind::Sqlite).await.unwrap();
    let id = queue(&app.state, "kari@customer.example").await;
    let writer = app.state.db.write().await.unwrap();
    let body = event("delivered", id, "a", app.now()).to_string();
    let secret = format!("Bearer {TOKEN}");
    let answer = app.call(Some(&secret), body.clone());
    let answer = tokio::time::timeout(Duration::from_secs(25), answer)
        .await
        .unwrap();
    assert_eq!(answer.status(), 429);
    drop(writer);
    let answer = app.call(Some(&secret), body).await;
    assert_eq!((answer.status().as_u16(), app.kept().await), (200, (1, 0)));
}
