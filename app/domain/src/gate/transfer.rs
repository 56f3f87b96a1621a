//! G5 and G6: every transfer has a mechanism that is valid now, and clauses are in order.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::adequacy::{adequacy, decisions, has_scope, origins, regimes};
use super::facts::RegisterFacts;
use super::{Findings, ReasonCode as R, Subject};
use crate::country::Place;
use crate::dpf;
use crate::legal_record::{
    Bcr, BcrKind, Clauses, ClausesPart, Derogation, DpfFramework, DpfReliance, LegalRecordKind, Mechanism,
    MechanismKind, Origin, OtherSafeguard, Recorded, SccModule, SccReliance, SccState, SccVersion, Transfer,
    party_roles,
};
use crate::notice::places_outside;
use crate::organisation::same_name;
use crate::reference::{AdequacyRegime, AdequacyScope};
use crate::words::day;
use crate::zone::Zone;

/// `today` is the publisher's date, `brussels` the date in Brussels, where adequacy decisions end at 24:00.
pub(super) fn mechanisms(facts: &RegisterFacts, today: NaiveDate, brussels: NaiveDate, found: &mut Findings) {
    for place in places_outside(&facts.organisation, &facts.engagement, &facts.reference, brussels) {
        let absent = Subject::Absent {
            kind: LegalRecordKind::Transfer,
            destination: Some(place),
        };
        found
            .about(absent)
            .require(is_covered(facts, place), R::NoValidMechanism, || {
                no_transfer_to(place)
            });
    }
    for recorded in &facts.transfers {
        found.about(Subject::paper(LegalRecordKind::Transfer, Some(recorded)));
        let transfer = &recorded.body;
        mechanism(facts, transfer, today, brussels, found);
        about_clauses(facts, recorded, found);
        instruments_beyond_eu(facts, transfer, today, brussels, found);
    }
}

/// Whether a transfer to a place outside is recorded, whatever it rests on.
fn is_covered(facts: &RegisterFacts, place: Place) -> bool {
    let mut transfers = facts.transfers.iter();
    transfers.any(|t| t.body.destination == place && t.body.mechanism.kind() != MechanismKind::NoneRequired)
}

/// The places outside that no recorded transfer covers. `brussels` is the date in Brussels.
pub(super) fn uncovered(facts: &RegisterFacts, brussels: NaiveDate) -> impl Iterator<Item = Place> {
    let outside = places_outside(&facts.organisation, &facts.engagement, &facts.reference, brussels);
    outside.into_iter().filter(|place| !is_covered(facts, *place))
}

/// What is said of such a place.
pub(super) fn no_transfer_to(place: Place) -> String {
    format!("no transfer to {} is recorded", place.label())
}

/// G6 for the clauses that a transfer rests on. Clauses in reserve are judged with the fallback.
pub(super) fn clauses(facts: &RegisterFacts, today: NaiveDate, found: &mut Findings) {
    for recorded in &facts.transfers {
        let transfer = &recorded.body;
        if let Mechanism::Scc(reliance) = &transfer.mechanism {
            about_clauses(facts, recorded, found);
            for (code, detail) in clause_faults(facts, transfer, reliance, today) {
                found.add(code, format!("{}: {detail}", to(transfer)));
            }
        }
    }
}

/// Reasons are about the set of clauses that a transfer names, or about the transfer where there is no such set.
pub(super) fn about_clauses(facts: &RegisterFacts, transfer: &Recorded<Transfer>, found: &mut Findings) {
    let set = transfer
        .body
        .clauses()
        .and_then(|reliance| facts.clauses.get(&reliance.clauses));
    found.about(match set {
        Some(set) => Subject::paper(LegalRecordKind::Scc, Some(set)),
        None => Subject::paper(LegalRecordKind::Transfer, Some(transfer)),
    });
}

/// What is wrong with the clauses that a transfer names, for that transfer.
pub(super) fn clause_faults(
    facts: &RegisterFacts,
    transfer: &Transfer,
    reliance: &SccReliance,
    today: NaiveDate,
) -> Vec<(R, String)> {
    match facts.clauses.get(&reliance.clauses) {
        Some(recorded) => {
            let clauses = &recorded.body;
            let mut faults = set_faults(facts, clauses, today);
            let is_of_union = |origin: &Origin| AdequacyRegime::of(*origin) == AdequacyRegime::Eu;
            let covers_union = clauses.origins.iter().any(is_of_union);
            if regimes(facts, transfer, today).contains(&AdequacyRegime::Eu) && !covers_union {
                faults.push((
                    R::SccAnnex,
                    "the set does not cover exports under the law of the Union".to_owned(),
                ));
            }
            let importer = &transfer.importer;
            if !facts.organisation.is_named(importer.as_str()) {
                let agreed = &facts.organisation.legal_name;
                faults.push((
                    R::SccAnnex,
                    format!("{importer} imports, and the clauses are agreed with {agreed}"),
                ));
            }
            faults
        }
        None => vec![(
            R::SccNotInForce,
            format!("set of clauses {} is not on file", reliance.clauses),
        )],
    }
}

