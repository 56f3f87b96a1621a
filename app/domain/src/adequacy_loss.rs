//! What an adequacy decision that falls takes with it: which transfers rest on it, and which of them have something ready
//! to fall back on. No period of grace is assumed.
//!
//! Ready means: once the transfer rests on its clauses, gates G5 to G8 are green for it. The gates themselves say so, so
//! that nothing falls back onto something that would be red the next minute.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::country::Place;
use crate::engagement::{Location, LocationKind};
use crate::gate::{Gate, Reason, RegisterFacts, evaluate_register, lacking_beyond_eu};
use crate::known::Known;
use crate::legal_record::{MechanismKind, Recorded, Transfer};
use crate::reference::{AdequacyDecision, ReferenceData};
use crate::zone::Zone;

/// Whether a transfer rests on a decision, and on nothing else once it has fallen. `after` has the decision as it is
/// then; another decision about the same country may still carry the transfer.
pub fn rests_on(
    transfer: &Transfer,
    fallen: &AdequacyDecision,
    after: &ReferenceData,
    at: DateTime<Utc>,
) -> bool {
    let day = Zone::BRUSSELS.local_date(at);
    let kind = transfer.mechanism.kind();
    matches!(kind, MechanismKind::Adequacy | MechanismKind::Dpf)
        && transfer.destination == Place::Country(fallen.country)
        && transfer.regimes().contains(&fallen.regime)
        && !after.is_adequate(fallen.country, fallen.regime, day)
}

/// What a transfer that rests on clauses or rules lacks once a decision has fallen and did not lack before: the decision
/// carried its UK or Swiss leg. Nothing stands in reserve for a leg; its own instrument has to be agreed.
pub fn lost_legs(
    before: &RegisterFacts,
    after: &RegisterFacts,
    transfer: &Transfer,
    at: DateTime<Utc>,
) -> Vec<String> {
    let lacked = lacking_beyond_eu(before, transfer, at);
    let mut lost = lacking_beyond_eu(after, transfer, at);
    lost.retain(|lack| !lacked.contains(lack));
    lost
}

/// The transfer resting on its clauses, or why it has nothing to fall back on. `after` are the engagement's facts with
/// the decision as it is once it has fallen.
pub fn fall_back(
    after: &RegisterFacts,
    transfer: &Recorded<Transfer>,
    at: DateTime<Utc>,
) -> Result<Transfer, Vec<String>> {
    let Some(swapped) = transfer.body.fall_back() else {
        return Err(vec!["no clauses stand in reserve".to_owned()]);
    };
    let mut facts = after.clone();
    // This transfer alone: another one of the same engagement has its own answer.
    facts.transfers = vec![Recorded {
        id: transfer.id,
        body: swapped.clone(),
    }];
    facts
        .tias
        .retain(|tia| tia.body.destinations.contains(&swapped.destination));
    if let Place::Country(country) = swapped.destination {
        facts.organisation.registration_country = Known::Known(country);
    }
    facts.engagement.locations = Known::Known(BTreeSet::from([Location {
        place: swapped.destination,
        kind: LocationKind::Processing,
        region: None,
        city: None,
    }]));
    let red: Vec<String> = evaluate_register(&facts, at)
        .reasons
        .iter()
        .filter(|reason| matches!(reason.gate, Gate::G5 | Gate::G6 | Gate::G7 | Gate::G8))
        .map(|Reason { code, detail, .. }| format!("{}: {detail}", code.label()))
        .collect();
    if red.is_empty() { Ok(swapped) } else { Err(red) }
}
