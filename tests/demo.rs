//! The demo and what is real are kept apart, on the same database.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::clock::Clock;
use forenotice::config::Config;
use forenotice::demo::seed;
use forenotice::operation::{backup, restore};
use forenotice::random::Random;
use forenotice::store::Db;
use forenotice::store::settings::put_setting;
use forenotice::{AppState, Application};

use crate::both;
use crate::support::{TestApp, TestDb, config, monday};

const OFFSET: &str = "clock_offset_microseconds";

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
}
