//! What a fall of adequacy leaves without a mechanism: it is suspended, its data is stopped, and something else is sought.

use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::gate::{RegisterFacts, evaluate_register};
use domain::id::{EngagementId, TaskId};
use domain::role::Role;
use domain::words::day;
use serde_json::json;

use super::loss::{Plan, Struck, title_of};
use crate::AppState;
use crate::access::Staff;
use crate::audit::Subject;
use crate::http::HttpError;
use crate::jobs::nightly::stop_the_flow;
use crate::register::judge;
use crate::register::load::path;
use crate::store::Tx;
use crate::store::activations::{self, append_decision};
use crate::store::engagements::append_engagement_state;
use crate::store::tasks::{Task, open_task};
use crate::store::version::Recorded;

/// The kind of task that asks for another mechanism, about an engagement.
pub const MECHANISM_SOUGHT: &str = "MECHANISM_SOUGHT";

/// Stops an engagement that is left without a mechanism, with the decision of its gates; an operator has to stop the data.
///
/// # Errors
/// When the database is away.
pub(super) async fn suspend(
    tx: &mut Tx,
    state: &AppState,
    staff: &Staff,
    plan: &Plan,
    one: &Struck,
) -> Result<(), HttpError> {
    let now = state.clock.now();
    let from = one.judged.current.state.state;
    let to = from
        .next(EngagementEvent::Suspend)
        .map_err(|refused| HttpError::conflict(refused.to_string()))?;
    let reason = format!(
        "{} is {} since {}, and nothing stands ready to take over",
        plan.after.instrument,
        plan.after.status.label(),
        day(plan.after.status_since)
    );
    let by = Recorded::by(staff.id, now);
    append_engagement_state(tx, state.random.id(now), one.id(), (from, to), by, Some(&reason)).await?;
    let facts = facts_now(tx, one.id()).await?;
    let decision = evaluate_register(&facts, now);
    let kept = activations::Decision {
        id: state.random.id(now),
        engagement_id: one.id(),
        line_id: None,
        customer_id: None,
        purpose: EngagementEvent::Suspend.as_str().to_owned(),
        is_allowed: decision.allowed,
        result: serde_json::to_value(&decision).unwrap_or_default(),
        facts_hash: facts.facts_hash,
        recorded: by,
    };
    append_decision(tx, &kept).await?;
    let payload = json!({ "before": from, "after": to, "reason": reason });
    let subject = Subject::of("engagement", one.id().uuid());
    staff
        .record(tx, state, "engagement.suspended", subject, payload)
        .await?;
    open_task(tx, &stop_the_flow(state, &one.judged, &reason)).await?;
    Ok(())
}

async fn facts_now(tx: &mut Tx, id: EngagementId) -> Result<RegisterFacts, HttpError> {
    let judged = judge(tx, id, None).await?.ok_or(HttpError::NotFound)?;
    Ok(judged.facts)
}

/// A task: something else has to allow its transfers.
pub(super) fn search_for_a_mechanism(state: &AppState, plan: &Plan, one: &Struck) -> Task {
    let now = state.clock.now();
    let next = match one.judged.current.state.state {
        EngagementState::Offboarding => "it is being ended, and data must not go there any more",
        state if state.is_listed() => "find another mechanism, or end it",
        _ => "find another mechanism before it starts",
    };
    Task {
        id: TaskId::from(state.random.id(now)),
        kind: MECHANISM_SOUGHT.to_owned(),
        role: Role::LegalEditor,
        title: format!(
            "{}: transfers to {} have lost their mechanism; {next}",
            title_of(one),
            plan.after.country.label()
        ),
        path: path(&one.judged.current),
        about_id: Some(one.id().uuid()),
        due_on: Some(state.publisher().zone.local_date(now)),
        created_at: now,
        done: None,
    }
}
