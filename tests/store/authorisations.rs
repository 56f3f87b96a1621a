//! Where each customer stands with each line.

use domain::authorisation::{AuthorisationModel, AuthorisationState as S};
use domain::evidence::EvidenceGrade;
use forenotice::on;
use forenotice::store::Tx;
use forenotice::store::authorisations::{self, Authorisation, Derived, Move};
use uuid::Uuid;

use super::fixtures::{
    AUTHORISATION, CHANGE, CUSTOMER, EDITOR, LINE, NOTICE, add_customer, add_dispatched, authorisation, micro,
};
use super::{hour, id, is_duplicate, is_stale};
use crate::both;
use crate::support::TestDb;

fn step(number: u128, from: S, to: S) -> Move<'static> {
    Move {
        id: id(number),
        authorisation_id: id(AUTHORISATION),
        from,
        to,
        by: None,
        reason: None,
    }
}

/// States and reasons, in the order of their rows.
async fn history(tx: &mut Tx, authorisation: u128) -> Vec<(i64, String, Option<Uuid>, Option<String>)> {
    on!(tx, |c| sqlx::query_as(
        "SELECT seq, state, recorded_by, reason FROM authorisation_states WHERE authorisation_id = $1 ORDER BY seq"
    )
    .bind(Uuid::from_u128(authorisation))
    .fetch_all(c)
    .await)
    .unwrap()
}

both! {
    async fn a_customer_is_in_scope_of_a_line_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        let mine = authorisation(AUTHORISATION, LINE, CUSTOMER);
        let other = Authorisation { model: AuthorisationModel::Specific, state: S::Requested, ..authorisation(55, LINE, 120) };
        authorisations::open(&mut tx, &other, id(NOTICE), id(56), hour(1)).await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.write().await.unwrap();
        assert_eq!(authorisations::list_by_line(&mut tx, id(LINE)).await.unwrap(), [other.clone(), mine.clone()], "by id");
        assert_eq!(authorisations::list_by_line(&mut tx, id(CHANGE)).await.unwrap(), []);
        assert_eq!(authorisations::find(&mut tx, id(LINE), id(120)).await.unwrap(), Some(other));
        assert_eq!(authorisations::find(&mut tx, id(LINE), id(99)).await.unwrap(), None);
        assert_eq!(authorisations::find(&mut tx, id(99), id(CUSTOMER)).await.unwrap(), None);
        assert_eq!(authorisations::get(&mut tx, id(AUTHORISATION)).await.unwrap(), mine);
        assert!(authorisations::get(&mut tx, id(99)).await.is_err());
        assert_eq!(history(&mut tx, AUTHORISATION).await, [(1, "NOTIFIED".to_owned(), None, None)]);
        let again = authorisation(66, LINE, CUSTOMER);
        assert!(is_duplicate(&authorisations::open(&mut tx, &again, id(NOTICE), id(67), hour(2)).await));
    }

    async fn the_customers_of_a_line_are_searched_and_come_a_page_at_a_time(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        for (number, name) in [(120, "Zebra AB"), (130, "Åkerblå Drift AB"), (140, "100% Frakt_AB")] {
            add_customer(&mut tx, number, name).await;
            authorisations::open(&mut tx, &authorisation(number + 5, LINE, number), id(NOTICE), id(number + 6), hour(1)).await.unwrap();
        }
        let page = async |tx: &mut Tx, search: &str, limits: (i64, i64)| {
            let (rows, total) = authorisations::page_by_line(tx, id(LINE), search, limits).await.unwrap();
            let names: Vec<String> = rows.into_iter().map(|(_, name)| name).collect();
            (names, total)
        };
        let (all, total) = page(&mut tx, "", (50, 0)).await;
        assert_eq!((all.len(), total), (4, 4));
        let (second, total) = page(&mut tx, "", (1, 1)).await;
        assert_eq!((second, total), (vec![all[1].clone()], 4));
        for (search, found) in [
            ("zebra", vec!["Zebra AB"]),
            ("ÅKERBLÅ drift", vec!["Åkerblå Drift AB"]),
            ("åkerblå ab", vec!["Åkerblå Drift AB"]),
            ("100%", vec!["100% Frakt_AB"]),
            ("t_a", vec!["100% Frakt_AB"]),
            ("!", vec![]),
            ("zebra drift", vec![]),
        ] {
            assert_eq!(page(&mut tx, search, (50, 0)).await.0, found, "{search}");
        }
        assert_eq!(authorisations::page_by_line(&mut tx, id(99), "", (50, 0)).await.unwrap(), (vec![], 0));
    }

    async fn an_authorisation_moves_only_from_the_expected_state(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        authorisations::open(&mut tx, &authorisation(55, LINE, 120), id(NOTICE), id(56), hour(1)).await.unwrap();
        let object = Move { by: Some(id(EDITOR)), reason: Some("innsigelse på grunn av sted"), ..step(70, S::Notified, S::Objected) };
        authorisations::advance(&mut tx, &object, hour(2)).await.unwrap();
        assert!(is_stale(&authorisations::advance(&mut tx, &step(71, S::Notified, S::BySilence), hour(3)).await));
        assert_eq!(authorisations::get(&mut tx, id(AUTHORISATION)).await.unwrap().state, S::Objected);
        assert_eq!(authorisations::get(&mut tx, id(55)).await.unwrap().state, S::Notified);
        assert_eq!(history(&mut tx, AUTHORISATION).await, [
            (1, "NOTIFIED".to_owned(), None, None),
            (2, "OBJECTED".to_owned(), Some(id(EDITOR)), Some("innsigelse på grunn av sted".to_owned())),
        ]);
        assert_eq!(history(&mut tx, 55).await.len(), 1);
    }

    async fn what_the_evidence_gave_is_replaced_also_by_nothing(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        let other = authorisation(55, LINE, 120);
        authorisations::open(&mut tx, &other, id(NOTICE), id(56), hour(1)).await.unwrap();
        let derived = Derived {
            given_at: Some(micro(1)),
            grade: Some(EvidenceGrade::EspDelivered),
            notice_expires_at: Some(micro(2)),
            objection_expires_at: Some(micro(3)),
        };
        authorisations::note_derived(&mut tx, id(AUTHORISATION), &derived, hour(2)).await.unwrap();
        let row = authorisations::get(&mut tx, id(AUTHORISATION)).await.unwrap();
        assert_eq!((row.given_at, row.notice_expires_at, row.objection_expires_at), (Some(micro(1)), Some(micro(2)), Some(micro(3))));
        assert_eq!((row.state, grade(&mut tx).await), (S::Notified, Some("ESP_DELIVERED".to_owned())));
        assert_eq!(authorisations::get(&mut tx, id(55)).await.unwrap(), other);

        let nothing = Derived { given_at: None, grade: None, notice_expires_at: None, objection_expires_at: None };
        authorisations::note_derived(&mut tx, id(AUTHORISATION), &nothing, hour(3)).await.unwrap();
        assert_eq!(authorisations::get(&mut tx, id(AUTHORISATION)).await.unwrap(), authorisation(AUTHORISATION, LINE, CUSTOMER));
        assert_eq!(grade(&mut tx).await, None);
    }
}

