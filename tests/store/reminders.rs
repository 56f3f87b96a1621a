use forenotice::store::reminders::{list_reminders, note_reminder};
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
}
