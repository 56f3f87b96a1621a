//! What is known of countries, version by version. An approved version counts; nothing is changed or deleted.

use chrono::{DateTime, NaiveDate, Utc};
use domain::country::Country;
use domain::country_knowledge::CountryKnowledge;
use domain::id::{StaffId, VersionId};
use domain::reference::rule::{Says, holding};
use domain::text::Line;
use sqlx::types::Json;
use uuid::Uuid;

use super::reference::list_reference_rows;
use super::version::Recorded;
use super::{Result, Tx, expect_one, parsed};

/// One version of what is known of a country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryVersion {
    /// Its id: what assessments refer to.
    pub id: VersionId,
    /// The country.
    pub country: Country,
    /// 1, 2, 3 … within the country.
    pub number: i64,
    /// What it says.
    pub body: CountryKnowledge,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
    /// When and by whom it was approved.
    pub approval: Option<Recorded>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    code: String,
    version: i64,
    body: Json<CountryKnowledge>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
    approved_at: Option<DateTime<Utc>>,
    approved_by: Option<Uuid>,
}

impl Row {
    fn read(self) -> Result<CountryVersion> {
        Ok(CountryVersion {
            id: self.id.into(),
            country: parsed("country_versions", "code", &self.code)?,
            number: self.version,
            body: self.body.0,
            recorded_at: self.recorded_at,
            recorded_by: self.recorded_by.into(),
            approval: self.approved_at.map(|at| Recorded {
                at,
                by: self.approved_by.map(StaffId::from),
            }),
        })
    }
}

/// Appends a version after number `seen` (0 for the first); stale when another one came first.
pub async fn append_country_version(tx: &mut Tx, seen: i64, new: &CountryVersion) -> Result<()> {
    let appended = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO country_versions (id, code, version, body, recorded_at, recorded_by)
             SELECT $1, $2, $3, $4, $5, $6
             WHERE (SELECT COALESCE(MAX(version), 0) FROM country_versions WHERE code = $2) = $7",
        )
        .bind(new.id.uuid())
        .bind(new.country.code())
        .bind(seen + 1)
        .bind(Json(&new.body))
        .bind(new.recorded_at)
        .bind(new.recorded_by.uuid())
        .bind(seen)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    expect_one(appended, "What is known of the country")
}

/// Keeps the approval of a version; a second one of the same version is a duplicate.
pub async fn approve_country_version(
    tx: &mut Tx,
    id: VersionId,
    by: StaffId,
    at: DateTime<Utc>,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO country_approvals (country_version_id, approved_at, approved_by) VALUES ($1, $2, $3)",
        )
        .bind(id.uuid())
        .bind(at)
        .bind(by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Every version about a country, newest first.
pub async fn list_country_versions(tx: &mut Tx, country: Country) -> Result<Vec<CountryVersion>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT v.id, v.code, v.version, v.body, v.recorded_at, v.recorded_by, a.approved_at, a.approved_by
             FROM country_versions v LEFT JOIN country_approvals a ON a.country_version_id = v.id
             WHERE v.code = $1 ORDER BY v.version DESC",
        )
        .bind(country.code())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// Of every country the version that counts: the newest that was approved.
pub async fn list_known_countries(tx: &mut Tx) -> Result<Vec<CountryVersion>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT v.id, v.code, v.version, v.body, v.recorded_at, v.recorded_by, a.approved_at, a.approved_by
             FROM country_versions v JOIN country_approvals a ON a.country_version_id = v.id
             WHERE v.version = (SELECT MAX(n.version) FROM country_versions n
                                JOIN country_approvals b ON b.country_version_id = n.id WHERE n.code = v.code)
             ORDER BY v.code",
        )
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}

/// One version by its id.
pub async fn find_country_version(tx: &mut Tx, id: VersionId) -> Result<Option<CountryVersion>> {
    let row: Option<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT v.id, v.code, v.version, v.body, v.recorded_at, v.recorded_by, a.approved_at, a.approved_by
             FROM country_versions v LEFT JOIN country_approvals a ON a.country_version_id = v.id WHERE v.id = $1",
        )
        .bind(id.uuid())
        .fetch_optional(c)
        .await
    })?;
    row.map(Row::read).transpose()
}

/// A country of which something was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountryLine {
    /// The country.
    pub country: Country,
    /// The number of its newest version.
    pub newest: i64,
    /// The number of the version that counts, if one does.
    pub approved: Option<i64>,
    /// When the newest was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// Every country of which something was recorded, by code.
pub async fn list_countries(tx: &mut Tx) -> Result<Vec<CountryLine>> {
    let rows: Vec<(String, i64, Option<i64>, DateTime<Utc>)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT v.code, v.version,
                    (SELECT MAX(n.version) FROM country_versions n
                     JOIN country_approvals b ON b.country_version_id = n.id WHERE n.code = v.code),
                    v.recorded_at
             FROM country_versions v
             WHERE v.version = (SELECT MAX(n.version) FROM country_versions n WHERE n.code = v.code) ORDER BY v.code",
        )
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(code, newest, approved, recorded_at)| {
            Ok(CountryLine {
                country: parsed("country_versions", "code", &code)?,
                newest,
                approved,
                recorded_at,
            })
        })
        .collect()
}

/// What assessments on countries must heed on a day: rows of the reference data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountryRules {
    /// Laws that every assessment of a country judges.
    pub laws: Vec<(Country, Line<200>)>,
    /// Countries whose assessments are reviewed sooner: so many months, and why.
    pub review_months: Vec<(Country, u32, String)>,
}

/// The rules that hold on a day.
pub async fn country_rules(tx: &mut Tx, day: NaiveDate) -> Result<CountryRules> {
    let mut recorded = Vec::new();
    for row in list_reference_rows(tx, None).await? {
        recorded.extend(row.rule()?);
    }
    let mut rules = CountryRules::default();
    for rule in holding(recorded, day) {
        match rule.says {
            Says::Law(country, law) => rules.laws.push((country, law.name)),
            Says::Review(country, period) => {
                rules
                    .review_months
                    .push((country, period.months.get(), period.reason.to_string()));
            }
            Says::Organisation(..) => {}
        }
    }
    Ok(rules)
}
