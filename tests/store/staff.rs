use chrono::TimeDelta;
use domain::role::Role;
use forenotice::store::StoreError;
use forenotice::store::staff::{
    StaffRow, disable_staff, enable_staff, find_password_reset, find_staff, find_staff_by_login,
    insert_password_reset, insert_staff, list_staff, set_name_and_roles, set_password,
    use_password_resets_of,
};
use uuid::Uuid;

use crate::both;
use crate::support::{TestApp, monday};

both! {
    async fn an_account_reads_back_and_its_login_is_taken(app: TestApp) {
        let id = app.add_person("anna", &[Role::Dpo, Role::Admin]).await;
        let mut tx = app.state.db.write().await.unwrap();
        let row = find_staff(&mut tx, id).await.unwrap().unwrap();
        assert_eq!((row.login.as_str(), row.roles.clone()), ("anna", vec![Role::Dpo, Role::Admin]));
        assert_eq!(find_staff_by_login(&mut tx, "anna").await.unwrap(), Some(row.clone()));
        assert_eq!(find_staff_by_login(&mut tx, "ANNA").await.unwrap(), None);
        assert_eq!(find_staff(&mut tx, Uuid::nil()).await.unwrap(), None);
        let again = StaffRow { id: Uuid::nil(), ..row };
        assert!(matches!(insert_staff(&mut tx, &again).await, Err(StoreError::Duplicate(_))));
    }

    async fn changes_need_an_account_in_the_expected_state(app: TestApp) {
        let id = app.add_person("anna", &[Role::Dpo]).await;
        let now = monday();
        let mut tx = app.state.db.write().await.unwrap();
        set_name_and_roles(&mut tx, id, "Anna B.", &[Role::Auditor]).await.unwrap();
        set_password(&mut tx, id, "hash", now + TimeDelta::hours(1)).await.unwrap();
        disable_staff(&mut tx, id, now).await.unwrap();
        let row = find_staff(&mut tx, id).await.unwrap().unwrap();
        assert_eq!((row.name.as_str(), row.password_hash.as_str(), row.disabled_at), ("Anna B.", "hash", Some(now)));
        assert_eq!(row.password_changed_at, now + TimeDelta::hours(1));
        assert!(matches!(disable_staff(&mut tx, id, now).await, Err(StoreError::Stale(_))));
        enable_staff(&mut tx, id).await.unwrap();
        assert!(matches!(enable_staff(&mut tx, id).await, Err(StoreError::Stale(_))));
        assert!(matches!(set_password(&mut tx, Uuid::nil(), "hash", now).await, Err(StoreError::Stale(_))));
        assert!(matches!(set_name_and_roles(&mut tx, Uuid::nil(), "x", &[]).await, Err(StoreError::Stale(_))));
        assert_eq!(list_staff(&mut tx).await.unwrap().len(), 1);
    }

    async fn one_account_changes_and_the_disabled_are_listed_last(app: TestApp) {
        let mut ids = Vec::new();
        for login in ["kari", "anna", "bo"] {
            ids.push(app.add_person(login, &[Role::Dpo]).await);
        }
        let now = monday();
        let mut tx = app.state.db.write().await.unwrap();
        let before = find_staff(&mut tx, ids[1]).await.unwrap().unwrap();
        for (token, id) in [(b"t", ids[0]), (b"u", ids[1])] {
            insert_password_reset(&mut tx, token, id, now, now + TimeDelta::hours(1)).await.unwrap();
        }
        let listed = async |tx: &mut _| -> Vec<_> { list_staff(tx).await.unwrap().into_iter().map(|row| row.id).collect() };
        assert_eq!(listed(&mut tx).await, [ids[1], ids[2], ids[0]], "by name");
        set_name_and_roles(&mut tx, ids[0], "A. Ærlig", &[Role::Auditor, Role::Admin]).await.unwrap();
        assert_eq!(listed(&mut tx).await, [ids[0], ids[1], ids[2]]);
        set_password(&mut tx, ids[0], "hash", now).await.unwrap();
        use_password_resets_of(&mut tx, ids[0], now).await.unwrap();
        disable_staff(&mut tx, ids[0], now).await.unwrap();
        assert_eq!(listed(&mut tx).await, [ids[1], ids[2], ids[0]]);
        assert_eq!(find_staff(&mut tx, ids[1]).await.unwrap(), Some(before));
        assert_eq!(find_password_reset(&mut tx, b"u", now).await.unwrap(), Some(ids[1]));
    }

    async fn a_reset_is_found_until_it_is_used_expires_or_its_account_is_disabled(app: TestApp) {
        let id = app.add_person("anna", &[Role::Dpo]).await;
        let now = monday();
        let later = now + TimeDelta::hours(1);
        let mut tx = app.state.db.write().await.unwrap();
        insert_password_reset(&mut tx, b"t", id, now, later).await.unwrap();
        assert_eq!(find_password_reset(&mut tx, b"t", now).await.unwrap(), Some(id));
        assert_eq!(find_password_reset(&mut tx, b"u", now).await.unwrap(), None);
        assert_eq!(find_password_reset(&mut tx, b"t", later).await.unwrap(), None);
        disable_staff(&mut tx, id, now).await.unwrap();
        assert_eq!(find_password_reset(&mut tx, b"t", now).await.unwrap(), None);
        enable_staff(&mut tx, id).await.unwrap();
        use_password_resets_of(&mut tx, id, now).await.unwrap();
        assert_eq!(find_password_reset(&mut tx, b"t", now).await.unwrap(), None);
    }
}
