//! Logs: structured, for people or machines, and without anything personal.
//!
//! What is logged of a request is its method, the *template* of its route, the status, how long it took and an id;
//! never the path itself, which in mails' links holds a token, nor the query, nor the client's address. As a second line
//! of defence every line is masked on its way out (see [`mask`]), since an error's text can quote an address.

mod mask;

use std::io::{self, Write};
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, Level, Span};
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
    let line = Line::begin(&state, &request);
    let is_dull = matches!(line.route(), "/healthz" | "/readyz");
    let response = next.run(request).instrument(line.span.clone()).await;
    let is_worth_it = !is_dull || response.status().as_u16() >= 400;
    line.end(response, is_worth_it.then_some(Level::INFO))
}

/// The same for pages that are kept in memory and asked for by everybody. Those that were served are lines for `debug`;
/// unless somebody looks at that they cost nothing, not even an id. An error begins its line when it is there, so what
/// was logged of its cause is found by the error's own id.
pub async fn kept_requests(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if tracing::enabled!(Level::DEBUG) {
        let line = Line::begin(&state, &request);
        let response = next.run(request).instrument(line.span.clone()).await;
        let level = if response.status().as_u16() >= 400 {
            Level::INFO
        } else {
            Level::DEBUG
        };
        return line.end(response, Some(level));
    }
    let (started, method, route) = (Instant::now(), request.method().clone(), route(&request));
    let response = next.run(request).await;
    if response.status().as_u16() < 400 {
        return response;
    }
    Line::of(&state, started, &method, route).end(response, Some(Level::INFO))
}

fn route(request: &Request) -> Option<MatchedPath> {
    request.extensions().get::<MatchedPath>().cloned()
}

/// A request's line while it is served.
struct Line {
    started: Instant,
    id: String,
    route: Option<MatchedPath>,
    span: Span,
}

impl Line {
    fn begin(state: &AppState, request: &Request) -> Self {
        Self::of(state, Instant::now(), request.method(), route(request))
    }

    fn of(state: &AppState, started: Instant, method: &Method, route: Option<MatchedPath>) -> Self {
        let id = data_encoding::HEXLOWER.encode(&state.random.bytes::<8>());
        let name = template(route.as_ref());
        let span = tracing::info_span!("request", %id, %method, route = name);
        Self {
            started,
            id,
            route,
            span,
        }
    }

    fn route(&self) -> &str {
        template(self.route.as_ref())
    }

    fn end(self, mut response: Response, level: Option<Level>) -> Response {
        let status = response.status().as_u16();
        let latency_ms = u64::try_from(self.started.elapsed().as_micros())
            .map_or(f64::MAX, |micros| micros as f64 / 1000.0);
        self.span.in_scope(|| match level {
            Some(Level::INFO) => tracing::info!(status, latency_ms, "answered"),
            Some(_) => tracing::debug!(status, latency_ms, "answered"),
            None => {}
        });
        if let Ok(id) = HeaderValue::from_str(&self.id) {
            response.headers_mut().insert("x-request-id", id);
        }
        response
    }
}

/// What a route is called in the log.
fn template(route: Option<&MatchedPath>) -> &str {
    route.map_or("(none)", MatchedPath::as_str)
}
