//! What can happen to an engagement outside a change: assessing it, turning it down, stopping and ending it. Confirming an
//! assessment has its own rules beside this. Announcing, clearing and activating belong to changes.

use std::collections::BTreeSet;

use app::register::state_step::StateStep;
use app::ui::ButtonKind;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use domain::change::ChangeState;
use domain::engagement::state::{EngagementEvent, EngagementState};
use domain::gate::{Decision, Gate, evaluate_register};
use domain::id::CustomerId;
use domain::legal_record::SccState;
use serde_json::json;

use super::gate_facts::{Judged, judge};
use super::shown::find_shown;
use super::sign_off::PART_MISSING;
use super::{load, page, reason};
use crate::AppState;
use crate::access::Staff;
use crate::audit::{Actor, Entry, Subject, append};
use crate::gates;
use crate::http::{HttpError, Posted};
use crate::store::activations::{self, append_decision};
use crate::store::changes::Change;
use crate::store::customers::find_customer;
use crate::store::engagements::append_engagement_state;
use crate::store::lines::{find_announced_line, find_unsettled_line, list_announced_lines};
use crate::store::listings::{ListingState, NewListing, append_listing, find_listing};
use crate::store::tasks::close_tasks_about;
use crate::store::version::Recorded;
use crate::store::{Tx, authorisations};

/// A button of this page.
struct Step {
    event: EngagementEvent,
    /// Last part of the address it posts to.
    place: &'static str,
    label: &'static str,
    explanation: &'static str,
    needs_reason: bool,
    kind: ButtonKind,
}

const STEPS: [Step; 8] = [
    Step {
        event: EngagementEvent::Assess,
        place: "assess",
        label: "Start the assessment",
        explanation: "Legal and security look at it. Company, purpose and locations must be filled.",
        needs_reason: false,
        kind: ButtonKind::Primary,
    },
    Step {
        event: EngagementEvent::Reassess,
        place: "reassess",
        label: "Assess again",
        explanation: "Takes it back because something has changed.",
        needs_reason: true,
        kind: ButtonKind::Secondary,
    },
    Step {
        event: EngagementEvent::Suspend,
        place: "suspend",
        label: "Suspend",
        explanation: "Stops the use for everybody. The public list goes on showing it.",
        needs_reason: true,
        kind: ButtonKind::Danger,
    },
    Step {
        event: EngagementEvent::Resume,
        place: "resume",
        label: "Resume",
        explanation: "Possible while all papers are in order, the facts are those announced, no gate is red for a customer it was active for, and it rested for 90 days at most.",
        needs_reason: true,
        kind: ButtonKind::Primary,
    },
    Step {
        event: EngagementEvent::Offboard,
        place: "offboard",
        label: "End this engagement",
        explanation: "Begins the end: access is revoked, data is returned or deleted. It stays on the list until that is done.",
        needs_reason: true,
        kind: ButtonKind::Danger,
    },
    Step {
        event: EngagementEvent::Remove,
        place: "remove",
        label: "Confirm that it has ended",
        explanation: "Access is revoked, deletion or return is certified, clauses are closed. It leaves the public list today.",
        needs_reason: true,
        kind: ButtonKind::Danger,
    },
    Step {
        event: EngagementEvent::Reject,
        place: "reject",
        label: "Turn it down",
        explanation: "It will not be used. It stays on file.",
        needs_reason: true,
        kind: ButtonKind::Danger,
    },
    Step {
        event: EngagementEvent::Cancel,
        place: "cancel",
        label: "Drop it",
        explanation: "It will not be used after all. It stays on file.",
        needs_reason: true,
        kind: ButtonKind::Danger,
    },
];

/// What this person can let happen now, and what stands in the way.
pub(super) fn steps(
    staff: &Staff,
    judged: &Judged,
    decision: &Decision,
    change: Option<&Change>,
) -> Vec<StateStep> {
    let state = judged.current.state.state;
    STEPS
        .iter()
        .filter(|step| state.next(step.event).is_ok())
        .filter(|step| {
            step.event
                .permission()
                .is_some_and(|permission| staff.may(permission))
        })
        .map(|step| StateStep {
            label: step.label.to_owned(),
            action: format!("{}/{}", load::path(&judged.current), step.place),
            explanation: step.explanation.to_owned(),
            refused: guard(step.event, judged, decision, change)
                .err()
                .map(|why| why.join("; ")),
            needs_reason: step.needs_reason,
            kind: step.kind,
            seen: None,
            typed: String::new(),
            error: None,
        })
        .collect()
}

