//! Who decides an objection, and what nobody can decide.

use domain::legal_record::LegalRecord;
use domain::role::Role;
use forenotice::store::engagements::list_current;
use forenotice::store::legal_records::{NewRecord, append_record, approve_record, list_latest_records};

use super::{Desk, newest_case, object};
use crate::both;
use crate::support::TestApp;

/// Isar Logistik: its objections block, and need no grounds.
const CUSTOMER: u8 = 5;

/// Makes somebody who may decide objections an author of the assessment of the draft's vendor.
async fn add_tia_author(app: &TestApp, login: &str) {
    let person = app.add_person(login, &[Role::LegalApprover]).await;
    let mut tx = app.state.db.write().await.unwrap();
    let all = list_current(&mut tx).await.unwrap();
    let kaleido = all
        .iter()
        .find(|e| e.engagement.slug.as_str() == "kaleido-search-gmbh")
        .unwrap();
    let records = list_latest_records(&mut tx, kaleido.engagement.id).await.unwrap();
    let old = records
        .iter()
        .find(|r| matches!(r.body, LegalRecord::Tia(_)))
        .unwrap();
    let LegalRecord::Tia(mut tia) = old.body.clone() else {
        panic!("a TIA")
    };
    tia.authors.insert(person.into());
    let now = app.state.clock.now();
    let new = NewRecord {
        id: app.state.random.id(now).into(),
        engagement_id: old.engagement_id,
        number: old.number,
        body: LegalRecord::Tia(tia),
        valid_from: old.valid_from,
        ended_on: old.ended_on,
        recorded_at: now,
        recorded_by: old.recorded_by,
    };
    append_record(&mut tx, old.version, &new).await.unwrap();
    if let Some(approval) = old.approval {
        approve_record(&mut tx, new.id, approval.by.unwrap(), now)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

both! {
    async fn what_a_named_contact_filed_is_not_dismissed_as_not_entitled(app: TestApp) {
        let desk = Desk::with_change_sent(&app).await;
        let page = desk.page_of(CUSTOMER);
        object(&app.client(), &page, "We object to it.").await;
        let case = newest_case(&desk).await;
        let second = app.signed_in_as("second", &[Role::LegalEditor]).await;
        let form = [("event", "FIND_NOT_ENTITLED"), ("text", "Not entitled, we think.")];
        for staff in [&second, &desk.editor, &desk.approver] {
            assert_eq!(staff.post(&case, &form).await.status, 409);
            assert!(!staff.get(&case).await.text.contains("FIND_NOT_ENTITLED"), "nor is it offered");
        }
        assert!(desk.activate("Isar Logistik").await.text.contains("OPEN_OBJECTION"));
    }

    async fn whoever_wrote_what_the_change_rests_on_does_not_decide_an_objection_to_it(app: TestApp) {
        let desk = Desk::seeded(&app).await;
        add_tia_author(&app, "assessor").await;
        desk.send(&app).await;
        let contact = app.client();
        object(&contact, &desk.page_of(1), "Where exactly?").await;
        let case = newest_case(&desk).await;
        let author = app.client();
        assert_eq!(author.sign_in("assessor", crate::support::people::PASSWORD).await.status, 303);
        let reject = [("event", "REJECT_GROUNDS"), ("text", "The place is in the notice.")];
        assert_eq!(desk.approver.post(&case, &[("event", "ADMIT")]).await.status, 303);
        let refused = author.post(&case, &reject).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("worked on the change"), "{}", refused.text);
        assert_eq!(desk.approver.post(&case, &reject).await.status, 303, "somebody else does");
    }
}
