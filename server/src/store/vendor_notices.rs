//! What vendors told us of their own changes, and the steps that were taken. Nothing here changes or deletes a row.

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{EngagementId, StaffId};
use domain::vendor_notice::{VendorNotice, VendorNoticeEvent, VendorNoticeStanding, VendorNoticeStep};
use uuid::Uuid;

use super::version::Recorded;
use super::{Result, Search, StoreError, Tx, digest, parsed};

/// A vendor's notice as it was logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredVendorNotice {
    /// Its id.
    pub id: Uuid,
    /// 1, 2, 3 … for people.
    pub number: i64,
    /// Whose vendor it is.
    pub engagement_id: EngagementId,
    /// What the vendor said.
    pub notice: VendorNotice,
    /// The last day for forwarding it, counted when it was logged.
    pub due_on: NaiveDate,
    /// When it was logged.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
}

/// The same with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// As it was logged.
    pub logged: StoredVendorNotice,
    /// After the steps that were taken.
    pub standing: VendorNoticeStanding,
    /// Whether a change into which it was forwarded has been sent.
    pub is_told: bool,
}

/// A step that was taken, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredStep {
    /// Its id.
    pub id: Uuid,
    /// Of which notice.
    pub vendor_notice_id: Uuid,
    /// What happened.
    pub event: VendorNoticeEvent,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
}

impl StoredStep {
    /// When and by whom.
    #[must_use]
    pub fn recorded(&self) -> Recorded {
        Recorded::by(self.recorded_by, self.recorded_at)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: i64,
    engagement_id: Uuid,
    received_at: DateTime<Utc>,
    channel: String,
    window_ends_on: Option<NaiveDate>,
    change_type: String,
    description: String,
    raw_copy: Option<Vec<u8>>,
    owner: String,
    due_on: NaiveDate,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    forwarded: i64,
    told: i64,
    closed: i64,
    objected: i64,
    not_objected: i64,
}

const TABLE: &str = "vendor_notices";

impl Row {
    fn read(self) -> Result<Listed> {
        use VendorNoticeStep as S;
        let taken = [
            (self.forwarded, S::Forwarded),
            (self.closed, S::Closed),
            (self.objected, S::Objected),
            (self.not_objected, S::NotObjected),
        ];
        let taken = taken.into_iter().filter(|(count, _)| *count > 0);
        let standing = VendorNoticeStanding::after(taken.map(|(_, step)| step));
        let logged = StoredVendorNotice {
            id: self.id,
            number: self.number,
            engagement_id: self.engagement_id.into(),
            notice: VendorNotice {
                received_at: self.received_at,
                channel: parsed(TABLE, "channel", &self.channel)?,
                window_ends_on: self.window_ends_on,
                change_type: parsed(TABLE, "change_type", &self.change_type)?,
                description: parsed(TABLE, "description", &self.description)?,
                raw_copy: self
                    .raw_copy
                    .map(|bytes| digest(TABLE, "raw_copy", &bytes))
                    .transpose()?,
                owner: parsed(TABLE, "owner", &self.owner)?,
            },
            due_on: self.due_on,
            recorded_at: self.recorded_at,
            recorded_by: self.recorded_by.into(),
        };
        Ok(Listed {
            logged,
            standing,
            is_told: self.told > 0,
        })
    }
}

/// Every notice with how often each step was taken. It was forwarded where a change into which it was is
/// not cancelled and still has a line about its engagement.
const LISTED: &str =
    "SELECT n.id, n.number, n.engagement_id, n.received_at, n.channel, n.window_ends_on, n.change_type, n.description,
        n.raw_copy, n.owner, n.due_on, n.recorded_at, n.recorded_by,
        (SELECT COUNT(*) FROM vendor_notice_steps s JOIN changes c ON c.id = s.change_id
         JOIN lines l ON l.change_id = c.id AND l.engagement_id = n.engagement_id
         WHERE s.vendor_notice_id = n.id AND c.state <> 'CANCELLED') AS forwarded,
        (SELECT COUNT(*) FROM vendor_notice_steps s JOIN changes c ON c.id = s.change_id
         WHERE s.vendor_notice_id = n.id AND c.state IN ('DISPATCHING', 'OPEN', 'CLOSED')) AS told,
        (SELECT COUNT(*) FROM vendor_notice_steps s WHERE s.vendor_notice_id = n.id AND s.step = 'CLOSED') AS closed,
        (SELECT COUNT(*) FROM vendor_notice_steps s WHERE s.vendor_notice_id = n.id AND s.step = 'OBJECTED') AS objected,
        (SELECT COUNT(*) FROM vendor_notice_steps s WHERE s.vendor_notice_id = n.id AND s.step = 'NOT_OBJECTED')
            AS not_objected
     FROM vendor_notices n";

/// The number that the next notice gets.
pub async fn next_vendor_notice_number(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) + 1 FROM vendor_notices")
            .fetch_one(c)
            .await
    })?)
}

