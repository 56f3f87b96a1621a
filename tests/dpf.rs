//! Looks at the list of companies certified under the Data Privacy Framework, on both databases.

use chrono::TimeDelta;
use domain::role::Role;
use forenotice::jobs::run_due;
use forenotice::store::dpf_checks::list_checks;
use forenotice::store::engagements::current_by_slug;
use forenotice::store::tasks::{Task, list_open_tasks};
use reqwest::multipart::{Form, Part};
use sha2::{Digest as _, Sha256};

use crate::both;
use crate::journey::clients;
use crate::support::{Answer, Client, TestApp};

const BRIGHTWAVE: &str = "/staff/register/brightwave-speech-inc";

const LOOK: [(&str, &str); 5] = [
    ("entity", "Brightwave Speech Inc."),
    ("checked_on", "2026-11-23"),
    ("eu_us_status", "ACTIVE"),
    ("eu_us_covers_non_hr", "yes"),
    ("eu_us_due", "2027-09-17"),
];

fn with<'a>(other: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<_> = LOOK
        .iter()
        .filter(|(name, _)| other.iter().all(|(n, _)| n != name))
        .copied()
        .collect();
    all.extend(other.iter().filter(|(_, value)| !value.is_empty()));
    all
}

async fn look(client: &Client, other: &[(&str, &str)]) -> Answer {
    client.post(&format!("{BRIGHTWAVE}/dpf/new"), &with(other)).await
}

async fn looked(client: &Client, other: &[(&str, &str)]) -> String {
    let answer = look(client, other).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    client.get(answer.location()).await.text
}

async fn tasks(app: &TestApp, kind: &str) -> Vec<Task> {
    run_due(&app.state).await.unwrap();
    let mut tx = app.state.db.read().await.unwrap();
    let mut tasks = list_open_tasks(&mut tx, Role::ALL).await.unwrap();
    tasks.retain(|task| task.kind == kind);
    tasks
}

/// The codes of the red gates about the framework.
async fn red(client: &Client) -> Vec<String> {
    let page = client.get(BRIGHTWAVE).await.text;
    let codes = page
        .split("<code>")
        .skip(1)
        .filter_map(|rest| rest.split('<').next());
    codes
        .filter(|code| code.starts_with("DPF"))
        .map(str::to_owned)
        .collect()
}

/// The transfer's form, as stored.
const TRANSFER: [(&str, &str); 7] = [
    ("seen", "1"),
    ("destination", "US"),
    ("importer", "Brightwave Speech Inc."),
    ("mechanism", "DPF"),
    ("dpf_non_hr_data", "yes"),
    ("fallback", "1"),
    ("origins", "EU"),
];

