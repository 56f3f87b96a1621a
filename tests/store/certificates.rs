use domain::certificate::{Certificate, CertificateKind};
use domain::id::OrganisationId;
use domain::text::{Name, Short};
use forenotice::store::Tx;
use forenotice::store::certificates::{
    StoredCertificate, append_certificate, list_certificate_versions, list_latest_certificates,
    next_certificate_number,
};
use uuid::Uuid;

use super::fixtures::{ACME, EDITOR, add_register, day};
use super::{hour, id, is_stale, organisation};
use crate::both;
use crate::support::TestDb;

fn certificate(
    id_of_version: u128,
    organisation: OrganisationId,
    number: i64,
    version: i64,
) -> StoredCertificate {
    StoredCertificate {
        id: id(id_of_version),
        certificate_id: Uuid::from_u128(500),
        organisation_id: organisation,
        number,
        version,
        body: Certificate {
            kind: CertificateKind::Iso27001,
            issuer: Name::parse("Prüfstelle AG").unwrap(),
            number: Some(Short::parse("4711").unwrap()),
            scope: Short::parse("Hosting").unwrap(),
            valid_from: day("2025-07-01"),
            valid_to: day("2028-06-30"),
            copy: None,
        },
        ended_on: None,
        recorded_at: hour(version),
        recorded_by: id(EDITOR),
    }
}

/// A certificate, for other tests.
pub async fn add_certificate(tx: &mut Tx, number: u128, organisation: OrganisationId) {
    append_certificate(tx, &certificate(number, organisation, 1, 1))
        .await
        .unwrap();
}

both! {
    async fn certificates_are_versions_and_one_that_ended_no_longer_counts(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        let other = organisation(&mut tx, 70, "Zebra AB").await;
        assert_eq!(next_certificate_number(&mut tx, id(ACME)).await.unwrap(), 1);
        let first = certificate(1, id(ACME), 1, 1);
        let mut second = certificate(2, id(ACME), 1, 2);
        second.body.valid_to = day("2031-06-30");
        let theirs = certificate(3, other, 1, 1);
        for one in [&first, &second, &theirs] {
            append_certificate(&mut tx, one).await.unwrap();
        }
        assert!(is_stale(&append_certificate(&mut tx, &certificate(4, id(ACME), 1, 2)).await), "somebody was faster");
        assert!(is_stale(&append_certificate(&mut tx, &certificate(4, id(ACME), 2, 2)).await), "there is no first one");
        assert_eq!(next_certificate_number(&mut tx, id(ACME)).await.unwrap(), 2);
        assert_eq!(list_latest_certificates(&mut tx, Some(id(ACME))).await.unwrap(), [second.clone()]);
        assert_eq!(list_latest_certificates(&mut tx, None).await.unwrap(), [second.clone(), theirs]);
        assert_eq!(list_certificate_versions(&mut tx, id(ACME), 1).await.unwrap(), [second, first]);

        let ended = StoredCertificate { ended_on: Some(day("2026-12-01")), ..certificate(5, id(ACME), 1, 3) };
        append_certificate(&mut tx, &ended).await.unwrap();
        assert_eq!(list_latest_certificates(&mut tx, Some(id(ACME))).await.unwrap(), []);
        assert_eq!(list_certificate_versions(&mut tx, id(ACME), 1).await.unwrap().len(), 3);
    }
}
