//! The database goes away and comes back: whoever comes meanwhile is told to try again, and nobody has to restart
//! anything.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::config::Config;
use forenotice::store::Db;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::support::people::PASSWORD;
use crate::support::{Answer, Client, Kind, TestApp, TestDb, config};

/// Stands between the application and Postgres, and can be pulled out like a cable.
struct Cable {
    address: SocketAddr,
    server: String,
    carrying: Option<JoinHandle<()>>,
}

impl Cable {
    async fn to(server: &url::Url) -> Self {
        let server = format!("{}:{}", server.host_str().unwrap(), server.port().unwrap());
        let address = TcpListener::bind("127.0.0.1:0")
            .await
            .unwrap()
            .local_addr()
            .unwrap();
        let mut cable = Self {
            address,
            server,
            carrying: None,
        };
        cable.plug_in().await;
        cable
    }

    async fn plug_in(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        let server = self.server.clone();
        self.carrying = Some(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let server = server.clone();
                connections.spawn(async move {
                    let mut far = TcpStream::connect(server).await?;
                    copy_bidirectional(&mut near, &mut far).await
                });
            }
        }));
    }

    async fn pull_out(&mut self) {
        let carrying = self.carrying.take().unwrap();
        carrying.abort();
        // Every connection ends with the task that carries it.
        let _ = carrying.await;
    }
}

/// The application on a Postgres that can be cut off.
async fn behind_a_cable(db: TestDb) -> (TestApp, Cable) {
    let mut url: url::Url = db.url.parse().unwrap();
    let cable = Cable::to(&url).await;
    url.set_port(Some(cable.address.port())).unwrap();
    let config = Config {
        database_url: url.to_string(),
        ..config(&db)
    };
    (TestApp::start_with(db, config).await, cable)
}

async fn recovered(client: &Client) {
    let mut tries = 0;
    while client.get("/readyz").await.status != 200 {
        tries += 1;
        assert!(tries < 50, "it does not recover");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What everybody is told while the database is away.
fn says_try_again(answer: &Answer, at: &str) {
    assert_eq!(answer.status, 503, "{at}: {}", answer.text);
    assert_eq!(answer.headers["retry-after"], "10", "{at}");
    assert_eq!(answer.headers["cache-control"], "no-store", "{at}");
    assert!(
        answer.text.contains("try again in a few seconds"),
        "{at}: {}",
        answer.text
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_turns_red_while_the_database_is_away_and_green_again_by_itself() {
    let Some(db) = TestDb::start(Kind::Postgres).await else {
        return;
    };
    let (app, mut cable) = behind_a_cable(db).await;
    let client = app.client();
    assert_eq!(client.get("/readyz").await.status, 200);

    cable.pull_out().await;
    let answer = client.get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.headers["retry-after"], "10");
    assert!(answer.text.contains("DATABASE_URL"), "{}", answer.text);
    assert_eq!(client.get("/healthz").await.status, 200, "the process is well");
    let page = client.get("/.well-known/forenotice-audit.json").await;
    assert_eq!(page.status, 503);
    assert!(page.headers.contains_key("retry-after"));

    cable.plug_in().await;
    recovered(&client).await;
    assert_eq!(client.get("/.well-known/forenotice-audit.json").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_postgres_is_away_every_page_and_form_says_try_again_and_then_works_again() {
    let Some(db) = TestDb::start(Kind::Postgres).await else {
        return;
    };
    let (app, mut cable) = behind_a_cable(db).await;
    let staff = app.signed_in(Role::Admin).await;
    let visitor = app.client();
    assert_eq!(visitor.get("/subprocessors").await.status, 200);
    let person = [("login", "new"), ("name", "New person"), ("roles", "auditor")];

    cable.pull_out().await;
    let token = "AZMIzQAAdwCAAAAAAAAAAQ_ZKq0n3vY2bU8xTt1Lw-c";
    let follower = [("email", "kari@follower.example")];
    // The second time it is no longer about connections that broke, but about some that cannot be had.
    for time in ["first", "second"] {
        let (day, notice) = ("/subprocessors?as_of=2026-01-01", format!("/n/{token}"));
        let answers = tokio::join!(
            visitor.get(day),
            visitor.get("/changes"),
            visitor.get("/subprocessors.csv"),
            visitor.get(&notice),
            visitor.post("/subscribe", &follower),
            visitor.sign_in("admin", PASSWORD),
            staff.get("/staff"),
            staff.get("/staff/people"),
            staff.post("/staff/people", &person),
        );
        let (a, b, c, d, e, f, g, h, i) = answers;
        for (number, answer) in [a, b, c, d, e, f, g, h, i].iter().enumerate() {
            says_try_again(answer, &format!("{time} {number}"));
        }
        says_try_again(
            &visitor.get("/deadline").await,
            "the publisher may have corrected a calendar",
        );
        for path in ["/staff/sign-in", "/healthz", "/robots.txt"] {
            assert_eq!(visitor.get(path).await.status, 200, "{path} needs no database");
        }
        assert!(forenotice::jobs::run_due(&app.state).await.is_err());
    }

    cable.plug_in().await;
    recovered(&visitor).await;
    assert_eq!(visitor.get("/subprocessors?as_of=2026-01-01").await.status, 200);
    assert_eq!(
        staff.get("/staff/people").await.status,
        200,
        "the session is still there"
    );
    let list = staff.get("/staff/people").await.text;
    assert!(!list.contains("New person"), "nothing was half-written");
    assert_eq!(staff.post("/staff/people", &person).await.status, 200);
    assert_eq!(visitor.sign_in("admin", PASSWORD).await.status, 303);
    forenotice::jobs::run_due(&app.state).await.unwrap();
}

/// SQLite's file cannot be cut off, but somebody else may hold it: an import by the command line, a copy being made.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_another_process_holds_the_sqlite_file_pages_are_read_and_forms_say_try_again() {
    let app = TestApp::start(Kind::Sqlite).await.unwrap();
    let staff = app.signed_in(Role::Admin).await;
    let person = [("login", "new"), ("name", "New person"), ("roles", "auditor")];
    let other = Db::connect(&app.db.url).await.unwrap();
    let held = other.write().await.unwrap();
    let visitor = app.client();
    let (form, sign_in) = tokio::join!(
        staff.post("/staff/people", &person),
        visitor.sign_in("admin", PASSWORD)
    );
    says_try_again(&form, "a form");
    says_try_again(&sign_in, "signing in");
    // Long enough for the session's use to be written down again.
    app.state.clock.advance_wall(TimeDelta::minutes(2));
    assert_eq!(staff.get("/staff/people").await.status, 200);
    assert_eq!(staff.get("/readyz").await.status, 200, "it can be read");
    drop(held);
    assert_eq!(visitor.sign_in("admin", PASSWORD).await.status, 303);
    assert_eq!(staff.post("/staff/people", &person).await.status, 200);
}
