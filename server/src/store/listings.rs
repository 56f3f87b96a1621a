//! What the public list shows, as rows that are only ever appended. Each has the next list version, so that a list is
//! named by one number, and the list of any past day is the last row of each engagement before its end.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use domain::id::{EngagementId, LineId, VersionId};
use uuid::Uuid;

use super::{Result, Tx, parsed};

/// How the list shows an engagement from a row on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingState {
    /// In use for everybody it is in scope for.
    Listed,
    /// In use for some customers, for others from a later day.
    Partial,
    /// Not on the list any more.
    Ended,
}

impl ListingState {
    /// The fixed text that is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "LISTED",
            Self::Partial => "PARTIAL",
            Self::Ended => "ENDED",
        }
    }
}

impl fmt::Display for ListingState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ListingState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Listed, Self::Partial, Self::Ended]
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(())
    }
}

/// What a new row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewListing {
    /// Its id.
    pub id: Uuid,
    /// The engagement.
    pub engagement_id: EngagementId,
    /// The version of its facts that the list shows.
    pub engagement_version_id: VersionId,
    /// The version of its company's facts that the list shows.
    pub organisation_version_id: VersionId,
    /// How it is shown.
    pub listing: ListingState,
    /// The first day of use, where it is known or announced.
    pub in_use_from: Option<NaiveDate>,
    /// The line of a change that brought it about.
    pub line_id: Option<LineId>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// A row as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// The version of the whole list that this row made.
    pub list_version: i64,
    /// What it says.
    pub row: NewListing,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    list_version: i64,
    engagement_id: Uuid,
    engagement_version_id: Uuid,
    organisation_version_id: Uuid,
    listing: String,
    in_use_from: Option<NaiveDate>,
    line_id: Option<Uuid>,
    recorded_at: DateTime<Utc>,
}

impl Row {
    fn read(self) -> Result<Listing> {
        Ok(Listing {
            list_version: self.list_version,
            row: NewListing {
                id: self.id,
                engagement_id: self.engagement_id.into(),
                engagement_version_id: self.engagement_version_id.into(),
                organisation_version_id: self.organisation_version_id.into(),
                listing: parsed("listings", "listing", &self.listing)?,
                in_use_from: self.in_use_from,
                line_id: self.line_id.map(LineId::from),
                recorded_at: self.recorded_at,
            },
        })
    }
}

/// Appends a row and gives the list's new version. Only inside [`super::Db::write`], whose lock makes the number unique.
pub async fn append_listing(tx: &mut Tx, new: &NewListing) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(
            "INSERT INTO listings (id, list_version, engagement_id, engagement_version_id, organisation_version_id,
                                   listing, in_use_from, line_id, recorded_at)
             SELECT $1, COALESCE(MAX(list_version), 0) + 1, $2, $3, $4, $5, $6, $7, $8 FROM listings
             RETURNING list_version",
        )
        .bind(new.id)
        .bind(new.engagement_id.uuid())
        .bind(new.engagement_version_id.uuid())
        .bind(new.organisation_version_id.uuid())
        .bind(new.listing.as_str())
        .bind(new.in_use_from)
        .bind(new.line_id.map(Uuid::from))
        .bind(new.recorded_at)
        .fetch_one(c)
        .await
    })?)
}

/// What the list shows of an engagement now, if it ever showed it.
pub async fn find_listing(tx: &mut Tx, id: EngagementId) -> Result<Option<Listing>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, list_version, engagement_id, engagement_version_id, organisation_version_id, listing,
                    in_use_from, line_id, recorded_at
             FROM listings WHERE engagement_id = $1 ORDER BY list_version DESC LIMIT 1",
        )
        .bind(id.uuid())
        .fetch_optional(c)
        .await
    })?;
    row.map(Row::read).transpose()
}

/// Everything the list ever showed of an engagement, newest first.
pub async fn list_listings(tx: &mut Tx, id: EngagementId) -> Result<Vec<Listing>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, list_version, engagement_id, engagement_version_id, organisation_version_id, listing,
                    in_use_from, line_id, recorded_at
             FROM listings WHERE engagement_id = $1 ORDER BY list_version DESC",
        )
        .bind(id.uuid())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// The version of the list that first showed what a line brought about.
pub async fn find_first_version(tx: &mut Tx, line_id: Uuid) -> Result<Option<i64>> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT MIN(list_version) FROM listings WHERE line_id = $1")
            .bind(line_id)
            .fetch_one(c)
            .await
    })?)
}
