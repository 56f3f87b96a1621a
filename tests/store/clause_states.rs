use std::collections::BTreeSet;

use domain::id::{EngagementId, RecordId, StaffId};
use domain::legal_record::{
    Clauses, LegalRecord, LegalRecordKind, Origin, SccEvent, SccModule, SccState, SccVersion, Signing,
};
use forenotice::store::clause_states::{
    NewClauseState, SetFilter, append_clause_state, count_sets, list_clause_states, list_sets, standings,
};
use forenotice::store::legal_records::{
    NewRecord, StoredRecord, append_record, find_record, list_latest_records, list_latest_records_of,
    list_records,
};
use forenotice::store::{Of, StoreError, Tx};

use super::{engagement, hour, id, organisation, staff};
use crate::both;
use crate::support::TestDb;

fn record(number: u128, owner: EngagementId, set: i64, by: StaffId, at: i64, is_modified: bool) -> NewRecord {
    let mut clauses = Clauses::of(BTreeSet::from([Origin::Eu]), SccVersion::V2021, SccModule::Three);
    clauses.modified = is_modified;
    NewRecord {
        id: id(number),
        engagement_id: owner,
        number: set,
        body: LegalRecord::Scc(Box::new(clauses)),
        valid_from: None,
        ended_on: None,
        recorded_at: hour(at),
        recorded_by: by,
    }
}

fn step(
    number: u128,
    of: u128,
    from: Option<SccState>,
    event: SccEvent,
    by: StaffId,
    at: i64,
) -> NewClauseState {
    NewClauseState {
        id: id(number),
        record_id: id(of),
        from,
        event: from.map(|_| event),
        state: from.map_or(SccState::Selected, |from| from.next(event).unwrap()),
        signing: Signing {
            in_force_on: "2026-11-01".parse().ok(),
            ..Signing::default()
        },
        happened_on: "2026-11-27".parse().unwrap(),
        reason: Some("because".to_owned()),
        recorded_at: hour(at),
        recorded_by: by,
    }
}

/// A set of clauses of an engagement with its first state.
pub async fn add_set(tx: &mut Tx, number: u128, owner: EngagementId, set: i64, by: StaffId) {
    append_record(tx, 0, &record(number, owner, set, by, 1, false))
        .await
        .unwrap();
    let begun = step(number + 1000, number, None, SccEvent::FillAnnexes, by, 1);
    append_clause_state(tx, &begun).await.unwrap();
}

/// Lets a version come into force, an hour a step.
pub async fn agree(tx: &mut Tx, of: u128, by: StaffId, at: i64) {
    use SccEvent as E;
    use SccState as S;
    for (n, (from, event)) in [
        (S::Selected, E::FillAnnexes),
        (S::AnnexesIncomplete, E::Complete),
        (S::Ready, E::SignOneSide),
        (S::PartlySigned, E::SignBothSides),
    ]
    .into_iter()
    .enumerate()
    {
        let number = of * 100 + n as u128;
        append_clause_state(tx, &step(number, of, Some(from), event, by, at))
            .await
            .unwrap();
    }
}

fn state(record: &StoredRecord) -> SccState {
    match &record.body {
        LegalRecord::Scc(clauses) => clauses.standing.state,
        other => panic!("{other:?}"),
    }
}

