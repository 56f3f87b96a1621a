use domain::gate::{Reason, ReasonCode};
use domain::id::EngagementId;
use forenotice::store::baselines::{
    Baseline, find_baseline, insert_baseline, list_baselines, list_engagements_in_changes,
};
use forenotice::store::{Of, StoreError};

use super::{engagement, hour, id, organisation, staff};
use crate::both;
use crate::support::TestDb;

both! {
    async fn an_engagement_is_adopted_once_with_its_findings(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let approver = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let baseline = Baseline {
            engagement_id: hosting,
            in_use_since: "2024-02-29".parse().unwrap(),
            attested_at: hour(0),
            attested_by: approver,
            findings: vec![Reason::new(ReasonCode::TiaMissing, "none is on file")],
        };
        insert_baseline(&mut tx, &baseline).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.write().await.unwrap();
        let twice = insert_baseline(&mut tx, &baseline).await.unwrap_err();
        assert!(matches!(twice, StoreError::Duplicate(_)), "{twice}");
        drop(tx);
        let mut tx = db.read().await.unwrap();
        assert_eq!(find_baseline(&mut tx, hosting).await.unwrap(), Some(baseline.clone()));
        assert_eq!(find_baseline(&mut tx, id::<EngagementId>(99)).await.unwrap(), None);
        assert_eq!(list_baselines(&mut tx, Of::All).await.unwrap(), [baseline]);
        assert_eq!(list_baselines(&mut tx, Of::These(&[id(99)])).await.unwrap(), []);
        assert!(list_engagements_in_changes(&mut tx).await.unwrap().is_empty());
    }
}