fn set_faults(facts: &RegisterFacts, clauses: &Clauses, today: NaiveDate) -> Vec<(R, String)> {
    let mut faults = Vec::new();
    if clauses.version != SccVersion::V2021 {
        faults.push((
            R::SccLegacy,
            format!("clauses {} no longer count", clauses.version.label()),
        ));
    }
    let (exporter, importer) = party_roles(facts.engagement.relationship_role);
    let needed = SccModule::between(exporter, importer);
    if clauses.module != needed {
        faults.push((
            R::SccModule,
            format!(
                "{} is agreed, {} is needed",
                clauses.module.label(),
                needed.label()
            ),
        ));
    }
    let standing = &clauses.standing;
    let in_force_on = standing.signing.in_force_on;
    if standing.state != SccState::InForce {
        faults.push((
            R::SccNotInForce,
            format!("the clauses are {}", standing.state.label()),
        ));
    } else if in_force_on.is_none_or(|from| today < from) {
        let from = in_force_on.map_or_else(|| "an unknown day".to_owned(), day);
        faults.push((R::SccNotInForce, format!("the clauses are in force from {from}")));
    }
    let missing = clauses.incomplete_parts(&facts.reference, facts.clauses_exporter(), today);
    if !missing.is_empty() {
        let labels: Vec<_> = missing.iter().map(|part| part.label()).collect();
        faults.push((R::SccAnnex, format!("incomplete: {}", labels.join(", "))));
    }
    if clauses.modified {
        faults.push((R::SccAnnex, "the text of the clauses was altered".to_owned()));
    }
    let other = clauses.other_importer(&facts.organisation);
    faults.extend(other.map(|why| (R::SccAnnex, why)));
    let is_special = facts
        .engagement
        .special_categories
        .is_known_and(|all| !all.is_empty());
    if is_special && clauses.is_sensitive == Some(false) {
        faults.push((
            R::SccAnnex,
            "Annex I.B says that no sensitive data is transferred, the register says that there is"
                .to_owned(),
        ));
    }
    faults
}

pub(super) fn to(transfer: &Transfer) -> String {
    format!("to {}", transfer.destination.label())
}

fn mechanism(
    facts: &RegisterFacts,
    transfer: &Transfer,
    today: NaiveDate,
    brussels: NaiveDate,
    found: &mut Findings,
) {
    match &transfer.mechanism {
        Mechanism::NoneRequired => stays_inside(facts, transfer.destination, brussels, found),
        Mechanism::Adequacy(reliance) => adequacy(facts, transfer, Some(reliance), brussels, found),
        Mechanism::Dpf(reliance) => dpf(facts, transfer, reliance, today, brussels, found),
        // judged by G6 and G7
        Mechanism::Scc(_) => {}
        Mechanism::Bcr(bcr) => rules(transfer, bcr, found),
        Mechanism::Other46(safeguard) => other_safeguard(transfer, safeguard, found),
        Mechanism::Art49(derogation) => derogated(transfer, derogation, today, found),
    }
}

/// Nothing leaves the EEA: neither by the destination nor to the company that imports.
pub(super) fn stays_inside(
    facts: &RegisterFacts,
    destination: Place,
    brussels: NaiveDate,
    found: &mut Findings,
) {
    let importer = facts.organisation.registration_country.get().copied();
    let mut outside = BTreeSet::from([destination]);
    outside.extend(importer.map(Place::Country));
    outside.retain(|place| facts.reference.is_outside(*place, brussels));
    found.require(outside.is_empty(), R::NoValidMechanism, || {
        let labels: Vec<_> = outside.iter().map(Place::label).collect();
        format!("{} is outside the EEA", labels.join(", "))
    });
}

pub(super) fn rules(transfer: &Transfer, bcr: &Bcr, found: &mut Findings) {
    let valid = bcr.kind == BcrKind::Processor && bcr.approval.is_some() && bcr.covers_transfer;
    found.require(valid, R::NoValidMechanism, || {
        format!(
            "{}: the rules must be approved, for processors, and cover this transfer",
            to(transfer)
        )
    });
}

