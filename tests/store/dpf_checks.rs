use domain::id::OrganisationId;
use domain::legal_record::{DpfCheck, DpfFramework, DpfStatus};
use domain::text::Name;
use forenotice::store::dpf_checks::{StoredCheck, append_check, latest_checks, list_checks};
use forenotice::store::{Of, Tx};

use super::fixtures::day;
use super::{hour, id, organisation, staff};
use crate::both;
use crate::support::TestDb;

/// A look at a company's entry, by staff `9`.
pub fn check(number: u128, company: OrganisationId, framework: DpfFramework, on: &str) -> StoredCheck {
    StoredCheck {
        id: id(number),
        organisation_id: company,
        framework,
        check: DpfCheck {
            entity_as_listed: Name::parse("Ærlig Speech Inc.").unwrap(),
            status: DpfStatus::Active,
            covers_non_hr: true,
            covers_hr: false,
            covered_entities: None,
            next_certification_due: Some(day("2027-05-31")),
            checked_on: day(on),
            checked_by: id(9),
            page: None,
        },
        recorded_at: hour(1),
        recorded_by: id(9),
    }
}

async fn append(tx: &mut Tx, look: &StoredCheck) {
    append_check(tx, look).await.unwrap();
}

both! {
    async fn the_latest_look_of_each_framework_counts_and_all_are_kept(db: TestDb) {
        use DpfFramework::{ChUs, EuUs};
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        staff(&mut tx, 9).await;
        let acme = organisation(&mut tx, 1, "Acme Inc.").await;
        let other = organisation(&mut tx, 2, "Other Inc.").await;
        let first = check(11, acme, EuUs, "2026-10-01");
        let second = StoredCheck { recorded_at: hour(2), ..check(12, acme, EuUs, "2026-11-20") };
        // Recorded last, and made before: it does not count.
        let late = StoredCheck { recorded_at: hour(3), ..check(13, acme, EuUs, "2026-09-01") };
        let swiss = check(14, acme, ChUs, "2026-11-01");
        let elsewhere = check(15, other, EuUs, "2026-11-02");
        for look in [&first, &second, &late, &swiss, &elsewhere] {
            append(&mut tx, look).await;
        }
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        let ids = |looks: Vec<StoredCheck>| looks.iter().map(|look| look.id).collect::<Vec<_>>();
        assert_eq!(
            ids(list_checks(&mut tx, acme).await.unwrap()),
            [&second, &swiss, &first, &late].map(|look| look.id)
        );
        let latest = latest_checks(&mut tx, Of::These(&[acme]), None).await.unwrap();
        assert_eq!(latest.len(), 1);
        assert_eq!((&latest[&acme][&EuUs], &latest[&acme][&ChUs]), (&second, &swiss));
        let all = latest_checks(&mut tx, Of::All, None).await.unwrap();
        assert_eq!(all[&other][&EuUs], elsewhere);
        let then = latest_checks(&mut tx, Of::All, Some(hour(1))).await.unwrap();
        assert_eq!(then[&acme][&EuUs], first);
    }
}
