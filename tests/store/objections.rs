//! Objections: the case, what was filed, what happened.

use std::collections::BTreeSet;

use domain::objection::{Ground, ObjectionState as S};
use forenotice::store::objections::{self, Event, Filing, Objection};
use forenotice::store::{Of, Tx, authorisations};

use super::fixtures::{
    AUTHORISATION, CONTACT, CUSTOMER, EDITOR, LINE, NOTICE, add_customer, add_dispatched, authorisation,
    micro,
};
use super::{hour, id, is_duplicate, is_stale};
use crate::both;
use crate::support::TestDb;

pub fn case(number: u128, case_number: &str) -> Objection {
    Objection {
        id: id(number),
        case_number: case_number.to_owned(),
        authorisation_id: id(AUTHORISATION),
        line_id: id(LINE),
        customer_id: id(CUSTOMER),
        contact_id: Some(id(CONTACT)),
        notice_id: id(NOTICE),
        state: S::Submitted,
        submitted_at: hour(2),
        is_in_time: true,
    }
}

pub fn filing(number: u128, case: u128, version: i64) -> Filing {
    Filing {
        id: id(number),
        objection_id: id(case),
        version,
        name: "Bjørg Æsøy".to_owned(),
        grounds: BTreeSet::from([Ground::Security, Ground::ThirdCountryTransfer]),
        statement: "Vi er uenige:\n«overføring» til et tredjeland.".to_owned(),
        channel: "PAGE".to_owned(),
        client: Some("Mozilla/5.0 192.0.2.7".to_owned()),
        submitted_at: micro(3),
    }
}

pub fn event(number: u128, case: u128, name: &str, from: Option<S>, to: S) -> Event {
    Event {
        id: id(number),
        objection_id: id(case),
        event: name.to_owned(),
        from_state: from.map(|state| state.as_str().to_owned()),
        to_state: to.as_str().to_owned(),
        actor_kind: "STAFF".to_owned(),
        actor_id: Some(id(EDITOR)),
        reason: Some("på tide".to_owned()),
        recorded_at: micro(9),
    }
}

/// Three cases of one customer, two of them of one instant, and a later one of another customer.
pub async fn four_cases(tx: &mut Tx) -> [Objection; 4] {
    add_dispatched(tx).await;
    add_customer(tx, 120, "Zebra AB").await;
    let of_other = authorisation(65, LINE, 120);
    authorisations::open(tx, &of_other, id(NOTICE), id(66), hour(1))
        .await
        .unwrap();
    let cases = [
        Objection {
            submitted_at: micro(1),
            ..case(70, "K7-2345")
        },
        Objection {
            submitted_at: micro(2),
            is_in_time: false,
            contact_id: None,
            ..case(60, "A1-0001")
        },
        Objection {
            submitted_at: micro(2),
            ..case(61, "B1-0001")
        },
        Objection {
            submitted_at: hour(1),
            authorisation_id: id(65),
            customer_id: id(120),
            ..case(80, "Z9-9999")
        },
    ];
    for (number, row) in (100..).zip(&cases) {
        let filed = filing(number, row.id.as_u128(), 1);
        objections::file(tx, row, &filed).await.unwrap();
    }
    cases
}

