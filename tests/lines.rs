//! Which lines a change may have, and what becomes of them, on both databases.

use chrono::TimeDelta;
use domain::change::ChangeType;
use domain::engagement::state::EngagementState as S;
use domain::id::StaffId;
use forenotice::store::engagements::{CurrentEngagement, append_engagement_state, current_by_slug};
use forenotice::store::version::Recorded;
use forenotice::store::{changes, staff};

use crate::both;
use crate::journey::{DRAFT, clients};
use crate::support::{Answer, Client, TestApp};

const IN_REVIEW: &str = "/staff/changes/2026-003";

async fn engagement(app: &TestApp, slug: &str) -> CurrentEngagement {
    let mut tx = app.state.db.read().await.unwrap();
    current_by_slug(&mut tx, slug).await.unwrap().unwrap()
}

/// What no page offers: an engagement is moved behind the back of its change.
async fn put_state(app: &TestApp, slug: &str, to: S) {
    let current = engagement(app, slug).await;
    let mut tx = app.state.db.write().await.unwrap();
    let by = staff::find_staff_by_login(&mut tx, "operator@publisher.example")
        .await
        .unwrap()
        .unwrap();
    let now = app.state.clock.now();
    append_engagement_state(
        &mut tx,
        app.state.random.id(now),
        current.engagement.id,
        (current.state.state, to),
        Recorded::by(StaffId::from(by.id), now),
        None,
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

/// Rewrites the lines of the draft behind its back.
async fn put_draft_lines(app: &TestApp, change: impl Fn(&mut Vec<changes::Line>)) {
    let mut tx = app.state.db.write().await.unwrap();
    let draft = changes::find_by_number(&mut tx, "2026-002")
        .await
        .unwrap()
        .unwrap();
    let mut lines = changes::list_lines(&mut tx, draft.id).await.unwrap();
    change(&mut lines);
    changes::put_lines(&mut tx, draft.id, &lines).await.unwrap();
    tx.commit().await.unwrap();
}

fn today(app: &TestApp) -> String {
    let zone = app.state.publisher().zone;
    zone.local_date(app.state.clock.now()).to_string()
}

async fn open(app: &TestApp, editor: &Client, slug: &str, kind: ChangeType, replaces: &str) -> Answer {
    let id = engagement(app, slug).await.engagement.id.to_string();
    let zone = app.state.publisher().zone;
    let day = (zone.local_date(app.state.clock.now()) + TimeDelta::days(120)).to_string();
    let fields = [
        ("title", "Something changes"),
        ("planned_on", &day),
        ("engagement", &id),
        ("change_type", kind.as_str()),
        ("replaces", replaces),
    ];
    editor.post("/staff/changes", &fields).await
}

async fn add(app: &TestApp, editor: &Client, slug: &str, kind: ChangeType) -> Answer {
    let id = engagement(app, slug).await.engagement.id.to_string();
    let fields = [
        ("engagement", id.as_str()),
        ("change_type", kind.as_str()),
        ("replaces", ""),
    ];
    editor.post(&format!("{DRAFT}/lines"), &fields).await
}

both! {
    async fn what_is_not_in_use_starts_only_under_a_kind_that_goes_through_every_gate(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        put_draft_lines(&app, Vec::clear).await;
        for kind in ChangeType::ALL.iter().filter(|kind| !kind.starts_engagement()) {
            let answer = open(&app, &editor, "kaleido-search-gmbh", *kind, "").await;
            assert_eq!(answer.status, 422, "{kind}");
            assert!(answer.text.contains("not in use yet"), "{kind}: {}", answer.text);
        }
        let answer = open(&app, &editor, "kaleido-search-gmbh", ChangeType::NewSubprocessor, "").await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let used = open(&app, &editor, "axiom", ChangeType::NewForOptionalFeature, "").await;
        assert_eq!(used.status, 422);
        assert!(used.text.contains("in use already"), "{}", used.text);

        // A line that was written by an earlier version is not handed in, approved or sent either.
        let number = answer.location().rsplit('/').next().unwrap().to_owned();
        let change = format!("/staff/changes/{number}");
        let put_kind = async |kind: ChangeType| {
            let mut tx = app.state.db.write().await.unwrap();
            let draft = changes::find_by_number(&mut tx, &number).await.unwrap().unwrap();
            let mut lines = changes::list_lines(&mut tx, draft.id).await.unwrap();
            lines[0].change_type = kind;
            changes::put_lines(&mut tx, draft.id, &lines).await.unwrap();
            tx.commit().await.unwrap();
        };
        let day = [("dispatch_on", today(&app))];
        let day = [(day[0].0, day[0].1.as_str())];
        put_kind(ChangeType::Correction).await;
        assert_eq!(editor.post(&format!("{change}/submit"), &[]).await.status, 409);
        put_kind(ChangeType::NewSubprocessor).await;
        assert_eq!(editor.post(&format!("{change}/submit"), &[]).await.status, 303);
        put_kind(ChangeType::Correction).await;
        let answer = approver.post(&format!("{change}/approve"), &day).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("not in use yet"), "{}", answer.text);
        put_kind(ChangeType::NewSubprocessor).await;
        assert_eq!(approver.post(&format!("{change}/approve"), &day).await.status, 303);
        put_kind(ChangeType::Correction).await;
        let answer = approver.post(&format!("{change}/dispatch"), &[]).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("not in use yet"), "{}", answer.text);
    }

    async fn a_change_speaks_of_an_engagement_once(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let again = add(&app, &editor, "kaleido-search-gmbh", ChangeType::NewSubprocessor).await;
        assert_eq!(again.status, 422);
        assert!(again.text.contains("a line for it already"), "{}", again.text);
        assert_eq!(add(&app, &editor, "axiom", ChangeType::NameChanged).await.status, 303);
        let elsewhere = add(&app, &editor, "lokivuo-oy", ChangeType::NewSubprocessor).await;
        assert_eq!(elsewhere.status, 409, "it is in another change");

        // The database refuses it as well.
        let mut tx = app.state.db.write().await.unwrap();
        let draft = changes::find_by_number(&mut tx, "2026-002").await.unwrap().unwrap();
        let mut lines = changes::list_lines(&mut tx, draft.id).await.unwrap();
        lines[1].engagement_id = lines[0].engagement_id;
        assert!(changes::put_lines(&mut tx, draft.id, &lines).await.is_err());
    }

    async fn a_line_is_approved_and_sent_only_while_its_engagement_is_where_the_kind_needs_it(app: TestApp) {
        let [_, approver, _] = clients(&app).await;
        let day = today(&app);
        let day = [("dispatch_on", day.as_str())];
        let approve = format!("{IN_REVIEW}/approve");
        let reassess = approver.get("/staff/register/lokivuo-oy").await;
        assert_eq!(reassess.status, 200);
        let editor = app.signed_in(domain::role::Role::LegalEditor).await;
        let reassess = editor.post("/staff/register/lokivuo-oy/reassess", &[("reason-reassess", "Anew.")]).await;
        assert_eq!(reassess.status, 409, "it is in review: {}", reassess.text);

        put_state(&app, "lokivuo-oy", S::Assessing).await;
        let refused = approver.post(&approve, &day).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("Lokivuo Oy is assessing"), "{}", refused.text);
        put_state(&app, "lokivuo-oy", S::NoticePending).await;
        put_state(&app, "axiom", S::Removed).await;
        let refused = approver.post(&approve, &day).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("is not in use any more"), "{}", refused.text);
        put_state(&app, "axiom", S::Active).await;
        let approved = approver.post(&approve, &day).await;
        assert_eq!(approved.status, 303, "{}", approved.text);
        put_state(&app, "lokivuo-oy", S::Assessed).await;
        let refused = approver.post(&format!("{IN_REVIEW}/dispatch"), &[]).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("Lokivuo Oy is assessed"), "{}", refused.text);
    }

    async fn what_is_replaced_is_chosen_from_what_is_in_use(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        put_draft_lines(&app, Vec::clear).await;
        let axiom = engagement(&app, "axiom").await.engagement.id.to_string();
        let itself = engagement(&app, "kaleido-search-gmbh").await.engagement.id.to_string();
        let pending = engagement(&app, "lokivuo-oy").await.engagement.id.to_string();
        let unknown = "01930000-0000-7000-8000-000000000000";
        for (kind, replaces, why) in [
            (ChangeType::Replacement, unknown, "Choose from the list"),
            (ChangeType::Replacement, "", "Choose whom it replaces"),
            (ChangeType::Replacement, itself.as_str(), "cannot replace itself"),
            (ChangeType::Replacement, pending.as_str(), "nothing can replace it"),
            (ChangeType::NewSubprocessor, axiom.as_str(), "replaces nothing"),
        ] {
            let answer = open(&app, &editor, "kaleido-search-gmbh", kind, replaces).await;
            assert_eq!(answer.status, 422, "{why}");
            assert!(answer.text.contains(why), "{why}: {}", answer.text);
        }
        let answer = open(&app, &editor, "kaleido-search-gmbh", ChangeType::Replacement, &axiom).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
    }
}
