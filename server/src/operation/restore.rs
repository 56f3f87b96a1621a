//! `forenotice restore FILE`: a backup into a new or empty database, whole or not at all.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::process::ExitCode;

use chrono::TimeDelta;
use serde_json::json;

use super::OperationError;
use super::archive::{ArchiveError, Line, Manifest, Reader, fitting};
use crate::audit::{self, Actor, Entry, Subject};
use crate::cli::say;
use crate::clock::Clock;
use crate::config::Config;
use crate::demo;
use crate::keys::Keys;
use crate::random::Random;
use crate::store::archive::{self as tables, Column, Table};
use crate::store::{Db, StoreError, Tx, settings};

/// The setting with the outbox's wait after silence, in seconds.
const UNKNOWN_WAIT: &str = "mail_unknown_wait_seconds";

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// Rows in all tables.
    pub rows: u64,
    /// Entries of the audit log, all verified.
    pub audit_entries: i64,
    /// Mails that may or may not have gone out since the backup.
    pub unknown_mails: u64,
    /// Deliveries of such mails.
    pub unknown_deliveries: u64,
}

/// Restores a backup. The file is read twice: first to know that it is whole and ours, then into one transaction that
/// also verifies the audit log, makes unfinished mails `unknown` and records the restore. If anything fails
/// the database stays empty.
pub async fn restore(
    db: &Db,
    keys: &Keys,
    clock: &Clock,
    random: &Random,
    file: &Path,
) -> Result<Restored, OperationError> {
    let (manifest, schema) = examine(keys, file)?;
    prepare(db, schema).await?;
    let mut tx = db.write().await?;
    tables::defer_foreign_keys(&mut tx).await?;
    let mut again = open(keys, file)?;
    if load(&mut tx, &mut again).await? != manifest {
        return Err(ArchiveError::Altered("it changed while it was read").into());
    }
    tables::check_foreign_keys(&mut tx).await?;
    let verification = audit::verify(&mut tx, keys).await?;
    if let Some(first) = verification.first_break {
        return Err(OperationError::Audit(first.to_string()));
    }
    clock.set_offset(demo::clock::find_offset(&mut tx).await?);
    let now = clock.now();
    let (mails, deliveries) = doubt_unfinished_mails(&mut tx, clock, random).await?;
    let payload = json!({
        "backup_created_at": again.header.created_at,
        "backup_sha256": manifest.sha256,
        "audit_entries": verification.count,
        "unknown_mails": mails,
        "unknown_deliveries": deliveries,
    });
    let subject = Subject::the("database");
    let entry = Entry {
        actor: Actor::Operator,
        action: "database.restored",
        subject,
        payload,
    };
    audit::append(&mut tx, keys, random, now, entry).await?;
    tx.commit().await?;
    db.migrate(None).await?;
    Ok(Restored {
        rows: manifest.rows.values().sum(),
        audit_entries: verification.count,
        unknown_mails: mails,
        unknown_deliveries: deliveries,
    })
}

fn open<'a>(keys: &'a Keys, file: &Path) -> Result<Reader<'a, BufReader<File>>, OperationError> {
    let opened = File::open(file).map_err(|error| OperationError::File(file.display().to_string(), error))?;
    Ok(Reader::new(BufReader::new(opened), keys)?)
}

/// Reads a backup through, so that nothing is opened or made for one that is cut off, altered or not ours; gives what it
/// holds and the schema it has.
fn examine(keys: &Keys, file: &Path) -> Result<(Manifest, i64), OperationError> {
    let mut reader = open(keys, file)?;
    loop {
        if let Line::End(manifest) = reader.next_line()? {
            return Ok((manifest, reader.header.schema));
        }
    }
}

