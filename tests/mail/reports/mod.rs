//! What the mail service reports through the webhook, and what becomes of mails, deliveries, windows and subscriptions.

mod effect;
mod receive;

use std::ops::Deref;

use chrono::{DateTime, Utc};
use domain::delivery::DeliveryState;
use domain::evidence::Standing;
use domain::id::CustomerId;
use forenotice::changes::standing;
use forenotice::on;
use forenotice::store::audit::{EntryFilter, list_entries};
use forenotice::store::deliveries::{self, Delivery};
use forenotice::store::tasks::list_tasks_about;
use forenotice::store::{changes, mail_events, notices};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{find, outcomes, queue, wait};
use crate::journey::{DRAFT, clients, send};
use crate::support::mailbox::Mailbox;
use crate::support::{Client, Kind, TestApp, TestDb, config};

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
