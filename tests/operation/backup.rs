//! Backup and restore on and across both databases, the verification command, keys, what is published for strangers.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use forenotice::audit::command::{Answer, VerifyArgs, answer};
use forenotice::audit::{self, Actor, Entry, Subject};
use forenotice::clock::Clock;
use forenotice::config::Config;
use forenotice::keys::Keys;
use forenotice::on;
use forenotice::operation::{OperationError, backup, restore};
use forenotice::random::Random;
use forenotice::store::archive::{self as tables, Kind as Holds, Table, Value};
use forenotice::store::{Db, Tx};
use serde_json::json;
use uuid::Uuid;

use crate::both;
use crate::mail::{find, queue};
use crate::support::mailbox::Mailbox;
use crate::support::{Kind, TestApp, TestDb, config, monday};

fn keys() -> Keys {
    Keys::parse("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff").unwrap()
}

fn other_keys() -> Keys {
    Keys::parse("ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff").unwrap()
}

async fn execute(tx: &mut Tx, sql: &str) {
    on!(tx, |c| sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(c)
        .await
        .map(drop))
    .unwrap();
}

async fn append(db: &Db, action: &'static str) {
    let mut tx = db.write().await.unwrap();
    let subject = Subject::the("database");
    let entry = Entry {
        actor: Actor::System,
        action,
        subject,
        payload: json!({ "after": 1 }),
    };
    audit::append(&mut tx, &keys(), &Random::system(), monday(), entry)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A value for row `n` of a column. Every id is `n`, so that every foreign key finds its row.
fn value(table: &str, column: &str, holds: Holds, n: i64) -> Value {
    let at: DateTime<Utc> = monday() + TimeDelta::microseconds(n * 500);
    let day = at.date_naive() + TimeDelta::days(n);
    let is_instant = column.ends_with("_at") || column.ends_with("_until");
    let is_day = column.ends_with("_on")
        || ["day", "valid_from", "valid_to", "in_use_from", "in_use_since"].contains(&column)
        || column.ends_with("_last_day");
    let is_id = column == "id" || column.ends_with("_id") || column.ends_with("_by");
    match holds {
        Holds::Text if (table, column) == ("mails", "state") => Value::Text("QUEUED".into()),
        Holds::Text if is_instant => Value::Text(at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)),
        Holds::Text if is_day => Value::Text(day.to_string()),
        // Text that is a document too, since SQLite does not tell the two apart.
        Holds::Text => Value::Text(n.to_string()),
        Holds::Integer if column == "id" => Value::Integer(1),
        Holds::Integer if column.starts_with("is_") || column.starts_with("needs_") => Value::Integer(n % 2),
        Holds::Integer => Value::Integer(n),
        Holds::Bytes if is_id => Value::Bytes(Uuid::from_u128(n.unsigned_abs().into()).as_bytes().to_vec()),
        Holds::Bytes => Value::Bytes(vec![0, n as u8, 255]),
        Holds::Uuid => Value::Uuid(Uuid::from_u128(n.unsigned_abs().into())),
        Holds::Instant => Value::Instant(at),
        Holds::Date => Value::Date(day),
        Holds::Json => Value::Json(json!(n)),
        Holds::Truth => Value::Truth(n % 2 == 1),
    }
}

