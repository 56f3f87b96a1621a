//! From what is known about a mail's attempts to the state of the delivery it carries, by the domain's one mapping.

use chrono::{DateTime, Utc};
use domain::delivery::{AttemptEvent, AttemptStanding, AttemptState, DeliveryState, delivery_state};
use uuid::Uuid;

use super::outcome::Verdict;
use super::state::{AttemptOutcome, MailState};
use crate::store::deliveries::{self, Delivery};
use crate::store::mails::{self, AttemptResult};
use crate::store::{Result, Tx};

/// Moves the delivery that the mail carries, if it carries one, after the mail came to stand as `state`.
pub async fn move_delivery(
    tx: &mut Tx,
    mail_id: Uuid,
    state: MailState,
    accepted_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(before) = deliveries::find_by_mail(tx, mail_id).await? else {
        return Ok(());
    };
    let attempts = standings(&mails::list_results(tx, mail_id).await?, state);
    let is_fallback_queued = before.state == DeliveryState::FallbackQueued;
    let reached = delivery_state(&attempts, before.acknowledged_at.is_some(), is_fallback_queued);
    // What was known stays known: a mail that is sent again after a bounce has bounced until it is taken.
    if reached <= before.state {
        return Ok(());
    }
    let is_bounce = reached == DeliveryState::HardBounce;
    let after = Delivery {
        state: reached,
        accepted_at: accepted_at.or(before.accepted_at),
        bounced_at: if is_bounce { Some(now) } else { before.bounced_at },
        ..before.clone()
    };
    deliveries::advance(tx, &before, &after, now).await
}

/// Each attempt as the domain sees it; how the mail stands tells what no single reply does.
fn standings(results: &[AttemptResult], state: MailState) -> Vec<AttemptStanding> {
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
            Some((_, state)) => *state = state.next(event),
            None => attempts.push((0, event.leads_to())),
        }
    }
    let standing = |(_, state)| AttemptStanding {
        state,
        is_settled: false,
        was_delivered: false,
    };
    attempts.into_iter().map(standing).collect()
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
mod tests {
    use super::*;

    fn reached(outcomes: &[(i64, AttemptOutcome)], state: MailState) -> DeliveryState {
        let results: Vec<AttemptResult> = outcomes
            .iter()
            .map(|(attempt_no, outcome)| AttemptResult {
                attempt_no: *attempt_no,
                outcome: *outcome,
                reply: String::new(),
                recorded_at: DateTime::UNIX_EPOCH,
            })
            .collect();
        delivery_state(&standings(&results, state), false, false)
    }

    #[test]
    fn a_mail_and_its_delivery() {
        use AttemptOutcome::{Poison, Relay, Resent};
        use Verdict::{Accepted, Permanent, RelayDown, Transient, Unknown};
        for (outcomes, state, delivery) in [
            (
                vec![(1, Relay(Accepted))],
                MailState::Accepted,
                DeliveryState::Sent,
            ),
            (
                vec![(1, Relay(Transient))],
                MailState::Queued,
                DeliveryState::Deferred,
            ),
            (
                vec![(1, Relay(Transient)), (2, Relay(Accepted))],
                MailState::Accepted,
                DeliveryState::Sent,
            ),
            (
                vec![(1, Relay(Transient)), (2, Relay(Transient))],
                MailState::Failed,
                DeliveryState::HardBounce,
            ),
            (
                vec![(1, Relay(Unknown))],
                MailState::Unknown,
                DeliveryState::Unknown,
            ),
            (
                vec![(1, Relay(Unknown)), (1, Relay(Accepted))],
                MailState::Accepted,
                DeliveryState::Sent,
            ),
            (
                vec![(1, Relay(RelayDown))],
                MailState::Queued,
                DeliveryState::Queued,
            ),
            (
                vec![(1, Relay(Permanent))],
                MailState::Failed,
                DeliveryState::HardBounce,
            ),
            (
                vec![(1, Relay(Permanent)), (1, Resent), (2, Relay(Accepted))],
                MailState::Accepted,
                DeliveryState::Sent,
            ),
            (vec![(1, Poison)], MailState::Failed, DeliveryState::HardBounce),
            (vec![], MailState::Cancelled, DeliveryState::Cancelled),
        ] {
            assert_eq!(reached(&outcomes, state), delivery, "{outcomes:?} {state}");
        }
    }
}
