//! Staff accounts and the tokens that set a password without the old one.

use chrono::{DateTime, Utc};
use domain::role::Role;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, Tx, expect_one};

/// A staff account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    /// Its id.
    pub id: Uuid,
    /// What the person types to sign in, lower case.
    pub login: String,
    /// Name or function, as others see it.
    pub name: String,
    /// PHC string of argon2id.
    pub password_hash: String,
    /// Wall-clock time of the last change.
    pub password_changed_at: DateTime<Utc>,
    /// Roles held.
    pub roles: Vec<Role>,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// Since when it cannot be used.
    pub disabled_at: Option<DateTime<Utc>>,
}

type Row = (
    Uuid,
    String,
    String,
    String,
    DateTime<Utc>,
    Json<Vec<Role>>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

const SELECT_BY_ID: &str = "SELECT id, login, display_name, password_hash, password_changed_at, roles, created_at, disabled_at FROM staff WHERE id = $1";
const SELECT_BY_LOGIN: &str = "SELECT id, login, display_name, password_hash, password_changed_at, roles, created_at, disabled_at FROM staff WHERE login = $1";
const SELECT_ALL: &str = "SELECT id, login, display_name, password_hash, password_changed_at, roles, created_at, disabled_at FROM staff ORDER BY disabled_at IS NOT NULL, display_name, login";

fn staff(row: Row) -> StaffRow {
    let (id, login, name, password_hash, password_changed_at, Json(roles), created_at, disabled_at) = row;
    StaffRow {
        id,
        login,
        name,
        password_hash,
        password_changed_at,
        roles,
        created_at,
        disabled_at,
    }
}

/// The account with this id.
pub async fn find_staff(tx: &mut Tx, id: Uuid) -> Result<Option<StaffRow>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(SELECT_BY_ID).bind(id).fetch_optional(c).await
    })?;
    Ok(row.map(staff))
}

/// The account with this login, which is lower case.
pub async fn find_staff_by_login(tx: &mut Tx, login: &str) -> Result<Option<StaffRow>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(SELECT_BY_LOGIN)
            .bind(login)
            .fetch_optional(c)
            .await
    })?;
    Ok(row.map(staff))
}

/// All accounts, the disabled last.
pub async fn list_staff(tx: &mut Tx) -> Result<Vec<StaffRow>> {
    let rows: Vec<Row> = on!(tx, |c| sqlx::query_as(SELECT_ALL).fetch_all(c).await)?;
    Ok(rows.into_iter().map(staff).collect())
}

/// Adds an account. A taken login is `StoreError::Duplicate`.
pub async fn insert_staff(tx: &mut Tx, staff: &StaffRow) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO staff (id, login, display_name, password_hash, password_changed_at, roles, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(staff.id)
        .bind(&staff.login)
        .bind(&staff.name)
        .bind(&staff.password_hash)
        .bind(staff.password_changed_at)
        .bind(Json(&staff.roles))
        .bind(staff.created_at)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Sets name and roles; what the person took for a role that is gone is handed back.
pub async fn set_name_and_roles(tx: &mut Tx, id: Uuid, name: &str, roles: &[Role]) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE staff SET display_name = $2, roles = $3 WHERE id = $1")
            .bind(id)
            .bind(name)
            .bind(Json(roles))
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    expect_one(done, "This account")?;
    hand_back_tasks(tx, id, roles).await
}

/// Sets a password.
pub async fn set_password(tx: &mut Tx, id: Uuid, hash: &str, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE staff SET password_hash = $2, password_changed_at = $3 WHERE id = $1")
            .bind(id)
            .bind(hash)
            .bind(now)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    expect_one(done, "This account")
}

/// Disables an account that is enabled.
pub async fn disable_staff(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE staff SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL")
            .bind(id)
            .bind(now)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    expect_one(done, "This account")?;
    hand_back_tasks(tx, id, &[]).await
}

/// Hands back what somebody took and has no longer the role for, so that colleagues see it.
async fn hand_back_tasks(tx: &mut Tx, id: Uuid, roles: &[Role]) -> Result<()> {
    let kept = roles
        .iter()
        .fold(",".to_owned(), |text, role| text + role.as_str() + ",");
    on!(tx, |c| {
        sqlx::query(
            "UPDATE tasks SET taken_by = NULL, taken_at = NULL
             WHERE taken_by = $1 AND done_at IS NULL AND $2 NOT LIKE '%,' || role || ',%'",
        )
        .bind(id)
        .bind(kept)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Enables an account that is disabled.
pub async fn enable_staff(tx: &mut Tx, id: Uuid) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE staff SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL")
            .bind(id)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    expect_one(done, "This account")
}

/// Notes a single-use token by its hash.
pub async fn insert_password_reset(
    tx: &mut Tx,
    token_hash: &[u8],
    staff_id: Uuid,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO password_resets (token_hash, staff_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        )
        .bind(token_hash)
        .bind(staff_id)
        .bind(now)
        .bind(expires_at)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The enabled account for which this token may still be used.
pub async fn find_password_reset(tx: &mut Tx, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT r.staff_id FROM password_resets r JOIN staff s ON s.id = r.staff_id
             WHERE r.token_hash = $1 AND r.used_at IS NULL AND r.expires_at > $2 AND s.disabled_at IS NULL",
        )
        .bind(token_hash)
        .bind(now)
        .fetch_optional(c)
        .await
    })?)
}

/// Uses up this token and every other one of the same account.
pub async fn use_password_resets_of(tx: &mut Tx, staff_id: Uuid, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("UPDATE password_resets SET used_at = $2 WHERE staff_id = $1 AND used_at IS NULL")
            .bind(staff_id)
            .bind(now)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}
