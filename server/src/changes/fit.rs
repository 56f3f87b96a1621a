//! Whether a line's kind of change fits where its engagement is, and whether the line still says what the register says.
//! What is not in use yet, or rested too long, starts only under a kind that goes through every gate; no other kind leads
//! around notice and window.

use chrono::{DateTime, Utc};
use domain::change::{ChangeType, is_lower};
use domain::engagement::state::EngagementState;

use super::dossier::Dossier;
use super::{Result, line, lowering};
use crate::AppState;
use crate::store::Tx;
use crate::store::engagements::StateEntry;
use crate::store::lowerings::list_lowerings;

/// Why a change of this kind cannot be opened for an engagement in this state; nothing: it can.
pub(super) fn refused_kind(kind: ChangeType, at: &StateEntry, now: DateTime<Utc>) -> Option<&'static str> {
    let has_rested = at.state.has_rested_too_long(at.recorded.at, now);
    match (kind.starts_engagement(), at.state.is_listed()) {
        (false, false) => Some(
            "This subprocessor is not in use yet, so customers are told that it starts: choose a new subprocessor or a replacement",
        ),
        (true, true) if has_rested => None,
        (true, true) => Some("This subprocessor is in use already: choose what changes about it"),
        (false, true) if has_rested && kind.default_class().needs_authorisation() => Some(
            "This subprocessor rested for more than 90 days, so customers are told of it anew: choose a new subprocessor",
        ),
        (false, _) if kind.ends_engagement() && at.state.is_ending() => {
            Some("This subprocessor is being ended already")
        }
        _ => None,
    }
}

/// Every line that does not fit where its engagement is now.
pub(super) fn misfits(dossier: &Dossier, now: DateTime<Utc>) -> Vec<String> {
    let mut reasons = Vec::new();
    for line in &dossier.lines {
        let (name, entry) = (line.name(), &line.current.state);
        let at = entry.state;
        let kind = line.line.change_type;
        let label = at.label().to_lowercase();
        if let Some(why) = refused_kind(kind, entry, now) {
            reasons.push(format!("{name}: {why}. It is {label} now."));
        } else if kind.starts_engagement() && !at.is_listed() && at != EngagementState::NoticePending {
            reasons.push(format!(
                "{name} is {label}; a notice can announce it while it is {}.",
                EngagementState::NoticePending.label().to_lowercase()
            ));
        }
        if kind.names_a_replaced_one() {
            match &line.replaces {
                None => reasons.push(format!("{name}: it is not said whom it replaces.")),
                Some(old) if !old.state.state.is_listed() => reasons.push(format!(
                    "{name}: {} is not in use any more, so nothing can replace it.",
                    old.organisation.version.facts.legal_name
                )),
                Some(_) => {}
            }
        }
    }
    reasons
}

/// Lines whose facts are not those of the notice any more (G14), of which something else differs from what was shown than
/// they say, or whose lower class was agreed to as they stood before.
pub(super) async fn moved(tx: &mut Tx, state: &AppState, dossier: &Dossier) -> Result<Vec<String>> {
    let lowerings = list_lowerings(tx, dossier.change.id).await?;
    let mut reasons = Vec::new();
    for line in &dossier.lines {
        let name = line.name();
        if !line.facts_match() || Box::pin(line::covers_now(tx, state, line)).await? != line.line.covers {
            reasons.push(format!(
                "{name}: the facts were changed since the notice was written. Return the change to draft."
            ));
        } else if is_lower(line.line.needed_class(), line.line.notice_class)
            && !lowering::is_granted(&lowerings, &line.line, &line.current)
        {
            reasons.push(format!(
                "{name}: nobody agreed to the lower class for these facts. Return the change to draft."
            ));
        }
    }
    Ok(reasons)
}
