//! The nightly look at the gates of what is in use: tasks for what is red, suspension where a mechanism is lost.

use chrono::TimeDelta;
use domain::change::{ChangeState, ChangeType, NoticeClass};
use domain::engagement::state::EngagementState;
use domain::id::EngagementId;
use domain::role::Role;
use forenotice::jobs::run_due;
use forenotice::store::activations::list_decisions;
use forenotice::store::changes::{Change, list};
use forenotice::store::engagements::{current, list_engagement_states};
use forenotice::store::lines::list_lines;
use forenotice::store::tasks::{Task, list_open_tasks_of, list_tasks_about};

use crate::both;
use crate::journey::clients;
use crate::register::{ASSESSMENT, Pairs, company, contract, done, engagement, listed, text, with};
use crate::support::{Client, TestApp};

/// A vendor in one country with nothing but its facts on file.
async fn vendor(editor: &Client, name: &'static str, country: &'static str) -> String {
    let form = with(&company(name, country), &engagement(country));
    editor
        .post("/staff/register/new", &form)
        .await
        .location()
        .to_owned()
}

fn transfer(
    importer: &'static str,
    destination: &'static str,
    other: &[(&'static str, &'static str)],
) -> Pairs<'static> {
    let base = [
        ("seen", "0"),
        ("origins", "EU"),
        ("destination", destination),
        ("importer", importer),
    ];
    with(&base, other)
}

/// A look at the list of certified companies, made today.
async fn look(app: &TestApp, editor: &Client, path: &str, status: &str) {
    let today = app
        .state
        .publisher()
        .zone
        .local_date(app.state.clock.now())
        .to_string();
    let found = [
        ("entity", "Acme Inc."),
        ("checked_on", today.as_str()),
        ("eu_us_status", status),
        ("eu_us_covers_non_hr", "yes"),
    ];
    done(editor, &format!("{path}/dpf/new"), &found).await;
}

async fn state_of(app: &TestApp, id: EngagementId) -> EngagementState {
    let mut tx = app.state.db.read().await.unwrap();
    current(&mut tx, id).await.unwrap().unwrap().state.state
}

async fn open_tasks(app: &TestApp, id: EngagementId) -> Vec<Task> {
    let mut tx = app.state.db.read().await.unwrap();
    let mut tasks = list_tasks_about(&mut tx, id.uuid()).await.unwrap();
    tasks.retain(|task| task.done.is_none());
    tasks
}

fn kinds(tasks: &[Task]) -> Vec<(&str, Role)> {
    let mut kinds: Vec<_> = tasks.iter().map(|task| (task.kind.as_str(), task.role)).collect();
    kinds.sort_unstable();
    kinds
}

fn says(tasks: &[Task], what: &str) -> bool {
    tasks.iter().any(|task| task.title.contains(what))
}

/// Changes that the system drafted, with what each tells.
async fn told(app: &TestApp) -> Vec<(Change, Vec<(ChangeType, NoticeClass)>)> {
    let mut tx = app.state.db.read().await.unwrap();
    let mut all = list(&mut tx).await.unwrap();
    all.retain(|change| change.created_by.is_none());
    let mut told = Vec::new();
    for change in all {
        let lines = list_lines(&mut tx, change.id).await.unwrap();
        let lines = lines.iter().map(|line| (line.change_type, line.notice_class));
        told.push((change, lines.collect()));
    }
    told
}

async fn open_of(app: &TestApp, kind: &str) -> Vec<Task> {
    let mut tx = app.state.db.read().await.unwrap();
    list_open_tasks_of(&mut tx, kind).await.unwrap()
}

/// A vendor in the United States beside the demo's, in use on the framework, of which the list says today that it has left.
async fn left_the_framework(app: &TestApp, editor: &Client) -> (String, EngagementId) {
    let path = vendor(editor, "Acme Inc.", "US").await;
    look(app, editor, &path, "ACTIVE").await;
    let framework = transfer(
        "Acme Inc.",
        "US",
        &[("mechanism", "DPF"), ("dpf_non_hr_data", "yes")],
    );
    done(editor, &format!("{path}/transfer"), &framework).await;
    let id = listed(app, &path).await;
    night(app, 1).await;
    look(app, editor, &path, "INACTIVE_WITHDRAWN").await;
    (path, id)
}

async fn night(app: &TestApp, days: i64) {
    app.advance(TimeDelta::days(days));
    run_due(&app.state).await.unwrap();
}

