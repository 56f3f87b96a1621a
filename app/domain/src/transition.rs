//! What a state machine says when it is asked for a step that does not exist.

/// A step that the present state does not allow. Nothing changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{thing} in the state “{state}”: “{event}” is not possible, {reason}")]
pub struct Refused {
    /// What was asked: "a change", "an objection".
    pub thing: &'static str,
    /// The state it is in, in words.
    pub state: &'static str,
    /// The event that was refused, in words.
    pub event: &'static str,
    /// Why, in plain English.
    pub reason: &'static str,
}

impl Refused {
    /// The refusal of a step that the table of the machine does not have.
    pub(crate) const fn no_such_step(thing: &'static str, state: &'static str, event: &'static str) -> Self {
        Self {
            thing,
            state,
            event,
            reason: "there is no such step from here",
        }
    }
}
