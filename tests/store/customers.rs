//! Customers, their products and signatures.

use domain::id::ProductId;
use domain::policy::CustomerRole;
use forenotice::store::Tx;
use forenotice::store::customers::{self, Customer, Signature};
use forenotice::store::entities::create_entity;
use forenotice::store::products::create_product;
use forenotice::store::version::Recorded;

use super::entities::entity;
use super::fixtures::{customer, day, micro};
use super::products::product;
use super::{hour, id, is_duplicate, is_stale, staff};
use crate::both;
use crate::support::TestDb;

async fn add(tx: &mut Tx, rows: &[&Customer]) {
    for row in rows {
        customers::create_customer(tx, row).await.unwrap();
    }
}

both! {
    async fn a_customer_is_kept_as_entered_and_listed_by_name(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let zebra = Customer {
            reference: Some("C-17".to_owned()),
            role: CustomerRole::Processor,
            country: "SE".parse().unwrap(),
            created: Recorded::by(editor, micro(123_456)),
            ..customer(1, "Zebra AB")
        };
        let (lower, norse) = (customer(2, "alfa as"), customer(3, "Ærlig Bank ASA"));
        add(&mut tx, &[&zebra, &norse, &lower]).await;
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(customers::find_customer(&mut tx, id(1)).await.unwrap(), Some(zebra.clone()));
        assert_eq!(customers::find_customer(&mut tx, id(99)).await.unwrap(), None);
        assert_eq!(customers::list_customers(&mut tx).await.unwrap(), [lower, zebra, norse], "without regard to case");
    }

    async fn names_and_references_are_unique_and_no_reference_is_none(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let first = Customer { reference: Some("C-17".to_owned()), ..customer(1, "Ærlig Bank ASA") };
        add(&mut tx, &[&first, &customer(2, "Zebra AB"), &customer(3, "Alfa AS")]).await;
        tx.commit().await.unwrap();
        let taken = |number| Customer { reference: Some("C-17".to_owned()), ..customer(number, "Somebody else") };
        for new in [customer(4, "Ærlig Bank ASA"), taken(4)] {
            let mut tx = db.write().await.unwrap();
            assert!(is_duplicate(&customers::create_customer(&mut tx, &new).await));
        }
        for revised in [customer(2, "Ærlig Bank ASA"), taken(2)] {
            let mut tx = db.write().await.unwrap();
            assert!(is_duplicate(&customers::revise_customer(&mut tx, &revised).await));
        }
    }

    async fn one_customer_is_corrected_and_the_rest_stays(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let (first, other) = (Customer { reference: Some("C-17".to_owned()), ..customer(1, "Erlig Bank") }, customer(2, "Zebra AB"));
        add(&mut tx, &[&first, &other]).await;
        let right = Customer {
            name: "Ærlig Bank ASA".to_owned(),
            reference: None,
            role: CustomerRole::Processor,
            country: "FI".parse().unwrap(),
            signed_on: day("2024-02-29"),
            ..first
        };
        customers::revise_customer(&mut tx, &right).await.unwrap();
        assert_eq!(customers::find_customer(&mut tx, id(1)).await.unwrap(), Some(right));
        assert_eq!(customers::find_customer(&mut tx, id(2)).await.unwrap(), Some(other));
        assert!(is_stale(&customers::revise_customer(&mut tx, &customer(99, "Nobody")).await));
    }

    async fn in_force_is_who_has_signed_by_that_day_and_has_not_ended(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let names = async |tx: &mut _, on| -> Vec<String> {
            customers::list_in_force(tx, day(on)).await.unwrap().into_iter().map(|c| c.name).collect()
        };
        let later = Customer { signed_on: day("2025-03-02"), ..customer(2, "beta as") };
        add(&mut tx, &[&customer(1, "Zebra AB"), &later, &customer(3, "Alfa AS")]).await;
        assert_eq!(names(&mut tx, "2025-02-28").await, Vec::<String>::new());
        assert_eq!(names(&mut tx, "2025-03-01").await, ["Alfa AS", "Zebra AB"], "on the day of signature itself");
        assert_eq!(names(&mut tx, "2025-03-02").await, ["Alfa AS", "beta as", "Zebra AB"]);

        customers::end_customer(&mut tx, id(3), micro(1)).await.unwrap();
        assert!(is_stale(&customers::end_customer(&mut tx, id(3), hour(2)).await));
        assert!(is_stale(&customers::end_customer(&mut tx, id(99), hour(2)).await));
        assert_eq!(customers::find_customer(&mut tx, id(3)).await.unwrap().unwrap().ended_at, Some(micro(1)), "the first time counts");
        assert_eq!(names(&mut tx, "2027-01-01").await, ["beta as", "Zebra AB"]);
        assert_eq!(customers::list_customers(&mut tx).await.unwrap().len(), 3, "also who has ended");
    }

    async fn products_are_set_for_one_customer_at_a_time(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        create_entity(&mut tx, &entity(10, "Forlag AS")).await.unwrap();
        for (number, name) in [(11, "Flow"), (12, "Vault"), (13, "Post")] {
            create_product(&mut tx, &product(number, 10, name)).await.unwrap();
        }
        add(&mut tx, &[&customer(1, "Alfa AS"), &customer(2, "Zebra AB")]).await;
        customers::put_products(&mut tx, id(1), &[id(11), id(12)]).await.unwrap();
        customers::put_products(&mut tx, id(2), &[id(12)]).await.unwrap();
        customers::put_products(&mut tx, id(1), &[id(13), id(11)]).await.unwrap();
        let mut all = customers::list_all_products(&mut tx).await.unwrap();
        all.sort_unstable();
        assert_eq!(all, [(id(1), id(11)), (id(1), id(13)), (id(2), id(12))]);
        let mut first = customers::list_products_of(&mut tx, id(1)).await.unwrap();
        first.sort_unstable();
        assert_eq!(first, [id(11), id(13)]);
        customers::put_products(&mut tx, id(1), &[]).await.unwrap();
        assert_eq!(customers::list_products_of(&mut tx, id(1)).await.unwrap(), Vec::<ProductId>::new());
        assert_eq!(customers::list_products_of(&mut tx, id(2)).await.unwrap(), [id(12)]);
    }

    async fn customers_are_searched_and_come_a_page_at_a_time(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let referred = Customer { reference: Some("K-77".to_owned()), ..customer(3, "Ørsted Frakt") };
        add(&mut tx, &[&customer(1, "Alfa AS"), &customer(2, "Zebra AB"), &referred]).await;
        let page = async |tx: &mut Tx, search: &str, limits: (i64, i64)| {
            let (found, total) = customers::page(tx, search, limits).await.unwrap();
            (found.into_iter().map(|customer| customer.name).collect::<Vec<_>>(), total)
        };
        assert_eq!(page(&mut tx, "", (2, 0)).await, (vec!["Alfa AS".to_owned(), "Zebra AB".to_owned()], 3));
        assert_eq!(page(&mut tx, "", (2, 2)).await, (vec!["Ørsted Frakt".to_owned()], 3));
        for search in ["k-77", "ørsted", "ØRSTED frakt"] {
            assert_eq!(page(&mut tx, search, (50, 0)).await.0, ["Ørsted Frakt"], "{search}");
        }
        assert_eq!(page(&mut tx, "nobody", (50, 0)).await, (vec![], 0));
    }

    async fn what_was_shown_at_signature_is_on_record_oldest_first(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        add(&mut tx, &[&customer(1, "Alfa AS"), &customer(2, "Zebra AB")]).await;
        let unknown = Signature {
            id: id(52),
            customer_id: id(1),
            signed_on: day("2025-03-01"),
            list_version: None,
            pending_shown: Vec::new(),
            recorded: Recorded::by_system(micro(1)),
            confirmed: None,
        };
        let mut shown = Signature {
            id: id(51),
            list_version: Some(7),
            pending_shown: vec![id(31), id(30)],
            recorded: Recorded::by(editor, micro(10)),
            ..unknown.clone()
        };
        let other = Signature { id: id(50), customer_id: id(2), ..shown.clone() };
        for row in [&shown, &other, &unknown] {
            customers::note_signature(&mut tx, row).await.unwrap();
        }
        let everybody = customers::list_signatures_of(&mut tx, forenotice::store::Of::All).await.unwrap();
        assert_eq!(everybody, [unknown.clone(), other.clone(), shown.clone()], "by time, then id");
        let (change, before) = (id(31), day("2025-03-01"));
        assert!(!shown.authorises(change, before, micro(30)), "nobody has confirmed it");
        customers::confirm_signature(&mut tx, shown.id, editor, micro(20)).await.unwrap();
        shown.confirmed = Some((micro(20), editor));
        assert!(shown.authorises(change, before, micro(20)) && !shown.authorises(change, before, micro(19)));
        assert!(!shown.authorises(change, day("2025-03-02"), micro(30)), "signed before it was announced");
        assert!(!shown.authorises(id(33), before, micro(30)), "that one was not shown");
        let id_of_shown = shown.id;
        assert_eq!(customers::list_signatures(&mut tx, id(1)).await.unwrap(), [unknown, shown]);
        assert_eq!(customers::list_signatures(&mut tx, id(2)).await.unwrap(), [other]);
        assert!(is_duplicate(&customers::confirm_signature(&mut tx, id_of_shown, editor, micro(21)).await));
    }
}
