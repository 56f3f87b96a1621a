//! A decision falls: what has something ready falls back, what has not is suspended, and customers are told.

use domain::change::{ChangeState, ChangeType, NoticeClass};
use domain::engagement::state::EngagementState;
use domain::legal_record::MechanismKind;
use domain::role::Role;
use domain::trigger::TriggerKind;
use forenotice::jobs::run_due;
use forenotice::register::authors;
use forenotice::store::activations::list_decisions;
use forenotice::store::audit::{EntryFilter, count_entries};
use forenotice::store::changes::{Change, list};
use forenotice::store::legal_records::list_latest_records;
use forenotice::store::lines::{Line, list_lines};
use forenotice::store::reference::list_reference_rows;
use forenotice::store::tasks::list_open_tasks;
use forenotice::store::trigger_pages::page_triggers;
use forenotice::store::triggers::list_concerned;

use super::vendors::{BARE, EARLY, READY, Vendor, add, current, person, rest_on_clauses, transfer_now};
use crate::both;
use crate::journey::clients;
use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Client, TestApp};

/// The page of a decision, by its country and regime.
pub async fn decision(app: &TestApp, country: &str, regime: &str) -> String {
    let mut tx = app.state.db.read().await.unwrap();
    let rows = list_reference_rows(&mut tx, None).await.unwrap();
    let row = rows.iter().rfind(|row| {
        row.decision()
            .unwrap()
            .is_some_and(|d| d.country.code() == country && d.regime.as_str() == regime)
    });
    format!("/staff/adequacy/{}", row.unwrap().id)
}

const ANNULLED: [(&str, &str); 5] = [
    ("status", "ANNULLED"),
    ("since", "2026-11-23"),
    ("reason", "Judgment of the Court of 23 November 2026"),
    ("source_url", "https://curia.europa.eu/"),
    ("checked_on", "2026-11-23"),
];

fn query(form: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(form);
    query.finish()
}

/// What a page carries in a hidden field.
fn hidden<'a>(page: &'a str, name: &str) -> &'a str {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start)
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap_or("")
}

/// A mail without its line breaks.
pub fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn preview(client: &Client, path: &str, form: &[(&str, &str)]) -> Answer {
    let page = client.get(&format!("{path}/status?{}", query(form))).await;
    assert_eq!(page.status, 200, "{}", page.text);
    page
}

/// Previews and confirms.
async fn carry_out(client: &Client, path: &str, form: &[(&str, &str)]) -> Answer {
    let page = preview(client, path, form).await;
    let mut form = form.to_vec();
    form.push(("seen", hidden(&page.text, "seen")));
    client.post(&format!("{path}/status"), &form).await
}

pub async fn done(client: &Client, path: &str, form: &[(&str, &str)]) -> String {
    let answer = carry_out(client, path, form).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    client.get(answer.location()).await.text
}

/// Changes that were opened since there were so many, the oldest first, with their lines.
pub async fn changes_since(app: &TestApp, before: usize) -> Vec<(Change, Vec<Line>)> {
    let mut tx = app.state.db.read().await.unwrap();
    let mut all = list(&mut tx).await.unwrap();
    all.truncate(all.len() - before);
    all.reverse();
    let mut found = Vec::new();
    for change in all {
        let lines = list_lines(&mut tx, change.id).await.unwrap();
        found.push((change, lines));
    }
    found
}

pub async fn count_changes(app: &TestApp) -> usize {
    let mut tx = app.state.db.read().await.unwrap();
    list(&mut tx).await.unwrap().len()
}

async fn audited(app: &TestApp, action: &str) -> usize {
    let mut tx = app.state.db.read().await.unwrap();
    let filter = EntryFilter {
        action: Some(action.to_owned()),
        ..EntryFilter::default()
    };
    usize::try_from(count_entries(&mut tx, &filter).await.unwrap()).unwrap()
}

pub async fn open_tasks(app: &TestApp, kind: &str) -> usize {
    let mut tx = app.state.db.read().await.unwrap();
    let tasks = list_open_tasks(&mut tx, Role::ALL).await.unwrap();
    tasks.iter().filter(|task| task.kind == kind).count()
}

/// Everybody, and three vendors in the United States beside the demo's.
async fn set_up(app: &TestApp) -> [Client; 3] {
    let [editor, approver, _] = clients(app).await;
    for vendor in [READY, BARE, EARLY] {
        add(app, vendor).await;
    }
    let admin = app.signed_in_as("second-admin", &[Role::Admin]).await;
    [editor, approver, admin]
}

