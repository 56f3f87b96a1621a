//! The command line: one binary, `forenotice`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Settings;

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
}

/// Runs the command that the arguments name.
pub async fn run() -> ExitCode {
    match Cli::parse().command {
        Command::Serve { settings, demo, data } => crate::serve(*settings, demo, data).await,
    }
}
