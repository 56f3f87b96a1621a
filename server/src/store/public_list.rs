//! Everything the public pages read, now or as it was recorded before an instant. Nothing here is about one customer.
//!
//! `before` is exclusive; `None` is now.

use chrono::{DateTime, NaiveDate, Utc};
use domain::change::{ChangeState, ChangeType, NoticeClass};
use domain::engagement::EngagementFacts;
use domain::legal_record::{LegalRecord, Transfer};
use domain::organisation::OrganisationFacts;
use sqlx::types::Json;
use uuid::Uuid;

use super::listings::ListingState;
use super::{Result, Tx, parsed};

/// What the public pages were made of. Two equal stamps mean that they say the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Counts of rows that are only ever appended.
    pub counts: Counts,
    /// The products; their names may change.
    pub products: Vec<ProductName>,
}

/// How many rows of each kind there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// The version of the list; 0 before anything was listed.
    pub list_version: i64,
    /// How many steps all changes have taken.
    pub change_steps: i64,
    /// How many versions of legal records there are; transfer mechanisms are public.
    pub legal_records: i64,
    /// How many rows of legal reference data there are, and verdicts on them; they say what is a transfer.
    pub reference_rows: i64,
}

/// One engagement as the list shows it from a version on.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The version of the list that this made.
    pub list_version: i64,
    /// When.
    pub recorded_at: DateTime<Utc>,
    /// The engagement.
    pub engagement_id: Uuid,
    /// Its address.
    pub slug: String,
    /// Whether it is in use, in part or no more.
    pub listing: ListingState,
    /// The first day of use, where it is known.
    pub in_use_from: Option<NaiveDate>,
    /// The line of a change that brought it about.
    pub line_id: Option<Uuid>,
    /// The facts shown.
    pub engagement: EngagementFacts,
    /// Those of the company.
    pub organisation: OrganisationFacts,
    /// Why, where these facts correct what was shown before.
    pub reason: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ShownRow {
    list_version: i64,
    recorded_at: DateTime<Utc>,
    engagement_id: Uuid,
    slug: String,
    listing: String,
    in_use_from: Option<NaiveDate>,
    line_id: Option<Uuid>,
    engagement: Json<EngagementFacts>,
    organisation: Json<OrganisationFacts>,
    reason: Option<String>,
}

impl TryFrom<ShownRow> for Shown {
    type Error = super::StoreError;

    fn try_from(row: ShownRow) -> Result<Self> {
        Ok(Self {
            listing: parsed("listings", "listing", &row.listing)?,
            list_version: row.list_version,
            recorded_at: row.recorded_at,
            engagement_id: row.engagement_id,
            slug: row.slug,
            in_use_from: row.in_use_from,
            line_id: row.line_id,
            engagement: row.engagement.0,
            organisation: row.organisation.0,
            reason: row.reason,
        })
    }
}

const SHOWN: &str =
    "SELECT l.list_version, l.recorded_at, l.engagement_id, e.slug, l.listing, l.in_use_from, l.line_id,
       ev.facts AS engagement, ov.facts AS organisation, ev.reason
FROM listings l
JOIN engagements e ON e.id = l.engagement_id
JOIN engagement_versions ev ON ev.id = l.engagement_version_id
JOIN organisation_versions ov ON ov.id = l.organisation_version_id";

/// One line of a change that customers were told of.
#[derive(Clone, Debug, PartialEq)]
pub struct AnnouncedLine {
    /// Its id.
    pub id: Uuid,
    /// The change.
    pub change_id: Uuid,
    /// The engagement.
    pub engagement_id: Uuid,
    /// Its address.
    pub slug: String,
    /// What kind of change it is.
    pub change_type: ChangeType,
    /// How customers learn of it, unless their contract asks for more.
    pub notice_class: NoticeClass,
    /// The engagement that goes when this one comes.
    pub replaces_engagement_id: Option<Uuid>,
    /// The facts as they will be.
    pub engagement: EngagementFacts,
    /// Those of the company.
    pub organisation: OrganisationFacts,
}

#[derive(sqlx::FromRow)]
struct LineRow {
    id: Uuid,
    change_id: Uuid,
    engagement_id: Uuid,
    slug: String,
    change_type: String,
    notice_class: String,
    replaces_engagement_id: Option<Uuid>,
    engagement: Json<EngagementFacts>,
    organisation: Json<OrganisationFacts>,
}

