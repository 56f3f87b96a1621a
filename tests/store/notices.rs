//! Notice versions, their editors and what they promise.

use domain::notice::NoticeState as S;
use forenotice::changes::promise::Counting;
use forenotice::store::notices::{self, Notice, Promise};
use forenotice::store::{Of, Tx};
use uuid::Uuid;

use super::fixtures::{
    CHANGE, CUSTOMER, EDITOR, NOTICE, POLICY, add_change, add_customer, add_register, content, day, micro,
    notice, terms,
};
use super::{hour, id, is_duplicate, is_stale, staff};
use crate::both;
use crate::support::TestDb;

/// A draft, and another change's beside it.
async fn add_drafts(tx: &mut Tx) -> [Notice; 2] {
    add_register(tx).await;
    add_change(tx, CHANGE, "2026-001").await;
    add_change(tx, 70, "2026-002").await;
    let drafts = [notice(NOTICE, CHANGE, 1), notice(80, 70, 1)];
    for draft in &drafts {
        notices::draft(tx, draft, hour(0)).await.unwrap();
    }
    drafts
}

pub fn promised(number: u128, notice: u128, dispatch_on: &str) -> Promise {
    let policy = terms(POLICY, id(CUSTOMER), 1).policy;
    let counting = Counting::new(policy.zone, Vec::new());
    Promise {
        id: id(number),
        notice_id: id(notice),
        customer_id: id(CUSTOMER),
        policy_id: id(POLICY),
        windows: counting.windows(&policy, day(dispatch_on), None).unwrap(),
        contacts: vec![id(number + 1), id(number)],
    }
}

