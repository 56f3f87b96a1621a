//! Behind `List-Help` in a notice: who is written to for a customer, and how to have somebody else written to.

mod form;
mod pages;

use crate::ui::FieldErrors;

pub use form::{AskForm, Asked};
pub use pages::ContactsPage;

/// A contact as the others of the same customer see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLine {
    /// Name or function.
    pub name: String,
    /// The address, masked.
    pub address: String,
    /// When it is written to.
    pub kind: String,
    /// Whether it is the contact whose link this is.
    pub is_reader: bool,
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contacts {
    /// The publisher.
    pub publisher: String,
    /// The customer.
    pub customer: String,
    /// Form token.
    pub csrf: String,
    /// This page.
    pub path: String,
    /// Who is written to now.
    pub contacts: Vec<ContactLine>,
    /// What was asked for and not decided, one sentence each.
    pub waiting: Vec<String>,
    /// Whether the reader still is a contact.
    pub is_current: bool,
    /// Whether something was asked for just now.
    pub is_asked: bool,
    /// What was typed.
    pub form: AskForm,
    /// What is wrong with it.
    pub errors: FieldErrors,
}
