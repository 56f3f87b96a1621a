//! What reports do to deliveries, windows, tasks and subscriptions.

use chrono::TimeDelta;
use domain::authorisation::AuthorisationState;
use domain::delivery::DeliveryState;
use domain::evidence::{EvidenceGrade, Standing};
use domain::role::Role;
use domain::subscription::SubscriptionState;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::mail::state::MailState;
use forenotice::store::contacts::{self, Contact, ContactKind};
use forenotice::store::deliveries::{self, Delivery};
use forenotice::store::lines::list_lines;
use forenotice::store::tasks::list_tasks_about;
use forenotice::store::{authorisations, changes, customers, notices, subscribers};
use serde_json::{Value, json};

use super::{Hooked, event, find, outcomes, queue, sent, wait};
use crate::both;
use crate::journey::{DRAFT, activate, clients, send};
use crate::support::TestApp;
use crate::support::mailbox::Mailbox;

both! {
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
        let line = list_lines(&mut tx, sent.change_id).await.unwrap().remove(0);
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

    async fn silence_on_a_notice_that_came_back_is_none(app: Hooked) {
        let sent = sent(&app).await;
        let [delivery, live] = [&sent.lone()[0], &sent.lone()[1]];
        let start = app.now();
        let next = ["one@customer.example", "two@customer.example"];
        let mut names = Vec::new();
        let mut tx = app.state.db.write().await.unwrap();
        for (delivery, address) in [delivery, live].into_iter().zip(next) {
            let first = contacts::find_contact(&mut tx, &app.state.keys, delivery.contact_id.unwrap().into()).await.unwrap().unwrap();
            names.push(customers::find_customer(&mut tx, first.customer_id).await.unwrap().unwrap().name);
            let next = Contact { id: app.state.random.id(start).into(), kind: ContactKind::Fallback, address: address.parse().unwrap(), ..first };
            contacts::create_contact(&mut tx, &app.state.keys, &app.state.random, &next).await.unwrap();
        }
        tx.commit().await.unwrap();
        app.advance(TimeDelta::days(100));
        // Notice was given, says the first run; the second one counts the silence.
        for _ in 0..2 {
            forenotice::jobs::run_due(&app.state).await.unwrap();
        }
        let state = async |delivery: &Delivery| {
            let mut tx = app.state.db.read().await.unwrap();
            let line = list_lines(&mut tx, sent.change_id).await.unwrap().remove(0);
            let theirs = authorisations::find(&mut tx, line.id, delivery.customer_id.unwrap()).await.unwrap().unwrap();
            (theirs.id, theirs.state)
        };
        assert_eq!(state(delivery).await.1, AuthorisationState::BySilence);
        let started = activate(&sent.operator, Some(&names[1])).await;
        assert_eq!(started.status, 303, "{}", started.text);

        // Reported only now: both came back while their windows ran.
        for delivery in [delivery, live] {
            app.report(&event("hard_bounce", delivery.mail_id, "a", start + TimeDelta::days(1))).await;
            assert_eq!(state(delivery).await.1, AuthorisationState::Notified, "settled at once");
        }
        let mut tx = app.state.db.read().await.unwrap();
        let about = |kinds: Vec<forenotice::store::tasks::Task>| kinds.into_iter().filter(|task| task.kind == "SILENCE_VOID").count();
        assert_eq!(about(list_tasks_about(&mut tx, state(delivery).await.0).await.unwrap()), 0);
        assert_eq!(about(list_tasks_about(&mut tx, state(live).await.0).await.unwrap()), 1, "it has started there: somebody decides");
        drop(tx);
        assert_eq!(activate(&sent.operator, Some(&names[0])).await.status, 409, "nothing starts on it");

        // The next contact gets a copy and a window of their own, and can use it.
        forenotice::jobs::run_due(&app.state).await.unwrap();
        let mailbox = Mailbox::start().await;
        mailbox.deliver(&app.state).await;
        let letters = mailbox.letters_to(next[0]);
        let site = "http://forenotice.test";
        let link = letters.iter().find(|l| l.text.contains("Kaleido")).expect("a copy").links(&format!("{site}/n/")).remove(0);
        let shown = app.client().get(link.trim_start_matches(site)).await.text;
        assert!(shown.contains("Your window is running.") && !shown.contains("Your window ended without an objection."), "{shown}");
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
