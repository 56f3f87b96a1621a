use domain::id::TaskId;
use domain::role::Role;
use forenotice::store::StoreError;
use forenotice::store::tasks::{
    Task, close_task, close_tasks_about, find_task, list_open_tasks, list_tasks_about, open_task,
};
use forenotice::store::version::Recorded;
use uuid::Uuid;

use super::{hour, id, staff};
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
}
