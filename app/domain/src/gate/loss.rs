//! Whether what allows each recorded transfer still holds. The nightly look at engagements in use suspends one whose
//! mechanism is lost (legal-rules §10.1, §10.4), and only that: a paper that is late, incomplete or too old is a task.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::facts::RegisterFacts;
use super::{Reason, ReasonCode, Subject, evaluate_register};
use crate::adequacy_loss::fall_back;
use crate::country::Place;
use crate::legal_record::{MechanismKind, Recorded, Transfer};

impl ReasonCode {
    /// Whether it says that nothing allows a transfer any more (GDPR Articles 44 to 49), rather than that a paper is
    /// missing, old or in doubt. An approved assessment that forbids the transfer counts (SCC clause 14(f)).
    pub const fn is_loss_of_mechanism(self) -> bool {
        matches!(
            self,
            Self::NoValidMechanism
                | Self::AdequacyExpired
                | Self::DpfNotActive
                | Self::UkInstrumentMissing
                | Self::Art49Blocked
                | Self::SccNotInForce
                | Self::TiaNegative
        )
    }
}

/// How the mechanism of one destination stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hold {
    /// It holds, or is in doubt at most.
    Holds,
    /// It is lost, and clauses with a full assessment stand ready in its place: switch to them.
    OnFallback(Vec<Reason>),
    /// It is lost, and nothing stands in its place.
    Lost(Vec<Reason>),
}

impl Hold {
    /// The worse of two: a destination is as good as its worst transfer.
    fn worse(self, other: Self) -> Self {
        match (self, other) {
            (Self::Lost(mut reasons), Self::Lost(more)) => {
                reasons.extend(more);
                Self::Lost(reasons)
            }
            (lost @ Self::Lost(_), _) | (_, lost @ Self::Lost(_)) => lost,
            (Self::OnFallback(mut reasons), Self::OnFallback(more)) => {
                reasons.extend(more);
                Self::OnFallback(reasons)
            }
            (swap @ Self::OnFallback(_), _) | (_, swap @ Self::OnFallback(_)) => swap,
            (Self::Holds, Self::Holds) => Self::Holds,
        }
    }
}

/// How the mechanism of every recorded transfer stands at `t`, by destination. A place without a recorded transfer is no
/// entry: what was never there cannot be lost.
pub fn holds(facts: &RegisterFacts, t: DateTime<Utc>) -> BTreeMap<Place, Hold> {
    let mut by_place: BTreeMap<Place, Hold> = BTreeMap::new();
    for transfer in &facts.transfers {
        let hold = hold(facts, transfer, t);
        let known = by_place.remove(&transfer.body.destination).unwrap_or(Hold::Holds);
        by_place.insert(transfer.body.destination, known.worse(hold));
    }
    by_place
}

fn hold(facts: &RegisterFacts, transfer: &Recorded<Transfer>, t: DateTime<Utc>) -> Hold {
    let mut alone = facts.clone();
    alone.transfers = vec![transfer.clone()];
    let reasons = evaluate_register(&alone, t).reasons;
    let place = transfer.body.destination.label();
    let lost: Vec<Reason> = reasons
        .iter()
        .filter(|r| r.code.is_loss_of_mechanism() && r.detail.contains(place))
        .filter(|r| !r.detail.starts_with("no transfer to"))
        .filter(|r| r.code != ReasonCode::TiaNegative || was_approved(facts, r))
        .cloned()
        .collect();
    if lost.is_empty() {
        return Hold::Holds;
    }
    let is_forbidden = lost.iter().any(|r| r.code == ReasonCode::TiaNegative);
    let may_fall_back = matches!(
        transfer.body.mechanism.kind(),
        MechanismKind::Dpf | MechanismKind::Adequacy
    );
    if may_fall_back && !is_forbidden && fall_back(facts, transfer, t).is_ok() {
        Hold::OnFallback(lost)
    } else {
        Hold::Lost(lost)
    }
}

/// Whether the assessment that a reason is about was approved: what nobody approved forbids nothing, and hides nothing that
/// another one forbids.
fn was_approved(facts: &RegisterFacts, reason: &Reason) -> bool {
    let Some(Subject::Record { id, .. }) = reason.subject else {
        return false;
    };
    let mut tias = facts.tias.iter();
    tias.any(|tia| tia.id == id && tia.body.state.is_standing())
}
