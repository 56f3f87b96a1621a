//! The health pages.

use forenotice::store::Db;

use crate::both;
use crate::support::TestApp;

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
