//! How changes, authorisations and objections stood at an instant that has passed, read from what happened to each of them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::authorisation::AuthorisationState;
use domain::change::ChangeState;
use domain::objection::ObjectionState;
use uuid::Uuid;

use super::changes::{self, Change, NEWEST_FIRST};
use super::lines::{Line, get_line};
use super::{Of, Result, Tx, parsed};

/// The line by which customers had last been told of an engagement at `t`, with its change in the state that it had then.
pub async fn find_announced_line_as_of(
    tx: &mut Tx,
    engagement_id: Uuid,
    t: DateTime<Utc>,
) -> Result<Option<(Line, Change)>> {
    let sql = format!(
        "SELECT l.id, s.state FROM lines l JOIN changes c ON c.id = l.change_id
         JOIN change_states s ON s.change_id = c.id AND s.seq = (
             SELECT MAX(n.seq) FROM change_states n WHERE n.change_id = c.id AND n.recorded_at <= $2)
         WHERE l.engagement_id = $1 AND s.state IN ('DISPATCHING', 'OPEN', 'CLOSED')
         ORDER BY {NEWEST_FIRST}, l.position LIMIT 1"
    );
    let found: Option<(Uuid, String)> = on!(&mut *tx, |c| {
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(engagement_id)
            .bind(t)
            .fetch_optional(c)
            .await
    })?;
    let Some((id, state)) = found else { return Ok(None) };
    let state: ChangeState = parsed("change_states", "state", &state)?;
    let line = get_line(tx, id).await?;
    let change = changes::get(tx, line.change_id).await?;
    Ok(Some((line, Change { state, ..change })))
}

/// The state that each authorisation of a line had at `t`; those that came later are left out.
pub async fn list_authorisation_states_as_of(
    tx: &mut Tx,
    line_id: Uuid,
    t: DateTime<Utc>,
) -> Result<HashMap<Uuid, AuthorisationState>> {
    let rows: Vec<(Uuid, String)> = on!(tx, |c| {
        sqlx::query_as(
            "SELECT a.id, s.state FROM authorisations a JOIN authorisation_states s ON s.authorisation_id = a.id
             WHERE a.line_id = $1 AND s.seq = (
                 SELECT MAX(n.seq) FROM authorisation_states n WHERE n.authorisation_id = a.id AND n.recorded_at <= $2)",
        )
        .bind(line_id)
        .bind(t)
        .fetch_all(c)
        .await
    })?;
    rows.into_iter()
        .map(|(id, state)| Ok((id, parsed("authorisation_states", "state", &state)?)))
        .collect()
}

/// The states of each objection about a line, each with its beginning, oldest first.
pub async fn list_objection_states(
    tx: &mut Tx,
    line_id: Uuid,
    whom: Of<'_>,
) -> Result<HashMap<Uuid, Vec<(DateTime<Utc>, ObjectionState)>>> {
    let sql = format!(
        "SELECT e.objection_id, e.recorded_at, e.to_state FROM objection_events e
         JOIN objections o ON o.id = e.objection_id JOIN authorisations a ON a.id = o.authorisation_id
         WHERE a.line_id = $2 AND {} ORDER BY e.objection_id, e.seq",
        whom.among(tx, "a.customer_id")
    );
    let rows: Vec<(Uuid, DateTime<Utc>, String)> = whom.rows_with(tx, sql, line_id).await?;
    let mut states: HashMap<Uuid, Vec<_>> = HashMap::new();
    for (objection, at, state) in rows {
        let state = parsed("objection_events", "to_state", &state)?;
        states.entry(objection).or_default().push((at, state));
    }
    Ok(states)
}
