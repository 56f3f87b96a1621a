use domain::country::Place;
use domain::known::Known;
use domain::legal_record::{
    AssessmentResult, LegalRecord, LegalRecordKind, Mechanism, Origin, SecurityAssessment, Transfer,
};
use domain::text::Name;
use forenotice::store::legal_records::{
    NewRecord, append_record, approve_record, find_record, list_latest_records, list_latest_records_of,
    list_records, list_records_of, next_record_number,
};
use forenotice::store::public_list::list_transfer_versions;
use forenotice::store::version::Recorded;
use forenotice::store::{Of, StoreError};

use std::collections::BTreeSet;

use super::{engagement, hour, id, organisation, staff};
use crate::both;
use crate::support::TestDb;

/// A transfer to a place, with nothing to protect it.
pub fn transfer(place: &str) -> LegalRecord {
    LegalRecord::Transfer(Transfer {
        origins: BTreeSet::from([Origin::Eu]),
        destination: Place::parse(place).unwrap(),
        importer: Name::parse("Acme Inc.").unwrap(),
        mechanism: Mechanism::NoneRequired,
        fallback: None,
        importer_subject_to_gdpr: Known::Unknown,
        onward_of: None,
    })
}

both! {
    async fn each_record_has_its_own_number_and_versions(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let new = |number: u128, record, body, at| NewRecord {
            id: id(number),
            engagement_id: hosting,
            number: record,
            body,
            valid_from: None,
            ended_on: None,
            recorded_at: hour(at),
            recorded_by: editor,
        };
        assert_eq!(next_record_number(&mut tx, hosting, LegalRecordKind::Transfer).await.unwrap(), 1);
        append_record(&mut tx, 0, &new(10, 1, transfer("US"), 1)).await.unwrap();
        assert_eq!(next_record_number(&mut tx, hosting, LegalRecordKind::Transfer).await.unwrap(), 2);
        assert_eq!(next_record_number(&mut tx, hosting, LegalRecordKind::Tia).await.unwrap(), 1);
        append_record(&mut tx, 0, &new(11, 2, transfer("IN"), 1)).await.unwrap();
        append_record(&mut tx, 1, &new(12, 1, transfer("CA"), 2)).await.unwrap();
        let refusal = append_record(&mut tx, 1, &new(13, 1, transfer("US"), 2)).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Stale("The record")), "{refusal}");
        tx.commit().await.unwrap();

        let mut tx = db.write().await.unwrap();
        let seen = |records: Vec<forenotice::store::legal_records::StoredRecord>| -> Vec<_> {
            records.into_iter().map(|r| (r.number, r.version, r.id)).collect()
        };
        let latest = list_latest_records(&mut tx, hosting).await.unwrap();
        assert_eq!(latest[0].body, transfer("CA"));
        assert_eq!(latest[0].recorded_by, editor);
        assert_eq!(seen(latest), [(1, 2, id(12)), (2, 1, id(11))]);
        assert_eq!(seen(list_latest_records_of(&mut tx, Of::These(&[hosting]), Some(hour(1))).await.unwrap()), [(1, 1, id(10)), (2, 1, id(11))]);
        assert_eq!(seen(list_latest_records_of(&mut tx, Of::These(&[hosting]), Some(hour(0))).await.unwrap()), []);
        assert_eq!(seen(list_latest_records_of(&mut tx, Of::All, None).await.unwrap()).len(), 2);
        assert_eq!(seen(list_latest_records_of(&mut tx, Of::All, Some(hour(0))).await.unwrap()), []);
        assert_eq!(
            seen(list_records(&mut tx, hosting, LegalRecordKind::Transfer).await.unwrap()),
            [(2, 1, id(11)), (1, 2, id(12)), (1, 1, id(10))]
        );
        assert_eq!(list_records(&mut tx, hosting, LegalRecordKind::Tia).await.unwrap(), []);
        // What the public may come to see: transfers only, every version.
        for (before, expected) in [
            (None, vec![(1, "US", hour(1)), (1, "CA", hour(2)), (2, "IN", hour(1))]),
            (Some(hour(2)), vec![(1, "US", hour(1)), (2, "IN", hour(1))]),
        ] {
            let all = list_transfer_versions(&mut tx, before).await.unwrap();
            assert!(all.iter().all(|one| one.engagement_id == hosting.uuid() && !one.is_ended));
            let all: Vec<_> = all.iter().map(|one| (one.number, one.transfer.destination.code(), one.recorded_at)).collect();
            assert_eq!(all, expected);
        }
        let backup = engagement(&mut tx, 3, company, "acme-backup").await;
        let of_backup = NewRecord { engagement_id: backup, ..new(14, 1, transfer("JP"), 3) };
        append_record(&mut tx, 0, &of_backup).await.unwrap();
        for (of, expected) in [
            (Of::These(&[backup, hosting][..]), vec![(2, 1, id(11)), (1, 2, id(12)), (1, 1, id(10)), (1, 1, id(14))]),
            (Of::These(&[backup]), vec![(1, 1, id(14))]),
            (Of::These(&[]), vec![]),
        ] {
            assert_eq!(seen(list_records_of(&mut tx, of, LegalRecordKind::Transfer).await.unwrap()), expected);
        }
    }

    async fn a_record_that_has_ended_is_kept_but_is_no_longer_among_the_latest(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let first = NewRecord {
            id: id(10),
            engagement_id: hosting,
            number: 1,
            body: transfer("US"),
            valid_from: Some("2026-10-01".parse().unwrap()),
            ended_on: None,
            recorded_at: hour(1),
            recorded_by: editor,
        };
        append_record(&mut tx, 0, &first).await.unwrap();
        let ended = NewRecord {
            id: id(11),
            ended_on: Some("2026-11-30".parse().unwrap()),
            recorded_at: hour(2),
            ..first.clone()
        };
        append_record(&mut tx, 1, &ended).await.unwrap();
        assert_eq!(list_latest_records(&mut tx, hosting).await.unwrap(), []);
        let then = list_latest_records_of(&mut tx, Of::These(&[hosting]), Some(hour(1))).await.unwrap();
        assert_eq!(then.len(), 1);
        assert_eq!(then[0].valid_from, first.valid_from);
        let kept = find_record(&mut tx, id(11)).await.unwrap().unwrap();
        assert_eq!((kept.ended_on, kept.version), (ended.ended_on, 2));
    }

    async fn an_approval_belongs_to_one_version_and_is_given_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let approver = staff(&mut tx, 8).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let assessment = LegalRecord::SecurityAssessment(SecurityAssessment {
            result: AssessmentResult::Passed,
            assessor: editor,
            assessed_on: "2026-11-01".parse().unwrap(),
            valid_to: "2027-11-01".parse().unwrap(),
            guarantees: None,
            summary: None,
            answers: None,
            conditions: None,
            evidence: std::collections::BTreeSet::new(),
        });
        let record = NewRecord {
            id: id(10),
            engagement_id: hosting,
            number: 1,
            body: assessment,
            valid_from: None,
            ended_on: None,
            recorded_at: hour(1),
            recorded_by: editor,
        };
        append_record(&mut tx, 0, &record).await.unwrap();
        approve_record(&mut tx, id(10), approver, hour(2)).await.unwrap();
        let approval = Some(Recorded::by(approver, hour(2)));
        assert_eq!(find_record(&mut tx, id(10)).await.unwrap().unwrap().approval, approval);
        assert_eq!(find_record(&mut tx, id(99)).await.unwrap(), None);
        assert_eq!(list_latest_records_of(&mut tx, Of::These(&[hosting]), Some(hour(1))).await.unwrap()[0].approval, None);
        assert_eq!(list_latest_records_of(&mut tx, Of::These(&[hosting]), Some(hour(2))).await.unwrap()[0].approval, approval);
        append_record(&mut tx, 1, &NewRecord { id: id(11), ..record }).await.unwrap();
        assert_eq!(list_latest_records(&mut tx, hosting).await.unwrap()[0].approval, None, "a new version is not approved");
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        let refusal = approve_record(&mut tx, id(10), approver, hour(3)).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Duplicate(_)), "{refusal}");
    }
}
