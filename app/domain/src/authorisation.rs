//! Whether one customer has authorised one line of a change (GDPR Article 28(2)).
//!
//! Under general authorisation, silence to the end of the window authorises. Under specific authorisation it never
//! does: there the customer is asked, and until a written approval is on file the answer is no.

use crate::transition::Refused;
use crate::word_set::words;

words! {
    /// How the customer authorises subprocessors (GDPR Article 28(2)).
    "authorisation model" AuthorisationModel {
        /// General written authorisation: silence to the end of the window authorises.
        General = "GENERAL", "general authorisation";
        /// Specific prior authorisation: silence is a no.
        Specific = "SPECIFIC", "specific authorisation";
    }
}

words! {
    /// Where a customer's authorisation of a line is.
    "authorisation state" AuthorisationState {
        /// The line does not concern this customer.
        NotInScope = "NOT_IN_SCOPE", "Not in scope";
        /// In scope, not told yet.
        Pending = "PENDING", "Pending";
        /// Told; the window runs (general authorisation).
        Notified = "NOTIFIED", "Notified";
        /// Asked; waiting for a written approval (specific authorisation).
        Requested = "REQUESTED", "Approval requested";
        /// The list with this change was part of the signed contract.
        AtSignature = "AUTHORISED_AT_SIGNATURE", "Authorised at signature";
        /// The window ended without objection (general authorisation only).
        BySilence = "AUTHORISED_BY_SILENCE", "Authorised, no objection";
        /// Approved in writing.
        Explicitly = "AUTHORISED_EXPLICITLY", "Approved in writing";
        /// The customer switched the feature on.
        OptedIn = "OPTED_IN", "Opted in";
        /// Started under the contract's emergency clause; the window runs afterwards.
        Emergency = "EMERGENCY", "Emergency replacement";
        /// In use since before the register; no notice is claimed.
        Baseline = "BASELINE", "In use at adoption";
        /// An objection is open.
        Objected = "OBJECTED", "Objected";
        /// The customer said no (specific authorisation).
        Refused = "REFUSED", "Refused";
        /// The engagement never starts for this customer.
        Excluded = "EXCLUDED", "Excluded";
        /// The customer ended the affected service.
        Terminated = "TERMINATED", "Terminated";
    }
}

words! {
    /// What can happen to an authorisation.
    "authorisation event" AuthorisationEvent {
        /// The notice was dispatched.
        Notify = "NOTIFY", "be notified";
        /// A materially amended notice was dispatched: everything starts again.
        NotifyAgain = "NOTIFY_AGAIN", "be notified again";
        /// The window ended with nothing open.
        WindowEnds = "WINDOW_ENDS", "be authorised by silence";
        /// The notice that the silence rested on came back after all, and another window runs or has to.
        Void = "VOID", "lose the notice it rested on";
        /// The customer approved in writing.
        Approve = "APPROVE", "be approved in writing";
        /// The customer refused in writing.
        Refuse = "REFUSE", "be refused";
        /// The customer switched the feature on.
        OptIn = "OPT_IN", "be opted in";
        /// The customer signed a contract whose list showed this change.
        Sign = "SIGN", "be authorised at signature";
        /// Two people started it under the emergency clause.
        StartInEmergency = "START_IN_EMERGENCY", "start in an emergency";
        /// An approver adopted the list in use.
        Adopt = "ADOPT", "be adopted as baseline";
        /// The customer objected.
        Object = "OBJECT", "be objected to";
        /// The objection was withdrawn, rejected, accommodated or lapsed.
        Settle = "SETTLE", "have its objection settled";
        /// The objection stands, or the customer is accommodated by leaving it out.
        Exclude = "EXCLUDE", "be excluded";
        /// The customer ended the affected service.
        Terminate = "TERMINATE", "be terminated";
    }
}

impl AuthorisationState {
    /// The state after `event` under a model, or why there is no such step.
    pub const fn next(self, event: AuthorisationEvent, model: AuthorisationModel) -> Result<Self, Refused> {
        use AuthorisationEvent as E;
        use AuthorisationState as S;
        let told = match model {
            AuthorisationModel::General => S::Notified,
            AuthorisationModel::Specific => S::Requested,
        };
        Ok(match (self, event) {
            (S::Pending, E::Notify)
            | (
                S::Notified
                | S::Requested
                | S::BySilence
                | S::Explicitly
                | S::OptedIn
                | S::AtSignature
                | S::Refused,
                E::NotifyAgain,
            )
            | (S::Objected, E::Settle)
            | (S::BySilence, E::Void) => told,
            (S::Notified, E::WindowEnds) => match model {
                AuthorisationModel::General => S::BySilence,
                AuthorisationModel::Specific => return Err(no_silence(self)),
            },
            (S::Requested, E::WindowEnds) => return Err(no_silence(self)),
            (S::Notified | S::Requested | S::Objected | S::Refused, E::Approve) => S::Explicitly,
            (S::Requested, E::Refuse) => S::Refused,
            (S::Pending | S::Notified | S::Requested, E::OptIn) => S::OptedIn,
            // Confirmed only after the notice had left: the signature holds all the same.
            (S::Pending | S::NotInScope | S::Notified | S::Requested, E::Sign) => S::AtSignature,
            (S::Pending, E::StartInEmergency) => match model {
                AuthorisationModel::General => S::Emergency,
                AuthorisationModel::Specific => {
                    return Err(Refused {
                        thing: THING,
                        state: self.label(),
                        event: event.label(),
                        reason: "specific authorisation knows no emergency",
                    });
                }
            },
            (S::Pending, E::Adopt) => S::Baseline,
            // After silence: one that reached the publisher in time and was logged later.
            (
                S::Notified | S::Requested | S::BySilence | S::Explicitly | S::OptedIn | S::Emergency,
                E::Object,
            ) => S::Objected,
            (S::Objected, E::Exclude) => S::Excluded,
            (S::Objected | S::Excluded | S::Refused, E::Terminate) => S::Terminated,
            _ => return Err(Refused::no_such_step(THING, self.label(), event.label())),
        })
    }

