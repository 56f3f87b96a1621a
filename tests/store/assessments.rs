//! Drafts of assessments, and the list.

use std::collections::BTreeSet;

use domain::country::{Country, Place};
use domain::id::{EngagementId, StaffId};
use domain::known::Known;
use domain::legal_record::{LegalRecord, MechanismKind, Tia, TiaEvent, TiaOutcome, TiaState, TiaType};
use domain::organisation::OrganisationFacts;
use domain::trigger::Scope;
use forenotice::store::Tx;
use forenotice::store::assessments::{
    self, Draft, Narrowed, count_assessments, end_draft, find_draft, list_assessment_ids, list_assessments,
    list_concerned_assessments, list_due_assessments, next_assessment_number, save_draft,
};
use forenotice::store::legal_records::{NewRecord, append_record, approve_record};
use forenotice::store::organisations::append_organisation_version;
use forenotice::store::tia_states::{TiaStateEntry, append_tia_state};
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::{engagement, hour, id, is_stale, organisation, staff, version};
use crate::both;
use crate::support::TestDb;

/// An assessment of transfers to some countries, by an editor.
pub fn tia(places: &[&str], editor: StaffId) -> Tia {
    let places: BTreeSet<Place> = places.iter().map(|code| Place::parse(code).unwrap()).collect();
    let mut tia = Tia::draft(TiaType::Full46, places, editor);
    tia.outcome = Some(TiaOutcome::Allowed);
    tia.tool.mechanism = Some(MechanismKind::Scc);
    tia.next_review_on = "2026-12-01".parse().ok();
    tia
}

fn draft(engagement: EngagementId, number: i64, revision: i64, body: &Tia, by: StaffId) -> Draft {
    Draft {
        engagement_id: engagement,
        number,
        revision,
        body: body.clone(),
        base_version: 0,
        changed_at: hour(revision),
        changed_by: by,
    }
}

/// A version that is handed in, with the id `record`.
pub async fn hand_in(
    tx: &mut Tx,
    record: u128,
    (engagement, number): (EngagementId, i64),
    seen: i64,
    body: &Tia,
    by: StaffId,
) {
    let body = Tia {
        state: TiaState::InReview,
        ..body.clone()
    };
    let new = NewRecord {
        id: id(record),
        engagement_id: engagement,
        number,
        body: LegalRecord::Tia(body),
        valid_from: None,
        ended_on: None,
        recorded_at: hour(seen + 1),
        recorded_by: by,
    };
    append_record(tx, seen, &new).await.unwrap();
    assessments::refresh(tx, (engagement, number)).await.unwrap();
}

pub async fn enter(
    tx: &mut Tx,
    entry: u128,
    record: u128,
    key: (EngagementId, i64),
    state: TiaState,
    event: TiaEvent,
) {
    let entry = TiaStateEntry {
        id: Uuid::from_u128(entry),
        record_id: id(record),
        state,
        event,
        reason: Some("Because.".to_owned()),
        recorded: Recorded::by_system(hour(30)),
    };
    append_tia_state(tx, &entry).await.unwrap();
    assessments::refresh(tx, key).await.unwrap();
}

