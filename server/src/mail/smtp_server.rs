//! A small SMTP server in this process. The demo's relay, so that the real path runs, and in tests the relay that
//! refuses, delays, hangs up and lies as its script says. It listens on loopback only and relays nothing.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Longest command line taken.
const MAX_COMMAND: u64 = 4096;
/// Largest mail taken.
const MAX_MAIL: usize = 10 * 1024 * 1024;

/// A mail as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Envelope sender.
    pub from: String,
    /// Envelope recipients.
    pub to: Vec<String>,
    /// The mail, dots unstuffed.
    pub mime: Vec<u8>,
    /// Whether it came through TLS.
    pub is_encrypted: bool,
    /// Whether somebody signed in first.
    pub is_signed_in: bool,
}

/// Where in a conversation the script is asked.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// A client connected.
    Connect,
    /// EHLO or HELO.
    Hello,
    /// STARTTLS.
    StartTls,
    /// AUTH, with what the client claims to be: user and key.
    Auth(&'a str, &'a str),
    /// MAIL FROM.
    Mail(&'a str),
    /// RCPT TO.
    Rcpt(&'a str),
    /// DATA.
    Data,
    /// The go-ahead for DATA was given, the body not read.
    Body,
    /// The dot was read.
    Dot(&'a Received),
}

/// What the server does at a step.
#[derive(Debug, Clone)]
pub enum Reaction {
    /// What a good server does.
    Accept,
    /// Answers with this line instead. A mail answered so is not taken, whatever the code.
    Reply(String),
    /// Sends these bytes and goes on as if all were well; a mail is taken.
    Raw(Vec<u8>),
    /// Answers nothing and hangs up; a mail is not taken.
    Drop,
    /// Takes the mail, answers nothing and hangs up.
    TakeAndDrop,
    /// Waits, then accepts.
    Delay(Duration),
    /// Waits until it is told to go on, then accepts.
    Wait(Arc<Notify>),
    /// Never answers.
    Hang,
}

/// Decides at every step. Called from many connections at once.
pub type Script = dyn Fn(Step<'_>) -> Reaction + Send + Sync;
/// Where mails go before they are answered with 250. False: 451.
pub type Sink = dyn Fn(Received) -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync;

/// TLS on the server's side.
#[derive(Clone)]
pub enum ServerTls {
    /// None is offered.
    None,
    /// STARTTLS is offered, and AUTH only after it.
    StartTls(TlsAcceptor),
    /// From the first byte.
    Implicit(TlsAcceptor),
}

/// A running server; it stops when dropped.
pub struct SmtpServer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

struct Shared {
    script: Box<Script>,
    sink: Box<Sink>,
    tls: ServerTls,
}

impl SmtpServer {
    /// Listens on a free port of 127.0.0.1 and takes every mail.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(sink: Box<Sink>) -> io::Result<Self> {
        Self::start_with(
            "127.0.0.1:0",
            Box::new(|_| Reaction::Accept),
            sink,
            ServerTls::None,
        )
        .await
    }

    /// Listens on `address` and does what the script says.
    ///
    /// # Errors
    /// When the address cannot be had.
    pub async fn start_with(
        address: &str,
        script: Box<Script>,
        sink: Box<Sink>,
        tls: ServerTls,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared { script, sink, tls });
        let task = tokio::spawn(async move {
            // Connections end with the server: dropping the set aborts them.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((tcp, _)) = listener.accept().await {
                let shared = Arc::clone(&shared);
                connections.spawn(async move {
                    // A client that hangs up is no error here.
                    let _ = shared.serve(tcp).await;
                });
                while connections.try_join_next().is_some() {}
            }
        });
        Ok(Self { address, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The setting that leads here.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// How a conversation goes on after a reply.
enum Next {
    Go,
    StartTls,
    Close,
}

impl Shared {
    async fn serve(&self, tcp: TcpStream) -> io::Result<()> {
        tcp.set_nodelay(true)?;
        if let ServerTls::Implicit(tls) = &self.tls {
            let stream = tls.accept(tcp).await?;
            return Session::new(self, BufReader::new(stream), true)
                .run(true)
                .await
                .map(drop);
        }
        let mut session = Session::new(self, BufReader::new(tcp), false);
        if session.run(true).await? {
            // Whatever was sent ahead of TLS is thrown away with the buffer.
            let tcp = session.stream.into_inner();
            if let ServerTls::StartTls(tls) = &self.tls {
                let stream = tls.accept(tcp).await?;
                Session::new(self, BufReader::new(stream), true)
                    .run(false)
                    .await?;
            }
        }
        Ok(())
    }
}

struct Session<'a, S> {
    shared: &'a Shared,
    stream: BufReader<S>,
    mail: Received,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Session<'a, S> {
    fn new(shared: &'a Shared, stream: BufReader<S>, is_encrypted: bool) -> Self {
        let mail = Received {
            from: String::new(),
            to: Vec::new(),
            mime: Vec::new(),
            is_encrypted,
            is_signed_in: false,
        };
        Self { shared, stream, mail }
    }

    /// True when the client wants TLS now.
    async fn run(&mut self, greets: bool) -> io::Result<bool> {
        if greets && !self.answer(Step::Connect, "220 mailbox.example ESMTP").await? {
            return Ok(false);
        }
        loop {
            let Some(line) = self.line().await? else {
                return Ok(false);
            };
            match self.command(&line).await? {
                Next::Go => {}
                Next::StartTls => return Ok(true),
                Next::Close => return Ok(false),
            }
        }
    }

    async fn command(&mut self, line: &str) -> io::Result<Next> {
        let upper = line.to_ascii_uppercase();
        let goes_on = match upper.split([' ', ':']).next().unwrap_or_default() {
            "EHLO" | "HELO" => {
                let extensions = match (&self.shared.tls, self.mail.is_encrypted) {
                    (ServerTls::StartTls(_), false) => "250-mailbox.example\r\n250-STARTTLS\r\n250 8BITMIME",
                    _ => "250-mailbox.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
                };
                self.answer(Step::Hello, extensions).await?
            }
            "STARTTLS" if matches!(self.shared.tls, ServerTls::StartTls(_)) && !self.mail.is_encrypted => {
                let (goes_on, is_taken) = self.answer_with(Step::StartTls, "220 2.0.0 ready").await?;
                return Ok(match (goes_on, is_taken) {
                    (true, true) => Next::StartTls,
                    (true, false) => Next::Go,
                    (false, _) => Next::Close,
                });
            }
            "AUTH" => self.auth(line).await?,
            "MAIL" => {
                self.mail.from = address(line);
                self.mail.to.clear();
                let from = self.mail.from.clone();
                self.answer(Step::Mail(&from), "250 2.1.0 Ok").await?
            }
            "RCPT" => {
                let to = address(line);
                let (goes_on, is_taken) = self.answer_with(Step::Rcpt(&to), "250 2.1.5 Ok").await?;
                if is_taken {
                    self.mail.to.push(to);
                }
                goes_on
            }
            "DATA" if self.mail.to.is_empty() => self.reply("503 5.5.1 no recipient").await?,
            "DATA" => self.data().await?,
            "RSET" => {
                self.mail.to.clear();
                self.reply("250 2.0.0 Ok").await?
            }
            "NOOP" => self.reply("250 2.0.0 Ok").await?,
            "QUIT" => {
                self.reply("221 2.0.0 Bye").await?;
                false
            }
            _ => self.reply("500 5.5.2 unknown command").await?,
        };
        Ok(if goes_on { Next::Go } else { Next::Close })
    }

    async fn auth(&mut self, line: &str) -> io::Result<bool> {
        let decode = |text: &str| {
            let bytes = data_encoding::BASE64
                .decode(text.trim().as_bytes())
                .unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let (user, key) = match words.as_slice() {
            [_, mechanism, initial] if mechanism.eq_ignore_ascii_case("PLAIN") => {
                let plain = decode(initial);
                let mut parts = plain.split('\0').skip(1).map(str::to_owned);
                (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
            }
            [_, mechanism] if mechanism.eq_ignore_ascii_case("LOGIN") => {
                self.reply("334 VXNlcm5hbWU6").await?;
                let user = self.line().await?.unwrap_or_default();
                self.reply("334 UGFzc3dvcmQ6").await?;
                let key = self.line().await?.unwrap_or_default();
                (decode(&user), decode(&key))
            }
            _ => return self.reply("504 5.5.4 unknown mechanism").await,
        };
        let (goes_on, is_taken) = self
            .answer_with(Step::Auth(&user, &key), "235 2.7.0 signed in")
            .await?;
        self.mail.is_signed_in = is_taken;
        Ok(goes_on)
    }

    async fn data(&mut self) -> io::Result<bool> {
        let (goes_on, is_taken) = self.answer_with(Step::Data, "354 end with a dot").await?;
        if !goes_on || !is_taken {
            return Ok(goes_on);
        }
        match (self.shared.script)(Step::Body) {
            Reaction::Drop | Reaction::TakeAndDrop => return Ok(false),
            Reaction::Hang => return hang().await,
            Reaction::Delay(wait) => tokio::time::sleep(wait).await,
            Reaction::Wait(told) => told.notified().await,
            Reaction::Accept | Reaction::Reply(_) | Reaction::Raw(_) => {}
        }
        let Some(mime) = self.body().await? else {
            return Ok(false);
        };
        self.mail.mime = mime;
        let mail = self.mail.clone();
        self.mail.to.clear();
        let reaction = (self.shared.script)(Step::Dot(&mail));
        match &reaction {
            Reaction::Drop => return Ok(false),
            Reaction::Hang => return hang().await,
            Reaction::Reply(text) => return self.reply(text).await,
            Reaction::Delay(wait) => tokio::time::sleep(*wait).await,
            Reaction::Wait(told) => told.notified().await,
            Reaction::Accept | Reaction::Raw(_) | Reaction::TakeAndDrop => {}
        }
        let is_stored = (self.shared.sink)(mail).await;
        match reaction {
            Reaction::TakeAndDrop => Ok(false),
            Reaction::Raw(bytes) => self.write(&bytes).await.map(|()| true),
            _ if is_stored => self.reply("250 2.0.0 Ok: taken").await,
            _ => self.reply("451 4.3.0 cannot store it").await,
        }
    }

    /// The body up to the dot, unstuffed. `None`: too large, or the client hung up.
    async fn body(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut mime = Vec::new();
        let mut line = Vec::new();
        loop {
            line.clear();
            let left = (MAX_MAIL - mime.len()) as u64;
            if (&mut self.stream).take(left).read_until(b'\n', &mut line).await? == 0
                || !line.ends_with(b"\n")
            {
                return Ok(None);
            }
            if line == b".\r\n" {
                return Ok(Some(mime));
            }
            mime.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        (&mut self.stream)
            .take(MAX_COMMAND)
            .read_until(b'\n', &mut line)
            .await?;
        if !line.ends_with(b"\n") {
            return Ok(None);
        }
        Ok(Some(
            String::from_utf8_lossy(&line)
                .trim_end_matches(['\r', '\n'])
                .to_owned(),
        ))
    }

    /// True when the conversation goes on.
    async fn answer(&mut self, step: Step<'_>, good: &str) -> io::Result<bool> {
        Ok(self.answer_with(step, good).await?.0)
    }

    /// Whether the conversation goes on, and whether the good reply was given.
    async fn answer_with(&mut self, step: Step<'_>, good: &str) -> io::Result<(bool, bool)> {
        match (self.shared.script)(step) {
            Reaction::Accept => self.reply(good).await?,
            Reaction::Delay(wait) => {
                tokio::time::sleep(wait).await;
                self.reply(good).await?
            }
            Reaction::Wait(told) => {
                told.notified().await;
                self.reply(good).await?
            }
            Reaction::Reply(text) => {
                // 421 announces that the server closes.
                return Ok((self.reply(&text).await? && !text.starts_with("421"), false));
            }
            Reaction::Raw(bytes) => {
                self.write(&bytes).await?;
                true
            }
            Reaction::Drop | Reaction::TakeAndDrop => return Ok((false, false)),
            Reaction::Hang => return hang().await.map(|goes_on| (goes_on, false)),
        };
        Ok((true, true))
    }

    async fn reply(&mut self, text: &str) -> io::Result<bool> {
        self.write(format!("{text}\r\n").as_bytes()).await?;
        Ok(true)
    }

    async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes).await?;
        self.stream.get_mut().flush().await
    }
}

/// Longer than any client waits; ends with the server.
async fn hang() -> io::Result<bool> {
    std::future::pending().await
}

fn address(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or("", |(address, _)| address).to_owned()
}
