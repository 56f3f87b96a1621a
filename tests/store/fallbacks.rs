use std::collections::BTreeSet;

use forenotice::store::fallbacks::list_fallbacks;

use super::evidence::add_evidence;
use super::fixtures::{BACKUP, HOSTING};
use super::id;
use crate::both;
use crate::support::TestDb;

both! {
    async fn a_version_that_followed_from_law_is_known_of_its_engagement(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_evidence(&mut tx).await;
        // The fixture notes one, of a record of this engagement.
        assert_eq!(list_fallbacks(&mut tx, id(HOSTING)).await.unwrap(), BTreeSet::from([id(100)]));
        assert_eq!(list_fallbacks(&mut tx, id(BACKUP)).await.unwrap(), BTreeSet::new());
    }
}
