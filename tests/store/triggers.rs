use domain::country::Country;
use domain::engagement::EngagementFacts;
use domain::known::Known;
use domain::legal_record::{MechanismKind, TiaEvent, TiaState};
use domain::trigger::{Scope, Triage, TriggerKind};
use forenotice::store::countries::{append_country_version, approve_country_version};
use forenotice::store::engagements::append_engagement_version;
use forenotice::store::legal_records::approve_record;
use forenotice::store::tia_states::{Disclosure, MeasureMove, append_disclosure, append_measure_move};
use forenotice::store::trigger_pages::{count_before, count_concerned, page_concerned, page_triggers};
use forenotice::store::triggers::{
    Trigger, find_concerned, find_trigger, insert_triage, insert_trigger, list_concerned, list_triggers_of,
    list_waiting, next_trigger_number,
};
use forenotice::store::version::Recorded;
use forenotice::store::{Of, Tx};
use uuid::Uuid;

use super::assessments::{enter, hand_in, tia};
use super::fixtures::{CUSTOMER, EDITOR, HOSTING};
use super::{engagement, hour, id, is_duplicate, organisation, staff, version};
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
        assert_eq!(next_trigger_number(&mut tx).await.unwrap(), 3);
        assert_eq!(find_trigger(&mut tx, 1).await.unwrap(), Some(first.clone()));
        assert_eq!(find_trigger(&mut tx, 9).await.unwrap(), None);

        let law = TriggerKind::LawChanged;
        assert_eq!(list_waiting(&mut tx, law, Of::All, None).await.unwrap().len(), 2);
        assert_eq!(list_waiting(&mut tx, law, Of::These(&[hosting]), None).await.unwrap(), [(hosting, 1)]);
        assert_eq!(list_waiting(&mut tx, law, Of::All, Some(hour(0))).await.unwrap(), [], "it had not happened");
        assert_eq!(list_waiting(&mut tx, TriggerKind::VendorEvent, Of::All, None).await.unwrap(), []);
        let by = Recorded::by(editor, hour(3));
        insert_triage(&mut tx, first.id, (hosting, 1), (Triage::NoImpact, "Not this vendor"), by).await.unwrap();
        assert_eq!(list_waiting(&mut tx, law, Of::All, None).await.unwrap(), [(backup, 1)]);
        assert_eq!(list_waiting(&mut tx, law, Of::These(&[hosting]), Some(hour(2))).await.unwrap(), [(hosting, 1)], "then it still waited");
        let concerned = list_concerned(&mut tx, first.id).await.unwrap();
        assert_eq!(concerned[0].triage, Some((Triage::NoImpact, "Not this vendor".to_owned(), by)));
        assert_eq!((concerned[1].key, concerned[1].record_id, &concerned[1].triage), ((backup, 1), id(11), &None));
        let (lines, total) = page_triggers(&mut tx, "", (50, 0)).await.unwrap();
        let lines: Vec<_> = lines.iter().map(|line| (line.trigger.number, line.concerned, line.open)).collect();
        assert_eq!((lines, total), (vec![(1, 2, 1), (2, 0, 0)], 2), "open ones first");
        let (lines, total) = page_triggers(&mut tx, "", (50, 1)).await.unwrap();
        assert_eq!((lines.len(), total), (1, 2));
        insert_triage(&mut tx, first.id, (backup, 1), (Triage::Review, "It may"), by).await.unwrap();
        let (lines, _) = page_triggers(&mut tx, "", (50, 0)).await.unwrap();
        let lines: Vec<_> = lines.iter().map(|line| line.trigger.number).collect();
        assert_eq!(lines, [2, 1], "then the newest");
        assert_eq!(list_triggers_of(&mut tx, (backup, 1)).await.unwrap(), std::slice::from_ref(&first));
        assert_eq!(list_triggers_of(&mut tx, (backup, 2)).await.unwrap(), []);
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        let again = insert_triage(&mut tx, first.id, (hosting, 1), (Triage::Review, "After all"), by).await;
        assert!(is_duplicate(&again), "an answer stays");
    }
    async fn what_an_event_concerns_is_read_page_by_page_open_ones_first(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let backup = engagement(&mut tx, 3, company, "acme-backup").await;
        let mut facts = EngagementFacts::of(company);
        facts.service = Known::Known("Backups".parse().unwrap());
        append_engagement_version(&mut tx, backup, 1, &version(3001, facts, Recorded::by_system(hour(0)))).await.unwrap();
        for (record, key) in [(10, (hosting, 1)), (11, (backup, 1)), (12, (backup, 2))] {
            hand_in(&mut tx, record, key, 0, &tia(&["US"], editor), editor).await;
        }
        approve_record(&mut tx, id(11), editor, hour(1)).await.unwrap();
        enter(&mut tx, 400, 12, (backup, 2), TiaState::Rejected, TiaEvent::Reject).await;
        let event = trigger(1, Recorded::by(editor, hour(1)));
        let keys = [((hosting, 1), id(10)), ((backup, 1), id(11)), ((backup, 2), id(12))];
        insert_trigger(&mut tx, &event, &keys).await.unwrap();
        let tally = count_concerned(&mut tx, event.id).await.unwrap();
        assert_eq!((tally.concerned, tally.open, tally.answered_at), (3, 3, None));
        let by = Recorded::by(editor, hour(3));
        insert_triage(&mut tx, event.id, (hosting, 1), (Triage::NoImpact, "Not this vendor"), by).await.unwrap();
        let tally = count_concerned(&mut tx, event.id).await.unwrap();
        assert_eq!((tally.concerned, tally.open, tally.answered_at), (3, 2, Some(hour(3))));

        let page = page_concerned(&mut tx, event.id, (50, 0)).await.unwrap();
        let shown: Vec<_> = page.iter().map(|line| (line.slug.as_str(), line.one.key, line.state, line.service.as_deref())).collect();
        assert_eq!(shown, [
            ("acme-backup", (backup, 1), TiaState::Approved, Some("Backups")),
            ("acme-backup", (backup, 2), TiaState::Rejected, Some("Backups")),
            ("acme-hosting", (hosting, 1), TiaState::InReview, None),
        ]);
        assert!(page.iter().all(|line| line.company == "Acme Hosting GmbH"));
        for (place, line) in page.iter().enumerate() {
            let found = find_concerned(&mut tx, event.id, line.one.key).await.unwrap();
            assert_eq!(found.as_ref(), Some(&line.one));
            let before = count_before(&mut tx, event.id, &line.one).await.unwrap();
            assert_eq!(usize::try_from(before).unwrap(), place);
        }
        assert_eq!(page_concerned(&mut tx, event.id, (1, 2)).await.unwrap(), page[2..]);
        assert_eq!(find_concerned(&mut tx, event.id, (hosting, 2)).await.unwrap(), None);
    }

    async fn events_are_found_by_number_kind_words_and_what_they_are_about(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let company = organisation(&mut tx, 1, "Ærlig Drift AS").await;
        let backup = engagement(&mut tx, 3, company, "aerlig-backup").await;
        let mut facts = EngagementFacts::of(company);
        facts.service = Known::Known("Backups".parse().unwrap());
        append_engagement_version(&mut tx, backup, 1, &version(3001, facts, Recorded::by_system(hour(0)))).await.unwrap();
        let by = Recorded::by_system(hour(1));
        let scopes = [
            Scope::Country(Country::parse("CI").unwrap()),
            Scope::Organisation(company),
            Scope::Engagement(backup),
            Scope::Instrument(MechanismKind::Bcr),
        ];
        for (number, scope) in (1..).zip(scopes) {
            let kind = if number == 4 { TriggerKind::Publication } else { TriggerKind::LawChanged };
            let description = format!("What happened, number {number}00%");
            insert_trigger(&mut tx, &Trigger { kind, scope, description, ..trigger(number, by) }, &[]).await.unwrap();
        }
        for (search, expected) in [
            ("", vec![4, 3, 2, 1]),
            ("event 3", vec![3]),
            ("LAW destination", vec![3, 2, 1]),
            ("court", vec![4]),
            ("200%", vec![2]),
            ("ivoire", vec![1]),
            ("d'ivoire", vec![1]),
            ("ærlig", vec![3, 2]),
            ("ærlig backups", vec![3]),
            ("binding rules", vec![4]),
            ("nothing%", vec![]),
        ] {
            let (lines, total) = page_triggers(&mut tx, search, (50, 0)).await.unwrap();
            let numbers: Vec<_> = lines.iter().map(|line| line.trigger.number).collect();
            assert_eq!(numbers, expected, "{search}");
            assert_eq!(usize::try_from(total).unwrap(), expected.len(), "{search}");
        }
        let (lines, total) = page_triggers(&mut tx, "law", (1, 1)).await.unwrap();
        assert_eq!((lines[0].trigger.number, total), (2, 3));
    }
}
