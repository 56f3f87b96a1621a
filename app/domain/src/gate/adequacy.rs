//! Which adequacy decisions carry a transfer. Several may be about one country at the same time: each is judged, and one that
//! covers the transfer suffices.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::facts::RegisterFacts;
use super::transfer::to;
use super::{Findings, ReasonCode as R};
use crate::country::Place;
use crate::legal_record::{AdequacyReliance, Origin, Transfer};
use crate::reference::{AdequacyDecision, AdequacyRegime, AdequacyScope, EftaStatus};

/// Under which laws a transfer is exported: as recorded, and under that of the country of the legal entity that engages,
/// where it is known, whether or not somebody ticked it.
pub(super) fn origins(facts: &RegisterFacts, transfer: &Transfer, day: NaiveDate) -> BTreeSet<Origin> {
    let mut origins = transfer.origins.clone();
    origins.extend(
        facts
            .exporter
            .and_then(|country| Origin::of(country, facts.reference.is_eea(country, day))),
    );
    origins
}

/// The regimes that judge it.
pub(super) fn regimes(
    facts: &RegisterFacts,
    transfer: &Transfer,
    day: NaiveDate,
) -> BTreeSet<AdequacyRegime> {
    let mut regimes = transfer.regimes();
    regimes.extend(origins(facts, transfer, day).into_iter().map(AdequacyRegime::of));
    regimes
}

/// The decisions in force about a destination that serve its export under a regime, at least one; or why there is none.
pub(super) fn decisions<'a>(
    facts: &'a RegisterFacts,
    transfer: &Transfer,
    regime: AdequacyRegime,
    brussels: NaiveDate,
) -> Result<Vec<&'a AdequacyDecision>, (R, String)> {
    let Place::Country(country) = transfer.destination else {
        return Err((
            R::NoValidMechanism,
            "no adequacy decision covers the whole world".to_owned(),
        ));
    };
    let all: Vec<_> = facts.reference.adequacy(country, regime).collect();
    let efta = regime == AdequacyRegime::Eu && origins(facts, transfer, brussels).contains(&Origin::EeaEfta);
    let (mut serving, mut gaps) = (Vec::new(), Vec::new());
    for decision in all.iter().filter(|decision| decision.is_in_force(brussels)) {
        match decision.efta_gap(&facts.efta_exporters).filter(|_| efta) {
            None => serving.push(*decision),
            Some((state, status)) => {
                let (instrument, state) = (&decision.instrument, state.label());
                gaps.push(if status == EftaStatus::Unknown {
                    format!("nobody has found out whether {instrument} applies to exports from {state}")
                } else {
                    format!("{instrument} does not apply to exports from {state} yet")
                });
            }
        }
    }
    if !serving.is_empty() {
        return Ok(serving);
    }
    if let Some(gap) = gaps.into_iter().next() {
        return Err((R::NoValidMechanism, gap));
    }
    match all.iter().find(|decision| decision.in_force_from <= brussels) {
        Some(ended) => Err((R::AdequacyExpired, format!("{} has ended", ended.instrument))),
        None => Err((
            R::NoValidMechanism,
            format!("no {} adequacy decision for it", regime.label()),
        )),
    }
}

/// Whether one of the decisions that serve a transfer has a scope.
pub(super) fn has_scope(
    facts: &RegisterFacts,
    transfer: &Transfer,
    regime: AdequacyRegime,
    brussels: NaiveDate,
    scope: AdequacyScope,
) -> bool {
    decisions(facts, transfer, regime, brussels)
        .is_ok_and(|all| all.iter().any(|decision| decision.scope == scope))
}

/// Why a decision is not shown to cover an importer; nothing where it is.
pub(super) fn shortfall(decision: &AdequacyDecision, reliance: Option<&AdequacyReliance>) -> Option<String> {
    match decision.scope {
        AdequacyScope::Full => None,
        AdequacyScope::Partial => {
            let question = decision.scope_question.as_ref();
            let answered = reliance.is_some_and(|r| {
                r.in_scope == Some(true)
                    && r.scope_evidence.is_some()
                    && question.is_none_or(|question| r.asked.contains(question.as_str()))
            });
            let question = question.map_or("is the importer covered?", |q| q.as_str());
            (!answered).then(|| format!("not shown with evidence: {question}"))
        }
        AdequacyScope::ListedEntities => Some(format!(
            "{} covers only listed companies; rest the transfer on the Data Privacy Framework",
            decision.instrument
        )),
    }
}

pub(super) fn adequacy(
    facts: &RegisterFacts,
    transfer: &Transfer,
    reliance: Option<&AdequacyReliance>,
    brussels: NaiveDate,
    found: &mut Findings,
) {
    for regime in regimes(facts, transfer, brussels) {
        match decisions(facts, transfer, regime, brussels) {
            Err((code, detail)) => found.add(code, format!("{}: {detail}", to(transfer))),
            Ok(decisions) => {
                let shortfalls: Vec<String> = decisions
                    .iter()
                    .filter_map(|decision| shortfall(decision, reliance))
                    .collect();
                if shortfalls.len() == decisions.len() {
                    for detail in shortfalls {
                        found.add(R::AdequacyScope, format!("{}: {detail}", to(transfer)));
                    }
                }
            }
        }
    }
}