async fn grade(tx: &mut Tx) -> Option<String> {
    on!(tx, |c| sqlx::query_scalar(
        "SELECT evidence_grade FROM authorisations WHERE id = $1"
    )
    .bind(Uuid::from_u128(AUTHORISATION))
    .fetch_one(c)
    .await)
    .unwrap()
}

both! {
    async fn the_customers_of_an_open_line_are_counted_by_where_they_stand(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        for (number, customer) in [(55, 120), (57, 140)] {
            add_customer(&mut tx, customer, &format!("Customer {customer}")).await;
            let row = Authorisation { state: S::Pending, ..authorisation(number, LINE, customer) };
            authorisations::open(&mut tx, &row, id(NOTICE), id(number + 500), hour(1)).await.unwrap();
        }
        for (number, ends) in [(AUTHORISATION, 10), (55, 30)] {
            let derived = Derived {
                given_at: Some(hour(number as i64)),
                grade: Some(EvidenceGrade::Acknowledged),
                notice_expires_at: Some(hour(ends)),
                objection_expires_at: Some(hour(ends + 5)),
            };
            authorisations::note_derived(&mut tx, id(number), &derived, hour(2)).await.unwrap();
        }
        assert_eq!(authorisations::list_line_standings(&mut tx, hour(20)).await.unwrap(), [], "nobody was told yet");
        let step = forenotice::store::changes::Move {
            id: id(900),
            change_id: id(CHANGE),
            from: domain::change::ChangeState::Draft,
            to: domain::change::ChangeState::Open,
            by: None,
            reason: None,
        };
        forenotice::store::changes::advance(&mut tx, &step, hour(1)).await.unwrap();
        let standings = authorisations::list_line_standings(&mut tx, hour(20)).await.unwrap();
        let told: Vec<_> = standings
            .iter()
            .map(|s| (s.state, s.customers, s.given, s.over, s.first_given_at, s.last_end_at))
            .collect();
        assert_eq!(
            told,
            [
                (S::Notified, 1, 1, 1, Some(hour(60)), Some(hour(15))),
                (S::Pending, 2, 1, 0, Some(hour(55)), Some(hour(35))),
            ]
        );
    }

    async fn a_customer_is_waited_for_until_nothing_of_it_is_open(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        assert!(!authorisations::is_waited_for(&mut tx, id(99)).await.unwrap());
        let change = |state: &'static str| format!("UPDATE changes SET state = '{state}'");
        let put = async |tx: &mut Tx, sql: String| {
            on!(tx, |c| sqlx::query(sqlx::AssertSqlSafe(sql)).execute(c).await.map(drop)).unwrap();
        };
        for (state, is_open) in [("OPEN", true), ("CLOSED", true), ("CANCELLED", false), ("DISPATCHING", true)] {
            put(&mut tx, change(state)).await;
            assert_eq!(authorisations::is_waited_for(&mut tx, id(CUSTOMER)).await.unwrap(), is_open, "{state}");
        }
        authorisations::advance(&mut tx, &step(62, S::Notified, S::BySilence), hour(3)).await.unwrap();
        assert!(!authorisations::is_waited_for(&mut tx, id(CUSTOMER)).await.unwrap());
    }
}
