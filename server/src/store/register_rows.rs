//! The register as its list shows it, kept so that a page of it is one read: names to search and sort by, and how many
//! gates were red when they were last counted. Everything in it follows from other tables.
//!
//! Whatever is written about an engagement, its company or its change has an entry in the audit log, and with that entry
//! the row is marked to be counted again ([`forget_counts`]). A day later everything is, because gates close by time alone.

use chrono::{DateTime, NaiveDate, Utc};
use domain::engagement::RelationshipRole;
use domain::engagement::state::EngagementState;
use domain::id::{EngagementId, OrganisationId};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Result, Search, Tx, parsed};

/// One engagement as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    /// The engagement.
    pub engagement_id: EngagementId,
    /// Its contracting company.
    pub organisation_id: OrganisationId,
    /// The last part of its address.
    pub slug: String,
    /// The company's legal name.
    pub company: String,
    /// The service, where it is known.
    pub service: Option<String>,
    /// The purpose, which is searched too.
    pub purpose: String,
    /// Its role.
    pub role: RelationshipRole,
    /// Its state.
    pub state: EngagementState,
    /// How many of gates G1 to G8 were red.
    pub red: i64,
    /// How many were not red only because of a waiver.
    pub waived: i64,
    /// Whether customers must be told first of what the register says now.
    pub differs: bool,
    /// When its facts were last changed.
    pub changed_at: DateTime<Utc>,
    /// When this was counted.
    pub counted_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    engagement_id: Uuid,
    organisation_id: Uuid,
    slug: String,
    company: String,
    service: Option<String>,
    searched: String,
    role: String,
    state: String,
    red: i64,
    waived: i64,
    differs: i64,
    changed_at: DateTime<Utc>,
    counted_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<RegisterRow> {
        Ok(RegisterRow {
            engagement_id: self.engagement_id.into(),
            organisation_id: self.organisation_id.into(),
            slug: self.slug,
            company: self.company,
            service: self.service,
            purpose: self.searched.lines().nth(2).unwrap_or_default().to_owned(),
            role: parsed("register_rows", "role", &self.role)?,
            state: parsed("register_rows", "state", &self.state)?,
            red: self.red,
            waived: self.waived,
            differs: self.differs != 0,
            changed_at: self.changed_at,
            counted_at: self.counted_at,
        })
    }
}

/// Keeps what was counted on a day, in place of what was kept before.
pub async fn put_row(tx: &mut Tx, row: &RegisterRow, counted_on: NaiveDate) -> Result<()> {
    let service = row.service.as_deref().unwrap_or_default();
    let purpose: Vec<&str> = row.purpose.split_whitespace().collect();
    let searched = format!("{}\n{service}\n{}", row.company, purpose.join(" "));
    let rank = EngagementState::ALL
        .iter()
        .position(|state| *state == row.state)
        .and_then(|rank| i64::try_from(rank).ok())
        .unwrap_or(0);
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO register_rows (engagement_id, organisation_id, slug, company, service, company_key, service_key,
             searched, role, state, state_rank, red, differs, changed_at, counted_at, counted_on, waived)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
             ON CONFLICT (engagement_id) DO UPDATE SET organisation_id = excluded.organisation_id, slug = excluded.slug,
             company = excluded.company, service = excluded.service, company_key = excluded.company_key,
             service_key = excluded.service_key, searched = excluded.searched, role = excluded.role,
             state = excluded.state, state_rank = excluded.state_rank, red = excluded.red, differs = excluded.differs,
             changed_at = excluded.changed_at, counted_at = excluded.counted_at, counted_on = excluded.counted_on,
             waived = excluded.waived",
        )
        .bind(row.engagement_id.uuid())
        .bind(row.organisation_id.uuid())
        .bind(&row.slug)
        .bind(&row.company)
        .bind(&row.service)
        .bind(row.company.to_lowercase())
        .bind(service.to_lowercase())
        .bind(&searched)
        .bind(row.role.as_str())
        .bind(row.state.as_str())
        .bind(rank)
        .bind(row.red)
        .bind(i64::from(row.differs))
        .bind(row.changed_at)
        .bind(row.counted_at)
        .bind(counted_on)
        .bind(row.waived)
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// The engagements that have to be counted before the list of `today` can be shown: new ones, those that something was
/// written about, and those that were counted on another day. At most `limit`.
pub async fn list_uncounted(tx: &mut Tx, today: NaiveDate, limit: i64) -> Result<Vec<EngagementId>> {
    let ids: Vec<Uuid> = on!(tx, |c| {
        sqlx::query_scalar(
            "SELECT e.id FROM engagements e LEFT JOIN register_rows r ON r.engagement_id = e.id
             WHERE r.counted_on IS NULL OR r.counted_on <> $1 ORDER BY e.id LIMIT $2",
        )
        .bind(today)
        .bind(limit)
        .fetch_all(c)
        .await
    })?;
    Ok(ids.into_iter().map(EngagementId::from).collect())
}

