//! `forenotice audit verify [FILE] [--checkpoint FILE]`: exit 0 intact, 1 altered (the first broken row is named),
//! 2 unreadable.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use data_encoding::HEXLOWER;
use serde_json::Value as Document;

use super::checkpoint::Checkpoint;
use super::verify::{Verification, Verifier, signature_fits, verify_with};
use crate::cli;
use crate::config::Config;
use crate::keys::Keys;
use crate::operation::archive::{ArchiveError, Line, Reader, fitting};
use crate::operation::{OperationError, check_exists, open_existing};
use crate::store::archive::{Kind, Value};
use crate::store::audit::{AuditRow, CheckpointRow, FoundEntry, Head, LOGGED_TABLES, Unreadable};

/// What to verify and against what.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct VerifyArgs {
    /// A backup, or a copy of an SQLite database; without it the database of DATABASE_URL
    pub file: Option<PathBuf>,
    /// A checkpoint kept from /.well-known/forenotice-audit.json or from a mail
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
}

/// What the command says and how it ends.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing was altered.
    Intact(String),
    /// Something was; the first broken row is in it.
    Altered(String),
    /// It could not be told.
    Unreadable(String),
}

impl Answer {
    /// 0, 1 or 2.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Intact(_) => 0,
            Self::Altered(_) => 1,
            Self::Unreadable(_) => 2,
        }
    }
}

/// The command.
pub async fn run(args: &VerifyArgs, config: &Config) -> ExitCode {
    let answer = answer(args, config).await;
    match &answer {
        Answer::Intact(text) => cli::say(text),
        Answer::Altered(text) => cli::say(format_args!("ALTERED: {text}")),
        Answer::Unreadable(text) => eprintln!("forenotice audit verify: {text}"),
    }
    answer.code().into()
}

/// The command without its output.
pub async fn answer(args: &VerifyArgs, config: &Config) -> Answer {
    if args.file.is_none()
        && let Err(missing) = check_exists(&config.database_url)
    {
        return Answer::Unreadable(missing.to_string());
    }
    let keys = match Keys::find(config.secret_keys.as_deref(), &config.key_file()) {
        Ok(keys) => keys,
        Err(error) => return Answer::Unreadable(error.to_string()),
    };
    let outside = match args
        .checkpoint
        .as_deref()
        .map(|file| read_checkpoint(file, &keys))
        .transpose()
    {
        Ok(outside) => outside,
        Err(answer) => return answer,
    };
    let is_compared = outside.is_some();
    match found(args, config, &keys, outside).await {
        Ok(verification) => say(&verification, is_compared),
        Err(OperationError::Archive(error @ (ArchiveError::Altered(_) | ArchiveError::Longer))) => {
            Answer::Altered(format!(
                "the audit log in the file is intact, the file is not: {error}"
            ))
        }
        Err(error) => Answer::Unreadable(error.to_string()),
    }
}

async fn found(
    args: &VerifyArgs,
    config: &Config,
    keys: &Keys,
    outside: Option<CheckpointRow>,
) -> Result<Verification, OperationError> {
    let url = match &args.file {
        None => config.database_url.clone(),
        Some(file) => {
            let failed = |error| OperationError::File(file.display().to_string(), error);
            let mut opened = File::open(file).map_err(failed)?;
            let mut start = Vec::new();
            opened.by_ref().take(16).read_to_end(&mut start).map_err(failed)?;
            if start != b"SQLite format 3\0" {
                opened.rewind().map_err(failed)?;
                return verify_archive(BufReader::new(opened), keys, outside);
            }
            format!("sqlite://{}", file.display())
        }
    };
    let db = open_existing(&url).await?;
    let mut tx = db.read().await?;
    let verification = verify_with(&mut tx, keys, outside).await?;
    drop(tx);
    db.close().await;
    Ok(verification)
}

fn read_checkpoint(file: &Path, keys: &Keys) -> Result<CheckpointRow, Answer> {
    let name = file.display();
    let text =
        std::fs::read_to_string(file).map_err(|error| Answer::Unreadable(format!("{name}: {error}")))?;
    let row = Checkpoint::parse(&text)
        .ok_or_else(|| Answer::Unreadable(format!("{name}: there is no checkpoint in it")))?;
    match signature_fits(keys, &row) {
        Ok(true) => Ok(row),
        Ok(false) => Err(Answer::Altered(format!(
            "{name}: the signature of this checkpoint does not fit"
        ))),
        Err(error) => Err(Answer::Unreadable(format!("{name}: {error}"))),
    }
}

fn say(verification: &Verification, is_compared: bool) -> Answer {
    if let Some(first) = &verification.first_break {
        return Answer::Altered(first.to_string());
    }
    let Verification {
        count,
        hash,
        purged,
        checkpoints,
        unchecked,
        ..
    } = verification;
    let mut text = format!(
        "Intact: {count} entries, head {}, {checkpoints} checkpoints fit.",
        HEXLOWER.encode(hash)
    );
    if *purged > 0 {
        text +=
            &format!("\n{purged} payloads were purged, as the log itself records; their digests are intact.");
    }
    if *unchecked > 0 {
        text += &format!(
            "\n{unchecked} checkpoints are signed by keys no longer in FORENOTICE_SECRET_KEYS; they fit the log."
        );
    }
    if !is_compared {
        text += "\nNot compared with a checkpoint from outside (--checkpoint FILE): a copy of the whole database rolled back to an earlier state would not show.";
    }
    Answer::Intact(text)
}

