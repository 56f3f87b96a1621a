//! A change from draft to activation. How data flows: [`dossier`] loads all of it, [`scope`] says whom it concerns,
//! [`promise`] what each of them is promised, [`letter`] what each of them is sent, [`recipients`] where to; [`draft`], [`review`], [`dispatch`],
//! [`cancel`] and [`activate`] are the steps, each one write transaction; [`close`] ends it; [`afterwards`] drafts one about what has
//! happened already; [`standing`] reads the evidence.
//! Whoever comes after the dispatch is told by [`latecomer`], [`fallback`] and [`tell_successors`].

pub mod activate;
pub(crate) mod afterwards;
pub mod cancel;
pub mod close;
mod copy;
mod customer_rows;
pub mod dispatch;
pub mod dossier;
pub mod draft;
pub mod fallback;
mod fit;
pub mod latecomer;
pub mod letter;
pub mod line;
mod load_view;
pub mod lowering;
mod new_line;
mod pages;
mod preview;
pub mod promise;
mod recipients;
pub mod review;
pub mod scope;
pub mod standing;
mod successor;

pub use successor::tell_successors;

use app::register::form_page::Overtaken;
use axum::Router;
use axum::routing::{get, post};
use domain::transition::Refused;
use domain::window::WindowError;

use crate::http::HttpError;
use crate::store::StoreError;

/// The staff's pages of changes.
pub fn routes() -> Router<crate::AppState> {
    Router::new()
        .route("/staff/changes", get(pages::list).post(new_line::open))
        .route("/staff/changes/new", get(new_line::new_form))
        .route("/staff/changes/{number}", get(pages::show))
        .route("/staff/changes/{number}/lines/new", get(new_line::line_form))
        .route("/staff/changes/{number}/lines", post(new_line::add_line))
        .route(
            "/staff/changes/{number}/lines/{id}/remove",
            post(new_line::remove_line),
        )
        .route(
            "/staff/changes/{number}/lines/{id}/class",
            post(new_line::choose_class),
        )
        .route(
            "/staff/changes/{number}/lines/{id}/lowering",
            post(new_line::decide_lowering),
        )
        .route("/staff/changes/{number}/edit", post(pages::edit))
        .route("/staff/changes/{number}/submit", post(pages::submit))
        .route("/staff/changes/{number}/approve", post(pages::approve))
        .route("/staff/changes/{number}/return", post(pages::return_to_draft))
        .route("/staff/changes/{number}/dispatch", post(pages::send))
        .route("/staff/changes/{number}/cancel", post(pages::cancel))
        .route("/staff/changes/{number}/activate", post(pages::go_live))
        .route("/staff/changes/{number}/preview", get(preview::preview))
        .route("/staff/changes/{number}/preview.html", get(preview::preview_html))
}

/// Why a step of a change is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no such change, line or customer.
    #[error("there is no such change")]
    Absent,
    /// One field of a form is wrong, as the database stands.
    #[error("{why}.")]
    Field {
        /// The field's name.
        field: &'static str,
        /// What is wrong, without a full stop.
        why: String,
    },
    /// Fields differ from what was shown, and nobody said what kind of change that is.
    #[error("something differs, and it is not said what kind of change that is")]
    Uncovered(app::ui::FieldErrors),
    /// Not from this state, or not by this person.
    #[error("{0}")]
    Refused(String),
    /// What stands there now is not what the person read.
    #[error("{0}")]
    Unread(String),
    /// Somebody else saved meanwhile.
    #[error("somebody else saved first")]
    Overtaken(Box<Overtaken>),
    /// Something has to be put right first: what.
    #[error("{title}")]
    NotReady {
        /// One sentence.
        title: String,
        /// Every reason.
        reasons: Vec<String>,
    },
    /// No window can be computed.
    #[error(transparent)]
    Window(#[from] WindowError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Refused> for ChangeError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused.to_string())
    }
}

impl From<ChangeError> for HttpError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Absent => Self::NotFound,
            ChangeError::Refused(why) | ChangeError::Unread(why) => Self::conflict(why),
            ChangeError::Overtaken(overtaken) => {
                Self::conflict(format!("Somebody else saved first. {}.", overtaken.by))
            }
            ChangeError::Field { why, .. } => Self::conflict(format!("{why}.")),
            ChangeError::Uncovered(errors) => Self::Conflict {
                title: "Say first what kind of change it is.".to_owned(),
                reasons: errors.into_iter().map(|error| error.message).collect(),
            },
            ChangeError::NotReady { title, reasons } => Self::Conflict { title, reasons },
            ChangeError::Window(error) => Self::conflict(format!("A window cannot be computed: {error}")),
            ChangeError::Store(error) => error.into(),
        }
    }
}

/// Results of the steps.
pub type Result<T, E = ChangeError> = std::result::Result<T, E>;
