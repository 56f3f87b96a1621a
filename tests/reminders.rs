//! Dated facts of the register become tasks, each once, and close when the fact moves.

use chrono::{NaiveDate, TimeDelta};
use domain::role::Role;
use forenotice::jobs::reminders::TIMERS;
use forenotice::jobs::run_due;
use forenotice::store::tasks::{Task, find_listed_task, list_open_tasks_of};

use crate::both;
use crate::register::{ASSESSMENT, contract, done, named, with};
use crate::support::TestApp;

async fn open(app: &TestApp, kind: &str) -> Vec<Task> {
    run_due(&app.state).await.unwrap();
    let mut tx = app.state.db.read().await.unwrap();
    list_open_tasks_of(&mut tx, kind).await.unwrap()
}

/// Since when the daily mail names a task once more.
async fn reminded(app: &TestApp, task: &Task) -> Option<NaiveDate> {
    let mut tx = app.state.db.read().await.unwrap();
    find_listed_task(&mut tx, task.id)
        .await
        .unwrap()
        .unwrap()
        .remind_on
}

#[test]
fn every_timer_has_a_word_and_days_of_its_own() {
    let mut kinds: Vec<&str> = TIMERS.iter().map(|timer| timer.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), TIMERS.len());
    assert!(TIMERS.iter().all(|timer| !timer.days_before.is_empty()));
}

