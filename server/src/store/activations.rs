//! Decisions of the gates with their full result, allowed or refused, and the activations that followed from them.

use chrono::{DateTime, Utc};
use domain::digest::FactsHash;
use domain::id::{ActivationId, CustomerId, EngagementId, LineId, StaffId};
use serde_json::Value;
use sqlx::types::Json;
use uuid::Uuid;

use super::lines::Line;
use super::version::Recorded;
use super::{Of, Result, Tx, digest};

/// One decision, as it is kept for ever.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its id.
    pub id: Uuid,
    /// The engagement decided on.
    pub engagement_id: EngagementId,
    /// The line of the change, where there is one.
    pub line_id: Option<LineId>,
    /// The customer; nobody for the gates that concern all.
    pub customer_id: Option<CustomerId>,
    /// Fixed word for what it was asked for: `ACTIVATE`, `CLEAR`, `RESUME`, `CONFIRM_ASSESSMENT`, `SUSPEND`.
    pub purpose: String,
    /// Whether everything was green.
    pub is_allowed: bool,
    /// Every gate and reason, as evaluated.
    pub result: Value,
    /// The hash of the facts it was made on.
    pub facts_hash: FactsHash,
    /// When and by whom.
    pub recorded: Recorded,
}

/// An engagement in use from an instant on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activation {
    /// Its id.
    pub id: ActivationId,
    /// The engagement.
    pub engagement_id: EngagementId,
    /// The line of the change that announced it.
    pub line_id: Option<LineId>,
    /// The customer it was asked for; nobody means everybody who was in scope then.
    pub customer_id: Option<CustomerId>,
    /// Whom it was judged for, one by one. Whoever comes into scope later is not among them.
    pub customers: Vec<CustomerId>,
    /// The decision it rests on.
    pub decision_id: Uuid,
    /// When.
    pub activated_at: DateTime<Utc>,
    /// By whom.
    pub activated_by: StaffId,
}

impl Activation {
    /// Whether it is about this line and was judged for this customer.
    #[must_use]
    pub fn covers(&self, line_id: Uuid, customer: CustomerId) -> bool {
        self.line_id.map(Uuid::from) == Some(line_id) && self.customers.contains(&customer)
    }
}

#[derive(sqlx::FromRow)]
struct DecisionRow {
    id: Uuid,
    engagement_id: Uuid,
    line_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    purpose: String,
    is_allowed: bool,
    result: Json<Value>,
    facts_hash: Vec<u8>,
    decided_at: DateTime<Utc>,
    decided_by: Option<Uuid>,
}

impl DecisionRow {
    fn read(self) -> Result<Decision> {
        Ok(Decision {
            id: self.id,
            engagement_id: self.engagement_id.into(),
            line_id: self.line_id.map(LineId::from),
            customer_id: self.customer_id.map(CustomerId::from),
            purpose: self.purpose,
            is_allowed: self.is_allowed,
            result: self.result.0,
            facts_hash: digest("gate_decisions", "facts_hash", &self.facts_hash)?,
            recorded: Recorded {
                at: self.decided_at,
                by: self.decided_by.map(StaffId::from),
            },
        })
    }
}

#[derive(sqlx::FromRow)]
struct ActivationRow {
    id: Uuid,
    engagement_id: Uuid,
    line_id: Option<Uuid>,
    customer_id: Option<Uuid>,
    decision_id: Uuid,
    activated_at: DateTime<Utc>,
    activated_by: Uuid,
}

impl From<ActivationRow> for Activation {
    fn from(row: ActivationRow) -> Self {
        Self {
            id: row.id.into(),
            engagement_id: row.engagement_id.into(),
            line_id: row.line_id.map(LineId::from),
            customer_id: row.customer_id.map(CustomerId::from),
            customers: Vec::new(),
            decision_id: row.decision_id,
            activated_at: row.activated_at,
            activated_by: row.activated_by.into(),
        }
    }
}