/// Three rows in every table there is (one where only one may be), and a real audit log.
async fn fill(db: &Db) {
    let mut tx = db.write().await.unwrap();
    tables::defer_foreign_keys(&mut tx).await.unwrap();
    for table in tables::list_tables(&mut tx).await.unwrap() {
        if table.name.starts_with("audit") {
            continue;
        }
        let is_single = table
            .columns
            .iter()
            .any(|column| column.name == "id" && column.kind == Holds::Integer);
        for n in 1..=(if is_single { 1 } else { 3 }) {
            let row = table
                .columns
                .iter()
                .map(|c| value(&table.name, &c.name, c.kind, n))
                .collect();
            tables::insert_row(&mut tx, &table, row)
                .await
                .unwrap_or_else(|error| panic!("{} row {n}: {error:?}", table.name));
        }
    }
    tables::check_foreign_keys(&mut tx).await.unwrap();
    for (n, state) in [(1, "SENDING"), (2, "QUEUED"), (3, "ACCEPTED")] {
        execute(
            &mut tx,
            &format!("UPDATE mails SET state = '{state}', failed_reason = NULL WHERE attempt_no = {n}"),
        )
        .await;
    }
    execute(&mut tx, "UPDATE mails SET called_off_at = NULL").await;
    execute(&mut tx, "UPDATE deliveries SET state = 'QUEUED'").await;
    tx.commit().await.unwrap();
    append(db, "demo.first").await;
    append(db, "demo.second").await;
    let mut tx = db.write().await.unwrap();
    audit::make_checkpoint(&mut tx, &keys(), monday().date_naive(), monday())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Every row of every table, as text, but for what a restore changes on purpose.
async fn contents(db: &Db) -> Vec<String> {
    let mut tx = db.read().await.unwrap();
    let mut rows = Vec::new();
    for table in tables::list_tables(&mut tx).await.unwrap() {
        if table.name.starts_with("audit")
            || ["mails", "deliveries", "attempt_results"].contains(&table.name.as_str())
        {
            continue;
        }
        let Table { name, columns } = &table;
        tables::read_table::<()>(&mut tx, &table, &mut |row| {
            // SQLite keeps an id as bytes and a day as text: compare what the value is, not how it is kept.
            let row: Vec<String> = row.iter().map(plain).collect();
            let columns: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
            rows.push(format!("{name} {columns:?} {row:?}"));
            Ok(())
        })
        .await
        .unwrap()
        .unwrap();
    }
    rows.sort();
    rows
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Text(text) => {
            let document = serde_json::from_str::<serde_json::Value>(text);
            document.map_or_else(|_| text.clone(), |document| document.to_string())
        }
        Value::Integer(number) => number.to_string(),
        Value::Bytes(bytes) => data_encoding::HEXLOWER.encode(bytes),
        Value::Uuid(id) => data_encoding::HEXLOWER.encode(id.as_bytes()),
        Value::Instant(at) => at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false),
        Value::Date(day) => day.to_string(),
        Value::Json(document) => document.to_string(),
        Value::Truth(truth) => i64::from(*truth).to_string(),
    }
}

async fn make_backup(db: &Db, file: &Path) {
    let done = backup(db, &keys(), monday(), file).await.unwrap();
    assert!(done.rows > 0);
}

async fn restore_into(url: &str, file: &Path) -> Result<Db, OperationError> {
    let db = Db::connect(url).await.unwrap();
    restore(
        &db,
        &keys(),
        &Clock::fixed(monday() + TimeDelta::days(1)),
        &Random::seeded(3),
        file,
    )
    .await?;
    Ok(db)
}

async fn count(db: &Db, sql: &str) -> i64 {
    let mut tx = db.read().await.unwrap();
    on!(&mut tx, |c| sqlx::query_scalar(sqlx::AssertSqlSafe(
        sql.to_owned()
    ))
    .fetch_one(c)
    .await)
    .unwrap()
}

fn message(result: Result<Db, OperationError>) -> String {
    result.map(drop).unwrap_err().to_string()
}

async fn round_trip(from: Kind, to: Kind) {
    let (Some(source), Some(target)) = (TestDb::start(from).await, TestDb::start(to).await) else {
        return;
    };
    let db = source.open().await;
    fill(&db).await;
    let file = source.folder().join("backup.jsonl");
    make_backup(&db, &file).await;
    let restored = restore_into(&target.url, &file).await.unwrap();
    assert_eq!(contents(&restored).await, contents(&db).await);

    // The log goes on from where the backup was made, with the restore as its next entry.
    let mut tx = restored.read().await.unwrap();
    let verification = audit::verify(&mut tx, &keys()).await.unwrap();
    assert!(
        verification.is_intact() && verification.count == 3,
        "{verification:?}"
    );
    drop(tx);
    assert_eq!(
        count(
            &restored,
            "SELECT COUNT(*) FROM audit WHERE seq = 3 AND action = 'database.restored'"
        )
        .await,
        1
    );

    // What was not finished may have gone out: it is in doubt, and the attempt under way says why.
    assert_eq!(
        count(
            &restored,
            "SELECT COUNT(*) FROM mails WHERE state = 'UNKNOWN' AND lease_owner IS NULL"
        )
        .await,
        2
    );
    assert_eq!(
        count(&restored, "SELECT COUNT(*) FROM mails WHERE state = 'ACCEPTED'").await,
        1
    );
    assert_eq!(
        count(
            &restored,
            "SELECT COUNT(*) FROM deliveries WHERE state = 'UNKNOWN'"
        )
        .await,
        2
    );
    assert_eq!(
        count(
            &restored,
            "SELECT COUNT(*) FROM attempt_results WHERE outcome = 'UNKNOWN' AND reply LIKE 'under way%'"
        )
        .await,
        1
    );

    // A backup of the restored database restores again, into a database of the first kind.
    let Some(third) = TestDb::start(from).await else {
        return;
    };
    let again = third.folder().join("again.jsonl");
    make_backup(&restored, &again).await;
    let back = restore_into(&third.url, &again).await.unwrap();
    assert_eq!(contents(&back).await, contents(&db).await);
}

