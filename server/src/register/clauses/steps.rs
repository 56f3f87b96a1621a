//! What can happen to a set of clauses, to which of its versions, who may let it happen, and what must hold.

use app::register::state_step::StateStep;
use app::ui::ButtonKind;
use domain::approval::approve;
use domain::gate::revocation_obstacles;
use domain::legal_record::{Clauses, SccEvent, SccState, SccVersion};
use domain::role::Permission;
use domain::words::day;

use super::{Set, body};
use crate::AppState;
use crate::access::Staff;
use crate::http::HttpError;
use crate::store::legal_records::StoredRecord;

/// One button.
pub(super) struct Step {
    pub event: SccEvent,
    /// Last part of the address it posts to.
    pub place: &'static str,
    pub label: &'static str,
    explanation: &'static str,
    pub permission: Permission,
    pub needs_reason: bool,
    kind: ButtonKind,
}

const STEPS: [Step; 8] = [
    Step {
        event: SccEvent::FillAnnexes,
        place: "fill",
        label: "Fill the annexes from the register",
        explanation: "Company, contact, data and purpose are taken from the register; everything can be corrected.",
        permission: Permission::EditRegister,
        needs_reason: false,
        kind: ButtonKind::Primary,
    },
    Step {
        event: SccEvent::Complete,
        place: "complete",
        label: "Ready for signature",
        explanation: "Possible once nothing is missing. Another version starts over.",
        permission: Permission::EditRegister,
        needs_reason: false,
        kind: ButtonKind::Primary,
    },
    Step {
        event: SccEvent::SignBothSides,
        place: "confirm",
        label: "Confirm that they are in force",
        explanation: "Says that both parties signed this version, or that an archived agreement takes it in. Whoever prepared it or recorded the signatures cannot confirm it. An earlier version in force is replaced.",
        permission: Permission::ConfirmClauses,
        needs_reason: false,
        kind: ButtonKind::Primary,
    },
    Step {
        event: SccEvent::Suspend,
        place: "suspend",
        label: "Suspend",
        explanation: "For a breach, or because the importer cannot comply (clauses 14(f), 16(b)). Gates that rest on the set turn red at once, and one month to restore compliance begins (clause 16(c)).",
        permission: Permission::Suspend,
        needs_reason: true,
        kind: ButtonKind::Danger,
    },
    Step {
        event: SccEvent::Resume,
        place: "resume",
        label: "Resume",
        explanation: "Compliance is restored; say how.",
        permission: Permission::Suspend,
        needs_reason: true,
        kind: ButtonKind::Primary,
    },
    Step {
        event: SccEvent::Terminate,
        place: "terminate",
        label: "Terminate",
        explanation: "Ends the set for good. Data is returned or deleted, and that is certified (clause 16(d)).",
        permission: Permission::Suspend,
        needs_reason: true,
        kind: ButtonKind::Danger,
    },
    Step {
        event: SccEvent::Supersede,
        place: "supersede",
        label: "Replaced by another set",
        explanation: "Another set of this engagement takes its place, and the transfers name that one already. A newer version of this set replaces it by itself.",
        permission: Permission::Suspend,
        needs_reason: true,
        kind: ButtonKind::Danger,
    },
    Step {
        event: SccEvent::Revoke,
        place: "revoke",
        label: "Revoke because of adequacy",
        explanation: "Clause 16(e): possible once an adequacy decision covers every transfer that names the set, and none rests on the set any more. Not for the framework with the United States.",
        permission: Permission::Suspend,
        needs_reason: true,
        kind: ButtonKind::Danger,
    },
];

/// The button for an event.
pub(super) fn step_of(event: SccEvent) -> Result<&'static Step, HttpError> {
    STEPS
        .iter()
        .find(|step| step.event == event)
        .ok_or(HttpError::NotFound)
}

/// The version that an event is about: preparing and signing the newest one, all else the one that is agreed.
pub(super) fn target(set: &Set, event: SccEvent) -> Result<&StoredRecord, HttpError> {
    match event {
        SccEvent::FillAnnexes | SccEvent::Complete | SccEvent::SignOneSide | SccEvent::SignBothSides => {
            set.newest()
        }
        _ => set.counting(),
    }
}