const UK_VENDOR: Vendor = Vendor {
    name: "Thameside Ltd",
    country: "GB",
    dpf: false,
    is_ready: false,
    is_in_use: true,
};

const ISLAND: Vendor = Vendor {
    name: "Southisle Ltd",
    country: "NZ",
    is_ready: true,
    ..UK_VENDOR
};

both! {
    async fn when_the_framework_falls_clauses_take_over_where_they_are_ready_and_the_rest_stops(app: TestApp) {
        let [editor, approver, _] = set_up(&app).await;
        let path = decision(&app, "US", "EU").await;
        let before = count_changes(&app).await;
        let ready = current(&app, READY).await.engagement.id;

        // Everything is shown before anything happens.
        let page = preview(&approver, &path, &ANNULLED).await.text;
        for words in [
            "in force → annulled since Monday 23 November 2026",
            "4 transfers rest on it. Fall back on clauses: 2. Lose their mechanism: 2. Engagements that are suspended: 1.",
            "Readywing Inc.: Speech", "Barefoot Inc.: Speech", "Earlybird Inc.: Speech", "Brightwave Speech Inc.",
            "no clauses stand in reserve",
            "Transfer mechanism lost: (EU) 2023/1795", "Standard contractual clauses take over: (EU) 2023/1795",
            "it is not in use, so nobody is told",
            "it is not in use yet, and change 2026-001, which is open, told customers what was so before",
            "An event is recorded: somebody says the same day",
            "Record it, let 2 fall back, suspend 1",
        ] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(transfer_now(&app, READY).await.0, 1);
        assert_eq!(current(&app, BARE).await.state.state, EngagementState::Active);

        let page = done(&approver, &path, &ANNULLED).await;
        assert!(page.contains("annulled since 23 Nov 2026"), "{page}");
        assert!(page.contains("2 transfers fell back on clauses, 1 engagement was suspended. Drafted: change 2026-"), "{page}");

        let (version, swapped) = transfer_now(&app, READY).await;
        assert_eq!((version, swapped.mechanism.kind(), swapped.fallback), (2, MechanismKind::Scc, None));
        assert_eq!(current(&app, READY).await.state.state, EngagementState::Active);
        let (version, lost) = transfer_now(&app, BARE).await;
        assert_eq!((version, lost.mechanism.kind()), (1, MechanismKind::Dpf));
        let stopped = current(&app, BARE).await;
        assert_eq!(stopped.state.state, EngagementState::Suspended);
        assert!(stopped.state.reason.unwrap().contains("annulled since Monday 23 November 2026"));
        assert_eq!(current(&app, EARLY).await.state.state, EngagementState::Draft, "what has not started is red, not stopped");
        let gates = editor.get(&EARLY.path()).await.text;
        assert!(gates.contains("ADEQUACY_EXPIRED"), "{gates}");
        assert!(!editor.get(&READY.path()).await.text.contains("ADEQUACY_EXPIRED"));

        // One entry per transfer, and the decision that led to the suspension is kept.
        assert_eq!((audited(&app, "transfer.fell_back").await, audited(&app, "transfer.mechanism_lost").await), (2, 2));
        assert_eq!((audited(&app, "adequacy.status_changed").await, audited(&app, "engagement.suspended").await), (1, 1));
        let mut tx = app.state.db.read().await.unwrap();
        let decisions = list_decisions(&mut tx, stopped.engagement.id).await.unwrap();
        assert_eq!(decisions.iter().map(|d| (d.purpose.as_str(), d.is_allowed)).collect::<Vec<_>>(), [("SUSPEND", false)]);
        drop(tx);

        let drafted = changes_since(&app, before).await;
        let told: Vec<_> = drafted
            .iter()
            .map(|(change, lines)| (change.state, lines.iter().map(|l| (l.change_type, l.notice_class)).collect::<Vec<_>>()))
            .collect();
        assert_eq!(
            told,
            [
                (ChangeState::Draft, vec![(ChangeType::MechanismLost, NoticeClass::D)]),
                (ChangeState::Draft, vec![(ChangeType::MechanismChangedEqual, NoticeClass::B)]),
            ]
        );
        assert_eq!((open_tasks(&app, "MECHANISM_SOUGHT").await, open_tasks(&app, "NOTICE_DRAFTED").await), (2, 2));

        // Somebody stops the data of what was suspended, and tells customers who have a notice that says what was so before.
        let mut tx = app.state.db.read().await.unwrap();
        let tasks = list_open_tasks(&mut tx, Role::ALL).await.unwrap();
        drop(tx);
        let of = |kind: &str| tasks.iter().filter(|task| task.kind == kind).map(|task| (task.role, task.title.clone())).collect::<Vec<_>>();
        let stop = of("MECHANISM_LOST");
        let [(Role::Operator, title)] = &stop[..] else { panic!("{stop:?}") };
        assert!(title.starts_with("Stop the flow of data to Barefoot Inc."), "{title}");
        let untold = of("CUSTOMERS_UNTOLD");
        let [(_, title)] = &untold[..] else { panic!("{untold:?}") };
        assert!(title.contains("Brightwave Speech Inc.") && title.contains("change 2026-001"), "{title}");

        // Whoever assessed transfers there looks at it again, those that rest on clauses too.
        let mut tx = app.state.db.read().await.unwrap();
        let (events, _) = page_triggers(&mut tx, "", (10, 0)).await.unwrap();
        let [event] = &events[..] else { panic!("{events:?}") };
        assert_eq!(event.trigger.kind, TriggerKind::AdequacyChanged);
        assert!(event.trigger.description.contains("in force → annulled since Monday 23 November 2026. Judgment of the Court"));
        let concerned = list_concerned(&mut tx, event.trigger.id).await.unwrap();
        assert!(concerned.iter().any(|one| one.key == (ready, 1) && one.triage.is_none()));
        drop(tx);
        assert_eq!(open_tasks(&app, "TRIGGER_TO_JUDGE").await, 1);
    }

    async fn the_uk_leg_of_clauses_falls_with_the_uk_decision_that_carried_it(app: TestApp) {
        let [editor, approver, _] = set_up(&app).await;
        add(&app, ISLAND).await;
        rest_on_clauses(&app, ISLAND).await;
        assert!(!editor.get(&ISLAND.path()).await.text.contains("UK_INSTRUMENT_MISSING"));
        let path = decision(&app, "NZ", "UK").await;
        let page = preview(&approver, &path, &ANNULLED).await.text;
        for words in ["1 transfer rests on it. Fall back on clauses: 0. Lose their mechanism: 1.", "the UK leg needs the Addendum or the IDTA", "Transfer mechanism lost"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        done(&approver, &path, &ANNULLED).await;
        assert_eq!(current(&app, ISLAND).await.state.state, EngagementState::Suspended);
        assert_eq!(transfer_now(&app, ISLAND).await.0, 2, "its clauses stay as they are");
        assert!(editor.get(&ISLAND.path()).await.text.contains("UK_INSTRUMENT_MISSING"));
    }

    async fn the_drafted_notices_are_handed_in_approved_and_sent_by_staff(app: TestApp) {
        let [editor, approver, _] = set_up(&app).await;
        let dpo = app.client();
        let password = forenotice::access::DEMO_PASSWORD;
        assert_eq!(dpo.sign_in("dpo@publisher.example", password).await.status, 303);
        let before = count_changes(&app).await;
        done(&dpo, &decision(&app, "US", "EU").await, &ANNULLED).await;
        let mailbox = Mailbox::start().await;
        for (change, _) in changes_since(&app, before).await {
            let path = format!("/staff/changes/{}", change.number);
            let page = editor.get(&path).await;
            assert_eq!(page.status, 200);
            for (client, step, form) in [
                (&editor, "submit", vec![]),
                (&approver, "approve", vec![("dispatch_on", "2026-11-23")]),
                (&approver, "dispatch", vec![]),
            ] {
                let answer = client.post_seen(&path, &format!("{path}/{step}"), &form).await;
                assert_eq!(answer.status, 303, "{step}: {}", answer.text);
            }
        }
        run_due(&app.state).await.unwrap();
        assert_eq!(open_tasks(&app, "NOTICE_DRAFTED").await, 0, "handed in");
        mailbox.deliver(&app.state).await;
        let letters = mailbox.letters_to("dpo@customer-07.example");
        let lost = letters.iter().find(|letter| letter.text.contains("Barefoot Inc.")).unwrap();
        assert!(
            words(&lost.text).contains("none; it rested on this, which no longer applies: Data Privacy Framework"),
            "{}",
            lost.text
        );
        let swapped = letters.iter().find(|letter| letter.text.contains("Readywing Inc.")).unwrap();
        assert!(words(&swapped.text).contains("United States: standard contractual clauses"), "{}", swapped.text);
    }

    async fn whoever_carries_it_out_does_not_approve_the_notice_about_it(app: TestApp) {
        let [editor, approver, _] = set_up(&app).await;
        let before = count_changes(&app).await;
        done(&approver, &decision(&app, "US", "EU").await, &ANNULLED).await;
        let (change, _) = changes_since(&app, before).await.remove(0);
        let path = format!("/staff/changes/{}", change.number);
        assert_eq!(editor.post(&format!("{path}/submit"), &[]).await.status, 303);
        let answer = approver.post(&format!("{path}/approve"), &[("dispatch_on", "2026-11-23")]).await;
        assert_eq!(answer.status, 409, "{}", answer.text);
        assert!(answer.text.contains("You worked on this yourself"), "{}", answer.text);
        let another = app.signed_in(Role::LegalApprover).await;
        let answer = another.post_seen(&path, &format!("{path}/approve"), &[("dispatch_on", "2026-11-23")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
    }

    async fn nobody_has_written_a_transfer_that_fell_back(app: TestApp) {
        let [_, approver, _] = set_up(&app).await;
        done(&approver, &decision(&app, "US", "EU").await, &ANNULLED).await;
        let current = current(&app, READY).await;
        let mut tx = app.state.db.read().await.unwrap();
        let (wrote, carried_out) = (person(&mut tx, "legal-editor").await, person(&mut tx, "legal-approver").await);
        let records = list_latest_records(&mut tx, current.engagement.id).await.unwrap();
        let swapped = records.iter().find(|record| record.version == 2).unwrap();
        assert_eq!(swapped.recorded_by, carried_out, "who let it happen is kept");
        let found = authors(&mut tx, &current, &records).await.unwrap();
        assert!(found.contains(&wrote) && !found.contains(&carried_out), "{found:?}");
    }

    async fn a_preview_that_is_out_of_date_does_nothing_and_is_shown_again(app: TestApp) {
        let [editor, approver, _] = set_up(&app).await;
        let path = decision(&app, "US", "EU").await;
        let page = preview(&approver, &path, &ANNULLED).await;
        let mut form = ANNULLED.to_vec();
        form.push(("seen", hidden(&page.text, "seen")));
        // Meanwhile one of them is stopped by hand.
        let stop = approver.post(&format!("{}/suspend", READY.path()), &[("reason-suspend", "An incident")]).await;
        assert_eq!(stop.status, 303, "{}", stop.text);
        let answer = approver.post(&format!("{path}/status"), &form).await;
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("Something has changed since you looked"), "{}", answer.text);
        assert_eq!(current(&app, BARE).await.state.state, EngagementState::Active);
        assert_eq!((transfer_now(&app, READY).await.0, audited(&app, "adequacy.status_changed").await), (1, 0));
        // What is shown now can be confirmed; and a second time there is nothing to do.
        let fresh = hidden(&answer.text, "seen").to_owned();
        let mut form = ANNULLED.to_vec();
        form.push(("seen", &fresh));
        let answer = approver.post(&format!("{path}/status"), &form).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let again = approver.post(&format!("{path}/status"), &form).await;
        assert_eq!(again.status, 422);
        assert!(again.text.contains("It is annulled already"), "{}", again.text);
        assert_eq!((transfer_now(&app, READY).await.0, audited(&app, "engagement.suspended").await), (2, 2));
        assert_eq!(editor.get(&path).await.status, 200);
    }

    async fn an_admin_prepares_it_and_a_legal_approver_carries_it_out(app: TestApp) {
        let [editor, approver, admin] = set_up(&app).await;
        let path = decision(&app, "US", "EU").await;
        let page = preview(&admin, &path, &ANNULLED).await.text;
        assert!(page.contains("Ask a legal approver to carry it out"), "{page}");
        assert!(!page.contains("Record it, let"), "{page}");
        let mut form = ANNULLED.to_vec();
        form.push(("seen", hidden(&page, "seen")));
        for client in [&admin, &editor] {
            assert_eq!(client.post(&format!("{path}/status"), &form).await.status, 403);
        }
        assert_eq!(editor.post(&format!("{path}/ask"), &ANNULLED).await.status, 403);
        for _ in 0..2 {
            assert_eq!(admin.post(&format!("{path}/ask"), &ANNULLED).await.status, 303);
        }
        assert_eq!((open_tasks(&app, "ADEQUACY_STATUS_ASKED").await, audited(&app, "adequacy.status_asked").await), (1, 1));
        assert_eq!(current(&app, BARE).await.state.state, EngagementState::Active);
        let mut tx = app.state.db.read().await.unwrap();
        let tasks = list_open_tasks(&mut tx, &[Role::LegalApprover]).await.unwrap();
        drop(tx);
        let asked = tasks.iter().find(|task| task.kind == "ADEQUACY_STATUS_ASKED").unwrap();
        let page = approver.get(&asked.path).await;
        assert!(page.text.contains("Record it, let 2 fall back, suspend 1"), "the preview is a click away");
        done(&approver, &path, &ANNULLED).await;
        assert_eq!(open_tasks(&app, "ADEQUACY_STATUS_ASKED").await, 0);
    }

    async fn it_works_for_a_country_with_its_own_decision(app: TestApp) {
        let [editor, approver, _] = set_up(&app).await;
        add(&app, UK_VENDOR).await;
        let before = count_changes(&app).await;
        let repealed = [("status", "REPEALED"), ("since", "2026-11-20"), ANNULLED[2], ANNULLED[3], ANNULLED[4]];
        let page = done(&approver, &decision(&app, "GB", "EU").await, &repealed).await;
        assert!(page.contains("repealed since 20 Nov 2026"), "{page}");
        assert_eq!(current(&app, UK_VENDOR).await.state.state, EngagementState::Suspended);
        assert_eq!(current(&app, BARE).await.state.state, EngagementState::Active, "the United States are not concerned");
        let drafted = changes_since(&app, before).await;
        assert_eq!(drafted.len(), 1);
        assert_eq!(drafted[0].0.planned_on, "2026-11-20".parse().unwrap());
        assert!(editor.get(&UK_VENDOR.path()).await.text.contains("ADEQUACY_EXPIRED"));
    }

    async fn what_is_in_a_change_already_is_named_and_gets_a_task_instead(app: TestApp) {
        let [editor, approver, _] = set_up(&app).await;
        let id = current(&app, BARE).await.engagement.id.to_string();
        let form = [
            ("title", "More data"),
            ("planned_on", "2027-06-01"),
            ("engagement", id.as_str()),
            ("change_type", "DATA_CATEGORY_ADDED"),
        ];
        let opened = editor.post("/staff/changes", &form).await;
        assert_eq!(opened.status, 303, "{}", opened.text);
        let before = count_changes(&app).await;
        let path = decision(&app, "US", "EU").await;
        let page = preview(&approver, &path, &ANNULLED).await.text;
        assert!(page.contains("which is draft: say it there, or in a change of its own"), "{page}");
        done(&approver, &path, &ANNULLED).await;
        let drafted = changes_since(&app, before).await;
        assert_eq!(drafted.len(), 1, "only what fell back has a draft");
        assert_eq!(current(&app, BARE).await.state.state, EngagementState::Suspended, "it stops all the same");
    }

    async fn giving_a_decision_back_switches_nothing_by_itself(app: TestApp) {
        let [editor, approver, _] = set_up(&app).await;
        let path = decision(&app, "US", "EU").await;
        let suspended = [("status", "SUSPENDED"), ANNULLED[1], ANNULLED[2], ANNULLED[3], ANNULLED[4]];
        done(&approver, &path, &suspended).await;
        let path = decision(&app, "US", "EU").await;
        let back = [("status", "IN_FORCE"), ANNULLED[1], ANNULLED[2], ANNULLED[3], ANNULLED[4]];
        let page = preview(&approver, &path, &back).await.text;
        assert!(page.contains("Nothing is switched back by it"), "{page}");
        done(&approver, &path, &back).await;
        assert_eq!(current(&app, BARE).await.state.state, EngagementState::Suspended);
        assert_eq!(transfer_now(&app, READY).await.1.mechanism.kind(), MechanismKind::Scc);
        assert!(!editor.get(&BARE.path()).await.text.contains("ADEQUACY_EXPIRED"), "but the gate is green again");
        run_due(&app.state).await.unwrap();
        assert_eq!(open_tasks(&app, "MECHANISM_SOUGHT").await, 0, "and nothing has to be found any more");
    }
}
