//! Products.

use forenotice::store::Tx;
use forenotice::store::entities::create_entity;
use forenotice::store::products::{self, Product};

use super::entities::entity;
use super::fixtures::micro;
use super::{hour, id, is_duplicate, is_stale};
use crate::both;
use crate::support::TestDb;

/// Its slug is `product-` and its number.
pub fn product(number: u128, entity: u128, name: &str) -> Product {
    Product {
        id: id(number),
        entity_id: id(entity),
        name: name.to_owned(),
        slug: format!("product-{number}"),
        created_at: hour(0),
        ended_at: None,
    }
}

/// A product `number` that had another name, of an entity `number + 1`.
pub async fn add_renamed(tx: &mut Tx, number: u128) {
    let of = number + 1;
    create_entity(tx, &entity(of, "Arkiv AS")).await.unwrap();
    products::create_product(tx, &product(number, of, "Files"))
        .await
        .unwrap();
    products::revise_product(tx, &product(number, of, "Folders"), hour(1))
        .await
        .unwrap();
}

both! {
    async fn a_product_is_kept_as_entered_and_listed_by_name(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        create_entity(&mut tx, &entity(10, "Forlag AS")).await.unwrap();
        let first = Product { created_at: micro(123_456), ..product(1, 10, "Vault") };
        let (lower, norse) = (product(2, 10, "flow"), product(3, 10, "Ærlig"));
        for row in [&first, &norse, &lower] {
            products::create_product(&mut tx, row).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(products::find_product(&mut tx, id(1)).await.unwrap(), Some(first.clone()));
        assert_eq!(products::find_product(&mut tx, id(99)).await.unwrap(), None);
        assert_eq!(products::list_products(&mut tx).await.unwrap(), [lower, first, norse], "without regard to case");
        drop(tx);
        for taken in [product(4, 10, "Vault"), Product { slug: "product-1".to_owned(), ..product(4, 10, "New") }] {
            let mut tx = db.write().await.unwrap();
            assert!(is_duplicate(&products::create_product(&mut tx, &taken).await));
        }
        let mut tx = db.write().await.unwrap();
        assert!(is_duplicate(&products::revise_product(&mut tx, &product(2, 10, "Vault"), hour(1)).await));
    }

    async fn name_and_entity_are_corrected_and_the_slug_stays(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        for (number, name) in [(10, "Forlag AS"), (11, "Förlag AB")] {
            create_entity(&mut tx, &entity(number, name)).await.unwrap();
        }
        for (number, name) in [(1, "Vault"), (2, "Flow")] {
            products::create_product(&mut tx, &product(number, 10, name)).await.unwrap();
        }
        let right = Product { slug: "another".to_owned(), ..product(1, 11, "Hvelv på nett") };
        products::revise_product(&mut tx, &right, hour(1)).await.unwrap();
        assert_eq!(products::find_product(&mut tx, id(1)).await.unwrap(), Some(product(1, 11, "Hvelv på nett")));
        assert_eq!(products::find_product(&mut tx, id(2)).await.unwrap(), Some(product(2, 10, "Flow")));
        assert!(is_stale(&products::revise_product(&mut tx, &product(99, 10, "Nothing"), hour(1)).await));
    }

    async fn a_product_ends_once_and_stays_in_the_list(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        create_entity(&mut tx, &entity(10, "Forlag AS")).await.unwrap();
        for (number, name) in [(1, "Vault"), (2, "Flow")] {
            products::create_product(&mut tx, &product(number, 10, name)).await.unwrap();
        }
        products::end_product(&mut tx, id(1), micro(1)).await.unwrap();
        assert!(is_stale(&products::end_product(&mut tx, id(1), hour(2)).await));
        assert!(is_stale(&products::end_product(&mut tx, id(99), hour(2)).await));
        let ended = Product { ended_at: Some(micro(1)), ..product(1, 10, "Vault") };
        assert_eq!(products::list_products(&mut tx).await.unwrap(), [product(2, 10, "Flow"), ended]);
    }
}
