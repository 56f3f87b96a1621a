use domain::digest::Digest;
use domain::document::MediaType;
use forenotice::keys::Sealed;
use forenotice::store::Tx;
use forenotice::store::documents::{self, Document};

use super::{hour, id, is_duplicate, staff};
use crate::both;
use crate::support::TestDb;

fn document(number: u128, digest: u8) -> Document {
    Document {
        id: id(number),
        sha256: Digest::new([digest; 32]),
        name: "Vertrag – signiert.pdf".to_owned(),
        media_type: MediaType::Pdf,
        size: 8,
        kept_at: hour(0),
        kept_by: id(9),
    }
}

fn content() -> Sealed {
    Sealed {
        key_id: "k1".to_owned(),
        bytes: vec![0, 1, 255],
    }
}

/// A kept file, for other tests; somebody with the number 9 keeps it.
pub async fn add_document(tx: &mut Tx, number: u128) {
    documents::insert_document(tx, &document(number, 7), &content())
        .await
        .unwrap();
}

both! {
    async fn a_file_is_kept_once_and_found_by_its_digest(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        staff(&mut tx, 9).await;
        add_document(&mut tx, 1).await;
        documents::insert_document(&mut tx, &document(2, 8), &content()).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert!(is_duplicate(&documents::insert_document(&mut tx, &document(3, 7), &content()).await));
        drop(tx);
        let mut tx = db.read().await.unwrap();
        assert_eq!(documents::find_document(&mut tx, Digest::new([7; 32])).await.unwrap(), Some(document(1, 7)));
        assert_eq!(documents::find_document(&mut tx, Digest::new([9; 32])).await.unwrap(), None);
        assert_eq!(documents::get_content(&mut tx, id(1)).await.unwrap(), content());
    }
}
