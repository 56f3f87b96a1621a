//! The one publisher.

use domain::calendar::CalendarId;
use forenotice::store::publisher::{Publisher, find_publisher, put_publisher};

use super::hour;
use crate::both;
use crate::support::TestDb;

both! {
    async fn there_is_one_publisher_and_every_part_of_it_is_replaced(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        assert_eq!(find_publisher(&mut tx).await.unwrap(), None);
        let first = Publisher {
            name: "Fjordhimmel Systemer AS".to_owned(),
            zone: "Europe/Oslo".parse().unwrap(),
            calendar: CalendarId::No,
            contact: "personvern@fjordhimmel.example".to_owned(),
        };
        put_publisher(&mut tx, &first, hour(1)).await.unwrap();
        assert_eq!(find_publisher(&mut tx).await.unwrap(), Some(first));
        let second = Publisher {
            name: "Åkerblå Drift AB".to_owned(),
            zone: "Europe/Helsinki".parse().unwrap(),
            calendar: "FI-NO-EVES".parse().unwrap(),
            contact: "dataskydd@drift.example".to_owned(),
        };
        put_publisher(&mut tx, &second, hour(2)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(find_publisher(&mut tx).await.unwrap(), Some(second));
    }
}
