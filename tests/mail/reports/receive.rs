//! What is taken, refused and kept.

use std::time::Duration;

use chrono::TimeDelta;
use data_encoding::BASE64;
use domain::role::Role;
use forenotice::mail::webhook::LARGEST;
use forenotice::on;
use forenotice::store::mail_events;
use serde_json::json;
use uuid::Uuid;

use super::{Hooked, OLDER, TOKEN, event, find, queue};
use crate::both;
use crate::support::{Kind, TestApp, monday};

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
