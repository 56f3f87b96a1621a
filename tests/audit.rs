//! The audit log on real databases: what an attacker with the file in hand can do, and that it shows.

use chrono::{NaiveDate, TimeDelta};
use domain::calendar::CalendarId;
use domain::role::Role;
use forenotice::audit::command::{Answer, VerifyArgs, answer};
use forenotice::audit::{self, Actor, Entry, Subject, Verification, change};
use forenotice::config::Config;
use forenotice::jobs;
use forenotice::on;
use forenotice::random::Random;
use forenotice::store::audit as rows;
use forenotice::store::publisher::{Publisher, put_publisher};
use forenotice::store::{Db, StoreError, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::both;
use crate::support::mailbox::Mailbox;
use crate::support::{TestApp, monday};

fn entry(number: i64) -> Entry {
    Entry {
        actor: if number % 2 == 0 {
            Actor::System
        } else {
            Actor::Staff(Uuid::from_u128(7))
        },
        action: "notice.approved",
        subject: Subject::of("notice", Uuid::from_u128(number.unsigned_abs().into())),
        payload: change(
            &json!({ "state": "draft" }),
            &json!({ "state": "approved", "number": number }),
        ),
    }
}

/// A log of eight entries in eight transactions, and a checkpoint after the third and the sixth.
async fn write_log(app: &TestApp) {
    for number in 1..=8 {
        let mut tx = app.state.db.write().await.unwrap();
        let now = monday() + TimeDelta::minutes(number);
        let seq = audit::append(&mut tx, &app.state.keys, &app.state.random, now, entry(number))
            .await
            .unwrap();
        assert_eq!(seq, number);
        if number % 3 == 0 {
            let day = NaiveDate::from_ymd_opt(2026, 11, number.unsigned_abs().try_into().unwrap()).unwrap();
            let made = audit::make_checkpoint(&mut tx, &app.state.keys, day, now)
                .await
                .unwrap()
                .unwrap();
            assert_eq!(made.count, number);
            assert!(
                audit::make_checkpoint(&mut tx, &app.state.keys, day, now)
                    .await
                    .unwrap()
                    .is_none()
            );
        }
        tx.commit().await.unwrap();
    }
}

async fn verify(tx: &mut Tx, app: &TestApp) -> Verification {
    audit::verify(tx, &app.state.keys).await.unwrap()
}

/// What somebody who can open the file would do first: no triggers, no foreign keys. Rolled back with the transaction.
async fn disarm(tx: &mut Tx) {
    let is_postgres = tx.is_postgres();
    for (table, trigger) in [
        ("audit", "audit_no_update"),
        ("audit", "audit_no_delete"),
        ("audit_checkpoints", "audit_checkpoints_no_update"),
        ("audit_checkpoints", "audit_checkpoints_no_delete"),
    ] {
        let on = if is_postgres {
            format!(" ON {table}")
        } else {
            String::new()
        };
        execute(tx, &format!("DROP TRIGGER {trigger}{on}")).await;
    }
    execute(
        tx,
        if is_postgres {
            "ALTER TABLE audit_payloads DROP CONSTRAINT audit_payloads_seq_fkey"
        } else {
            "PRAGMA defer_foreign_keys = ON"
        },
    )
    .await;
}

async fn execute(tx: &mut Tx, sql: &str) {
    on!(tx, |c| sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(c)
        .await
        .map(drop))
    .unwrap();
}

both! {
    async fn a_log_written_by_many_transactions_is_intact(app: TestApp) {
        let mut tx = app.state.db.read().await.unwrap();
        assert!(verify(&mut tx, &app).await.is_intact(), "an empty log is intact");
        drop(tx);
        write_log(&app).await;
        let mut tx = app.state.db.read().await.unwrap();
        let verification = verify(&mut tx, &app).await;
        assert!(verification.is_intact(), "{:?}", verification.first_break);
        assert_eq!((verification.count, verification.checkpoints), (8, 2));
    }

    async fn several_entries_in_one_transaction_are_signed_once(app: TestApp) {
        let mut tx = app.state.db.write().await.unwrap();
        let entries = (1..=5).map(entry).collect();
        let last = audit::append_all(&mut tx, &app.state.keys, &app.state.random, monday(), entries).await.unwrap();
        assert_eq!(last, 5);
        let none = audit::append_all(&mut tx, &app.state.keys, &app.state.random, monday(), vec![]).await.unwrap();
        assert_eq!(none, 5);
        assert!(verify(&mut tx, &app).await.is_intact());
    }

    async fn writers_at_once_leave_no_gap(app: TestApp) {
        let writers: Vec<_> = (0..8).map(|writer| {
            let state = app.state.clone();
            tokio::spawn(async move {
                for number in 0..5 {
                    let mut tx = state.db.write().await.unwrap();
                    let entry = entry(writer * 5 + number);
                    audit::append(&mut tx, &state.keys, &state.random, monday(), entry).await.unwrap();
                    tx.commit().await.unwrap();
                }
            })
        }).collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let mut tx = app.state.db.read().await.unwrap();
        let verification = verify(&mut tx, &app).await;
        assert!(verification.is_intact(), "{:?}", verification.first_break);
        assert_eq!(verification.count, 40);
    }

    async fn the_triggers_refuse_to_change_or_remove_an_entry(app: TestApp) {
        write_log(&app).await;
        for sql in ["UPDATE audit SET action = 'x' WHERE seq = 5", "DELETE FROM audit WHERE seq = 8",
                    "UPDATE audit_checkpoints SET count = 1", "DELETE FROM audit_checkpoints"] {
            let mut tx = app.state.db.write().await.unwrap();
            let refused = on!(&mut tx, |c| sqlx::query(sql).execute(c).await.map(drop)).unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
        }
    }

    async fn every_tampering_is_found_and_its_first_row_named(app: TestApp) {
        write_log(&app).await;
        let id = if matches!(app.state.db, Db::Postgres(_)) {
            "'00000000-0000-0000-0000-000000000063'::uuid"
        } else {
            "x'00000000000000000000000000000063'"
        };
        let bytes = if matches!(app.state.db, Db::Postgres(_)) { "'\\x63'::bytea" } else { "x'63'" };
        let columns = "recorded_at, actor_kind, actor_id, action, subject_kind, subject_id, payload_digest, prev_hash, hash";
        for (edits, expected) in [
            (vec!["UPDATE audit SET recorded_at = '2026-11-23T09:00:00+00:00' WHERE seq = 5".to_owned()], "row 5 was changed"),
            (vec!["UPDATE audit SET actor_kind = 'admin' WHERE seq = 5".into()], "row 5 was changed"),
            (vec![format!("UPDATE audit SET actor_id = {id} WHERE seq = 5")], "row 5 was changed"),
            (vec!["UPDATE audit SET actor_id = NULL WHERE seq = 5".into()], "row 5 was changed"),
            (vec!["UPDATE audit SET action = 'x' WHERE seq >= 5".into()], "row 5 was changed"),
            (vec!["UPDATE audit SET subject_kind = 'x' WHERE seq = 5".into()], "row 5 was changed"),
            (vec![format!("UPDATE audit SET subject_id = {id} WHERE seq = 5")], "row 5 was changed"),
            (vec![format!("UPDATE audit SET payload_digest = {bytes} WHERE seq = 5")], "row 5 was changed"),
            (vec![format!("UPDATE audit SET prev_hash = {bytes} WHERE seq = 5")], "row 5 was changed"),
            (vec![format!("UPDATE audit SET hash = {bytes} WHERE seq = 5")], "row 5 was changed"),
            (vec!["DELETE FROM audit_payloads WHERE seq = 5".into(), "DELETE FROM audit WHERE seq = 5".into()], "row 5 was removed"),
            (vec!["DELETE FROM audit_payloads".into(), "DELETE FROM audit".into()], "rows 1 to 6 were cut off"),
            (vec!["DELETE FROM audit_payloads WHERE seq > 6".into(), "DELETE FROM audit WHERE seq > 6".into()], "rows 7 to 8 were cut off"),
            (vec!["UPDATE audit SET seq = 99 WHERE seq = 5".into(), "UPDATE audit SET seq = 5 WHERE seq = 6".into(),
                  "UPDATE audit SET seq = 6 WHERE seq = 99".into()], "row 5 was changed"),
            (vec![format!("INSERT INTO audit (seq, {columns}) SELECT 9, {columns} FROM audit WHERE seq = 8")], "row 9 was changed"),
            (vec![format!("INSERT INTO audit (seq, {columns}) SELECT 0, {columns} FROM audit WHERE seq = 8")], "row 0 does not follow"),
            (vec!["UPDATE audit SET seq = seq + 100 WHERE seq > 4".into(), "UPDATE audit SET seq = seq - 99 WHERE seq > 100".into(),
                  format!("INSERT INTO audit (seq, {columns}) SELECT 5, {columns} FROM audit WHERE seq = 4")], "row 5 was changed"),
            (vec!["UPDATE audit_payloads SET body = 'x' WHERE seq = 5".into()], "row 5: its payload was changed"),
            (vec![format!("UPDATE audit_payloads SET salt = {bytes} WHERE seq = 5")], "row 5: its payload was changed"),
            (vec!["DELETE FROM audit_payloads WHERE seq = 5".into()], "row 5: its payload was removed"),
            (vec!["DELETE FROM audit_head".into()], "row 8: the signed head is missing"),
            (vec!["UPDATE audit_head SET count = 7".into()], "row 7: the head over it has a signature that does not fit"),
            (vec![format!("UPDATE audit_head SET signature = {bytes}")], "row 8: the head over it has a signature that does not fit"),
            (vec!["UPDATE audit_head SET key_id = 'x'".into()], "signed by key x, which is not among the secret keys"),
            (vec!["UPDATE audit_checkpoints SET count = 5 WHERE count = 6".into()], "row 5: the checkpoint of 2026-11-06 over it has a signature"),
            (vec![format!("UPDATE audit_checkpoints SET hash = {bytes} WHERE count = 6")], "row 6: the checkpoint of 2026-11-06 over it has a signature"),
        ] {
            let mut tx = app.state.db.write().await.unwrap();
            disarm(&mut tx).await;
            for sql in &edits {
                execute(&mut tx, sql).await;
            }
            let first = verify(&mut tx, &app).await.first_break.map(|first| first.to_string()).unwrap_or_default();
            assert!(first.contains(expected), "{edits:?}: {first:?}");
        }
    }

    async fn an_emptied_log_of_a_database_that_is_not_empty_is_found(app: TestApp) {
        write_log(&app).await;
        app.signed_in(Role::Auditor).await;
        let mut tx = app.state.db.write().await.unwrap();
        disarm(&mut tx).await;
        for table in ["audit_payloads", "audit_checkpoints", "audit_head", "audit"] {
            execute(&mut tx, &format!("DELETE FROM {table}")).await;
        }
        tx.commit().await.unwrap();
        let expected = "the log is empty although there are rows in staff: every one of its own was removed";
        let copy = app.db.folder().join("backup.jsonl");
        forenotice::operation::backup(&app.state.db, &app.state.keys, monday(), &copy).await.unwrap();
        let config = Config { database_url: app.db.url.clone(), ..app.state.config.clone() };
        for file in [None, Some(copy)] {
            let found = answer(&VerifyArgs { file, checkpoint: None }, &config).await;
            assert_eq!((found.code(), &found), (1, &Answer::Altered(expected.to_owned())));
        }
    }

    async fn a_forged_head_is_never_signed_over(app: TestApp) {
        write_log(&app).await;
        for sql in ["UPDATE audit_head SET count = 7", "DELETE FROM audit_head", "UPDATE audit_head SET key_id = 'x'"] {
            let mut tx = app.state.db.write().await.unwrap();
            execute(&mut tx, sql).await;
            let refused = audit::append(&mut tx, &app.state.keys, &app.state.random, monday(), entry(9)).await.unwrap_err();
            assert!(matches!(refused, StoreError::Inconsistent { table: "audit_head", .. }), "{sql}: {refused}");
            let refused = audit::make_checkpoint(&mut tx, &app.state.keys, NaiveDate::default(), monday()).await;
            assert!(refused.is_err(), "{sql}");
        }
    }

    async fn a_value_no_program_of_ours_writes_is_named(app: TestApp) {
        write_log(&app).await;
        let edits: &[(&str, &str)] = match app.state.db {
            Db::Postgres(_) => &[
                ("UPDATE audit SET recorded_at = 'infinity' WHERE seq = 5", "row 5 holds a value"),
                ("UPDATE audit SET recorded_at = '290000-01-01' WHERE seq = 5", "row 5 holds a value"),
                ("UPDATE audit_checkpoints SET created_at = '-infinity'", "row 8: audit_checkpoints holds a value"),
                ("UPDATE audit_checkpoints SET day = 'infinity' WHERE count = 6", "row 8: audit_checkpoints holds a value"),
            ],
            Db::Sqlite(_) => &[
                ("UPDATE audit SET recorded_at = 'yesterday' WHERE seq = 5", "row 5 holds a value"),
                ("UPDATE audit SET action = CAST(x'ff' AS TEXT) WHERE seq = 5", "row 5 holds a value"),
                ("UPDATE audit SET actor_id = x'01' WHERE seq = 5", "row 5 holds a value"),
                ("UPDATE audit_payloads SET body = CAST(x'ff' AS TEXT) WHERE seq = 5", "row 5 holds a value"),
                ("UPDATE audit_checkpoints SET day = 'never' WHERE count = 6", "row 8: audit_checkpoints holds a value"),
                ("UPDATE audit_head SET key_id = CAST(x'ff' AS TEXT)", "row 8: audit_head holds a value"),
            ],
        };
        for (sql, expected) in edits {
            let mut tx = app.state.db.write().await.unwrap();
            disarm(&mut tx).await;
            execute(&mut tx, sql).await;
            let first = verify(&mut tx, &app).await.first_break.unwrap().to_string();
            assert!(first.starts_with(expected), "{sql}: {first}");
        }
    }

    async fn a_purge_leaves_the_chain_intact_and_is_itself_an_entry(app: TestApp) {
        write_log(&app).await;
        let mut tx = app.state.db.write().await.unwrap();
        let until = monday() + TimeDelta::minutes(4);
        let state = &app.state;
        let purge = async |tx: &mut Tx| {
            audit::purge_payloads(tx, &state.keys, &state.random, monday() + TimeDelta::hours(1), Actor::System, until).await.unwrap()
        };
        assert_eq!(purge(&mut tx).await, 3);
        assert_eq!(purge(&mut tx).await, 0, "nothing is left to purge, and nothing is recorded");
        let verification = verify(&mut tx, &app).await;
        assert!(verification.is_intact(), "{:?}", verification.first_break);
        assert_eq!((verification.count, verification.purged), (9, 3));
        let all = audit::purge_payloads(&mut tx, &state.keys, &state.random, monday() + TimeDelta::hours(3), Actor::System, monday() + TimeDelta::hours(2)).await.unwrap();
        assert_eq!(all, 5, "what a purge says of itself is kept");
        assert!(verify(&mut tx, &app).await.is_intact());
    }

    async fn a_rolled_back_copy_shows_only_against_an_outside_checkpoint(app: TestApp) {
        write_log(&app).await;
        let mut tx = app.state.db.write().await.unwrap();
        let kept = audit::make_checkpoint(&mut tx, &app.state.keys, monday().date_naive(), monday()).await.unwrap().unwrap();
        let kept = audit::Checkpoint::parse(&serde_json::to_string(&kept).unwrap()).unwrap();
        let fitting = audit::verify_with(&mut tx, &app.state.keys, Some(kept.clone())).await.unwrap();
        assert!(fitting.is_intact() && fitting.checkpoints == 4, "{fitting:?}");
        drop(tx);
        // The same installation, whose copy from before is complete in itself: other entries, validly signed.
        let mut tx = app.state.db.write().await.unwrap();
        disarm(&mut tx).await;
        for table in ["audit_payloads", "audit", "audit_head", "audit_checkpoints"] {
            execute(&mut tx, &format!("DELETE FROM {table}")).await;
        }
        let entries = (11..=18).map(entry).collect();
        audit::append_all(&mut tx, &app.state.keys, &Random::seeded(99), monday(), entries).await.unwrap();
        assert!(verify(&mut tx, &app).await.is_intact(), "by itself it cannot know");
        let held_against = audit::verify_with(&mut tx, &app.state.keys, Some(kept)).await.unwrap();
        let first = held_against.first_break.unwrap().to_string();
        assert_eq!(first, "rows 1 to 8: at least one was rewritten; the checkpoint of 2026-11-23 does not fit");
    }

    async fn entries_are_listed_newest_first_by_action_and_subject(app: TestApp) {
        write_log(&app).await;
        let mut tx = app.state.db.write().await.unwrap();
        let other = Entry { action: "settings.changed", subject: Subject::the("settings"), ..entry(1) };
        audit::append(&mut tx, &app.state.keys, &app.state.random, monday(), other).await.unwrap();
        let mut list = async |filter: rows::EntryFilter| {
            rows::list_entries(&mut tx, &filter, 3).await.unwrap().iter().map(|e| e.seq).collect::<Vec<_>>()
        };
        assert_eq!(list(rows::EntryFilter::default()).await, [9, 8, 7]);
        assert_eq!(list(rows::EntryFilter { offset: 3, ..Default::default() }).await, [6, 5, 4]);
        assert_eq!(list(rows::EntryFilter { action: Some("settings.changed".into()), ..Default::default() }).await, [9]);
        assert_eq!(list(rows::EntryFilter { subject_kind: Some("notice".into()), ..Default::default() }).await, [8, 7, 6]);
        assert_eq!(list(rows::EntryFilter { subject_id: Some(Uuid::from_u128(4)), ..Default::default() }).await, [4]);
        assert_eq!(rows::list_actions(&mut tx).await.unwrap(), ["notice.approved", "settings.changed"]);
        assert_eq!(rows::list_subject_kinds(&mut tx).await.unwrap(), ["notice", "settings"]);
        assert_eq!(rows::find_last_checkpoint(&mut tx).await.unwrap().unwrap().count, 6);
    }
}

both! {
    async fn staff_read_the_log_newest_first_and_narrow_it(app: TestApp) {
        write_log(&app).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let page = auditor.get("/staff/audit").await;
        assert_eq!(page.status, 200);
        let place = |text: &str, seq: i64| text.find(&format!("id=\"entry-{seq}\"")).unwrap_or(usize::MAX);
        assert!(place(&page.text, 8) < place(&page.text, 1));
        assert!(page.text.contains("1 to 8 of 8 entries") && page.text.contains("notice.approved"));
        assert!(page.text.contains("&quot;state&quot;: &quot;draft&quot;") || page.text.contains("\"state\": \"draft\""), "{}", page.text);
        let id = Uuid::from_u128(4);
        let one = auditor.get(&format!("/staff/audit?subject_id={id}&action=notice.approved")).await;
        assert!(place(&one.text, 4) < usize::MAX && one.text.contains("1 to 1 of 1 entries"));
        let none = auditor.get("/staff/audit?action=%3Cscript%3E").await;
        assert!(none.text.contains("No such entries") && !none.text.contains("<script>%3C"));
        for odd in ["/staff/audit?from=99", "/staff/audit?from=-1", "/staff/audit?subject_id=x", "/staff/audit?from=99999999999999999999"] {
            assert_eq!(auditor.get(odd).await.status, 200, "{odd}");
        }
    }

    async fn the_verification_page_names_the_first_broken_row(app: TestApp) {
        write_log(&app).await;
        let auditor = app.signed_in(Role::Auditor).await;
        let page = auditor.get("/staff/audit/verification").await;
        assert!(page.status == 200 && page.text.contains("The log is intact") && page.text.contains("8 entries fit each other"));
        let mut tx = app.state.db.write().await.unwrap();
        execute(&mut tx, "UPDATE audit_payloads SET body = 'x' WHERE seq = 5").await;
        tx.commit().await.unwrap();
        let page = auditor.get("/staff/audit/verification").await;
        assert!(page.text.contains("The log was altered") && page.text.contains("row 5: its payload was changed"), "{}", page.text);
        assert_eq!(auditor.get("/staff/audit").await.status, 200, "the list is still readable");
    }
}

both! {
    async fn a_checkpoint_is_made_once_a_day_and_mailed_when_there_is_news(app: TestApp) {
        let publisher = Publisher {
            name: "Acme <Cloud>".into(),
            zone: "Europe/Oslo".parse().unwrap(),
            calendar: CalendarId::Weekend,
            contact: "privacy@acme.example".into(),
        };
        let mut tx = app.state.db.write().await.unwrap();
        put_publisher(&mut tx, &publisher, monday()).await.unwrap();
        tx.commit().await.unwrap();
        let mailbox = Mailbox::start().await;
        let run = async || {
            jobs::run_due(&app.state).await.unwrap();
            mailbox.deliver(&app.state).await;
            mailbox.count()
        };
        assert_eq!(run().await, 0, "nothing was recorded yet");
        write_log_without_checkpoints(&app).await;
        assert_eq!((run().await, run().await), (1, 1), "once a day");
        app.advance(TimeDelta::days(1));
        assert_eq!(run().await, 1, "nothing new to tell, and still a checkpoint");
        let mut tx = app.state.db.read().await.unwrap();
        let days: Vec<String> = rows::list_checkpoints(&mut tx).await.unwrap().into_iter().map(|c| c.unwrap().day.to_string()).collect();
        assert_eq!(days, ["2026-11-23", "2026-11-24"]);

        let letter = &mailbox.letters_to("privacy@acme.example")[0];
        assert_eq!(letter.subject, "Audit checkpoint of 2026-11-23: 2 entries");
        assert!(letter.html.contains("Acme &lt;Cloud&gt;") && !letter.html.contains("<Cloud>"), "{}", letter.html);
        let document = letter.text.split("-".repeat(70).as_str()).nth(1).unwrap();
        let kept = audit::Checkpoint::parse(document).unwrap();
        let verification = audit::verify_with(&mut tx, &app.state.keys, Some(kept)).await.unwrap();
        assert!(verification.is_intact() && verification.checkpoints == 3, "{verification:?}");
    }
}

async fn write_log_without_checkpoints(app: &TestApp) {
    let mut tx = app.state.db.write().await.unwrap();
    let entries = vec![entry(1), entry(2)];
    audit::append_all(&mut tx, &app.state.keys, &app.state.random, monday(), entries)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
