//! Notice versions, their editors, and the windows promised to each customer.

use chrono::{DateTime, NaiveDate, Utc};
use domain::notice::{NoticeContent, NoticeState};
use domain::window::Windows;
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Of, Result, Tx, expect_one, parsed};

/// One version of the notice of a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Its id.
    pub id: Uuid,
    /// The change.
    pub change_id: Uuid,
    /// 1, 2, 3 …
    pub version: i64,
    /// Where it is in its life.
    pub state: NoticeState,
    /// Whether it restarts the windows (an amendment may not).
    pub is_material: bool,
    /// What it says.
    pub content: Content,
    /// SHA-256 of the content as stored.
    pub content_hash: Vec<u8>,
    /// The planned go-live it announces.
    pub planned_on: NaiveDate,
    /// The publisher's day for which windows were promised.
    pub dispatch_on: Option<NaiveDate>,
    /// Who approved it, and when.
    pub approved: Option<(DateTime<Utc>, Uuid)>,
    /// When it was dispatched.
    pub dispatched_at: Option<DateTime<Utc>>,
}

/// What a notice says: one part for each line of the change, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// One for each line.
    pub parts: Vec<Part>,
}

/// What a notice says of one line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The line.
    pub line_id: Uuid,
    /// The facts in words.
    pub content: NoticeContent,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    change_id: Uuid,
    version: i64,
    state: String,
    is_material: bool,
    content: Json<Content>,
    content_hash: Vec<u8>,
    planned_on: NaiveDate,
    dispatch_on: Option<NaiveDate>,
    approved_at: Option<DateTime<Utc>>,
    approved_by: Option<Uuid>,
    dispatched_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Notice {
    type Error = super::StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            state: parsed("notices", "state", &row.state)?,
            id: row.id,
            change_id: row.change_id,
            version: row.version,
            is_material: row.is_material,
            content: row.content.0,
            content_hash: row.content_hash,
            planned_on: row.planned_on,
            dispatch_on: row.dispatch_on,
            approved: row.approved_at.zip(row.approved_by),
            dispatched_at: row.dispatched_at,
        })
    }
}

/// Writes a new version in state DRAFT.
pub async fn draft(tx: &mut Tx, notice: &Notice, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO notices (id, change_id, version, state, is_material, content, content_hash, planned_on, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(notice.id)
        .bind(notice.change_id)
        .bind(notice.version)
        .bind(notice.state.as_str())
        .bind(notice.is_material)
        .bind(Json(&notice.content))
        .bind(&notice.content_hash)
        .bind(notice.planned_on)
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Replaces what a draft says.
pub async fn revise(
    tx: &mut Tx,
    id: Uuid,
    content: &Content,
    hash: &[u8],
    planned_on: NaiveDate,
) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE notices SET content = $2, content_hash = $3, planned_on = $4 WHERE id = $1 AND state = 'DRAFT'")
            .bind(id)
            .bind(Json(content))
            .bind(hash)
            .bind(planned_on)
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This notice")
}

/// Moves a notice from one state to another, if it is still in the first.
pub async fn advance(tx: &mut Tx, id: Uuid, from: NoticeState, to: NoticeState) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE notices SET state = $3 WHERE id = $1 AND state = $2")
            .bind(id)
            .bind(from.as_str())
            .bind(to.as_str())
            .execute(c)
            .await
            .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This notice")
}

