//! A notice on its way to one contact: two machines and the one mapping between them.
//!
//! An *attempt* is one try at handing a mail over, moved by the relay's replies and the mail service's reports,
//! which come late, twice and in any order. A *delivery* is the legal state of one notice for one contact, and is
//! always derived from its attempts. Since when notice counts as given is not decided here, but in
//! [`crate::evidence`].

use crate::word_set::words;

words! {
    /// Where one try is, in order of finality: a later state is never left for an earlier one.
    "attempt state" AttemptState {
        /// Waiting.
        Queued = "QUEUED", "queued";
        /// Written before the message goes out, so that a crash is seen.
        Sending = "SENDING", "sending";
        /// A 4xx reply, or a report of delay.
        Deferred = "DEFERRED", "deferred";
        /// No reply after the final dot: it may or may not have been taken.
        Unknown = "UNKNOWN", "unknown";
        /// Called off before it was sent.
        Cancelled = "CANCELLED", "cancelled";
        /// The relay answered 250 to the final dot.
        Accepted = "ACCEPTED", "accepted by the relay";
        /// The recipient's server took it.
        Delivered = "DELIVERED", "delivered";
        /// Marked as spam: it had arrived.
        Complained = "COMPLAINED", "marked as spam";
        /// A 5xx reply, a mail that could not be built, or too many delays.
        Failed = "FAILED", "failed";
        /// The mail service did not send it.
        Blocked = "BLOCKED", "blocked by the mail service";
        /// It came back.
        Bounced = "BOUNCED", "bounced";
    }
}

words! {
    /// What can happen to one try.
    "attempt event" AttemptEvent {
        /// A worker claimed it and is about to send.
        Claim = "CLAIM", "claimed";
        /// 250 to the final dot.
        Reply250 = "REPLY_250", "accepted";
        /// A 4xx reply.
        Reply4xx = "REPLY_4XX", "put off";
        /// A 5xx reply.
        Reply5xx = "REPLY_5XX", "refused";
        /// No reply after the final dot, or found in sending after a restart.
        NoReply = "NO_REPLY", "no reply";
        /// The mail could not be built.
        Poison = "POISON", "could not be built";
        /// Called off.
        Cancel = "CANCEL", "called off";
        /// Put off for too long.
        GiveUp = "GIVE_UP", "given up";
        /// Report: the mail service took it on.
        ReportRequest = "REPORT_REQUEST", "report: taken on";
        /// Report: delayed.
        ReportDeferred = "REPORT_DEFERRED", "report: delayed";
        /// Report: the recipient's server took it.
        ReportDelivered = "REPORT_DELIVERED", "report: delivered";
        /// Report: bounced for now or for good.
        ReportBounced = "REPORT_BOUNCED", "report: bounced";
        /// Report: not sent because the address is on a list.
        ReportBlocked = "REPORT_BLOCKED", "report: blocked";
        /// Report: marked as spam.
        ReportComplaint = "REPORT_COMPLAINT", "report: marked as spam";
    }
}

impl AttemptEvent {
    /// The state that this event alone leads to.
    pub const fn leads_to(self) -> AttemptState {
        use AttemptState as S;
        match self {
            Self::Claim => S::Sending,
            Self::Reply250 | Self::ReportRequest => S::Accepted,
            Self::Reply4xx | Self::ReportDeferred => S::Deferred,
            Self::Reply5xx | Self::Poison | Self::GiveUp => S::Failed,
            Self::NoReply => S::Unknown,
            Self::Cancel => S::Cancelled,
            Self::ReportDelivered => S::Delivered,
            Self::ReportBounced => S::Bounced,
            Self::ReportBlocked => S::Blocked,
            Self::ReportComplaint => S::Complained,
        }
    }
}

impl AttemptState {
    /// The state after `event`. The more final one wins, so that order and repetition make no difference.
    pub fn next(self, event: AttemptEvent) -> Self {
        self.max(event.leads_to())
    }

    /// Whether the event contradicts what was known, so that a person should look: good news after bad or bad after good.
    pub fn is_contradicted_by(self, event: AttemptEvent) -> bool {
        let new = event.leads_to();
        (self.has_arrived() && new.has_failed()) || (self.has_failed() && new.has_arrived())
    }

    /// Whether it reached the recipient's server.
    pub const fn has_arrived(self) -> bool {
        matches!(self, Self::Delivered | Self::Complained)
    }

    /// Whether it will not arrive.
    pub const fn has_failed(self) -> bool {
        matches!(self, Self::Failed | Self::Blocked | Self::Bounced)
    }

    /// Whether a worker may claim it.
    pub const fn may_be_claimed(self) -> bool {
        matches!(self, Self::Queued)
    }

