//! The list of tasks over HTTP: who sees what, taking and handing back, and the page where a day starts.

use domain::id::TaskId;
use domain::role::Role;
use forenotice::store::tasks::{Task, find_listed_task, open_task};

use crate::both;
use crate::register::text;
use crate::support::TestApp;

/// Opens a task that a person closes; its id.
pub async fn add_task(app: &TestApp, role: Role, title: &str, due_on: Option<&str>) -> TaskId {
    add_of_kind(app, "TEST", role, title, due_on).await
}

async fn add_of_kind(app: &TestApp, kind: &str, role: Role, title: &str, due_on: Option<&str>) -> TaskId {
    let now = app.state.clock.now();
    let task = Task {
        id: TaskId::from(app.state.random.id(now)),
        kind: kind.to_owned(),
        role,
        title: title.to_owned(),
        path: "/staff/register".to_owned(),
        about_id: Some(app.state.random.id(now)),
        due_on: due_on.map(|day| day.parse().unwrap()),
        created_at: now,
        done: None,
    };
    let mut tx = app.state.db.write().await.unwrap();
    assert!(open_task(&mut tx, &task).await.unwrap());
    tx.commit().await.unwrap();
    task.id
}

both! {
    async fn a_task_is_taken_handed_back_and_done_and_the_log_says_so(app: TestApp) {
        let anna = app.signed_in_as("anna", &[Role::LegalEditor]).await;
        let ben = app.signed_in_as("ben", &[Role::LegalEditor]).await;
        let operator = app.signed_in(Role::Operator).await;
        let id = add_task(&app, Role::LegalEditor, "Review the contract", Some("2026-11-20")).await;
        let place = format!("/staff/tasks/{id}");
        let list = text(&anna.get("/staff/tasks").await);
        assert!(list.contains("Review the contract Legal editor Overdue Friday 20 November 2026"), "{list}");

        assert_eq!(operator.post(&format!("{place}/take"), &[("seen", "")]).await.status, 409, "not for this role");
        let taken = anna.post(&format!("{place}/take"), &[("seen", ""), ("back", "/staff/tasks?view=mine")]).await;
        assert_eq!((taken.status, taken.location()), (303, "/staff/tasks?view=mine"));
        assert!(text(&anna.get("/staff/tasks?view=mine").await).contains("with you since 23 Nov 2026"));
        assert_eq!(ben.post(&format!("{place}/take"), &[("seen", "")]).await.status, 409, "Ben had not seen that");
        assert_eq!(ben.post(&format!("{place}/hand-back"), &[]).await.status, 409, "it is not with Ben");
        assert!(!text(&ben.get("/staff/tasks").await).contains("Review the contract"), "a colleague has it");
        let everybody = ben.get("/staff/tasks?view=everybody").await;
        assert!(text(&everybody).contains("with Person anna since"), "{}", text(&everybody));

        let mut tx = app.state.db.read().await.unwrap();
        let with = find_listed_task(&mut tx, id).await.unwrap().unwrap().taken.unwrap().by.unwrap().to_string();
        drop(tx);
        assert!(everybody.text.contains(&format!("name=\"seen\" value=\"{with}\"")));
        assert_eq!(ben.post(&format!("{place}/take"), &[("seen", &with)]).await.status, 303, "taken over");
        let seen = text(&anna.get("/staff/tasks?view=everybody").await);
        assert!(seen.contains("with Person ben since"), "{seen}");
        assert_eq!(ben.post(&format!("{place}/hand-back"), &[("seen", "")]).await.status, 409, "a form that is old");
        let mut tx = app.state.db.read().await.unwrap();
        let with = find_listed_task(&mut tx, id).await.unwrap().unwrap().taken.unwrap().by.unwrap().to_string();
        drop(tx);
        assert_eq!(ben.post(&format!("{place}/hand-back"), &[("seen", &with)]).await.status, 303);
        let elsewhere = anna.post(&format!("{place}/done"), &[("back", "https://evil.example/")]).await;
        assert_eq!((elsewhere.status, elsewhere.location()), (303, "/staff"));
        let done = text(&ben.get("/staff/tasks?view=done").await);
        assert!(done.contains("Done 23 Nov 2026, 10:00 Oslo, by Person anna"), "{done}");
        assert_eq!(anna.post(&format!("{place}/take"), &[("seen", "")]).await.status, 409, "it is done");

        let mut tx = app.state.db.read().await.unwrap();
        let actions: Vec<String> = forenotice::on!(&mut tx, |c| sqlx::query_scalar(
            "SELECT action FROM audit WHERE subject_kind = 'task' ORDER BY seq"
        ).fetch_all(c).await).unwrap();
        assert_eq!(actions, ["task.taken", "task.taken", "task.handed_back", "task.closed"]);
    }

    async fn the_list_is_searched_narrowed_and_paged_by_its_address(app: TestApp) {
        let editor = app.signed_in(Role::LegalEditor).await;
        for number in 1..=51 {
            add_task(&app, Role::LegalEditor, &format!("Look at vendor {number:02}"), Some("2027-03-01")).await;
        }
        add_task(&app, Role::LegalApprover, "Approve <b>something</b>", Some("2026-11-27")).await;
        let first = text(&editor.get("/staff/tasks").await);
        assert!(first.contains("1 to 50 of 51 tasks") && first.contains("Next page"), "{first}");
        let second = text(&editor.get("/staff/tasks?page=2").await);
        assert!(second.contains("51 to 51 of 51 tasks") && second.contains("Previous page"));
        let found = text(&editor.get("/staff/tasks?q=VENDOR+07").await);
        assert!(found.contains("1 to 1 of 1 tasks") && found.contains("Look at vendor 07"), "{found}");
        let other = editor.get("/staff/tasks?view=everybody&role=legal_approver").await;
        assert!(other.text.contains("Approve &lt;b&gt;something&lt;/b&gt;") && text(&other).contains("by its role"));
        let week = text(&editor.get("/staff/tasks?view=everybody&due=week").await);
        assert!(week.contains("1 to 1 of 1 tasks"), "{week}");
        let none = text(&editor.get("/staff/tasks?due=overdue").await);
        assert!(none.contains("No task fits") && none.contains("Clear the filter"), "{none}");
        for odd in ["?view=nonsense&page=-3", "?page=999", "?role=nobody&q=%25%5C", "?due=never"] {
            assert_eq!(editor.get(&format!("/staff/tasks{odd}")).await.status, 200, "{odd}");
        }
        let start = text(&editor.get("/staff").await);
        assert!(start.contains("All 51 tasks") && start.contains("Look at vendor"), "{start}");
    }

    async fn whoever_may_not_read_customers_sees_the_tasks_of_their_own_roles_only(app: TestApp) {
        let assessor = app.signed_in(Role::SecurityAssessor).await;
        let admin = app.signed_in(Role::Admin).await;
        let auditor = app.signed_in(Role::Auditor).await;
        add_task(&app, Role::LegalEditor, "Call Landkreis Musterau", None).await;
        add_task(&app, Role::SecurityAssessor, "Assess Acme", None).await;
        for page in ["/staff", "/staff/tasks", "/staff/tasks?view=everybody", "/staff/tasks?view=everybody&role=legal_editor"] {
            for client in [&assessor, &admin] {
                assert!(!client.get(page).await.text.contains("Musterau"), "{page}");
            }
        }
        assert!(text(&assessor.get("/staff/tasks?view=everybody").await).contains("Assess Acme"));
        assert!(text(&assessor.get("/staff/tasks?view=everybody").await).contains("You see the tasks of your own roles"));
        let all = text(&auditor.get("/staff/tasks?view=everybody").await);
        assert!(all.contains("Musterau") && all.contains("by its role"), "{all}");
    }

    async fn what_closes_by_itself_is_not_closed_by_hand(app: TestApp) {
        let approver = app.signed_in(Role::LegalApprover).await;
        let operator = app.signed_in(Role::Operator).await;
        let (decides, stops) = ((&approver, Role::LegalApprover), (&operator, Role::Operator));
        for ((person, role), kind, by_hand) in [
            (decides, "MECHANISM_LOST", false),
            (stops, "MECHANISM_LOST", true),
            (decides, "SCC_CURE", false),
            (decides, "SCC_TO_CONFIRM", true),
            (decides, "VENDOR_NOTICE_TO_FORWARD", false),
            (decides, "ADEQUACY_ENDED", false),
            (decides, "OBJECTION", false),
            (decides, "LAPSE", true),
            (stops, "MAIL_STOPPED", false),
            (stops, "MAIL_FAILED", true),
        ] {
            let id = add_of_kind(&app, kind, role, "Something is to be done", None).await;
            let place = format!("/staff/tasks/{id}");
            let list = person.get("/staff/tasks").await.text;
            assert!(list.contains(&format!("{place}/take")), "{kind}: {list}");
            assert_eq!(list.contains(&format!("{place}/done")), by_hand, "{kind}");
            let answer = person.post(&format!("{place}/done"), &[]).await;
            assert_eq!(answer.status, if by_hand { 303 } else { 409 }, "{kind}");
            if !by_hand {
                let why = text(&answer);
                assert!(why.contains("closes by itself") && why.contains("done at /staff/register"), "{kind}: {why}");
            }
            let mut tx = app.state.db.read().await.unwrap();
            let task = find_listed_task(&mut tx, id).await.unwrap().unwrap().task;
            assert_eq!(task.done.is_some(), by_hand, "{kind}");
        }
    }
}
