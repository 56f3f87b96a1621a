//! Posted accounts.

use crate::ui::{FieldErrors, Said};
use domain::role::Role;
use domain::text::Name;

/// What a person types to sign in: an e-mail address, or any other word. Lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login(String);

/// Why a login was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadLogin {
    /// Nothing was typed.
    #[error("Write what the person will sign in with, best an e-mail address")]
    Empty,
    /// Longer than an e-mail address can be.
    #[error("At most 254 characters")]
    TooLong,
    /// A space or a control character.
    #[error("No spaces and no control characters")]
    Forbidden,
}

impl Login {
    /// What is compared: trimmed, lower case, cut where no login reaches.
    pub fn fold(text: &str) -> String {
        text.trim().to_lowercase().chars().take(254).collect()
    }

    /// Reads a new login.
    pub fn parse(text: &str) -> Result<Self, BadLogin> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadLogin::Empty);
        }
        if text.chars().count() > 254 {
            return Err(BadLogin::TooLong);
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(BadLogin::Forbidden);
        }
        Ok(Self(Self::fold(text)))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An account as posted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonForm {
    /// What is typed to sign in.
    pub login: String,
    /// Name or function.
    pub name: String,
    /// Roles, by their fixed text.
    pub roles: Vec<String>,
}

/// A posted account that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What is typed to sign in.
    pub login: Login,
    /// Name or function.
    pub name: Name,
    /// Roles, each once, in reading order.
    pub roles: Vec<Role>,
}

impl PersonForm {
    /// Name and roles as people read them; what is typed to sign in never changes.
    pub fn said(&self) -> Said {
        let label = |role: &String| {
            role.parse()
                .map_or_else(|_| role.clone(), |role: Role| role.label().to_owned())
        };
        let mut roles: Vec<String> = self.roles.iter().map(label).collect();
        roles.sort_unstable();
        roles.dedup();
        Said::of([("Name", self.name.trim().to_owned()), ("Roles", roles.join(", "))])
    }

    /// Reads the form, or says what is wrong.
    pub fn parse(&self) -> (Option<Person>, FieldErrors) {
        let mut errors = FieldErrors::new();
        let login = errors.take("login", Login::parse(&self.login));
        let name = errors.take("name", Name::parse(&self.name));
        let posted: Result<Vec<Role>, _> = self.roles.iter().map(|role| role.parse()).collect();
        let mut roles = errors.take("roles", posted).unwrap_or_default();
        roles.sort_unstable();
        roles.dedup();
        if roles.is_empty() && errors.first("roles").is_none() {
            errors.add("roles", "Choose at least one role");
        }
        let person = match (login, name, errors.is_empty()) {
            (Some(login), Some(name), true) => Some(Person { login, name, roles }),
            _ => None,
        };
        (person, errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_needs_a_login_a_name_and_a_role() {
        let (person, errors) = PersonForm::default().parse();
        assert_eq!(person, None);
        let fields: Vec<_> = errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["login", "name", "roles"]);
    }

    #[test]
    fn a_login_is_lower_case_and_roles_are_read_once() {
        let form = PersonForm {
            login: " Anna@Publisher.example ".into(),
            name: "Anna".into(),
            roles: vec!["operator".into(), "legal_editor".into(), "operator".into()],
        };
        let person = form.parse().0.unwrap();
        assert_eq!(person.login.as_str(), "anna@publisher.example");
        assert_eq!(person.roles, [Role::LegalEditor, Role::Operator]);
        assert_eq!(Login::parse("a b"), Err(BadLogin::Forbidden));
        assert_eq!(Login::parse(&"a".repeat(255)), Err(BadLogin::TooLong));
        let unknown = PersonForm {
            roles: vec!["root".into()],
            ..form
        };
        assert_eq!(unknown.parse().1.len(), 1);
    }
}