#[tokio::test]
async fn a_backup_of_sqlite_restores_into_sqlite() {
    round_trip(Kind::Sqlite, Kind::Sqlite).await;
}

#[tokio::test]
async fn a_backup_of_sqlite_restores_into_postgres() {
    round_trip(Kind::Sqlite, Kind::Postgres).await;
}

#[tokio::test]
async fn a_backup_of_postgres_restores_into_sqlite() {
    round_trip(Kind::Postgres, Kind::Sqlite).await;
}

#[tokio::test]
async fn a_backup_of_postgres_restores_into_postgres() {
    round_trip(Kind::Postgres, Kind::Postgres).await;
}

both! {
    async fn a_new_database_has_rows_only_where_migrations_put_them(db: TestDb) {
        let db = db.open().await;
        let mut tx = db.read().await.unwrap();
        let mut filled = Vec::new();
        for table in tables::list_tables(&mut tx).await.unwrap() {
            if tables::has_rows(&mut tx, &table).await.unwrap() {
                filled.push(table.name);
            }
        }
        assert_eq!(filled, tables::FILLED_BY_MIGRATIONS);
    }

    async fn a_backup_is_taken_while_the_server_writes(db: TestDb) {
        let pool = db.open().await;
        append(&pool, "demo.first").await;
        let writer = {
            let pool = pool.clone();
            tokio::spawn(async move {
                for _ in 0..40 {
                    append(&pool, "demo.written").await;
                }
            })
        };
        for number in 0..5 {
            let file = db.folder().join(format!("{number}.jsonl"));
            make_backup(&pool, &file).await;
            let args = VerifyArgs { file: Some(file), checkpoint: None };
            let found = answer(&args, &config(&db)).await;
            assert_eq!(found.code(), 0, "{found:?}");
        }
        writer.await.unwrap();
    }

    async fn a_backup_is_for_its_owner_only_and_never_overwrites(db: TestDb) {
        use std::os::unix::fs::PermissionsExt;
        let pool = db.open().await;
        let folder = db.folder().join("backups");
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join("backup.jsonl");
        make_backup(&pool, &file).await;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "no draft is left");
        let refused = backup(&pool, &keys(), monday(), &file).await.unwrap_err().to_string();
        assert!(refused.ends_with("exists already; choose another name"), "{refused}");
        let nowhere = backup(&pool, &keys(), monday(), &folder.join("no/such/folder")).await.unwrap_err();
        assert!(matches!(nowhere, OperationError::File(..)), "{nowhere}");
    }

    async fn only_a_whole_backup_of_ours_goes_into_an_empty_database(db: TestDb) {
        let pool = db.open().await;
        fill(&pool).await;
        let file = db.folder().join("backup.jsonl");
        make_backup(&pool, &file).await;
        let refused = message(restore_into(&db.url, &file).await);
        assert!(refused.contains("is not empty (") && refused.contains("restore into a new one"), "{refused}");

        let whole = std::fs::read_to_string(&file).unwrap();
        let altered = db.folder().join("altered.jsonl");
        for (content, expected) in [
            (whole.replace("demo.second", "demo.third"), "its content was altered (its SHA-256 does not fit)"),
            (whole[..whole.len() / 2].to_owned(), "it is cut off after line"),
            ("{}".to_owned(), "this is not a Forenotice backup"),
            (String::new(), "this is not a Forenotice backup"),
        ] {
            let Some(target) = TestDb::start(db.kind).await else { return };
            std::fs::write(&altered, content).unwrap();
            let refused = message(restore_into(&target.url, &altered).await);
            assert!(refused.contains(expected), "{expected}: {refused}");
            let untouched = Db::connect(&target.url).await.unwrap();
            let mut tx = untouched.read().await.unwrap();
            assert_eq!(tables::get_schema_version(&mut tx).await.unwrap(), 0, "a file that cannot be used touches nothing");
        }

        let Some(target) = TestDb::start(db.kind).await else { return };
        let other = Db::connect(&target.url).await.unwrap();
        let refused = restore(&other, &other_keys(), &Clock::fixed(monday()), &Random::seeded(1), &file).await.unwrap_err();
        assert!(refused.to_string().contains("is needed and not among FORENOTICE_SECRET_KEYS"), "{refused}");
    }

    async fn a_backup_whose_audit_log_is_broken_leaves_the_database_empty(db: TestDb) {
        let pool = db.open().await;
        fill(&pool).await;
        let mut tx = pool.write().await.unwrap();
        let on = if tx.is_postgres() { "ON audit" } else { "" };
        execute(&mut tx, &format!("DROP TRIGGER audit_no_update {on}")).await;
        execute(&mut tx, "UPDATE audit SET action = 'x' WHERE seq = 2").await;
        tx.commit().await.unwrap();
        let file = db.folder().join("backup.jsonl");
        make_backup(&pool, &file).await;
        let Some(target) = TestDb::start(db.kind).await else { return };
        let refused = message(restore_into(&target.url, &file).await);
        assert_eq!(refused, "the audit log in the backup is not intact: row 2 was changed");
        let empty = Db::connect(&target.url).await.unwrap();
        assert_eq!(count(&empty, "SELECT COUNT(*) FROM customers").await, 0);
        assert_eq!(count(&empty, "SELECT COUNT(*) FROM audit").await, 0);
    }

    async fn the_command_verifies_a_database_a_backup_and_a_checkpoint(app: TestApp) {
        let db = &app.state.db;
        append(db, "demo.first").await;
        let mut tx = db.write().await.unwrap();
        let checkpoint = audit::make_checkpoint(&mut tx, &keys(), monday().date_naive(), monday()).await.unwrap();
        tx.commit().await.unwrap();
        append(db, "demo.second").await;
        let config = Config { database_url: app.db.url.clone(), ..app.state.config.clone() };
        let file = |name: &str, content: &str| {
            let path: PathBuf = app.db.folder().join(name);
            std::fs::write(&path, content).unwrap();
            Some(path)
        };
        let published = app.client().get("/.well-known/forenotice-audit.json").await;
        assert_eq!(published.status, 200);
        let kept = file("published.json", &published.text);
        let alone = file("checkpoint.json", &serde_json::to_string(&checkpoint.unwrap()).unwrap());
        let forged = file("forged.json", &published.text.replace("\"count\":1", "\"count\":2"));
        let saved = Some(app.db.folder().join("backup.jsonl"));
        make_backup(db, saved.as_deref().unwrap()).await;
        let text = std::fs::read_to_string(saved.as_deref().unwrap()).unwrap();
        let row = file("row.jsonl", &text.replace("demo.first", "demo.fifth"));
        let elsewhere = file("elsewhere.jsonl", &text.replace("clock_offset_microseconds", "clock").replace("keys_used", "keys_lost"));
        let half = file("half.jsonl", &text[..text.len() - 40]);
        let picture = file("picture.png", "\u{89}PNG");
        let missing = Some(app.db.folder().join("missing"));

        for (file, checkpoint, code, expected) in [
            (None, None, 0, "Intact: 2 entries"),
            (None, None, 0, "Not compared with a checkpoint from outside"),
            (None, kept.clone(), 0, "2 checkpoints fit."),
            (None, alone.clone(), 0, "2 checkpoints fit."),
            (None, forged, 1, "the signature of this checkpoint does not fit"),
            (None, picture.clone(), 2, "there is no checkpoint in it"),
            (None, missing.clone(), 2, "missing"),
            (saved.clone(), None, 0, "Intact: 2 entries"),
            (saved, kept.clone(), 0, "2 checkpoints fit."),
            (row, None, 1, "row 1 was changed"),
            (elsewhere, None, 1, "the audit log in the file is intact, the file is not: its content was altered"),
            (half, None, 2, "it is cut off after line"),
            (picture, None, 2, "this is not a Forenotice backup"),
            (missing, None, 2, "missing"),
        ] {
            let found = answer(&VerifyArgs { file: file.clone(), checkpoint: checkpoint.clone() }, &config).await;
            let (Answer::Intact(text) | Answer::Altered(text) | Answer::Unreadable(text)) = &found;
            assert!(found.code() == code && text.contains(expected), "{file:?} {checkpoint:?}: {found:?}");
        }

        let mut tx = db.write().await.unwrap();
        execute(&mut tx, "UPDATE audit_payloads SET body = '{}' WHERE seq = 2").await;
        tx.commit().await.unwrap();
        let found = answer(&VerifyArgs::default(), &config).await;
        assert_eq!(found, Answer::Altered("row 2: its payload was changed".into()));
        if app.db.kind == Kind::Sqlite {
            let args = VerifyArgs { file: Some(app.db.folder().join("forenotice.db")), checkpoint: None };
            assert_eq!(answer(&args, &config).await.code(), 1, "a copy of the file is verified like the database");
            let gone = Config { database_url: "sqlite:///no/such.db".into(), ..config.clone() };
            assert_eq!(answer(&VerifyArgs::default(), &gone).await.code(), 2, "a database that is not there is not an intact one");
        }
    }

    async fn a_start_without_a_key_that_is_needed_is_refused(db: TestDb) {
        let pool = db.open().await;
        let (old, new) = (&"ab".repeat(31), &"cd".repeat(31));
        let ring = |list: &[&str]| Keys::parse(&list.iter().map(|key| format!("{key}01")).collect::<Vec<_>>().join(",")).unwrap();
        let start = async |keys: Keys| {
            let mut tx = pool.write().await.unwrap();
            let guarded = keys.guard(&mut tx, monday()).await.unwrap();
            tx.commit().await.unwrap();
            guarded.map_err(|error| error.to_string())
        };
        assert_eq!(start(ring(&[old])).await, Ok(()));
        assert_eq!(start(ring(&[old])).await, Ok(()), "a second start is like the first");
        assert_eq!(start(ring(&[new, old])).await, Ok(()), "a new key in front");
        let order = start(ring(&[old, new])).await.unwrap_err();
        assert!(order.contains("must stay the last in the list"), "{order}");
        let lost = start(ring(&[new])).await.unwrap_err();
        assert!(lost.contains("is needed and not among FORENOTICE_SECRET_KEYS"), "{lost}");
        let lost = start(ring(&[old])).await.unwrap_err();
        assert!(lost.contains(ring(&[new]).id()), "{lost}");
    }

    async fn the_security_contact_is_published_with_a_date_ahead(app: TestApp) {
        let answer = app.client().get("/.well-known/security.txt").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["content-type"], "text/plain; charset=utf-8");
        assert!(answer.text.contains("Contact: mailto:privacy@publisher.example\n"), "{}", answer.text);
        let expires = answer.text.lines().find_map(|line| line.strip_prefix("Expires: ")).unwrap();
        assert!(expires.parse::<DateTime<Utc>>().unwrap() > app.state.clock.wall());
    }

    async fn a_stranger_verifies_the_published_checkpoint_without_our_program(app: TestApp) {
        use data_encoding::BASE64URL_NOPAD;
        let before: serde_json::Value =
            serde_json::from_str(&app.client().get("/.well-known/forenotice-audit.json").await.text).unwrap();
        assert!(before["checkpoint"].is_null());
        append(&app.state.db, "demo.first").await;
        let mut tx = app.state.db.write().await.unwrap();
        audit::make_checkpoint(&mut tx, &keys(), monday().date_naive(), monday()).await.unwrap();
        tx.commit().await.unwrap();
        let document: serde_json::Value =
            serde_json::from_str(&app.client().get("/.well-known/forenotice-audit.json").await.text).unwrap();
        let checkpoint = &document["checkpoint"];
        let bytes = |text: &serde_json::Value| BASE64URL_NOPAD.decode(text.as_str().unwrap().as_bytes()).unwrap();
        let key = document["public_keys"].as_array().unwrap().iter().find(|key| key["key_id"] == checkpoint["key_id"]).unwrap();
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes(&key["public_key"]).try_into().unwrap()).unwrap();
        let signature = ed25519_dalek::Signature::from_slice(&bytes(&checkpoint["signature"])).unwrap();
        let signed = checkpoint["signed"].as_str().unwrap();
        key.verify_strict(signed.as_bytes(), &signature).unwrap();
        assert!(signed.contains(checkpoint["hash"].as_str().unwrap()) && signed.contains("2026-11-23\n1\n"));
    }
}

both! {
    async fn a_mail_in_doubt_after_a_restore_goes_out_again_with_the_same_message_id(app: TestApp) {
        let id = queue(&app.state, "kari@customer.example").await;
        let file = app.db.folder().join("backup.jsonl");
        make_backup(&app.state.db, &file).await;
        let mailbox = Mailbox::start().await;
        mailbox.deliver(&app.state).await;
        assert_eq!(mailbox.count(), 1, "it went out after the backup was made");

        let Some(target) = TestDb::start(app.db.kind).await else { return };
        restore_into(&target.url, &file).await.unwrap().close().await;
        let settings = config(&target);
        let restored = TestApp::start_with(target, settings).await;
        mailbox.deliver(&restored.state).await;
        assert_eq!(mailbox.count(), 1, "it waits for an answer first");
        restored.state.clock.advance_wall(TimeDelta::days(1) + TimeDelta::minutes(5));
        mailbox.deliver(&restored.state).await;
        let letters = mailbox.letters_to("kari@customer.example");
        assert_eq!(letters.len(), 2);
        assert_eq!(letters[0].message_id, letters[1].message_id);
        assert!(find(&restored.state, id).await.is_possible_duplicate);
    }
}
