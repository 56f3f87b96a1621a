//! Starts the application on each of the two databases, with a clock that tests move.
//!
//! Postgres comes from `TEST_POSTGRES_URL` (`make test` starts a private cluster and sets it). Without it the Postgres
//! half says that it was skipped; in CI (`CI=true`) that is a failure.

pub mod forms;
pub mod mailbox;
pub mod people;

use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use forenotice::clock::Clock;
use forenotice::config::Config;
use forenotice::random::Random;
use forenotice::store::Db;
use forenotice::{AppState, Application};

/// Which database a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Spans and events are looked at everywhere in this binary. Otherwise a test without a log could be the first to reach
/// one and have it taken for unwanted while another test, on its own thread, reads its log.
fn listen_to_everything() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(tracing_subscriber::registry()).ok();
    });
}

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A fresh, empty database. Its file or schema lives as long as this value.
pub struct TestDb {
    pub kind: Kind,
    pub url: String,
    folder: tempfile::TempDir,
}

impl TestDb {
    /// `None` where Postgres was asked for and is not there.
    pub async fn start(kind: Kind) -> Option<Self> {
        listen_to_everything();
        let folder = tempfile::tempdir().unwrap();
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.path().join("forenotice.db").display()),
            Kind::Postgres => {
                let Ok(server) = std::env::var("TEST_POSTGRES_URL") else {
                    assert!(
                        std::env::var("CI").is_err(),
                        "TEST_POSTGRES_URL is not set: run `make test`"
                    );
                    eprintln!("skipped on Postgres: TEST_POSTGRES_URL is not set");
                    return None;
                };
                let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
                let Db::Postgres(pool) = Db::connect(&server).await.unwrap() else {
                    panic!("not a Postgres address")
                };
                sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}")))
                    .execute(&pool)
                    .await
                    .unwrap();
                pool.close().await;
                let mut url: url::Url = server.parse().unwrap();
                url.set_path(&name);
                url.to_string()
            }
        };
        Some(Self { kind, url, folder })
    }

    /// Where this database's files are; free for other files of the test.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// A migrated pool.
    pub async fn open(&self) -> Db {
        Db::open(&self.url).await.unwrap()
    }
}

/// Monday 2026-11-23 10:00 in Oslo: the first worked example's instant.
pub fn monday() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

/// The application, listening on a free port of the loopback address.
pub struct TestApp {
    pub db: TestDb,
    pub state: AppState,
    pub address: String,
    _server: tokio::task::JoinHandle<()>,
}

impl TestApp {
    pub async fn start(kind: Kind) -> Option<Self> {
        let db = TestDb::start(kind).await?;
        let config = config(&db);
        Some(Self::start_with(db, config).await)
    }

    /// The same with other settings.
    pub async fn start_with(db: TestDb, config: Config) -> Self {
        let application = Application::build(config, Clock::fixed(monday()), Random::seeded(7))
            .await
            .unwrap();
        let state = application.state();
        let address = format!("http://{}", application.address().unwrap());
        let server = tokio::spawn(async move { application.serve(std::future::pending()).await.unwrap() });
        Self {
            db,
            state,
            address,
            _server: server,
        }
    }

    /// A client that keeps cookies and does not follow redirects.
    pub fn client(&self) -> Client {
        Client {
            http: reqwest::Client::builder()
                .cookie_store(true)
                .redirect(reqwest::redirect::Policy::none())
                .build()
                .unwrap(),
            address: self.address.clone(),
        }
    }

    /// Moves product time forward (windows, deadlines), as the demo's clock does.
    pub fn advance(&self, by: TimeDelta) {
        self.state.clock.set_offset(self.state.clock.offset() + by);
    }
}

/// Every path that the router knows, as the router writes it. axum does not list them, but prints them.
pub fn routes(state: &AppState) -> Vec<String> {
    let printed = format!("{:?}", forenotice::http::router::router(state.clone()));
    let mut routes: Vec<String> = printed
        .split("RouteId(")
        .filter_map(|part| part.split_once("): \""))
        .filter_map(|(_, rest)| rest.split('"').next())
        .filter(|path| path.starts_with('/'))
        .map(str::to_owned)
        .collect();
    routes.sort();
    routes.dedup();
    routes
}

/// Settings for tests: a free port, no relay.
pub fn config(db: &TestDb) -> Config {
    Config {
        database_url: db.url.clone(),
        listen: "127.0.0.1:0".parse().unwrap(),
        url: "http://forenotice.test".parse().unwrap(),
        smtp_url: None,
        mail_from: "Privacy office <privacy@publisher.example>".to_owned(),
        mail_reply_to: "privacy@publisher.example".to_owned(),
        webhook_tokens: Vec::new(),
        secret_keys: Some("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff".to_owned()),
        time_zone: "Europe/Oslo".parse().unwrap(),
        trusted_proxies: Vec::new(),
        site: "target/site".into(),
        fetches_private: false,
        is_demo: false,
    }
}

