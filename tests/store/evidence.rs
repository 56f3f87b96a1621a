//! One row at least of everything that is evidence, on top of a dispatched notice.

use std::collections::BTreeSet;

use domain::authorisation::AuthorisationEvent;
use domain::digest::FactsHash;
use domain::legal_record::{AssessmentResult, DpfFramework, LegalRecord, SecurityAssessment};
use domain::objection::ObjectionState;
use domain::reference::RowVerdict;
use domain::report::Report;
use forenotice::keys::Sealed;
use forenotice::mail::outcome::Verdict;
use forenotice::mail::state::AttemptOutcome;
use forenotice::store::activations::{Activation, Decision, append_activation, append_decision};
use forenotice::store::attempts::{begin_attempt, note_result};
use forenotice::store::audit::{AuditRow, CheckpointRow, insert_checkpoint, insert_entry};
use forenotice::store::baselines::{Baseline, insert_baseline};
use forenotice::store::customers::{Signature, confirm_signature, note_signature};
use forenotice::store::deliveries::{Acknowledgement, acknowledge};
use forenotice::store::dpf_checks::append_check;
use forenotice::store::fallbacks::note_fallback;
use forenotice::store::legal_records::{NewRecord, append_record, approve_record};
use forenotice::store::listings::{ListingState, NewListing, append_listing};
use forenotice::store::mail_events::{self, MailEvent};
use forenotice::store::objections::{self, Event, Filing, Objection};
use forenotice::store::policies::confirm_policy;
use forenotice::store::reference::{decide_row, list_reference_rows};
use forenotice::store::version::Recorded;
use forenotice::store::{Tx, answers, mails};

use super::answers::answer;
use super::dpf_checks::check;
use super::fixtures::{
    ACME, AUTHORISATION, CONTACT, CUSTOMER, DELIVERY, EDITOR, HOSTING, LINE, MAIL, NOTICE, POLICY,
    add_dispatched, day,
};
use super::{hour, id};

/// A row in every table of evidence; versions, states, lines and terms are there already.
pub async fn add_evidence(tx: &mut Tx) {
    add_dispatched(tx).await;
    add_register_evidence(tx).await;
    add_customer_evidence(tx).await;
    add_mail_evidence(tx).await;
    add_audit(tx).await;
}

async fn add_register_evidence(tx: &mut Tx) {
    let record = NewRecord {
        id: id(100),
        engagement_id: id(HOSTING),
        number: 1,
        body: LegalRecord::SecurityAssessment(SecurityAssessment {
            assessed_on: day("2026-10-01"),
            result: AssessmentResult::Passed,
            valid_to: day("2027-10-01"),
            assessor: id(EDITOR),
            guarantees: None,
            summary: None,
            answers: None,
            conditions: None,
            evidence: std::collections::BTreeSet::new(),
        }),
        valid_from: None,
        ended_on: None,
        recorded_at: hour(1),
        recorded_by: id(EDITOR),
    };
    append_record(tx, 0, &record).await.unwrap();
    approve_record(tx, record.id, id(EDITOR), hour(2)).await.unwrap();
    let law = list_reference_rows(tx, None).await.unwrap().remove(0).id;
    decide_row(tx, law, RowVerdict::Confirmed, id(EDITOR), hour(1))
        .await
        .unwrap();
    note_fallback(tx, record.id, law).await.unwrap();
    super::documents::add_document(tx, 110).await;
    let look = check(113, id(ACME), DpfFramework::EuUs, "2026-11-20");
    append_check(tx, &look).await.unwrap();
    super::covers::add_covers(tx).await;
    super::sign_offs::add_sign_off(tx).await;
    super::lowerings::add_lowering(tx).await;
    super::triggers::add_assessment_evidence(tx).await;
    super::certificates::add_certificate(tx, 120, id(ACME)).await;
    super::waivers::add_waiver(tx, 130, id(HOSTING), id(EDITOR)).await;
    super::vendor_pages::add_look(tx, 150, id(HOSTING)).await;
    super::vendor_notices::add_closed(tx, 140, id(HOSTING), id(EDITOR)).await;
    super::products::add_renamed(tx, 160).await;
    super::clause_states::add_set(tx, 111, id(HOSTING), 1, id(EDITOR)).await;
    let baseline = Baseline {
        engagement_id: id(HOSTING),
        in_use_since: day("2024-02-29"),
        attested_at: hour(1),
        attested_by: id(EDITOR),
        findings: Vec::new(),
    };
    insert_baseline(tx, &baseline).await.unwrap();
    let listing = NewListing {
        id: id(101),
        engagement_id: id(HOSTING),
        engagement_version_id: id(1002),
        organisation_version_id: id(1001),
        listing: ListingState::Listed,
        in_use_from: None,
        line_id: Some(id(LINE)),
        recorded_at: hour(1),
    };
    append_listing(tx, &listing).await.unwrap();
    let decision = Decision {
        id: id(102),
        engagement_id: id(HOSTING),
        line_id: Some(id(LINE)),
        customer_id: Some(id(CUSTOMER)),
        purpose: "ACTIVATE".to_owned(),
        is_allowed: true,
        result: serde_json::json!({ "reasons": [] }),
        facts_hash: FactsHash::new([7; 32]),
        recorded: Recorded::by(id(EDITOR), hour(1)),
    };
    append_decision(tx, &decision).await.unwrap();
    let activation = Activation {
        id: id(103),
        engagement_id: id(HOSTING),
        line_id: Some(id(LINE)),
        customer_id: Some(id(CUSTOMER)),
        customers: vec![id(CUSTOMER)],
        decision_id: decision.id,
        activated_at: hour(1),
        activated_by: id(EDITOR),
    };
    append_activation(tx, &activation).await.unwrap();
}

