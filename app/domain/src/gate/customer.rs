//! G9 to G15: one customer's notice, windows, objections and authorisation.

use chrono::{DateTime, Utc};

use super::facts::{CustomerFacts, GivenNotice, NoticeStanding, RegisterFacts};
use super::{Findings, ReasonCode as R};
use crate::authorisation::{AuthorisationModel, AuthorisationState as A};
use crate::objection::ObjectionState;
use crate::words::moment;
use crate::zone::Zone;

/// On what a customer's authorisation rests, and so which gates apply.
enum Basis {
    /// Notice and windows.
    Notice,
    /// A signature under a list that showed the line, or an opt-in.
    Consent,
    /// The emergency clause: notice is sent, windows run afterwards.
    Emergency,
    /// In use before the register; no notice is claimed.
    Baseline,
}

fn basis(register: &RegisterFacts, customer: &CustomerFacts) -> Basis {
    match customer.authorisation {
        A::AtSignature | A::OptedIn if customer.approval.is_some() => Basis::Consent,
        A::Emergency if customer.allows_emergency => Basis::Emergency,
        A::Baseline if register.is_baseline => Basis::Baseline,
        _ => Basis::Notice,
    }
}

pub(super) fn gates(
    register: &RegisterFacts,
    customer: &CustomerFacts,
    t: DateTime<Utc>,
    found: &mut Findings,
) {
    let basis = basis(register, customer);
    if customer.authorisation == A::NotInScope {
        found.add(
            R::NoticeNotSent,
            "the customer is not in scope of this change, so nothing may start for it",
        );
    } else {
        match basis {
            Basis::Notice => {
                delivered(customer, found);
                windows(customer, register.zone, t, found);
            }
            Basis::Emergency => {
                found.require(
                    customer.notice != NoticeStanding::NotSent,
                    R::NoticeNotSent,
                    || "an emergency replacement needs its notice on the same day".to_owned(),
                );
            }
            Basis::Consent | Basis::Baseline => {}
        }
    }
    objections(customer, found);
    authorisation(customer, found);
    as_announced(register, customer, &basis, t, found);
}

fn counted(customer: &CustomerFacts) -> Option<&GivenNotice> {
    match &customer.notice {
        NoticeStanding::Given(given) if given.notice_version >= customer.required_version => Some(given),
        _ => None,
    }
}

fn delivered(customer: &CustomerFacts, found: &mut Findings) {
    match &customer.notice {
        NoticeStanding::NotSent => found.add(R::NoticeNotSent, "no notice was sent"),
        NoticeStanding::Undelivered { .. } => {
            found.add(
                R::NoticeUndelivered,
                "nothing settled shows that the notice arrived",
            );
        }
        NoticeStanding::Given(given) => found.require(counted(customer).is_some(), R::NoticeNotSent, || {
            format!(
                "version {} was given, version {} is needed",
                given.notice_version, customer.required_version
            )
        }),
    }
}

fn windows(customer: &CustomerFacts, zone: Zone, t: DateTime<Utc>, found: &mut Findings) {
    let Some(given) = counted(customer) else {
        let why = match customer.notice {
            NoticeStanding::NotSent => "the window starts when the notice has arrived",
            NoticeStanding::Undelivered { .. } => {
                "the window counts once it is settled that the notice arrived"
            }
            NoticeStanding::Given(_) => "the window of the version that is needed has not started",
        };
        found.add(R::NoticeWindowOpen, why);
        found.add(R::ObjectionWindowOpen, why);
        return;
    };
    for (expires_at, code) in [
        (given.notice_expires_at, R::NoticeWindowOpen),
        (given.objection_expires_at, R::ObjectionWindowOpen),
    ] {
        found.require(t >= expires_at && t >= given.given_at, code, || {
            format!("not before {}", moment(expires_at, zone))
        });
    }
}

fn objections(customer: &CustomerFacts, found: &mut Findings) {
    for case in customer.objections.iter().filter(|case| case.state.blocks()) {
        found.add(
            R::OpenObjection,
            format!("an objection is {}", case.state.label().to_lowercase()),
        );
    }
    let is_open = |state: ObjectionState| state.blocks();
    match customer.authorisation {
        A::Objected if !customer.objections.iter().any(|case| is_open(case.state)) => {
            found.add(R::OpenObjection, "the customer has objected");
        }
        A::Excluded => found.add(
            R::CustomerExcluded,
            "the customer is excluded from this engagement",
        ),
        A::Terminated => found.add(R::CustomerExcluded, "the customer ended the affected service"),
        A::Refused => found.add(R::CustomerExcluded, "the customer refused in writing"),
        _ => {}
    }
}

fn authorisation(customer: &CustomerFacts, found: &mut Findings) {
    let approved = matches!(
        customer.authorisation,
        A::Explicitly | A::AtSignature | A::OptedIn
    ) && customer.approval.is_some();
    match customer.model {
        Some(AuthorisationModel::General) => {}
        Some(AuthorisationModel::Specific) => found.require(approved, R::SpecificAuthMissing, || {
            "the contract needs a written approval, and none is on file".to_owned()
        }),
        None => found.require(approved, R::SpecificAuthMissing, || {
            "it is not on file how the customer authorises, so a written approval is needed".to_owned()
        }),
    }
}

/// G14 and G15: what was shown is what starts, and not earlier than announced.
fn as_announced(
    register: &RegisterFacts,
    customer: &CustomerFacts,
    basis: &Basis,
    t: DateTime<Utc>,
    found: &mut Findings,
) {
    if matches!(basis, Basis::Baseline) {
        return;
    }
    let told = match &customer.notice {
        NoticeStanding::NotSent => None,
        NoticeStanding::Undelivered { facts_hash }
        | NoticeStanding::Given(GivenNotice { facts_hash, .. }) => Some(*facts_hash),
    };
    let approved = customer.approval.map(|approval| approval.facts_hash);
    let shown = match basis {
        Basis::Consent => [approved, None],
        _ => [told, approved],
    };
    if shown
        .into_iter()
        .flatten()
        .any(|hash| hash != register.facts_hash)
    {
        found.add(
            R::NoticeFactsMismatch,
            "the facts are not those that the customer was shown",
        );
    }
    match (customer.announced_at, basis) {
        (Some(announced), _) => found.require(t >= announced, R::BeforeAnnouncedDate, || {
            format!("announced for {}", moment(announced, register.zone))
        }),
        (None, Basis::Notice) if counted(customer).is_some() => {
            found.add(R::BeforeAnnouncedDate, "no date was announced");
        }
        (None, _) => {}
    }
}
