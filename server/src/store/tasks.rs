//! What is due, for whom, and where it is done.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{StaffId, TaskId};
use domain::role::Role;
use uuid::Uuid;

use super::version::Recorded;
use super::{Result, Search, Tx, expect_one, parsed};

/// The most tasks that one page of the list has.
pub const PAGE: i64 = 50;

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

/// A task as it stands in the list: with the person who took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTask {
    /// The task.
    pub task: Task,
    /// Who took it, and when.
    pub taken: Option<Recorded>,
    /// From when on the daily mail names it, where that was set.
    pub remind_on: Option<NaiveDate>,
}

/// What the list of tasks is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Tasks of these roles; of none where it is empty.
    pub roles: Vec<Role>,
    /// Only what this person took.
    pub taken_by: Option<StaffId>,
    /// Only what nobody else took.
    pub free_for: Option<StaffId>,
    /// Words of the title.
    pub search: String,
    /// Only what is due on that day or before.
    pub due_until: Option<NaiveDate>,
    /// What is done instead of what is open.
    pub is_done: bool,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    #[sqlx(flatten)]
    row: Row,
    taken_by: Option<Uuid>,
    taken_at: Option<DateTime<Utc>>,
    remind_on: Option<NaiveDate>,
}

impl ListedRow {
    fn read(self) -> Result<ListedTask> {
        Ok(ListedTask {
            task: self.row.read()?,
            taken: self.taken_at.map(|at| Recorded {
                at,
                by: self.taken_by.map(StaffId::from),
            }),
            remind_on: self.remind_on,
        })
    }
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

/// What the list's queries have in common, with `$1` to `$5`; what is searched for is bound after that.
const NARROWED: &str = "FROM tasks
    WHERE (done_at IS NOT NULL) = $1 AND $2 LIKE '%,' || role || ',%'
      AND ($3 IS NULL OR taken_by = $3)
      AND ($4 IS NULL OR taken_by IS NULL OR taken_by = $4)
      AND ($5 IS NULL OR due_on <= $5)";

/// The words of a title, bound from `$6` on.
fn sought(tx: &Tx, filter: &TaskFilter) -> Search {
    Search::new(tx, &["title"], &filter.search, 6)
}

/// The roles of a filter as `,legal_editor,dpo,`.
fn roles_text(roles: &[Role]) -> String {
    roles
        .iter()
        .fold(",".to_owned(), |text, role| text + role.as_str() + ",")
}

/// One page of the tasks that fit, from 0. Open ones by their last day, overdue first and those without one last; done
/// ones by when they were done, the newest first.
pub async fn list_tasks(tx: &mut Tx, filter: &TaskFilter, page: i64) -> Result<Vec<ListedTask>> {
    let order = if filter.is_done {
        "done_at DESC, id DESC"
    } else {
        "CASE WHEN due_on IS NULL THEN 1 ELSE 0 END, due_on, created_at, id"
    };
    let sought = sought(tx, filter);
    let sql = format!(
        "SELECT id, kind, role, title, path, about_id, due_on, created_at, done_at, done_by, taken_by, taken_at,
                remind_on {NARROWED}{} ORDER BY {order} LIMIT {PAGE} OFFSET {}",
        sought.condition,
        page.saturating_mul(PAGE)
    );
    let rows: Vec<ListedRow> = on!(tx, |c| {
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(filter.is_done)
            .bind(roles_text(&filter.roles))
            .bind(filter.taken_by.map(Uuid::from))
            .bind(filter.free_for.map(Uuid::from))
            .bind(filter.due_until);
        for pattern in &sought.patterns {
            query = query.bind(pattern);
        }
        query.fetch_all(c).await
    })?;
    rows.into_iter().map(ListedRow::read).collect()
}

/// How many tasks fit.
pub async fn count_tasks(tx: &mut Tx, filter: &TaskFilter) -> Result<i64> {
    let sought = sought(tx, filter);
    let sql = format!("SELECT COUNT(*) {NARROWED}{}", sought.condition);
    Ok(on!(tx, |c| {
        let mut query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(filter.is_done)
            .bind(roles_text(&filter.roles))
            .bind(filter.taken_by.map(Uuid::from))
            .bind(filter.free_for.map(Uuid::from))
            .bind(filter.due_until);
        for pattern in &sought.patterns {
            query = query.bind(pattern);
        }
        query.fetch_one(c).await
    })?)
}

/// A task by its id, with the person who took it.
pub async fn find_listed_task(tx: &mut Tx, id: TaskId) -> Result<Option<ListedTask>> {
    let row: Option<ListedRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, kind, role, title, path, about_id, due_on, created_at, done_at, done_by, taken_by, taken_at,
                    remind_on FROM tasks WHERE id = $1",
        )
        .bind(id.uuid())
        .fetch_optional(c)
        .await
    })?;
    row.map(ListedRow::read).transpose()
}