    /// Whether it may be called off: nothing has left yet.
    pub const fn may_be_cancelled(self) -> bool {
        matches!(self, Self::Queued)
    }

    /// Whether another try with the same bytes follows.
    pub const fn is_retried(self) -> bool {
        matches!(self, Self::Deferred | Self::Unknown)
    }
}

words! {
    /// The legal state of one notice version for one contact, least known first.
    "delivery state" DeliveryState {
        /// Nothing has left.
        Queued = "QUEUED", "Queued";
        /// Called off before it left.
        Cancelled = "CANCELLED", "Called off";
        /// Put off; tried again.
        Deferred = "DEFERRED", "Put off, will be tried again";
        /// Not known whether it left; tried again with the same Message-ID, unless it was called off since.
        Unknown = "UNKNOWN", "Not known whether it left";
        /// The mail service did not send it: not delivered.
        Suppressed = "SUPPRESSED", "Suppressed by the mail service";
        /// It came back, or was refused for good: not delivered.
        HardBounce = "HARD_BOUNCE", "Bounced";
        /// It came back after it had counted as delivered: that is void.
        LateBounce = "LATE_BOUNCE", "Bounced late";
        /// It came back, and the next contact is written to.
        FallbackQueued = "FALLBACK_QUEUED", "Bounced, next contact is written to";
        /// The relay took it; a bounce may still come.
        Sent = "SENT", "Sent";
        /// The recipient's mail server took responsibility.
        Delivered = "DELIVERED", "Delivered";
        /// Marked as spam: counts as delivered; the contact needs a look.
        Complaint = "COMPLAINT", "Marked as spam";
        /// A person said that they have read it.
        Acknowledged = "ACKNOWLEDGED", "Acknowledged";
    }
}

impl DeliveryState {
    /// Whether notice may count as given by it.
    pub const fn is_delivered(self) -> bool {
        matches!(self, Self::Delivered | Self::Complaint | Self::Acknowledged)
    }

    /// Whether staff must do something.
    pub const fn needs_a_person(self) -> bool {
        matches!(
            self,
            Self::Suppressed | Self::HardBounce | Self::LateBounce | Self::Complaint
        )
    }

    /// Whether it will not arrive by itself.
    pub const fn has_failed(self) -> bool {
        matches!(
            self,
            Self::Suppressed | Self::HardBounce | Self::LateBounce | Self::FallbackQueued
        )
    }
}

/// One try, as far as its delivery needs to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptStanding {
    /// Its state.
    pub state: AttemptState,
    /// Whether the late-bounce period since its acceptance is over without a bounce.
    pub is_settled: bool,
    /// Whether it had counted as delivered before.
    pub was_delivered: bool,
}

/// The one mapping: what the tries of a delivery, an acknowledgement and a fallback amount to.
///
/// The best try counts; an acknowledgement beats all; a fallback shows only while nothing arrived.
pub fn delivery_state(
    attempts: &[AttemptStanding],
    is_acknowledged: bool,
    is_fallback_queued: bool,
) -> DeliveryState {
    if is_acknowledged {
        return DeliveryState::Acknowledged;
    }
    let best = attempts
        .iter()
        .map(|a| standing(*a))
        .max()
        .unwrap_or(DeliveryState::Queued);
    if best.has_failed() && is_fallback_queued {
        DeliveryState::FallbackQueued
    } else {
        best
    }
}

