//! Certificates of organisations, version by version. Nothing here changes or deletes a row.

use chrono::{DateTime, NaiveDate, Utc};
use domain::certificate::Certificate;
use domain::id::{OrganisationId, RecordId, StaffId};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, Tx, expect_one};

/// One version of a certificate as it is stored, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCertificate {
    /// Id of this version.
    pub id: RecordId,
    /// Id of the certificate, the same in all its versions.
    pub certificate_id: Uuid,
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// Which of the organisation's.
    pub number: i64,
    /// 1, 2, 3 …
    pub version: i64,
    /// What it says.
    pub body: Certificate,
    /// Since when it no longer counts, because it was entered by mistake or was withdrawn.
    pub ended_on: Option<NaiveDate>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: StaffId,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    certificate_id: Uuid,
    organisation_id: Uuid,
    number: i64,
    version: i64,
    body: Json<Certificate>,
    ended_on: Option<NaiveDate>,
    recorded_at: DateTime<Utc>,
    recorded_by: Uuid,
}

impl From<Row> for StoredCertificate {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.into(),
            certificate_id: row.certificate_id,
            organisation_id: row.organisation_id.into(),
            number: row.number,
            version: row.version,
            body: row.body.0,
            ended_on: row.ended_on,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by.into(),
        }
    }
}

/// Appends a version; stale when another one with its number came first.
pub async fn append_certificate(tx: &mut Tx, new: &StoredCertificate) -> Result<()> {
    let appended = on!(tx, |c| {
        sqlx::query(
            "INSERT INTO certificates (id, certificate_id, organisation_id, number, version, body, ended_on, recorded_at, recorded_by)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
             WHERE (SELECT COALESCE(MAX(version), 0) FROM certificates WHERE organisation_id = $3 AND number = $4) = $10",
        )
        .bind(new.id.uuid())
        .bind(new.certificate_id)
        .bind(new.organisation_id.uuid())
        .bind(new.number)
        .bind(new.version)
        .bind(Json(&new.body))
        .bind(new.ended_on)
        .bind(new.recorded_at)
        .bind(new.recorded_by.uuid())
        .bind(new.version - 1)
        .execute(c)
        .await
        .map(|done| done.rows_affected())
    })?;
    expect_one(appended, "The certificate")
}

/// The newest version of each certificate of one organisation, or of all, that still counts; by organisation and number.
pub async fn list_latest_certificates(
    tx: &mut Tx,
    organisation: Option<OrganisationId>,
) -> Result<Vec<StoredCertificate>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT r.id, r.certificate_id, r.organisation_id, r.number, r.version, r.body, r.ended_on, r.recorded_at, r.recorded_by
             FROM certificates r
             WHERE ($1 IS NULL OR r.organisation_id = $1) AND r.ended_on IS NULL
             AND r.version = (SELECT MAX(n.version) FROM certificates n
                              WHERE n.organisation_id = r.organisation_id AND n.number = r.number)
             ORDER BY r.organisation_id, r.number",
        )
        .bind(organisation.map(Uuid::from))
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(StoredCertificate::from).collect())
}

/// Every version of one certificate, newest first.
pub async fn list_certificate_versions(
    tx: &mut Tx,
    organisation: OrganisationId,
    number: i64,
) -> Result<Vec<StoredCertificate>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, certificate_id, organisation_id, number, version, body, ended_on, recorded_at, recorded_by
             FROM certificates WHERE organisation_id = $1 AND number = $2 ORDER BY version DESC",
        )
        .bind(organisation.uuid())
        .bind(number)
        .fetch_all(c)
        .await
    })?;
    Ok(rows.into_iter().map(StoredCertificate::from).collect())
}

/// The number that an organisation's next certificate gets.
pub async fn next_certificate_number(tx: &mut Tx, organisation: OrganisationId) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) + 1 FROM certificates WHERE organisation_id = $1")
            .bind(organisation.uuid())
            .fetch_one(c)
            .await
    })?)
}
