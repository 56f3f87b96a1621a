//! Following the public list by mail: ask, confirm, choose, leave. One question a page.

mod form;
pub mod pages;

use domain::locale::Locale;

use crate::ui::FieldErrors;

pub use form::{Language, SubscribeForm};

/// What the page that asks for an address needs.
#[derive(Debug, Clone, Default)]
pub struct Subscribe {
    /// The form token.
    pub csrf: String,
    /// What was typed.
    pub form: SubscribeForm,
    /// What is wrong with it.
    pub errors: FieldErrors,
}

/// What a page with one button needs.
#[derive(Debug, Clone)]
pub struct Step {
    /// The form token.
    pub csrf: String,
    /// Where the button posts.
    pub action: String,
}

/// Where a subscription is, for its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Waits for the confirmation.
    Pending,
    /// Gets mail.
    Confirmed,
    /// Gets none.
    Left,
}

/// A subscription, for its owner.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// The form token.
    pub csrf: String,
    /// Where the language is posted.
    pub action: String,
    /// Where one leaves.
    pub leave: String,
    /// Where it is.
    pub standing: Standing,
    /// The address, mostly hidden: whoever was forwarded the mail need not learn it.
    pub address: String,
    /// Since when, written out.
    pub since: Option<String>,
    /// Language of mails.
    pub locale: Locale,
    /// Whether the language was just saved.
    pub is_saved: bool,
    /// What is wrong with the posted language.
    pub errors: FieldErrors,
}
