//! Signing in and out, passwords, accounts: over HTTP, on both databases.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::store::staff::{find_staff_by_login, list_staff};

use crate::both;
use crate::support::mailbox::Mailbox;
use crate::support::people::PASSWORD;
use crate::support::{Answer, TestApp};

const OTHER: &str = "quiet harbour seven";

fn is_signed_out(answer: &Answer) -> bool {
    answer.status == 303 && answer.location().starts_with("/staff/sign-in")
}

/// The link that a page shows once, as a path.
fn link_on(answer: &Answer) -> String {
    let at = answer.text.find("/staff/reset/").expect("a link on the page");
    answer.text[at..]
        .split(['<', '"', '&'])
        .next()
        .unwrap()
        .to_owned()
}

both! {
    async fn a_page_of_staff_asks_to_sign_in_and_comes_back_to_where_one_wanted_to_go(app: TestApp) {
        app.add_person("admin@publisher.example", &[Role::Admin]).await;
        let client = app.client();
        let answer = client.get("/staff/people?x=1").await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.location(), "/staff/sign-in?next=%2Fstaff%2Fpeople%3Fx%3D1");
        let page = client.get(answer.location()).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("value=\"/staff/people?x=1\""));
        let form = [("login", " Admin@Publisher.example "), ("password", PASSWORD), ("next", "/staff/people?x=1")];
        let answer = client.post("/staff/sign-in", &form).await;
        assert_eq!((answer.status, answer.location()), (303, "/staff/people?x=1"));
        assert!(client.get("/staff/people").await.text.contains("admin@publisher.example"));
        let elsewhere = [("login", "admin@publisher.example"), ("password", PASSWORD), ("next", "//evil.example")];
        assert_eq!(client.post("/staff/sign-in", &elsewhere).await.location(), "/staff");
    }

    async fn a_wrong_password_an_unknown_name_and_a_disabled_account_get_the_same_answer(app: TestApp) {
        let id = app.add_person("gone.one", &[Role::Auditor]).await;
        app.add_person("known.one", &[Role::Auditor]).await;
        let mut tx = app.state.db.write().await.unwrap();
        forenotice::store::staff::disable_staff(&mut tx, id, app.state.clock.wall()).await.unwrap();
        tx.commit().await.unwrap();
        let mut texts = Vec::new();
        for (login, password) in [("known.one", "wrong password"), ("nobody", PASSWORD), ("gone.one", PASSWORD)] {
            let client = app.client();
            let answer = client.sign_in(login, password).await;
            assert_eq!(answer.status, 422);
            assert!(answer.headers.get_all("set-cookie").iter().all(|c| c.to_str().unwrap().starts_with("form=")));
            let text = answer.text.replace(login, "LOGIN");
            let csrf = text.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            texts.push(text.replace(&csrf, "CSRF"));
            assert!(is_signed_out(&client.get("/staff").await));
        }
        assert_eq!(texts[0], texts[1]);
        assert_eq!(texts[1], texts[2]);
        assert!(!texts[0].contains(PASSWORD));
    }

    async fn tries_are_counted_per_account_and_per_client_before_anything_is_checked(app: TestApp) {
        app.add_person("anna", &[Role::Auditor]).await;
        for _ in 0..10 {
            assert_eq!(app.client().sign_in("anna", "wrong password").await.status, 422);
        }
        let answer = app.client().sign_in("Anna", PASSWORD).await;
        assert_eq!(answer.status, 429);
        let wait: i64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
        assert!((1..=121).contains(&wait), "{wait}");
        app.state.clock.advance_wall(TimeDelta::seconds(wait));
        assert_eq!(app.client().sign_in("anna", PASSWORD).await.status, 303);
        // A client that goes through many names is stopped too.
        let mut statuses = Vec::new();
        for n in 0..60 {
            statuses.push(app.client().sign_in(&format!("name{n}"), "x").await.status);
        }
        assert_eq!(statuses.last(), Some(&429));
    }

    async fn signing_in_makes_a_new_session_id_and_signing_out_ends_it(app: TestApp) {
        let client = app.signed_in(Role::Auditor).await;
        let cookie = |answer: &Answer| {
            let mut cookies = answer.headers.get_all("set-cookie").iter().map(|c| c.to_str().unwrap().to_owned());
            cookies.find(|c| c.starts_with("forenotice="))
        };
        let first = client.sign_in(Role::Auditor.as_str(), PASSWORD).await;
        let set = cookie(&first).unwrap();
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
        let second = client.sign_in(Role::Auditor.as_str(), PASSWORD).await;
        assert_ne!(cookie(&second).unwrap(), set);
        // The id before is worth nothing now.
        let old = set.split(';').next().unwrap().to_owned();
        let thief = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let status = |cookie: String| thief.get(format!("{}/staff", app.address)).header("cookie", cookie).send();
        assert_eq!(status(old).await.unwrap().status(), 303);
        let current = cookie(&second).unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(status(current.clone()).await.unwrap().status(), 200);
        let answer = client.post("/staff/sign-out", &[]).await;
        assert_eq!((answer.status, answer.location()), (303, "/staff/sign-in"));
        assert!(is_signed_out(&client.get("/staff").await));
        assert_eq!(status(current).await.unwrap().status(), 303);
        assert_eq!(status("forenotice=not-an-id".to_owned()).await.unwrap().status(), 303);
    }

    async fn a_session_ends_after_an_hour_of_rest_and_after_twelve_hours_in_any_case(app: TestApp) {
        let client = app.signed_in(Role::Auditor).await;
        app.advance(TimeDelta::days(40));
        assert_eq!(client.get("/staff").await.status, 200, "moving the product's clock signs nobody out");
        for _ in 0..14 {
            app.state.clock.advance_wall(TimeDelta::minutes(50));
            assert_eq!(client.get("/staff").await.status, 200);
        }
        app.state.clock.advance_wall(TimeDelta::minutes(50));
        assert!(is_signed_out(&client.get("/staff").await), "twelve hours and a half");
        assert_eq!(client.sign_in(Role::Auditor.as_str(), PASSWORD).await.status, 303);
        app.state.clock.advance_wall(TimeDelta::minutes(61));
        assert!(is_signed_out(&client.get("/staff").await), "an hour and a minute");
    }

    async fn changing_the_password_ends_all_other_sessions_and_needs_the_old_one(app: TestApp) {
        let client = app.signed_in(Role::Operator).await;
        let other = app.client();
        other.sign_in(Role::Operator.as_str(), PASSWORD).await;
        assert!(client.get("/staff/account").await.text.contains("1 on another device"));
        let wrong = [("current_password", OTHER), ("new_password", OTHER), ("again", OTHER)];
        let answer = client.post("/staff/account/password", &wrong).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("This is not your present password"));
        let weak = [("current_password", PASSWORD), ("new_password", "password12345"), ("again", "x")];
        let answer = client.post("/staff/account/password", &weak).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("There are 2 problems"));
        assert_eq!(other.get("/staff").await.status, 200);
        let right = [("current_password", PASSWORD), ("new_password", OTHER), ("again", OTHER)];
        let answer = client.post("/staff/account/password", &right).await;
        assert_eq!((answer.status, answer.location()), (303, "/staff/account"));
        let page = client.get("/staff/account").await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Your password was changed"));
        assert!(!client.get("/staff/account").await.text.contains("Your password was changed"), "said once");
        assert!(is_signed_out(&other.get("/staff").await));
        assert_eq!(app.client().sign_in(Role::Operator.as_str(), PASSWORD).await.status, 422);
        assert_eq!(app.client().sign_in(Role::Operator.as_str(), OTHER).await.status, 303);
    }

    async fn other_sessions_can_be_ended_without_a_new_password(app: TestApp) {
        let client = app.signed_in(Role::Dpo).await;
        let other = app.client();
        other.sign_in(Role::Dpo.as_str(), PASSWORD).await;
        assert_eq!(client.post("/staff/account/sessions", &[]).await.status, 303);
        assert!(client.get("/staff/account").await.text.contains("1 session was ended."));
        assert!(is_signed_out(&other.get("/staff").await));
    }

    async fn an_admin_adds_a_person_who_sets_a_password_with_a_link_that_works_once(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let empty = admin.post("/staff/people", &[("login", " "), ("name", "Eva"), ("roles", "dpo")]).await;
        assert_eq!(empty.status, 422);
        assert!(empty.text.contains("value=\"Eva\""), "what was typed is kept");
        let form = [("login", "Eva@publisher.example"), ("name", "<b>Eva</b>"), ("roles", "dpo"), ("roles", "auditor")];
        let answer = admin.post("/staff/people", &form).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.contains("&lt;b>Eva") || answer.text.contains("&lt;b&gt;Eva"), "a name is text");
        assert_eq!(admin.post("/staff/people", &form).await.status, 422, "the sign-in name is taken");
        let link = link_on(&answer);
        assert_eq!(app.client().sign_in("eva@publisher.example", "").await.status, 422);
        let eva = app.client();
        for _ in 0..3 {
            assert_eq!(eva.get(&link).await.status, 200, "a mail scanner that looks uses nothing up");
        }
        let short = eva.post(&link, &[("new_password", "eva"), ("again", "eva")]).await;
        assert_eq!(short.status, 422);
        let answer = eva.post(&link, &[("new_password", OTHER), ("again", OTHER)]).await;
        assert_eq!((answer.status, answer.location()), (303, "/staff/sign-in"));
        for answer in [eva.get(&link).await, eva.post(&link, &[("new_password", OTHER), ("again", OTHER)]).await] {
            assert_eq!(answer.status, 404);
            assert!(answer.text.contains("This link is not valid"));
        }
        assert_eq!(eva.sign_in("EVA@publisher.example", OTHER).await.status, 303);
        assert_eq!(eva.get("/staff/people").await.status, 403);
        let mut tx = app.state.db.read().await.unwrap();
        let row = find_staff_by_login(&mut tx, "eva@publisher.example").await.unwrap().unwrap();
        assert_eq!(row.roles, [Role::Dpo, Role::Auditor]);
    }

    async fn a_new_link_ends_earlier_ones_and_lasts_three_days(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let id = app.add_person("eva", &[Role::Dpo]).await;
        let path = format!("/staff/people/{id}/link");
        let first = link_on(&admin.post(&path, &[]).await);
        let second = link_on(&admin.post(&path, &[]).await);
        assert_eq!(app.client().get(&first).await.status, 404);
        assert_eq!(app.client().get(&second).await.status, 200);
        app.state.clock.advance_wall(TimeDelta::hours(72));
        assert_eq!(app.client().get(&second).await.status, 404);
    }

    async fn disabling_ends_sessions_at_once_and_the_last_admin_stays(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let id = app.add_person("eva", &[Role::Dpo]).await;
        let eva = app.client();
        eva.sign_in("eva", PASSWORD).await;
        assert_eq!(admin.post(&format!("/staff/people/{id}/disable"), &[]).await.status, 303);
        assert!(is_signed_out(&eva.get("/staff").await));
        assert_eq!(eva.sign_in("eva", PASSWORD).await.status, 422);
        assert_eq!(admin.post(&format!("/staff/people/{id}/disable"), &[]).await.status, 409, "it is disabled already");
        assert_eq!(admin.post(&format!("/staff/people/{id}/enable"), &[]).await.status, 303);
        assert_eq!(eva.sign_in("eva", PASSWORD).await.status, 303);

        let mut tx = app.state.db.read().await.unwrap();
        let own = find_staff_by_login(&mut tx, "admin").await.unwrap().unwrap().id;
        drop(tx);
        let answer = admin.post(&format!("/staff/people/{own}/disable"), &[]).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("last admin"));
        let answer = admin.post(&format!("/staff/people/{own}"), &[("name", "Admin"), ("roles", "auditor")]).await;
        assert_eq!(answer.status, 422);
        assert_eq!(admin.fill(&format!("/staff/people/{id}"), &[("name", "Eva"), ("roles", "admin")]).await.status, 303);
        assert_eq!(admin.post(&format!("/staff/people/{own}/disable"), &[]).await.status, 303);
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(list_staff(&mut tx).await.unwrap().iter().filter(|p| p.disabled_at.is_none()).count(), 1);
    }

    async fn roles_count_from_the_next_request_on(app: TestApp) {
        let admin = app.signed_in(Role::Admin).await;
        let id = app.add_person("eva", &[Role::Admin]).await;
        let eva = app.client();
        eva.sign_in("eva", PASSWORD).await;
        assert_eq!(eva.get("/staff/people").await.status, 200);
        admin.fill(&format!("/staff/people/{id}"), &[("name", "Eva"), ("roles", "auditor")]).await;
        let answer = eva.get("/staff/people").await;
        assert_eq!(answer.status, 403);
        assert!(answer.text.contains("Admin"), "it says which role is needed");
    }

    async fn asking_for_a_reset_gets_one_answer_for_every_name(app: TestApp) {
        app.add_person("anna@publisher.example", &[Role::Dpo]).await;
        let known = app.client().post("/staff/reset", &[("login", "anna@publisher.example")]).await;
        let unknown = app.client().post("/staff/reset", &[("login", "nobody@publisher.example")]).await;
        assert_eq!((known.status, unknown.status), (200, 200));
        assert_eq!(known.text, unknown.text);

        // What is done for a known name is done after the answer.
        let mailbox = Mailbox::start().await;
        for _ in 0..100 {
            mailbox.deliver(&app.state).await;
            if mailbox.count() > 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let letters = mailbox.letters();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].to, "anna@publisher.example");
        let link = &letters[0].links(&app.state.config.link("/staff/reset/"))[0];
        let path = link.strip_prefix(&app.state.config.link("")).unwrap_or(link);
        assert_eq!(app.client().get(path).await.status, 200);
    }

    async fn a_forgotten_password_is_reset_by_mail_and_only_for_people_with_an_address(app: TestApp) {
        app.add_person("anna@publisher.example", &[Role::Dpo]).await;
        app.add_person("bo", &[Role::Dpo]).await;
        let session = app.client();
        session.sign_in("anna@publisher.example", PASSWORD).await;
        let mailbox = Mailbox::start().await;
        for login in ["nobody@publisher.example", "bo", "Anna@publisher.example"] {
            app.client().post("/staff/reset", &[("login", login)]).await;
        }
        for _ in 0..100 {
            mailbox.deliver(&app.state).await;
            if mailbox.count() > 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let letters = mailbox.letters();
        assert_eq!(letters.iter().map(|l| l.to.as_str()).collect::<Vec<_>>(), ["anna@publisher.example"]);
        assert!(letters[0].text.contains("Monday 23 November 2026, 11:00, Oslo"), "until when: {}", letters[0].text);
        let at = letters[0].text.find("/staff/reset/").unwrap();
        let link = letters[0].text[at..].split_whitespace().next().unwrap().to_owned();
        app.state.clock.advance_wall(TimeDelta::minutes(59));
        assert_eq!(session.get("/staff").await.status, 200, "asking for a link ends nothing");
        let answer = app.client().post(&link, &[("new_password", OTHER), ("again", OTHER)]).await;
        assert_eq!(answer.status, 303);
        assert!(is_signed_out(&session.get("/staff").await));
        assert_eq!(app.client().get(&link).await.status, 404);
        assert_eq!(app.client().sign_in("anna@publisher.example", OTHER).await.status, 303);
    }

    async fn a_reset_link_lasts_an_hour(app: TestApp) {
        let id = app.add_person("anna@publisher.example", &[Role::Dpo]).await;
        let mut tx = app.state.db.write().await.unwrap();
        let link = forenotice::access::make_link(&mut tx, &app.state, id, TimeDelta::hours(1)).await.unwrap();
        tx.commit().await.unwrap();
        let link = link.strip_prefix("http://forenotice.test").unwrap().to_owned();
        assert_eq!(app.client().get(&link).await.status, 200);
        app.state.clock.advance_wall(TimeDelta::hours(1));
        assert_eq!(app.client().get(&link).await.status, 404);
    }

    async fn an_error_among_the_staffs_pages_keeps_the_links_that_the_person_may_use(app: TestApp) {
        let client = app.signed_in(Role::Auditor).await;
        for (path, status) in [("/staff/no-such-page", 404), ("/staff/changes/2026-999", 404), ("/staff/people", 403)] {
            let answer = client.get(path).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(answer.text.contains("Sign out") && answer.text.contains("href=\"/staff/audit\""), "{path}: {}", answer.text);
            assert!(!answer.text.contains("href=\"/staff/people\""), "{path}");
        }
        let stranger = app.client().get("/staff/no-such-page").await;
        assert_eq!(stranger.status, 404);
        assert!(!stranger.text.contains("Sign out"));
        assert!(!client.get("/no-such-page").await.text.contains("Sign out"), "a public page");
    }
}
