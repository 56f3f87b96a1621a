//! The outbox: takes queued mails to the relay and writes down what became of each.
//!
//! One *desk* owns the database side. It hands a mail to a *carrier* (one connection each) only after the claim and the
//! attempt are committed, and commits every result before the carrier gets its next mail. Results and claims that are
//! waiting at the same moment share one transaction. What a crash means at each point:
//!
//! - before the claim is committed: the mail is still QUEUED, nothing was sent;
//! - from then until the result is committed: the mail is SENDING; at restart, or when the lease ends, it becomes
//!   UNKNOWN, waits, and is sent again with the same Message-ID, recorded as a possible duplicate;
//! - after the result is committed: nothing is lost.
//!
//! So a crash makes at most one possible duplicate per connection, and never loses a mail.

mod carrier;
mod desk;
mod result;

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;

use super::message::{BuildError, Sender};
use super::transport::Relay;
use super::webhook;
use crate::AppState;
use crate::store::settings;

pub use desk::{HEALTH, read_health, resume};

/// Name of the setting that holds how long an unknown mail waits before it is sent again, in seconds.
pub const UNKNOWN_WAIT: &str = "mail_unknown_wait_seconds";
/// Its default where no webhook could bring a later word.
const UNKNOWN_WAIT_WITHOUT_WEBHOOK: u32 = 60;
/// Its default where a report may say that the mail was taken after all.
const UNKNOWN_WAIT_WITH_WEBHOOK: u32 = 15 * 60;

/// Kind of the task that a failed mail opens, about what the mail is about.
pub const FAILED_TASK: &str = "MAIL_FAILED";
/// Kind of the task that is open while mails do not leave; about the nil id.
pub const STOPPED_TASK: &str = "MAIL_STOPPED";

/// How the outbox works; tests change it.
#[derive(Debug, Clone)]
pub struct Options {
    /// How long a mail may stay in SENDING before somebody else takes its worker for dead. Longer than the longest
    /// conversation: connecting, signing in, three commands and the dot.
    pub lease: TimeDelta,
    /// How long an unknown mail waits before it is sent again.
    pub unknown_wait: TimeDelta,
    /// How often it looks when nothing wakes it.
    pub poll: Duration,
    /// Whether every SENDING row at start is a dead process's: true on SQLite, which has one process.
    pub is_alone: bool,
    /// Ends by itself when nothing is due and nothing is under way.
    pub until_idle: bool,
}

impl Options {
    /// The options for this installation.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn load(state: &AppState, relay: &Relay) -> crate::store::Result<Self> {
        let mut tx = state.db.read().await?;
        let wait = settings::find_setting(&mut tx, UNKNOWN_WAIT).await?;
        let default = if webhook::is_reporting(&mut tx).await? {
            UNKNOWN_WAIT_WITH_WEBHOOK
        } else {
            UNKNOWN_WAIT_WITHOUT_WEBHOOK
        };
        let wait: u32 = wait.and_then(|text| text.parse().ok()).unwrap_or(default);
        let longest = relay.settings.command_timeout * 5 + relay.settings.final_timeout;
        Ok(Self {
            lease: TimeDelta::from_std(longest).unwrap_or(TimeDelta::hours(1)) + TimeDelta::seconds(30),
            unknown_wait: TimeDelta::seconds(wait.into()),
            poll: Duration::from_secs(1),
            is_alone: !tx.is_postgres(),
            until_idle: false,
        })
    }
}

/// What desk and carriers share.
struct Shared {
    state: AppState,
    relay: Relay,
    sender: Sender,
    options: Options,
    /// Names this process in leases and attempts.
    owner: String,
}

/// Runs the outbox until `stop` says true; mails under way are then brought to their end.
///
/// # Errors
/// When `MAIL_FROM` or `MAIL_REPLY_TO` is no address.
pub async fn run(
    state: AppState,
    relay: Relay,
    options: Options,
    stop: watch::Receiver<bool>,
) -> Result<(), BuildError> {
    let sender = Sender::parse(&state.config.mail_from, &state.config.mail_reply_to)?;
    let owner = format!(
        "{}-{}",
        std::process::id(),
        data_encoding::HEXLOWER.encode(&state.random.bytes::<4>())
    );
    tracing::info!(relay = %relay.settings, connections = relay.settings.connections, "mail leaves through the relay");
    let shared = Arc::new(Shared {
        state,
        relay,
        sender,
        options,
        owner,
    });
    desk::Desk::open(shared).await.run(stop).await;
    Ok(())
}

/// Sends everything that is due now and comes back: for tests, and for jobs that must not leave mail behind.
///
/// # Errors
/// When a setting is no address or the database is away.
pub async fn drain(state: &AppState, relay: &Relay) -> Result<(), DrainError> {
    let mut options = Options::load(state, relay).await?;
    options.until_idle = true;
    options.poll = Duration::from_millis(5);
    let (_keep, stop) = watch::channel(false);
    run(state.clone(), relay.clone(), options, stop).await?;
    Ok(())
}

/// Why [`drain`] could not begin.
#[derive(Debug, thiserror::Error)]
pub enum DrainError {
    /// A setting.
    #[error(transparent)]
    Setting(#[from] BuildError),
    /// The database.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}
