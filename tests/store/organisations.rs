use domain::known::Known;
use domain::organisation::OrganisationFacts;
use domain::slug::Slug;
use domain::text::{Line, Name};
use forenotice::store::organisations::{
    append_organisation_version, create_organisation, find_organisation, find_organisation_by_slug,
    find_organisation_version, list_organisation_versions, list_organisations, list_organisations_of,
};
use forenotice::store::version::Recorded;
use forenotice::store::{Of, StoreError};

use super::{hour, id, organisation, staff, version};
use crate::both;
use crate::support::{TestDb, monday};

fn acme() -> OrganisationFacts {
    OrganisationFacts::named(Name::parse("Acme Hosting GmbH").unwrap())
}

fn registered() -> OrganisationFacts {
    OrganisationFacts {
        registration_number: Known::Known(Line::parse("HRB 4711").unwrap()),
        ..acme()
    }
}

both! {
    async fn an_organisation_keeps_every_version_of_its_facts(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let acme_id = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let mut second = version(20, registered(), Recorded::by(editor, hour(2)));
        second.valid_from = Some("2026-11-01".parse().unwrap());
        second.reason = Some("the register was incomplete".to_owned());
        append_organisation_version(&mut tx, acme_id, 1, &second).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.read().await.unwrap();
        let now = find_organisation(&mut tx, acme_id).await.unwrap().unwrap();
        assert_eq!(now.slug.as_str(), "acme-hosting-gmbh");
        assert_eq!(now.created_at, monday());
        assert_eq!(now.version.number, 2);
        assert_eq!(now.version.facts, registered());
        assert_eq!(now.version.valid_from, second.valid_from);
        assert_eq!(now.version.recorded, Recorded::by(editor, hour(2)));
        assert_eq!(now.version.reason, second.reason);
        assert_eq!(find_organisation_by_slug(&mut tx, "acme-hosting-gmbh").await.unwrap(), Some(now.clone()));
        assert_eq!(find_organisation_by_slug(&mut tx, "nobody").await.unwrap(), None);

        let before = list_organisations_of(&mut tx, Of::These(&[acme_id]), Some(hour(1))).await.unwrap().remove(0);
        assert_eq!((before.version.number, before.version.facts), (1, acme()));
        assert_eq!(list_organisations_of(&mut tx, Of::All, Some(hour(-1))).await.unwrap(), []);

        let numbers: Vec<i64> =
            list_organisation_versions(&mut tx, acme_id).await.unwrap().iter().map(|v| v.number).collect();
        assert_eq!(numbers, [2, 1]);
        assert_eq!(list_organisations(&mut tx).await.unwrap(), std::slice::from_ref(&now));
        assert_eq!(find_organisation_version(&mut tx, id(20)).await.unwrap(), Some(now.version));
        assert_eq!(find_organisation_version(&mut tx, id(99)).await.unwrap(), None);
    }

    async fn a_version_on_top_of_a_stale_one_is_refused(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let acme_id = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let second = version(20, registered(), Recorded::by_system(hour(1)));
        append_organisation_version(&mut tx, acme_id, 1, &second).await.unwrap();
        let stale = version(21, acme(), Recorded::by_system(hour(2)));
        let refusal = append_organisation_version(&mut tx, acme_id, 1, &stale).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Stale("The organisation")), "{refusal}");
        assert_eq!(list_organisation_versions(&mut tx, acme_id).await.unwrap().len(), 2);
    }

    async fn two_organisations_cannot_have_one_slug(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let first = version(20, acme(), Recorded::by_system(hour(1)));
        let slug = Slug::parse("acme-hosting-gmbh").unwrap();
        let refusal = create_organisation(&mut tx, id(2), &slug, &first).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Duplicate(_)), "{refusal}");
    }
}
