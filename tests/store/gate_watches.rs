use std::collections::BTreeSet;

use domain::country::Place;
use forenotice::store::gate_watches::{list_watches, put_watch};

use super::fixtures::{BACKUP, HOSTING, add_register};
use super::{hour, id};
use crate::both;
use crate::support::TestDb;

both! {
    async fn what_was_seen_last_takes_the_place_of_what_was_seen_before(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        let places = |codes: &[&str]| codes.iter().map(|code| Place::parse(code).unwrap()).collect::<BTreeSet<_>>();
        put_watch(&mut tx, id(HOSTING), &places(&["US", "WORLDWIDE"]), hour(0)).await.unwrap();
        put_watch(&mut tx, id(BACKUP), &places(&[]), hour(0)).await.unwrap();
        put_watch(&mut tx, id(HOSTING), &places(&["US"]), hour(1)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(
            list_watches(&mut tx).await.unwrap(),
            [(id(HOSTING), places(&["US"]), hour(1)), (id(BACKUP), places(&[]), hour(0))]
        );
    }
}
