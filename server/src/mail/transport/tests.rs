//! Against a real server on loopback that does what each test says.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;
use crate::mail::smtp_server::{Reaction, Received, ServerTls, Sink, SmtpServer, Step};

type Taken = Arc<Mutex<Vec<Received>>>;

const MIME: &[u8] = b"Subject: x\r\n\r\n.\r\n..two\r\n.three\r\nlast\r\n";

fn sink() -> (Taken, Box<Sink>) {
    let taken = Taken::default();
    let to = Arc::clone(&taken);
    let sink = move |mail: Received| {
        to.lock().unwrap().push(mail);
        Box::pin(std::future::ready(true)) as std::pin::Pin<Box<dyn Future<Output = bool> + Send>>
    };
    (taken, Box::new(sink))
}

async fn server(script: impl Fn(Step<'_>) -> Reaction + Send + Sync + 'static) -> (SmtpServer, Taken) {
    let (taken, sink) = sink();
    (
        SmtpServer::start_with("127.0.0.1:0", Box::new(script), sink, ServerTls::None)
            .await
            .unwrap(),
        taken,
    )
}

fn certificate(name: &str) -> (TlsAcceptor, CertificateDer<'static>) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), certificate)
}

fn relay(url: &str) -> Relay {
    let mut settings = SmtpSettings::parse(url).unwrap();
    settings.command_timeout = Duration::from_millis(300);
    settings.final_timeout = Duration::from_millis(300);
    // Nothing in plain tests looks at it.
    let (_, nobody) = certificate("nobody.example");
    Relay {
        settings,
        tls: Tls::trusting(nobody).unwrap(),
    }
}

fn from() -> Address {
    "privacy@acme.example".parse().unwrap()
}

fn to() -> Address {
    "kari@customer.example".parse().unwrap()
}

async fn send_once(relay: &Relay) -> Outcome {
    match relay.connect().await {
        Ok(connection) => connection.send(&from(), &to(), MIME).await.0,
        Err(outcome) => outcome,
    }
}

async fn verdict(script: impl Fn(Step<'_>) -> Reaction + Send + Sync + 'static) -> (Outcome, usize) {
    let (server, taken) = server(script).await;
    let outcome = send_once(&relay(&server.url())).await;
    let count = taken.lock().unwrap().len();
    (outcome, count)
}

#[tokio::test]
async fn a_mail_arrives_byte_for_byte() {
    let (server, taken) = server(|_| Reaction::Accept).await;
    let outcome = send_once(&relay(&server.url())).await;
    assert_eq!(
        outcome,
        Outcome {
            verdict: Verdict::Accepted,
            phase: Phase::Final,
            code: Some(250),
            said: "250 2.0.0 Ok: taken".to_owned()
        }
    );
    let taken = taken.lock().unwrap();
    assert_eq!(taken[0].mime, MIME);
    assert_eq!(
        (taken[0].from.as_str(), taken[0].to.as_slice()),
        ("privacy@acme.example", &["kari@customer.example".to_owned()][..])
    );
}

#[tokio::test]
async fn one_connection_carries_many_mails_and_is_then_closed() {
    let (server, taken) = server(|_| Reaction::Accept).await;
    let relay = relay(&format!("{}?per_connection=3", server.url()));
    let mut connection = Some(relay.connect().await.unwrap());
    for left in [true, true, false] {
        let (outcome, back) = connection.take().unwrap().send(&from(), &to(), MIME).await;
        assert_eq!(outcome.verdict, Verdict::Accepted);
        assert_eq!(back.is_some(), left);
        connection = back;
    }
    assert_eq!(taken.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn refusals_are_told_apart_by_who_is_to_blame() {
    let reply = |text: &str| Reaction::Reply(text.to_owned());
    let (outcome, _) = verdict(move |s| {
        if matches!(s, Step::Rcpt(_)) {
            reply("550 5.1.1 no such mailbox")
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!(
        (outcome.verdict, outcome.code, outcome.said.as_str()),
        (Verdict::Permanent, Some(550), "550 5.1.1 no such mailbox")
    );
    let (outcome, _) = verdict(move |s| {
        if matches!(s, Step::Rcpt(_)) {
            reply("451 4.7.1 later")
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!(outcome.verdict, Verdict::Transient);
    let (outcome, _) = verdict(move |s| {
        if matches!(s, Step::Mail(_)) {
            reply("553 5.7.1 sender not allowed")
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!(outcome.verdict, Verdict::Configuration);
    let (outcome, _) = verdict(move |s| {
        if matches!(s, Step::Connect) {
            reply("421 busy")
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!(outcome.verdict, Verdict::RelayDown);
    let (outcome, taken) = verdict(move |s| {
        if matches!(s, Step::Dot(_)) {
            reply("554 5.6.0 no")
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!((outcome.verdict, taken), (Verdict::Permanent, 0));
}

#[tokio::test]
async fn silence_after_the_dot_is_unknown_and_before_it_is_not() {
    let (outcome, taken) = verdict(|s| {
        if matches!(s, Step::Dot(_)) {
            Reaction::Drop
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!((outcome.verdict, taken), (Verdict::Unknown, 0));
    let (outcome, taken) = verdict(|s| {
        if matches!(s, Step::Dot(_)) {
            Reaction::TakeAndDrop
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!((outcome.verdict, taken), (Verdict::Unknown, 1));
    let (outcome, _) = verdict(|s| {
        if matches!(s, Step::Dot(_)) {
            Reaction::Hang
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!(outcome.verdict, Verdict::Unknown);
    let (outcome, _) = verdict(|s| {
        if matches!(s, Step::Rcpt(_)) {
            Reaction::Drop
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!(outcome.verdict, Verdict::Transient);
    let (outcome, _) = verdict(|s| {
        if matches!(s, Step::Mail(_)) {
            Reaction::Hang
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!(outcome.verdict, Verdict::RelayDown);
}

#[tokio::test]
async fn a_body_cut_off_before_the_dot_was_not_taken() {
    // More than socket buffers hold, so that writing notices that nobody reads.
    let (server, taken) = server(|s| {
        if matches!(s, Step::Body) {
            Reaction::Drop
        } else {
            Reaction::Accept
        }
    })
    .await;
    let big = [
        b"Subject: x\r\n\r\n".to_vec(),
        b"0123456789\r\n".repeat(1_000_000),
    ]
    .concat();
    let connection = relay(&server.url()).connect().await.unwrap();
    let (outcome, back) = connection.send(&from(), &to(), &big).await;
    assert_eq!(outcome.verdict, Verdict::Transient, "{outcome:?}");
    assert!(back.is_none() && taken.lock().unwrap().is_empty());
}

#[tokio::test]
async fn only_250_to_the_dot_is_success() {
    for bad in ["251 ok", "354 go on", "220 hello", "hello there", "999 x"] {
        let (outcome, _) = verdict(move |s| {
            if matches!(s, Step::Dot(_)) {
                Reaction::Reply(bad.to_owned())
            } else {
                Reaction::Accept
            }
        })
        .await;
        assert_eq!(outcome.verdict, Verdict::Unknown, "{bad}");
    }
}

#[tokio::test]
async fn a_relay_that_answers_twice_cannot_pass_a_wrong_250_on() {
    // The second 250 to RCPT is read as the reply to DATA, which must be 354.
    let (outcome, taken) = verdict(|s| {
        if matches!(s, Step::Rcpt(_)) {
            Reaction::Raw(b"250 ok\r\n250 ok\r\n".to_vec())
        } else {
            Reaction::Accept
        }
    })
    .await;
    assert_eq!((outcome.verdict, taken), (Verdict::Transient, 0));
}

#[tokio::test]
async fn a_dropped_future_closes_the_connection() {
    let (server, taken) = server(|s| {
        if matches!(s, Step::Dot(_)) {
            Reaction::Delay(Duration::from_millis(100))
        } else {
            Reaction::Accept
        }
    })
    .await;
    let connection = relay(&server.url()).connect().await.unwrap();
    let cancelled = timeout(Duration::from_millis(30), connection.send(&from(), &to(), MIME)).await;
    assert!(cancelled.is_err());
    // The connection went with the future: the next mail needs, and gets, its own.
    assert_eq!(send_once(&relay(&server.url())).await.verdict, Verdict::Accepted);
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(taken.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn nobody_listening_is_the_relays_trouble() {
    let outcome = send_once(&relay("smtp://127.0.0.1:1")).await;
    assert_eq!(outcome.verdict, Verdict::RelayDown);
}

#[tokio::test]
async fn the_recipient_is_not_repeated_in_what_is_kept() {
    let (outcome, _) = verdict(|s| match s {
        Step::Rcpt(to) => Reaction::Reply(format!(
            "550-5.1.1 <{to}> unknown\r\n550 5.1.1 ask {}",
            to.to_uppercase()
        )),
        _ => Reaction::Accept,
    })
    .await;
    assert_eq!(outcome.said, "550 5.1.1 <(recipient)> unknown ask (recipient)");
}

#[tokio::test]
async fn a_letter_outside_ascii_in_an_address_needs_a_relay_that_takes_it() {
    let (server, _) = server(|_| Reaction::Accept).await;
    let connection = relay(&server.url()).connect().await.unwrap();
    let (outcome, _) = connection
        .send(&from(), &"løk@customer.example".parse().unwrap(), MIME)
        .await;
    assert_eq!((outcome.verdict, outcome.code), (Verdict::Permanent, None));
}

/// A relay with TLS, the client's settings for it, and what it took.
async fn with_tls(url: &str, certificate_for: &str, implicit: bool) -> (SmtpServer, Relay, Taken) {
    let (acceptor, root) = certificate(certificate_for);
    let tls = if implicit {
        ServerTls::Implicit(acceptor)
    } else {
        ServerTls::StartTls(acceptor)
    };
    let (taken, sink) = sink();
    let script = |s: Step<'_>| match s {
        Step::Auth(user, key) if (user, key) != ("user", "k/ey") => {
            Reaction::Reply("535 5.7.8 no".to_owned())
        }
        _ => Reaction::Accept,
    };
    let server = SmtpServer::start_with("127.0.0.1:0", Box::new(script), sink, tls)
        .await
        .unwrap();
    let port = server.address().port();
    let mut relay = relay(&url.replace("PORT", &port.to_string()));
    relay.settings.command_timeout = Duration::from_secs(5);
    relay.tls = Tls::trusting(root).unwrap();
    (server, relay, taken)
}

#[tokio::test]
async fn starttls_and_implicit_tls_sign_in_and_send() {
    for (url, implicit) in [
        ("smtp://user:k%2Fey@localhost:PORT?tls=required", false),
        ("smtps://user:k%2Fey@localhost:PORT", true),
    ] {
        let (_server, relay, taken) = with_tls(url, "localhost", implicit).await;
        assert_eq!(send_once(&relay).await.verdict, Verdict::Accepted, "{url}");
        assert_eq!(relay.check(&from()).await, Ok(()));
        let taken = taken.lock().unwrap();
        assert!(taken[0].is_encrypted && taken[0].is_signed_in, "{url}");
        assert_eq!(taken[0].mime, MIME);
    }
}

#[tokio::test]
async fn a_wrong_key_is_a_matter_of_configuration() {
    let (_server, relay, _) = with_tls("smtps://user:wrong@localhost:PORT", "localhost", true).await;
    let outcome = send_once(&relay).await;
    assert_eq!(
        (outcome.verdict, outcome.code),
        (Verdict::Configuration, Some(535))
    );
}

#[tokio::test]
async fn a_certificate_for_another_name_or_from_a_stranger_is_not_spoken_to() {
    for url in [
        "smtp://user:k%2Fey@localhost:PORT?tls=required",
        "smtps://user:k%2Fey@localhost:PORT",
    ] {
        let implicit = url.starts_with("smtps");
        let (_server, relay, taken) = with_tls(url, "other.example", implicit).await;
        assert_eq!(send_once(&relay).await.verdict, Verdict::RelayDown, "{url}");
        let (_server2, mut relay, _) = with_tls(url, "localhost", implicit).await;
        relay.tls = Tls::trusting(certificate("localhost").1).unwrap();
        assert_eq!(send_once(&relay).await.verdict, Verdict::RelayDown, "{url}");
        assert!(taken.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn without_starttls_on_offer_nothing_is_sent() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let (server, _) = server(move |s| {
        seen.lock().unwrap().push(format!("{s:?}"));
        Reaction::Accept
    })
    .await;
    let port = server.address().port();
    let outcome = send_once(&relay(&format!("smtp://user:key@localhost:{port}?tls=required"))).await;
    assert_eq!(outcome.verdict, Verdict::RelayDown);
    assert!(outcome.said.contains("STARTTLS"), "{outcome:?}");
    assert_eq!(*asked.lock().unwrap(), ["Connect", "Hello"]);
}

#[tokio::test]
async fn replies_sneaked_in_before_tls_are_not_taken_for_the_relays() {
    let (acceptor, root) = certificate("localhost");
    let (taken, sink) = sink();
    let script = |s: Step<'_>| match s {
        Step::StartTls => Reaction::Raw(
            b"220 ready\r\n250 evil\r\n235 evil\r\n250 ok\r\n250 ok\r\n354 go\r\n250 ok\r\n".to_vec(),
        ),
        _ => Reaction::Accept,
    };
    let server = SmtpServer::start_with(
        "127.0.0.1:0",
        Box::new(script),
        sink,
        ServerTls::StartTls(acceptor),
    )
    .await
    .unwrap();
    let mut relay = relay(&format!(
        "smtp://localhost:{}?tls=required",
        server.address().port()
    ));
    relay.tls = Tls::trusting(root).unwrap();
    assert_eq!(send_once(&relay).await.verdict, Verdict::RelayDown);
    assert!(taken.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_mail_does_not_wait_for_a_delayed_acknowledgement() {
    let (server, _) = server(|_| Reaction::Accept).await;
    let relay = relay(&format!("{}?per_connection=1000", server.url()));
    let mut connection = relay.connect().await.unwrap();
    let start = Instant::now();
    for _ in 0..100 {
        let (outcome, back) = connection.send(&from(), &to(), MIME).await;
        assert_eq!(outcome.verdict, Verdict::Accepted);
        connection = back.unwrap();
    }
    // 40 ms each would be four seconds.
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}
