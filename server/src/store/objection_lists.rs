//! Lists of cases with what they are about: a page of all, and those that stand somewhere with what their times are counted by.

use std::collections::HashMap;

use domain::id::EngagementId;
use domain::objection::ObjectionState;
use domain::organisation::OrganisationFacts;
use domain::policy::Policy;
use sqlx::types::Json;
use uuid::Uuid;

use super::objections::{Event, Objection, Row, list_events_of};
use super::{Of, Result, StoreError, Tx};

/// One case as the list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The case.
    pub objection: Objection,
    /// The customer's name.
    pub customer: String,
    /// The company that it is about, as the line names it.
    pub company: OrganisationFacts,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    customer_name: String,
    company: Json<OrganisationFacts>,
    #[sqlx(flatten)]
    case: Row,
}

impl TryFrom<ListedRow> for Listed {
    type Error = StoreError;

    fn try_from(found: ListedRow) -> Result<Self> {
        Ok(Self {
            objection: Objection::try_from(found.case)?,
            customer: found.customer_name,
            company: found.company.0,
        })
    }
}

const LISTED: &str = "u.name AS customer_name, v.facts AS company, o.* FROM objections o
     JOIN customers u ON u.id = o.customer_id JOIN lines l ON l.id = o.line_id
     JOIN organisation_versions v ON v.id = l.organisation_version_id";

/// A page of all cases, newest first, and how many there are.
pub async fn page(tx: &mut Tx, (limit, offset): (i64, i64)) -> Result<(Vec<Listed>, i64)> {
    let total: i64 = on!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM objections"
    )
    .fetch_one(c)
    .await)?;
    let sql = format!("SELECT {LISTED} ORDER BY o.submitted_at DESC, o.id DESC LIMIT $1 OFFSET $2");
    let rows: Vec<ListedRow> = on!(tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(limit)
            .bind(offset)
            .fetch_all(c)
            .await
    })?;
    let cases = rows.into_iter().map(Listed::try_from).collect::<Result<_>>()?;
    Ok((cases, total))
}

/// A case with what its times are counted by.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed {
    /// The engagement that it is about.
    pub engagement_id: EngagementId,
    /// The case as the list shows it.
    pub listed: Listed,
    /// The customer's terms, as frozen with the notice.
    pub policy: Policy,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// The cases in one of these states, newest first. As many reads for all of them as for one.
pub async fn list_in_states(tx: &mut Tx, states: &[ObjectionState]) -> Result<Vec<Timed>> {
    #[derive(sqlx::FromRow)]
    struct Found {
        terms: Json<Policy>,
        engagement_id: Uuid,
        #[sqlx(flatten)]
        found: ListedRow,
    }
    if states.is_empty() {
        return Ok(Vec::new());
    }
    let states: Vec<String> = states
        .iter()
        .map(|state| format!("'{}'", state.as_str()))
        .collect();
    let sql = format!(
        "SELECT p.terms, l.engagement_id, {LISTED} JOIN authorisations a ON a.id = o.authorisation_id JOIN policies p ON p.id = a.policy_id
         WHERE o.state IN ({}) ORDER BY o.submitted_at DESC, o.id DESC",
        states.join(", ")
    );
    let rows: Vec<Found> = on!(&mut *tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(c).await
    })?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.found.case.id).collect();
    let mut events: HashMap<Uuid, Vec<Event>> = HashMap::new();
    for event in list_events_of(tx, Of::These(&ids)).await? {
        events.entry(event.objection_id).or_default().push(event);
    }
    rows.into_iter()
        .map(|row| {
            let listed = Listed::try_from(row.found)?;
            Ok(Timed {
                engagement_id: row.engagement_id.into(),
                events: events.remove(&listed.objection.id).unwrap_or_default(),
                policy: row.terms.0,
                listed,
            })
        })
        .collect()
}