/// What must hold beyond the state itself; every reason why it does not.
fn guard(
    event: EngagementEvent,
    judged: &Judged,
    decision: &Decision,
    change: Option<&Change>,
) -> Result<(), Vec<String>> {
    let facts = &judged.facts;
    let mut reasons = Vec::new();
    match event {
        EngagementEvent::Assess => {
            if !facts.engagement.purpose.is_known() {
                reasons.push("the purpose is unknown".to_owned());
            }
            if !facts.engagement.locations.is_known() {
                reasons.push("the locations are unknown".to_owned());
            }
        }
        EngagementEvent::Resume => {
            reasons.extend(red(decision));
        }
        EngagementEvent::Remove => {
            for (number, set) in &facts.clauses {
                let standing = &set.body.standing.state;
                if matches!(standing, SccState::InForce | SccState::Suspended) {
                    let standing = standing.label();
                    reasons.push(format!(
                        "set of clauses {number} is {standing}: record its end first"
                    ));
                }
            }
        }
        EngagementEvent::Cancel | EngagementEvent::Reassess | EngagementEvent::Reject => {
            if let Some(change) = change.filter(|change| is_under_way(change.state)) {
                reasons.push(format!(
                    "change {} announces it: return that to draft, or cancel it, which tells everybody",
                    change.number
                ));
            }
        }
        _ => {}
    }
    if reasons.is_empty() { Ok(()) } else { Err(reasons) }
}

/// What is red, as reasons why something is not possible.
pub(super) fn red(decision: &Decision) -> Vec<String> {
    let reasons = decision.reasons.iter();
    reasons
        .map(|r| format!("{}: {} ({})", r.gate, r.detail, r.code))
        .collect()
}

/// The state after an event, or that there is no such step.
pub(super) fn after(from: EngagementState, event: EngagementEvent) -> Result<EngagementState, HttpError> {
    from.next(event)
        .map_err(|refused| HttpError::conflict(sentence(&refused.to_string())))
}

/// Whether others are at work on a change that is not over, or were told of it.
fn is_under_way(state: ChangeState) -> bool {
    matches!(
        state,
        ChangeState::InReview | ChangeState::Approved | ChangeState::Dispatching | ChangeState::Open
    )
}

/// Takes one step, or says every reason why not.
async fn take(
    state: AppState,
    staff: Staff,
    slug: String,
    posted: Posted,
    event: EngagementEvent,
) -> Result<Response, HttpError> {
    let permission = event.permission().ok_or(HttpError::NotFound)?;
    staff.require(permission)?;
    let step = STEPS
        .iter()
        .find(|step| step.event == event)
        .ok_or(HttpError::NotFound)?;
    let mut tx = state.db.write().await?;
    let found = load::get(&mut tx, &slug).await?;
    let judged = judge(&mut tx, found.engagement.id, None)
        .await?
        .ok_or(HttpError::NotFound)?;
    let now = state.clock.now();
    let from = judged.current.state.state;
    let to = after(from, event)?;
    let decision = evaluate_register(&judged.facts, now);
    let change = find_unsettled_line(&mut tx, judged.current.engagement.id.uuid())
        .await?
        .map(|(_, change)| change);
    guard(event, &judged, &decision, change.as_ref()).map_err(|reasons| HttpError::Conflict {
        title: format!("“{}” is not possible now.", step.label),
        reasons,
    })?;
    if event == EngagementEvent::Resume {
        may_resume(&mut tx, &state, &judged, now).await?;
    }
    let reason = match reason::read(&posted, step.place, step.needs_reason) {
        Ok(reason) => reason,
        Err(refused) => {
            let mut data = page::view_of(&mut tx, &state, &staff, judged).await?;
            reason::put_back(refused, &mut data.steps)?;
            return Ok(page::show(&state, &staff, data));
        }
    };
    write(
        &state,
        &mut tx,
        &staff,
        &judged,
        (from, to),
        event,
        reason.as_deref(),
        &decision,
    )
    .await?;
    tx.commit().await?;
    staff
        .say(format!(
            "{}: {}.",
            load::title(&judged.current),
            to.label().to_lowercase()
        ))
        .await?;
    Ok(Redirect::to(&load::path(&judged.current)).into_response())
}

fn sentence(text: &str) -> String {
    format!("{}.", app::register::sentence(text))
}

/// Beyond the papers: the facts must be those announced, the rest not too long, and the customers' own gates green.
async fn may_resume(
    tx: &mut Tx,
    state: &AppState,
    judged: &Judged,
    now: DateTime<Utc>,
) -> Result<(), HttpError> {
    let mut reasons = Vec::new();
    let entry = &judged.current.state;
    if entry.state.has_rested_too_long(entry.recorded.at, now) {
        reasons.push(
            "it rested for more than 90 days: announce it again by a change, as a new subprocessor"
                .to_owned(),
        );
    }
    if let Some(shown) = find_shown(tx, &judged.current).await?
        && shown
            .needs_change(tx, judged, state.publisher().zone.local_date(now))
            .await?
    {
        reasons.push(format!("its facts differ from {}: open a change", shown.what()));
    }
    reasons.extend(of_customers(tx, state, judged, now).await?);
    if reasons.is_empty() {
        return Ok(());
    }
    Err(HttpError::Conflict {
        title: "“Resume” is not possible now.".to_owned(),
        reasons,
    })
}

