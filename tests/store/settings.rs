//! Named settings.

use forenotice::store::settings::{find_setting, put_setting};

use super::hour;
use crate::both;
use crate::support::TestDb;

both! {
    async fn a_setting_has_the_last_value_that_was_put(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        assert_eq!(find_setting(&mut tx, "test.first").await.unwrap(), None);
        put_setting(&mut tx, "test.first", "én", hour(1)).await.unwrap();
        put_setting(&mut tx, "test.second", "to", hour(1)).await.unwrap();
        put_setting(&mut tx, "test.first", "", hour(2)).await.unwrap();
        assert_eq!(find_setting(&mut tx, "test.first").await.unwrap().as_deref(), Some(""));
        assert_eq!(find_setting(&mut tx, "test.second").await.unwrap().as_deref(), Some("to"));
        put_setting(&mut tx, "test.first", "på nytt – «tre»", hour(3)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(find_setting(&mut tx, "test.first").await.unwrap().as_deref(), Some("på nytt – «tre»"));
        assert_eq!(find_setting(&mut tx, "test").await.unwrap(), None);
    }
}
