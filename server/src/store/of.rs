//! Whose rows a query is about.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Encode, FromRow, Postgres, Sqlite, Type};
use uuid::Uuid;

use super::{Result, Tx};

/// Whose rows a query is about: everybody's, or those of some. Either is one read, however many they are.
#[derive(Clone, Copy, Debug)]
pub enum Of<'a, T = Uuid> {
    /// All of them.
    All,
    /// These alone.
    These(&'a [T]),
}

impl<T> Of<'_, T> {
    /// The same of what these belong to: all of it, or that of some.
    pub const fn others<O>(self, some: &[O]) -> Of<'_, O> {
        match self {
            Self::All => Of::All,
            Self::These(_) => Of::These(some),
        }
    }
}

impl<T: Copy + Into<Uuid>> Of<'_, T> {
    /// The condition on a column of ids, with what is [bound](Of::bound) in `$1`. All and some have texts of their own: one
    /// that serves both uses no index.
    pub(super) fn among(self, tx: &Tx, column: &str) -> String {
        match (self, tx.is_postgres()) {
            (Self::All, _) => "CAST($1 AS TEXT) IS NULL".to_owned(),
            // As a row each: an array would be read from its text again for every row that is looked at.
            (Self::These(_), true) => format!("{column} IN (SELECT unnest(CAST($1 AS UUID[])))"),
            (Self::These(_), false) => {
                format!("{column} IN (SELECT unhex(value) FROM json_each($1))")
            }
        }
    }

    /// What to bind for it: the ids in one text, so that a statement never runs out of places.
    pub(super) fn bound(self, tx: &Tx) -> Option<String> {
        let Self::These(ids) = self else { return None };
        let ids = ids.iter().map(|id| (*id).into());
        Some(if tx.is_postgres() {
            let ids: Vec<String> = ids.map(|id: Uuid| id.to_string()).collect();
            format!("{{{}}}", ids.join(","))
        } else {
            let ids: Vec<String> = ids.map(|id: Uuid| format!("\"{}\"", id.simple())).collect();
            format!("[{}]", ids.join(","))
        })
    }

    /// The rows of a statement over these in `$1`; nothing else is bound.
    pub(super) async fn rows<R>(self, tx: &mut Tx, sql: String) -> Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let bound = self.bound(tx);
        Ok(on!(tx, |c| {
            sqlx::query_as(AssertSqlSafe(sql)).bind(bound).fetch_all(c).await
        })?)
    }

    /// The same, with another value in `$2`.
    pub(super) async fn rows_with<R, V>(self, tx: &mut Tx, sql: String, value: V) -> Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
        V: for<'q> Encode<'q, Sqlite>
            + Type<Sqlite>
            + for<'q> Encode<'q, Postgres>
            + Type<Postgres>
            + Send
            + 'static,
    {
        let bound = self.bound(tx);
        Ok(on!(tx, |c| {
            sqlx::query_as(AssertSqlSafe(sql))
                .bind(bound)
                .bind(value)
                .fetch_all(c)
                .await
        })?)
    }
}
