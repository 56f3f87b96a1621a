//! What the relay's replies and the mail service's reports say together of a mail's attempts: pure, and the same in
//! whatever order and however often they came in.
//!
//! A reply belongs to an attempt by its number. A report does not: all attempts of a mail carry the same correlation
//! header, and only the mail service's own name for what it took (`relay_id`) tells them apart. So each name is a try
//! of its own, and stands in the place of one acceptance.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::delivery::{AttemptEvent, AttemptStanding, AttemptState};

use super::outcome::Verdict;
use super::state::{AttemptOutcome, MailState};
use crate::store::attempts::AttemptResult;
use crate::store::mail_events::MailEvent;

/// All that is known about a mail's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Every try, for the domain's mapping to a delivery.
    pub attempts: Vec<AttemptStanding>,
    /// The first report that it came back.
    pub bounced_at: Option<DateTime<Utc>>,
    /// Whether it is said to have arrived after it was said not to: a person should look.
    pub is_contradicted: bool,
}

/// Folds what is known. `late_bounce` is how long after its acceptance (`accepted_at`) a mail counts as not yet arrived.
#[must_use]
pub fn fold(
    results: &[AttemptResult],
    state: MailState,
    reports: &[MailEvent],
    accepted_at: Option<DateTime<Utc>>,
    late_bounce: TimeDelta,
) -> Way {
    let replied = replied(results, state);
    let mut tries: BTreeMap<&str, Vec<(DateTime<Utc>, AttemptEvent)>> = BTreeMap::new();
    for report in reports {
        if let Some(event) = report.report.event() {
            let name = report.relay_id.as_deref().unwrap_or_default();
            tries.entry(name).or_default().push((report.occurred_at, event));
        }
    }
    let was_taken = replied
        .iter()
        .any(|state| matches!(state, AttemptState::Accepted | AttemptState::Unknown));
    let refused = replied
        .iter()
        .find(|state| state.has_failed())
        .filter(|_| !was_taken);
    let mut way = Way {
        attempts: Vec::new(),
        bounced_at: None,
        is_contradicted: false,
    };
    let mut explained = tries.len();
    for state in replied.iter().copied() {
        if state == AttemptState::Accepted && explained > 0 {
            explained -= 1;
        } else {
            way.attempts.push(AttemptStanding {
                state,
                is_settled: false,
                was_delivered: false,
            });
        }
    }
    for mut reports in tries.into_values() {
        reports.sort_unstable();
        // Whatever is reported, the mail service has it.
        let mut state = AttemptState::Accepted;
        let mut was_delivered = false;
        for (at, event) in reports {
            let arrived = event.leads_to().has_arrived();
            way.is_contradicted |= arrived
                && (state.is_contradicted_by(event)
                    || refused.is_some_and(|state| state.is_contradicted_by(event)));
            was_delivered |= arrived;
            if event == AttemptEvent::ReportBounced {
                was_delivered |= accepted_at.is_some_and(|accepted| at - accepted >= late_bounce);
                way.bounced_at = Some(way.bounced_at.map_or(at, |first| first.min(at)));
            }
            state = state.next(event);
        }
        way.attempts.push(AttemptStanding {
            state,
            is_settled: false,
            was_delivered,
        });
    }
    way
}

/// Each attempt by its replies; how the mail stands tells what no single reply does.
fn replied(results: &[AttemptResult], state: MailState) -> Vec<AttemptState> {
    let mut attempts: Vec<(i64, AttemptState)> = Vec::new();
    for result in results {
        if attempts.last().is_none_or(|(no, _)| *no != result.attempt_no) {
            attempts.push((result.attempt_no, AttemptState::Queued));
        }
        if let (Some(event), Some((_, state))) = (event(result.outcome), attempts.last_mut()) {
            *state = state.next(event);
        }
    }
    let last = match state {
        MailState::Failed => Some(AttemptEvent::GiveUp),
        MailState::Cancelled => Some(AttemptEvent::Cancel),
        MailState::Queued | MailState::Sending | MailState::Unknown | MailState::Accepted => None,
    };
    if let Some(event) = last {
        match attempts.last_mut() {
            // What may have left is not made unsent by calling off the next try.
            Some((_, AttemptState::Unknown)) if event == AttemptEvent::Cancel => {}
            Some((_, state)) => *state = state.next(event),
            None => attempts.push((0, event.leads_to())),
        }
    }
    attempts.into_iter().map(|(_, state)| state).collect()
}

/// What an outcome says about the mail; the relay's own troubles say nothing.
fn event(outcome: AttemptOutcome) -> Option<AttemptEvent> {
    match outcome {
        AttemptOutcome::Relay(Verdict::Accepted) => Some(AttemptEvent::Reply250),
        AttemptOutcome::Relay(Verdict::Transient) => Some(AttemptEvent::Reply4xx),
        AttemptOutcome::Relay(Verdict::Permanent) => Some(AttemptEvent::Reply5xx),
        AttemptOutcome::Relay(Verdict::Unknown) => Some(AttemptEvent::NoReply),
        AttemptOutcome::Poison => Some(AttemptEvent::Poison),
        AttemptOutcome::Relay(Verdict::Configuration | Verdict::RelayDown) | AttemptOutcome::Resent => None,
    }
}

#[cfg(test)]
mod tests;
