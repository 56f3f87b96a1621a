//! The transfer impact assessment: the record of specification §4.2, part by part (A to I).
//!
//! A record may be incomplete: a draft is one that lacks something. [`Tia::missing`] is the one place that says what,
//! and nothing that lacks anything is handed in or approved.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::transfer::MechanismKind;
use crate::approval::{Approval, AuthorCannotApprove};
use crate::country::Place;
use crate::id::StaffId;
use crate::reference::AdequacyRegime;
use crate::text::{Line, Prose};
use crate::transition::Refused;
use crate::trigger::TriggerKind;

mod checks;
mod conclusion;
mod description;
mod identity;
mod measure;
mod missing;
mod practice;
mod redact;
mod state;
mod tool;

pub use checks::{Check, Checks};
pub use conclusion::Conclusion;
pub use description::{DataFormat, Description};
pub use identity::{Identity, TiaType};
pub use measure::{Measure, MeasureKind, MeasureStanding, MeasureStatus};
pub use missing::{Against, KnownCountry, Part, TiaMissing, TiaStep};
pub use practice::{Applies, CountryReference, Experience, LawAnswer, Practice, Situation};
pub use state::{TiaEvent, TiaOutcome, TiaState};
pub use tool::Tool;

/// A transfer impact assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tia {
    /// Kind.
    pub tia_type: TiaType,
    /// Destinations it covers; empty for a note that nothing leaves the EEA.
    pub destinations: BTreeSet<Place>,
    /// Where it is in its life.
    pub state: TiaState,
    /// Everyone who edited it since it was approved last.
    pub authors: BTreeSet<StaffId>,
    /// The five questions that come first (§4.1).
    #[serde(default)]
    pub checks: Checks,
    /// Part A, beside kind and authors.
    #[serde(default)]
    pub identity: Identity,
    /// Part B.
    #[serde(default)]
    pub description: Description,
    /// Part C.
    #[serde(default)]
    pub tool: Tool,
    /// Part D: law and practice, destination by destination.
    #[serde(default)]
    pub practice: BTreeMap<Place, Practice>,
    /// Part D: what law and practice come to for this transfer.
    pub situation: Option<Situation>,
    /// Part D: why the problematic law will not be applied to this transfer.
    #[serde(default, alias = "situation_text")]
    pub demonstration: Option<Prose>,
    /// Part E.
    pub measures: Vec<Measure>,
    /// Part F: what it came to.
    pub outcome: Option<TiaOutcome>,
    /// Part F, in words.
    #[serde(default)]
    pub conclusion: Conclusion,
    /// Part G: who approved it.
    pub approver: Option<StaffId>,
    /// Part G: day of the approval.
    pub approved_on: Option<NaiveDate>,
    /// Part H: day of the next review.
    pub next_review_on: Option<NaiveDate>,
    /// Part H: events that open a review before that day.
    #[serde(default)]
    pub triggers_watched: BTreeSet<TriggerKind>,
    /// Part I: what customers are told.
    pub customer_summary: Option<Line<500>>,
    /// Part I: what is left out of what others get, and why.
    #[serde(default)]
    pub redaction_notes: Option<Prose>,
}

