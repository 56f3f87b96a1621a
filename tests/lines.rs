//! Which lines a change may have, and what becomes of them, on both databases.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use domain::change::ChangeType;
use domain::delivery::DeliveryState;
use domain::engagement::state::EngagementState as S;
use domain::id::{RecordId, StaffId};
use domain::legal_record::LegalRecordKind;
use forenotice::jobs::run_due;
use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::objections::{Filer, NewObjection, file};
use forenotice::store::deliveries::Delivery;
use forenotice::store::engagements::{CurrentEngagement, append_engagement_state, current_by_slug};
use forenotice::store::legal_records::{self, NewRecord};
use forenotice::store::lines::{Line, list_lines, put_lines};
use forenotice::store::version::Recorded;
use forenotice::store::{authorisations, changes, deliveries, notices, staff};

use crate::both;
use crate::fallback::enter;
use crate::journey::{DRAFT, activate, activate_by, clients, link, send};
use crate::support::mailbox::Mailbox;
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
async fn put_draft_lines(app: &TestApp, change: impl Fn(&mut Vec<Line>)) {
    let mut tx = app.state.db.write().await.unwrap();
    let draft = changes::find_by_number(&mut tx, "2026-002")
        .await
        .unwrap()
        .unwrap();
    let mut lines = list_lines(&mut tx, draft.id).await.unwrap();
    change(&mut lines);
    put_lines(&mut tx, draft.id, &lines).await.unwrap();
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

/// What was sent of the change about Kaleido.
async fn sent(app: &TestApp) -> Vec<Delivery> {
    let mut tx = app.state.db.read().await.unwrap();
    let change = changes::find_by_number(&mut tx, "2026-002")
        .await
        .unwrap()
        .unwrap();
    let notice = notices::list_versions(&mut tx, change.id)
        .await
        .unwrap()
        .pop()
        .unwrap();
    deliveries::list_by_notice(&mut tx, notice.id).await.unwrap()
}

/// Where the page of the draft takes a line out.
fn removals(page: &str) -> Vec<String> {
    page.split("action=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .filter(|action| action.ends_with("/remove"))
        .map(str::to_owned)
        .collect()
}

fn counts(page: &str) -> String {
    let text: String = page.replace("<!>", "");
    let at = text.find("Went to: ").expect("who was written to");
    text[at..].split('.').next().unwrap().to_owned()
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
            let mut lines = list_lines(&mut tx, draft.id).await.unwrap();
            lines[0].change_type = kind;
            put_lines(&mut tx, draft.id, &lines).await.unwrap();
            tx.commit().await.unwrap();
        };
        let day = [("dispatch_on", today(&app))];
        let day = [(day[0].0, day[0].1.as_str())];
        put_kind(ChangeType::Correction).await;
        assert_eq!(editor.post(&format!("{change}/submit"), &[]).await.status, 409);
        put_kind(ChangeType::NewSubprocessor).await;
        assert_eq!(editor.post(&format!("{change}/submit"), &[]).await.status, 303);
        put_kind(ChangeType::Correction).await;
        let answer = approver.post_seen(&change, &format!("{change}/approve"), &day).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("not in use yet"), "{}", answer.text);
        put_kind(ChangeType::NewSubprocessor).await;
        assert_eq!(approver.post_seen(&change, &format!("{change}/approve"), &day).await.status, 303);
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
        let mut lines = list_lines(&mut tx, draft.id).await.unwrap();
        lines[1].engagement_id = lines[0].engagement_id;
        assert!(put_lines(&mut tx, draft.id, &lines).await.is_err());
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
        let refused = approver.post_seen(IN_REVIEW, &approve, &day).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("Lokivuo Oy is assessing"), "{}", refused.text);
        put_state(&app, "lokivuo-oy", S::NoticePending).await;
        put_state(&app, "axiom", S::Removed).await;
        let refused = approver.post_seen(IN_REVIEW, &approve, &day).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("is not in use any more"), "{}", refused.text);
        put_state(&app, "axiom", S::Active).await;
        let approved = approver.post_seen(IN_REVIEW, &approve, &day).await;
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

    async fn what_is_live_is_not_cancelled(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        app.advance(TimeDelta::days(95));
        run_due(&app.state).await.unwrap();
        let live = activate(&operator, Some("Fjordbank")).await;
        assert_eq!(live.status, 303, "{}", live.text);
        let refused = approver.post(&format!("{DRAFT}/cancel"), &[("reason", "Another way was found.")]).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("Suspend or end the engagement instead"), "{}", refused.text);
        assert!(!approver.get(DRAFT).await.text.contains("Another way was found."));
    }

    async fn a_cancelled_notice_that_has_not_left_stays_here_and_whoever_was_reached_is_told(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let late = "dpo@customer-01.example";
        let mailbox = Mailbox::scripted(move |step| match step {
            Step::Rcpt(to) if to == late => Reaction::Reply("451 4.7.1 try again later".to_owned()),
            _ => Reaction::Accept,
        })
        .await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let cancelled = approver.post(&format!("{DRAFT}/cancel"), &[("reason", "Another way was found.")]).await;
        assert_eq!(cancelled.status, 303, "{}", cancelled.text);
        app.advance(TimeDelta::hours(2));
        let second = Mailbox::start().await;
        second.deliver(&app.state).await;
        let about = |address: &str| second.letters_to(address).iter().filter(|l| l.text.contains("Kaleido")).count();
        assert_eq!(about(late), 0, "nothing reached them, so nothing is taken back");
        assert_eq!(about("dpo@customer-05.example"), 1);
    }

    async fn a_notice_cancelled_at_once_reaches_nobody(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        send(&app, &editor, &approver).await;
        let cancelled = approver.post(&format!("{DRAFT}/cancel"), &[("reason", "Another way was found.")]).await;
        assert_eq!(cancelled.status, 303, "{}", cancelled.text);
        let mailbox = Mailbox::start().await;
        mailbox.deliver(&app.state).await;
        assert!(mailbox.letters().iter().all(|l| !l.text.contains("Kaleido")));
        let sent = sent(&app).await;
        assert!(!sent.is_empty() && sent.iter().all(|d| d.state == DeliveryState::Cancelled));
    }

    async fn whoever_wrote_a_paper_of_it_neither_confirms_nor_approves_it(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let id = engagement(&app, "kaleido-search-gmbh").await.engagement.id;
        let now = app.state.clock.now();
        let mut tx = app.state.db.write().await.unwrap();
        let person = staff::find_staff_by_login(&mut tx, "legal-approver@publisher.example").await.unwrap().unwrap();
        let contract = legal_records::list_records(&mut tx, id, LegalRecordKind::Contract).await.unwrap().remove(0);
        let next = NewRecord {
            id: RecordId::from(app.state.random.id(now)),
            engagement_id: id,
            number: contract.number,
            body: contract.body,
            valid_from: None,
            ended_on: None,
            recorded_at: now,
            recorded_by: person.id.into(),
        };
        legal_records::append_record(&mut tx, contract.version, &next).await.unwrap();
        tx.commit().await.unwrap();
        let register = "/staff/register/kaleido-search-gmbh";
        assert_eq!(editor.post(&format!("{register}/reassess"), &[("reason-reassess", "Anew.")]).await.status, 303);
        let refused = approver.post(&format!("{register}/confirm-legal"), &[]).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("you wrote facts or papers of it yourself"), "{}", refused.text);

        put_state(&app, "kaleido-search-gmbh", S::Assessed).await;
        assert_eq!(editor.post(&format!("{DRAFT}/submit"), &[]).await.status, 303);
        assert_eq!(engagement(&app, "kaleido-search-gmbh").await.state.state, S::NoticePending);
        assert!(approver.get(DRAFT).await.text.contains("You worked on this yourself"));
        let day = today(&app);
        let refused = approver.post(&format!("{DRAFT}/approve"), &[("dispatch_on", day.as_str())]).await;
        assert_eq!(refused.status, 409);
        assert!(refused.text.contains("You worked on this yourself"), "{}", refused.text);
    }

    async fn what_was_sent_is_what_the_page_says_whoever_comes_later(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        send(&app, &editor, &approver).await;
        let before = counts(&approver.get(DRAFT).await.text);
        enter(&editor, "Fjordbank", "Office", "office@customer-01.example", "PRIMARY").await;
        assert_eq!(counts(&approver.get(DRAFT).await.text), before);
    }

    async fn a_second_change_of_a_live_engagement_goes_live_from_its_page(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        let mailbox = Mailbox::start().await;
        send(&app, &editor, &approver).await;
        mailbox.deliver(&app.state).await;
        let theirs = link(&mailbox, "dpo@customer-07.example");
        let answer = app.client().post(&format!("{theirs}/approve"), &[("name", "Data protection officer")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        app.advance(TimeDelta::days(95));
        run_due(&app.state).await.unwrap();
        let live = activate(&operator, None).await;
        assert_eq!(live.status, 303, "{}", live.text);
        assert!(operator.get(DRAFT).await.text.contains("Live for everybody in scope"));

        let opened = open(&app, &editor, "kaleido-search-gmbh", ChangeType::DataCategoryAdded, "").await;
        assert_eq!(opened.status, 303, "{}", opened.text);
        let second = opened.location().to_owned();
        let day = today(&app);
        for (client, step, form) in [
            (&editor, "submit", vec![]),
            (&approver, "approve", vec![("dispatch_on", day.as_str())]),
            (&approver, "dispatch", vec![]),
        ] {
            let answer = client.post_seen(&second, &format!("{second}/{step}"), &form).await;
            assert_eq!(answer.status, 303, "{step}: {}", answer.text);
        }
        let page = operator.get(&second).await.text;
        assert!(!page.contains("Live for everybody in scope") && page.contains("name=\"seen\""), "{page}");
        let early = activate_by(&operator, &second, None).await;
        assert_eq!(early.status, 409);
        assert!(early.text.contains("BEFORE_ANNOUNCED_DATE"), "{}", early.text);
    }

    async fn a_line_is_taken_out_of_a_draft(app: TestApp) {
        let [editor, approver, operator] = clients(&app).await;
        assert!(removals(&editor.get(DRAFT).await.text).is_empty(), "the only line stays");
        assert_eq!(add(&app, &editor, "axiom", ChangeType::NameChanged).await.status, 303);
        let ways = removals(&editor.get(DRAFT).await.text);
        assert_eq!(ways.len(), 2);
        assert!(removals(&approver.get(DRAFT).await.text).is_empty());
        assert_eq!(editor.post(&ways[0], &[]).await.status, 303);
        let page = editor.get(DRAFT).await.text;
        assert!(!page.contains("/staff/register/kaleido-search-gmbh") && page.contains("/staff/register/axiom"));
        assert_eq!(engagement(&app, "kaleido-search-gmbh").await.state.state, S::Assessing);
        assert_eq!(engagement(&app, "axiom").await.state.state, S::Active);
        assert_eq!(editor.post(&ways[0], &[]).await.status, 404, "it is gone");
        let last = editor.post(&ways[1], &[]).await;
        assert_eq!(last.status, 409);
        assert!(last.text.contains("cancel the change instead"), "{}", last.text);
        let auditor = app.signed_in(domain::role::Role::Auditor).await;
        assert!(auditor.get("/staff/audit").await.text.contains("change.line_removed"));

        // A refused activation is kept with its line: the draft can be edited, and the line stays.
        put_state(&app, "kaleido-search-gmbh", S::Assessed).await;
        assert_eq!(add(&app, &editor, "kaleido-search-gmbh", ChangeType::NewSubprocessor).await.status, 303);
        let id = engagement(&app, "axiom").await.engagement.id.to_string();
        let early = operator.post(&format!("{DRAFT}/activate"), &[("engagement", &id), ("seen", ""), ("customer", "")]).await;
        assert_eq!(early.status, 409, "{}", early.text);
        let fields = [("title", "Kaleido joins"), ("planned_on", "2027-06-01")];
        let edited = editor.post_seen(DRAFT, &format!("{DRAFT}/edit"), &fields).await;
        assert_eq!(edited.status, 303, "{}", edited.text);
        let kept = editor.post(&ways[1], &[]).await;
        assert_eq!(kept.status, 409);
        assert!(kept.text.contains("is on file"), "{}", kept.text);
    }

    async fn one_objection_at_a_time_is_open(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        send(&app, &editor, &approver).await;
        let copies = sent(&app).await;
        let mut tx = app.state.db.read().await.unwrap();
        let change = changes::find_by_number(&mut tx, "2026-002").await.unwrap().unwrap();
        let line = list_lines(&mut tx, change.id).await.unwrap().remove(0);
        let mut theirs = None;
        for copy in copies {
            if let Some(customer) = copy.customer_id
                && authorisations::find(&mut tx, line.id, customer).await.unwrap().is_some()
            {
                theirs = Some(copy);
            }
        }
        drop(tx);
        let theirs = theirs.expect("a customer with a window");
        let new = NewObjection {
            line_id: line.id,
            name: "Privacy desk".to_owned(),
            grounds: BTreeSet::new(),
            statement: "No.".parse().unwrap(),
            client: None,
        };
        file(&app.state, Filer::Contact(&theirs), &new).await.unwrap();
        let again = file(&app.state, Filer::Contact(&theirs), &new).await.unwrap_err();
        assert_eq!(again.to_string(), "An objection is open already.");
    }
}
