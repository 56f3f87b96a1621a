//! G5 and G6: every transfer has a mechanism that is valid now, and clauses are in order.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::facts::RegisterFacts;
use super::{Findings, ReasonCode as R};
use crate::country::Place;
use crate::dpf;
use crate::engagement::RelationshipRole;
use crate::legal_record::{
    AdequacyReliance, BcrKind, DpfFramework, DpfReliance, Mechanism, MechanismKind, Origin, Scc, SccModule,
    SccState, SccVersion, Transfer,
};
use crate::notice::places_outside;
use crate::organisation::same_name;
use crate::reference::{AdequacyDecision, AdequacyRegime, AdequacyScope};
use crate::words::day;

/// `today` is the publisher's date, `brussels` the date in Brussels, where adequacy decisions end at 24:00.
pub(super) fn mechanisms(facts: &RegisterFacts, today: NaiveDate, brussels: NaiveDate, found: &mut Findings) {
    for place in places_outside(&facts.organisation, &facts.engagement, &facts.reference, brussels) {
        let covered = facts
            .transfers
            .iter()
            .any(|t| t.body.destination == place && t.body.mechanism.kind() != MechanismKind::NoneRequired);
        found.require(covered, R::NoValidMechanism, || {
            format!("no transfer to {} is recorded", place.label())
        });
    }
    for transfer in facts.transfers.iter().map(|recorded| &recorded.body) {
        mechanism(facts, transfer, today, brussels, found);
        instruments_beyond_eu(facts, transfer, today, brussels, found);
    }
}

/// G6 for the clauses that a transfer rests on. Clauses in reserve are judged with the fallback.
pub(super) fn clauses(facts: &RegisterFacts, today: NaiveDate, found: &mut Findings) {
    for transfer in facts.transfers.iter().map(|recorded| &recorded.body) {
        if let Mechanism::Scc(scc) = &transfer.mechanism {
            for (code, detail) in clause_faults(facts, scc, today) {
                found.add(code, format!("{}: {detail}", to(transfer)));
            }
        }
    }
}

/// What is wrong with a set of clauses.
pub(super) fn clause_faults(facts: &RegisterFacts, scc: &Scc, today: NaiveDate) -> Vec<(R, String)> {
    let mut faults = Vec::new();
    if scc.version != SccVersion::V2021 {
        faults.push((
            R::SccLegacy,
            format!("clauses {} no longer count", scc.version.label()),
        ));
    }
    let needed = match facts.engagement.relationship_role {
        RelationshipRole::OwnProcessor => SccModule::Two,
        RelationshipRole::IndependentController | RelationshipRole::JointController => SccModule::One,
        _ => SccModule::Three,
    };
    if scc.module != needed {
        faults.push((
            R::SccModule,
            format!("{} is agreed, {} is needed", scc.module.label(), needed.label()),
        ));
    }
    if scc.state != SccState::InForce {
        faults.push((R::SccNotInForce, format!("the clauses are {}", scc.state.label())));
    } else if scc.in_force_on.is_none_or(|from| today < from) {
        let from = scc.in_force_on.map_or_else(|| "an unknown day".to_owned(), day);
        faults.push((R::SccNotInForce, format!("the clauses are in force from {from}")));
    }
    let missing = scc.missing_annexes();
    if !missing.is_empty() {
        let labels: Vec<_> = missing.iter().map(|annex| annex.label()).collect();
        faults.push((R::SccAnnex, format!("incomplete: {}", labels.join(", "))));
    }
    if scc.modified {
        faults.push((R::SccAnnex, "the text of the clauses was altered".to_owned()));
    }
    faults
}

fn to(transfer: &Transfer) -> String {
    format!("to {}", transfer.destination.label())
}

fn mechanism(
    facts: &RegisterFacts,
    transfer: &Transfer,
    today: NaiveDate,
    brussels: NaiveDate,
    found: &mut Findings,
) {
    let outside = facts.reference.is_outside(transfer.destination, brussels);
    match &transfer.mechanism {
        Mechanism::NoneRequired => found.require(!outside, R::NoValidMechanism, || {
            format!("{} is outside the EEA", transfer.destination.label())
        }),
        Mechanism::Adequacy(reliance) => adequacy(facts, transfer, reliance, brussels, found),
        Mechanism::Dpf(reliance) => framework(facts, transfer, reliance, today, brussels, found),
        // judged by G6 and G7
        Mechanism::Scc(_) => {}
        Mechanism::Bcr(bcr) => {
            let valid = bcr.kind == BcrKind::Processor && bcr.approval.is_some() && bcr.covers_transfer;
            found.require(valid, R::NoValidMechanism, || {
                format!(
                    "{}: the rules must be approved, for processors, and cover this transfer",
                    to(transfer)
                )
            });
        }
        Mechanism::Other46(safeguard) => {
            found.require(safeguard.approval.is_some(), R::NoValidMechanism, || {
                format!("{}: the safeguard has no reference or approval", to(transfer))
            });
        }
        Mechanism::Art49(derogation) => found.require(derogation.permits(today), R::Art49Blocked, || {
            format!(
                "{}: a derogation needs the data protection officer, a reason and an early end",
                to(transfer)
            )
        }),
    }
}