/// A change that customers were told of.
#[derive(Clone, Debug, PartialEq)]
pub struct Announced {
    /// Its id.
    pub id: Uuid,
    /// Its number, which is its address.
    pub number: String,
    /// One line for people.
    pub title: String,
    /// The day it starts at the earliest.
    pub planned_on: NaiveDate,
    /// When customers were told.
    pub announced_at: DateTime<Utc>,
    /// Where it was at the instant asked for.
    pub state: ChangeState,
    /// Since when.
    pub state_since: DateTime<Utc>,
    /// Its lines in order.
    pub lines: Vec<AnnouncedLine>,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    id: Uuid,
    number: String,
    title: String,
    planned_on: NaiveDate,
    announced_at: DateTime<Utc>,
    state: String,
    state_since: DateTime<Utc>,
}

/// A product's name and address.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ProductName {
    /// Its id.
    pub id: Uuid,
    /// The readable part of addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Since when it is not offered any more.
    pub ended_at: Option<DateTime<Utc>>,
}

/// See [`Stamp`].
pub async fn stamp(tx: &mut Tx) -> Result<Stamp> {
    let counts = on!(tx, |c| {
        sqlx::query_as(
            "SELECT (SELECT COALESCE(MAX(list_version), 0) FROM listings) AS list_version,
                    (SELECT COUNT(*) FROM change_states) AS change_steps,
                    (SELECT COUNT(*) FROM legal_records) AS legal_records,
                    (SELECT COUNT(*) FROM reference_rows) + (SELECT COUNT(*) FROM reference_verdicts)
                        AS reference_rows",
        )
        .fetch_one(c)
        .await
    })?;
    Ok(Stamp {
        counts,
        products: list_product_names(tx, None).await?,
    })
}

/// When the list began; `None` before anything was listed.
pub async fn began_at(tx: &mut Tx) -> Result<Option<DateTime<Utc>>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT recorded_at FROM listings ORDER BY list_version LIMIT 1")
            .fetch_optional(c)
            .await
    })?)
}

/// The version the list had, and when it got it; `None` before anything was listed.
pub async fn list_version(
    tx: &mut Tx,
    before: Option<DateTime<Utc>>,
) -> Result<Option<(i64, DateTime<Utc>)>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT list_version, recorded_at FROM listings WHERE $1 IS NULL OR recorded_at < $1
             ORDER BY list_version DESC LIMIT 1",
        )
        .bind(before)
        .fetch_optional(c)
        .await
    })?)
}

/// The last row of each engagement, ended ones too, by the company's address.
pub async fn list_shown(tx: &mut Tx, before: Option<DateTime<Utc>>) -> Result<Vec<Shown>> {
    let rows: Vec<ShownRow> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SHOWN} WHERE l.list_version = (SELECT MAX(n.list_version) FROM listings n
                 WHERE n.engagement_id = l.engagement_id AND ($1 IS NULL OR n.recorded_at < $1))
             ORDER BY e.slug"
        )))
        .bind(before)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Shown::try_from).collect()
}

/// Everything the list ever showed, oldest first.
pub async fn list_everything_shown(tx: &mut Tx) -> Result<Vec<Shown>> {
    let rows: Vec<ShownRow> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!("{SHOWN} ORDER BY l.list_version")))
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(Shown::try_from).collect()
}

/// Everything the list ever showed of an engagement, oldest first.
pub async fn list_history(tx: &mut Tx, engagement_id: Uuid) -> Result<Vec<Shown>> {
    let rows: Vec<ShownRow> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "{SHOWN} WHERE l.engagement_id = $1 ORDER BY l.list_version"
        )))
        .bind(engagement_id)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Shown::try_from).collect()
}

/// The engagement behind an address, if the list ever showed it.
pub async fn find_listed(tx: &mut Tx, slug: &str) -> Result<Option<Uuid>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT e.id FROM engagements e
             WHERE e.slug = $1 AND EXISTS (SELECT 1 FROM listings l WHERE l.engagement_id = e.id)",
        )
        .bind(slug)
        .fetch_optional(c)
        .await
    })?)
}

/// The lines that had taken full effect, and when: their own engagement is listed for everybody, or ended.
pub async fn list_settled_lines(
    tx: &mut Tx,
    before: Option<DateTime<Utc>>,
) -> Result<Vec<(Uuid, DateTime<Utc>)>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT l.line_id, MIN(l.recorded_at) FROM listings l
             JOIN lines n ON n.id = l.line_id AND n.engagement_id = l.engagement_id
             WHERE l.listing <> 'PARTIAL' AND ($1 IS NULL OR l.recorded_at < $1) GROUP BY l.line_id",
        )
        .bind(before)
        .fetch_all(c)
        .await
    })?)
}