/// Every open task of any of the roles that nobody else took, for the daily mail and the calendar of one person.
pub async fn list_tasks_for(tx: &mut Tx, person: StaffId, roles: &[Role]) -> Result<Vec<ListedTask>> {
    let rows: Vec<ListedRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, kind, role, title, path, about_id, due_on, created_at, done_at, done_by, taken_by, taken_at,
                    remind_on FROM tasks
             WHERE done_at IS NULL AND $1 LIKE '%,' || role || ',%' AND (taken_by IS NULL OR taken_by = $2)
             ORDER BY CASE WHEN due_on IS NULL THEN 1 ELSE 0 END, due_on, created_at, id",
        )
        .bind(roles_text(roles))
        .bind(person.uuid())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(ListedRow::read).collect()
}

/// Gives an open task to somebody, or to nobody; stale when it is not with `from` any more.
pub async fn assign_task(
    tx: &mut Tx,
    id: TaskId,
    from: Option<StaffId>,
    to: Option<StaffId>,
    at: DateTime<Utc>,
) -> Result<()> {
    let assigned = on!(tx, |c| {
        sqlx::query(
            "UPDATE tasks SET taken_by = $2, taken_at = $3
             WHERE id = $1 AND done_at IS NULL AND taken_by IS NOT DISTINCT FROM $4",
        )
        .bind(id.uuid())
        .bind(to.map(Uuid::from))
        .bind(to.map(|_| at))
        .bind(from.map(Uuid::from))
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    expect_one(assigned, "The task")
}

/// The open tasks of a kind, whatever they are about.
pub async fn list_open_tasks_of(tx: &mut Tx, kind: &str) -> Result<Vec<Task>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, kind, role, title, path, about_id, due_on, created_at, done_at, done_by FROM tasks
             WHERE done_at IS NULL AND kind = $1 ORDER BY id",
        )
        .bind(kind)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// Says of an open task what is to be done now, because its cause has changed; whoever took it keeps it.
pub async fn retitle_task(tx: &mut Tx, id: TaskId, title: &str) -> Result<()> {
    let changed = on!(tx, |c| {
        sqlx::query("UPDATE tasks SET title = $2 WHERE id = $1 AND done_at IS NULL")
            .bind(id.uuid())
            .bind(title)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    expect_one(changed, "The task")
}

/// The same with another last day.
pub async fn renew_task(tx: &mut Tx, id: TaskId, title: &str, due_on: NaiveDate) -> Result<()> {
    let changed = on!(tx, |c| {
        sqlx::query("UPDATE tasks SET title = $2, due_on = $3 WHERE id = $1 AND done_at IS NULL")
            .bind(id.uuid())
            .bind(title)
            .bind(due_on)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    expect_one(changed, "The task")
}

/// Lets the daily mail name an open task from a day on.
pub async fn remind_of_task(tx: &mut Tx, id: TaskId, from: NaiveDate) -> Result<()> {
    let changed = on!(tx, |c| {
        sqlx::query("UPDATE tasks SET remind_on = $2 WHERE id = $1 AND done_at IS NULL")
            .bind(id.uuid())
            .bind(from)
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    expect_one(changed, "The task")
}
