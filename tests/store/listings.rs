use forenotice::store::listings::{ListingState, NewListing, append_listing, find_listing, list_listings};
use uuid::Uuid;

use super::{engagement, hour, id, organisation};
use crate::both;
use crate::support::TestDb;

both! {
    async fn every_listing_makes_the_next_version_of_the_whole_list(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let mail = engagement(&mut tx, 3, company, "acme-mail").await;
        let listed = |number, engagement_id, version, listing| NewListing {
            id: Uuid::from_u128(number),
            engagement_id,
            engagement_version_id: id(version),
            organisation_version_id: id(1001),
            listing,
            in_use_from: Some("2026-01-01".parse().unwrap()),
            line_id: None,
            recorded_at: hour(1),
        };
        assert_eq!(find_listing(&mut tx, hosting).await.unwrap(), None);
        let first = listed(10, hosting, 1002, ListingState::Partial);
        let second = listed(11, mail, 1003, ListingState::Listed);
        let third = listed(12, hosting, 1002, ListingState::Ended);
        assert_eq!(append_listing(&mut tx, &first).await.unwrap(), 1);
        assert_eq!(append_listing(&mut tx, &second).await.unwrap(), 2);
        assert_eq!(append_listing(&mut tx, &third).await.unwrap(), 3);
        tx.commit().await.unwrap();

        let mut tx = db.read().await.unwrap();
        let now = find_listing(&mut tx, hosting).await.unwrap().unwrap();
        assert_eq!((now.list_version, now.row), (3, third.clone()));
        let rows: Vec<_> =
            list_listings(&mut tx, hosting).await.unwrap().into_iter().map(|l| (l.list_version, l.row)).collect();
        assert_eq!(rows, [(3, third), (1, first)]);
    }
}
