//! A form as a whole: the errors of its fields, the summary on top, the form token.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The name of the hidden input that carries the form token.
pub const CSRF_FIELD: &str = "csrf";

/// One field and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's `name`, which is also its `id`.
    pub field: String,
    /// What is wrong and how to put it right, in the reader's words.
    pub message: String,
}

/// What is wrong with a posted form, in the order of its fields.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// No errors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One error, for rules that look at the whole form.
    pub fn one(field: impl Into<String>, message: impl ToString) -> Self {
        let mut errors = Self::new();
        errors.add(field, message);
        errors
    }

    /// Notes an error. A field keeps all of its errors; the first is shown beside it.
    pub fn add(&mut self, field: impl Into<String>, message: impl ToString) {
        self.0.push(FieldError {
            field: field.into(),
            message: message.to_string(),
        });
    }

    /// Takes a parsed value, or notes why there is none: `let name = errors.take("name", Name::parse(&form.name));`
    pub fn take<T, E: ToString>(&mut self, field: impl Into<String>, parsed: Result<T, E>) -> Option<T> {
        parsed.map_err(|error| self.add(field, error)).ok()
    }

    /// Adds the errors of a part of the form.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The first error of a field.
    pub fn first(&self, field: &str) -> Option<String> {
        self.iter()
            .find(|error| error.field == field)
            .map(|error| error.message.clone())
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many errors there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// All errors in order.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldError> {
        self.0.iter()
    }
}

impl IntoIterator for FieldErrors {
    type Item = FieldError;
    type IntoIter = std::vec::IntoIter<FieldError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// The errors of a refused form, each a link to its field. Takes the focus when the page opens, without scripts.
/// Renders nothing when there are none.
#[component]
pub fn ErrorSummary(
    /// The errors, in the order of the fields.
    errors: FieldErrors,
) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        let title = match errors.len() {
            1 => "There is a problem".to_owned(),
            count => format!("There are {count} problems"),
        };
        view! {
            <div class="error-summary" role="alert" aria-labelledby="error-summary-title" tabindex="-1" autofocus=true>
                <h2 id="error-summary-title">{title}</h2>
                <p>"Nothing was saved. What you typed is kept below."</p>
                <ul>
                    {errors
                        .into_iter()
                        .map(|error| {
                            view! { <li><a href=format!("#{}", error.field)>{error.message}</a></li> }
                        })
                        .collect_view()}
                </ul>
            </div>
        }
    })
}

/// A form that posts. The browser's own checks are off: the server's messages are better and are the same everywhere.
#[component]
pub fn Form(
    /// Where it posts.
    #[prop(into)]
    action: String,
    /// The form token of this session.
    #[prop(into)]
    csrf: String,
    /// Whether it carries files.
    #[prop(optional)]
    files: bool,
    /// Fields and buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <form method="post" action=action enctype=files.then_some("multipart/form-data") novalidate=true>
            <input type="hidden" name=CSRF_FIELD value=csrf />
            {children()}
        </form>
    }
}

/// A form above a list that narrows it. It gets, so that a filtered list has an address.
#[component]
pub fn Filter(
    /// The list's address.
    #[prop(into)]
    action: String,
    /// What is filtered, for screen readers ("Filter the list").
    #[prop(into)]
    label: String,
    /// Fields and buttons.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="filter" method="get" action=action role="search" aria-label=label>
            {children()}
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_keep_their_order_and_the_first_of_a_field_is_shown() {
        let mut errors = FieldErrors::new();
        errors.add("name", "Enter a name");
        errors.add("email", "Enter an address");
        errors.add("name", "Too long");
        assert_eq!(errors.first("name").as_deref(), Some("Enter a name"));
        assert_eq!(errors.first("phone"), None);
        assert_eq!(errors.len(), 3);
    }

    #[test]
    fn a_parsed_value_is_taken_and_a_failure_noted() {
        let mut errors = FieldErrors::new();
        assert_eq!(errors.take("days", "30".parse::<u8>()), Some(30));
        assert_eq!(errors.take("days", "many".parse::<u8>()), None);
        assert_eq!(errors.len(), 1);
    }
}
