use super::{hour, staff};
use crate::both;
use crate::support::TestDb;
use forenotice::store::imports::{StoredImport, find_import, find_import_of, insert_import, list_imports};
use forenotice::store::version::Recorded;
use serde_json::json;
use uuid::Uuid;

both! {
    async fn an_import_is_found_by_its_id_and_the_last_one_by_its_hash(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let import = |number: u128, hash: u8, at| StoredImport {
            id: Uuid::from_u128(number),
            file_name: format!("list-{number}.csv"),
            sha256: vec![hash; 32],
            report: json!({ "rows": number.to_string() }),
            recorded: Recorded::by(editor, at),
        };
        let (first, second) = (import(1, 7, hour(0)), import(2, 7, hour(1)));
        let by_command = StoredImport { recorded: Recorded::by_system(hour(2)), ..import(3, 8, hour(2)) };
        for one in [&first, &second, &by_command] {
            insert_import(&mut tx, one).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(find_import(&mut tx, first.id).await.unwrap(), Some(first.clone()));
        assert_eq!(find_import(&mut tx, Uuid::from_u128(4)).await.unwrap(), None);
        assert_eq!(find_import_of(&mut tx, &[7; 32]).await.unwrap(), Some(second.clone()));
        assert_eq!(find_import_of(&mut tx, &[9; 32]).await.unwrap(), None);
        assert_eq!(list_imports(&mut tx, 2).await.unwrap(), [by_command, second]);
    }
}
