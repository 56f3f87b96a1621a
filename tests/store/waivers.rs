use domain::gate::{WaiverEvent, WaiverKind, WaiverStep};
use domain::id::{EngagementId, StaffId};
use domain::text::Prose;
use forenotice::store::waivers::{append_waiver_step, list_waiver_steps};
use forenotice::store::{Of, Tx};
use uuid::Uuid;

use super::fixtures::{BACKUP, EDITOR, HOSTING, add_register};
use super::{hour, id, is_duplicate};
use crate::both;
use crate::support::TestDb;

/// Something that happens to a waiver.
pub fn step(request: u128, engagement: EngagementId, by: StaffId, event: WaiverEvent, at: i64) -> WaiverStep {
    WaiverStep {
        request: id(request),
        engagement,
        kind: WaiverKind::SecurityAssessment,
        event,
        until: hour(200),
        reason: Prose::parse("Die Prüferin ist krank.\nAb Montag zurück.").unwrap(),
        at: hour(at),
        by,
    }
}

/// A waiver that was asked for, for other tests.
pub async fn add_waiver(tx: &mut Tx, number: u128, engagement: EngagementId, by: StaffId) {
    let asked = step(number, engagement, by, WaiverEvent::Asked, 1);
    append_waiver_step(tx, Uuid::from_u128(number), &asked)
        .await
        .unwrap();
}

both! {
    async fn what_happened_to_waivers_is_kept_in_order_and_nothing_happens_twice(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        let by = id(EDITOR);
        let asked = step(1, id(HOSTING), by, WaiverEvent::Asked, 1);
        let granted = step(1, id(HOSTING), by, WaiverEvent::Granted, 2);
        let other = step(2, id(BACKUP), by, WaiverEvent::Asked, 3);
        for (number, one) in [(1, &asked), (2, &granted), (3, &other)] {
            append_waiver_step(&mut tx, Uuid::from_u128(number), one).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(list_waiver_steps(&mut tx, Of::These(&[id(HOSTING)]), None).await.unwrap(), [asked.clone(), granted.clone()]);
        assert_eq!(list_waiver_steps(&mut tx, Of::All, None).await.unwrap(), [asked.clone(), granted.clone(), other]);
        assert_eq!(list_waiver_steps(&mut tx, Of::All, Some(hour(1))).await.unwrap(), [asked]);
        drop(tx);
        let mut tx = db.write().await.unwrap();
        assert!(is_duplicate(&append_waiver_step(&mut tx, Uuid::from_u128(4), &granted).await));
    }
}
