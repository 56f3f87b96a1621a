//! Following the list: asked, confirmed, left, refused. Over HTTP, on both databases, with the mails as a relay took them.

use chrono::{NaiveDate, TimeDelta};
use domain::change::ChangeState;
use domain::country::Country;
use domain::email_address::EmailAddress;
use domain::locale::Locale;
use domain::notice::NoticeState;
use domain::policy::CustomerRole;
use forenotice::changes::dossier::Dossier;
use forenotice::jobs;
use forenotice::keys::Purpose;
use forenotice::mail::queue_prepared;
use forenotice::on;
use forenotice::store::audit::{EntryFilter, list_entries};
use forenotice::store::changes::Change;
use forenotice::store::contacts::{Contact, ContactKind, create_contact, list_active};
use forenotice::store::customers::{Customer, create_customer};
use forenotice::store::notices::{Content, Notice};
use forenotice::store::reference::reference_data;
use forenotice::store::version::Recorded;
use forenotice::subscriptions::{Follower, change_mail, list_followers};
use uuid::Uuid;

use crate::both;
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
async fn follow(app: &TestApp, mailbox: &Mailbox, address: &str) -> String {
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
        created_by: Uuid::from_u128(2),
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
        editors: std::collections::BTreeSet::default(),
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

both! {
    async fn an_address_follows_once_its_owner_has_pressed_the_button_in_the_mail(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let client = app.client();
        let page = client.get("/subscribe").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("name=\"email\""));
        let answer = client.http.post(format!("{}/subscribe", app.address))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin").header("accept-language", "fi, en;q=0.5")
            .body("email=+Kari%40Customer.Example+&name=Buy+pills+at+evil.example").send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["location"]), (303, &"/subscribe/asked".parse().unwrap()));

        mailbox.deliver(&app.state).await;
        let letter = mailbox.letters_to("Kari@customer.example").pop().unwrap();
        assert!(!letter.text.contains("pills") && !letter.html.contains("pills") && !letter.subject.contains("Kari"));
        assert!(!letter.headers.contains("List-Unsubscribe"), "nothing to leave yet");
        let confirm = link(&letter, "/subscribe/confirm/");
        assert!(followers(&app).await.is_empty());

        let page = client.get(&confirm).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains(&format!("action=\"{confirm}\"")));
        assert!(followers(&app).await.is_empty(), "looking confirms nothing");
        let answer = client.post(&confirm, &[]).await;
        assert_eq!(answer.status, 303);
        assert_private(&confirm, &answer);
        let own = answer.location().to_owned();
        let page = client.get(&own).await;
        assert_eq!(page.status, 200);
        assert_private(&own, &page);
        assert!(page.text.contains("You follow the list") && page.text.contains("K***@customer.example"));
        assert!(!page.text.contains("Kari@"));
        let follower = followers(&app).await.remove(0);
        assert_eq!((follower.address.as_str(), follower.locale), ("Kari@customer.example", Locale::Fi));

        let (actions, text) = audited(&app).await;
        assert_eq!(actions, ["subscription.confirmed"]);
        assert!(text.contains("subscriber") && text.contains(&follower.id.to_string()));
        assert!(!text.to_lowercase().contains("customer.example") && !text.contains(confirm.rsplit('/').next().unwrap()));
    }

    async fn every_address_gets_the_same_answer(app: TestApp) {
        let mailbox = Mailbox::start().await;
        follow(&app, &mailbox, "known@customer.example").await;
        confirmation(&app, &mailbox, "pending@customer.example").await;
        let refused = confirmation(&app, &mailbox, "refused@customer.example").await;
        app.client().post(&link(&refused, "/subscribe/suppress/"), &[]).await;
        let own = follow(&app, &mailbox, "gone@customer.example").await;
        let page = app.client().get(&own).await.text;
        let leave = page.split("href=\"/unsubscribe/").nth(1).unwrap().split('"').next().unwrap();
        one_click(&app, &format!("/unsubscribe/{leave}")).await;
        app.advance(TimeDelta::hours(25));
        confirmation(&app, &mailbox, "over@customer.example").await;
        mailbox.clear();

        let mut answers = Vec::new();
        for name in ["unknown", "known", "pending", "refused", "gone", "over", "KNOWN"] {
            let client = app.client();
            client.get("/subscribe").await;
            let answer = ask(&app, &client, &format!("{name}@customer.example")).await;
            let mut headers: Vec<String> = answer.headers.iter().filter(|(k, _)| !["date", "x-request-id"].contains(&k.as_str())).map(|(k, v)| format!("{k}: {v:?}")).collect();
            headers.sort();
            let next = client.get(answer.location()).await;
            answers.push((answer.status, headers, answer.text, next.status, next.text));
        }
        for other in &answers[1..] {
            assert_eq!(other, &answers[0]);
        }
        assert_eq!(answers[0].3, 200);
        mailbox.deliver(&app.state).await;
        let mut written: Vec<String> = mailbox.letters().into_iter().map(|l| l.to).collect();
        written.sort();
        assert_eq!(written, ["gone@customer.example", "known@customer.example", "pending@customer.example", "unknown@customer.example"]);
        let refused = count(&app, "SELECT COUNT(*) FROM mails WHERE state <> 'ACCEPTED'").await;
        assert_eq!(refused, 0, "nothing of a wish that was not granted stays");
    }

    async fn whoever_follows_already_gets_to_the_settings_and_nothing_changes(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let own = follow(&app, &mailbox, KARI).await;
        app.advance(TimeDelta::hours(24));
        let before = followers(&app).await;
        let letter = confirmation(&app, &mailbox, KARI).await;
        let answer = app.client().post(&link(&letter, "/subscribe/confirm/"), &[]).await;
        assert_eq!((answer.status, answer.location()), (303, own.as_str()));
        assert_eq!(followers(&app).await, before);
        assert_eq!(audited(&app).await.0, ["subscription.confirmed"]);
    }

    async fn a_malformed_address_is_shown_again_and_nothing_is_written(app: TestApp) {
        let client = app.client();
        let before = everything(&app).await;
        for bad in ["", "kari", "kari@customer", "a b@customer.example", "\"kari\"@customer.example", "k@x.example\r\nBcc: y@z.example", "<img src=x>@x.example"] {
            let answer = ask(&app, &client, bad).await;
            assert_eq!(answer.status, 422, "{bad}");
            let kept = bad.split('\r').next().unwrap().replace('"', "&quot;");
            assert!(answer.text.contains(&format!("value=\"{kept}")), "{bad}: what was typed is kept");
            assert!(answer.text.contains("error-summary") && answer.text.contains("href=\"#email\""));
            assert!(answer.text.contains("<title>Error: Subscribe"));
        }
        assert_eq!(client.post("/subscribe", &[]).await.status, 422, "no field at all");
        let long = format!("{}@customer.example", "a".repeat(10_000));
        assert_eq!(ask(&app, &client, &long).await.status, 422);
        assert_eq!(everything(&app).await, before);
    }

    async fn one_confirmation_a_day_and_three_in_thirty_days_whoever_asks(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let mut at = Vec::new();
        for hour in [0, 1, 23, 24, 25, 47, 48, 72, 100, 400, 719, 720, 721] {
            let before = mailbox.count();
            app.state.clock.advance_wall(monday() + TimeDelta::hours(hour) - app.state.clock.wall());
            for spelling in [KARI, "KARI@Customer.Example"] {
                let answer = app.client().post("/subscribe", &[("email", spelling)]).await;
                assert_eq!((answer.status, answer.location()), (303, "/subscribe/asked"));
            }
            mailbox.deliver(&app.state).await;
            if mailbox.count() > before {
                assert_eq!(mailbox.count(), before + 1);
                at.push(hour);
            }
        }
        assert_eq!(at, [0, 24, 48, 720]);
    }

    async fn a_client_and_all_clients_together_are_limited(app: TestApp) {
        let mut statuses = Vec::new();
        for n in 0..12 {
            statuses.push(app.client().post("/subscribe", &[("email", &format!("a{n}@customer.example"))]).await.status);
        }
        assert_eq!(statuses, [303, 303, 303, 303, 303, 303, 303, 303, 303, 303, 429, 429]);
        let answer = app.client().post("/subscribe", &[("email", KARI)]).await;
        assert_eq!(answer.status, 429);
        assert!(answer.headers.contains_key("retry-after"));
        app.state.clock.advance_wall(TimeDelta::minutes(11));
        let mut limited = 0;
        for _ in 0..250 {
            limited += i32::from(app.state.limits.subscribe_by_all.count(&()).is_err());
        }
        assert!(limited >= 40, "{limited}");
        assert_eq!(app.client().post("/subscribe", &[("email", KARI)]).await.status, 429);
    }

    async fn scanners_that_open_every_link_change_nothing(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let pending = confirmation(&app, &mailbox, "pending@customer.example").await;
        let own = follow(&app, &mailbox, KARI).await;
        let letter = news(&app, &mailbox).await;
        let paths = [
            link(&pending, "/subscribe/confirm/"),
            link(&pending, "/subscribe/suppress/"),
            link(&letter, "/unsubscribe/"),
            own,
            "/subscribe".to_owned(),
            "/subscribe/asked".to_owned(),
        ];
        let before = everything(&app).await;
        for path in &paths {
            for _ in 0..3 {
                let answer = app.client().get(path).await;
                assert_eq!(answer.status, 200, "{path}");
                assert_private(path, &answer);
                assert_eq!(head(&app, path).await, 200, "{path}");
            }
        }
        assert_eq!(head(&app, &paths[0].replace("confirm", "allow")).await, 405);
        assert_eq!(everything(&app).await, before);
        assert_eq!(app.client().post(&paths[0], &[]).await.status, 303, "and the links still work");
    }

    async fn a_token_works_once_and_in_time_and_any_other_gets_the_same_page(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let used = link(&confirmation(&app, &mailbox, KARI).await, "/subscribe/confirm/");
        assert_eq!(app.client().post(&used, &[]).await.status, 303);
        let expired = link(&confirmation(&app, &mailbox, "late@customer.example").await, "/subscribe/confirm/");
        app.advance(TimeDelta::days(7));
        let unknown = format!("/subscribe/confirm/{}", "A".repeat(43));
        let odd = format!("/subscribe/confirm/{}", "%00%ff".repeat(2));
        let before = everything(&app).await;
        let mut pages = Vec::new();
        for path in [&used, &expired, &unknown] {
            for answer in [app.client().get(path).await, app.client().post(path, &[]).await] {
                assert_eq!(answer.status, 404, "{path}");
                assert!(answer.text.contains("href=\"/subscribe\""), "offers a new one");
                assert_private(path, &answer);
                assert!(!answer.headers.contains_key("set-cookie"));
                pages.push(answer.text);
            }
        }
        assert!(pages.windows(2).all(|two| two[0] == two[1]));
        assert!((400..500).contains(&app.client().get(&odd).await.status));
        assert_eq!(everything(&app).await, before);
        assert_eq!(followers(&app).await.len(), 1);
    }

    async fn a_link_of_one_kind_never_works_as_another(app: TestApp) {
        let mailbox = Mailbox::start().await;
        follow(&app, &mailbox, KARI).await;
        let id = followers(&app).await[0].id;
        let pending = confirmation(&app, &mailbox, "pending@customer.example").await;
        let confirm = link(&pending, "/subscribe/confirm/").rsplit('/').next().unwrap().to_owned();
        let pages = [
            ("/subscription", Purpose::Subscription),
            ("/unsubscribe", Purpose::Unsubscribe),
            ("/subscribe/suppress", Purpose::Suppress),
            ("/subscribe/allow", Purpose::Suppress),
        ];
        let before = everything(&app).await;
        let unknown = app.client().get(&format!("/subscription/{}", "A".repeat(43))).await.text;
        for (page, right) in pages {
            let mut tokens: Vec<String> = Purpose::ALL.iter().filter(|p| **p != right).map(|p| app.state.keys.link(*p, id)).collect();
            tokens.push(confirm.clone());
            tokens.push(app.state.keys.link(right, Uuid::from_u128(77)));
            for token in tokens {
                app.state.clock.advance_wall(TimeDelta::minutes(1));
                let path = format!("{page}/{token}");
                if page != "/subscribe/allow" {
                    let answer = app.client().get(&path).await;
                    assert_eq!((answer.status, answer.text == unknown), (404, true), "GET {path}");
                }
                let answer = app.client().post(&path, &[("locale", "sv")]).await;
                assert_eq!((answer.status, answer.text == unknown), (404, true), "POST {path}");
            }
        }
        for purpose in Purpose::ALL {
            let path = format!("/subscribe/confirm/{}", app.state.keys.link(purpose, id));
            assert_eq!(app.client().post(&path, &[]).await.status, 404, "{purpose:?}");
        }
        assert_eq!(everything(&app).await, before);
    }

    async fn posts_from_other_sites_are_refused_where_a_person_has_to_press(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let own = follow(&app, &mailbox, KARI).await;
        let pending = confirmation(&app, &mailbox, "pending@customer.example").await;
        let before = everything(&app).await;
        for path in ["/subscribe".to_owned(), own, link(&pending, "/subscribe/confirm/"), link(&pending, "/subscribe/suppress/")] {
            let answer = app.client().http.post(format!("{}{path}", app.address)).header("sec-fetch-site", "cross-site")
                .header("content-type", "application/x-www-form-urlencoded").body("email=x%40customer.example&locale=sv").send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 403, "{path}");
        }
        assert_eq!(everything(&app).await, before);
    }

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

    async fn what_nobody_confirmed_is_dropped_after_seven_days_and_the_rest_stays(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let late = link(&confirmation(&app, &mailbox, "late@customer.example").await, "/subscribe/confirm/");
        follow(&app, &mailbox, KARI).await;
        app.advance(TimeDelta::days(6));
        jobs::run_due(&app.state).await.unwrap();
        assert_eq!(count(&app, "SELECT COUNT(*) FROM subscribers").await, 2);
        app.advance(TimeDelta::days(1));
        assert_eq!(app.client().get(&late).await.status, 404);
        for _ in 0..2 {
            jobs::run_due(&app.state).await.unwrap();
        }
        assert_eq!(count(&app, "SELECT COUNT(*) FROM subscribers").await, 1);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM subscription_tokens").await, 0);
        assert_eq!(count(&app, "SELECT COUNT(*) FROM confirmation_requests").await, 2, "still counted");
        app.advance(TimeDelta::days(30));
        jobs::run_due(&app.state).await.unwrap();
        assert_eq!(count(&app, "SELECT COUNT(*) FROM confirmation_requests").await, 0);
        assert_eq!(followers(&app).await.len(), 1);
        follow(&app, &mailbox, "late@customer.example").await;
        assert_eq!(followers(&app).await.len(), 2);
    }

    async fn the_language_is_chosen_on_the_subscribers_own_page(app: TestApp) {
        let mailbox = Mailbox::start().await;
        let own = follow(&app, &mailbox, KARI).await;
        assert_eq!(followers(&app).await[0].locale, Locale::En);
        let client = app.client();
        let answer = client.post(&own, &[("locale", "sv")]).await;
        assert_eq!((answer.status, answer.location()), (303, format!("{own}?saved").as_str()));
        assert!(client.get(answer.location()).await.text.contains("Svenska."));
        assert_eq!(followers(&app).await[0].locale, Locale::Sv);
        let answer = client.post(&own, &[("locale", "tlh")]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("href=\"#locale\""));
        assert_eq!(followers(&app).await[0].locale, Locale::Sv);
    }
}
