//! One conversation with the relay, through lettre's `AsyncSmtpConnection`, owned by one worker.
//!
//! Never lettre's pool: a future dropped half-way puts the connection back there, and the next mail reads the last
//! one's reply, a false proof of sending. Here [`Connection::send`] takes the connection and gives it back only after
//! a clean 250; whatever else happens, including a dropped future, closes it. Every wait has a time limit, and every
//! reply must be the one its command asks for, so a relay that is out of step cannot pass a wrong 250 on.

mod socket;

use std::error::Error as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::timeout;

pub use self::socket::{Tls, TlsError};
use super::outcome::{Failure, Outcome, Phase, Verdict, judge};
use super::settings::SmtpSettings;
use socket::Socket;

/// Longest reply kept, in characters.
const MAX_REPLY: usize = 500;

/// The relay: where it is and how TLS is made.
#[derive(Clone)]
pub struct Relay {
    /// As configured.
    pub settings: SmtpSettings,
    /// Who is trusted.
    pub tls: Tls,
}

/// An open, signed-in connection on which the next mail may be sent.
pub struct Connection {
    smtp: AsyncSmtpConnection,
    sent: u32,
    settings: SmtpSettings,
}

impl Relay {
    /// Connects and signs in.
    ///
    /// # Errors
    /// With [`Verdict::RelayDown`] or [`Verdict::Configuration`]; no mail is to blame for either.
    pub async fn connect(&self) -> Result<Connection, Outcome> {
        let settings = &self.settings;
        let limit = settings.command_timeout;
        let opened = async {
            let socket = Socket::connect(settings, &self.tls).await?;
            AsyncSmtpConnection::connect_with_transport(Box::new(socket), &settings.hello)
                .await
                .map_err(failure)
        };
        let mut smtp = match timeout(limit, opened).await {
            Ok(Ok(smtp)) => smtp,
            Ok(Err(failed)) => return Err(judge(Phase::Connect, failed)),
            Err(_) => return Err(judge(Phase::Connect, silent(limit))),
        };
        if let Some(credentials) = &settings.credentials {
            if smtp
                .server_info()
                .get_auth_mechanism(DEFAULT_MECHANISMS)
                .is_none()
            {
                let said = "the relay offers no way to sign in with a user and a key".to_owned();
                return Err(Outcome {
                    verdict: Verdict::Configuration,
                    phase: Phase::Auth,
                    code: None,
                    said,
                });
            }
            match timeout(limit, smtp.auth(DEFAULT_MECHANISMS, credentials)).await {
                Ok(Ok(reply)) if reply.has_code(235) => {}
                Ok(Ok(reply)) => return Err(judge(Phase::Auth, unexpected(&reply))),
                Ok(Err(e)) => return Err(judge(Phase::Auth, failure(e))),
                Err(_) => return Err(judge(Phase::Auth, silent(limit))),
            }
        }
        Ok(Connection {
            smtp,
            sent: 0,
            settings: settings.clone(),
        })
    }

    /// Connects, signs in and names the sender without sending anything: does the configuration work?
    ///
    /// # Errors
    /// What the relay said.
    pub async fn check(&self, from: &Address) -> Result<(), Outcome> {
        let mut connection = self.connect().await?;
        connection
            .command(Phase::Sender, Mail::new(Some(from.clone()), Vec::new()), &[250])
            .await?;
        connection.command(Phase::Sender, Rset, &[250]).await?;
        connection.close().await;
        Ok(())
    }
}

impl Connection {
    /// Sends one mail. The connection comes back only after a 250 to the dot and while it may carry another mail.
    pub async fn send(mut self, from: &Address, to: &Address, mime: &[u8]) -> (Outcome, Option<Self>) {
        match self.converse(from, to, mime).await {
            Ok(reply) => {
                self.sent += 1;
                let outcome = Outcome {
                    verdict: Verdict::Accepted,
                    phase: Phase::Final,
                    code: Some(250),
                    said: without(to, &reply),
                };
                if self.sent < self.settings.per_connection {
                    return (outcome, Some(self));
                }
                tokio::spawn(self.close());
                (outcome, None)
            }
            Err(outcome) => {
                tokio::spawn(self.close());
                (
                    Outcome {
                        said: without(to, &outcome.said),
                        ..outcome
                    },
                    None,
                )
            }
        }
    }

    /// True when it has carried mail before, so that silence at the next one may only mean that it stood idle too long.
    #[must_use]
    pub fn is_used(&self) -> bool {
        self.sent > 0
    }

