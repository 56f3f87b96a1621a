//! What is in the log, looked at before it is masked: the mask is the second line of defence, not the first.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use forenotice::mail::smtp_server::{Reaction, Step};
use forenotice::operation::log::{LogFormat, subscriber, unmasked};
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use crate::mail::queue;
use crate::support::mailbox::Mailbox;
use crate::support::{Kind, TestApp};

/// What was written.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn lines(&self) -> Vec<Value> {
        self.text()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Paper {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

const TOKEN: &str = "AZMIzQAAdwCAAAAAAAAAAQ_ZKq0n3vY2bU8xTt1Lw-c";

// One thread, so that everything the application logs goes to this test's paper.
#[tokio::test]
async fn the_log_of_a_token_page_has_its_route_and_not_its_token() {
    let paper = Paper::default();
    let _guard = tracing::subscriber::set_default(unmasked(LogFormat::Json, "debug", paper.clone()));
    let app = TestApp::start(Kind::Sqlite).await.unwrap();
    let answer = app
        .client()
        .get(&format!("/staff/reset/{TOKEN}?email=kari@customer.example"))
        .await;
    let id = answer.headers["x-request-id"].to_str().unwrap();
    assert!(
        !paper.text().contains(TOKEN) && !paper.text().contains('@'),
        "{}",
        paper.text()
    );
    let line = paper
        .lines()
        .into_iter()
        .find(|line| line["message"] == "answered")
        .unwrap();
    assert_eq!(line["span"]["route"], "/staff/reset/{token}");
    assert_eq!(line["span"]["method"], "GET");
    assert_eq!(line["span"]["id"], id);
    assert_eq!(line["status"], answer.status);
    assert!(line["latency_ms"].as_f64().unwrap() > 0.0);

    for page in [
        "n",
        "objections",
        "contacts",
        "subscription",
        "subscribe/confirm",
        "unsubscribe",
    ] {
        app.client().get(&format!("/{page}/{TOKEN}")).await;
        app.client()
            .post(&format!("/{page}/{TOKEN}"), &[("token", TOKEN)])
            .await;
        assert!(!paper.text().contains(TOKEN), "{page}: {}", paper.text());
    }
    app.client().get(&format!("/{TOKEN}")).await;
    let unmatched = paper
        .lines()
        .into_iter()
        .rfind(|line| line["message"] == "answered")
        .unwrap();
    assert_eq!(
        (&unmatched["span"]["route"], &unmatched["status"]),
        (&Value::from("(none)"), &Value::from(404))
    );
    assert!(!paper.text().contains(TOKEN));

    let before = paper.lines().len();
    app.client().get("/healthz").await;
    app.client().get("/readyz").await;
    assert_eq!(
        paper.lines().len(),
        before,
        "a healthy look at the health pages is not worth a line"
    );
}

#[tokio::test]
async fn a_kept_page_that_was_served_is_no_line_and_everything_else_is_one() {
    let app = TestApp::start(Kind::Sqlite).await.unwrap();
    let style = app.state.assets.addresses().stylesheet;
    let kept = [
        "/",
        "/subprocessors",
        "/subprocessors",
        "/subprocessors.json",
        "/changes",
        "/feed.atom",
        "/robots.txt",
        &style,
    ];
    for (level, is_debug) in [("info", false), ("debug", true)] {
        let paper = Paper::default();
        let _guard = tracing::subscriber::set_default(unmasked(LogFormat::Json, level, paper.clone()));
        let answered = || {
            let lines = paper.lines().into_iter();
            lines
                .filter(|line| line["message"] == "answered")
                .collect::<Vec<_>>()
        };
        for path in kept {
            let answer = app.client().get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.headers.contains_key("x-request-id"), is_debug, "{path}");
        }
        assert_eq!(answered().len(), if is_debug { kept.len() } else { 0 });
        assert!(answered().iter().all(|line| line["level"] == "DEBUG"));
        for (path, status, route) in [
            ("/subprocessors/nobody", 404, "/subprocessors/{slug}"),
            ("/subprocessors?country=nowhere", 422, "/subprocessors"),
            ("/deadline", 200, "/deadline"),
            ("/staff", 303, "/staff"),
        ] {
            let before = answered().len();
            let answer = app.client().get(path).await;
            let lines = answered();
            assert_eq!((answer.status, lines.len()), (status, before + 1), "{path}");
            let line = lines.last().unwrap();
            assert_eq!(
                (&line["level"], &line["span"]["route"]),
                (&"INFO".into(), &route.into())
            );
            assert_eq!(
                line["span"]["id"],
                answer.headers["x-request-id"].to_str().unwrap()
            );
        }
    }
}

#[tokio::test]
async fn the_log_of_sending_mails_has_no_address() {
    let paper = Paper::default();
    let _guard = tracing::subscriber::set_default(unmasked(LogFormat::Json, "debug", paper.clone()));
    let app = TestApp::start(Kind::Sqlite).await.unwrap();
    let mailbox = Mailbox::scripted(|step| match step {
        Step::Rcpt(address) if address.contains("gone") => {
            Reaction::Reply(format!("550 5.1.1 <{address}>: unknown"))
        }
        Step::Rcpt(address) if address.contains("busy") => {
            Reaction::Reply(format!("450 4.2.0 <{address}>: later"))
        }
        _ => Reaction::Accept,
    })
    .await;
    for name in ["kari", "gone", "busy"] {
        queue(&app.state, &format!("{name}@customer.example")).await;
    }
    mailbox.deliver(&app.state).await;
    assert_eq!(mailbox.count(), 1);
    let text = paper.text();
    assert!(text.contains("forenotice::mail"), "sending is logged");
    assert!(!text.contains("customer.example"), "{text}");
}

#[tokio::test]
async fn whatever_an_error_quotes_is_masked_on_its_way_out() {
    for format in [LogFormat::Text, LogFormat::Json] {
        let paper = Paper::default();
        let _guard = tracing::subscriber::set_default(subscriber(format, "info", paper.clone()));
        tracing::error!(
            cause = "550 <kari@customer.example> unknown",
            "GET /n/{TOKEN} failed for kari@customer.example"
        );
        tracing::error!("at /n/{}", TOKEN);
        tracing::debug!("not at this level");
        let text = paper.text();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(
            !text.contains("kari") && !text.contains(TOKEN) && text.contains("[address]"),
            "{text}"
        );
        assert!(text.contains("/n/[token]"), "{text}");
        if format == LogFormat::Json {
            assert_eq!(paper.lines()[0]["level"], "ERROR");
        }
    }
}

#[tokio::test]
async fn a_chosen_level_does_not_open_what_libraries_could_print() {
    let paper = Paper::default();
    let _guard = tracing::subscriber::set_default(unmasked(LogFormat::Text, "trace", paper.clone()));
    tracing::trace!(target: "hyper::proto", "GET /n/secret");
    tracing::debug!(target: "sqlx::query", "SELECT 1");
    tracing::trace!("ours");
    assert!(
        paper.text().lines().count() == 1 && paper.text().contains("ours"),
        "{}",
        paper.text()
    );
}