/// Things about which much is written and on which no gate G1 to G8 depends.
const BESIDE: [&str; 21] = [
    "account",
    "audit",
    "authorisation",
    "contact",
    "contact_request",
    "customer",
    "database",
    "delivery",
    "document",
    "ending",
    "entity",
    "mail",
    "notice",
    "objection",
    "policy",
    "product",
    "signature",
    "subscription",
    "task",
    "vendor_notice",
    "vendor_page",
];

/// Marks what has to be counted again after something was written about a subject of the audit log: an engagement, every
/// engagement of a company, those of a change; after anything that is not known to be beside the point, all of them.
pub async fn forget_counts(tx: &mut Tx, kind: &str, id: Option<Uuid>) -> Result<()> {
    let which = match (kind, id) {
        (kind, _) if BESIDE.contains(&kind) => return Ok(()),
        // Its children are judged by whether it is there, and the one above by how many there are.
        ("engagement", Some(_)) => {
            "WHERE engagement_id = $1 OR engagement_id IN (SELECT parent_engagement_id FROM engagements WHERE id = $1)"
        }
        ("organisation", Some(_)) => "WHERE organisation_id = $1",
        ("change", Some(_)) => {
            "WHERE engagement_id IN (SELECT l.engagement_id FROM lines l WHERE l.change_id = $1)
             OR engagement_id IN (SELECT l.replaces_engagement_id FROM lines l WHERE l.change_id = $1)"
        }
        _ => "WHERE counted_on IS NOT NULL",
    };
    let sql = format!("UPDATE register_rows SET counted_on = NULL {which}");
    let id = id.filter(|_| which.contains("$1"));
    on!(tx, |c| {
        let query = sqlx::query(AssertSqlSafe(sql));
        match id {
            Some(id) => query.bind(id),
            None => query,
        }
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// What a page of the list is narrowed to, and its order.
#[derive(Clone, Debug, Default)]
pub struct RegisterQuery {
    /// Words in the company's name, the service or the purpose.
    pub search: String,
    /// One state.
    pub state: Option<EngagementState>,
    /// One role.
    pub role: Option<RelationshipRole>,
    /// How the gates stand.
    pub gates: Option<GatesAsked>,
    /// The order.
    pub sort: RegisterSort,
    /// From the last to the first.
    pub is_descending: bool,
}

/// Of which the list is asked, by how their gates stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatesAsked {
    /// At least one is red.
    Red,
    /// None is red, and at least one only because of a waiver.
    Waived,
    /// All are green.
    Green,
}

/// By what the list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RegisterSort {
    /// The company's name.
    #[default]
    Company,
    /// The service.
    Service,
    /// The state, in the order of an engagement's life.
    State,
    /// How many gates are red.
    Red,
    /// When facts were last changed.
    Changed,
}

impl RegisterSort {
    fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Company => &["company_key", "slug"],
            Self::Service => &["service_key", "company_key", "slug"],
            Self::State => &["state_rank", "company_key", "slug"],
            Self::Red => &["red", "company_key", "slug"],
            Self::Changed => &["changed_at", "company_key", "slug"],
        }
    }
}

/// A page of the list, and how many engagements fit in all.
pub async fn page_rows(
    tx: &mut Tx,
    asked: &RegisterQuery,
    (limit, offset): (i64, i64),
) -> Result<(Vec<RegisterRow>, i64)> {
    let sought = Search::new(tx, &["searched"], &asked.search, 1);
    // Words of closed sets and numbers: they stand in the text.
    let mut condition = sought.condition.clone();
    if let Some(state) = asked.state {
        condition.push_str(&format!(" AND state = '{state}'"));
    }
    if let Some(role) = asked.role {
        condition.push_str(&format!(" AND role = '{role}'"));
    }
    condition.push_str(match asked.gates {
        Some(GatesAsked::Red) => " AND red > 0",
        Some(GatesAsked::Waived) => " AND red = 0 AND waived > 0",
        Some(GatesAsked::Green) => " AND red = 0 AND waived = 0",
        None => "",
    });
    let direction = if asked.is_descending { " DESC" } else { "" };
    let order: Vec<String> = asked
        .sort
        .columns()
        .iter()
        .map(|column| format!("{column}{direction}"))
        .collect();
    let fitting = format!("FROM register_rows WHERE 1 = 1{condition}");
    let total = sought.count(tx, &fitting).await?;
    let sql = format!(
        "SELECT engagement_id, organisation_id, slug, company, service, searched, role, state, red, waived,
         differs, changed_at, counted_at {fitting} ORDER BY {} LIMIT {limit} OFFSET {offset}",
        order.join(", ")
    );
    let rows: Vec<Row> = sought.list(tx, sql).await?;
    let rows = rows.into_iter().map(Row::read).collect::<Result<_>>()?;
    Ok((rows, total))
}
