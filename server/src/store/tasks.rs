//! What is due, for whom, and where it is done.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{StaffId, TaskId};
use domain::role::Role;
use uuid::Uuid;

use super::version::Recorded;
use super::{Result, Tx, expect_one, parsed};

/// A task for everybody with a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// Fixed word for what raised it: `BASELINE_FINDING`, `TIA_REVIEW`, `BOUNCE`.
    pub kind: String,
    /// Who is to do it.
    pub role: Role,
    /// What is to be done, in one line.
    pub title: String,
    /// The page where it is done, from the root of the site.
    pub path: String,
    /// The engagement, customer, mail … it is about.
    pub about_id: Option<Uuid>,
    /// Its last day.
    pub due_on: Option<NaiveDate>,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was closed, and by whom.
    pub done: Option<Recorded>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    role: String,
    title: String,
    path: String,
    about_id: Option<Uuid>,
    due_on: Option<NaiveDate>,
    created_at: DateTime<Utc>,
    done_at: Option<DateTime<Utc>>,
    done_by: Option<Uuid>,
}

impl Row {
    fn read(self) -> Result<Task> {
        Ok(Task {
            id: self.id.into(),
            kind: self.kind,
            role: parsed("tasks", "role", &self.role)?,
            title: self.title,
            path: self.path,
            about_id: self.about_id,
            due_on: self.due_on,
            created_at: self.created_at,
            done: self.done_at.map(|at| Recorded {
                at,
                by: self.done_by.map(StaffId::from),
            }),
        })
    }
}

/// Opens a task, unless one of the same kind about the same thing is open already; tells whether it did.
pub async fn open_task(tx: &mut Tx, task: &Task) -> Result<bool> {
    let opened = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO tasks (id, kind, role, title, path, about_id, due_on, created_at, done_at, done_by)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, NULL, NULL
             WHERE NOT EXISTS (SELECT 1 FROM tasks WHERE kind = $2 AND about_id = $6 AND role = $3 AND done_at IS NULL)",
        )
        .bind(task.id.uuid())
        .bind(&task.kind)
        .bind(task.role.as_str())
        .bind(&task.title)
        .bind(&task.path)
        .bind(task.about_id)
        .bind(task.due_on)
        .bind(task.created_at)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    Ok(opened == 1)
}

/// Closes an open task; stale when it is closed already.
pub async fn close_task(tx: &mut Tx, id: TaskId, done: Recorded) -> Result<()> {
    let closed = on!(tx, |c| {
        sqlx::query("UPDATE tasks SET done_at = $1, done_by = $2 WHERE id = $3 AND done_at IS NULL")
            .bind(done.at)
            .bind(done.by.map(Uuid::from))
            .bind(id.uuid())
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    expect_one(closed, "The task")
}

/// Closes every open task of a kind about one thing, because its cause is gone; tells how many.
pub async fn close_tasks_about(tx: &mut Tx, kind: &str, about_id: Uuid, done: Recorded) -> Result<u64> {
    Ok(on!(tx, |c| {
        sqlx::query(
            "UPDATE tasks SET done_at = $1, done_by = $2 WHERE kind = $3 AND about_id = $4 AND done_at IS NULL",
        )
        .bind(done.at)
        .bind(done.by.map(Uuid::from))
        .bind(kind)
        .bind(about_id)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?)
}

/// A task by its id.
pub async fn find_task(tx: &mut Tx, id: TaskId) -> Result<Option<Task>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, kind, role, title, path, about_id, due_on, created_at, done_at, done_by
             FROM tasks WHERE id = $1",
        )
        .bind(id.uuid())
        .fetch_optional(c)
        .await
    })?;
    row.map(Row::read).transpose()
}

/// The open tasks of any of the roles, most urgent first; those without a last day come last.
pub async fn list_open_tasks(tx: &mut Tx, roles: &[Role]) -> Result<Vec<Task>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, kind, role, title, path, about_id, due_on, created_at, done_at, done_by FROM tasks
             WHERE done_at IS NULL ORDER BY CASE WHEN due_on IS NULL THEN 1 ELSE 0 END, due_on, created_at, id",
        )
        .fetch_all(c)
        .await
    })?;
    let mut tasks = Vec::with_capacity(rows.len());
    for row in rows {
        let task = row.read()?;
        if roles.contains(&task.role) {
            tasks.push(task);
        }
    }
    Ok(tasks)
}

/// All tasks about one thing, open ones first.
pub async fn list_tasks_about(tx: &mut Tx, about_id: Uuid) -> Result<Vec<Task>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, kind, role, title, path, about_id, due_on, created_at, done_at, done_by FROM tasks
             WHERE about_id = $1 ORDER BY CASE WHEN done_at IS NULL THEN 0 ELSE 1 END, created_at, id",
        )
        .bind(about_id)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}