/// Every change that customers were told of, newest first, with the state it had.
pub async fn list_announced(tx: &mut Tx, before: Option<DateTime<Utc>>) -> Result<Vec<Announced>> {
    let changes: Vec<ChangeRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT c.id, c.number, c.title, c.planned_on, c.announced_at, s.state, s.recorded_at AS state_since
             FROM changes c JOIN change_states s ON s.change_id = c.id
             WHERE c.announced_at IS NOT NULL AND ($1 IS NULL OR c.announced_at < $1)
             AND s.seq = (SELECT MAX(n.seq) FROM change_states n
                          WHERE n.change_id = c.id AND ($1 IS NULL OR n.recorded_at < $1))
             ORDER BY c.announced_at DESC, c.number DESC",
        )
        .bind(before)
        .fetch_all(c)
        .await
    })?;
    let lines: Vec<LineRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT l.id, l.change_id, l.engagement_id, e.slug, l.change_type, l.notice_class,
                    l.replaces_engagement_id,
                    ev.facts AS engagement, ov.facts AS organisation
             FROM lines l
             JOIN changes c ON c.id = l.change_id AND c.announced_at IS NOT NULL
             JOIN engagements e ON e.id = l.engagement_id
             JOIN engagement_versions ev ON ev.id = l.engagement_version_id
             JOIN organisation_versions ov ON ov.id = l.organisation_version_id
             ORDER BY l.change_id, l.position",
        )
        .fetch_all(c)
        .await
    })?;
    let mut announced = changes
        .into_iter()
        .map(|row| {
            Ok(Announced {
                state: parsed("change_states", "state", &row.state)?,
                id: row.id,
                number: row.number,
                title: row.title,
                planned_on: row.planned_on,
                announced_at: row.announced_at,
                state_since: row.state_since,
                lines: Vec::new(),
            })
        })
        .collect::<Result<Vec<_>>>()?;
    for row in lines {
        if let Some(change) = announced.iter_mut().find(|change| change.id == row.change_id) {
            change.lines.push(AnnouncedLine {
                change_type: parsed("lines", "change_type", &row.change_type)?,
                notice_class: parsed("lines", "notice_class", &row.notice_class)?,
                id: row.id,
                change_id: row.change_id,
                engagement_id: row.engagement_id,
                slug: row.slug,
                replaces_engagement_id: row.replaces_engagement_id,
                engagement: row.engagement.0,
                organisation: row.organisation.0,
            });
        }
    }
    Ok(announced)
}

/// A version of a transfer, as the list may come to show it.
#[derive(Clone, Debug)]
pub struct TransferVersion {
    /// Whose.
    pub engagement_id: Uuid,
    /// Which of the engagement's.
    pub number: i64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Whether it says that the transfer has stopped.
    pub is_ended: bool,
    /// What it says.
    pub transfer: Transfer,
}

#[derive(sqlx::FromRow)]
struct TransferRow {
    engagement_id: Uuid,
    number: i64,
    recorded_at: DateTime<Utc>,
    ended_on: Option<NaiveDate>,
    body: Json<LegalRecord>,
}

/// Every version of every transfer that was recorded before an instant, or until now, the newest of each last.
pub async fn list_transfer_versions(
    tx: &mut Tx,
    before: Option<DateTime<Utc>>,
) -> Result<Vec<TransferVersion>> {
    let rows: Vec<TransferRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT engagement_id, number, recorded_at, ended_on, body FROM legal_records
             WHERE kind = 'TRANSFER' AND ($1 IS NULL OR recorded_at < $1) ORDER BY engagement_id, number, version",
        )
        .bind(before)
        .fetch_all(c)
        .await
    })?;
    let versions = rows.into_iter().filter_map(|row| match row.body.0 {
        LegalRecord::Transfer(transfer) => Some(TransferVersion {
            engagement_id: row.engagement_id,
            number: row.number,
            recorded_at: row.recorded_at,
            is_ended: row.ended_on.is_some(),
            transfer,
        }),
        _ => None,
    });
    Ok(versions.collect())
}

/// All products, ended ones too, by the name that they had. One that was entered later is among them: nothing that was shown
/// before refers to it.
pub async fn list_product_names(tx: &mut Tx, before: Option<DateTime<Utc>>) -> Result<Vec<ProductName>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, slug, name, ended_at FROM (
                 SELECT p.id, p.slug,
                        COALESCE((SELECT f.name FROM former_product_names f
                                  WHERE f.product_id = p.id AND f.replaced_at >= $1
                                  ORDER BY f.replaced_at LIMIT 1), p.name) AS name,
                        CASE WHEN $1 IS NULL OR p.ended_at < $1 THEN p.ended_at END AS ended_at
                 FROM products p
             ) named ORDER BY LOWER(name), id",
        )
        .bind(before)
        .fetch_all(c)
        .await
    })?)
}
