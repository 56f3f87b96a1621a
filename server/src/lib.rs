//! What happens: use cases, handlers, store, mail and jobs. `main` and the tests start the same [`Application`].

pub mod access;
pub mod adequacy;
pub mod assessments;
pub mod audit;
pub mod calendars;
pub mod change_log;
pub mod changes;
pub mod cli;
pub mod clock;
pub mod config;
pub mod contacts;
pub mod countries;
pub mod customers;
pub mod deadline;
pub mod demo;
pub mod documents;
pub mod gates;
pub mod http;
pub mod import;
pub mod jobs;
pub mod keys;
pub mod list;
pub mod mail;
pub mod mailbox;
pub mod notice;
pub mod objections;
pub mod operation;
pub mod random;
pub mod register;
pub mod settings;
pub mod store;
pub mod subscriptions;
pub mod tasks;
pub mod triggers;
pub mod vendor_notices;
pub mod vendor_pages;

use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, PoisonError, RwLock};

use axum::ServiceExt;
use axum::extract::Request;
use clock::Clock;
use config::{Config, Settings};
use domain::calendar::CalendarId;
use keys::Keys;
use random::Random;
use store::Db;
use store::publisher::Publisher;
use tokio::net::TcpListener;
use tower::util::MapRequest;

/// What handlers and jobs work with. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts of [`AppState`].
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Product and wall time.
    pub clock: Clock,
    /// The one source of randomness.
    pub random: Random,
    /// Secrets: sealing, blind index, links, signatures.
    pub keys: Keys,
    /// Checked settings.
    pub config: Config,
    /// Style sheet, fonts and the browser side.
    pub assets: http::assets::Assets,
    /// Public pages, rendered once.
    pub pages: list::cache::PageCache,
    /// Woken when a mail was queued, so that it leaves at once.
    pub mail_queued: tokio::sync::Notify,
    /// Requests counted per client and per account.
    pub limits: http::limits::Limits,
    /// Hashes passwords, a few at a time.
    pub passwords: access::Passwords,
    publisher: RwLock<Arc<Publisher>>,
}

impl Parts {
    /// The publisher as last read; a new installation has none yet and gets a stand-in.
    #[must_use]
    pub fn publisher(&self) -> Arc<Publisher> {
        self.publisher
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Reads the publisher again, after it was changed here or by another replica.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn refresh_publisher(&self) -> store::Result<()> {
        let mut tx = self.db.read().await?;
        if let Some(publisher) = store::publisher::find_publisher(&mut tx).await? {
            *self.publisher.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(publisher);
        }
        Ok(())
    }
}

impl AppState {
    /// Opens the database, migrates it and loads the keys: what the server and every command begin with.
    ///
    /// # Errors
    /// One line for whatever is missing.
    pub async fn open(config: Config, clock: Clock, random: Random) -> Result<Self, StartError> {
        let key_file = config.key_file();
        if let Some(folder) = key_file.parent().filter(|f| !f.as_os_str().is_empty()) {
            // For the owner alone, if it has to be made: keys and data are in it.
            std::fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(|e| StartError::Io(folder.display().to_string(), e))?;
        }
        let keys = Keys::load(config.secret_keys.as_deref(), &key_file, &random)?;
        let db = Db::open(&config.database_url).await?;
        let mut tx = db.write().await?;
        if config.is_demo {
            demo::mark(&mut tx, clock.wall()).await?;
        }
        clock.set_offset(demo::clock::find_offset(&mut tx).await?);
        keys.guard(&mut tx, clock.now()).await??;
        tx.commit().await?;
        let stand_in = Publisher {
            name: "Forenotice".to_owned(),
            zone: config.time_zone,
            calendar: CalendarId::Weekend,
            contact: String::new(),
        };
        let assets = http::assets::Assets::load(&config.site);
        let state = Self(Arc::new(Parts {
            limits: http::limits::Limits::new(&clock, config.is_demo),
            passwords: access::Passwords::new(),
            db,
            clock,
            random,
            keys,
            config,
            assets,
            pages: list::cache::PageCache::default(),
            mail_queued: tokio::sync::Notify::new(),
            publisher: RwLock::new(Arc::new(stand_in)),
        }));
        state.refresh_publisher().await?;
        Ok(state)
    }
}

impl std::ops::Deref for AppState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// A failure at start, said in one line.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is missing or malformed.
    #[error(transparent)]
    Config(#[from] config::ConfigError),
    /// The database cannot be opened or migrated.
    #[error("DATABASE_URL: cannot be opened: {0}")]
    Store(#[from] store::StoreError),
    /// A command that works on what is there found no database.
    #[error("DATABASE_URL: {0}")]
    Missing(String),
    /// The demo was to be served on what is not its own.
    #[error(
        "--demo: this database is not marked as a demo's and holds data, and the demo lets everybody read its mails and move its clock. Serve it without --demo, or give the demo another folder with --data DIR"
    )]
    Real,
    /// A database of the demo was to be served as if it were real.
    #[error(
        "DATABASE_URL: this database is a demo's, with invented data and a clock that visitors move. Serve it with --demo --data DIR, where DIR is its folder, or name another database"
    )]
    Demo,
    /// The keys cannot be read.
    #[error(transparent)]
    Keys(#[from] keys::KeyError),
    /// The address is taken, or a folder cannot be made.
    #[error("{0}: {1}")]
    Io(String, #[source] std::io::Error),
}

/// A started application: listening, not yet serving.
pub struct Application {
    state: AppState,
    listener: TcpListener,
}

impl Application {
    /// Opens what handlers work with, and listens.
    ///
    /// # Errors
    /// One line for whatever is missing, or where the database is a demo's and this is none, or the other way round.
    pub async fn build(config: Config, clock: Clock, random: Random) -> Result<Self, StartError> {
        let state = AppState::open(config, clock, random).await?;
        if !state.config.is_demo && demo::is_marked(&mut state.db.read().await?).await? {
            return Err(StartError::Demo);
        }
        mail::webhook::note_reporting(&state).await?;
        let listen = state.config.listen;
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|e| StartError::Io(listen.to_string(), e))?;
        Ok(Self { state, listener })
    }

    /// What handlers work with.
    #[must_use]
    pub fn state(&self) -> AppState {
        self.state.clone()
    }

    /// Where it listens.
    ///
    /// # Errors
    /// When the socket is gone.
    pub fn address(&self) -> std::io::Result<std::net::SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until `stop` resolves, then finishes the requests under way.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let router = http::router::router(self.state);
        // Addresses are made readable before a route is looked for.
        let service = ServiceExt::<Request>::into_make_service_with_connect_info::<std::net::SocketAddr>(
            MapRequest::new(router, http::address::readable as fn(Request) -> Request),
        );
        axum::serve(self.listener, service)
            .with_graceful_shutdown(stop)
            .await
    }
}

