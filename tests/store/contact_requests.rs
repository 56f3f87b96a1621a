//! What contacts ask for.

use chrono::{DateTime, Utc};
use domain::locale::Locale;
use forenotice::on;
use forenotice::random::Random;
use forenotice::store::Tx;
use forenotice::store::contact_requests::{self, ContactRequest, RequestState as S};
use forenotice::store::contacts::ADDRESS_INDEX;
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::fixtures::{CONTACT, CUSTOMER, add_customer, keys, micro};
use super::{hour, id, is_stale, staff};
use crate::both;
use crate::support::TestDb;

fn request(number: u128, customer: u128, asked_at: DateTime<Utc>) -> ContactRequest {
    ContactRequest {
        id: id(number),
        customer_id: id(customer),
        asked_by: id(customer + 2),
        is_replacing: true,
        name: "Personvernombud – Bjørg Æsøy".to_owned(),
        locale: Locale::Fi,
        address: "Bjorg@Customer.example".parse().unwrap(),
        asked_at,
        state: S::Open,
    }
}

async fn add(tx: &mut Tx, row: &ContactRequest) {
    contact_requests::create_request(tx, &keys(), &Random::seeded(2), row)
        .await
        .unwrap();
}

async fn open_of(tx: &mut Tx, customer: u128) -> Vec<Uuid> {
    let found = contact_requests::list_open_requests(tx, &keys(), id(customer))
        .await
        .unwrap();
    found.into_iter().map(|request| request.id).collect()
}

both! {
    async fn a_request_is_kept_as_asked_and_its_address_is_sealed(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        let row = ContactRequest { is_replacing: false, ..request(5, CUSTOMER, micro(123_456)) };
        assert_eq!(row.asked_by, id(CONTACT));
        add(&mut tx, &row).await;
        assert_eq!(contact_requests::find_request(&mut tx, &keys(), id(5)).await.unwrap(), Some(row));
        assert_eq!(contact_requests::find_request(&mut tx, &keys(), id(99)).await.unwrap(), None);
        let (sealed, index): (Vec<u8>, Vec<u8>) = on!(&mut tx, |c| sqlx::query_as("SELECT address, address_index FROM contact_requests").fetch_one(c).await).unwrap();
        assert_eq!(index, keys().blind_index(ADDRESS_INDEX, "bjorg@customer.example"), "the index of contacts");
        assert!(!String::from_utf8_lossy(&sealed).to_lowercase().contains("bjorg"));
    }

    async fn a_customers_open_requests_are_listed_oldest_first(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        for (number, customer, at) in [(4, CUSTOMER, micro(3)), (5, CUSTOMER, micro(1)), (3, CUSTOMER, micro(3)), (6, 120, micro(2)), (7, CUSTOMER, micro(0))] {
            add(&mut tx, &request(number, customer, at)).await;
        }
        contact_requests::decide_request(&mut tx, id(7), S::Refused, Recorded::by_system(hour(1))).await.unwrap();
        assert_eq!(open_of(&mut tx, CUSTOMER).await, [id::<Uuid>(5), id(3), id(4)]);
        assert_eq!(open_of(&mut tx, 120).await, [id::<Uuid>(6)]);
    }

    async fn a_request_is_decided_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let approver = staff(&mut tx, 9).await;
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        let (row, other) = (request(5, CUSTOMER, hour(0)), request(6, CUSTOMER, hour(0)));
        add(&mut tx, &row).await;
        add(&mut tx, &other).await;
        contact_requests::decide_request(&mut tx, id(5), S::Confirmed, Recorded::by(approver, micro(9))).await.unwrap();
        assert!(is_stale(&contact_requests::decide_request(&mut tx, id(5), S::Refused, Recorded::by_system(hour(2))).await));
        assert_eq!(contact_requests::find_request(&mut tx, &keys(), id(5)).await.unwrap(), Some(ContactRequest { state: S::Confirmed, ..row }));
        assert_eq!(contact_requests::find_request(&mut tx, &keys(), id(6)).await.unwrap(), Some(other));
        let decided: (Option<DateTime<Utc>>, Option<Uuid>) = on!(&mut tx, |c| sqlx::query_as("SELECT decided_at, decided_by FROM contact_requests WHERE id = $1").bind(Uuid::from_u128(5)).fetch_one(c).await).unwrap();
        assert_eq!(decided, (Some(micro(9)), Some(approver.uuid())));
    }
}
