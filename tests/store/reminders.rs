use forenotice::store::reminders::{forget_reminders, list_reminders, note_reminder};
use uuid::Uuid;

use super::fixtures::day;
use super::hour;
use crate::both;
use crate::support::TestDb;

both! {
    async fn a_reminder_of_a_day_is_given_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let (about, on) = (Uuid::from_u128(11), day("2027-03-31"));
        assert!(note_reminder(&mut tx, "CONTRACT_ENDS", about, (on, 60), hour(0)).await.unwrap());
        assert!(!note_reminder(&mut tx, "CONTRACT_ENDS", about, (on, 60), hour(1)).await.unwrap());
        assert!(note_reminder(&mut tx, "CONTRACT_ENDS", about, (on, 30), hour(2)).await.unwrap());
        assert!(note_reminder(&mut tx, "CONTRACT_ENDS", about, (day("2028-03-31"), 60), hour(3)).await.unwrap(), "another day");
        assert!(note_reminder(&mut tx, "OTHER", about, (on, 60), hour(4)).await.unwrap());
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(
            list_reminders(&mut tx, "CONTRACT_ENDS").await.unwrap(),
            [(about, on, 60), (about, on, 30), (about, day("2028-03-31"), 60)]
        );
        assert_eq!(list_reminders(&mut tx, "NONE").await.unwrap(), []);
    }

    async fn what_was_given_for_a_day_that_moved_away_is_forgotten(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let (about, on, other) = (Uuid::from_u128(11), day("2027-03-31"), Uuid::from_u128(12));
        for (kind, about, on) in [
            ("CONTRACT_ENDS", about, on),
            ("CONTRACT_ENDS", about, day("2028-03-31")),
            ("CONTRACT_ENDS", other, on),
            ("OTHER", about, on),
        ] {
            assert!(note_reminder(&mut tx, kind, about, (on, 60), hour(0)).await.unwrap());
        }
        forget_reminders(&mut tx, "CONTRACT_ENDS", about, on).await.unwrap();
        assert_eq!(
            list_reminders(&mut tx, "CONTRACT_ENDS").await.unwrap(),
            [(about, day("2028-03-31"), 60), (other, on, 60)]
        );
        assert_eq!(list_reminders(&mut tx, "OTHER").await.unwrap(), [(about, on, 60)]);
        assert!(note_reminder(&mut tx, "CONTRACT_ENDS", about, (on, 60), hour(1)).await.unwrap(), "it is given again");
    }
}
