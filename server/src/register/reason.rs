//! The reason that a step needs, and the page again where it is refused.

use app::register::state_step::StateStep;
use app::ui::Refusal;
use domain::text::Prose;

use crate::http::{HttpError, Posted};

/// Reads the reason for the step at `place`, where it needs one.
///
/// # Errors
/// A reason that cannot be kept as it was typed.
pub(super) fn read(posted: &Posted, place: &str, is_needed: bool) -> Result<Option<String>, Refusal> {
    if !is_needed {
        return Ok(None);
    }
    let reason: Prose = posted.read(&format!("reason-{place}"))?;
    Ok(Some(reason.to_string()))
}

/// Puts what was typed back into its step, with what is wrong.
///
/// # Errors
/// When the page no longer offers that step.
pub(super) fn put_back(refusal: Refusal, steps: &mut [StateStep]) -> Result<(), HttpError> {
    let step = steps
        .iter_mut()
        .find(|step| step.needs_reason && step.refused.is_none() && step.field() == refusal.field);
    let Some(step) = step else {
        return Err(HttpError::Unprocessable(format!("{}.", refusal.why)));
    };
    step.typed = refusal.typed;
    step.error = Some(refusal.why);
    Ok(())
}