both! {
    async fn what_is_red_of_an_engagement_in_use_is_a_task_until_it_is_green(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Acme Hosting GmbH", "DE").await;
        run_due(&app.state).await.unwrap();
        let id = listed(&app, &path).await;
        run_due(&app.state).await.unwrap();
        assert_eq!(open_tasks(&app, id).await, [], "until the night");
        night(&app, 1).await;
        let mut tasks = open_tasks(&app, id).await;
        tasks.sort_by_key(|task| task.role);
        assert_eq!(kinds(&tasks), [("GATES_RED", Role::LegalEditor), ("GATES_RED", Role::SecurityAssessor)]);
        assert_eq!(
            tasks[0].title,
            "Acme Hosting GmbH: Object Storage is in use and red: No agreement in force, TIA missing"
        );
        assert_eq!(tasks[0].due_on, Some("2026-12-01".parse().unwrap()));
        night(&app, 1).await;
        let mut again = open_tasks(&app, id).await;
        again.sort_by_key(|task| task.role);
        assert_eq!(again, tasks, "once");

        done(&editor, &format!("{path}/contract"), &contract("Acme Hosting GmbH")).await;
        done(&assessor, &format!("{path}/security"), &ASSESSMENT).await;
        run_due(&app.state).await.unwrap();
        let tasks = open_tasks(&app, id).await;
        assert_eq!(kinds(&tasks), [("GATES_RED", Role::LegalEditor)], "what is green is closed at once");
        assert!(tasks[0].title.ends_with("is in use and red: TIA missing"), "{}", tasks[0].title);
        crate::register::eea_note(&editor, &path).await;
        done(&approver, &format!("{path}/tia/1/approve"), &[("seen", "1")]).await;
        run_due(&app.state).await.unwrap();
        assert_eq!(open_tasks(&app, id).await, []);
        assert_eq!(state_of(&app, id).await, EngagementState::Active);
    }

    async fn adequacy_that_ends_by_its_date_suspends_by_itself_and_once(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let approver = app.signed_in(Role::LegalApprover).await;
        let path = vendor(&editor, "Acme Ltd", "GB").await;
        done(&editor, &format!("{path}/transfer"), &transfer("Acme Ltd", "GB", &[("mechanism", "ADEQUACY")])).await;
        let id = listed(&app, &path).await;
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Active);
        // The decision on the United Kingdom runs to 27 December 2031, 24:00 in Brussels.
        let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        night(&app, (day("2031-12-27") - day("2026-11-24")).num_days()).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Active, "on its last day");
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Suspended);
        night(&app, 1).await;
        run_due(&app.state).await.unwrap();

        let mut tx = app.state.db.read().await.unwrap();
        let states = list_engagement_states(&mut tx, id).await.unwrap();
        assert_eq!(states.len(), 3, "draft, active, suspended once");
        assert_eq!(states[0].recorded.by, None, "by the system");
        let reason = states[0].reason.clone().unwrap();
        assert!(reason.contains("transfer mechanism is lost") && reason.contains("ADEQUACY_EXPIRED"), "{reason}");
        let decisions = list_decisions(&mut tx, id).await.unwrap();
        assert_eq!((decisions.len(), decisions[0].purpose.as_str(), decisions[0].is_allowed), (1, "SUSPEND", false));
        let entries: i64 = forenotice::on!(&mut tx, |c| sqlx::query_scalar(
            "SELECT COUNT(*) FROM audit WHERE action = 'engagement.suspended' AND actor_kind = 'system'"
        ).fetch_one(c).await).unwrap();
        assert_eq!(entries, 1);
        assert!(forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap().is_intact());
        drop(tx);
        let tasks = open_tasks(&app, id).await;
        assert_eq!(kinds(&tasks), [("MECHANISM_LOST", Role::LegalApprover), ("MECHANISM_LOST", Role::Operator)]);
        assert_eq!(told(&app).await.len(), 1, "customers are told once");
        let page = text(&approver.get(&path).await);
        assert!(page.contains("Suspended since") && page.contains("transfer mechanism is lost"), "{page}");
        done(&editor, &format!("{path}/offboard"), &[("reason-offboard", "Replaced")]).await;
        run_due(&app.state).await.unwrap();
        let tasks = open_tasks(&app, id).await;
        assert!(!kinds(&tasks).iter().any(|(kind, _)| *kind == "MECHANISM_LOST"), "decided: {tasks:?}");
    }

    async fn findings_that_it_came_with_never_suspend_and_a_loss_after_them_does(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor, "Acme Inc.", "US").await;
        let id = listed(&app, &path).await;
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Active, "no transfer was ever recorded");
        look(&app, &editor, &path, "INACTIVE_LAPSED").await;
        let framework = transfer("Acme Inc.", "US", &[("seen", "0"), ("mechanism", "DPF"), ("dpf_non_hr_data", "yes")]);
        done(&editor, &format!("{path}/transfer"), &framework).await;
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Active, "recorded as it was found, so nothing was lost");
        assert!(says(&open_tasks(&app, id).await, "Not active on the DPF list"));

        look(&app, &editor, &path, "ACTIVE").await;
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Active);
        night(&app, 120).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Active, "an old look at the list is a task");
        assert!(says(&open_tasks(&app, id).await, "DPF check too old"));
        look(&app, &editor, &path, "INACTIVE_WITHDRAWN").await;
        run_due(&app.state).await.unwrap();
        assert_eq!(state_of(&app, id).await, EngagementState::Active, "until the night, so that a slip can be put right");
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Suspended);
    }

    async fn customers_are_told_of_a_loss_by_a_notice_that_the_system_drafts_and_two_people_send(app: TestApp) {
        let [editor, approver, _] = clients(&app).await;
        let (_, id) = left_the_framework(&app, &editor).await;
        assert_eq!(told(&app).await.len(), 0);
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Suspended);
        let drafted = told(&app).await;
        let [(change, lines)] = &drafted[..] else { panic!("{drafted:?}") };
        assert_eq!(change.title, "Transfer mechanism lost: Acme Inc.: Object Storage");
        assert_eq!((change.state, &lines[..]), (ChangeState::Draft, &[(ChangeType::MechanismLost, NoticeClass::D)][..]));
        let tasks = open_of(&app, "NOTICE_DRAFTED").await;
        assert_eq!((tasks.len(), tasks[0].role, tasks[0].about_id), (1, Role::LegalEditor, Some(change.id)));
        assert_eq!(open_of(&app, "CUSTOMERS_UNTOLD").await, []);
        night(&app, 1).await;
        assert_eq!(told(&app).await.len(), 1, "once");

        // Nobody opened it, so whoever hands it in has worked on it.
        let path = format!("/staff/changes/{}", change.number);
        let both = app.signed_in_as("both", &[Role::LegalEditor, Role::LegalApprover]).await;
        let handed_in = both.post(&format!("{path}/submit"), &[]).await;
        assert_eq!(handed_in.status, 303, "{}", text(&handed_in));
        let today = app.state.publisher().zone.local_date(app.state.clock.now()).to_string();
        let day = [("dispatch_on", today.as_str())];
        let own = both.post(&format!("{path}/approve"), &day).await;
        assert_ne!(own.status, 303, "two people");
        let page = approver.get(&path).await.text;
        let approved = approver.post_filled(&page, &format!("{path}/approve"), &day).await;
        assert_eq!(approved.status, 303, "{}", text(&approved));
        let mut tx = app.state.db.read().await.unwrap();
        assert!(forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap().is_intact());
    }

    async fn where_no_notice_can_be_drafted_somebody_is_asked_to_tell_customers(app: TestApp) {
        let [editor, _, _] = clients(&app).await;
        let (path, id) = left_the_framework(&app, &editor).await;
        let planned = app.state.publisher().zone.local_date(app.state.clock.now()).to_string();
        let engagement = id.to_string();
        let form = [
            ("title", "A failure of theirs"),
            ("planned_on", planned.as_str()),
            ("engagement", engagement.as_str()),
            ("change_type", "MECHANISM_LOST"),
            ("replaces", ""),
        ];
        let opened = editor.post("/staff/changes", &form).await;
        assert_eq!(opened.status, 303, "{}", text(&opened));
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Suspended);
        assert_eq!(told(&app).await.len(), 0);
        let tasks = open_of(&app, "CUSTOMERS_UNTOLD").await;
        assert_eq!((tasks.len(), tasks[0].role, tasks[0].path.as_str()), (1, Role::LegalEditor, path.as_str()));
        assert!(tasks[0].title.starts_with("Tell customers of Acme Inc.: Object Storage: Transfer mechanism lost"), "{}", tasks[0].title);
        assert!(tasks[0].title.contains("it is in change 2026-"), "{}", tasks[0].title);
    }

    async fn a_transfer_that_is_taken_from_the_record_while_data_goes_there_is_a_loss(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let adequate = [("mechanism", "ADEQUACY")];
        for (name, again) in [("Acme Ltd", true), ("Umbra Ltd", false)] {
            let path = vendor(&editor, name, "GB").await;
            done(&editor, &format!("{path}/transfer"), &transfer(name, "GB", &adequate)).await;
            let id = listed(&app, &path).await;
            night(&app, 1).await;
            let page = text(&editor.get(&format!("{path}/transfer/1")).await);
            assert!(page.contains("is suspended in the night, unless another transfer to it is recorded"), "{page}");
            done(&editor, &format!("{path}/transfer/1/end"), &[]).await;
            if again {
                done(&editor, &format!("{path}/transfer"), &transfer(name, "GB", &adequate)).await;
            }
            run_due(&app.state).await.unwrap();
            assert_eq!(state_of(&app, id).await, EngagementState::Active, "until the night");
            night(&app, 1).await;
            let expected = if again { EngagementState::Active } else { EngagementState::Suspended };
            assert_eq!(state_of(&app, id).await, expected, "{name}");
            if !again {
                let mut tx = app.state.db.read().await.unwrap();
                let why = current(&mut tx, id).await.unwrap().unwrap().state.reason.unwrap();
                assert!(why.contains("no transfer to United Kingdom is recorded (NO_VALID_MECHANISM)"), "{why}");
            }
        }
    }

    async fn what_is_lost_in_one_night_is_told_by_one_notice_until_somebody_works_on_it(app: TestApp) {
        let [editor, _, _] = clients(&app).await;
        let adequate = [("mechanism", "ADEQUACY")];
        let mut paths = Vec::new();
        for name in ["Acme Ltd", "Umbra Ltd", "Civis Ltd"] {
            let path = vendor(&editor, name, "GB").await;
            done(&editor, &format!("{path}/transfer"), &transfer(name, "GB", &adequate)).await;
            listed(&app, &path).await;
            paths.push(path);
        }
        night(&app, 1).await;
        for path in &paths[..2] {
            done(&editor, &format!("{path}/transfer/1/end"), &[]).await;
        }
        night(&app, 1).await;
        let drafted = told(&app).await;
        let [(change, lines)] = &drafted[..] else { panic!("{drafted:?}") };
        assert_eq!(lines.len(), 2);
        assert_eq!(change.title, ChangeType::MechanismLost.label(), "each line says it of its own engagement");
        let tasks = open_of(&app, "NOTICE_DRAFTED").await;
        assert_eq!(tasks.len(), 1);
        assert!(tasks[0].title.ends_with(&change.title), "{}", tasks[0].title);
        // The next night is another day, and gets a notice of its own.
        done(&editor, &format!("{}/transfer/1/end", paths[2]), &[]).await;
        night(&app, 1).await;
        assert_eq!(told(&app).await.len(), 2);
        let mut tx = app.state.db.read().await.unwrap();
        assert!(forenotice::audit::verify(&mut tx, &app.state.keys).await.unwrap().is_intact());
    }

    async fn a_scope_that_is_denied_suspends(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor, "Acme Corp.", "CA").await;
        let reliance = [("mechanism", "ADEQUACY"), ("adequacy_in_scope", "yes"), ("adequacy_evidence", "Its statement of 2 March")];
        done(&editor, &format!("{path}/transfer"), &transfer("Acme Corp.", "CA", &reliance)).await;
        let id = listed(&app, &path).await;
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Active);
        let answer = editor.fill(&format!("{path}/transfer/1"), &[("adequacy_in_scope", "no")]).await;
        assert_eq!(answer.status, 303, "{}", text(&answer));
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Suspended);
    }

    async fn a_place_that_is_planned_suspends_nothing(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        let path = vendor(&editor, "Acme Ltd", "GB").await;
        done(&editor, &format!("{path}/transfer"), &transfer("Acme Ltd", "GB", &[("mechanism", "ADEQUACY")])).await;
        let id = listed(&app, &path).await;
        night(&app, 1).await;
        let moved = with(&engagement("GB"), &[
            ("seen", "1"), ("rows", "2"), ("place_2", "US"), ("kind_2", "SUPPORT"), ("remote_access", "yes"), ("reason", "Planned"),
        ]);
        done(&editor, &format!("{path}/edit"), &moved).await;
        night(&app, 1).await;
        assert_eq!(state_of(&app, id).await, EngagementState::Active);
        assert!(says(&open_tasks(&app, id).await, "No valid transfer mechanism"));
    }
}
