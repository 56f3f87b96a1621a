//! Events about assessments over HTTP: what raises one, whom it holds up, who answers it, and which version does.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use domain::role::Role;
use forenotice::store::tasks::{Task, list_open_tasks};

use crate::assessments::{assessed, engagement_id, full, hand_in, know_the_united_states, tia_codes, vendor};
use crate::both;
use crate::certificates::ISO;
use crate::register::{ASSESSMENT, company, complete, done, engagement, listed, text, with};
use crate::speed::fill;
use crate::support::{Answer, Client, TestApp};

/// Saves the engagement as its `seen`th version with other fields.
async fn edit(editor: &Client, path: &str, seen: &str, instead: &[(&str, &str)]) -> Answer {
    let form = with(&engagement("US"), &[("service", "Speech"), ("seen", seen)]);
    done(editor, &format!("{path}/edit"), &with(&form, instead)).await
}

/// Saves the company as its `seen`th version with other fields.
async fn save(editor: &Client, path: &str, seen: &str, instead: &[(&str, &str)]) -> Answer {
    let form = with(&company("Acme Inc.", "USA"), &[("seen", seen)]);
    done(editor, &format!("{path}/company"), &with(&form, instead)).await
}

/// Says what an event means to the first assessment of an engagement.
async fn answer(client: &Client, slug: &str, event: &str, triage: &str, reason: &str) -> Answer {
    let (choice, text) = (format!("triage-{slug}-1"), format!("reason-{slug}-1"));
    let form = [(choice.as_str(), triage), (text.as_str(), reason)];
    client
        .post(&format!("/staff/triggers/{event}/{slug}/1"), &form)
        .await
}

fn slug_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Says of an event that it has no impact on the only assessment that it concerns.
async fn no_impact(editor: &Client, path: &str, event: &str) {
    let answered = answer(editor, slug_of(path), event, "NO_IMPACT", "Looked at").await;
    assert_eq!(answered.status, 303, "{}", text(&answered));
}

/// The engagements about whose first assessments a page of an event asks.
fn asked(page: &Answer) -> Vec<String> {
    let fields = page.text.split("name=\"reason-").skip(1);
    fields
        .map(|rest| rest.split("-1\"").next().unwrap().to_owned())
        .collect()
}

/// Records an event about an engagement.
async fn happens(editor: &Client, engagement: &str, kind: &str, takes_effect_on: &str) -> Answer {
    let event = [
        ("kind", kind),
        ("description", "Something happened"),
        ("occurred_on", "2026-11-23"),
        ("takes_effect_on", takes_effect_on),
        ("scope", "ENGAGEMENT"),
        ("engagement", engagement),
    ];
    done(editor, "/staff/triggers/new", &event).await
}

async fn open_tasks(app: &TestApp, kind: &str) -> Vec<Task> {
    let mut tx = app.state.db.read().await.unwrap();
    let mut tasks = list_open_tasks(&mut tx, Role::ALL).await.unwrap();
    tasks.retain(|task| task.kind == kind);
    tasks
}

/// The only task that asks for a review.
async fn the_review(app: &TestApp) -> Task {
    let mut tasks = open_tasks(app, "TIA_REVIEW").await;
    assert_eq!(tasks.len(), 1, "{tasks:?}");
    tasks.remove(0)
}

