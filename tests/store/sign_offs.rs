//! The parts of assessments that somebody confirmed.

use domain::digest::Digest;
use domain::engagement::sign_off::{AssessmentPart, SignOff};
use domain::id::EngagementId;
use forenotice::store::Tx;
use forenotice::store::sign_offs::{append_sign_off, list_sign_offs};
use uuid::Uuid;

use super::fixtures::{EDITOR, HOSTING, add_register, micro};
use super::{id, is_duplicate};
use crate::both;
use crate::support::TestDb;

fn signed(part: AssessmentPart, at: i64) -> SignOff {
    SignOff {
        part,
        papers: Digest::new([7; 32]),
        at: micro(at),
        by: id(EDITOR),
    }
}

/// Security's part of the hosting engagement.
pub async fn add_sign_off(tx: &mut Tx) {
    let one = signed(AssessmentPart::Security, 123_456);
    append_sign_off(tx, Uuid::from_u128(7001), id::<EngagementId>(HOSTING), &one)
        .await
        .unwrap();
}

both! {
    async fn the_parts_of_an_assessment_are_listed_as_they_were_confirmed(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_sign_off(&mut tx).await;
        let legal = signed(AssessmentPart::Legal, 123_457);
        append_sign_off(&mut tx, Uuid::from_u128(7002), id(HOSTING), &legal).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        let security = signed(AssessmentPart::Security, 123_456);
        assert_eq!(list_sign_offs(&mut tx, id(HOSTING)).await.unwrap(), [security, legal]);
        assert_eq!(list_sign_offs(&mut tx, id(1)).await.unwrap(), []);
        drop(tx);
        let mut tx = db.write().await.unwrap();
        assert!(is_duplicate(&append_sign_off(&mut tx, Uuid::from_u128(7002), id(HOSTING), &legal).await));
    }
}
