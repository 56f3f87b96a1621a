use domain::country::Country;
use domain::legal_record::{TiaEvent, TiaState};
use domain::trigger::{Scope, Triage, TriggerKind};
use forenotice::store::Tx;
use forenotice::store::countries::{append_country_version, approve_country_version};
use forenotice::store::tia_states::{Disclosure, MeasureMove, append_disclosure, append_measure_move};
use forenotice::store::triggers::{
    Trigger, count_triggers, find_trigger, insert_triage, insert_trigger, list_concerned, list_triggers,
    list_triggers_of, list_waiting, next_trigger_number,
};
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::assessments::{enter, hand_in, tia};
use super::fixtures::{CUSTOMER, EDITOR, HOSTING};
use super::{engagement, hour, id, is_duplicate, organisation, staff};
use crate::both;
use crate::support::TestDb;

fn trigger(number: i64, raised: Recorded) -> Trigger {
    Trigger {
        id: Uuid::from_u128(1000 + u128::try_from(number).unwrap()),
        number,
        kind: TriggerKind::LawChanged,
        scope: Scope::Country(Country::parse("US").unwrap()),
        description: "Renewed".to_owned(),
        source_url: Some("https://law.example/702".to_owned()),
        occurred_on: "2026-11-20".parse().unwrap(),
        takes_effect_on: None,
        due_on: "2026-11-30".parse().ok(),
        raised,
    }
}

/// A row in every table of evidence about assessments, on top of the fixtures.
pub async fn add_assessment_evidence(tx: &mut Tx) {
    let (hosting, editor) = (id(HOSTING), id(EDITOR));
    hand_in(tx, 300, (hosting, 1), 0, &tia(&["US"], editor), editor).await;
    enter(tx, 301, 300, (hosting, 1), TiaState::Rejected, TiaEvent::Reject).await;
    let moved = MeasureMove {
        id: Uuid::from_u128(302),
        engagement_id: hosting,
        number: 1,
        version: 1,
        measure: 1,
        standing: super::tia_states::planned().standing,
        recorded_at: hour(3),
        recorded_by: editor,
    };
    append_measure_move(tx, &moved).await.unwrap();
    let shared = Disclosure {
        id: Uuid::from_u128(303),
        record_id: id(300),
        customer_id: Some(id(CUSTOMER)),
        disclosed_on: "2026-11-23".parse().unwrap(),
        note: None,
        recorded_at: hour(3),
        recorded_by: editor,
    };
    append_disclosure(tx, &shared).await.unwrap();
    let known = super::countries::version(304, "US", 1, editor);
    append_country_version(tx, 0, &known).await.unwrap();
    approve_country_version(tx, known.id, editor, hour(3))
        .await
        .unwrap();
    let event = trigger(1, Recorded::by(editor, hour(3)));
    insert_trigger(tx, &event, &[((hosting, 1), id(300))])
        .await
        .unwrap();
    let answer = (Triage::NoImpact, "Not this vendor");
    insert_triage(tx, event.id, (hosting, 1), answer, Recorded::by(editor, hour(4)))
        .await
        .unwrap();
}

both! {
    async fn an_event_keeps_whom_it_concerns_and_what_was_found_out(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let backup = engagement(&mut tx, 3, company, "acme-backup").await;
        for (record, engagement) in [(10, hosting), (11, backup)] {
            hand_in(&mut tx, record, (engagement, 1), 0, &tia(&["US"], editor), editor).await;
        }
        assert_eq!(next_trigger_number(&mut tx).await.unwrap(), 1);
        let first = trigger(1, Recorded::by(editor, hour(1)));
        insert_trigger(&mut tx, &first, &[((hosting, 1), id(10)), ((backup, 1), id(11))]).await.unwrap();
        let second = trigger(2, Recorded::by_system(hour(2)));
        insert_trigger(&mut tx, &second, &[]).await.unwrap();
        assert_eq!((next_trigger_number(&mut tx).await.unwrap(), count_triggers(&mut tx).await.unwrap()), (3, 2));
        assert_eq!(find_trigger(&mut tx, 1).await.unwrap(), Some(first.clone()));
        assert_eq!(find_trigger(&mut tx, 9).await.unwrap(), None);

        let law = TriggerKind::LawChanged;
        assert_eq!(list_waiting(&mut tx, law, None, None).await.unwrap().len(), 2);
        assert_eq!(list_waiting(&mut tx, law, Some(hosting), None).await.unwrap(), [(hosting, 1)]);
        assert_eq!(list_waiting(&mut tx, law, None, Some(hour(0))).await.unwrap(), [], "it had not happened");
        assert_eq!(list_waiting(&mut tx, TriggerKind::VendorEvent, None, None).await.unwrap(), []);
        let by = Recorded::by(editor, hour(3));
        insert_triage(&mut tx, first.id, (hosting, 1), (Triage::NoImpact, "Not this vendor"), by).await.unwrap();
        assert_eq!(list_waiting(&mut tx, law, None, None).await.unwrap(), [(backup, 1)]);
        assert_eq!(list_waiting(&mut tx, law, Some(hosting), Some(hour(2))).await.unwrap(), [(hosting, 1)], "then it still waited");
        let concerned = list_concerned(&mut tx, first.id).await.unwrap();
        assert_eq!(concerned[0].triage, Some((Triage::NoImpact, "Not this vendor".to_owned(), by)));
        assert_eq!((concerned[1].key, concerned[1].record_id, &concerned[1].triage), ((backup, 1), id(11), &None));
        let lines: Vec<_> = list_triggers(&mut tx, 0, 50).await.unwrap().iter()
            .map(|line| (line.trigger.number, line.concerned, line.open)).collect();
        assert_eq!(lines, [(1, 2, 1), (2, 0, 0)], "open ones first");
        assert_eq!(list_triggers(&mut tx, 1, 50).await.unwrap().len(), 1);
        insert_triage(&mut tx, first.id, (backup, 1), (Triage::Review, "It may"), by).await.unwrap();
        let lines: Vec<_> = list_triggers(&mut tx, 0, 50).await.unwrap().iter().map(|line| line.trigger.number).collect();
        assert_eq!(lines, [2, 1], "then the newest");
        assert_eq!(list_triggers_of(&mut tx, (backup, 1)).await.unwrap(), std::slice::from_ref(&first));
        assert_eq!(list_triggers_of(&mut tx, (backup, 2)).await.unwrap(), []);
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        let again = insert_triage(&mut tx, first.id, (hosting, 1), (Triage::Review, "After all"), by).await;
        assert!(is_duplicate(&again), "an answer stays");
    }
}
