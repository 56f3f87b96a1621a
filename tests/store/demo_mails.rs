//! Mails as the demo's own relay received them.

use forenotice::store::Tx;
use forenotice::store::demo_mails::{self, DemoMail};

use super::fixtures::micro;
use super::id;
use crate::both;
use crate::support::TestDb;

fn mail(number: u128, recipient: &str, subject: &str) -> DemoMail {
    DemoMail {
        id: id(number),
        received_at: micro(10),
        sender: "privacy@publisher.example".to_owned(),
        recipient: recipient.to_owned(),
        subject: subject.to_owned(),
    }
}

/// The numbers of the mails that the words find.
async fn found(tx: &mut Tx, words: &str, limit: i64) -> Vec<u128> {
    let mails = demo_mails::list_demo_mails(tx, words, limit).await.unwrap();
    mails.iter().map(|mail| mail.id.as_u128()).collect()
}

both! {
    async fn a_received_mail_is_kept_byte_for_byte(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        let row = DemoMail { received_at: micro(123_456), ..mail(1, "kari@customer.example", "Ny underleverandør") };
        let mime = [0, 255, b'\r', b'\n', 0xC3];
        demo_mails::insert_demo_mail(&mut tx, &row, &mime).await.unwrap();
        demo_mails::insert_demo_mail(&mut tx, &mail(2, "", ""), &[]).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(demo_mails::find_demo_mail(&mut tx, id(1)).await.unwrap(), Some((row, mime.to_vec())));
        assert_eq!(demo_mails::find_demo_mail(&mut tx, id(2)).await.unwrap(), Some((mail(2, "", ""), Vec::new())));
        assert_eq!(demo_mails::find_demo_mail(&mut tx, id(3)).await.unwrap(), None);
    }

    async fn words_find_recipients_and_subjects_newest_first(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write_unchained().await.unwrap();
        let rows = [
            DemoMail { received_at: micro(11), ..mail(1, "kari@customer.example", "Ny underleverandør") },
            mail(2, "OLA@customer.example", "100 % av 3_4 \\ alt"),
            mail(3, "perla@other.example", "Til Ærlig Bank"),
            mail(4, "per_a@other.example", "1000 av 314 alt"),
        ];
        for row in &rows {
            demo_mails::insert_demo_mail(&mut tx, row, b"mime").await.unwrap();
        }
        assert_eq!(found(&mut tx, "", 10).await, [1, 4, 3, 2]);
        assert_eq!(found(&mut tx, "", 2).await, [1, 4]);
        assert_eq!(found(&mut tx, "Customer", 10).await, [1, 2]);
        assert_eq!(found(&mut tx, "ola@", 10).await, [2]);
        assert_eq!(found(&mut tx, "NY UNDER", 10).await, [1]);
        assert_eq!(found(&mut tx, "Ærlig", 10).await, [3], "as it is written");
        assert_eq!(found(&mut tx, "underleverandør", 10).await, [1]);
        assert_eq!(found(&mut tx, "0 %", 10).await, [2], "no wildcard");
        assert_eq!(found(&mut tx, "3_4", 10).await, [2], "no wildcard");
        assert_eq!(found(&mut tx, "r_a", 10).await, [4], "no wildcard");
        assert_eq!(found(&mut tx, "\\", 10).await, [2]);
        assert_eq!(found(&mut tx, "publisher", 10).await, Vec::<u128>::new(), "not by sender");
    }
}
