//! Engagements, the versions of their facts, and their states.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use domain::engagement::EngagementFacts;
use domain::engagement::state::EngagementState;
use domain::id::{EngagementId, EntityId, OrganisationId, StaffId, VersionId};
use domain::slug::Slug;
use sqlx::types::Json;
use uuid::Uuid;

use super::organisations::{Organisation, list_organisations_of};
use super::version::{NewVersion, Recorded, Version, VersionRow};
use super::{Of, Result, StoreError, Tx, expect_one, parsed};

/// What never changes about an engagement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engagement {
    /// Its id.
    pub id: EngagementId,
    /// The organisation it was recorded with first; the contracting company now is in its facts.
    pub organisation_id: OrganisationId,
    /// The publisher's legal entity that engages it, where that was said.
    pub entity_id: Option<EntityId>,
    /// The readable part of its address.
    pub slug: Slug,
    /// The engagement above it in the chain.
    pub parent_id: Option<EngagementId>,
    /// When it was first recorded.
    pub created_at: DateTime<Utc>,
    /// By whom.
    pub created_by: Option<StaffId>,
}

/// A state and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateEntry {
    /// 1, 2, 3 … within the engagement.
    pub seq: i64,
    /// The state entered.
    pub state: EngagementState,
    /// When and by whom.
    pub recorded: Recorded,
    /// Why, where a reason was given.
    pub reason: Option<String>,
}

/// An engagement as it is now, or was at an instant: facts, company, state.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentEngagement {
    /// What never changes.
    pub engagement: Engagement,
    /// The facts.
    pub version: Version<EngagementFacts>,
    /// The contracting company that the facts name, with its own facts of the same instant.
    pub organisation: Organisation,
    /// The state.
    pub state: StateEntry,
}

type Row = VersionRow<EngagementFacts>;

#[derive(sqlx::FromRow)]
struct HeadRow {
    id: Uuid,
    organisation_id: Uuid,
    entity_id: Option<Uuid>,
    slug: String,
    parent_engagement_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    created_by: Option<Uuid>,
}

impl HeadRow {
    fn read(self) -> Result<Engagement> {
        Ok(Engagement {
            id: self.id.into(),
            organisation_id: self.organisation_id.into(),
            entity_id: self.entity_id.map(EntityId::from),
            slug: parsed("engagements", "slug", &self.slug)?,
            parent_id: self.parent_engagement_id.map(EngagementId::from),
            created_at: self.created_at,
            created_by: self.created_by.map(StaffId::from),
        })
    }
}

#[derive(sqlx::FromRow)]
struct StateRow {
    engagement_id: Uuid,
    seq: i64,
    state: String,
    recorded_at: DateTime<Utc>,
    recorded_by: Option<Uuid>,
    reason: Option<String>,
}

impl StateRow {
    fn read(self) -> Result<StateEntry> {
        Ok(StateEntry {
            seq: self.seq,
            state: parsed("engagement_states", "state", &self.state)?,
            recorded: Recorded {
                at: self.recorded_at,
                by: self.recorded_by.map(StaffId::from),
            },
            reason: self.reason,
        })
    }
}