async fn people(app: &TestApp) -> [Client; 2] {
    [
        app.signed_in(Role::LegalEditor).await,
        app.signed_in(Role::LegalApprover).await,
    ]
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

const PLANNED: [(&str, &str); 1] = [("status", "PLANNED")];

/// A change of law in the United States.
const LAW: [(&str, &str); 5] = [
    ("kind", "LAW_CHANGED"),
    ("description", "Section 702 was renewed"),
    ("occurred_on", "2026-11-23"),
    ("scope", "COUNTRY"),
    ("country", "US"),
];

both! {
    async fn every_other_description_is_an_event_and_nothing_starts_before_it_is_answered(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let path = assessed(&editor, &approver).await;
        assert_eq!(tia_codes(&editor.get(&path).await), "");
        let page = edit(&editor, &path, "1", &[("special", "these"), ("special_categories", "HEALTH")]).await;
        assert!(text(&page).contains("Its assessments of transfers must be looked at"), "{}", text(&page));
        assert_eq!(tia_codes(&page), "TIA_NOT_APPROVED");
        assert!(text(&page).contains("nobody has said yet what that means to it"), "{}", text(&page));
        let event = text(&editor.get("/staff/triggers/1").await);
        assert!(event.contains("Special categories: none → ") && event.contains("ealth"), "{event}");
        // Another difference in a field of which somebody is asked already is another question.
        let more = [("special", "these"), ("special_categories", "HEALTH"), ("data_categories", "Salaries")];
        edit(&editor, &path, "2", &more).await;
        let more = [("special", "these"), ("special_categories", "HEALTH"), ("data_categories", "Salaries\nAddresses")];
        edit(&editor, &path, "3", &more).await;
        for event in ["1", "2"] {
            no_impact(&editor, &path, event).await;
            assert_eq!(tia_codes(&editor.get(&path).await), "TIA_NOT_APPROVED", "one of them is left");
        }
        no_impact(&editor, &path, "3").await;
        assert_eq!(tia_codes(&editor.get(&path).await), "");

        // A version that is handed in afterwards answers it.
        edit(&editor, &path, "4", &[("purpose", "Scores the credit of callers")]).await;
        assert_eq!(tia_codes(&editor.get(&path).await), "TIA_NOT_APPROVED");
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        hand_in(&editor, &path).await;
        let page = done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "2")]).await;
        assert_eq!(tia_codes(&page), "");
        let event = text(&editor.get("/staff/triggers/4").await);
        assert!(event.contains("Version 2, handed in since, was approved."), "{event}");
        assert_eq!(open_tasks(&app, "TRIGGER_TO_JUDGE").await.len(), 0);
    }

    async fn another_owner_or_name_of_the_company_is_an_event(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let path = assessed(&editor, &approver).await;
        let page = save(&editor, &path, "1", &[("ultimate_parent_country", "China")]).await;
        assert!(text(&page).contains("Its assessments of transfers must be looked at"), "{}", text(&page));
        let event = text(&editor.get("/staff/triggers/1").await);
        assert!(event.contains("event at the vendor") && event.contains("→ China"), "{event}");
        assert!(event.contains("To be looked at until Monday 30 November 2026"), "five working days: {event}");
        assert_eq!(tia_codes(&page), "", "who owns it is no description of the transfer");
        let page = save(&editor, &path, "2", &[("ultimate_parent_country", "China"), ("legal_name", "Other Inc.")]).await;
        let event = text(&editor.get("/staff/triggers/2").await);
        assert!(event.contains("the transfer changes") && event.contains("Acme Inc. → Other Inc."), "{event}");
        assert_eq!(tia_codes(&page), "TIA_NOT_APPROVED");
    }

    async fn a_lost_certificate_is_an_event_at_the_vendor_unless_another_takes_its_place(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = assessed(&editor, &approver).await;
        let place = format!("{path}/certificates");
        let add = async |other: &[(&str, &str)]| {
            done(&assessor, &format!("{place}/new"), &with(&ISO, other)).await;
        };
        let end = async |number: u8| {
            text(&done(&assessor, &format!("{place}/{number}/end"), &[("seen", "1")]).await)
        };
        let said = "The assessments of transfers to the company must be looked at: there is a task.";
        let asked = async || open_tasks(&app, "TRIGGER_TO_JUDGE").await.len();
        add(&[]).await;
        let page = end(1).await;
        assert!(page.contains("The certificate no longer counts.") && page.contains(said), "{page}");
        let event = text(&editor.get("/staff/triggers/1").await);
        assert!(event.contains("event at the vendor"), "{event}");
        assert!(event.contains("ISO/IEC 27001 (Hosting), Example Audit AS, valid until 31 Dec 2026"), "{event}");
        assert!(event.contains("To be looked at until Monday 30 November 2026"), "five working days: {event}");
        assert_eq!(asked().await, 1);
        assert_eq!(tia_codes(&editor.get(&path).await), "", "it is no description of the transfer");

        // Another one of its kind counts today; the last one of them is missed.
        add(&[("scope", "Backup")]).await;
        add(&[("scope", "Hosting and backup")]).await;
        assert!(!end(2).await.contains(said));
        assert_eq!(asked().await, 1);
        assert!(end(3).await.contains(said));
        assert_eq!(asked().await, 2);
        // One that had run out, and one that counts later only.
        add(&[("valid_to", "2026-11-22")]).await;
        add(&[("valid_from", "2026-11-24")]).await;
        for number in [4, 5] {
            assert!(!end(number).await.contains(said), "{number}");
        }
        assert_eq!(asked().await, 2);
        // What runs out earlier than it was said is lost as well.
        add(&[("kind", "SOC2_TYPE_II")]).await;
        let shorter = [("kind", "SOC2_TYPE_II"), ("seen", "1"), ("valid_to", "2026-11-22")];
        let page = text(&done(&assessor, &format!("{place}/6"), &with(&ISO, &shorter)).await);
        assert!(page.contains("saved as version 2") && page.contains(said), "{page}");
        assert_eq!(asked().await, 3);
    }

    async fn a_security_assessment_that_fails_is_an_event_at_the_vendor(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = assessed(&editor, &approver).await;
        let asked = async || open_tasks(&app, "TRIGGER_TO_JUDGE").await.len();
        let said = "Its assessments of transfers must be looked at: there is a task.";
        let save = async |path: &str, other: &[(&str, &str)]| {
            text(&done(&assessor, &format!("{path}/security"), &with(&ASSESSMENT, other)).await)
        };
        let first = save(path.as_str(), &[("result", "FAILED")]).await;
        assert!(!first.contains(said), "nothing rested on it: {first}");
        save(path.as_str(), &[("seen", "1")]).await;
        assert_eq!(asked().await, 0);
        let failed = save(path.as_str(), &[("seen", "2"), ("result", "FAILED")]).await;
        assert!(failed.contains(said), "{failed}");
        let event = text(&editor.get("/staff/triggers/1").await);
        assert!(event.contains("event at the vendor"), "{event}");
        assert!(event.contains("The security assessment of Sunday 1 November 2026 came to: failed."), "{event}");
        assert!(event.contains("To be looked at until Monday 30 November 2026"), "five working days: {event}");
        assert_eq!(asked().await, 1);
        let again = save(path.as_str(), &[("seen", "3"), ("result", "FAILED"), ("summary", "Nothing was mended")]).await;
        assert!(!again.contains(said), "it had failed before: {again}");
        assert_eq!(asked().await, 1);

        let used = complete(&editor, &assessor, &approver).await;
        listed(&app, &used).await;
        let failed = save(used.as_str(), &[("seen", "1"), ("result", "FAILED")]).await;
        assert!(failed.contains(said), "{failed}");
        let event = text(&editor.get("/staff/triggers/2").await);
        assert!(event.contains("Acme Hosting GmbH"), "{event}");
        assert_eq!(asked().await, 2);
    }

    async fn a_version_that_was_handed_in_before_an_event_does_not_answer_it(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let path = assessed(&editor, &approver).await;
        let approve = format!("{path}/tia/1/approve");
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        hand_in(&editor, &path).await;
        app.advance(TimeDelta::minutes(1));
        done(&editor, &format!("{path}/tia/1/measures/1"), &PLANNED).await;
        let refused = approver.post(&approve, &[("seen", "2")]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("came after this version was handed in"), "{}", text(&refused));
        let page = text(&approver.get(&format!("{path}/tia/1")).await);
        assert!(page.contains("It cannot be approved as it is") && page.contains("asks for a review"), "{page}");
        assert_eq!(open_tasks(&app, "TIA_REVIEW").await.len(), 1);
        done(&approver, &format!("{path}/tia/1/reject"), &[("seen", "2"), ("rejection", "The measure is gone")]).await;
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        hand_in(&editor, &path).await;
        done(&approver, &approve, &[("seen", "3")]).await;
        assert_eq!(open_tasks(&app, "TIA_REVIEW").await.len(), 0);
    }

    async fn an_event_concerns_a_first_version_that_waits_for_a_decision(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let path = vendor(&editor, &approver).await;
        know_the_united_states(&editor, &approver).await;
        full(&editor, &path, "IMPLEMENTED").await;
        app.advance(TimeDelta::minutes(1));
        let id = engagement_id(&app, &path).await;
        let page = happens(&editor, &id, "PUBLICATION", "").await;
        assert!(text(&page).contains("It concerns 1 assessment"), "{}", text(&page));
        let approve = format!("{path}/tia/1/approve");
        let refused = approver.post(&approve, &[("seen", "1")]).await;
        assert_eq!(refused.status, 409);
        assert!(text(&refused).contains("say first whether it has an impact"), "{}", text(&refused));
        no_impact(&editor, &path, "1").await;
        done(&approver, &approve, &[("seen", "1")]).await;
    }

    async fn one_task_follows_the_nearest_day_of_all_events(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let path = assessed(&editor, &approver).await;
        let id = engagement_id(&app, &path).await;
        happens(&editor, &id, "INSTRUMENT_REPLACED", "2027-11-30").await;
        let review = answer(&editor, slug_of(&path), "1", "REVIEW", "Other clauses").await;
        assert_eq!(review.status, 303, "{}", text(&review));
        let first = the_review(&app).await;
        assert_eq!(first.due_on, day("2027-11-30"));
        done(&editor, &format!("{path}/tia/1/measures/1"), &PLANNED).await;
        let second = the_review(&app).await;
        assert_eq!((second.id, second.due_on), (first.id, day("2026-12-07")));
        assert!(second.title.contains("event 2"), "{}", second.title);
        happens(&editor, &id, "IMPORTER_NOTICE", "").await;
        let third = the_review(&app).await;
        assert_eq!(third.due_on, day("2026-12-07"));
        assert!(third.title.contains("event 3"), "{}", third.title);
    }

    async fn whoever_answers_second_is_shown_the_first_answer_beside_their_own(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let second = app.signed_in_as("second editor", &[Role::LegalEditor]).await;
        let path = assessed(&editor, &approver).await;
        let id = engagement_id(&app, &path).await;
        happens(&editor, &id, "PUBLICATION", "").await;
        no_impact(&editor, &path, "1").await;
        for (triage, reason, told) in [
            ("REVIEW", "The ruling names this vendor", "Review it: The ruling names this vendor"),
            ("NO_IMPACT", "", "No impact: no reason"),
            ("", "Not sure yet", "Nothing chosen: Not sure yet"),
        ] {
            let late = answer(&second, slug_of(&path), "1", triage, reason).await;
            assert_eq!(late.status, 409, "{triage}");
            let page = text(&late);
            for words in ["Somebody answered first", "Acme Inc.: Speech, assessment 1", "No impact: Looked at (", told] {
                assert!(page.contains(words), "{words}: {page}");
            }
        }
        let event = text(&second.get("/staff/triggers/1").await);
        assert!(event.contains("No impact: Looked at (") && !event.contains("ruling") && event.contains("Closed"), "{event}");
        assert_eq!(open_tasks(&app, "TIA_REVIEW").await.len(), 0, "the second answer did nothing");
    }

    async fn an_event_about_many_assessments_is_answered_page_by_page(app: TestApp) {
        fill(&app, 60, 2).await;
        let editor = app.signed_in(Role::LegalEditor).await;
        let event = [
            ("kind", "PUBLICATION"),
            ("description", "Guidance on notes"),
            ("occurred_on", "2026-11-23"),
            ("scope", "INSTRUMENT"),
            ("instrument", "NONE_REQUIRED"),
        ];
        let page = done(&editor, "/staff/triggers/new", &event).await;
        let told = text(&page);
        for words in ["It concerns 60 assessments", "60 of 60 assessments", "1 to 50 of 60 assessments"] {
            assert!(told.contains(words), "{words}: {told}");
        }
        let second = editor.get("/staff/triggers/1?page=2").await;
        assert_eq!((asked(&page).len(), asked(&second).len()), (50, 10));
        let all: BTreeSet<String> = asked(&page).into_iter().chain(asked(&second)).collect();
        assert_eq!(all.len(), 60, "each once");

        // Somebody answers; a form that was opened before is about the line that its reader saw.
        let open = asked(&second);
        let first = answer(&editor, &open[0], "1", "NO_IMPACT", "Stays in Norway").await;
        assert_eq!(first.status, 303, "{}", text(&first));
        let silent = answer(&editor, &open[1], "1", "NO_IMPACT", "").await;
        assert_eq!(silent.status, 422);
        let field = format!("reason-{}-1", open[1]);
        assert!(silent.text.contains(&format!("href=\"#{field}\"")) && silent.text.contains(&format!("name=\"{field}\"")), "its line is shown");
        let late = answer(&editor, &open[0], "1", "REVIEW", "After all").await;
        assert_eq!(late.status, 409);
        assert!(text(&late).contains("Review it: After all") && text(&late).contains("No impact: Stays in Norway ("), "{}", text(&late));

        let page = editor.get("/staff/triggers/1").await;
        assert!(text(&page).contains("59 of 60 assessments") && !text(&page).contains("Stays in Norway"), "{}", text(&page));
        for beyond in ["2", "9"] {
            let last = editor.get(&format!("/staff/triggers/1?page={beyond}")).await;
            assert_eq!((last.status, asked(&last).len()), (200, 9));
            assert!(text(&last).contains("No impact: Stays in Norway ("), "answered ones come last");
        }
        let list = text(&editor.get("/staff/triggers").await);
        assert!(list.contains("59 of 60 open") && list.contains("1 to 1 of 1 events"), "{list}");
    }

    async fn the_task_of_an_event_is_closed_by_its_answers_and_in_no_other_way(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let path = assessed(&editor, &approver).await;
        done(&editor, "/staff/triggers/new", &LAW).await;
        let asked = open_tasks(&app, "TRIGGER_TO_JUDGE").await;
        assert_eq!(asked.len(), 1);
        let place = format!("/staff/tasks/{}", asked[0].id);
        let list = editor.get("/staff/tasks").await.text;
        assert!(list.contains(&format!("{place}/take")) && !list.contains(&format!("{place}/done")), "{list}");
        let refused = editor.post(&format!("{place}/done"), &[]).await;
        assert_eq!(refused.status, 409);
        let why = text(&refused);
        assert!(why.contains("closes by itself") && why.contains("/staff/triggers/1"), "{why}");
        assert_eq!(open_tasks(&app, "TRIGGER_TO_JUDGE").await, asked, "nobody has said what it means");
        assert!(text(&editor.get("/staff/tasks").await).contains("Event 1"));
        no_impact(&editor, &path, "1").await;
        assert_eq!(open_tasks(&app, "TRIGGER_TO_JUDGE").await, []);
    }

    async fn the_list_of_events_is_searched_by_what_its_lines_show(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let path = assessed(&editor, &approver).await;
        let id = engagement_id(&app, &path).await;
        happens(&editor, &id, "PUBLICATION", "").await;
        done(&editor, "/staff/triggers/new", &LAW).await;
        for (words, first, second) in [
            ("", true, true),
            ("event", true, true),
            ("event+2", false, true),
            ("authority", true, false),
            ("RENEWED", false, true),
            ("united+states", false, true),
            ("acme+speech", true, false),
            ("acme+renewed", false, false),
        ] {
            let list = text(&editor.get(&format!("/staff/triggers?q={words}")).await);
            let found = (list.contains("Event 1: publication"), list.contains("Event 2: law"));
            assert_eq!(found, (first, second), "{words}: {list}");
        }
        let nothing = editor.get("/staff/triggers?q=acme+renewed").await;
        assert!(text(&nothing).contains("Nothing found") && nothing.text.contains("value=\"acme renewed\""), "{}", text(&nothing));
    }

    async fn whoever_moved_a_measure_into_a_draft_does_not_approve_it(app: TestApp) {
        let [editor, approver] = people(&app).await;
        let hats = app.signed_in_as("two hats", &[Role::LegalEditor, Role::LegalApprover]).await;
        let path = assessed(&editor, &approver).await;
        let checked = [("status", "VERIFIED"), ("evidence", "Report 7"), ("verified_by", "Security office"), ("verified_on", "2026-11-20")];
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        done(&hats, &format!("{path}/tia/1/measures/1"), &checked).await;
        hand_in(&editor, &path).await;
        let approve = format!("{path}/tia/1/approve");
        assert_eq!(hats.post(&approve, &[("seen", "2")]).await.status, 403, "it went into the draft");
        done(&approver, &approve, &[("seen", "2")]).await;
        // The same where the draft was begun afterwards: it starts from measures as they are.
        let more = with(&checked, &[("evidence", "Report 8")]);
        done(&hats, &format!("{path}/tia/1/measures/1"), &more).await;
        done(&editor, &format!("{path}/tia/1/new-version"), &[]).await;
        hand_in(&editor, &path).await;
        assert_eq!(hats.post(&approve, &[("seen", "3")]).await.status, 403);
        done(&approver, &approve, &[("seen", "3")]).await;
    }
}