    /// Whether the customer has authorised the line, as far as this state says.
    pub const fn is_authorised(self) -> bool {
        matches!(
            self,
            Self::AtSignature
                | Self::BySilence
                | Self::Explicitly
                | Self::OptedIn
                | Self::Emergency
                | Self::Baseline
        )
    }

    /// Whether nothing starts for the customer by it as it stands, so that nobody waits for them: they are left out, they
    /// refused, or they left.
    pub const fn is_left_out(self) -> bool {
        matches!(
            self,
            Self::NotInScope | Self::Refused | Self::Excluded | Self::Terminated
        )
    }

    /// Whether the customer's answer, or the end of their window, is still waited for.
    pub const fn is_waited_for(self) -> bool {
        matches!(
            self,
            Self::Pending | Self::Notified | Self::Requested | Self::Objected
        )
    }

    /// Whether nothing can happen any more.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Terminated)
    }

    /// Whether the state is possible under a model at all.
    pub const fn is_possible(self, model: AuthorisationModel) -> bool {
        match model {
            AuthorisationModel::General => !matches!(self, Self::Requested | Self::Refused),
            AuthorisationModel::Specific => {
                !matches!(self, Self::Notified | Self::BySilence | Self::Emergency)
            }
        }
    }
}

const THING: &str = "an authorisation";

const fn no_silence(state: AuthorisationState) -> Refused {
    Refused {
        thing: THING,
        state: state.label(),
        event: AuthorisationEvent::WindowEnds.label(),
        reason: "under specific authorisation silence is a no",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;
    use AuthorisationEvent as E;
    use AuthorisationModel as M;
    use AuthorisationState as S;

    /// Every step under general authorisation; all others are refused.
    const GENERAL: &[(S, E, S)] = &[
        (S::NotInScope, E::Sign, S::AtSignature),
        (S::Pending, E::Notify, S::Notified),
        (S::Pending, E::OptIn, S::OptedIn),
        (S::Pending, E::Sign, S::AtSignature),
        (S::Pending, E::StartInEmergency, S::Emergency),
        (S::Pending, E::Adopt, S::Baseline),
        (S::Notified, E::NotifyAgain, S::Notified),
        (S::Notified, E::WindowEnds, S::BySilence),
        (S::Notified, E::Approve, S::Explicitly),
        (S::Notified, E::OptIn, S::OptedIn),
        (S::Notified, E::Sign, S::AtSignature),
        (S::Notified, E::Object, S::Objected),
        (S::AtSignature, E::NotifyAgain, S::Notified),
        (S::BySilence, E::NotifyAgain, S::Notified),
        (S::BySilence, E::Object, S::Objected),
        (S::BySilence, E::Void, S::Notified),
        (S::Explicitly, E::NotifyAgain, S::Notified),
        (S::Explicitly, E::Object, S::Objected),
        (S::OptedIn, E::NotifyAgain, S::Notified),
        (S::OptedIn, E::Object, S::Objected),
        (S::Emergency, E::Object, S::Objected),
        (S::Objected, E::Approve, S::Explicitly),
        (S::Objected, E::Settle, S::Notified),
        (S::Objected, E::Exclude, S::Excluded),
        (S::Objected, E::Terminate, S::Terminated),
        (S::Excluded, E::Terminate, S::Terminated),
    ];

    #[test]
    fn words_read_back() {
        assert_words!(S, E, M);
    }

    #[test]
    fn exactly_the_listed_steps_exist_under_general_authorisation() {
        for state in S::ALL.iter().filter(|s| s.is_possible(M::General)) {
            for event in E::ALL {
                let expected = GENERAL
                    .iter()
                    .find(|(s, e, _)| s == state && e == event)
                    .map(|(_, _, to)| *to);
                assert_eq!(state.next(*event, M::General).ok(), expected, "{state} {event}");
            }
        }
    }

    #[test]
    fn no_path_leads_to_silence_under_specific_authorisation() {
        let mut reached = vec![S::Pending, S::NotInScope];
        let mut i = 0;
        while i < reached.len() {
            for event in E::ALL {
                if let Ok(next) = reached[i].next(*event, M::Specific)
                    && !reached.contains(&next)
                {
                    reached.push(next);
                }
            }
            i += 1;
        }
        assert!(reached.iter().all(|s| s.is_possible(M::Specific)), "{reached:?}");
        assert!(reached.contains(&S::Explicitly) && reached.contains(&S::Refused));
        assert!(S::ALL.iter().all(|s| s.next(E::WindowEnds, M::Specific).is_err()));
        let refusal = S::Requested.next(E::WindowEnds, M::Specific).unwrap_err();
        assert!(refusal.to_string().contains("silence is a no"));
    }

    #[test]
    fn silence_on_a_notice_that_came_back_authorises_nothing() {
        let back = S::BySilence.next(E::Void, M::General).unwrap();
        assert!(!back.is_authorised() && back.is_waited_for());
        assert!(
            back.next(E::Object, M::General).is_ok(),
            "the new window can be used"
        );
    }

    #[test]
    fn an_objection_takes_the_authorisation_away() {
        for state in S::ALL {
            for model in M::ALL {
                if let Ok(next) = state.next(E::Object, *model) {
                    assert!(!next.is_authorised());
                }
            }
        }
        assert!(E::ALL.iter().all(|e| S::Terminated.next(*e, M::General).is_err()));
    }
}
