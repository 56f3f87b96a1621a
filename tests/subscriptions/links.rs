//! What links do when somebody else opens them, or puts one in the place of another.

use chrono::TimeDelta;
use forenotice::keys::Purpose;
use uuid::Uuid;

use super::{KARI, assert_private, confirmation, everything, follow, followers, head, link, news};
use crate::both;
use crate::support::TestApp;
use crate::support::mailbox::Mailbox;

both! {
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
}
