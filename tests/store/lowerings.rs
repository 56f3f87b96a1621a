//! Lower classes of notice: asked for, and decided by somebody else.

use domain::change::{ChangeType, LoweringBasis, LoweringVerdict, NoticeClass};
use domain::digest::FactsHash;
use domain::known::Known;
use forenotice::store::Tx;
use forenotice::store::lowerings::{
    Lowering, LoweringDecision, ask_lowering, decide_lowering, list_lowerings,
};

use super::fixtures::{BACKUP, CHANGE, EDITOR, HOSTING, add_change, add_register, micro};
use super::{hour, id, is_duplicate};
use crate::both;
use crate::support::TestDb;

fn lowering(number: u128, engagement: u128) -> Lowering {
    Lowering {
        id: id(number),
        change_id: id(CHANGE),
        engagement_id: id(engagement),
        class: NoticeClass::B,
        reason: "Samme konsern, samme servere".to_owned(),
        facts_hash: FactsHash::new([3; 32]),
        basis: Some(LoweringBasis {
            line: id(number + 50),
            change_type: ChangeType::ControlChanged,
            needed: NoticeClass::A,
            covers: Vec::new(),
            parent: Known::Known(None),
            ultimate_parent_country: Known::Unknown,
            facts_hash: FactsHash::new([3; 32]),
        }),
        asked_at: micro(1),
        asked_by: id(EDITOR),
        decision: None,
    }
}

fn decision() -> LoweringDecision {
    LoweringDecision {
        verdict: LoweringVerdict::Granted,
        reason: "Enig".to_owned(),
        at: hour(3),
        by: id(EDITOR),
    }
}

/// One that was asked for, and its decision.
pub async fn add_lowering(tx: &mut Tx) {
    ask_lowering(tx, &lowering(140, HOSTING)).await.unwrap();
    decide_lowering(tx, id(140), &decision()).await.unwrap();
}

both! {
    async fn a_lower_class_is_listed_with_what_was_decided_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-002").await;
        add_lowering(&mut tx).await;
        let open = Lowering { asked_at: hour(5), basis: None, ..lowering(141, BACKUP) };
        ask_lowering(&mut tx, &open).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        let decided = Lowering { decision: Some(decision()), ..lowering(140, HOSTING) };
        assert_eq!(list_lowerings(&mut tx, id(CHANGE)).await.unwrap(), [decided, open]);
        assert_eq!(list_lowerings(&mut tx, id(9999)).await.unwrap(), []);
        drop(tx);
        let mut tx = db.write().await.unwrap();
        assert!(is_duplicate(&decide_lowering(&mut tx, id(140), &decision()).await));
    }
}
