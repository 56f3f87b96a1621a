//! The socket under a conversation with the relay: `TCP_NODELAY`, and TLS whose certificate is always checked.
//!
//! STARTTLS is asked for here, byte by byte, before lettre sees the connection. Its own upgrade keeps what was read
//! before TLS in a buffer and takes it for replies afterwards, so that somebody on the line could answer for the relay.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{self, ClientConfig, RootCertStore};

use super::super::outcome::Failure;
use super::super::settings::{Security, SmtpSettings};

/// No reply before TLS needs more.
const MAX_REPLY: usize = 8 * 1024;

/// How TLS connections are made: this machine's roots, and in tests one more.
#[derive(Clone)]
pub struct Tls(TlsConnector);

/// TLS cannot be set up on this machine.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// No certificate authority is trusted here, so no relay could be.
    #[error(
        "no trusted certificate authorities were found on this machine (Debian: install ca-certificates)"
    )]
    NoRoots,
    /// Refused by the TLS library.
    #[error(transparent)]
    Rustls(#[from] rustls::Error),
}

impl Tls {
    /// Trusts what this machine trusts.
    ///
    /// # Errors
    /// When it trusts nobody.
    pub fn system() -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            Err(TlsError::NoRoots)
        } else {
            Self::with(roots)
        }
    }

    /// What a line of this kind needs: on loopback nobody is asked for a certificate, so nobody need be trusted.
    ///
    /// # Errors
    /// When TLS is needed and this machine trusts nobody.
    pub fn for_line(security: Security) -> Result<Self, TlsError> {
        match security {
            Security::Loopback => Self::with(RootCertStore::empty()),
            Security::StartTls | Security::Tls => Self::system(),
        }
    }

    /// Trusts one certificate only.
    ///
    /// # Errors
    /// When it is no certificate.
    pub fn trusting(certificate: CertificateDer<'static>) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        roots.add(certificate)?;
        Self::with(roots)
    }

    fn with(roots: RootCertStore) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }
}

/// What lettre talks through.
#[derive(Debug)]
pub struct Socket {
    /// What lettre reads first: after STARTTLS the relay does not greet again, and lettre waits for a greeting.
    greeting: &'static [u8],
    line: Line,
}

#[derive(Debug)]
enum Line {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Socket {
    /// Connects as the settings say. The caller sets the time limit.
    pub async fn connect(settings: &SmtpSettings, tls: &Tls) -> Result<Self, Failure> {
        let gone = |e: io::Error| Failure::Silence(format!("no connection to the relay: {e}"));
        let mut tcp = TcpStream::connect((settings.host.as_str(), settings.port))
            .await
            .map_err(gone)?;
        // Without it every mail waits some 40 ms for a delayed acknowledgement between body and dot.
        tcp.set_nodelay(true).map_err(gone)?;
        let greeting: &[u8] = match settings.security {
            Security::Loopback => {
                return Ok(Self {
                    greeting: b"",
                    line: Line::Plain(tcp),
                });
            }
            Security::Tls => b"",
            Security::StartTls => {
                start_tls(&mut tcp, &settings.hello.to_string()).await?;
                b"220 TLS\r\n"
            }
        };
        let name = ServerName::try_from(settings.host.clone())
            .map_err(|_| Failure::Silence("the relay's name cannot stand in a certificate".to_owned()))?;
        let stream = tls
            .0
            .connect(name, tcp)
            .await
            .map_err(|e| Failure::Silence(format!("no TLS with the relay: {e}")))?;
        Ok(Self {
            greeting,
            line: Line::Tls(Box::new(stream)),
        })
    }
}

/// Greeting, EHLO, STARTTLS. Reads no byte past the last reply, so nothing from before TLS survives it.
async fn start_tls(tcp: &mut TcpStream, hello: &str) -> Result<(), Failure> {
    expect(tcp, 220).await?;
    send(tcp, &format!("EHLO {hello}\r\n")).await?;
    let extensions = expect(tcp, 250).await?;
    if !extensions.lines().any(|line| {
        line.get(4..)
            .is_some_and(|word| word.trim().eq_ignore_ascii_case("STARTTLS"))
    }) {
        return Err(Failure::Silence(
            "the relay does not offer STARTTLS; nothing is sent without TLS".to_owned(),
        ));
    }
    send(tcp, "STARTTLS\r\n").await?;
    expect(tcp, 220).await.map(drop)
}

async fn send(tcp: &mut TcpStream, command: &str) -> Result<(), Failure> {
    tcp.write_all(command.as_bytes())
        .await
        .map_err(|e| Failure::Silence(e.to_string()))
}

async fn expect(tcp: &mut TcpStream, code: u16) -> Result<String, Failure> {
    let mut reply = Vec::new();
    let mut start = 0;
    loop {
        let byte = tcp
            .read_u8()
            .await
            .map_err(|e| Failure::Silence(format!("the relay hung up: {e}")))?;
        reply.push(byte);
        if reply.len() > MAX_REPLY {
            return Err(Failure::Silence("the relay's reply does not end".to_owned()));
        }
        if byte == b'\n' {
            if reply.get(start + 3) != Some(&b'-') {
                break;
            }
            start = reply.len();
        }
    }
    let text = String::from_utf8_lossy(&reply).into_owned();
    match text.get(..3).and_then(|digits| digits.parse::<u16>().ok()) {
        Some(given) if given == code => Ok(text),
        Some(given) => Err(Failure::Reply {
            code: given,
            text: text.get(4..).unwrap_or_default().trim().to_owned(),
        }),
        None => Err(Failure::Silence("the relay's reply is none".to_owned())),
    }
}

impl AsyncTokioStream for Socket {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.line {
            Line::Plain(tcp) => tcp.peer_addr(),
            Line::Tls(tls) => tls.get_ref().0.peer_addr(),
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.greeting.is_empty() {
            let (now, later) = self.greeting.split_at(self.greeting.len().min(buf.remaining()));
            buf.put_slice(now);
            self.greeting = later;
            return Poll::Ready(Ok(()));
        }
        match &mut self.line {
            Line::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Line::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.line {
            Line::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Line::Tls(tls) => Pin::new(tls).poll_write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.line {
            Line::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Line::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.line {
            Line::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Line::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
