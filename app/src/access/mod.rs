//! Signing in, one's own account, and the accounts of others.

pub mod account_page;
mod form;
mod new_password;
pub mod pages;

pub use form::{BadLogin, Login, Person, PersonForm};
pub use new_password::{BadPassword, NewPassword};

use crate::register::form_page::Overtaken;
use crate::ui::FieldErrors;

/// The sign-in page.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    /// The form token.
    pub csrf: String,
    /// Where to go afterwards.
    pub next: String,
    /// What was typed before.
    pub login: String,
    /// Whether the try before was refused.
    pub is_refused: bool,
    /// In the demo: everybody one can be.
    pub demo: Vec<DemoPerson>,
}

/// Somebody a visitor of the demo can be.
#[derive(Debug, Clone, Default)]
pub struct DemoPerson {
    /// What is typed to sign in.
    pub login: String,
    /// The demo's password.
    pub password: String,
    /// The function.
    pub name: String,
    /// The roles in words.
    pub roles: String,
}

/// One's own account.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// The form token.
    pub csrf: String,
    /// What is typed to sign in.
    pub login: String,
    /// Name or function.
    pub name: String,
    /// The roles in words.
    pub roles: String,
    /// Sessions besides this one.
    pub other_sessions: u64,
    /// Whether the daily mail is written.
    pub gets_digest: bool,
    /// Whether the sign-in name is an address that it could go to.
    pub can_get_digest: bool,
    /// Since when there is a calendar with an address of its own.
    pub calendar_since: Option<String>,
    /// What was wrong with the password form.
    pub errors: FieldErrors,
}

/// The page behind a reset link.
#[derive(Debug, Clone, Default)]
pub struct SetPassword {
    /// The form token.
    pub csrf: String,
    /// The link's token.
    pub token: String,
    /// Whose password it is.
    pub login: String,
    /// What was wrong.
    pub errors: FieldErrors,
}

/// One account in the list.
#[derive(Debug, Clone, Default)]
pub struct PersonLine {
    /// Its page.
    pub path: String,
    /// Name or function.
    pub name: String,
    /// What is typed to sign in.
    pub login: String,
    /// The roles in words.
    pub roles: String,
    /// Whether it cannot be used.
    pub is_disabled: bool,
    /// Whether its link was not used yet.
    pub is_waiting: bool,
}

/// One account's page.
#[derive(Debug, Clone, Default)]
pub struct PersonView {
    /// The form token.
    pub csrf: String,
    /// The page's own path.
    pub path: String,
    /// What is typed to sign in.
    pub login: String,
    /// The name as it is stored.
    pub title: String,
    /// Whether it cannot be used.
    pub is_disabled: bool,
    /// Whether its link was not used yet.
    pub is_waiting: bool,
    /// Whether it is the last admin.
    pub is_last_admin: bool,
    /// Name and roles, stored or typed.
    pub form: PersonForm,
    /// What was wrong with them.
    pub errors: FieldErrors,
    /// What the form was opened with, as it carries it.
    pub seen: String,
    /// What somebody else saved in between.
    pub overtaken: Option<Overtaken>,
}

/// A link to set a password, shown once.
#[derive(Debug, Clone, Default)]
pub struct PersonLink {
    /// For whom.
    pub name: String,
    /// The link.
    pub link: String,
    /// For how long.
    pub hours: i64,
    /// The account's page.
    pub path: String,
}