/// Keeps a decision.
pub async fn append_decision(tx: &mut Tx, decision: &Decision) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO gate_decisions (id, engagement_id, line_id, customer_id, purpose, is_allowed, result,
                                         facts_hash, decided_at, decided_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(decision.id)
        .bind(decision.engagement_id.uuid())
        .bind(decision.line_id.map(Uuid::from))
        .bind(decision.customer_id.map(Uuid::from))
        .bind(&decision.purpose)
        .bind(decision.is_allowed)
        .bind(Json(&decision.result))
        .bind(decision.facts_hash.bytes().to_vec())
        .bind(decision.recorded.at)
        .bind(decision.recorded.by.map(Uuid::from))
        .execute(c)
        .await
        .map(drop)
    })?;
    Ok(())
}

/// Records that an engagement is in use, on a decision that is kept already.
pub async fn append_activation(tx: &mut Tx, activation: &Activation) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO activations (id, engagement_id, line_id, customer_id, decision_id, activated_at, activated_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(activation.id.uuid())
        .bind(activation.engagement_id.uuid())
        .bind(activation.line_id.map(Uuid::from))
        .bind(activation.customer_id.map(Uuid::from))
        .bind(activation.decision_id)
        .bind(activation.activated_at)
        .bind(activation.activated_by.uuid())
        .execute(c)
        .await
        .map(drop)
    })?;
    for customer in &activation.customers {
        on!(tx, |c| {
            sqlx::query("INSERT INTO activation_customers (activation_id, customer_id) VALUES ($1, $2)")
                .bind(activation.id.uuid())
                .bind(customer.uuid())
                .execute(c)
                .await
                .map(drop)
        })?;
    }
    Ok(())
}

/// The decisions on an engagement, newest first.
pub async fn list_decisions(tx: &mut Tx, id: EngagementId) -> Result<Vec<Decision>> {
    let rows: Vec<DecisionRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, engagement_id, line_id, customer_id, purpose, is_allowed, result, facts_hash, decided_at, decided_by
             FROM gate_decisions WHERE engagement_id = $1 ORDER BY decided_at DESC, id DESC",
        )
        .bind(id.uuid())
        .fetch_all(c)
        .await
    })?;
    rows.into_iter().map(DecisionRow::read).collect()
}

/// The activations of an engagement, in the order they happened.
pub async fn list_activations(tx: &mut Tx, id: EngagementId) -> Result<Vec<Activation>> {
    let rows: Vec<ActivationRow> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT id, engagement_id, line_id, customer_id, decision_id, activated_at, activated_by
             FROM activations WHERE engagement_id = $1 ORDER BY activated_at, id",
        )
        .bind(id.uuid())
        .fetch_all(c)
        .await
    })?;
    let customers: Vec<(Uuid, Uuid)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT c.activation_id, c.customer_id FROM activation_customers c
             JOIN activations a ON a.id = c.activation_id WHERE a.engagement_id = $1 ORDER BY c.customer_id",
        )
        .bind(id.uuid())
        .fetch_all(c)
        .await
    })?;
    let mut all: Vec<Activation> = rows.into_iter().map(Activation::from).collect();
    for one in &mut all {
        let own = customers.iter().filter(|(id, _)| *id == one.id.uuid());
        one.customers = own.map(|(_, customer)| CustomerId::from(*customer)).collect();
    }
    Ok(all)
}

/// How far what a line announces has started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineStart {
    /// The line.
    pub line_id: LineId,
    /// For how many customers it was started one by one.
    pub customers: i64,
    /// Whether it was started for everybody at once.
    pub is_for_all: bool,
}

/// How far lines have started, without those that have not.
pub async fn list_starts(tx: &mut Tx, lines: Of<'_>) -> Result<Vec<LineStart>> {
    let sql = format!(
        "SELECT line_id, COUNT(customer_id), COUNT(*) FROM activations
         WHERE line_id IS NOT NULL AND {} GROUP BY line_id ORDER BY line_id",
        lines.among(tx, "line_id")
    );
    let rows: Vec<(Uuid, i64, i64)> = lines.rows(tx, sql).await?;
    Ok(rows
        .into_iter()
        .map(|(line, customers, all)| LineStart {
            line_id: line.into(),
            customers,
            is_for_all: all > customers,
        })
        .collect())
}

/// Whether what a line announces has started for a customer.
pub async fn has_started(tx: &mut Tx, line: &Line, customer_id: Uuid) -> Result<bool> {
    let all = list_activations(tx, line.engagement_id.into()).await?;
    Ok(all
        .iter()
        .any(|activation| activation.covers(line.id, customer_id.into())))
}
