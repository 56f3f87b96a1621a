//! Putting mails into the queue, in the transaction of what they tell about, and the few things that may happen to
//! them there by hand.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::delivery::move_delivery;
use super::message::{self, BuildError, Letter, List, Sender};
use super::messages::Rendered;
use super::retry::GIVE_UP_AFTER;
use super::state::{AttemptOutcome, MailState};
use crate::AppState;
use crate::keys::field;
use crate::store::attempts::{find_last_attempt, note_result};
use crate::store::mails::{self, Mail, NewMail};
use crate::store::{Result, StoreError, Tx};

/// Purpose of the blind index over recipients.
const INDEX: &str = "mails.recipient";
/// End of the Message-ID of a mail that could not be built.
const UNBUILT: &str = "@unbuilt.invalid>";

/// A rendered message and who gets it.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// What it is about (a notice, an objection), so that its mails can be found.
    pub about_id: Option<Uuid>,
    /// Name of the recipient, or nothing.
    pub to_name: String,
    /// Address of the recipient.
    pub to: String,
    /// Headers of lists.
    pub list: List,
    /// Subject and both bodies: [`super::messages::Message::render`].
    pub rendered: Rendered,
}

/// A mail that is built, sealed and ready to be written. Making it touches no database, so that a dispatch to
/// hundreds prepares all of them before its transaction begins.
#[derive(Debug, Clone)]
pub struct Prepared(NewMail);

impl Prepared {
    /// The mail's id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.0.id
    }
}

/// Builds and seals a mail. One that cannot be built is queued all the same and fails at its first attempt, visibly,
/// so that one bad row does not hold up everybody else's notice.
#[must_use]
pub fn prepare(state: &AppState, mail: &Outgoing) -> Prepared {
    let (now, wall) = (state.clock.now(), state.clock.wall());
    let id = state.random.id(now);
    let (message_id, bytes, failed_reason) = match build(state, id, now, mail) {
        Ok(mime) => (mime.message_id, mime.bytes, None),
        Err(e) => {
            tracing::error!(mail_id = %id, kind = mail.rendered.kind, cause = %e, "a mail cannot be built");
            (
                format!("<d.{}{UNBUILT}", id.simple()),
                Vec::new(),
                Some(e.to_string()),
            )
        }
    };
    Prepared(NewMail {
        id,
        kind: mail.rendered.kind,
        about_id: mail.about_id,
        message_id,
        recipient: state.keys.seal(
            &field("mails", "recipient", id),
            mail.to.as_bytes(),
            &state.random,
        ),
        recipient_index: state.keys.blind_index(INDEX, &mail.to.to_lowercase()),
        mime_sha256: Sha256::digest(&bytes).to_vec(),
        mime: state
            .keys
            .seal(&field("mails", "mime", id), &bytes, &state.random),
        failed_reason,
        next_at: wall,
        give_up_at: wall + GIVE_UP_AFTER,
        queued_at: now,
    })
}

fn build(
    state: &AppState,
    id: Uuid,
    date: DateTime<Utc>,
    mail: &Outgoing,
) -> std::result::Result<message::Mime, BuildError> {
    let sender = Sender::parse(&state.config.mail_from, &state.config.mail_reply_to)?;
    let Rendered {
        subject, text, html, ..
    } = &mail.rendered;
    let letter = Letter {
        id,
        date,
        to_name: &mail.to_name,
        to: &mail.to,
        subject,
        text,
        html,
        list: &mail.list,
    };
    message::build(&sender, &letter)
}

/// Writes a prepared mail in the caller's transaction. Call [`AppState`]'s `mail_queued.notify_one()` after the commit.
pub async fn queue_prepared(tx: &mut Tx, prepared: &Prepared) -> Result<Uuid> {
    mails::insert(tx, &prepared.0).await?;
    Ok(prepared.0.id)
}

/// [`prepare`] and [`queue_prepared`] in one, for a single mail.
pub async fn queue(tx: &mut Tx, state: &AppState, mail: &Outgoing) -> Result<Uuid> {
    queue_prepared(tx, &prepare(state, mail)).await
}

/// Withdraws a mail that has not left, or of which nobody knows, and the delivery it carries: one that may have left goes
/// on saying so. False: it is under way or gone.
///
/// # Errors
/// When the database is away.
pub async fn cancel(tx: &mut Tx, state: &AppState, id: Uuid) -> Result<bool> {
    let now = state.clock.now();
    let is_cancelled = mails::cancel(tx, id, now).await?;
    if is_cancelled {
        move_delivery(tx, id, MailState::Cancelled, None, now).await?;
    }
    Ok(is_cancelled)
}

/// Why a mail is not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// There is no such mail.
    #[error("there is no such mail")]
    Absent,
    /// It has not failed.
    #[error("this mail has not failed; it is {0}")]
    NotFailed(MailState),
    /// It could not be built, so there is nothing to send.
    #[error("this mail could not be built, so there is nothing to send: put right what it says is wrong")]
    Unbuilt,
    /// What it says was withdrawn.
    #[error("what this mail says was withdrawn, so it is not sent again")]
    CalledOff,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether the mail could not be built when it was queued.
#[must_use]
pub fn is_unbuilt(mail: &Mail) -> bool {
    mail.message_id.ends_with(UNBUILT)
}

/// A failed mail goes back into the queue: the same bytes, the same Message-ID, and a note of who asked for it.
/// The caller writes the audit entry, and wakes the outbox after the commit.
///
/// # Errors
/// When it has not failed, or cannot succeed.
pub async fn resend(
    tx: &mut Tx,
    state: &AppState,
    id: Uuid,
    by: &str,
) -> std::result::Result<(), ResendError> {
    let mail = mails::find(tx, id).await?.ok_or(ResendError::Absent)?;
    if mail.state != MailState::Failed {
        return Err(ResendError::NotFailed(mail.state));
    }
    if is_unbuilt(&mail) {
        return Err(ResendError::Unbuilt);
    }
    if mail.called_off_at.is_some() {
        return Err(ResendError::CalledOff);
    }
    let (now, wall) = (state.clock.now(), state.clock.wall());
    mails::requeue_failed(tx, id, wall, wall + GIVE_UP_AFTER).await?;
    if let Some(attempt) = find_last_attempt(tx, id).await? {
        let note = format!("sent again by {by}");
        note_result(
            tx,
            state.random.id(now),
            attempt,
            AttemptOutcome::Resent,
            &note,
            now,
        )
        .await?;
    }
    Ok(())
}