/// A browser without scripts.
pub struct Client {
    pub http: reqwest::Client,
    pub address: String,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Client {
    pub async fn get(&self, path: &str) -> Answer {
        Self::answer(self.http.get(format!("{}{path}", self.address))).await
    }

    /// Posts a form as a page of ours would.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body = form
            .iter()
            .fold(
                url::form_urlencoded::Serializer::new(String::new()),
                |mut s, (k, v)| {
                    s.append_pair(k, v);
                    s
                },
            )
            .finish();
        Self::answer(
            self.http
                .post(format!("{}{path}", self.address))
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin")
                .body(body),
        )
        .await
    }

    /// The same by somebody who confirms, for every field that differs from what others were shown, the kind of change
    /// that the page proposes (the first one where it leaves the choice open).
    pub async fn post_confirmed(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, form).await;
        let covers = proposed(&answer.text);
        if answer.status != 422 || covers.is_empty() {
            return answer;
        }
        let mut all: Vec<(&str, &str)> = form
            .iter()
            .filter(|(name, _)| covers.iter().all(|(field, _)| field != name))
            .copied()
            .collect();
        all.extend(covers.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        self.post(path, &all).await
    }

    /// Posts the form of a page as the page fills it, with some fields filled otherwise.
    pub async fn post_filled(&self, page: &str, action: &str, otherwise: &[(&str, &str)]) -> Answer {
        let mut form = fields(page, action);
        form.retain(|(name, _)| otherwise.iter().all(|(other, _)| other != name));
        let mut pairs: Vec<(&str, &str)> = form.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        pairs.extend(otherwise);
        self.post(action, &pairs).await
    }

    /// Posts a form with files as a page of ours would.
    pub async fn send(&self, path: &str, form: reqwest::multipart::Form) -> Answer {
        Self::answer(
            self.http
                .post(format!("{}{path}", self.address))
                .header("sec-fetch-site", "same-origin")
                .multipart(form),
        )
        .await
    }

    async fn answer(request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.unwrap(),
        }
    }
}

/// What a page asks about differing fields, with the kinds of change that it presets or offers first.
pub fn proposed(page: &str) -> Vec<(String, String)> {
    page.split("<select")
        .skip(1)
        .filter_map(|select| select.split("</select>").next())
        .filter_map(|select| {
            let name = select.split("name=\"").nth(1)?.split('"').next()?;
            let options = select.split("<option").skip(1);
            let value = |option: &str| -> Option<String> {
                let value = option.split("value=\"").nth(1)?.split('"').next()?;
                (!value.is_empty()).then(|| value.to_owned())
            };
            let chosen = options
                .clone()
                .find(|option| {
                    option
                        .split('>')
                        .next()
                        .is_some_and(|tag| tag.contains("selected"))
                })
                .and_then(value)
                .or_else(|| options.filter_map(value).next())?;
            name.starts_with("cover_").then(|| (name.to_owned(), chosen))
        })
        .collect()
}

/// The fields of the form that posts to `action`, filled as the page fills them; the form token is left out.
pub fn fields(page: &str, action: &str) -> Vec<(String, String)> {
    let start = page
        .find(&format!("action=\"{action}\""))
        .unwrap_or_else(|| panic!("no form posts to {action}"));
    let form = page[start..].split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
        rest.split('"').next().map(unescaped)
    };
    let mut fields = Vec::new();
    for part in form.split('<').skip(1) {
        let tag = part.split('>').next().unwrap_or_default();
        let is_ticked =
            tag.contains(" checked") || !(tag.contains("\"checkbox\"") || tag.contains("\"radio\""));
        if part.starts_with("input") && is_ticked {
            let name = attribute(tag, "name").unwrap_or_default();
            if name != "csrf" {
                fields.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if part.starts_with("textarea") {
            let text = part.split('>').nth(1).unwrap_or_default();
            fields.push((attribute(tag, "name").unwrap_or_default(), unescaped(text)));
        }
    }
    for select in form.split("<select").skip(1) {
        let select = select.split("</select>").next().unwrap_or_default();
        let name = attribute(&format!(" {select}"), "name").unwrap_or_default();
        let chosen = select.split("<option").skip(1).find(|option| {
            option
                .split('>')
                .next()
                .is_some_and(|tag| tag.contains("selected"))
        });
        let value = chosen.and_then(|option| attribute(option, "value"));
        fields.push((name, value.unwrap_or_default()));
    }
    fields
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#x27;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get("location").map_or("", |l| l.to_str().unwrap())
    }
}

/// Declares one test that runs on both databases, as `name::sqlite` and `name::postgres`:
/// `both! { async fn a_test_is_a_sentence(app: TestApp) { … } }`.
#[macro_export]
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($app:ident: $type:ty) $body:block)+) => {$(
        mod $name {
            use super::*;
            async fn run($app: $type) $body
            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(<$type>::start($crate::support::Kind::Sqlite).await.unwrap()).await;
            }
            $(#[$meta])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(app) = <$type>::start($crate::support::Kind::Postgres).await {
                    run(app).await;
                }
            }
        }
    )+};
}
