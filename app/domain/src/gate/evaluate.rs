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
    let mut found = register_findings(&facts.register, t);
    // Whoever was given a say keeps it, whatever the engagement is called later.
    let is_in_scope = facts.register.engagement.relationship_role.is_in_notice_scope();
    if is_in_scope || facts.customer.authorisation != AuthorisationState::NotInScope {
        customer::gates(facts, t, &mut found);
    }
    let mut evidence = register_evidence(&facts.register);
    evidence.extend(customer_evidence(&facts.customer));
    decide(&facts.register, t, found, evidence)
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
        self.register.reasons.push(Reason {
            gate: code.gate(),
            code,
            detail: detail.into(),
        });
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
    let in_scope = customers
        .iter()
        .filter(|c| c.authorisation != AuthorisationState::NotInScope);
    let customers: Vec<CustomerDecision> = in_scope
        .map(|customer| CustomerDecision {
            customer_id: customer.customer_id,
            decision: evaluate(
                &Facts {
                    register: facts.clone(),
                    customer: customer.clone(),
                },
                t,
            ),
        })
        .collect();
    let register = evaluate_register(facts, t);
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
    let mut found = Findings(Vec::new());
    register::identity(facts, &mut found);
    register::contract(facts, today, &mut found);
    register::security(facts, today, &mut found);
    register::locations(facts, &mut found);
    transfer::mechanisms(facts, today, brussels, &mut found);
    transfer::clauses(facts, today, &mut found);
    tia::assessments(facts, today, &mut found);
    tia::measures_and_fallback(facts, today, &mut found);
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
    let (waived, mut reasons): (Vec<_>, Vec<_>) = found.0.into_iter().partition(is_waived);
    reasons.sort_by_key(|reason| reason.gate);
    Decision {
        at: t,
        allowed: reasons.is_empty(),
        reasons,
        waived,
        evidence_refs: evidence.into_iter().collect(),
    }
}

fn reference(kind: &str, id: impl Into<Uuid>) -> EvidenceRef {
    EvidenceRef {
        kind: kind.to_owned(),
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

fn customer_evidence(customer: &CustomerFacts) -> BTreeSet<EvidenceRef> {
    let mut refs = BTreeSet::new();
    if let NoticeStanding::Given(given) = &customer.notice {
        refs.insert(reference("NOTICE", given.evidence));
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
