//! Lines of changes: one engagement each, as customers are told of it.

use domain::change::{ChangeType, Cover, NoticeClass, line_kinds};
use sqlx::types::Json;
use uuid::Uuid;

use super::changes::{Change, NEWEST_FIRST, get};
use super::{Of, Result, Tx, parsed};

/// One engagement within a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: Uuid,
    /// The change.
    pub change_id: Uuid,
    /// 1, 2, 3 … within the change.
    pub position: i64,
    /// What is engaged or changed.
    pub engagement_id: Uuid,
    /// The engagement that goes off when this one goes live.
    pub replaces_engagement_id: Option<Uuid>,
    /// What kind of change it is.
    pub change_type: ChangeType,
    /// How customers are told.
    pub notice_class: NoticeClass,
    /// Why the class is lower than its default.
    pub class_reason: Option<String>,
    /// The facts that the notice speaks of.
    pub engagement_version_id: Uuid,
    /// The organisation's facts that the notice speaks of.
    pub organisation_version_id: Uuid,
    /// SHA-256 over the noticed facts (G14).
    pub facts_hash: Vec<u8>,
    /// What differs from what was shown before, each field with the type that covers it; nothing for what starts.
    pub covers: Vec<Cover>,
}

impl Line {
    /// Every type of change on it, the leading one first.
    #[must_use]
    pub fn types(&self) -> Vec<ChangeType> {
        let mut types = vec![self.change_type];
        for cover in &self.covers {
            if !types.contains(&cover.change_type) {
                types.push(cover.change_type);
            }
        }
        types
    }

    /// The class that its type and the facts ask for, before anybody raised or lowered it.
    #[must_use]
    pub fn needed_class(&self) -> NoticeClass {
        let kinds = line_kinds(&self.covers);
        match kinds {
            // The leading type is one of those that were chosen, whose class the facts give.
            Some(kinds) if kinds.types.contains(&self.change_type) => kinds.needed,
            Some(kinds) => kinds.needed.stricter(self.change_type.default_class()),
            None => self.change_type.default_class(),
        }
    }

    /// Whether a special category of data is added, which always needs a window.
    #[must_use]
    pub fn adds_special_category(&self) -> bool {
        self.covers.iter().any(|cover| cover.adds_special_category)
    }
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: Uuid,
    change_id: Uuid,
    position: i64,
    engagement_id: Uuid,
    replaces_engagement_id: Option<Uuid>,
    change_type: String,
    notice_class: String,
    class_reason: Option<String>,
    engagement_version_id: Uuid,
    organisation_version_id: Uuid,
    facts_hash: Vec<u8>,
    covers: Json<Vec<Cover>>,
}

impl TryFrom<LineRow> for Line {
    type Error = super::StoreError;

    fn try_from(row: LineRow) -> Result<Self> {
        Ok(Self {
            change_type: parsed("lines", "change_type", &row.change_type)?,
            notice_class: parsed("lines", "notice_class", &row.notice_class)?,
            id: row.id,
            change_id: row.change_id,
            position: row.position,
            engagement_id: row.engagement_id,
            replaces_engagement_id: row.replaces_engagement_id,
            class_reason: row.class_reason,
            engagement_version_id: row.engagement_version_id,
            organisation_version_id: row.organisation_version_id,
            facts_hash: row.facts_hash,
            covers: row.covers.0,
        })
    }
}

/// The lines of a change, in order.
pub async fn list_lines(tx: &mut Tx, change_id: Uuid) -> Result<Vec<Line>> {
    list_lines_of(tx, Of::These(&[change_id])).await
}

/// The lines of changes, in order, by change.
pub async fn list_lines_of(tx: &mut Tx, changes: Of<'_>) -> Result<Vec<Line>> {
    let sql = format!(
        "SELECT * FROM lines WHERE {} ORDER BY change_id, position",
        changes.among(tx, "change_id")
    );
    let rows: Vec<LineRow> = changes.rows(tx, sql).await?;
    rows.into_iter().map(Line::try_from).collect()
}

/// A line by its id.
pub async fn get_line(tx: &mut Tx, id: Uuid) -> Result<Line> {
    let row: LineRow = on!(tx, |c| sqlx::query_as("SELECT * FROM lines WHERE id = $1")
        .bind(id)
        .fetch_one(c)
        .await)?;
    row.try_into()
}

