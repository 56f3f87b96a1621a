//! One connection to the relay and the mail it carries. Knows nothing of the database.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::Address;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::super::message::{check_wire, recipient};
use super::super::outcome::{Outcome, Phase, Verdict};
use super::super::transport::Connection;
use super::Shared;
use crate::keys::{KeyError, field};
use crate::store::mails::Claimed;

/// A connection without mail is closed after this; relays close idle ones anyway.
const IDLE: Duration = Duration::from_secs(20);

/// A mail and the attempt it is carried under.
#[derive(Debug, Clone)]
pub struct Job {
    pub mail: Claimed,
    pub attempt_id: Uuid,
}

/// What became of a job.
#[derive(Debug, Clone)]
pub enum Finding {
    /// The relay's answer, or its silence.
    Relay(Outcome),
    /// No relay could take it.
    Poison(String),
}

/// A job that is done.
#[derive(Debug, Clone)]
pub struct Done {
    pub job: Job,
    pub finding: Finding,
    /// Product time at which it was known.
    pub at: DateTime<Utc>,
}

/// A carrier at the desk: what it brings, and where it waits for its next job.
pub struct Visit {
    pub done: Option<Done>,
    pub next: oneshot::Sender<Job>,
}

/// Carries mails until the desk closes.
pub async fn carry_all(shared: Arc<Shared>, desk: mpsc::Sender<Visit>) {
    let mut connection = None;
    let mut done = None;
    loop {
        let (next, mut job) = oneshot::channel();
        if desk
            .send(Visit {
                done: done.take(),
                next,
            })
            .await
            .is_err()
        {
            break;
        }
        let job = loop {
            tokio::select! {
                job = &mut job => break job,
                () = tokio::time::sleep(IDLE), if connection.is_some() => {
                    close(connection.take()).await;
                }
            }
        };
        let Ok(job) = job else { break };
        let (finding, back) = carry(&shared, &job, connection.take()).await;
        connection = back;
        done = Some(Done {
            job,
            finding,
            at: shared.state.clock.now(),
        });
    }
    close(connection).await;
}

async fn close(connection: Option<Connection>) {
    if let Some(connection) = connection {
        connection.close().await;
    }
}

async fn carry(shared: &Shared, job: &Job, connection: Option<Connection>) -> (Finding, Option<Connection>) {
    let (to, mime) = match unpack(shared, &job.mail) {
        Ok(unpacked) => unpacked,
        Err(finding) => return (finding, connection),
    };
    let is_used = connection.as_ref().is_some_and(Connection::is_used);
    let (outcome, back) = send(shared, connection, &to, &mime).await;
    // A connection that stood idle too long is closed by the relay, or told so with 421, before anything of this mail
    // was said: a fresh one, at once, in the same attempt.
    let is_stale = outcome.phase == Phase::Sender
        && (outcome.verdict == Verdict::RelayDown || outcome.code == Some(421));
    if is_used && is_stale {
        let (outcome, back) = send(shared, None, &to, &mime).await;
        return (Finding::Relay(outcome), back);
    }
    (Finding::Relay(outcome), back)
}

async fn send(
    shared: &Shared,
    connection: Option<Connection>,
    to: &Address,
    mime: &[u8],
) -> (Outcome, Option<Connection>) {
    let connection = match connection {
        Some(connection) => connection,
        None => match shared.relay.connect().await {
            Ok(connection) => connection,
            Err(outcome) => return (outcome, None),
        },
    };
    connection.send(shared.sender.address(), to, mime).await
}

/// Opens the sealed parts and looks at them once more.
fn unpack(shared: &Shared, mail: &Claimed) -> Result<(Address, Vec<u8>), Finding> {
    if let Some(reason) = &mail.failed_reason {
        return Err(Finding::Poison(reason.clone()));
    }
    let keys = &shared.state.keys;
    let to = keys.open_text(
        &field("mails", "recipient", mail.id),
        &mail.recipient_key_id,
        &mail.recipient,
    );
    let mime = keys.open(&field("mails", "mime", mail.id), &mail.mime_key_id, &mail.mime);
    let (to, mime) = match (to, mime) {
        (Ok(to), Ok(mime)) => (to, mime),
        // A key that was taken out of the ring too early concerns every mail: stop, and burn none.
        (Err(e @ KeyError::Unknown(_)), _) | (_, Err(e @ KeyError::Unknown(_))) => {
            let (verdict, phase) = (Verdict::Configuration, Phase::Connect);
            return Err(Finding::Relay(Outcome {
                verdict,
                phase,
                code: None,
                said: e.to_string(),
            }));
        }
        (Err(e), _) | (_, Err(e)) => return Err(Finding::Poison(e.to_string())),
    };
    let to = recipient(&to).map_err(|e| Finding::Poison(e.to_string()))?;
    check_wire(&mime).map_err(|e| Finding::Poison(e.to_string()))?;
    Ok((to, mime))
}
