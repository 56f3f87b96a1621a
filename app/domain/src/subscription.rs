//! Someone who follows the public list: double opt-in, one step out (legal-rules section 8.5; decision 25).

use chrono::{DateTime, TimeDelta, Utc};

use crate::transition::Refused;
use crate::word_set::words;

words! {
    /// Where a subscription is.
    "subscription state" SubscriptionState {
        /// Asked for; nobody has confirmed it.
        Pending = "PENDING", "Waiting for confirmation";
        /// Confirmed by the address itself.
        Confirmed = "CONFIRMED", "Confirmed";
        /// Ended by the subscriber.
        Left = "LEFT", "Left";
    }
}

words! {
    /// What moves a subscription.
    "subscription event" SubscriptionEvent {
        /// Somebody entered the address again.
        Requested = "REQUESTED", "requested";
        /// The link in the mail was followed and its button pressed.
        Confirmed = "CONFIRMED", "confirmed";
        /// The subscriber left, by page or one-click header.
        Left = "LEFT", "left";
    }
}

impl SubscriptionState {
    /// The state after `event`.
    ///
    /// # Errors
    /// Nobody is confirmed who did not ask (again) after leaving.
    pub fn next(self, event: SubscriptionEvent) -> Result<Self, Refused> {
        use SubscriptionEvent as E;
        match (self, event) {
            (Self::Confirmed, E::Requested | E::Confirmed) | (Self::Pending, E::Confirmed) => {
                Ok(Self::Confirmed)
            }
            (Self::Pending | Self::Left, E::Requested) => Ok(Self::Pending),
            (_, E::Left) => Ok(Self::Left),
            (Self::Left, E::Confirmed) => Err(Refused::no_such_step(
                "A subscription",
                self.label(),
                event.label(),
            )),
        }
    }

    /// Whether change mails go to this subscriber.
    #[must_use]
    pub const fn receives(self) -> bool {
        matches!(self, Self::Confirmed)
    }
}

/// Confirmation mails to one address within 24 hours.
const PER_DAY: usize = 1;
/// Confirmation mails to one address within 30 days.
const PER_MONTH: usize = 3;

/// Whether one more confirmation mail may go to an address that got mails at `sent` (any order), so that the form cannot
/// be used to flood somebody's mailbox.
#[must_use]
pub fn may_send_confirmation(sent: &[DateTime<Utc>], now: DateTime<Utc>) -> bool {
    let within = |span: TimeDelta| sent.iter().filter(|at| **at <= now && now - **at < span).count();
    within(TimeDelta::hours(24)) < PER_DAY && within(TimeDelta::days(30)) < PER_MONTH
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;

    #[test]
    fn words_are_read_as_they_are_written() {
        assert_words!(SubscriptionState, SubscriptionEvent);
    }

    #[test]
    fn every_step_is_as_listed() {
        use SubscriptionEvent as E;
        use SubscriptionState as S;
        let table = [
            (S::Pending, E::Requested, Some(S::Pending)),
            (S::Pending, E::Confirmed, Some(S::Confirmed)),
            (S::Pending, E::Left, Some(S::Left)),
            (S::Confirmed, E::Requested, Some(S::Confirmed)),
            (S::Confirmed, E::Confirmed, Some(S::Confirmed)),
            (S::Confirmed, E::Left, Some(S::Left)),
            (S::Left, E::Requested, Some(S::Pending)),
            (S::Left, E::Confirmed, None),
            (S::Left, E::Left, Some(S::Left)),
        ];
        assert_eq!(table.len(), S::ALL.len() * E::ALL.len());
        for (state, event, expected) in table {
            assert_eq!(state.next(event).ok(), expected, "{state} {event}");
        }
    }

    #[test]
    fn one_confirmation_a_day_and_three_a_month() {
        let now: DateTime<Utc> = "2026-11-23T09:00:00Z".parse().unwrap();
        let ago = |hours| now - TimeDelta::hours(hours);
        assert!(may_send_confirmation(&[], now));
        assert!(!may_send_confirmation(&[ago(23)], now));
        assert!(may_send_confirmation(&[ago(24)], now));
        assert!(may_send_confirmation(&[ago(24), ago(48)], now));
        assert!(!may_send_confirmation(&[ago(24), ago(48), ago(72)], now));
        assert!(may_send_confirmation(&[ago(24), ago(48), ago(30 * 24)], now));
    }
}