/// Why an assessment is not handed in or not approved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TiaRefused {
    /// There is no such step from its state.
    #[error(transparent)]
    Step(#[from] Refused),
    /// Whoever decides worked on it.
    #[error(transparent)]
    Author(#[from] AuthorCannotApprove),
    /// Something is missing; never empty.
    #[error("The assessment is not complete")]
    Incomplete(Vec<TiaMissing>),
}

impl Tia {
    /// An empty draft of a kind.
    pub fn draft(tia_type: TiaType, destinations: BTreeSet<Place>, author: StaffId) -> Self {
        Self {
            tia_type,
            destinations,
            state: TiaState::Draft,
            authors: BTreeSet::from([author]),
            checks: Checks::default(),
            identity: Identity::default(),
            description: Description::default(),
            tool: Tool::default(),
            practice: BTreeMap::new(),
            situation: None,
            demonstration: None,
            measures: Vec::new(),
            outcome: None,
            conclusion: Conclusion::default(),
            approver: None,
            approved_on: None,
            next_review_on: None,
            triggers_watched: BTreeSet::new(),
            customer_summary: None,
            redaction_notes: None,
        }
    }

    /// A new draft that starts as a copy: nobody has approved it, and its authors are those who work on it now.
    #[must_use]
    pub fn copy_by(&self, author: StaffId) -> Self {
        Self {
            state: TiaState::Draft,
            authors: BTreeSet::from([author]),
            approver: None,
            approved_on: None,
            ..self.clone()
        }
    }

    /// Hands a complete draft in.
    pub fn hand_in(self, against: &Against) -> Result<Self, TiaRefused> {
        let state = self.state.next(TiaEvent::Submit)?;
        self.require_complete(against)?;
        Ok(Self { state, ..self })
    }

    /// Approves it on `day`: by nobody who worked on it, and with nothing missing.
    pub fn approve(self, approval: Approval, day: NaiveDate, against: &Against) -> Result<Self, TiaRefused> {
        let state = self.state.next(TiaEvent::Approve)?;
        if self.authors.contains(&approval.by()) {
            return Err(AuthorCannotApprove.into());
        }
        self.require_complete(against)?;
        Ok(Self {
            state,
            approver: Some(approval.by()),
            approved_on: Some(day),
            ..self
        })
    }

    fn require_complete(&self, against: &Against) -> Result<(), TiaRefused> {
        let missing = self.missing(against);
        if missing.is_empty() {
            Ok(())
        } else {
            Err(TiaRefused::Incomplete(missing))
        }
    }

    /// Measures that are not in place.
    pub fn open_measures(&self) -> impl Iterator<Item = &Measure> {
        self.measures
            .iter()
            .filter(|measure| measure.standing.status < MeasureStatus::Implemented)
    }

    /// Gives every measure a number of its own, which it keeps in later versions.
    pub fn number_measures(&mut self) {
        let mut next = self
            .measures
            .iter()
            .map(|measure| measure.number)
            .max()
            .unwrap_or(0);
        for measure in self.measures.iter_mut().filter(|measure| measure.number == 0) {
            next += 1;
            measure.number = next;
        }
    }

    /// Whether any law at a destination applies to the importer, or might.
    pub fn may_fall_under_a_law(&self) -> bool {
        self.practice
            .values()
            .flat_map(|practice| &practice.laws)
            .any(|law| law.applies != Some(Applies::No))
    }

    /// Whether this kind of assessment is enough for what is exported under a law by a mechanism. The British and the Swiss
    /// one serve exports under their own law, and no other; the other kinds serve exports under each.
    pub const fn fits(&self, law: AdequacyRegime, mechanism: MechanismKind) -> bool {
        let is_own = matches!(
            (self.tia_type, law),
            (TiaType::UkTra, AdequacyRegime::Uk) | (TiaType::Ch, AdequacyRegime::Ch)
        );
        // Whether a safeguard works there is another question than whether one can do without (§4.2 C).
        let is_about_safeguard = match self.tool.mechanism {
            Some(MechanismKind::Art49) => false,
            Some(MechanismKind::Adequacy) => self.tool.fallback.is_some(),
            _ => true,
        };
        match mechanism {
            MechanismKind::NoneRequired => true,
            MechanismKind::Adequacy | MechanismKind::Dpf | MechanismKind::Art49 => {
                is_own || matches!(self.tia_type, TiaType::AdequacyNote | TiaType::Full46)
            }
            MechanismKind::Scc | MechanismKind::Bcr | MechanismKind::Other46 => {
                is_about_safeguard && (is_own || matches!(self.tia_type, TiaType::Full46))
            }
        }
    }

    /// Whether the outcome permits a transfer by a mechanism.
    pub const fn permits(&self, mechanism: MechanismKind) -> bool {
        match self.outcome {
            Some(TiaOutcome::Allowed | TiaOutcome::AllowedWithMeasures) => true,
            Some(TiaOutcome::NotRequiredEea) => matches!(mechanism, MechanismKind::NoneRequired),
            Some(TiaOutcome::NotRequiredAdequacy) => {
                matches!(
                    mechanism,
                    MechanismKind::NoneRequired | MechanismKind::Adequacy | MechanismKind::Dpf
                )
            }
            Some(TiaOutcome::NotAllowed | TiaOutcome::Suspend) | None => false,
        }
    }
}

#[cfg(test)]
mod tests;
