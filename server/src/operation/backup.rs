//! `forenotice backup FILE`: a consistent copy of a database in use.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{DateTime, Utc};

use super::OperationError;
use super::archive::{Manifest, Writer};
use crate::cli::say;
use crate::config::Config;
use crate::keys::Keys;
use crate::store::Db;
use crate::store::archive as tables;

/// What a backup holds.
#[derive(Debug)]
pub struct Backup {
    /// Counts, hash and signature.
    pub manifest: Manifest,
    /// Rows in all tables.
    pub rows: u64,
}

/// Writes all tables as one snapshot sees them. The server may go on writing. The file appears under its name
/// only when it is whole and on disk; it is for the owner's eyes only.
pub async fn backup(db: &Db, keys: &Keys, now: DateTime<Utc>, file: &Path) -> Result<Backup, OperationError> {
    let failed = |error: io::Error| OperationError::File(file.display().to_string(), error);
    if file.exists() {
        return Err(OperationError::Exists(file.display().to_string()));
    }
    let draft = Draft::create(file).map_err(failed)?;
    let mut tx = db.read().await?;
    let schema = tables::get_schema_version(&mut tx).await?;
    let mut writer = Writer::new(BufWriter::new(&draft.file), now, schema).map_err(failed)?;
    for table in tables::list_tables(&mut tx).await? {
        writer.table(&table).map_err(failed)?;
        tables::read_table(&mut tx, &table, &mut |row| writer.row(row))
            .await?
            .map_err(failed)?;
    }
    let (mut out, manifest) = writer.finish(keys).map_err(failed)?;
    out.flush().map_err(failed)?;
    drop(out);
    draft.keep(file).map_err(failed)?;
    let rows = manifest.rows.values().sum();
    Ok(Backup { manifest, rows })
}

/// A file that goes away again unless it is kept.
struct Draft {
    path: PathBuf,
    file: File,
    is_kept: bool,
}

impl Draft {
    fn create(target: &Path) -> io::Result<Self> {
        let mut name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
        name.push(".part");
        let path = target.with_file_name(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        Ok(Self {
            path,
            file,
            is_kept: false,
        })
    }

    fn keep(mut self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::rename(&self.path, target)?;
        self.is_kept = true;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_kept {
            // The backup has failed already; a rest that cannot be removed is overwritten by the next one.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The command.
pub async fn run_backup(file: &Path, config: &Config, now: DateTime<Utc>) -> ExitCode {
    let done = async {
        super::check_exists(&config.database_url)?;
        let keys = Keys::find(config.secret_keys.as_deref(), &config.key_file())?;
        let db = super::open_existing(&config.database_url).await?;
        let done = backup(&db, &keys, now, file).await;
        db.close().await;
        done
    };
    match done.await {
        Ok(done) => {
            say(format_args!(
                "{}: {} rows of {} tables, SHA-256 {}",
                file.display(),
                done.rows,
                done.manifest.rows.len(),
                done.manifest.sha256
            ));
            say("The secret keys are not in it: keep them apart, addresses cannot be read without them.");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("forenotice backup: {error}");
            ExitCode::FAILURE
        }
    }
}
