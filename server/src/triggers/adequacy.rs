//! Adequacy was granted, expired or fell, or a company left the list of the framework: assessments that describe what was
//! so before are looked at the same day (legal-rules §4.5).

use chrono::NaiveDate;
use domain::id::StaffId;
use domain::text::Prose;
use domain::trigger::{Scope, TriggerKind};
use domain::web_address::WebAddress;

use super::raise::{Event, raise};
use crate::AppState;
use crate::store::assessments::list_concerned_assessments;
use crate::store::triggers::Trigger;
use crate::store::{Result, Tx};

/// Raises the event, unless no assessment is in its scope: then there is nothing to look at.
///
/// # Errors
/// When the database is away.
pub async fn adequacy_changed(
    tx: &mut Tx,
    state: &AppState,
    by: StaffId,
    scope: Scope,
    (what, source): (&str, Option<WebAddress>),
    occurred_on: NaiveDate,
) -> Result<Option<Trigger>> {
    let Ok(description) = what.parse::<Prose>() else {
        return Ok(None);
    };
    if list_concerned_assessments(tx, scope).await?.is_empty() {
        return Ok(None);
    }
    let event = Event {
        kind: TriggerKind::AdequacyChanged,
        scope,
        description,
        source,
        occurred_on,
        takes_effect_on: None,
    };
    raise(tx, state, Some(by), &event).await.map(Some)
}
