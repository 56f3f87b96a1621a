//! Deliveries: one notice version to one contact or subscriber, and the evidence about it.

use chrono::{DateTime, Utc};
use domain::delivery::DeliveryState;
use uuid::Uuid;

use super::{Of, Result, Tx, expect_one, parsed};

/// One notice version on its way to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its id; the contact's link is made from it.
    pub id: Uuid,
    /// The notice version.
    pub notice_id: Uuid,
    /// The customer, unless it goes to a subscriber.
    pub customer_id: Option<Uuid>,
    /// The contact, unless it goes to a subscriber.
    pub contact_id: Option<Uuid>,
    /// The subscriber, unless it goes to a contact.
    pub subscriber_id: Option<Uuid>,
    /// The mail that carries it.
    pub mail_id: Uuid,
    /// Its legal state.
    pub state: DeliveryState,
    /// When the relay took it (product time).
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it came back or was refused for good.
    pub bounced_at: Option<DateTime<Utc>>,
    /// When the contact acknowledged it.
    pub acknowledged_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    notice_id: Uuid,
    customer_id: Option<Uuid>,
    contact_id: Option<Uuid>,
    subscriber_id: Option<Uuid>,
    mail_id: Uuid,
    state: String,
    accepted_at: Option<DateTime<Utc>>,
    bounced_at: Option<DateTime<Utc>>,
    acknowledged_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Delivery {
    type Error = super::StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            state: parsed("deliveries", "state", &row.state)?,
            id: row.id,
            notice_id: row.notice_id,
            customer_id: row.customer_id,
            contact_id: row.contact_id,
            subscriber_id: row.subscriber_id,
            mail_id: row.mail_id,
            accepted_at: row.accepted_at,
            bounced_at: row.bounced_at,
            acknowledged_at: row.acknowledged_at,
        })
    }
}

/// Writes a new delivery in state QUEUED.
pub async fn queue(tx: &mut Tx, delivery: &Delivery, now: DateTime<Utc>) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO deliveries (id, notice_id, customer_id, contact_id, subscriber_id, mail_id, state, created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        )
        .bind(delivery.id)
        .bind(delivery.notice_id)
        .bind(delivery.customer_id)
        .bind(delivery.contact_id)
        .bind(delivery.subscriber_id)
        .bind(delivery.mail_id)
        .bind(delivery.state.as_str())
        .bind(now)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// A delivery by its id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Delivery>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM deliveries WHERE id = $1")
            .bind(id)
            .fetch_optional(c)
            .await
    })?;
    row.map(Delivery::try_from).transpose()
}

const LOCK_SQLITE: &str = "SELECT * FROM deliveries WHERE mail_id = $1";
const LOCK_POSTGRES: &str = "SELECT * FROM deliveries WHERE mail_id = $1 FOR UPDATE";

/// The delivery that a mail carries, held until the transaction ends: what is read after it is all that there is to know.
pub async fn lock_by_mail(tx: &mut Tx, mail_id: Uuid) -> Result<Option<Delivery>> {
    let sql = if tx.is_postgres() {
        LOCK_POSTGRES
    } else {
        LOCK_SQLITE
    };
    let row: Option<Row> = on!(tx, |c| sqlx::query_as(sql).bind(mail_id).fetch_optional(c).await)?;
    row.map(Delivery::try_from).transpose()
}

/// All deliveries of a notice version, to contacts and subscribers.
pub async fn list_by_notice(tx: &mut Tx, notice_id: Uuid) -> Result<Vec<Delivery>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as("SELECT * FROM deliveries WHERE notice_id = $1 ORDER BY id")
            .bind(notice_id)
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Delivery::try_from).collect()
}

/// Customers' deliveries for all versions of a change's notice.
pub async fn list_by_customers(tx: &mut Tx, change_id: Uuid, whom: Of<'_>) -> Result<Vec<Delivery>> {
    let sql = format!(
        "SELECT d.* FROM deliveries d JOIN notices n ON n.id = d.notice_id
         WHERE n.change_id = $2 AND d.customer_id IS NOT NULL AND {} ORDER BY d.id",
        whom.among(tx, "d.customer_id")
    );
    let rows: Vec<Row> = whom.rows_with(tx, sql, change_id).await?;
    rows.into_iter().map(Delivery::try_from).collect()
}