    async fn converse(&mut self, from: &Address, to: &Address, mime: &[u8]) -> Result<String, Outcome> {
        let mut parameters = Vec::new();
        if !AsRef::<str>::as_ref(to).is_ascii() {
            if !self.smtp.server_info().supports_feature(Extension::SmtpUtfEight) {
                let why = "the relay does not take addresses with letters outside ASCII (SMTPUTF8)";
                return Err(judge(Phase::Recipient, Failure::Unfit(why.to_owned())));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        self.command(Phase::Sender, Mail::new(Some(from.clone()), parameters), &[250])
            .await?;
        self.command(Phase::Recipient, Rcpt::new(to.clone(), Vec::new()), &[250, 251])
            .await?;
        self.command(Phase::Data, Data, &[354]).await?;
        self.body(mime).await
    }

    async fn command(
        &mut self,
        phase: Phase,
        command: impl std::fmt::Display,
        codes: &[u16],
    ) -> Result<Response, Outcome> {
        let limit = self.settings.command_timeout;
        match timeout(limit, self.smtp.command(command)).await {
            Ok(Ok(reply)) if codes.contains(&reply.code().into()) => Ok(reply),
            Ok(Ok(reply)) => Err(judge(phase, unexpected(&reply))),
            Ok(Err(e)) => Err(judge(phase, failure(e))),
            Err(_) => Err(judge(phase, silent(limit))),
        }
    }

    /// Body and dot. As long as a piece of the body is still to be written the dot cannot have been, and silence
    /// means that the relay has not got the mail.
    async fn body(&mut self, mime: &[u8]) -> Result<String, Outcome> {
        // lettre ends the body with a line end of its own before the dot.
        let mime = mime.strip_suffix(b"\r\n").unwrap_or(mime);
        let is_dotted = AtomicBool::new(false);
        let end = std::iter::from_fn(|| {
            is_dotted.store(true, Ordering::Relaxed);
            None
        });
        let pieces = mime.chunks(16 * 1024).chain(end);
        let limit = self.settings.final_timeout;
        let replied = timeout(limit, self.smtp.message_iter(pieces)).await;
        let phase = if is_dotted.load(Ordering::Relaxed) {
            Phase::Final
        } else {
            Phase::Data
        };
        match replied {
            Ok(Ok(reply)) if reply.has_code(250) => Ok(text(&reply)),
            Ok(Ok(reply)) => Err(judge(phase, unexpected(&reply))),
            Ok(Err(e)) => Err(judge(phase, failure(e))),
            Err(_) => Err(judge(phase, silent(limit))),
        }
    }

    /// Says goodbye, for at most two seconds; the relay may be gone.
    pub async fn close(mut self) {
        let _ = timeout(Duration::from_secs(2), self.smtp.command(Quit)).await;
    }
}

fn silent(limit: Duration) -> Failure {
    Failure::Silence(format!("no answer within {} s", limit.as_secs()))
}

fn unexpected(reply: &Response) -> Failure {
    Failure::Reply {
        code: reply.code().into(),
        text: one_line(&reply.message().collect::<Vec<_>>().join(" ")),
    }
}

/// lettre's error as ours: a reply keeps its code, anything else is silence.
#[expect(clippy::needless_pass_by_value, reason = "used in map_err")]
fn failure(error: SmtpError) -> Failure {
    let detail = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    match error.status() {
        Some(code) => Failure::Reply {
            code: code.into(),
            text: one_line(&detail),
        },
        None => Failure::Silence(one_line(&detail)),
    }
}

fn text(reply: &Response) -> String {
    one_line(&format!(
        "{} {}",
        reply.code(),
        reply.message().collect::<Vec<_>>().join(" ")
    ))
}

/// What a relay says goes into rows, pages and logs: one line, no control characters, not endless.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_REPLY)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Replies like to repeat the address; it is stored encrypted elsewhere and does not belong into plain columns.
fn without(to: &Address, text: &str) -> String {
    let address: &str = to.as_ref();
    let (lower, needle) = (text.to_ascii_lowercase(), address.to_ascii_lowercase());
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    while let Some(at) = lower[from..].find(&needle) {
        out.push_str(&text[from..from + at]);
        out.push_str("(recipient)");
        from += at + needle.len();
    }
    out.push_str(&text[from..]);
    out
}

#[cfg(test)]
mod tests;
