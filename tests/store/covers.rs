//! What an author said of a version: which type of change covers which field.

use domain::change::{ChangeType, Cover, NoticeClass};
use domain::facts::FactField;
use forenotice::store::Tx;
use forenotice::store::covers::{VersionCovers, append_covers, find_covers};

use super::fixtures::{EDITOR, HOSTING, add_register, micro};
use super::{id, is_duplicate};
use crate::both;
use crate::support::TestDb;

fn covers() -> VersionCovers {
    VersionCovers {
        version_id: id(HOSTING + 1000),
        covers: vec![Cover {
            field: FactField::Locations,
            before: "Deutschland – Frankfurt".to_owned(),
            after: "Vereinigte Staaten “us-east-1”".to_owned(),
            change_type: ChangeType::Correction,
            needed: NoticeClass::A,
            class: NoticeClass::C,
            adds_special_category: false,
        }],
        reason: Some("Er stod alltid der".to_owned()),
        recorded_at: micro(123_456),
        recorded_by: id(EDITOR),
    }
}

/// What was said of the hosting engagement's first version.
pub async fn add_covers(tx: &mut Tx) {
    append_covers(tx, &covers()).await.unwrap();
}

both! {
    async fn what_was_said_of_a_version_is_found_as_it_was_said_and_said_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_covers(&mut tx).await;
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(find_covers(&mut tx, id(HOSTING + 1000)).await.unwrap(), Some(covers()));
        assert_eq!(find_covers(&mut tx, id(1001)).await.unwrap(), None);
        drop(tx);
        let mut tx = db.write().await.unwrap();
        assert!(is_duplicate(&append_covers(&mut tx, &covers()).await));
    }
}
