//! Starting the outbox with the server: to the configured relay, or in the demo to a relay of its own.

use std::pin::Pin;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::outbox::{self, Options};
use super::reading;
use super::settings::{SmtpSettings, SmtpUrlError};
use super::smtp_server::{Reaction, Received, ServerTls, Sink, SmtpServer, Step};
use super::transport::{Relay, Tls, TlsError};
use crate::AppState;
use crate::store::demo_mails::{DemoMail, insert_demo_mail};

/// Why mail cannot leave.
#[derive(Debug, thiserror::Error)]
pub enum MailStartError {
    /// The relay's address.
    #[error("SMTP_URL: {0}")]
    Url(#[from] SmtpUrlError),
    /// Nobody is trusted on this machine.
    #[error("SMTP_URL: {0}")]
    Tls(#[from] TlsError),
    /// The demo's relay got no port.
    #[error("the demo's relay: {0}")]
    Io(#[from] std::io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
}

/// The running outbox.
pub struct Running {
    task: JoinHandle<()>,
    stop: watch::Sender<bool>,
    _demo_relay: Option<SmtpServer>,
}

impl Running {
    /// Brings what is under way to its end.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

/// Starts the outbox. `None` where no relay is configured: mails wait, and the staff page says so.
///
/// # Errors
/// When the relay's settings cannot be used.
pub async fn start(state: &AppState) -> Result<Option<Running>, MailStartError> {
    let (settings, demo_relay) = match &state.config.smtp_url {
        Some(url) => (SmtpSettings::parse(url)?, None),
        None if state.config.is_demo => {
            let relay = demo_relay(state.clone()).await?;
            (SmtpSettings::parse(&relay.url())?, Some(relay))
        }
        None => {
            tracing::warn!("SMTP_URL is not set: mails wait in the queue");
            return Ok(None);
        }
    };
    let relay = Relay {
        tls: Tls::for_line(settings.security)?,
        settings,
    };
    let options = Options::load(state, &relay).await?;
    let (stop, stopped) = watch::channel(false);
    let state = state.clone();
    let task = tokio::spawn(async move {
        if let Err(e) = outbox::run(state, relay, options, stopped).await {
            tracing::error!("mail: {e}");
        }
    });
    Ok(Some(Running {
        task,
        stop,
        _demo_relay: demo_relay,
    }))
}

/// Takes every mail into the demo's mailbox, except for recipients whose mailbox is said to be gone.
async fn demo_relay(state: AppState) -> std::io::Result<SmtpServer> {
    let script = |step: Step<'_>| match step {
        Step::Rcpt(to) if is_gone(to) => {
            Reaction::Reply("550 5.1.1 There is no such mailbox here".to_owned())
        }
        _ => Reaction::Accept,
    };
    let sink: Box<Sink> = Box::new(move |mail: Received| {
        let state = state.clone();
        Box::pin(async move { keep(&state, mail).await }) as Pin<Box<dyn Future<Output = bool> + Send>>
    });
    SmtpServer::start_with("127.0.0.1:0", Box::new(script), sink, ServerTls::None).await
}

/// The demo's bouncing addresses begin with `gone` or `bounce`.
fn is_gone(address: &str) -> bool {
    address.starts_with("gone") || address.starts_with("bounce")
}

async fn keep(state: &AppState, mail: Received) -> bool {
    let received_at = state.clock.now();
    let row = DemoMail {
        id: state.random.id(received_at),
        received_at,
        subject: reading::subject(&mail.mime),
        sender: mail.from,
        recipient: mail.to.join(", "),
    };
    let kept = async {
        let mut tx = state.db.write_unchained().await?;
        insert_demo_mail(&mut tx, &row, &mail.mime).await?;
        tx.commit().await
    };
    kept.await
        .inspect_err(
            |error: &crate::store::StoreError| tracing::warn!(%error, "the demo's mailbox is not available"),
        )
        .is_ok()
}
