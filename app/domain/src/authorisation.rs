//! Whether one customer has authorised one line of a change (Art. 28(2) GDPR; legal-rules section 10.3).
//!
//! Silence authorises only under the general model. Under the specific model silence is no, for as long as it lasts.

use crate::transition::Refused;
use crate::word_set::words;

words! {
    /// How the contract lets new subprocessors in.
    "authorisation model" AuthorisationModel {
        /// Prior notice, and the chance to object (Art. 28(2), second sentence).
        General = "GENERAL", "General authorisation";
        /// Prior written approval of each one.
        Specific = "SPECIFIC", "Specific authorisation";
    }
}

words! {
    /// Where one customer stands with one line.
    "authorisation state" AuthorisationState {
        /// The line does not concern this customer.
        NotInScope = "NOT_IN_SCOPE", "Not in scope";
        /// The list that was signed showed the change.
        AuthorisedAtSignature = "AUTHORISED_AT_SIGNATURE", "Authorised at signature";
        /// Notice is dispatched; nothing shows yet that it arrived.
        Pending = "PENDING", "Notice on its way";
        /// Notice was given; the window runs or has run.
        Notified = "NOTIFIED", "Notified";
        /// The window ended without an objection (general model only).
        AuthorisedBySilence = "AUTHORISED_BY_SILENCE", "Authorised: window ended without objection";
        /// Approval was asked for and has not been given (specific model).
        Requested = "REQUESTED", "Approval requested";
        /// Approved in writing.
        AuthorisedExplicitly = "AUTHORISED_EXPLICITLY", "Authorised in writing";
        /// Approval was refused in writing.
        Refused = "REFUSED", "Approval refused";
        /// The customer switched the optional feature on.
        OptedIn = "OPTED_IN", "Opted in";
        /// An objection is open.
        Objected = "OBJECTED", "Objection open";
        /// The customer is left out for good.
        Excluded = "EXCLUDED", "Excluded";
        /// The customer ended the affected service.
        Terminated = "TERMINATED", "Terminated";
    }
}

words! {
    /// What moves an authorisation.
    "authorisation event" AuthorisationEvent {
        /// Evidence shows that notice was given.
        NoticeGiven = "NOTICE_GIVEN", "notice given";
        /// The evidence was voided by a late bounce, or a material amendment restarted the window.
        NoticeVoided = "NOTICE_VOIDED", "notice voided";
        /// Both windows ended with nothing open.
        WindowsEnded = "WINDOWS_ENDED", "windows ended";
        /// The customer approved in writing.
        Approved = "APPROVED", "approved in writing";
        /// The customer refused in writing.
        Declined = "DECLINED", "refused in writing";
        /// The customer opted in to the feature.
        OptedIn = "OPTED_IN", "opted in";
        /// The customer objected.
        Objected = "OBJECTED", "objected";
        /// The last open objection was withdrawn, rejected, accommodated or lapsed: back to where the notice stands.
        ObjectionClosed = "OBJECTION_CLOSED", "objection closed";
        /// An unresolved objection blocks this customer for good, or they were left out by agreement.
        Excluded = "EXCLUDED", "excluded";
        /// The customer ended the affected service.
        Terminated = "TERMINATED", "terminated";
        /// The change was cancelled.
        Cancelled = "CANCELLED", "change cancelled";
    }
}

impl AuthorisationState {
    /// Where an authorisation starts when notice is dispatched.
    #[must_use]
    pub const fn at_dispatch(model: AuthorisationModel) -> Self {
        match model {
            AuthorisationModel::General => Self::Pending,
            AuthorisationModel::Specific => Self::Requested,
        }
    }

    /// Whether the customer has authorised the line. The gates also look at windows and objections.
    #[must_use]
    pub const fn is_authorised(self) -> bool {
        matches!(
            self,
            Self::AuthorisedAtSignature
                | Self::AuthorisedBySilence
                | Self::AuthorisedExplicitly
                | Self::OptedIn
        )
    }

