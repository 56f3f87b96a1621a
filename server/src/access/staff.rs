//! The person at the keyboard: taken from the session on every request, with the roles that the account has now.

use app::shell::{Audience, Flash};
use app::ui::{Link, Tone};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;
use domain::id::StaffId;
use domain::role::{Permission, Role, allows};
use serde_json::Value;
use tower_sessions::Session;
use uuid::Uuid;

use crate::AppState;
use crate::audit::{self, Actor, Entry, Subject};
use crate::http::render::ErrorText;
use crate::http::{Chrome, HttpError, csrf, session};
use crate::store::staff::{StaffRow, find_staff};
use crate::store::{self, Tx};

/// Under this name the session holds when the password was changed last; another password ends the session.
const PASSWORD_STAMP: &str = "password";
/// Under this name the session holds what was just done.
const FLASH: &str = "flash";

/// The sections of the staff pages, each with what one must be allowed to do to enter it.
const SECTIONS: [Section; 11] = [
    ("Start", "/staff", None),
    ("Tasks", "/staff/tasks", None),
    ("Register", "/staff/register", Some(Permission::ReadRegister)),
    ("Changes", "/staff/changes", Some(Permission::ReadRegister)),
    ("Customers", "/staff/customers", Some(Permission::ReadCustomers)),
    ("Objections", "/staff/objections", Some(Permission::ReadCustomers)),
    ("Import", "/staff/import", Some(Permission::ImportList)),
    ("Mail", "/staff/mails", Some(Permission::ReadMail)),
    ("Audit", "/staff/audit", Some(Permission::ReadAudit)),
    ("People", "/staff/people", Some(Permission::ManageAccounts)),
    ("Settings", "/staff/settings", Some(Permission::ManageSettings)),
];

/// What belongs to the register, each at an address of its own; the first is the section's.
const REGISTER: [Section; 8] = [
    ("Engagements", "/staff/register", Some(Permission::ReadRegister)),
    ("Clauses", "/staff/scc", Some(Permission::ReadRegister)),
    (
        "Assessments",
        "/staff/assessments",
        Some(Permission::ReadRegister),
    ),
    ("Countries", "/staff/countries", Some(Permission::ReadRegister)),
    ("Adequacy", "/staff/adequacy", Some(Permission::ReadRegister)),
    ("Calendars", "/staff/calendars", Some(Permission::ReadRegister)),
    ("Events", "/staff/triggers", Some(Permission::ReadRegister)),
    (
        "Vendor notices",
        "/staff/vendor-notices",
        Some(Permission::ReadRegister),
    ),
];

/// A link, and what one must be allowed to do to follow it.
type Section = (&'static str, &'static str, Option<Permission>);

/// A signed-in member of staff. As an argument of a handler it admits only those who are signed in; what they may do,
/// [`Staff::require`] decides.
#[derive(Clone, Debug)]
pub struct Staff {
    /// The account.
    pub id: StaffId,
    /// What the person signs in with.
    pub login: String,
    /// Name or function.
    pub name: String,
    /// Roles held at this moment.
    pub roles: Vec<Role>,
    /// The form token of this session.
    pub csrf: String,
    /// The session itself.
    pub session: Session,
    flash: Option<String>,
}

impl Staff {
    /// The one place where authority is judged.
    ///
    /// # Errors
    /// 403 that names what is missing.
    pub fn require(&self, permission: Permission) -> Result<(), HttpError> {
        if self.may(permission) {
            return Ok(());
        }
        let holders: Vec<&str> = Role::ALL
            .iter()
            .filter(|role| role.allows(permission))
            .map(|role| role.label())
            .collect();
        Err(HttpError::Forbidden(format!(
            "To {} you need one of these roles: {}. An admin can give it to you.",
            permission.label(),
            holders.join(", ")
        )))
    }

    /// Whether a link or a button for this is shown. Showing it or not protects nothing: see [`Staff::require`].
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        allows(&self.roles, permission)
    }

    /// What stands around a staff page at `path`, with the links this person may use.
    #[must_use]
    pub fn chrome(&self, state: &AppState, title: impl Into<String>, path: &str) -> Chrome {
        let links = |sections: &[Section]| -> Vec<Link> {
            sections
                .iter()
                .filter(|(_, _, needed)| needed.is_none_or(|permission| self.may(permission)))
                .map(|(label, path, _)| Link::new(*label, *path))
                .collect()
        };
        let is_register = REGISTER.iter().any(|(_, place, _)| path.starts_with(place));
        let pages = if is_register && REGISTER.len() > 1 {
            links(&REGISTER)
        } else {
            Vec::new()
        };
        let audience = Audience::Staff(app::shell::Staff {
            name: self.name.clone(),
            roles: role_labels(&self.roles),
            csrf: self.csrf.clone(),
            sections: links(&SECTIONS),
            pages,
        });
        let mut chrome = Chrome::new(state, title, path, audience);
        chrome.frame.flash = self.flash.clone().map(|message| Flash {
            tone: Tone::Ok,
            message,
        });
        chrome
    }

    /// Writes down in the audit log what this person did, inside the transaction of the thing itself (which comes from
    /// `Db::write`). `action` is `noun.participle`; the payload holds no address, token or secret.
    ///
    /// # Errors
    /// When the database is away, or the log's head is not what was signed.
    pub async fn record(
        &self,
        tx: &mut Tx,
        state: &AppState,
        action: &'static str,
        subject: Subject,
        payload: Value,
    ) -> store::Result<()> {
        record(tx, state, Actor::Staff(self.id.uuid()), action, subject, payload).await
    }

    /// Says what was done, on the next page this person opens.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn say(&self, message: impl Into<String>) -> Result<(), HttpError> {
        self.session
            .insert(FLASH, message.into())
            .await
            .map_err(session_error)
    }
}

