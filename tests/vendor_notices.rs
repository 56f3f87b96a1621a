//! What vendors tell us of their own changes over HTTP: logged, forwarded once or closed, objected to or not.

use chrono::TimeDelta;
use domain::change::{ChangeState, ChangeType, NoticeClass};
use domain::digest::Digest;
use domain::role::Role;
use forenotice::jobs::run_due;
use forenotice::on;
use forenotice::store::changes::{self, Change};
use forenotice::store::lines::{Line, list_lines};
use forenotice::store::tasks::{Task, list_open_tasks};
use reqwest::multipart::{Form, Part};
use sha2::{Digest as _, Sha256};

use crate::both;
use crate::detection::in_use;
use crate::latecomers::{ADDRESS, sign};
use crate::register::{contract, done, named, text, with};
use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Client, TestApp};

const SLUG: &str = "acme-hosting-gmbh-object-storage";
const PATH: &str = "/staff/register/acme-hosting-gmbh-object-storage";
const NEW: &str = "/staff/vendor-notices/new";
const FIRST: &str = "/staff/vendor-notices/1";
const SAYS: &str = "Cold Aisle AB keeps backups for us from January 2027";

/// A notice of the vendor with a window of 15 days, as it is typed.
const TYPED: [(&str, &str); 6] = [
    ("channel", "EMAIL"),
    ("received_on", "2026-11-23"),
    ("received_at", "09:15"),
    ("window_ends_on", "2026-12-08"),
    ("description", SAYS),
    ("owner", "Privacy office"),
];

/// Logs it from the page of the engagement at a path, with other values; gives the answer.
async fn log_of(editor: &Client, path: &str, instead: &[(&str, &str)]) -> Answer {
    let slug = path.rsplit('/').next().unwrap();
    let page = format!("{NEW}?engagement={slug}");
    editor.fill(&page, &with(&TYPED, instead)).await
}

async fn log(editor: &Client, instead: &[(&str, &str)]) -> Answer {
    let answer = log_of(editor, PATH, instead).await;
    assert_eq!(answer.status, 303, "{}", text(&answer));
    answer
}

/// Posts a step as the notice's page fills it.
async fn step(client: &Client, page: &str, place: &str, form: &[(&str, &str)]) -> Answer {
    client.post_seen(page, &format!("{page}/{place}"), form).await
}

/// The same, which must be taken; the page as a reader hears it.
async fn taken(client: &Client, page: &str, place: &str, form: &[(&str, &str)]) -> String {
    let answer = step(client, page, place, form).await;
    assert_eq!(
        (answer.status, answer.location()),
        (303, page),
        "{}",
        text(&answer)
    );
    text(&client.get(page).await)
}

async fn open(app: &TestApp, kind: &str) -> Vec<Task> {
    run_due(&app.state).await.unwrap();
    let mut tx = app.state.db.read().await.unwrap();
    let mut tasks = list_open_tasks(&mut tx, Role::ALL).await.unwrap();
    tasks.retain(|task| task.kind == kind);
    tasks
}

async fn all_changes(app: &TestApp) -> Vec<(Change, Vec<Line>)> {
    let mut tx = app.state.db.read().await.unwrap();
    let mut found = Vec::new();
    for change in changes::list(&mut tx).await.unwrap() {
        let lines = list_lines(&mut tx, change.id).await.unwrap();
        found.push((change, lines));
    }
    found
}

async fn actions(app: &TestApp) -> Vec<String> {
    let mut tx = app.state.db.read().await.unwrap();
    let all = on!(&mut tx, |c| sqlx::query_scalar(
        "SELECT action FROM audit WHERE subject_kind = 'vendor_notice' ORDER BY seq"
    )
    .fetch_all(c)
    .await);
    assert!(
        forenotice::audit::verify(&mut tx, &app.state.keys)
            .await
            .unwrap()
            .is_intact()
    );
    all.unwrap()
}

fn day(text: &str) -> Option<chrono::NaiveDate> {
    text.parse().ok()
}

