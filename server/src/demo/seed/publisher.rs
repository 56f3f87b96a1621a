//! The invented publisher: two legal entities, two products, one account per role.

use std::collections::BTreeMap;

use domain::calendar::CalendarId;
use domain::id::ProductId;
use domain::role::Role;
use uuid::Uuid;

use super::{People, Result, value};
use crate::AppState;
use crate::access::{DEMO_PASSWORD, hash_now};
use crate::audit::{Actor, Entry, Subject, append};
use crate::store::entities::{Entity, create_entity};
use crate::store::products::{Product, create_product};
use crate::store::publisher::{Publisher, put_publisher};
use crate::store::staff::{StaffRow, insert_staff};

/// One account per role; functions, not people.
pub async fn people(state: &AppState) -> Result<People> {
    let now = state.clock.now();
    let hash = hash_now(DEMO_PASSWORD, &state.random)?;
    let mut ids = BTreeMap::new();
    let mut tx = state.db.write().await?;
    for role in Role::ALL {
        let name = role.label();
        let login = format!("{}@publisher.example", role.as_str().replace('_', "-"));
        let id: Uuid = state.random.id(now);
        insert_staff(
            &mut tx,
            &StaffRow {
                id,
                login,
                name: name.to_owned(),
                password_hash: hash.clone(),
                password_changed_at: state.clock.wall(),
                roles: vec![*role],
                created_at: now,
                disabled_at: None,
            },
        )
        .await?;
        ids.insert(*role, id);
    }
    let payload = serde_json::json!({ "accounts": ids.len() });
    let entry = Entry {
        actor: Actor::System,
        action: "demo.filled",
        subject: Subject::the("demo"),
        payload,
    };
    append(&mut tx, &state.keys, &state.random, now, entry).await?;
    tx.commit().await?;
    let of = |role: Role| ids.get(&role).copied().unwrap_or_default();
    Ok(People {
        editor: of(Role::LegalEditor),
        approver: of(Role::LegalApprover),
        assessor: of(Role::SecurityAssessor),
    })
}

/// The publisher with its entities and products; gives the products.
pub async fn publisher(state: &AppState) -> Result<Vec<ProductId>> {
    let now = state.clock.now();
    let mut tx = state.db.write().await?;
    let publisher = Publisher {
        name: "Tindra Cloud".to_owned(),
        zone: value("Europe/Oslo")?,
        calendar: CalendarId::No,
        contact: "privacy@publisher.example".to_owned(),
    };
    put_publisher(&mut tx, &publisher, now).await?;
    let mut products = Vec::new();
    let entities = [
        ("Tindra Cloud AS", "NO", "999 000 111", "Workspace", "workspace"),
        ("Tindra Cloud Oy", "FI", "9990001-2", "Agents", "agents"),
    ];
    for (legal_name, country, number, product, slug) in entities {
        let entity = Entity {
            id: state.random.id(now).into(),
            legal_name: legal_name.to_owned(),
            registration_number: Some(number.to_owned()),
            country: value(country)?,
            address: None,
            contact: Some("Privacy office, privacy@publisher.example".to_owned()),
            created_at: now,
            ended_at: None,
        };
        create_entity(&mut tx, &entity).await?;
        let id = ProductId::from(state.random.id(now));
        let product = Product {
            id,
            entity_id: entity.id,
            name: product.to_owned(),
            slug: slug.to_owned(),
            created_at: now,
            ended_at: None,
        };
        create_product(&mut tx, &product).await?;
        products.push(id);
    }
    tx.commit().await?;
    Ok(products)
}
