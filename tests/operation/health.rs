//! The database goes away and comes back.

use std::net::SocketAddr;
use std::time::Duration;

use forenotice::store::Db;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::both;
use crate::support::{Kind, TestApp, TestDb, config};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_turns_red_while_the_database_is_away_and_green_again_by_itself() {
    let Some(db) = TestDb::start(Kind::Postgres).await else {
        return;
    };
    let mut url: url::Url = db.url.parse().unwrap();
    let mut cable = Cable::to(&url).await;
    url.set_port(Some(cable.address.port())).unwrap();
    let config = forenotice::config::Config {
        database_url: url.to_string(),
        ..config(&db)
    };
    let app = TestApp::start_with(db, config).await;
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
    let mut tries = 0;
    while client.get("/readyz").await.status != 200 {
        tries += 1;
        assert!(tries < 50, "it does not recover");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(client.get("/.well-known/forenotice-audit.json").await.status, 200);
}

both! {
    async fn a_healthy_server_says_so_to_anybody_and_is_not_cached(app: TestApp) {
        for path in ["/healthz", "/readyz"] {
            let answer = app.client().get(path).await;
            assert_eq!((answer.status, answer.headers["cache-control"].to_str().unwrap()), (200, "no-store"));
        }
    }

    async fn a_closed_database_is_not_ready(app: TestApp) {
        match &app.state.db {
            Db::Sqlite(pool) => pool.close().await,
            Db::Postgres(pool) => pool.close().await,
        }
        assert_eq!(app.client().get("/readyz").await.status, 503);
        assert_eq!(app.client().get("/healthz").await.status, 200);
    }
}