both! {
    async fn a_step_starts_from_the_state_that_the_version_is_in(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Inc.").await;
        let speech = engagement(&mut tx, 2, company, "acme-speech").await;
        add_set(&mut tx, 10, speech, 1, editor).await;
        let early = step(50, 10, Some(SccState::Ready), SccEvent::SignOneSide, editor, 2);
        let refusal = append_clause_state(&mut tx, &early).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Stale(_)), "{refusal}");
        let twice = step(51, 10, None, SccEvent::FillAnnexes, editor, 2);
        assert!(append_clause_state(&mut tx, &twice).await.is_err(), "a version begins once");
        let fill = step(52, 10, Some(SccState::Selected), SccEvent::FillAnnexes, editor, 2);
        append_clause_state(&mut tx, &fill).await.unwrap();
        let states = list_clause_states(&mut tx, speech, 1).await.unwrap();
        let seen: Vec<_> = states.iter().map(|s| (s.version, s.event, s.state)).collect();
        assert_eq!(
            seen,
            [(1, Some(SccEvent::FillAnnexes), SccState::AnnexesIncomplete), (1, None, SccState::Selected)]
        );
        assert_eq!((states[0].reason.as_deref(), states[0].recorded_by), (Some("because"), editor));
        assert_eq!(list_clause_states(&mut tx, speech, 2).await.unwrap(), []);
        let found = find_record(&mut tx, id(10)).await.unwrap().unwrap();
        assert_eq!(state(&found), SccState::AnnexesIncomplete, "the state is folded into the record");
        let then = standings(&mut tx, Of::These(&[speech]), Some(hour(1))).await.unwrap();
        assert_eq!(then[&RecordId::from(uuid::Uuid::from(id::<RecordId>(10)))].state, SccState::Selected);
        let all = standings(&mut tx, Of::All, None).await.unwrap();
        assert_eq!(all.len(), 1);
    }

    async fn the_version_in_force_counts_until_a_newer_one_is(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Inc.").await;
        let speech = engagement(&mut tx, 2, company, "acme-speech").await;
        add_set(&mut tx, 10, speech, 1, editor).await;
        agree(&mut tx, 10, editor, 2).await;
        append_record(&mut tx, 1, &record(11, speech, 1, editor, 3, true)).await.unwrap();
        let begun = step(1011, 11, None, SccEvent::FillAnnexes, editor, 3);
        append_clause_state(&mut tx, &begun).await.unwrap();
        let counting = |records: Vec<StoredRecord>| (records.len(), records[0].version, state(&records[0]));
        assert_eq!(counting(list_latest_records(&mut tx, speech).await.unwrap()), (1, 1, SccState::InForce));
        assert_eq!(counting(list_latest_records_of(&mut tx, Of::All, None).await.unwrap()), (1, 1, SccState::InForce));
        let all = list_records(&mut tx, speech, LegalRecordKind::Scc).await.unwrap();
        assert_eq!(all.iter().map(|r| (r.version, state(r))).collect::<Vec<_>>(), [(2, SccState::Selected), (1, SccState::InForce)]);

        let suspend = step(60, 10, Some(SccState::InForce), SccEvent::Suspend, editor, 4);
        append_clause_state(&mut tx, &suspend).await.unwrap();
        let latest = list_latest_records(&mut tx, speech).await.unwrap();
        let LegalRecord::Scc(clauses) = &latest[0].body else { panic!() };
        assert_eq!(clauses.standing.suspended_on, "2026-11-27".parse().ok());
        assert_eq!(clauses.standing.signing.in_force_on, "2026-11-01".parse().ok());

        agree(&mut tx, 11, editor, 5).await;
        let replaced = step(61, 10, Some(SccState::Suspended), SccEvent::Supersede, editor, 5);
        append_clause_state(&mut tx, &replaced).await.unwrap();
        assert_eq!(counting(list_latest_records(&mut tx, speech).await.unwrap()), (1, 2, SccState::InForce));
        for (at, expected) in [
            (1, (1, 1, SccState::Selected)),
            (3, (1, 1, SccState::InForce)),
            (4, (1, 1, SccState::Suspended)),
            (5, (1, 2, SccState::InForce)),
        ] {
            let then = list_latest_records_of(&mut tx, Of::These(&[speech]), Some(hour(at))).await.unwrap();
            assert_eq!(counting(then), expected, "as recorded in hour {at}");
        }
    }

    async fn each_engagement_keeps_its_own_version_in_force(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Inc.").await;
        let speech = engagement(&mut tx, 2, company, "acme-speech").await;
        let hosting = engagement(&mut tx, 3, company, "acme-hosting").await;
        for (number, owner) in [(10, speech), (20, hosting)] {
            add_set(&mut tx, number, owner, 1, editor).await;
            agree(&mut tx, number, editor, 2).await;
            append_record(&mut tx, 1, &record(number + 1, owner, 1, editor, 3, true)).await.unwrap();
            let begun = step(number + 2000, number + 1, None, SccEvent::FillAnnexes, editor, 3);
            append_clause_state(&mut tx, &begun).await.unwrap();
        }
        for of in [Of::All, Of::These(&[hosting, speech])] {
            let counting = list_latest_records_of(&mut tx, of, None).await.unwrap();
            let counting: Vec<_> = counting.iter().map(|one| (one.engagement_id, one.id, state(one))).collect();
            assert_eq!(counting, [(speech, id(10), SccState::InForce), (hosting, id(20), SccState::InForce)]);
        }
    }

    async fn sets_are_found_by_company_and_state_and_paged(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Beta_100% Øl-Åre Inc.").await;
        let speech = engagement(&mut tx, 2, company, "beta-speech").await;
        let other = organisation(&mut tx, 3, "Acme Inc.").await;
        let hosting = engagement(&mut tx, 4, other, "acme-hosting").await;
        add_set(&mut tx, 10, speech, 1, editor).await;
        add_set(&mut tx, 12, speech, 2, editor).await;
        add_set(&mut tx, 14, hosting, 1, editor).await;
        agree(&mut tx, 12, editor, 2).await;
        let filter = |search: &str, state| SetFilter { search: search.to_owned(), state };
        for (search, state, expected) in [
            ("", None, vec![(hosting, 1), (speech, 1), (speech, 2)]),
            ("ACME", None, vec![(hosting, 1)]),
            ("beta-s", None, vec![(speech, 1), (speech, 2)]),
            ("_100%", None, vec![(speech, 1), (speech, 2)]),
            ("a%e", None, vec![]),
            ("ØL-ÅRE", None, vec![(speech, 1), (speech, 2)]),
            ("åre beta_", Some(SccState::InForce), vec![(speech, 2)]),
            ("", Some(SccState::InForce), vec![(speech, 2)]),
            ("acme", Some(SccState::InForce), vec![]),
        ] {
            let filter = filter(search, state);
            assert_eq!(list_sets(&mut tx, &filter, 0, 50).await.unwrap(), expected, "{filter:?}");
            assert_eq!(count_sets(&mut tx, &filter).await.unwrap(), expected.len() as i64);
        }
        assert_eq!(list_sets(&mut tx, &filter("", None), 1, 1).await.unwrap(), [(speech, 1)]);
    }
}
