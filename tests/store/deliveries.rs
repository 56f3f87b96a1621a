//! Deliveries to contacts and subscribers, and what came back.

use domain::change::ChangeState;
use domain::delivery::DeliveryState as S;
use forenotice::store::changes::{self, Move};
use forenotice::store::deliveries::{self, Acknowledgement, Delivery};
use forenotice::store::mails;
use forenotice::store::notices;
use forenotice::store::{Of, Tx};

use super::fixtures::{
    CHANGE, CONTACT, CUSTOMER, DELIVERY, MAIL, NOTICE, add_change, add_customer, add_delivery,
    add_dispatched, delivery, mail, micro, notice,
};
use super::{hour, id, is_duplicate, is_stale};
use crate::both;
use crate::support::TestDb;

/// To a subscriber.
fn to_subscriber(number: u128, subscriber: u128) -> Delivery {
    Delivery {
        customer_id: None,
        contact_id: None,
        subscriber_id: Some(id(subscriber)),
        ..delivery(number, NOTICE, CUSTOMER)
    }
}

async fn came_back(tx: &mut Tx, row: &Delivery, state: S) {
    let after = Delivery { state, ..row.clone() };
    deliveries::advance(tx, row, &after, hour(2)).await.unwrap();
}

async fn move_change(tx: &mut Tx, number: u128, from: ChangeState, to: ChangeState) {
    let step = Move {
        id: id(number),
        change_id: id(CHANGE),
        from,
        to,
        by: None,
        reason: None,
    };
    changes::advance(tx, &step, hour(1)).await.unwrap();
}

