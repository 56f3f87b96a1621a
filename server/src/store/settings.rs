//! Named settings and the publisher row.

use chrono::{DateTime, Utc};

use super::{Result, Tx};

/// The value of a setting, if it was ever set.
pub async fn find_setting(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT value FROM settings WHERE name = $1")
            .bind(name)
            .fetch_optional(c)
            .await
    })?)
}

/// Sets a setting, replacing what was there.
pub async fn put_setting(tx: &mut Tx, name: &str, value: &str, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO settings (name, value, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
        )
        .bind(name)
        .bind(value)
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}
