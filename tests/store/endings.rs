//! Endings that wait for a second person.

use chrono::{DateTime, Utc};
use forenotice::on;
use forenotice::store::Tx;
use forenotice::store::contact_requests::RequestState as S;
use forenotice::store::endings::{self, Ending};
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::fixtures::{CONTACT, CUSTOMER, EDITOR, add_customer, micro};
use super::{hour, id, is_stale, staff};
use crate::both;
use crate::support::TestDb;

async fn ending(tx: &mut Tx, number: u128, asked_at: DateTime<Utc>) -> Ending {
    let row = Ending {
        id: id(number),
        customer_id: id(CUSTOMER),
        contact_id: Some(id(CONTACT)),
        successor_id: None,
        asked_at,
        asked_by: id(EDITOR),
        state: S::Open,
    };
    endings::ask_ending(tx, &row).await.unwrap();
    row
}

both! {
    async fn what_is_to_end_is_listed_oldest_first_until_it_is_decided_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        staff(&mut tx, EDITOR).await;
        let approver = staff(&mut tx, 8).await;
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        let second = ending(&mut tx, 70, micro(2)).await;
        let first = ending(&mut tx, 71, micro(1)).await;
        let agreement = Ending { id: id(72), contact_id: None, asked_at: micro(3), ..first };
        endings::ask_ending(&mut tx, &agreement).await.unwrap();
        let replaced = Ending { id: id(73), successor_id: Some(id(CONTACT)), asked_at: micro(4), ..first };
        endings::ask_ending(&mut tx, &replaced).await.unwrap();
        assert_eq!(endings::list_open_endings(&mut tx, id(CUSTOMER)).await.unwrap(), [first, second, agreement, replaced]);
        assert_eq!(endings::list_open_endings(&mut tx, id(99)).await.unwrap(), []);
        endings::decide_ending(&mut tx, first.id, S::Confirmed, Recorded::by(approver, micro(9))).await.unwrap();
        assert!(is_stale(&endings::decide_ending(&mut tx, first.id, S::Refused, Recorded::by_system(hour(2))).await));
        assert_eq!(endings::find_ending(&mut tx, first.id).await.unwrap(), Some(Ending { state: S::Confirmed, ..first }));
        assert_eq!(endings::find_ending(&mut tx, id(99)).await.unwrap(), None);
        assert_eq!(endings::list_open_endings(&mut tx, id(CUSTOMER)).await.unwrap(), [second, agreement, replaced]);
        let decided: (Option<DateTime<Utc>>, Option<Uuid>) = on!(&mut tx, |c| sqlx::query_as("SELECT decided_at, decided_by FROM endings WHERE id = $1").bind(first.id).fetch_one(c).await).unwrap();
        assert_eq!(decided, (Some(micro(9)), Some(approver.uuid())));
    }
}
