//! The command line: one binary, `forenotice`.

use std::fmt::Display;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::access::{self, command::UserCommand};
use crate::audit::command::VerifyArgs;
use crate::clock::Clock;
use crate::config::{Config, Settings};
use crate::deadline::DeadlineArgs;
use crate::import::command::ImportArgs;
use crate::operation::{run_backup, run_restore};
use crate::random::Random;
use crate::register::gates_command::{self, GatesArgs};
use crate::{AppState, StartError};

/// Subprocessor registry and change notices with an enforced notice window.
#[derive(Parser, Debug)]
#[command(name = "forenotice", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Migrate, then run web, mailer and jobs
    Serve {
        #[command(flatten)]
        settings: Box<Settings>,
        /// Throw-away data, a mailbox page instead of a relay, and a clock that the visitor can move forward
        #[arg(long)]
        demo: bool,
        /// With --demo: keep the data in DIR/forenotice.db
        #[arg(long, requires = "demo")]
        data: Option<PathBuf>,
    },
    /// Accounts of staff: the first admin, and the way back in
    User {
        #[command(flatten)]
        settings: Box<Settings>,
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Take in an existing list as drafts, and say row by row what was understood
    Import {
        #[command(flatten)]
        settings: Box<Settings>,
        #[command(flatten)]
        args: ImportArgs,
    },
    /// Write everything into one file, while the server goes on working
    Backup {
        #[command(flatten)]
        settings: Box<Settings>,
        /// The file to make; it must not be there yet
        file: PathBuf,
    },
    /// Read a backup into a new or empty database
    Restore {
        #[command(flatten)]
        settings: Box<Settings>,
        /// A file that `backup` made
        file: PathBuf,
    },
    /// What is red and why
    Gates {
        #[command(flatten)]
        settings: Box<Settings>,
        #[command(flatten)]
        args: GatesArgs,
    },
    /// The window calculator, with its arithmetic
    Deadline {
        #[command(flatten)]
        args: DeadlineArgs,
    },
    /// The audit log
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
}

#[derive(Subcommand, Debug)]
enum AuditCommand {
    /// Verify the chain: exit 0 intact, 1 altered (the first broken row is named), 2 unreadable
    Verify {
        #[command(flatten)]
        settings: Box<Settings>,
        #[command(flatten)]
        args: VerifyArgs,
    },
}

/// Prints a line. Whoever reads it may have read enough (`| head -1`): then the rest is not said, and the command still
/// ends with its own exit code.
pub fn say(line: impl Display) {
    // Nothing can be told to somebody who has hung up.
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Runs the command that the arguments name.
pub async fn run() -> ExitCode {
    match Cli::parse().command {
        Command::Serve { settings, demo, data } => crate::serve(*settings, demo, data).await,
        Command::Deadline { args } => match crate::deadline::run(&args, &mut std::io::stdout()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => {
                eprintln!("{e}");
                ExitCode::FAILURE
            }
        },
        Command::Gates { settings, args } => match open_existing(*settings).await {
            Ok(state) => match Box::pin(gates_command::run(&state, &args, &mut std::io::stdout())).await {
                Ok(()) => ExitCode::SUCCESS,
                Err(e) => {
                    eprintln!("{e}");
                    ExitCode::FAILURE
                }
            },
            Err(e) => {
                eprintln!("{e}");
                ExitCode::FAILURE
            }
        },
        Command::User { settings, command } => match open(*settings).await {
            Ok(state) => access::command::run(&state, command).await,
            Err(e) => {
                eprintln!("{e}");
                ExitCode::FAILURE
            }
        },
        Command::Import { settings, args } => {
            crate::import::command::run(&args, async || open_existing(*settings).await).await
        }
        Command::Backup { settings, file } => {
            with(*settings, 1, async |config| {
                run_backup(&file, config, Clock::system().wall()).await
            })
            .await
        }
        Command::Restore { settings, file } => {
            with(*settings, 1, async |config| {
                run_restore(&file, config, &Clock::system(), &Random::system()).await
            })
            .await
        }
        Command::Audit {
            command: AuditCommand::Verify { settings, args },
        } => {
            with(*settings, 2, async |config| {
                crate::audit::command::run(&args, config).await
            })
            .await
        }
    }
}

/// What a command works with: the same database and keys as the server's.
async fn open(settings: Settings) -> Result<AppState, StartError> {
    AppState::open(settings.check(false)?, Clock::system(), Random::system()).await
}

/// The same for a command that works on what is there: a mistyped address makes no database.
async fn open_existing(settings: Settings) -> Result<AppState, StartError> {
    let config = settings.check(false)?;
    crate::operation::check_exists(&config.database_url)
        .map_err(|missing| StartError::Missing(missing.to_string()))?;
    AppState::open(config, Clock::system(), Random::system()).await
}

/// Runs a command on checked settings; a bad one is a line on standard error and the exit code `refused`.
async fn with(settings: Settings, refused: u8, run: impl AsyncFnOnce(&Config) -> ExitCode) -> ExitCode {
    match settings.check(false) {
        Ok(config) => run(&config).await,
        Err(error) => {
            eprintln!("forenotice: {error}");
            refused.into()
        }
    }
}
