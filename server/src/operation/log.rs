//! Logs: structured, for people or machines, and without anything personal.
//!
//! What is logged of a request is its method, the *template* of its route, the status, how long it took and an id;
//! never the path itself, which in mails' links holds a token, nor the query, nor the client's address. As a second line
//! of defence every line is masked on its way out (see [`mask`]), since an error's text can quote an address.

mod mask;

use std::io::{self, Write};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::AppState;
pub use mask::mask;

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

impl std::str::FromStr for LogFormat {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json"),
        }
    }
}

/// Logs to standard error from here on. `RUST_LOG` chooses what; libraries that could print what is sent or
/// received stay at `info` whatever it says. A second call changes nothing.
pub fn init(format: LogFormat) {
    let chosen = std::env::var("RUST_LOG").unwrap_or_else(|_| "info".to_owned());
    // A logger is there already only in tests.
    let _ = subscriber(format, &chosen, io::stderr).try_init();
}

/// The subscriber behind [`init`], with any filter and output.
pub fn subscriber<W>(format: LogFormat, filter: &str, out: W) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    unmasked(format, filter, Masking(out))
}

/// The same without the mask, for tests that look at what would be written.
pub fn unmasked<W>(format: LogFormat, filter: &str, out: W) -> Box<dyn tracing::Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let quiet =
        "sqlx=warn,hyper=info,hyper_util=info,h2=info,rustls=info,lettre=info,tower_http=info,reqwest=info";
    let filter = EnvFilter::new(format!("{filter},{quiet}"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(out)
        .with_ansi(false);
    match format {
        LogFormat::Text => Box::new(builder.finish()),
        LogFormat::Json => Box::new(builder.json().flatten_event(true).finish()),
    }
}

/// Masks every line that is written through it. The subscriber hands over whole lines.
struct Masking<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Masking<W> {
    type Writer = Masked<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Masked(self.0.make_writer())
    }
}

struct Masked<W>(W);

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .write_all(mask(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Middleware: one line for each request, and `x-request-id` on its answer. What is logged while it is served
/// carries the same id. Looks at the health pages are logged only when they are red.
pub async fn requests(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = data_encoding::HEXLOWER.encode(&state.random.bytes::<8>());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    let span = tracing::info_span!("request", %id, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let latency_ms =
        u64::try_from(started.elapsed().as_micros()).map_or(f64::MAX, |micros| micros as f64 / 1000.0);
    if status >= 400 || !matches!(route, "/healthz" | "/readyz") {
        span.in_scope(|| tracing::info!(status, latency_ms, "answered"));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}
