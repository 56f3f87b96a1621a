//! Organisations and the versions of what is known about them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::id::{OrganisationId, VersionId};
use domain::organisation::OrganisationFacts;
use domain::slug::Slug;
use sqlx::types::Json;
use uuid::Uuid;

use super::version::{NewVersion, Version, VersionRow};
use super::{Of, Result, Tx, expect_one, parsed};

/// An organisation with one version of its facts: the latest, unless it was asked for as of an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// The readable part of its address.
    pub slug: Slug,
    /// When it was first recorded.
    pub created_at: DateTime<Utc>,
    /// The facts.
    pub version: Version<OrganisationFacts>,
}

type Row = VersionRow<OrganisationFacts>;

/// Records an organisation with its first version.
pub async fn create_organisation(
    tx: &mut Tx,
    id: OrganisationId,
    slug: &Slug,
    first: &NewVersion<OrganisationFacts>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query("INSERT INTO organisations (id, slug, created_at) VALUES ($1, $2, $3)")
            .bind(id.uuid())
            .bind(slug.as_str())
            .bind(first.recorded.at)
            .execute(c)
            .await
            .map(drop)
    })?;
    append_organisation_version(tx, id, 0, first).await
}

/// Appends a version after number `seen`; stale when another one came first.
pub async fn append_organisation_version(
    tx: &mut Tx,
    id: OrganisationId,
    seen: i64,
    new: &NewVersion<OrganisationFacts>,
) -> Result<()> {
    let appended = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO organisation_versions
             (id, organisation_id, version, facts, valid_from, recorded_at, recorded_by, reason)
             SELECT $1, $2, $3, $4, $5, $6, $7, $9
             WHERE (SELECT COALESCE(MAX(version), 0) FROM organisation_versions WHERE organisation_id = $2) = $8",
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
    expect_one(appended, "The organisation")
}

/// An organisation by its id, with its latest version.
pub async fn find_organisation(tx: &mut Tx, id: OrganisationId) -> Result<Option<Organisation>> {
    Ok(list_organisations_of(tx, Of::These(&[id]), None).await?.pop())
}

/// An organisation by the readable part of its address.
pub async fn find_organisation_by_slug(tx: &mut Tx, slug: &str) -> Result<Option<Organisation>> {
    let id: Option<Uuid> = on!(tx, |c| {
        sqlx::query_scalar("SELECT id FROM organisations WHERE slug = $1")
            .bind(slug)
            .fetch_optional(c)
            .await
    })?;
    match id {
        Some(id) => find_organisation(tx, id.into()).await,
        None => Ok(None),
    }
}

/// Every organisation with its latest version, by slug.
pub async fn list_organisations(tx: &mut Tx) -> Result<Vec<Organisation>> {
    list_organisations_of(tx, Of::All, None).await
}

/// Organisations by slug, with their latest version or, as of an instant, the one of then; without those that were not
/// recorded yet.
pub async fn list_organisations_of(
    tx: &mut Tx,
    of: Of<'_, OrganisationId>,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<Organisation>> {
    let heads = format!(
        "SELECT id, slug, created_at FROM organisations WHERE {} ORDER BY slug",
        of.among(tx, "id")
    );
    let versions = format!(
        "SELECT id, organisation_id AS owner_id, version, facts, valid_from, recorded_at, recorded_by, reason
         FROM organisation_versions v
         WHERE {} AND version = (SELECT MAX(version) FROM organisation_versions w
                                 WHERE w.organisation_id = v.organisation_id AND ($2 IS NULL OR w.recorded_at <= $2))",
        of.among(tx, "organisation_id")
    );
    let heads: Vec<(Uuid, String, DateTime<Utc>)> = of.rows(tx, heads).await?;
    let rows: Vec<Row> = of.rows_with(tx, versions, at).await?;
    let mut versions: HashMap<Uuid, Row> = rows.into_iter().map(|row| (row.owner_id, row)).collect();
    heads
        .into_iter()
        .filter_map(|(id, slug, created_at)| Some((id, slug, created_at, versions.remove(&id)?)))
        .map(|(id, slug, created_at, row)| {
            Ok(Organisation {
                id: id.into(),
                slug: parsed("organisations", "slug", &slug)?,
                created_at,
                version: row.into(),
            })
        })
        .collect()
}

/// All versions of an organisation, newest first.
pub async fn list_organisation_versions(
    tx: &mut Tx,
    id: OrganisationId,
) -> Result<Vec<Version<OrganisationFacts>>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, organisation_id AS owner_id, version, facts, valid_from, recorded_at, recorded_by, reason
             FROM organisation_versions WHERE organisation_id = $1 ORDER BY version DESC",
        )
        .bind(id.uuid())
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(Version::from).collect())
}

/// One version by its id, as lines, listings and notices refer to it.
pub async fn find_organisation_version(
    tx: &mut Tx,
    id: VersionId,
) -> Result<Option<Version<OrganisationFacts>>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, organisation_id AS owner_id, version, facts, valid_from, recorded_at, recorded_by, reason
             FROM organisation_versions WHERE id = $1",
        )
        .bind(id.uuid())
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(Version::from))
}