/// Records the approval and the dispatch day that the promises were made for.
pub async fn approve(
    tx: &mut Tx,
    id: Uuid,
    by: Uuid,
    dispatch_on: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    advance(tx, id, NoticeState::InReview, NoticeState::Approved).await?;
    on!(tx, |c| {
        sqlx::query("UPDATE notices SET approved_at = $2, approved_by = $3, dispatch_on = $4 WHERE id = $1")
            .bind(id)
            .bind(now)
            .bind(by)
            .bind(dispatch_on)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Drops an approval and what it promised, so that the notice can be edited again.
pub async fn drop_approval(tx: &mut Tx, id: Uuid) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "UPDATE notices SET approved_at = NULL, approved_by = NULL, dispatch_on = NULL WHERE id = $1",
        )
        .bind(id)
        .execute(c)
        .await
        .map(drop)
    })?;
    on!(tx, |c| sqlx::query("DELETE FROM promises WHERE notice_id = $1")
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Records the dispatch.
pub async fn dispatch(tx: &mut Tx, id: Uuid, by: Uuid, now: DateTime<Utc>) -> Result<()> {
    advance(tx, id, NoticeState::Approved, NoticeState::Open).await?;
    on!(tx, |c| {
        sqlx::query("UPDATE notices SET dispatched_at = $2, dispatched_by = $3 WHERE id = $1")
            .bind(id)
            .bind(now)
            .bind(by)
            .execute(c)
            .await
            .map(drop)
    })?;
    Ok(())
}

/// Notes that somebody edited this version: author = anyone who did.
pub async fn note_editor(tx: &mut Tx, id: Uuid, staff_id: Uuid, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO notice_editors (notice_id, staff_id, edited_at) VALUES ($1, $2, $3)
             ON CONFLICT (notice_id, staff_id) DO UPDATE SET edited_at = excluded.edited_at",
        )
        .bind(id)
        .bind(staff_id)
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Everybody who edited this version.
pub async fn list_editors(tx: &mut Tx, id: Uuid) -> Result<Vec<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT staff_id FROM notice_editors WHERE notice_id = $1")
            .bind(id)
            .fetch_all(c)
            .await
    })?)
}

/// All versions of a change's notice, oldest first.
pub async fn list_versions(tx: &mut Tx, change_id: Uuid) -> Result<Vec<Notice>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM notices WHERE change_id = $1 ORDER BY version")
            .bind(change_id)
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Notice::try_from).collect()
}

/// A notice by its id.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Notice> {
    let row: Row = on!(tx, |c| sqlx::query_as("SELECT * FROM notices WHERE id = $1")
        .bind(id)
        .fetch_one(c)
        .await)?;
    row.try_into()
}

/// What was promised to one customer, frozen at approval.
#[derive(Clone, Debug, PartialEq)]
pub struct Promise {
    /// Its id.
    pub id: Uuid,
    /// The notice.
    pub notice_id: Uuid,
    /// The customer.
    pub customer_id: Uuid,
    /// The policy version that was read.
    pub policy_id: Uuid,
    /// Both windows, with all that they were computed from.
    pub windows: Windows,
    /// Ids of the contacts whom it was promised to.
    pub contacts: Vec<Uuid>,
}

/// Freezes what is promised to one customer.
pub async fn promise(tx: &mut Tx, promise: &Promise, now: DateTime<Utc>) -> Result<()> {
    let Windows { notice, objection } = &promise.windows;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO promises (id, notice_id, customer_id, policy_id, inputs, notice_window, objection_window,
             notice_last_day, objection_last_day, notice_expires_at, objection_expires_at, frozen_at, contacts)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(promise.id)
        .bind(promise.notice_id)
        .bind(promise.customer_id)
        .bind(promise.policy_id)
        .bind(Json(&notice.terms))
        .bind(Json(notice))
        .bind(Json(objection))
        .bind(notice.last_day)
        .bind(objection.last_day)
        .bind(notice.expires_at)
        .bind(objection.expires_at)
        .bind(now)
        .bind(Json(&promise.contacts))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

type PromiseRow = (
    Uuid,
    Uuid,
    Uuid,
    Uuid,
    Json<domain::window::Window>,
    Json<domain::window::Window>,
    Json<Vec<Uuid>>,
);

/// All promises of a notice.
pub async fn list_promises(tx: &mut Tx, notice_id: Uuid) -> Result<Vec<Promise>> {
    list_promises_to(tx, notice_id, Of::All).await
}

/// The promises of a notice to some customers.
pub async fn list_promises_to(tx: &mut Tx, notice_id: Uuid, whom: Of<'_>) -> Result<Vec<Promise>> {
    let sql = format!(
        "SELECT id, notice_id, customer_id, policy_id, notice_window, objection_window, contacts FROM promises
         WHERE notice_id = $2 AND {}",
        whom.among(tx, "customer_id")
    );
    let rows: Vec<PromiseRow> = whom.rows_with(tx, sql, notice_id).await?;
    Ok(rows
        .into_iter()
        .map(
            |(id, notice_id, customer_id, policy_id, notice, objection, contacts)| Promise {
                id,
                notice_id,
                customer_id,
                policy_id,
                windows: Windows {
                    notice: notice.0,
                    objection: objection.0,
                },
                contacts: contacts.0,
            },
        )
        .collect())
}
