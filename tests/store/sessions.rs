use chrono::TimeDelta;
use domain::role::Role;
use forenotice::store::sessions::{
    count_sessions_of, delete_expired_sessions, delete_session, delete_sessions_of, find_session,
    insert_session, is_any_expired, touch_session, update_session,
};

use crate::both;
use crate::support::{TestApp, monday};

const IDLE: TimeDelta = TimeDelta::hours(1);

both! {
    async fn a_session_is_found_until_it_ends_or_rests_too_long(app: TestApp) {
        let mut tx = app.state.db.write_unchained().await.unwrap();
        let now = monday();
        insert_session(&mut tx, b"a", None, b"{}", now, now + TimeDelta::hours(3)).await.unwrap();
        let minutes = |m| now + TimeDelta::minutes(m);
        assert_eq!(find_session(&mut tx, b"b", now, IDLE).await.unwrap(), None);
        assert_eq!(find_session(&mut tx, b"a", minutes(59), IDLE).await.unwrap().unwrap().record, b"{}");
        assert_eq!(find_session(&mut tx, b"a", minutes(60), IDLE).await.unwrap(), None);
        touch_session(&mut tx, b"a", minutes(50)).await.unwrap();
        assert_eq!(find_session(&mut tx, b"a", minutes(60), IDLE).await.unwrap().unwrap().last_seen_at, minutes(50));
        touch_session(&mut tx, b"a", minutes(170)).await.unwrap();
        assert!(find_session(&mut tx, b"a", minutes(179), IDLE).await.unwrap().is_some());
        assert_eq!(find_session(&mut tx, b"a", minutes(180), IDLE).await.unwrap(), None);
        assert!(!is_any_expired(&mut tx, minutes(179), IDLE).await.unwrap());
        assert_eq!(delete_expired_sessions(&mut tx, minutes(179), IDLE).await.unwrap(), 0);
        assert!(is_any_expired(&mut tx, minutes(180), IDLE).await.unwrap());
        assert_eq!(delete_expired_sessions(&mut tx, minutes(180), IDLE).await.unwrap(), 1);
    }

    async fn a_session_that_was_ended_is_not_brought_back_by_a_late_write(app: TestApp) {
        let id = app.add_person("anna", &[Role::Dpo]).await;
        let mut tx = app.state.db.write_unchained().await.unwrap();
        let now = monday();
        for hash in [b"a", b"b", b"c"] {
            insert_session(&mut tx, hash, Some(id), b"{}", now, now + IDLE).await.unwrap();
        }
        update_session(&mut tx, b"a", Some(id), b"{1}").await.unwrap();
        assert_eq!(find_session(&mut tx, b"a", now, IDLE).await.unwrap().unwrap().record, b"{1}");
        touch_session(&mut tx, b"c", now + TimeDelta::minutes(1)).await.unwrap();
        let other = find_session(&mut tx, b"b", now, IDLE).await.unwrap().unwrap();
        assert_eq!((other.record.as_slice(), other.last_seen_at), (&b"{}"[..], now));
        assert_eq!(count_sessions_of(&mut tx, id, now, IDLE).await.unwrap(), 3);
        assert_eq!(delete_sessions_of(&mut tx, id, b"a").await.unwrap(), 2);
        assert_eq!(count_sessions_of(&mut tx, id, now, IDLE).await.unwrap(), 1);
        delete_session(&mut tx, b"b").await.unwrap();
        assert!(find_session(&mut tx, b"a", now, IDLE).await.unwrap().is_some());
        delete_session(&mut tx, b"a").await.unwrap();
        update_session(&mut tx, b"a", Some(id), b"{2}").await.unwrap();
        assert_eq!(find_session(&mut tx, b"a", now, IDLE).await.unwrap(), None);
    }
}