    /// Whether nothing moves it any more.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::NotInScope | Self::Excluded | Self::Terminated)
    }

    /// The state after `event`, under the customer's model.
    ///
    /// # Errors
    /// When there is no such step; above all, silence under the specific model.
    pub fn next(self, event: AuthorisationEvent, model: AuthorisationModel) -> Result<Self, Refused> {
        use AuthorisationEvent as E;
        let refused = |reason| Refused {
            thing: "An authorisation",
            state: self.label(),
            event: event.label(),
            reason,
        };
        if self.is_final() {
            return Err(refused("it is final"));
        }
        let specific = matches!(model, AuthorisationModel::Specific);
        match (self, event) {
            (_, E::WindowsEnded) if specific => Err(refused(
                "under the specific model silence is not an authorisation",
            )),
            (Self::Pending, E::NoticeGiven) => Ok(Self::Notified),
            (Self::Requested, E::NoticeGiven | E::NoticeVoided) => Ok(Self::Requested),
            (Self::Notified | Self::AuthorisedBySilence, E::NoticeVoided) => Ok(Self::Pending),
            (Self::Notified, E::WindowsEnded) => Ok(Self::AuthorisedBySilence),
            (Self::Pending | Self::Notified | Self::Requested | Self::Refused, E::Approved) => {
                Ok(Self::AuthorisedExplicitly)
            }
            (Self::Requested, E::Declined) => Ok(Self::Refused),
            (Self::Pending | Self::Notified | Self::Requested, E::OptedIn) => Ok(Self::OptedIn),
            (
                Self::Pending
                | Self::Notified
                | Self::Requested
                | Self::Refused
                | Self::AuthorisedBySilence
                | Self::Objected
                | Self::AuthorisedExplicitly
                | Self::OptedIn
                | Self::AuthorisedAtSignature,
                E::Objected,
            ) => Ok(Self::Objected),
            (Self::Objected, E::ObjectionClosed) => Ok(Self::at_dispatch(model)),
            (
                Self::Objected | Self::Pending | Self::Notified | Self::Requested | Self::Refused,
                E::Excluded,
            ) => Ok(Self::Excluded),
            (_, E::Terminated) => Ok(Self::Terminated),
            (_, E::Cancelled) => Ok(Self::NotInScope),
            _ => Err(refused("there is no such step from here")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_set::assert_words;
    use proptest::prelude::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        assert_words!(AuthorisationModel, AuthorisationState, AuthorisationEvent);
    }

    #[test]
    fn silence_never_authorises_under_the_specific_model() {
        for state in AuthorisationState::ALL {
            assert!(
                state
                    .next(AuthorisationEvent::WindowsEnded, AuthorisationModel::Specific)
                    .is_err()
            );
        }
    }

    #[test]
    fn a_general_customer_is_authorised_by_silence_after_notice_only() {
        let by_silence: Vec<_> = AuthorisationState::ALL
            .iter()
            .filter(|s| {
                s.next(AuthorisationEvent::WindowsEnded, AuthorisationModel::General)
                    .is_ok()
            })
            .collect();
        assert_eq!(by_silence, [&AuthorisationState::Notified]);
    }

    #[test]
    fn after_an_objection_is_closed_the_evidence_is_asked_again() {
        for model in AuthorisationModel::ALL {
            let back = AuthorisationState::Objected
                .next(AuthorisationEvent::ObjectionClosed, *model)
                .unwrap();
            assert!(!back.is_authorised());
        }
    }

    proptest! {
        #[test]
        fn final_states_stay_and_silence_needs_a_notice(events in proptest::collection::vec(0..AuthorisationEvent::ALL.len(), 0..30), specific: bool) {
            let model = if specific { AuthorisationModel::Specific } else { AuthorisationModel::General };
            let mut state = AuthorisationState::at_dispatch(model);
            let mut given = false;
            for at in events {
                let event = AuthorisationEvent::ALL[at];
                let Ok(next) = state.next(event, model) else { continue };
                prop_assert!(!state.is_final());
                given = match event {
                    AuthorisationEvent::NoticeGiven => true,
                    AuthorisationEvent::NoticeVoided | AuthorisationEvent::ObjectionClosed => false,
                    _ => given,
                };
                if next == AuthorisationState::AuthorisedBySilence {
                    prop_assert!(given && !specific);
                }
                state = next;
            }
        }
    }
}
