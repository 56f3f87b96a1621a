use domain::change::{ChangeState, ChangeType};
use domain::digest::Digest;
use domain::id::{EngagementId, StaffId};
use domain::legal_record::NoticeChannel;
use domain::vendor_notice::{OurObjection, Outcome, VendorNotice, VendorNoticeEvent};
use forenotice::store::Tx;
use forenotice::store::changes::{self, Move};
use forenotice::store::vendor_notices::{
    self, StoredStep, StoredVendorNotice, append_step, find_vendor_notice, insert_vendor_notice, list_open,
    list_steps, list_undecided, list_vendor_notices_of, next_vendor_notice_number,
};
use uuid::Uuid;

use super::documents::add_document;
use super::fixtures::{BACKUP, CHANGE, EDITOR, HOSTING, add_change, add_register, day};
use super::register_rows::counted;
use super::{hour, id, is_duplicate};
use crate::both;
use crate::support::TestDb;

fn logged(number: i64, engagement: EngagementId, window: Option<&str>) -> StoredVendorNotice {
    StoredVendorNotice {
        id: Uuid::from_u128(500 + u128::try_from(number).unwrap()),
        number,
        engagement_id: engagement,
        notice: VendorNotice {
            received_at: hour(0),
            channel: NoticeChannel::Feed,
            window_ends_on: window.map(day),
            change_type: ChangeType::Tier2Change,
            description: format!("Ærlig Bakkant AS lagrer kopi nr. {number}\nfra januar")
                .parse()
                .unwrap(),
            raw_copy: None,
            owner: "Privacy office".parse().unwrap(),
        },
        due_on: day("2026-11-25"),
        recorded_at: hour(1),
        recorded_by: id(EDITOR),
    }
}

fn step(number: u128, of: &StoredVendorNotice, event: VendorNoticeEvent, by: StaffId) -> StoredStep {
    StoredStep {
        id: Uuid::from_u128(number),
        vendor_notice_id: of.id,
        event,
        recorded_at: hour(2),
        recorded_by: by,
    }
}

fn closed() -> VendorNoticeEvent {
    VendorNoticeEvent::Closed {
        reason: "No customer uses it".parse().unwrap(),
    }
}

/// A notice that was closed, for other tests.
pub async fn add_closed(tx: &mut Tx, number: u128, engagement: EngagementId, by: StaffId) {
    let logged = logged(1, engagement, None);
    insert_vendor_notice(tx, &logged).await.unwrap();
    append_step(tx, &step(number, &logged, closed(), by))
        .await
        .unwrap();
}

async fn numbers(tx: &mut Tx, search: &str, limits: (i64, i64)) -> (Vec<i64>, i64) {
    let (lines, total) = vendor_notices::page(tx, search, limits).await.unwrap();
    (
        lines.iter().map(|line| line.listed.logged.number).collect(),
        total,
    )
}