/// The line by which customers were last told of an engagement, with its change: windows, authorisations and activations
/// hang on it. What is still being drafted or approved hides nothing of it.
pub async fn find_announced_line(tx: &mut Tx, engagement_id: Uuid) -> Result<Option<(Line, Change)>> {
    find_line(tx, engagement_id, "'DISPATCHING', 'OPEN', 'CLOSED'").await
}

/// The line on an engagement of a change that is not over, whether customers were told of it or not: while there is one,
/// no other change can speak of the engagement.
pub async fn find_unsettled_line(tx: &mut Tx, engagement_id: Uuid) -> Result<Option<(Line, Change)>> {
    find_line(
        tx,
        engagement_id,
        "'DRAFT', 'IN_REVIEW', 'APPROVED', 'DISPATCHING', 'OPEN'",
    )
    .await
}

/// The newest line on an engagement whose change is in one of these states, with that change.
async fn find_line(tx: &mut Tx, engagement_id: Uuid, states: &'static str) -> Result<Option<(Line, Change)>> {
    let row: Option<LineRow> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT l.* FROM lines l JOIN changes c ON c.id = l.change_id
             WHERE l.engagement_id = $1 AND c.state IN ({states}) ORDER BY {NEWEST_FIRST}, l.position LIMIT 1"
        )))
        .bind(engagement_id)
        .fetch_optional(c)
        .await
    })?;
    let Some(row) = row else { return Ok(None) };
    let line = Line::try_from(row)?;
    let change = get(tx, line.change_id).await?;
    Ok(Some((line, change)))
}

/// Every line by which customers were told of an engagement, newest first, with its change.
pub async fn list_announced_lines(tx: &mut Tx, engagement_id: Uuid) -> Result<Vec<(Line, Change)>> {
    let rows: Vec<LineRow> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT l.* FROM lines l JOIN changes c ON c.id = l.change_id
             WHERE l.engagement_id = $1 AND c.state IN ('DISPATCHING', 'OPEN', 'CLOSED')
             ORDER BY {NEWEST_FIRST}, l.position"
        )))
        .bind(engagement_id)
        .fetch_all(c)
        .await
    })?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let line = Line::try_from(row)?;
        let change = get(tx, line.change_id).await?;
        all.push((line, change));
    }
    Ok(all)
}

/// Replaces the lines of a draft. A line that stays keeps its row: decisions may refer to it.
pub async fn put_lines(tx: &mut Tx, change_id: Uuid, lines: &[Line]) -> Result<()> {
    for before in list_lines(tx, change_id).await? {
        if lines.iter().all(|line| line.id != before.id) {
            on!(tx, |c| sqlx::query("DELETE FROM lines WHERE id = $1")
                .bind(before.id)
                .execute(c)
                .await
                .map(drop))?;
        }
    }
    // Out of the way, so that lines can change places.
    on!(tx, |c| sqlx::query(
        "UPDATE lines SET position = -position WHERE change_id = $1"
    )
    .bind(change_id)
    .execute(c)
    .await
    .map(drop))?;
    for line in lines {
        on!(tx, |c| {
            sqlx::query(
                "INSERT INTO lines (id, change_id, position, engagement_id, replaces_engagement_id, change_type, notice_class,
                 class_reason, engagement_version_id, organisation_version_id, facts_hash, covers)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 ON CONFLICT (id) DO UPDATE SET position = excluded.position, engagement_id = excluded.engagement_id,
                 replaces_engagement_id = excluded.replaces_engagement_id, change_type = excluded.change_type,
                 notice_class = excluded.notice_class, class_reason = excluded.class_reason,
                 engagement_version_id = excluded.engagement_version_id,
                 organisation_version_id = excluded.organisation_version_id, facts_hash = excluded.facts_hash,
                 covers = excluded.covers",
            )
            .bind(line.id)
            .bind(change_id)
            .bind(line.position)
            .bind(line.engagement_id)
            .bind(line.replaces_engagement_id)
            .bind(line.change_type.as_str())
            .bind(line.notice_class.as_str())
            .bind(&line.class_reason)
            .bind(line.engagement_version_id)
            .bind(line.organisation_version_id)
            .bind(&line.facts_hash)
            .bind(Json(&line.covers))
            .execute(c)
            .await
            .map(drop)
        })?;
    }
    Ok(())
}