/// Deliveries to contacts that came back while their customer's answer, or the end of its window, is waited for, and in
/// whose place nobody was written to yet: of an open change, and of one that closed before a customer came into scope. Those for which a task already says that nobody is left are among them until somebody is.
pub async fn list_returned(tx: &mut Tx) -> Result<Vec<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT d.id FROM deliveries d JOIN notices n ON n.id = d.notice_id JOIN changes c ON c.id = n.change_id
             WHERE d.contact_id IS NOT NULL AND d.state IN ('HARD_BOUNCE', 'LATE_BOUNCE', 'SUPPRESSED')
               AND (c.state = 'OPEN' OR (c.state = 'CLOSED' AND EXISTS (
                   SELECT 1 FROM authorisations a JOIN lines l ON l.id = a.line_id
                   WHERE l.change_id = c.id AND a.customer_id = d.customer_id
                     AND a.state IN ('PENDING', 'NOTIFIED', 'REQUESTED', 'OBJECTED'))))
             ORDER BY d.id",
        )
        .fetch_all(c)
        .await
    })?)
}

/// How many notices of each open change came back, or were not taken, as far as contacts are concerned; only changes with
/// one.
pub async fn count_returned(tx: &mut Tx) -> Result<Vec<(Uuid, i64)>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT c.id, COUNT(*) FROM deliveries d JOIN notices n ON n.id = d.notice_id JOIN changes c ON c.id = n.change_id
             WHERE d.contact_id IS NOT NULL AND d.state IN ('HARD_BOUNCE', 'LATE_BOUNCE', 'SUPPRESSED')
               AND c.state = 'OPEN' GROUP BY c.id ORDER BY c.id",
        )
        .fetch_all(c)
        .await
    })?)
}

/// Writes the state that an event led to, if nobody else was faster.
pub async fn advance(tx: &mut Tx, before: &Delivery, after: &Delivery, now: DateTime<Utc>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query(
            "UPDATE deliveries SET state = $3, accepted_at = $4, bounced_at = $5, acknowledged_at = $6, changed_at = $7
             WHERE id = $1 AND state = $2",
        )
        .bind(before.id)
        .bind(before.state.as_str())
        .bind(after.state.as_str())
        .bind(after.accepted_at)
        .bind(after.bounced_at)
        .bind(after.acknowledged_at)
        .bind(now)
        .execute(c)
        .await
        .map(|r| r.rows_affected())
    })?;
    expect_one(done, "This delivery")
}

/// A contact's "I have read this".
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Acknowledgement {
    /// Its id.
    pub id: Uuid,
    /// The delivery.
    pub delivery_id: Uuid,
    /// The notice version.
    pub notice_id: Uuid,
    /// The customer.
    pub customer_id: Uuid,
    /// The name that was typed.
    pub name: String,
    /// When.
    pub acknowledged_at: DateTime<Utc>,
}

/// Writes an acknowledgement; a second one for the same delivery is a duplicate.
pub async fn acknowledge(tx: &mut Tx, acknowledgement: &Acknowledgement) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO acknowledgements (id, delivery_id, notice_id, customer_id, name, acknowledged_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(acknowledgement.id)
        .bind(acknowledgement.delivery_id)
        .bind(acknowledgement.notice_id)
        .bind(acknowledgement.customer_id)
        .bind(&acknowledgement.name)
        .bind(acknowledgement.acknowledged_at)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The acknowledgement of a delivery.
pub async fn find_acknowledgement(tx: &mut Tx, delivery_id: Uuid) -> Result<Option<Acknowledgement>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, delivery_id, notice_id, customer_id, name, acknowledged_at FROM acknowledgements WHERE delivery_id = $1",
        )
        .bind(delivery_id)
        .fetch_optional(c)
        .await
    })?)
}