both! {
    async fn what_a_vendor_said_stays_and_each_step_is_taken_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-001").await;
        add_document(&mut tx, 600).await;
        assert_eq!(next_vendor_notice_number(&mut tx).await.unwrap(), 1);
        let mut first = logged(1, id(HOSTING), Some("2026-12-08"));
        first.notice.raw_copy = Some(Digest::new([7; 32]));
        let second = logged(2, id(BACKUP), None);
        for one in [&first, &second] {
            insert_vendor_notice(&mut tx, one).await.unwrap();
        }
        assert_eq!(next_vendor_notice_number(&mut tx).await.unwrap(), 3);
        let found = find_vendor_notice(&mut tx, 1).await.unwrap().unwrap();
        assert_eq!((&found.logged, found.standing.is_open()), (&first, true));
        assert_eq!(find_vendor_notice(&mut tx, 9).await.unwrap(), None);

        let by = id(EDITOR);
        let events = [
            VendorNoticeEvent::NotObjected { reason: "Fits".parse().unwrap() },
            VendorNoticeEvent::Objected { on: day("2026-11-24"), reference: "Case 7".parse().unwrap() },
            VendorNoticeEvent::Forwarded { change: id(CHANGE) },
        ];
        let steps: Vec<_> = (700..).zip(events).map(|(number, event)| step(number, &first, event, by)).collect();
        for one in &steps {
            append_step(&mut tx, one).await.unwrap();
        }
        append_step(&mut tx, &step(710, &second, closed(), by)).await.unwrap();
        assert_eq!(list_steps(&mut tx, first.id).await.unwrap(), steps);
        assert_eq!(list_steps(&mut tx, second.id).await.unwrap()[0].event, closed());
        let of = |engagement| id::<EngagementId>(engagement);
        let standing = list_vendor_notices_of(&mut tx, of(HOSTING)).await.unwrap()[0].standing;
        assert_eq!((standing.outcome, standing.objection), (Outcome::Forwarded, OurObjection::Filed));
        let standing = list_vendor_notices_of(&mut tx, of(BACKUP)).await.unwrap()[0].standing;
        assert_eq!((standing.outcome, standing.objection), (Outcome::Closed, OurObjection::Undecided));
        assert_eq!(list_open(&mut tx).await.unwrap(), []);
        tx.commit().await.unwrap();

        let mut tx = db.write().await.unwrap();
        let again = StoredStep { id: Uuid::from_u128(799), ..steps[2].clone() };
        assert!(is_duplicate(&append_step(&mut tx, &again).await), "once into a change");
        drop(tx);
        let mut tx = db.write().await.unwrap();
        assert!(is_duplicate(&append_step(&mut tx, &step(711, &second, closed(), by)).await), "once");
        drop(tx);
        let mut tx = db.write().await.unwrap();
        let taken = StoredVendorNotice { id: Uuid::from_u128(599), ..second };
        assert!(is_duplicate(&insert_vendor_notice(&mut tx, &taken).await), "the number is taken");
    }

    async fn one_whose_change_is_cancelled_is_open_again(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-001").await;
        let first = logged(1, id(HOSTING), None);
        insert_vendor_notice(&mut tx, &first).await.unwrap();
        let forwarded = VendorNoticeEvent::Forwarded { change: id(CHANGE) };
        append_step(&mut tx, &step(700, &first, forwarded, id(EDITOR))).await.unwrap();
        assert_eq!(list_open(&mut tx).await.unwrap(), []);
        let cancel = Move {
            id: Uuid::from_u128(800),
            change_id: id(CHANGE),
            from: ChangeState::Draft,
            to: ChangeState::Cancelled,
            by: None,
            reason: Some("Not needed"),
        };
        let sent = async |tx: &mut Tx| list_vendor_notices_of(tx, id(HOSTING)).await.unwrap()[0].is_told;
        assert!(!sent(&mut tx).await, "a draft tells nobody");
        changes::advance(&mut tx, &cancel, hour(3)).await.unwrap();
        assert!(!sent(&mut tx).await);
        let open = list_open(&mut tx).await.unwrap();
        assert!(open.len() == 1 && open[0].standing.is_open(), "{open:?}");
        assert_eq!(list_steps(&mut tx, first.id).await.unwrap().len(), 1, "what was done stays");
    }

    async fn those_that_wait_for_a_decision_have_a_window_and_none_yet(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        add_change(&mut tx, CHANGE, "2026-001").await;
        let window = Some("2026-12-08");
        let all: Vec<_> = (1..=6).map(|number| logged(number, id(HOSTING), if number == 2 { None } else { window })).collect();
        for one in &all {
            insert_vendor_notice(&mut tx, one).await.unwrap();
        }
        let reason = || "Fits".parse().unwrap();
        let objected = VendorNoticeEvent::Objected { on: day("2026-11-24"), reference: "Case 7".parse().unwrap() };
        for (number, event) in [
            (3, closed()),
            (4, VendorNoticeEvent::NotObjected { reason: reason() }),
            (5, objected),
            (6, VendorNoticeEvent::Forwarded { change: id(CHANGE) }),
        ] {
            append_step(&mut tx, &step(700 + number, &all[usize::try_from(number - 1).unwrap()], event, id(EDITOR))).await.unwrap();
        }
        let undecided = list_undecided(&mut tx).await.unwrap();
        let undecided: Vec<i64> = undecided.iter().map(|one| one.logged.number).collect();
        assert_eq!(undecided, [1, 6]);
    }

    async fn a_page_has_open_ones_first_and_is_searched_by_vendor_number_and_words(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        counted(&mut tx).await;
        for number in 1..=3 {
            let engagement = if number == 2 { BACKUP } else { HOSTING };
            insert_vendor_notice(&mut tx, &logged(number, id(engagement), None)).await.unwrap();
        }
        append_step(&mut tx, &step(700, &logged(3, id(HOSTING), None), closed(), id(EDITOR))).await.unwrap();
        assert_eq!(numbers(&mut tx, "", (50, 0)).await, (vec![2, 1, 3], 3));
        assert_eq!(numbers(&mut tx, "", (1, 1)).await, (vec![1], 3));
        assert_eq!(numbers(&mut tx, "ÆRLIG 2", (50, 0)).await, (vec![2], 1), "what it says");
        assert_eq!(numbers(&mut tx, "nobody", (50, 0)).await, (vec![], 0));
        let (lines, total) = vendor_notices::page(&mut tx, "hosting", (50, 0)).await.unwrap();
        assert!(total > 0 && lines.iter().all(|line| line.company.is_some()), "the vendor's name: {lines:?}");
    }
}