/// The decision in force for a destination under a regime, or why there is none.
fn decision<'a>(
    facts: &'a RegisterFacts,
    transfer: &Transfer,
    regime: AdequacyRegime,
    brussels: NaiveDate,
) -> Result<&'a AdequacyDecision, (R, String)> {
    let Place::Country(country) = transfer.destination else {
        return Err((
            R::NoValidMechanism,
            "no adequacy decision covers the whole world".to_owned(),
        ));
    };
    let efta = regime == AdequacyRegime::Eu && transfer.origins.contains(&Origin::EeaEfta);
    let all: Vec<_> = facts.reference.adequacy(country, regime).collect();
    if let Some(decision) = all.iter().find(|d| d.is_in_force(brussels)) {
        let gap = decision.efta_gap(&facts.efta_exporters).filter(|_| efta);
        return match gap {
            Some((state, status)) => Err((
                R::NoValidMechanism,
                format!(
                    "whether {} applies to exports from {}: {}",
                    decision.instrument,
                    state.label(),
                    status.label()
                ),
            )),
            None => Ok(decision),
        };
    }
    match all.iter().find(|d| d.in_force_from <= brussels) {
        Some(ended) => Err((R::AdequacyExpired, format!("{} has ended", ended.instrument))),
        None => Err((
            R::NoValidMechanism,
            format!("no {} adequacy decision for it", regime.label()),
        )),
    }
}

fn adequacy(
    facts: &RegisterFacts,
    transfer: &Transfer,
    reliance: &AdequacyReliance,
    brussels: NaiveDate,
    found: &mut Findings,
) {
    for regime in transfer.regimes() {
        match decision(facts, transfer, regime, brussels) {
            Err((code, detail)) => found.add(code, format!("{}: {detail}", to(transfer))),
            Ok(decision) => match decision.scope {
                AdequacyScope::Full => {}
                AdequacyScope::Partial => {
                    let answered = reliance.in_scope == Some(true) && reliance.scope_evidence.is_some();
                    found.require(answered, R::AdequacyScope, || {
                        let question = decision
                            .scope_question
                            .as_ref()
                            .map_or("is the importer covered?", |q| q.as_str());
                        format!("{}: not shown with evidence: {question}", to(transfer))
                    });
                }
                AdequacyScope::ListedEntities => found.add(
                    R::AdequacyScope,
                    format!(
                        "{}: {} covers only listed companies; record a DPF check",
                        to(transfer),
                        decision.instrument
                    ),
                ),
            },
        }
    }
}

fn framework(
    facts: &RegisterFacts,
    transfer: &Transfer,
    reliance: &DpfReliance,
    today: NaiveDate,
    brussels: NaiveDate,
    found: &mut Findings,
) {
    let mut frameworks: BTreeSet<DpfFramework> = BTreeSet::new();
    for regime in transfer.regimes() {
        if let Err((code, detail)) = decision(facts, transfer, regime, brussels) {
            found.add(code, format!("{}: {detail}", to(transfer)));
        }
        frameworks.extend(dpf::frameworks(regime));
    }
    let freshness = dpf::fresh_for(facts.stage);
    let importer = &transfer.importer;
    found.require(facts.organisation.is_named(importer.as_str()), R::DpfScope, || {
        format!(
            "{}: {importer} imports, which is not the contracting company; a certificate covers the company on the list",
            to(transfer)
        )
    });
    found.require(reliance.hr_data || reliance.non_hr_data, R::DpfScope, || {
        format!(
            "{}: say whether human-resources or other data is transferred",
            to(transfer)
        )
    });
    for framework in frameworks {
        let at = format!("{}, {}", to(transfer), framework.label());
        let Some(check) = reliance.checks.get(&framework) else {
            found.add(R::DpfNotActive, format!("{at}: the list was not checked"));
            continue;
        };
        found.require(check.status.is_active(), R::DpfNotActive, || {
            format!("{at}: {}", check.status.label())
        });
        let listed = check.entity_as_listed.as_str();
        let contract = facts.contract.as_ref().map(|c| c.body.entity_name.as_str());
        let same = facts.organisation.is_named(listed) && contract.is_none_or(|name| same_name(name, listed));
        found.require(same, R::DpfScope, || {
            format!("{at}: {listed} is listed, which is not the contracting company")
        });
        found.require(!reliance.hr_data || check.covers_hr, R::DpfScope, || {
            format!("{at}: the certificate does not cover human-resources data")
        });
        found.require(!reliance.non_hr_data || check.covers_non_hr, R::DpfScope, || {
            format!("{at}: the certificate covers human-resources data only")
        });
        let age = (today - check.checked_on).num_days();
        found.require((0..=freshness).contains(&age), R::DpfCheckStale, || {
            format!(
                "{at}: checked on {}, which may be at most {freshness} days ago",
                day(check.checked_on)
            )
        });
    }
}

/// The UK and Swiss legs of transfers that rest on clauses or rules; adequacy and the framework have their own rows.
fn instruments_beyond_eu(
    facts: &RegisterFacts,
    transfer: &Transfer,
    today: NaiveDate,
    brussels: NaiveDate,
    found: &mut Findings,
) {
    let rests_on_papers = matches!(
        transfer.mechanism,
        Mechanism::Scc(_) | Mechanism::Other46(_) | Mechanism::Bcr(_)
    );
    if !rests_on_papers {
        return;
    }
    let is_adequate = |regime| {
        decision(facts, transfer, regime, brussels)
            .is_ok_and(|decision| decision.scope == AdequacyScope::Full)
    };
    if transfer.origins.contains(&Origin::Uk) && !is_adequate(AdequacyRegime::Uk) {
        let valid = transfer
            .uk
            .as_ref()
            .is_some_and(|uk| uk.tables_complete && uk.in_force_on <= today);
        found.require(valid, R::UkInstrumentMissing, || {
            format!(
                "{}: the UK leg needs the Addendum or the IDTA, complete and in force",
                to(transfer)
            )
        });
    }
    if transfer.origins.contains(&Origin::Ch) && !is_adequate(AdequacyRegime::Ch) {
        found.require(transfer.swiss_adaptations, R::NoValidMechanism, || {
            format!(
                "{}: the Swiss leg needs the Swiss adaptations of the clauses",
                to(transfer)
            )
        });
    }
}