both! {
    async fn the_latest_look_decides_the_gate_and_every_look_is_kept(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        assert_eq!(red(&editor).await, Vec::<String>::new());
        type Look = (&'static [(&'static str, &'static str)], &'static [&'static str]);
        let rows: [Look; 5] = [
            (&[("eu_us_status", "INACTIVE_LAPSED")], &["DPF_NOT_ACTIVE"]),
            (&[("entity", "Brightwave Holdings Inc.")], &["DPF_SCOPE"]),
            (&[("eu_us_covers_non_hr", ""), ("eu_us_covers_hr", "yes")], &["DPF_SCOPE"]),
            (&[("eu_us_status", "ACTIVE_RECERT_REVIEW")], &[]),
            (&[], &[]),
        ];
        for (other, codes) in rows {
            looked(&editor, other).await;
            assert_eq!(red(&editor).await, codes, "{other:?}");
        }
        let page = approver.get(&format!("{BRIGHTWAVE}/dpf")).await.text;
        assert!(page.contains("Earlier looks") && page.contains("Brightwave Holdings Inc.") && page.contains("Inactive, lapsed"), "{page}");
        assert!(page.contains("active; this look counts until Wednesday 23 December 2026"), "{page}");
        let mut tx = app.state.db.read().await.unwrap();
        let company = current_by_slug(&mut tx, "brightwave-speech-inc").await.unwrap().unwrap().organisation.id;
        assert_eq!(list_checks(&mut tx, company).await.unwrap().len(), 6);
        drop(tx);
        assert_eq!(approver.post(&format!("{BRIGHTWAVE}/dpf/new"), &LOOK).await.status, 403);
        let engagement = editor.get(BRIGHTWAVE).await.text;
        assert!(engagement.contains("EU-U.S. DPF: active, looked at on 23 Nov 2026"), "{engagement}");
    }

    async fn a_company_that_leaves_the_list_is_an_event_for_its_assessments(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        looked(&editor, &[("eu_us_status", "INACTIVE_WITHDRAWN")]).await;
        let [task] = tasks(&app, "TRIGGER_TO_JUDGE").await.try_into().unwrap();
        assert_eq!(task.due_on, "2026-11-23".parse().ok(), "the same day");
        let page = editor.get(&task.path).await.text;
        assert!(page.contains("Brightwave Speech Inc. on the list, EU-U.S. DPF: inactive, withdrawn"), "{page}");
        looked(&editor, &[("eu_us_status", "REMOVED")]).await;
        assert_eq!(tasks(&app, "TRIGGER_TO_JUDGE").await.len(), 1, "it had left before");
    }

    async fn a_look_made_earlier_and_recorded_later_does_not_count(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        looked(&editor, &[]).await;
        looked(&editor, &[("checked_on", "2026-10-01"), ("eu_us_status", "NOT_LISTED")]).await;
        assert_eq!(red(&editor).await, Vec::<String>::new());
        assert!(tasks(&app, "TRIGGER_TO_JUDGE").await.is_empty(), "nor is it an event");
    }

    async fn what_is_typed_wrong_is_kept_and_said_at_its_field(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let rows: [(&str, &str, &str, &str); 6] = [
            ("entity", "", "entity", "Write something here"),
            ("checked_on", "2026-11-24", "checked_on", "still to come"),
            ("eu_us_status", "", "eu_us_status", "for one framework at least"),
            ("eu_us_covers_non_hr", "", "eu_us_covers_non_hr", "Say which data the certificate covers"),
            ("eu_us_due", "soon", "eu_us_due", "Write a day"),
            ("eu_us_due", "2026-11-22", "eu_us_due", "It was due before you looked"),
        ];
        for (name, value, field, message) in rows {
            let form: Vec<_> = LOOK.iter().map(|(n, v)| if *n == name { (*n, value) } else { (*n, *v) }).collect();
            let answer = editor.post(&format!("{BRIGHTWAVE}/dpf/new"), &form).await;
            assert_eq!(answer.status, 422, "{name}");
            assert!(answer.text.contains(message), "{name}: {}", answer.text);
            assert!(answer.text.contains(&format!("href=\"#{field}\"")), "{name}");
        }
    }

    async fn the_uk_extension_is_active_only_on_top_of_the_eu_us_row(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let [status, covers] = [("uk_ext_status", "ACTIVE"), ("uk_ext_covers_non_hr", "yes")];
        let alone = [("eu_us_status", ""), ("eu_us_covers_non_hr", ""), ("eu_us_due", ""), status, covers];
        looked(&editor, &alone).await;
        looked(&editor, &[("eu_us_status", "INACTIVE_LAPSED")]).await;
        for other in [&[("eu_us_status", "NOT_LISTED"), status, covers][..], &alone] {
            let refused = look(&editor, other).await;
            assert_eq!(refused.status, 422, "{other:?}");
            assert!(refused.text.contains("href=\"#uk_ext_status\""), "{}", refused.text);
            assert!(refused.text.contains("The UK Extension needs the EU-U.S. DPF"), "{}", refused.text);
        }
        looked(&editor, &[]).await;
        looked(&editor, &alone).await;
    }

    async fn a_copied_text_fills_the_form_and_saves_nothing(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let text = "Brightwave Speech Inc.\nEU-U.S. Data Privacy Framework: Active\nNext Certification Due Date: 7/20/2027\nData Collected: HR, Non-HR\nSwiss-U.S. Data Privacy Framework: Inactive - Withdrawn\nCall us any time";
        let answer = editor.post(&format!("{BRIGHTWAVE}/dpf/read"), &[("pasted", text)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        for words in [
            "nothing is saved yet", "EU-U.S. DPF; Swiss-U.S. DPF", "value=\"2027-07-20\"", "Call us any time", "value=\"Brightwave Speech Inc.\"",
        ] {
            assert!(answer.text.contains(words), "{words}: {}", answer.text);
        }
        let mut tx = app.state.db.read().await.unwrap();
        let company = current_by_slug(&mut tx, "brightwave-speech-inc").await.unwrap().unwrap().organisation.id;
        assert_eq!(list_checks(&mut tx, company).await.unwrap().len(), 1, "the demo's own");
        drop(tx);
        let nothing = editor.post(&format!("{BRIGHTWAVE}/dpf/read"), &[("pasted", "")]).await;
        assert!(nothing.text.contains("Nothing of the pasted text was understood"), "{}", nothing.text);
    }

    async fn the_page_as_seen_is_kept_with_the_look(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let bytes: &[u8] = b"%PDF-1.7 the entry as seen";
        let mut form = Form::new();
        for (name, value) in LOOK {
            form = form.text(name, value);
        }
        let file = Part::bytes(bytes.to_vec()).file_name("entry.pdf");
        let answer = editor.send(&format!("{BRIGHTWAVE}/dpf/new"), form.part("page_file", file)).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let page = editor.get(answer.location()).await.text;
        let digest = domain::digest::Digest::new(Sha256::digest(bytes).into());
        assert!(page.contains(&format!("/staff/documents/{digest}")) && page.contains("entry.pdf"), "{page}");
    }

    async fn a_transfer_from_the_united_kingdom_and_switzerland_is_green_with_all_three_rows_and_red_without(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let mut form = TRANSFER.to_vec();
        form.extend([("origins", "UK"), ("origins", "CH")]);
        let saved = editor.post(&format!("{BRIGHTWAVE}/transfer/1"), &form).await;
        assert_eq!(saved.status, 303, "{}", saved.text);
        assert_eq!(red(&editor).await, ["DPF_NOT_ACTIVE", "DPF_NOT_ACTIVE"], "two rows of the list were not looked at");
        let uk = [("uk_ext_status", "ACTIVE"), ("uk_ext_covers_non_hr", "yes")];
        looked(&editor, &uk).await;
        assert_eq!(red(&editor).await, ["DPF_NOT_ACTIVE"]);
        let swiss = [("ch_us_status", "ACTIVE"), ("ch_us_covers_hr", "yes")];
        looked(&editor, &swiss).await;
        assert_eq!(red(&editor).await, ["DPF_SCOPE"], "the Swiss certificate does not cover this data");
        looked(&editor, &[("ch_us_status", "ACTIVE"), ("ch_us_covers_non_hr", "yes")]).await;
        assert_eq!(red(&editor).await, Vec::<String>::new());
        let page = editor.get(BRIGHTWAVE).await.text;
        assert!(page.contains("FALLBACK_MISSING"), "the clauses in reserve carry neither leg: {page}");
        assert!(page.contains("the UK leg needs the Addendum or the IDTA"), "{page}");
    }

    async fn a_look_grows_old_and_a_certification_is_due_and_tasks_say_so_once(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        looked(&editor, &[("eu_us_due", "2027-01-10")]).await;
        app.advance(TimeDelta::days(17));
        assert_eq!(tasks(&app, "DPF_CERTIFICATION").await.len(), 0, "10 December: 31 days before");
        app.advance(TimeDelta::days(1));
        let due = tasks(&app, "DPF_CERTIFICATION").await;
        assert_eq!(due.len(), 1);
        assert_eq!((due[0].role, due[0].due_on, due[0].path.as_str()), (Role::LegalEditor, "2027-01-10".parse().ok(), &*format!("{BRIGHTWAVE}/dpf")));
        assert_eq!(tasks(&app, "DPF_CERTIFICATION").await.len(), 1);
        looked(&editor, &[("checked_on", "2026-12-11"), ("eu_us_due", "2028-01-10")]).await;
        assert_eq!(tasks(&app, "DPF_CERTIFICATION").await.len(), 0, "it was renewed");
    }

    async fn a_week_before_go_live_somebody_looks_again(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        // The demo's change is planned 75 days ahead, on 6 February 2027.
        app.advance(TimeDelta::days(67));
        assert_eq!(tasks(&app, "DPF_BEFORE_GO_LIVE").await.len(), 0);
        app.advance(TimeDelta::days(1));
        let due = tasks(&app, "DPF_BEFORE_GO_LIVE").await;
        assert_eq!(due.len(), 1);
        assert!(due[0].title.contains("is to go live on 6 Feb 2027"), "{}", due[0].title);
        looked(&editor, &[("checked_on", "2027-01-29")]).await;
        assert_eq!(tasks(&app, "DPF_BEFORE_GO_LIVE").await.len(), 1, "that was before this week");
        looked(&editor, &[("checked_on", "2027-01-30")]).await;
        assert_eq!(tasks(&app, "DPF_BEFORE_GO_LIVE").await.len(), 0);
    }

    async fn what_will_expire_before_go_live_is_said_on_both_pages(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        for path in [BRIGHTWAVE, "/staff/changes/2026-001"] {
            let page = editor.get(path).await.text;
            assert!(page.contains("Will expire before go-live"), "{path}: {page}");
            assert!(page.contains("go-live is planned for Saturday 6 February 2027"), "{path}");
        }
        app.advance(TimeDelta::days(60));
        looked(&editor, &[("checked_on", "2027-01-22")]).await;
        for path in [BRIGHTWAVE, "/staff/changes/2026-001"] {
            assert!(!editor.get(path).await.text.contains("Will expire before go-live"), "{path}");
        }
    }

    async fn the_fallback_rule_is_a_setting_with_an_entry_in_the_log(app: TestApp) {
        let [editor, ..] = clients(&app).await;
        let admin = app.signed_in(Role::Admin).await;
        let mut form = TRANSFER.to_vec();
        form.retain(|(name, _)| *name != "fallback");
        assert_eq!(editor.post(&format!("{BRIGHTWAVE}/transfer/1"), &form).await.status, 303);
        let is_missing = async || editor.get(BRIGHTWAVE).await.text.contains("FALLBACK_MISSING");
        assert!(is_missing().await);
        let refused = admin.post("/staff/settings/gates", &[("dpf_requires_fallback", "perhaps"), ("tia_grace_days", "91")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains("from 0 to 90"), "{}", refused.text);
        let saved = admin.fill("/staff/settings/gates", &[("dpf_requires_fallback", "no"), ("tia_grace_days", "10")]).await;
        assert_eq!(saved.status, 303, "{}", saved.text);
        assert!(!is_missing().await);
        let page = admin.get("/staff/settings").await.text;
        assert!(page.contains("10 days"), "{page}");
        let auditor = app.signed_in(Role::Auditor).await;
        let log = auditor.get("/staff/audit?action=settings.changed").await.text;
        assert!(log.contains("dpf_requires_fallback"), "{log}");
        assert_eq!(editor.get("/staff/settings/gates").await.status, 403);
    }
}
