use forenotice::store::digests::{find_digest_off, find_last_digest, note_digest, put_digest_off};
use uuid::Uuid;

use super::fixtures::day;
use super::{hour, id, is_duplicate, is_stale, staff};
use crate::both;
use crate::support::TestDb;

both! {
    async fn a_person_gets_one_daily_mail_a_day_and_can_switch_it_off(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let person = staff(&mut tx, 9).await;
        assert_eq!(find_last_digest(&mut tx, person).await.unwrap(), None);
        note_digest(&mut tx, person, day("2026-11-23"), Uuid::from_u128(1), hour(1)).await.unwrap();
        note_digest(&mut tx, person, day("2026-11-24"), Uuid::from_u128(2), hour(25)).await.unwrap();
        assert_eq!(find_last_digest(&mut tx, person).await.unwrap(), Some((day("2026-11-24"), hour(25))));

        assert_eq!(find_digest_off(&mut tx, person).await.unwrap(), None);
        put_digest_off(&mut tx, person, Some(hour(2))).await.unwrap();
        assert_eq!(find_digest_off(&mut tx, person).await.unwrap(), Some(hour(2)));
        put_digest_off(&mut tx, person, None).await.unwrap();
        assert_eq!(find_digest_off(&mut tx, person).await.unwrap(), None);
        assert!(is_stale(&put_digest_off(&mut tx, id(99), None).await));
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        let again = note_digest(&mut tx, person, day("2026-11-24"), Uuid::from_u128(3), hour(26)).await;
        assert!(is_duplicate(&again));
    }
}
