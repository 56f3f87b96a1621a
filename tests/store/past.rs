//! How things stood at an instant that has passed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::authorisation::AuthorisationState as A;
use domain::change::ChangeState as S;
use domain::objection::ObjectionState as O;
use forenotice::store::authorisations::{self, Move};
use forenotice::store::past::{
    find_announced_line_as_of, list_authorisation_states_as_of, list_objection_states,
};
use forenotice::store::{Of, Tx, changes, objections};
use uuid::Uuid;

use super::fixtures::{
    AUTHORISATION, BACKUP, CHANGE, CUSTOMER, HOSTING, LINE, NOTICE, add_change, add_customer, add_dispatched,
    add_register, authorisation,
};
use super::objections::{case, event, filing};
use super::{hour, id};
use crate::both;
use crate::support::TestDb;

async fn announced(tx: &mut Tx, t: DateTime<Utc>) -> Option<(String, S)> {
    let found = find_announced_line_as_of(tx, id(HOSTING), t).await.unwrap();
    found.map(|(line, change)| {
        assert_eq!(line.change_id, change.id);
        (change.number, change.state)
    })
}

both! {
    async fn the_line_that_was_announced_then_is_found_with_its_change_as_it_was(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_register(&mut tx).await;
        for (number, name) in [(100, "2026-001"), (110, "2026-002")] {
            add_change(&mut tx, number, name).await;
        }
        let mut at = 0;
        for (change, since) in [(100, 1), (110, 5)] {
            let steps = [(S::Draft, S::InReview), (S::InReview, S::Approved), (S::Approved, S::Dispatching), (S::Dispatching, S::Open), (S::Open, S::Closed)];
            for ((from, to), hours) in steps.into_iter().zip(since..) {
                at += 1;
                let step = changes::Move { id: id(at), change_id: id(change), from, to, by: None, reason: None };
                changes::advance(&mut tx, &step, hour(hours)).await.unwrap();
            }
        }
        let first = |state| Some(("2026-001".to_owned(), state));
        let second = |state| Some(("2026-002".to_owned(), state));
        for (hours, expected) in [
            (0, None),
            (2, None),
            (3, first(S::Dispatching)),
            (4, first(S::Open)),
            (6, first(S::Closed)),
            (7, second(S::Dispatching)),
            (20, second(S::Closed)),
        ] {
            assert_eq!(announced(&mut tx, hour(hours)).await, expected, "hour {hours}");
        }
        assert_eq!(find_announced_line_as_of(&mut tx, id(BACKUP), hour(20)).await.unwrap(), None);
    }

    async fn an_authorisation_has_the_state_that_it_had_then(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        authorisations::open(&mut tx, &authorisation(55, LINE, 120), id(NOTICE), id(56), hour(5)).await.unwrap();
        let object = Move { id: id(70), authorisation_id: id(AUTHORISATION), from: A::Notified, to: A::Objected, by: None, reason: None };
        authorisations::advance(&mut tx, &object, hour(3)).await.unwrap();
        let (mine, other): (Uuid, Uuid) = (id(AUTHORISATION), id(55));
        for (hours, expected) in [
            (0, vec![]),
            (1, vec![(mine, A::Notified)]),
            (3, vec![(mine, A::Objected)]),
            (5, vec![(mine, A::Objected), (other, A::Notified)]),
        ] {
            let found = list_authorisation_states_as_of(&mut tx, id(LINE), hour(hours)).await.unwrap();
            assert_eq!(found, HashMap::from_iter(expected), "hour {hours}");
        }
        assert_eq!(list_authorisation_states_as_of(&mut tx, id(CHANGE), hour(5)).await.unwrap(), HashMap::new());
    }

    async fn what_became_of_each_objection_is_listed_in_order(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        for (number, name) in [(70, "K7-2345"), (71, "K7-0000")] {
            objections::file(&mut tx, &case(number, name), &filing(number + 40, number, 1)).await.unwrap();
        }
        let filed = objections::Event { recorded_at: hour(1), ..event(6, 70, "SUBMIT", None, O::Submitted) };
        objections::note_event(&mut tx, &filed).await.unwrap();
        let received = objections::Event { recorded_at: hour(2), ..event(5, 70, "ACKNOWLEDGE", Some(O::Submitted), O::Acknowledged) };
        objections::advance(&mut tx, O::Submitted, O::Acknowledged, &received).await.unwrap();
        let expected = HashMap::from([(id::<Uuid>(70), vec![(hour(1), O::Submitted), (hour(2), O::Acknowledged)])]);
        assert_eq!(list_objection_states(&mut tx, id(LINE), Of::All).await.unwrap(), expected);
        assert_eq!(list_objection_states(&mut tx, id(LINE), Of::These(&[id(CUSTOMER)])).await.unwrap(), expected);
        assert_eq!(list_objection_states(&mut tx, id(LINE), Of::These(&[id(99)])).await.unwrap(), HashMap::new());
        assert_eq!(list_objection_states(&mut tx, id(CHANGE), Of::All).await.unwrap(), HashMap::new());
    }
}