/// Makes every unfinished mail `UNKNOWN`: it may have gone out after the backup was made. It waits as long as the
/// outbox waits after silence, and its time to be given up begins anew.
async fn doubt_unfinished_mails(
    tx: &mut Tx,
    clock: &Clock,
    random: &Random,
) -> Result<(u64, u64), StoreError> {
    let (now, wall) = (clock.now(), clock.wall());
    for attempt in tables::list_open_attempts(tx).await? {
        let reply = "under way when the backup was made that this database was restored from";
        tables::note_attempt_unknown(tx, random.id(now), attempt, reply, now).await?;
    }
    let wait = settings::find_setting(tx, UNKNOWN_WAIT)
        .await?
        .and_then(|text| text.parse().ok())
        .unwrap_or(60);
    tables::mark_unfinished_unknown(
        tx,
        now,
        wall + TimeDelta::seconds(wait),
        wall + TimeDelta::hours(72),
    )
    .await
}

/// Brings an empty database to the backup's schema; refuses any other database.
async fn prepare(db: &Db, schema: i64) -> Result<(), OperationError> {
    let mut tx = db.read().await?;
    let present = tables::get_schema_version(&mut tx).await?;
    for table in tables::list_tables(&mut tx).await? {
        let is_given = tables::FILLED_BY_MIGRATIONS.contains(&table.name.as_str());
        if !is_given && tables::has_rows(&mut tx, &table).await? {
            return Err(OperationError::NotEmpty(table.name));
        }
    }
    drop(tx);
    if present > schema {
        return Err(OperationError::Schema(format!(
            "the database was already brought to version {present}, the backup has {schema}: restore into a new one"
        )));
    }
    if !Db::knows_version(schema) {
        return Err(OperationError::Schema(format!(
            "the backup was made by a newer Forenotice (version {schema} of the database): use that one"
        )));
    }
    db.migrate(Some(schema)).await?;
    Ok(())
}

/// Inserts every row of the file, and gives its manifest.
async fn load(tx: &mut Tx, reader: &mut Reader<'_, BufReader<File>>) -> Result<Manifest, OperationError> {
    let known: BTreeMap<String, Table> = tables::list_tables(tx)
        .await?
        .into_iter()
        .map(|table| (table.name.clone(), table))
        .collect();
    let mut current: Option<Table> = None;
    loop {
        match reader.next_line()? {
            Line::Table(name, columns) => {
                let table = known.get(&name).ok_or(ArchiveError::Line(reader.number()))?;
                let columns: Option<Vec<Column>> = columns
                    .iter()
                    .map(|name| table.columns.iter().find(|column| column.name == *name).cloned())
                    .collect();
                let columns = columns.ok_or(ArchiveError::Line(reader.number()))?;
                current = Some(Table { name, columns });
            }
            Line::Row(row) => {
                let table = current.as_ref().ok_or(ArchiveError::Line(reader.number()))?;
                let values: Option<Vec<_>> = row
                    .into_iter()
                    .zip(&table.columns)
                    .map(|(value, column)| fitting(value, column.kind))
                    .collect();
                let values = values.ok_or(ArchiveError::Line(reader.number()))?;
                tables::insert_row(tx, table, values).await?;
            }
            Line::End(manifest) => return Ok(manifest),
        }
    }
}

/// The command.
pub async fn run_restore(file: &Path, config: &Config, clock: &Clock, random: &Random) -> ExitCode {
    let done = async {
        let keys = Keys::find(config.secret_keys.as_deref(), &config.key_file())?;
        examine(&keys, file)?;
        let db = Db::connect(&config.database_url).await?;
        let done = restore(&db, &keys, clock, random, file).await;
        db.close().await;
        done
    };
    match done.await {
        Ok(done) => {
            say(format_args!(
                "Restored {} rows; the audit log is intact ({} entries).",
                done.rows, done.audit_entries
            ));
            if done.unknown_mails > 0 {
                say(format_args!(
                    "{} mails were not finished when the backup was made. They are `unknown` now: each is sent again, with the same Message-ID, unless an answer for it comes first.",
                    done.unknown_mails
                ));
            }
            say(
                "What happened after the backup was made is not in it; a checkpoint published since will not fit.",
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("forenotice restore: {error}");
            ExitCode::FAILURE
        }
    }
}