/// What is red (G9 to G15) for the customers for whom it was active: each by the last line that gave them a say. Where
/// customers were told of something else since, the facts are no longer those of that line, and need not be.
async fn of_customers(
    tx: &mut Tx,
    state: &AppState,
    judged: &Judged,
    now: DateTime<Utc>,
) -> Result<Vec<String>, HttpError> {
    let id = judged.current.engagement.id;
    let active = activations::list_activations(tx, id).await?;
    let mut asked: BTreeSet<CustomerId> = BTreeSet::new();
    let mut reasons = Vec::new();
    let lines = list_announced_lines(tx, id.uuid()).await?;
    for (at, (line, change)) in lines.into_iter().enumerate() {
        let line_id = line.id;
        let zone = state.publisher().zone;
        let decided = gates::load(tx, zone, id, Some((change, line)), now)
            .await?
            .decide(now);
        for one in decided.customers {
            // Whoever was not told by this line may have been by an earlier one.
            let is_new = authorisations::find(tx, line_id, one.customer_id.uuid())
                .await?
                .is_some()
                && asked.insert(one.customer_id);
            if !is_new || !active.iter().any(|a| a.customers.contains(&one.customer_id)) {
                continue;
            }
            let customer = find_customer(tx, one.customer_id).await?;
            let name = customer.map_or_else(|| one.customer_id.to_string(), |customer| customer.name);
            let red = one
                .decision
                .reasons
                .iter()
                .filter(|r| !r.gate.is_about_register())
                .filter(|r| at == 0 || r.gate != Gate::G14);
            reasons.extend(red.map(|r| format!("{}, {name}: {} ({})", r.gate, r.detail, r.code)));
        }
    }
    Ok(reasons)
}

#[expect(
    clippy::too_many_arguments,
    reason = "one write: who, what, from where to where, why, on what grounds"
)]
pub(super) async fn write(
    state: &AppState,
    tx: &mut Tx,
    staff: &Staff,
    judged: &Judged,
    step: (EngagementState, EngagementState),
    event: EngagementEvent,
    reason: Option<&str>,
    decision: &Decision,
) -> Result<(), HttpError> {
    let now = state.clock.now();
    let id = judged.current.engagement.id;
    let by = Recorded::by(staff.id, now);
    append_engagement_state(tx, state.random.id(now), id, step, by, reason).await?;
    close_tasks_about(tx, PART_MISSING, id.uuid(), by).await?;
    if matches!(
        event,
        EngagementEvent::ConfirmAssessment | EngagementEvent::Resume
    ) {
        let kept = activations::Decision {
            id: state.random.id(now),
            engagement_id: id,
            line_id: None,
            customer_id: None,
            purpose: event.as_str().to_owned(),
            is_allowed: decision.allowed,
            result: serde_json::to_value(decision).unwrap_or_default(),
            facts_hash: judged.facts.facts_hash,
            recorded: by,
        };
        append_decision(tx, &kept).await?;
    }
    if event == EngagementEvent::Remove {
        leave_list(state, tx, judged, now).await?;
    }
    let entry = Entry {
        actor: Actor::Staff(staff.id.uuid()),
        action: action(event),
        subject: Subject::of("engagement", id.uuid()),
        payload: json!({ "before": step.0, "after": step.1, "reason": reason }),
    };
    append(tx, &state.keys, &state.random, now, entry).await?;
    Ok(())
}

async fn leave_list(
    state: &AppState,
    tx: &mut Tx,
    judged: &Judged,
    now: DateTime<Utc>,
) -> Result<(), HttpError> {
    let listing = find_listing(tx, judged.current.engagement.id).await?;
    // A change that announced the end has come to pass by it.
    let announced = find_announced_line(tx, judged.current.engagement.id.uuid()).await?;
    let line = announced.filter(|(line, _)| line.change_type.ends_engagement());
    if let Some(listing) = listing.filter(|listing| listing.row.listing != ListingState::Ended) {
        let ended = NewListing {
            id: state.random.id(now),
            listing: ListingState::Ended,
            line_id: line.map(|(line, _)| line.id.into()),
            recorded_at: now,
            ..listing.row
        };
        append_listing(tx, &ended).await?;
    }
    Ok(())
}

const fn action(event: EngagementEvent) -> &'static str {
    match event {
        EngagementEvent::Assess => "engagement.assessment_started",
        EngagementEvent::Reassess => "engagement.assessed_again",
        EngagementEvent::ConfirmAssessment => "engagement.assessment_confirmed",
        EngagementEvent::Suspend => "engagement.suspended",
        EngagementEvent::Resume => "engagement.resumed",
        EngagementEvent::Offboard => "engagement.offboarded",
        EngagementEvent::Remove => "engagement.removed",
        EngagementEvent::Reject => "engagement.rejected",
        EngagementEvent::Cancel => "engagement.cancelled",
        _ => "engagement.advanced",
    }
}

/// One handler per address, so that each asks for its own permission.
macro_rules! handlers {
    ($($name:ident $event:ident),+ $(,)?) => {$(
        pub async fn $name(
            State(state): State<AppState>,
            staff: Staff,
            Path(slug): Path<String>,
            posted: Posted,
        ) -> Result<Response, HttpError> {
            take(state, staff, slug, posted, EngagementEvent::$event).await
        }
    )+};
}

handlers! {
    assess Assess,
    reassess Reassess,
    suspend Suspend,
    resume Resume,
    offboard Offboard,
    remove Remove,
    reject Reject,
    cancel Cancel,
}
