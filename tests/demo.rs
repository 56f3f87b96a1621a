//! The demo: it and what is real are kept apart, and its clock takes no step but a short one forward.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::clock::Clock;
use forenotice::config::Config;
use forenotice::demo::seed;
use forenotice::operation::{backup, restore};
use forenotice::random::Random;
use forenotice::store::Db;
use forenotice::store::settings::{find_setting, put_setting};
use forenotice::{AppState, Application};

use crate::both;
use crate::support::{TestApp, TestDb, config, monday};

const OFFSET: &str = "clock_offset_microseconds";
const FORM: &str = "application/x-www-form-urlencoded";
const UNREADABLE: &str = "Enter a day as year-month-day, for example 2027-01-31";
const NOT_THERE: &str = "The clock moves forward only, by 400 days at most";

/// The demo, before its data.
async fn demo(db: TestDb) -> TestApp {
    let config = Config {
        is_demo: true,
        ..config(&db)
    };
    TestApp::start_with(db, config).await
}

/// Starts once more on a database: how far its clock is ahead, or why it is not served.
async fn start_again(db: &TestDb, is_demo: bool) -> Result<TimeDelta, String> {
    let config = Config {
        is_demo,
        ..config(db)
    };
    Application::build(config, Clock::fixed(monday()), Random::seeded(8))
        .await
        .map(|application| application.state().clock.offset())
        .map_err(|error| error.to_string())
}

both! {
    async fn a_demo_goes_on_where_its_clock_stood_and_is_never_served_as_real(db: TestDb) {
        let app = demo(db).await;
        seed::seed(&app.state).await.unwrap();
        let moved = app.client().post("/demo/clock", &[("days", "2")]).await;
        assert_eq!((moved.status, moved.location()), (303, "/demo/clock"), "{}", moved.text);
        // From Monday 10:00 to Wednesday 09:00.
        let ahead = TimeDelta::hours(47);
        assert_eq!(app.state.clock.offset(), ahead);
        assert_eq!(start_again(&app.db, true).await, Ok(ahead));
        let refused = start_again(&app.db, false).await.unwrap_err();
        assert!(refused.contains("Serve it with --demo --data DIR"), "{refused}");
        // A command judges by the time of the pages.
        let command = AppState::open(config(&app.db), Clock::fixed(monday()), Random::seeded(9)).await.unwrap();
        assert_eq!(command.clock.offset(), ahead);

        // Nor does its backup become real.
        let file = app.db.folder().join("backup.jsonl");
        backup(&app.state.db, &app.state.keys, monday(), &file).await.unwrap();
        let Some(target) = TestDb::start(app.db.kind).await else { return };
        let (restored, clock) = (Db::connect(&target.url).await.unwrap(), Clock::fixed(monday()));
        restore(&restored, &app.state.keys, &clock, &Random::seeded(3), &file).await.unwrap();
        assert_eq!(clock.offset(), ahead);
        restored.close().await;
        assert_eq!(start_again(&target, true).await, Ok(ahead));
        assert_eq!(start_again(&target, false).await, Err(refused));
    }

    async fn what_is_real_keeps_the_time_and_is_never_served_as_a_demo(app: TestApp) {
        app.add_person("anna", &[Role::Admin]).await;
        let mut tx = app.state.db.write().await.unwrap();
        let sixty_days = TimeDelta::days(60).num_microseconds().unwrap().to_string();
        put_setting(&mut tx, OFFSET, &sixty_days, monday()).await.unwrap();
        tx.commit().await.unwrap();
        let refused = start_again(&app.db, true).await.unwrap_err();
        assert!(refused.contains("Serve it without --demo"), "{refused}");
        assert_eq!(start_again(&app.db, false).await, Ok(TimeDelta::zero()), "nothing was marked, and the clock is right");
    }

    async fn the_clock_says_what_is_wrong_and_stands_still(db: TestDb) {
        let app = demo(db).await;
        let client = app.client();
        let large = "x".repeat(300 * 1024);
        for (kind, body, status, words) in [
            (FORM, "", 422, UNREADABLE),
            (FORM, "until=tomorrow", 422, UNREADABLE),
            (FORM, "until=2026-11-31", 422, UNREADABLE),
            (FORM, "until=%FF%FE", 422, UNREADABLE),
            (FORM, "until=2026-11-23", 422, NOT_THERE),
            (FORM, "until=2026-11-22", 422, NOT_THERE),
            (FORM, "until=2027-12-29", 422, NOT_THERE),
            (FORM, "days=a+week", 422, UNREADABLE),
            (FORM, "days=1.5", 422, UNREADABLE),
            (FORM, "days=9223372036854775807", 422, UNREADABLE),
            (FORM, "days=0", 422, NOT_THERE),
            (FORM, "days=-1", 422, NOT_THERE),
            (FORM, "days=401", 422, NOT_THERE),
            (FORM, "days=401&days=1", 422, NOT_THERE),
            (FORM, large.as_str(), 413, "This is too large"),
            ("application/json", "{\"days\":1}", 400, "This is not a form."),
        ] {
            let sent = client.http.post(format!("{}/demo/clock", app.address))
                .header("sec-fetch-site", "same-origin").header("content-type", kind).body(body.to_owned());
            let answer = sent.send().await.unwrap();
            let case = &body[..body.len().min(40)];
            assert_eq!(answer.status().as_u16(), status, "{case}");
            let page = answer.text().await.unwrap();
            assert!(page.contains(words) && page.contains("</html>"), "{case}: {page}");
            assert_eq!(app.state.clock.offset(), TimeDelta::zero(), "{case}");
        }
        let mut tx = app.state.db.read().await.unwrap();
        assert_eq!(find_setting(&mut tx, OFFSET).await.unwrap(), None, "nothing was written");
        drop(tx);

        assert_eq!(client.post("/demo/clock", &[("until", "2026-11-24")]).await.status, 303);
        // From Monday 10:00 to Tuesday 09:00.
        assert_eq!(app.state.clock.offset(), TimeDelta::hours(23));
        let back = client.post("/demo/clock", &[("until", "2026-11-23")]).await;
        assert!(back.status == 422 && back.text.contains(NOT_THERE), "{}", back.text);
        assert_eq!(app.state.clock.offset(), TimeDelta::hours(23));
    }
}
