//! Classes of notice below the default: who asked for one, and what somebody else decided.

use chrono::{DateTime, Utc};
use domain::change::{LoweringBasis, LoweringVerdict, NoticeClass};
use domain::digest::FactsHash;
use domain::id::{EngagementId, StaffId};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, Tx, digest, parsed};

/// A lower class that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lowering {
    /// Its id.
    pub id: Uuid,
    /// The change.
    pub change_id: Uuid,
    /// The engagement whose line it is about.
    pub engagement_id: EngagementId,
    /// The class.
    pub class: NoticeClass,
    /// Why it is right.
    pub reason: String,
    /// The facts that it was asked for.
    pub facts_hash: FactsHash,
    /// The line as it stood; for another it does not hold. Nothing: asked for before that was written down.
    pub basis: Option<LoweringBasis>,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// By whom.
    pub asked_by: StaffId,
    /// What somebody else decided.
    pub decision: Option<LoweringDecision>,
}

/// What was decided of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoweringDecision {
    /// Whether it is granted.
    pub verdict: LoweringVerdict,
    /// Why.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: StaffId,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    change_id: Uuid,
    engagement_id: Uuid,
    notice_class: String,
    reason: String,
    facts_hash: Vec<u8>,
    basis: Option<Json<LoweringBasis>>,
    asked_at: DateTime<Utc>,
    asked_by: Uuid,
    verdict: Option<String>,
    decided_because: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<Uuid>,
}

impl Row {
    fn read(self) -> Result<Lowering> {
        let decision = match (
            self.verdict,
            self.decided_because,
            self.decided_at,
            self.decided_by,
        ) {
            (Some(verdict), Some(reason), Some(at), Some(by)) => Some(LoweringDecision {
                verdict: parsed("lowering_decisions", "verdict", &verdict)?,
                reason,
                at,
                by: by.into(),
            }),
            _ => None,
        };
        Ok(Lowering {
            id: self.id,
            change_id: self.change_id,
            engagement_id: self.engagement_id.into(),
            class: parsed("lowerings", "notice_class", &self.notice_class)?,
            reason: self.reason,
            facts_hash: digest("lowerings", "facts_hash", &self.facts_hash)?,
            basis: self.basis.map(|basis| basis.0),
            asked_at: self.asked_at,
            asked_by: self.asked_by.into(),
            decision,
        })
    }
}

/// Writes down that a lower class was asked for; a decision is written by [`decide_lowering`].
pub async fn ask_lowering(tx: &mut Tx, new: &Lowering) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO lowerings (id, change_id, engagement_id, notice_class, reason, facts_hash, basis, asked_at, asked_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(new.id)
        .bind(new.change_id)
        .bind(new.engagement_id.uuid())
        .bind(new.class.as_str())
        .bind(&new.reason)
        .bind(new.facts_hash.bytes().as_slice())
        .bind(new.basis.as_ref().map(Json))
        .bind(new.asked_at)
        .bind(new.asked_by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Keeps what was decided; a second decision is a duplicate. The caller checks that another person asked.
pub async fn decide_lowering(tx: &mut Tx, id: Uuid, decision: &LoweringDecision) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO lowering_decisions (lowering_id, verdict, reason, decided_at, decided_by)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(decision.verdict.as_str())
        .bind(&decision.reason)
        .bind(decision.at)
        .bind(decision.by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Everything that was asked for within a change, oldest first.
pub async fn list_lowerings(tx: &mut Tx, change_id: Uuid) -> Result<Vec<Lowering>> {
    let rows: Vec<Row> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT l.id, l.change_id, l.engagement_id, l.notice_class, l.reason, l.facts_hash, l.basis, l.asked_at, l.asked_by,
                    d.verdict, d.reason AS decided_because, d.decided_at, d.decided_by
             FROM lowerings l LEFT JOIN lowering_decisions d ON d.lowering_id = l.id
             WHERE l.change_id = $1 ORDER BY l.asked_at, l.id",
        )
        .bind(change_id)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(Row::read).collect()
}