/// What this person can let happen now, and what stands in the way.
pub(super) fn steps(state: &AppState, staff: &Staff, set: &Set) -> Vec<StateStep> {
    STEPS
        .iter()
        .filter(|step| staff.may(step.permission))
        .filter(|step| {
            target(set, step.event)
                .and_then(body)
                .is_ok_and(|clauses| clauses.standing.state.next(step.event).is_ok())
        })
        .map(|step| {
            let obstacles = obstacles(state, staff, set, step.event);
            StateStep {
                label: step.label.to_owned(),
                action: format!("{}/{}", set.file.path(), step.place),
                explanation: step.explanation.to_owned(),
                refused: (!obstacles.is_empty()).then(|| obstacles.join("; ")),
                needs_reason: step.needs_reason,
                kind: step.kind,
                seen: Some(set.seen(step.event)),
                typed: String::new(),
                error: None,
            }
        })
        .collect()
}

/// Everything beyond the state itself that stands in the way.
pub(super) fn obstacles(state: &AppState, staff: &Staff, set: &Set, event: SccEvent) -> Vec<String> {
    let Ok(clauses) = target(set, event).and_then(body) else {
        return Vec::new();
    };
    match event {
        SccEvent::Complete => unfit(set, clauses),
        SccEvent::SignBothSides => {
            let mut obstacles = unfit(set, clauses);
            let missing = clauses.standing.signing.missing();
            obstacles.extend(missing.iter().map(|(_, text)| format!("{text} is not recorded")));
            let contradicted = clauses.standing.signing.contradicted(clauses.version);
            obstacles.extend(contradicted.into_iter().map(|(_, why)| why));
            // Until that day an earlier version goes on counting.
            obstacles.extend(
                clauses
                    .standing
                    .signing
                    .in_force_on
                    .filter(|first| *first > set.today)
                    .map(|first| format!("they are in force from {} only: confirm them then", day(first))),
            );
            if approve(staff.id, &set.authors()).is_err() {
                obstacles
                    .push("you worked on this version yourself, so somebody else must confirm it".to_owned());
            }
            obstacles
        }
        SccEvent::Supersede => {
            let others = set
                .facts
                .clauses
                .iter()
                .filter(|(number, _)| **number != set.file.number);
            let has_other = others
                .map(|(_, recorded)| recorded.body.standing.state)
                .any(|state| state == SccState::InForce);
            if !has_other {
                return vec!["no other set of this engagement is in force".to_owned()];
            }
            set.naming()
                .map(|(number, transfer)| {
                    let place = transfer.destination.label();
                    format!("transfer {number}, to {place}, names this set: let it name the other one first")
                })
                .collect()
        }
        SccEvent::Revoke => revocation_obstacles(&set.facts, set.file.number, state.clock.now()),
        _ => Vec::new(),
    }
}

/// Why a set cannot be made ready: an old one, an altered one, one with another company, or one in which something is
/// missing.
fn unfit(set: &Set, clauses: &Clauses) -> Vec<String> {
    let mut reasons = Vec::new();
    if clauses.version != SccVersion::V2021 {
        reasons.push(format!(
            "clauses {} ended as safeguards on 27 December 2022 (SCC_LEGACY)",
            clauses.version.label()
        ));
    }
    if clauses.modified {
        reasons.push("the text of the clauses was altered, which clause 2 forbids (SCC_ANNEX)".to_owned());
    }
    let other = clauses.other_importer(&set.facts.organisation);
    reasons.extend(other.map(|why| format!("{why} (SCC_ANNEX)")));
    let (reference, exporter) = (&set.facts.reference, set.facts.clauses_exporter());
    let missing = clauses.missing(reference, exporter, set.today);
    if !missing.is_empty() {
        let parts = clauses.incomplete_parts(reference, exporter, set.today);
        let labels: Vec<_> = parts.iter().map(|part| part.label()).collect();
        reasons.push(format!(
            "{} missing, in {} (SCC_ANNEX)",
            domain::words::count(missing.len(), "field is", "fields are"),
            labels.join(", ")
        ));
    }
    reasons
}