/// Keeps what a vendor said; a number that is taken is a duplicate.
pub async fn insert_vendor_notice(tx: &mut Tx, new: &StoredVendorNotice) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO vendor_notices (id, number, engagement_id, received_at, channel, window_ends_on, change_type,
             description, raw_copy, owner, due_on, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        )
        .bind(new.id)
        .bind(new.number)
        .bind(new.engagement_id.uuid())
        .bind(new.notice.received_at)
        .bind(new.notice.channel.as_str())
        .bind(new.notice.window_ends_on)
        .bind(new.notice.change_type.as_str())
        .bind(new.notice.description.as_str())
        .bind(new.notice.raw_copy.as_ref().map(|digest| digest.bytes().as_slice()))
        .bind(new.notice.owner.as_str())
        .bind(new.due_on)
        .bind(new.recorded_at)
        .bind(new.recorded_by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// A notice by its number.
pub async fn find_vendor_notice(tx: &mut Tx, number: i64) -> Result<Option<Listed>> {
    let sql = format!("{LISTED} WHERE n.number = $1");
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(number)
            .fetch_optional(c)
            .await
    })?;
    row.map(Row::read).transpose()
}

/// The notices about one engagement, newest first.
pub async fn list_vendor_notices_of(tx: &mut Tx, id: EngagementId) -> Result<Vec<Listed>> {
    let sql = format!("{LISTED} WHERE n.engagement_id = $1 ORDER BY n.number DESC");
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(id.uuid())
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// The notices that wait to be forwarded or closed.
pub async fn list_open(tx: &mut Tx) -> Result<Vec<Listed>> {
    let sql = format!("SELECT * FROM ({LISTED}) AS lines WHERE forwarded + closed = 0 ORDER BY number");
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(c).await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// The notices with a window, over or not, of which nobody wrote down whether we object; closed ones need no decision.
pub async fn list_undecided(tx: &mut Tx) -> Result<Vec<Listed>> {
    let sql = format!(
        "{LISTED} WHERE n.window_ends_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM vendor_notice_steps s
         WHERE s.vendor_notice_id = n.id AND s.step IN ('OBJECTED', 'NOT_OBJECTED', 'CLOSED')) ORDER BY n.number"
    );
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(c).await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// A notice in the list, with whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VendorNoticeLine {
    /// The notice.
    pub listed: Listed,
    /// The vendor's name, as the register's list has it.
    pub company: Option<String>,
    /// What it does.
    pub service: Option<String>,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    #[sqlx(flatten)]
    row: Row,
    company: Option<String>,
    service: Option<String>,
}

/// A page of the notices that hold every word, in what they say, their number or the vendor's name: open ones first, then the
/// newest; and how many fit.
pub async fn page(
    tx: &mut Tx,
    search: &str,
    (limit, offset): (i64, i64),
) -> Result<(Vec<VendorNoticeLine>, i64)> {
    let columns = [
        "lines.description",
        "lines.searched",
        "CAST(lines.number AS TEXT)",
    ];
    let sought = Search::new(tx, &columns, search, 1);
    let lines = format!(
        "FROM (SELECT l.*, r.company, r.service, r.searched FROM ({LISTED}) AS l
         LEFT JOIN register_rows r ON r.engagement_id = l.engagement_id) AS lines WHERE 1 = 1{}",
        sought.condition
    );
    let total = sought.count(tx, &lines).await?;
    let sql = format!(
        "SELECT * {lines} ORDER BY CASE WHEN forwarded + closed = 0 THEN 0 ELSE 1 END, number DESC
         LIMIT {limit} OFFSET {offset}"
    );
    let rows: Vec<LineRow> = sought.list(tx, sql).await?;
    let lines = rows.into_iter().map(|line| {
        Ok(VendorNoticeLine {
            listed: line.row.read()?,
            company: line.company,
            service: line.service,
        })
    });
    Ok((lines.collect::<Result<_>>()?, total))
}

