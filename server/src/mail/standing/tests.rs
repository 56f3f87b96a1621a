use chrono::{DateTime, TimeDelta, Utc};
use domain::delivery::{DeliveryState, delivery_state};
use domain::report::Report;
use uuid::Uuid;

use super::*;
use crate::keys::Sealed;

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
    delivery_state(&fold(&results, state, &[], None, LATE).attempts, false, false)
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
        (
            vec![(1, Relay(Unknown))],
            MailState::Cancelled,
            DeliveryState::Unknown,
        ),
    ] {
        assert_eq!(reached(&outcomes, state), delivery, "{outcomes:?} {state}");
    }
}

const LATE: TimeDelta = TimeDelta::hours(72);

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
}

fn report(report: Report, relay_id: &str, seconds: i64) -> MailEvent {
    MailEvent {
        id: Uuid::nil(),
        digest: Vec::new(),
        report,
        mail_id: None,
        relay_id: Some(relay_id.to_owned()),
        occurred_at: at(seconds),
        received_at: at(seconds),
        payload: Sealed {
            key_id: String::new(),
            bytes: Vec::new(),
        },
    }
}

fn replies(outcomes: &[AttemptOutcome]) -> Vec<AttemptResult> {
    let result = |(no, outcome): (i64, &AttemptOutcome)| AttemptResult {
        attempt_no: no,
        outcome: *outcome,
        reply: String::new(),
        recorded_at: at(0),
    };
    (1..).zip(outcomes).map(result).collect()
}

const TAKEN: AttemptOutcome = AttemptOutcome::Relay(Verdict::Accepted);
const NO_ANSWER: AttemptOutcome = AttemptOutcome::Relay(Verdict::Unknown);
const REFUSED: AttemptOutcome = AttemptOutcome::Relay(Verdict::Permanent);

/// Where the delivery stands, and whether a person should look.
fn stands(outcomes: &[AttemptOutcome], reports: &[MailEvent]) -> (DeliveryState, bool) {
    let way = fold(
        &replies(outcomes),
        MailState::Accepted,
        reports,
        Some(at(0)),
        LATE,
    );
    (delivery_state(&way.attempts, false, false), way.is_contradicted)
}

/// Every order of the items.
fn orders<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    (0..items.len())
        .flat_map(|first| {
            let mut rest = items.to_vec();
            let first = rest.remove(first);
            orders(&rest).into_iter().map(move |mut order| {
                order.insert(0, first.clone());
                order
            })
        })
        .collect()
}

#[test]
fn neither_order_nor_repetition_of_reports_matters() {
    use Report::{Complaint, Deferred, Delivered, HardBounce, Request};
    let all = [
        report(Request, "a", 1),
        report(Deferred, "a", 2),
        report(Delivered, "a", 3),
        report(HardBounce, "a", 4),
        report(Complaint, "b", 5),
    ];
    for size in 0..=all.len() {
        let some = &all[..size];
        let expected = stands(&[TAKEN], some);
        for order in orders(some) {
            assert_eq!(stands(&[TAKEN], &order), expected, "{order:?}");
            let twice: Vec<MailEvent> = order.iter().chain(&order).cloned().collect();
            assert_eq!(stands(&[TAKEN], &twice), expected, "{twice:?}");
        }
    }
}

#[test]
fn what_a_report_does_to_a_delivery() {
    use Report::{
        Blocked, Complaint, Deferred, Delivered, Error, HardBounce, InvalidAddress, Request, SoftBounce,
        Unsubscribed,
    };
    for (reports, expected) in [
        (vec![Request], DeliveryState::Sent),
        (vec![Deferred], DeliveryState::Sent),
        (vec![Unsubscribed], DeliveryState::Sent),
        (vec![Request, Delivered], DeliveryState::Delivered),
        (vec![Delivered, Unsubscribed], DeliveryState::Delivered),
        (vec![Request, Deferred, Delivered], DeliveryState::Delivered),
        (vec![Request, HardBounce], DeliveryState::HardBounce),
        (vec![Request, Deferred, SoftBounce], DeliveryState::HardBounce),
        (vec![InvalidAddress], DeliveryState::HardBounce),
        (vec![Request, Blocked], DeliveryState::Suppressed),
        (vec![Error], DeliveryState::Suppressed),
        (vec![Delivered, HardBounce], DeliveryState::LateBounce),
        (vec![Delivered, Complaint], DeliveryState::Complaint),
    ] {
        let events: Vec<MailEvent> = (1..)
            .zip(&reports)
            .map(|(at, kind)| report(*kind, "a", at))
            .collect();
        assert_eq!(stands(&[TAKEN], &events), (expected, false), "{reports:?}");
    }
}

#[test]
fn of_two_copies_the_better_one_counts() {
    let bounced = report(Report::HardBounce, "a", 1);
    let delivered = report(Report::Delivered, "b", 2);
    let doubted = [NO_ANSWER, TAKEN];
    assert_eq!(
        stands(&doubted, &[bounced.clone(), delivered]),
        (DeliveryState::Delivered, false)
    );
    assert_eq!(stands(&doubted, &[bounced]), (DeliveryState::HardBounce, false));
    // Both were taken, and one of them has not been heard of.
    let other = report(Report::HardBounce, "b", 1);
    assert_eq!(stands(&[TAKEN, TAKEN], &[other]), (DeliveryState::Sent, false));
}

#[test]
fn good_news_after_bad_is_for_a_person() {
    let bounced = report(Report::HardBounce, "a", 1);
    let delivered = report(Report::Delivered, "a", 2);
    assert_eq!(
        stands(&[TAKEN], &[bounced, delivered.clone()]),
        (DeliveryState::LateBounce, true)
    );
    assert_eq!(stands(&[REFUSED], &[delivered]), (DeliveryState::Delivered, true));
}

#[test]
fn a_bounce_after_the_late_bounce_period_is_a_late_one() {
    let late = report(Report::SoftBounce, "a", LATE.num_seconds());
    assert_eq!(stands(&[TAKEN], &[late]), (DeliveryState::LateBounce, false));
}
