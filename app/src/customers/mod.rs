//! Customers: who they are, what their contract says, whom notices go to.

mod contact_form;
mod customer_form;
mod field;
pub mod pages;
mod policy_form;
pub mod sheet;

pub use contact_form::{ContactForm, ContactValues};
pub use customer_form::{CustomerForm, CustomerValues};
pub use policy_form::PolicyForm;

use crate::register::form_page::Overtaken;
use crate::ui::{Choice, FieldErrors, ListPart};

/// One line of the list.
#[derive(Debug, Clone, Default)]
pub struct CustomerLine {
    /// Its page.
    pub path: String,
    /// Its name.
    pub name: String,
    /// The publisher's own reference.
    pub reference: Option<String>,
    /// Where it is.
    pub country: String,
    /// The notice period in words, where terms are in force.
    pub period: Option<String>,
    /// How many primary contacts it has.
    pub primaries: usize,
    /// Whether terms wait for a confirmation.
    pub is_waiting: bool,
    /// Whether its agreement has ended.
    pub is_ended: bool,
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct CustomerList {
    /// What was searched for.
    pub query: String,
    /// The lines found.
    pub lines: Vec<CustomerLine>,
    /// Which of those that fit the search these are.
    pub part: ListPart,
    /// Whether the reader may add and change.
    pub may_edit: bool,
}

/// One version of the terms.
#[derive(Debug, Clone, Default)]
pub struct PolicyView {
    /// Its id.
    pub id: String,
    /// 1, 2, 3 …
    pub number: i64,
    /// First day on which it holds, written out.
    pub valid_from: String,
    /// When and by whom it was entered.
    pub recorded: String,
    /// When and by whom it was confirmed.
    pub confirmed: Option<String>,
    /// Whether it still waits for that.
    pub is_waiting: bool,
    /// Whether it is the one in force.
    pub is_in_force: bool,
    /// In what it is weaker than the one before.
    pub weakenings: Vec<String>,
    /// Term and value, in reading order.
    pub terms: Vec<(String, String)>,
    /// Whether the reader may confirm it.
    pub may_confirm: bool,
}

/// One contact.
#[derive(Debug, Clone, Default)]
pub struct ContactView {
    /// Its page.
    pub path: String,
    /// Name or function.
    pub name: String,
    /// Where notices go.
    pub address: String,
    /// "Primary", "Fallback 1".
    pub kind: String,
    /// Language of notices.
    pub locale: String,
}

/// A contact that a customer asks for.
#[derive(Debug, Clone, Default)]
pub struct RequestView {
    /// Its decisions are below this path.
    pub path: String,
    /// Name or function.
    pub name: String,
    /// Where notices would go.
    pub address: String,
    /// In whose place, or beside whom.
    pub place: String,
    /// When it was asked for.
    pub asked: String,
}

/// Something that a second person has to confirm.
#[derive(Debug, Clone, Default)]
pub struct ConfirmationView {
    /// What waits.
    pub title: String,
    /// What it says.
    pub text: String,
    /// When and by whom that was recorded.
    pub recorded: String,
    /// What holds until it is confirmed.
    pub until: String,
    /// The button's words.
    pub label: String,
    /// Where to confirm it, for whoever may.
    pub action: Option<String>,
    /// Where to refuse it, for whoever may.
    pub refuse: Option<String>,
}

/// A customer's page.
#[derive(Debug, Clone, Default)]
pub struct CustomerView {
    /// The form token.
    pub csrf: String,
    /// The page's own path.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Term and value, in reading order.
    pub facts: Vec<(String, Option<String>)>,
    /// Products it uses.
    pub products: Vec<String>,
    /// Versions of its terms, newest first.
    pub policies: Vec<PolicyView>,
    /// Contacts, primaries first.
    pub contacts: Vec<ContactView>,
    /// Contacts that were asked for from a notice and wait for a decision.
    pub requests: Vec<RequestView>,
    /// What it was shown at signature, one line each.
    pub signatures: Vec<String>,
    /// What waits for a second person.
    pub confirmations: Vec<ConfirmationView>,
    /// Whether the reader may change anything.
    pub may_edit: bool,
    /// Since when the agreement has ended, written out.
    pub ended: Option<String>,
}

/// A form about one thing of a customer.
#[derive(Debug, Clone, Default)]
pub struct Editing<F> {
    /// The form token.
    pub csrf: String,
    /// Where it posts.
    pub action: String,
    /// Where "Go back" leads.
    pub back: String,
    /// The customer's name, where it is known already.
    pub customer: Option<String>,
    /// The page's title.
    pub title: String,
    /// What is stored or was typed.
    pub form: F,
    /// What is wrong with it.
    pub errors: FieldErrors,
    /// What the form was opened with, as it carries it.
    pub seen: String,
    /// What somebody else saved in between.
    pub overtaken: Option<Overtaken>,
}

/// What a customer's form offers to choose from.
#[derive(Debug, Clone, Default)]
pub struct CustomerChoices {
    /// Products.
    pub products: Vec<Choice>,
    /// Changes announced and not settled, which may have been shown at signature; only for a new customer.
    pub pending: Vec<Choice>,
}

/// What a sheet holds, before anything is written.
#[derive(Debug, Clone, Default)]
pub struct SheetPreview {
    /// The form token.
    pub csrf: String,
    /// The sheet itself, posted again to confirm.
    pub text: String,
    /// Customers that can be added: line and what will be written.
    pub good: Vec<SheetCustomer>,
    /// What is wrong, by line and column.
    pub problems: Vec<SheetProblem>,
    /// Columns that were not used.
    pub unused: Vec<String>,
}

/// A customer of a sheet that can be added.
#[derive(Debug, Clone, Default)]
pub struct SheetCustomer {
    /// Line in the file, from 1.
    pub line: u64,
    /// Its name.
    pub name: String,
    /// Notice period in words.
    pub period: String,
    /// How many contacts.
    pub contacts: usize,
}

/// Why a line of a sheet is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SheetProblem {
    /// Line in the file, from 1.
    pub line: u64,
    /// The column.
    pub column: String,
    /// Why.
    pub reason: String,
}