#[derive(sqlx::FromRow)]
struct StepRow {
    id: Uuid,
    vendor_notice_id: Uuid,
    step: String,
    change_id: Option<Uuid>,
    happened_on: Option<NaiveDate>,
    reference: Option<String>,
    reason: Option<String>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

impl StepRow {
    fn read(self) -> Result<StoredStep> {
        const STEPS: &str = "vendor_notice_steps";
        let missing = |column: &'static str| StoreError::Inconsistent {
            table: STEPS,
            column,
            found: "nothing".to_owned(),
        };
        let reason = |text: Option<String>| {
            let text = text.ok_or_else(|| missing("reason"))?;
            parsed(STEPS, "reason", &text)
        };
        let event = match parsed(STEPS, "step", &self.step)? {
            VendorNoticeStep::Forwarded => VendorNoticeEvent::Forwarded {
                change: self.change_id.ok_or_else(|| missing("change_id"))?.into(),
            },
            VendorNoticeStep::Objected => VendorNoticeEvent::Objected {
                on: self.happened_on.ok_or_else(|| missing("happened_on"))?,
                reference: parsed(
                    STEPS,
                    "reference",
                    &self.reference.ok_or_else(|| missing("reference"))?,
                )?,
            },
            VendorNoticeStep::NotObjected => VendorNoticeEvent::NotObjected {
                reason: reason(self.reason)?,
            },
            VendorNoticeStep::Closed => VendorNoticeEvent::Closed {
                reason: reason(self.reason)?,
            },
        };
        Ok(StoredStep {
            id: self.id,
            vendor_notice_id: self.vendor_notice_id,
            event,
            recorded_at: self.recorded_at,
            recorded_by: self.recorded_by.into(),
        })
    }
}

/// Writes down a step; the same a second time is a duplicate, and so is forwarding into the same change.
pub async fn append_step(tx: &mut Tx, step: &StoredStep) -> Result<()> {
    let (mut change, mut on, mut reference, mut reason) = (None, None, None, None);
    match &step.event {
        VendorNoticeEvent::Forwarded { change: id } => change = Some(id.uuid()),
        VendorNoticeEvent::Objected {
            on: day,
            reference: text,
        } => {
            (on, reference) = (Some(*day), Some(text.as_str()));
        }
        VendorNoticeEvent::NotObjected { reason: text } | VendorNoticeEvent::Closed { reason: text } => {
            reason = Some(text.as_str());
        }
    }
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO vendor_notice_steps
             (id, vendor_notice_id, step, change_id, happened_on, reference, reason, recorded_at, recorded_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(step.id)
        .bind(step.vendor_notice_id)
        .bind(step.event.step().as_str())
        .bind(change)
        .bind(on)
        .bind(reference)
        .bind(reason)
        .bind(step.recorded_at)
        .bind(step.recorded_by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The steps that were taken with a notice, in their order.
pub async fn list_steps(tx: &mut Tx, vendor_notice_id: Uuid) -> Result<Vec<StoredStep>> {
    let rows: Vec<StepRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, vendor_notice_id, step, change_id, happened_on, reference, reason, recorded_at, recorded_by
             FROM vendor_notice_steps WHERE vendor_notice_id = $1 ORDER BY recorded_at, id",
        )
        .bind(vendor_notice_id)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(StepRow::read).collect()
}
