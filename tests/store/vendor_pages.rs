use domain::digest::Digest;
use domain::id::EngagementId;
use forenotice::store::Tx;
use forenotice::store::vendor_pages::{Found, Look, append_look, list_last_looks, list_page_versions};
use uuid::Uuid;

use super::fixtures::{BACKUP, HOSTING, add_register};
use super::{hour, id};
use crate::both;
use crate::support::TestDb;

fn look(number: u128, engagement: u128, address: &str, found: Found) -> Look {
    Look {
        id: Uuid::from_u128(number),
        engagement_id: id(engagement),
        address: address.to_owned(),
        looked_at: hour(i64::try_from(number).unwrap()),
        found,
    }
}

fn other(number: u8, text: &str) -> Found {
    Found::Other(Digest::new([number; 32]), text.to_owned())
}

/// A look, for other tests.
pub async fn add_look(tx: &mut Tx, number: u128, engagement: EngagementId) {
    let look = Look {
        engagement_id: engagement,
        ..look(number, HOSTING, "https://vendor.example/", other(1, "Ærlig"))
    };
    append_look(tx, &look).await.unwrap();
}

both! {
    async fn looks_are_kept_and_versions_are_those_that_found_another_page(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        let (old, new) = ("https://vendor.example/old", "https://vendor.example/new");
        let looks = [
            look(1, HOSTING, old, other(1, "Ærlig\nAcme")),
            look(2, HOSTING, old, Found::Same(Digest::new([1; 32]))),
            look(3, HOSTING, old, Found::Failed("it answered with 404".to_owned())),
            look(4, HOSTING, new, other(2, "")),
        ];
        for one in &looks {
            append_look(&mut tx, one).await.unwrap();
        }
        append_look(&mut tx, &look(5, BACKUP, old, other(3, "Other"))).await.unwrap();
        let hosting = id(HOSTING);
        let mut newest = looks.to_vec();
        newest.reverse();
        assert_eq!(list_last_looks(&mut tx, hosting, 9).await.unwrap(), newest);
        assert_eq!(list_last_looks(&mut tx, hosting, 1).await.unwrap(), newest[..1]);
        assert_eq!(list_page_versions(&mut tx, hosting, None, 9).await.unwrap(), [looks[3].clone(), looks[0].clone()]);
        assert_eq!(list_page_versions(&mut tx, hosting, Some(old), 9).await.unwrap(), [looks[0].clone()]);
        assert_eq!(list_page_versions(&mut tx, hosting, None, 1).await.unwrap(), [looks[3].clone()]);
    }
}
