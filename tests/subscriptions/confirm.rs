//! Confirming, the settings, and what happens to whoever does not confirm.

use chrono::TimeDelta;
use domain::locale::Locale;
use forenotice::jobs;

use super::{KARI, assert_private, audited, confirmation, count, everything, follow, followers, link};
use crate::both;
use crate::support::TestApp;
use crate::support::mailbox::Mailbox;

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
