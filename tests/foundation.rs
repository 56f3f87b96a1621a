//! The ground: both databases have the same tables, unknown addresses are 404, append-only tables refuse.

use crate::both;
use crate::support::{Kind, TestApp, TestDb};
use forenotice::store::Db;

/// (table, column, is nullable), sorted.
async fn columns(db: &Db) -> Vec<(String, String, bool)> {
    let mut columns: Vec<(String, String, bool)> = match db {
        Db::Sqlite(pool) => sqlx::query_as(
            "SELECT t.name, c.name, c.\"notnull\" = 0 AND c.pk = 0 FROM sqlite_master t, pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '_sqlx%'",
        )
        .fetch_all(pool)
        .await
        .unwrap(),
        Db::Postgres(pool) => sqlx::query_as(
            "SELECT table_name::text, column_name::text, is_nullable = 'YES' FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'",
        )
        .fetch_all(pool)
        .await
        .unwrap(),
    };
    columns.sort();
    columns
}

#[tokio::test]
async fn both_databases_have_the_same_tables_and_columns() {
    let (Some(sqlite), Some(postgres)) = (
        TestDb::start(Kind::Sqlite).await,
        TestDb::start(Kind::Postgres).await,
    ) else {
        return;
    };
    assert_eq!(
        columns(&sqlite.open().await).await,
        columns(&postgres.open().await).await
    );
}

both! {
    async fn an_unknown_address_is_not_found(app: TestApp) {
        let answer = app.client().get("/no-such-page").await;
        assert_eq!(answer.status, 404);
        assert!(answer.text.contains("Not found"));
    }
}
