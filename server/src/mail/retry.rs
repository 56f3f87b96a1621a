//! When a mail is tried again, and when no more.

use chrono::{DateTime, TimeDelta, Utc};

use super::outcome::Verdict;
use super::state::AttemptOutcome;

/// How long 4xx replies are put up with, from the first one on: well inside a window of 30 days.
pub const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(72);
/// Attempts without an answer after the dot, before a person decides; each may have reached the recipient.
const MOST_UNKNOWN: usize = 5;
const FIRST: TimeDelta = TimeDelta::minutes(1);
const LONGEST: TimeDelta = TimeDelta::hours(6);

/// What happens after an attempt that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Again then; given up at the second instant.
    Again(DateTime<Utc>, DateTime<Utc>),
    /// No more.
    GiveUp(&'static str),
}

/// After a 4xx. `earlier` are all outcomes of the mail before this one, oldest first; `spread` is random.
#[must_use]
pub fn after_transient(
    earlier: &[AttemptOutcome],
    give_up_at: DateTime<Utc>,
    now: DateTime<Utc>,
    spread: u8,
) -> Next {
    let n = counted(earlier, Verdict::Transient);
    // A relay that was away for days must not use up the time of a mail it never looked at.
    let give_up_at = if n == 0 { now + GIVE_UP_AFTER } else { give_up_at };
    if now >= give_up_at {
        return Next::GiveUp("the relay has put it off for 72 hours");
    }
    Next::Again(now + delay(n, spread), give_up_at)
}

/// After silence following the dot: wait for a later word, then send again.
#[must_use]
pub fn after_unknown(
    earlier: &[AttemptOutcome],
    give_up_at: DateTime<Utc>,
    now: DateTime<Utc>,
    wait: TimeDelta,
) -> Next {
    let n = counted(earlier, Verdict::Unknown);
    if n + 1 >= MOST_UNKNOWN {
        return Next::GiveUp(
            "five attempts ended without an answer, so it may have arrived: ask before sending again",
        );
    }
    Next::Again(now + wait * (1 << n), give_up_at.max(now + GIVE_UP_AFTER))
}

/// `min(6 h, 1 min × 2^n) ± 20 %`.
fn delay(n: usize, spread: u8) -> TimeDelta {
    let factor = 1_i32 << n.min(12);
    let base = (FIRST * factor).min(LONGEST);
    // 0 … 255 becomes 0.8 … 1.2.
    base * (800 + i32::from(spread) * 400 / 255) / 1000
}

/// How often since the last time a person had it sent again.
fn counted(earlier: &[AttemptOutcome], verdict: Verdict) -> usize {
    let since = earlier
        .iter()
        .rposition(|o| *o == AttemptOutcome::Resent)
        .map_or(0, |at| at + 1);
    earlier[since..]
        .iter()
        .filter(|o| **o == AttemptOutcome::Relay(verdict))
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: AttemptOutcome = AttemptOutcome::Relay(Verdict::Transient);
    const U: AttemptOutcome = AttemptOutcome::Relay(Verdict::Unknown);
    const DOWN: AttemptOutcome = AttemptOutcome::Relay(Verdict::RelayDown);

    fn now() -> DateTime<Utc> {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn waits_double_from_a_minute_to_six_hours() {
        let minutes = |n, spread| delay(n, spread).num_milliseconds() as f64 / 60_000.0;
        assert_eq!((minutes(0, 0), minutes(0, 255)), (0.8, 1.2));
        for (n, expected) in [(0, 1.0), (1, 2.0), (2, 4.0), (8, 256.0), (9, 360.0), (40, 360.0)] {
            let got = minutes(n, 127);
            assert!((got / expected - 1.0).abs() < 0.01, "{n}: {got}");
        }
    }

    #[test]
    fn only_what_the_relay_said_about_this_mail_counts() {
        let Next::Again(at, give_up) = after_transient(&[DOWN, DOWN, DOWN], now(), now(), 0) else {
            panic!()
        };
        assert_eq!(
            (at - now(), give_up - now()),
            (TimeDelta::seconds(48), GIVE_UP_AFTER)
        );
        let Next::Again(at, _) = after_transient(&[T, T, T, AttemptOutcome::Resent], now(), now(), 0) else {
            panic!()
        };
        assert_eq!(at - now(), TimeDelta::seconds(48));
    }

    #[test]
    fn it_is_given_up_after_72_hours_of_being_put_off() {
        let limit = now() + GIVE_UP_AFTER;
        assert!(matches!(
            after_transient(&[T], limit, limit - TimeDelta::microseconds(1), 0),
            Next::Again(..)
        ));
        assert!(matches!(after_transient(&[T], limit, limit, 0), Next::GiveUp(_)));
    }

    #[test]
    fn a_person_decides_after_five_silences() {
        let wait = TimeDelta::seconds(60);
        for (n, seconds) in [(0, 60), (1, 120), (2, 240), (3, 480)] {
            let earlier = vec![U; n];
            let Next::Again(at, _) = after_unknown(&earlier, now(), now(), wait) else {
                panic!()
            };
            assert_eq!((at - now()).num_seconds(), seconds);
        }
        assert!(matches!(
            after_unknown(&[U; 4], now(), now(), wait),
            Next::GiveUp(_)
        ));
    }
}