both! {
    async fn versions_are_kept_as_written_and_listed_oldest_first(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let [first, other] = add_drafts(&mut tx).await;
        let third = Notice { is_material: false, ..notice(41, CHANGE, 3) };
        let second = notice(42, CHANGE, 2);
        for version in [&third, &second] {
            notices::draft(&mut tx, version, hour(1)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert_eq!(notices::list_versions(&mut tx, id(CHANGE)).await.unwrap(), [first.clone(), second, third]);
        assert_eq!(notices::list_versions(&mut tx, id(70)).await.unwrap(), [other]);
        assert_eq!(notices::get(&mut tx, id(NOTICE)).await.unwrap(), first);
        assert!(notices::get(&mut tx, id(99)).await.is_err());
        assert!(is_duplicate(&notices::draft(&mut tx, &notice(43, CHANGE, 2), hour(2)).await));
    }

    async fn only_a_draft_is_revised(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let [first, other] = add_drafts(&mut tx).await;
        let mut text = content(31);
        text.parts[0].content.purpose = "Kjører tjenere – på «nytt» sted".to_owned();
        notices::revise(&mut tx, id(NOTICE), &text, &[9; 32], day("2027-05-01")).await.unwrap();
        let revised = Notice { content: text, content_hash: vec![9; 32], planned_on: day("2027-05-01"), ..first };
        assert_eq!(notices::get(&mut tx, id(NOTICE)).await.unwrap(), revised);
        assert_eq!(notices::get(&mut tx, id(80)).await.unwrap(), other);
        notices::advance(&mut tx, id(NOTICE), S::Draft, S::InReview).await.unwrap();
        assert!(is_stale(&notices::revise(&mut tx, id(NOTICE), &content(31), &[1; 32], day("2028-01-01")).await));
        assert_eq!(notices::get(&mut tx, id(NOTICE)).await.unwrap(), Notice { state: S::InReview, ..revised });
    }

    async fn each_step_is_taken_only_from_the_state_before_it_and_otherwise_writes_nothing(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let [draft, other] = add_drafts(&mut tx).await;
        assert!(is_stale(&notices::advance(&mut tx, id(NOTICE), S::InReview, S::Approved).await));
        assert!(is_stale(&notices::approve(&mut tx, id(NOTICE), id(EDITOR), day("2026-12-01"), hour(1)).await));
        assert!(is_stale(&notices::dispatch(&mut tx, id(NOTICE), id(EDITOR), hour(1)).await));
        assert_eq!(notices::get(&mut tx, id(NOTICE)).await.unwrap(), draft);

        notices::advance(&mut tx, id(NOTICE), S::Draft, S::InReview).await.unwrap();
        notices::approve(&mut tx, id(NOTICE), id(EDITOR), day("2026-12-01"), micro(654_321)).await.unwrap();
        let approved = Notice {
            state: S::Approved,
            dispatch_on: Some(day("2026-12-01")),
            approved: Some((micro(654_321), id(EDITOR))),
            ..draft
        };
        assert_eq!(notices::get(&mut tx, id(NOTICE)).await.unwrap(), approved);
        assert!(is_stale(&notices::approve(&mut tx, id(NOTICE), id(EDITOR), day("2026-12-02"), hour(2)).await));
        assert_eq!(notices::get(&mut tx, id(NOTICE)).await.unwrap(), approved, "the first approval stays");

        notices::dispatch(&mut tx, id(NOTICE), id(EDITOR), micro(5)).await.unwrap();
        let open = Notice { state: S::Open, dispatched_at: Some(micro(5)), ..approved };
        assert_eq!(notices::get(&mut tx, id(NOTICE)).await.unwrap(), open);
        assert!(is_stale(&notices::dispatch(&mut tx, id(NOTICE), id(EDITOR), hour(3)).await));
        assert_eq!(notices::get(&mut tx, id(NOTICE)).await.unwrap(), open, "it was sent when it was sent first");
        assert_eq!(notices::get(&mut tx, id(80)).await.unwrap(), other);
    }

    async fn an_approval_is_dropped_with_what_it_promised_and_no_other(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_drafts(&mut tx).await;
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        let [mine, other] = [promised(90, NOTICE, "2026-12-01"), promised(91, 80, "2026-12-02")];
        for (number, promise) in [(NOTICE, &mine), (80, &other)] {
            notices::promise(&mut tx, promise, hour(1)).await.unwrap();
            notices::advance(&mut tx, id(number), S::Draft, S::InReview).await.unwrap();
            notices::approve(&mut tx, id(number), id(EDITOR), day("2026-12-01"), hour(1)).await.unwrap();
        }
        assert_eq!(notices::list_promises(&mut tx, id(NOTICE)).await.unwrap(), std::slice::from_ref(&mine));
        let to = async |tx: &mut Tx, customer: u128| notices::list_promises_to(tx, id(NOTICE), Of::These(&[id(customer)])).await.unwrap();
        assert_eq!(to(&mut tx, CUSTOMER).await, [mine]);
        assert_eq!(to(&mut tx, 99).await, []);
        notices::drop_approval(&mut tx, id(NOTICE)).await.unwrap();
        let dropped = notices::get(&mut tx, id(NOTICE)).await.unwrap();
        assert_eq!((dropped.approved, dropped.dispatch_on), (None, None));
        assert_eq!(notices::list_promises(&mut tx, id(NOTICE)).await.unwrap(), []);
        assert!(notices::get(&mut tx, id(80)).await.unwrap().approved.is_some());
        assert_eq!(notices::list_promises(&mut tx, id(80)).await.unwrap(), [other]);
    }

    async fn a_customer_is_promised_one_window_for_a_version(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_drafts(&mut tx).await;
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        notices::promise(&mut tx, &promised(90, NOTICE, "2026-12-01"), hour(1)).await.unwrap();
        assert!(is_duplicate(&notices::promise(&mut tx, &promised(92, NOTICE, "2026-12-09"), hour(1)).await));
    }

    async fn everybody_who_edited_a_version_is_on_record_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_drafts(&mut tx).await;
        let second = staff(&mut tx, 8).await.uuid();
        assert_eq!(notices::list_editors(&mut tx, id(NOTICE)).await.unwrap(), Vec::<Uuid>::new());
        for (who, at) in [(id(EDITOR), 1), (second, 2), (id(EDITOR), 3)] {
            notices::note_editor(&mut tx, id(NOTICE), who, hour(at)).await.unwrap();
        }
        notices::note_editor(&mut tx, id(80), second, hour(1)).await.unwrap();
        let mut editors = notices::list_editors(&mut tx, id(NOTICE)).await.unwrap();
        editors.sort_unstable();
        assert_eq!(editors, [second, id(EDITOR)]);
        assert_eq!(notices::list_editors(&mut tx, id(80)).await.unwrap(), [second]);
    }
}
