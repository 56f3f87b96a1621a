//! Whether what allows each recorded transfer still holds. The nightly look at engagements in use suspends one whose
//! mechanism is lost (legal-rules §10.1, §10.4), and only that: a paper that is late, incomplete or too old is a task.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::facts::RegisterFacts;
use super::transfer::{no_transfer_to, uncovered};
use super::{Reason, ReasonCode, Subject, evaluate_register};
use crate::adequacy_loss::fall_back;
use crate::country::Place;
use crate::legal_record::{LegalRecordKind, Mechanism, MechanismKind, Recorded, Transfer};
use crate::zone::Zone;

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
    /// Data goes there, and no transfer is recorded that says why it may. One that never was cannot be lost; one that is gone
    /// from the record, ended or pointed elsewhere, is.
    Unrecorded(Vec<Reason>),
}

impl Hold {
    /// The worse of two: a destination is as good as its worst transfer.
    fn worse(self, other: Self) -> Self {
        let rank = |hold: &Self| match hold {
            Self::Holds => 0,
            Self::OnFallback(_) => 1,
            Self::Unrecorded(_) => 2,
            Self::Lost(_) => 3,
        };
        let (mut worse, better) = if rank(&other) > rank(&self) {
            (other, self)
        } else {
            (self, other)
        };
        match (&mut worse, better) {
            (Self::Lost(reasons), Self::Lost(more)) | (Self::OnFallback(reasons), Self::OnFallback(more)) => {
                reasons.extend(more);
            }
            _ => {}
        }
        worse
    }
}

/// How the mechanism of every recorded transfer stands at `t`, by destination, and where one is missing.
pub fn holds(facts: &RegisterFacts, t: DateTime<Utc>) -> BTreeMap<Place, Hold> {
    let mut by_place: BTreeMap<Place, Hold> = BTreeMap::new();
    for transfer in &facts.transfers {
        let hold = hold(facts, transfer, t);
        let known = by_place.remove(&transfer.body.destination).unwrap_or(Hold::Holds);
        by_place.insert(transfer.body.destination, known.worse(hold));
    }
    let missing: Vec<Place> = uncovered(facts, Zone::BRUSSELS.local_date(t)).collect();
    if missing.is_empty() {
        return by_place;
    }
    let reasons = evaluate_register(facts, t).reasons;
    for place in missing {
        let said = no_transfer_to(place);
        let about_it = reasons.iter().filter(|reason| reason.detail == said);
        let hold = Hold::Unrecorded(about_it.cloned().collect());
        let known = by_place.remove(&place).unwrap_or(Hold::Holds);
        by_place.insert(place, known.worse(hold));
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
        .filter(|r| {
            r.code.is_loss_of_mechanism()
                || (r.code == ReasonCode::AdequacyScope && is_outside_the_scope(transfer))
        })
        .filter(|r| r.detail.contains(place) && !is_about_an_absent_transfer(r))
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

/// Whether somebody found that the decision does not cover the importer. That nobody has shown that it does is a doubt only.
fn is_outside_the_scope(transfer: &Recorded<Transfer>) -> bool {
    matches!(&transfer.body.mechanism, Mechanism::Adequacy(reliance) if reliance.in_scope == Some(false))
}

/// Whether a reason says that no transfer to some place is recorded: judged alone, a transfer leaves every other place without
/// one.
fn is_about_an_absent_transfer(reason: &Reason) -> bool {
    matches!(
        reason.subject,
        Some(Subject::Absent {
            kind: LegalRecordKind::Transfer,
            ..
        })
    )
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