both! {
    async fn an_assessment_that_expires_is_a_task_at_60_30_and_7_days(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let place = format!("{path}/security");
        // 60 days before it is 25 November.
        done(&assessor, &place, &with(&ASSESSMENT, &[("valid_to", "2027-01-24")])).await;
        assert_eq!(open(&app, "SECURITY_EXPIRES").await, []);
        app.advance(TimeDelta::days(2));
        let tasks = open(&app, "SECURITY_EXPIRES").await;
        assert_eq!(tasks.len(), 1);
        assert_eq!((tasks[0].role, tasks[0].due_on), (Role::SecurityAssessor, "2027-01-24".parse().ok()));
        assert!(tasks[0].title.contains("the assessment counts until Sunday 24 January 2027"), "{}", tasks[0].title);
        assert!(assessor.get("/staff").await.text.contains(&format!("href=\"{place}\"")), "it leads to where it is done");
        app.advance(TimeDelta::days(5));
        assert_eq!(open(&app, "SECURITY_EXPIRES").await, tasks, "once");

        let closed = assessor.post(&format!("/staff/tasks/{}/done", tasks[0].id), &[]).await;
        assert_eq!(closed.status, 409, "an assessment closes it, and nothing else");
        assert_eq!(reminded(&app, &tasks[0]).await, None);
        app.advance(TimeDelta::days(24));
        assert_eq!(open(&app, "SECURITY_EXPIRES").await, tasks, "31 days before");
        assert_eq!(reminded(&app, &tasks[0]).await, None);
        app.advance(TimeDelta::days(1));
        assert_eq!(open(&app, "SECURITY_EXPIRES").await, tasks, "one task for all its days");
        assert_eq!(reminded(&app, &tasks[0]).await, "2026-12-25".parse().ok(), "30 days before it is named again");

        let later = with(&ASSESSMENT, &[("seen", "1"), ("valid_to", "2027-10-31")]);
        done(&assessor, &place, &later).await;
        assert_eq!(open(&app, "SECURITY_EXPIRES").await, [], "the fact moved");
        app.advance(TimeDelta::days(400));
        assert_eq!(open(&app, "SECURITY_EXPIRES").await.len(), 1, "one for all that came due at once");
    }

    async fn a_day_that_moved_away_by_mistake_and_back_is_reminded_of_again(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let place = format!("{path}/security");
        let until = |seen, valid_to| with(&ASSESSMENT, &[("seen", seen), ("valid_to", valid_to)]);
        done(&assessor, &place, &until("0", "2026-12-13")).await;
        let first = open(&app, "SECURITY_EXPIRES").await;
        assert_eq!(first.len(), 1, "20 days before");
        done(&assessor, &place, &until("1", "2027-12-13")).await;
        assert_eq!(open(&app, "SECURITY_EXPIRES").await, []);
        done(&assessor, &place, &until("2", "2026-12-13")).await;
        let again = open(&app, "SECURITY_EXPIRES").await;
        assert_eq!(again.len(), 1, "it is the day again");
        assert_ne!(again[0].id, first[0].id);
        assert_eq!(open(&app, "SECURITY_EXPIRES").await, again, "once");
        // The same within the last days, after the last of its reminders.
        app.advance(TimeDelta::days(15));
        done(&assessor, &place, &until("3", "2027-12-13")).await;
        assert_eq!(open(&app, "SECURITY_EXPIRES").await, []);
        done(&assessor, &place, &until("4", "2026-12-13")).await;
        assert_eq!(open(&app, "SECURITY_EXPIRES").await.len(), 1);
    }

    async fn a_permission_under_article_49_that_ends_is_a_task_7_days_before(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let dpo = app.signed_in(Role::Dpo).await;
        let path = named(&editor, "Acme Inc.").await;
        let reason = "A single file must be handed over to a court expert, on one day, for one hearing. ".repeat(3);
        let transfer = [
            ("seen", "0"),
            ("origins", "EU"),
            ("destination", "KE"),
            ("importer", "Acme Inc."),
            ("mechanism", "ART49"),
            ("derogation_reason", reason.as_str()),
        ];
        done(&editor, &format!("{path}/transfer"), &transfer).await;
        done(&editor, &format!("{path}/transfer"), &with(&transfer, &[("destination", "IN")])).await;
        assert_eq!(open(&app, "PERMISSION_ENDS").await, [], "nothing is permitted yet");
        for number in [1, 2] {
            let permit = [("seen", "1"), ("expires_on", "2026-12-01")];
            done(&dpo, &format!("{path}/transfer/{number}/permit"), &permit).await;
        }
        assert_eq!(open(&app, "PERMISSION_ENDS").await, [], "8 days before");
        app.advance(TimeDelta::days(1));
        let tasks = open(&app, "PERMISSION_ENDS").await;
        assert_eq!(tasks.len(), 2, "one for each transfer: {tasks:?}");
        for task in &tasks {
            assert_eq!((task.role, task.due_on), (Role::LegalEditor, "2026-12-01".parse().ok()));
        }
        let about = |place: &str| tasks.iter().find(|task| task.path == format!("{path}/transfer/{place}")).unwrap();
        let title = "Acme Inc.: find what takes the place of the permission under Article 49 for the transfer to Kenya, it ends with Tuesday 1 December 2026";
        assert_eq!(about("1").title, title);
        assert!(about("2").title.contains("India"), "{}", about("2").title);
        done(&editor, &format!("{path}/transfer/2/end"), &[]).await;
        let left = open(&app, "PERMISSION_ENDS").await;
        assert_eq!(left.iter().map(|task| task.id).collect::<Vec<_>>(), [about("1").id], "the other flow stopped");
        let other = with(&transfer, &[("seen", "2"), ("mechanism", "NONE_REQUIRED")]);
        done(&editor, &format!("{path}/transfer/1"), &other).await;
        assert_eq!(open(&app, "PERMISSION_ENDS").await, [], "it rests on something else");
    }

    async fn a_contract_that_ends_and_a_subscription_that_nobody_tests_are_tasks(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = named(&editor, "Acme Hosting GmbH").await;
        let place = format!("{path}/contract");
        let terms = with(&contract("Acme Hosting GmbH"), &[
            ("ends_on", "2027-01-31"),
            ("feed_channel", "RSS"),
            ("feed_owner", "Privacy office"),
            ("feed_tested_on", "2025-11-29"),
        ]);
        done(&editor, &place, &terms).await;
        assert_eq!(open(&app, "CONTRACT_ENDS").await, []);
        let tests = open(&app, "CHANGE_FEED_TEST").await;
        assert_eq!(tests[0].due_on, "2026-11-29".parse().ok(), "a year after the last one");
        app.advance(TimeDelta::days(9));
        let ends = open(&app, "CONTRACT_ENDS").await;
        assert_eq!((ends.len(), ends[0].due_on), (1, "2027-01-31".parse().ok()));
        let longer = with(&terms, &[("seen", "1"), ("ends_on", ""), ("feed_tested_on", "2026-12-01")]);
        done(&editor, &place, &longer).await;
        assert_eq!(open(&app, "CONTRACT_ENDS").await, []);
        assert_eq!(open(&app, "CHANGE_FEED_TEST").await, []);
    }
}
