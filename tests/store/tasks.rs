use domain::id::TaskId;
use domain::role::Role;
use forenotice::store::StoreError;
use forenotice::store::staff::{disable_staff, set_name_and_roles};
use forenotice::store::tasks::{
    PAGE, Task, TaskFilter, assign_task, close_task, close_tasks_about, count_tasks, find_listed_task,
    find_task, list_open_tasks, list_open_tasks_of, list_tasks, list_tasks_about, list_tasks_for, open_task,
    remind_of_task, renew_task, retitle_task,
};
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::fixtures::day;
use super::{hour, id, is_stale, staff};
use crate::both;
use crate::support::TestDb;

fn task(number: u128, role: Role, about: u128, due_on: Option<&str>) -> Task {
    Task {
        id: TaskId::from(Uuid::from_u128(number)),
        kind: "TIA_REVIEW".to_owned(),
        role,
        title: "Review the assessment".to_owned(),
        path: "/staff/register/acme/tia".to_owned(),
        about_id: Some(Uuid::from_u128(about)),
        due_on: due_on.map(|day| day.parse().unwrap()),
        created_at: hour(0),
        done: None,
    }
}

both! {
    async fn tasks_are_listed_by_role_with_the_most_urgent_first(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let late = task(1, Role::LegalEditor, 11, None);
        let soon = task(2, Role::LegalEditor, 12, Some("2026-12-01"));
        let other = task(3, Role::Operator, 13, Some("2026-11-30"));
        for one in [&late, &soon, &other] {
            assert!(open_task(&mut tx, one).await.unwrap());
        }
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(list_open_tasks(&mut tx, &[Role::LegalEditor]).await.unwrap(), [soon.clone(), late.clone()]);
        assert_eq!(
            list_open_tasks(&mut tx, &[Role::LegalEditor, Role::Operator]).await.unwrap(),
            [other, soon.clone(), late]
        );
        assert_eq!(list_open_tasks(&mut tx, &[Role::Dpo]).await.unwrap(), []);
        assert_eq!(find_task(&mut tx, soon.id).await.unwrap(), Some(soon));
        assert_eq!(find_task(&mut tx, id(99)).await.unwrap(), None);
    }

    async fn a_task_is_opened_once_and_closed_once(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let editor = staff(&mut tx, 9).await;
        let first = task(1, Role::LegalEditor, 11, None);
        assert!(open_task(&mut tx, &first).await.unwrap());
        assert!(!open_task(&mut tx, &task(2, Role::LegalEditor, 11, None)).await.unwrap(), "it is open already");
        assert!(open_task(&mut tx, &task(3, Role::Dpo, 11, None)).await.unwrap(), "for another role it is another one");

        let done = Recorded::by(editor, hour(3));
        close_task(&mut tx, first.id, done).await.unwrap();
        let refusal = close_task(&mut tx, first.id, done).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Stale("The task")), "{refusal}");
        assert_eq!(find_task(&mut tx, first.id).await.unwrap().unwrap().done, Some(done));
        assert!(open_task(&mut tx, &task(4, Role::LegalEditor, 11, None)).await.unwrap(), "it may come up again");
    }

    async fn all_tasks_about_a_thing_are_closed_when_their_cause_is_gone(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        open_task(&mut tx, &task(1, Role::LegalEditor, 11, None)).await.unwrap();
        open_task(&mut tx, &task(2, Role::Dpo, 11, None)).await.unwrap();
        open_task(&mut tx, &task(3, Role::Dpo, 12, None)).await.unwrap();
        let about = Uuid::from_u128(11);
        let done = Recorded::by_system(hour(1));
        assert_eq!(close_tasks_about(&mut tx, "TIA_REVIEW", about, done).await.unwrap(), 2);
        assert_eq!(close_tasks_about(&mut tx, "TIA_REVIEW", about, done).await.unwrap(), 0);
        assert_eq!(list_open_tasks(&mut tx, &[Role::LegalEditor, Role::Dpo]).await.unwrap().len(), 1);
        let told: Vec<_> = list_tasks_about(&mut tx, about).await.unwrap().iter().map(|t| t.done).collect();
        assert_eq!(told, [Some(done), Some(done)]);
    }

    async fn a_task_is_taken_by_one_person_at_a_time(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let (anna, ben) = (staff(&mut tx, 9).await, staff(&mut tx, 10).await);
        let one = task(1, Role::LegalEditor, 11, None);
        open_task(&mut tx, &one).await.unwrap();
        assign_task(&mut tx, one.id, None, Some(anna), hour(1)).await.unwrap();
        assert!(is_stale(&assign_task(&mut tx, one.id, None, Some(ben), hour(2)).await), "it is with Anna");
        let listed = find_listed_task(&mut tx, one.id).await.unwrap().unwrap();
        assert_eq!((listed.task, listed.taken), (one.clone(), Some(Recorded::by(anna, hour(1)))));
        let roles = [Role::LegalEditor];
        assert_eq!(list_tasks_for(&mut tx, anna, &roles).await.unwrap().len(), 1);
        assert_eq!(list_tasks_for(&mut tx, ben, &roles).await.unwrap(), []);
        assert_eq!(list_tasks_for(&mut tx, anna, &[Role::Dpo]).await.unwrap(), []);
        assign_task(&mut tx, one.id, Some(anna), None, hour(3)).await.unwrap();
        assert_eq!(find_listed_task(&mut tx, one.id).await.unwrap().unwrap().taken, None);
        assert_eq!(list_tasks_for(&mut tx, ben, &roles).await.unwrap().len(), 1);
        close_task(&mut tx, one.id, Recorded::by(ben, hour(4))).await.unwrap();
        assert!(is_stale(&assign_task(&mut tx, one.id, None, Some(ben), hour(5)).await), "it is done");
        assert_eq!(find_listed_task(&mut tx, id(99)).await.unwrap(), None);
    }

    async fn whoever_leaves_or_loses_the_role_hands_their_tasks_back(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let (anna, ben) = (staff(&mut tx, 9).await, staff(&mut tx, 10).await);
        let (first, second) = (task(1, Role::LegalEditor, 11, None), task(2, Role::Operator, 12, None));
        for one in [&first, &second] {
            open_task(&mut tx, one).await.unwrap();
            assign_task(&mut tx, one.id, None, Some(anna), hour(1)).await.unwrap();
        }
        let kept = task(3, Role::LegalEditor, 13, None);
        open_task(&mut tx, &kept).await.unwrap();
        assign_task(&mut tx, kept.id, None, Some(ben), hour(1)).await.unwrap();
        let with = async |tx: &mut forenotice::store::Tx, id| find_listed_task(tx, id).await.unwrap().unwrap().taken.is_some();
        set_name_and_roles(&mut tx, anna.uuid(), "Anna", &[Role::Operator]).await.unwrap();
        assert!(!with(&mut tx, first.id).await && with(&mut tx, second.id).await);
        disable_staff(&mut tx, anna.uuid(), hour(2)).await.unwrap();
        assert!(!with(&mut tx, second.id).await && with(&mut tx, kept.id).await, "only hers");
    }

    async fn the_list_is_narrowed_ordered_and_paged(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let anna = staff(&mut tx, 9).await;
        for number in 1..=52 {
            let mut one = task(number, Role::LegalEditor, 100 + number, Some("2026-12-01"));
            one.title = format!("Review nr. {number:02}, 100% of it");
            open_task(&mut tx, &one).await.unwrap();
        }
        let first = task(60, Role::Operator, 60, Some("2026-11-01"));
        let last = task(61, Role::LegalEditor, 61, None);
        for one in [&last, &first] {
            open_task(&mut tx, one).await.unwrap();
        }
        assign_task(&mut tx, last.id, None, Some(anna), hour(1)).await.unwrap();
        let roles = vec![Role::LegalEditor, Role::Operator];
        let all = TaskFilter { roles: roles.clone(), ..TaskFilter::default() };
        assert_eq!(count_tasks(&mut tx, &all).await.unwrap(), 54);
        let page = list_tasks(&mut tx, &all, 0).await.unwrap();
        assert_eq!((page.len() as i64, page[0].task.id), (PAGE, first.id));
        let page = list_tasks(&mut tx, &all, 1).await.unwrap();
        assert_eq!((page.len(), page[3].task.id), (4, last.id), "without a last day it comes last");
        for (filter, count) in [
            (TaskFilter { roles: vec![], ..all.clone() }, 0),
            (TaskFilter { roles: vec![Role::Operator], ..all.clone() }, 1),
            (TaskFilter { taken_by: Some(anna), ..all.clone() }, 1),
            (TaskFilter { taken_by: Some(id(77)), ..all.clone() }, 0),
            (TaskFilter { free_for: Some(anna), ..all.clone() }, 54),
            (TaskFilter { free_for: Some(id(77)), ..all.clone() }, 53),
            (TaskFilter { search: "REVIEW 07".to_owned(), ..all.clone() }, 1),
            (TaskFilter { search: "100%".to_owned(), ..all.clone() }, 52),
            (TaskFilter { search: "of 07 review".to_owned(), ..all.clone() }, 1),
            (TaskFilter { search: "\\".to_owned(), ..all.clone() }, 0),
            (TaskFilter { search: "nothing of this".to_owned(), ..all.clone() }, 0),
            (TaskFilter { due_until: Some(day("2026-11-30")), ..all.clone() }, 1),
            (TaskFilter { is_done: true, ..all.clone() }, 0),
        ] {
            assert_eq!(count_tasks(&mut tx, &filter).await.unwrap(), count, "{filter:?}");
            let listed = list_tasks(&mut tx, &filter, 0).await.unwrap().len() as i64;
            assert_eq!(listed, count.min(PAGE), "{filter:?}");
        }
        for (number, hours) in [(3, 5), (4, 6)] {
            close_task(&mut tx, id(number), Recorded::by(anna, hour(hours))).await.unwrap();
        }
        let done = TaskFilter { is_done: true, ..all };
        let ids: Vec<_> = list_tasks(&mut tx, &done, 0).await.unwrap().iter().map(|one| one.task.id).collect();
        assert_eq!(ids, [id(4), id(3)], "what was done last comes first");
    }

    async fn a_task_is_renewed_while_it_is_open(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let anna = staff(&mut tx, 9).await;
        open_task(&mut tx, &task(1, Role::Dpo, 1, None)).await.unwrap();
        renew_task(&mut tx, id(1), "Another event", day("2026-12-01")).await.unwrap();
        let open = list_tasks_about(&mut tx, Uuid::from_u128(1)).await.unwrap();
        let said: Vec<_> = open.iter().map(|one| (one.title.as_str(), one.due_on)).collect();
        assert_eq!(said, [("Another event", Some(day("2026-12-01")))]);
        close_task(&mut tx, id(1), Recorded::by(anna, hour(5))).await.unwrap();
        assert!(renew_task(&mut tx, id(1), "Too late", day("2026-12-02")).await.is_err(), "it is done");
    }

    async fn titles_are_found_whatever_the_case_of_their_letters(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        for (number, title) in [
            (1, "Ørsted Drift A/S: Lagring er rød"),
            (2, "NORD-ÅRDAL ÆRLIG KRAFT: look"),
            (3, "Nord-Åsmund Väg AB: look"),
            (4, "Яндекс Облако: look"),
        ] {
            open_task(&mut tx, &Task { title: title.to_owned(), ..task(number, Role::Dpo, number, None) }).await.unwrap();
        }
        for (search, count) in [
            ("Ørsted", 1),
            ("ørsted", 1),
            ("ØRSTED RØD", 1),
            ("rød drift ørsted", 1),
            ("nord-å", 2),
            ("ærlig Nord-årdal", 1),
            ("VÄG nord-åsmund", 1),
            ("яндекс ОБЛАКО", 1),
            ("orsted", 0),
        ] {
            let filter = TaskFilter { roles: vec![Role::Dpo], search: search.to_owned(), ..TaskFilter::default() };
            assert_eq!(count_tasks(&mut tx, &filter).await.unwrap(), count, "{search}");
            assert_eq!(list_tasks(&mut tx, &filter, 0).await.unwrap().len() as i64, count, "{search}");
        }
    }

    async fn an_open_task_follows_its_cause(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.write().await.unwrap();
        let one = task(1, Role::LegalEditor, 11, None);
        open_task(&mut tx, &one).await.unwrap();
        open_task(&mut tx, &Task { kind: "OTHER".to_owned(), ..task(2, Role::Dpo, 11, None) }).await.unwrap();
        assert_eq!(list_open_tasks_of(&mut tx, "TIA_REVIEW").await.unwrap(), std::slice::from_ref(&one));
        retitle_task(&mut tx, one.id, "Review it now").await.unwrap();
        remind_of_task(&mut tx, one.id, day("2026-12-01")).await.unwrap();
        let listed = find_listed_task(&mut tx, one.id).await.unwrap().unwrap();
        assert_eq!((listed.task.title.as_str(), listed.remind_on), ("Review it now", Some(day("2026-12-01"))));
        close_task(&mut tx, one.id, Recorded::by_system(hour(1))).await.unwrap();
        assert!(is_stale(&retitle_task(&mut tx, one.id, "Too late").await));
        assert!(is_stale(&remind_of_task(&mut tx, one.id, day("2026-12-02")).await));
        assert_eq!(list_open_tasks_of(&mut tx, "TIA_REVIEW").await.unwrap(), []);
    }
}