both! {
    async fn contacts_and_subscribers_get_a_version_once_each(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        let subscribers = [to_subscriber(45, 500), to_subscriber(70, 501)];
        for row in &subscribers {
            add_delivery(&mut tx, row).await;
        }
        for number in [300, 301] {
            mails::insert(&mut tx, &mail(number)).await.unwrap();
        }
        tx.commit().await.unwrap();

        let mut tx = db.read().await.unwrap();
        let contact = delivery(DELIVERY, NOTICE, CUSTOMER);
        let [first, last] = subscribers;
        assert_eq!(deliveries::find(&mut tx, id(DELIVERY)).await.unwrap(), Some(contact.clone()));
        assert_eq!(deliveries::find(&mut tx, id(70)).await.unwrap(), Some(last.clone()));
        assert_eq!(deliveries::find(&mut tx, id(99)).await.unwrap(), None);
        assert_eq!(deliveries::list_by_notice(&mut tx, id(NOTICE)).await.unwrap(), [first, contact, last]);
        assert_eq!(deliveries::list_by_notice(&mut tx, id(99)).await.unwrap(), []);
        drop(tx);

        for again in [
            Delivery { mail_id: id(300), ..delivery(80, NOTICE, CUSTOMER) },
            Delivery { mail_id: id(301), ..to_subscriber(81, 500) },
        ] {
            let mut tx = db.write().await.unwrap();
            assert!(is_duplicate(&deliveries::queue(&mut tx, &again, hour(1)).await));
        }
    }

    async fn the_delivery_of_a_mail_is_held_for_whoever_looks_at_it(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        add_dispatched(&mut tx).await;
        tx.commit().await.unwrap();
        let mut tx = db.write_unchained().await.unwrap();
        let found = deliveries::lock_by_mail(&mut tx, id(MAIL)).await.unwrap().unwrap();
        assert_eq!(found, delivery(DELIVERY, NOTICE, CUSTOMER));
        assert_eq!(deliveries::lock_by_mail(&mut tx, id(DELIVERY)).await.unwrap(), None);

        // Somebody else waits until the first is done, and sees what the first wrote.
        let other = tokio::spawn({
            let db = db.clone();
            async move {
                let mut tx = db.write_unchained().await.unwrap();
                deliveries::lock_by_mail(&mut tx, id(MAIL)).await.unwrap().unwrap().state
            }
        });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert!(!other.is_finished());
        came_back(&mut tx, &found, S::Sent).await;
        tx.commit().await.unwrap();
        assert_eq!(other.await.unwrap(), S::Sent);
    }

    async fn a_customer_has_its_deliveries_of_all_versions_of_one_change(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        add_change(&mut tx, 200, "2026-002").await;
        notices::draft(&mut tx, &notice(41, CHANGE, 2), hour(0)).await.unwrap();
        notices::draft(&mut tx, &notice(42, 200, 1), hour(0)).await.unwrap();
        let amended = delivery(44, 41, CUSTOMER);
        for row in [&amended, &delivery(70, NOTICE, 120), &delivery(72, 42, CUSTOMER), &to_subscriber(74, 500)] {
            add_delivery(&mut tx, row).await;
        }
        let mine = deliveries::list_by_customers(&mut tx, id(CHANGE), Of::These(&[id(CUSTOMER)])).await.unwrap();
        assert_eq!(mine, [amended.clone(), delivery(DELIVERY, NOTICE, CUSTOMER)]);
        let everybody = deliveries::list_by_customers(&mut tx, id(CHANGE), Of::All).await.unwrap();
        assert_eq!(everybody, [amended, delivery(DELIVERY, NOTICE, CUSTOMER), delivery(70, NOTICE, 120)], "no subscriber");
        assert_eq!(deliveries::list_by_customers(&mut tx, id(CHANGE), Of::These(&[])).await.unwrap(), []);
        assert_eq!(deliveries::list_by_customers(&mut tx, id(200), Of::These(&[id(120)])).await.unwrap(), []);
    }

    async fn a_delivery_moves_only_from_the_expected_state(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        add_delivery(&mut tx, &to_subscriber(70, 500)).await;
        let queued = delivery(DELIVERY, NOTICE, CUSTOMER);
        let sent = Delivery { state: S::Sent, accepted_at: Some(micro(100)), ..queued.clone() };
        deliveries::advance(&mut tx, &queued, &sent, hour(2)).await.unwrap();
        assert_eq!(deliveries::find(&mut tx, queued.id).await.unwrap(), Some(sent.clone()));
        let late = Delivery { state: S::HardBounce, bounced_at: Some(hour(3)), ..queued.clone() };
        assert!(is_stale(&deliveries::advance(&mut tx, &queued, &late, hour(3)).await));
        assert_eq!(deliveries::find(&mut tx, queued.id).await.unwrap(), Some(sent.clone()));
        let read = Delivery { state: S::Acknowledged, bounced_at: Some(micro(1)), acknowledged_at: Some(micro(2)), ..sent.clone() };
        deliveries::advance(&mut tx, &sent, &read, hour(4)).await.unwrap();
        assert_eq!(deliveries::find(&mut tx, queued.id).await.unwrap(), Some(read));
        assert_eq!(deliveries::find(&mut tx, id(70)).await.unwrap(), Some(to_subscriber(70, 500)));
    }

    async fn what_came_back_to_contacts_is_listed_while_the_change_is_open(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        let reader = to_subscriber(70, 500);
        add_delivery(&mut tx, &reader).await;
        came_back(&mut tx, &reader, S::HardBounce).await;
        let mut expected = Vec::new();
        for (at, state) in S::ALL.iter().enumerate() {
            let number = 10_000 - 100 * u128::try_from(at).unwrap();
            add_customer(&mut tx, number, &format!("Customer {number}")).await;
            let row = delivery(number + 5, NOTICE, number);
            add_delivery(&mut tx, &row).await;
            came_back(&mut tx, &row, *state).await;
            if matches!(state, S::HardBounce | S::LateBounce | S::Suppressed) {
                expected.insert(0, row.id);
            }
        }
        assert!(deliveries::list_returned(&mut tx).await.unwrap().is_empty(), "a draft");
        move_change(&mut tx, 80, ChangeState::Draft, ChangeState::Open).await;
        assert_eq!(deliveries::list_returned(&mut tx).await.unwrap(), expected);
        move_change(&mut tx, 81, ChangeState::Open, ChangeState::Closed).await;
        assert!(deliveries::list_returned(&mut tx).await.unwrap().is_empty());
    }

    async fn a_delivery_is_acknowledged_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        assert_eq!(deliveries::find_acknowledgement(&mut tx, id(DELIVERY)).await.unwrap(), None);
        let read = Acknowledgement {
            id: id(90),
            delivery_id: id(DELIVERY),
            notice_id: id(NOTICE),
            customer_id: id(CUSTOMER),
            name: "Bjørg Æsøy".to_owned(),
            acknowledged_at: micro(42),
        };
        deliveries::acknowledge(&mut tx, &read).await.unwrap();
        assert_eq!(deliveries::find_acknowledgement(&mut tx, id(DELIVERY)).await.unwrap(), Some(read.clone()));
        assert_eq!(deliveries::find_acknowledgement(&mut tx, id(CONTACT)).await.unwrap(), None);
        let again = Acknowledgement { id: id(91), ..read };
        assert!(is_duplicate(&deliveries::acknowledge(&mut tx, &again).await));
    }

    async fn notices_that_came_back_are_counted_by_open_change(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        let row = deliveries::find(&mut tx, id(DELIVERY)).await.unwrap().unwrap();
        came_back(&mut tx, &row, S::HardBounce).await;
        let follower = to_subscriber(45, 500);
        add_delivery(&mut tx, &follower).await;
        came_back(&mut tx, &follower, S::HardBounce).await;
        assert_eq!(deliveries::count_returned(&mut tx).await.unwrap(), [], "nobody was told of a draft");
        move_change(&mut tx, 900, ChangeState::Draft, ChangeState::Open).await;
        assert_eq!(deliveries::count_returned(&mut tx).await.unwrap(), [(id(CHANGE), 1)], "a follower does not count");
    }
}
