//! A relay for tests: a real SMTP server in this process, and the mails it took, read as a recipient would.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use forenotice::AppState;
use forenotice::mail::outbox;
use forenotice::mail::settings::SmtpSettings;
use forenotice::mail::smtp_server::{Reaction, Received, ServerTls, SmtpServer, Step};
use forenotice::mail::transport::{Relay, Tls};
use mail_parser::MessageParser;

/// A relay that does what its script says, and keeps what it took.
pub struct Mailbox {
    pub server: SmtpServer,
    taken: Arc<Mutex<Vec<Received>>>,
}

/// A mail as its recipient reads it.
#[derive(Debug, Clone)]
pub struct Letter {
    pub to: String,
    pub subject: String,
    pub message_id: String,
    pub text: String,
    pub html: String,
    pub headers: String,
}

impl Mailbox {
    /// Takes everything.
    pub async fn start() -> Self {
        Self::scripted(|_| Reaction::Accept).await
    }

    /// Does what the script says.
    pub async fn scripted(script: impl Fn(Step<'_>) -> Reaction + Send + Sync + 'static) -> Self {
        let taken: Arc<Mutex<Vec<Received>>> = Arc::default();
        let to = Arc::clone(&taken);
        let sink = move |mail: Received| {
            to.lock().unwrap().push(mail);
            Box::pin(std::future::ready(true)) as std::pin::Pin<Box<dyn Future<Output = bool> + Send>>
        };
        let server = SmtpServer::start_with("127.0.0.1:0", Box::new(script), Box::new(sink), ServerTls::None)
            .await
            .unwrap();
        Self { server, taken }
    }

    /// The way here, with short time limits.
    pub fn relay(&self) -> Relay {
        relay(&self.server.url())
    }

    /// Sends everything that is due to this mailbox.
    pub async fn deliver(&self, state: &AppState) {
        outbox::drain(state, &self.relay()).await.unwrap();
    }

    /// How many mails were taken.
    pub fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }

    /// Every mail, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        self.taken.lock().unwrap().iter().map(Letter::read).collect()
    }

    /// The mails of one recipient, oldest first.
    pub fn letters_to(&self, address: &str) -> Vec<Letter> {
        self.letters()
            .into_iter()
            .filter(|letter| letter.to == address)
            .collect()
    }

    /// Forgets what was taken.
    pub fn clear(&self) {
        self.taken.lock().unwrap().clear();
    }
}

/// The relay at an address, with short time limits.
pub fn relay(url: &str) -> Relay {
    let mut settings = SmtpSettings::parse(url).unwrap();
    settings.command_timeout = Duration::from_millis(500);
    settings.final_timeout = Duration::from_millis(500);
    Relay {
        tls: Tls::for_line(settings.security).unwrap(),
        settings,
    }
}

impl Letter {
    fn read(mail: &Received) -> Self {
        let parsed = MessageParser::default().parse(&mail.mime).unwrap();
        let raw = String::from_utf8(mail.mime.clone()).unwrap();
        Self {
            to: mail.to.join(","),
            subject: parsed.subject().unwrap_or_default().to_owned(),
            message_id: parsed.message_id().unwrap_or_default().to_owned(),
            text: parsed.body_text(0).unwrap_or_default().into_owned(),
            html: parsed.body_html(0).unwrap_or_default().into_owned(),
            headers: raw.split("\r\n\r\n").next().unwrap_or_default().to_owned(),
        }
    }

    /// The links in the text that begin with `prefix`.
    pub fn links(&self, prefix: &str) -> Vec<String> {
        let links = self
            .text
            .split_ascii_whitespace()
            .filter(|word| word.starts_with(prefix));
        links.map(str::to_owned).collect()
    }
}
