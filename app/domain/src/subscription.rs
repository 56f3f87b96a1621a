//! Following the public list: asked for, confirmed by its owner, left in one step. Consent, and nothing else.
//!
//! Contract contacts are another list; nothing here ever touches them.

use chrono::{DateTime, TimeDelta, Utc};

use crate::transition::Refused;
use crate::word_set::words;

words! {
    /// Where a subscription is.
    "subscription state" SubscriptionState {
        /// Asked for; not confirmed by the owner of the address.
        Pending = "PENDING", "Pending";
        /// Confirmed; gets mail.
        Confirmed = "CONFIRMED", "Confirmed";
        /// Left, or never confirmed.
        Left = "LEFT", "Left";
    }
}

words! {
    /// What can happen to a subscription.
    "subscription event" SubscriptionEvent {
        /// The owner confirmed by POST.
        Confirm = "CONFIRM", "be confirmed";
        /// The owner left.
        Leave = "LEAVE", "be left";
        /// Not confirmed within [`PENDING_FOR`].
        Expire = "EXPIRE", "expire";
        /// Asked for again.
        AskAgain = "ASK_AGAIN", "be asked for again";
    }
}

/// How long a subscription waits for its confirmation.
pub const PENDING_FOR: TimeDelta = TimeDelta::days(7);

impl SubscriptionState {
    /// The state after `event`, or why there is no such step.
    pub const fn next(self, event: SubscriptionEvent) -> Result<Self, Refused> {
        use SubscriptionEvent as E;
        Ok(match (self, event) {
            (Self::Pending, E::Confirm) => Self::Confirmed,
            (Self::Pending | Self::Confirmed, E::Leave) | (Self::Pending, E::Expire) => Self::Left,
            (Self::Left, E::AskAgain) => Self::Pending,
            _ => {
                return Err(Refused::no_such_step(
                    "a subscription",
                    self.label(),
                    event.label(),
                ));
            }
        })
    }
}

/// Confirmations that one address may get: so many within such a time.
pub const CONFIRMATION_LIMITS: [(usize, TimeDelta); 2] =
    [(1, TimeDelta::hours(24)), (3, TimeDelta::days(30))];

/// Whether another confirmation may go to an address that got its earlier ones at `sent_at` (any order).
///
/// `Err` says from when on it may. The person asking sees the same page either way.
pub fn may_confirm_again(sent_at: &[DateTime<Utc>], now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
    let mut sent: Vec<_> = sent_at.iter().copied().filter(|at| *at <= now).collect();
    sent.sort_unstable_by(|a, b| b.cmp(a));
    let free_at = CONFIRMATION_LIMITS
        .iter()
        .filter_map(|(most, within)| sent.get(most - 1).map(|oldest_counted| *oldest_counted + *within))
        .max();
    match free_at {
        Some(at) if now < at => Err(at),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;
    use SubscriptionEvent as E;
    use SubscriptionState as S;
    use proptest::prelude::*;

    fn hour(n: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + n * 3600, 0).unwrap()
    }

    #[test]
    fn words_read_back() {
        assert_words!(S, E);
    }

    #[test]
    fn exactly_the_listed_steps_exist() {
        let steps = [
            (S::Pending, E::Confirm, S::Confirmed),
            (S::Pending, E::Leave, S::Left),
            (S::Pending, E::Expire, S::Left),
            (S::Confirmed, E::Leave, S::Left),
            (S::Left, E::AskAgain, S::Pending),
        ];
        for state in S::ALL {
            for event in E::ALL {
                let expected = steps
                    .iter()
                    .find(|(s, e, _)| s == state && e == event)
                    .map(|(_, _, to)| *to);
                assert_eq!(state.next(*event).ok(), expected, "{state} {event}");
            }
        }
    }

    #[test]
    fn one_confirmation_a_day_and_three_in_thirty_days() {
        assert_eq!(may_confirm_again(&[], hour(0)), Ok(()));
        assert_eq!(may_confirm_again(&[hour(0)], hour(23)), Err(hour(24)));
        assert_eq!(may_confirm_again(&[hour(0)], hour(24)), Ok(()));
        let three = [hour(48), hour(0), hour(24)];
        assert_eq!(may_confirm_again(&three, hour(100)), Err(hour(720)));
        assert_eq!(may_confirm_again(&three, hour(720)), Ok(()));
    }

    proptest! {
        #[test]
        fn whoever_asks_how_often_at_most_three_go_out_in_thirty_days(asks in prop::collection::vec(0i64..2000, 0..200)) {
            let mut asks = asks;
            asks.sort_unstable();
            let mut sent: Vec<DateTime<Utc>> = Vec::new();
            for ask in asks {
                match may_confirm_again(&sent, hour(ask)) {
                    Ok(()) => sent.push(hour(ask)),
                    Err(at) => prop_assert!(at > hour(ask) && may_confirm_again(&sent, at).is_ok()),
                }
            }
            for window in sent.windows(2) {
                prop_assert!(window[1] - window[0] >= TimeDelta::hours(24));
            }
            for window in sent.windows(4) {
                prop_assert!(window[3] - window[0] >= TimeDelta::days(30));
            }
        }
    }
}
