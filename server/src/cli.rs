//! The command line: one binary, `forenotice`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::access::{self, command::UserCommand};
use crate::clock::Clock;
use crate::config::Settings;
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
        data: Option<std::path::PathBuf>,
    },
    /// Accounts of staff: the first admin, and the way back in
    User {
        #[command(flatten)]
        settings: Box<Settings>,
        #[command(subcommand)]
        command: UserCommand,
    },
    /// What is red and why
    Gates {
        #[command(flatten)]
        settings: Box<Settings>,
        #[command(flatten)]
        args: GatesArgs,
    },
}

/// Runs the command that the arguments name.
pub async fn run() -> ExitCode {
    match Cli::parse().command {
        Command::Serve { settings, demo, data } => crate::serve(*settings, demo, data).await,
        Command::Gates { settings, args } => match open(*settings).await {
            Ok(state) => match gates_command::run(&state, &args, &mut std::io::stdout()).await {
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
    }
}

/// What a command works with: the same database and keys as the server's.
async fn open(settings: Settings) -> Result<AppState, StartError> {
    AppState::open(settings.check(false)?, Clock::system(), Random::system()).await
}
