use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::facts::{CustomerFacts, Facts, NoticeStanding, RegisterFacts};
use super::{Decision, EvidenceRef, Findings, Reason, ReasonCode, customer, register, tia, transfer};
use crate::authorisation::AuthorisationState;
use crate::id::CustomerId;
use crate::legal_record::AssessmentResult;
use crate::zone::Zone;

/// May the engagement start, or run on, for this customer at `t`?
pub fn evaluate(facts: &Facts, t: DateTime<Utc>) -> Decision {
    let register = evaluate_register(&facts.register, t);
    for_customer(&facts.register, &register, &facts.customer, t)
}

/// Gates G9 to G15 of one customer on top of G1 to G8, which are the same for everybody and were judged once.
///
/// Nothing that concerns a customer can be waived, and no gate of theirs comes before the register's: their reasons follow.
fn for_customer(
    facts: &RegisterFacts,
    register: &Decision,
    customer: &CustomerFacts,
    t: DateTime<Utc>,
) -> Decision {
    let mut found = Findings::default();
    // Whoever was given a say keeps it, whatever the engagement is called later.
    let is_in_scope = facts.engagement.relationship_role.is_in_notice_scope();
    if is_in_scope || customer.authorisation != AuthorisationState::NotInScope {
        customer::gates(facts, customer, t, &mut found);
    }
    found.reasons.sort_by_key(|reason| reason.gate);
    let mut reasons = register.reasons.clone();
    reasons.append(&mut found.reasons);
    let mut evidence_refs = register.evidence_refs.clone();
    evidence_refs.extend(customer_evidence(customer));
    evidence_refs.sort_unstable();
    Decision {
        at: t,
        allowed: reasons.is_empty(),
        reasons,
        waived: register.waived.clone(),
        evidence_refs,
    }
}

/// Gates G1 to G8 alone: the state of the papers, whoever the customer.
pub fn evaluate_register(facts: &RegisterFacts, t: DateTime<Utc>) -> Decision {
    decide(facts, t, register_findings(facts, t), register_evidence(facts))
}

/// One customer's part of an [`EngagementDecision`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerDecision {
    /// Which customer.
    pub customer_id: CustomerId,
    /// Their decision.
    pub decision: Decision,
}

/// The answer for all customers in scope at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngagementDecision {
    /// Whether it may start for all of them.
    pub allowed: bool,
    /// Gates G1 to G8, and what concerns no customer.
    pub register: Decision,
    /// Every customer in scope.
    pub customers: Vec<CustomerDecision>,
}

impl EngagementDecision {
    /// Adds a reason that concerns no single customer.
    pub fn refuse(&mut self, code: ReasonCode, detail: impl Into<String>) {
        self.register.reasons.push(Reason::new(code, detail));
        self.register.allowed = false;
        self.allowed = false;
    }
}

/// May an engagement that cannot be kept apart by customer start at `t`? Only when every customer in scope allows it.
///
/// With no customer in scope, somebody must have confirmed that there are none.
pub fn evaluate_engagement(
    facts: &RegisterFacts,
    customers: &[CustomerFacts],
    is_confirmed_without_customers: bool,
    t: DateTime<Utc>,
) -> EngagementDecision {
    let register = evaluate_register(facts, t);
    let in_scope = customers
        .iter()
        .filter(|c| c.authorisation != AuthorisationState::NotInScope);
    let customers: Vec<CustomerDecision> = in_scope
        .map(|customer| CustomerDecision {
            customer_id: customer.customer_id,
            decision: for_customer(facts, &register, customer, t),
        })
        .collect();
    let needs_customers = facts.engagement.relationship_role.is_in_notice_scope();
    let is_nobody = customers.is_empty();
    let mut decision = EngagementDecision {
        allowed: register.allowed && customers.iter().all(|c| c.decision.allowed),
        register,
        customers,
    };
    if is_nobody && needs_customers && !is_confirmed_without_customers {
        decision.refuse(
            ReasonCode::NoticeNotSent,
            "no customer is in scope: confirm that there is none",
        );
    }
    decision
}

fn register_findings(facts: &RegisterFacts, t: DateTime<Utc>) -> Findings {
    let today = facts.zone.local_date(t);
    let brussels = Zone::BRUSSELS.local_date(t);
    let mut found = Findings::default();
    register::identity(facts, &mut found);
    register::contract(facts, today, &mut found);
    register::security(facts, today, &mut found);
    register::locations(facts, &mut found);
    transfer::mechanisms(facts, today, brussels, &mut found);
    transfer::clauses(facts, today, &mut found);
    tia::assessments(facts, today, &mut found);
    tia::measures_and_fallback(facts, today, brussels, &mut found);
    found
}

fn decide(
    register: &RegisterFacts,
    t: DateTime<Utc>,
    found: Findings,
    evidence: BTreeSet<EvidenceRef>,
) -> Decision {
    let has_failed = register
        .security
        .as_ref()
        .is_some_and(|s| s.body.result == AssessmentResult::Failed);
    let is_waived = |reason: &Reason| {
        let is_failure = has_failed && reason.code == ReasonCode::SecurityMissing;
        !is_failure
            && register
                .waivers
                .iter()
                .any(|waiver| waiver.applies(reason.code, t))
    };
    let (waived, mut reasons): (Vec<_>, Vec<_>) = found.reasons.into_iter().partition(is_waived);
    reasons.sort_by_key(|reason| reason.gate);
    Decision {
        at: t,
        allowed: reasons.is_empty(),
        reasons,
        waived,
        evidence_refs: evidence.into_iter().collect(),
    }
}

fn reference(kind: &'static str, id: impl Into<Uuid>) -> EvidenceRef {
    EvidenceRef {
        kind: Cow::Borrowed(kind),
        id: id.into(),
    }
}

fn register_evidence(facts: &RegisterFacts) -> BTreeSet<EvidenceRef> {
    let mut refs = BTreeSet::new();
    refs.extend(facts.contract.as_ref().map(|r| reference("CONTRACT", r.id)));
    refs.extend(
        facts
            .security
            .as_ref()
            .map(|r| reference("SECURITY_ASSESSMENT", r.id)),
    );
    refs.extend(facts.transfers.iter().map(|r| reference("TRANSFER", r.id)));
    let named = |number: &i64| {
        facts
            .transfers
            .iter()
            .filter_map(|transfer| transfer.body.clauses())
            .any(|reliance| reliance.clauses == *number)
    };
    refs.extend(
        facts
            .clauses
            .iter()
            .filter(|(number, _)| named(number))
            .map(|(_, r)| reference("SCC", r.id)),
    );
    refs.extend(facts.tias.iter().map(|r| reference("TIA", r.id)));
    refs.extend(facts.waivers.iter().map(|w| reference("WAIVER", w.id)));
    refs
}

fn customer_evidence(customer: &CustomerFacts) -> Vec<EvidenceRef> {
    let mut refs = Vec::new();
    if let NoticeStanding::Given(given) = &customer.notice {
        refs.push(reference("NOTICE", given.evidence));
    }
    refs.extend(
        customer
            .approval
            .as_ref()
            .map(|approval| reference("APPROVAL", approval.evidence)),
    );
    refs.extend(
        customer
            .objections
            .iter()
            .map(|case| reference("OBJECTION", case.id)),
    );
    refs
}