async fn add_customer_evidence(tx: &mut Tx) {
    confirm_policy(tx, id(POLICY), id(EDITOR), hour(1)).await.unwrap();
    let signature = Signature {
        id: id(104),
        customer_id: id(CUSTOMER),
        signed_on: day("2025-03-01"),
        list_version: Some(1),
        pending_shown: Vec::new(),
        recorded: Recorded::by_system(hour(1)),
        confirmed: None,
    };
    note_signature(tx, &signature).await.unwrap();
    confirm_signature(tx, signature.id, id(EDITOR), hour(2))
        .await
        .unwrap();
    let read = Acknowledgement {
        id: id(105),
        delivery_id: id(DELIVERY),
        notice_id: id(NOTICE),
        customer_id: id(CUSTOMER),
        name: "Contact".to_owned(),
        acknowledged_at: hour(2),
    };
    acknowledge(tx, &read).await.unwrap();
    answers::append(tx, &answer(112, AuthorisationEvent::Approve))
        .await
        .unwrap();
    let case = Objection {
        id: id(106),
        case_number: "K7-2345".to_owned(),
        authorisation_id: id(AUTHORISATION),
        line_id: id(LINE),
        customer_id: id(CUSTOMER),
        contact_id: Some(id(CONTACT)),
        notice_id: id(NOTICE),
        state: ObjectionState::Submitted,
        submitted_at: hour(2),
        is_in_time: true,
    };
    let filing = Filing {
        id: id(107),
        objection_id: case.id,
        version: 1,
        name: "Contact".to_owned(),
        grounds: BTreeSet::new(),
        statement: "No.".to_owned(),
        channel: "PAGE".to_owned(),
        client: None,
        submitted_at: hour(2),
    };
    objections::file(tx, &case, &filing).await.unwrap();
    let event = Event {
        id: id(108),
        objection_id: case.id,
        event: "SUBMIT".to_owned(),
        from_state: None,
        to_state: "SUBMITTED".to_owned(),
        actor_kind: "CUSTOMER".to_owned(),
        actor_id: Some(id(CONTACT)),
        reason: None,
        recorded_at: hour(2),
    };
    objections::note_event(tx, &event).await.unwrap();
}

async fn add_mail_evidence(tx: &mut Tx) {
    let claimed = mails::claim(tx, "worker", hour(1), hour(2), 1).await.unwrap();
    begin_attempt(tx, id(109), &claimed[0], "worker", hour(1))
        .await
        .unwrap();
    let accepted = AttemptOutcome::Relay(Verdict::Accepted);
    note_result(tx, id(110), id(109), accepted, "250 sent", hour(1))
        .await
        .unwrap();
    let report = MailEvent {
        id: id(111),
        digest: vec![1],
        report: Report::Delivered,
        mail_id: Some(id(MAIL)),
        relay_id: None,
        occurred_at: hour(1),
        received_at: hour(1),
        payload: Sealed {
            key_id: "key".to_owned(),
            bytes: vec![1],
        },
    };
    assert!(mail_events::insert(tx, &report).await.unwrap());
}

async fn add_audit(tx: &mut Tx) {
    let entry = AuditRow {
        seq: 1,
        recorded_at: hour(1),
        actor_kind: "system".to_owned(),
        actor_id: None,
        action: "test.done".to_owned(),
        subject_kind: "test".to_owned(),
        subject_id: None,
        payload_digest: vec![1; 32],
        prev_hash: vec![0; 32],
        hash: vec![2; 32],
    };
    insert_entry(tx, &entry, &[3; 16], "{}").await.unwrap();
    let checkpoint = CheckpointRow {
        day: day("2026-11-23"),
        count: 1,
        hash: vec![2; 32],
        key_id: "key".to_owned(),
        signature: vec![4; 64],
        created_at: hour(1),
    };
    insert_checkpoint(tx, &checkpoint).await.unwrap();
}