/// `forenotice serve`.
pub async fn serve(mut settings: Settings, is_demo: bool, data: Option<PathBuf>) -> ExitCode {
    // Without --data the demo's folder goes when the demo does.
    let throw_away = (is_demo && data.is_none())
        .then(|| std::env::temp_dir().join(format!("forenotice-demo-{}", std::process::id())));
    if let Some(folder) = data.or_else(|| throw_away.clone()) {
        settings.database_url = format!("sqlite://{}", folder.join("forenotice.db").display());
    }
    let code = run_server(settings, is_demo).await;
    if let Some(folder) = throw_away {
        let _ = std::fs::remove_dir_all(folder);
    }
    code
}

async fn run_server(settings: Settings, is_demo: bool) -> ExitCode {
    match settings.log_format() {
        Ok(format) => operation::log::init(format),
        Err(error) => {
            eprintln!("forenotice: {error}");
            return ExitCode::FAILURE;
        }
    }
    let started = match settings.check(is_demo) {
        Ok(config) => Application::build(config, Clock::system(), Random::system()).await,
        Err(e) => Err(e.into()),
    };
    let application = match started {
        Ok(application) => application,
        Err(e) => {
            tracing::error!("{e}");
            return ExitCode::FAILURE;
        }
    };
    let mail = match mail::start(&application.state).await {
        Ok(mail) => mail,
        Err(e) => {
            tracing::error!("{e}");
            return ExitCode::FAILURE;
        }
    };
    if is_demo && let Err(e) = demo::seed::seed(&application.state).await {
        tracing::error!("demo: {e}");
        return ExitCode::FAILURE;
    }
    let jobs = tokio::spawn(jobs::run(application.state()));
    let pages = tokio::spawn(vendor_pages::watch(application.state()));
    tracing::info!("listening on {}", application.state.config.url);
    let served = application.serve(stop_signal()).await;
    jobs.abort();
    pages.abort();
    if let Some(mail) = mail {
        mail.stop().await;
    }
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            tracing::error!("{e}");
            ExitCode::FAILURE
        }
    }
}

/// Resolves when the process is asked to stop: Ctrl-C or SIGTERM.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