/// Records an engagement with its first version, in state `DRAFT`. `state_id` is the id of the state's row.
pub async fn create_engagement(
    tx: &mut Tx,
    engagement: &Engagement,
    first: &NewVersion<EngagementFacts>,
    state_id: Uuid,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO engagements
             (id, organisation_id, entity_id, slug, parent_engagement_id, created_at, created_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(engagement.id.uuid())
        .bind(engagement.organisation_id.uuid())
        .bind(engagement.entity_id.map(Uuid::from))
        .bind(engagement.slug.as_str())
        .bind(engagement.parent_id.map(Uuid::from))
        .bind(engagement.created_at)
        .bind(engagement.created_by.map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    append_engagement_version(tx, engagement.id, 0, first).await?;
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO engagement_states (id, engagement_id, seq, state, recorded_at, recorded_by, reason)
             VALUES ($1, $2, 1, $3, $4, $5, NULL)",
        )
        .bind(state_id)
        .bind(engagement.id.uuid())
        .bind(EngagementState::Draft.as_str())
        .bind(first.recorded.at)
        .bind(first.recorded.by.map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Appends a version after number `seen`; stale when another one came first.
pub async fn append_engagement_version(
    tx: &mut Tx,
    id: EngagementId,
    seen: i64,
    new: &NewVersion<EngagementFacts>,
) -> Result<()> {
    let appended = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO engagement_versions
             (id, engagement_id, version, facts, valid_from, recorded_at, recorded_by, reason)
             SELECT $1, $2, $3, $4, $5, $6, $7, $9
             WHERE (SELECT COALESCE(MAX(version), 0) FROM engagement_versions WHERE engagement_id = $2) = $8",
        )
        .bind(new.id.uuid())
        .bind(id.uuid())
        .bind(seen + 1)
        .bind(Json(&new.facts))
        .bind(new.valid_from)
        .bind(new.recorded.at)
        .bind(new.recorded.by.map(Uuid::from))
        .bind(seen)
        .bind(new.reason.as_deref())
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    expect_one(appended, "The engagement")
}

/// Enters a state from the one that was expected; stale when the engagement is in another one by now.
pub async fn append_engagement_state(
    tx: &mut Tx,
    row_id: Uuid,
    id: EngagementId,
    (from, to): (EngagementState, EngagementState),
    recorded: Recorded,
    reason: Option<&str>,
) -> Result<()> {
    let appended = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO engagement_states (id, engagement_id, seq, state, recorded_at, recorded_by, reason)
             SELECT $1, s.engagement_id, s.seq + 1, $2, $3, $4, $5 FROM engagement_states s
             WHERE s.engagement_id = $6 AND s.state = $7
             AND s.seq = (SELECT MAX(seq) FROM engagement_states WHERE engagement_id = $6)",
        )
        .bind(row_id)
        .bind(to.as_str())
        .bind(recorded.at)
        .bind(recorded.by.map(Uuid::from))
        .bind(reason)
        .bind(id.uuid())
        .bind(from.as_str())
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    expect_one(appended, "The engagement")
}

/// What never changes about an engagement, by its id.
pub async fn find_engagement(tx: &mut Tx, id: EngagementId) -> Result<Option<Engagement>> {
    let row: Option<HeadRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, organisation_id, entity_id, slug, parent_engagement_id, created_at, created_by
             FROM engagements WHERE id = $1",
        )
        .bind(id.uuid())
        .fetch_optional(c)
        .await
    })?;
    row.map(HeadRow::read).transpose()
}

/// The same by the readable part of its address.
pub async fn find_engagement_by_slug(tx: &mut Tx, slug: &str) -> Result<Option<Engagement>> {
    let row: Option<HeadRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, organisation_id, entity_id, slug, parent_engagement_id, created_at, created_by
             FROM engagements WHERE slug = $1",
        )
        .bind(slug)
        .fetch_optional(c)
        .await
    })?;
    row.map(HeadRow::read).transpose()
}

/// An engagement as it is now: its latest version, the latest version of its company, its state.
pub async fn current(tx: &mut Tx, id: EngagementId) -> Result<Option<CurrentEngagement>> {
    Ok(list_current_of(tx, Of::These(&[id]), None).await?.pop())
}

/// The same by the readable part of its address.
pub async fn current_by_slug(tx: &mut Tx, slug: &str) -> Result<Option<CurrentEngagement>> {
    match find_engagement_by_slug(tx, slug).await? {
        Some(engagement) => current(tx, engagement.id).await,
        None => Ok(None),
    }
}

fn no_company(id: OrganisationId) -> StoreError {
    StoreError::Inconsistent {
        table: "engagement_versions",
        column: "facts",
        found: format!("no organisation {id}"),
    }
}

/// Every engagement as it is now, by slug.
pub async fn list_current(tx: &mut Tx) -> Result<Vec<CurrentEngagement>> {
    list_current_of(tx, Of::All, None).await
}

