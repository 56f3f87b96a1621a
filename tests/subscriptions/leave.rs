//! Leaving and refusing.

use std::time::Duration;

use chrono::TimeDelta;
use domain::country::Country;
use domain::email_address::EmailAddress;
use domain::locale::Locale;
use domain::policy::CustomerRole;
use domain::subscription::SubscriptionState;
use forenotice::changes::{dispatch, review};
use forenotice::jobs;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::store::contacts::{Contact, ContactKind, create_contact, list_active};
use forenotice::store::customers::{Customer, create_customer};
use forenotice::store::staff::find_staff_by_login;
use forenotice::store::subscribers;
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::{KARI, SITE, ask, audited, confirmation, count, follow, followers, link, news, one_click};
use crate::both;
use crate::journey::{DRAFT, clients};
use crate::support::mailbox::Mailbox;
use crate::support::{TestApp, monday};

both! {
    async fn one_click_in_the_mail_program_leaves_at_once_and_as_often_as_it_likes(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let own = follow(&app, &mailbox, KARI).await;
        let letter = news(&app, &mailbox).await;
        assert!(letter.headers.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
        assert!(letter.text.contains("2026-003") && letter.text.contains("Monday 4 January 2027"));
        let leave = link(&letter, "/unsubscribe/");
        let header = letter.headers.replace("\r\n ", "");
        assert!(header.contains(&format!("List-Unsubscribe: <{SITE}{leave}>")), "{header}");

        let page = app.client().get(&leave).await;
        assert!(page.text.contains("Leave the list?") && !page.headers.contains_key("set-cookie"));
        assert_eq!(followers(&app).await.len(), 1);
        for _ in 0..3 {
            let answer = one_click(&app, &leave).await;
            assert_eq!(answer.status().as_u16(), 200);
            assert!(!answer.headers().contains_key("set-cookie") && !answer.headers().contains_key("location"));
            assert_eq!(answer.headers()["cache-control"], "no-store");
            assert!(answer.text().await.unwrap().contains("You have left the list"));
        }
        assert!(followers(&app).await.is_empty());
        assert_eq!(audited(&app).await.0, ["subscription.confirmed", "subscription.left"]);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM subscribers WHERE LENGTH(address) > 0 OR address_key_id <> ''").await, 0, "the address is gone");
        let page = app.client().get(&leave).await;
        assert!(page.status == 200 && page.text.contains("href=\"/subscribe\""), "the way back");
        assert!(app.client().get(&own).await.text.contains("You do not follow the list"));
        assert_eq!(app.client().post(&own, &[("locale", "sv")]).await.status, 409);

        // By the page's own button, and from a mail program's web view.
        app.advance(TimeDelta::days(2));
        let again = follow(&app, &mailbox, KARI).await;
        assert_eq!((again.as_str(), followers(&app).await.len()), (own.as_str(), 1));
        let multipart = reqwest::multipart::Form::new().text("List-Unsubscribe", "One-Click");
        let answer = reqwest::Client::new().post(format!("{}{leave}", app.address)).header("sec-fetch-site", "cross-site").multipart(multipart).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        assert!(followers(&app).await.is_empty());
    }

    async fn news_that_has_not_left_is_withdrawn_when_its_reader_leaves(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let own = follow(&app, &mailbox, KARI).await;
        app.advance(TimeDelta::days(2));
        assert_eq!(ask(&app, &app.client(), KARI).await.status, 303);
        let page = app.client().get(&own).await.text;
        let leave = page.split("href=\"/unsubscribe/").nth(1).unwrap().split('"').next().unwrap();
        one_click(&app, &format!("/unsubscribe/{leave}")).await;
        mailbox.clear();
        mailbox.deliver(&app.state).await;
        assert_eq!(mailbox.count(), 0);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM mails WHERE state = 'CANCELLED'").await, 1);
    }

    async fn news_in_doubt_is_not_sent_again_once_its_reader_has_left(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let own = follow(&app, &mailbox, KARI).await;
        app.advance(TimeDelta::days(2));
        assert_eq!(ask(&app, &app.client(), KARI).await.status, 303);
        let silent = Mailbox::scripted(|step| if matches!(step, Step::Dot(_)) { Reaction::TakeAndDrop } else { Reaction::Accept }).await;
        silent.deliver(&app.state).await;
        assert_eq!(count(&app, "SELECT COUNT(*) FROM mails WHERE state = 'UNKNOWN'").await, 1);
        let page = app.client().get(&own).await.text;
        let leave = page.split("href=\"/unsubscribe/").nth(1).unwrap().split('"').next().unwrap();
        one_click(&app, &format!("/unsubscribe/{leave}")).await;
        mailbox.clear();
        app.state.clock.advance_wall(TimeDelta::hours(1));
        mailbox.deliver(&app.state).await;
        assert_eq!(mailbox.count(), 0);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM mails WHERE state = 'CANCELLED'").await, 1);
    }

    async fn whoever_leaves_while_the_news_is_written_does_not_get_it(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let (number, gone) = ("2026-002", "gone@customer.example");
        let [editor, ..] = clients(&app).await;
        assert_eq!(editor.post(&format!("{DRAFT}/submit"), &[]).await.status, 303);
        for address in [KARI, gone] {
            follow(&app, &mailbox, address).await;
        }
        let all = followers(&app).await;
        let leaving = all.iter().find(|one| one.address.as_str() == gone).unwrap().id;
        let mut tx = app.state.db.read().await.unwrap();
        let approver = find_staff_by_login(&mut tx, "legal-approver@publisher.example").await.unwrap().unwrap().id;
        drop(tx);
        let read = review::read(&app.state, number).await.unwrap();
        let today = app.state.publisher().zone.local_date(app.state.clock.now());
        review::approve(&app.state, approver, number, &read, today, false).await.unwrap();

        // They have the one writer's place while the dispatch reads who follows, renders, and waits for it.
        let mut tx = app.state.db.write().await.unwrap();
        let leave = async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            subscribers::leave(&mut tx, leaving, SubscriptionState::Confirmed, app.state.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
        };
        let (sent, ()) = tokio::join!(dispatch::dispatch(&app.state, approver, number), leave);
        assert_eq!(sent.unwrap().subscribers, all.len() - 1);
        mailbox.clear();
        mailbox.deliver(&app.state).await;
        assert!(mailbox.letters_to(gone).is_empty());
        assert_eq!(mailbox.letters_to(KARI).len(), 1);
    }

    async fn leaving_the_list_leaves_the_contract_contact_as_it_was(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let mut tx = app.state.db.write().await.unwrap();
        let customer = Customer {
            id: Uuid::from_u128(5).into(),
            name: "Fjord Bank".to_owned(),
            reference: None,
            role: CustomerRole::Controller,
            country: Country::parse("NO").unwrap(),
            signed_on: monday().date_naive(),
            created: Recorded::by_system(monday()),
            ended_at: None,
        };
        create_customer(&mut tx, &customer).await.unwrap();
        let contact = Contact {
            id: Uuid::from_u128(6).into(),
            customer_id: customer.id,
            kind: ContactKind::Primary,
            rank: 1,
            name: "Kari".to_owned(),
            locale: Locale::Nb,
            address: EmailAddress::parse(KARI).unwrap(),
            created: Recorded::by_system(monday()),
            confirmed: None,
            ended_at: None,
        };
        create_contact(&mut tx, &app.state.keys, &app.state.random, &contact).await.unwrap();
        tx.commit().await.unwrap();

        follow(&app, &mailbox, KARI).await;
        let leave = link(&news(&app, &mailbox).await, "/unsubscribe/");
        one_click(&app, &leave).await;
        app.advance(TimeDelta::days(2));
        let suppress = link(&confirmation(&app, &mailbox, KARI).await, "/subscribe/suppress/");
        assert_eq!(app.client().post(&suppress, &[]).await.status, 303);
        assert!(followers(&app).await.is_empty());
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_active(&mut tx, &app.state.keys, customer.id).await.unwrap(), [contact]);
    }

    async fn an_address_that_refused_is_never_written_to_until_its_owner_allows_it(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let letter = confirmation(&app, &mailbox, KARI).await;
        let (confirm, suppress) = (link(&letter, "/subscribe/confirm/"), link(&letter, "/subscribe/suppress/"));
        let page = app.client().get(&suppress).await;
        assert!(page.status == 200 && page.text.contains("Never write to this address again?"));
        for _ in 0..2 {
            let answer = app.client().post(&suppress, &[]).await;
            assert_eq!((answer.status, answer.location()), (303, suppress.as_str()));
        }
        assert_eq!(app.client().get(&confirm).await.status, 404);
        assert_eq!(app.client().post(&confirm, &[]).await.status, 404);
        mailbox.clear();
        app.advance(TimeDelta::days(60));
        jobs::run_due(&app.state).await.unwrap();
        for address in [KARI, "KARI@CUSTOMER.EXAMPLE"] {
            assert_eq!(ask(&app, &app.client(), address).await.location(), "/subscribe/asked");
        }
        mailbox.deliver(&app.state).await;
        assert_eq!(mailbox.count(), 0);
        let page = app.client().get(&suppress).await;
        assert!(page.text.contains("We will not write to this address again"));

        let allow = suppress.replace("/suppress/", "/allow/");
        assert_eq!(app.client().post(&allow, &[]).await.location(), suppress);
        assert_eq!(audited(&app).await.0, ["subscription.left", "subscription.suppressed", "subscription.allowed"]);
        follow(&app, &mailbox, KARI).await;
        assert_eq!(followers(&app).await.len(), 1);
        // Refusing ends a subscription that runs.
        assert_eq!(app.client().post(&suppress, &[]).await.status, 303);
        assert!(followers(&app).await.is_empty());
    }
}
