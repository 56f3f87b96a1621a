//! What contacts answered in writing.

use domain::authorisation::AuthorisationEvent as E;
use forenotice::store::answers::{self, Answer};
use forenotice::store::{Of, authorisations};

use super::fixtures::{
    AUTHORISATION, CUSTOMER, DELIVERY, LINE, NOTICE, add_customer, add_dispatched, authorisation, micro,
};
use super::{hour, id};
use crate::both;
use crate::support::TestDb;

pub fn answer(number: u128, given: E) -> Answer {
    Answer {
        id: id(number),
        authorisation_id: id(AUTHORISATION),
        delivery_id: id(DELIVERY),
        notice_id: id(NOTICE),
        answer: given,
        name: "Bjørg Æsøy".to_owned(),
        client: None,
        facts_hash: vec![0, 255, 7],
        answered_at: micro(1),
    }
}

both! {
    async fn the_last_answer_about_an_authorisation_counts(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        authorisations::open(&mut tx, &authorisation(65, LINE, 120), id(NOTICE), id(66), hour(1)).await.unwrap();
        assert_eq!(answers::find_last(&mut tx, id(AUTHORISATION)).await.unwrap(), None);
        let refused = Answer { answered_at: micro(9), client: Some("Mozilla/5.0".to_owned()), ..answer(70, E::Refuse) };
        let same_instant = Answer { answered_at: micro(9), ..answer(71, E::Approve) };
        let other = Answer { authorisation_id: id(65), answered_at: hour(1), ..answer(73, E::Approve) };
        // The first by time has the last id.
        for row in [&refused, &answer(72, E::Approve), &other] {
            answers::append(&mut tx, row).await.unwrap();
        }
        assert_eq!(answers::find_last(&mut tx, id(AUTHORISATION)).await.unwrap(), Some(refused));
        answers::append(&mut tx, &same_instant).await.unwrap();
        assert_eq!(answers::find_last(&mut tx, id(AUTHORISATION)).await.unwrap(), Some(same_instant.clone()));
        assert_eq!(answers::find_last(&mut tx, id(65)).await.unwrap(), Some(other.clone()));
        let all = answers::list_by_line(&mut tx, id(LINE), Of::All).await.unwrap();
        assert_eq!(all.iter().map(|answer| answer.id).collect::<Vec<_>>(), [72, 70, 71, 73].map(id::<uuid::Uuid>), "oldest first");
        assert_eq!(answers::list_by_line(&mut tx, id(LINE), Of::These(&[id(120)])).await.unwrap(), [other]);
        assert_eq!(answers::list_by_line(&mut tx, id(99), Of::All).await.unwrap(), []);
        assert_eq!(answers::find_last(&mut tx, id(CUSTOMER)).await.unwrap(), None);
    }
}