both! {
    async fn a_case_is_found_by_id_number_and_authorisation(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let [first, second, same_instant, other] = four_cases(&mut tx).await;
        tx.commit().await.unwrap();

        let mut tx = db.write().await.unwrap();
        assert_eq!(objections::find(&mut tx, id(60)).await.unwrap(), Some(second.clone()));
        assert_eq!(objections::find(&mut tx, id(99)).await.unwrap(), None);
        assert_eq!(objections::find_by_case_number(&mut tx, "K7-2345").await.unwrap(), Some(first.clone()));
        assert_eq!(objections::find_by_case_number(&mut tx, "k7-2345").await.unwrap(), None);
        assert_eq!(objections::list_by_authorisation(&mut tx, id(AUTHORISATION)).await.unwrap(), [first, second, same_instant]);
        assert_eq!(objections::list_by_authorisation(&mut tx, id(65)).await.unwrap(), [other]);
        assert!(is_duplicate(&objections::file(&mut tx, &case(90, "K7-2345"), &filing(104, 90, 1)).await));
    }

    async fn every_filing_is_kept_word_for_word(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        let first = filing(100, 70, 1);
        objections::file(&mut tx, &case(70, "K7-2345"), &first).await.unwrap();
        objections::file(&mut tx, &case(71, "K7-0000"), &filing(110, 71, 1)).await.unwrap();
        let by_letter = Filing { grounds: BTreeSet::new(), client: None, channel: "LETTER".to_owned(), ..filing(90, 70, 2) };
        let third = filing(103, 70, 3);
        for row in [&third, &by_letter] {
            objections::add_filing(&mut tx, row).await.unwrap();
        }
        assert_eq!(objections::list_filings(&mut tx, id(70)).await.unwrap(), [first, by_letter, third]);
        assert_eq!(objections::list_filings(&mut tx, id(71)).await.unwrap(), [filing(110, 71, 1)]);
        assert!(is_duplicate(&objections::add_filing(&mut tx, &filing(104, 70, 2)).await));
    }

    async fn a_case_moves_only_from_the_expected_state_and_every_event_is_kept(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        for (number, name) in [(70, "K7-2345"), (71, "K7-0000")] {
            objections::file(&mut tx, &case(number, name), &filing(number + 40, number, 1)).await.unwrap();
        }
        let received = Event { actor_kind: "SYSTEM".to_owned(), actor_id: None, reason: None, ..event(6, 70, "ACKNOWLEDGE", Some(S::Submitted), S::Acknowledged) };
        objections::advance(&mut tx, S::Submitted, S::Acknowledged, &received).await.unwrap();
        let late = event(5, 70, "WITHDRAW", Some(S::Submitted), S::Withdrawn);
        assert!(is_stale(&objections::advance(&mut tx, S::Submitted, S::Withdrawn, &late).await));
        assert_eq!(objections::find(&mut tx, id(70)).await.unwrap().unwrap().state, S::Acknowledged);
        assert_eq!(objections::find(&mut tx, id(71)).await.unwrap().unwrap().state, S::Submitted);
        // An event that changes no state; its clock was behind, and it still comes after what was there.
        let note = Event { recorded_at: hour(-1), from_state: None, ..event(4, 70, "NOTE", None, S::Acknowledged) };
        objections::note_event(&mut tx, &note).await.unwrap();
        let same = event(3, 70, "GIVE_INFO", Some(S::Acknowledged), S::Acknowledged);
        objections::advance(&mut tx, S::Acknowledged, S::Acknowledged, &same).await.unwrap();
        assert_eq!(objections::list_events(&mut tx, id(70)).await.unwrap(), [received, note, same]);
        assert_eq!(objections::list_events(&mut tx, id(71)).await.unwrap(), []);
        // Kept between those of the other case.
        let between = event(7, 71, "ACKNOWLEDGE", Some(S::Submitted), S::Acknowledged);
        objections::advance(&mut tx, S::Submitted, S::Acknowledged, &between).await.unwrap();
        let last = event(2, 70, "NOTE", None, S::Acknowledged);
        objections::note_event(&mut tx, &last).await.unwrap();
        let first = objections::list_events(&mut tx, id(70)).await.unwrap();
        assert_eq!((first.len(), first.last()), (4, Some(&last)));
        let of_both = objections::list_events_of(&mut tx, Of::These(&[id(71), id(70)])).await.unwrap();
        assert_eq!(of_both, [first, vec![between]].concat());
    }

    async fn rejections_are_counted_over_all_cases_of_one_authorisation(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        add_dispatched(&mut tx).await;
        add_customer(&mut tx, 120, "Zebra AB").await;
        authorisations::open(&mut tx, &authorisation(65, LINE, 120), id(NOTICE), id(66), hour(1)).await.unwrap();
        let other = Objection { authorisation_id: id(65), customer_id: id(120), ..case(72, "Z9-9999") };
        for (number, row) in [(100, case(70, "K7-2345")), (101, case(71, "K7-0000")), (102, other)] {
            objections::file(&mut tx, &row, &filing(number, row.id.as_u128(), 1)).await.unwrap();
        }
        for (number, case, name, at) in [
            (1, 71, "REJECT_GROUNDS", micro(9)),
            (2, 70, "REJECT_GROUNDS", micro(4)),
            (3, 70, "RESUBMIT", micro(5)),
            (4, 72, "FIND_NOT_ENTITLED", micro(6)),
        ] {
            let row = Event { recorded_at: at, ..event(number, case, name, None, S::RejectedGrounds) };
            objections::note_event(&mut tx, &row).await.unwrap();
        }
        let all = objections::list_rejections(&mut tx, id(LINE), Of::All).await.unwrap();
        assert_eq!(all, [(id(AUTHORISATION), micro(4)), (id(65), micro(6)), (id(AUTHORISATION), micro(9))]);
        let theirs = objections::list_rejections(&mut tx, id(LINE), Of::These(&[id(120)])).await.unwrap();
        assert_eq!(theirs, [(id(65), micro(6))]);
        assert!(objections::list_rejections(&mut tx, id(99), Of::All).await.unwrap().is_empty());
        let cases = async |tx: &mut _, whom: Of<'_>| -> Vec<uuid::Uuid> {
            let mut found: Vec<_> = objections::list_by_line(tx, id(LINE), whom).await.unwrap().iter().map(|case| case.id).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(cases(&mut tx, Of::All).await, [70, 71, 72].map(id::<uuid::Uuid>));
        assert_eq!(cases(&mut tx, Of::These(&[id(CUSTOMER)])).await, [70, 71].map(id::<uuid::Uuid>));
    }
}