pub(super) fn other_safeguard(transfer: &Transfer, safeguard: &OtherSafeguard, found: &mut Findings) {
    found.require(safeguard.approval.is_some(), R::NoValidMechanism, || {
        format!("{}: the safeguard has no reference or approval", to(transfer))
    });
}

pub(super) fn derogated(
    transfer: &Transfer,
    derogation: &Derogation,
    today: NaiveDate,
    found: &mut Findings,
) {
    found.require(derogation.permits(today), R::Art49Blocked, || {
        format!(
            "{}: a derogation needs the data protection officer, a reason and an early end",
            to(transfer)
        )
    });
}

pub(super) fn dpf(
    facts: &RegisterFacts,
    transfer: &Transfer,
    reliance: &DpfReliance,
    today: NaiveDate,
    brussels: NaiveDate,
    found: &mut Findings,
) {
    let mut frameworks: BTreeSet<DpfFramework> = BTreeSet::new();
    for regime in regimes(facts, transfer, brussels) {
        match decisions(facts, transfer, regime, brussels) {
            Err((code, detail)) => found.add(code, format!("{}: {detail}", to(transfer))),
            Ok(decisions) => found.require(
                decisions
                    .iter()
                    .any(|decision| decision.scope == AdequacyScope::ListedEntities),
                R::NoValidMechanism,
                || format!("{}: there is no list of certified companies", to(transfer)),
            ),
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
            if check.covers_hr {
                format!("{at}: the certificate covers human-resources data only")
            } else {
                format!("{at}: the certificate does not cover data other than human-resources data")
            }
        });
        let age = (today - check.checked_on).num_days();
        found.require((0..=freshness).contains(&age), R::DpfCheckStale, || {
            format!(
                "{at}: checked on {}, which may be at most {freshness} days ago",
                day(check.checked_on)
            )
        });
        if let Some(due) = dpf::certification_passed(check, today) {
            found.add(
                R::DpfCheckStale,
                format!(
                    "{at}: the next certification was due on {}, and nobody has looked since",
                    day(due)
                ),
            );
        }
    }
}

/// The UK and Swiss legs of transfers that rest on clauses or rules; adequacy and the framework have their own rows. The
/// clauses that the transfer names carry the UK instrument and the Swiss adaptations.
pub(super) fn instruments_beyond_eu(
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
    if rests_on_papers {
        beyond_eu(facts, transfer, today, brussels, found);
    }
}

/// What the UK and Swiss legs of a transfer lack at `t`.
pub(crate) fn lacking_beyond_eu(facts: &RegisterFacts, transfer: &Transfer, t: DateTime<Utc>) -> Vec<String> {
    let mut found = Findings::default();
    let (today, brussels) = (facts.zone.local_date(t), Zone::BRUSSELS.local_date(t));
    instruments_beyond_eu(facts, transfer, today, brussels, &mut found);
    found.reasons.into_iter().map(|reason| reason.detail).collect()
}

pub(super) fn beyond_eu(
    facts: &RegisterFacts,
    transfer: &Transfer,
    today: NaiveDate,
    brussels: NaiveDate,
    found: &mut Findings,
) {
    let is_adequate = |regime| has_scope(facts, transfer, regime, brussels, AdequacyScope::Full);
    let origins = origins(facts, transfer, brussels);
    let clauses = transfer
        .clauses()
        .and_then(|reliance| facts.clauses.get(&reliance.clauses))
        .map(|recorded| &recorded.body);
    // The parts of the set for a law that it does not say it covers are not looked at by its own completeness.
    let covers = |origin, part| {
        clauses.is_some_and(|clauses| {
            clauses.origins.contains(&origin)
                && !clauses
                    .incomplete_parts(&facts.reference, facts.clauses_exporter(), today)
                    .contains(&part)
        })
    };
    if origins.contains(&Origin::Uk) && !is_adequate(AdequacyRegime::Uk) {
        let has_begun = clauses
            .and_then(|clauses| clauses.uk.as_ref())
            .and_then(|uk| uk.start_on)
            .is_some_and(|start| start <= today);
        found.require(
            has_begun && covers(Origin::Uk, ClausesPart::Uk),
            R::UkInstrumentMissing,
            || {
                format!(
                    "{}: the UK leg needs the Addendum or the IDTA, complete and in force",
                    to(transfer)
                )
            },
        );
    }
    if origins.contains(&Origin::Ch) && !is_adequate(AdequacyRegime::Ch) {
        found.require(covers(Origin::Ch, ClausesPart::Ch), R::NoValidMechanism, || {
            format!(
                "{}: the Swiss leg needs the Swiss adaptations of the clauses",
                to(transfer)
            )
        });
    }
}