const OBJECTED: [(&str, &str); 3] = [
    ("objection", "OBJECTED"),
    ("objected_on", "2026-11-23"),
    ("reference", "Case 7"),
];
const DECLINED: [(&str, &str); 2] = [
    ("objection", "NOT_OBJECTED"),
    ("objection_reason", "It stays in the EEA"),
];

both! {
    // Legal rules, acceptance test 21.
    async fn a_window_of_15_days_with_a_customer_of_30_is_an_alert_and_is_forwarded_in_class_b_within_two_working_days(app: TestApp) {
        let editor = in_use(&app).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        sign(&app, &editor, None).await;
        let page = editor.get(PATH).await;
        assert!(page.text.contains(&format!("href=\"{NEW}?engagement={SLUG}\"")), "{}", page.text);
        let answer = log(&editor, &[]).await;
        assert_eq!(answer.location(), FIRST);
        let page = editor.get(FIRST).await;
        let said = text(&page);
        for part in [
            "Vendor notice 1 is logged. Forward it, or close it with a reason, by Wednesday 25 November 2026.",
            "The vendor lets us object until Tuesday 8 December 2026, customers may object until Wednesday 23 December 2026",
            "Customers who have longer than the vendor leaves us: 1 of 1. The longest period is 30 calendar days: told today, it runs until Wednesday 23 December 2026.",
            "Received Monday 23 November 2026, 09:15, Oslo",
            "Kind of change Change further down the chain",
            "No copy on file",
            SAYS,
        ] {
            assert!(said.contains(part) || page.text.contains(part), "{part}: {said}");
        }
        assert!(page.text.contains("data-tone=\"danger\""), "it is red");

        let forward = open(&app, "VENDOR_NOTICE_TO_FORWARD").await;
        assert_eq!(forward.len(), 1);
        assert_eq!((forward[0].role, forward[0].due_on, forward[0].path.as_str()), (Role::LegalEditor, day("2026-11-25"), FIRST));
        assert!(forward[0].title.starts_with("Forward vendor notice 1 within 2 working days"), "{}", forward[0].title);
        let alert = open(&app, "VENDOR_WINDOW_SHORT").await;
        assert_eq!(alert.len(), 1);
        assert_eq!((alert[0].role, alert[0].due_on), (Role::LegalApprover, day("2026-12-08")));
        assert!(alert[0].title.contains("the vendor lets us object until Tuesday 8 December 2026, customers may object until Wednesday 23 December 2026"), "{}", alert[0].title);

        assert!(said.contains("Draft the change that tells 1 customer"), "{said}");
        let after = taken(&editor, FIRST, "forward", &[]).await;
        let [(change, lines)] = all_changes(&app).await.try_into().unwrap();
        assert_eq!((change.title.as_str(), change.state), (SAYS, ChangeState::Draft));
        assert_eq!(change.planned_on, day("2026-12-09").unwrap(), "the day after the vendor's window");
        let kinds: Vec<_> = lines.iter().map(|line| (line.change_type, line.notice_class)).collect();
        assert_eq!(kinds, [(ChangeType::Tier2Change, NoticeClass::B)]);
        assert!(after.contains(&format!("Change {}: {SAYS} (draft)", change.number)), "{after}");
        assert_eq!(open(&app, "VENDOR_NOTICE_TO_FORWARD").await, []);
        let hand_in = open(&app, "NOTICE_DRAFTED").await;
        assert_eq!(hand_in[0].due_on, day("2026-11-25"), "within the same two working days");

        let mailbox = Mailbox::start().await;
        let place = format!("/staff/changes/{}", change.number);
        for (client, step, form) in [
            (&editor, "submit", vec![]),
            (&approver, "approve", vec![("dispatch_on", "2026-11-23")]),
            (&approver, "dispatch", vec![]),
        ] {
            let answer = client.post_seen(&place, &format!("{place}/{step}"), &form).await;
            assert_eq!(answer.status, 303, "{step}: {}", text(&answer));
        }
        mailbox.deliver(&app.state).await;
        let letters = mailbox.letters_to(ADDRESS);
        let letter = letters.iter().find(|letter| letter.text.contains("Acme Hosting GmbH")).unwrap();
        let letter = letter.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(letter.contains(SAYS) && letter.contains("Change further down the chain"), "{letter}");
        let list = text(&editor.get("/staff/vendor-notices").await);
        assert!(list.contains("Forwarded") && !list.contains("Drafted, not sent yet"), "{list}");
        assert_eq!(actions(&app).await, ["vendor_notice.logged", "vendor_notice.forwarded"]);
    }

    async fn it_is_forwarded_once_and_an_old_page_changes_nothing(app: TestApp) {
        let editor = in_use(&app).await;
        let colleague = app.signed_in_as("colleague", &[Role::LegalEditor]).await;
        log(&editor, &[]).await;
        let old = editor.get(FIRST).await;
        taken(&colleague, FIRST, "forward", &[]).await;
        let forward = format!("{FIRST}/forward");
        let stale = editor.refill(&old, &forward, &[]).await;
        assert_eq!(stale.status, 409);
        let said = text(&stale);
        assert!(said.contains("Somebody else was first") && said.contains("Forwarded 23 Nov 2026, 10:00 Oslo, by Person colleague"), "{said}");
        let twice = editor.post(&forward, &[("seen", "1")]).await;
        assert_eq!(twice.status, 409);
        assert!(text(&twice).contains("It was forwarded already."), "{}", text(&twice));
        let typed = editor.refill(&old, &format!("{FIRST}/close"), &[("reason", "Nobody uses it")]).await;
        assert_eq!(typed.status, 409);
        assert_eq!(editor.post(&format!("{FIRST}/close"), &[("seen", "1"), ("reason", "Nobody uses it")]).await.status, 409);
        let object = editor.refill(&old, &format!("{FIRST}/objection"), &OBJECTED).await;
        assert_eq!(object.status, 409);
        assert!(object.text.contains("value=\"Case 7\""), "what was typed is kept: {}", object.text);
        assert_eq!(all_changes(&app).await.len(), 1);
        let again = editor.refill(&object, &format!("{FIRST}/objection"), &OBJECTED).await;
        assert_eq!(again.status, 303, "once it was shown: {}", text(&again));
        assert!(!editor.get(FIRST).await.text.contains(&forward), "there is nothing to forward any more");
        let list = text(&editor.get("/staff/vendor-notices").await);
        assert!(list.contains("Drafted, not sent yet; we objected"), "{list}");
        assert_eq!(actions(&app).await, ["vendor_notice.logged", "vendor_notice.forwarded", "vendor_notice.objected"]);
    }

    async fn each_field_says_what_is_wrong_with_it_and_what_was_typed_is_kept(app: TestApp) {
        let editor = in_use(&app).await;
        for (field, value, message) in [
            ("engagement", "", "Choose whose notice it is"),
            ("engagement", "01930000-0000-7000-8000-000000000000", "Choose whose notice it is"),
            ("channel", "PIGEON", "Choose how it came"),
            ("received_on", "2026-11-24", "This day has not come yet"),
            ("received_on", "last week", "Write a day as year, month, day"),
            ("received_at", "23:30", "This hour has not come yet"),
            ("received_at", "noon", "Write the hour as 14:05"),
            ("window_ends_on", "2026-11-22", "This is before the notice came"),
            ("window_ends_on", "2126-12-08", "Write a day within five years"),
            ("change_type", "NEW_SUBPROCESSOR", "Choose what kind of change it is"),
            ("description", " ", "Write something here"),
            ("owner", "", "Say who looks after it"),
        ] {
            let refused = log_of(&editor, PATH, &[(field, value)]).await;
            assert_eq!(refused.status, 422, "{field} {value}");
            assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{field} {value}: {}", text(&refused));
            assert!(text(&refused).contains(message), "{field} {value}: {}", text(&refused));
            let kept = if field == "description" { "value=\"Privacy office\"" } else { SAYS };
            assert!(refused.text.contains(kept), "{field} {value}: {}", refused.text);
        }
        assert_eq!(open(&app, "VENDOR_NOTICE_TO_FORWARD").await, []);
        log(&editor, &[]).await;
        let twice = log_of(&editor, PATH, &[("owner", "Somebody else")]).await;
        assert_eq!(twice.status, 422);
        assert!(text(&twice).contains("This is logged already, as vendor notice 1"), "{}", text(&twice));

        for (form, field) in [
            (vec![("objection", "")], "objection"),
            (vec![("objection", "CLOSED")], "objection"),
            (vec![OBJECTED[0], ("objected_on", "2026-11-24"), OBJECTED[2]], "objected_on"),
            (vec![OBJECTED[0], ("objected_on", "2026-11-20"), OBJECTED[2]], "objected_on"),
            (vec![OBJECTED[0], OBJECTED[1]], "reference"),
            (vec![DECLINED[0]], "objection_reason"),
        ] {
            let refused = step(&editor, FIRST, "objection", &form).await;
            assert_eq!(refused.status, 422, "{form:?}");
            assert!(refused.text.contains(&format!("href=\"#{field}\"")), "{form:?}: {}", text(&refused));
        }
        let refused = step(&editor, FIRST, "close", &[("reason", "")]).await;
        assert!(refused.status == 422 && refused.text.contains("href=\"#reason\""), "{}", text(&refused));
        for unknown in ["/staff/vendor-notices/2", "/staff/vendor-notices/one"] {
            assert_eq!(editor.get(unknown).await.status, 404, "{unknown}");
            assert_eq!(editor.post(&format!("{unknown}/close"), &[]).await.status, 404, "{unknown}");
        }
        assert_eq!(actions(&app).await, ["vendor_notice.logged"]);
    }

    async fn the_raw_copy_is_kept_with_its_digest(app: TestApp) {
        let editor = in_use(&app).await;
        let id = crate::assessments::engagement_id(&app, PATH).await;
        let mail = b"From: notices@vendor.example\r\nSubject: Change\r\n\r\nCold Aisle AB joins.\r\n";
        let form = |name: &'static str, bytes: &'static [u8], reason: &'static str| {
            let mut form = Form::new().part("raw_copy_file", Part::bytes(bytes).file_name(name));
            let typed = with(&TYPED, &[("description", reason), ("change_type", "TIER2_CHANGE")]);
            for (field, value) in typed {
                form = form.text(field, value);
            }
            form.text("engagement", id.clone())
        };
        let refused = editor.send(NEW, form("setup.exe", b"MZ\0\0", SAYS)).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("href=\"#raw_copy_file\"") && text(&refused).contains("Choose a PDF"), "{}", text(&refused));
        let refused = editor.send(NEW, form("notice.eml", mail, "")).await;
        assert_eq!(refused.status, 422);
        assert!(text(&refused).contains("Choose the file again"), "{}", text(&refused));
        let kept = editor.send(NEW, form("notice.eml", mail, SAYS)).await;
        assert_eq!(kept.status, 303, "{}", text(&kept));
        let page = editor.get(kept.location()).await;
        let sha256 = Digest::new(Sha256::digest(mail).into());
        assert!(page.text.contains(&format!("href=\"/staff/documents/{sha256}\"")), "{}", page.text);
        assert!(text(&page).contains(&format!("SHA-256 {sha256}")) && !text(&page).contains("No copy on file"));
        let copy = editor.get(&format!("/staff/documents/{sha256}")).await;
        assert_eq!((copy.status, copy.text.as_bytes()), (200, mail.as_slice()));
    }

    async fn the_form_is_filled_with_what_the_contract_says_of_its_notices(app: TestApp) {
        let editor = in_use(&app).await;
        let feed = [
            ("seen", "1"),
            ("vendor_notice_days", "15"),
            ("feed_channel", "POLLED_PAGE"),
            ("feed_owner", "Vendor desk"),
        ];
        done(&editor, &format!("{PATH}/contract"), &with(&contract("Acme Hosting GmbH"), &feed)).await;
        let page = editor.get(&format!("{NEW}?engagement={SLUG}")).await;
        assert!(page.text.contains("value=\"Vendor desk\""), "{}", page.text);
        assert!(text(&page).contains("the last of the 15 days that the vendor gives under the contract"), "{}", text(&page));
        let filled = crate::support::forms::fields(&page.text, NEW);
        let value = |name: &str| filled.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
        assert_eq!((value("channel"), value("change_type")), (Some("POLLED_PAGE"), Some("TIER2_CHANGE")));
        log(&editor, &[("owner", "")]).await;
        let said = text(&editor.get(FIRST).await);
        assert!(said.contains("Owner Vendor desk") && said.contains("Notice under its contract 15 days"), "{said}");
        let plain = text(&editor.get(NEW).await);
        assert!(!plain.contains("15 days"), "nobody is chosen: {plain}");
    }

    async fn only_who_may_logs_forwards_closes_and_objects(app: TestApp) {
        let editor = in_use(&app).await;
        sign(&app, &editor, None).await;
        log(&editor, &[]).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let admin = app.signed_in(Role::Admin).await;
        for client in [&approver, &auditor, &admin] {
            assert_eq!(client.get(NEW).await.status, 403);
            assert_eq!(client.post(NEW, &TYPED).await.status, 403);
            for place in ["forward", "close"] {
                let refused = client.post(&format!("{FIRST}/{place}"), &[("seen", "0"), ("reason", "No")]).await;
                assert_eq!(refused.status, 403, "{place}");
                assert!(!client.get(FIRST).await.text.contains(&format!("{FIRST}/{place}")), "{place} is not offered");
            }
            assert!(!client.get(PATH).await.text.contains(NEW));
            assert!(!client.get("/staff/vendor-notices").await.text.contains(NEW));
            assert!(client.get(PATH).await.text.contains(FIRST), "everybody who reads the register sees it");
        }
        for client in [&auditor, &admin] {
            let refused = client.post(&format!("{FIRST}/objection"), &with(&OBJECTED, &[("seen", "0")])).await;
            assert_eq!(refused.status, 403);
        }
        // Whoever may not read customers reads that it is too short, and nothing about them in numbers.
        let said = text(&admin.get(FIRST).await);
        assert!(said.contains("The vendor lets us object until") && !said.contains("1 of 1"), "{said}");
        assert!(text(&auditor.get(FIRST).await).contains("1 of 1"));
        assert!(!text(&auditor.get(FIRST).await).contains("Kunde AS"), "nobody's terms stand here by name");
        let said = taken(&approver, FIRST, "objection", &OBJECTED).await;
        assert!(said.contains("On Monday 23 November 2026, reference: Case 7"), "{said}");
        assert_eq!(actions(&app).await, ["vendor_notice.logged", "vendor_notice.objected"]);
    }

    async fn what_was_decided_closes_its_tasks(app: TestApp) {
        let editor = in_use(&app).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        sign(&app, &editor, None).await;
        log(&editor, &[("window_ends_on", "2026-11-27")]).await;
        let decide = open(&app, "VENDOR_WINDOW_ENDS").await;
        assert_eq!((decide.len(), decide[0].role, decide[0].due_on), (1, Role::LegalApprover, day("2026-11-27")));
        assert!(decide[0].title.contains("decide whether we object, its window ends with Friday 27 November 2026"), "{}", decide[0].title);
        assert_eq!(open(&app, "VENDOR_WINDOW_SHORT").await.len(), 1);
        let said = taken(&approver, FIRST, "objection", &DECLINED).await;
        assert!(said.contains("Reason: It stays in the EEA") && !said.contains("lets us object until"), "{said}");
        for kind in ["VENDOR_WINDOW_ENDS", "VENDOR_WINDOW_SHORT"] {
            assert_eq!(open(&app, kind).await, [], "{kind}");
        }
        assert_eq!(open(&app, "VENDOR_NOTICE_TO_FORWARD").await.len(), 1, "customers are another matter");
        let twice = approver.post(&format!("{FIRST}/objection"), &with(&DECLINED, &[("seen", "1")])).await;
        assert_eq!(twice.status, 409, "{}", text(&twice));
        let said = taken(&editor, FIRST, "close", &[("reason", "No customer stores backups there")]).await;
        assert!(said.contains("Reason: No customer stores backups there") && said.contains("Closed"), "{said}");
        assert_eq!(open(&app, "VENDOR_NOTICE_TO_FORWARD").await, []);
        taken(&approver, FIRST, "objection", &OBJECTED).await;
        assert_eq!(
            actions(&app).await,
            ["vendor_notice.logged", "vendor_notice.not_objected", "vendor_notice.closed", "vendor_notice.objected"]
        );
        // What concerns no customer needs no decision.
        log(&editor, &[("description", "Another one"), ("window_ends_on", "2026-11-27")]).await;
        assert_eq!(open(&app, "VENDOR_WINDOW_ENDS").await.len(), 1);
        taken(&editor, "/staff/vendor-notices/2", "close", &[("reason", "Nobody uses it")]).await;
        for kind in ["VENDOR_WINDOW_ENDS", "VENDOR_WINDOW_SHORT", "VENDOR_NOTICE_TO_FORWARD"] {
            assert_eq!(open(&app, kind).await, [], "{kind}");
        }
    }

    async fn reminders_follow_the_window_and_an_alert_comes_once_customers_have_longer(app: TestApp) {
        let editor = in_use(&app).await;
        sign(&app, &editor, None).await;
        log(&editor, &[("window_ends_on", "2027-01-08")]).await;
        log(&editor, &[("description", "No window"), ("window_ends_on", "")]).await;
        assert!(!text(&editor.get(FIRST).await).contains("lets us object until"), "46 days are enough");
        assert!(text(&editor.get("/staff/vendor-notices/2").await).contains("The vendor states none"));
        for kind in ["VENDOR_WINDOW_ENDS", "VENDOR_WINDOW_SHORT"] {
            assert_eq!(open(&app, kind).await, [], "{kind}");
        }
        // Nobody told customers: on Thursday 10 December their 30 days would run until Monday 11 January.
        app.advance(TimeDelta::days(17));
        assert_eq!(open(&app, "VENDOR_WINDOW_SHORT").await.len(), 1);
        assert_eq!(open(&app, "VENDOR_WINDOW_ENDS").await, []);
        let list = text(&editor.get("/staff/vendor-notices").await);
        assert!(list.contains("Open, late"), "{list}");
        app.advance(TimeDelta::days(24));
        assert_eq!(open(&app, "VENDOR_WINDOW_ENDS").await.len(), 1, "five days before");
        app.advance(TimeDelta::days(5));
        assert_eq!(open(&app, "VENDOR_WINDOW_ENDS").await.len(), 1, "its last day");
        app.advance(TimeDelta::days(1));
        assert_eq!(open(&app, "VENDOR_WINDOW_SHORT").await, [], "it is over");
        let late = open(&app, "VENDOR_WINDOW_ENDS").await;
        assert_eq!((late.len(), late[0].due_on), (1, day("2027-01-08")));
        assert!(late[0].title.contains("write down whether we objected, its window ended with Friday 8 January 2027"), "{}", late[0].title);
        assert_eq!(open(&app, "VENDOR_NOTICE_TO_FORWARD").await.len(), 2, "which is still to be done");
    }

    async fn what_cannot_be_drafted_says_why_and_stays_open(app: TestApp) {
        let editor = in_use(&app).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let draft = named(&editor, "Basement Racks AS").await;
        let logged = log_of(&editor, &draft, &[]).await;
        assert_eq!(logged.status, 303, "{}", text(&logged));
        let said = text(&editor.get(FIRST).await);
        assert!(said.contains("Not now: it is not in use, so nobody is told."), "{said}");
        let refused = editor.post(&format!("{FIRST}/forward"), &[("seen", "0")]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("No change can be drafted about Basement Racks AS: it is not in use"), "{}", text(&refused));

        log(&editor, &[]).await;
        log(&editor, &[("description", "A second change"), ("change_type", "SUBPROCESSOR_FAILURE")]).await;
        taken(&editor, "/staff/vendor-notices/2", "forward", &[]).await;
        let refused = editor.post("/staff/vendor-notices/3/forward", &[("seen", "0")]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("it is in change 2026-001 already"), "{}", text(&refused));
        assert_eq!(all_changes(&app).await.len(), 1);
        assert_eq!(open(&app, "VENDOR_NOTICE_TO_FORWARD").await.len(), 2);
        let number = &all_changes(&app).await[0].0.number;
        let cancelled = approver.post(&format!("/staff/changes/{number}/cancel"), &[("reason", "Told by mail")]).await;
        assert_eq!(cancelled.status, 303, "{}", text(&cancelled));
        let said = text(&editor.get("/staff/vendor-notices/2").await);
        assert!(said.contains("(cancelled)") && said.contains("Open until 25 Nov 2026"), "nobody was told by it: {said}");
        assert_eq!(open(&app, "VENDOR_NOTICE_TO_FORWARD").await.len(), 3, "its task is open again");
        taken(&editor, "/staff/vendor-notices/3", "forward", &[]).await;
        let lines: Vec<_> = all_changes(&app).await.into_iter().map(|(_, lines)| lines[0].notice_class).collect();
        assert_eq!(lines, [NoticeClass::D, NoticeClass::B], "a failure is told at once");
        let third = all_changes(&app).await[0].0.number.clone();
        let cancelled = approver.post(&format!("/staff/changes/{third}/cancel"), &[("reason", "Told by mail")]).await;
        assert_eq!(cancelled.status, 303, "{}", text(&cancelled));
        taken(&editor, "/staff/vendor-notices/2", "forward", &[]).await;
        assert_eq!(all_changes(&app).await.len(), 3, "once more, because nobody was told");
    }

    async fn the_list_has_open_ones_first_and_is_searched_and_paged(app: TestApp) {
        let editor = in_use(&app).await;
        assert!(text(&editor.get("/staff/vendor-notices").await).contains("No vendor notice is logged"));
        for number in 1..=51 {
            log(&editor, &[("description", &format!("Change number {number}"))]).await;
        }
        taken(&editor, "/staff/vendor-notices/51", "close", &[("reason", "Nobody uses it")]).await;
        let first = text(&editor.get("/staff/vendor-notices").await);
        assert!(first.contains("1 to 50 of 51 vendor notices") && !first.contains("Vendor notice 51"), "{first}");
        let second = text(&editor.get("/staff/vendor-notices?page=2").await);
        assert!(second.contains("Vendor notice 51") && second.contains("Closed"), "{second}");
        let found = text(&editor.get("/staff/vendor-notices?q=ACME+number+7").await);
        assert!(found.contains("Acme Hosting GmbH: Object Storage") && found.contains("Vendor notice 7"), "{found}");
        let none = text(&editor.get("/staff/vendor-notices?q=nobody").await);
        assert!(none.contains("Nothing found") && none.contains("Show all vendor notices"), "{none}");
        for odd in ["?page=-3", "?page=999", "?q=%25%5C"] {
            assert_eq!(editor.get(&format!("/staff/vendor-notices{odd}")).await.status, 200, "{odd}");
        }
        let events = editor.get("/staff/triggers").await;
        assert!(events.text.contains("href=\"/staff/vendor-notices\""), "it is linked beside events");
    }
}
