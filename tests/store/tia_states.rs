//! What happens to versions of assessments, how far measures come, who got a copy.

use domain::legal_record::{
    LegalRecord, LegalRecordKind, Measure, MeasureKind, MeasureStanding, MeasureStatus, Tia, TiaEvent,
    TiaState,
};
use domain::text::Line;
use forenotice::store::Of;
use forenotice::store::legal_records::{
    StoredRecord, approve_record, find_record, list_latest_records, list_latest_records_of,
    list_record_versions,
};
use forenotice::store::tia_states::{
    Disclosure, MeasureMove, append_disclosure, append_measure_move, list_disclosures, list_measure_moves,
    list_tia_states,
};
use uuid::Uuid;

use super::assessments::{enter, hand_in, tia};
use super::{engagement, hour, id, organisation, staff};
use crate::both;
use crate::support::TestDb;

fn body(record: &StoredRecord) -> &Tia {
    match &record.body {
        LegalRecord::Tia(tia) => tia,
        other => panic!("{other:?}"),
    }
}

pub fn planned() -> Measure {
    Measure {
        number: 1,
        kind: MeasureKind::Technical,
        text: Line::parse("Encryption with keys in Oslo").unwrap(),
        gap: None,
        standing: MeasureStanding::planned(),
    }
}

both! {
    async fn a_version_is_in_the_state_that_it_entered_last_and_what_it_says_stays(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let approver = staff(&mut tx, 8).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let key = (hosting, 1);
        hand_in(&mut tx, 10, key, 0, &tia(&["US"], editor), editor).await;
        approve_record(&mut tx, id(10), approver, hour(2)).await.unwrap();
        enter(&mut tx, 90, 10, key, TiaState::ReviewDue, TiaEvent::FallDue).await;
        enter(&mut tx, 91, 10, key, TiaState::UnderTriggerReview, TiaEvent::Trigger).await;
        hand_in(&mut tx, 11, key, 1, &tia(&["US"], editor), editor).await;

        let states = list_tia_states(&mut tx, hosting, 1).await.unwrap();
        let told: Vec<_> = states.iter().map(|entry| (entry.state, entry.event)).collect();
        assert_eq!(
            told,
            [(TiaState::UnderTriggerReview, TiaEvent::Trigger), (TiaState::ReviewDue, TiaEvent::FallDue)]
        );
        assert_eq!(states[0].reason.as_deref(), Some("Because."));
        assert_eq!(list_tia_states(&mut tx, hosting, 2).await.unwrap(), []);
        let latest = list_latest_records(&mut tx, hosting).await.unwrap();
        assert_eq!((latest.len(), latest[0].id), (1, id(10)), "what was approved counts until the next one is");
        assert_eq!((body(&latest[0]).state, body(&latest[0]).approver), (TiaState::UnderTriggerReview, Some(approver)));
        let before = list_latest_records_of(&mut tx, Of::These(&[hosting]), Some(hour(29))).await.unwrap();
        assert_eq!(body(&before[0]).state, TiaState::Approved, "as it was recorded then");
        let versions = list_record_versions(&mut tx, hosting, LegalRecordKind::Tia, 1).await.unwrap();
        let told: Vec<_> = versions.iter().map(|record| (record.version, body(record).state)).collect();
        assert_eq!(told, [(2, TiaState::InReview), (1, TiaState::UnderTriggerReview)]);
        enter(&mut tx, 92, 11, key, TiaState::Rejected, TiaEvent::Reject).await;
        assert_eq!(body(&find_record(&mut tx, id(11)).await.unwrap().unwrap()).state, TiaState::Rejected);
        assert_eq!(list_latest_records(&mut tx, hosting).await.unwrap()[0].id, id(10));
    }

    async fn a_measure_moves_on_after_its_version_and_a_newer_version_says_for_itself(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let approver = staff(&mut tx, 8).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let mut with = tia(&["US"], editor);
        with.measures = vec![planned()];
        hand_in(&mut tx, 10, (hosting, 1), 0, &with, editor).await;
        approve_record(&mut tx, id(10), approver, hour(2)).await.unwrap();
        let moved = |number: u128, status, at| MeasureMove {
            id: Uuid::from_u128(number),
            engagement_id: hosting,
            number: 1,
            version: 1,
            measure: 1,
            standing: MeasureStanding { status, ..MeasureStanding::planned() },
            recorded_at: hour(at),
            recorded_by: editor,
        };
        append_measure_move(&mut tx, &moved(80, MeasureStatus::Implemented, 3)).await.unwrap();
        append_measure_move(&mut tx, &moved(81, MeasureStatus::Verified, 3)).await.unwrap();
        let status = |records: &[StoredRecord]| body(&records[0]).measures[0].standing.status;
        assert_eq!(status(&list_latest_records(&mut tx, hosting).await.unwrap()), MeasureStatus::Verified);
        assert_eq!(status(&list_latest_records_of(&mut tx, Of::These(&[hosting]), Some(hour(2))).await.unwrap()), MeasureStatus::Planned);
        let versions = list_record_versions(&mut tx, hosting, LegalRecordKind::Tia, 1).await.unwrap();
        assert_eq!(status(&versions), MeasureStatus::Planned, "the version stays what it was");
        assert_eq!(list_measure_moves(&mut tx, Of::These(&[hosting]), None).await.unwrap().len(), 2);
        assert_eq!(list_measure_moves(&mut tx, Of::All, Some(hour(2))).await.unwrap(), []);
        assert_eq!(list_measure_moves(&mut tx, Of::These(&[id(77)]), None).await.unwrap(), []);

        // What was recorded when version 1 was the newest is older than what version 2 says.
        let later = Tia { state: TiaState::InReview, ..with };
        let new = forenotice::store::legal_records::NewRecord {
            id: id(11),
            engagement_id: hosting,
            number: 1,
            body: LegalRecord::Tia(later),
            valid_from: None,
            ended_on: None,
            recorded_at: hour(6),
            recorded_by: editor,
        };
        forenotice::store::legal_records::append_record(&mut tx, 1, &new).await.unwrap();
        approve_record(&mut tx, id(11), approver, hour(7)).await.unwrap();
        assert_eq!(status(&list_latest_records(&mut tx, hosting).await.unwrap()), MeasureStatus::Planned);
    }

    async fn who_got_a_copy_is_kept_with_its_version(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        crate::store::fixtures::add_dispatched(&mut tx).await;
        let (hosting, editor) = (id(crate::store::fixtures::HOSTING), id(crate::store::fixtures::EDITOR));
        hand_in(&mut tx, 200, (hosting, 1), 0, &tia(&["US"], editor), editor).await;
        let shared = |number: u128, customer: Option<u128>, on: &str| Disclosure {
            id: Uuid::from_u128(number),
            record_id: id(200),
            customer_id: customer.map(id),
            disclosed_on: on.parse().unwrap(),
            note: Some("By mail".to_owned()),
            recorded_at: hour(3),
            recorded_by: editor,
        };
        let importer = shared(70, None, "2026-11-20");
        let customer = shared(71, Some(crate::store::fixtures::CUSTOMER), "2026-11-22");
        append_disclosure(&mut tx, &importer).await.unwrap();
        append_disclosure(&mut tx, &customer).await.unwrap();
        assert_eq!(list_disclosures(&mut tx, hosting, 1).await.unwrap(), [customer, importer]);
        assert_eq!(list_disclosures(&mut tx, hosting, 2).await.unwrap(), []);
    }
}