/// The tables of the log in a backup, by what they are needed for.
#[derive(Default)]
struct Found {
    entries: BTreeMap<i64, FoundEntry>,
    checkpoints: Vec<CheckpointRow>,
    head: Option<Head>,
    /// A table beside the log that has rows.
    filled: Option<&'static str>,
}

/// Verifies the log in a backup without restoring it. The log is judged before the file is: of a file that was
/// altered in the log, the row is worth more than the hash.
fn verify_archive(
    input: impl BufRead,
    keys: &Keys,
    outside: Option<CheckpointRow>,
) -> Result<Verification, OperationError> {
    let mut reader = Reader::new(input, keys)?;
    let mut found = Found::default();
    let mut table = (String::new(), Vec::new());
    let end = loop {
        match reader.next_line() {
            Ok(Line::Table(name, columns)) => table = (name, columns),
            Ok(Line::Row(row)) => {
                found
                    .take(&table.0, Cells::new(&table.1, row))
                    .ok_or(ArchiveError::Line(reader.number()))?;
            }
            Ok(Line::End(_)) => break Ok(()),
            Err(error @ (ArchiveError::Altered(_) | ArchiveError::Longer)) => break Err(error),
            Err(error) => return Err(error.into()),
        }
    };
    let mut verifier = Verifier::new(keys, found.checkpoints.into_iter().chain(outside).collect());
    if let Some(table) = found.filled {
        verifier.beside(table);
    }
    for entry in found.entries.into_values() {
        verifier.row(entry);
    }
    let verification = verifier.finish(found.head.as_ref());
    match end {
        Err(error) if verification.is_intact() => Err(error.into()),
        _ => Ok(verification),
    }
}

/// The cells of a row, by column.
struct Cells(BTreeMap<String, Document>);

impl Cells {
    fn new(columns: &[String], row: Vec<Document>) -> Self {
        Self(columns.iter().cloned().zip(row).collect())
    }

    fn value(&mut self, column: &str, kind: Kind) -> Option<Value> {
        fitting(self.0.remove(column)?, kind)
    }

    fn text(&mut self, column: &str) -> Option<String> {
        if let Value::Text(text) = self.value(column, Kind::Text)? {
            Some(text)
        } else {
            None
        }
    }

    fn number(&mut self, column: &str) -> Option<i64> {
        if let Value::Integer(number) = self.value(column, Kind::Integer)? {
            Some(number)
        } else {
            None
        }
    }

    fn bytes(&mut self, column: &str) -> Option<Vec<u8>> {
        if let Value::Bytes(bytes) = self.value(column, Kind::Bytes)? {
            Some(bytes)
        } else {
            None
        }
    }

    fn instant(&mut self, column: &str) -> Option<chrono::DateTime<chrono::Utc>> {
        if let Value::Instant(at) = self.value(column, Kind::Instant)? {
            Some(at)
        } else {
            None
        }
    }

    fn day(&mut self, column: &str) -> Option<chrono::NaiveDate> {
        if let Value::Date(day) = self.value(column, Kind::Date)? {
            Some(day)
        } else {
            None
        }
    }

    fn id(&mut self, column: &str) -> Option<Option<uuid::Uuid>> {
        match self.value(column, Kind::Uuid)? {
            Value::Uuid(id) => Some(Some(id)),
            Value::Null => Some(None),
            _ => None,
        }
    }

    fn audit_row(&mut self, seq: i64) -> Option<AuditRow> {
        Some(AuditRow {
            seq,
            recorded_at: self.instant("recorded_at")?,
            actor_kind: self.text("actor_kind")?,
            actor_id: self.id("actor_id")?,
            action: self.text("action")?,
            subject_kind: self.text("subject_kind")?,
            subject_id: self.id("subject_id")?,
            payload_digest: self.bytes("payload_digest")?,
            prev_hash: self.bytes("prev_hash")?,
            hash: self.bytes("hash")?,
        })
    }
}

impl Found {
    /// Keeps what belongs to the log. None if a row has not even a place.
    fn take(&mut self, table: &str, mut cells: Cells) -> Option<()> {
        match table {
            "audit" => {
                let seq = cells.number("seq")?;
                let row = cells.audit_row(seq).ok_or(Unreadable);
                self.entries.insert(
                    seq,
                    FoundEntry {
                        seq,
                        row,
                        payload: None,
                    },
                );
            }
            // By name it comes after `audit`, so every entry is there already.
            "audit_payloads" => {
                let entry = self.entries.get_mut(&cells.number("seq")?)?;
                match cells.bytes("salt").zip(cells.text("body")) {
                    Some(payload) => entry.payload = Some(payload),
                    None => entry.row = Err(Unreadable),
                }
            }
            "audit_head" => {
                self.head = Some(Head {
                    count: cells.number("count")?,
                    hash: cells.bytes("hash")?,
                    key_id: cells.text("key_id")?,
                    signature: cells.bytes("signature")?,
                });
            }
            "audit_checkpoints" => self.checkpoints.push(CheckpointRow {
                day: cells.day("day")?,
                count: cells.number("count")?,
                hash: cells.bytes("hash")?,
                key_id: cells.text("key_id")?,
                signature: cells.bytes("signature")?,
                created_at: cells.instant("created_at")?,
            }),
            other => {
                let logged = LOGGED_TABLES.into_iter().find(|table| *table == other);
                self.filled = self.filled.or(logged);
            }
        }
        Some(())
    }
}
