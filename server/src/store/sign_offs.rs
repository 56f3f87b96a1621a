//! The parts of assessments that somebody confirmed.

use chrono::{DateTime, Utc};
use domain::engagement::sign_off::SignOff;
use domain::id::EngagementId;
use uuid::Uuid;

use super::{Result, Tx, digest, parsed};

#[derive(sqlx::FromRow)]
struct Row {
    part: String,
    papers: Vec<u8>,
    signed_at: DateTime<Utc>,
    signed_by: Uuid,
}

impl Row {
    fn read(self) -> Result<SignOff> {
        Ok(SignOff {
            part: parsed("sign_offs", "part", &self.part)?,
            papers: digest("sign_offs", "papers", &self.papers)?,
            at: self.signed_at,
            by: self.signed_by.into(),
        })
    }
}

/// Keeps what somebody confirmed. The caller checks that they may.
pub async fn append_sign_off(tx: &mut Tx, id: Uuid, engagement: EngagementId, new: &SignOff) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO sign_offs (id, engagement_id, part, papers, signed_at, signed_by)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(engagement.uuid())
        .bind(new.part.as_str())
        .bind(new.papers.bytes().as_slice())
        .bind(new.at)
        .bind(new.by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// All that was ever confirmed of an engagement, oldest first.
pub async fn list_sign_offs(tx: &mut Tx, engagement: EngagementId) -> Result<Vec<SignOff>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT part, papers, signed_at, signed_by FROM sign_offs WHERE engagement_id = $1 ORDER BY signed_at, id",
        )
        .bind(engagement.uuid())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}
