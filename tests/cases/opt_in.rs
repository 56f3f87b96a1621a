//! What belongs to an optional feature starts only for those who opted in, whatever their contract says of silence.

use chrono::TimeDelta;
use domain::change::{ChangeType, NoticeClass};
use forenotice::store::changes;
use forenotice::store::lines::{list_lines, put_lines};

use super::Desk;
use crate::both;
use crate::support::TestApp;

/// Makes the seed's draft one for an optional feature.
async fn make_optional(app: &TestApp) {
    let mut tx = app.state.db.write().await.unwrap();
    let drafts = changes::list(&mut tx).await.unwrap();
    let draft = drafts.iter().find(|change| change.number == "2026-002").unwrap();
    let mut lines = list_lines(&mut tx, draft.id).await.unwrap();
    for line in &mut lines {
        line.change_type = ChangeType::NewForOptionalFeature;
        line.notice_class = NoticeClass::Opt;
    }
    put_lines(&mut tx, draft.id, &lines).await.unwrap();
    tx.commit().await.unwrap();
}

both! {
    async fn only_who_opts_in_gets_an_optional_feature(app: TestApp) {
        let desk = Desk::seeded(&app).await;
        make_optional(&app).await;
        desk.send(&app).await;
        let mail = desk.letter_to(1);
        assert!(mail.subject.contains("only if you opt in"), "{}", mail.subject);
        assert!(!mail.text.contains("you authorise") && mail.text.contains("optional feature"));
        let (page, other, contact) = (desk.page_of(1), desk.page_of(5), app.client());
        let shown = contact.get(&page).await.text;
        assert!(shown.contains(">Opt in<") && shown.contains(">Decline<") && !shown.contains("Object to this"));

        app.advance(TimeDelta::days(95));
        forenotice::jobs::run_due(&app.state).await.unwrap();
        assert!(desk.activate("Fjordbank").await.text.contains("SPECIFIC_AUTH_MISSING"));
        let name = [("name", "Privacy desk")];
        assert_eq!(contact.post(&format!("{other}/refuse"), &name).await.status, 303);
        assert!(desk.activate("Isar Logistik").await.text.contains("CUSTOMER_EXCLUDED"));
        assert_eq!(contact.post(&format!("{page}/approve"), &name).await.status, 303);
        assert!(contact.get(&page).await.text.contains("Opted in by Privacy desk"));
        let live = desk.activate("Fjordbank").await;
        assert_eq!(live.status, 303, "{}", live.text);
    }
}
