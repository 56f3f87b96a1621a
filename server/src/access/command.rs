//! `forenotice user add|disable`: the first admin, and the way back in when nobody can sign in.

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use app::access::{Login, NewPassword};
use clap::Subcommand;
use domain::role::Role;
use domain::text::Name;

use super::hash_now;
use super::people::{add_account, disable_account, is_last_admin};
use super::reset::{INVITATION, make_link};
use crate::AppState;
use crate::audit::Actor;
use crate::cli::say;
use crate::store::staff::{find_staff_by_login, set_password};

/// What can be done to accounts.
#[derive(Subcommand, Debug)]
pub enum UserCommand {
    /// Add an account; reads its password from standard input, or prints a link with which it is set
    Add {
        /// What the person signs in with; an e-mail address lets them reset their own password
        login: String,
        /// Name or function
        #[arg(long)]
        name: String,
        /// legal_editor, legal_approver, dpo, security_assessor, operator, auditor or admin; may be repeated
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        /// Print a link instead of reading a password
        #[arg(long)]
        link: bool,
    },
    /// Disable an account and end its sessions
    Disable {
        /// What the person signs in with
        login: String,
    },
    /// Print a link with which a new password is set, once, within three days
    Link {
        /// What the person signs in with
        login: String,
    },
}

/// Runs a command; what it says goes to standard output, why it refused to standard error.
pub async fn run(state: &AppState, command: UserCommand) -> ExitCode {
    let done = match command {
        UserCommand::Add {
            login,
            name,
            roles,
            link,
        } => add(state, &login, &name, &roles, link).await,
        UserCommand::Disable { login } => disable(state, &login).await,
        UserCommand::Link { login } => link_for(state, &login).await,
    };
    match done {
        Ok(said) => {
            say(said);
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn store(error: crate::store::StoreError) -> String {
    match error {
        crate::store::StoreError::Duplicate(_) => "somebody signs in with this already".to_owned(),
        other => format!("DATABASE_URL: {other}"),
    }
}

async fn add(
    state: &AppState,
    login: &str,
    name: &str,
    roles: &[String],
    link: bool,
) -> Result<String, String> {
    let login = Login::parse(login).map_err(|e| format!("LOGIN: {e}"))?;
    let name = Name::parse(name).map_err(|e| format!("--name: {e}"))?;
    let known = || {
        Role::ALL
            .iter()
            .map(|r| r.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    let mut parsed = roles
        .iter()
        .map(|role| {
            role.parse::<Role>()
                .map_err(|e| format!("--role: {e}; one of: {}", known()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    parsed.sort_unstable();
    parsed.dedup();
    let password = if link { None } else { read_password()? };
    let hash = password
        .map(|password| NewPassword::parse(&password, login.as_str()).map_err(|e| format!("password: {e}")))
        .transpose()?
        .map(|password| hash_now(&password.into_text(), &state.random))
        .transpose()?;
    let mut tx = state.db.write().await.map_err(store)?;
    let id = add_account(&mut tx, state, Actor::Operator, &login, name.as_str(), parsed)
        .await
        .map_err(store)?;
    let said = if let Some(hash) = hash {
        set_password(&mut tx, id, &hash, state.clock.wall())
            .await
            .map_err(store)?;
        format!(
            "{} can sign in at {}",
            login.as_str(),
            state.config.link("/staff/sign-in")
        )
    } else {
        let link = make_link(&mut tx, state, id, INVITATION).await.map_err(store)?;
        format!(
            "{} sets a password at {link} (once, within {} hours)",
            login.as_str(),
            INVITATION.num_hours()
        )
    };
    tx.commit().await.map_err(store)?;
    Ok(said)
}

/// One line from standard input; from a terminal without showing it. Nothing typed: no password.
fn read_password() -> Result<Option<String>, String> {
    let input = std::io::stdin();
    let is_terminal = input.is_terminal();
    if is_terminal {
        eprint!("Password (empty: print a link instead): ");
        std::io::stderr().flush().map_err(|e| e.to_string())?;
        echo(false);
    }
    let mut line = String::new();
    let read = input.lock().read_line(&mut line);
    if is_terminal {
        echo(true);
        eprintln!();
    }
    read.map_err(|e| format!("password: {e}"))?;
    let line = line.trim_end_matches(['\r', '\n']);
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

/// Whether the terminal shows what is typed; best effort.
fn echo(on: bool) {
    let _ = std::process::Command::new("stty")
        .arg(if on { "echo" } else { "-echo" })
        .status();
}

async fn disable(state: &AppState, login: &str) -> Result<String, String> {
    let mut tx = state.db.write().await.map_err(store)?;
    let account = find_staff_by_login(&mut tx, &Login::fold(login))
        .await
        .map_err(store)?
        .ok_or("nobody signs in with this")?;
    if account.disabled_at.is_some() {
        return Err("this account is disabled already".to_owned());
    }
    if is_last_admin(&mut tx, account.id).await.map_err(store)? {
        return Err("this is the last admin who can sign in; make somebody else an admin first".to_owned());
    }
    disable_account(&mut tx, state, Actor::Operator, account.id)
        .await
        .map_err(store)?;
    tx.commit().await.map_err(store)?;
    Ok(format!("{} can no longer sign in", account.login))
}

async fn link_for(state: &AppState, login: &str) -> Result<String, String> {
    let mut tx = state.db.write().await.map_err(store)?;
    let account = find_staff_by_login(&mut tx, &Login::fold(login))
        .await
        .map_err(store)?
        .ok_or("nobody signs in with this")?;
    if account.disabled_at.is_some() {
        return Err("this account is disabled".to_owned());
    }
    let link = make_link(&mut tx, state, account.id, INVITATION)
        .await
        .map_err(store)?;
    tx.commit().await.map_err(store)?;
    Ok(format!(
        "{} sets a password at {link} (once, within {} hours)",
        account.login,
        INVITATION.num_hours()
    ))
}
