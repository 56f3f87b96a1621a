//! The publisher's legal entities.

use forenotice::store::entities::{self, Entity};

use super::fixtures::micro;
use super::{hour, id, is_duplicate, is_stale};
use crate::both;
use crate::support::TestDb;

pub fn entity(number: u128, legal_name: &str) -> Entity {
    Entity {
        id: id(number),
        legal_name: legal_name.to_owned(),
        registration_number: None,
        country: "NO".parse().unwrap(),
        address: None,
        contact: None,
        created_at: hour(0),
        ended_at: None,
    }
}

/// With everything that is known.
fn full(number: u128, legal_name: &str) -> Entity {
    Entity {
        registration_number: Some("NO 999 888 777".to_owned()),
        country: "SE".parse().unwrap(),
        address: Some("Åsveien 1\n0001 Oslo".to_owned()),
        contact: Some("personvern@forlag.example".to_owned()),
        created_at: micro(123_456),
        ..entity(number, legal_name)
    }
}

both! {
    async fn an_entity_is_kept_as_entered_and_listed_by_name(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let (norse, lower, plain) = (full(1, "Ødegård Forlag AS"), entity(2, "alfa as"), entity(3, "Beta AS"));
        for row in [&norse, &plain, &lower] {
            entities::create_entity(&mut tx, row).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert_eq!(entities::find_entity(&mut tx, id(1)).await.unwrap(), Some(norse.clone()));
        assert_eq!(entities::find_entity(&mut tx, id(99)).await.unwrap(), None);
        assert_eq!(entities::list_entities(&mut tx).await.unwrap(), [lower, plain, norse], "without regard to case");
        assert!(is_duplicate(&entities::create_entity(&mut tx, &entity(4, "Beta AS")).await));
        drop(tx);
        let mut tx = db.write().await.unwrap();
        assert!(is_duplicate(&entities::revise_entity(&mut tx, &entity(2, "Beta AS")).await));
    }

    async fn one_entity_is_corrected_also_to_nothing(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let other = full(2, "Beta AS");
        for row in [&entity(1, "Odegard"), &other] {
            entities::create_entity(&mut tx, row).await.unwrap();
        }
        let right = Entity { created_at: hour(0), ..full(1, "Ødegård Forlag AS") };
        entities::revise_entity(&mut tx, &right).await.unwrap();
        assert_eq!(entities::find_entity(&mut tx, id(1)).await.unwrap(), Some(right));
        entities::revise_entity(&mut tx, &entity(1, "Alfa AS")).await.unwrap();
        assert_eq!(entities::find_entity(&mut tx, id(1)).await.unwrap(), Some(entity(1, "Alfa AS")));
        assert_eq!(entities::find_entity(&mut tx, id(2)).await.unwrap(), Some(other));
        assert!(is_stale(&entities::revise_entity(&mut tx, &entity(99, "Nobody")).await));
    }

    async fn an_entity_ends_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        for (number, name) in [(1, "Alfa AS"), (2, "Beta AS")] {
            entities::create_entity(&mut tx, &entity(number, name)).await.unwrap();
        }
        entities::end_entity(&mut tx, id(1), micro(1)).await.unwrap();
        assert!(is_stale(&entities::end_entity(&mut tx, id(1), hour(2)).await));
        assert!(is_stale(&entities::end_entity(&mut tx, id(99), hour(2)).await));
        let ended = Entity { ended_at: Some(micro(1)), ..entity(1, "Alfa AS") };
        assert_eq!(entities::list_entities(&mut tx).await.unwrap(), [ended, entity(2, "Beta AS")]);
    }
}
