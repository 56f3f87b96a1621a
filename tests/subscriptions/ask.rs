//! Asking: one answer for every address, and the limits.

use chrono::TimeDelta;

use super::{KARI, ask, confirmation, count, everything, follow, link, one_click};
use crate::both;
use crate::support::mailbox::Mailbox;
use crate::support::{TestApp, monday};

both! {
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

    async fn a_malformed_address_is_shown_again_and_nothing_is_written(app: TestApp) {
        let client = app.client();
        let before = everything(&app).await;
        for bad in ["", "kari", "kari@customer", "a b@customer.example", "\"kari\"@customer.example", "k@x.example\r\nBcc: y@z.example", "<img src=x>@x.example", "jörg@customer.example", "kari@b.0x1", "kari@⒈com.example", "kari\u{0}@b.example", "kari@blåbær.example"] {
            let answer = ask(&app, &client, bad).await;
            assert_eq!(answer.status, 422, "{bad}");
            let kept = bad.replace('\0', "\u{fffd}");
            let kept = kept.split('\r').next().unwrap();
            let kept = kept.replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
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
}
