//! Contacts, whose addresses are sealed.

use forenotice::keys::Keys;
use forenotice::on;
use forenotice::random::Random;
use forenotice::store::contacts::{self, ADDRESS_INDEX, Contact, ContactKind as K};
use forenotice::store::version::Recorded;
use forenotice::store::{StoreError, Tx};

use super::fixtures::{CONTACT, CUSTOMER, add_customer, contact, keys, micro};
use super::{hour, id, is_stale, staff};
use crate::both;
use crate::support::TestDb;

async fn add(tx: &mut Tx, row: &Contact) {
    contacts::create_contact(tx, &keys(), &Random::seeded(2), row)
        .await
        .unwrap();
}

both! {
    async fn a_contact_is_kept_as_entered_and_its_address_is_sealed(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        let row = Contact {
            address: "Kari@Customer.example".parse().unwrap(),
            created: Recorded::by(editor, micro(123_456)),
            ..contact(5, id(CUSTOMER), K::Fallback, 3)
        };
        add(&mut tx, &row).await;
        assert_eq!(contacts::find_contact(&mut tx, &keys(), id(5)).await.unwrap(), Some(row.clone()));
        assert_eq!(contacts::find_contact(&mut tx, &keys(), id(99)).await.unwrap(), None);
        let (sealed, index): (Vec<u8>, Vec<u8>) = on!(&mut tx, |c| sqlx::query_as("SELECT address, address_index FROM contacts WHERE id = $1").bind(row.id.uuid()).fetch_one(c).await).unwrap();
        assert_eq!(index, keys().blind_index(ADDRESS_INDEX, "kari@customer.example"), "equal for all spellings");
        assert!(!String::from_utf8_lossy(&sealed).to_lowercase().contains("kari"));
        let other = Keys::parse(&"ff0e".repeat(16)).unwrap();
        let refused = contacts::find_contact(&mut tx, &other, id(5)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Inconsistent { table: "contacts", column: "address", .. }));
        assert!(!refused.to_string().contains('@'));
    }

    async fn active_contacts_are_listed_primaries_first_each_by_rank(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        for (number, kind, rank) in [(2, K::Fallback, 10), (3, K::Fallback, 2), (4, K::Primary, 2), (5, K::Primary, 3)] {
            add(&mut tx, &contact(number, id(CUSTOMER), kind, rank)).await;
        }
        contacts::end_contact(&mut tx, id(4), micro(1)).await.unwrap();
        let numbers = |found: Vec<Contact>| found.iter().map(|c| c.id.uuid().as_u128()).collect::<Vec<_>>();
        assert_eq!(numbers(contacts::list_active(&mut tx, &keys(), id(CUSTOMER)).await.unwrap()), [CONTACT, 5, 3, 2]);
        assert_eq!(numbers(contacts::list_all_active(&mut tx, &keys()).await.unwrap()), [CONTACT, 122, 5, 3, 2]);
        assert_eq!(numbers(contacts::list_active(&mut tx, &keys(), id(99)).await.unwrap()), Vec::<u128>::new());

        assert!(is_stale(&contacts::end_contact(&mut tx, id(4), hour(2)).await));
        let ended = contacts::find_contact(&mut tx, &keys(), id(4)).await.unwrap().unwrap();
        assert_eq!(ended, Contact { ended_at: Some(micro(1)), ..contact(4, id(CUSTOMER), K::Primary, 2) });
    }

    async fn a_contact_who_was_only_corrected_still_speaks_for_the_customer(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        let at = |address: &str, row: Contact| Contact { address: address.parse().unwrap(), ..row };
        let old = at("dpo@bank.example", contact(4, id(CUSTOMER), K::Primary, 2));
        add(&mut tx, &old).await;
        assert!(contacts::is_current(&mut tx, &keys(), &old).await.unwrap());
        contacts::end_contact(&mut tx, old.id, micro(1)).await.unwrap();
        let ended = contacts::find_contact(&mut tx, &keys(), old.id).await.unwrap().unwrap();
        assert!(!contacts::is_current(&mut tx, &keys(), &ended).await.unwrap());
        add(&mut tx, &at("dpo@bank.example", contact(5, id(120), K::Primary, 2))).await;
        assert!(!contacts::is_current(&mut tx, &keys(), &ended).await.unwrap(), "another customer's");
        add(&mut tx, &at("DPO@bank.example", contact(6, id(CUSTOMER), K::Fallback, 1))).await;
        assert!(contacts::is_current(&mut tx, &keys(), &ended).await.unwrap());
    }

    async fn a_contact_is_confirmed_once_and_a_correction_keeps_it(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let approver = staff(&mut tx, 8).await;
        add_customer(&mut tx, CUSTOMER, "Ærlig Bank ASA").await;
        let at = |row: Contact| Contact { address: "dpo@bank.example".parse().unwrap(), ..row };
        let old = at(contact(4, id(CUSTOMER), K::Primary, 2));
        add(&mut tx, &old).await;
        assert!(!contacts::is_confirmed(&mut tx, &keys(), &old).await.unwrap());
        contacts::end_contact(&mut tx, old.id, micro(1)).await.unwrap();
        let new = at(contact(5, id(CUSTOMER), K::Primary, 2));
        add(&mut tx, &new).await;
        assert!(!contacts::is_confirmed(&mut tx, &keys(), &old).await.unwrap());
        assert!(is_stale(&contacts::confirm_contact(&mut tx, old.id, approver, micro(2)).await), "it has ended");
        contacts::confirm_contact(&mut tx, new.id, approver, micro(2)).await.unwrap();
        assert!(is_stale(&contacts::confirm_contact(&mut tx, new.id, approver, micro(3)).await));
        let confirmed = contacts::find_contact(&mut tx, &keys(), new.id).await.unwrap().unwrap();
        assert_eq!(confirmed, Contact { confirmed: Some(Recorded::by(approver, micro(2))), ..new });
        assert!(contacts::is_confirmed(&mut tx, &keys(), &old).await.unwrap(), "the link of before is theirs");
        let kept = Contact { confirmed: Some(Recorded::by_system(micro(5))), ..contact(6, id(CUSTOMER), K::Fallback, 1) };
        add(&mut tx, &kept).await;
        assert_eq!(contacts::find_contact(&mut tx, &keys(), kept.id).await.unwrap(), Some(kept));
    }

    async fn only_active_primaries_are_counted(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        assert_eq!(contacts::count_primaries(&mut tx).await.unwrap(), []);
        for (number, name) in [(CUSTOMER, "Ærlig Bank ASA"), (120, "Zebra AB"), (130, "Alfa AS")] {
            add_customer(&mut tx, number, name).await;
        }
        add(&mut tx, &contact(4, id(CUSTOMER), K::Primary, 2)).await;
        add(&mut tx, &contact(5, id(CUSTOMER), K::Fallback, 1)).await;
        add(&mut tx, &contact(6, id(120), K::Fallback, 1)).await;
        contacts::end_contact(&mut tx, id(122), hour(1)).await.unwrap();
        let mut counts = contacts::count_primaries(&mut tx).await.unwrap();
        counts.sort_unstable();
        assert_eq!(counts, [(id(CUSTOMER), 2), (id(130), 1)]);
    }
}
