//! What lies on the disk is for its owner alone.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::config::Config;
use forenotice::http::session::{ABSOLUTE, IDLE};
use forenotice::jobs::run_due;
use forenotice::store::sessions::count_sessions_of;
use forenotice::store::sessions::is_any_expired;

use crate::both;
use crate::support::{Kind, TestApp, TestDb, config};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn a_new_database_and_its_folder_are_for_their_owner_alone() {
    let db = TestDb::start(Kind::Sqlite).await.unwrap();
    let data = db.folder().join("new/data");
    let config = Config {
        database_url: format!("sqlite://{}", data.join("forenotice.db").display()),
        secret_keys: None,
        ..config(&db)
    };
    let app = TestApp::start_with(db, config).await;
    app.add_person("anna", &[Role::Dpo]).await;
    assert_eq!(mode(&data), 0o700);
    let files: Vec<_> = std::fs::read_dir(&data)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(
        files.len(),
        4,
        "database, its two companions and the keys: {files:?}"
    );
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

both! {
    async fn sessions_that_ended_or_rested_too_long_are_forgotten(app: TestApp) {
        let client = app.signed_in(Role::Dpo).await;
        let id = app.add_person("anna", &[Role::Dpo]).await;
        let at = app.state.clock.wall();
        // Product time has no say in it.
        app.advance(TimeDelta::days(400));
        run_due(&app.state).await.unwrap();
        assert_eq!(client.get("/staff").await.status, 200);

        app.state.clock.advance_wall(IDLE - TimeDelta::minutes(1));
        run_due(&app.state).await.unwrap();
        assert_eq!(client.get("/staff").await.status, 200);
        app.state.clock.advance_wall(IDLE);
        let mut tx = app.state.db.read().await.unwrap();
        assert!(is_any_expired(&mut tx, app.state.clock.wall(), IDLE).await.unwrap());
        drop(tx);
        run_due(&app.state).await.unwrap();
        let mut tx = app.state.db.read().await.unwrap();
        assert!(!is_any_expired(&mut tx, at + ABSOLUTE * 2, IDLE).await.unwrap(), "no row is left");
        assert_eq!(count_sessions_of(&mut tx, id, at, IDLE).await.unwrap(), 0);
        drop(tx);
        assert_eq!(client.get("/staff").await.status, 303);
    }
}
