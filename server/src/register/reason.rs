//! The reason that a step needs, and the page again where it is refused.

use app::register::state_step::StateStep;
use domain::text::{Prose, TextError};

use crate::http::{HttpError, Posted};

/// A reason that cannot be kept as it was typed.
pub(super) struct RefusedReason {
    field: String,
    typed: String,
    why: TextError,
}

/// Reads the reason for the step at `place`, where it needs one.
pub(super) fn read(posted: &Posted, place: &str, is_needed: bool) -> Result<Option<String>, RefusedReason> {
    if !is_needed {
        return Ok(None);
    }
    let field = format!("reason-{place}");
    let typed = posted.text(&field);
    match typed.parse::<Prose>() {
        Ok(reason) => Ok(Some(reason.to_string())),
        Err(why) => Err(RefusedReason {
            typed: typed.to_owned(),
            field,
            why,
        }),
    }
}

impl RefusedReason {
    /// Puts what was typed back into its step, with what is wrong.
    ///
    /// # Errors
    /// When the page no longer offers that step.
    pub(super) fn put_into(self, steps: &mut [StateStep]) -> Result<(), HttpError> {
        let step = steps
            .iter_mut()
            .find(|step| step.needs_reason && step.refused.is_none() && step.field() == self.field);
        let Some(step) = step else {
            return Err(HttpError::Unprocessable(format!("{}.", self.why)));
        };
        step.typed = self.typed;
        step.error = Some(self.why.to_string());
        Ok(())
    }
}