/// Engagements as they are now or were recorded at an instant, by slug, without those that were not recorded yet. As many reads
/// for all of them as for one.
pub async fn list_current_of(
    tx: &mut Tx,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<CurrentEngagement>> {
    let heads = format!(
        "SELECT id, organisation_id, entity_id, slug, parent_engagement_id, created_at, created_by
         FROM engagements WHERE {} ORDER BY slug",
        of.among(tx, "id")
    );
    let versions = format!(
        "SELECT id, engagement_id AS owner_id, version, facts, valid_from, recorded_at, recorded_by, reason
         FROM engagement_versions v
         WHERE {} AND version = (SELECT MAX(version) FROM engagement_versions w
                                 WHERE w.engagement_id = v.engagement_id AND ($2 IS NULL OR w.recorded_at <= $2))",
        of.among(tx, "engagement_id")
    );
    let states = format!(
        "SELECT engagement_id, seq, state, recorded_at, recorded_by, reason FROM engagement_states s
         WHERE {} AND seq = (SELECT MAX(seq) FROM engagement_states t
                             WHERE t.engagement_id = s.engagement_id AND ($2 IS NULL OR t.recorded_at <= $2))",
        of.among(tx, "engagement_id")
    );
    let heads: Vec<HeadRow> = of.rows(tx, heads).await?;
    let versions: Vec<Row> = of.rows_with(tx, versions, at).await?;
    let states: Vec<StateRow> = of.rows_with(tx, states, at).await?;
    let named: BTreeSet<OrganisationId> = versions.iter().map(|row| row.facts.organisation).collect();
    let named: Vec<OrganisationId> = named.into_iter().collect();
    let companies: HashMap<OrganisationId, Organisation> = list_organisations_of(tx, of.others(&named), at)
        .await?
        .into_iter()
        .map(|company| (company.id, company))
        .collect();
    let mut versions: HashMap<Uuid, Row> = versions.into_iter().map(|row| (row.owner_id, row)).collect();
    let mut states: HashMap<Uuid, StateRow> =
        states.into_iter().map(|row| (row.engagement_id, row)).collect();
    let mut all = Vec::with_capacity(heads.len());
    for head in heads {
        let (Some(row), Some(state)) = (versions.remove(&head.id), states.remove(&head.id)) else {
            continue;
        };
        let version = Version::from(row);
        let company = version.facts.organisation;
        all.push(CurrentEngagement {
            engagement: head.read()?,
            organisation: companies
                .get(&company)
                .cloned()
                .ok_or_else(|| no_company(company))?,
            version,
            state: state.read()?,
        });
    }
    Ok(all)
}

/// How many engagements stand directly under others in the chain and were not over, now or at an instant; none for those
/// without.
pub async fn count_below(
    tx: &mut Tx,
    of: Of<'_, EngagementId>,
    at: Option<DateTime<Utc>>,
) -> Result<HashMap<EngagementId, usize>> {
    let sql = format!(
        "SELECT e.parent_engagement_id, s.state FROM engagements e JOIN engagement_states s ON s.engagement_id = e.id
         WHERE e.parent_engagement_id IS NOT NULL AND {}
         AND s.seq = (SELECT MAX(t.seq) FROM engagement_states t
                      WHERE t.engagement_id = e.id AND ($2 IS NULL OR t.recorded_at <= $2))",
        of.among(tx, "e.parent_engagement_id")
    );
    let rows: Vec<(Uuid, String)> = of.rows_with(tx, sql, at).await?;
    let mut below: HashMap<EngagementId, usize> = HashMap::new();
    for (parent, state) in rows {
        let state: EngagementState = parsed("engagement_states", "state", &state)?;
        if !state.is_terminal() {
            *below.entry(parent.into()).or_default() += 1;
        }
    }
    Ok(below)
}

/// The engagements directly under another one in the chain, by slug, with what never changes about them.
pub async fn list_children(tx: &mut Tx, parent: EngagementId) -> Result<Vec<Engagement>> {
    let rows: Vec<HeadRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, organisation_id, entity_id, slug, parent_engagement_id, created_at, created_by
             FROM engagements WHERE parent_engagement_id = $1 ORDER BY slug",
        )
        .bind(parent.uuid())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(HeadRow::read).collect()
}

/// All versions of an engagement, newest first.
pub async fn list_engagement_versions(
    tx: &mut Tx,
    id: EngagementId,
) -> Result<Vec<Version<EngagementFacts>>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, engagement_id AS owner_id, version, facts, valid_from, recorded_at, recorded_by, reason
             FROM engagement_versions WHERE engagement_id = $1 ORDER BY version DESC",
        )
        .bind(id.uuid())
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(Version::from).collect())
}

/// One version by its id, as lines, listings and notices refer to it.
pub async fn find_engagement_version(tx: &mut Tx, id: VersionId) -> Result<Option<Version<EngagementFacts>>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, engagement_id AS owner_id, version, facts, valid_from, recorded_at, recorded_by, reason
             FROM engagement_versions WHERE id = $1",
        )
        .bind(id.uuid())
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(Version::from))
}

/// The states an engagement went through, newest first.
pub async fn list_engagement_states(tx: &mut Tx, id: EngagementId) -> Result<Vec<StateEntry>> {
    let rows: Vec<StateRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT engagement_id, seq, state, recorded_at, recorded_by, reason FROM engagement_states
             WHERE engagement_id = $1 ORDER BY seq DESC",
        )
        .bind(id.uuid())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(StateRow::read).collect()
}

/// Whether a slug is taken by an engagement.
pub async fn has_slug(tx: &mut Tx, slug: &Slug) -> Result<bool> {
    let taken: i64 = on!(tx, |c| {
        sqlx::query_scalar("SELECT COUNT(*) FROM engagements WHERE slug = $1")
            .bind(slug.as_str())
            .fetch_one(c)
            .await
    })?;
    Ok(taken > 0)
}

/// Notes the engagement above this one as its facts say it now, so that a chain can be read downwards.
pub async fn put_parent(tx: &mut Tx, id: EngagementId, parent: Option<EngagementId>) -> Result<()> {
    let done = on!(tx, |c| {
        sqlx::query("UPDATE engagements SET parent_engagement_id = $1 WHERE id = $2")
            .bind(parent.map(Uuid::from))
            .bind(id.uuid())
            .execute(c)
            .await
            .map(|done| done.rows_affected())
    })?;
    expect_one(done, "The engagement")
}