/// "Legal editor, Operator".
#[must_use]
pub fn role_labels(roles: &[Role]) -> String {
    roles
        .iter()
        .map(|role| role.label())
        .collect::<Vec<_>>()
        .join(", ")
}

/// Appends one entry to the audit log, dated by the product's clock.
///
/// # Errors
/// When the database is away, or the log's head is not what was signed.
pub async fn record(
    tx: &mut Tx,
    state: &AppState,
    actor: Actor,
    action: &'static str,
    subject: Subject,
    payload: Value,
) -> store::Result<()> {
    let entry = Entry {
        actor,
        action,
        subject,
        payload,
    };
    audit::append(tx, &state.keys, &state.random, state.clock.now(), entry)
        .await
        .map(drop)
}

/// A session that cannot be read or written: the database is away.
#[expect(clippy::needless_pass_by_value, reason = "handed to map_err")]
pub(super) fn session_error(error: tower_sessions::session::Error) -> HttpError {
    tracing::warn!(%error, "session not available");
    HttpError::Unavailable
}

/// Starts a session for an account whose password (and, later, second factor) was right: a new id, nothing kept of
/// what the browser had before.
pub(super) async fn start_session(session: &Session, account: &StaffRow) -> Result<(), HttpError> {
    session.clear().await;
    session.cycle_id().await.map_err(session_error)?;
    session
        .insert(session::STAFF_ID, account.id)
        .await
        .map_err(session_error)?;
    session
        .insert(PASSWORD_STAMP, account.password_changed_at.timestamp_micros())
        .await
        .map_err(session_error)
}

/// Whose session this is, if the account is enabled and its password still the one it was opened with.
async fn signed_in(state: &AppState, session: &Session) -> Result<Option<StaffRow>, HttpError> {
    let Some(id) = session
        .get::<Uuid>(session::STAFF_ID)
        .await
        .map_err(session_error)?
    else {
        return Ok(None);
    };
    let stamp: Option<i64> = session.get(PASSWORD_STAMP).await.map_err(session_error)?;
    let mut tx = state.db.read().await?;
    let account = find_staff(&mut tx, id).await?;
    Ok(account.filter(|account| {
        account.disabled_at.is_none() && stamp == Some(account.password_changed_at.timestamp_micros())
    }))
}

/// Where to go after signing in: the page that was asked for, unless that was a post.
fn next_page(method: &Method, uri: &Uri) -> String {
    if method == Method::GET {
        uri.path_and_query()
            .map_or("/staff", |asked| asked.as_str())
            .to_owned()
    } else {
        "/staff".to_owned()
    }
}

impl Staff {
    /// Whoever is signed in with this session. Leaves the session as it is.
    async fn of(state: &AppState, session: &Session) -> Result<Option<Self>, HttpError> {
        let Some(account) = signed_in(state, session).await? else {
            return Ok(None);
        };
        Ok(session.id().map(|id| Self {
            id: account.id.into(),
            login: account.login,
            name: account.name,
            roles: account.roles,
            csrf: csrf::token(&state.keys, &id.to_string()),
            session: session.clone(),
            flash: None,
        }))
    }
}

impl FromRequestParts<AppState> for Staff {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, HttpError> {
        let signed_out = || HttpError::SignedOut {
            next: next_page(&parts.method, &parts.uri),
        };
        let session = parts.extensions.get::<Session>().ok_or_else(signed_out)?;
        let mut staff = Self::of(state, session).await?.ok_or_else(signed_out)?;
        if parts.method == Method::GET {
            staff.flash = session.get(FLASH).await.map_err(session_error)?;
        }
        if staff.flash.is_some() {
            session.remove_value(FLASH).await.map_err(session_error)?;
        }
        Ok(staff)
    }
}

/// Middleware inside the session: an error that somebody meets who is signed in is shown among the links they may use.
/// Not while the database is away: asking it again would only take longer.
pub async fn frame_errors(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let session = request.extensions().get::<Session>().cloned();
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if ErrorText::is_in(&response)
        && response.status() != StatusCode::SERVICE_UNAVAILABLE
        && let Some(session) = session
        && let Ok(Some(staff)) = Staff::of(&state, &session).await
    {
        response.extensions_mut().insert(staff.chrome(&state, "", &path));
    }
    response
}