both! {
    async fn a_draft_is_saved_revision_by_revision_and_goes_when_it_is_handed_in(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        assert_eq!(next_assessment_number(&mut tx, hosting).await.unwrap(), 1);
        let first = draft(hosting, 1, 1, &tia(&["US"], editor), editor);
        save_draft(&mut tx, &first).await.unwrap();
        assert_eq!(next_assessment_number(&mut tx, hosting).await.unwrap(), 2, "a draft takes its number");
        let second = draft(hosting, 1, 2, &tia(&["US", "IN"], editor), editor);
        save_draft(&mut tx, &second).await.unwrap();
        assert!(is_stale(&save_draft(&mut tx, &second).await), "somebody saved revision 2 already");
        assert_eq!(find_draft(&mut tx, (hosting, 1), None).await.unwrap(), Some(second.clone()));
        assert_eq!(find_draft(&mut tx, (hosting, 1), Some(1)).await.unwrap(), Some(first));
        assert_eq!(find_draft(&mut tx, (hosting, 2), None).await.unwrap(), None);
        let listed = list_assessments(&mut tx, &Narrowed::default(), 0, 50).await.unwrap();
        assert_eq!((listed[0].version, listed[0].state.as_str(), listed[0].destinations.as_str()), (0, "DRAFT", "IN US"));

        assert!(is_stale(&end_draft(&mut tx, (hosting, 1), 1).await));
        end_draft(&mut tx, (hosting, 1), 2).await.unwrap();
        assert_eq!(find_draft(&mut tx, (hosting, 1), Some(1)).await.unwrap(), None, "no revision is left");
        assert_eq!(count_assessments(&mut tx, &Narrowed::default()).await.unwrap(), 0, "nothing is left of it");
    }

    async fn the_list_shows_what_counts_and_what_waits_behind_it(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let approver = staff(&mut tx, 8).await;
        let company = organisation(&mut tx, 1, "Acme 100% Hosting GmbH").await;
        let other = organisation(&mut tx, 4, "Dýp Støtte-Ørsted A/S").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let support = engagement(&mut tx, 5, other, "deep-support").await;
        let key = (hosting, 1);
        hand_in(&mut tx, 10, key, 0, &tia(&["US"], editor), editor).await;
        let row = |listed: &assessments::Listed| (listed.version, listed.state.clone(), listed.pending.clone());
        let all = Narrowed::default();
        let rows = list_assessments(&mut tx, &all, 0, 50).await.unwrap();
        assert_eq!(row(&rows[0]), (1, "IN_REVIEW".to_owned(), None));
        let waiting = list_concerned_assessments(&mut tx, Scope::Engagement(hosting)).await.unwrap();
        assert_eq!(waiting.iter().map(|one| one.state).collect::<Vec<_>>(), [TiaState::InReview]);
        approve_record(&mut tx, id(10), approver, hour(2)).await.unwrap();
        assessments::refresh(&mut tx, key).await.unwrap();
        hand_in(&mut tx, 11, key, 1, &tia(&["US"], editor), editor).await;
        let rows = list_assessments(&mut tx, &all, 0, 50).await.unwrap();
        assert_eq!(row(&rows[0]), (1, "APPROVED".to_owned(), Some("IN_REVIEW".to_owned())));
        enter(&mut tx, 90, 11, key, TiaState::Rejected, TiaEvent::Reject).await;
        let third = Draft { base_version: 2, ..draft(hosting, 1, 1, &tia(&["IN"], editor), editor) };
        save_draft(&mut tx, &third).await.unwrap();
        let rows = list_assessments(&mut tx, &all, 0, 50).await.unwrap();
        assert_eq!(row(&rows[0]), (1, "APPROVED".to_owned(), Some("DRAFT".to_owned())));
        assert_eq!((rows[0].company.as_str(), rows[0].slug.as_str()), ("Acme 100% Hosting GmbH", "acme-hosting"));
        assert_eq!(list_assessment_ids(&mut tx, hosting).await.unwrap(), [Uuid::from_u128(10)]);

        hand_in(&mut tx, 20, (support, 1), 0, &tia(&["IN"], editor), editor).await;
        let found = |search: &str, state: &str, outcome: &str, destination: &str| Narrowed {
            search: search.to_owned(),
            state: state.to_owned(),
            outcome: outcome.to_owned(),
            destination: destination.to_owned(),
        };
        for (to, count) in [
            (found("", "", "", ""), 2),
            (found("ACME", "", "", ""), 1),
            (found("deep-sup", "", "", ""), 1),
            (found("ørsted DÝP", "", "", ""), 1),
            (found("STØTTE-ØRSTED", "", "", ""), 1),
            (found("støtte deep", "", "", ""), 1),
            (found("ørsted acme", "", "", ""), 0),
            (found("0% h", "", "", ""), 1),
            (found("%", "", "", ""), 1),
            (found("_", "", "", ""), 0),
            (found("", "DRAFT", "", ""), 1),
            (found("", "IN_REVIEW", "", ""), 1),
            (found("", "", "ALLOWED", ""), 2),
            (found("", "", "SUSPEND", ""), 0),
            (found("", "", "", "US"), 1),
            (found("acme", "", "", "IN"), 0),
        ] {
            assert_eq!(count_assessments(&mut tx, &to).await.unwrap(), count, "{to:?}");
            assert_eq!(list_assessments(&mut tx, &to, 0, 50).await.unwrap().len() as i64, count, "{to:?}");
        }
        assert_eq!(list_assessments(&mut tx, &all, 1, 50).await.unwrap().len(), 1);
        assert_eq!(list_assessments(&mut tx, &all, 0, 1).await.unwrap().len(), 1);
    }

    async fn due_and_concerned_assessments_are_found_by_day_and_scope(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let approver = staff(&mut tx, 8).await;
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let backup = engagement(&mut tx, 3, company, "acme-backup").await;
        for (record, engagement, place) in [(10, hosting, "US"), (11, backup, "IN")] {
            hand_in(&mut tx, record, (engagement, 1), 0, &tia(&[place], editor), editor).await;
            approve_record(&mut tx, id(record), approver, hour(2)).await.unwrap();
            assessments::refresh(&mut tx, (engagement, 1)).await.unwrap();
        }
        let due = |found: Vec<assessments::Standing>| -> Vec<_> { found.into_iter().map(|one| one.key).collect() };
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(due(list_due_assessments(&mut tx, day("2026-11-30")).await.unwrap()), []);
        assert_eq!(due(list_due_assessments(&mut tx, day("2026-12-01")).await.unwrap()).len(), 2);
        enter(&mut tx, 90, 10, (hosting, 1), TiaState::ReviewDue, TiaEvent::FallDue).await;
        assert_eq!(due(list_due_assessments(&mut tx, day("2026-12-01")).await.unwrap()), [(backup, 1)]);
        let us = Country::parse("US").unwrap();
        for (scope, expected) in [
            (Scope::Country(us), vec![(hosting, 1)]),
            (Scope::Country(Country::parse("CA").unwrap()), vec![]),
            (Scope::Organisation(company), vec![(hosting, 1), (backup, 1)]),
            (Scope::Organisation(id(77)), vec![]),
            (Scope::Engagement(backup), vec![(backup, 1)]),
            (Scope::Instrument(MechanismKind::Scc), vec![(hosting, 1), (backup, 1)]),
            (Scope::Instrument(MechanismKind::Bcr), vec![]),
        ] {
            assert_eq!(due(list_concerned_assessments(&mut tx, scope).await.unwrap()), expected, "{scope:?}");
        }
        let standing = list_concerned_assessments(&mut tx, Scope::Country(us)).await.unwrap();
        assert_eq!((standing[0].record_id, standing[0].state), (id(10), TiaState::ReviewDue));
        enter(&mut tx, 91, 10, (hosting, 1), TiaState::Superseded, TiaEvent::Supersede).await;
        assert_eq!(list_concerned_assessments(&mut tx, Scope::Country(us)).await.unwrap(), []);
    }

    async fn a_note_on_a_parents_access_is_about_the_country_of_the_parent(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let (editor, approver) = (staff(&mut tx, 9).await, staff(&mut tx, 8).await);
        let company = organisation(&mut tx, 1, "Acme Hosting GmbH").await;
        let hosting = engagement(&mut tx, 2, company, "acme-hosting").await;
        let note = Tia { tia_type: TiaType::ParentAccessNote, ..tia(&[], editor) };
        hand_in(&mut tx, 10, (hosting, 1), 0, &note, editor).await;
        approve_record(&mut tx, id(10), approver, hour(2)).await.unwrap();
        assessments::refresh(&mut tx, (hosting, 1)).await.unwrap();
        let us = Scope::Country(Country::parse("US").unwrap());
        assert_eq!(list_concerned_assessments(&mut tx, us).await.unwrap(), []);
        let mut facts = OrganisationFacts::named("Acme Hosting GmbH".parse().unwrap());
        facts.ultimate_parent_country = Known::Known(Country::parse("US").unwrap());
        let newer = version(1500, facts, Recorded::by_system(hour(3)));
        append_organisation_version(&mut tx, company, 1, &newer).await.unwrap();
        let found = list_concerned_assessments(&mut tx, us).await.unwrap();
        assert_eq!(found.iter().map(|one| one.key).collect::<Vec<_>>(), [(hosting, 1)]);
        let other = Scope::Country(Country::parse("CA").unwrap());
        assert_eq!(list_concerned_assessments(&mut tx, other).await.unwrap(), []);
    }
}