const fn standing(attempt: AttemptStanding) -> DeliveryState {
    use AttemptState as A;
    match attempt.state {
        A::Queued | A::Sending => DeliveryState::Queued,
        A::Cancelled => DeliveryState::Cancelled,
        A::Deferred => DeliveryState::Deferred,
        A::Unknown => DeliveryState::Unknown,
        A::Accepted if attempt.is_settled => DeliveryState::Delivered,
        A::Accepted => DeliveryState::Sent,
        A::Delivered => DeliveryState::Delivered,
        A::Complained => DeliveryState::Complaint,
        A::Blocked => DeliveryState::Suppressed,
        A::Failed | A::Bounced if attempt.was_delivered => DeliveryState::LateBounce,
        A::Failed | A::Bounced => DeliveryState::HardBounce,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;
    use AttemptEvent as E;
    use AttemptState as A;
    use DeliveryState as D;
    use proptest::prelude::*;

    fn attempt(state: A) -> AttemptStanding {
        AttemptStanding {
            state,
            is_settled: false,
            was_delivered: false,
        }
    }

    #[test]
    fn words_read_back() {
        assert_words!(A, E, D);
    }

    #[test]
    fn an_event_never_moves_an_attempt_back() {
        for state in A::ALL {
            for event in E::ALL {
                let next = state.next(*event);
                assert!(next >= *state, "{state} {event}");
                assert_eq!(next.next(*event), next, "a repeated event changes nothing");
            }
        }
    }

    #[test]
    fn each_event_moves_a_queued_attempt_to_its_state() {
        for (event, state) in [
            (E::Claim, A::Sending),
            (E::Reply250, A::Accepted),
            (E::ReportRequest, A::Accepted),
            (E::Reply4xx, A::Deferred),
            (E::ReportDeferred, A::Deferred),
            (E::Reply5xx, A::Failed),
            (E::Poison, A::Failed),
            (E::GiveUp, A::Failed),
            (E::NoReply, A::Unknown),
            (E::Cancel, A::Cancelled),
            (E::ReportDelivered, A::Delivered),
            (E::ReportBounced, A::Bounced),
            (E::ReportBlocked, A::Blocked),
            (E::ReportComplaint, A::Complained),
        ] {
            assert_eq!(A::Queued.next(event), state);
        }
    }

    #[test]
    fn good_news_after_bad_is_kept_and_flagged() {
        assert_eq!(A::Bounced.next(E::ReportDelivered), A::Bounced);
        assert!(A::Bounced.is_contradicted_by(E::ReportDelivered));
        assert!(A::Delivered.is_contradicted_by(E::ReportBounced));
        assert!(!A::Accepted.is_contradicted_by(E::ReportBounced));
    }

    #[test]
    fn only_what_arrived_counts_as_delivered() {
        for (state, delivery) in [
            (A::Queued, D::Queued),
            (A::Sending, D::Queued),
            (A::Deferred, D::Deferred),
            (A::Unknown, D::Unknown),
            (A::Cancelled, D::Cancelled),
            (A::Accepted, D::Sent),
            (A::Delivered, D::Delivered),
            (A::Complained, D::Complaint),
            (A::Failed, D::HardBounce),
            (A::Blocked, D::Suppressed),
            (A::Bounced, D::HardBounce),
        ] {
            assert_eq!(delivery_state(&[attempt(state)], false, false), delivery);
            assert_eq!(delivery.is_delivered(), state.has_arrived(), "{state}");
        }
        assert_eq!(delivery_state(&[], false, false), D::Queued);
    }

    #[test]
    fn an_acceptance_counts_once_it_is_settled_and_a_later_bounce_voids_it() {
        let settled = AttemptStanding {
            is_settled: true,
            ..attempt(A::Accepted)
        };
        assert_eq!(delivery_state(&[settled], false, false), D::Delivered);
        let late = AttemptStanding {
            was_delivered: true,
            ..attempt(A::Bounced)
        };
        assert_eq!(delivery_state(&[late], false, false), D::LateBounce);
        assert!(!D::LateBounce.is_delivered());
    }

    #[test]
    fn the_best_attempt_counts_and_a_fallback_shows_only_while_nothing_arrived() {
        let tries = [attempt(A::Unknown), attempt(A::Accepted)];
        assert_eq!(delivery_state(&tries, false, false), D::Sent);
        assert_eq!(
            delivery_state(&[attempt(A::Bounced)], false, true),
            D::FallbackQueued
        );
        assert_eq!(
            delivery_state(&[attempt(A::Delivered)], false, true),
            D::Delivered
        );
        assert_eq!(
            delivery_state(&[attempt(A::Bounced)], true, true),
            D::Acknowledged
        );
    }

    fn events() -> impl Strategy<Value = Vec<E>> {
        prop::collection::vec(prop::sample::select(E::ALL), 0..8)
    }

    proptest! {
        #[test]
        fn order_and_repetition_of_events_make_no_difference(
            (events, shuffled) in events().prop_flat_map(|e| (Just(e.clone()), Just(e).prop_shuffle())), again in 0usize..8,
        ) {
            let run = |events: &[E]| events.iter().fold(A::Queued, |state, event| state.next(*event));
            prop_assert_eq!(run(&events), run(&shuffled));
            if let Some(event) = events.get(again) {
                prop_assert_eq!(run(&events).next(*event), run(&events));
            }
        }

        #[test]
        fn nothing_counts_as_delivered_without_an_acceptance_or_a_report(events in events()) {
            let state = events.iter().fold(A::Queued, |state, event| state.next(*event));
            let settled = AttemptStanding { state, is_settled: true, was_delivered: false };
            let has_proof = events.iter().any(|e| matches!(
                e, E::Reply250 | E::ReportRequest | E::ReportDelivered | E::ReportComplaint
            ));
            prop_assert!(has_proof || !delivery_state(&[settled], false, false).is_delivered());
        }
    }
}
