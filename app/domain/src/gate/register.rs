//! G1 to G4: identity, contract, security assessment, locations and chain.

use chrono::NaiveDate;

use super::facts::RegisterFacts;
use super::{Findings, ReasonCode as R, Subject};
use crate::engagement::Chain;
use crate::facts::FactField;
use crate::known::Known;
use crate::legal_record::LegalRecordKind;
use crate::organisation::same_name;
use crate::words::day;

pub(super) fn identity(facts: &RegisterFacts, found: &mut Findings) {
    let o = &facts.organisation;
    let missing: Vec<FactField> = [
        (o.registration_number.is_known(), FactField::RegistrationNumber),
        (o.address.is_known(), FactField::Address),
        (o.contact.is_known_and(|c| c.is_reachable()), FactField::Contact),
    ]
    .into_iter()
    .filter_map(|(known, field)| (!known).then_some(field))
    .collect();
    if let Some(first) = missing.first() {
        let labels: Vec<_> = missing.iter().map(|field| field.label()).collect();
        found
            .about_fact(*first)
            .add(R::IdentityIncomplete, format!("unknown: {}", labels.join(", ")));
    }
}

pub(super) fn contract(facts: &RegisterFacts, today: NaiveDate, found: &mut Findings) {
    found.about(Subject::paper(LegalRecordKind::Contract, facts.contract.as_ref()));
    let Some(contract) = facts.contract.as_ref().map(|recorded| &recorded.body) else {
        return found.add(R::NoDpa, "no agreement is on file");
    };
    found.require(contract.is_in_force(today), R::NoDpa, || {
        match (contract.effective_on, contract.ends_on) {
            (None, _) => "the agreement has no effective date".to_owned(),
            (Some(from), _) if today < from => format!("the agreement is in force from {}", day(from)),
            (_, Some(to)) => format!("the agreement ended on {}", day(to)),
            _ => "the agreement is not in force".to_owned(),
        }
    });
    let legal_name = facts.organisation.legal_name.as_str();
    found.require(
        same_name(contract.entity_name.as_str(), legal_name),
        R::DpaWrongEntity,
        || {
            format!(
                "the agreement is with {}, the register says {legal_name}",
                contract.entity_name
            )
        },
    );
    if let Some(invoice) = &contract.invoice_entity_name {
        found.require(same_name(invoice.as_str(), legal_name), R::DpaWrongEntity, || {
            format!("the invoice is from {invoice}, the register says {legal_name}")
        });
    }
    let missing = contract.missing_terms();
    found.require(missing.is_empty(), R::FlowdownIncomplete, || {
        format!("missing: {}", missing.join(", "))
    });
}

pub(super) fn security(facts: &RegisterFacts, today: NaiveDate, found: &mut Findings) {
    found.about(Subject::paper(
        LegalRecordKind::SecurityAssessment,
        facts.security.as_ref(),
    ));
    let Some(assessment) = facts.security.as_ref().map(|recorded| &recorded.body) else {
        return found.add(R::SecurityMissing, "no assessment is on file");
    };
    if !assessment.result.is_passed() {
        return found.add(
            R::SecurityMissing,
            format!("the assessment of {} failed", day(assessment.assessed_on)),
        );
    }
    if today < assessment.assessed_on {
        return found.add(
            R::SecurityMissing,
            format!("the assessment is dated {}", day(assessment.assessed_on)),
        );
    }
    found.require(today <= assessment.valid_to, R::SecurityExpired, || {
        format!("the assessment was valid to {}", day(assessment.valid_to))
    });
}

pub(super) fn locations(facts: &RegisterFacts, found: &mut Findings) {
    let e = &facts.engagement;
    found.about_fact(FactField::Locations).require(
        e.locations.is_known_and(|all| !all.is_empty()),
        R::TransferUndetermined,
        || "locations are unknown".to_owned(),
    );
    found.about_fact(FactField::RemoteAccess).require(
        e.remote_access.is_known(),
        R::TransferUndetermined,
        || "nobody has established whether data is reached from elsewhere".to_owned(),
    );
    found.about_fact(FactField::RegistrationCountry).require(
        facts.organisation.registration_country.is_known(),
        R::TransferUndetermined,
        || "the country of the contracting company is unknown".to_owned(),
    );
    for (field, detail) in e.contradictions() {
        let code = match field {
            FactField::Tier | FactField::ParentEngagement => R::ChainIncomplete,
            _ => R::TransferUndetermined,
        };
        found.about_fact(field).add(code, detail);
    }
    found.about_fact(FactField::Chain);
    match e.chain {
        Known::Unknown => found.add(R::ChainIncomplete, "its own subprocessors are not recorded"),
        Known::Known(Chain::Recorded) if facts.recorded_subprocessors == 0 => {
            found.add(
                R::ChainIncomplete,
                "its subprocessors are said to be recorded, and none is",
            );
        }
        Known::Known(Chain::None) if facts.recorded_subprocessors > 0 => {
            found.add(
                R::ChainIncomplete,
                "it is said to use no subprocessor, and some are recorded",
            );
        }
        Known::Known(_) => {}
    }
}
