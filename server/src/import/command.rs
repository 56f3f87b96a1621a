//! `forenotice import FILE`: says row by row what was understood, then writes drafts.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::plan::Author;
use super::write::{Source, WriteError, Written, file_hash, write_drafts};
use super::{Import, MAX_BYTES, read};
use crate::cli::say;
use crate::{AppState, StartError};

/// What `import` takes.
#[derive(Args, Debug)]
pub struct ImportArgs {
    /// An existing list: CSV, JSON, or a Markdown or HTML document with tables
    pub file: PathBuf,
    /// Only say what was understood; write nothing and open no database
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    /// Take in a file that was taken in before
    #[arg(long)]
    pub again: bool,
}

/// Runs the command. The database is opened only when something is to be written.
pub async fn run(args: &ImportArgs, open: impl AsyncFnOnce() -> Result<AppState, StartError>) -> ExitCode {
    match import(args, open).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("forenotice import: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn import(
    args: &ImportArgs,
    open: impl AsyncFnOnce() -> Result<AppState, StartError>,
) -> Result<(), String> {
    let bytes = load(args)?;
    let name = args
        .file
        .file_name()
        .unwrap_or(args.file.as_os_str())
        .to_string_lossy();
    let import = read(&name, &bytes).map_err(|e| format!("{}: {e}", args.file.display()))?;
    if !args.json {
        say(import.to_string().trim_end_matches('\n'));
    }
    if args.dry_run {
        if args.json {
            print_json(&import, None)?;
        } else {
            say("Dry run: nothing was written.");
        }
        return Ok(());
    }
    let state = open().await.map_err(|e| e.to_string())?;
    let written = write(&state, &import, &bytes, args.again).await?;
    if args.json {
        return print_json(&import, Some(&written));
    }
    say("");
    for outcome in &written.outcomes {
        say(format_args!(
            "  {}  {}: {}",
            outcome.row,
            outcome.name,
            outcome.sentence()
        ));
    }
    say(format_args!(
        "\n{} of {} drafts written. An approver adopts what is in use at {}",
        written.drafted(),
        import.drafts.len(),
        state.config.link("/staff/register/adopt")
    ));
    Ok(())
}

/// Reads at most a little more than is allowed, so that a wrong file cannot fill the memory.
fn load(args: &ImportArgs) -> Result<Vec<u8>, String> {
    let failed = |e: std::io::Error| format!("{}: {e}", args.file.display());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&args.file).map_err(failed)?;
    file.take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    Ok(bytes)
}

async fn write(state: &AppState, import: &Import, bytes: &[u8], again: bool) -> Result<Written, String> {
    let source = Source {
        sha256: file_hash(bytes),
        again,
    };
    let author = Author {
        random: &state.random,
        now: state.clock.now(),
        by: None,
    };
    let failed = |e: crate::store::StoreError| format!("DATABASE_URL: {e}");
    let mut tx = state.db.write().await.map_err(failed)?;
    let written = write_drafts(&mut tx, state, import, source, author)
        .await
        .map_err(|e| match e {
            WriteError::AlreadyImported { .. } => format!("{e} (--again imports it nevertheless)"),
            WriteError::Store(e) => failed(e),
            WriteError::Nothing => e.to_string(),
        })?;
    tx.commit().await.map_err(failed)?;
    Ok(written)
}

fn print_json(import: &Import, written: Option<&Written>) -> Result<(), String> {
    let value = json!({ "import": import, "written": written });
    say(serde_json::to_string_pretty(&value).map_err(|e| e.to_string())?);
    Ok(())
}
